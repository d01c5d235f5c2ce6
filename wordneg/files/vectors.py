"""Words with their vectors, of any known format: the one place where formats are told apart.

What is read, whatever the format, is a `VectorTable`. wordneg's own format is an archive (see `wordneg.files.storage`);
the formats of other programs are those of `wordneg.files.formats`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.common.tokens import Token
from wordneg.files.formats import check_limit, read_rows
from wordneg.files.parquet_format import MAGIC, VECTOR, WORD, read_parquet, write_parquet
from wordneg.files.recognizing import format_of
from wordneg.files.sources import FloatMatrix, open_source
from wordneg.files.storage import MODEL_KINDS, read_archive, write_archive
from wordneg.files.wordlist import WordList

__all__ = [
    "VectorTable",
    "attribute_arrays",
    "attributes_in",
    "read_own",
    "read_table",
    "read_vectors",
    "require_finite",
    "write_own",
    "write_table",
]

_BLOCK_ROWS = 4096  # checked at once
_ATTRIBUTE = "attribute_"  # begins the names of arrays with attributes in an archive


class VectorTable(NamedTuple):
    """Words, their vectors and their attributes.

    Attributes
    ----------
    words : list of str or int
        V words.
    vectors : (V, D) floating
        Their vectors.
    attributes : mapping of str to (V,) ndarray
        Numbers that belong to the words, such as their ``"count"``.
    """

    words: Sequence[Token]
    vectors: FloatMatrix
    attributes: Mapping[str, npt.NDArray[Any]]


def read_vectors(
    path: str | os.PathLike[str], *, encoding: str = "utf8", unicode_errors: str | None = None, limit: int | None = None
) -> VectorTable:
    """Read words and vectors of any known format; see `wordneg.load_vectors`."""
    check_limit(limit)
    with open_source(path) as source:
        if source.ahead.peek(len(MAGIC)) == MAGIC:
            return read_table(path, limit=limit)
        found = format_of(source)
        if found == "archive":
            return read_own(path, limit, stream=source.archive)
        listed = WordList(source, encoding, unicode_errors)
        dtype = np.dtype(np.float32)
        words, vectors = read_rows(source, binary=found == "binary", words=listed, limit=limit, dtype=dtype)
    return VectorTable(words, vectors, {})


def read_own(path: str | os.PathLike[str], limit: int | None = None, *, stream: IO[bytes] | None = None) -> VectorTable:
    """Read vectors that `write_own` wrote, or the input vectors of a whole model; raises as `read_archive` does.

    Values that are not finite are refused, as in every format.
    """
    archive = read_archive(path, ("vectors", *MODEL_KINDS), skip=("outputs",), stream=stream)
    words, arrays = archive.words, archive.arrays
    if archive.kind in MODEL_KINDS:
        matrix = arrays.get("inputs")
        counts = {"count": arrays["counts"]} if "counts" in arrays else {}
    else:
        matrix, counts = arrays.get("vectors"), {}
    attributes = counts | attributes_in(arrays)
    if matrix is None or words is None:
        raise ValueError(f"cannot load {os.fspath(path)!r}: the words or their vectors are missing in it")
    for name, array in {"vectors": matrix, **attributes}.items():
        if array.shape[:1] != (len(words),):
            raise ValueError(
                f"cannot load {os.fspath(path)!r}: {name!r} has shape {array.shape}; expected {len(words)} rows, one "
                "for each word"
            )
    require_finite(path, words[:limit], matrix[:limit])
    if limit is None or limit >= len(words):
        return VectorTable(words, matrix, attributes)
    # Copied, so that the rows that were not asked for are not kept in memory.
    few = {name: column[:limit].copy() for name, column in attributes.items()}
    return VectorTable(words[:limit], matrix[:limit].copy(), few)


def read_table(
    path: str | os.PathLike[str], *, word: str = WORD, vector: str = VECTOR, limit: int | None = None
) -> VectorTable:
    """Read a Parquet file; see `wordneg.WordVectors.from_parquet`."""
    table = VectorTable(*read_parquet(path, word=word, vector=vector, limit=limit))
    require_finite(path, table.words, table.vectors)
    return table


def write_table(path: str | os.PathLike[str], table: VectorTable) -> None:
    """Write a Parquet file; see `wordneg.WordVectors.to_parquet`."""
    require_finite(path, table.words, table.vectors)
    write_parquet(path, *table)


def require_finite(path: str | os.PathLike[str], words: Sequence[Token], matrix: FloatMatrix) -> None:
    """Raise ValueError if a vector of the file at `path` has a value that is NaN or infinite."""
    blocks = range(0, len(words), _BLOCK_ROWS)
    finite = [np.isfinite(matrix[start : start + _BLOCK_ROWS]).all(axis=1) for start in blocks]
    bad = np.flatnonzero(~np.concatenate([np.empty(0, np.bool_), *finite]))
    if len(bad):
        raise ValueError(
            f"{os.fspath(path)!r}: {len(bad):,} of {len(words):,} vectors hold NaN or infinite numbers, such as the "
            f"vector of {words[bad[0]]!r} (did the training diverge? if so, train with a lower learning rate)"
        )


def write_own(path: str | os.PathLike[str], table: VectorTable) -> None:
    """Write words, vectors and attributes bit by bit in wordneg's own format; see `wordneg.WordVectors.save`.

    Values that are not finite are refused, since no file of them is read.
    """
    require_finite(path, table.words, table.vectors)
    arrays = {"vectors": table.vectors, **attribute_arrays(table.attributes)}
    write_archive(path, "vectors", {}, arrays, words=table.words)


def attribute_arrays(attributes: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return attributes of words by the names of their arrays in an archive."""
    return {_ATTRIBUTE + name: column for name, column in attributes.items()}


def attributes_in(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return the attributes of words that are among the arrays of an archive."""
    return {name.removeprefix(_ATTRIBUTE): array for name, array in arrays.items() if name.startswith(_ATTRIBUTE)}
