"""Scoring vectors on a similarity benchmark in one call."""

from __future__ import annotations

import os
from typing import Any

from wordneg.evaluation.similarity.benchmark import WordPairs
from wordneg.evaluation.similarity.reading import read_word_pairs
from wordneg.evaluation.similarity.result import Correlation, SimilarityResult
from wordneg.evaluation.vectors import as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["evaluate_word_pairs", "score_word_pairs"]


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
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = (
        pairs if isinstance(pairs, WordPairs) else read_word_pairs(pairs, delimiter=delimiter, encoding=encoding)
    )
    adapted = as_vectors(vectors)
    return benchmark.bind(KnownWords(adapted.words, policy)).score(adapted)


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
