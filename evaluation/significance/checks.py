"""What the tests and intervals ask of their input, in one wording."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MIN_ITEMS", "as_clusters", "as_gold", "as_paired", "as_scores", "check_level", "check_resamples"]

MIN_ITEMS = 4
"""Fewer say nothing about their own spread: Fisher's z divides by the items less three."""

_MIN_RESAMPLES = 100


def as_scores(scores: Any, what: str) -> npt.NDArray[np.float64]:
    """Return (S, N) float64 from the scores of S seeds on N items, or from (N,) of a single one.

    Raises
    ------
    ValueError
        Another shape, no seeds, fewer than four items, or a value that is no finite number.
    """
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim == 1:
        array = array[None, :]
    if array.ndim != 2 or not len(array):
        raise ValueError(f"{what} must have shape (items,) or (seeds, items), got {np.shape(scores)}")
    if array.shape[1] < MIN_ITEMS:
        raise ValueError(f"not enough items: {what} has {array.shape[1]}, an interval or a test needs {MIN_ITEMS}")
    if not np.isfinite(array).all():
        raise ValueError(
            f"{what} has {int((~np.isfinite(array)).sum())} values that are NaN or infinite; leave out the items that "
            "not all models score (see common_items)"
        )
    return array


def as_paired(first: Any, second: Any, task: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the scores of two models, each as of `as_scores`, on the same items.

    Parameters
    ----------
    first, second : array_like
        The scores.
    task : str
        What both models must do, to be told if they do not.

    Raises
    ------
    ValueError
        See `as_scores`; or the numbers of items differ.
    """
    scores = as_scores(first, "first"), as_scores(second, "second")
    items, others = (array.shape[1] for array in scores)
    if items != others:
        raise ValueError(f"the models must {task}, got {items} and {others}; see common_items")
    return scores


def as_gold(gold: Any, items: int) -> npt.NDArray[np.float64]:
    """Return the (N,) float64 gold scores.

    Raises
    ------
    ValueError
        Another number than of the items, not finite, or all the same.
    """
    array = np.asarray(gold, dtype=np.float64)
    if array.shape != (items,):
        raise ValueError(f"gold must have one score for each of the {items} items, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"gold has {int((~np.isfinite(array)).sum())} values that are NaN or infinite")
    if np.ptp(array) == 0:
        raise ValueError(f"all {items} items have gold score {array[0]}, nothing to correlate")
    return array


def as_clusters(clusters: Any, items: int) -> npt.NDArray[np.int64] | None:
    """Return (N, 1) or (N, 2) int64 cluster numbers from identifiers of any kind; None stays None.

    Raises
    ------
    ValueError
        Another shape, or all items in one cluster.
    """
    if clusters is None:
        return None
    array = np.asarray(clusters)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[0] != items or array.shape[1] not in (1, 2):
        raise ValueError(
            f"clusters must have shape ({items},), or ({items}, 2) where an item is in two (a pair of words), got "
            f"{np.shape(clusters)}"
        )
    names, numbers = np.unique(array, return_inverse=True)
    if len(names) < 2:
        raise ValueError("all items are in one cluster, which leaves nothing to compare; use finer clusters, or None")
    return numbers.reshape(array.shape).astype(np.int64)


def check_level(level: float) -> None:
    """Refuse a confidence level outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, such as 0.95, got {level}")


def check_resamples(resamples: int) -> None:
    """Refuse too few resamples for the tails of a distribution."""
    if resamples < _MIN_RESAMPLES:
        raise ValueError(f"resamples must be at least {_MIN_RESAMPLES}, got {resamples}")
