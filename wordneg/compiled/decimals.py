"""Floats as decimals and back, exact to the last bit: for compiled code that writes or reads many numbers.

`put_float32` writes what ``str(numpy.float32(x))`` gives: the fewest digits that identify a value among all float32
values, of these the decimal nearest to it. `nearest_float64` gives what ``float(text)`` gives.

References
----------
Giulietti (2020), "The Schubfach way to render doubles": section 9 for the digits.
Lemire (2021), "Number parsing at a gigabyte per second", Software: Practice and Experience, algorithm 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from wordneg.compiled.jit import inlined
from wordneg.compiled.memory import put_eight_bytes

__all__ = [
    "HIGHEST_POWER",
    "LONGEST_FLOAT32",
    "LOWEST_POWER",
    "MOST_DIGITS",
    "first_scientific",
    "nearest_float64",
    "put_float32",
]

LONGEST_FLOAT32 = 24
"""Bytes that `put_float32` may touch."""

MOST_DIGITS = 19
"""Digits that a decimal may have to be sure to fit a uint64."""

LOWEST_POWER, HIGHEST_POWER = -300, 280
"""The powers of ten that `nearest_float64` knows; with any 19 digits its values are neither infinite nor subnormal."""

_u64 = np.uint64
_0, _1, _2, _3, _4, _8, _9, _10, _100 = (_u64(n) for n in (0, 1, 2, 3, 4, 8, 9, 10, 100))
_LOW_32 = _u64(0xFFFFFFFF)
_MANTISSA_32 = _u64(0x7FFFFF)
_HIDDEN_32 = _u64(1 << 23)
_ALL_ONES = _u64(0xFFFFFFFFFFFFFFFF)


def _power_of_ten(exponent: int, bits: int) -> int:
    """Return the first `bits` bits of 10 to the power of `exponent`, rounded down."""
    if exponent >= 0:
        power = 10**exponent
        surplus = power.bit_length() - bits
        return power >> surplus if surplus >= 0 else power << -surplus
    divisor = 10**-exponent
    quotient = (1 << (divisor.bit_length() + bits)) // divisor  # one or two bits too many
    return quotient >> (quotient.bit_length() - bits)


_LOWEST_64, _HIGHEST_64 = -31, 45
# Rounded up, unless they are exact: what the first algorithm wants of all powers, and the second of the negative ones.
_POWERS_64 = np.array(
    [_power_of_ten(k, 64) + (not 0 <= k <= 27) for k in range(_LOWEST_64, _HIGHEST_64 + 1)], np.uint64
)
_POWERS_128 = [_power_of_ten(q, 128) + (q < 0) for q in range(LOWEST_POWER, HIGHEST_POWER + 1)]
_POWERS_HIGH = np.array([power >> 64 for power in _POWERS_128], np.uint64)
_POWERS_LOW = np.array([power & 0xFFFFFFFFFFFFFFFF for power in _POWERS_128], np.uint64)
_EXACT_POWERS = np.array([10.0**n for n in range(23)])
_POWERS = np.array([10**n for n in range(9)], np.uint64)
_SMALLEST_FIXED = _u64(0x38D1B718)  # the bits of the smallest float32 from 1e-4 on
_MINUS, _POINT, _ZERO, _PLUS, _E = (_u64(ord(sign)) for sign in "-.0+e")
_ZEROS = _u64(0x3030303030303030)  # eight digits


def _make_multiply_high(typing_context: Any, a: Any, b: Any) -> Any:
    """Return the upper 64 bits of the product of two uint64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, wide(64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), codegen


def _make_leading_zeros(typing_context: Any, value: Any) -> Any:
    """Return the number of zero bits above the highest one of a uint64 that is not 0."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctlz(args[0], ir.IntType(1)(1))

    return types.uint64(types.uint64), codegen


def _make_bits(typing_context: Any, value: Any) -> Any:
    """Return a float64 by its bits, a uint64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.uint64), codegen


_multiply_high: Any = intrinsic(_make_multiply_high)
_leading_zeros: Any = intrinsic(_make_leading_zeros)
_float64_of: Any = intrinsic(_make_bits)


@inlined
def _rounded_to_odd(power, factor):
    """Return ``power · factor / 2^64``, whose last bit also stands for all bits below it; factor < 2^32."""
    product = (power >> _u64(32)) * factor + (((power & _LOW_32) * factor) >> _u64(32))
    return (product >> _u64(32)) | _u64((product & _LOW_32) > _1)


@inlined
def _shortest(bits):
    """Return ``digits, exponent`` (uint64, int64) of the float32 with these bits, which is positive and finite."""
    biased = np.int64(bits >> _u64(23))
    fraction = bits & _MANTISSA_32
    if biased:
        c, q = fraction | _HIDDEN_32, biased - 150
        if -24 < q <= 0 and c & ((_1 << _u64(-q)) - _1) == _0:
            return c >> _u64(-q), np.int64(0)  # a whole number
    else:
        c, q = fraction, np.int64(-149)
    odd = c & _1
    # below a power of two, the next value is half as far away
    closer = _u64(fraction == _0 and biased > 1)
    k = (q * 1262611 - np.int64(closer) * 524031) >> 22  # floor(log10 of the distance)
    shift = _u64(q + ((-k * 1741647) >> 19) + 1)  # the second term: floor(log2(10^-k))
    power = _POWERS_64[_u64(-k - _LOWEST_64)]
    lower = _rounded_to_odd(power, (_4 * c - _2 + closer) << shift) + odd
    middle = _rounded_to_odd(power, (_4 * c) << shift)
    upper = _rounded_to_odd(power, (_4 * c + _2) << shift) - odd
    s = middle >> _2
    if s >= _10:
        tens = s // _10
        below, above = lower <= _u64(40) * tens, _u64(40) * tens + _u64(40) <= upper
        if below != above:
            return tens + _u64(above), k + 1
    below, above = lower <= _4 * s, _4 * s + _4 <= upper
    if below != above:
        return s + _u64(above), k
    half = _4 * s + _2
    return s + _u64(middle > half or (middle == half and s & _1 == _1)), k


@inlined
def _count_digits(digits):
    """Return the number of digits of a uint64 from 1 to 10^9 - 1; most values have many."""
    count = _9
    for bound in (100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10):
        count -= _u64(digits < _u64(bound))  # without a branch, which would often be guessed wrong
    return count


@inlined
def _put_digits(out, at, digits, count):
    """Write `count` digits; the nine bytes from `at` on are overwritten."""
    aligned = digits * _POWERS[_9 - count]
    first = aligned // _u64(100_000_000)
    rest = aligned - first * _u64(100_000_000)
    # Eight digits at once: parts of four, of two and of one digit, the first in the lowest bits.
    upper = rest // _u64(10_000)
    parts = upper | (rest - upper * _u64(10_000)) << _u64(32)
    upper = ((parts * _u64(10486)) >> _u64(20)) & _u64(0x0000007F0000007F)
    parts = upper | (parts - upper * _100) << _u64(16)
    upper = ((parts * _u64(103)) >> _10) & _u64(0x000F000F000F000F)
    parts = upper | (parts - upper * _10) << _8
    out[at] = _ZERO + first
    put_eight_bytes(out, at + _1, parts + _ZEROS)


def first_scientific() -> np.uint64:
    """Return the bits of the first large float32 that NumPy spells with an exponent: 1e16, or 1e6 from NumPy 2.3 on."""
    powers = (np.float32(10.0**exponent) for exponent in range(1, 17))
    return _u64(next(power for power in powers if "e" in str(power)).view(np.uint32))


@inlined
def put_float32(out, at, bits, large):
    """Write a finite float32 as NumPy spells it; return the place behind it.

    Parameters
    ----------
    out : (n,) uint8
        The text, with room for `LONGEST_FLOAT32` more bytes.
    at : uint64
        The place of the first byte.
    bits : uint64
        The bits of the float32.
    large : uint64
        What `first_scientific` returned.
    """
    if bits >> _u64(31):
        out[at] = _MINUS
        at += _1
        bits &= _u64(0x7FFFFFFF)
    if bits == _0:
        out[at], out[at + _1], out[at + _2] = _ZERO, _POINT, _ZERO
        return at + _3
    digits, exponent = _shortest(bits)
    while digits % _10 == _0:
        digits //= _10
        exponent += 1
    count = _count_digits(digits)
    before = exponent + np.int64(count)  # digits before the point
    if bits < _SMALLEST_FIXED or bits >= large:
        return _put_scientific(out, at, digits, count, before - 1)
    if before <= 0:
        put_eight_bytes(out, at, _ZEROS)
        out[at + _1] = _POINT
        at += _u64(2 - before)
        _put_digits(out, at, digits, count)
        return at + count
    if exponent < 0:
        _put_digits(out, at + _1, digits, count)
        for place in range(at, at + _u64(before)):
            out[place] = out[place + _1]
        out[at + _u64(before)] = _POINT
        return at + count + _1
    put_eight_bytes(out, at + _8, _ZEROS)
    put_eight_bytes(out, at + _9, _ZEROS)
    _put_digits(out, at, digits, count)
    at += _u64(before)
    out[at], out[at + _1] = _POINT, _ZERO
    return at + _2


@inlined
def _put_scientific(out, at, digits, count, exponent):
    _put_digits(out, at + _1, digits, count)
    out[at] = out[at + _1]
    at += _1
    if count > _1:
        out[at] = _POINT
        at += count
    size = _u64(abs(exponent))
    out[at], out[at + _1] = _E, _MINUS if exponent < 0 else _PLUS
    out[at + _2], out[at + _3] = _ZERO + size // _10, _ZERO + size % _10
    return at + _4


@inlined
def nearest_float64(digits, power):
    """Return the float64 nearest to ``digits · 10^power``; NaN where that takes more than 128 bits to tell.

    Parameters
    ----------
    digits : uint64
        Digits as a whole number.
    power : int64
        The power of ten, from `LOWEST_POWER` to `HIGHEST_POWER`.
    """
    if digits <= _u64(1 << 53) and -22 <= power <= 22:  # both are exact, so that one operation rounds once
        if power < 0:
            return np.float64(digits) / _EXACT_POWERS[_u64(-power)]
        return np.float64(digits) * _EXACT_POWERS[_u64(power)]
    if digits == _0:
        return 0.0
    zeros = _leading_zeros(digits)
    digits <<= zeros
    at = _u64(power - LOWEST_POWER)
    high, low = _multiply_high(digits, _POWERS_HIGH[at]), digits * _POWERS_HIGH[at]
    if high & _u64(0x1FF) == _u64(0x1FF):  # the bits that decide could still change
        more = _multiply_high(digits, _POWERS_LOW[at])
        low += more
        high += _u64(low < more)
    if low == _ALL_ONES and not -27 <= power <= 55:
        return np.nan
    top = high >> _u64(63)
    mantissa = high >> (top + _u64(9))  # 54 bits: one more than there will be
    binary = ((217706 * power) >> 16) + 1086 + np.int64(top) - np.int64(zeros)
    if low <= _1 and -4 <= power <= 23 and mantissa & _u64(3) == _1 and mantissa << (top + _u64(9)) == high:
        mantissa &= ~_1  # just between two values: the even one
    mantissa = (mantissa + (mantissa & _1)) >> _1
    # A mantissa that has become 2^53 carries over into the exponent.
    return _float64_of((_u64(binary - 1) << _u64(52)) + mantissa)
