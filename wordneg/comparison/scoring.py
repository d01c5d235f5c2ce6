"""Scores of vectors on benchmarks: in total, by frequency band and item by item.

`read_benchmarks` reads what was asked for; a `Scorer` scores matrices of the text's words on it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg import evaluation
from wordneg.comparison.records import HELD_OUT, Score
from wordneg.evaluation.benchmarks import locate
from wordneg.evaluation.policy import Lookup
from wordneg.evaluation.significance import item_clusters
from wordneg.evaluation.solving import look_up

if TYPE_CHECKING:
    from wordneg.text.vocabulary import Vocabulary

__all__ = [
    "Scored",
    "Scorer",
    "find_benchmarks",
    "nothing_to_tune_by",
    "read_benchmarks",
    "score_held_out",
    "summary",
]

_MAIN = {"similarity": "spearman", "analogy": "accuracy", "categorisation": "purity"}
"""The main measure of each kind of benchmark."""

_BANDS = ("frequent", "middle", "rare")  # as `wordneg.evaluation.Bands` numbers them


class Scored(NamedTuple):
    """The scores of some vectors.

    Attributes
    ----------
    scores : tuple of Score
        In total and by band.
    items : dict of str to ndarray
        What `Comparison.items` returns, as it is kept: float32, or int8 1, 0, and -1 where unused.
    """

    scores: tuple[Score, ...]
    items: dict[str, NDArray[Any]]


# --- what is asked for ----------------------------------------------------------------------------------


def find_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None) -> tuple[Any, ...]:
    """Return the benchmarks that were asked for, or all at hand; nothing is read or downloaded.

    Parameters
    ----------
    benchmarks : str, path, WordPairs, Analogies, Categories, or a list of these, optional
        By default all named ones that are at hand.
    folder : path, optional
        Where named ones are looked for first.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing.
    """
    if benchmarks is None:
        return tuple(evaluation.benchmarks_at_hand(folder))
    sources = tuple(benchmarks) if isinstance(benchmarks, list | tuple) else (benchmarks,)
    for source in sources:
        named = isinstance(source, str) and source in evaluation.BENCHMARKS
        read = isinstance(source, evaluation.WordPairs | evaluation.Analogies | evaluation.Categories)
        there = isinstance(source, str | os.PathLike) and Path(source).exists()
        if not (named or read or there):
            locate(source, "similarity")  # says what is wrong, whatever kind was meant
    return sources


def nothing_to_tune_by(reasons: Iterable[str] = ()) -> ValueError:
    """Return the error that there is no benchmark to tune by."""
    told = ['there is no benchmark to tune by; give some, or tune_by="held-out", or tune=None', *reasons]
    return ValueError(told[0] if len(told) == 1 else " ".join(f"{sentence}." for sentence in told))


def read_benchmarks(
    sources: Iterable[Any], folder: str | os.PathLike[str] | None = None, *, needed: bool = False
) -> evaluation.BenchmarkSet:
    """Read benchmarks, once for all vectors; those with a name are downloaded if need be.

    Parameters
    ----------
    sources, folder
        See `find_benchmarks`.
    needed : bool
        Whether there is to be one that can be read.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing, or two have the same name, or none can be read although it is needed.
    """
    sources = tuple(sources)
    read = evaluation.read_benchmarks(sources, folder=folder) if sources else evaluation.BenchmarkSet(())
    failures = [one.failure for one in read.benchmarks if isinstance(one, evaluation.Unreadable)]
    if needed and len(failures) == len(read.benchmarks):
        raise nothing_to_tune_by(failures)
    return read


# --- scores ---------------------------------------------------------------------------------------------


class Scorer:
    """Scores vectors of the same words on benchmarks; the words are looked up once.

    Parameters
    ----------
    benchmarks : BenchmarkSet
        The benchmarks.
    vocabulary : Vocabulary
        The words; their counts decide on the frequency bands.

    Attributes
    ----------
    failures : tuple of str
        Why some benchmarks have no score, whatever the vectors.
    notes : tuple of str
        What a reader of the scores should know.
    """

    def __init__(self, benchmarks: evaluation.BenchmarkSet, vocabulary: Vocabulary) -> None:
        self._benchmarks = benchmarks
        words = tuple(vocabulary.words)
        self._vectors = evaluation.Vectors(words, np.zeros((len(words), 1), dtype=np.float32))
        self._ranks = evaluation.WordRanks(self._vectors, evaluation.Policy(), vocabulary.counts)
        self._pairs: tuple[evaluation.WordPairs, ...] = ()
        self.failures: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        if benchmarks.benchmarks:
            self._try()

    def _try(self) -> None:
        """Find out which benchmarks have a score, by vectors of two random numbers."""
        anything = np.random.default_rng(0).standard_normal((len(self._vectors.words), 2), dtype=np.float32)
        vectors, read = self._vectors.with_matrix(anything), self._benchmarks
        doubtful = tuple(one for one in read.benchmarks if not _has_known_question(one, vectors))
        tried = evaluation.evaluate(vectors, replace(read, benchmarks=doubtful))
        usable = {outcome.name for outcome in tried.outcomes if outcome.result is not None}
        self._pairs = tuple(one for one in doubtful if isinstance(one, evaluation.WordPairs) and one.name in usable)
        self.failures = tuple(outcome.failure for outcome in tried.outcomes if outcome.failure)
        self.notes = (*self.failures, *tried.notes)

    def require_some(self) -> None:
        """Raise ValueError if no benchmark has a score, so that there is nothing to tune by."""
        if len(self.failures) == len(self._benchmarks.benchmarks):
            raise nothing_to_tune_by(self.failures)

    @property
    def curves(self) -> bool:
        """Whether there are benchmarks that are quickly scored, for learning curves."""
        return bool(self._pairs)

    def score(self, matrix: NDArray[np.float32], words: tuple[str, ...] | None = None, *, bands: bool = True) -> Scored:
        """Score vectors on all benchmarks.

        Parameters
        ----------
        matrix : (V, D) float32
            The vectors.
        words : tuple of str, optional
            The words of the rows, if they are not the words of the text.
        bands : bool
            Whether to score by frequency band, too: by the counts of the text, whatever the words are.

        Raises
        ------
        TypeError, ValueError
            If the vectors cannot be scored.
        """
        if not self._benchmarks.benchmarks:
            return Scored((), {})
        vectors = self._vectors.with_matrix(matrix) if words is None else evaluation.Vectors(words, matrix)
        found = evaluation.evaluate(vectors, self._benchmarks, bands=bands, ranks_of=self._ranks)
        scores: list[Score] = []
        items: dict[str, NDArray[Any]] = {}
        for outcome in found.outcomes:
            used, missing, _ = outcome.counts
            measures = [(measure.name.lower(), _finite(measure.value)) for measure in outcome.measures]
            measures = measures or [(_MAIN[outcome.kind], None)]
            scores += [Score(outcome.name, name, "all", value, used, missing) for name, value in measures]
            scores += [
                Score(outcome.name, measures[0][0], band.band, band.score, band.used, band.total - band.used)
                for band in outcome.bands
            ]
            items |= _items(outcome.name, outcome.result)
        return Scored(tuple(scores), items)

    def score_curve(self, matrix: NDArray[np.float32]) -> tuple[Score, ...]:
        """Score vectors on the benchmarks that are quickly scored: Spearman's correlation for similarity."""
        vectors = self._vectors.with_matrix(matrix)
        return tuple(_score_pairs(vectors, pairs) for pairs in self._pairs)


def score_held_out(logs: NDArray[np.float64], ranks: NDArray[np.int64], clusters: NDArray[np.int64]) -> Scored:
    """Return the scores of held-out text, over all words and by their frequency.

    Parameters
    ----------
    logs : (P,) float64
        The log-likelihood of each position.
    ranks : (P,) int64
        The frequency rank of its word.
    clusters : (P,) int64
        The sentence that it is in.
    """
    band_of = evaluation.Bands().of_ranks(ranks)
    parts = {"all": np.ones(len(logs), dtype=bool)} | {band: band_of == number for number, band in enumerate(_BANDS)}
    scores = [
        Score(HELD_OUT, "log-likelihood", band, float(logs[part].mean()) if part.any() else None, int(part.sum()), 0)
        for band, part in parts.items()
    ]
    return Scored(tuple(scores), {HELD_OUT: logs.astype(np.float32), f"{HELD_OUT}/cluster": _compact(clusters)})


def summary(scores: Iterable[Score]) -> float | None:
    """Return the mean of the benchmarks, each by its main measure over all words; None if none has a score.

    The main measures are Spearman's correlation, accuracy and purity.
    """
    main = [
        score.value
        for score in scores
        if score.measure in _MAIN.values() and score.band == "all" and score.value is not None
    ]
    return math.fsum(main) / len(main) if main else None


def _has_known_question(benchmark: Any, vectors: evaluation.Vectors) -> bool:
    """Return whether it is analogies that have a score: to find out by solving them all would take long."""
    if not isinstance(benchmark, evaluation.Analogies):
        return False
    return bool(look_up(Lookup.of(vectors, evaluation.Policy()), benchmark).known.any())


def _items(name: str, result: Any) -> dict[str, NDArray[Any]]:
    """Return the arrays of one benchmark; none for a clustering, which has no scores of single words."""
    if isinstance(result, evaluation.SimilarityResult):
        scores = np.where(result.used, result.scores, np.nan).astype(np.float32)
        gold = np.asarray(result.gold, dtype=np.float64)
        return {name: scores, f"{name}/gold": gold, f"{name}/cluster": _compact(item_clusters(result))}
    if isinstance(result, evaluation.AnalogyResult):
        solved = np.where(result.used, result.correct, -1).astype(np.int8)
        return {name: solved, f"{name}/cluster": _compact(item_clusters(result))}
    return {}


def _compact(clusters: NDArray[np.int64]) -> NDArray[np.int32]:
    return clusters.astype(np.int32)


def _score_pairs(vectors: evaluation.Vectors, pairs: evaluation.WordPairs) -> Score:
    try:
        result = evaluation.score_word_pairs(vectors, pairs)
    except ValueError:  # vectors of zeros: nothing varies
        return Score(pairs.name, "spearman", "all", None, 0, len(pairs.pairs))
    value, used = _finite(result.spearman.statistic), int(result.used.sum())
    return Score(pairs.name, "spearman", "all", value, used, len(result.missing_pairs))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
