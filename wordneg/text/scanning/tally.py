"""The result of scanning a corpus: a stream of provisional word ids, and a tally of the words.

The stream is int32: one id per token, numbered in order of first appearance, and `SENTENCE_END` after every sentence
that has tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["SENTENCE_END", "Output", "Tally", "spell_from_list"]

SENTENCE_END = -1


class Tally(NamedTuple):
    """What a scan found out about the words.

    Attributes
    ----------
    ids : (E,) int64
        The provisional ids in use, ascending. Other ids were pruned.
    next_id : int
        The next unused id; all provisional ids are smaller.
    owners : (E,) int64
        The word (position in `counts`) that each id stands for.
    counts : (W,) int64
        How often each word was read, in order of first appearance.
    spell : callable
        Function that takes ascending positions, (K,) int64, and returns the K words.
    tokens, sentences : int
        Number of tokens and of sentences read; sentences without tokens do not count.
    replaced : int
        How often bytes that are not UTF-8 were replaced by U+FFFD.
    cut : int
        Number of pieces that were cut off words that are too long.
    """

    ids: NDArray[np.int64]
    next_id: int
    owners: NDArray[np.int64]
    counts: NDArray[np.int64]
    spell: Callable[[NDArray[np.int64]], list[Any]]
    tokens: int
    sentences: int
    replaced: int = 0
    cut: int = 0


class Output(Protocol):
    """Where a scanner writes its stream."""

    def room(self) -> NDArray[np.int32]:
        """Return an (M > 0,) int32 array to write to."""

    def advance(self, n: int) -> None:
        """Record that the first `n` values of the room were written."""


def spell_from_list(words: list[Any], positions: NDArray[np.int64]) -> list[Any]:
    """Return the words at `positions`."""
    return [words[position] for position in positions]
