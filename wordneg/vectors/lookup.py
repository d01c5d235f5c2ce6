"""`Lookup`: words with their vectors and attributes, looked up and set as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wordneg.common.lifecycle import Logged
from wordneg.common.messages import missing_attribute, refuse_idle_assignment
from wordneg.common.tokens import Token
from wordneg.vectors.gensim_names import ELSEWHERE
from wordneg.vectors.interchange import also_gensims, empty
from wordneg.vectors.matrix import Floats, Matrix
from wordneg.vectors.words import Key, Words

__all__ = ["Lookup"]


class Lookup(Logged):
    """The part of `wordneg.WordVectors` that holds words and vectors; see there for parameters and attributes."""

    def __init__(
        self,
        index_to_key: Sequence[Token] | int | None = None,
        vectors: npt.ArrayLike | int | None = None,
        dtype: npt.DTypeLike = np.float32,
        mapfile_path: None = None,
        *,
        counts: npt.ArrayLike | None = None,
        vector_size: int | None = None,
        count: int = 0,
    ) -> None:
        if isinstance(index_to_key, int | np.integer):  # by place, as in gensim: vector_size, count
            vector_size, index_to_key = int(index_to_key), None
            if isinstance(vectors, int | np.integer):
                count, vectors = int(vectors), None
        if (vectors is None) != (index_to_key is None) or (vectors is None) == (vector_size is None):
            raise TypeError(
                "expected words and their vectors, as in WordVectors(words, vectors), or only a vector_size, as in "
                "WordVectors(vector_size=100), for words that are added later"
            )
        if vectors is None or index_to_key is None:
            self._take(Words.free(count), Matrix(np.zeros((count, vector_size), dtype)), counts)
        else:
            self._take(Words(index_to_key), Matrix(vectors), counts)

    @classmethod
    def _of_parts(cls, words: Words, matrix: Matrix, counts: npt.ArrayLike | None = None) -> Self:
        """Return vectors made of parts that may be shared with others."""
        vectors = cls.__new__(cls)
        vectors._take(words, matrix, counts)
        return vectors

    def _take(self, words: Words, matrix: Matrix, counts: npt.ArrayLike | None) -> None:
        shape = matrix.values.shape
        if len(shape) != 2 or shape[0] != len(words):
            raise ValueError(f"vectors have shape {shape}; expected ({len(words)}, dimensions), one row for each word")
        self._words, self._held = words, matrix
        self.vectors_lockf: npt.NDArray[np.float32] = np.ones(1, np.float32)
        if counts is not None:
            words.set_column("count", np.asarray(counts))

    def _become(self, other: Lookup) -> None:
        """Take words and vectors of another one, which are shared from now: whoever holds this sees them."""
        self._words, self._held = other._words, other._held

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class, for `isinstance`: once gensim is imported, its KeyedVectors are among the bases.

        `type` returns the class as it is.
        """
        return also_gensims(type(self), "gensim.models.keyedvectors", "KeyedVectors")

    def __reduce__(self) -> tuple[Any, ...]:
        return empty, (type(self),), dict(vars(self))  # by `type`, see `__class__`

    @property
    def _matrix(self) -> Matrix:
        """The matrix, once it is sure that there is a row for each word: both can be set, one after the other."""
        rows, words, indices = len(self._held.values), len(self._words), len(self._words.key_to_index)
        if rows != words or (indices != words and indices != self._words.used):
            raise ValueError(
                f"there are {rows} vectors, {words} words in index_to_key and {indices} in key_to_index; set "
                "index_to_key and vectors so that there is a row for each word"
            )
        return self._held

    @property
    def vectors(self) -> Floats:
        """The (V, D) vectors, one row for each word. A matrix that is set replaces the old one and its `norms`.

        Whoever changes the number of rows sets `index_to_key` (or `key_to_index`) as well.
        """
        return self._held.vectors

    @vectors.setter
    def vectors(self, vectors: npt.ArrayLike) -> None:
        matrix = np.asarray(vectors)
        if matrix.ndim != 2:
            raise ValueError(f"vectors have shape {matrix.shape}; expected (words, dimensions), one row for each word")
        self._held.vectors = matrix

    @property
    def norms(self) -> Floats | None:
        """The (V,) lengths of the vectors, None until they are needed; see `fill_norms`."""
        return self._held.norms

    @norms.setter
    def norms(self, norms: Floats | None) -> None:
        self._held.norms = norms

    @property
    def index_to_key(self) -> list[Any]:
        """The words by index. Setting it sets `key_to_index`, too; attributes such as counts follow their words."""
        return self._words.index_to_key

    @index_to_key.setter
    def index_to_key(self, keys: Sequence[Token]) -> None:
        self._words.replace(keys)

    @property
    def key_to_index(self) -> dict[Any, int]:
        """The indices by word. Setting it sets `index_to_key`, too."""
        return self._words.key_to_index

    @key_to_index.setter
    def key_to_index(self, indices: Mapping[Any, int]) -> None:
        words = sorted(indices, key=indices.__getitem__)
        if [indices[word] for word in words] != list(range(len(words))):
            raise ValueError("got a key_to_index whose indices are not 0, 1, 2 and so on; each row has one word")
        self._words.replace(words)

    def __getattr__(self, name: str) -> Any:
        raise missing_attribute(self, name, dir(type(self)), ELSEWHERE)

    def __setattr__(self, name: str, value: Any) -> None:
        refuse_idle_assignment(self, name, dir(type(self)), ELSEWHERE)
        object.__setattr__(self, name, value)

    @property
    def vector_size(self) -> int:
        """The number of dimensions, D."""
        return int(self._held.values.shape[1])

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """The (V,) counts of the words, None if they are not known."""
        return self._words.attributes.get("count")

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, key: object) -> bool:
        return self._words.find(key) is not None

    def __getitem__(self, key_or_keys: Key | Iterable[Key]) -> Floats:
        """Return the (D,) vector of one key, or the (n, D) vectors of several."""
        if isinstance(key_or_keys, str | int | np.integer):
            return self.get_vector(key_or_keys)
        rows: Floats = self._matrix.values[np.array([self._words.index(key) for key in key_or_keys], dtype=np.intp)]
        return rows

    def __repr__(self) -> str:
        first = "".join(f", {word!r}" for word in self.index_to_key[:3])
        more = ", …" if len(self) > 3 else ""
        return f"{type(self).__name__}({len(self)} words × {self.vector_size}{first}{more})"

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the index of a word, or `default` if it has none; an integer that is no word stands for itself.

        Raises
        ------
        KeyError
            When there is no such word and no `default`. Its message names words that are spelled alike.
        """
        index = self._words.find(key)
        if index is None and default is not None:
            return default
        return self._words.index(key)

    def has_index_for(self, key: Key) -> bool:
        """Return whether a word (or index) has a vector."""
        return self._words.find(key) is not None

    def get_vector(self, key: Key, norm: bool = False) -> Floats:
        """Return the (D,) vector of a word, read-only; of length 1 if `norm`."""
        return self._matrix.row(self._words.index(key), norm)

    def word_vec(self, word: Key, norm: bool = False) -> Floats:
        """Return the vector of a word; the name of `get_vector` before gensim 4."""
        return self.get_vector(word, norm)

    def fill_norms(self, force: bool = False) -> Floats:
        """Compute `norms`, the (V,) lengths of the vectors, if they are not there yet, and return them.

        Parameters
        ----------
        force : bool
            Compute them again. Call this after changing `vectors` in place, or set `norms` to None.
        """
        return self._matrix.fill_norms(force)

    def get_normed_vectors(self) -> Floats:
        """Return the (V, D) vectors scaled to length 1; vectors of length 0 stay 0."""
        return self._matrix.normed()

    @property
    def expandos(self) -> dict[str, npt.NDArray[Any]]:
        """The attributes of the words by name, (V,) numbers each."""
        return self._words.attributes

    @property
    def next_index(self) -> int:
        """The index that the next word will get."""
        return self._words.next_index

    @property
    def mapfile_path(self) -> None:
        """None; taken and given so that calls written for gensim run."""
        return None

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Return an attribute of a word, such as its ``"count"``.

        Words of a model with hierarchical softmax have a ``"point"`` and a ``"code"``, too: the inner nodes on the way
        to them in its tree, from the root on, and for each where the way goes on.

        Raises
        ------
        KeyError
            When there is no such word, or the words have no such attribute.
        """
        return self._words.attribute(key, attr)

    def set_vecattr(self, key: Key, attr: str, val: float) -> None:
        """Set a numeric attribute of a word; all other words have 0 until it is set for them.

        Raises
        ------
        KeyError
            When there is no such word.
        TypeError
            When `val` is not a number, or does not fit the numbers set before.
        """
        self._words.set_attribute(key, attr, val)
