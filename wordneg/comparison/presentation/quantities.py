"""The quantities that a comparison shows: scores summed up over seeds, differences, costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Difference, Interval

__all__ = ["BANDS", "Costs", "Outcome", "Summary", "Yardstick", "main_measure", "percent"]

BANDS = ("rare", "middle", "frequent")

_MAIN_MEASURES = ("spearman", "accuracy", "purity", "log-likelihood")
_NO_BENCHMARK = "log-likelihood"
"""The measure that is a yardstick but no benchmark: it is in no rank and no mean."""


class Yardstick(NamedTuple):
    """A benchmark and the measure that it is shown by; more is better."""

    benchmark: str
    measure: str

    @property
    def ranked(self) -> bool:
        """Whether it is among the benchmarks that the mean rank is over."""
        return self.measure != _NO_BENCHMARK


@dataclass(frozen=True)
class Summary:
    """What the runs of a setting came to on a yardstick.

    Attributes
    ----------
    mean : float
        Over the runs that have a score.
    interval : Interval or None
        Of the mean; None if one run is all there is, and no items of it.
    values : tuple of float
        The scores of the runs.
    used, missing : int
        Items that went into a score, and those left out: of the run that used the fewest.
    """

    mean: float
    interval: Interval | None
    values: tuple[float, ...]
    used: int
    missing: int


@dataclass(frozen=True)
class Outcome:
    """A setting beside the baseline on a yardstick.

    Attributes
    ----------
    setting : str
        Its label.
    yardstick : Yardstick
        What was measured.
    difference : Difference
        Of the setting from the baseline.
    adjusted : float or None
        The p-value after Holm over all outcomes of the experiment; None if there is no test.
    stands : bool
        Whether that is small enough.
    """

    setting: str
    yardstick: Yardstick
    difference: Difference
    adjusted: float | None
    stands: bool

    @property
    def direction(self) -> int:
        """1 if the setting is better than the baseline, -1 if it is worse, 0 if that does not stand."""
        return int(np.sign(self.difference.estimate)) if self.stands else 0


@dataclass(frozen=True)
class Costs:
    """What a setting cost: means over its runs; None where no run knows."""

    seconds: float | None
    words_per_second: float | None
    peak_memory: float | None


def main_measure(measures: Iterable[str]) -> str:
    """Return the measure that a benchmark is shown by."""
    found = list(measures)
    return next((measure for measure in _MAIN_MEASURES if measure in found), found[0])


def percent(level: float) -> str:
    """Return a confidence level as it is read: 95%, 99.9%."""
    return f"{100 * level:g}%"
