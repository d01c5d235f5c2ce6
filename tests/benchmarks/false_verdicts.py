"""How often a whole comparison, tuning included, marks a difference between samplers that are equally good.

A text is cut into pieces. On each, `wordneg.compare` is called as a user would, with defaults and three seeds, on
popularity sampling and three rows that are as good: drawn by `dns` without hard negatives, the same distribution drawn
with other random numbers, and with exponents .72 and .78 instead of .75. A comparison errs if any difference is marked;
Holm's correction promises that at most 5 of 100 do.

    python tests/benchmarks/false_verdicts.py manual.txt --words 230000 --pieces 7

Without a text it is one that is made, see `planted`: words with Zipf's frequencies and a similarity that is known,
which is the benchmark then. Each piece is a text of its own.

    python tests/benchmarks/false_verdicts.py --words 100000 --pieces 20 --tune-by benchmarks

With other exponents it measures power instead: rows that differ, by how much on average over the pieces, and in how
many comparisons that is marked, in the right direction and in the wrong one.

    python tests/benchmarks/false_verdicts.py --words 500000 --pieces 20 --exponents 0.4 0 -0.5
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import harness
import numpy as np
from planted import Planted

from wordneg import compare, corpora, encode
from wordneg.comparison.show import Analysis

EQUAL = ({"name": "dns", "hard_fraction": 0.0}, *({"name": "unigram", "exponent": one} for one in (0.72, 0.78)))
"""Rows that are as good as popularity sampling."""


def main() -> None:
    """Compare on every piece, and publish."""
    args = _arguments()
    results = []
    rows = EQUAL if args.exponents is None else [{"name": "unigram", "exponent": one} for one in args.exponents]
    corpus = "planted" if args.corpus is None else args.corpus.stem
    for number, (piece, benchmarks) in enumerate(itertools.islice(_pieces(args.corpus, args.words), args.pieces)):
        begin = time.perf_counter()
        store = replace(encode(piece, min_count=5), name=f"{corpus}, piece {number}")
        choices = {"benchmarks": benchmarks, "folder": args.folder, "tune_by": args.tune_by}
        comparison = compare(store, ["unigram", *rows], seeds=3, workers=1, progress=False, **choices)
        found = Analysis(comparison).outcomes
        marked = [
            f"{label} on {criterion.benchmark} ({outcome.difference.estimate:+.3f})"
            for (label, criterion), outcome in found.items()
            if outcome.direction
        ]
        outcomes = [
            [label, criterion.benchmark, outcome.difference.estimate, outcome.direction]
            for (label, criterion), outcome in found.items()
        ]
        rates = {tuning.row: tuning.chosen["alpha"] for tuning in comparison.tunings}
        piece_of = {"piece": number, "words": len(store.tokens), "seconds": time.perf_counter() - begin}
        results.append(piece_of | {"marked": marked, "rates": rates, "outcomes": outcomes})
        harness.say(f"piece {number}: {', '.join(marked) or 'nothing is marked'}; rates {list(rates.values())}")
    size = f"{args.words // 1000}k" if args.words < 10**6 else f"{args.words // 10**6}M"
    if args.exponents is None:
        harness.publish(f"false_verdicts-{corpus}-{size}", _markdown(corpus, results), results, args)
    else:
        harness.publish(f"power-{corpus}-{size}", _power(results), results, args)


def _pieces(path: Path | None, words: int) -> Iterator[tuple[list[list[str]], Any]]:
    """Yield sentences in pieces of so many words, and benchmarks for them; what is left at the end is dropped."""
    if path is None:
        for seed in itertools.count(1):
            planted = Planted(seed=seed)
            yield list(planted.sentences(words)), [planted.pairs()]
        return
    piece: list[list[str]] = []
    count = 0
    for sentence in corpora.open_corpus(path):
        piece.append(list(sentence))
        count += len(sentence)
        if count >= words:
            yield piece, None  # all at hand
            piece, count = [], 0


def _markdown(corpus: str, results: list[dict[str, Any]]) -> str:
    """Return a table of the pieces."""
    erring = sum(bool(result["marked"]) for result in results)
    lines = [
        f"**{erring} of {len(results)} comparisons of equally good samplers mark a difference** ({corpus}).",
        "",
        "| piece | words | learning rates | marked |",
        "| --: | --: | --- | --- |",
    ]
    lines += [
        f"| {result['piece']} | {result['words']:,} | {', '.join(f'{rate:g}' for rate in result['rates'].values())} "
        f"| {'; '.join(result['marked']) or '–'} |"
        for result in results
    ]
    return "\n".join(lines)


def _power(results: list[dict[str, Any]]) -> str:
    """Return a table of the rows: how much they differ, and how often that is marked."""
    lines = [
        f"{len(results)} comparisons, each of a text of its own.",
        "",
        "| row | criterion | difference from unigram | marked rightly | wrongly |",
        "| --- | --- | --: | --: | --: |",
    ]
    found: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for label, criterion, difference, direction in (one for result in results for one in result["outcomes"]):
        found.setdefault((label, criterion), []).append((difference, direction))
    for (label, criterion), outcomes in found.items():
        differences = np.array([difference for difference, _ in outcomes])
        sign = np.sign(differences.mean())
        right, wrong = (sum(direction == side for _, direction in outcomes) for side in (sign, -sign))
        error = differences.std(ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else np.nan
        lines.append(
            f"| {label} | {criterion} | {differences.mean():+.3f} ± {error:.3f} | {right} of {len(outcomes)} "
            f"| {wrong} of {len(outcomes)} |"
        )
    return "\n".join([*lines, "", "Differences are means over the comparisons ± their standard error."])


def _arguments() -> argparse.Namespace:
    parser = harness.make_parser(__doc__)
    text = "a text file, plain or .gz, a sentence a line; by default a text that is made, with planted similarity"
    parser.add_argument("corpus", type=harness.existing_file, nargs="?", help=text)
    parser.add_argument("--tune-by", choices=("held-out", "benchmarks"), help="as of wordneg.compare")
    parser.add_argument("--words", type=harness.at_least_one, default=230_000, help="of a piece (default: %(default)s)")
    parser.add_argument("--pieces", type=harness.at_least_one, default=8, help="at most (default: %(default)s)")
    parser.add_argument("--exponents", type=float, nargs="+", help="of rows that are worse, to measure power")
    parser.add_argument("--folder", type=Path, help="a folder of further benchmark files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
