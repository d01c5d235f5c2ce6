"""Vectors as a Parquet file: columns ``word`` and ``vector`` (a list of numbers), and one for each attribute."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.common.extras import extra
from wordneg.common.tokens import Token, is_integer
from wordneg.files.atomic import atomic_write
from wordneg.files.sources import FloatMatrix

__all__ = ["MAGIC", "VECTOR", "WORD", "read_parquet", "write_parquet"]

MAGIC = b"PAR1"
"""The first bytes of a Parquet file."""

WORD, VECTOR = "word", "vector"
_KINDS = "biuf"


def write_parquet(
    path: str | os.PathLike[str],
    words: Sequence[Token],
    vectors: FloatMatrix,
    attributes: Mapping[str, npt.NDArray[Any]],
) -> None:
    """Write words, vectors and attributes; see `wordneg.WordVectors.to_parquet`."""
    arrow = extra("pyarrow", "Parquet", "parquet")
    parquet = extra("pyarrow.parquet", "Parquet", "parquet")
    integers = {is_integer(word) for word in words}
    if len(integers) > 1:
        raise ValueError(
            f"cannot write {os.fspath(path)!r}: there are both integers and strings among the words, and a column has "
            "one type; choose wordneg's own format, which holds both"
        )
    if taken := [name for name in attributes if name in (WORD, VECTOR)]:
        raise ValueError(f"cannot write {os.fspath(path)!r}: an attribute is called {taken[0]!r}, as a column is")
    try:
        named = arrow.array(list(words), arrow.int64() if True in integers else arrow.string())
    except (ValueError, OverflowError) as error:  # half of a surrogate pair, an integer of more than 64 bits
        raise ValueError(
            f"cannot write {os.fspath(path)!r}: a word does not fit the format ({error}); choose wordneg's own format, "
            "which holds it"
        ) from error
    values = arrow.array(np.ascontiguousarray(vectors).reshape(-1))
    columns = {
        WORD: named,
        VECTOR: arrow.FixedSizeListArray.from_arrays(values, vectors.shape[1]),
        **attributes,
    }
    with atomic_write(path) as stream:
        parquet.write_table(arrow.table(columns), stream)


def read_parquet(
    path: str | os.PathLike[str], *, word: str = WORD, vector: str = VECTOR, limit: int | None = None
) -> tuple[list[Token], FloatMatrix, dict[str, npt.NDArray[Any]]]:
    """Read words, (V, D) vectors and attributes.

    Parameters
    ----------
    path : path
        The file.
    word, vector : str
        The names of the two columns. All others that hold numbers are attributes.
    limit : int, optional
        Take only the first rows.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is damaged, or lacks these columns.
    """
    arrow = extra("pyarrow", "Parquet", "parquet")
    parquet = extra("pyarrow.parquet", "Parquet", "parquet")
    where = f"cannot load {os.fspath(path)!r}"
    with open(path, "rb") as stream:
        if not stream.seekable():
            raise ValueError(f"{where}: Parquet is read from its end, and a pipe has none; give a file")
        try:
            table = parquet.read_table(stream)
        except (arrow.ArrowException, OSError) as error:
            raise ValueError(f"{where}: it is damaged, cut short, or no Parquet file ({error})") from error
    if missing := [name for name in (word, vector) if name not in table.column_names]:
        named = ", ".join(map(repr, table.column_names))
        raise ValueError(
            f"{where}: there is no column {missing[0]!r} among {named}; name the columns by word=, vector="
        )
    table = table if limit is None else table.slice(0, limit)
    for name in (word, vector):
        if nulls := table[name].null_count:
            raise ValueError(f"{where}: column {name!r} has no value in {nulls:,} of {len(table):,} rows")
    attributes = {
        name: column
        for name in table.column_names
        if name not in (word, vector) and name.isidentifier() and not table[name].null_count
        if (column := table[name].to_numpy()).dtype.kind in _KINDS
    }
    return table[word].to_pylist(), _matrix(arrow, where, vector, table[vector]), attributes


def _matrix(arrow: Any, where: str, name: str, column: Any) -> FloatMatrix:
    """Return a column of lists of equal length as a matrix."""
    kind = column.type
    lists = arrow.types.is_list(kind) or arrow.types.is_large_list(kind) or arrow.types.is_fixed_size_list(kind)
    if not lists or not (arrow.types.is_floating(kind.value_type) or arrow.types.is_integer(kind.value_type)):
        raise ValueError(f"{where}: column {name!r} is of type {kind}, expected lists of numbers")
    column = column.combine_chunks()
    lengths = np.unique(extra("pyarrow.compute", "Parquet", "parquet").list_value_length(column).to_numpy())
    if len(lengths) != 1:
        raise ValueError(f"{where}: the lists of column {name!r} have {len(lengths)} different lengths, expected one")
    matrix: FloatMatrix = column.flatten().to_numpy(zero_copy_only=False).reshape(-1, int(lengths[0]))
    return matrix
