"""What a token may be: a string, or an integer such as a node of a walk or an article of a session."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

__all__ = ["Token", "is_integer", "plain"]

Token: TypeAlias = str | int


def is_integer(token: object) -> bool:
    """Return whether a token is an integer, of Python or NumPy; booleans are none."""
    return isinstance(token, int | np.integer) and not isinstance(token, bool)


def plain(token: Any) -> Token:
    """Return a token as a plain str or int.

    Raises
    ------
    TypeError
        If it is neither a string nor an integer.
    """
    if isinstance(token, str):
        return str(token)
    if is_integer(token):
        return int(token)
    raise TypeError(f"{repr(token)[:40]} is of type {type(token).__name__}, expected a string or an integer")
