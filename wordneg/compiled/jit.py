"""Numba's settings: every compiled function of this library is decorated with one of the names here.

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
What Python calls is `kept`: its machine code is on disk after the first process has compiled it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from wordneg.compiled.kept import kept

__all__ = ["FASTMATH", "entry", "exact_entry", "inlined", "jit", "kernel", "like", "merge", "plain"]

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


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a loop that Python calls like `jit`, without memory management, and keep its machine code on disk."""
    return kept(jit(function))


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, or a part of it that stays a function: fast math, with memory management.

    Its machine code is kept on disk.
    """
    return kept(numba.njit(**_FAST)(function))


def exact_entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls with exact arithmetic, and keep its machine code on disk."""
    return kept(numba.njit(nogil=True, error_model="numpy")(function))


def plain(function: Callable[..., Any]) -> Any:
    """Compile a function whose arithmetic stays as it is written, and whose divisions are checked."""
    return numba.njit(nogil=True)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a part of a function with exact arithmetic, such as an `exact_entry`, which is merged into it.

    Like a function of `jit`, it can make no array.
    """
    return numba.njit(**_PART | {"fastmath": False}, forceinline=True)(function)


def like(function: Any, copy: Callable[..., Any], **changes: Any) -> Any:
    """Compile `copy` with the settings of a jitted function, but for some changes."""
    settings = {name: value for name, value in function.targetoptions.items() if name != "nopython"}
    return numba.njit(**settings | changes)(copy)
