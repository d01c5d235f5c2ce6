"""The progress bar of a training."""

from __future__ import annotations

import math

from wordneg.common.progress import Bar

__all__ = ["TrainingBar"]


class TrainingBar(Bar):
    """A bar over all epochs of a training, with words (or whatever is counted) per second, learning rate and loss.

    Where there is little room, the bar itself, then the place in the training (the round, with shards), the time left,
    the loss and the rate are left out, in this order.

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
        self._state: tuple[float | None, float, str] | None = None
        self._epochs_done = 0
        super().__init__(amount, progress, "starting", unit=unit)

    def _facts(self) -> list[str]:
        if self._state is None:
            return super()._facts()
        rate, loss, where = self._state
        pace = self._pace()
        speed = f"{pace / 1e6:.2f} M" if pace >= 1e6 else f"{pace:,.0f}"
        facts = [
            f"{speed} {self._unit}/s" if pace else "",
            "" if rate is None else f"rate {rate:.4f}",
            "" if math.isnan(loss) else f"loss {loss:.4f}",
        ]
        return [fact for fact in (*facts, self._time_left(), where) if fact]

    def epoch_done(self, amount: int) -> None:
        """Count what an epoch trained on as done; the next `show` starts from there."""
        self._epochs_done += amount

    def show(self, amount: int, rate: float | None, loss: float, where: str = "") -> None:
        """Draw how far the present epoch has come; a method without a learning rate has None."""
        if self._state is None:
            self.restart()
        self._state = rate, loss, where
        self.describe("training")
        self.advance(self._epochs_done + amount - self._done)
