"""What a query is made of: words, indices and vectors, perhaps with weights, turned into one vector."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.vectors.matrix import Floats, Matrix, unit
from wordneg.vectors.neighbors import top_indices
from wordneg.vectors.words import Key, Words

__all__ = ["Neighbors", "Term", "Vector", "mean_vector", "nearest", "vector_of", "weighted", "whole"]

Vector: TypeAlias = npt.NDArray[Any]
Term: TypeAlias = Key | Vector | tuple[Key | Vector, float]  # word, index or (D,) vector, perhaps with its weight
Weighted: TypeAlias = list[tuple[Key | Vector, float]]
Neighbors: TypeAlias = list[tuple[Any, float]] | Floats


def whole(number: Any) -> int | None:
    """Return a number of words, of Python or NumPy, as int; None stays None."""
    return None if number is None else operator.index(number)


def weighted(terms: Term | Iterable[Term] | None, weight: float) -> Weighted:
    """Return the terms of a query with their weights, `weight` where none is given."""
    if terms is None:
        return []
    alone = isinstance(terms, str | int | np.integer) or (isinstance(terms, np.ndarray) and terms.ndim == 1)
    items: Iterable[Any] = [terms] if alone else terms  # type: ignore[assignment]
    result: Weighted = []
    for item in items:
        if isinstance(item, str | int | np.integer | np.ndarray):
            result.append((item, weight))
        elif isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], Real):
            result.append((item[0], float(item[1])))
        else:
            raise TypeError(f"{item!r} is no word, index, array or (term, weight)")
    return result


def vector_of(words: Words, matrix: Matrix, term: Key | Vector, *, norm: bool = False) -> Floats:
    """Return the (D,) vector of a word, of length 1 if `norm`; or a given vector, in the dtype of the matrix."""
    if not isinstance(term, np.ndarray):
        return matrix.row(words.index(term), norm)
    vector = np.asarray(term, dtype=matrix.values.dtype)
    if vector.shape != matrix.values.shape[1:]:
        raise ValueError(f"a vector has shape {vector.shape}; these words have {matrix.values.shape[1:]}")
    return vector


def mean_vector(
    words: Words,
    matrix: Matrix,
    terms: Sequence[Key | Vector],
    weights: npt.ArrayLike | None = None,
    *,
    pre_normalize: bool = True,
    post_normalize: bool = False,
    ignore_missing: bool = False,
) -> Floats:
    """Return the weighted mean of words and vectors; see `wordneg.WordVectors.get_mean_vector`."""
    if not terms:
        raise ValueError("no term to take the mean of; give at least one word or vector")
    factors = np.ones(len(terms)) if weights is None else np.asarray(weights, dtype=np.float64)
    if factors.shape != (len(terms),):
        raise ValueError(f"weights have shape {factors.shape}; expected one for each of {len(terms)} keys")
    mean, total = np.zeros(matrix.values.shape[1]), 0.0
    for term, factor in zip(terms, factors, strict=True):
        if ignore_missing and not isinstance(term, np.ndarray) and words.find(term) is None:
            continue
        mean += factor * vector_of(words, matrix, term, norm=pre_normalize)
        total += abs(factor)
    if total > 0:
        mean /= total
    return (unit(mean) if post_normalize else mean).astype(matrix.values.dtype)


def nearest(words: Words, scores: Floats, topn: int | None, query: Weighted, start: int = 0) -> Neighbors:
    """Return the best words except those of the query, with their scores; or all scores if `topn` is None.

    The first score belongs to the word with index `start`.
    """
    if topn is None:
        return scores
    asked = {words.index(term) - start for term, _ in query if not isinstance(term, np.ndarray)}
    best = top_indices(scores, topn, asked)
    return [(words.index_to_key[index + start], float(scores[index])) for index in best]
