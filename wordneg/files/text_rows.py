"""Rows of text vector files in compiled code, for files that are worth the wait for Numba.

What is read here are plain lines: a word without blanks, and as many plain numbers as expected. Lines that are anything
else are left to `wordneg.files.text_format`, which also says what is wrong with them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.compiled.decimals import (
    HIGHEST_POWER,
    LONGEST_FLOAT32,
    LOWEST_POWER,
    MOST_DIGITS,
    first_scientific,
    nearest_float64,
    put_float32,
)
from wordneg.compiled.jit import exact_entry, inlined
from wordneg.compiled.memory import eight_bytes

__all__ = ["PlainRows", "parsed", "spelled"]

_u64 = np.uint64
_0, _1, _8 = _u64(0), _u64(1), _u64(8)
_BLANK, _NEWLINE, _RETURN, _POINT = (_u64(sign) for sign in b" \n\r.")
_MINUS, _PLUS, _ZERO, _SMALL_E = (_u64(sign) for sign in b"-+0e")
_LOWER_CASE = _u64(0x20)
_NINE, _TEN = _u64(9), _u64(10)


class PlainRows(NamedTuple):
    """What was read from plain lines.

    Attributes
    ----------
    words : bytes
        The words, each with a line feed behind it.
    values : (n, width) float32
        Their values.
    """

    words: bytes
    values: npt.NDArray[np.float32]


def spelled(rows: tuple[list[str], npt.NDArray[np.float32]]) -> memoryview:
    """Return the lines of words and their (n, D) values, as ``str`` spells them."""
    words, values = rows
    names = ("\n".join(words) + "\n").encode()
    out = np.empty(len(names) + (values.shape[1] + 1) * LONGEST_FLOAT32 * len(words), np.uint8)
    end = _spell(np.frombuffer(names, np.uint8), np.ascontiguousarray(values).view(np.uint32), out, first_scientific())
    return out[:end].data


def parsed(lines: list[bytes], width: int) -> PlainRows | None:
    """Return what plain lines hold; None if there is one that is not plain."""
    text = b"".join(lines)
    values = np.empty((len(lines), width), np.float32)
    words = np.empty(len(text) + len(lines), np.uint8)
    end = _parse(np.frombuffer(text, np.uint8), values, words)
    return None if end < 0 else PlainRows(words[:end].tobytes(), values)


@exact_entry
def _spell(names, bits, out, large):
    """Write lines to `out`, and return the number of bytes; `bits` are (n, D) uint32."""
    name, at = _0, _0
    for row in range(bits.shape[0]):
        while names[name] != _NEWLINE:
            out[at] = names[name]
            name += _1
            at += _1
        name += _1
        for column in range(bits.shape[1]):
            out[at] = _BLANK
            at = put_float32(out, at + _1, _u64(bits[row, column]), large)
        out[at] = _NEWLINE
        at += _1
    return np.int64(at)


@exact_entry
def _parse(text, values, words):
    """Fill `values` and `words` from text, and return the number of bytes of words; -1 if a line is not plain."""
    at, end, size = _0, _0, _u64(len(text))
    for row in range(values.shape[0]):
        while at < size and text[at] != _BLANK and text[at] != _NEWLINE:
            words[end] = text[at]
            at += _1
            end += _1
        words[end] = _NEWLINE
        end += _1
        for column in range(values.shape[1]):
            if at >= size or text[at] != _BLANK:
                return -1
            value, at = _number(text, at + _1, size)
            values[row, column] = value
            if not np.isfinite(values[row, column]):
                return -1
        while at < size and (text[at] == _BLANK or text[at] == _RETURN):
            at += _1
        if at < size:
            if text[at] != _NEWLINE:
                return -1
            at += _1
    return np.int64(end) if at == size else -1


@inlined
def _number(text, at, size):
    """Return the number at a place and the place behind it; the number is NaN if it is not plain."""
    negative = at < size and text[at] == _MINUS
    if at < size and (negative or text[at] == _PLUS):
        at += _1
    start = at
    digits, at = _digits(text, at, size, _0)
    count, power = at - start, np.int64(0)
    if at < size and text[at] == _POINT:
        start = at + _1
        digits, at = _digits(text, start, size, digits)
        count += at - start
        power = -np.int64(at - start)
    if count == _0 or count > _u64(MOST_DIGITS):
        return np.nan, at
    if at < size and text[at] | _LOWER_CASE == _SMALL_E:
        at += _1
        down = at < size and text[at] == _MINUS
        if at < size and (down or text[at] == _PLUS):
            at += _1
        start = at
        exponent, at = _digits(text, at, size, _0)
        if at == start or at - start > _u64(4):
            return np.nan, at
        power += -np.int64(exponent) if down else np.int64(exponent)
    if not LOWEST_POWER <= power <= HIGHEST_POWER:
        return np.nan, at
    value = nearest_float64(digits, power)
    return -value if negative else value, at


@inlined
def _digits(text, at, size, digits):
    """Return `digits` with those appended that begin at a place, and the place behind them."""
    if at + _8 <= size:
        eight = eight_bytes(text, at)
        if _are_digits(eight):
            digits = digits * _u64(100_000_000) + _value_of(eight)
            at += _8
    while at < size:
        digit = _u64(text[at]) - _ZERO
        if digit > _NINE:
            break
        digits = digits * _TEN + digit
        at += _1
    return digits, at


@inlined
def _are_digits(eight):
    high = _u64(0xF0F0F0F0F0F0F0F0)
    return (eight & high) | (((eight + _u64(0x0606060606060606)) & high) >> _u64(4)) == _u64(0x3333333333333333)


@inlined
def _value_of(eight):
    """Return the number whose eight digits are the bytes of a uint64, the first in the lowest byte."""
    pairs = ((eight & _u64(0x0F0F0F0F0F0F0F0F)) * _u64(2561)) >> _8
    fours = ((pairs & _u64(0x00FF00FF00FF00FF)) * _u64(6553601)) >> _u64(16)
    return ((fours & _u64(0x0000FFFF0000FFFF)) * _u64(42949672960001)) >> _u64(32)
