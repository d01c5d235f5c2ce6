"""Which words count as known: frequency cut, case, and what becomes of the unknown."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.vectors import Rows, Vectors, as_float32, as_vectors, index_of

__all__ = ["KnownWords", "Policy", "shared_words"]


@dataclass(frozen=True)
class Policy:
    """How a benchmark's words are looked up; gensim's names and defaults.

    Parameters
    ----------
    restrict_vocab : int or None
        The number of words, from the first on, that are known; None for all words of the vectors.
    case_insensitive : bool
        Words are compared in upper case. Of several spellings of a word, the first (the most frequent, in
        sorted vectors) stands for all.
    dummy4unknown : bool
        An item with an unknown word counts, as a similarity of zero or a wrong answer; otherwise it is left out.

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
        """Return the policy in words; a cut beyond the last of so many `words` is not mentioned."""
        limit = self.restrict_vocab
        uncut = limit is None or (words is not None and words <= limit)
        known = "all words" if uncut else f"first {limit} words"
        case = "case ignored" if self.case_insensitive else "case kept"
        unknown = "unknown scored as failures" if self.dummy4unknown else "unknown skipped"
        return f"{known}, {case}, {unknown}"

    @property
    def fold(self) -> Callable[[str], str]:
        """What gives a word the form in which it is compared."""
        return str.upper if self.case_insensitive else str


class KnownWords:
    """The words of some vectors, and which of them a policy makes known.

    It holds what depends on the words alone: made once, it serves all vectors of these words and all benchmarks.

    Parameters
    ----------
    words : sequence of str, or Vectors
        The V words, most frequent first, or vectors that have them.
    policy : Policy
        Frequency cut and case.

    Attributes
    ----------
    words : tuple of str
        All of them.
    policy : Policy
        The policy about unknown words, case and rare words.

    Raises
    ------
    TypeError, ValueError
        A word is not a string, or is there twice.
    """

    def __init__(self, words: Sequence[str] | Vectors, policy: Policy) -> None:
        if isinstance(words, Vectors):
            self.words, self._index = words.words, words.index
        else:
            self.words, self._index = tuple(words), index_of(words)
        self.policy = policy
        self._folded = list(map(policy.fold, self.words[: policy.restrict_vocab]))
        backwards = reversed(range(len(self._folded)))
        self._row_of = dict(zip(reversed(self._folded), backwards, strict=True))  # a word's first row is set last

    def __len__(self) -> int:
        """Return how many rows are within the frequency cut."""
        return len(self._folded)

    @functools.cached_property
    def standing(self) -> Rows:
        """For each row within the frequency cut, the row that stands for its word: the most frequent spelling's.

        Made when first asked for: only analogies need it.
        """
        if len(self._row_of) == len(self):  # no word has two spellings
            return np.arange(len(self))
        return np.fromiter(map(self._row_of.__getitem__, self._folded), dtype=np.int64, count=len(self))

    def rows(self, words: Iterable[str]) -> Rows:
        """Return the (N,) rows that stand for N words, -1 for unknown ones."""
        row_of = self._row_of.get
        return np.array([row_of(word, -1) for word in map(self.policy.fold, words)], dtype=np.int64)

    def missing(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the unknown ones of some words, each once."""
        fold = self.policy.fold
        return tuple(dict.fromkeys(word for word in words if fold(word) not in self._row_of))

    def same_words(self, rows: Rows) -> Rows:
        """Return the (N,) rows that stand for the words of N rows; -1 stays."""
        return np.where(rows < 0, -1, self.standing[rows])

    def spellings(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return all rows of the words that N rows stand for.

        Returns
        -------
        places : (M,) int64 array
            Which of the N words each spelling is of, ascending.
        spelled : (M,) int64 array
            The rows of the spellings; the row that stands for the word comes first.
        """
        order = np.argsort(self.standing, kind="stable")
        begins, ends = (np.searchsorted(self.standing, rows, side, order) for side in ("left", "right"))
        counts = ends - begins
        places = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
        return places, order[begins[places] + within]

    def clusters(self, items: Sequence[tuple[str, ...]]) -> npt.NDArray[np.int64]:
        """Return numbers of what items share with others: the two words of a pair, or the two pairs of a question.

        Parameters
        ----------
        items : sequence of N tuples of two or of four str
            Pairs, or questions.

        Returns
        -------
        (N, 2) int64 array
            Equal numbers for equal words or pairs, in the order in which they first appear. It cannot be written to.
        """
        numbers: dict[str, int] = {}
        folded = map(self.policy.fold, itertools.chain.from_iterable(items))
        shared = np.array([numbers.setdefault(word, len(numbers)) for word in folded])
        if len(items[0]) == 4:
            pairs = shared.reshape(-1, 2)
            keys, first, places = np.unique(
                pairs[:, 0] * len(numbers) + pairs[:, 1], return_index=True, return_inverse=True
            )
            rank = np.empty(len(keys), dtype=np.int64)
            rank[np.argsort(first)] = np.arange(len(keys))
            shared = rank[places]
        found = shared.reshape(-1, 2)
        found.setflags(write=False)
        return found

    def vectors(self, matrix: Any) -> Vectors:
        """Return vectors of these words.

        Parameters
        ----------
        matrix : (V, D) array or Vectors
            A row for each of the words.

        Raises
        ------
        TypeError, ValueError
            It holds other words, or see :class:`wordneg.evaluation.Vectors`.
        """
        if not isinstance(matrix, Vectors):
            return Vectors(self.words, as_float32(matrix), self._index)
        if matrix.words is not self.words and matrix.words != self.words:
            raise ValueError(
                f"these vectors have {len(matrix.words)} words, other than the {len(self.words)} that were bound: "
                f"bind the benchmarks to the words of these vectors"
            )
        return matrix


def shared_words(sources: Sequence[Any], policy: Policy | None = None) -> list[Vectors]:
    """Return several vectors, each with only the words that all of them know.

    Every benchmark then has the same items for all, and an analogy the same candidates. On other words a difference
    between models is one of coverage.

    Parameters
    ----------
    sources : sequence of Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Two or more.
    policy : Policy, optional
        Which words are known, and which spellings are one word.

    Returns
    -------
    list of Vectors
        In the order given; each keeps the order and the spelling of its own words.

    Raises
    ------
    ValueError
        They share no word.
    """
    chosen = policy or Policy()
    every = [as_vectors(source) for source in sources]
    folded = [list(map(chosen.fold, vectors.words[: chosen.restrict_vocab])) for vectors in every]
    shared = set(folded[0]).intersection(*folded[1:])
    if not shared:
        raise ValueError(f"the {len(every)} models share not one word ({chosen}): are they of the same language?")
    kept = [[row for row, word in enumerate(words) if word in shared] for words in folded]
    return [
        Vectors(tuple(vectors.words[row] for row in rows), vectors.matrix[rows])
        for vectors, rows in zip(every, kept, strict=True)
    ]
