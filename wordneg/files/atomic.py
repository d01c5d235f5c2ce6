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

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["atomic_write", "descriptor_of"]

_STANDARD_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_MOST_LINKS = 40  # followed; the limit of Linux

_LONGEST = 100  # characters of a name that its temporary file repeats


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "wb", *, seeks: bool = False) -> Iterator[IO[Any]]:
    """Open a temporary file that takes the place of `path` when the block ends without an exception.

    The bytes are on disk before the file is renamed, so neither an exception, nor a kill, nor a power failure
    leaves half a file at `path`. A kill can leave the temporary file (``.<name>.<random>.tmp``) behind; the
    next writing of the same file removes it. A writer holds a lock on its temporary file, so that only those of dead
    writers are removed.
    Standard streams, open descriptors, pipes and devices are written to directly.

    Parameters
    ----------
    path : path
        The file to write. Symbolic links are followed; permissions and owner of an existing file are kept.
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
        If the folder is missing or read-only, the disk is full, or the like; or if an existing file may not be
        written to, or its owner not be kept. An existing file is left untouched.
    """
    if mode not in ("wb", "w"):
        raise ValueError(f"mode {mode!r} is not supported; expected 'wb' or 'w'")
    target = os.path.realpath(path)
    descriptor = descriptor_of(path)
    old = _status_if_file(target)
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
    temporary = os.path.join(folder, f".{name[:_LONGEST]}.{secrets.token_hex(4)}.tmp")
    try:
        with _explained(path, target, temporary, keeps=old is not None):
            if os.path.isdir(target):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            _remove_leftovers(folder, name)
            with _created(temporary, mode.replace("w", "x")) as stream:
                if old is not None:
                    _make_alike(temporary, old)
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


def _status_if_file(target: str) -> os.stat_result | None:
    """Return the status of a regular file, or None if there is no such file."""
    try:
        status = os.stat(target)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _make_alike(temporary: str, old: os.stat_result) -> None:
    """Give a new file the owner and the permissions of the old one; the group, too, if that is allowed."""
    new = os.stat(temporary)
    if hasattr(os, "chown"):
        if new.st_uid != old.st_uid:
            os.chown(temporary, old.st_uid, -1)
        if new.st_gid != old.st_gid:
            with contextlib.suppress(PermissionError):
                os.chown(temporary, -1, old.st_gid)
    os.chmod(temporary, stat.S_IMODE(old.st_mode))


def _created(temporary: str, mode: str) -> IO[Any]:
    """Create and lock a temporary file. In between another writer may take it for a leftover: then begin again."""
    while True:
        stream = _open(temporary, mode)
        if fcntl is None:
            return stream
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.close()
            continue
        except OSError:  # a file system without locks, where nobody removes leftovers
            return stream
        if os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()


def _remove_leftovers(folder: str, name: str) -> None:
    """Remove the temporary files of writers that were killed: those that nobody holds a lock on."""
    pattern = re.compile(rf"\.{re.escape(name[:_LONGEST])}\.[0-9a-f]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for found in filter(pattern.fullmatch, os.listdir(folder or ".")):
            with contextlib.suppress(OSError):
                _remove_unless_locked(os.path.join(folder, found))


def _remove_unless_locked(path: str) -> None:
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return
    if fcntl is None:
        os.unlink(path)  # Windows refuses that while the file is open
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    finally:
        os.close(descriptor)


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
