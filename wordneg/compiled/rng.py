"""Random numbers in compiled code: one SplitMix64 state for each worker, passed explicitly.

The state is a ``(8,) uint64`` array. Only its first element is used, but it fills a cache line, so
that workers never write to the same line. SplitMix64 adds a constant and mixes: successive draws do
not wait for one another, and any two seeds give unrelated streams.

References
----------
Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA, figure 17.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import inlined

__all__ = ["below", "new_state", "next_uint64", "seed_stream", "uniform"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


def new_state(seed: int = 0) -> NDArray[np.uint64]:
    """Return a worker's generator state, ``(8,) uint64`` on a cache line of its own."""
    memory = np.zeros(16, dtype=np.uint64)
    start = (-memory.ctypes.data % 64) // 8
    state = memory[start : start + 8]
    state[0] = seed & 0xFFFFFFFFFFFFFFFF
    return state


@inlined
def _mix(z):
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@inlined
def seed_stream(rng, seed, epoch, chunk):
    """Start the stream that belongs to one chunk of one epoch, whichever worker trains it."""
    rng[0] = _mix(_mix(_mix(np.uint64(seed) + _GOLDEN) + np.uint64(epoch)) + np.uint64(chunk))


@inlined
def next_uint64(rng):
    """Return 64 random bits."""
    z = rng[0] + _GOLDEN
    rng[0] = z
    return _mix(z)


@inlined
def below(rng, n):
    """Return a random int64 in ``0 … n − 1``, for 0 < n < 2³² (bias below n · 2⁻³²)."""
    return np.int64(((next_uint64(rng) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@inlined
def uniform(rng):
    """Return a random float64 in [0, 1), a multiple of 2⁻⁵³."""
    return np.float64(next_uint64(rng) >> np.uint64(11)) * _TO_UNIT
