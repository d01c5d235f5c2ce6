"""Words and the rows that belong to them: looking up, lengths, attributes such as counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.common.messages import near_misses
from wordneg.vectors.neighbors import Floats, scaled

__all__ = ["Key", "Lookup", "MissingWordError"]

Key: TypeAlias = str | int | np.integer[Any]

_SUGGEST_AMONG = 50_000  # first words of the vocabulary, the most frequent ones as a rule


class MissingWordError(KeyError):
    """A word has no vector. The message names words that are spelled alike.

    Parameters
    ----------
    word : object
        What was looked up.
    vocabulary : sequence of str
        The words that there are.
    """

    def __init__(self, word: object, vocabulary: Sequence[str] = ()) -> None:
        super().__init__(word)
        self.word = word
        self._vocabulary = vocabulary

    def __str__(self) -> str:
        # Made when printed, not when raised: programs that catch this for each unknown word should not pay.
        if not isinstance(self.word, str):
            return f"there is no word with index {self.word!r}"
        return f"the word {self.word!r} is not in the vocabulary{self._suggestion(self.word)}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.word, tuple(self._alike()))

    def _alike(self) -> list[str]:
        """Return the frequent words that begin as the missing one does and are about as long."""
        if not isinstance(self.word, str) or not self.word:
            return []
        folded, length = self.word.casefold(), len(self.word)
        slack = max(2, length // 3)
        return [
            word
            for word in islice(self._vocabulary, _SUGGEST_AMONG)
            if abs(len(word) - length) <= slack and word[:1].casefold() == folded[:1]
        ]

    def _suggestion(self, missing: str) -> str:
        alike = self._alike()
        same_but_case = [word for word in alike if word.casefold() == missing.casefold()]
        if same_but_case:
            return f"; did you mean {same_but_case[0]!r}?"
        return near_misses(missing, alike)


class Lookup:
    """Words, the matrix of their vectors, the vectors' lengths and the words' attributes.

    Parameters
    ----------
    index_to_key : sequence of str
        V words, all different.
    vectors : (V, D) floating
        Row by row their vectors. Kept as given, not copied; it may be a view of a matrix in training, or of
        one whose rows are padded. Anything but floats becomes float32.
    counts : (V,) int64, optional
        How often each word occurs, kept as the attribute ``"count"``.
    """

    def __init__(
        self, index_to_key: Sequence[str], vectors: npt.ArrayLike, *, counts: npt.ArrayLike | None = None
    ) -> None:
        matrix = np.asarray(vectors)
        if matrix.dtype.kind != "f":
            matrix = matrix.astype(np.float32)
        if matrix.ndim != 2 or len(matrix) != len(index_to_key):
            raise ValueError(
                f"vectors have shape {matrix.shape}; expected ({len(index_to_key)}, dimensions), a row a word"
            )
        self.vectors: Floats = matrix
        self.index_to_key: list[str] = list(index_to_key)
        self.key_to_index: dict[str, int] = _numbered(self.index_to_key)
        self.norms: Floats | None = None
        self._attributes: dict[str, npt.NDArray[Any]] = {}
        if counts is not None:
            self._set_column("count", np.asarray(counts))

    @property
    def vector_size(self) -> int:
        """The number of dimensions, D."""
        return int(self.vectors.shape[1])

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """The (V,) counts of the words, None if they are not known."""
        return self._attributes.get("count")

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def __getitem__(self, key_or_keys: Key | Iterable[Key]) -> Floats:
        """Return the (D,) vector of one key, or the (n, D) vectors of several."""
        if isinstance(key_or_keys, str | int | np.integer):
            return self.get_vector(key_or_keys)
        rows: Floats = self.vectors[np.array([self.get_index(key) for key in key_or_keys], dtype=np.intp)]
        return rows

    def _find(self, key: object) -> int | None:
        """Return the index of a word, or of an index itself, None if there is none."""
        if isinstance(key, str):
            return self.key_to_index.get(key)
        if isinstance(key, int | np.integer) and 0 <= key < len(self):
            return int(key)
        return None

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the index of a word (an index stands for itself), or `default` if it has none.

        Raises
        ------
        KeyError
            When there is no such word and no `default`. Printed, it names words that are spelled alike.
        """
        index = self._find(key)
        if index is not None:
            return index
        if default is not None:
            return default
        raise MissingWordError(key, self.index_to_key)

    def get_vector(self, key: Key, norm: bool = False) -> Floats:
        """Return the (D,) vector of a word, read-only; of length 1 if `norm`."""
        index = self.get_index(key)
        if norm:
            return scaled(self.vectors[index : index + 1], self.fill_norms()[index : index + 1])[0]
        vector: Floats = self.vectors[index]
        vector.setflags(write=False)  # writing to it would leave `norms` behind
        return vector

    def fill_norms(self, force: bool = False) -> Floats:
        """Compute `norms`, the (V,) lengths of the vectors, if they are not there yet, and return them.

        Parameters
        ----------
        force : bool
            Compute them anew. Whoever changes `vectors` calls this, or sets `norms` to None.
        """
        if self.norms is None or force:
            # A block at a time: numpy's norm squares the whole matrix into a copy.
            norms = np.empty(len(self.vectors), self.vectors.dtype)
            for start in range(0, len(norms), 4096):
                norms[start : start + 4096] = np.linalg.norm(self.vectors[start : start + 4096], axis=1)
            self.norms = norms
        return self.norms

    def get_normed_vectors(self) -> Floats:
        """Return the (V, D) vectors scaled to length 1; those of length 0 stay 0."""
        return scaled(self.vectors, self.fill_norms())

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Return an attribute of a word, such as its ``"count"``.

        Raises
        ------
        KeyError
            When there is no such word, or the words have no such attribute.
        """
        index = self.get_index(key)
        if attr not in self._attributes:
            known = ", ".join(self._attributes) or "none"
            raise KeyError(f"attribute {attr} is not known of these words (known: {known})")
        return self._attributes[attr][index]

    def set_vecattr(self, key: Key, attr: str, val: float) -> None:
        """Set a numeric attribute of a word; all others have 0 until they are set.

        Raises
        ------
        KeyError
            When there is no such word.
        TypeError
            When `val` is no number, or does not fit the numbers set before.
        """
        index = self.get_index(key)
        dtype = np.asarray(val).dtype
        if dtype.kind not in "biuf" or np.ndim(val) != 0:
            raise TypeError(f"attribute {attr!r} is {val!r}; expected a number")
        if attr not in self._attributes:
            self._set_column(attr, np.zeros(len(self), dtype))
        column = self._attributes[attr]
        if not np.can_cast(dtype, column.dtype, "same_kind"):
            raise TypeError(f"attribute {attr!r} is {val!r}, and the values set before are {column.dtype}")
        column[index] = val

    def _set_column(self, attr: str, column: npt.NDArray[Any]) -> None:
        """Set an attribute of all words; counts are kept as int64."""
        if not attr.isidentifier():
            raise ValueError(f"attribute {attr!r} is no identifier; use letters, digits and underscores")
        kinds = "iu" if attr == "count" else "biuf"
        if column.shape != (len(self),) or column.dtype.kind not in kinds:
            raise ValueError(
                f"attribute {attr!r} has dtype {column.dtype} and shape {column.shape}; expected "
                f"{'integers' if attr == 'count' else 'numbers'}, one for each of {len(self)} words"
            )
        self._attributes[attr] = column.astype(np.int64, copy=False) if attr == "count" else column


def _numbered(words: list[str]) -> dict[str, int]:
    """Return the index of each word; refuse what is no string and what is there twice."""
    for index, word in enumerate(words):
        if not isinstance(word, str):
            raise TypeError(f"word {index} is {word!r}, a {type(word).__name__}; expected a string")
    numbered = {word: index for index, word in enumerate(words)}
    if len(numbered) != len(words):
        # The dictionary has the last index of each word, so the first that differs is one of several.
        index = next(index for index, word in enumerate(words) if numbered[word] != index)
        word = words[index]
        raise ValueError(f"the word {word!r} is there twice, as words {index} and {numbered[word]}")
    return numbered
