"""Cosines in place of scores: what a block needs besides its two products.

For an input row h and a target u the kernel has the score s = h·u. An objective on cosines gets

    cos = s / (|h|⁺ |u|⁺),        |x|⁺ = √(|x|² + ε²),

and returns the slope c of each (b, t) by its cosine. The lengths |x|⁺ are those of `SHORTEST` = ε
added as one more dimension of the row in which no two rows meet. So a cosine has a derivative
everywhere, also at the outputs' starting point 0 (where it is 0): without ε a row's first step
would be infinite. From

    ∂cos/∂h = u / (|h|⁺ |u|⁺) − cos · h / |h|⁺²,        ∂cos/∂u = h / (|h|⁺ |u|⁺) − cos · u / |u|⁺²

a block's step is the usual one with the slopes g = c / (|h|⁺ |u|⁺), and besides **shrinks** each row by
Σ_t c cos / |h|⁺² of itself, and each target by Σ_b c cos / |u|⁺². The sum of both is at a right angle
to the row (but for ε), so that rows grow in small steps, and the longer they are the less they turn.
"""

from __future__ import annotations

import math

import numpy as np

from wordneg.compiled.jit import merge
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_at, matrix_at
from wordneg.compiled.simd import load, multiply_add, splat, store

__all__ = ["SHORTEST", "add_multiples", "from_cosines", "invert_lengths", "to_cosines"]

SHORTEST = 0.1
"""The least length of a row, ε. A row of length 0 moves by at most rate / ε per unit of slope."""

_ADDRESS = np.uint64(8)
_STEP = np.uint64(4 * LANES)
_SQUARED = np.float32(SHORTEST**2)


@merge
def invert_lengths(rows_at, rows, width, result):
    """Write 1 / |x|⁺ of some rows to the first places of `result`."""
    for row in range(rows):
        values = matrix_at(address_at(rows_at + np.uint64(row) * _ADDRESS), 1, width)
        total = _SQUARED
        for column in range(width):
            total += values[0, column] * values[0, column]
        result[row] = total
    for row in range(rows):  # by itself, so that it becomes vector instructions
        result[row] = np.float32(1.0) / math.sqrt(result[row])


@merge
def to_cosines(scores, inverses):
    """Turn the scores of a block into cosines, given the inverse lengths of rows (first) and targets."""
    for row in range(scores.shape[0]):
        for target in range(scores.shape[1]):
            scores[row, target] *= inverses[0, row] * inverses[1, target]


@merge
def from_cosines(slopes, cosines, inverses, input_factor, shrinks):
    """Turn slopes by cosines into slopes by scores; write how much of each row and target is to be added to it."""
    targets = slopes.shape[1]
    shrinks[1, :targets] = np.float32(0.0)
    for row in range(slopes.shape[0]):
        total = np.float32(0.0)
        for target in range(targets):
            share = slopes[row, target] * cosines[row, target]
            total += share
            shrinks[1, target] -= share
            slopes[row, target] *= inverses[0, row] * inverses[1, target]
        shrinks[0, row] = -input_factor * total * inverses[0, row] * inverses[0, row]
    for target in range(targets):
        shrinks[1, target] *= inverses[1, target] * inverses[1, target]


@merge
def add_multiples(read_at, written_at, rows, pieces, factors):
    """Add ``factor · read row`` to each of some written rows; the two may be the same."""
    for row in range(rows):
        place = np.uint64(row) * _ADDRESS
        source, target = address_at(read_at + place), address_at(written_at + place)
        factor = splat(factors[row])
        for piece in range(pieces):
            offset = np.uint64(piece) * _STEP
            store(multiply_add(factor, load(source + offset), load(target + offset)), target + offset)
