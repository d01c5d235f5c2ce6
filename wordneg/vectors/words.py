"""Words and their indices, with attributes such as counts; and the error for a word that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.common.messages import near_misses
from wordneg.common.tokens import Token, plain

__all__ = ["EmptyListError", "Key", "MissingWordError", "Words"]

Key: TypeAlias = str | int | np.integer[Any]

_OF_TREE = ("code", "point")
_SUGGEST_AMONG = 50_000  # first words of the vocabulary, the most frequent ones as a rule


class EmptyListError(ValueError, ZeroDivisionError):
    """A list of words is empty where at least one is needed."""


class MissingWordError(KeyError):
    """A word has no vector. The message is gensim's, and names words that are spelled alike.

    Parameters
    ----------
    word : object
        The word that was looked up.
    vocabulary : sequence of str
        The words that have vectors.
    """

    def __init__(self, word: object, vocabulary: Sequence[Token | None] = ()) -> None:
        super().__init__(f"Key {str(word)!r} not present in vocabulary")
        self.word = word
        self._vocabulary = vocabulary

    def __str__(self) -> str:
        # Sought when it is printed: programs that catch this for each unknown word should not pay for it.
        if not isinstance(self.word, str):
            return f"{self.args[0]}, nor is there a word with this index"
        return f"{self.args[0]}{self._suggestion(self.word)}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.word, tuple(self._alike()))

    def _alike(self) -> list[str]:
        """Return the frequent words that begin like the missing one and are about as long."""
        if not isinstance(self.word, str) or not self.word:
            return []
        folded, length = self.word.casefold(), len(self.word)
        slack = max(2, length // 3)
        return [
            word
            for word in islice(self._vocabulary, _SUGGEST_AMONG)
            if isinstance(word, str) and abs(len(word) - length) <= slack and word[:1].casefold() == folded[:1]
        ]

    def _suggestion(self, missing: str) -> str:
        alike = self._alike()
        same_but_case = [word for word in alike if word.casefold() == missing.casefold()]
        if same_but_case:
            return f"; did you mean {same_but_case[0]!r}?"
        return near_misses(missing, alike)


class Tree(Protocol):
    """A binary tree of words: hierarchical softmax's, see `wordneg.text.huffman.HuffmanTree`."""

    def code(self, word: int) -> npt.NDArray[Any]:
        """Return where the way from the root to a word goes on: 0 or 1 for each inner node."""

    def point(self, word: int) -> npt.NDArray[Any]:
        """Return the inner nodes on the way to a word."""


class Words:
    """Words, their indices and their attributes.

    Parameters
    ----------
    index_to_key : sequence of str or int
        V words, all different.

    Attributes
    ----------
    index_to_key : list of str or int
        The words by index. A row that is kept free for a word that will be added has None.
    key_to_index : dict of str or int to int
        The indices by word.
    attributes : dict of str to (V,) ndarray
        Numbers that belong to the words; ``"count"`` is int64.
    tree : Tree or None
        Hierarchical softmax's tree of these words, which gives them the attributes ``"code"`` and ``"point"``.
    """

    def __init__(self, index_to_key: Sequence[Token]) -> None:
        self.index_to_key: list[Any] = _plain(index_to_key)
        self.key_to_index = _numbered(self.index_to_key)
        self.attributes: dict[str, npt.NDArray[Any]] = {}
        self.tree: Tree | None = None

    @classmethod
    def free(cls, count: int) -> Words:
        """Return `count` rows without words."""
        words = cls(())
        words.index_to_key = [None] * count
        return words

    @property
    def next_index(self) -> int:
        """The row that the next word will get: the first that is free, or one behind the last."""
        return len(self.key_to_index)

    @property
    def used(self) -> int:
        """How many rows have words."""
        return len(self) - self.index_to_key.count(None)

    def fill(self, index: int, word: Token) -> None:
        """Put a new word in a row that is free."""
        self.index_to_key[index] = word
        self.key_to_index[word] = index

    def append(self, words: Iterable[Token]) -> None:
        """Put new words behind the others; their attributes are 0."""
        self.tree = None
        for word in words:
            self.key_to_index[word] = len(self.index_to_key)
            self.index_to_key.append(word)
        self.fit_attributes()

    def fit_attributes(self) -> None:
        """Give each attribute as many values as there are words: cut it off, or fill it up with 0."""
        for name, column in self.attributes.items():
            if len(column) != len(self):
                fitted = np.zeros(len(self), column.dtype)
                fitted[: len(column)] = column[: len(self)]
                self.attributes[name] = fitted

    def replace(self, index_to_key: Sequence[Token]) -> None:
        """Take other words instead.

        If all of them are among the present ones, attributes go with their words. If they begin with the present ones,
        those that follow have attributes of 0. Otherwise attributes stay in their places if there are as many words as
        before, and are dropped if not.

        Raises
        ------
        TypeError, ValueError
            If one is neither a string nor an integer, or is there twice.
        """
        words = _plain(index_to_key)
        numbered = _numbered(words)
        if numbered.keys() <= self.key_to_index.keys():
            rows = np.array([self.key_to_index[word] for word in words], np.intp)
            self.attributes = {name: column[rows] for name, column in self.attributes.items()}
        elif len(words) != len(self) and words[: len(self)] != self.index_to_key:
            self.attributes = {}
        self.index_to_key, self.key_to_index, self.tree = words, numbered, None
        self.fit_attributes()

    def check(self) -> None:
        """Raise ValueError if words and indices, which anyone may change in place, no longer fit together."""
        if None in self.index_to_key:
            raise ValueError(
                f"{self.index_to_key.count(None):,} of {len(self):,} rows have no word yet; fill them by add_vector, "
                "or take fewer"
            )
        if _numbered(self.index_to_key) != self.key_to_index:
            raise ValueError(
                "index_to_key and key_to_index disagree, as one of them was changed in place; set index_to_key to a "
                "new list instead"
            )

    def __len__(self) -> int:
        return len(self.index_to_key)

    def find(self, key: object) -> int | None:
        """Return the index of a word, or None if it has none. An integer that is no word stands for itself."""
        if not isinstance(key, str | int | np.integer):
            return None
        index = self.key_to_index.get(key)  # type: ignore[arg-type]
        if index is None and not isinstance(key, str) and 0 <= key < len(self):
            return int(key)
        return index

    def index(self, key: Key) -> int:
        """Return the index of a word; see `find`.

        Raises
        ------
        MissingWordError
            When there is no such word.
        """
        index = self.find(key)
        if index is None:
            raise MissingWordError(key, self.index_to_key)
        return index

    def attribute(self, key: Key, name: str) -> Any:
        """Return an attribute of a word; see `wordneg.WordVectors.get_vecattr`."""
        index = self.index(key)
        if self.tree is not None and name in _OF_TREE:
            return getattr(self.tree, name)(index)
        if name not in self.attributes:
            known = ", ".join([*self.attributes, *(() if self.tree is None else _OF_TREE)]) or "none"
            raise KeyError(f"attribute {name} is not known of these words (known: {known})")
        return self.attributes[name][index]

    def set_attribute(self, key: Key, name: str, value: float) -> None:
        """Set an attribute of a word; see `wordneg.WordVectors.set_vecattr`."""
        index = self.index(key)
        dtype = np.asarray(value).dtype
        if dtype.kind not in "biuf" or np.ndim(value) != 0:
            raise TypeError(f"attribute {name!r} is {value!r}; expected a number (keep other things in a dict)")
        if name not in self.attributes:
            self.set_column(name, np.zeros(len(self), dtype))
        column = self.attributes[name]
        if not column.flags.writeable:
            raise TypeError(
                f"attribute {name!r} belongs to the vocabulary of a model, whose training reads it; it is fixed"
            )
        if not np.can_cast(dtype, column.dtype, "same_kind"):
            raise TypeError(f"attribute {name!r} is {value!r}, and the values set before are {column.dtype}")
        column[index] = value

    def set_column(self, name: str, column: npt.NDArray[Any]) -> None:
        """Set an attribute of all words, (V,) numbers; counts are kept as int64."""
        if not name.isidentifier():
            raise ValueError(f"attribute {name!r} is no identifier; use letters, digits and underscores")
        kinds = "iu" if name == "count" else "biuf"
        if column.shape != (len(self),) or column.dtype.kind not in kinds:
            raise ValueError(
                f"attribute {name!r} has dtype {column.dtype} and shape {column.shape}; expected "
                f"{'integers' if name == 'count' else 'numbers'}, one for each of {len(self)} words"
            )
        self.attributes[name] = column.astype(np.int64, copy=False) if name == "count" else column

    def descending(self, name: str) -> npt.NDArray[np.intp]:
        """Return all indices, (V,) intp, in descending order of an attribute; equal ones stay in their own order.

        Words without the attribute stay in their own order.
        """
        if name not in self.attributes:
            return np.arange(len(self))
        return len(self) - 1 - np.argsort(self.attributes[name][::-1], kind="stable")[::-1]


def _plain(words: Sequence[Token]) -> list[Token]:
    """Return words as plain strings and integers; refuse anything else."""
    kept: list[Token] = []
    for index, word in enumerate(words):
        try:
            kept.append(word if type(word) is str else plain(word))
        except TypeError as error:
            raise TypeError(f"word {index}: {error}") from None
    return kept


def _numbered(words: list[Token]) -> dict[Token, int]:
    """Return the index of each word; refuse one that is there twice."""
    numbered = {word: index for index, word in enumerate(words)}
    if len(numbered) != len(words):
        # The dictionary has the last index of each word, so the first word whose index differs is there twice.
        index = next(index for index, word in enumerate(words) if numbered[word] != index)
        word = words[index]
        raise ValueError(f"the word {word!r} is there twice, as words {index} and {numbered[word]}")
    return numbered
