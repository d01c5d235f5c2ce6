"""Scores of trained vectors on benchmarks, in total, by frequency band and item by item."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg import evaluation
from wordneg.comparison.records import Score
from wordneg.evaluation.benchmarks import locate
from wordneg.evaluation.policy import Lookup
from wordneg.evaluation.significance import item_clusters
from wordneg.evaluation.solving import look_up
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Benchmarks", "Scored", "check_benchmarks", "read_benchmarks", "score", "score_pairs", "summary"]

Items = dict[str, npt.NDArray[Any]]
_MAIN = ("spearman", "accuracy", "purity")


@dataclass(frozen=True)
class Benchmarks:
    """What vectors are scored on, read once for all of them.

    Attributes
    ----------
    read : BenchmarkSet
        The benchmarks.
    failures : tuple of str
        Why some have no score, whatever the vectors.
    pairs : tuple of WordPairs
        Those that have a score and are cheap enough for learning curves; empty as long as the words are not known.
    remarks : tuple of str
        What else a reader of the scores should know.
    """

    read: evaluation.BenchmarkSet
    failures: tuple[str, ...]
    pairs: tuple[evaluation.WordPairs, ...] = ()
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
        anything = np.random.default_rng(0).standard_normal((len(vocabulary), 2), dtype=np.float32)
        vectors = evaluation.Vectors(tuple(vocabulary.words), anything)
        doubtful = [one for one in self.read.benchmarks if not _has_known_question(one, vectors)]
        tried = evaluation.evaluate(vectors, replace(self.read, benchmarks=tuple(doubtful)))
        usable = {outcome.name for outcome in tried.outcomes if outcome.result is not None}
        pairs = [one for one in doubtful if isinstance(one, evaluation.WordPairs) and one.name in usable]
        failures = tuple(outcome.failure for outcome in tried.outcomes if outcome.failure)
        return Benchmarks(self.read, failures, tuple(pairs), tried.notes)


def _has_known_question(benchmark: Any, vectors: evaluation.Vectors) -> bool:
    """Return whether it is analogies that have a score: to find out by solving them all would take long."""
    if not isinstance(benchmark, evaluation.Analogies):
        return False
    return bool(look_up(Lookup.of(vectors, evaluation.Policy()), benchmark).known.any())


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
        read = isinstance(source, evaluation.WordPairs | evaluation.Analogies | evaluation.Categories)
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


def score(vectors: evaluation.Vectors, benchmarks: Benchmarks, ranks: evaluation.WordRanks | None = None) -> Scored:
    """Score vectors on benchmarks.

    Parameters
    ----------
    vectors : Vectors
        The vectors.
    benchmarks : Benchmarks
        The benchmarks.
    ranks : WordRanks, optional
        If given, scores by frequency band, too: by these ranks, whatever the vectors are.
    """
    if not benchmarks.names:
        return Scored((), {})
    found = evaluation.evaluate(vectors, benchmarks.read, bands=ranks is not None, ranks_of=ranks)
    scores: list[Score] = []
    items: Items = {}
    for outcome in found.outcomes:
        used, missing, _ = outcome.counts
        measures = [(measure.name.lower(), _finite(measure.value)) for measure in outcome.measures]
        measures = measures or [(_MAIN[_KINDS.index(outcome.kind)], None)]
        scores += [Score(outcome.name, name, "all", value, used, missing) for name, value in measures]
        scores += [
            Score(outcome.name, measures[0][0], band.band, band.score, band.used, band.total - band.used)
            for band in outcome.bands
        ]
        items |= _items(outcome.name, outcome.result)
    return Scored(tuple(scores), items)


_KINDS = ("similarity", "analogy", "categorisation")  # in the order of their main measures


def _items(name: str, result: Any) -> Items:
    """Return the arrays of one benchmark; none of a clustering, which has no scores of single words."""
    if isinstance(result, evaluation.SimilarityResult):
        scores = np.where(result.used, result.scores, np.nan)
        return {name: scores, f"{name}/gold": np.asarray(result.gold), f"{name}/cluster": item_clusters(result)}
    if isinstance(result, evaluation.AnalogyResult):
        solved = np.where(result.used, result.correct.astype(np.float64), np.nan)
        return {name: solved, f"{name}/cluster": item_clusters(result)}
    return {}


def score_pairs(vectors: evaluation.Vectors, pairs: evaluation.WordPairs) -> tuple[Score, ...]:
    """Score vectors on a similarity benchmark, by Spearman's correlation; without a score if there is none."""
    try:
        result = evaluation.score_word_pairs(vectors, pairs)
    except ValueError:  # vectors of zeros: nothing varies
        return (Score(pairs.name, "spearman", "all", None, 0, len(pairs.pairs)),)
    value, used = _finite(result.spearman.statistic), int(result.used.sum())
    return (Score(pairs.name, "spearman", "all", value, used, len(result.missing_pairs)),)


def summary(scores: Iterable[Score]) -> float | None:
    """Return the mean of the benchmarks, each by its main measure over all words; None if none has a score.

    The main measures are Spearman's correlation, accuracy and purity.
    """
    main = [
        score.value for score in scores if score.measure in _MAIN and score.band == "all" and score.value is not None
    ]
    return math.fsum(main) / len(main) if main else None


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
