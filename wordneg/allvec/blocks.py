"""The records that the compiled pass over rows reads and writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.lanes import LANES
from wordneg.compiled.moments import AHEAD
from wordneg.compiled.weights import aligned

__all__ = ["PIECE", "Fixed", "Scratch", "Side", "make_scratch"]

PIECE = 1024
"""Largest number of cells whose sums are taken in float32, before they are added up in float64."""


class Side(NamedTuple):
    """The co-occurrences as one of the two matrices sees them: a row for each of its vectors.

    Attributes
    ----------
    offsets : (V + 1,) int64
        Row w has the cells ``offsets[w]:offsets[w + 1]``.
    columns : (N,) int32
        The other matrix's vector of each cell.
    weights, targets : (N,) float32
        α⁺ and r⁺ of each cell.
    of_row, of_column : (V,) float32
        Their product is the weight α⁻ that the pair would have, if it did not co-occur: one of them is 1 throughout.
    """

    offsets: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    targets: NDArray[np.float32]
    of_row: NDArray[np.float32]
    of_column: NDArray[np.float32]


class Fixed(NamedTuple):
    """What all rows of a half pass have in common: sums over the vectors that stay, and two settings.

    Attributes
    ----------
    gram : (D, D) float64
        Σ_c a_c y_c y_cᵀ, where a is `Side.of_column`.
    sums : (D,) float64
        Σ_c a_c y_c.
    negative_target, reg : float
        r⁻ and λ.
    """

    gram: NDArray[np.float64]
    sums: NDArray[np.float64]
    negative_target: float
    reg: float


class Scratch(NamedTuple):
    """The memory of a worker, for rows of up to N cells, padded to whole registers.

    Attributes
    ----------
    rows : (N + AHEAD,) uint64
        The addresses of the cells' other vectors; see `wordneg.compiled.moments.sum_moments` for the last ones.
    curvatures, pulls : (N,) float32
        α⁺ − α⁻, and α⁺ r⁺ − α⁻ r⁻.
    scores : (N,) float32
        The cells' scores with the row as it is now.
    slopes : (PIECE,) float32
        The slopes of some cells.
    sums : ((LANES + 1) * LANES,) float32
        What `wordneg.compiled.moments.sum_moments` writes, row by row.
    moments : ((LANES + 1) * LANES,) float64
        The same, added up over the pieces of a row.
    row : (D,) float64
        The row.
    steps : (LANES,) float64
        The steps of the coordinates of a block.
    moved : (LANES,) float32
        The same, rounded.
    """

    rows: NDArray[np.uint64]
    curvatures: NDArray[np.float32]
    pulls: NDArray[np.float32]
    scores: NDArray[np.float32]
    slopes: NDArray[np.float32]
    sums: NDArray[np.float32]
    moments: NDArray[np.float64]
    row: NDArray[np.float64]
    steps: NDArray[np.float64]
    moved: NDArray[np.float32]


def make_scratch(longest: int, size: int) -> Scratch:
    """Return a worker's memory for rows of up to `longest` cells and vectors of `size` dimensions."""
    cells = (-(-max(longest, 1) // LANES) * LANES,)
    sums = ((LANES + 1) * LANES,)
    return Scratch(
        aligned((cells[0] + AHEAD,), np.uint64),
        aligned(cells),
        aligned(cells),
        aligned(cells),
        aligned((PIECE,)),
        aligned(sums),
        aligned(sums, np.float64),
        aligned((size,), np.float64),
        aligned((LANES,), np.float64),
        aligned((LANES,)),
    )
