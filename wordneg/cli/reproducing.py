"""``wordneg reproduce``: the table of a paper, run again."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from dataclasses import replace
from typing import Any

from wordneg.cli.console import tell
from wordneg.cli.corpora import TEXT_OPTIONS, open_corpora, refuse_results_within
from wordneg.cli.errors import UsageError
from wordneg.cli.options import DEBUG, JSON, PROGRESS, QUIET, Option, Parser, in_flags, whole
from wordneg.cli.settings import SETTINGS
from wordneg.cli.signals import SIGNALS
from wordneg.common.settings import SettingError
from wordneg.comparison.papers import PAPERS
from wordneg.files.atomic import atomic_write

__all__ = ["reproduce_parser"]


_DESCRIPTION = """\
Run the protocol of a paper's table on a corpus, show the results beside the paper's numbers, and list everything that
differs from the paper.

NAME is optrank: Table 2 of Guo, Ouyang, Yuan and Wang (2018). CORPUS is what `wordneg train` takes.

The protocol is run twice: at the paper's learning rate, and with each row at its own best rate. That takes long:
for each seed, four rows with 300 dimensions and 15 negatives are trained twice."""

_EPILOG = """\
With --out, every finished run is kept in DIR: the same command goes on where it stopped. DIR/NAME.md is a page with
everything; `wordneg report DIR/paper-rate` and `wordneg report DIR/tuned` show each half as a comparison.

examples:
  wordneg reproduce optrank enwiki.txt --folder benchmarks --out results
  wordneg reproduce optrank text8 --benchmarks google wordsim353 simlex999 --seeds 1 --no-tune
"""

_NOT_SETTINGS = {"seed", "sampler", "sampler_option", "objective", "objective_option", "epochs", "ns_exponent"}


def _of_protocol(option: Option) -> Option:
    """Return an option of training, whose default is the paper's if it has one."""
    decided = any(option.name in paper.options for paper in PAPERS.values())
    text = re.sub(r" \(default: .*?\)", "", option.help) if decided else option.help
    return replace(option, help=text, group="instead of the protocol's settings")


_OPTIONS = (
    Option("seeds", "how many seeds: trainings of each row (default: 3)", parse=whole, metavar="N"),
    Option("epochs", "passes over the corpus (default: 5)", parse=whole, metavar="N"),
    Option("tune", "also run the protocol with each row at its own best rate (default)", "switch", default=True),
    Option("tune_words", "words to tune a row with, at most", parse=whole, metavar="N"),
    Option(
        "size",
        "show the paper's numbers for this size of corpus, such as 128M (default: the nearest)",
        metavar="NAME",
    ),
    Option(
        "benchmarks", "use only these benchmarks of the paper; they are downloaded if need be", "values", metavar="NAME"
    ),
    Option("folder", "a folder of benchmark files, recognized by their names", metavar="DIR"),
    Option(
        "out",
        "keep the results in this folder, and go on with the reproduction that it holds",
        metavar="DIR",
        default=None,
    ),
    *TEXT_OPTIONS,
    PROGRESS,
    QUIET,
    JSON,
    DEBUG,
    *(_of_protocol(option) for option in SETTINGS if option.name not in _NOT_SETTINGS),
)


def reproduce_parser() -> Parser:
    """Return the parser of ``wordneg reproduce``."""
    made = Parser(
        "reproduce",
        "NAME CORPUS [CORPUS ...] [options]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        options=_OPTIONS,
        run=_reproduce,
    )
    made.add_argument("name", metavar="NAME", help=f"which paper: {', '.join(PAPERS)}")
    made.add_argument("corpus", metavar="CORPUS", nargs="+", help="file, folder, pattern, name, or -")
    return made


def _reproduce(args: argparse.Namespace) -> int:
    from wordneg.comparison import reproduce

    arguments = _checked(args)
    refuse_results_within(args.corpus, args.out)
    reproduction = reproduce(
        args.name,
        open_corpora(args.corpus, args, show_download=not args.quiet),
        out=args.out,
        progress=False if args.quiet and args.progress is None else args.progress,
        command=shlex.join(["wordneg", *sys.argv[1:]]),
        **arguments,
    )
    print(reproduction.to_json() if args.json else reproduction)
    if args.out is not None:
        page = os.path.join(args.out, f"{args.name}.md")
        with atomic_write(page, "w") as file:
            file.write(reproduction.to_markdown())
        told = f"{page} holds all of this, and what else was measured"
    else:
        told = "the runs are not kept; --out DIR keeps them, and writes a page"
    if not args.quiet:
        tell(f"wordneg: {told}")
    return SIGNALS.exit_code() if reproduction.missing else 0


def _checked(args: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `reproduce` that the command line gives.

    Raises
    ------
    UsageError
        If they are wrong in themselves.
    """
    from wordneg.comparison.reproduction import check_reproduction

    own = ("seeds", "epochs", "tune_words", "size", "benchmarks")
    settings = [option.name for option in SETTINGS if option.name not in _NOT_SETTINGS]
    given = {name: getattr(args, name) for name in (*own, *settings) if hasattr(args, name)}
    given["tune"] = "alpha" if args.tune else None
    try:
        check_reproduction(args.name, **given)
    except SettingError as error:
        raise UsageError(in_flags(error, _OPTIONS)) from error
    return given | ({"folder": args.folder} if hasattr(args, "folder") else {})
