"""Scoring vectors on a categorization benchmark in one call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from wordneg.evaluation.categorization.benchmark import Categories
from wordneg.evaluation.categorization.reading import read_categories
from wordneg.evaluation.categorization.result import CategorizationResult
from wordneg.evaluation.contract import Options, seeds_of
from wordneg.evaluation.vectors import as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["score_categories"]


def score_categories(
    vectors: Any,
    benchmark: str | os.PathLike[str] | Categories,
    *,
    policy: Policy | None = None,
    seeds: int | Sequence[int] = 10,
) -> CategorizationResult:
    """Score vectors on a categorization benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    benchmark : str, path or Categories
        A benchmark's name, a file, or categories already read.
    policy : Policy, optional
        Which words are known, by default ``Policy()``. Unknown words that count (``dummy4unknown``) are one more
        cluster, the last. In the purity all of them are wrong.
    seeds : int or sequence of int
        How many clusterings, seeded 0, 1, ..., or their seeds.

    Raises
    ------
    ValueError
        Fewer than two categories have known words; no seeds; or see :func:`read_categories`.
    """
    chosen = Options(seeds=seeds_of(seeds))
    categories = benchmark if isinstance(benchmark, Categories) else read_categories(benchmark)
    adapted = as_vectors(vectors)
    return categories.bind(KnownWords(adapted.words, policy or Policy()), chosen).score(adapted)
