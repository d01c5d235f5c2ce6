"""What the vector file formats share: opening files however they are packed, growing a matrix, writing.

A file is read once from its beginning to its end, so that it may be a pipe; what it holds is told by looking ahead.
Compression (gzip, bzip2, xz, zstd) and zip archives of one file are recognized by their first bytes. Anything wrong
with the bytes of a file becomes a ValueError that names the file and the place.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from wordneg.corpora.archives import is_zip, single_member
from wordneg.corpora.compression import ByteStream, decompressed, refuse_misnamed
from wordneg.files.atomic import atomic_write, descriptor_of

__all__ = ["MAX_WORD", "FloatMatrix", "Rows", "Source", "VectorFileError", "blocks_of", "open_sink", "open_source"]

FloatMatrix = npt.NDArray[np.floating[Any]]

MAX_WIDTH = 1 << 20  # most dimensions that a header may name
MAX_WORD = 1 << 24  # most bytes of a word, read or written
_BUFFER_BYTES = 1 << 20
_BLOCK_VALUES = 1 << 18  # written at once
_GZIP_LEVEL = 6  # level 9 takes three times as long to save two percent


class VectorFileError(ValueError):
    """Raised when the contents of a vector file do not match its format."""


class CutShortError(VectorFileError, EOFError):
    """Raised when a vector file ends before its header says so; an EOFError, too, as in gensim."""


class UndecodableError(VectorFileError, UnicodeDecodeError):
    """Raised when a word is invalid in the file's encoding; a UnicodeDecodeError, too, as in gensim.

    Parameters
    ----------
    told : str
        The message.
    cause : UnicodeDecodeError
        What Python says.
    """

    def __init__(self, told: str, cause: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, cause.encoding, cause.object, cause.start, cause.end, cause.reason)
        self._told = told

    def __str__(self) -> str:
        return self._told


@dataclass
class Source:
    """A vector file open for reading.

    Attributes
    ----------
    name : str
        Path of the file, for messages.
    ahead : ByteStream
        The bytes, unpacked, for looking ahead before anything is read.
    stream : binary file
        The same bytes, for reading.
    size : int or None
        Number of bytes; None if the file is packed or a pipe.
    archive : binary file or None
        The file, seekable, if it is an archive of wordneg's own.
    """

    name: str
    ahead: ByteStream
    stream: IO[bytes]
    size: int | None
    archive: IO[bytes] | None = None

    def fault(self, where: str, what: str) -> VectorFileError:
        """Return the exception that reports `what` is wrong at a line or record."""
        return VectorFileError(self._told(where, what))

    def cut_short(self, where: str, what: str) -> VectorFileError:
        """Return the exception that reports a file that ends too early."""
        return CutShortError(self._told(where, what))

    def undecodable(self, where: str, what: str, cause: UnicodeDecodeError) -> VectorFileError:
        """Return the exception that reports bytes that are invalid in the file's encoding."""
        return UndecodableError(self._told(where, what), cause)

    def _told(self, where: str, what: str) -> str:
        return f"{self.name!r}, {where}: {what}"

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
        # One row may be missing, as may the last line feed.
        if self.size is not None and (count - 1) * row_bytes > self.size + 1:
            raise self.fault(
                "header",
                f"it promises {count} words of {width} values, which need {count * row_bytes} bytes, but the "
                f"file has {self.size}; it is cut short, not of this format, or its header is wrong",
            )


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
    """Open a vector file, unpacking it if it is compressed or a zip archive of one file.

    Raises
    ------
    OSError
        If the file is missing or unreadable.
    ValueError
        If the packed data are damaged or cut short, or an archive holds several files.
    """
    name = os.fspath(path)
    descriptor = descriptor_of(path)
    with open(path, "rb") if descriptor is None else os.fdopen(os.dup(descriptor), "rb") as file:
        raw = ByteStream(file, name)
        refuse_misnamed(raw)
        with _unpacked(raw, file) as (stream, archive):
            known = stream is raw and file.seekable() and descriptor is None
            size = os.fstat(file.fileno()).st_size if known else None
            yield Source(name, stream, io.BufferedReader(_RawBytes(stream), _BUFFER_BYTES), size, archive)


@contextlib.contextmanager
def _unpacked(raw: ByteStream, file: IO[bytes] | None) -> Iterator[tuple[ByteStream, IO[bytes] | None]]:
    """Yield the unpacked bytes of a stream, and the seekable file if it is an archive of wordneg's own.

    `file` is what the stream reads, if it is a file.
    """
    stream = decompressed(raw)
    if not is_zip(stream):
        yield stream, None
        return
    with contextlib.ExitStack() as stack:
        if file is not None and stream is raw and file.seekable():
            whole = file
        else:
            whole = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(stream, whole)
            whole.seek(0)
        member = single_member(whole, raw.label)
        if member is None:
            yield stream, whole
        else:
            yield stack.enter_context(_unpacked(stack.enter_context(member), None))


class _RawBytes(io.RawIOBase):
    """A stream as Python's buffered reader wants it, which finds lines fast."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def blocks_of(vectors: FloatMatrix, order: npt.NDArray[np.intp]) -> Iterator[FloatMatrix]:
    """Yield rows of a matrix in an order, in blocks."""
    size = max(1, _BLOCK_VALUES // max(1, vectors.shape[1]))
    for start in range(0, len(order), size):
        yield vectors[order[start : start + size]]


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
