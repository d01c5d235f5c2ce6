"""The compiled pass over one block of cells, which improves ranks with negatives shared by neighboring cells.

A cell (w, c) follows the gradient of ``pull · R`` with ``R = Σ_j ℓ(s_c − s_j)`` over all V contexts. M negatives drawn
from the block's n columns, which include c, give an unbiased estimate of it:

    ∂/∂u_w  = −pull · (V − 1) / (n − 1) · n / M · Σ_j −ℓ'(s_c − s_j) · (v_c − v_j),

and likewise for v_c and each v_j. A negative that happens to be c itself is pushed as much as c is pulled.

Up to `TOGETHER` cells of a row share the M negatives in one step, which takes C + M scores instead of 2C, for C · M
compared pairs instead of C. `wordneg.word2vec.kernel` uses the same trick. With one cell and one negative it is the
authors' update (github.com/shihaoji/wordrank, model.hpp), apart from the rate.

The rate of each vector falls with the root of the sum of its squared gradients (AdaGrad, one sum per vector:
Duchi et al. 2011), or is the same for all vectors. The rows' sums of weights span five orders of magnitude; with one
rate for all, frequent words diverge before rare ones have moved. Regularization is part of the gradients; its decay of
a vector is applied implicitly, as a factor 1 / (1 + rate · λ · r), so that it never reverses a vector.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numba
import numpy as np

from wordneg.compiled.rng import below, seed_stream
from wordneg.compiled.simd import (
    FASTMATH,
    LANES,
    add,
    address_of,
    load,
    merge,
    multiply,
    multiply_add,
    splat,
    store,
    subtract,
    total,
)
from wordneg.compiled.tiles import score_many
from wordneg.wordrank.losses import Surrogate

__all__ = ["make_block_kernel"]

_GROUP = 4
_STEP = np.uint64(4 * LANES)


@merge
def _gather(cells, first, count, block, outputs_at, row_bytes, negative, padded, scratch):
    """Collect the addresses of a step's vectors: M negatives, drawn from the block's columns, and the cells' contexts.

    Both are padded to whole registers with a column of the block, which no other worker is using.
    """
    choices = len(block.columns)
    for place in range(negative):
        drawn = block.columns[below(scratch.rng, choices)]
        scratch.addresses[place] = outputs_at + np.uint64(drawn) * row_bytes
    spare_at = outputs_at + np.uint64(block.columns[0]) * row_bytes
    for place in range(negative, padded):
        scratch.addresses[place] = spare_at
    for place in range(count):
        context = cells.columns[first + place]
        scratch.addresses[padded + place] = outputs_at + np.uint64(context) * row_bytes
    for place in range(count, -(-count // LANES) * LANES):
        scratch.addresses[padded + place] = spare_at


@merge
def _keep_moving(count, padded, scratch):
    """Drop the vectors whose slope is zero; return the number of vectors kept."""
    kept = 0
    for place in range(padded + count):
        if scratch.slopes[place] != 0:
            scratch.addresses[kept] = scratch.addresses[place]
            scratch.slopes[kept] = scratch.slopes[place]
            kept += 1
    return kept


@merge
def _pull_together(row_at, targets, pieces, regularised, scratch):
    """Move each target by its step times the row, and accumulate the row's gradient from the targets before the move.

    A target that occurs twice, as a negative and as a context, moves twice; the second occurrence counts from where
    the first move left it.
    """
    gradient_at = address_of(scratch.gradient)
    for piece in range(pieces):
        offset = np.uint64(piece) * _STEP
        row = load(row_at + offset)
        gradient = splat(np.float32(0.0))
        for target in range(targets):
            place = scratch.addresses[target] + offset
            before = load(place)
            gradient = multiply_add(splat(scratch.slopes[target]), before, gradient)
            left = multiply(splat(scratch.decays[target]), before) if regularised else before
            store(multiply_add(splat(scratch.steps[target]), row, left), place)
        store(gradient, gradient_at + offset)


@merge
def _product(one_at, other_at, pieces):
    """Return the inner product of two rows."""
    result = splat(np.float32(0.0))
    for piece in range(pieces):
        offset = np.uint64(piece) * _STEP
        result = multiply_add(load(one_at + offset), load(other_at + offset), result)
    return total(result)


@cache
def make_block_kernel(
    surrogate: Surrogate, width: int, negative: int, together: int, adaptive: bool, regularised: bool
) -> Any:
    """Return the function ``train(cells, block, weights, squares, rates, scratch)``, compiled for given settings.

    Parameters
    ----------
    surrogate : Surrogate
        The surrogate ℓ.
    width : int
        Row length in floats.
    negative : int
        Number M of negatives per step.
    together : int
        Number of cells that share negatives, at most `TOGETHER`.
    adaptive : bool
        Whether each vector has its own learning rate.
    regularised : bool
        Whether λ is above 0.
    """
    pieces = width // LANES
    row_bytes = np.uint64(4 * width)
    padded = -(-negative // LANES) * LANES
    registers = padded // LANES
    lowest = np.float32(-np.inf)
    surrogate_slopes = surrogate.slopes

    @merge
    def prepare(cells, first, count, rates, scratch):
        """Pad to full registers and groups of cells, with scores and pulls that give zero slopes."""
        for place in range(negative, padded):
            scratch.scores[place] = lowest
        for place in range(padded):
            scratch.slopes[place] = np.float32(0.0)
        for place in range(count):
            scratch.pulls[place] = cells.pulls[first + place] * rates.scale
        for place in range(count, -(-count // _GROUP) * _GROUP):
            scratch.pulls[place] = np.float32(0.0)

    @merge
    def set_slopes(count, tau, scratch):
        """Write the slopes, negative for negatives and positive for contexts; cells go in fours to save loads."""
        scores_at, slopes_at = address_of(scratch.scores), address_of(scratch.slopes)
        for place in range(0, count, _GROUP):
            of_cell = padded + place
            score_0, score_1 = splat(scratch.scores[of_cell]), splat(scratch.scores[of_cell + 1])
            score_2, score_3 = splat(scratch.scores[of_cell + 2]), splat(scratch.scores[of_cell + 3])
            pull_0, pull_1 = splat(scratch.pulls[place]), splat(scratch.pulls[place + 1])
            pull_2, pull_3 = splat(scratch.pulls[place + 2]), splat(scratch.pulls[place + 3])
            own_0 = own_1 = own_2 = own_3 = splat(np.float32(0.0))
            for register in range(registers):
                offset = np.uint64(register) * _STEP
                others = load(scores_at + offset)
                slope_0 = surrogate_slopes(others, score_0, tau, pull_0)
                slope_1 = surrogate_slopes(others, score_1, tau, pull_1)
                slope_2 = surrogate_slopes(others, score_2, tau, pull_2)
                slope_3 = surrogate_slopes(others, score_3, tau, pull_3)
                together = add(add(slope_0, slope_1), add(slope_2, slope_3))
                store(subtract(load(slopes_at + offset), together), slopes_at + offset)
                own_0, own_1 = add(own_0, slope_0), add(own_1, slope_1)
                own_2, own_3 = add(own_2, slope_2), add(own_3, slope_3)
            scratch.slopes[of_cell] = total(own_0)
            scratch.slopes[of_cell + 1] = total(own_1)
            scratch.slopes[of_cell + 2] = total(own_2)
            scratch.slopes[of_cell + 3] = total(own_3)
        for place in range(negative, padded):
            scratch.slopes[place] = np.float32(0.0)

    @merge
    def rate_of(squares, word, square, rates):
        """Update a vector's sum of squared gradients, if rates are adaptive, and return its rate."""
        if not adaptive:
            return rates.learning
        squares[word] += square
        return rates.learning / np.sqrt(squares[word])

    @merge
    def set_steps(targets, outputs_at, square, squares, rates, scratch):
        """Write each target's step: its slope times its rate."""
        for target in range(targets):
            slope, at = scratch.slopes[target], scratch.addresses[target]
            gradient = slope * slope * square
            shrinking = rates.reg * scratch.decays[target] if regularised else np.float32(0.0)
            if shrinking > 0:  # otherwise the score may belong to padding rather than to a context
                gradient -= np.float32(2.0) * slope * shrinking * scratch.scores[target]
                gradient += shrinking * shrinking * _product(at, at, pieces)
            word = np.int64((at - outputs_at) // row_bytes)
            rate = rate_of(squares.outputs, word, max(gradient, np.float32(0.0)), rates)
            scratch.steps[target] = rate * slope
            if regularised:
                scratch.decays[target] = np.float32(1.0) / (np.float32(1.0) + rate * shrinking)

    @merge
    def move_row(row_at, word, weight, squares, rates, scratch):
        """Move the row by its gradient."""
        gradient_at = address_of(scratch.gradient)
        square = _product(gradient_at, gradient_at, pieces)
        shrinking = rates.reg * weight
        if regularised:
            square -= np.float32(2.0) * shrinking * _product(gradient_at, row_at, pieces)
            square += shrinking * shrinking * _product(row_at, row_at, pieces)
        rate = rate_of(squares.inputs, word, max(square, np.float32(0.0)), rates)
        decay = np.float32(1.0) / (np.float32(1.0) + rate * shrinking)
        for piece in range(pieces):
            offset = np.uint64(piece) * _STEP
            left = multiply(splat(decay), load(row_at + offset)) if regularised else load(row_at + offset)
            store(multiply_add(splat(rate), load(gradient_at + offset), left), row_at + offset)

    @merge
    def set_decays(cells, first, count, scratch):
        """Write the weight of each cell to the decay of its context; return the sum of the weights."""
        weight = np.float32(0.0)
        for place in range(padded):
            scratch.decays[place] = np.float32(0.0)
        for place in range(count):
            scratch.decays[padded + place] = cells.weights[first + place]
            weight += cells.weights[first + place]
        return weight

    @numba.njit(nogil=True, fastmath=FASTMATH, error_model="numpy")
    def train(cells, block, weights, squares, rates, scratch):
        seed_stream(scratch.rng, block.seed, block.epoch, block.number)
        inputs_at, outputs_at = address_of(weights.inputs), address_of(weights.outputs)
        targets_at, scores_at = address_of(scratch.addresses), address_of(scratch.scores)
        for place in range(len(block.rows)):
            word = block.rows[place]
            row_at = inputs_at + np.uint64(word) * row_bytes
            first = cells.offsets[word] + np.int64(cells.starts[word, block.part])
            end = cells.offsets[word] + np.int64(cells.starts[word, block.part + 1])
            while first < end:
                count = min(end - first, together)
                _gather(cells, first, count, block, outputs_at, row_bytes, negative, padded, scratch)
                scored = padded + -(-count // LANES) * LANES
                score_many(row_at, targets_at, scored, width, scores_at)
                prepare(cells, first, count, rates, scratch)
                set_slopes(count, splat(rates.tau), scratch)
                targets, weight = padded + count, np.float32(0.0)
                if regularised:
                    weight = set_decays(cells, first, count, scratch)
                else:
                    targets = _keep_moving(count, padded, scratch)
                if targets > 0:
                    set_steps(targets, outputs_at, _product(row_at, row_at, pieces), squares, rates, scratch)
                    _pull_together(row_at, targets, pieces, regularised, scratch)
                    move_row(row_at, word, weight, squares, rates, scratch)
                first += count

    return train
