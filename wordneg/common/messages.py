"""Parts of error messages that several modules share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["counted", "missing_attribute", "near_misses", "refuse_idle_assignment"]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, for example ``"1 word"`` or ``"2,000 words"``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
