"""Says that a function is being compiled when that takes more than a moment, so that no wait is unexplained.

Whoever waits is told by the innermost progress bar; where there is none, by the logger ``wordneg.compiled`` (INFO),
which the command line prints and a library does not.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any

from numba.core import event

from wordneg.common.progress import Bar

__all__ = ["announce_compiling"]

MESSAGE = "compiling (once) …"

_PATIENCE = 1.0  # seconds

_log = logging.getLogger("wordneg.compiled")


class _Announcer(event.Listener):
    """Follows the compilation of functions whose machine code is kept; a function compiles others inside of it."""

    def __init__(self) -> None:
        self._mine = threading.local()

    def on_start(self, event: Any) -> None:
        depth = getattr(self._mine, "depth", 0)
        if depth == 0 and not _is_ours(event):
            return
        self._mine.depth = depth + 1
        if depth == 0:
            self._mine.shown = contextlib.ExitStack()
            self._mine.timer = threading.Timer(_PATIENCE, self._tell, [self._mine.shown])
            self._mine.timer.daemon = True
            self._mine.timer.start()

    def on_end(self, event: Any) -> None:
        if not getattr(self._mine, "depth", 0):
            return
        self._mine.depth -= 1
        if self._mine.depth == 0:
            self._mine.timer.cancel()
            self._mine.timer.join()
            self._mine.shown.close()

    @staticmethod
    def _tell(shown: contextlib.ExitStack) -> None:
        bar = Bar.innermost()
        if bar is None:
            _log.info(MESSAGE)
        else:
            shown.enter_context(bar.described(MESSAGE))


def _is_ours(event: Any) -> bool:
    """Return whether a compilation belongs to a function whose machine code is kept, and not to another package."""
    return hasattr(getattr(event.data["dispatcher"], "_cache", None), "announced")


def announce_compiling() -> None:
    """Announce compilations from now on; called once, when the first function is made that is kept."""
    with contextlib.suppress(AttributeError, ValueError, TypeError):  # another version of Numba's events
        event.register("numba:compile", _ANNOUNCER)


_ANNOUNCER = _Announcer()
