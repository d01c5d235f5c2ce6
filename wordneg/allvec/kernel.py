"""The compiled half pass: Newton steps by coordinate in the rows of one matrix, while the other one stays.

For a row x with the cells S, the loss is a parabola in each coordinate f. With k = α⁺ − α⁻, the slope at the present
score s = x · y of each cell, and the curvature, are

    ∂L/∂x_f   = a (G x − r⁻ q)_f + Σ_S (k s − (α⁺ r⁺ − α⁻ r⁻)) y_f + λ x_f,
    ∂²L/∂x_f² = a G_ff + Σ_S k y_f² + λ,          G = Σ_c a_c y_c y_cᵀ,   q = Σ_c a_c y_c   (over all V vectors),

where a · a_c is the weight α⁻ of the pair: negatives are summed over all pairs through G and q, and those that do
co-occur are taken out again by −α⁻ in k. The step −slope / curvature goes to the minimum. Rows are independent of one
another, so that workers share them as they like.

Coordinates are stepped in order, in blocks of `LANES`: the sums Σ_S k y yᵀ and Σ_S (…) y of a block's coordinates are
taken in one go over the cells. Within a block, a step of f' changes the slope of f by (Σ_S k y_f y_f') times the step,
so the steps are the same as if each coordinate had gone over the cells by itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from wordneg.allvec.blocks import PIECE
from wordneg.compiled.jit import entry, merge
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import ADDRESS_BYTES, address_of
from wordneg.compiled.moments import move_scores, sum_moments
from wordneg.compiled.simd import load, multiply, store, subtract
from wordneg.compiled.tiles import score_many

__all__ = ["make_sweep"]

_FLOAT_BYTES = np.uint64(4)


@cache
def make_sweep(width: int, size: int) -> Any:
    """Return the compiled function ``sweep(side, first, last, moving, other, fixed, moves, scratch, losses)``.

    Parameters
    ----------
    width, size : int
        Row length in floats, and dimensions D.

    Returns
    -------
    jitted function
        It steps every coordinate of the rows first … last − 1 of `moving`, ``(V, P) float32``, if `moves`; the vectors
        of `other`, ``(V, P) float32``, stay. To `losses`, ``(V,) float64``, it writes for each of these rows
        ½ Σ_S (α⁺ (r⁺ − s)² − α⁻ (r⁻ − s)²) as it is then.
    """
    blocks = width // LANES
    row_bytes = np.uint64(4 * width)

    @merge
    def gather(side, row, other_at, negative_target, scratch):
        """Write what steps need of a row's cells, padded to whole registers; return their number."""
        begin, end = side.offsets[row], side.offsets[row + 1]
        count = end - begin
        own = side.of_row[row]
        for place in range(count):
            column = side.columns[begin + place]
            weight, negative = side.weights[begin + place], own * side.of_column[column]
            scratch.rows[place] = other_at + np.uint64(column) * row_bytes
            scratch.curvatures[place] = weight - negative
            scratch.pulls[place] = weight * side.targets[begin + place] - negative * negative_target
        for place in range(count, -(-count // LANES) * LANES):
            scratch.rows[place] = other_at
            scratch.curvatures[place] = np.float32(0.0)
            scratch.pulls[place] = np.float32(0.0)
        return count

    @merge
    def go_over(count, block, scratch):
        """Let the steps of the block before reach the scores, and sum up the moments of this one."""
        rows_at, scores_at = address_of(scratch.rows), address_of(scratch.scores)
        curvatures_at, pulls_at = address_of(scratch.curvatures), address_of(scratch.pulls)
        slopes_at, sums_at = address_of(scratch.slopes), address_of(scratch.sums)
        offset = np.uint64(block) * STEP
        scratch.moments[:] = 0.0
        for begin in range(0, count, PIECE):
            cells = min(count - begin, PIECE)
            padded = -(-cells // LANES) * LANES
            table_at = rows_at + ADDRESS_BYTES * np.uint64(begin)
            floats = _FLOAT_BYTES * np.uint64(begin)
            if block > 0:
                move_scores(table_at, offset - STEP, address_of(scratch.moved), padded, scores_at + floats)
            if block < blocks:
                for register in range(padded // LANES):
                    at = np.uint64(register) * STEP
                    place = floats + at
                    pulled = multiply(load(curvatures_at + place), load(scores_at + place))
                    store(subtract(pulled, load(pulls_at + place)), slopes_at + at)
                sum_moments(table_at, offset, curvatures_at + floats, slopes_at, cells, sums_at)
                for place in range(len(scratch.sums)):
                    scratch.moments[place] += scratch.sums[place]

    @merge
    def step(block, own, fixed, scratch):
        """Step the coordinates of a block, one after the other."""
        moments, row, steps = scratch.moments, scratch.row, scratch.steps
        steps[:] = 0.0
        for lane in range(min(LANES, size - block * LANES)):
            f = block * LANES + lane
            product = 0.0
            for other in range(size):
                product += fixed.gram[f, other] * row[other]
            slope = own * (product - fixed.negative_target * fixed.sums[f]) + fixed.reg * row[f]
            slope += moments[LANES * LANES + lane]
            for earlier in range(lane):
                slope += moments[LANES * earlier + lane] * steps[earlier]
            curvature = own * fixed.gram[f, f] + moments[LANES * lane + lane] + fixed.reg
            if curvature > 0:  # else nothing depends on the coordinate
                steps[lane] = -slope / curvature
                row[f] += steps[lane]
        for lane in range(LANES):
            scratch.moved[lane] = np.float32(steps[lane])

    @merge
    def loss_of(side, row, count, negative_target, scratch):
        """Return the part of the loss that a row's cells make."""
        result = 0.0
        begin = side.offsets[row]
        for place in range(count):
            weight = np.float64(side.weights[begin + place])
            negative = weight - scratch.curvatures[place]
            score = np.float64(scratch.scores[place])
            positive_gap, negative_gap = side.targets[begin + place] - score, negative_target - score
            result += weight * positive_gap * positive_gap - negative * negative_gap * negative_gap
        return 0.5 * result

    @entry
    def sweep(side, first, last, moving, other, fixed, moves, scratch, losses):
        moving_at, other_at = address_of(moving), address_of(other)
        rows_at, scores_at = address_of(scratch.rows), address_of(scratch.scores)
        negative_target = np.float32(fixed.negative_target)
        for row in range(first, last):
            count = gather(side, row, other_at, negative_target, scratch)
            score_many(moving_at + np.uint64(row) * row_bytes, rows_at, -(-count // LANES) * LANES, width, scores_at)
            if moves:
                own = np.float64(side.of_row[row])
                for f in range(size):
                    scratch.row[f] = moving[row, f]
                for block in range(blocks):
                    go_over(count, block, scratch)
                    step(block, own, fixed, scratch)
                go_over(count, blocks, scratch)
                for f in range(size):
                    moving[row, f] = np.float32(scratch.row[f])
            losses[row] = loss_of(side, row, count, fixed.negative_target, scratch)

    return sweep
