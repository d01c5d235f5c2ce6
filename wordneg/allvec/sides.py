"""The co-occurrences as the two matrices see them, with the weights and targets of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordneg.allvec.blocks import Side

if TYPE_CHECKING:
    from wordneg.allvec.parameters import AllVecParameters
    from wordneg.cooccurrence import Cooccurrences

__all__ = ["make_sides", "negative_weights"]

_TOGETHER = 1 << 20  # cells whose float64 intermediates are held at a time


def negative_weights(totals: NDArray[np.float64], weight: float, exponent: float) -> NDArray[np.float32]:
    """Return α⁻ of each context, ``(V,) float32``: `weight` on average, and proportional to totals to a power.

    Raises
    ------
    ValueError
        If the exponent makes the proportions overflow.
    """
    shares = np.zeros_like(totals)
    occurring = totals > 0  # a negative power of 0 is infinite
    with np.errstate(over="ignore", under="ignore"):
        shares[occurring] = (totals[occurring] / totals.max()) ** exponent
    if not np.isfinite(shares.sum()):
        raise ValueError(f"got ns_exponent={exponent:g}, with which weights overflow; take one nearer to 0")
    return (weight * len(totals) * shares / shares.sum()).astype(np.float32)


def make_sides(cooccurrences: Cooccurrences, parameters: AllVecParameters) -> tuple[Side, Side]:
    """Return the sides of the words and of the contexts.

    They take 12 bytes a cell, and as much again if contexts are not symmetric.
    """
    matrix = cooccurrences.matrix
    negatives = negative_weights(
        np.asarray(matrix.sum(axis=0, dtype=np.float64)).ravel(), parameters.negative_weight, parameters.ns_exponent
    )
    ones = np.ones_like(negatives)
    words = _cells_of(matrix, parameters)
    contexts = words if cooccurrences.symmetric else _transposed(words)
    return Side(*words, ones, negatives), Side(*contexts, negatives, ones)


_Cells = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]


def _cells_of(matrix: object, parameters: AllVecParameters) -> _Cells:
    """Return offsets, columns, α⁺ = min(1, (X / xmax)^ε) and r⁺ = max(0, PMI) of the cells."""
    offsets = matrix.indptr.astype(np.int64)  # type: ignore[attr-defined]
    columns = matrix.indices.astype(np.int32)  # type: ignore[attr-defined]
    values = matrix.data  # type: ignore[attr-defined]
    of_row, of_column = (np.asarray(matrix.sum(axis=axis, dtype=np.float64)).ravel() for axis in (1, 0))  # type: ignore[attr-defined]
    total = of_row.sum()
    rows = np.repeat(np.arange(len(of_row), dtype=np.int32), np.diff(offsets))
    weights, targets = np.empty_like(values), np.empty_like(values)
    for start in range(0, len(values), _TOGETHER):
        piece = slice(start, start + _TOGETHER)
        counts = values[piece].astype(np.float64)
        with np.errstate(over="ignore", under="ignore"):
            weights[piece] = np.minimum(counts / parameters.xmax, 1.0) ** parameters.epsilon
        expected = of_row[rows[piece]] * of_column[columns[piece]] / total
        targets[piece] = np.maximum(0.0, np.log(counts / expected))
    return offsets, columns, weights, targets


def _transposed(cells: _Cells) -> _Cells:
    """Return the same cells by column."""
    from scipy.sparse import csr_array

    offsets, columns, weights, targets = cells
    words = len(offsets) - 1
    places = csr_array((np.arange(len(columns)), columns, offsets), shape=(words, words)).T.tocsr()
    order = places.data
    return places.indptr.astype(np.int64), places.indices.astype(np.int32), weights[order], targets[order]
