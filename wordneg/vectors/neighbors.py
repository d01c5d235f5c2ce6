"""Ranking by cosine: the arithmetic behind the queries, on matrices alone.

Vectors of length zero have no direction. Here their cosine with anything is 0, without a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["cosines", "cosmul_scores", "scaled", "top_indices", "unit"]

Floats = npt.NDArray[np.floating[Any]]

_COSMUL_EPSILON = 1e-6


def unit(vector: Floats) -> Floats:
    """Return a (D,) vector scaled to length 1, or as it is if its length is 0."""
    norm = np.linalg.norm(vector)
    return vector / norm if norm > 0 else vector


def scaled(values: Floats, norms: Floats) -> Floats:
    """Return ``values / norms``, and 0 where the norm is 0.

    Parameters
    ----------
    values : (V,) or (V, D) floating
        One value or row for each norm.
    norms : (V,) floating
        What to divide by.
    """
    divisors = norms if values.ndim == 1 else norms[:, np.newaxis]
    return np.divide(values, divisors, out=np.zeros(values.shape, values.dtype), where=divisors != 0)


def cosines(vectors: Floats, norms: Floats, query: Floats) -> Floats:
    """Return the cosine of each row with `query`.

    Parameters
    ----------
    vectors : (V, D) floating
        The rows.
    norms : (V,) floating
        Their lengths.
    query : (D,) floating
        Of any length.

    Returns
    -------
    (V,) floating
    """
    return scaled(vectors @ unit(query), norms)


def cosmul_scores(vectors: Floats, norms: Floats, positive: Sequence[Floats], negative: Sequence[Floats]) -> Floats:
    """Return each row's 3CosMul score: the product of its cosines with `positive` over that with `negative`.

    Parameters
    ----------
    vectors : (V, D) floating
        The rows.
    norms : (V,) floating
        Their lengths.
    positive, negative : sequence of (D,) floating
        The query, by its parts.

    Returns
    -------
    (V,) floating

    References
    ----------
    Omer Levy and Yoav Goldberg (2014), Linguistic Regularities in Sparse and Explicit Word Representations,
    CoNLL, equation (4); cosines are shifted to [0, 1] as in its footnote 7.
    """
    numerator, denominator = (
        np.prod([(1 + scaled(vectors @ term, norms)) / 2 for term in terms], axis=0) for terms in (positive, negative)
    )
    scores: Floats = numerator / (denominator + _COSMUL_EPSILON)
    return scores


def top_indices(scores: Floats, count: int, exclude: Collection[int] = ()) -> npt.NDArray[np.intp]:
    """Return the indices of the highest scores, highest first, equal ones in the order of their index.

    Parameters
    ----------
    scores : (V,) floating
        NaN ranks last.
    count : int
        How many to return, fewer only if there are not as many.
    exclude : collection of int
        Indices to leave out; those outside [0, V) do not matter.

    Returns
    -------
    (n,) intp
    """
    ranked = np.where(np.isnan(scores), -np.inf, scores)
    wanted = min(count + len(exclude), len(ranked))
    if wanted < len(ranked):
        threshold = np.partition(ranked, len(ranked) - wanted)[len(ranked) - wanted]
        candidates = np.flatnonzero(ranked >= threshold)
    else:
        candidates = np.arange(len(ranked))
    best = candidates[np.argsort(-ranked[candidates], kind="stable")]
    return best[~np.isin(best, list(exclude))][:count]
