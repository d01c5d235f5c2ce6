"""The largest and the smallest entries of each column of the output vectors, in order.

What the adaptive sampler looks up. The whole order of a column is not needed, only its two tails, and
finding them must cost little beside training. Columns are taken by the cache line, `PAD` at a time,
since reading one costs as much as reading all `PAD`:

1. Copy them, each to a row of its own, as **keys**: whole numbers that are in the floats' order.
2. For each tail, sort a sample of its keys, and from that guess a bound beyond which the tail lies.
3. Collect the keys beyond the bound. If they are too few, relax the bound and collect again; so the
   result is exact whatever the guess.
4. Sort them by radix, 8 bits at a time, words in the low half of each entry.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import jit
from wordneg.compiled.weights import PAD

__all__ = [
    "DESCENDING",
    "Rankings",
    "Workspace",
    "key_of",
    "new_rankings",
    "new_workspace",
    "rank_columns",
    "rank_tail",
]

DESCENDING = np.uint32(0xFFFFFFFF)
"""As `flip`, turns the order of keys around."""

_SAMPLE = 512
_SIGN = np.uint32(0x80000000)
_ASCENDING = np.uint32(0)
_LARGEST_KEY = np.uint32(0xFFFFFFFF)
_HALF = np.uint64(32)
_BYTE = np.uint64(0xFF)
_LOW = np.uint64(0xFFFFFFFF)
_BLOCK = 64  # rows that are copied at a time, so that they are read from the cache


class Rankings(NamedTuple):
    """What is known of the columns; written by one worker while others read, a word at a time.

    Attributes
    ----------
    tails : (P, 2, R) int32
        Words by descending value of each column, from its top; and by ascending value, from its bottom.
        Words of equal values by their numbers.
    spreads : (P,) float32
        Standard deviation of each column; 0 for those not ranked yet, and the padding.
    """

    tails: NDArray[np.int32]
    spreads: NDArray[np.float32]


class Workspace(NamedTuple):
    """Memory for ranking.

    Attributes
    ----------
    keys : (PAD, V) uint32
        Columns, as keys.
    found, spare : (V,) uint64
        Entries of a tail, key and word, to be sorted.
    counts : (256,) int64
        Of the radix sort.
    sums : (2, PAD) float64
        Sums of the columns, and of their squares.
    """

    keys: NDArray[np.uint32]
    found: NDArray[np.uint64]
    spare: NDArray[np.uint64]
    counts: NDArray[np.int64]
    sums: NDArray[np.float64]


def new_rankings(width: int, length: int) -> Rankings:
    """Return rankings of `width` columns, each tail `length` words long, that know nothing yet."""
    return Rankings(np.zeros((width, 2, length), dtype=np.int32), np.zeros(width, dtype=np.float32))


def new_workspace(words: int) -> Workspace:
    """Return memory for ranking columns of so many words."""
    return Workspace(
        keys=np.empty((PAD, words), dtype=np.uint32),
        found=np.empty(max(words, _SAMPLE), dtype=np.uint64),
        spare=np.empty(max(words, _SAMPLE), dtype=np.uint64),
        counts=np.empty(256, dtype=np.int64),
        sums=np.empty((2, PAD), dtype=np.float64),
    )


@jit
def rank_columns(outputs, bits, first, rankings, workspace):
    """Bring `PAD` columns of the rankings up to date, from column `first` on.

    `outputs` are the ``(V, P) float32`` output vectors, `bits` the same memory as uint32.
    """
    copy_keys(bits, first, workspace.keys)
    measure(outputs, first, workspace.sums)
    words = outputs.shape[0]
    for column in range(PAD):
        mean = workspace.sums[0, column] / words
        spread = np.float32(math.sqrt(max(0.0, workspace.sums[1, column] / words - mean * mean)))
        if spread > 0:
            for side in range(2):
                flip = DESCENDING if side == 0 else _ASCENDING
                rank_tail(workspace.keys[column], flip, workspace, rankings.tails[first + column, side])
        rankings.spreads[first + column] = spread


@jit
def copy_keys(bits, first, keys):
    """Copy columns as keys."""
    words = bits.shape[0]
    for start in range(0, words, _BLOCK):
        for column in range(PAD):
            for word in range(start, min(start + _BLOCK, words)):
                keys[column, word] = key_of(bits[word, first + column])


@jit
def key_of(bits):
    """Return the whole number for a float, given as its bits (uint32), that keeps the floats' order."""
    return bits ^ (_LARGEST_KEY if bits & _SIGN else _SIGN)


@jit
def measure(outputs, first, sums):
    """Write the sums of columns, and of their squares."""
    sums[:] = 0.0
    for word in range(outputs.shape[0]):
        for column in range(PAD):
            value = np.float64(outputs[word, first + column])
            sums[0, column] += value
            sums[1, column] += value * value


@jit
def rank_tail(keys, flip, workspace, tail):
    """Write the places of the smallest ``keys ^ flip``, in ascending order, those of equal keys by place."""
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
    """Write an entry for each ``keys ^ flip`` up to a bound; return how many there are."""
    count = 0
    for word in range(keys.size):
        key = keys[word] ^ flip
        entries[count] = (np.uint64(key) << _HALF) | np.uint64(word)
        count += key <= bound
    return count


@jit
def sort_by_key(entries, spare, count, counts):
    """Sort the first entries by their upper halves, keeping the order of equal ones."""
    for digit in range(0, 4, 2):
        sort_by_digit(entries, spare, count, np.uint64(32 + 8 * digit), counts)
        sort_by_digit(spare, entries, count, np.uint64(40 + 8 * digit), counts)


@jit
def sort_by_digit(entries, result, count, shift, counts):
    """Sort by the byte at a shift: count each value, make places of the counts, move."""
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
