"""Many benchmarks at once."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterable, Sequence
from typing import Any

from wordneg.evaluation.analogy import score_word_analogies
from wordneg.evaluation.bands import Bands, BandScore, WordRanks, band_scores
from wordneg.evaluation.catalogue import Kind
from wordneg.evaluation.categorisation import Categories, CategorisationResult, score_categories
from wordneg.evaluation.gathering import Benchmarks, BenchmarkSet, Unreadable, read_benchmarks
from wordneg.evaluation.outcomes import Evaluation, Outcome, Result
from wordneg.evaluation.policy import Policy
from wordneg.evaluation.reading import WordPairs
from wordneg.evaluation.reading_analogies import Analogies
from wordneg.evaluation.similarity import score_word_pairs
from wordneg.evaluation.solving import find_method
from wordneg.evaluation.vectors import Vectors, as_vectors

__all__ = ["evaluate"]


def evaluate(
    vectors: Any,
    benchmarks: Benchmarks | Iterable[Benchmarks] | BenchmarkSet | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    policy: Policy | None = None,
    method: str = "3cosadd",
    bands: Bands | bool = False,
    ranks_of: Any = None,
    seeds: int | Sequence[int] = 10,
    normalize_columns: bool = False,
) -> Evaluation:
    """Evaluate vectors on many benchmarks.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    benchmarks : str, path, WordPairs, Analogies, Categories, or several of them; optional
        Names (one that is not at hand is downloaded), files, or benchmarks already read. By default all named
        ones that are at hand; nothing is downloaded then. For many vectors, read all once: `read_benchmarks`.
    folder : path, optional
        A folder in which files are recognised by name, as in ``$WORDNEG_BENCHMARKS``.
    policy : Policy, optional
        Which words are known, and what becomes of the others.
    method : str
        How analogies are answered: see :func:`wordneg.evaluation.score_word_analogies`.
    bands : Bands or bool
        Score also by how frequent the words are, and where the bands part.
    ranks_of : Vectors, mapping, object with ``index_to_key`` and ``vectors``, or WordRanks, optional
        Whose ranks decide on the bands: name the same for all models of a comparison. By default `vectors`.
    seeds : int or sequence of int
        Over how many clusterings, or those of which seeds, categorisation is averaged.
    normalize_columns : bool
        Divide every dimension by its length over all of `vectors` first, as WordRank's authors do: see
        :meth:`wordneg.evaluation.Vectors.with_unit_columns`.

    Returns
    -------
    Evaluation
        A benchmark that cannot be scored is a row that says why, not the end of the rest.

    Raises
    ------
    ValueError
        Vectors that :func:`wordneg.evaluation.as_vectors` refuses, no or an unknown benchmark, two of one name, an
        unknown method, or no seeds.
    OSError
        A file or `folder` that does not exist, or a download that failed.
    """
    chosen = policy or Policy()
    parting = Bands() if bands is True else bands or None
    find_method(method)  # a wrong one is refused now, not by every benchmark
    if not seeds:
        raise ValueError(f"got seeds={seeds!r}, expected at least one clustering")
    adapted = as_vectors(vectors).with_unit_columns() if normalize_columns else as_vectors(vectors)
    gathered = benchmarks if isinstance(benchmarks, BenchmarkSet) else read_benchmarks(benchmarks, folder=folder)
    ranks = None
    if parting is not None:
        origin = vectors if ranks_of is None else ranks_of
        ranks = origin if isinstance(origin, WordRanks) else WordRanks(origin, chosen)
    outcomes = []
    for benchmark in gathered.benchmarks:
        name, kind = benchmark.name, _kind(benchmark)
        if isinstance(benchmark, Unreadable):
            outcomes.append(Outcome(name, kind, failure=benchmark.failure))
            continue
        try:
            result = _score(adapted, benchmark, chosen, method, seeds)
        except ValueError as error:
            outcomes.append(Outcome(name, kind, failure=str(error)))
            continue
        by_band: tuple[BandScore, ...] = ()
        if ranks is not None and parting is not None and not isinstance(result, CategorisationResult):
            by_band = band_scores(result, ranks, parting)
        outcomes.append(Outcome(name, kind, result, bands=by_band))
    notes = [*gathered.notes]
    if ranks is not None and parting is not None and (empty := parting.beyond(ranks.last)):
        notes.append(empty)
    return Evaluation(
        tuple(outcomes), len(adapted), adapted.vector_size, chosen, method, parting, tuple(notes), normalize_columns
    )


def _kind(benchmark: WordPairs | Analogies | Categories | Unreadable) -> Kind:
    if isinstance(benchmark, Unreadable):
        return benchmark.kind
    if isinstance(benchmark, Categories):
        return "categorisation"
    return "similarity" if isinstance(benchmark, WordPairs) else "analogy"


def _score(
    vectors: Vectors,
    benchmark: WordPairs | Analogies | Categories,
    policy: Policy,
    method: str,
    seeds: int | Sequence[int],
) -> Result:
    """Return the full result.

    Raises
    ------
    ValueError
        There is no score.
    """
    if isinstance(benchmark, WordPairs):
        return score_word_pairs(vectors, benchmark, **dataclasses.asdict(policy))
    if isinstance(benchmark, Categories):
        return score_categories(vectors, benchmark, policy=policy, seeds=seeds)
    result = score_word_analogies(vectors, benchmark, method=method, **dataclasses.asdict(policy))
    if math.isnan(result.accuracy):
        raise ValueError(
            f"not enough questions: of the {len(result.questions):,} in {benchmark.name} not one has all its words "
            f"in the vectors ({policy.described(len(vectors))})"
        )
    return result
