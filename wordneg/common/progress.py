"""A progress bar for long operations."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, ClassVar, Self

__all__ = ["Bar", "wanted"]


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

    Parameters
    ----------
    amount : int
        Total number of units (by default words of training) to be done.
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
        self._text = text
        if wanted(progress) and sys.stderr is not None:
            self._draw(lambda: self._made(total=amount, unit=unit, unit_scale=True, desc=text, leave=False))

    def _made(self, **options: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tqdm complains about notebooks without widgets, and falls back
            from tqdm.auto import tqdm

            self._bar = tqdm(**options)

    def _draw(self, step: Callable[[], Any]) -> None:
        """Draw, or give the bar up: a console that is closed or full, or a browser that is gone, ends no work."""
        try:
            step()
        except Exception:
            if self._bar is not None:
                self._bar.disable = True
                self._bar = None

    @classmethod
    def innermost(cls) -> Bar | None:
        """Return the bar that was opened last, of those that are shown; None if none is."""
        shown = [bar for bar in cls._open if bar._bar is not None]
        return shown[-1] if shown else None

    @contextlib.contextmanager
    def described(self, text: str) -> Iterator[None]:
        """Show another description as long as the block lasts."""
        before = self._text
        self.describe(text)
        yield
        self.describe(before)

    def describe(self, text: str) -> None:
        """Set the description of what is being done."""
        self._text = text
        if (bar := self._bar) is not None:
            self._draw(lambda: bar.set_description(text))

    def advance(self, amount: int) -> None:
        """Count `amount` more units as done."""
        if (bar := self._bar) is not None:
            self._draw(lambda: bar.update(amount))

    def __enter__(self) -> Self:
        self._open.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.remove(self)
        if (bar := self._bar) is not None:
            self._draw(bar.close)
