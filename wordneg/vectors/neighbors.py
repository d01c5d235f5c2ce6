"""Ranking by cosine: the scores of a matrix's rows with a query, and the highest of them.

The cosine of a vector of length zero with anything is 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.vectors.matrix import Floats, Matrix, scaled, unit

__all__ = ["Rows", "cosines", "cosmul_scores", "top_indices"]

Rows: TypeAlias = slice | Sequence[int]  # which rows of a matrix

_COSMUL_EPSILON = 1e-6


def cosines(matrix: Matrix, query: Floats, rows: Rows = slice(None)) -> Floats:
    """Return the cosines of some rows, (n,) floating, with a (D,) query of any length."""
    return scaled(matrix.values[rows] @ unit(query), matrix.fill_norms()[rows])


def cosmul_scores(
    matrix: Matrix, positive: Sequence[Floats], negative: Sequence[Floats], rows: Rows = slice(None)
) -> Floats:
    """Return the 3CosMul scores of some rows: the product of the cosines with `positive` over that with `negative`.

    Parameters
    ----------
    matrix : Matrix
        The vectors.
    positive, negative : sequence of (D,) floating
        The query, by its parts.
    rows : slice or sequence of int
        Which rows to score.

    Returns
    -------
    (n,) floating

    References
    ----------
    Omer Levy and Yoav Goldberg (2014), Linguistic Regularities in Sparse and Explicit Word Representations,
    CoNLL, equation (4); cosines are shifted to [0, 1] as in its footnote 7.
    """
    vectors, norms = matrix.values[rows], matrix.fill_norms()[rows]
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
        How many to return. There are fewer only if there are not that many scores.
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
