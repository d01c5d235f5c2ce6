"""Which words count as known: frequency cut, case, and what becomes of the unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wordneg.evaluation.memory import Memory
from wordneg.evaluation.vectors import Vectors

__all__ = ["Lookup", "Policy"]


@dataclass(frozen=True)
class Policy:
    """How a benchmark's words are looked up; gensim's names and defaults.

    Parameters
    ----------
    restrict_vocab : int or None
        Only the first so many words of the vectors are known; None for all of them.
    case_insensitive : bool
        Words are compared in upper case. Of several spellings of a word, the first (the most frequent, in
        sorted vectors) stands for all.
    dummy4unknown : bool
        An item with an unknown word counts, as a similarity of zero or a wrong answer; otherwise it is left
        out.

    Raises
    ------
    ValueError
        `restrict_vocab` is below one.
    TypeError
        `restrict_vocab` is not an integer.
    """

    restrict_vocab: int | None = 300_000
    case_insensitive: bool = True
    dummy4unknown: bool = False

    def __post_init__(self) -> None:
        limit = self.restrict_vocab
        if limit is None:
            return
        if isinstance(limit, bool) or not hasattr(limit, "__index__"):
            raise TypeError(f"restrict_vocab must be an integer or None, got {limit!r}")
        if limit < 1:
            raise ValueError(f"restrict_vocab must be at least 1, or None for all words, got {limit}")

    def __str__(self) -> str:
        return self.described()

    def described(self, words: int | None = None) -> str:
        """Return the policy in words; for vectors of so many `words`, a cut beyond the last is none."""
        limit = self.restrict_vocab
        uncut = limit is None or (words is not None and words <= limit)
        known = "all words" if uncut else f"first {limit} words"
        case = "case ignored" if self.case_insensitive else "case kept"
        unknown = "unknown scored as failures" if self.dummy4unknown else "unknown skipped"
        return f"{known}, {case}, {unknown}"

    def fold(self, word: str) -> str:
        """Return the form in which a word is compared."""
        return word.upper() if self.case_insensitive else word


class Lookup:
    """The known words of some vectors under a policy.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    policy : Policy
        Frequency cut and case.

    Attributes
    ----------
    policy : Policy
        As given.
    size : int
        How many rows are within the frequency cut.
    memory : Memory
        What was found out with it about benchmarks.
    """

    def __init__(self, vectors: Vectors, policy: Policy) -> None:
        self.policy = policy
        words = vectors.words[: policy.restrict_vocab]
        self.size = len(words)
        self._folded = [policy.fold(word) for word in words]
        self._first: dict[str, int] = {}
        for row, key in enumerate(self._folded):
            self._first.setdefault(key, row)
        self.memory = Memory()

    @classmethod
    def of(cls, vectors: Vectors, policy: Policy) -> Lookup:
        """Return the lookup of some vectors, made once for all that have the same words."""
        if policy not in vectors.lookups:
            vectors.lookups[policy] = cls(vectors, policy)
        found: Lookup = vectors.lookups[policy]
        return found

    def row(self, word: str) -> int:
        """Return the row that stands for a word, -1 if it is unknown."""
        return self._first.get(self.policy.fold(word), -1)

    def same_word(self, row: int) -> int:
        """Return the row that stands for the word of a row: itself, or a more frequent spelling's."""
        return self._first[self._folded[row]]

    def spellings(self, rows: Iterable[int]) -> dict[int, list[int]]:
        """Return for each of some standing rows all rows of the same word, itself first."""
        spellings = {row: [row] for row in rows}
        if len(self._first) == self.size:  # no word has two
            return spellings
        for row, key in enumerate(self._folded):
            first = self._first[key]
            if first != row and first in spellings:
                spellings[first].append(row)
        return spellings
