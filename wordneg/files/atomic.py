"""Atomic writing: a file is replaced by its new version either completely or not at all.

Standard streams, open descriptors (``/dev/fd/N``), pipes and devices are not replaced but written to directly, at the
position where they stand, so that ``>> file`` appends and a pipe gets what it waits for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from typing import IO, Any

__all__ = ["atomic_write", "descriptor_of"]

_STANDARD_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_MOST_LINKS = 40  # followed; the limit of Linux


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "wb", *, seeks: bool = False) -> Iterator[IO[Any]]:
    """Open a temporary file that takes the place of `path` when the block ends without an exception.

    The bytes are on disk before the file is renamed, so neither an exception, nor a kill, nor a power failure
    leaves half a file at `path`. A kill can leave the temporary file (``.<name>.<random>.tmp``) behind.
    Standard streams, open descriptors, pipes and devices are written to directly.

    Parameters
    ----------
    path : path
        The file to write. Symbolic links are followed; the permissions of an existing file are kept.
    mode : {"wb", "w"}
        Whether to write bytes or UTF-8 text, whose lines end with line feeds.
    seeks : bool
        Whether the block seeks in the file. What cannot be sought then gets everything when the block ends.

    Yields
    ------
    file
        The open file.

    Raises
    ------
    OSError
        If the folder is missing or read-only, the disk is full, or the like. An existing file is left untouched.
    """
    if mode not in ("wb", "w"):
        raise ValueError(f"mode {mode!r} is not supported; expected 'wb' or 'w'")
    target = os.path.realpath(path)
    descriptor = descriptor_of(path)
    old = _permissions_if_file(target)
    if descriptor is not None or (old is None and os.path.exists(target) and not os.path.isdir(target)):
        with _explained(path, target, None), _open_in_place(target, descriptor, mode) as stream:
            if not seeks:
                yield stream
                return
            with tempfile.TemporaryFile() as whole:
                yield whole
                whole.seek(0)
                shutil.copyfileobj(whole, stream)
        return
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with _explained(path, target, temporary, keeps=old is not None):
            if os.path.isdir(target):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with _open(temporary, mode.replace("w", "x")) as stream:
                if old is not None:
                    os.chmod(temporary, old)
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, target)
            _sync_folder(folder)
    finally:
        with contextlib.suppress(OSError):  # after success there is no temporary file
            os.unlink(temporary)


def descriptor_of(path: str | os.PathLike[str]) -> int | None:
    """Return the number of the open descriptor that a path stands for, or None if it stands for a place on disk.

    ``/dev/stdin``, ``/dev/stdout``, ``/dev/stderr``, ``/dev/fd/N``, ``/proc/self/fd/N`` and links to them stand for
    descriptors of this process.
    """
    own = rf"/dev/fd/(\d+)|/proc/{os.getpid()}/(?:task/\d+/)?fd/(\d+)"
    name = os.fspath(path)
    for _ in range(_MOST_LINKS):
        if name in _STANDARD_STREAMS:
            return _STANDARD_STREAMS[name]
        folder, last = os.path.split(name)
        name = os.path.join(os.path.realpath(folder), last)
        if found := re.fullmatch(own, name):
            return int(found[1] or found[2])
        if not os.path.islink(name):
            return None
        name = os.path.join(os.path.dirname(name), os.readlink(name))
    return None


@contextlib.contextmanager
def _explained(
    path: str | os.PathLike[str], target: str, temporary: str | None, *, keeps: bool = False
) -> Iterator[None]:
    """Turn an OSError of the file being written into one that names the file and says what became of it."""
    try:
        yield
    except OSError as error:
        # An error that names another file was raised by the caller's own work inside the block.
        if error.errno is None or error.filename not in (None, target, temporary):
            raise
        fate = "; the file that was there is untouched" if keeps else ""
        reason = os.strerror(error.errno)
        raise OSError(error.errno, f"cannot write {os.fspath(path)!r}: {reason}{fate}") from error


def _permissions_if_file(target: str) -> int | None:
    """Return the permission bits of a regular file, or None if there is no such file."""
    try:
        status = os.stat(target)
    except OSError:
        return None
    return stat.S_IMODE(status.st_mode) if stat.S_ISREG(status.st_mode) else None


def _open_in_place(target: str, descriptor: int | None, mode: str) -> IO[Any]:
    """Open what is written to directly; a duplicate of a descriptor shares its position and its appending mode."""
    return _open(target if descriptor is None else os.dup(descriptor), mode)


def _open(path: str | int, mode: str) -> IO[Any]:
    return open(path, mode) if "b" in mode else open(path, mode, encoding="utf-8", newline="\n")


def _sync_folder(folder: str) -> None:
    """Put the new name on disk as well, where folders can be synced (not on Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
