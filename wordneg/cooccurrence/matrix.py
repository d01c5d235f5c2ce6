"""The co-occurrence matrix with its vocabulary and settings, and its file."""

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
    """How often words occur near each other, counted as described in `wordneg.cooccurrence`.

    Attributes
    ----------
    vocabulary : Vocabulary
        The V words.
    matrix : (V, V) float32 csr_array
        Rows are words, columns contexts, both numbered as in the vocabulary. The columns of a row are in ascending
        order; the stored values are finite and positive. The matrix is not copied, and its arrays become read-only:
        pass a copy of a matrix that will be changed later.
    window : int
        Number of tokens counted on each side.
    distance_weighting : bool
        Whether a pair at distance d counts 1 / d rather than 1.
    symmetric : bool
        Whether contexts are on both sides rather than only on the left.
    corpus_fingerprint : str
        Fingerprint of the token store; see `TokenStore.fingerprint`.
    name : str
        Name of the corpus.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not as described above; compiled code uses its entries as indices unchecked.
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
        """Number of nonzero cells."""
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
        """Refuse any vocabulary but the one of the rows and columns.

        Parameters
        ----------
        vocabulary : Vocabulary
            Must have the same words in the same order, with the same counts.

        Raises
        ------
        ValueError
            If the vocabularies differ; the message states the first difference.
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
        """Write everything to one file, atomically: arrays and JSON, 8 bytes per cell.

        Raises
        ------
        OSError
            If the file cannot be written; an existing file is left untouched.
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
        """Read a file written by `save`, checking all of it.

        Raises
        ------
        OSError
            If the file does not exist (FileNotFoundError) or cannot be read.
        ValueError
            If the file is damaged or of another kind.
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
                f"cannot load {os.fspath(path)!r}: it does not hold complete co-occurrences: {error}"
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
        raise ValueError(
            f"the matrix has shape {matrix.shape}, expected ({words}, {words}): one row and one column per word"
        )
    matrix.check_format(full_check=True)
    if not matrix.has_canonical_format:
        raise ValueError("the columns of each row must be in ascending order, without duplicates")
    if matrix.nnz and not (matrix.data.min() > 0 and matrix.data.max() < np.inf):  # both are False for NaN
        raise ValueError("the values must all be positive and finite")
