"""Many tests at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["holm"]


def holm(p_values: Any) -> npt.NDArray[np.float64]:
    """Adjust the p-values of a table of tests, so that all tests together err no more often than a single one.

    The smallest of m is multiplied by m, the next by m − 1, and so on, none becoming smaller than the one before. The
    chance that any true null hypothesis is rejected is at most the level, however the tests depend on each other.

    Parameters
    ----------
    p_values : array_like of float, any shape
        NaN for tests that could not be made: they stay NaN and do not count.

    Returns
    -------
    float64 array of the same shape

    Raises
    ------
    ValueError
        A value outside [0, 1].

    References
    ----------
    Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6.
    """
    array = np.asarray(p_values, dtype=np.float64)
    made = ~np.isnan(array)
    values = array[made]
    if ((values < 0) | (values > 1)).any():
        raise ValueError(f"p-values lie between 0 and 1, got {values[(values < 0) | (values > 1)].tolist()}")
    order = np.argsort(values)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)))
    out = np.full(array.shape, np.nan)
    out[made] = adjusted
    return out
