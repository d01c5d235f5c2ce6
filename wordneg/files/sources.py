"""What the vector file formats share: opening plain or compressed files, decoding words, growing a matrix.

Anything wrong with the bytes of a file becomes a ValueError that names the file and the place.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from wordneg.files.atomic import atomic_write

__all__ = ["Decoder", "FloatMatrix", "Rows", "Source", "VectorFileError", "open_sink", "open_source"]

FloatMatrix = npt.NDArray[np.floating[Any]]

MAX_WIDTH = 1 << 20  # most dimensions that a header may name
_GZIP_LEVEL = 6  # level 9 takes three times as long to save two percent


class VectorFileError(ValueError):
    """Raised when the contents of a vector file do not match its format."""


@dataclass
class Source:
    """A vector file open for reading.

    Attributes
    ----------
    name : str
        Path of the file, for messages.
    stream : binary file
        The bytes, decompressed.
    size : int or None
        Number of bytes; None if the file is compressed.
    """

    name: str
    stream: IO[bytes]
    size: int | None

    def fault(self, where: str, what: str) -> VectorFileError:
        """Return the exception that reports `what` is wrong at a line or record."""
        return VectorFileError(f"{self.name!r}, {where}: {what}")

    def check_header(self, count: int, width: int, *, row_bytes: int) -> None:
        """Refuse a header that promises more than the file can hold, before memory is allocated for it.

        Parameters
        ----------
        count, width : int
            Number of words and of dimensions in the header.
        row_bytes : int
            Fewest bytes that a row of `width` values takes.
        """
        if not 1 <= width <= MAX_WIDTH:
            raise self.fault("header", f"it promises {width} dimensions; expected 1 to {MAX_WIDTH}")
        if self.size is not None and count * row_bytes > self.size + 1:  # 1: a missing last line feed
            raise self.fault(
                "header",
                f"it promises {count} words of {width} values, which need {count * row_bytes} bytes, but the "
                f"file has {self.size}; it is cut short, not of this format, or its header is wrong",
            )


class Decoder(NamedTuple):
    """Decodes the bytes of a word: the encoding, and what to do with bytes that are invalid in it."""

    encoding: str
    errors: str

    def __call__(self, raw: bytes, source: Source, where: str) -> str:
        """Return `raw` as a string; errors name `source` and the place `where` in it."""
        try:
            return raw.decode(self.encoding, self.errors)
        except UnicodeDecodeError as error:
            advice = "name the encoding, or set unicode_errors='backslashreplace'"
            raise source.fault(where, f"the word {raw[:40]!r} is not valid {self.encoding}; {advice}") from error


class Rows:
    """A matrix that grows as rows are read, so that no memory is allocated on a header's promise alone.

    Parameters
    ----------
    width : int
        Number of values in a row.
    dtype : dtype
        Dtype of the matrix.
    expected : int
        Number of rows, if it agrees with the file's size; 0 to grow from nothing.
    """

    def __init__(self, width: int, dtype: npt.DTypeLike, expected: int) -> None:
        self._matrix = np.empty((expected, width), dtype)
        self._count = 0

    def append(self, block: npt.NDArray[Any]) -> None:
        """Append the rows of `block`, (n, width)."""
        end = self._count + len(block)
        if end > len(self._matrix):
            self._resize(max(end, len(self._matrix) * 3 // 2))
        self._matrix[self._count : end] = block
        self._count = end

    def finish(self) -> npt.NDArray[Any]:
        """Return the rows read, (n, width)."""
        if self._count != len(self._matrix):
            self._resize(self._count)
        return self._matrix

    def _resize(self, count: int) -> None:
        # In place: the system's realloc moves pages instead of copying, and nobody else has a reference yet.
        self._matrix.resize((count, self._matrix.shape[1]), refcheck=False)


@contextlib.contextmanager
def open_source(path: str | os.PathLike[str]) -> Iterator[Source]:
    """Open a vector file, decompressing it if its name ends in ``.gz``, ``.bz2`` or ``.xz``.

    Raises
    ------
    OSError
        If the file is missing or unreadable.
    ValueError
        If the compressed data are damaged or cut short.
    """
    name = os.fspath(path)
    with open(path, "rb") as raw:
        try:
            stream = _unpacked(name, raw)
            known = stream is raw and raw.seekable()
            yield Source(name, stream, os.fstat(raw.fileno()).st_size if known else None)
        except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
            raise VectorFileError(f"{name!r}: the compressed data are damaged or cut short: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise VectorFileError(f"{name!r}: the compressed data are damaged: {error}") from error


def _unpacked(name: str, raw: IO[bytes]) -> IO[bytes]:
    if name.endswith(".gz"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw, mode="rb"))
    if name.endswith(".bz2"):
        return cast(IO[bytes], bz2.BZ2File(raw))
    if name.endswith(".xz"):
        return cast(IO[bytes], lzma.LZMAFile(raw))
    return raw


@contextlib.contextmanager
def open_sink(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a vector file for atomic writing, compressing it if its name ends in ``.gz``, ``.bz2`` or ``.xz``."""
    name = os.fspath(path)
    with atomic_write(path) as raw:
        if name.endswith(".gz"):
            # Neither the name nor the time goes into the file, so that equal vectors give equal bytes.
            packer: Any = gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0)
        elif name.endswith(".bz2"):
            packer = bz2.BZ2File(raw, "wb")
        elif name.endswith(".xz"):
            packer = lzma.LZMAFile(raw, "wb")  # noqa: SIM115 (entered below, like the others)
        else:
            packer = contextlib.nullcontext(raw)
        with packer as stream:
            yield stream
