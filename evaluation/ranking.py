"""Ranking all candidates: how far down the right one stands, and what that is worth.

For each of N queries exactly one of V candidates is right, such as the item that came next in a session. It is ranked
among all of them: metrics over a sample of candidates do not even tell which of two models is better (Krichene and
Rendle 2020). Candidates of equal score could stand in any order, and a metric is its mean over all of these orders
(McSherry and Najork 2008): a model that gives all the same score gets what guessing gets, wherever the right one is
stored.

References
----------
F. McSherry, M. Najork (2008), "Computing information retrieval performance measures efficiently in the presence of tied
scores", ECIR.
W. Krichene, S. Rendle (2020), "On sampled metrics for item recommendation", KDD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.vectors import Rows

__all__ = ["count_above", "hit_rate", "ndcg"]


def count_above(scores: Any, right: Any, excluded: Any = None) -> tuple[Rows, Rows]:
    """Rank the right candidate of each query among all candidates.

    Parameters
    ----------
    scores : (N, V) array_like of float
        The score of each candidate for each query; the greatest is the best.
    right : (N,) array_like of int
        The column of the right candidate of each query.
    excluded : (N,) array_like of int, optional
        The column of a candidate that is no answer to the query, such as the item that was asked; not the right one.

    Returns
    -------
    above, tied : (N,) int64 array
        How many candidates have a greater score than the right one, and how many others have the same.

    Raises
    ------
    ValueError
        Shapes that do not fit, a right candidate that is excluded, or a score that is NaN.
    """
    scores, right = np.asarray(scores), np.asarray(right)
    if scores.ndim != 2 or right.shape != scores.shape[:1]:
        raise ValueError(
            f"got scores of shape {scores.shape} and right candidates of shape {right.shape}, expected (N, V) and (N,)"
        )
    if np.isnan(scores).any():
        raise ValueError("a score is NaN, which has no rank")
    places = np.arange(len(scores))
    own = scores[places, right]
    above, tied = (scores > own[:, None]).sum(axis=1), (scores == own[:, None]).sum(axis=1) - 1
    if excluded is not None:
        excluded = np.asarray(excluded)
        if excluded.shape != right.shape or (excluded == right).any():
            raise ValueError("expected an excluded candidate for each query, other than the right one")
        left_out = scores[places, excluded]
        above, tied = above - (left_out > own), tied - (left_out == own)
    return above, tied


def hit_rate(above: Any, tied: Any, k: int = 10) -> npt.NDArray[np.float64]:
    """Return for each query whether the right candidate is among the first `k`: 1, 0, or the chance of it if tied.

    Parameters
    ----------
    above, tied : (N,) array_like of int
        How many candidates have a greater score than the right one, and how many others the same: `count_above`.
    k : int
        How many candidates are looked at.

    Raises
    ------
    ValueError
        `k` is below one, or a number is below zero.
    """
    return _expected(above, tied, k, np.ones_like)


def ndcg(above: Any, tied: Any, k: int = 10) -> npt.NDArray[np.float64]:
    """Return for each query the normalized discounted cumulative gain at `k`: 1 / log2(1 + rank), or 0 beyond `k`.

    With one right candidate, the best that can be had is 1, so that nothing is left to normalize.

    Parameters
    ----------
    above, tied, k
        As of `hit_rate`, and so are the errors.

    References
    ----------
    K. Järvelin, J. Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4).
    """
    return _expected(above, tied, k, lambda ranks: 1 / np.log2(1 + ranks))


def _expected(
    above: Any, tied: Any, k: int, gain: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    """Return the mean gain of the ranks that the right candidate may have, from above + 1 to above + tied + 1."""
    first, others = np.asarray(above, dtype=np.int64), np.asarray(tied, dtype=np.int64)
    if k < 1:
        raise ValueError(f"got k={k!r}, expected 1 or more")
    if (first < 0).any() or (others < 0).any():
        raise ValueError("got a number of candidates below zero")
    sums = np.concatenate([[0.0], np.cumsum(gain(np.arange(1, k + 1, dtype=np.float64)))])
    return np.asarray((sums[np.minimum(k, first + others + 1)] - sums[np.minimum(k, first)]) / (others + 1))
