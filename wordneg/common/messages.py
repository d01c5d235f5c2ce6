"""Parts of error messages that several modules share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["counted", "near_misses"]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, for example ``"1 word"`` or ``"2,000 words"``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def near_misses(name: str, choices: Iterable[str], *, limit: int = 3) -> str:
    """Return ``"; did you mean 'a' or 'b'?"`` for the choices spelled most like `name`, or ``""``.

    Parameters
    ----------
    name : str
        The name that the user wrote.
    choices : iterable of str
        The names that exist.
    limit : int
        Maximum number of names to suggest.
    """
    close = difflib.get_close_matches(name, list(choices), n=limit, cutoff=0.6)
    if not close:
        return ""
    return "; did you mean " + " or ".join(repr(choice) for choice in close) + "?"
