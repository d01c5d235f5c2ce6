"""Progress bars: of a training, and of many."""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Any, Self

__all__ = ["Bar", "TrainingBar", "wanted"]


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


class TrainingBar(Bar):
    """A bar over all epochs of a training, with words (or whatever is counted) per second, learning rate and mean loss.

    Parameters
    ----------
    amount : int
        Tokens of all epochs together.
    progress : bool or None
        See `Bar`.
    unit : str
        What is counted.
    """

    def __init__(self, amount: int, progress: bool | None, *, unit: str = "words") -> None:
        super().__init__(amount, progress, "training", unit=unit)
        self._done = 0

    def epoch_done(self, amount: int) -> None:
        """Count what an epoch trained on as done; the next `show` starts from there."""
        self._done += amount

    def show(self, amount: int, rate: float, loss: float) -> None:
        """Draw how far the present epoch has come."""
        if self._bar is not None:
            self._bar.set_postfix(rate=f"{rate:.4f}", loss=f"{loss:.4f}", refresh=False)
            self._bar.update(self._done + amount - self._bar.n)
