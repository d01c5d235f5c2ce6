"""Numbers as text: what compiled code writes is what NumPy writes, what it reads is what `float` reads, bit by bit."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordneg.compiled.decimals import (
    HIGHEST_POWER,
    LONGEST_FLOAT32,
    LOWEST_POWER,
    first_scientific,
    nearest_float64,
    put_float32,
)

pytestmark = pytest.mark.lengthy
RNG = np.random.default_rng(7)


@numba.njit
def _put_all(bits, out, large):
    at = np.uint64(0)
    for value in bits:
        at = put_float32(out, at, np.uint64(value), large)
        out[at] = np.uint64(ord(" "))
        at += np.uint64(1)
    return at


@numba.njit("float64(uint64, int64)")
def _nearest(digits, power):
    return nearest_float64(digits, power)


def spelled(bits: NDArray[np.integer]) -> list[str]:
    out = np.empty((LONGEST_FLOAT32 + 1) * len(bits), np.uint8)
    end = _put_all(bits.astype(np.uint32), out, first_scientific())
    return out[:end].tobytes().decode().split()


def assert_as_numpy(bits: NDArray[np.integer]) -> None:
    values = bits.astype(np.uint32).view(np.float32)
    assert spelled(bits) == [str(value) for value in values]


def test_every_exponent() -> None:
    """Mantissas at both ends, in the middle, with one bit and by chance, with both signs."""
    one_bit = 1 << np.arange(23)
    mantissas = np.concatenate([np.arange(20), (1 << 23) - 1 - np.arange(20), one_bit - 1, one_bit])
    for exponent in range(255):
        chance = RNG.integers(0, 1 << 23, 200)
        assert_as_numpy((exponent << 23) + np.concatenate([mantissas, chance]))
        assert_as_numpy((1 << 31) + (exponent << 23) + chance[:20])


def test_random_bits() -> None:
    bits = RNG.integers(0, 1 << 32, 100_000)
    assert_as_numpy(bits[bits >> 23 & 255 < 255])


def test_usual_values() -> None:
    """Vectors, whole numbers, short decimals."""
    for values in (
        RNG.standard_normal(20_000),
        np.arange(-2000, 2000),
        RNG.integers(-1000, 1000, 20_000) / 1000,
        10.0 ** np.arange(-45, 39),
    ):
        assert_as_numpy(values.astype(np.float32).view(np.uint32))


def test_numpy_before_2_3() -> None:
    """Large numbers have an exponent from 1e16 on, as in older versions of NumPy."""
    bits = np.array([1e6, 12345678, 1.5e10, 9.99e15], np.float32).view(np.uint32)
    out = np.empty(200, np.uint8)
    end = _put_all(bits, out, np.uint64(np.float32(1e16).view(np.uint32)))
    assert out[:end].tobytes() == b"1000000.0 12345678.0 15000000000.0 9990000000000000.0 "


@settings(max_examples=2000, deadline=None)
@given(st.integers(0, (1 << 64) - 1), st.integers(LOWEST_POWER, HIGHEST_POWER))
@example(90754408996818190, -1)  # halfway between two float64
@example((1 << 53) + 1, 0)
@example((1 << 64) - 1, HIGHEST_POWER)
@example(1, LOWEST_POWER)
@example(0, 7)
def test_any_decimal(digits: int, power: int) -> None:
    value = _nearest(digits, power)
    assert math.isnan(value) or value == float(f"{digits}e{power}")


@settings(max_examples=2000, deadline=None)
@given(st.floats(1e-200, 1e200))
def test_float64(value: float) -> None:
    digits, _, power = f"{value:.16e}".replace(".", "").partition("e")
    assert _nearest(int(digits), int(power) - 16) == value


@settings(max_examples=1000, deadline=None)
@given(st.integers(1 << 52, (1 << 53) - 1), st.integers(0, 10))
def test_halfway_goes_to_the_even_one(mantissa: int, zeros: int) -> None:
    halfway = (2 * mantissa + 1) << zeros
    assert _nearest(halfway, 0) == float(halfway)
    digits, power = halfway, 0
    while digits % 10 == 0:
        digits, power = digits // 10, power + 1
    assert _nearest(digits, power) == float(halfway)
