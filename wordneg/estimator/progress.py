"""The progress bar of a training."""

from __future__ import annotations

from wordneg.common.progress import Bar

__all__ = ["TrainingBar"]


class TrainingBar(Bar):
    """A bar over all epochs of a training, with words (or whatever is counted) per second, learning rate and loss.

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

    def show(self, amount: int, rate: float | None, loss: float) -> None:
        """Draw how far the present epoch has come; a method without a learning rate has None."""
        if (bar := self._bar) is not None:
            rates = {} if rate is None else {"rate": f"{rate:.4f}"}
            bar.set_postfix(**rates, loss=f"{loss:.4f}", refresh=False)
            self.advance(self._done + amount - bar.n)
