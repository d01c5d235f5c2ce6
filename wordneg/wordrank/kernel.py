"""The compiled pass over one block of cells, which improves ranks by negatives that neighboring cells share.

A cell (w, c) is trained on ``pull · R`` with ``R = Σ_j ℓ(s_c − s_j)`` over all V contexts. M negatives, drawn from
the block's n columns (c is one of them), give an unbiased estimate of its gradient:

    ∂/∂u_w  = −pull · (V − 1) / (n − 1) · n / M · Σ_j −ℓ'(s_c − s_j) · (v_c − v_j),

and likewise for v_c and each v_j. A negative that happens to be c itself is pushed as much as c is pulled.

Up to `TOGETHER` cells of a row share the M negatives and are trained in one step: C + M scores instead of 2C, for
C · M compared pairs instead of C. `wordneg.word2vec.kernel` shares negatives in the same way. With one cell and one
negative this is the authors' update (github.com/shihaoji/wordrank, model.hpp), apart from the rate.

The rate of each vector falls with the root of the sum of its squared gradients (AdaGrad with one sum for each vector:
Duchi et al. 2011), or is the same for all vectors. The rows' sums of weights span five orders of magnitude: with one
rate for all, frequent words diverge before rare ones have moved. Regularization is part of the gradients, but its
step is taken implicitly, as a division by 1 + rate · λ · r, so that it can never reverse a vector.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from wordneg.compiled.jit import entry, merge
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import below, seed_stream
from wordneg.compiled.simd import add, load, multiply, multiply_add, splat, store, subtract, total
from wordneg.compiled.tiles import score_many
from wordneg.wordrank.losses import Surrogate

__all__ = ["make_block_kernel"]

_GROUP = 4  # cells whose slopes are computed together


@merge
def _gather(cells, first, count, block, outputs_at, row_bytes, negative, padded, scratch):
    """Write the addresses of a step's vectors: M negatives, drawn from the block's columns, and the cells' contexts.

    Both are padded to whole registers, with a column of this block, which no other worker writes to meanwhile.
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
    """Drop the vectors without a slope, in place; return how many are left."""
    kept = 0
    for place in range(padded + count):
        if scratch.slopes[place] != 0:
            scratch.addresses[kept] = scratch.addresses[place]
            scratch.slopes[kept] = scratch.slopes[place]
            kept += 1
    return kept


@merge
def _pull_together(row_at, targets, pieces, regularized, scratch):
    """Move each target by its step times the row, and sum up the row's gradient from where the targets were before.

    A target that is there twice, as a negative and as a context, moves twice. Its second part in the gradient is then
    computed from where the first move left it.
    """
    gradient_at = address_of(scratch.gradient)
    for piece in range(pieces):
        offset = np.uint64(piece) * STEP
        row = load(row_at + offset)
        gradient = splat(np.float32(0.0))
        for target in range(targets):
            place = scratch.addresses[target] + offset
            before = load(place)
            gradient = multiply_add(splat(scratch.slopes[target]), before, gradient)
            left = multiply(splat(scratch.decays[target]), before) if regularized else before
            store(multiply_add(splat(scratch.steps[target]), row, left), place)
        store(gradient, gradient_at + offset)


@merge
def _product(one_at, other_at, pieces):
    """Return the inner product of two rows."""
    result = splat(np.float32(0.0))
    for piece in range(pieces):
        offset = np.uint64(piece) * STEP
        result = multiply_add(load(one_at + offset), load(other_at + offset), result)
    return total(result)


@cache
def make_block_kernel(
    surrogate: Surrogate, width: int, negative: int, together: int, adaptive: bool, regularized: bool
) -> Any:
    """Return the function ``train(cells, block, weights, squares, rates, scratch)``, compiled for given settings.

    Parameters
    ----------
    surrogate : Surrogate
        The surrogate ℓ.
    width : int
        Row length in floats.
    negative : int
        Number of negatives M in a step.
    together : int
        How many cells share the negatives, at most `TOGETHER`.
    adaptive : bool
        Whether each vector has a rate of its own.
    regularized : bool
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
        """Pad registers of scores and groups of pulls, with values from which no slope comes: −∞ and 0."""
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
        """Write the slopes: at most 0 for negatives, at least 0 for contexts.

        Four cells are done together, so that the scores of negatives are loaded a fourth as often.
        """
        scores_at, slopes_at = address_of(scratch.scores), address_of(scratch.slopes)
        for place in range(0, count, _GROUP):
            of_cell = padded + place
            score_0, score_1 = splat(scratch.scores[of_cell]), splat(scratch.scores[of_cell + 1])
            score_2, score_3 = splat(scratch.scores[of_cell + 2]), splat(scratch.scores[of_cell + 3])
            pull_0, pull_1 = splat(scratch.pulls[place]), splat(scratch.pulls[place + 1])
            pull_2, pull_3 = splat(scratch.pulls[place + 2]), splat(scratch.pulls[place + 3])
            own_0 = own_1 = own_2 = own_3 = splat(np.float32(0.0))
            for register in range(registers):
                offset = np.uint64(register) * STEP
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
        """Return a vector's rate, after adding to its sum of squared gradients if rates are adaptive."""
        if not adaptive:
            return rates.learning
        squares[word] += square
        return rates.learning / np.sqrt(squares[word])

    @merge
    def set_steps(targets, outputs_at, square, squares, rates, scratch):
        """Write each target's step, which is its slope times its rate, and what regularization leaves of the target.

        The gradient is ``slope · row − shrinking · target``. Its squared length comes from the lengths of both and from
        their product, the score.
        """
        for target in range(targets):
            slope, at = scratch.slopes[target], scratch.addresses[target]
            gradient = slope * slope * square
            shrinking = rates.reg * scratch.decays[target] if regularized else np.float32(0.0)
            if shrinking > 0:  # else it is a negative, whose score may be the −∞ of the padding
                gradient -= np.float32(2.0) * slope * shrinking * scratch.scores[target]
                gradient += shrinking * shrinking * _product(at, at, pieces)
            word = np.int64((at - outputs_at) // row_bytes)
            rate = rate_of(squares.outputs, word, max(gradient, np.float32(0.0)), rates)
            scratch.steps[target] = rate * slope
            if regularized:
                scratch.decays[target] = np.float32(1.0) / (np.float32(1.0) + rate * shrinking)

    @merge
    def move_row(row_at, word, weight, squares, rates, scratch):
        """Move the row by its gradient, whose squared length is computed as in `set_steps`."""
        gradient_at = address_of(scratch.gradient)
        square = _product(gradient_at, gradient_at, pieces)
        shrinking = rates.reg * weight
        if regularized:
            square -= np.float32(2.0) * shrinking * _product(gradient_at, row_at, pieces)
            square += shrinking * shrinking * _product(row_at, row_at, pieces)
        rate = rate_of(squares.inputs, word, max(square, np.float32(0.0)), rates)
        decay = np.float32(1.0) / (np.float32(1.0) + rate * shrinking)
        for piece in range(pieces):
            offset = np.uint64(piece) * STEP
            left = multiply(splat(decay), load(row_at + offset)) if regularized else load(row_at + offset)
            store(multiply_add(splat(rate), load(gradient_at + offset), left), row_at + offset)

    @merge
    def set_decays(cells, first, count, scratch):
        """Write the weight of each cell beside its context, and 0 beside negatives; return the sum of the weights."""
        weight = np.float32(0.0)
        for place in range(padded):
            scratch.decays[place] = np.float32(0.0)
        for place in range(count):
            scratch.decays[padded + place] = cells.weights[first + place]
            weight += cells.weights[first + place]
        return weight

    @entry
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
                if regularized:
                    weight = set_decays(cells, first, count, scratch)
                else:
                    targets = _keep_moving(count, padded, scratch)
                if targets > 0:
                    set_steps(targets, outputs_at, _product(row_at, row_at, pieces), squares, rates, scratch)
                    _pull_together(row_at, targets, pieces, regularized, scratch)
                    move_row(row_at, word, weight, squares, rates, scratch)
                first += count

    return train
