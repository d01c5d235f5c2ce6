"""Scores of trained vectors on benchmarks, in total, by frequency band and item by item."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from wordneg import evaluation
from wordneg.comparison.records import Score
from wordneg.evaluation.benchmarks.files import locate
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Benchmarks", "Scored", "check_benchmarks", "read_benchmarks", "score", "score_pairs", "summary"]

Items = dict[str, npt.NDArray[Any]]
_MAIN = {"similarity": "spearman", "analogy": "accuracy", "categorization": "purity"}
"""The main measure of each kind of benchmark."""


@dataclass(frozen=True)
class Benchmarks:
    """What vectors are scored on, read once for all of them.

    Attributes
    ----------
    read : BenchmarkSet
        The benchmarks.
    failures : tuple of str
        Why some have no score, whatever the vectors.
    pairs : BenchmarkSet
        Those that have a score and are cheap enough for learning curves; empty as long as the words are not known.
    remarks : tuple of str
        What else a reader of the scores should know.
    """

    read: evaluation.BenchmarkSet
    failures: tuple[str, ...]
    pairs: evaluation.BenchmarkSet = field(default_factory=lambda: evaluation.BenchmarkSet(()))
    remarks: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all."""
        return tuple(benchmark.name for benchmark in self.read.benchmarks)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the scores should know."""
        return (*self.failures, *self.remarks)

    def require_some(self) -> None:
        """Refuse to tune by benchmarks of which none has a score.

        Raises
        ------
        ValueError
            If there is none.
        """
        if len(self.failures) == len(self.names):
            reasons = "".join(f" {failure}." for failure in self.failures)
            raise ValueError(f"{_NONE}; give some, or {_OTHERWISE}{'.' if reasons else ''}{reasons}")

    def with_words(self, vocabulary: Vocabulary) -> Benchmarks:
        """Return them with what is known as soon as the words are that there will be vectors of."""
        if not self.names:
            return self
        failures = self.bind(vocabulary.words).failures
        usable = [one for one in self.read.benchmarks if one.name not in failures]
        cheap = tuple(one for one in usable if one.kind == "similarity")
        return Benchmarks(self.read, tuple(failures.values()), evaluation.BenchmarkSet(cheap), self.read.notes)

    def bind(
        self, words: Sequence[str], ranks: evaluation.WordRanks | None = None, *, cheap: bool = False
    ) -> evaluation.BoundBenchmarks:
        """Return the benchmarks bound to words: all or the cheap ones, by frequency, too, if `ranks` are given."""
        chosen = self.pairs if cheap else self.read
        return evaluation.bind(words, chosen, bands=ranks is not None, ranks_of=ranks)


_NONE = "there is no benchmark to tune by"
_OTHERWISE = 'tune_by="held-out", or tune=None'


class Scored(NamedTuple):
    """Scores, and the arrays that `Experiment.items` returns."""

    scores: tuple[Score, ...]
    items: Items


def check_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None, *, needed: bool = False) -> None:
    """Refuse names and paths of nothing; nothing is read or downloaded.

    Parameters
    ----------
    benchmarks, folder
        See `read_benchmarks`.
    needed : bool
        Whether there must be one.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing.
    """
    sources = _sources(benchmarks, folder)
    if needed and not sources:
        raise ValueError(f"{_NONE}; give some, or {_OTHERWISE}")
    for source in sources:
        named = isinstance(source, str) and source in evaluation.BENCHMARKS
        read = isinstance(source, evaluation.Benchmark)
        there = isinstance(source, str | os.PathLike) and Path(source).exists()
        if not (named or read or there):
            locate(source, "similarity")  # says what is wrong, whatever kind was meant


def _sources(benchmarks: Any, folder: str | os.PathLike[str] | None) -> tuple[Any, ...]:
    if benchmarks is None:
        return tuple(evaluation.benchmarks_at_hand(folder))
    return tuple(benchmarks) if isinstance(benchmarks, list | tuple) else (benchmarks,)


def read_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None) -> Benchmarks:
    """Read the benchmarks.

    Parameters
    ----------
    benchmarks : str, path, WordPairs, Analogies, Categories, or a list of these, optional
        By default all named ones that are at hand.
    folder : path, optional
        Where named ones are looked for first.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing, or two are called the same.
    """
    sources = _sources(benchmarks, folder)
    if not sources:
        return Benchmarks(evaluation.BenchmarkSet(()), ())
    read = evaluation.read_benchmarks(sources, folder=folder)
    failures = [one.failure for one in read.benchmarks if isinstance(one, evaluation.Unreadable)]
    return Benchmarks(read, tuple(failures), remarks=read.notes)


def score(matrix: Any, benchmarks: evaluation.BoundBenchmarks) -> Scored:
    """Score vectors on benchmarks.

    Parameters
    ----------
    matrix : (V, D) float32 array or Vectors
        The vectors of the words that were bound.
    benchmarks : BoundBenchmarks
        The benchmarks.
    """
    scores: list[Score] = []
    items: Items = {}
    for outcome in benchmarks.score(matrix).outcomes:
        used, missing, _ = outcome.counts
        measures = [(measure.name.lower(), _finite(measure.value)) for measure in outcome.measures]
        measures = measures or [(_MAIN[outcome.kind], None)]
        scores += [Score(outcome.name, name, "all", value, used, missing) for name, value in measures]
        scores += [
            Score(outcome.name, measures[0][0], band.band, band.score, band.used, band.total - band.used)
            for band in outcome.bands
        ]
        if outcome.result is not None and outcome.result.items is not None:
            items |= _arrays(outcome.name, outcome.result.items)
    return Scored(tuple(scores), items)


def _arrays(name: str, items: evaluation.Items) -> Items:
    """Return the arrays of one benchmark."""
    arrays = {name: items.scores, f"{name}/cluster": items.clusters}
    return arrays if items.gold is None else {f"{name}/gold": items.gold} | arrays


def score_pairs(matrix: Any, pairs: evaluation.BoundBenchmarks) -> tuple[Score, ...]:
    """Score vectors on similarity benchmarks, by Spearman's correlation; without a score if there is none."""
    return tuple(one for one in score(matrix, pairs).scores if one.measure == "spearman")


def summary(scores: Iterable[Score]) -> float | None:
    """Return the mean of the benchmarks, each by its main measure over all words; None if none has a score.

    The main measures are Spearman's correlation, accuracy and purity.
    """
    of_all = [score for score in scores if score.measure in _MAIN.values() and score.band == "all"]
    main = [score.value for score in of_all if score.value is not None]
    return math.fsum(main) / len(main) if main else None


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
