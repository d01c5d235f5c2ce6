"""``wordneg map``, which draws words as a map."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence

from wordneg.cli.console import tell
from wordneg.cli.corpora import refuse_overwriting
from wordneg.cli.errors import UsageError
from wordneg.cli.files import READING, load_vectors, require_writable, words_given
from wordneg.cli.options import DEBUG, JSON, Option, Parser, whole
from wordneg.common.messages import counted, near_misses
from wordneg.common.plotting import load_pyplot
from wordneg.files.atomic import atomic_write
from wordneg.vectors.wordmap.methods import METHODS

__all__ = ["parser"]

_PICTURES = ("svg", "png", "pdf")
_DPI = 150

_DESCRIPTION = """\
Draw words as a map, on which words that are alike stand near each other. Labels do not overlap; a word that finds no
room is a point without a label.

A word without a vector is reported on standard error, with words of similar spelling; the others are drawn, and the
exit code is 1."""

_EPILOG = """\
PCA keeps the large differences. t-SNE and UMAP keep neighbors together, and need scikit-learn or umap-learn:
pip install "wordneg[tsne]" or "wordneg[umap]".

examples:
  wordneg map vectors.bin -o map.svg
  wordneg map vectors.bin -o map.png --top 400 --method tsne
  wordneg map vectors.bin -o sports.pdf --words football rugby tennis guitar
  cut -f1 words.tsv | wordneg map vectors.bin -o map.svg --words -
"""


def _method(text: str) -> str:
    if text not in METHODS:
        raise argparse.ArgumentTypeError(
            f"there is no method {text!r}; the methods are {', '.join(METHODS)}{near_misses(text, METHODS)}"
        )
    return text


_OPTIONS = (
    Option("output", "the picture: a .svg, .png or .pdf file", metavar="FILE", required=True, aliases=("-o",)),
    Option("top", "draw the first N words (default: 200)", parse=whole, metavar="N", default=None),
    Option(
        "words",
        "draw these words; - for words from standard input, one per line",
        "values",
        metavar="WORD",
        default=None,
    ),
    Option("method", "pca, tsne or umap (default: pca)", parse=_method, metavar="NAME", default="pca"),
    Option("groups", "color words by N groups (default: 7)", parse=whole, metavar="N", default=7),
    Option("seed", "seed of t-SNE, UMAP and the colors (default: 0)", parse=whole, metavar="N", default=0),
    *READING,
    JSON,
    DEBUG,
)


def parser() -> Parser:
    """Return the command's parser."""
    usage = "VECTORS -o FILE [--top N] [--words WORD ...] [--method NAME] [--json]"
    made = Parser("map", usage, description=_DESCRIPTION, epilog=_EPILOG, options=_OPTIONS, run=_run)
    made.add_argument(
        "vectors", metavar="VECTORS", help="vectors or a model, in any known format; - for standard input"
    )
    return made


def _run(args: argparse.Namespace) -> int:
    kind = os.path.splitext(args.output)[1].lower().removeprefix(".")
    asked = args.words
    if kind not in _PICTURES:
        raise UsageError(f"got -o {args.output}, expected a name that ends in .svg, .png or .pdf")
    if asked is not None and args.top is not None:
        raise UsageError("got both --top and --words; give one of them")
    if args.top is not None and args.top < 1:
        raise UsageError(f"got --top {args.top}, expected at least 1")
    for name in ("seed", "groups"):
        if getattr(args, name) < 0:
            raise UsageError(f"got --{name} {getattr(args, name)}, expected at least 0")
    if args.vectors == "-" and "-" in (asked or ()):
        raise UsageError("vectors and words cannot both come from standard input (-); give one of them as a file")
    pyplot = load_pyplot()  # before vectors are read
    require_writable(args.output)
    refuse_overwriting([args.output], [args.vectors], "the input")
    vectors = load_vectors(args.vectors, args)
    words = None if asked is None else list(words_given(asked))
    known = None if words is None else [word for word in words if word in vectors]
    for word in sorted(set(words or ()) - set(known or ()), key=(words or []).index):
        tell(f"wordneg: {_missing(word, vectors.index_to_key)}")
    options = {"method": args.method, "groups": args.groups, "seed": args.seed}
    figure = vectors.plot_map(known, topn=200 if args.top is None else args.top, **options)
    with pyplot.rc_context({"svg.hashsalt": "wordneg"}), atomic_write(args.output, seeks=True) as stream:
        metadata = {"Date": None} if kind == "svg" else {"CreationDate": None} if kind == "pdf" else {}
        figure.savefig(stream, format=kind, dpi=_DPI, metadata=metadata)
    drawn = min(200 if args.top is None else args.top, len(vectors)) if known is None else len(set(known))
    facts = {"path": args.output, "words": drawn, "method": args.method}
    print(json.dumps(facts) if args.json else f"{args.output}: {counted(drawn, 'word')} by {METHODS[args.method]}")
    return 0 if words is None or known == words else 1


def _missing(word: str, vocabulary: Sequence[str]) -> str:
    from wordneg.vectors.words import MissingWordError

    return str(MissingWordError(word, vocabulary))
