"""The nonzero cells of the co-occurrence matrix as training reads them: by row, and within each row by part.

The words are dealt at random into P parts of equal size. A **block** (p, q) is the set of cells in the rows of part p
and the columns of part q. Blocks (0, s), (1, s + 1), … (P − 1, s − 1) share neither a row nor a column, so workers can
train them at the same time without locks, and the result does not depend on which worker trains which block.
A part is small enough for its vectors to stay in the cache. The negatives of a block are drawn from its own columns;
parts are dealt anew every few passes, so that every two contexts meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry

if TYPE_CHECKING:
    from wordneg.cooccurrence import Cooccurrences

__all__ = ["Cells", "Parts", "deal", "make_cells", "parts_for"]

_PART_BYTES = 2_000_000  # of vectors; about the size of a core's second-level cache
_BLOCK_CELLS = 1_000_000  # at most, on average; some 50 milliseconds of work
_FEWEST_PARTS, _MOST_PARTS = 8, 256
_WEIGHED_TOGETHER = 1 << 20
_WORDS_A_PART = 16  # at least, so that there are negatives to draw from


class Cells(NamedTuple):
    """The nonzero cells. Columns and weights are reordered within a row when words are dealt anew.

    Attributes
    ----------
    offsets : (V + 1,) int64
        Row w has the cells ``offsets[w]:offsets[w + 1]``.
    columns : (N,) int32
        Context of each cell.
    weights : (N,) float32
        Weight r = min(1, (X / x_max)^ε) of each cell.
    pulls : (N,) float32
        r · T(ξ) / α of each cell, the factor of the derivative of its rank.
    starts : (V, P + 1) uint32
        In row w, the cells of part q are ``offsets[w] + starts[w, q]`` to ``offsets[w] + starts[w, q + 1]``. Takes at
        most 1 kB per word.
    """

    offsets: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    pulls: NDArray[np.float32]
    starts: NDArray[np.uint32]


class Parts(NamedTuple):
    """The assignment of words to parts.

    Attributes
    ----------
    of_word : (V,) int32
        Part of each word.
    members : list of (V / P,) int32
        Words of each part, in ascending order.
    """

    of_word: NDArray[np.int32]
    members: list[NDArray[np.int32]]

    @classmethod
    def draw(cls, words: int, parts: int, generator: np.random.Generator) -> Parts:
        """Deal `words` words into `parts` parts at random."""
        shuffled = generator.permutation(words).astype(np.int32)
        members = [np.sort(part) for part in np.array_split(shuffled, parts)]
        of_word = np.empty(words, dtype=np.int32)
        for number, part in enumerate(members):
            of_word[part] = number
        return cls(of_word, members)


def parts_for(words: int, row_bytes: int, cells: int) -> int:
    """Return the number of parts P to deal the words into; it does not depend on the number of workers."""
    wanted = max(words * row_bytes / _PART_BYTES, (cells / _BLOCK_CELLS) ** 0.5, _FEWEST_PARTS)
    return max(1, min(round(wanted), _MOST_PARTS, words // _WORDS_A_PART))


def make_cells(cooccurrences: Cooccurrences, parts: int, xmax: float, epsilon: float) -> Cells:
    """Return the cells of a matrix, not yet dealt into parts.

    Raises
    ------
    ValueError
        If all weights are 0 in float32.
    """
    matrix = cooccurrences.matrix
    weights = np.empty(matrix.nnz, dtype=np.float32)
    for start in range(0, len(weights), _WEIGHED_TOGETHER):
        piece = slice(start, start + _WEIGHED_TOGETHER)
        with np.errstate(over="ignore", under="ignore"):
            share = np.minimum(matrix.data[piece] / np.float64(xmax), 1.0)
            weights[piece] = share**epsilon
    if not weights.any():
        raise ValueError(
            f"got xmax={xmax:g} and epsilon={epsilon:g}, with which the weights of all pairs are 0, because the "
            f"largest count is {matrix.data.max():g}; lower xmax or epsilon"
        )
    return Cells(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        weights,
        np.zeros_like(weights),
        np.zeros((matrix.shape[0], parts + 1), dtype=np.uint32),
    )


@exact_entry
def deal(cells, first, last, part_of, columns, weights):
    """Sort the cells of the rows first … last − 1 by part; `columns` and `weights` are memory for one row.

    Within a part, cells keep their order. Pulls are not moved, since they are due to be computed again.
    """
    parts = cells.starts.shape[1] - 1
    for row in range(first, last):
        starts = cells.starts[row]
        begin, end = cells.offsets[row], cells.offsets[row + 1]
        starts[:] = 0
        for cell in range(begin, end):
            starts[part_of[cells.columns[cell]] + 1] += np.uint32(1)
        for part in range(parts):
            starts[part + 1] += starts[part]
        for cell in range(begin, end):
            part = part_of[cells.columns[cell]]
            place = starts[part]
            columns[place] = cells.columns[cell]
            weights[place] = cells.weights[cell]
            starts[part] += np.uint32(1)
        for cell in range(begin, end):
            cells.columns[cell] = columns[cell - begin]
            cells.weights[cell] = weights[cell - begin]
        for part in range(parts, 0, -1):
            starts[part] = starts[part - 1]
        starts[0] = 0
