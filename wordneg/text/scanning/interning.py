"""Interning the words of token lists: turning sentences into provisional word ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from wordneg.common.tokens import Token, plain
from wordneg.text.scanning.spool import Spool
from wordneg.text.scanning.tally import SENTENCE_END, Tally, spell_from_list

__all__ = ["SentenceScanner"]

_BUFFER_TOKENS = 1 << 16


class _ProvisionalIds(dict[Token, int]):
    """A dict of word ids in order of first appearance, to which looking up a new word adds it."""

    next_id = 0

    def __missing__(self, word: Token) -> int:
        kept = plain(word)  # also of a numpy.str_ and a numpy.int64
        number = self.next_id
        self.next_id = number + 1
        self[kept] = number
        return number


class SentenceScanner:
    """Scanner of token lists; the counterpart of `wordneg.text.scanning.scanner.ByteScanner`.

    Parameters
    ----------
    spool : Spool
        Receives the ids, with `SENTENCE_END` after every sentence that has tokens.
    max_vocab_size : int, optional
        Prune the words whenever there are more than this after a sentence (see `wordneg.text.encoding.encode`).
    """

    def __init__(self, spool: Spool, *, max_vocab_size: int | None = None) -> None:
        self.tokens = self.sentences = 0
        self._spool = spool
        self._most_words = max_vocab_size
        self._least_count = 1
        self._ids = _ProvisionalIds()
        self._counts = np.zeros(1 << 16, dtype=np.int64)  # by provisional id
        self._buffer = array("i")

    def feed(self, sentence: Iterable[Token]) -> None:
        """Process one sentence.

        Raises
        ------
        TypeError
            If the sentence is a string, is not iterable, or holds anything but strings and integers.
        """
        if isinstance(sentence, str | bytes):
            raise TypeError(_why_not_a_sentence(sentence, self.sentences + 1))
        before = len(self._buffer)
        try:
            self._buffer.extend(map(self._ids.__getitem__, sentence))
        except TypeError as error:
            place = len(self._buffer) - before
            raise TypeError(_why_not_tokens(sentence, self.sentences + 1, place)) from error
        size = len(self._buffer) - before
        if not size:
            return
        self._buffer.append(SENTENCE_END)
        self.tokens += size
        self.sentences += 1
        if len(self._buffer) >= _BUFFER_TOKENS:
            self._flush()
        if self._most_words is not None and len(self._ids) > self._most_words:
            self._flush()
            self._prune()

    def finish(self) -> Tally:
        """Return what was counted. The scanner cannot be used afterwards."""
        self._flush()
        words, next_id = list(self._ids), self._ids.next_id
        ids = np.fromiter(self._ids.values(), dtype=np.int64, count=len(words))
        self._ids.clear()
        spell = partial(spell_from_list, words)
        owners, counts = np.arange(len(ids)), self._counts[ids]
        return Tally(ids, next_id, owners, counts, spell, self.tokens, self.sentences)

    def _flush(self) -> None:
        """Count the ids in the buffer and hand them to the spool."""
        stream = np.frombuffer(self._buffer, dtype=np.int32)
        self._buffer = array("i")
        while self._counts.size < self._ids.next_id:
            self._counts = np.concatenate((self._counts, np.zeros_like(self._counts)))
        np.add.at(self._counts, stream[stream >= 0], 1)
        self._spool.write(stream)

    def _prune(self) -> None:
        for word, number in list(self._ids.items()):
            if self._counts[number] < self._least_count:
                del self._ids[word]
        self._least_count += 1


def _why_not_a_sentence(sentence: object, number: int) -> str:
    advice = "; split it into words first" if isinstance(sentence, str | bytes) else ""
    return (
        f"sentence {number} (not counting empty ones) is {repr(sentence)[:40]} of type {type(sentence).__name__}, "
        f"expected a list of tokens{advice}"
    )


def _why_not_tokens(sentence: object, number: int, place: int) -> str:
    """Explain why looking up the token at `place` (or iterating over the sentence) failed."""
    if not isinstance(sentence, Iterable):
        return _why_not_a_sentence(sentence, number)
    where = f"token {place + 1} of sentence {number} (not counting empty ones)"
    if not isinstance(sentence, Sequence | np.ndarray):
        return f"{where} is not a str or an int, or could not be produced; expected strings or integers"
    token = sentence[place]
    return (
        f"{where} is {repr(token)[:40]} of type {type(token).__name__}, expected a str or an int; convert tokens with "
        "str() or leave them out"
    )
