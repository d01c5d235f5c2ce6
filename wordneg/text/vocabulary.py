"""The vocabulary: words, their counts, cut-offs and subsampling probabilities."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wordneg.common.tokens import Token, is_integer
from wordneg.text.huffman import HuffmanTree

__all__ = [
    "NoWordsError",
    "SpentCorpusError",
    "TrimRule",
    "UnknownWordsError",
    "Vocabulary",
    "checked_integer",
    "select_words",
]

TrimRule: TypeAlias = Callable[[Any, int, int], int]
"""``rule(word, count, min_count)``: 0 to apply `min_count`, 1 to drop the word, 2 to keep it, as in gensim."""

_DISCARD, _KEEP = 1, 2


class NoWordsError(ValueError, RuntimeError):
    """A text has no words, or none is left. A RuntimeError, too, as gensim raises one."""


class SpentCorpusError(NoWordsError):
    """A corpus that can be read only once has no words, maybe since it has been read already."""


class UnknownWordsError(ValueError):
    """None of a text's words is in a given vocabulary, nor added to it.

    Attributes
    ----------
    tokens, sentences : int
        How many there are in the text.
    """

    def __init__(self, message: str, tokens: int, sentences: int) -> None:
        super().__init__(message)
        self.tokens = tokens
        self.sentences = sentences


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words with their counts. The position of a word is its id.

    Parameters
    ----------
    words : list of str or int
        V distinct words; the list must not be changed afterwards.
    counts : (V,) int64
        How often each word occurs in the corpus, 0 or more. Kept as a read-only array.

    Raises
    ------
    TypeError
        If the counts are not integers or a word is neither a str nor an int.
    ValueError
        If there are not as many counts as words, a count is negative, or a word occurs twice.
    """

    words: list[Any]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        counts = np.array(self.counts)
        if counts.size == 0:
            counts = counts.astype(np.int64)
        if counts.dtype.kind not in "iu":
            raise TypeError(f"counts must be integers, got an array of {counts.dtype}; convert them first")
        if counts.shape != (len(self.words),):
            raise ValueError(
                f"counts must hold one number per word, got shape {counts.shape} for {len(self.words):,} words"
            )
        if counts.size and counts.min() < 0:
            raise ValueError(
                f"counts must not be negative, got {counts.min()} for {self.words[int(counts.argmin())]!r}"
            )
        counts = counts.astype(np.int64, copy=False)
        counts.flags.writeable = False
        object.__setattr__(self, "counts", counts)

    @cached_property
    def index(self) -> dict[Any, int]:
        """The id of every word, built on first use."""
        index = {word: number for number, word in enumerate(self.words)}
        for word in index:
            if not isinstance(word, str) and not is_integer(word):
                raise TypeError(f"words must be strings or integers, got {word!r} of type {type(word).__name__}")
        if len(index) < len(self.words):
            repeated = next(word for number, word in enumerate(self.words) if index[word] != number)
            raise ValueError(f"words must be distinct, but {repeated!r} occurs more than once")
        return index

    @cached_property
    def total(self) -> int:
        """The sum of all counts."""
        return int(self.counts.sum())

    @cached_property
    def tree(self) -> HuffmanTree:
        """The Huffman tree of the words, built on first use."""
        return HuffmanTree.of(self.counts)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.words, self.counts)  # made read-only again where it is unpickled

    def __deepcopy__(self, memo: dict[int, Any]) -> Vocabulary:
        return self  # as it never changes

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __repr__(self) -> str:
        return f"Vocabulary({len(self):,} words, {self.total:,} tokens)"

    def cut(
        self,
        *,
        min_count: int = 1,
        max_final_vocab: int | None = None,
        sorted_vocab: bool = True,
        trim_rule: TrimRule | None = None,
    ) -> Vocabulary:
        """Return a vocabulary of the words that `select_words` selects from this one."""
        selected = self.selected(
            min_count=min_count, max_final_vocab=max_final_vocab, sorted_vocab=sorted_vocab, trim_rule=trim_rule
        )
        return Vocabulary([self.words[position] for position in selected], self.counts[selected])

    def selected(self, **cut: Any) -> NDArray[np.int64]:
        """Return the positions of the words that `select_words` selects, with its settings."""
        return select_words(self.counts, **cut, words=self.words)

    def grown(self, other: Vocabulary, new: NDArray[np.int64]) -> tuple[Vocabulary, NDArray[np.int32]]:
        """Return the words of this vocabulary with those of another one that are new, and the ids of the other's words.

        Parameters
        ----------
        other : Vocabulary
            W words. The counts of those that are here, too, are added.
        new : (K,) int64
            The positions in `other` of words that may be added, behind those that are here.

        Returns
        -------
        Vocabulary, (W,) int32
            An id is -1 where the word is in neither.
        """
        ids = np.array([self.index.get(word, -1) for word in other.words], dtype=np.int32)
        added = new[ids[new] < 0]
        ids[added] = len(self) + np.arange(len(added), dtype=np.int32)
        counts = np.concatenate([self.counts, np.zeros(len(added), np.int64)])
        counts[ids[ids >= 0]] += other.counts[ids >= 0]
        return Vocabulary([*self.words, *(other.words[position] for position in added)], counts), ids

    def keep_probabilities(self, sample: float) -> NDArray[np.float64]:
        """Return the probability of keeping a token of each word when frequent words are subsampled, (V,) float64.

        If f is the word's share of all tokens and t = `sample` the threshold, a token is kept with probability

            p = min(1, sqrt(t / f) + t / f)

        Parameters
        ----------
        sample : float
            The threshold t, as a share of all tokens if below 1. A value of 1 or more is gensim's shorthand in counts:
            t times the number of tokens is then 2.618 `sample`, so that words with more than 6.854 `sample` tokens
            are thinned out. With 0 every token is kept.

        Raises
        ------
        TypeError, ValueError
            If `sample` is not a number, or negative, infinite or NaN.

        References
        ----------
        T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean (2013), "Distributed representations of words
        and phrases and their compositionality", NeurIPS, eq. 5. The formula follows the authors' program
        word2vec.c, which differs from the paper's p = sqrt(t / f).
        """
        expected = "a number, 0 or positive; the usual value is 1e-3, and 0 keeps every token"
        if isinstance(sample, bool) or not isinstance(sample, numbers.Real):
            raise TypeError(f"sample is {sample!r}, expected {expected}")
        if not (math.isfinite(sample) and sample >= 0):
            raise ValueError(f"sample is {sample!r}, expected {expected}")
        if sample == 0 or not self.total:
            return np.ones(len(self))
        # In counts. The order of operations is gensim's, so that the results agree to the last bit.
        threshold = sample * self.total if sample < 1 else np.floor(float(sample) * (3 + np.sqrt(5)) / 2)
        with np.errstate(divide="ignore", over="ignore"):  # a count of 0, an absurdly small threshold
            kept = (np.sqrt(self.counts / threshold) + 1) * (threshold / self.counts)
        return np.minimum(kept, 1.0)


def select_words(
    counts: NDArray[np.int64],
    *,
    min_count: int = 1,
    max_final_vocab: int | None = None,
    sorted_vocab: bool = True,
    trim_rule: TrimRule | None = None,
    words: Sequence[Token] = (),
) -> NDArray[np.int64]:
    """Return the positions of the words that survive the cut-offs, in their final order, (K,) int64.

    Parameters
    ----------
    counts : (W,) int64
        How often each word occurs, in order of first appearance.
    min_count : int
        Words that occur less often are dropped. 0 and 1 keep all words.
    max_final_vocab : int, optional
        Raise `min_count` until at most this many words remain. If the last of them are tied with words beyond the
        limit, all tied words are dropped.
    sorted_vocab : bool
        Whether the most frequent words come first; among ties, the word that appeared last comes first, as in
        gensim. Otherwise words are in order of first appearance.
    trim_rule : callable, optional
        Decides about each word; see `TrimRule`.
    words : sequence of str or int
        The W words, for the rule.

    Raises
    ------
    TypeError, ValueError
        If a cut-off is not an integer, or is below 0 (`min_count`) or 1 (`max_final_vocab`); or the rule returns
        something else than 0, 1 or 2.
    """
    least = checked_integer("min_count", min_count, 0)
    counts = np.asarray(counts)
    if max_final_vocab is not None:
        most = checked_integer("max_final_vocab", max_final_vocab, 1)
        if most < len(counts):
            first_dropped = len(counts) - 1 - most
            least = max(least, int(np.partition(counts, first_dropped)[first_dropped]) + 1)
    passes = counts >= least
    if trim_rule is not None:
        verdicts = np.array(
            [_verdict(trim_rule, *word, least) for word in zip(words, counts.tolist(), strict=True)], np.int64
        )
        passes = (passes | (verdicts == _KEEP)) & (verdicts != _DISCARD)
    selected = np.flatnonzero(passes)
    if sorted_vocab:
        selected = selected[np.argsort(counts[selected], kind="stable")[::-1]]
    return selected


def _verdict(trim_rule: TrimRule, word: Token, count: int, min_count: int) -> int:
    verdict = trim_rule(word, count, min_count)
    if verdict not in (0, _DISCARD, _KEEP):
        raise ValueError(f"trim_rule returned {verdict!r} for {word!r}, expected 0 (default), 1 (discard) or 2 (keep)")
    return int(verdict)


def checked_integer(name: str, value: int, least: int) -> int:
    """Return the setting `value` as an int, or raise an error that says what `name` must be."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r} of type {type(value).__name__}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number
