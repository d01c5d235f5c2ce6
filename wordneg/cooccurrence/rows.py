"""The compiled part of counting: where each word stands in the text, and what its neighbors sum up to.

A place is one uint64. It holds the token's position, and how many tokens of its sentence stand to its left and to its
right, as far as the window reaches. So a row needs neither a search for sentences nor a test for their ends.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry, inlined
from wordneg.compiled.memory import address_of, prefetch

__all__ = ["LARGEST_WINDOW", "Scratch", "add_places", "count_tokens", "emit_row", "emit_rows", "find_places", "scratch"]

_ROOM_BITS = 12
LARGEST_WINDOW = (1 << _ROOM_BITS) - 1
"""The largest window, in tokens. It leaves 40 bits for the position, more than any memory holds."""

_ROOM = np.uint64(LARGEST_WINDOW)
_LEFT, _POSITION = np.uint64(_ROOM_BITS), np.uint64(2 * _ROOM_BITS)  # where these begin in a place, in bits
_0, _1 = np.uint64(0), np.uint64(1)
_WORD_BITS, _IN_WORD = np.uint64(6), np.uint64(63)  # a word of 64 marks: which one a column is in, and where
_TOKEN_BYTES_BITS = np.uint64(2)  # a token has 1 << 2 bytes

# The text around a place is prefetched so many places before its turn, as the places of a rare word are far apart. That
# makes counting three times as fast.
_AHEAD = np.uint64(4)
_NEAR = np.uint64(60)  # bytes to either side of a place that are prefetched: a window of 15 tokens


class Scratch(NamedTuple):
    """One worker's memory, for V words. Between rows `sums`, `marks` and `blocks` are zero.

    Attributes
    ----------
    sums : (V,) float64
        The row being summed.
    touched : (V + 1,) int32
        The columns in it that are not zero, in order of appearance. There is one entry more, since a column is
        written before it is known to be new.
    marks, blocks : (V / 64,) uint64 and (V / 4096,) uint64, rounded up
        One bit for each column, and one bit for each word of `marks`, to bring the columns into order.
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
    """Return a worker's memory: a little more than 12 bytes for each word, and 8 bytes for each cell."""
    marks = -(-words // 64)
    return Scratch(
        np.zeros(words),
        np.zeros(words + 1, np.int32),
        np.zeros(marks, np.uint64),
        np.zeros(-(-marks // 64), np.uint64),
        np.zeros(cells, np.int32),
        np.zeros(cells, np.float32),
    )


@exact_entry
def count_tokens(tokens: NDArray[np.int32], counts: NDArray[np.int64]) -> None:
    """Add the number of times each word occurs in a piece of text to `counts`, (V,) int64."""
    for word in tokens:
        counts[np.uint64(word)] += 1


@exact_entry
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
    """Write down the places of some words in a piece of text.

    Parameters
    ----------
    tokens, offsets : (N,) int32 and (S + 1,) int64
        The token store.
    start, stop, sentence : int
        The piece is ``tokens[start:stop]``, and `start` is in this sentence.
    window : int
        The window, at most `LARGEST_WINDOW`.
    first : int
        First word of the range.
    nexts : (W,) int64
        For each of the W words from `first` on the index in `places` where its next place goes; moved on.
    places : (P,) uint64
        The places, written to.
    """
    begin, end = offsets[sentence], offsets[sentence + 1]
    for position in range(start, stop):
        if position == end:
            sentence += 1
            begin, end = end, offsets[sentence + 1]
        word = np.uint64(
            tokens[np.uint64(position)] - first
        )  # a word before the first one wraps around to a huge number
        if word < np.uint64(nexts.size):
            left, right = min(window, position - begin), min(window, end - 1 - position)
            there = np.uint64(nexts[word])
            nexts[word] += 1
            places[there] = np.uint64(position) << _POSITION | np.uint64(left) << _LEFT | np.uint64(right)


@inlined
def _add(tokens: Any, places: Any, start: int, stop: int, weights: Any, symmetric: bool, own: Any, count: Any) -> Any:
    """Add the neighbors of some places to the row, in which `count` columns are not zero; return how many are then."""
    sums, touched, text = own.sums, own.touched, address_of(tokens)
    count, last = np.uint64(count), np.uint64(places.size - 1)
    for number in range(np.uint64(start), np.uint64(stop)):
        coming = text + (places[min(number + _AHEAD, last)] >> _POSITION << _TOKEN_BYTES_BITS)
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
    """Return the number of the lowest bit that is set, uint64. There must be one."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


@inlined
def _emit(own: Any, count: Any, written: Any) -> Any:
    """Move the row's `count` columns behind the `written` cells, in order; return how many cells there are then.

    Columns are sorted by setting their bits in `marks` and reading the bits in order. `blocks` says which words of
    `marks` are not zero. Both are cleared as they are read.
    """
    sums, marks, blocks = own.sums, own.marks, own.blocks
    written = np.uint64(written)
    for number in range(_0, np.uint64(count)):
        column = np.uint64(own.touched[number])
        block = column >> _WORD_BITS
        marks[block] |= _1 << (column & _IN_WORD)
        blocks[block >> _WORD_BITS] |= _1 << (block & _IN_WORD)
    for top in range(_0, np.uint64(blocks.size)):
        left = blocks[top]
        blocks[top] = _0
        while left:
            block = top << _WORD_BITS | _lowest_bit(left)
            left &= left - _1  # clears the lowest bit
            bits = marks[block]
            marks[block] = _0
            while bits:
                column = block << _WORD_BITS | _lowest_bit(bits)
                bits &= bits - _1
                own.columns[written] = column
                own.values[written] = sums[column]
                sums[column] = 0.0
                written += _1
    return written


@exact_entry
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
        The places, from `find_places`.
    weights : (window + 1,) float64
        The weight of a neighbor by its distance.
    symmetric : bool
        Whether neighbors to the right count, too.
    own : Scratch
        The worker's memory; the row is ``own.sums``.
    count : int
        Number of nonzero columns in the row so far; 0 for its first places.

    Returns
    -------
    int
        How many columns of the row are not zero now.
    """
    return int(_add(tokens, places, 0, places.size, weights, symmetric, own, count))


@exact_entry
def emit_row(own: Scratch, count: int) -> int:
    """Move the row's `count` columns to the beginning of the finished cells; return how many there are."""
    return int(_emit(own, count, 0))


@exact_entry
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
