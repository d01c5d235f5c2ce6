"""A progress bar for long operations."""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import TracebackType
from typing import Any, ClassVar, Self
from weakref import WeakSet

from wordneg.common.terminal import line_width

__all__ = ["Bar", "wanted"]

_SIGN_OF_LIFE = 0.5
"""Seconds after which the bar is drawn again, even if nothing has been told."""

_OFTEN = 0.1
"""Seconds within which it is not drawn twice."""

_SHORTEST, _WIDEST = 6, 100
"""Characters that the bar itself has at least, or there is none, and that the whole line has at most."""

_ROWS = 24
"""Lines of a terminal, for those that say they have none, in which tqdm would draw nothing."""


def wanted(progress: bool | None) -> bool:
    """Return whether to show a bar: as requested, or by default on a terminal and in a notebook."""
    if progress is not None:
        return progress
    return _is_terminal() or "ipykernel" in sys.modules


def _is_terminal() -> bool:
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # it is closed
        return False


class Bar:
    """A progress bar with the time left; it does nothing if it is not wanted, and vanishes if it cannot be drawn.

    It is drawn anew twice a second by a thread of its own, so that whoever watches sees that something goes on.

    Parameters
    ----------
    amount : int
        Total number of units (by default words of training) to be done; 0 if it is not known.
    progress : bool or None
        Whether to show the bar, on standard error or in the notebook; see `wanted`.
    text : str
        Description of what is being done.
    unit : str
        Name of the unit that is counted.
    """

    _open: ClassVar[list[Bar]] = []

    def __init__(self, amount: int, progress: bool | None, text: str = "", *, unit: str = "words") -> None:
        self._bar: Any = None
        self._amount, self._text, self._unit = amount, text, unit
        self._done = self._counted_from = 0
        self._begin = self._drawn = time.monotonic()
        self._ended, self._drawing = threading.Event(), threading.Lock()
        if wanted(progress) and sys.stderr is not None:
            self._draw(self._make)
            threading.Thread(target=self._live, daemon=True).start()

    def _make(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tqdm complains about notebooks without widgets, and falls back
            size = {"ncols": _width(), "nrows": _ROWS}
            self._bar = _kind_of_line()(total=self._amount or None, leave=False, bar_format=self._line(), **size)

    def _live(self) -> None:
        while not self._ended.wait(_SIGN_OF_LIFE):
            self._refresh()
        self._draw(self._close)  # if whoever ended it could not wait for the drawing

    def _draw(self, step: Callable[[], Any]) -> None:
        """Draw, or give the bar up: a console that is closed or full, or a browser that is gone, ends no work.

        Nor does one that takes nothing, such as a pager that waits, hold it up: nobody waits long for another to draw.
        """
        if not self._drawing.acquire(timeout=_OFTEN):
            return
        try:
            step()
        except Exception:
            if self._bar is not None:
                self._bar.disable = True
                self._bar = None
        finally:
            self._drawing.release()

    @classmethod
    def innermost(cls) -> Bar | None:
        """Return the bar that was opened last, of those that are shown; None if none is."""
        shown = [bar for bar in cls._open if bar._bar is not None]
        return shown[-1] if shown else None

    @contextmanager
    def described(self, text: str) -> Iterator[None]:
        """Show another description as long as the block lasts."""
        before = self._text
        self.describe(text)
        yield
        self.describe(before)

    def _refresh(self) -> None:
        if (bar := self._bar) is not None and not self._ended.is_set():

            def step() -> None:
                bar.n, bar.total, bar.ncols = self._done, self._amount or None, _width()
                bar.bar_format = self._line()
                bar.refresh()

            self._drawn = time.monotonic()
            self._draw(step)

    # --- what it says -----------------------------------------------------------------------------------

    def _line(self) -> str:
        """Return the line as tqdm's format: what is done, the bar, and facts; as much as there is room for."""
        width = _width()
        share = f" {100 * self._done / self._amount:3.0f}%" if self._amount else ""
        facts = self._facts()
        while len(facts) > 1 and len(_sentence(self._text, share, facts)) > width:
            facts.pop()
        text = self._text
        excess = len(_sentence(text, share, facts)) - width
        if excess > 0:
            text = text[: max(0, len(text) - excess - 1)] + "…"
        line = _sentence(text, share, facts).replace("{", "{{").replace("}", "}}")
        room = width - len(_sentence(text, share, facts)) - 3
        if not self._amount or room < _SHORTEST:
            return line
        head = f"{text}{share}".replace("{", "{{").replace("}", "}}")
        return f"{head} |{{bar}}|{line[len(head) :]}"

    def _facts(self) -> list[str]:
        """Return what stands after the bar, the most important first."""
        return [self._time_left() or _clock(time.monotonic() - self._begin)]

    def _time_left(self) -> str:
        """Return how long it will still take at the pace so far; nothing if that is not known yet."""
        pace = self._pace()
        return f"about {_clock((self._amount - self._done) / pace)} left" if pace and self._amount else ""

    def _pace(self) -> float:
        """Return the units done in a second so far."""
        seconds = time.monotonic() - self._begin
        return (self._done - self._counted_from) / seconds if seconds > 0 else 0.0

    def describe(self, text: str) -> None:
        """Set the description of what is being done."""
        if text != self._text:
            self._text = text
            self._refresh()

    def advance(self, amount: int) -> None:
        """Count `amount` more units as done."""
        self._done += amount
        if time.monotonic() - self._drawn >= _OFTEN:
            self._refresh()

    def drop(self, amount: int) -> None:
        """Say that `amount` units will not be done after all."""
        self._amount = max(self._done, self._amount - amount)

    def restart(self) -> None:
        """Measure the pace from now: what was done before, such as compiling, says nothing about it."""
        self._begin, self._counted_from = time.monotonic(), self._done

    def __enter__(self) -> Self:
        self._open.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.remove(self)
        self._ended.set()
        self._draw(self._close)

    def _close(self) -> None:
        if (bar := self._bar) is not None:
            self._bar = None
            bar.close()


class _NoLock:
    """What tqdm takes for a lock."""

    def acquire(self, *args: Any, **options: Any) -> bool:
        return True

    def release(self) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


@cache
def _kind_of_line() -> Any:
    """Return tqdm's class for a terminal or a notebook, with a list of lines of its own, and without a lock.

    tqdm keeps its lock if drawing fails, and shares it with the processes that this one forks, which may be killed
    while they draw: then the next one to draw would wait for ever. Here each bar has a lock, and nobody waits long.
    """
    from tqdm.auto import tqdm

    class Line(tqdm):  # type: ignore[misc, type-arg, unused-ignore]
        _lock = _NoLock()
        _instances: ClassVar[Any] = WeakSet()
        monitor_interval = 0  # nobody watches it but `Bar`

    return Line


def _sentence(text: str, share: str, facts: list[str]) -> str:
    return f"{text}{share} {', '.join(facts)}"


def _clock(seconds: float) -> str:
    """Return a duration as 0:07 or 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _width() -> int:
    """Return the width of a line: of the terminal that standard error is, or what COLUMNS says, but one."""
    columns = line_width(_WIDEST)
    if not os.environ.get("COLUMNS"):
        with suppress(OSError, ValueError, AttributeError):  # it is no terminal, or closed, or a notebook's
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or columns
    return min(columns, _WIDEST) - 1
