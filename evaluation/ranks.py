"""How frequent words are, as ranks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from wordneg.evaluation.vectors import Rows, Vectors, words_of
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["WordRanks"]

_UNKNOWN = np.iinfo(np.int64).max


class WordRanks:
    """The frequency ranks of the words of some vectors.

    Words are ranked by their counts where the vectors know them, otherwise by their rows, which trainers write most
    frequent first. A word that the vectors lack is rarer than all others.

    Parameters
    ----------
    source : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Counts are taken from ``counts``, or gensim's attribute ``"count"``; without them, rows are ranks.
    policy : Policy
        How words are looked up.
    counts : (V,) int array, optional
        How often the words occur, for vectors without counts.
    """

    def __init__(self, source: Any, policy: Policy, counts: Rows | None = None) -> None:
        self._words = KnownWords(words_of(source), policy)
        ranks = _ranks(_counts(source) if counts is None else counts, len(self._words))
        self._ranks = np.append(ranks, _UNKNOWN)  # row -1 is the last: unknown

    @property
    def last(self) -> int:
        """The rank of the rarest known word."""
        return int(self._ranks[:-1].max(initial=0))

    def rarest(self, items: Sequence[Sequence[str]]) -> Rows:
        """Return the (N,) rank, from 1, of the rarest word of each of N items."""
        return self._reduced(np.maximum, items)

    def commonest(self, items: Sequence[Sequence[str]]) -> Rows:
        """Return the (N,) rank, from 1, of the most frequent word of each of N items."""
        return self._reduced(np.minimum, items)

    def _reduced(self, extreme: np.ufunc, items: Sequence[Sequence[str]]) -> Rows:
        ranks = self._ranks[self._words.rows(itertools.chain.from_iterable(items))]
        starts = np.cumsum([0, *map(len, items[:-1])])
        return np.asarray(extreme.reduceat(ranks, starts), dtype=np.int64)


def _ranks(counts: Rows | None, size: int) -> Rows:
    """Return the (size,) ranks, from 1, of the first rows; of equally frequent words, the first row is first."""
    if counts is None:
        return np.arange(1, size + 1)
    by_count = np.empty(len(counts), dtype=np.int64)
    by_count[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return by_count[:size]


def _counts(source: Any) -> Rows | None:
    """Return the (V,) counts of the words, None if the vectors do not know them."""
    if isinstance(source, Vectors):
        return None
    counts = getattr(source, "counts", None)
    if counts is None:
        counts = getattr(source, "expandos", {}).get("count")  # gensim's KeyedVectors
    if counts is None or len(counts) != len(source.index_to_key):
        return None
    return np.asarray(counts, dtype=np.int64)
