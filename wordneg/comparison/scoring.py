"""Scores of trained vectors on benchmarks, in total, by frequency band and item by item."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import evaluation
from evaluation.benchmarks import locate
from evaluation.significance import item_clusters
from wordneg.comparison.records import Score
from wordneg.vocabulary import Vocabulary

__all__ = ["Benchmarks", "Scored", "check_benchmarks", "read_benchmarks", "score", "score_pairs", "summary"]

Items = dict[str, npt.NDArray[Any]]
_MAIN = ("spearman", "accuracy", "purity")


@dataclass(frozen=True)
class Benchmarks:
    """What vectors are scored on.

    Attributes
    ----------
    sources : tuple of WordPairs, Analogies or Categories
        The benchmarks; a file that cannot be read stays a path.
    names : tuple of str
        Of all.
    pairs : tuple of WordPairs
        Those that are cheap enough for learning curves.
    notes : tuple of str
        What a reader of the scores should know.
    """

    sources: tuple[Any, ...]
    names: tuple[str, ...]
    pairs: tuple[evaluation.WordPairs, ...]
    notes: tuple[str, ...]


class Scored(NamedTuple):
    """Scores, and the arrays that `Experiment.items` returns."""

    scores: tuple[Score, ...]
    items: Items


def check_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None) -> None:
    """Refuse names and paths of nothing; nothing is read or downloaded.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing.
    """
    for source in _sources(benchmarks, folder):
        named = isinstance(source, str) and source in evaluation.BENCHMARKS
        read = isinstance(source, evaluation.WordPairs | evaluation.Analogies | evaluation.Categories)
        there = isinstance(source, str | os.PathLike) and Path(source).exists()
        if not (named or read or there):
            locate(source, "similarity")  # says what is wrong, whatever kind was meant


def _sources(benchmarks: Any, folder: str | os.PathLike[str] | None) -> tuple[Any, ...]:
    if benchmarks is None:
        return tuple(evaluation.benchmarks_at_hand(folder))
    return tuple(benchmarks) if isinstance(benchmarks, list | tuple) else (benchmarks,)


def read_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None, vocabulary: Vocabulary) -> Benchmarks:
    """Read the benchmarks, and see which can be used with a vocabulary.

    Parameters
    ----------
    benchmarks : str, path, WordPairs, Analogies, or a list of these, optional
        By default all named ones that are at hand.
    folder : path, optional
        Where named ones are looked for first.
    vocabulary : Vocabulary
        The words that there will be vectors of.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing, or two are called the same.
    """
    sources = _sources(benchmarks, folder)
    if not sources:
        return Benchmarks((), (), (), ())
    anything = np.random.default_rng(0).standard_normal((len(vocabulary), 2), dtype=np.float32)
    vectors = evaluation.Vectors(tuple(vocabulary.words), anything)
    tried = evaluation.evaluate(vectors, sources, folder=folder)
    read = tuple(_read(source, folder, outcome) for source, outcome in zip(sources, tried.outcomes, strict=True))
    usable = {outcome.name for outcome in tried.outcomes if outcome.result is not None}
    return Benchmarks(
        read,
        names=tuple(outcome.name for outcome in tried.outcomes),
        pairs=tuple(one for one in read if isinstance(one, evaluation.WordPairs) and one.name in usable),
        notes=(*(outcome.failure for outcome in tried.outcomes if outcome.failure), *tried.notes),
    )


def _read(source: Any, folder: str | os.PathLike[str] | None, outcome: evaluation.Outcome) -> Any:
    """Return a benchmark, read once for all runs; what cannot be read stays as it is, and has no score."""
    if not isinstance(source, str | os.PathLike):
        return source
    named = isinstance(source, str) and source in evaluation.BENCHMARKS
    path = evaluation.benchmark_path(str(source), folder=folder) if named else Path(source)
    try:
        return replace(_READERS[outcome.kind](path), name=outcome.name)
    except ValueError:
        return source


_READERS: dict[str, Callable[[Path], Any]] = {
    "similarity": evaluation.read_word_pairs,
    "analogy": evaluation.read_word_analogies,
    "categorisation": evaluation.read_categories,
}


def score(vectors: evaluation.Vectors, benchmarks: Benchmarks, vocabulary: Vocabulary | None = None) -> Scored:
    """Score vectors on benchmarks.

    Parameters
    ----------
    vectors : Vectors
        The vectors.
    benchmarks : Benchmarks
        The benchmarks.
    vocabulary : Vocabulary, optional
        If given, scores by frequency band, too: by the counts of these words, whatever the vectors are.
    """
    if not benchmarks.sources:
        return Scored((), {})
    ranks = None
    if vocabulary is not None:
        nothing = np.zeros((len(vocabulary), 1), dtype=np.float32)
        ranks = SimpleNamespace(index_to_key=vocabulary.words, vectors=nothing, counts=vocabulary.counts)
    run = partial(evaluation.evaluate, vectors, benchmarks.sources)
    found = run(bands=True, ranks_of=ranks) if ranks is not None else run()
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
