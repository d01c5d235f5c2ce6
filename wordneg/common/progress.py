"""A progress bar."""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Any, Self

__all__ = ["Bar", "wanted"]


def wanted(progress: bool | None) -> bool:
    """Return whether to show a bar: as asked, else if somebody is likely to look at it."""
    if progress is not None:
        return progress
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class Bar:
    """A bar over words, or whatever is counted, with the time left; nothing if it is not wanted.

    Parameters
    ----------
    amount : int
        How many words (tokens) are to be trained on altogether.
    progress : bool or None
        Whether to show it, on standard error or in the notebook; see `wanted`.
    text : str
        What is being done.
    unit : str
        What is counted.
    """

    def __init__(self, amount: int, progress: bool | None, text: str = "", *, unit: str = "words") -> None:
        self._bar: Any = None
        if wanted(progress):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # tqdm complains of notebooks without widgets, and falls back
                from tqdm.auto import tqdm

                self._bar = tqdm(total=amount, unit=unit, unit_scale=True, desc=text, leave=False)

    def describe(self, text: str) -> None:
        """Say what is being done."""
        if self._bar is not None:
            self._bar.set_description(text)

    def advance(self, amount: int) -> None:
        """Count so many as done."""
        if self._bar is not None:
            self._bar.update(amount)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
