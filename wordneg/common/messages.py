"""Parts of error messages that several modules share."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["counted", "missing_attribute", "near_misses", "printable", "refuse_idle_assignment"]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, for example ``"1 word"`` or ``"2,000 words"``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Return a text with its control characters as escapes, so that no terminal or page obeys what others wrote.

    They are all control characters but tab and line feed, marks that reorder a line, and halves of surrogate pairs.
    """
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def near_misses(name: str, choices: Iterable[str], *, limit: int = 3, likeness: float = 0.6) -> str:
    """Return ``"; did you mean 'a' or 'b'?"`` for the choices spelled most like `name`, or ``""``.

    Parameters
    ----------
    name : str
        The name that the user wrote.
    choices : iterable of str
        The names that exist; private ones, which begin with an underscore, are never suggested.
    limit : int
        Maximum number of names to suggest.
    likeness : float
        How much alike two names must be, from 0 to 1; see `difflib.get_close_matches`.
    """
    public = [choice for choice in choices if not choice.startswith("_")]
    close = difflib.get_close_matches(name, public, n=limit, cutoff=likeness)
    if not close:
        return ""
    return "; did you mean " + " or ".join(repr(choice) for choice in close) + "?"


def missing_attribute(owner: Any, name: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> AttributeError:
    """Return the error for an attribute that an object does not have.

    Parameters
    ----------
    owner : object
        The object.
    name : str
        The attribute that was asked for.
    known : iterable of str
        The attributes that it has.
    elsewhere : mapping of str to str
        What to use instead of names that other programs have, as in ``{"vocab": "key_to_index"}``.
    """
    hint = f"; use {elsewhere[name]} instead" if name in elsewhere else near_misses(name, known)
    return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=owner)


def refuse_idle_assignment(owner: Any, name: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> None:
    """Raise AttributeError if setting an attribute would do nothing, because it is another name for something.

    That is a name of another program, or one that differs in a letter from an attribute that there is. Names that
    are like none are the user's own. The parameters are those of `missing_attribute`.
    """
    if name.startswith("_") or name in vars(owner) or hasattr(type(owner), name):
        return
    hint = f"; use {elsewhere[name]} instead" if name in elsewhere else near_misses(name, known, likeness=0.8)
    if hint:
        raise AttributeError(
            f"setting {name!r} of a {type(owner).__name__!r} object would do nothing{hint}", name=name, obj=owner
        )
