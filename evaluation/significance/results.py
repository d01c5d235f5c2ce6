"""What intervals and tests return."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.significance.variance import Spread

__all__ = ["Difference", "Interval", "seed_notes", "t_difference", "t_interval", "t_test"]


@dataclass(frozen=True)
class Interval:
    """A confidence interval.

    Attributes
    ----------
    low, high : float
        Its ends.
    level : float
        The coverage: the share of such intervals that contain the true value, such as 0.95.
    method : str
        How the interval was made, in words.
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
        Score of the first less the score of the second, both on the same items.
    interval : Interval or None
        The interval for the true difference; None if the data show no variation to compute one from.
    p_value : float
        How often two equally good models would differ at least as much, in either direction; NaN where `interval` is
        None.
    method : str
        The test, in words.
    items : int
        The number of items on which both models were compared.
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


def t_difference(
    values: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], spread: Spread, clustered: bool, level: float
) -> Difference:
    """Return the difference of two models' means, with Student's t.

    Parameters
    ----------
    values : two (S, N) float64 arrays
        What each seed of each model has on the same N items.
    spread : Spread
        The variance of the difference, by source.
    clustered : bool
        Whether `spread` takes items together.
    level : float
        The coverage of the interval.
    """
    estimate = float(values[0].mean() - values[1].mean())
    seeds, items = (len(values[0]), len(values[1])), values[0].shape[1]
    over = "items and seeds" if max(seeds) > 1 else "items"
    method = f"t over {over}, clustered" if clustered else f"t over {over}"
    p_value = t_test(estimate, spread)
    if math.isnan(p_value):
        notes = (*seed_notes(seeds), "no variation between items or seeds")
        return Difference(estimate, None, p_value, method, items, notes)
    return Difference(estimate, t_interval(estimate, spread, level, method), p_value, method, items, seed_notes(seeds))


def seed_notes(seeds: tuple[int, int]) -> tuple[str, ...]:
    """Warn of what one seed cannot tell."""
    if max(seeds) == 1:
        return ("one seed each: other seeds may differ by more",)
    if min(seeds) == 1:
        which = "first" if seeds[0] == 1 else "second"
        return (f"one seed of the {which} model: its other seeds are not accounted for",)
    return ()
