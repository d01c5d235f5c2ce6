"""Shared helpers of objectives that depend on a whole row of scores: cheap exponentials, and checks.

A row has K + 1 scores, say six, which is fewer than a vector instruction processes. Its exponentials are therefore
written with meaningless values after them, and rows are processed in order, so that the next row overwrites these
values. Sums are computed in loops whose length the compiler knows.
"""

from __future__ import annotations

import numpy as np

from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.simd import exponential, load, multiply, splat, store, subtract

__all__ = ["exponentiate", "find_highest", "room_behind", "row_at"]

_FLOAT = np.uint64(4)


@jit
def find_highest(row, first):
    """Return the highest score of a row, from column `first` on."""
    highest = row[first]
    for column in range(first + 1, row.size):
        highest = row[column] if row[column] > highest else highest
    return highest


@jit
def exponentiate(source_at, count, highest, factor, result_at):
    """Write ``exp(factor · (score − highest))`` for `count` scores, and overwrite up to ``LANES − 1`` floats after."""
    highests, factors = splat(highest), splat(factor)
    for _ in range(0, count, LANES):
        store(exponential(multiply(subtract(load(source_at), highests), factors)), result_at)
        source_at += STEP
        result_at += STEP


@jit
def row_at(matrix, row):
    """Return the address of a row of a matrix."""
    return address_of(matrix) + _FLOAT * np.uint64(row) * np.uint64(matrix.shape[1])


@jit
def room_behind(slopes, number):
    """Return the address of the first or second space (number 0 or 1) after the slopes, each as large as they are."""
    step = _FLOAT * np.uint64(slopes.size) + STEP
    return address_of(slopes) + step * np.uint64(number + 1)
