"""``wordneg evaluate``: how good vectors are, by benchmarks; ``wordneg benchmarks``: which there are."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from wordneg.cli.errors import UsageError, stated
from wordneg.cli.files import READING, load_vectors
from wordneg.cli.options import DEBUG, JSON, Option, Parser, whole

if TYPE_CHECKING:
    from wordneg.evaluation import Evaluation, Outcome, Vectors
    from wordneg.vectors.wordvectors import WordVectors

__all__ = ["benchmarks_parser", "evaluate_parser"]

_DESCRIPTION = """\
Score vectors on benchmarks of word similarity, analogies and categorization: the named ones, or all that are at hand.

Two benchmarks come with wordneg, and one with gensim. Others are read from --folder or $WORDNEG_BENCHMARKS, where
files are recognized by name, or downloaded when named with --benchmarks; `wordneg benchmarks` lists them.
With several files, each has a column, in which the number of items counted stands in parentheses. --all-but-the-top
adds a column for the same vectors without what all of them have in common."""

_EPILOG = """\
examples:
  wordneg evaluate vectors.bin
  wordneg evaluate vectors.bin --benchmarks men wordsim353 my-pairs.tsv --bands
  wordneg evaluate vectors.bin --all-but-the-top 0 1
  wordneg evaluate old.vec new.wordneg --common --folder ~/benchmarks
"""

_OPTIONS = (
    Option("benchmarks", "names or files (default: all at hand)", "values", metavar="BENCHMARK", default=None),
    Option("folder", "a folder of benchmark files, recognized by their names", metavar="DIR", default=None),
    Option(
        "restrict_vocab",
        "only the first N words are known; 0 for all (default: 300000)",
        parse=whole,
        metavar="N",
        default=300_000,
    ),
    Option("dummy4unknown", "count items with an unknown word as failures; by default they are left out", "flag"),
    Option("case_sensitive", "tell Turkey from turkey; by default case is ignored", "flag"),
    Option("method", "how analogies are answered (default: 3cosadd)", metavar="NAME", default="3cosadd"),
    Option("bands", "also score frequent, middle and rare words separately", "flag"),
    Option(
        "normalize_columns",
        "divide every dimension by its length over all words first, as WordRank's authors do",
        "flag",
    ),
    Option(
        "all_but_the_top",
        "also score the vectors without their mean and N principal components, such as 0 1 3, each in a column",
        "values",
        parse=whole,
        metavar="N",
        default=None,
    ),
    Option("common", "compare several files on the words that all of them have", "flag"),
    *READING,
    JSON,
    DEBUG,
)


def evaluate_parser() -> Parser:
    """Return the parser of ``wordneg evaluate``."""
    usage = "VECTORS [VECTORS ...] [--benchmarks NAME ...] [--folder DIR] [--bands] [--common] [--json]"
    made = Parser("evaluate", usage, description=_DESCRIPTION, epilog=_EPILOG, options=_OPTIONS, run=_evaluate)
    made.add_argument("vectors", metavar="VECTORS", nargs="+", help="vectors or a model; - for standard input")
    return made


def benchmarks_parser() -> Parser:
    """Return the parser of ``wordneg benchmarks``."""
    description = "List the benchmarks that `wordneg evaluate` knows by name, with license and source."
    return Parser("benchmarks", "[--json]", description=description, options=[JSON, DEBUG], run=_list)


def _evaluate(args: argparse.Namespace) -> int:
    if args.restrict_vocab < 0:
        raise UsageError(f"got --restrict-vocab {args.restrict_vocab}, expected at least 1, or 0 for all words")
    if args.common and len(args.vectors) < 2:
        raise UsageError("--common compares several files, got one")
    if twice := next((path for path in args.vectors if args.vectors.count(path) > 1), None):
        raise UsageError(f"got {twice!r} twice")
    columns = [_Column(path, removed) for path in args.vectors for removed in (None, *_removed(args))]
    with _quiet():
        found = _evaluations(args)
    if args.json:
        files = [_facts(column, outcome) for column, outcome in zip(columns, found, strict=True)]
        print(json.dumps({"common": args.common, "files": files}))
    elif len(found) == 1:
        print(found[0])
    else:
        print(_side_by_side(_heads(columns), found, common=args.common))
    scored = all(any(outcome.measures for outcome in evaluated.outcomes) for evaluated in found)
    return 0 if scored else 1


class _Column(NamedTuple):
    """A column of the table: a file's vectors, less their mean and some components unless `removed` is None."""

    path: str
    removed: int | None


def _removed(args: argparse.Namespace) -> list[int]:
    """Return what --all-but-the-top names.

    Raises
    ------
    UsageError
        If a number is there twice.
    """
    removed: list[int] = args.all_but_the_top or []
    if twice := next((number for number in removed if removed.count(number) > 1), None):
        raise UsageError(f"got --all-but-the-top {twice} twice")
    return removed


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep `evaluation` from warning of lines that cannot be read: that stands under the table."""
    logger = logging.getLogger("wordneg.evaluation")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _evaluations(args: argparse.Namespace) -> list[Evaluation]:
    """Return what came out of each file.

    The file's own ranks say how frequent a word is; with --common, the ranks of the first file do.
    """
    from wordneg import evaluation

    policy = evaluation.Policy(args.restrict_vocab or None, not args.case_sensitive, args.dummy4unknown)
    chosen: dict[str, Any] = {
        "benchmarks": evaluation.read_benchmarks(args.benchmarks, folder=args.folder),
        "policy": policy,
        "method": args.method,
        "bands": args.bands,
        "normalize_columns": args.normalize_columns,
    }
    if not args.common:
        found = []
        for path in args.vectors:
            loaded = load_vectors(path, args)
            found += [evaluation.evaluate(one, ranks_of=loaded, **chosen) for one in _scored(path, loaded, args)]
        return found
    every = [load_vectors(path, args) for path in args.vectors]
    scored = [one for path, loaded in zip(args.vectors, every, strict=True) for one in _scored(path, loaded, args)]
    shared = evaluation.shared_words(scored, policy)
    return [evaluation.evaluate(vectors, ranks_of=every[0], **chosen) for vectors in shared]


def _scored(path: str, vectors: WordVectors, args: argparse.Namespace) -> Iterator[Vectors]:
    """Give what is scored of a file: its vectors as they are, then less mean and components as often as asked for.

    Raises
    ------
    UsageError
        If more components are to be taken away than there are.
    ValueError
        Vectors that cannot be scored.
    """
    yield _checked(path, lambda: vectors)
    for removed in _removed(args):
        if not 0 <= removed < vectors.vector_size:
            raise UsageError(
                f"got --all-but-the-top {removed}, expected 0 to {vectors.vector_size - 1}, as {path!r} has "
                f"{vectors.vector_size} dimensions"
            )
        yield _checked(path, partial(vectors.all_but_the_top, removed))


def _checked(path: str, make: Callable[[], WordVectors]) -> Vectors:
    """Return what is made of a file as `evaluation` takes it; an error names the file.

    Raises
    ------
    ValueError
        Vectors with NaN, or the like.
    """
    from wordneg import evaluation

    try:
        return evaluation.as_vectors(make())
    except ValueError as error:
        if not stated(error):
            raise
        raise ValueError(f"{path!r}: {error}") from error


def _heads(columns: Sequence[_Column]) -> list[str]:
    """Return what stands above columns: the names of their files, with the folder if two have the same."""
    paths = list(dict.fromkeys(column.path for column in columns))
    names = [os.path.basename(path) for path in paths]
    names = names if len(set(names)) == len(names) else paths
    shown = dict(zip(paths, names, strict=True))
    return [shown[path] + _taken_away(removed) for path, removed in columns]


def _taken_away(removed: int | None) -> str:
    if removed is None:
        return ""
    return f", top {removed} removed" if removed else ", mean removed"


def _side_by_side(heads: Sequence[str], found: Sequence[Evaluation], *, common: bool) -> str:
    """Return a table with a column for each evaluation, and the remarks on all and on each."""
    from wordneg.evaluation import text_table

    rows = [row for outcomes in zip(*(one.outcomes for one in found), strict=True) for row in _rows(outcomes)]
    lines = [text_table(["benchmark", "measure", *heads], rows, left=2)]
    if common:
        ranked = f", ranked as in {heads[0]}" if found[0].bands is not None else ""
        lines.append(f"only the {found[0].words:,} words that all files have{ranked}")
    remarks = [one.remarks(intervals=False) for one in found]
    of_all = [remark for remark in remarks[0] if all(remark in others for others in remarks)]
    own = [
        f"{head}: {remark}"
        for head, said in zip(heads, remarks, strict=True)
        for remark in said
        if remark not in of_all
    ]
    return "\n".join([*lines, *of_all, *own])


def _rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Return the rows of one benchmark: its measures, then its bands."""
    from wordneg.evaluation import BANDS, outcome_cell

    scored = next((outcome for outcome in outcomes if outcome.measures), outcomes[0])
    labels = [measure.name for measure in scored.measures] or [""]
    rows = [[label, *(outcome_cell(one, measure=n) for one in outcomes)] for n, label in enumerate(labels)]
    if scored.bands:
        rows += [[f"  {band}", *(outcome_cell(one, band=n) for one in outcomes)] for n, band in enumerate(BANDS)]
    return [[scored.name if n == 0 else "", *row] for n, row in enumerate(rows)]


def _facts(column: _Column, found: Evaluation) -> dict[str, Any]:
    """Return what `--json` prints of a column."""
    return {
        "path": column.path,
        "all_but_the_top": column.removed,
        "words": found.words,
        "dimensions": found.vector_size,
        "policy": str(found.policy),
        "normalized_columns": found.normalized_columns,
        "bands": None if found.bands is None else str(found.bands),
        "scores": found.to_records(),
        "remarks": found.remarks(),
    }


def _list(args: argparse.Namespace) -> int:
    from wordneg import evaluation

    at_hand = evaluation.benchmarks_at_hand()
    known = [
        {
            "name": one.name,
            "kind": one.kind,
            "file": one.file,
            "at_hand": one.name in at_hand,
            "license": one.license,
            "citation": one.citation,
            "url": one.url,
            "checksum": one.checksum,
        }
        for one in evaluation.BENCHMARKS.values()
    ]
    if args.json:
        print(json.dumps(known, ensure_ascii=False))
        return 0
    rows = []
    for one in evaluation.BENCHMARKS.values():
        bundled = "comes with gensim" if one.from_gensim else "comes with wordneg"
        place = bundled if one.bundled else "at hand" if one.name in at_hand else "download"
        rows.append([one.name, one.kind, place, one.license, one.citation])
    print(evaluation.text_table(["name", "kind", "where", "license", "source"], rows, left=5))
    return 0
