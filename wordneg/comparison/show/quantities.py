"""The quantities that are shown of a comparison: scores summed up over seeds, differences, costs, single items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison import records
from wordneg.comparison.records import Run, Tuning
from wordneg.comparison.request import Request

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Difference, Interval

__all__ = [
    "BANDS",
    "Costs",
    "Criterion",
    "Outcome",
    "Results",
    "Sample",
    "Summary",
    "common_items",
    "main_measure",
    "percent",
]

BANDS = ("rare", "middle", "frequent")

_MAIN_MEASURES = ("spearman", "accuracy", "purity", "log-likelihood")
_NO_BENCHMARK = "log-likelihood"
"""The measure of held-out text, which is no benchmark: it is in no rank and no mean."""

_WITH_ITEMS = ("spearman", "accuracy", "log-likelihood")


class Results(Protocol):
    """What is shown of a comparison; see `wordneg.comparison.Comparison`."""

    @property
    def request(self) -> Request: ...  # noqa: D102 - see there
    @property
    def protocol(self) -> records.Protocol: ...  # noqa: D102
    @property
    def tunings(self) -> tuple[Tuning, ...]: ...  # noqa: D102
    @property
    def runs(self) -> tuple[Run, ...]: ...  # noqa: D102

    def items(self, run: Run) -> Mapping[str, NDArray[Any]]: ...  # noqa: D102


class Criterion(NamedTuple):
    """A benchmark, and the measure that it is shown by; more is better."""

    benchmark: str
    measure: str

    @property
    def ranked(self) -> bool:
        """Whether it is among the benchmarks that the mean rank is over."""
        return self.measure != _NO_BENCHMARK


@dataclass(frozen=True)
class Summary:
    """The scores of a setting's runs by a criterion.

    Attributes
    ----------
    mean : float
        The mean over the runs that have a score.
    interval : Interval or None
        The interval for the mean; None if there is only one run and no scores of its items.
    values : tuple of float
        The scores of the runs.
    used, missing : int
        Items scored and left out, in the run that used the fewest.
    """

    mean: float
    interval: Interval | None
    values: tuple[float, ...]
    used: int
    missing: int


@dataclass(frozen=True)
class Outcome:
    """The difference of a setting from the baseline by a criterion.

    Attributes
    ----------
    setting : str
        The label of the setting.
    criterion : Criterion
        What was measured.
    difference : Difference
        The difference of the setting from the baseline.
    adjusted : float or None
        The p-value after Holm's correction over all outcomes of the comparison; None if there is no test.
    significant : bool
        Whether it is small enough.
    """

    setting: str
    criterion: Criterion
    difference: Difference
    adjusted: float | None
    significant: bool

    @property
    def direction(self) -> int:
        """1 if the setting is better than the baseline, -1 if it is worse, 0 if that is not significant."""
        return int(np.sign(self.difference.estimate)) if self.significant else 0


@dataclass(frozen=True)
class Costs:
    """The costs of a setting: means over its runs, None where no run knows."""

    seconds: float | None
    words_per_second: float | None
    peak_memory: float | None


def main_measure(measures: Iterable[str]) -> str:
    """Return the measure, of several, that a benchmark is shown by."""
    found = list(measures)
    return next((measure for measure in _MAIN_MEASURES if measure in found), found[0])


def percent(level: float) -> str:
    """Return a confidence level as text: 95%, 99.9%."""
    return f"{100 * level:g}%"


class Sample(NamedTuple):
    """Scores of some settings on the N items that all their runs used.

    Attributes
    ----------
    scores : list of (S, N) float64 arrays
        For each setting, the scores of its S seeds.
    gold : (N,) float64 array or None
        The ratings, for similarity.
    clusters : (N,) or (N, M) int64 array or None
        What items share with each other.
    """

    scores: list[NDArray[Any]]
    gold: NDArray[Any] | None
    clusters: NDArray[Any] | None


def common_items(criterion: Criterion, groups: Sequence[Sequence[Mapping[str, NDArray[Any]]]]) -> Sample | None:
    """Return the scores on the items that all runs used; None if there are none.

    Parameters
    ----------
    criterion : Criterion
        The benchmark.
    groups : sequence of sequence of mapping
        For each setting, the items of its runs.
    """
    name, measure = criterion
    arrays = [items[name] for group in groups for items in group if name in items]
    complete = all(groups) and all(name in items for group in groups for items in group)
    if measure not in _WITH_ITEMS or not complete or len({array.shape for array in arrays}) != 1:
        return None
    gold, clusters = (groups[0][0].get(f"{name}/{part}") for part in ("gold", "cluster"))
    used = np.isfinite(arrays).all(axis=0)
    if (measure == "spearman" and gold is None) or not used.any():
        return None
    scores = [np.array([items[name][used] for items in group]) for group in groups]
    return Sample(scores, None if gold is None else gold[used], None if clusters is None else clusters[used])
