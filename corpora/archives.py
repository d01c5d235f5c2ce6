"""Zip and tar archives, read in place: their members as streams, in the order of the archive.

Damage is always a `CorruptFileError`, never a shorter corpus. Members that are left out (hidden ones, those that do not
match a pattern) are checked like the others, since a flipped bit can hide a member. A tar archive must go on to its end
mark: `tarfile` by itself takes a damaged header for the end.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePath, PurePosixPath
from typing import IO, Any

from .compression import ByteStream, CorruptFileError, TruncatedFileError, decompressed, is_of_the_disk

__all__ = ["ZIP_MAGIC", "file_members", "is_zip", "single_member", "zip_members"]

ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_ZIP_END = struct.Struct("<4s4H2LH")  # the record at the end; its fifth field is the number of members
_ZIP64_COUNT = 0xFFFF  # the number stands elsewhere
_TAR_NAME = re.compile(r"\.(tar(\.(gz|bz2|xz|zst))?|tgz|tbz2?|txz)$", re.IGNORECASE)
_TAR_BLOCK = 512

_TELLTALE_MEMBERS = {
    "metadata.json": (b'{"format": "wordneg', "one of wordneg's own files (a model, vectors or the like)"),
    "[Content_Types].xml": (b"<?xml", "an office document; save it as plain text"),
}
"""Members that tell what a zip file is if it is no archive of texts: how they begin, and what to say."""


def is_zip(stream: ByteStream) -> bool:
    """Tell whether a stream is a zip archive, without consuming anything."""
    return stream.peek(len(ZIP_MAGIC)) in (ZIP_MAGIC, _EMPTY_ZIP_MAGIC)


def zip_members(file: str | IO[bytes], label: str, members: str = "*") -> Iterator[ByteStream]:
    """Yield the wanted members of a zip archive, decompressed.

    Parameters
    ----------
    file : path or binary file
        The archive; a file must be seekable.
    label : str
        What the user knows it by.
    members : str
        Shell pattern of the members to read (``*`` also matches across folders).

    Raises
    ------
    CorruptFileError
        If the archive is damaged.
    ValueError
        If a member is encrypted, or the file is no archive of texts but a model or an office document.
    """
    with _zip_archive(file, label) as archive:
        infos = archive.infolist()
        wanted = [info for info in infos if not info.is_dir() and _is_wanted(info.filename, members)]
        for info in wanted:
            if info.flag_bits & 1:
                raise ValueError(f"{label}:{info.filename} is encrypted; unpack the archive and give the unpacked file")
        for info in infos:
            if info.is_dir() and info.file_size:
                raise CorruptFileError(f"{label}: the zip archive is corrupt: the folder {info.filename} has contents")
            _refuse_telltale(archive, info, label)
        for info in wanted:
            with _opened(archive, info, label) as member:
                yield decompressed(ByteStream(member, f"{label}:{info.filename}", packing="zip"))


def single_member(file: IO[bytes], label: str) -> ByteStream | None:
    """Return the only file in a zip archive, or None if the archive is one of wordneg's own files.

    Parameters
    ----------
    file : binary file
        The archive, seekable; not closed with the member.
    label : str
        What the user knows it by.

    Raises
    ------
    CorruptFileError
        If the archive is damaged.
    ValueError
        If it holds several files or none, or the file is encrypted.
    """
    archive = _zip_archive(file, label)
    if any(info.filename == "metadata.json" for info in archive.infolist()):
        return None
    wanted = [info for info in archive.infolist() if not info.is_dir() and _is_wanted(info.filename)]
    if len(wanted) != 1:
        names = ", ".join(info.filename for info in wanted[:10]) + (", …" if len(wanted) > 10 else "")
        raise ValueError(
            f"{label} is a zip archive of {len(wanted)} files{f' ({names})' if wanted else ''}, expected one; "
            "unpack the one that you want"
        )
    if wanted[0].flag_bits & 1:
        raise ValueError(f"{label}:{wanted[0].filename} is encrypted; unpack the archive and give the unpacked file")
    member = _opened(archive, wanted[0], label)
    return ByteStream(member, f"{label}:{wanted[0].filename}", packing="zip", close=member.close)


def _zip_archive(file: str | IO[bytes], label: str) -> zipfile.ZipFile:
    """Open a zip archive, and compare the number of its members with the one that its end states."""
    try:
        archive = zipfile.ZipFile(file)
        end: Any = archive.fp
        end.seek(-_ZIP_END.size - len(archive.comment), io.SEEK_END)
        stated = _ZIP_END.unpack(end.read(_ZIP_END.size))[4]
    except Exception as error:
        raise _damaged(label, "zip", error) from error
    found = len(archive.infolist())
    if any(not info.filename for info in archive.infolist()):
        raise CorruptFileError(f"{label}: the zip archive is corrupt: a member has no name; copy or download it again")
    if stated not in (found, _ZIP64_COUNT):
        raise CorruptFileError(
            f"{label}: the zip archive is corrupt: its end states {stated:,} members, but there are {found:,}; copy or "
            "download it again"
        )
    return archive


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> IO[bytes]:
    """Open a member, which compares its two headers with each other."""
    try:
        return archive.open(info)
    except NotImplementedError as error:
        raise CorruptFileError(
            f"{label}:{info.filename} is packed in a way that Python cannot unpack ({error}); unpack the archive and "
            "give the unpacked file, or copy it again if it is damaged"
        ) from error
    except Exception as error:
        raise _damaged(label, "zip", error) from error


def _refuse_telltale(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> None:
    """Check that a member can be opened, and refuse the archive if it shows that this is no archive of texts."""
    begins, what = _TELLTALE_MEMBERS.get(info.filename, (b"\0", ""))
    if info.flag_bits & 1:
        return  # not wanted, and not to be opened without its password
    with _opened(archive, info, label) as member:
        stream = ByteStream(member, f"{label}:{info.filename}", packing="zip")
        if what and stream.peek(len(begins)) == begins:
            raise ValueError(f"{label} is {what}, but text is expected")


def _is_tar(stream: ByteStream) -> bool:
    """Tell whether a stream is a tar archive, without consuming anything.

    Raises
    ------
    CorruptFileError
        If its name says so, but not its contents.
    """
    head = stream.peek(_TAR_BLOCK)
    if head[257:262] == b"ustar":
        return True
    if len(head) == _TAR_BLOCK and head.strip(b"\0"):
        try:
            tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
            return True
        except (tarfile.TarError, ValueError):
            pass
    if _TAR_NAME.search(PurePath(stream.label).name):
        raise CorruptFileError(
            f"{stream.label} is named like a tar archive but does not begin like one (it begins with {head[:8]!r}); "
            "rename it if it is plain text, or copy it again"
        )
    return False


class _StrictTarInfo(tarfile.TarInfo):
    """A member whose header must be right, so that damage is not taken for the end of the archive."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _StrictTarInfo:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise  # the end mark
        except (tarfile.EmptyHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise EOFError("it has no end mark") from error
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error


def _tar_members(stream: ByteStream, members: str = "*") -> Iterator[ByteStream]:
    """Yield the wanted members of a tar archive, decompressed.

    Parameters
    ----------
    stream : ByteStream
        The archive.
    members : str
        Shell pattern of the members to read (``*`` also matches across folders).

    Raises
    ------
    CorruptFileError
        If the archive is damaged, or lacks its end mark.
    """
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_StrictTarInfo) as archive:  # type: ignore[call-overload]
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is not None and _is_wanted(member.name, members):
                    yield decompressed(ByteStream(file, f"{stream.label}:{member.name}", packing="tar"))
            _require_padding(archive.fileobj)
    except CorruptFileError:
        raise  # a layer below has already named the file
    except Exception as error:
        raise _damaged(stream.label, "tar", error) from error


def _require_padding(rest: Any) -> None:
    """Require that only zeros follow the end mark."""
    while block := rest.read(1 << 16):
        if block.strip(b"\0"):
            raise tarfile.ReadError("more data follow its end mark")


def file_members(stream: ByteStream, members: str = "*") -> Iterator[ByteStream]:
    """Yield the members of a tar archive, or the stream itself if it is not one."""
    if _is_tar(stream):
        yield from _tar_members(stream, members)
    else:
        yield stream


def _is_wanted(member: str, pattern: str = "*") -> bool:
    """Tell whether a member's name matches a pattern and is not hidden."""
    parts = PurePosixPath(member).parts
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
    return not hidden and fnmatchcase(member, pattern)


def _damaged(label: str, packing: str, error: Exception) -> Exception:
    """Return the exception to raise; damaged archives make `zipfile` and `tarfile` raise all sorts."""
    if is_of_the_disk(error):
        return error
    kind = TruncatedFileError if isinstance(error, EOFError) else CorruptFileError
    return kind(
        f"{label}: the {packing} archive is corrupt or cut short ({error or type(error).__name__}); "
        "copy or download it again"
    )
