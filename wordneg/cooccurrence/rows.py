"""The compiled part of counting: finding the places of each word in the text, and summing its neighbors.

A place is one uint64: the position of a token, and the number of tokens of its sentence on either side of it, as far
as the window reaches. Summing a row therefore needs neither a search for sentences nor a test for their ends.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordneg.compiled.simd import address_of, prefetch

__all__ = ["LARGEST_WINDOW", "Scratch", "add_places", "count_tokens", "emit_row", "emit_rows", "find_places", "scratch"]

_ROOM_BITS = 12
LARGEST_WINDOW = (1 << _ROOM_BITS) - 1
"""Largest window in tokens; it leaves 40 bits for the position, more than any memory holds."""

_ROOM = np.uint64(LARGEST_WINDOW)
_LEFT, _POSITION = np.uint64(_ROOM_BITS), np.uint64(2 * _ROOM_BITS)
_0, _1, _2, _6, _63 = (np.uint64(n) for n in (0, 1, 2, 6, 63))

# The text is prefetched this many places ahead, because rare words are far apart in it; it cuts the time to a third.
_AHEAD = np.uint64(4)
_NEAR = np.uint64(60)  # bytes on either side of a place, which cover the default window

_compiled = numba.njit(nogil=True, cache=True, error_model="numpy")
_inlined = numba.njit(nogil=True, error_model="numpy", forceinline=True)


class Scratch(NamedTuple):
    """The memory of one worker, for V words. Between rows, `sums`, `marks` and `blocks` are zero.

    Attributes
    ----------
    sums : (V,) float64
        The row being summed.
    touched : (V + 1,) int32
        The nonzero columns of the row, in order of appearance. One entry more than columns is needed, because columns
        that are not new are written as well.
    marks, blocks : (V / 64,) uint64 and (V / 4096,) uint64, rounded up
        One bit per column and one bit per element of `marks`, to put the columns in order.
    columns, values : (C,) int32 and (C,) float32
        Finished cells.
    """

    sums: NDArray[np.float64]
    touched: NDArray[np.int32]
    marks: NDArray[np.uint64]
    blocks: NDArray[np.uint64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]


def scratch(words: int, cells: int) -> Scratch:
    """Return the memory of a worker: a little over 12 bytes per word, and 8 per cell."""
    marks = -(-words // 64)
    return Scratch(
        np.zeros(words),
        np.zeros(words + 1, np.int32),
        np.zeros(marks, np.uint64),
        np.zeros(-(-marks // 64), np.uint64),
        np.zeros(cells, np.int32),
        np.zeros(cells, np.float32),
    )


@_compiled
def count_tokens(tokens: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
    """Add the number of times each word occurs in a piece of text to `counts`, (V,) int64."""
    for word in tokens:
        counts[np.uint64(word)] += 1


@_compiled
def find_places(
    tokens: NDArray[np.int32],
    offsets: NDArray[np.int64],
    start: int,
    stop: int,
    sentence: int,
    window: int,
    first: int,
    nexts: NDArray[np.int64],
    places: NDArray[np.uint64],
) -> None:
    """Record the places of a range of words in a piece of text.

    Parameters
    ----------
    tokens, offsets : (N,) int32 and (S + 1,) int64
        Tokens and sentence offsets of the token store.
    start, stop, sentence : int
        Bounds of the piece, and the sentence that contains `start`.
    window : int
        Window size, at most `LARGEST_WINDOW`.
    first : int
        First word of the range.
    nexts : (W,) int64
        Where the next place of each of the W words from `first` on goes; updated.
    places : (P,) uint64
        Receives the places.
    """
    begin, end = offsets[sentence], offsets[sentence + 1]
    for position in range(start, stop):
        if position == end:
            sentence += 1
            begin, end = end, offsets[sentence + 1]
        word = np.uint64(tokens[np.uint64(position)] - first)  # a word before the first becomes a huge one
        if word < np.uint64(nexts.size):
            left, right = min(window, position - begin), min(window, end - 1 - position)
            there = np.uint64(nexts[word])
            nexts[word] += 1
            places[there] = np.uint64(position) << _POSITION | np.uint64(left) << _LEFT | np.uint64(right)


@_inlined
def _add(tokens: Any, places: Any, start: int, stop: int, weights: Any, symmetric: bool, own: Any, count: Any) -> Any:
    """Add the neighbors of some places to a row; it has `count` nonzero columns before, the returned number after."""
    sums, touched, text = own.sums, own.touched, address_of(tokens)
    count, last = np.uint64(count), np.uint64(places.size - 1)
    for number in range(np.uint64(start), np.uint64(stop)):
        coming = text + (places[min(number + _AHEAD, last)] >> _POSITION << _2)
        prefetch(coming - _NEAR)
        prefetch(coming + _NEAR)
        place = places[number]
        position, left, right = place >> _POSITION, (place >> _LEFT) & _ROOM, place & _ROOM
        for distance in range(_1, left + _1):
            column = np.uint64(tokens[position - distance])
            old = sums[column]
            touched[count] = column
            count += np.uint64(old == 0.0)  # no branch: whether a column is new is hard to predict
            sums[column] = old + weights[distance]
        if symmetric:
            for distance in range(_1, right + _1):
                column = np.uint64(tokens[position + distance])
                old = sums[column]
                touched[count] = column
                count += np.uint64(old == 0.0)
                sums[column] = old + weights[distance]
    return count


@intrinsic
def _lowest_bit(typing_context: Any, bits: Any) -> Any:
    """Return the number of the lowest bit that is set, uint64; `bits` must not be zero."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


@_inlined
def _emit(own: Any, count: Any, written: Any) -> Any:
    """Move the row of `count` columns after the first `written` cells, in order; return the new number of cells."""
    sums, marks, blocks = own.sums, own.marks, own.blocks
    written = np.uint64(written)
    for number in range(_0, np.uint64(count)):
        column = np.uint64(own.touched[number])
        block = column >> _6
        marks[block] |= _1 << (column & _63)
        blocks[block >> _6] |= _1 << (block & _63)
    for top in range(_0, np.uint64(blocks.size)):
        left = blocks[top]
        blocks[top] = _0
        while left:
            block = top << _6 | _lowest_bit(left)
            left &= left - _1
            bits = marks[block]
            marks[block] = _0
            while bits:
                column = block << _6 | _lowest_bit(bits)
                bits &= bits - _1
                own.columns[written] = column
                own.values[written] = sums[column]
                sums[column] = 0.0
                written += _1
    return written


@_compiled
def add_places(
    tokens: NDArray[np.int32],
    places: NDArray[np.uint64],
    weights: NDArray[np.float64],
    symmetric: bool,
    own: Scratch,
    count: int,
) -> int:
    """Add the neighbors of some places of one word to its row.

    Parameters
    ----------
    tokens : (N,) int32
        The text.
    places : (P,) uint64
        Places of the word, from `find_places`.
    weights : (window + 1,) float64
        Weight of a neighbor by its distance.
    symmetric : bool
        Whether tokens to the right count, too.
    own : Scratch
        The worker's memory; the row is ``own.sums``.
    count : int
        Number of nonzero columns in the row so far; 0 for its first places.

    Returns
    -------
    int
        Number of nonzero columns now.
    """
    return int(_add(tokens, places, 0, places.size, weights, symmetric, own, count))


@_compiled
def emit_row(own: Scratch, count: int) -> int:
    """Make the row of `count` columns the first of the finished cells; return their number."""
    return int(_emit(own, count, 0))


@_compiled
def emit_rows(
    tokens: NDArray[np.int32],
    places: NDArray[np.uint64],
    starts: NDArray[np.int64],
    weights: NDArray[np.float64],
    symmetric: bool,
    own: Scratch,
    sizes: NDArray[np.int64],
) -> int:
    """Sum and finish a range of rows.

    Parameters
    ----------
    tokens, places, weights, symmetric, own
        See `add_places`.
    starts : (R + 1,) int64
        The places of row r are ``places[starts[r]:starts[r + 1]]``.
    sizes : (R,) int64
        Set to the number of cells in each row.

    Returns
    -------
    int
        Number of cells in ``own.columns`` and ``own.values``.
    """
    written = _0
    for row in range(sizes.size):
        count = _add(tokens, places, starts[row], starts[row + 1], weights, symmetric, own, _0)
        written = _emit(own, count, written)
        sizes[row] = count
    return int(written)
