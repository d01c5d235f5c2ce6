"""Atomic writing: a file is replaced by its new version either completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from typing import IO, Any

__all__ = ["atomic_write"]


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a temporary file that takes the place of `path` when the block ends without an exception.

    The bytes are on disk before the file is renamed, so neither an exception, nor a kill, nor a power failure
    leaves half a file at `path`. A kill can leave the temporary file (``.<name>.<random>.tmp``) behind.
    Devices and pipes (``/dev/stdout``), which must not be replaced, are written to directly.

    Parameters
    ----------
    path : path
        The file to write. Symbolic links are followed; the permissions of an existing file are kept.
    mode : {"wb", "w"}
        Whether to write bytes or UTF-8 text, whose lines end with line feeds.

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
    old = _permissions_if_file(target)
    if old is None and os.path.exists(target) and not os.path.isdir(target):
        with _explained(path, target, None), _open(target, mode) as stream:
            yield stream
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


def _open(path: str, mode: str) -> IO[Any]:
    return open(path, mode) if "b" in mode else open(path, mode, encoding="utf-8", newline="\n")


def _sync_folder(folder: str) -> None:
    """Put the new name on disk as well, where folders can be synced (not on Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
