"""Many benchmarks at once: bound to words, and scored by one matrix after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from wordneg.evaluation.bands import Bands, band_scores
from wordneg.evaluation.contract import Benchmark, Bound, Options, seeds_of
from wordneg.evaluation.gathering import Benchmarks, BenchmarkSet, read_benchmarks
from wordneg.evaluation.outcomes import Evaluation, Outcome
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.vectors import Rows, Vectors, as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["BoundBenchmarks", "bind", "evaluate"]


class BoundBenchmarks:
    """Benchmarks with their words looked up, ready for any vectors of these words; made by `bind`.

    Attributes
    ----------
    failures : dict of str to str
        Why some benchmarks have no score, whatever the vectors, by name.
    """

    def __init__(
        self,
        gathered: BenchmarkSet,
        words: KnownWords,
        options: Options,
        bands: Bands | None = None,
        ranks: WordRanks | None = None,
    ) -> None:
        self._words, self._options, self._bands = words, options, bands
        self._bound: list[tuple[Benchmark, Bound, Rows | None]] = []
        self._notes = gathered.notes
        for benchmark in gathered.benchmarks:
            rarest = None if ranks is None else benchmark.item_ranks(ranks)
            band_of = None if bands is None or rarest is None else bands.of_ranks(rarest)
            self._bound.append((benchmark, benchmark.bind(words, options), band_of))
        if bands is not None and ranks is not None and (empty := bands.beyond(ranks.last)):
            self._notes = (*gathered.notes, empty)
        self.failures = {benchmark.name: bound.failure for benchmark, bound, _ in self._bound if bound.failure}

    def score(self, matrix: Any, *, normalize_columns: bool = False) -> Evaluation:
        """Score vectors on all benchmarks.

        Parameters
        ----------
        matrix : (V, D) array or Vectors
            A row for each of the words that were bound.
        normalize_columns : bool
            Divide every dimension by its length first: see :func:`evaluate`.

        Raises
        ------
        TypeError, ValueError
            The vectors are not of these words, or see :class:`wordneg.evaluation.Vectors`.
        """
        vectors = self._words.vectors(matrix)
        if normalize_columns:
            vectors = vectors.with_unit_columns()
        outcomes = []
        for benchmark, bound, band_of in self._bound:
            name, kind = benchmark.name, benchmark.kind
            try:
                result = None if bound.failure else bound.score(vectors)
            except ValueError as error:
                outcomes.append(Outcome(name, kind, failure=str(error)))
                continue
            bands = () if result is None or band_of is None else band_scores(result, band_of)
            outcomes.append(Outcome(name, kind, result, bound.failure, bands))
        return Evaluation(
            outcomes=tuple(outcomes),
            words=len(vectors),
            vector_size=vectors.vector_size,
            policy=self._words.policy,
            options=self._options,
            bands=self._bands,
            notes=self._notes,
            normalized_columns=normalize_columns,
        )


def bind(
    words: Sequence[str] | Vectors,
    benchmarks: Benchmarks | Iterable[Benchmarks] | BenchmarkSet | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    policy: Policy | None = None,
    method: str = "3cosadd",
    bands: Bands | bool = False,
    ranks_of: Any = None,
    seeds: int | Sequence[int] = 10,
) -> BoundBenchmarks:
    """Look up the words of benchmarks once, to score many vectors of the same words.

    Parameters
    ----------
    words : sequence of str, or Vectors
        The words of the vectors, most frequent first: a row for each.
    benchmarks, folder, policy, method, bands, ranks_of, seeds
        See :func:`evaluate`. By default the order of `words` decides on the bands.

    Raises
    ------
    ValueError, OSError
        See :func:`evaluate`.

    Examples
    --------
    >>> import numpy as np
    >>> from wordneg import evaluation
    >>> words = ["cat", "dog", "car", "bus"]
    >>> pairs = evaluation.WordPairs("toy", (("cat", "dog"), ("cat", "car"), ("dog", "bus")), np.array([9.0, 2.0, 1.0]))
    >>> bound = evaluation.bind(words, pairs)
    >>> for seed in (1, 4):
    ...     vectors = np.random.default_rng(seed).normal(size=(4, 8))
    ...     print(f"{bound.score(vectors)['toy'].spearman.statistic:.1f}")
    0.5
    1.0
    """
    chosen = policy or Policy()
    options = Options(method=method, seeds=seeds_of(seeds))
    known = KnownWords(words, chosen)
    gathered = benchmarks if isinstance(benchmarks, BenchmarkSet) else read_benchmarks(benchmarks, folder=folder)
    if not bands:
        return BoundBenchmarks(gathered, known, options)
    origin = dict.fromkeys(known.words) if ranks_of is None else ranks_of
    ranks = origin if isinstance(origin, WordRanks) else WordRanks(origin, chosen)
    return BoundBenchmarks(gathered, known, options, Bands() if bands is True else bands, ranks)


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
        ones that are at hand; nothing is downloaded then. For many vectors, read all once with `read_benchmarks`; for
        many vectors of the same words, `bind` them, too.
    folder : path, optional
        A folder in which files are recognized by name, as in ``$WORDNEG_BENCHMARKS``.
    policy : Policy, optional
        Which words are known, and what becomes of the others.
    method : str
        How analogies are answered: see :func:`wordneg.evaluation.score_word_analogies`.
    bands : Bands or bool
        Score also by how frequent the words are, and where the bands part.
    ranks_of : Vectors, mapping, object with ``index_to_key`` and ``vectors``, or WordRanks, optional
        The source of the frequency ranks that decide on the bands. Give the same one for all models that are compared.
        By default `vectors`.
    seeds : int or sequence of int
        Over how many clusterings, or over which seeds, categorization is averaged.
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
    adapted = as_vectors(vectors)
    ranking = vectors if ranks_of is None else ranks_of
    bound = bind(
        adapted,
        benchmarks,
        folder=folder,
        policy=policy,
        method=method,
        bands=bands,
        ranks_of=ranking,
        seeds=seeds,
    )
    return bound.score(adapted, normalize_columns=normalize_columns)
