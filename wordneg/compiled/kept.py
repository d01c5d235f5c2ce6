"""Machine code kept on disk, so that a kernel is compiled once for all processes.

Numba's own cache looks at the file of a function. It does not notice a change in what the function calls, and it never
finds a kernel that is built from other functions. Here the key is the content: a digest of everything that goes into
the kernel (`wordneg.compiled.fingerprint`), the types of its arguments, the processor, the versions, and the settings
of Numba's that change machine code. A change of any of them is another key, so that nothing on disk can be stale.

The folder is ``kernels`` in ``$WORDNEG_CACHE``, or in wordneg's folder in the platform's place for caches. It must
belong to the user alone, since machine code in it is run. ``WORDNEG_KERNEL_CACHE=0`` switches it off. Whatever goes
wrong with it (a full disk, a folder that is read-only, a damaged file, a version of Numba with other insides) means
that a kernel is compiled as if there were no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import pickle
import platform
import stat
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import config, sigutils
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from wordneg.compiled.announcing import announce_compiling
from wordneg.compiled.fingerprint import UnknownContentError, fingerprint
from wordneg.corpora.download import cache_folder

__all__ = ["folder", "kept"]

_log = logging.getLogger(__name__)

MOST = 256 * 2**20
"""Bytes of machine code that the folder may hold; what was used least recently is removed first."""

_HEAD = b"wordneg kernel 1\n"
_CHECKSUM = 32  # bytes, SHA-256
_SETTINGS = ("OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "FULL_TRACEBACKS")
_STALE = 3600  # seconds after which a half-written file belongs to nobody
_unique_names: set[str] = set()  # of kept functions, which name their symbols
_USED = 24 * 3600  # seconds; a file's time of use is not noted more often


def kept(function: Any) -> Any:
    """Let the machine code of a jitted function that Python calls be kept on disk; return the function."""
    _begin_to_announce()
    if hasattr(function, "_cache"):
        function._cache = _KeptCode(function)
    return function


def folder() -> Path | None:
    """Return the folder of machine code, whether it is there or not; None if the cache is switched off."""
    if os.environ.get("WORDNEG_KERNEL_CACHE", "").strip().lower() in ("0", "off", "no", "false"):
        return None
    return cache_folder() / "kernels"


class _KeptCode:
    """What Numba asks for machine code before it compiles a function, and gives machine code afterwards.

    It has the methods of Numba's own caches.
    """

    announced = True  # whoever waits for the compiler is told so

    def __init__(self, function: Any) -> None:
        self._function = function
        self._name = function.py_func.__name__

    @property
    def cache_path(self) -> str | None:
        place = folder()
        return None if place is None else str(place)

    def enable(self) -> None:
        """Do nothing; the environment decides."""

    disable = flush = enable

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compiled function for a signature; None if there is none."""
        try:
            target.refresh()
            path = self._path(signature, target)
            payload = None if path is None else _read(path)
            if payload is None:
                return None
            found = CompileResult._rebuild(target, *pickle.loads(payload))
            wanted, _ = sigutils.normalize_signature(signature)
            return found if tuple(found.signature.args) == tuple(wanted) else None
        except UnknownContentError as reason:
            _log.debug("%s is compiled in each process: it refers to %s", self._name, reason)
        except Exception as error:
            _log.debug("%s is compiled again: %s: %s", self._name, type(error).__name__, error)
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep a compiled function, if that can be done."""
        try:
            path = self._path(signature, result.target_context)
            if path is not None and self._can_be_kept(result):
                _write(path, dumps(result._reduce()))
        except Exception as error:
            _log.debug("%s is not kept: %s: %s", self._name, type(error).__name__, error)

    def _path(self, signature: Any, target: Any) -> Path | None:
        place = folder()
        if place is None or not _is_private(place):
            return None
        types, returned = sigutils.normalize_signature(signature)
        content = fingerprint(self._function, tuple(types))
        key = (content, str(returned), target.codegen().magic_tuple(), _circumstances())
        digest = hashlib.sha256(repr(key).encode()).hexdigest()
        # Symbols of the machine code are made of the name. With the digest in it no two functions share one, not even
        # if one was compiled by another process.
        self._function.py_func.__qualname__ = unique = f"{self._name}_{digest[:24]}"
        _unique_names.add(unique)
        return place / f"{self._name}-{digest[:40]}.kernel"

    def _can_be_kept(self, result: Any) -> bool:
        """Return whether the code stands for itself: no addresses of this process, no symbols that others may have."""
        if result.lifted or result.library.has_dynamic_globals:
            _log.debug("%s is not kept: it holds addresses of this process", self._name)
            return False
        names = (function.name for function in result.library.get_defined_functions())
        known = ("NRT_", "numba_")
        foreign = [
            name for name in names if not name.startswith(known) and not any(own in name for own in _unique_names)
        ]
        if foreign:
            _log.debug("%s is not kept: it calls %s", self._name, ", ".join(foreign))
        return not foreign


_begin_to_announce = cache(announce_compiling)


@cache
def _circumstances() -> tuple[Any, ...]:
    """Return what machine code depends on beside the function and the processor."""
    sources = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(path.read_bytes())
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version, platform.platform())
    settings = tuple(str(getattr(config, name, None)) for name in _SETTINGS)
    return versions, settings, sources.hexdigest()


def _is_private(place: Path) -> bool:
    """Return whether only this user can write to a folder, which is made if it is not there."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = place.stat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):  # Windows: folders in a profile are the user's
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path) -> bytes | None:
    """Return what a file of the folder holds; None if it is not there or damaged."""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read()
            if time.time() - os.fstat(file.fileno()).st_mtime > _USED:
                with contextlib.suppress(OSError):
                    os.utime(path)
    except FileNotFoundError:
        return None
    head, checksum, payload = data[: len(_HEAD)], data[len(_HEAD) :][:_CHECKSUM], data[len(_HEAD) + _CHECKSUM :]
    if head != _HEAD or checksum != hashlib.sha256(payload).digest():
        _log.debug("%s is damaged", path)
        return None
    return payload


def _write(path: Path, payload: bytes) -> None:
    """Write a file of the folder as a whole, and keep the folder within its size."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD + hashlib.sha256(payload).digest() + payload)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _tidy(path.parent)


def _tidy(place: Path) -> None:
    """Remove what was not used for longest where the folder is too large, and what killed processes left."""
    found = []
    for path in place.iterdir():
        with contextlib.suppress(OSError):
            status = path.stat()
            if path.suffix == ".tmp" and time.time() - status.st_mtime > _STALE:
                path.unlink()
            elif path.suffix == ".kernel":
                found.append((status.st_mtime, status.st_size, path))
    size = sum(bytes_ for _, bytes_, _ in found)
    for _, bytes_, path in sorted(found):
        if size <= MOST:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            size -= bytes_
