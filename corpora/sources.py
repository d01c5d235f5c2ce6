"""Where the bytes of a corpus come from: files, archives read in place, and open streams.

Everything becomes a `ByteSource`, a sequence of decompressed byte streams, one per file or member of an archive.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from .archives import file_members, is_zip, zip_members
from .compression import ByteStream, decompressed, refuse_misnamed
from .decoding import Decoding

__all__ = ["ByteSource", "chained_source", "file_source", "joined_source", "stream_source", "text_streams"]

SNIFFED = 4096
"""Bytes examined to tell a MediaWiki dump from text."""


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
    files : tuple of Path or int
        The files that are read, or the number of the open descriptor of a stream.
    """

    name: str
    streams: Callable[[], Iterator[ByteStream]]
    size_bytes: int | None = None
    one_shot: bool = False
    is_dump: bool = False
    files: tuple[Path | int, ...] = ()


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
        files=tuple(paths),
    )


def joined_source(paths: Sequence[Path], *, name: str) -> ByteSource:
    """Read several files as one, for a large compressed file that was published in pieces."""

    def streams() -> Iterator[ByteStream]:
        with _JoinedFiles(paths) as joined, decompressed(ByteStream(joined, str(paths[0]))) as stream:
            yield stream

    size = sum(path.stat().st_size for path in paths)
    return ByteSource(name=name, streams=streams, size_bytes=size, files=tuple(paths))


def chained_source(sources: Sequence[ByteSource], *, name: str) -> ByteSource:
    """Read several sources one after another."""
    sizes = [source.size_bytes for source in sources if source.size_bytes is not None]
    return ByteSource(
        name=name,
        streams=lambda: chain.from_iterable(source.streams() for source in sources),
        size_bytes=sum(sizes) if len(sizes) == len(sources) else None,
        one_shot=any(source.one_shot for source in sources),
        files=tuple(file for source in sources for file in source.files),
    )


def stream_source(stream: IO[Any], *, name: str | None = None) -> ByteSource:
    """Read an open stream, binary or text, from its current position, without closing it."""
    if name is None:
        given = getattr(stream, "name", type(stream).__name__)
        name = f"<descriptor {given}>" if isinstance(given, int) else str(given)
    text = isinstance(stream.read(0), str)
    opened = decompressed(ByteStream(_Encoded(stream) if text else stream, name))
    if is_zip(opened):
        raise ValueError(f"{name} is a zip archive, which cannot be read from a stream; give its path")
    return ByteSource(
        name=name,
        streams=lambda: file_members(opened),
        one_shot=True,
        is_dump=_is_mediawiki(opened),
        files=_descriptor(stream),
    )


def text_streams(source: ByteSource, decoding: Decoding) -> Iterator[ByteStream]:
    """Yield the streams of `source`, each examined.

    Raises
    ------
    UnicodeError
        If a text is in another encoding.
    ValueError
        If a file is no text, or a MediaWiki dump among text files.
    """
    for stream in source.streams():
        decoding.examine(stream)
        if _is_mediawiki(stream):
            raise ValueError(
                f"{stream.label} is a MediaWiki dump where plain text is expected; open dumps apart from text"
            )
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
        if is_zip(raw):
            yield from zip_members(str(path), str(path), members)
        else:
            refuse_misnamed(raw)
            yield from file_members(decompressed(raw), members)


def _descriptor(stream: IO[Any]) -> tuple[int, ...]:
    """Return the number of a stream's open descriptor, if it has one."""
    try:
        return (stream.fileno(),)
    except (AttributeError, OSError):  # a stream in memory
        return ()


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
