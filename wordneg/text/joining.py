"""The compiled part of finding phrases: pairs of words that follow each other, and joining those that are phrases.

A **link** is two words of a sentence with nothing but connectors between them, usually nothing at all. Its key is one
uint64, ``(gap * V + first) * V + second``, where a gap is a number for the connectors in between, 0 for none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry, inlined

__all__ = ["Connectors", "Table", "gap_codes", "join", "link_keys", "make_table", "renumber"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ / φ, as in Fibonacci hashing
_NO_GAP, _TOO_LONG = np.int64(0), np.int64(-1)
_0, _1 = np.uint64(0), np.uint64(1)


class Connectors(NamedTuple):
    """Which words are connectors, and what may stand between the words of a link.

    Attributes
    ----------
    digit : (V,) int64
        1, 2, … for connectors, 0 for other words. The digits of the connectors in a gap make up a number, its code.
    base : int
        Number of connectors plus 1.
    longest : int
        Connectors that fit a code; words that are farther apart are not linked.
    codes : (G,) int64
        The codes of all gaps in ascending order, from 0 on. A gap's number is its place here.
    """

    digit: NDArray[np.int64]
    base: int
    longest: int
    codes: NDArray[np.int64]


class Table(NamedTuple):
    """A hash table from the keys of phrases to their numbers: open addressing with linear probing.

    Attributes
    ----------
    keys : (2ᵏ,) uint64
        Key + 1, or 0 where there is none.
    numbers : (2ᵏ,) int32
        The numbers of the phrases.
    shift : int
        64 − k.
    """

    keys: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    shift: int


def make_table(keys: NDArray[np.uint64]) -> Table:
    """Return a table of the keys, numbered 0, 1, … in their order."""
    bits = max(4, int(2 * len(keys)).bit_length())
    table = Table(np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int32), 64 - bits)
    _fill(keys, *table)
    return table


@inlined
def _slot_of(key: Any, keys: Any, shift: Any) -> Any:
    """Return the slot that holds a key, or the free one where it would go."""
    last = np.uint64(keys.size - 1)
    slot = (key * _MULTIPLIER) >> np.uint64(shift)
    while keys[slot] != _0 and keys[slot] != key + _1:
        slot = (slot + _1) & last
    return slot


@exact_entry
def _fill(new: Any, keys: Any, numbers: Any, shift: Any) -> None:
    for number in range(new.size):
        slot = _slot_of(new[number], keys, shift)
        keys[slot], numbers[slot] = new[number] + _1, number


@inlined
def _next_link(tokens: Any, place: Any, end: Any, digit: Any, base: Any, longest: Any) -> Any:
    """Return where the next word that is no connector stands (or the end), and the code of the gap before it."""
    code, count = _NO_GAP, 0
    place += 1
    while place < end and digit[tokens[place]] > 0:
        count += 1
        code = code * base + digit[tokens[place]] if count <= longest else _TOO_LONG
        place += 1
    return place, code


@exact_entry
def gap_codes(tokens: Any, offsets: Any, digit: Any, base: Any, longest: Any, codes: Any) -> int:
    """Write the code of each gap that holds connectors, as often as it occurs; return their number."""
    count = 0
    for sentence in range(offsets.size - 1):
        place, end = offsets[sentence], offsets[sentence + 1]
        while place < end and digit[tokens[place]] > 0:
            place += 1
        while place < end:
            place, code = _next_link(tokens, place, end, digit, base, longest)
            if place < end and code > 0:
                codes[count] = code
                count += 1
    return count


@inlined
def _key_of(first: Any, second: Any, code: Any, codes: Any, words: Any) -> Any:
    gap = np.uint64(np.searchsorted(codes, code)) if code > 0 else _0
    return (gap * words + np.uint64(first)) * words + np.uint64(second)


@exact_entry
def link_keys(
    tokens: Any, offsets: Any, digit: Any, base: Any, longest: Any, codes: Any, part: int, parts: int, keys: Any
) -> int:
    """Write the keys of the links whose first word belongs to a part; return their number.

    Parameters
    ----------
    tokens, offsets : arrays
        The text.
    digit, base, longest, codes
        See `Connectors`.
    part, parts : int
        Words are dealt to the parts in turn.
    keys : (N,) uint64
        Output; if it is empty, links are only counted.
    """
    words = np.uint64(digit.size)
    count = 0
    for sentence in range(offsets.size - 1):
        place, end = offsets[sentence], offsets[sentence + 1]
        while place < end and digit[tokens[place]] > 0:
            place += 1
        while place < end:
            first = tokens[place]
            place, code = _next_link(tokens, place, end, digit, base, longest)
            if place < end and code != _TOO_LONG and first % parts == part:
                if keys.size:
                    keys[count] = _key_of(first, tokens[place], code, codes, words)
                count += 1
    return count


@exact_entry
def join(
    tokens: Any,
    offsets: Any,
    digit: Any,
    base: Any,
    longest: Any,
    codes: Any,
    table_keys: Any,
    table_numbers: Any,
    shift: Any,
    joined: Any,
    ends: Any,
) -> int:
    """Write the text with its phrases joined, from left to right; return its number of tokens.

    Parameters
    ----------
    tokens, offsets : arrays
        The text.
    digit, base, longest, codes
        See `Connectors`.
    table_keys, table_numbers, shift
        The `Table` of the phrases.
    joined : (N,) int32
        Output: phrase number n as the word V + n, other words as they are.
    ends : (S + 1,) int64
        Output: the offsets of the sentences.
    """
    words = np.uint64(digit.size)
    written = 0
    for sentence in range(offsets.size - 1):
        place, end = offsets[sentence], offsets[sentence + 1]
        while place < end:
            first, begin = tokens[place], place
            if digit[first] > 0:
                joined[written] = first
                written += 1
                place += 1
                continue
            place, code = _next_link(tokens, place, end, digit, base, longest)
            if place < end and code != _TOO_LONG:
                slot = _slot_of(_key_of(first, tokens[place], code, codes, words), table_keys, shift)
                if table_keys[slot] != _0:
                    joined[written] = np.int32(digit.size) + table_numbers[slot]
                    written += 1
                    place += 1
                    continue
            for other in range(begin, place):
                joined[written] = tokens[other]
                written += 1
        ends[sentence + 1] = written
    return written


@exact_entry
def renumber(tokens: Any, offsets: Any, final_ids: Any, kept: Any, ends: Any) -> tuple[int, int]:
    """Give each token its final id, leaving out those with a negative one, and sentences left empty by that.

    Parameters
    ----------
    tokens, offsets : arrays
        The text.
    final_ids : (V,) int32
        The final id of each word; negative if the word is dropped.
    kept : (N,) int32
        Output.
    ends : (S + 1,) int64
        Output: the offsets of the sentences.

    Returns
    -------
    written, sentences : int
    """
    written, sentences = 0, 0
    for sentence in range(offsets.size - 1):
        for place in range(offsets[sentence], offsets[sentence + 1]):
            final = final_ids[tokens[place]]
            if final >= 0:
                kept[written] = final
                written += 1
        if ends[sentences] != written:
            sentences += 1
            ends[sentences] = written
    return written, sentences
