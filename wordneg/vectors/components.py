"""What all vectors have in common: their mean and their principal components, taken away.

A few directions hold much of the variance of word vectors. They move every cosine, and say more of how frequent a word
is than of what it means.

References
----------
J. Mu, P. Viswanath (2018), "All-but-the-top: simple and effective postprocessing for word representations", ICLR,
algorithm 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wordneg.vectors.matrix import Floats, Matrix

__all__ = ["components_to_remove", "without_components"]

_BLOCK_ROWS = 4096


def components_to_remove(dimensions: int) -> int:
    """Return how many principal components the paper removes from vectors of so many dimensions: D/100, at least 1."""
    return max(1, dimensions // 100)


def without_components(matrix: Matrix, components: int) -> Floats:
    """Return vectors less their mean and what they have of the first principal components.

    Rows of zeros have no direction: they stay zero, and take no part in mean and components.

    Parameters
    ----------
    matrix : Matrix
        V vectors of D dimensions.
    components : int
        How many principal components, those with the largest eigenvalues of the covariance; 0 for the mean alone.

    Returns
    -------
    (V, D) floating
        A copy in the same dtype, computed in float64.

    Raises
    ------
    ValueError
        If fewer than two rows are other than zero, or a value is NaN or infinite.
    """
    size = matrix.values.shape[1]
    used: npt.NDArray[np.bool_] = np.asarray(matrix.values.any(axis=1))
    if used.sum() < 2:
        raise ValueError(f"got {used.sum()} of {len(used)} vectors other than 0, expected at least 2 to share anything")
    mean = np.zeros(size)
    for _, rows in _blocks(matrix):
        mean += rows.sum(axis=0)
    mean /= used.sum()
    if not np.isfinite(mean).all():
        raise ValueError("got vectors with NaN or infinite values, expected finite ones: did the training diverge?")
    moments = np.zeros((size, size))
    for places, rows in _blocks(matrix):
        centered = (rows - mean)[used[places]]
        moments += centered.T @ centered
    _, directions = np.linalg.eigh(moments)  # in ascending order
    top = directions[:, size - components :]
    result = np.zeros(matrix.values.shape, matrix.values.dtype)
    for places, rows in _blocks(matrix):
        centered = rows - mean
        centered -= (centered @ top) @ top.T
        result[places] = np.where(used[places, np.newaxis], centered, 0)
    return result


def _blocks(matrix: Matrix) -> Iterator[tuple[slice, npt.NDArray[np.float64]]]:
    """Give some thousand rows at a time, in float64: a copy of the whole matrix would be twice as large as it is."""
    for start in range(0, len(matrix.values), _BLOCK_ROWS):
        places = slice(start, start + _BLOCK_ROWS)
        yield places, matrix.values[places].astype(np.float64)
