"""``wordneg samplers --report``: what samplers do on one model."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from wordneg.cli.corpora import TEXT_OPTIONS, open_corpora
from wordneg.cli.errors import UsageError
from wordneg.cli.files import require_writable
from wordneg.cli.options import Option, whole

if TYPE_CHECKING:
    from wordneg.word2vec.model import Word2Vec

__all__ = ["REPORT_OPTIONS", "print_report"]

_GROUP = "with --report"
_PICTURES = (".png", ".svg", ".pdf")
_SAMPLE = "wikipedia-sample"

REPORT_OPTIONS = (
    Option("report", "train a model for a moment, and measure what samplers do on it", "flag"),
    Option(
        "corpus", f"file, folder, pattern or name (default: {_SAMPLE})", metavar="CORPUS", default=_SAMPLE, group=_GROUP
    ),
    *(replace(option, group=_GROUP) for option in TEXT_OPTIONS),
    Option("load", "measure on this saved model, instead of training one", metavar="MODEL", default=None, group=_GROUP),
    Option("sg", "train skip-gram; by default CBOW", "switch", default=False, group=_GROUP),
    Option("epochs", "passes over the corpus (default: 20)", parse=whole, metavar="N", default=20, group=_GROUP),
    Option("positions", "measure at N positions (default: 2000)", parse=whole, metavar="N", default=2000, group=_GROUP),
    Option("plot", "also draw a picture: a .png, .svg or .pdf file", metavar="FILE", default=None, group=_GROUP),
)


def print_report(args: argparse.Namespace, names: list[str]) -> int:
    """Measure, print the table or JSON, draw the picture."""
    if args.plot is not None:
        _check_picture(args.plot)
    model, corpus = _model(args)
    report = model.sampler_report(*names, corpus=corpus, positions=args.positions)
    print(json.dumps(report.as_dict()) if args.json else report)
    if args.plot is not None:
        report.plot().savefig(args.plot, dpi=150)
    return 0


def _check_picture(path: str) -> None:
    """Refuse a picture that could not be written, before anything is trained."""
    from wordneg.common.plotting import load_pyplot

    load_pyplot()
    if os.path.splitext(path)[1].lower() not in _PICTURES:
        raise UsageError(f"got --plot {path}, expected a name that ends with {' or '.join(_PICTURES)}")
    require_writable(path)


def _model(args: argparse.Namespace) -> tuple[Word2Vec, object]:
    """Return the model, and the corpus if it does not have it already."""
    from wordneg.word2vec.model import Word2Vec

    corpus = open_corpora([args.corpus], args, show_download=not args.json)
    if args.load is not None:
        return Word2Vec.load(args.load), corpus
    return Word2Vec(corpus, sg=int(args.sg), epochs=args.epochs), None
