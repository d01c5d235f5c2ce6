"""Byte streams that decompress themselves and name their file in every error.

The format is recognized by the first bytes, not by the file's name: a gzip file without ``.gz`` is decompressed all
the same, and a file named ``.gz`` that is not gzip is refused rather than trained on as noise.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import importlib
import lzma
import sys
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from types import TracebackType
from typing import Any, Protocol

__all__ = [
    "ByteStream",
    "CorruptFileError",
    "Readable",
    "TruncatedFileError",
    "decompressed",
    "is_of_the_disk",
    "refuse_misnamed",
]

STREAM_INPUT = STREAM_OUTPUT = 1 << 16
"""Bytes fed to and taken from a decompressor of bzip2 or xz at a time."""

ZSTD_INPUT = 1 << 13
"""Compressed bytes fed to zstandard at a time; small, because the output for one piece is not bounded otherwise."""


class CorruptFileError(ValueError):
    """Raised when a compressed file or an archive holds something that its format does not allow."""


class TruncatedFileError(CorruptFileError, EOFError):
    """Raised when a compressed file or an archive ends before its contents do."""


class Readable(Protocol):
    """Anything with a ``read`` method that returns bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, or ``b""`` at the end."""
        ...


class ByteStream:
    """A readable stream with a name and a look-ahead, whose errors say which file failed and where.

    Parameters
    ----------
    source : Readable
        Where the bytes come from.
    label : str
        The file's path, or whatever else the user knows it by.
    packing : str
        The compression or archive format that `source` unpacks, for messages; empty if it unpacks nothing.
    close : callable
        Called when the stream is closed. By default nothing is closed; the source remains its owner's concern.
    """

    def __init__(
        self, source: Readable, label: str, *, packing: str = "", close: Callable[[], object] = lambda: None
    ) -> None:
        self.label = label
        self._source = source
        self._packing = packing
        self._close = close
        self._ahead = b""
        self._count = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, perhaps fewer, or ``b""`` at the end.

        Raises
        ------
        TruncatedFileError
            If the compressed file is cut short.
        CorruptFileError
            If the compressed file is damaged.
        """
        if self._ahead:
            data = self._ahead if size < 0 else self._ahead[:size]
            self._ahead = self._ahead[len(data) :]
            return data + self._pull(-1) if size < 0 else data
        return self._pull(size)

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes without consuming them; fewer only if the stream ends first."""
        while len(self._ahead) < size:
            data = self._pull(size - len(self._ahead))
            if not data:
                break
            self._ahead += data
        return self._ahead[:size]

    def close(self) -> None:
        """Call the `close` function that was given to the constructor."""
        self._close()

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pull(self, size: int) -> bytes:
        if not self._packing:
            return self._source.read(size)
        try:
            data = self._source.read(size)
        except CorruptFileError:
            raise  # a layer below has already named the file
        except EOFError as error:
            raise TruncatedFileError(
                f"{self.label}: the {self._packing} file is cut short: it ends after {self._position():,} "
                "unpacked bytes without its end mark; copy or download it again"
            ) from error
        except Exception as error:
            if is_of_the_disk(error):
                raise
            raise CorruptFileError(
                f"{self.label}: the {self._packing} data is corrupt after {self._position():,} unpacked "
                f"bytes ({error}); copy or download the file again"
            ) from error
        self._count += len(data)
        return data

    def _position(self) -> int:
        """Return the number of bytes unpacked so far, including any gathered by the read that failed."""
        tell = getattr(self._source, "tell", None)
        return self._count if tell is None else max(self._count, tell())


class _StreamsReader:
    """Decompress bzip2 or xz streams, one after another, and refuse anything else behind the first.

    Python's own readers take what follows the first stream for the end if its beginning is damaged.

    Parameters
    ----------
    raw : Readable
        The compressed bytes.
    new_stream : callable
        Makes a decompressor of one stream.
    padding : bytes
        What may stand behind a stream, any number of times.
    """

    def __init__(self, raw: Readable, new_stream: Callable[[], Any], padding: bytes = b"") -> None:
        self._raw = raw
        self._new_stream = new_stream
        self._padding = padding
        self._stream: Any = new_stream()
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` decompressed bytes."""
        if size < 0:
            return b"".join(iter(lambda: self.read(STREAM_OUTPUT), b""))
        while self._stream is not None:
            packed = self._rest or (self._raw.read(STREAM_INPUT) if self._stream.needs_input else b"")
            self._rest = b""
            if not packed and self._stream.needs_input:
                raise EOFError("the last stream has no end")
            data: bytes = self._stream.decompress(packed, size)
            if self._stream.eof:
                self._begin_next(self._stream.unused_data)
            if data:
                return data
        return b""

    def _begin_next(self, packed: bytes) -> None:
        """Begin the stream that follows, if anything but padding does."""
        self._stream = None
        while packed := packed or self._raw.read(STREAM_INPUT):
            packed = packed.lstrip(self._padding) if self._padding else packed
            if packed:
                self._stream, self._rest = self._new_stream(), packed
                return


class _ZstandardReader:
    """Decompress zstd frames with the `zstandard` package, and notice a truncated file.

    The package's own ``stream_reader`` treats a truncated frame as a complete one.
    """

    def __init__(self, raw: ByteStream, zstandard: Any) -> None:
        self._raw = raw
        self._new_frame = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._ready = b""
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` decompressed bytes."""
        pieces = []
        while size < 0 or not self._ready:
            if self._ready:
                pieces.append(self._ready)
                self._ready = b""
            if not self._advance():
                break
        if size < 0:
            return b"".join(pieces)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data

    def _advance(self) -> bool:
        """Decompress one more piece of input; return False at the end."""
        packed = self._rest or self._raw.read(ZSTD_INPUT)
        self._rest = b""
        if not packed:
            if self._frame is not None:
                raise EOFError("the last zstd frame has no end")
            return False
        if self._frame is None:
            self._frame = self._new_frame()
        self._ready = self._frame.decompress(packed)
        if self._frame.eof:
            self._rest = self._frame.unused_data
            self._frame = None
        return True


def _open_zstd(raw: ByteStream) -> Readable:
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.ZstdFile(raw)
    try:
        zstandard = importlib.import_module("zstandard")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{raw.label} is compressed with zstd, which Python "
            f"{sys.version_info.major}.{sys.version_info.minor} reads only with the zstandard package: pip "
            "install wordneg[zstd]"
        ) from error
    return _ZstandardReader(raw, zstandard)


_FORMATS: tuple[tuple[str, str, bytes, Callable[[Any], Readable]], ...] = (
    ("gzip", ".gz", b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw, mode="rb")),
    ("bzip2", ".bz2", b"BZh", lambda raw: _StreamsReader(raw, bz2.BZ2Decompressor)),
    (
        "xz",
        ".xz",
        b"\xfd7zXZ\x00",
        lambda raw: _StreamsReader(raw, partial(lzma.LZMADecompressor, lzma.FORMAT_XZ), b"\0"),
    ),
    ("zstd", ".zst", b"\x28\xb5\x2f\xfd", _open_zstd),
)


_PROMISES = (*((name, suffix, magic) for name, suffix, magic, _ in _FORMATS), ("zip", ".zip", b"PK\x03\x04"))
_EMPTY_ZIP = b"PK\x05\x06"


def is_of_the_disk(error: Exception) -> bool:
    """Tell whether an error is a failure of the disk or of memory, rather than of what a file holds.

    A forged offset makes a seek invalid, which is no failure of the disk.
    """
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno not in (None, errno.EINVAL))


def decompressed(raw: ByteStream) -> ByteStream:
    """Return a stream of the decompressed contents of `raw`, or `raw` itself if it is not compressed.

    Closing the returned stream closes `raw`.

    Parameters
    ----------
    raw : ByteStream
        A stream at its beginning; plain, gzip, bzip2, xz or zstd.

    Raises
    ------
    ModuleNotFoundError
        For zstd before Python 3.14 without the zstandard package.
    """
    head = raw.peek(6)
    for packing, _, magic, unpack in _FORMATS:
        if head.startswith(magic):
            return ByteStream(unpack(raw), raw.label, packing=packing, close=raw.close)
    return raw


def refuse_misnamed(raw: ByteStream) -> None:
    """Refuse a file whose name (the label of `raw`) promises a compression that its first bytes do not show.

    Zip archives have been told by their first bytes before, so that what is named so here is none.

    Raises
    ------
    TruncatedFileError
        If the file is empty or has too few bytes to tell.
    CorruptFileError
        If the file holds something else.
    """
    head = raw.peek(6)
    if head.startswith(_EMPTY_ZIP):
        return
    for packing, suffix, magic in _PROMISES:
        if PurePath(raw.label).suffix.lower() == suffix and not head.startswith(magic):
            if magic.startswith(head):
                raise TruncatedFileError(
                    f"{raw.label}: the {packing} file is cut short after {len(head)} bytes, before any text; "
                    "copy or download it again"
                )
            raise CorruptFileError(
                f"{raw.label} is named {suffix} but holds no {packing} data (it begins with {head!r}); "
                "rename it if it is plain text, or copy it again"
            )
