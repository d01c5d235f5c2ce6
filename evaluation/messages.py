"""Pieces of messages that several rooms share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["counted", "near_misses"]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in ``"1 word"`` or ``"2 words"``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def near_misses(name: object, choices: Iterable[str], *, limit: int = 1, cutoff: float = 0.6) -> str:
    """Return ``"; did you mean 'a' or 'b'?"`` for the choices spelled most like a name, or nothing.

    Parameters
    ----------
    name : object
        What the user wrote. Case is tried as it is, and in lower case.
    choices : iterable of str
        What there is.
    limit : int
        How many choices to name at most.
    cutoff : float
        How alike they must be, from 0 to 1.
    """
    known, written = list(choices), str(name)
    spellings = dict.fromkeys((written, written.lower()))
    close = next(filter(None, (difflib.get_close_matches(one, known, limit, cutoff) for one in spellings)), [])
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
