"""Rankings of the words with the largest and smallest entries in each column of the output vectors.

The adaptive sampler looks words up in them. Only the two tails of a column are needed, not its whole order, and
finding them must cost little compared with training. Columns are processed one cache line, `COLUMNS` columns, at a
time, because reading one costs as much as reading all of them:

1. Copy each column to a row of its own, as **keys**: integers in the same order as the floats.
2. For each tail, sort a sample of the keys, and guess from it a bound beyond which the tail lies.
3. Collect the keys beyond the bound. If they are too few, relax the bound and collect again; the result is therefore
   exact whatever the guess.
4. Sort them with a radix sort, 8 bits at a time, with words in the low half of each entry.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import jit, kernel

__all__ = [
    "COLUMNS",
    "DESCENDING",
    "Rankings",
    "Workspace",
    "key_of",
    "new_rankings",
    "new_workspace",
    "rank_columns",
    "rank_tail",
]

COLUMNS = 16
"""Columns that are ranked at a time: a cache line."""

DESCENDING = np.uint32(0xFFFFFFFF)
"""Value of `flip` that reverses the order of keys."""

_SAMPLE = 512
_SIGN = np.uint32(0x80000000)
_ASCENDING = np.uint32(0)
_LARGEST_KEY = np.uint32(0xFFFFFFFF)
_HALF = np.uint64(32)
_BYTE = np.uint64(0xFF)
_LOW = np.uint64(0xFFFFFFFF)
_BLOCK = 64  # rows copied at a time, so that they are read from the cache


class Rankings(NamedTuple):
    """The ranked tails of the columns, written by one worker while others read, one word at a time.

    Attributes
    ----------
    tails : (P, 2, R) int32
        Words of each column by descending value, from its top, and by ascending value, from its bottom. Words with
        equal values are ordered by their ids.
    spreads : (P,) float32
        Standard deviation of each column; 0 for columns not ranked yet and for padding.
    """

    tails: NDArray[np.int32]
    spreads: NDArray[np.float32]


class Workspace(NamedTuple):
    """Memory for ranking.

    Attributes
    ----------
    keys : (COLUMNS, V) uint32
        Columns as keys.
    found, spare : (V,) uint64
        Entries of a tail to be sorted, each a key and a word.
    counts : (256,) int64
        Counts for the radix sort.
    sums : (2, COLUMNS) float64
        Sums of the columns, and of their squares.
    """

    keys: NDArray[np.uint32]
    found: NDArray[np.uint64]
    spare: NDArray[np.uint64]
    counts: NDArray[np.int64]
    sums: NDArray[np.float64]


def new_rankings(width: int, length: int) -> Rankings:
    """Return empty rankings of `width` columns, with tails of `length` words."""
    return Rankings(np.zeros((width, 2, length), dtype=np.int32), np.zeros(width, dtype=np.float32))


def new_workspace(words: int) -> Workspace:
    """Return memory for ranking columns of `words` words."""
    return Workspace(
        keys=np.empty((COLUMNS, words), dtype=np.uint32),
        found=np.empty(max(words, _SAMPLE), dtype=np.uint64),
        spare=np.empty(max(words, _SAMPLE), dtype=np.uint64),
        counts=np.empty(256, dtype=np.int64),
        sums=np.empty((2, COLUMNS), dtype=np.float64),
    )


@kernel
def rank_columns(outputs, bits, first, rankings, workspace):
    """Update `COLUMNS` columns of the rankings, from column `first` on, or as many as there are.

    `outputs` are the ``(V, P) float32`` output vectors; `bits` is the same memory as uint32.
    """
    words, width = outputs.shape
    columns = min(COLUMNS, width - first)
    copy_keys(bits, first, columns, workspace.keys)
    measure(outputs, first, columns, workspace.sums)
    for column in range(columns):
        mean = workspace.sums[0, column] / words
        spread = np.float32(math.sqrt(max(0.0, workspace.sums[1, column] / words - mean * mean)))
        if spread > 0:
            for side in range(2):
                flip = DESCENDING if side == 0 else _ASCENDING
                rank_tail(workspace.keys[column], flip, workspace, rankings.tails[first + column, side])
        rankings.spreads[first + column] = spread


@jit
def copy_keys(bits, first, columns, keys):
    """Copy some columns, from column `first` on, as keys."""
    words = bits.shape[0]
    for start in range(0, words, _BLOCK):
        for column in range(columns):
            for word in range(start, min(start + _BLOCK, words)):
                keys[column, word] = key_of(bits[word, first + column])


@jit
def key_of(bits):
    """Map the bits of a float (uint32) to an integer such that the order of floats is preserved."""
    return bits ^ (_LARGEST_KEY if bits & _SIGN else _SIGN)


@jit
def measure(outputs, first, columns, sums):
    """Compute the sums of some columns, from column `first` on, and of their squares."""
    sums[:] = 0.0
    for word in range(outputs.shape[0]):
        for column in range(columns):
            value = np.float64(outputs[word, first + column])
            sums[0, column] += value
            sums[1, column] += value * value


@jit
def rank_tail(keys, flip, workspace, tail):
    """Write the indices of the smallest ``keys ^ flip`` to `tail`, in ascending order, ties by index."""
    sample = min(keys.size, _SAMPLE)
    for i in range(sample):
        workspace.found[i] = np.uint64(keys[i * keys.size // sample] ^ flip) << _HALF
    sort_by_key(workspace.found, workspace.spare, sample, workspace.counts)
    expected = sample * tail.size / keys.size
    place = np.int64(expected + 3.0 * math.sqrt(expected)) + 1
    found = 0
    while found < tail.size:
        bound = np.uint32(workspace.found[place] >> _HALF) if place < sample else _LARGEST_KEY
        found = collect(keys, flip, bound, workspace.spare)
        place *= 2
    sort_by_key(workspace.spare, workspace.found, found, workspace.counts)
    for rank in range(tail.size):
        tail[rank] = np.int32(workspace.spare[rank] & _LOW)


@jit
def collect(keys, flip, bound, entries):
    """Write an entry for each ``keys ^ flip`` not above `bound`; return the number of entries."""
    count = 0
    for word in range(keys.size):
        key = keys[word] ^ flip
        entries[count] = (np.uint64(key) << _HALF) | np.uint64(word)
        count += key <= bound
    return count


@jit
def sort_by_key(entries, spare, count, counts):
    """Sort the first `count` entries by their upper halves, keeping the order of ties."""
    for digit in range(0, 4, 2):
        sort_by_digit(entries, spare, count, np.uint64(32 + 8 * digit), counts)
        sort_by_digit(spare, entries, count, np.uint64(40 + 8 * digit), counts)


@jit
def sort_by_digit(entries, result, count, shift, counts):
    """Sort by the byte at `shift`: count each value, turn the counts into places, move the entries."""
    counts[:] = 0
    for i in range(count):
        counts[(entries[i] >> shift) & _BYTE] += 1
    place = 0
    for value in range(256):
        size = counts[value]
        counts[value] = place
        place += size
    for i in range(count):
        value = (entries[i] >> shift) & _BYTE
        result[counts[value]] = entries[i]
        counts[value] += 1
