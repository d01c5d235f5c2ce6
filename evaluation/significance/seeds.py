"""Over seeds alone: the interval of a mean, the difference of two; for scores that have no items."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.significance.checks import check_level
from wordneg.evaluation.significance.results import Difference, Interval, t_interval, t_test
from wordneg.evaluation.significance.variance import Spread

__all__ = ["seed_interval", "welch"]


def seed_interval(values: Any, level: float = 0.95) -> Interval:
    """Return Student's t interval of the mean over seeds.

    It tells where the mean of many more seeds would be, on the same items; another benchmark of the kind would differ
    by more (see `two_level_interval`).

    Parameters
    ----------
    values : (S,) array_like of float
        One score for each seed.
    level : float
        Confidence level.

    Raises
    ------
    ValueError
        Fewer than two values, or some that are not finite; a level outside (0, 1).

    References
    ----------
    Student 1908, The Probable Error of a Mean, Biometrika 6.
    """
    check_level(level)
    array = _checked(values)
    if len(array) < 2:
        raise ValueError(
            f"one seed gives no interval over seeds, expected two or more values, got {len(array)}; train with more "
            "seeds, or take an interval over items"
        )
    variance = float(array.var(ddof=1)) / len(array)
    return t_interval(float(array.mean()), Spread(0.0, (variance,), len(array) - 1), level, "t over seeds")


def welch(first: Any, second: Any, level: float = 0.95) -> Difference:
    """Return the difference of the means of two models over their seeds, with Welch's interval and test.

    Parameters
    ----------
    first, second : (S,) array_like of float
        One score for each seed; the models need not have as many seeds, nor vary alike.
    level : float
        Confidence level.

    Returns
    -------
    Difference
        `items` is 0. There is neither interval nor p-value where a model has a single seed, or none varies.

    Raises
    ------
    ValueError
        Values that are not finite or of another shape; a level outside (0, 1).

    References
    ----------
    Welch 1947, The Generalization of Student's Problem when Several Different Population Variances Are Involved,
    Biometrika 34.
    """
    check_level(level)
    samples = [_checked(values) for values in (first, second)]
    method = "Welch's t over seeds"
    estimate = float(samples[0].mean() - samples[1].mean())
    if min(map(len, samples)) < 2:
        reason = "no test: one of the two has a single seed and no scores of items"
        return Difference(estimate, None, math.nan, method, 0, (reason,))
    # a sample of equal values varies by rounding alone, which is no variation
    squares = [float(values.var(ddof=1)) / len(values) if np.ptp(values) else 0.0 for values in samples]
    if not any(squares):
        return Difference(estimate, None, math.nan, method, 0, ("no test: the scores do not differ between seeds",))
    parts = zip(squares, samples, strict=True)
    freedom = sum(squares) ** 2 / sum(square**2 / (len(values) - 1) for square, values in parts)
    spread = Spread(0.0, tuple(squares), freedom)
    return Difference(estimate, t_interval(estimate, spread, level, method), t_test(estimate, spread), method, 0)


def _checked(values: Any) -> npt.NDArray[np.float64]:
    """Return the scores of some seeds."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"values must have shape (seeds,), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"values must be finite, got {array.tolist()}")
    return array
