"""`Growing`: words with vectors and attributes that are added, replaced, sorted and scaled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wordneg.common.settings import Whole
from wordneg.common.tokens import plain
from wordneg.vectors.components import components_to_remove, without_components
from wordneg.vectors.lookup import Lookup
from wordneg.vectors.matrix import Floats
from wordneg.vectors.words import Key

__all__ = ["Growing"]

_KEYS = (str, int, np.integer)


class Growing(Lookup):
    """The part of `wordneg.WordVectors` that changes words and vectors one by one."""

    def __setitem__(self, keys: Key | Sequence[Key], weights: npt.ArrayLike) -> None:
        """Set the (D,) vector of a word, or the (n, D) vectors of several; words that are new are added."""
        self.add_vectors(keys, weights, replace=True)

    def add_vector(self, key: Key, vector: npt.ArrayLike) -> int:
        """Add a word with its (D,) vector and return its index; a word that is there keeps its vector.

        Free rows, see the parameter `count`, are filled first.
        """
        if (index := self.key_to_index.get(key)) is not None:
            return index
        index = self._words.next_index
        if index == len(self):
            self.add_vectors([key], np.asarray(vector)[np.newaxis])
        else:
            self._held.put(index, self._rows_for([key], vector)[0])
            self._words.fill(index, plain(key))
        return index

    def add_vectors(
        self,
        keys: Key | Sequence[Key],
        weights: npt.ArrayLike,
        extras: Mapping[str, npt.NDArray[Any]] | None = None,
        replace: bool = False,
    ) -> None:
        """Add words with their vectors.

        Parameters
        ----------
        keys : sequence of str or int, or one of them
            The words, all different. An integer is a word here, not an index.
        weights : (n, D) array_like, or (D,) for one word
            Their vectors, kept in the dtype of `vectors`.
        extras : mapping of str to (n,) array, optional
            Attributes of the words, by name.
        replace : bool
            Whether a word that is there takes the new vector and attributes, or keeps its own.

        Raises
        ------
        TypeError, ValueError
            When a word is neither string nor integer or is given twice, or there is not one vector for each.
        RuntimeError
            When these are the vectors of a model that is in the middle of an epoch.
        """
        asked = [keys] if isinstance(keys, _KEYS) else list(keys)
        words, rows = [plain(key) for key in asked], self._rows_for(asked, weights)
        if len(set(words)) < len(words):
            raise ValueError(f"a word is given twice among {words[:5]!r}…; give each once, with one vector")
        columns = {name: np.asarray(column) for name, column in (extras or {}).items()}
        self.allocate_vecattrs(columns.keys(), [column.dtype for column in columns.values()])
        new = np.array([word not in self.key_to_index for word in words], np.bool_)
        if new.any():
            self._held.append(rows[new])
            self._words.append(word for word, is_new in zip(words, new, strict=True) if is_new)
        if replace and not new.all():
            old = [self.key_to_index[word] for word, is_new in zip(words, new, strict=True) if not is_new]
            self._held.put(old, rows[~new])
        written = new | replace
        places = [self.key_to_index[word] for word, writes in zip(words, written, strict=True) if writes]
        for name, column in columns.items():
            self._words.attributes[name][places] = column[written]

    def _rows_for(self, keys: Sequence[Key], weights: npt.ArrayLike) -> Floats:
        """Return given vectors as (n, D) rows, one for each of n keys."""
        rows = np.asarray(weights, self._held.values.dtype)
        rows = rows[np.newaxis] if rows.ndim == 1 and len(keys) == 1 else rows
        if rows.shape != (len(keys), self.vector_size):
            raise ValueError(
                f"got vectors of shape {rows.shape} for {len(keys):,} words; expected ({len(keys)}, {self.vector_size})"
            )
        return rows

    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Make attributes of words, all 0; without arguments, give those there as many values as there are words.

        Parameters
        ----------
        attrs : iterable of str
            Their names.
        types : iterable of dtype
            Their types: numbers.

        Raises
        ------
        TypeError
            When an attribute is there with another type, or the type is none of numbers.
        """
        self._words.fit_attributes()
        for name, kind in zip(attrs or (), types or (), strict=True):
            dtype = np.dtype(np.int64 if kind is int or name == "count" else kind)
            held = self._words.attributes.get(name)
            if held is None:
                self._words.set_column(name, np.zeros(len(self), dtype))
            elif not np.can_cast(dtype, held.dtype, "same_kind"):
                raise TypeError(f"attribute {name!r} is asked for as {dtype}, but it is there as {held.dtype}")

    def resize_vectors(self, seed: int = 0) -> None:
        """Give each word of `index_to_key` a vector: those without one get random values in ±1 / D, as gensim's do."""
        missing = len(self) - len(self._held.values)
        if missing < 0:
            raise ValueError(
                f"there are {-missing:,} vectors more than words; set vectors to the rows that are to stay"
            )
        if missing:
            values = np.random.default_rng(seed).random((len(self), self.vector_size), dtype=np.float32)
            self._held.append((values[-missing:] * np.float32(2) - np.float32(1)) / np.float32(self.vector_size))
        self._words.fit_attributes()
        self.norms = None

    def sort_by_descending_frequency(self) -> None:
        """Put the words in descending order of their ``"count"``, with their vectors and attributes.

        Of equally frequent words, the last comes first, as in gensim. Words that have no vectors yet, because only
        `index_to_key` has been set, can be sorted, too.

        Raises
        ------
        KeyError
            When the words have no counts.
        """
        if not len(self):
            return
        if "count" not in self.expandos:
            raise KeyError("attribute count is not known of these words; set it by set_vecattr, or load it with fvocab")
        order = np.argsort(self.expandos["count"], kind="stable")[::-1]
        vectors = self._matrix.vectors[order] if len(self._held.values) else self._held.vectors
        self._words.replace([self.index_to_key[index] for index in order])
        self._held.vectors = vectors

    def unit_normalize_all(self) -> None:
        """Scale all vectors to length 1, in place of the old ones. A model should not be trained afterwards."""
        self._held.vectors = self._matrix.normed()
        self._held.norms = np.ones(len(self))

    def init_sims(self, replace: bool = False) -> None:
        """Compute `norms`, as gensim did before its version 4; with `replace`, scale all vectors to length 1."""
        self.fill_norms()
        if replace:
            self.unit_normalize_all()

    def all_but_the_top(self, components: int | None = None) -> Self:
        """Return the vectors less their mean and their first principal components, as new vectors of the same words.

        Whether vectors get better without what all words have in common, ``wordneg evaluate --all-but-the-top`` tells.
        Those of `wordneg.Word2Vec` do if there is little text, by the mean alone: ``all_but_the_top(0)``. Vectors of
        length 0 stay 0, and take no part in mean and components.

        Parameters
        ----------
        components : int, optional
            How many principal components are taken away: by default D/100, at least 1. With 0 only the mean is.

        Raises
        ------
        TypeError
            When `components` is no number.
        ValueError
            When it is no whole number from 0 to D − 1, fewer than two vectors are other than 0, or a value is NaN or
            infinite.

        References
        ----------
        Jiaqi Mu and Pramod Viswanath (2018), All-but-the-Top: Simple and Effective Postprocessing for Word
        Representations, ICLR, algorithm 1.
        """
        if components is None:
            components = components_to_remove(self.vector_size)
        removed = Whole(0, self.vector_size - 1)("components", components)
        self._words.check()
        made = type(self)(self.index_to_key, without_components(self._matrix, removed))
        for name, column in self.expandos.items():
            made._words.set_column(name, column.copy())
        return made

    def vectors_for_all(self, keys: Iterable[Key], allow_inference: bool = True, copy_vecattrs: bool = False) -> Self:
        """Return the vectors of some words as new ones: a smaller set, in the order of `keys`.

        Parameters
        ----------
        keys : iterable of str or int
            The words. Those that are missing or repeated are left out.
        allow_inference : bool
            Without effect, as no vector is inferred here; taken so that calls written for gensim run.
        copy_vecattrs : bool
            Whether attributes, such as counts, go with the words.
        """
        asked = [plain(key) for key in dict.fromkeys(keys) if key in self]
        rows = [self._words.index(key) for key in asked]
        made = type(self)(asked, self._matrix.values[rows].copy())
        if copy_vecattrs:
            for name, column in self.expandos.items():
                made._words.set_column(name, column[rows])
        return made
