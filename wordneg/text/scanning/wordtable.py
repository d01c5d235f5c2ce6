"""The word table: a hash table of words, and the compiled code that fills it from text.

Design
------
Words are interned in an open-addressing table (linear probing). A slot is four uint64, half a cache line, so that
a token that was seen before touches one line of memory and nothing else:

====================  =======================  ===========================  =====
word                  entry 0                  entry 1                      2, 3
====================  =======================  ===========================  =====
up to 16 bytes        bytes 0-7, zero padded   bytes 8-15, zero padded      below
longer                hash of all bytes        its position in `arena`      below
====================  =======================  ===========================  =====

Entry 2 is ``length << 32 | id + 1``, or 0 if the slot is free; entry 3 is the count. A word's zero padding cannot be
mistaken for text, as NUL separates tokens. The spelling of every word is appended to `arena`, followed by a blank.
The kernel stops when a buffer is nearly full, and is called again when there is room.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry, inlined
from wordneg.compiled.memory import eight_bytes
from wordneg.text.scanning.tally import SENTENCE_END

__all__ = [
    "ARENA_USED",
    "LONGEST_INLINE",
    "LONGEST_WORD",
    "NEED_ARENA",
    "NEED_OUTPUT",
    "NEED_PRUNING",
    "NEED_SLOTS",
    "NEED_TEXT",
    "NEXT_ID",
    "PADDING",
    "POSITION",
    "SENTENCES",
    "STATE_SIZE",
    "TOKENS",
    "WORDS",
    "WRITTEN",
    "ids_and_lengths",
    "in_order",
    "rehash",
    "scan",
]

LONGEST_WORD = 1 << 16
LONGEST_INLINE = 16  # bytes of a word that is its own key
PADDING = 24  # zero bytes behind the text: the kernel reads 16 bytes from a token's start, and 8 from any place in it
_PRUNE_EVERY = 10_000  # words of a sentence; gensim's LineSentence cuts lines there, and prunes after each piece

# Entries of the scanner's state (int64), and what the kernel needs when it returns.
POSITION, WORDS, NEXT_ID, ARENA_USED, SENTENCE_TOKENS, TOKENS, SENTENCES, WRITTEN, STATE_SIZE = range(9)
NEED_TEXT, NEED_SLOTS, NEED_ARENA, NEED_OUTPUT, NEED_PRUNING = range(5)

_u64 = np.uint64
# Entries of a slot, and how many there are: _SLOT = 1 << _SLOT_BITS.
_KEY_LOW, _KEY_HIGH, _HEAD, _COUNT, _SLOT = (_u64(n) for n in range(5))
_SLOT_BITS = _u64(2)

_0, _1, _3, _4, _7, _8, _29, _32, _56 = (_u64(n) for n in (0, 1, 3, 4, 7, 8, 29, 32, 56))
_LONGEST_INLINE = _u64(LONGEST_INLINE)
_BLANK = _u64(0x20)
_NEWLINE = _u64(0x0A)
_SEPARATORS = _u64(sum(1 << blank for blank in b" \0\t\n\v\f\r\x1c\x1d\x1e\x1f"))  # one bit for each byte
_HIGH_BITS = _u64(0x8080808080808080)  # the highest bit of each byte
_33_IN_EACH_BYTE = _u64(0x21 * 0x0101010101010101)  # 33 in each byte, the first byte above all separators
_ONES = _u64(0x0101010101010101)
_C2, _E1, _E2, _E3 = (_u64(lead) for lead in (0xC2, 0xE1, 0xE2, 0xE3))  # what blanks beyond ASCII begin with
_C2S, _E1S, _E3S = _C2 * _ONES, _E1 * _ONES, _E3 * _ONES
_BYTE_NUMBERS = _u64(0x0001020304050607)  # times a one in the lowest bit of byte n: n in the highest byte
_LOW_HALF = _u64(0xFFFFFFFF)
_MIX_1, _MIX_2 = _u64(0x9E3779B97F4A7C15), _u64(0xC2B2AE3D27D4EB4F)
_LONGEST = _u64(LONGEST_WORD)

# Helpers are inlined: arrays that are handed to a function that is not are reference-counted atomically, at every
# token, and the scan is three times slower.


@inlined
def _separates(byte: np.uint64) -> np.bool_:
    return byte <= _BLANK and (_SEPARATORS >> byte) & _1 != _0


@inlined
def _has(eight: np.uint64, everywhere: np.uint64) -> np.bool_:
    """Return whether one of eight bytes is the byte that `everywhere` repeats."""
    differences = eight ^ everywhere
    return (differences - _ONES) & ~differences & _HIGH_BITS != _0


@inlined
def _may_hold_blank(eight: np.uint64) -> np.bool_:
    """Return whether eight bytes hold one that a blank beyond ASCII begins with."""
    return eight & _HIGH_BITS != _0 and (_has(eight, _C2S) or _has(eight, _E1S) or _has(eight | _ONES, _E3S))


@inlined
def _blank_bytes(text: NDArray[np.uint8], place: np.uint64) -> np.uint64:
    """Return how many bytes the blank beyond ASCII takes that begins at a place; 0 if there is none.

    `str.split` knows these: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
    """
    lead, second = _u64(text[place]), _u64(text[place + _1])
    if lead == _C2:
        return _u64(2) if second == _u64(0x85) or second == _u64(0xA0) else _0
    third = _u64(text[place + _u64(2)])
    if lead == _E1:
        found = second == _u64(0x9A) and third == _u64(0x80)
    elif lead == _E2 and second == _u64(0x80):
        among = third >= _u64(0x80) and third <= _u64(0x8A)
        found = among or third == _u64(0xA8) or third == _u64(0xA9) or third == _u64(0xAF)
    elif lead == _E2:
        found = second == _u64(0x81) and third == _u64(0x9F)
    else:
        found = lead == _E3 and second == _u64(0x80) and third == _u64(0x80)
    return _u64(3) if found else _0


@inlined
def _mixed(low: np.uint64, high: np.uint64) -> np.uint64:
    """Return the hash of a slot's key: a Fibonacci multiplication between two folds, so that every bit counts."""
    mixed = low ^ (high * _MIX_2)
    mixed ^= mixed >> _32
    mixed *= _MIX_1
    return mixed ^ (mixed >> _29)


@inlined
def _low_bytes(value: np.uint64, n: np.uint64) -> np.uint64:
    """Return `value` with all bytes set to zero except the lowest `n`, which is at most 8."""
    return value if n >= _8 else value & ((_1 << (n * _8)) - _1)


@inlined
def _hash_bytes(text: NDArray[np.uint8], start: np.uint64, length: np.uint64) -> np.uint64:
    """Return the hash of a word that is too long to be its own key."""
    value = length
    k = _0
    while k < length:
        value = _mixed(value, _low_bytes(eight_bytes(text, start + k), length - k))
        k += _8
    return value


@inlined
def _same_bytes(
    text: NDArray[np.uint8], start: np.uint64, arena: NDArray[np.uint8], spelled: np.uint64, length: np.uint64
) -> np.bool_:
    k = _0
    while k < length and text[start + k] == arena[spelled + k]:
        k += _1
    return k == length


@inlined
def _ends_word(text: NDArray[np.uint8], place: np.uint64) -> np.bool_:
    byte = _u64(text[place])
    return _separates(byte) or (byte >= _C2 and _blank_bytes(text, place) != _0)


@inlined
def _measure(text: NDArray[np.uint8], start: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Return a token's length in bytes, at most `LONGEST_WORD`, and its first 16 bytes, zero padded.

    Eight bytes are searched at once: subtracting 33 from each sets the high bit of those below 33, and bytes that had
    it before are masked. A borrow can only mark bytes behind one below 33, so that the lowest mark is always right.
    Nearly always it is at a separator. If it is at another control character, or if there may be a blank beyond ASCII
    before it, the length is counted byte by byte. No character is cut in two, if the text is UTF-8.
    """
    low = eight_bytes(text, start)
    marks = (low - _33_IN_EACH_BYTE) & ~low & _HIGH_BITS
    if marks != _0:
        first = (marks & (_0 - marks)) >> _7  # only the lowest mark, moved to the lowest bit of its byte
        length = (first * _BYTE_NUMBERS) >> _56
        spelled = low & (first - _1)
        if _separates(_u64(text[start + length])) and not _may_hold_blank(spelled):
            return length, spelled, _0
    else:
        high = eight_bytes(text, start + _8)
        marks = (high - _33_IN_EACH_BYTE) & ~high & _HIGH_BITS
        if marks != _0:
            first = (marks & (_0 - marks)) >> _7
            length = _8 + ((first * _BYTE_NUMBERS) >> _56)
            spelled = high & (first - _1)
            if _separates(_u64(text[start + length])) and not (_may_hold_blank(low) or _may_hold_blank(spelled)):
                return length, low, spelled
    length = _1
    while length < _LONGEST and not _ends_word(text, start + length):
        length += _1
    if length == _LONGEST:
        more = _0  # bytes of the last character that would be cut off
        while more < _4 and _u64(text[start + length - more]) & _u64(0xC0) == _u64(0x80):
            more += _1
        length -= more & _3  # four of them are no UTF-8
    if length <= _8:
        return length, _low_bytes(low, length), _0
    return length, low, _low_bytes(eight_bytes(text, start + _8), length - _8)


@inlined
def _find(
    text: NDArray[np.uint8],
    start: np.uint64,
    length: np.uint64,
    low: np.uint64,
    high: np.uint64,
    slots: NDArray[np.uint64],
    arena: NDArray[np.uint8],
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Return where the word's slot begins, or the free slot where it belongs, and both halves of its key."""
    if length > _LONGEST_INLINE:
        low = _hash_bytes(text, start, length)
        high = _0
    mask = _u64(slots.size) - _1
    at = (_mixed(low, high) << _SLOT_BITS) & mask
    while True:
        known = slots[at + _HEAD]
        if known == _0:
            return at, low, high
        if slots[at + _KEY_LOW] == low and known >> _32 == length:
            if length <= _LONGEST_INLINE:
                if slots[at + _KEY_HIGH] == high:
                    return at, low, high
            elif _same_bytes(text, start, arena, slots[at + _KEY_HIGH], length):
                return at, low, high
        at = (at + _SLOT) & mask


@exact_entry
def scan(
    text: NDArray[np.uint8],
    size: int,
    slots: NDArray[np.uint64],
    arena: NDArray[np.uint8],
    output: NDArray[np.int32],
    state: NDArray[np.int64],
    most_words: int,
) -> int:
    """Turn text into word ids and sentence ends until the text is used up or a buffer is nearly full.

    Parameters
    ----------
    text : (>= size + PADDING,) uint8
        The text, followed by zeros from `size` on. A token that reaches `size` may continue in the next block and is
        left unread.
    size : int
        Bytes of text.
    slots : (4 C,) uint64
        The hash table; C is a power of two. At most 5/8 of the slots are used.
    arena : (A,) uint8
        The spellings of the words.
    output : (M,) int32
        Written to: ids, and `SENTENCE_END` behind every sentence.
    state : (STATE_SIZE,) int64
        The scanner's state, read at the beginning and updated at the end.
    most_words : int
        Ask for pruning after a sentence that leaves more words than this in the table.

    Returns
    -------
    need : int
        What is needed to go on, one of the `NEED_` constants. ``state[WRITTEN]`` says how many values were written to
        `output`.
    """
    end = _u64(size)
    position = _u64(state[POSITION])
    words = state[WORDS]
    next_id = state[NEXT_ID]
    arena_used = _u64(state[ARENA_USED])
    sentence_tokens = state[SENTENCE_TOKENS]
    tokens, sentences = 0, 0
    word_limit = slots.size // 4 * 5 // 8
    room = _u64(output.size)
    written = _0
    need = NEED_TEXT
    while True:
        byte = _u64(text[position])
        if written == room:
            need = NEED_OUTPUT
            break
        if _separates(byte):
            if position >= end:
                break
            position += _1
            if byte == _NEWLINE and sentence_tokens > 0:
                output[written] = SENTENCE_END
                written += _1
                sentences += 1
                crowded = words > most_words and sentence_tokens % _PRUNE_EVERY != 0
                sentence_tokens = 0
                if crowded:
                    need = NEED_PRUNING
                    break
            continue
        if byte >= _C2:
            blank = _blank_bytes(text, position)
            if blank != _0:
                position += blank
                continue
        length, low, high = _measure(text, position)
        if position + length >= end:
            break
        at, low, high = _find(text, position, length, low, high, slots, arena)
        known = slots[at + _HEAD]
        if known == _0:
            if words >= word_limit:
                need = NEED_SLOTS
                break
            if arena_used + length >= _u64(arena.size):
                need = NEED_ARENA
                break
            slots[at + _KEY_LOW] = low
            slots[at + _KEY_HIGH] = arena_used if length > _LONGEST_INLINE else high
            next_id += 1
            known = length << _32 | _u64(next_id)
            slots[at + _HEAD] = known
            words += 1
            k = _0
            while k < length:
                arena[arena_used + k] = text[position + k]
                k += _1
            arena[arena_used + length] = _BLANK
            arena_used += length + _1
        slots[at + _COUNT] += _1
        output[written] = np.int32((known & _LOW_HALF) - _1)
        written += _1
        position += length
        tokens += 1
        sentence_tokens += 1
        if words > most_words and sentence_tokens % _PRUNE_EVERY == 0:
            need = NEED_PRUNING
            break
    state[POSITION] = position
    state[WORDS] = words
    state[NEXT_ID] = next_id
    state[ARENA_USED] = arena_used
    state[SENTENCE_TOKENS] = sentence_tokens
    state[TOKENS] += tokens
    state[SENTENCES] += sentences
    state[WRITTEN] = written
    return need


@exact_entry
def rehash(old: NDArray[np.uint64], new: NDArray[np.uint64]) -> None:
    """Move the words of one table, (4 C,) uint64, to another one that is empty and large enough."""
    mask = _u64(new.size) - _1
    start = _0
    while start < _u64(old.size):
        known = old[start + _HEAD]
        if known != _0:
            # the hash of a long word is its key already, and entry 1 only a place
            high = old[start + _KEY_HIGH] if known >> _32 <= _LONGEST_INLINE else _0
            at = (_mixed(old[start + _KEY_LOW], high) << _SLOT_BITS) & mask
            while new[at + _HEAD] != _0:
                at = (at + _SLOT) & mask
            for entry in range(_SLOT):
                new[at + entry] = old[start + entry]
        start += _SLOT


def in_order(slots: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the rows of ``slots.reshape(-1, 4)`` that are in use, (W,) int64, in order of first appearance."""
    heads = slots[2::4]
    used = np.flatnonzero(heads)
    return used[np.argsort(heads[used] & _LOW_HALF)]


def ids_and_lengths(heads: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids and the lengths in bytes, (W,) int64, that the heads of slots hold, (W,) uint64."""
    return (heads & _LOW_HALF).astype(np.int64) - 1, (heads >> _32).astype(np.int64)
