"""A progress bar for long operations."""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Any, Self

__all__ = ["Bar", "wanted"]


def wanted(progress: bool | None) -> bool:
    """Return whether to show a bar: as requested, or by default on a terminal and in a notebook."""
    if progress is not None:
        return progress
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class Bar:
    """A progress bar with the time left; it does nothing if it is not wanted.

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

    def __init__(self, amount: int, progress: bool | None, text: str = "", *, unit: str = "words") -> None:
        self._bar: Any = None
        if wanted(progress):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # tqdm complains about notebooks without widgets, and falls back
                from tqdm.auto import tqdm

                self._bar = tqdm(total=amount, unit=unit, unit_scale=True, desc=text, leave=False)

    def describe(self, text: str) -> None:
        """Set the description of what is being done."""
        if self._bar is not None:
            self._bar.set_description(text)

    def advance(self, amount: int) -> None:
        """Count `amount` more units as done."""
        if self._bar is not None:
            self._bar.update(amount)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
