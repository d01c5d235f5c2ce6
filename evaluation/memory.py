"""What is found out about a benchmark's words once, for many vectors of the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["Memory"]

_KEPT = 64

_About = TypeVar("_About")
_Found = TypeVar("_Found")


class Memory:
    """Results of functions of one object each, the last few of them.

    Objects are told apart by identity: comparing thousands of questions would cost as much as it saves. They must not
    change.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Any, int], tuple[Any, Any]] = {}

    def once(self, make: Callable[[_About], _Found], about: _About, key: Any = None) -> _Found:
        """Return ``make(about)``, which is called once.

        Parameters
        ----------
        make : callable
            What to find out.
        about : object
            About what; it is kept, so that no other object gets its identity.
        key : object, optional
            What the result depends on besides; by default the function.
        """
        place = (make if key is None else key, id(about))
        if place not in self._found:
            found = make(about)
            if len(self._found) >= _KEPT:
                del self._found[next(iter(self._found))]
            self._found[place] = (about, found)
        result: _Found = self._found[place][1]
        return result
