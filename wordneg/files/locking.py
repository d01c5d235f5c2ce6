"""A lock on a folder: one process at a time writes into it.

The system holds the lock, so that it ends with the process that took it, however that ends. The file only says who it
is.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import platform
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path

from wordneg.common.messages import printable

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]
    import msvcrt

__all__ = ["LOCK", "LockedError", "locked"]

LOCK = ".lock"
"""The name of the file, in the folder."""

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)
_FAR = 1 << 30  # Windows keeps others from reading what is locked: a byte beyond the text
_LONGEST = 500


class LockedError(BlockingIOError):
    """Raised when another process, or another thread of this one, writes into a folder."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder for the block; one that is not there is made, and removed if it is still empty at the end.

    On a file system without locks there is a warning instead.

    Raises
    ------
    LockedError
        If somebody has it: the sentence says who, and what to do.
    OSError
        If the folder cannot be made or written to.
    """
    made = [place for place in (folder, *folder.absolute().parents) if not place.exists()]
    try:
        descriptor = _taken(folder / LOCK)
        try:
            yield
        finally:
            _release(folder / LOCK, descriptor)
    finally:
        for place in made:
            with contextlib.suppress(OSError):  # it is not empty
                place.rmdir()


def _taken(path: Path) -> int:
    """Return the descriptor of a locked file. Its last owner may remove it, or the folder, in between: begin again."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:  # a folder that was there, and was removed before `mkdir` looked at what it is
            if os.path.lexists(path.parent) and not path.parent.is_dir():
                raise
            continue
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK"), 0o666)
        except FileNotFoundError:
            continue
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileExistsError(f"{str(path)!r} is no file, expected the lock of a folder; remove it")
            _lock(path, descriptor)
            if os.fstat(descriptor).st_nlink:
                now = datetime.datetime.now().astimezone().isoformat(" ", timespec="seconds")
                os.truncate(descriptor, 0)
                os.write(descriptor, f"process {os.getpid()} on {platform.node()}, since {now}\n".encode())
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(path: Path, descriptor: int) -> None:
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        if error.errno not in _TAKEN:
            warnings.warn(
                f"{str(path.parent)!r} is on a file system without locks ({error.strerror}); see to it that nobody "
                "else writes into it",
                stacklevel=6,
            )
            return
        os.lseek(descriptor, 0, os.SEEK_SET)
        owner = printable(os.read(descriptor, _LONGEST).decode(errors="replace").strip()) or "somebody"
        raise LockedError(
            f"{str(path.parent)!r} is being written to by {owner}. Wait for its end or stop it, then ask again: what "
            "is done by then is kept. Or give another folder."
        ) from None


def _release(path: Path, descriptor: int) -> None:
    """Remove the file while it is still locked, on Windows as soon as it is closed."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            os.unlink(path)
    os.close(descriptor)
    if fcntl is None:
        with contextlib.suppress(OSError):  # somebody else has it open
            os.unlink(path)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))
