"""Draws among candidates by weight: a random number hits one of the running sums."""

from __future__ import annotations

import numpy as np

from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import next_uint64
from wordneg.compiled.simd import add_up, count_up_to, exponential, load, multiply, splat, store, subtract, where_above

__all__ = ["UNDERFLOW", "draw_left", "draw_place", "exponentials", "sum_weights"]

UNDERFLOW = np.float32(2e-38)
"""A weight must be above this to count: `exponential` does not fall below about 1e-38."""

_ZERO = np.float32(0.0)
_UNUSED, _TO_UNIT = np.uint64(40), np.float32(2.0**-24)


@jit
def exponentials(values, highest, sharpness):
    """Replace values, ``(M',) float32``, by exp(sharpness · (value − highest)), 0 for −∞ and NaN.

    Of less than e⁻⁸⁶, 0 becomes too.
    """
    values_at = address_of(values)
    shift, factor, underflow = splat(highest), splat(sharpness), splat(UNDERFLOW)
    for _ in range(0, values.size, LANES):
        power = exponential(multiply(factor, subtract(load(values_at), shift)))
        store(where_above(power, underflow, power), values_at)
        values_at += STEP


@jit
def sum_weights(weights, sums):
    """Write the running sums of weights, both ``(M',) float32``; return the total."""
    add_up(address_of(weights), weights.size, address_of(sums))
    return sums[sums.size - 1]


@jit
def hit(sums, rng):
    """Return the place whose stretch of the running sums a random number falls on."""
    # 24 random bits: so the product, rounded, is below the last sum
    share = np.float32(next_uint64(rng) >> _UNUSED) * _TO_UNIT
    return count_up_to(address_of(sums), sums.size, share * sums[sums.size - 1])


@jit
def draw_place(weights, sums, rng):
    """Return a place with chance ∝ its weight, given the running sums, of which the last is above 0."""
    while True:
        place = hit(sums, rng)
        if weights[place] > _ZERO:  # rounding may leave a weight of 0 a hair's breadth among the sums
            return place


@jit
def draw_left(weights, sums, rng):
    """Return a place with chance ∝ its weight, or −1 if all weights are 0.

    `sums` may be from before some of the weights became 0: it is brought up to date if one of them is hit.
    """
    if sums[sums.size - 1] > _ZERO:
        place = hit(sums, rng)
        if weights[place] > _ZERO:
            return place
        if sum_weights(weights, sums) > _ZERO:
            return draw_place(weights, sums, rng)
    return np.int64(-1)
