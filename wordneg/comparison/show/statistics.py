"""The statistics of a comparison: which numbers, which intervals, which tests. No formatting.

Every benchmark is shown by one measure, its *criterion*: Spearman's correlation for similarity, accuracy for
analogies, purity for categories, NDCG for next items, the log-likelihood for held-out text.

===================  ==================================  ==========================================================
of                   interval                            difference from the baseline
===================  ==================================  ==========================================================
similarity           two-level bootstrap: seeds, items   `wordneg.evaluation.significance.compare_similarity`
analogies            two-level bootstrap: seeds, items   `wordneg.evaluation.significance.compare_analogies`
neighbors, next item two-level bootstrap: seeds, items   `wordneg.evaluation.significance.compare_means`
held-out text        Student's t over seeds              `wordneg.evaluation.significance.compare_means`
all others, bands    Student's t over seeds              Welch's t over seeds
===================  ==================================  ==========================================================

Differences are taken on the items that every run of both rows used, and their p-values adjusted together by
Holm: a difference is *significant* if its adjusted p-value is at most 1 - level. Benchmarks with too few items
(`wordneg.comparison.scoring.items_needed`) are not tested. A significant difference is *in doubt*, and gets no mark,
where the tuning of the row, or of the baseline, ended at the edge of what was tried, as it may be one of tuning;
where one of the two left what it started with and the other did not, though that was better within noise, likewise;
and where the likelihood of held-out text and a benchmark other than next items contradict each other.

References
----------
B. L. Welch (1947), "The generalization of Student's problem when several different population variances are
involved", Biometrika 34. S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
Journal of Statistics 6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison import records
from wordneg.comparison.records import Run, Tuning
from wordneg.comparison.request import FINE, Request
from wordneg.comparison.scoring import (
    BANDS,
    COSTS,
    MEASURES,
    SECONDS,
    Criterion,
    Sample,
    common_items,
    compare_items,
    items_needed,
)
from wordneg.evaluation.significance import Difference, Interval, holm, seed_interval, two_level_interval, welch

__all__ = ["Analysis", "Outcome", "Results", "Summary"]


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


@dataclass(frozen=True)
class Summary:
    """The scores of a row's runs by a criterion.

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
    """The difference of a row from the baseline by a criterion.

    Attributes
    ----------
    row : str
        The label of the row.
    criterion : Criterion
        What was measured.
    difference : Difference
        The difference of the row from the baseline.
    adjusted : float or None
        The p-value after Holm's correction over all outcomes of the comparison; None if there is no test.
    significant : bool
        Whether it is small enough.
    doubt : {"", "edge", "tuning", "contradiction"}
        Why it is not to be trusted even so: tuning ended at the edge of what it tried, or was beyond noise for one of
        the two alone, or the row is better by held-out text and worse by a benchmark, or the other way round.
    """

    row: str
    criterion: Criterion
    difference: Difference
    adjusted: float | None
    significant: bool
    doubt: str = ""

    @property
    def direction(self) -> int:
        """1 if the row is better than the baseline, -1 if it is worse, 0 if that is not significant or in doubt."""
        return int(np.sign(self.difference.estimate)) if self.significant and not self.doubt else 0


class Analysis:
    """The statistics of a comparison, each computed once, when it is first asked for.

    Parameters
    ----------
    comparison : Comparison
        The comparison, with the runs that are finished.
    level : float
        Coverage of the intervals; differences are significant at 1 - level.
    resamples : int
        The number of resamples of each bootstrap.
    seed : int
        The seed of the bootstrap: the same comparison gives the same table.

    Attributes
    ----------
    labels : tuple of str
        The labels of the rows.
    baseline : str
        The one that others are compared with.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1, or `resamples` is below 100.
    """

    def __init__(self, comparison: Results, *, level: float = 0.95, resamples: int = 2000, seed: int = 0) -> None:
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1, such as 0.95, got {level!r}")
        if resamples < 100:
            raise ValueError(f"a bootstrap needs at least 100 resamples, got {resamples!r}")
        self.comparison, self.level, self.resamples, self.seed = comparison, level, resamples, seed
        self.labels, self.baseline = tuple(comparison.request.rows), comparison.request.baseline
        self._runs: dict[str, list[Run]] = {label: [] for label in self.labels}
        self._failed: dict[str, list[Run]] = {label: [] for label in self.labels}
        for run in comparison.runs:
            if run.row in self._runs:  # not of one that has been taken out since
                (self._failed if run.status == "failed" else self._runs)[run.row].append(run)
        self._items: dict[tuple[str, int], Mapping[str, NDArray[Any]]] = {}  # each file is read once

    @classmethod
    def of(cls, comparison: Results | Analysis, level: float | None) -> Analysis:
        """Return the analysis of a comparison, at 0.95 unless said otherwise.

        One that is given is returned as it is, or, at another level, made anew.
        """
        if not isinstance(comparison, Analysis):
            return cls(comparison, level=0.95 if level is None else level)
        if level is None or level == comparison.level:
            return comparison
        return cls(comparison.comparison, level=level, resamples=comparison.resamples, seed=comparison.seed)

    def runs(self, label: str) -> list[Run]:
        """Return the runs of a row that have scores."""
        return self._runs[label]

    def failed(self, label: str) -> list[Run]:
        """Return the runs of a row that failed."""
        return self._failed[label]

    def unfinished(self, label: str) -> int:
        """Return how many runs of a row are still to come."""
        planned = len(self.comparison.request.seeds_of(label))
        return max(0, planned - len(self.runs(label)) - len(self.failed(label)))

    def tuning(self, label: str) -> Tuning | None:
        """Return what tuning did for a row."""
        return next((tuning for tuning in self.comparison.tunings if tuning.row == label), None)

    @property
    def single_seed(self) -> bool:
        """Whether there are runs, and no two of the same row."""
        return max(map(len, self._runs.values())) == 1

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Benchmarks with their main measures: in the protocol's order, then whatever else was scored."""
        measures: dict[str, list[str]] = {name: [] for name in self.comparison.protocol.benchmarks}
        for score in (score for runs in self._runs.values() for run in runs for score in run.scores):
            measures.setdefault(score.benchmark, []).append(score.measure)
        return tuple(
            Criterion(name, next((one for one in MEASURES if one in found), found[0]))
            for name, found in measures.items()
            if found
        )

    @cached_property
    def bands(self) -> tuple[Criterion, ...]:
        """The criteria with scores by frequency."""
        found = {criterion for _, criterion, _ in self.band_summaries}
        return tuple(criterion for criterion in self.criteria if criterion in found)

    @cached_property
    def summaries(self) -> dict[tuple[str, Criterion], Summary]:
        """The summary of a row's runs, by row and criterion."""
        found = {(label, one): self._summary(label, one) for label in self.labels for one in self.criteria}
        return {pair: summary for pair, summary in found.items() if summary is not None}

    @cached_property
    def costs(self) -> dict[tuple[str, Criterion], Summary]:
        """The costs of training by row and criterion; intervals are over seeds."""
        found = {(label, one): self._over_seeds(label, one, "all") for label in self.labels for one in COSTS}
        return {pair: summary for pair, summary in found.items() if summary is not None}

    @cached_property
    def band_summaries(self) -> dict[tuple[str, Criterion, str], Summary]:
        """The summary of a row's runs, by row, criterion and band; intervals are over seeds."""
        found = {
            (label, criterion, band): self._over_seeds(label, criterion, band)
            for label in self.labels
            for criterion in self.criteria
            for band in BANDS
        }
        return {key: summary for key, summary in found.items() if summary is not None}

    @cached_property
    def outcomes(self) -> dict[tuple[str, Criterion], Outcome]:
        """The difference from the baseline by row and criterion, with p-values adjusted over all of them."""
        found = {
            (label, criterion): self._difference(label, criterion)
            for label in self.labels
            for criterion in self.criteria
            if label != self.baseline and criterion not in self.too_few
        }
        differences = {pair: difference for pair, difference in found.items() if difference is not None}
        adjusted = holm([difference.p_value for difference in differences.values()]).tolist() if differences else []
        found_out = {
            pair: Outcome(*pair, difference, None if math.isnan(p_value) else p_value, bool(p_value <= 1 - self.level))
            for (pair, difference), p_value in zip(differences.items(), adjusted, strict=True)
        }
        return {pair: replace(one, doubt=self._doubt(pair[0], found_out)) for pair, one in found_out.items()}

    @cached_property
    def tested(self) -> tuple[Outcome, ...]:
        """The outcomes with a p-value."""
        return tuple(outcome for outcome in self.outcomes.values() if outcome.adjusted is not None)

    def _doubt(self, label: str, outcomes: Mapping[tuple[str, Criterion], Outcome]) -> str:
        """Return why a row's differences are not to be trusted: "edge", "tuning", "contradiction", or nothing."""
        if label in self.at_edge or self.baseline in self.at_edge:
            return "edge"
        if label in self.half_tuned:
            return "tuning"
        signs = {
            (one.criterion.is_benchmark, one.direction)
            for one in outcomes.values()
            if one.row == label and one.criterion.of.of_all_words
        }
        return "contradiction" if signs >= {(True, 1), (False, -1)} or signs >= {(True, -1), (False, 1)} else ""

    @cached_property
    def at_edge(self) -> dict[str, tuple[str, ...]]:
        """What the tuning of a row found at the edge of what was tried, by row, if there is any."""
        return {tuning.row: tuning.edges for tuning in self.comparison.tunings if tuning.edges}

    @cached_property
    def half_tuned(self) -> dict[str, tuple[str, str]]:
        """Who kept what it began with for want of clearness, and who did not: a row or the baseline, by row."""
        found: dict[str, tuple[str, str]] = {}
        base = self.tuning(self.baseline)
        for one in self.comparison.tunings:
            if base is None or one.unclear == base.unclear:
                continue
            kept, other = (one, base) if one.unclear else (base, one)
            moved = other.tried and _differ(other.chosen, other.tried[0].values)
            common = {name: value for name, value in kept.chosen.items() if name in other.chosen}
            if moved and not (common and not _differ(common, other.chosen)):
                found[one.row] = (kept.row, other.row)
        return found

    @cached_property
    def too_few(self) -> dict[Criterion, Summary]:
        """The benchmarks with too few items to be ranked and tested, each with the summary that has the fewest."""
        fewest: dict[Criterion, Summary] = {}
        for (_, criterion), summary in self.summaries.items():
            if summary.used < items_needed(criterion.measure):
                fewest.setdefault(criterion, summary)
                fewest[criterion] = min(fewest[criterion], summary, key=lambda one: one.used)
        return fewest

    @cached_property
    def shared(self) -> tuple[Criterion, ...]:
        """The benchmarks with enough items on which every run that did not fail has a score, without held-out text."""
        known = [
            {(score.benchmark, score.measure) for score in run.scores if score.band == "all" and _known(score.value)}
            for runs in self._runs.values()
            for run in runs
        ]
        return tuple(
            one
            for one in self.criteria
            if one.is_benchmark and one not in self.too_few and all(one in scores for scores in known)
        )

    @cached_property
    def quality(self) -> dict[str, Summary]:
        """The mean score of each row on the shared benchmarks; the interval is over seeds.

        `used` is the number of benchmarks.
        """
        if not self.shared:
            return {}
        values = {
            label: np.mean([self.summaries[label, one].values for one in self.shared], axis=0).tolist()
            for label, runs in self._runs.items()
            if runs
        }
        return {label: self._summarize(means, len(self.shared), 0) for label, means in values.items()}

    def slowness(self, label: str) -> float | None:
        """Return how many times as long as the baseline a row is trained; None if that is not known."""
        one, base = (self.costs.get((of, SECONDS)) for of in (label, self.baseline))
        return None if one is None or base is None or not base.mean else one.mean / base.mean

    def best(self, criterion: Criterion) -> str | None:
        """Return the row that is best by a criterion if its interval lies apart from all others, else None."""
        summaries = self.costs if criterion.of.kind == "cost" else self.summaries
        sign = criterion.of.better
        found = [(label, summaries[label, criterion]) for label in self.labels if (label, criterion) in summaries]
        if len(found) < 2 or criterion in self.too_few:
            return None
        (label, best), *others = sorted(found, key=lambda pair: -sign * pair[1].mean)
        return label if all(_apart(best, other, sign) for _, other in others) else None

    def _items_of(self, label: str) -> list[Mapping[str, NDArray[Any]]]:
        for run in self.runs(label):
            if (run.row, run.seed) not in self._items:
                self._items[run.row, run.seed] = self.comparison.items(run)
        return [self._items[run.row, run.seed] for run in self.runs(label)]

    def _sample(self, criterion: Criterion, *labels: str) -> Sample | None:
        """Return the scores of rows on the items that all their runs used, see `common_items`, or None."""
        if not criterion.of.has_items:
            return None
        found = common_items(criterion.benchmark, [self._items_of(label) for label in labels])
        return None if found is None or (criterion.measure == "spearman" and found[1] is None) else found

    def _summary(self, label: str, criterion: Criterion) -> Summary | None:
        """Return the summary with the interval that takes in the items, where there are items."""
        summary = self._over_seeds(label, criterion, "all")
        if summary is None or not criterion.is_benchmark:  # an interval over positions would say nothing of the models
            return summary
        sample = self._sample(criterion, label)
        if sample is None:
            return summary
        (scores,), gold, clusters = sample
        try:
            interval = two_level_interval(scores, gold, self.level, self.resamples, self.seed, clusters)
        except ValueError:  # items that tell nothing: all in one cluster, all of the same score
            return summary
        return replace(summary, interval=interval)

    def _over_seeds(self, label: str, criterion: Criterion, band: str) -> Summary | None:
        if criterion.of.kind == "cost":
            costs = [getattr(run, criterion.measure) for run in self.runs(label)]
            known = [float(cost) for cost in costs if cost is not None]
            return self._summarize(known, 0, 0) if known else None
        wanted = (*criterion, band)
        scores = [
            score
            for run in self.runs(label)
            for score in run.scores
            if (score.benchmark, score.measure, score.band) == wanted and _known(score.value)
        ]
        if not scores:
            return None
        fewest = min(scores, key=lambda score: score.used)
        values = [score.value for score in scores if score.value is not None]
        return self._summarize(values, fewest.used, fewest.missing)

    def _summarize(self, values: list[float], used: int, missing: int) -> Summary:
        interval = seed_interval(np.array(values), level=self.level) if len(values) > 1 else None
        return Summary(fmean(values), interval, tuple(values), used, missing)

    def _difference(self, label: str, criterion: Criterion) -> Difference | None:
        """Return the difference of a row from the baseline; None if one of them has no score."""
        one, other = (self._over_seeds(of, criterion, "all") for of in (label, self.baseline))
        if one is None or other is None:
            return None
        sample = self._sample(criterion, label, self.baseline)
        if sample is None:
            return welch(one.values, other.values, self.level)
        (first, second), gold, clusters = sample
        try:
            return compare_items(first, second, gold, clusters, self.level)
        except ValueError as error:  # items that tell nothing: all in one cluster, all of the same score
            instead = welch(one.values, other.values, self.level)
            return replace(instead, notes=(f"the items were not compared: {error}", *instead.notes))


def _differ(chosen: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Return whether values of settings differ by more than a step of tuning does."""
    for name, value in chosen.items():
        if isinstance(value, bool | str) or isinstance(own[name], bool | str) or not value or not own[name]:
            if value != own[name]:
                return True
        elif not 1 / FINE < value / own[name] < FINE:
            return True
    return False


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


_SLIGHT = 0.01
"""The share by which values must differ besides, since costs may differ clearly, and by nothing that matters."""


def _apart(best: Summary, other: Summary, sign: int) -> bool:
    """Return whether the interval of the best lies wholly beyond another's."""
    if best.interval is None or other.interval is None:
        return False
    near, far = (best.interval.low, other.interval.high) if sign > 0 else (other.interval.low, best.interval.high)
    return near > far and abs(best.mean - other.mean) > _SLIGHT * abs(other.mean)
