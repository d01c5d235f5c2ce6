"""What intervals and tests return."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.significance.variance import Spread

__all__ = ["Difference", "Interval", "t_interval", "t_test"]


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Attributes
    ----------
    low, high : float
        Its ends.
    level : float
        How often such intervals hold the true value, as a share: 0.95.
    method : str
        How it was made, in words.
    """

    low: float
    high: float
    level: float
    method: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"[{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Difference:
    """How much better the first of two models is than the second, and whether it could be chance.

    Attributes
    ----------
    estimate : float
        Score of the first less that of the second, both on the same items.
    interval : Interval or None
        Of the true difference; None where the data show no variation to make one from.
    p_value : float
        How often two equally good models would differ at least as much, in either direction; NaN where `interval` is
        None.
    method : str
        The test, in words.
    items : int
        How many items both models were compared on.
    notes : tuple of str
        What a reader should know: what the test leaves out.
    """

    estimate: float
    interval: Interval | None
    p_value: float
    method: str
    items: int
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        interval = "" if self.interval is None else f" {self.interval}"
        notes = "".join(f"; {note}" for note in self.notes)
        return f"{self.estimate:+.3f}{interval}, p = {self.p_value:.3g} ({self.method}, {self.items} items{notes})"


def t_interval(estimate: float, spread: Spread, level: float, method: str) -> Interval:
    """Return the interval of Student's t with a spread's degrees of freedom."""
    from scipy import special

    reach = float(special.stdtrit(spread.freedom, (1 + level) / 2)) * spread.error
    return Interval(estimate - reach, estimate + reach, level, method)


def t_test(estimate: float, spread: Spread) -> float:
    """Return the two-sided p-value of Student's t for a true value of zero; NaN without any variation to judge by."""
    from scipy import special

    if spread.error == 0:
        return 1.0 if estimate == 0 else float("nan")
    return float(2 * special.stdtr(spread.freedom, -abs(estimate) / spread.error))
