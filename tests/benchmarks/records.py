"""Runs of quality benchmarks: kept in a file, scored, and summed up with intervals."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import harness
from wordneg.evaluation.significance import seed_interval, welch

from wordneg import evaluation

BUNDLED = ("wordsim353", "simlex999")
ANALOGIES = "google"


def add_similarity(parser: argparse.ArgumentParser) -> None:
    """Give a parser the option for similarity benchmarks beyond those that gensim brings."""
    parser.add_argument(
        "--similarity",
        type=harness.existing_file,
        nargs="+",
        default=[],
        metavar="FILE",
        help=f"rated word pairs, `word word score` a line, besides the bundled {', '.join(BUNDLED)} and {ANALOGIES}",
    )


class Journal:
    """Finished runs in a file, a JSON object a line.

    Parameters
    ----------
    path : Path
        The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records = []
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for line in text.splitlines():
            try:
                self._records.append(json.loads(line))
            except json.JSONDecodeError:
                harness.say(f"{path} holds a line cut short; that run is done again")
        if text and not text.endswith("\n"):
            self._append("")

    def find(self, run: dict[str, Any], benchmarks: Sequence[str]) -> dict[str, Any] | None:
        """Return the record of a run, if it was scored on all the benchmarks."""
        for record in self._records:
            if record["run"] == run and set(benchmarks) <= record["scores"].keys():
                return record
        return None

    def add(self, record: dict[str, Any]) -> None:
        """Keep a record, on the disk first."""
        self._append(json.dumps(record))
        self._records.append(record)

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def score(vectors: Any, pairs: Sequence[evaluation.WordPairs]) -> dict[str, float]:
    """Return Spearman correlations of the similarity benchmarks and the accuracy on the analogies, by name."""
    scores = {benchmark.name: evaluation.score_word_pairs(vectors, benchmark).spearman.statistic for benchmark in pairs}
    return scores | {ANALOGIES: evaluation.score_word_analogies(vectors, ANALOGIES).accuracy}


def half_width(*samples: Sequence[float]) -> float | None:
    """Return half the 95 % interval of a mean, or of the difference of two; None for a single value."""
    if min(map(len, samples)) < 2:
        return None
    if all(len(set(sample)) == 1 for sample in samples):
        return 0.0
    interval = seed_interval(samples[0]) if len(samples) == 1 else welch(*samples).interval
    return None if interval is None else (interval.high - interval.low) / 2


def mean(sample: Sequence[float]) -> str:
    """Return a mean with its interval."""
    return _with_interval(statistics.fmean(sample), half_width(sample))


def difference(one: Sequence[float], other: Sequence[float]) -> str:
    """Return the difference of two means with its interval."""
    return _with_interval(statistics.fmean(one) - statistics.fmean(other), half_width(one, other), "+")


def _with_interval(value: float, half: float | None, sign: str = "") -> str:
    return f"{value:{sign}.3f}" + ("" if half is None else f" ± {half:.3f}")
