"""Numba's settings: every compiled function of this library is decorated with one of the six names here.

The settings of Numba that they are made of:

``nogil``
    The function runs without the GIL, so that workers can be threads.
``error_model="numpy"``
    A division by zero gives inf or NaN and is not checked for.
``fastmath``
    LLVM may reorder and merge arithmetic, as `FASTMATH` says.
``forceinline``
    LLVM merges the compiled function into its callers. A call that is left would pass every array by its seven
    fields and count references to it atomically.
``inline="always"``
    Numba merges the function's source into its callers, where it is compiled with their types and constants.
``_nrt=False``
    No memory management: using an array costs no reference count, nor can one be made.
``no_cfunc_wrapper``
    There is no entry for C code, which nobody calls, and which takes time to compile.
``cache``
    The machine code is kept on disk. Numba compiles anew when the file of the function has changed, but does not
    notice changes in the files of the functions that it calls, nor changes of the settings here: after a change in
    this file, touch the files that use `cached`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["FASTMATH", "cached", "entry", "inlined", "jit", "like", "merge", "plain"]

FASTMATH = ("nsz", "arcp", "contract", "afn", "reassoc")
"""LLVM's fast-math flags except ``nnan`` and ``ninf``: a NaN must stay visible."""

_FAST = {"nogil": True, "fastmath": set(FASTMATH), "error_model": "numpy"}
_PART = _FAST | {"no_cfunc_wrapper": True, "_nrt": False}


def jit(function: Callable[..., Any]) -> Any:
    """Compile a function that a kernel calls, such as a sampler's `draw` or an objective's `slopes`.

    It runs without the GIL, with the fast-math flags of this library (NaN kept) and with unchecked division. It has no
    memory management: using an array costs no reference count, but no array can be made (that is what `scratch` is
    for). And it is merged into its caller, since a call would pass every array by its seven fields.
    """
    return numba.njit(**_PART, forceinline=True)(function)


def merge(function: Callable[..., Any]) -> Any:
    """Mark a function as a part of its callers: it is compiled there, with their constants, and not by itself."""
    return numba.njit(**_PART, inline="always")(function)


def entry(function: Callable[..., Any]) -> Any:
    """Compile a kernel that Python calls, or a part of it that stays a function: fast math, with memory management."""
    return numba.njit(**_FAST)(function)


def plain(function: Callable[..., Any]) -> Any:
    """Compile a function whose arithmetic stays as it is written, and whose divisions are checked."""
    return numba.njit(nogil=True)(function)


def cached(function: Callable[..., Any]) -> Any:
    """Compile a function once for all processes.

    Functions that it calls by name must be in the same file, see above; functions given as arguments would never be
    found again.
    """
    return numba.njit(nogil=True, cache=True, error_model="numpy")(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a part of a function with exact arithmetic, such as a `cached` one, which is merged into it."""
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)


def like(function: Any, copy: Callable[..., Any], **changes: Any) -> Any:
    """Compile `copy` with the settings of a jitted function, but for some changes."""
    settings = {name: value for name, value in function.targetoptions.items() if name != "nopython"}
    return numba.njit(**settings | changes)(copy)
