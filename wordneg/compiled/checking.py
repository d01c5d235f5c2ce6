"""Checks of jitted functions that a user wrote: what is wrong with one, in a sentence that names its owner."""

from __future__ import annotations

import inspect
import re
import traceback
import types
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numba
from numba.core.errors import NumbaError
from numba.extending import is_jitted

from wordneg.compiled.jit import like

__all__ = ["bounds_checked", "compile_part", "raised_at", "require_jitted"]

# what Numba says when memory is missing, which `wordneg.jit` leaves out
_ALLOCATES = ("NRT required", "Only accept returning of array passed into the function")


def require_jitted(owner: str, part: str, function: Any) -> None:
    """Refuse a function that is not compiled.

    Parameters
    ----------
    owner, part : str
        Whose function it is and what it is called there, such as ``"sampler 'mine'"`` and ``"draw"``.
    function : callable
        The function as an attribute of the instance.

    Raises
    ------
    TypeError
        If it is not jitted.
    """
    if is_jitted(function):
        return
    if is_jitted(getattr(function, "__func__", None)):
        raise TypeError(
            f"{owner}: {part} is bound to the instance, which compiled code does not know; write "
            f"{part} = staticmethod(…) in the class"
        )
    raise TypeError(
        f"{owner}: {part} is not compiled; decorate the function with wordneg.jit, and let the class refer to it "
        "by staticmethod"
    )


def compile_part(owner: str, part: str, function: Any, arguments: Mapping[str, Any], *, returns: str = "") -> None:
    """Compile a function by itself, to find out whether and why it fails.

    Parameters
    ----------
    owner, part : str
        See `require_jitted`.
    function : jitted function
        The function.
    arguments : mapping of str to object
        What it is called with, by the names that the contract gives its parameters.
    returns : str
        What it must return, if anything, such as ``"how strongly the positive is pulled, as np.float32(1.0)"``.

    Raises
    ------
    TypeError
        If it does not compile. The message says whose it is and gives the first reason.
    """
    given = len(inspect.signature(function.py_func).parameters)
    if given != len(arguments):
        raise TypeError(f"{owner}: {part} takes {given} parameters, expected {len(arguments)}: {', '.join(arguments)}")
    signature = []
    for name, value in arguments.items():
        try:
            signature.append(numba.typeof(value))
        except (NumbaError, ValueError) as error:
            raise TypeError(
                f"{owner}: {name} is a {type(value).__name__} that compiled code cannot read ({_first_reason(error)}); "
                "let it be a NamedTuple of arrays and numbers"
            ) from error
    try:
        function.compile(tuple(signature))
    except NumbaError as error:
        raise TypeError(f"{owner}: {part} does not compile: {_first_reason(error, function)}") from error
    result = function.overloads[tuple(signature)].signature.return_type
    if returns and not isinstance(result, numba.types.Number):
        raise TypeError(f"{owner}: {part} returns {_kind(result)}, expected {returns}")


def _kind(result: numba.types.Type) -> str:
    return "nothing" if result == numba.types.none else str(result)


def _first_reason(error: Exception, function: Any = None) -> str:
    """Return the line of Numba's long message that says what is wrong, and its place in the function's file."""
    text = str(error)
    heads = ("Failed in", "During", "File", "-", "[", "^", "def ", "@", "<source")
    lines = [line.strip() for line in text.splitlines()]
    reason = next((line for line in lines if line and not line.startswith(heads)), text)
    if any(sign in text for sign in _ALLOCATES):
        reason = "it makes a new array, list or string, which code without memory management cannot; use `scratch`"
    if function is None:
        return reason
    places = re.findall(rf"{re.escape(function.py_func.__code__.co_filename)} \((\d+)\)", text)
    return f"{reason} (line {places[-1]})" if places else reason


def raised_at(error: BaseException) -> str:
    """Return the function, line and file in which an error was raised, also for compiled code."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name!r}, line {frame.lineno} of {frame.filename}"


@lru_cache(maxsize=64)
def bounds_checked(function: Any) -> Any:
    """Return a copy of a jitted function that raises IndexError instead of leaving an array.

    The jitted functions that it calls by name are copied in the same way.
    """
    return _copy(function, {})


def _copy(function: Any, copies: dict[Any, Any]) -> Any:
    if function in copies:
        return copies[function]
    original = function.py_func
    names = dict(original.__globals__)
    cells = tuple(types.CellType() for _ in original.__closure__ or ())
    copy = types.FunctionType(original.__code__, names, original.__name__, original.__defaults__, cells)
    copies[function] = like(function, copy, boundscheck=True)  # before the functions it calls: it may be one
    for name in original.__code__.co_names:
        if is_jitted(names.get(name)):
            names[name] = _copy(names[name], copies)
    for cell, there in zip(cells, original.__closure__ or (), strict=True):
        content = there.cell_contents
        cell.cell_contents = _copy(content, copies) if is_jitted(content) else content
    return copies[function]
