"""The byte scanner, which turns whitespace-separated text into provisional word ids.

The rules for text are these:

* Whitespace, as `str.split` has it, and NUL bytes separate tokens. A line feed also ends a sentence.
* A UTF-8 byte order mark at the very beginning is skipped.
* Bytes that are not UTF-8 become U+FFFD and are counted. Words that look the same afterwards are one word.
* A token longer than `wordneg.text.scanning.wordtable.LONGEST_WORD` bytes is cut into pieces of that size, or up
  to three bytes less, so that no character is cut in two. They are counted. Lines may be of any length.

Both are counted at the end, from the spellings and counts of the words, so that they cost nothing while text is read.

The work is done by the compiled code of `wordneg.text.scanning.wordtable`, which stops when a buffer is nearly full and
is called again after the scanner has made room.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from functools import partial

import numpy as np
from numpy.typing import NDArray

from wordneg.text.scanning.tally import Output, Tally, spell_from_list
from wordneg.text.scanning.wordtable import (
    ARENA_USED,
    LONGEST_INLINE,
    LONGEST_WORD,
    NEED_ARENA,
    NEED_PRUNING,
    NEED_SLOTS,
    NEED_TEXT,
    NEXT_ID,
    PADDING,
    POSITION,
    SENTENCES,
    STATE_SIZE,
    TOKENS,
    WORDS,
    WRITTEN,
    ids_and_lengths,
    in_order,
    rehash,
    scan,
)

__all__ = ["LAST_ID", "ByteScanner"]

LAST_ID = 2**31 - 2


class ByteScanner:
    """Scanner of text that arrives in blocks of bytes.

    Parameters
    ----------
    output : Output
        Receives the ids, with `SENTENCE_END` after every sentence that has tokens.
    max_vocab_size : int, optional
        Prune the table whenever it has more words than this after a sentence (see `wordneg.text.encoding.encode`).
    """

    def __init__(self, output: Output, *, max_vocab_size: int | None = None) -> None:
        self._output = output
        self._most_words = np.iinfo(np.int64).max if max_vocab_size is None else max_vocab_size
        self._least_count = 1
        self._slots = np.zeros(4 << 16, dtype=np.uint64)
        self._arena = np.empty(1 << 20, dtype=np.uint8)
        self._text = np.zeros(PADDING, dtype=np.uint8)
        self._unfinished = 0
        self._state = np.zeros(STATE_SIZE, dtype=np.int64)
        self._opening: bytes | None = b""

    def feed(self, block: bytes) -> None:
        """Scan the next block of text. Blocks may end anywhere, even inside a word or a character."""
        if self._opening is None:
            if block:
                self._scan_block(block)
            return
        self._opening += block
        if len(self._opening) >= len(BOM_UTF8):
            block, self._opening = self._opening.removeprefix(BOM_UTF8), None
            self._scan_block(block)

    def finish(self) -> Tally:
        """End the last sentence and return what was counted. The scanner cannot be used afterwards."""
        self._scan_block((self._opening or b"") + b"\n")
        used = in_order(self._slots)
        heads, counts = self._slots[2::4][used], self._slots[3::4][used].astype(np.int64)
        del self._slots, self._text, used
        ids, lengths = ids_and_lengths(heads)
        arena = self._arena[: self._state[ARENA_USED]]
        owners = np.arange(len(ids))
        spell = partial(_spell_from_arena, arena, lengths)
        cut, replaced = int(counts[lengths > LONGEST_WORD - 4].sum()), 0
        if not _is_utf8(arena):
            replaced = _replacements(arena, lengths, counts)
            known: dict[str, int] = {}
            owners = np.array([known.setdefault(word, len(known)) for word in spell(owners)], dtype=np.int64)
            merged = np.zeros(len(known), dtype=np.int64)
            np.add.at(merged, owners, counts)
            counts, spell = merged, partial(spell_from_list, list(known))
        next_id, tokens, sentences = self._state[[NEXT_ID, TOKENS, SENTENCES]].tolist()
        return Tally(ids, next_id, owners, counts, spell, tokens, sentences, replaced, cut)

    def _scan_block(self, block: bytes) -> None:
        """Scan the token left over from the last block, followed by the new block."""
        size = self._take_over(block)
        while True:
            need = scan(self._text, size, self._slots, self._arena, self._output.room(), self._state, self._most_words)
            self._output.advance(int(self._state[WRITTEN]))
            if need == NEED_TEXT:
                break
            if need == NEED_SLOTS:
                slots = np.zeros(2 * self._slots.size, dtype=np.uint64)
                rehash(self._slots, slots)
                self._slots = slots
            elif need == NEED_ARENA:
                arena = np.empty(2 * self._arena.size, dtype=np.uint8)
                arena[: self._state[ARENA_USED]] = self._arena[: self._state[ARENA_USED]]
                self._arena = arena
            elif need == NEED_PRUNING:
                self._prune()
        unfinished = self._text[self._state[POSITION] : size].copy()
        self._text[: unfinished.size] = unfinished
        self._unfinished = unfinished.size
        self._state[POSITION] = 0

    def _take_over(self, block: bytes) -> int:
        """Append `block` to the unfinished token and return the number of bytes of text there are now."""
        size = self._unfinished + len(block)
        if self._state[NEXT_ID] + size > LAST_ID:
            raise OverflowError(
                f"the corpus has too many distinct words: ids end at {LAST_ID:,}; "
                "check that words are separated by whitespace, or lower-case and tokenize the text first"
            )
        if self._text.size < size + PADDING:
            text = np.empty(size + PADDING, dtype=np.uint8)
            text[: self._unfinished] = self._text[: self._unfinished]
            self._text = text
        self._text[self._unfinished : size] = np.frombuffer(block, dtype=np.uint8)
        self._text[size : size + PADDING] = 0
        return size

    def _prune(self) -> None:
        """Forget the words that were read less often than the rising threshold, as gensim does."""
        entries = self._slots.reshape(-1, 4)[in_order(self._slots)]
        kept = entries[:, 3] >= self._least_count
        self._least_count += 1
        if kept.all():
            return
        sizes = ids_and_lengths(entries[:, 2])[1] + 1  # bytes of each word and the space that follows it
        spelled = self._arena[: self._state[ARENA_USED]][np.repeat(kept, sizes)]
        self._arena[: spelled.size] = spelled
        entries, sizes = entries[kept], sizes[kept]
        is_long = sizes - 1 > LONGEST_INLINE
        entries[is_long, 1] = (np.cumsum(sizes) - sizes)[is_long]
        slots = np.zeros_like(self._slots)
        rehash(entries.reshape(-1), slots)
        self._slots = slots
        self._state[WORDS] = len(entries)
        self._state[ARENA_USED] = spelled.size


def _is_utf8(arena: NDArray[np.uint8]) -> bool:
    try:
        str(arena.data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _replacements(arena: NDArray[np.uint8], lengths: NDArray[np.int64], counts: NDArray[np.int64]) -> int:
    """Return how often U+FFFD stands in the text for bytes that are not UTF-8."""
    raw = arena.tobytes()
    ends = np.cumsum(lengths + 1)
    total = 0
    for end, length, count in zip(ends.tolist(), lengths.tolist(), counts.tolist(), strict=True):
        word = raw[end - length - 1 : end - 1]
        if not word.isascii():
            total += count * (word.decode("utf-8", "replace").count("\ufffd") - word.count(b"\xef\xbf\xbd"))
    return total


def _spell_from_arena(arena: NDArray[np.uint8], lengths: NDArray[np.int64], positions: NDArray[np.int64]) -> list[str]:
    """Decode the words at ascending `positions`; `arena` holds all words, each followed by a space."""
    wanted = np.zeros(len(lengths), dtype=np.bool_)
    wanted[positions] = True
    text = arena[np.repeat(wanted, lengths + 1)]
    return str(text.data, "utf-8", "replace").split(" ")[:-1]
