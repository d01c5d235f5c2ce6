"""Where the bytes of a corpus come from: files, archives read in place, and open streams.

Everything becomes a `ByteSource`, a sequence of decompressed byte streams, one per file. Archives (zip, tar) are
never extracted; their members are read as streams, in the order of the archive.
"""

from __future__ import annotations

import codecs
import stat
import tarfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .compression import ByteStream, CorruptFileError, decompressed, refuse_misnamed

__all__ = ["ByteSource", "file_source", "joined_source", "stream_source", "text_streams"]

SNIFFED = 4096
"""Bytes examined to tell a MediaWiki dump from text."""

_TAR_MAGIC = slice(257, 262)

_NUMPY_MAGIC = b"\x93NUMPY"

_FOREIGN_MARKS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class ByteSource:
    """The bytes of a corpus, file by file.

    Attributes
    ----------
    name : str
        Name of the source in messages.
    streams : callable
        Function that returns an iterator over the decompressed streams; each is valid until the next is requested.
    size_bytes : int or None
        Size on disk in bytes, compressed as it is; None if unknown.
    one_shot : bool
        Whether `streams` works only once.
    is_dump : bool
        Whether the first file begins like a MediaWiki XML dump.
    """

    name: str
    streams: Callable[[], Iterator[ByteStream]]
    size_bytes: int | None = None
    one_shot: bool = False
    is_dump: bool = False


def file_source(paths: Sequence[Path], *, name: str | None = None, members: str = "*") -> ByteSource:
    """Read files one after another; each may be compressed or an archive.

    Parameters
    ----------
    paths : sequence of Path
        One or more existing files.
    name : str, optional
        Name of the source in messages. The default is the first path.
    members : str
        Shell pattern of the archive members to read (``*`` also matches across folders).
    """

    def streams() -> Generator[ByteStream, None, None]:
        for path in paths:
            yield from _file_streams(path, members)

    details = [path.stat() for path in paths]
    regular = all(stat.S_ISREG(detail.st_mode) for detail in details)
    is_dump = False
    if regular:  # anything else could not be read again after being examined
        with closing(streams()) as opened:
            is_dump = any(_is_mediawiki(stream) for stream in islice(opened, 1))
    return ByteSource(
        name=str(paths[0]) if name is None else name,
        streams=streams,
        size_bytes=sum(detail.st_size for detail in details) if regular else None,
        one_shot=not regular,  # a named pipe, /dev/stdin
        is_dump=is_dump,
    )


def joined_source(paths: Sequence[Path], *, name: str) -> ByteSource:
    """Read several files as one, for a large compressed file that was published in pieces."""

    def streams() -> Iterator[ByteStream]:
        with _JoinedFiles(paths) as joined, decompressed(ByteStream(joined, str(paths[0]))) as stream:
            yield stream

    return ByteSource(name=name, streams=streams, size_bytes=sum(path.stat().st_size for path in paths))


def stream_source(stream: IO[Any], *, name: str | None = None) -> ByteSource:
    """Read an open stream, binary or text, from its current position, without closing it."""
    if name is None:
        name = str(getattr(stream, "name", type(stream).__name__))
    text = isinstance(stream.read(0), str)
    opened = decompressed(ByteStream(_Encoded(stream) if text else stream, name))
    if opened.peek(4).startswith(b"PK\x03\x04"):
        raise ValueError(f"{name} is a zip archive, which cannot be read from a stream; give its path")
    return ByteSource(name=name, streams=lambda: _unarchived(opened, "*"), one_shot=True, is_dump=_is_mediawiki(opened))


def text_streams(source: ByteSource) -> Iterator[ByteStream]:
    """Yield the streams of `source`, each positioned after its byte order mark.

    Raises
    ------
    ValueError
        If a file is UTF-16 or UTF-32, a NumPy array, or a MediaWiki dump among text files.
    """
    for stream in source.streams():
        head = stream.peek(4)
        for mark, encoding in _FOREIGN_MARKS:
            if head.startswith(mark):
                raise ValueError(
                    f"{stream.label} is {encoding} text (it begins with that byte order mark), but UTF-8 is "
                    f"expected; convert it, for example: iconv -f {encoding} -t UTF-8 FILE > NEW_FILE"
                )
        if stream.peek(len(_NUMPY_MAGIC)).startswith(_NUMPY_MAGIC):
            raise ValueError(
                f"{stream.label} is a NumPy array, but text is expected; if it is part of a saved model, vectors or "
                "the like, give the text that it was made from"
            )
        if _is_mediawiki(stream):
            raise ValueError(
                f"{stream.label} is a MediaWiki dump where plain text is expected; open dumps apart from text"
            )
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        yield stream


def _is_mediawiki(stream: ByteStream) -> bool:
    """Tell whether `stream` begins like a MediaWiki XML dump, without consuming anything."""
    return b"<mediawiki" in stream.peek(SNIFFED)


def _file_streams(path: Path, members: str) -> Iterator[ByteStream]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"the corpus file {path} is gone: it was there when the corpus was opened; put it back, or open "
            "the corpus again"
        ) from error
    with file:
        raw = ByteStream(file, str(path))
        if raw.peek(4).startswith(b"PK\x03\x04"):
            yield from _zip_members(path, members)
        else:
            refuse_misnamed(raw)
            yield from _unarchived(decompressed(raw), members)


def _unarchived(stream: ByteStream, members: str) -> Iterator[ByteStream]:
    if stream.peek(_TAR_MAGIC.stop)[_TAR_MAGIC] == b"ustar":
        yield from _tar_members(stream, members)
    else:
        yield stream


def _zip_members(path: Path, members: str) -> Iterator[ByteStream]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise CorruptFileError(f"{path}: the zip archive is corrupt or cut short ({error}); copy it again") from error
    with archive:
        for member in archive.infolist():
            if member.is_dir() or not _is_wanted(member.filename, members):
                continue
            label = f"{path}:{member.filename}"
            if member.flag_bits & 1:
                raise ValueError(f"{label} is encrypted; unpack the archive and give the unpacked file")
            with archive.open(member) as file:
                yield decompressed(ByteStream(file, label, packing="zip"))


def _tar_members(stream: ByteStream, members: str) -> Iterator[ByteStream]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None and _is_wanted(member.name, members):
                    yield decompressed(ByteStream(file, f"{stream.label}:{member.name}", packing="tar"))
    except tarfile.TarError as error:
        raise CorruptFileError(f"{stream.label}: the tar archive is corrupt or cut short ({error})") from error


def _is_wanted(member: str, pattern: str) -> bool:
    parts = PurePosixPath(member).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and fnmatchcase(member, pattern)


class _Encoded:
    """A text stream, read as UTF-8 bytes."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size).encode("utf-8", errors="replace")


class _JoinedFiles:
    """Several files read one after another as if they were one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = iter(paths)
        self._file: IO[bytes] = next(self._paths).open("rb")

    def read(self, size: int = -1, /) -> bytes:
        while not (data := self._file.read(size)):
            path = next(self._paths, None)
            if path is None:
                return b""
            self._file.close()
            self._file = path.open("rb")
        return data

    def __enter__(self) -> _JoinedFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
