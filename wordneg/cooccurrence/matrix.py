"""The matrix of co-occurrences with what it was counted from; its file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from wordneg.files.storage import read_archive, write_archive
from wordneg.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Cooccurrences"]

_KIND = "cooccurrences"
_SETTINGS = {"window": int, "distance_weighting": bool, "symmetric": bool, "corpus_fingerprint": str, "name": str}


@dataclass(frozen=True, eq=False, repr=False)
class Cooccurrences:
    """How often words stand near each other. `wordneg.cooccurrence` says what is counted.

    Attributes
    ----------
    vocabulary : Vocabulary
        The V words.
    matrix : (V, V) float32 csr_array
        Rows are words, columns contexts, both numbered as in the vocabulary. The columns of a row rise; what is stored
        is finite and positive. It is kept, not copied, and its arrays become read-only: give a copy of a matrix that
        is to be changed later.
    window : int
        How many tokens to a side were counted.
    distance_weighting : bool
        Whether a pair d apart counts 1 / d, or 1.
    symmetric : bool
        Whether contexts are on both sides, or on the left only.
    corpus_fingerprint : str
        That of the token store; see `TokenStore.fingerprint`.
    name : str
        What the corpus is called.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not as said above: compiled code indexes with its numbers unchecked.
    """

    vocabulary: Vocabulary
    matrix: csr_array
    window: int
    distance_weighting: bool
    symmetric: bool
    corpus_fingerprint: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        _check_matrix(self.matrix, len(self.vocabulary))
        for part in (self.matrix.data, self.matrix.indices, self.matrix.indptr):
            part.flags.writeable = False

    @property
    def nnz(self) -> int:
        """The number of cells that are not zero."""
        return int(self.matrix.nnz)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        sides = "both sides" if self.symmetric else "left side"
        weighting = "weighted by 1 / distance" if self.distance_weighting else "unweighted"
        return (
            f"Cooccurrences({name}{len(self):,} words, {self.nnz:,} cells, window {self.window}, {sides}, {weighting})"
        )

    def check_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Refuse another vocabulary than that of the rows and columns.

        Parameters
        ----------
        vocabulary : Vocabulary
            Must have the same words in the same order, with the same counts.

        Raises
        ------
        ValueError
            If it has not: says what differs first.
        """
        own, words = self.vocabulary.words, vocabulary.words
        difference = ""
        pairs = zip(own, words, strict=False)
        place = next((number for number, (ours, theirs) in enumerate(pairs) if ours != theirs), None)
        if place is not None:
            difference = f"word {place} is {own[place]!r} there, and {words[place]!r} here"
        elif len(own) != len(words):
            difference = f"they have {len(own):,} words there, and {len(words):,} here"
        else:
            unequal = np.flatnonzero(self.vocabulary.counts != vocabulary.counts)
            if unequal.size:
                there, here = (int(counts[unequal[0]]) for counts in (self.vocabulary.counts, vocabulary.counts))
                difference = f"{own[unequal[0]]!r} occurs {there:,} times there, and {here:,} times here"
        if difference:
            raise ValueError(
                f"the co-occurrences were counted with another vocabulary: {difference}; "
                "count them again, from the same corpus with the same cut-off"
            )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to one file, atomically: arrays and JSON, 8 bytes a cell.

        Raises
        ------
        OSError
            If the disk refuses; an old file is untouched.
        """
        arrays = {
            "counts": self.vocabulary.counts,
            "row_starts": self.matrix.indptr,
            "columns": self.matrix.indices,
            "values": self.matrix.data,
        }
        metadata = {name: getattr(self, name) for name in _SETTINGS}
        write_archive(path, _KIND, metadata, arrays, words=self.vocabulary.words)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Cooccurrences:
        """Read what `save` wrote, and check all of it.

        Raises
        ------
        OSError
            If there is no such file (FileNotFoundError), or it cannot be read.
        ValueError
            If it is damaged, or of another kind.
        """
        from scipy.sparse import csr_array

        archive = read_archive(path, _KIND)
        try:
            settings = {name: _setting(archive.metadata, name, kind) for name, kind in _SETTINGS.items()}
            missing = {"counts", "row_starts", "columns", "values"} - archive.arrays.keys()
            if missing or archive.words is None:
                raise ValueError(f"{', '.join(sorted(missing)) or 'the words'} missing")
            vocabulary = Vocabulary(archive.words, archive.arrays["counts"])
            parts = tuple(archive.arrays[name] for name in ("values", "columns", "row_starts"))
            if any(part.ndim != 1 for part in parts) or any(part.dtype.kind != "i" for part in parts[1:]):
                raise ValueError("columns and row starts must be one-dimensional arrays of integers")
            matrix = csr_array(parts, shape=(len(vocabulary.index),) * 2)
            return cls(vocabulary, matrix, **settings)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"cannot load {os.fspath(path)!r}: it does not hold whole co-occurrences: {error}"
            ) from error


def _setting(metadata: Any, name: str, kind: type) -> Any:
    value = metadata.get(name) if isinstance(metadata, dict) else None
    if type(value) is not kind:
        raise ValueError(f"its {name} must be of type {kind.__name__}, got {value!r}")
    return value


def _check_matrix(matrix: Any, words: int) -> None:
    """Raise TypeError or ValueError unless the matrix is what `Cooccurrences` promises."""
    if getattr(matrix, "format", "") != "csr" or matrix.dtype != np.float32:
        got = f"{getattr(matrix, 'dtype', '')} {type(matrix).__name__}".strip()
        raise TypeError(f"the matrix must be a float32 csr_array, got a {got}")
    if matrix.shape != (words, words):
        raise ValueError(f"the matrix has shape {matrix.shape}, expected ({words}, {words}): one row and column a word")
    matrix.check_format(full_check=True)
    if not matrix.has_canonical_format:
        raise ValueError("the columns of each row must rise")
    if matrix.nnz and not (matrix.data.min() > 0 and matrix.data.max() < np.inf):  # NaN is neither
        raise ValueError("the values must all be positive and finite")
