"""Cosines instead of scores: what a block needs for them besides its two products.

For an input row h and a target u the kernel has the score s = h·u. An objective on cosines gets

    cos = s / (|h|⁺ |u|⁺),        |x|⁺ = √(|x|² + ε²),

and returns c, the slope of each (b, t) by its cosine. |x|⁺ is the length of the row with `SHORTEST` = ε as
one more dimension, in which no two rows meet. A cosine therefore has a derivative everywhere, also
at the outputs' starting point 0, where it is 0. Without ε a row's first step would be infinite. From

    ∂cos/∂h = u / (|h|⁺ |u|⁺) − cos · h / |h|⁺²,        ∂cos/∂u = h / (|h|⁺ |u|⁺) − cos · u / |u|⁺²

a block's step is the usual one with the slopes g = c / (|h|⁺ |u|⁺). Besides, it **shrinks** each row by
Σ_t c cos / |h|⁺² of itself, and each target by Σ_b c cos / |u|⁺². Except for ε, both together are at a right
angle to the row, so that rows grow in small steps, and turn the less the longer they are.
"""

from __future__ import annotations

import math

import numpy as np

from wordneg.compiled.jit import merge
from wordneg.compiled.lanes import STEP
from wordneg.compiled.memory import ADDRESS_BYTES, address_at, matrix_at
from wordneg.compiled.simd import load, multiply_add, splat, store

__all__ = ["SHORTEST", "add_multiples", "from_cosines", "invert_lengths", "to_cosines"]

SHORTEST = 0.1
"""ε, the least length of a row. A row of length 0 moves by at most rate / ε per unit of slope."""

_SQUARED = np.float32(SHORTEST**2)


@merge
def invert_lengths(rows_at, rows, width, result):
    """Write 1 / |x|⁺ of each of some rows to the first places of `result`."""
    for row in range(rows):
        values = matrix_at(address_at(rows_at + np.uint64(row) * ADDRESS_BYTES), 1, width)
        total = _SQUARED
        for column in range(width):
            total += values[0, column] * values[0, column]
        result[row] = total
    for row in range(rows):  # a loop of its own, so that it becomes vector instructions
        result[row] = np.float32(1.0) / math.sqrt(result[row])


@merge
def to_cosines(scores, inverses):
    """Turn the scores of a block into cosines, given the inverse lengths of its rows (first) and targets."""
    for row in range(scores.shape[0]):
        for target in range(scores.shape[1]):
            scores[row, target] *= inverses[0, row] * inverses[1, target]


@merge
def from_cosines(slopes, cosines, inverses, input_factor, shrinks):
    """Turn slopes by cosines into slopes by scores; write the multiple of each row and target to be added to itself.

    The slopes are multiplied by the learning rate already. The rows' `input_factor` is left to `make_update` for the
    slopes, and applied here to the shrinking.
    """
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
    """Add ``factor · read row`` to each of some written rows, which may be the same rows."""
    for row in range(rows):
        place = np.uint64(row) * ADDRESS_BYTES
        source, target = address_at(read_at + place), address_at(written_at + place)
        factor = splat(factors[row])
        for piece in range(pieces):
            offset = np.uint64(piece) * STEP
            store(multiply_add(factor, load(source + offset), load(target + offset)), target + offset)
