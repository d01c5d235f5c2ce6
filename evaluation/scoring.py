"""Scoring vectors on a single benchmark in one call."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from wordneg.evaluation.analogies.benchmark import Analogies
from wordneg.evaluation.analogies.reading import read_word_analogies
from wordneg.evaluation.analogies.result import AnalogyResult
from wordneg.evaluation.categorization.benchmark import Categories
from wordneg.evaluation.categorization.reading import read_categories
from wordneg.evaluation.categorization.result import CategorizationResult
from wordneg.evaluation.contract import DEFAULTS, Benchmark, Options, seeds_of
from wordneg.evaluation.similarity.benchmark import WordPairs
from wordneg.evaluation.similarity.reading import read_word_pairs
from wordneg.evaluation.similarity.result import Correlation, SimilarityResult
from wordneg.evaluation.vectors import as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["evaluate_word_pairs", "score_categories", "score_word_analogies", "score_word_pairs"]


def score_word_pairs(
    vectors: Any,
    pairs: str | os.PathLike[str] | WordPairs,
    *,
    delimiter: str | None = None,
    encoding: str = "utf8",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> SimilarityResult:
    """Score vectors on a similarity benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    pairs : str, path or WordPairs
        A benchmark's name, a file of ``word word score`` lines, or pairs already read.
    delimiter, encoding : str
        How to read a file: see :func:`wordneg.evaluation.read_word_pairs`.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`wordneg.evaluation.Policy`.

    Raises
    ------
    ValueError
        Fewer than three pairs to correlate, or all the same score; or see :func:`wordneg.evaluation.read_word_pairs`.
    """
    if not isinstance(pairs, WordPairs):
        pairs = read_word_pairs(pairs, delimiter=delimiter, encoding=encoding)
    return _scored(vectors, pairs, Policy(restrict_vocab, case_insensitive, dummy4unknown))


def evaluate_word_pairs(
    vectors: Any,
    pairs: str | os.PathLike[str] | WordPairs,
    delimiter: str = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> tuple[Correlation, Correlation, float]:
    """Return what gensim's ``KeyedVectors.evaluate_word_pairs`` returns, number for number.

    Fewer than three pairs are refused here, where gensim returns 1, -1 or NaN.

    Parameters
    ----------
    vectors, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown
        See :func:`score_word_pairs`; `delimiter` is not found out, it is a tab unless said otherwise.

    Returns
    -------
    pearson, spearman : Correlation
        Coefficient and two-sided p-value.
    oov_ratio : float
        Pairs with an unknown word, in percent of all.

    Raises
    ------
    ValueError
        See :func:`score_word_pairs`.
    """
    result = score_word_pairs(
        vectors,
        pairs,
        delimiter=delimiter,
        encoding=encoding,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
        dummy4unknown=dummy4unknown,
    )
    return result.pearson, result.spearman, result.oov_ratio


def score_word_analogies(
    vectors: Any,
    analogies: str | os.PathLike[str] | Analogies,
    *,
    method: str = "3cosadd",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    ranks: bool = True,
) -> AnalogyResult:
    """Score vectors on an analogy benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    analogies : str, path or Analogies
        A benchmark's name, a file or folder (see :func:`wordneg.evaluation.read_word_analogies`), or questions
        already read.
    method : {"3cosadd", "3cosmul", "3cosavg", "pairdirection", "lrcos"}
        How candidates are scored: see :mod:`wordneg.evaluation.analogies.arithmetic`. 3CosAvg and LRCos learn from
        the other pairs of the section (:mod:`wordneg.evaluation.analogies.relations`) and score all questions about
        one *c* alike.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`wordneg.evaluation.Policy`. `restrict_vocab` limits the candidates, too.
    ranks : bool
        Whether to rank the expected words, too; this takes a little longer.

    Raises
    ------
    ValueError
        An unknown method; or see :func:`wordneg.evaluation.read_word_analogies`.
    """
    options = Options(method=method, ranks=ranks)
    if not isinstance(analogies, Analogies):
        analogies = read_word_analogies(analogies)
    return _scored(vectors, analogies, Policy(restrict_vocab, case_insensitive, dummy4unknown), options)


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
    options = Options(seeds=seeds_of(seeds))
    if not isinstance(benchmark, Categories):
        benchmark = read_categories(benchmark)
    return _scored(vectors, benchmark, policy or Policy(), options)


def _scored(vectors: Any, benchmark: Benchmark, policy: Policy, options: Options = DEFAULTS) -> Any:
    """Return the result of a benchmark, which is of its own kind."""
    adapted = as_vectors(vectors)
    return benchmark.bind(KnownWords(adapted, policy), options).score(adapted)
