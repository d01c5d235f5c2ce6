"""Words and their vectors in one shape, whatever they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.messages import counted

__all__ = ["Floats", "Rows", "Vectors", "as_float32", "as_vectors", "index_of", "words_of"]

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Vectors:
    """Words and their vectors, checked.

    Rows of zeros are allowed, since an untrained word has one. They have no direction: their cosine with anything
    counts as 0, and they are never the answer to an analogy.

    Parameters
    ----------
    words : tuple of str
        The V words, most frequent first where the vectors are sorted by frequency.
    matrix : (V, D) float32 array
        One row for each word, as it came: not normalized.
    indexed : dict of str to int, optional
        The row of each word, if it is known already; otherwise it is made, and the words are checked.

    Attributes
    ----------
    index : dict of str to int
        The row of each word.
    norms : (V,) float64 array
        Euclidean length of each row.

    Raises
    ------
    ValueError
        There are no words, the numbers of words and rows differ, a word is there twice, or a number is NaN or
        infinite.
    TypeError
        A word is not a string.
    """

    words: tuple[str, ...]
    matrix: Floats
    indexed: InitVar[dict[str, int] | None] = None
    index: dict[str, int] = field(init=False, repr=False)
    norms: npt.NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self, indexed: dict[str, int] | None) -> None:
        self._check_shape()
        object.__setattr__(self, "index", index_of(self.words) if indexed is None else indexed)
        object.__setattr__(self, "norms", self._lengths())

    def with_matrix(self, matrix: Floats) -> Vectors:
        """Return other vectors of the same words, which need not be checked again.

        Parameters
        ----------
        matrix : (V, D) float32 array
            A row for each word.

        Raises
        ------
        ValueError
            See :class:`Vectors`.
        """
        return Vectors(self.words, matrix, self.index)

    def with_unit_columns(self) -> Vectors:
        """Return vectors of the same words in which every dimension has length one over all of them.

        WordRank's authors evaluate vectors in this way: a dimension that is large for all words tells words apart the
        least. A dimension that is zero stays as it is.

        References
        ----------
        Ji, Yun, Yanardag, Matsushima and Vishwanathan (2016), "WordRank: Learning word embeddings via robust
        ranking", EMNLP; the patch to hyperwords that comes with their program.
        """
        lengths = np.sqrt(np.einsum("vd,vd->d", self.matrix, self.matrix, dtype=np.float64))
        scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        return self.with_matrix((self.matrix * scale).astype(np.float32))

    def _check_shape(self) -> None:
        if self.matrix.ndim != 2:
            raise ValueError(f"vectors of shape {self.matrix.shape}: expected two dimensions, one row for each word")
        if len(self.words) != len(self.matrix):
            raise ValueError(f"{len(self.words)} words and {len(self.matrix)} vectors: expected one each")
        if self.matrix.size == 0:
            raise ValueError(f"vectors of shape {self.matrix.shape}: there is nothing to evaluate")

    def _lengths(self) -> npt.NDArray[np.float64]:
        """Return the length of each row; refuse numbers that are not finite."""
        # Summed in float64: no overflow, and one NaN or infinity anywhere in a row shows in its sum.
        squares = np.einsum("vd,vd->v", self.matrix, self.matrix, dtype=np.float64)
        bad = np.flatnonzero(~np.isfinite(squares))
        if len(bad):
            raise ValueError(
                f"{len(bad)} of {len(self.words)} vectors hold NaN or infinite numbers, the first is the vector of "
                f"{self.words[bad[0]]!r}: did the training diverge? Drop these words or lower the rate"
            )
        return np.sqrt(squares)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector, D."""
        return int(self.matrix.shape[1])

    def unit(self, rows: slice | npt.NDArray[np.intp]) -> Floats:
        """Return some rows scaled to length one; rows of zeros stay as they are.

        Parameters
        ----------
        rows : slice or (N,) int array
            The rows to scale.

        Returns
        -------
        (N, D) float32 array
            A copy, scaled in float64 and rounded once, as gensim does.
        """
        norms = self.norms[rows]
        scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
        return (self.matrix[rows] * scale[:, None]).astype(np.float32)


def as_vectors(source: Any) -> Vectors:
    """Return the vectors of anything that holds words and vectors.

    Parameters
    ----------
    source : Vectors, mapping of str to (D,) array, or object with ``index_to_key`` and ``vectors``
        A :class:`Vectors` is returned as it is. A float32 matrix is not copied.

    Raises
    ------
    TypeError
        It is none of these, or it does not hold real numbers.
    ValueError
        See :class:`Vectors`; or the vectors of a mapping differ in length.
    """
    if isinstance(source, Vectors):
        return source
    words = words_of(source)
    return Vectors(words, _stack(source) if isinstance(source, Mapping) else as_float32(source.vectors))


def words_of(source: Any) -> tuple[str, ...]:
    """Return the words of anything that :func:`as_vectors` takes.

    Raises
    ------
    TypeError
        It is none of these.
    """
    if isinstance(source, Vectors):
        return source.words
    if isinstance(source, Mapping):
        return tuple(source)
    if hasattr(source, "index_to_key") and hasattr(source, "vectors"):
        return tuple(source.index_to_key)
    hint = ""
    if hasattr(source, "wv"):
        hint = ": pass its .wv"
    elif isinstance(source, str):
        hint = ": load the file first"
    raise TypeError(
        f"expected vectors (an object with index_to_key and vectors, or a dict from word to vector), "
        f"got {type(source).__name__}{hint}"
    )


def index_of(words: Sequence[str]) -> dict[str, int]:
    """Return the row of each word; refuse words that are not strings or are there twice."""
    index = {word: row for row, word in enumerate(words)}
    stranger = next((word for word in index if not isinstance(word, str)), None)
    if stranger is not None:
        raise TypeError(f"words must be strings, got {stranger!r} of type {type(stranger).__name__}")
    if len(index) < len(words):
        # The index keeps the last row of a word, so the first row that it disagrees with is a duplicate.
        twice = next(word for row, word in enumerate(words) if index[word] != row)
        raise ValueError(
            f"{counted(len(words) - len(index), 'duplicate word')} in the vectors, the first is {twice!r}: "
            f"keep one vector for each word"
        )
    return index


def _stack(mapping: Mapping[str, npt.ArrayLike]) -> Floats:
    """Return the vectors of a mapping as a matrix."""
    rows = {word: as_float32(vector) for word, vector in mapping.items()}
    if not rows:
        raise ValueError("an empty dict: there is nothing to evaluate")
    shape = next(iter(rows.values())).shape
    odd = next((word for word, row in rows.items() if row.shape != shape or row.ndim != 1), None)
    if odd is not None:
        raise ValueError(
            f"the vector of {odd!r} has shape {rows[odd].shape}, the first has {shape}: "
            f"expected one dimension and the same length for all"
        )
    return np.stack(list(rows.values()))


def as_float32(values: Any) -> Floats:
    """Return an array as float32; refuse complex numbers, strings and objects."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"vectors of dtype {array.dtype}: expected real numbers")
    with np.errstate(over="ignore"):  # too large for float32 becomes infinite, which Vectors refuses
        return array.astype(np.float32, copy=False)
