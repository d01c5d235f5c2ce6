import numba
import numpy as np
import pytest
from naive import SplitMix64
from scipy import stats

from wordneg.compiled import rng as random


@numba.njit
def draw_bits(state, count):
    return [random.next_uint64(state) for _ in range(count)]


@numba.njit
def draw_below(state, n, count):
    result = np.empty(count, dtype=np.int64)
    for i in range(count):
        result[i] = random.below(state, n)
    return result


@numba.njit
def draw_uniform(state, count):
    result = np.empty(count, dtype=np.float64)
    for i in range(count):
        result[i] = random.uniform(state)
    return result


def test_bits_are_splitmix64():
    # the first numbers of seed 1234567, as published with Java's SplittableRandom and its C translation
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert draw_bits(random.new_state(1234567), 3) == published
    twin = SplitMix64(42)
    assert draw_bits(random.new_state(42), 50) == [twin.next() for _ in range(50)]


def test_state_has_a_cache_line_of_its_own():
    state = random.new_state(3)
    assert state.ctypes.data % 64 == 0
    assert state.nbytes == 64


@pytest.mark.parametrize("n", [1, 2, 7, 1000])
def test_below_is_uniform(n):
    draws = draw_below(random.new_state(5), n, 50_000)
    counts = np.bincount(draws, minlength=n)
    assert len(counts) == n
    assert n == 1 or stats.chisquare(counts).pvalue > 1e-4


def test_uniform_fills_the_unit_interval():
    draws = draw_uniform(random.new_state(6), 50_000)
    assert draws.min() >= 0
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 1e-4


def test_each_chunk_has_a_stream_of_its_own():
    seen = set()
    for seed in range(3):
        for epoch in range(3):
            for chunk in range(3):
                state = random.new_state()
                random.seed_stream(state, seed, epoch, chunk)
                assert int(state[0]) == SplitMix64.for_chunk(seed, epoch, chunk).state
                seen.add(int(state[0]))
    assert len(seen) == 27
