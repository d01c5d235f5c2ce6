"""The statistics of a comparison: which numbers, which intervals, which tests. No formatting.

Every benchmark is shown by one measure, its *criterion*: Spearman's correlation for similarity, accuracy for
analogies, purity for categories, the log-likelihood for held-out text.

===================  ==================================  ==========================================================
of                   interval                            difference from the baseline
===================  ==================================  ==========================================================
similarity           two-level bootstrap: seeds, items   `wordneg.evaluation.significance.compare_similarity`
analogies            two-level bootstrap: seeds, items   `wordneg.evaluation.significance.compare_analogies`
held-out text        Student's t over seeds              `wordneg.evaluation.significance.compare_means`
all others, bands    Student's t over seeds              Welch's t over seeds
===================  ==================================  ==========================================================

Differences are taken on the items that every run of both settings used, and their p-values adjusted together by
Holm: a difference is *significant* if its adjusted p-value is at most 1 - level. Benchmarks with too few items
(`wordneg.comparison.scoring.items_needed`) are not tested. Where the tuning of a setting, or of the baseline, ended at
the edge of what was tried, a difference may be one of tuning, and is not called significant.

References
----------
B. L. Welch (1947), "The generalization of Student's problem when several different population variances are
involved", Biometrika 34. S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
Journal of Statistics 6.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.records import Run, Score, Tuning
from wordneg.comparison.scoring import compare_items, items_needed
from wordneg.comparison.show.quantities import (
    BANDS,
    Costs,
    Criterion,
    Outcome,
    Results,
    Sample,
    Summary,
    common_items,
    main_measure,
)

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Difference

__all__ = ["Analysis"]


class Analysis:
    """The statistics of a comparison, each computed once, when it is first asked for.

    Parameters
    ----------
    comparison : Comparison
        With whatever runs are finished.
    level : float
        Coverage of the intervals; differences are significant at 1 - level.
    resamples : int
        The number of resamples of each bootstrap.
    seed : int
        The seed of the bootstrap: the same comparison gives the same table.

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
        self.settings, self.baseline = tuple(comparison.request.rows), comparison.request.baseline
        self._runs: dict[str, list[Run]] = {label: [] for label in self.settings}
        self._failed: dict[str, list[Run]] = {label: [] for label in self.settings}
        for run in comparison.runs:
            if run.setting not in self._runs:
                continue  # of a setting that has been taken out since
            (self._failed if run.status == "failed" else self._runs)[run.setting].append(run)
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

    def runs(self, setting: str) -> list[Run]:
        """Return the runs of a setting that have scores."""
        return self._runs[setting]

    def failed(self, setting: str) -> list[Run]:
        """Return the runs of a setting that failed."""
        return self._failed[setting]

    def unfinished(self, setting: str) -> int:
        """Return how many runs of a setting are still to come."""
        planned = len(self.comparison.request.seeds_of(setting))
        return max(0, planned - len(self.runs(setting)) - len(self.failed(setting)))

    def tuning(self, setting: str) -> Tuning | None:
        """Return what tuning did for a setting."""
        return next((tuning for tuning in self.comparison.tunings if tuning.setting == setting), None)

    @property
    def single_seed(self) -> bool:
        """Whether there are runs, and no two of the same setting."""
        return max(map(len, self._runs.values())) == 1

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Benchmarks with their main measures: in the protocol's order, then whatever else was scored."""
        measures: dict[str, list[str]] = {name: [] for name in self.comparison.protocol.benchmarks}
        for score in self._scores():
            measures.setdefault(score.benchmark, []).append(score.measure)
        return tuple(Criterion(name, main_measure(found)) for name, found in measures.items() if found)

    @cached_property
    def bands(self) -> tuple[Criterion, ...]:
        """The criteria with scores by frequency."""
        found = {Criterion(score.benchmark, score.measure) for score in self._scores() if score.band in BANDS}
        return tuple(criterion for criterion in self.criteria if criterion in found)

    @cached_property
    def summaries(self) -> dict[tuple[str, Criterion], Summary]:
        """The summary of a setting's runs, by setting and criterion."""
        found = {(label, criterion): self._summary(label, criterion) for label, criterion in self._pairs()}
        return {pair: summary for pair, summary in found.items() if summary is not None}

    @cached_property
    def band_summaries(self) -> dict[tuple[str, Criterion, str], Summary]:
        """The summary of a setting's runs, by setting, criterion and band; intervals are over seeds."""
        found = {
            (label, criterion, band): self._over_seeds(label, criterion, band)
            for label in self.settings
            for criterion in self.bands
            for band in BANDS
        }
        return {key: summary for key, summary in found.items() if summary is not None}

    @cached_property
    def outcomes(self) -> dict[tuple[str, Criterion], Outcome]:
        """The difference from the baseline by setting and criterion, with p-values adjusted over all of them."""
        from wordneg.evaluation.significance import holm

        found = {
            (label, criterion): self._difference(label, criterion)
            for label, criterion in self._pairs()
            if label != self.baseline and criterion not in self.too_few
        }
        differences = {pair: difference for pair, difference in found.items() if difference is not None}
        adjusted = holm([difference.p_value for difference in differences.values()]).tolist() if differences else []
        doubtful = self.at_edge if self.baseline not in self.at_edge else self.settings
        return {
            pair: Outcome(
                *pair,
                difference,
                None if math.isnan(p_value) else p_value,
                p_value <= 1 - self.level and pair[0] not in doubtful,
            )
            for (pair, difference), p_value in zip(differences.items(), adjusted, strict=True)
        }

    @cached_property
    def at_edge(self) -> tuple[str, ...]:
        """The settings whose tuning ended at the edge of what was tried."""
        return tuple(tuning.setting for tuning in self.comparison.tunings if tuning.edge)

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
    def ranks(self) -> dict[str, float]:
        """The mean rank of each setting over the shared benchmarks; 1 is best, and equal means share a rank."""
        from scipy.stats import rankdata

        labels = [label for label, runs in self._runs.items() if runs]
        if len(labels) < 2 or not self.shared:
            return {}
        means = np.array([[self.summaries[label, one].mean for label in labels] for one in self.shared])
        ranks = rankdata(-means, axis=1).mean(axis=0)
        return dict(zip(labels, map(float, ranks), strict=True))

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
            if one.ranked and one not in self.too_few and all(one in scores for scores in known)
        )

    @cached_property
    def quality(self) -> dict[str, Summary]:
        """The mean score of each setting on the shared benchmarks; the interval is over seeds.

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

    def costs(self, setting: str) -> Costs:
        """Return the costs of training a setting."""
        runs = self.runs(setting)
        return Costs(
            _mean(run.seconds for run in runs),
            _mean(run.words_per_second for run in runs),
            _mean(run.peak_memory for run in runs),
        )

    def _pairs(self) -> list[tuple[str, Criterion]]:
        return [(label, criterion) for label in self.settings for criterion in self.criteria]

    def _scores(self) -> Iterable[Score]:
        return (score for runs in self._runs.values() for run in runs for score in run.scores)

    def _sample(self, criterion: Criterion, *settings: str) -> Sample | None:
        """Return the scores of settings on the items that all their runs used."""
        runs = [self.runs(setting) for setting in settings]
        for run in (run for group in runs for run in group):
            if (run.setting, run.seed) not in self._items:
                self._items[run.setting, run.seed] = self.comparison.items(run)
        return common_items(criterion, [[self._items[run.setting, run.seed] for run in group] for group in runs])

    def _summary(self, setting: str, criterion: Criterion) -> Summary | None:
        """Return the summary with the interval that takes in the items, where there are items."""
        from wordneg.evaluation.significance import two_level_interval

        summary = self._over_seeds(setting, criterion, "all")
        if summary is None or not criterion.ranked:  # an interval over positions would say nothing of the models
            return summary
        sample = self._sample(criterion, setting)
        if sample is None:
            return summary
        (scores,), gold, clusters = sample
        try:
            interval = two_level_interval(scores, gold, self.level, self.resamples, self.seed, clusters)
        except ValueError:  # items that tell nothing: all in one cluster, all of the same score
            return summary
        return replace(summary, interval=interval)

    def _over_seeds(self, setting: str, criterion: Criterion, band: str) -> Summary | None:
        wanted = (*criterion, band)
        scores = [
            score
            for run in self.runs(setting)
            for score in run.scores
            if (score.benchmark, score.measure, score.band) == wanted and _known(score.value)
        ]
        if not scores:
            return None
        fewest = min(scores, key=lambda score: score.used)
        values = [score.value for score in scores if score.value is not None]
        return self._summarize(values, fewest.used, fewest.missing)

    def _summarize(self, values: list[float], used: int, missing: int) -> Summary:
        from wordneg.evaluation.significance import seed_interval

        interval = seed_interval(np.array(values), level=self.level) if len(values) > 1 else None
        return Summary(fmean(values), interval, tuple(values), used, missing)

    def _difference(self, setting: str, criterion: Criterion) -> Difference | None:
        """Return the difference of a setting from the baseline; None if one of them has no score."""
        from wordneg.evaluation.significance import welch

        one, other = (self._over_seeds(label, criterion, "all") for label in (setting, self.baseline))
        if one is None or other is None:
            return None
        sample = self._sample(criterion, setting, self.baseline)
        if sample is None:
            return welch(one.values, other.values, self.level)
        (first, second), gold, clusters = sample
        try:
            return compare_items(criterion.benchmark, first, second, gold, clusters, self.level)
        except ValueError as error:  # items that tell nothing: all in one cluster, all of the same score
            instead = welch(one.values, other.values, self.level)
            return replace(instead, notes=(f"the items were not compared: {error}", *instead.notes))


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
