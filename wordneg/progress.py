"""The progress bar of training."""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Any, Self

__all__ = ["TrainingBar", "wanted"]


def wanted(progress: bool | None) -> bool:
    """Return whether to show a bar: as asked, else if somebody is likely to look at it."""
    if progress is not None:
        return progress
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class TrainingBar:
    """A bar over all epochs with words per second, learning rate and mean loss; nothing if not shown.

    Parameters
    ----------
    words : int
        Tokens of all epochs together.
    shown : bool
        Whether to draw it (on standard error, or in the notebook).
    """

    def __init__(self, words: int, shown: bool) -> None:
        self._bar: Any = None
        self._done = 0
        if shown:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # tqdm complains of notebooks without widgets, and falls back
                from tqdm.auto import tqdm

                self._bar = tqdm(total=words, unit="words", unit_scale=True, desc="training", leave=False)

    def epoch_done(self, words: int) -> None:
        """Count an epoch's words as done; the next `show` starts from there."""
        self._done += words

    def show(self, words: int, rate: float, loss: float) -> None:
        """Draw how far the present epoch has come."""
        if self._bar is not None:
            self._bar.set_postfix(rate=f"{rate:.4f}", loss=f"{loss:.4f}", refresh=False)
            self._bar.update(self._done + words - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
