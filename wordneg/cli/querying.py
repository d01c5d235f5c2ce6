"""``wordneg neighbors``, which finds the nearest words of a word and solves analogies."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wordneg.cli.console import tell
from wordneg.cli.errors import UsageError
from wordneg.cli.files import READING, load_vectors, words_given
from wordneg.cli.options import DEBUG, JSON, Option, Parser, whole

if TYPE_CHECKING:
    from wordneg.vectors.wordvectors import WordVectors

__all__ = ["parser"]

_DESCRIPTION = """\
Print the nearest words by cosine, one per line, as QUERY <tab> WORD <tab> COSINE.

Each word is a query of its own. With --minus or --together, all words form one query.
A word without a vector is reported on standard error, with words of similar spelling; the other words are still
answered, and the exit code is 1."""

_EPILOG = """\
With --json, each answer is one line: {"plus": [...], "minus": [...], "neighbors": [{"word": ..., "cosine": ...}]}.

examples:
  wordneg neighbors vectors.bin france
  wordneg neighbors vectors.bin king woman --minus man
  cut -f1 words.tsv | wordneg neighbors vectors.bin - --topn 3
"""

_OPTIONS = (
    Option("topn", "number of neighbors", parse=whole, metavar="N", default=10, aliases=("-n",)),
    Option("minus", "words to subtract, as man in king - man + woman", "values", metavar="WORD", default=None),
    Option("together", "find the neighbors of the sum of the words", "flag"),
    *READING,
    JSON,
    DEBUG,
)


def parser() -> Parser:
    """Return the command's parser."""
    usage = "VECTORS WORD [WORD ...] [--minus WORD ...] [--together] [--topn N] [--json]"
    made = Parser("neighbors", usage, description=_DESCRIPTION, epilog=_EPILOG, options=_OPTIONS, run=_run)
    made.add_argument(
        "vectors", metavar="VECTORS", help="vectors or a model, in any known format; - for standard input"
    )
    made.add_argument(
        "words", metavar="WORD", nargs="+", help="a word, or - for words from standard input, one per line"
    )
    return made


def _run(args: argparse.Namespace) -> int:
    if args.topn < 1:
        raise UsageError(f"got --topn {args.topn}, expected at least 1")
    minus = args.minus or []
    one_question = bool(minus or args.together)
    if one_question and "-" in args.words:
        raise UsageError("words from standard input (-) are separate queries; with --minus or --together, name them")
    if args.vectors == "-" and "-" in args.words:
        raise UsageError("vectors and words cannot both come from standard input (-); give one of them as a file")
    vectors = load_vectors(args.vectors, args)
    questions: Iterator[list[str]] | list[list[str]]
    questions = [args.words] if one_question else ([word] for word in words_given(args.words))
    all_known = True
    for plus in questions:
        all_known &= _answer(vectors, plus, minus, args.topn, as_json=args.json)
    return 0 if all_known else 1


def _answer(vectors: WordVectors, plus: Sequence[str], minus: Sequence[str], topn: int, *, as_json: bool) -> bool:
    """Print the neighbors of a query; return False if a word has no vector."""
    from wordneg.vectors.words import MissingWordError

    try:
        found = vectors.most_similar(positive=list(plus), negative=list(minus), topn=topn)
    except MissingWordError as error:
        tell(f"wordneg: {error}")
        return False
    if as_json:
        neighbors = [{"word": word, "cosine": float(cosine)} for word, cosine in found]
        print(json.dumps({"plus": list(plus), "minus": list(minus), "neighbors": neighbors}), flush=True)
        return True
    question = " - ".join([" + ".join(plus), *minus])
    print("".join(f"{question}\t{word}\t{cosine:.4f}\n" for word, cosine in found), end="", flush=True)
    return True
