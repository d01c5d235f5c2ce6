"""Writing several files that belong together into a folder: all of them, or none."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import IO

from wordneg.files.atomic import atomic_write

__all__ = ["write_folder"]


def write_folder(
    folder: str | os.PathLike[str],
    files: Mapping[str, Callable[[IO[bytes]], None]],
    *,
    last: Collection[str] = (),
    overwrite: bool = False,
) -> None:
    """Write files into a folder, which is made if it is not there.

    Everything is written beside its place and then moved, in the order of `files`. A folder that was there before is
    as it was if anything fails until then, and files of other names stay.

    Parameters
    ----------
    folder : path
        The folder.
    files : mapping of str to callable
        Functions that write the contents to an open binary file, by the name of the file.
    last : collection of str
        The last of the names, of files without which no program reads the others. Old ones are removed before anything
        is moved, so that a power failure in the middle leaves a folder that is refused, not one of mixed contents.
    overwrite : bool
        Whether files of these names may be replaced.

    Raises
    ------
    FileExistsError
        When there are such files, and `overwrite` is False.
    OSError
        When the disk refuses.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"cannot write {os.fspath(folder)!r}: it is a file; give a folder")
    if (there := [name for name in files if os.path.lexists(place / name)]) and not overwrite:
        raise FileExistsError(
            errno.EEXIST,
            f"cannot write {os.fspath(folder)!r}: it has {', '.join(there)} already; give another folder, or replace "
            "them with overwrite=True (--overwrite)",
        )
    made = [parent for parent in (place, *place.absolute().parents) if not parent.exists()]
    fate = "; the files that were there are untouched" if there else ""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:  # which closes them, and so moves them, in the opposite order
            streams = {name: stack.enter_context(atomic_write(place / name)) for name in reversed(list(files))}
            for name, write in files.items():
                write(streams[name])
                streams[name].flush()
                os.fsync(streams[name].fileno())
            if there:
                fate = f"; it has old and new files now, and no {' and '.join(last)}: write it again"
            for name in last:
                (place / name).unlink(missing_ok=True)
    except BaseException as error:
        for parent in made:
            with contextlib.suppress(OSError):  # there already, or no longer empty
                parent.rmdir()
        if not isinstance(error, OSError) or error.errno is None:
            raise
        reason = os.strerror(error.errno)
        raise OSError(error.errno, f"cannot write {os.fspath(folder)!r}: {reason}{fate}") from error
