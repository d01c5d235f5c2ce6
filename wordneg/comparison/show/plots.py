"""The plots of a comparison. Each returns a matplotlib figure, and shows nothing.

All have a white background of their own, so that they can be read in a dark notebook, and colors that people with any
color vision tell apart, never without markers of different shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wordneg.common.messages import near_misses
from wordneg.common.plotting import GRID, INK, MUTED, readable
from wordneg.comparison.records import Epoch, Run
from wordneg.comparison.scoring import BANDS, SECONDS, Criterion
from wordneg.comparison.show.findings import interval_kind, percent
from wordneg.comparison.show.plotting import (
    Look,
    bar,
    finish,
    label_points,
    legend_below,
    looks,
    panels,
)
from wordneg.comparison.show.statistics import Analysis, Results, Summary
from wordneg.evaluation.significance import seed_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MEAN", "plot_bands", "plot_curves", "plot_differences", "plot_quality_time", "quality_of"]

MEAN = "mean"
"""What the mean over the benchmarks is called, as if it were one of them."""

_TICKS_APART = 4  # a range of times beyond this factor is drawn on a logarithmic axis


def plot_differences(
    comparison: Results | Analysis, *, benchmark: str | None = None, level: float | None = None
) -> Figure:
    """Draw the differences from the baseline with their intervals: right of the line is better.

    Points are filled where a difference is significant and not in doubt.

    Parameters
    ----------
    comparison : Comparison or Analysis
        What was measured.
    benchmark : str, optional
        The only one that is drawn. By default there is a panel for each, and one for held-out text.
    level : float, optional
        Coverage of the intervals, 0.95 unless the analysis has another.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If there is no such benchmark, or no difference.
    """
    analysis = Analysis.of(comparison, level)
    found = analysis.outcomes
    criteria = _chosen([one for one in analysis.criteria if any(of == one for _, of in found)], benchmark)
    labels = [label for label in analysis.labels if any((label, one) in found for one in criteria)]
    figure, drawn = panels(criteria, 0.42 * len(labels) + 1.0, sharey=True)
    look = looks(analysis.labels)
    for axis, one in drawn:
        axis.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        for place, label in enumerate(labels):
            outcome = found.get((label, one))
            if outcome is not None:
                where, solid = (outcome.difference.estimate, place), bool(outcome.direction)
                bar(axis, where, outcome.difference.interval, look[label], solid=solid, across=True)
        axis.margins(x=0.08)
        axis.locator_params(axis="x", nbins=4)
        axis.set_xlabel(f"difference in {one.of.axis}")
        finish(axis, one.benchmark, grid="x")
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
    first = drawn[0][0]
    first.set_yticks(range(len(labels)), [readable(label, 34 if len(drawn) > 1 else 20) for label in labels])
    first.set_ylim(len(labels) - 0.4, -0.6)  # the first on top
    if benchmark is None:
        _title(
            figure,
            f"Differences from {analysis.baseline}, {percent(analysis.level)} intervals over "
            f"{interval_kind(analysis)}. Right is better; filled: significant.",
        )
    return figure


def plot_quality_time(
    comparison: Results | Analysis, *, benchmark: str | None = None, level: float | None = None
) -> Figure:
    """Draw quality against training time: up and to the left is better.

    By default both the mean over the benchmarks, whose interval is over seeds alone, and held-out text are drawn;
    ``"mean"`` is the mean alone. For other parameters and errors see `plot_differences`.
    """
    analysis = Analysis.of(comparison, level)
    shared = len(analysis.shared)
    named = f"mean score of {shared} benchmarks" if shared > 1 else "mean score of the benchmark"
    mean = [Criterion(MEAN, named)] if analysis.quality else []
    usual = [*mean, *(one for one in analysis.criteria if not one.is_benchmark)] or list(analysis.criteria)
    criteria = usual if benchmark is None else _chosen([*mean, *analysis.criteria], benchmark)
    costs = analysis.costs
    seconds = {label: costs[label, SECONDS].mean for label in analysis.labels if (label, SECONDS) in costs}
    criteria = [one for one in criteria if any(quality_of(analysis, label, one) for label in seconds)]
    figure, drawn = panels(criteria, 4.4 if benchmark is None else 3.4)
    for axis, one in drawn:
        summaries = {label: quality_of(analysis, label, one) for label in seconds}
        _quality_panel(axis, analysis, one, {label: found for label, found in summaries.items() if found}, seconds)
    if benchmark is None:
        over = "no intervals: one seed" if analysis.single_seed else f"{percent(analysis.level)} intervals over seeds"
        _title(figure, f"Quality against training time, {over}. Up and to the left is better.")
    return figure


def quality_of(analysis: Analysis, label: str, criterion: Criterion) -> Summary | None:
    """Return the summary of a row by a benchmark, or by their mean."""
    if criterion.benchmark == MEAN:
        return analysis.quality.get(label)
    return analysis.summaries.get((label, criterion))


def _quality_panel(
    axis: Axes, analysis: Analysis, criterion: Criterion, summaries: dict[str, Summary], seconds: dict[str, float]
) -> None:
    """Draw the rows of a panel, and write their names beside them."""
    look = looks(analysis.labels)
    for label, summary in summaries.items():
        bar(axis, (seconds[label], summary.mean), summary.interval, look[label])
        if label == analysis.baseline:
            color = look[label].color
            axis.scatter(
                [seconds[label]], [summary.mean], s=190, facecolor="none", edgecolor=color, linewidth=1.1, zorder=2
            )
    times = [seconds[label] for label in summaries]
    if max(times) > _TICKS_APART * min(times):
        _logarithmic(axis)
    axis.set_xlabel("training, seconds")
    axis.set_ylabel(criterion.of.axis)
    axis.margins(0.2, 0.16)
    finish(axis, f"{'benchmarks' if criterion.benchmark == MEAN else criterion.benchmark} against training time")
    points = [(seconds[label], summary.mean) for label, summary in summaries.items()]
    names = [f"{label} (baseline)" if label == analysis.baseline else label for label in summaries]
    label_points(axis, points, names, [look[label].color for label in summaries], _bars(points, summaries))


def plot_curves(
    comparison: Results | Analysis,
    *,
    against: str = "epochs",
    benchmark: str | None = None,
    level: float | None = None,
) -> Figure:
    """Draw how scores rose while training: means over seeds, a band for the interval over seeds.

    `against` is what runs along the axis, "epochs" or "seconds". For other parameters and errors see
    `plot_differences`.
    """
    if against not in ("epochs", "seconds"):
        raise ValueError(f"curves can be drawn against 'epochs' or 'seconds', got {against!r}")
    analysis = Analysis.of(comparison, level)
    scored = {
        (score.benchmark, score.measure)
        for label in analysis.labels
        for run in analysis.runs(label)
        for epoch in run.epochs
        for score in epoch.scores
    }
    if not scored:
        raise ValueError("no run was scored after its epochs, so there are no learning curves to draw")
    criteria = _chosen([one for one in analysis.criteria if one in scored], benchmark)
    figure, drawn = panels(criteria, 3.1)
    look = looks(analysis.labels)
    for axis, one in drawn:
        for label in analysis.labels:
            _curve(axis, analysis, label, one, against, look[label])
        axis.set_xlabel("epoch" if against == "epochs" else "training, seconds")
        axis.set_ylabel(one.of.axis)
        if against == "epochs":
            axis.locator_params(axis="x", integer=True)
        finish(axis, f"{one.benchmark} while training")
    legend_below(figure)
    return figure


def plot_bands(comparison: Results | Analysis, *, benchmark: str | None = None, level: float | None = None) -> Figure:
    """Draw scores by frequency of the words: rare, middle, frequent; intervals are over seeds.

    For parameters and errors see `plot_differences`.
    """
    analysis = Analysis.of(comparison, level)
    figure, drawn = panels(_chosen(analysis.bands, benchmark), 3.1)
    look = looks(analysis.labels)
    known = {label for label, _, _ in analysis.band_summaries}
    labels = [label for label in analysis.labels if label in known]
    step = 0.72 / max(1, len(labels))
    for axis, one in drawn:
        bands = [band for band in BANDS if any((label, one, band) in analysis.band_summaries for label in labels)]
        for number, label in enumerate(labels):
            shift = (number - (len(labels) - 1) / 2) * step
            for place, band in enumerate(bands):
                summary = analysis.band_summaries.get((label, one, band))
                if summary is not None:
                    name = readable(label, 44) if place == 0 else None
                    bar(axis, (place + shift, summary.mean), summary.interval, look[label], name=name)
        for border in range(1, len(bands)):
            axis.axvline(border - 0.5, color=GRID, linewidth=0.8)
        axis.set_xticks(range(len(bands)), [f"{band} words" for band in bands])
        axis.set_xlim(-0.5, len(bands) - 0.5)
        axis.set_ylabel(one.of.axis)
        finish(axis, f"{one.benchmark} by frequency", grid="y")
        axis.tick_params(axis="x", length=0)
    legend_below(figure)
    return figure


# --- pieces ---------------------------------------------------------------------------------------


def _chosen(criteria: Sequence[Criterion], benchmark: str | None) -> list[Criterion]:
    """Return the criteria, or the one of a benchmark.

    Raises
    ------
    ValueError
        If there is no such benchmark.
    """
    if benchmark is None:
        return list(criteria)
    names = [one.benchmark for one in criteria]
    if benchmark not in names:
        hint = near_misses(benchmark, names)
        raise ValueError(f"no benchmark {benchmark!r} was scored; there are {', '.join(map(repr, names))}{hint}")
    return [criteria[names.index(benchmark)]]


def _title(figure: Figure, text: str) -> None:
    figure.suptitle(readable(text, 130), x=0.01, ha="left", fontsize=9.5, color=INK)


def _bars(points: Sequence[tuple[float, float]], summaries: dict[str, Summary]) -> list[Any]:
    """Return the boxes that the intervals cover."""
    from matplotlib.transforms import Bbox

    reaches = zip(points, (one.interval for one in summaries.values()), strict=True)
    return [Bbox.from_extents(x, reach.low, x, reach.high) for (x, _), reach in reaches if reach is not None]


def _logarithmic(axis: Axes) -> None:
    """Make time logarithmic, with ticks that read as seconds."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter(NullFormatter())


def _curve(axis: Axes, analysis: Analysis, label: str, criterion: Criterion, against: str, look: Look) -> None:
    """Draw a row's mean curve over its seeds, up to the last epoch that all have."""
    curves = [_points(run, criterion, against) for run in analysis.runs(label)]
    length = min(map(len, curves), default=0)
    if not length:
        return
    stacked = np.array([curve[:length] for curve in curves])  # (S, E, 2)
    x, y = stacked.mean(axis=0).T
    if len(curves) > 1:
        reaches = [seed_interval(column, level=analysis.level) for column in stacked[:, :, 1].T]
        axis.fill_between(
            x, [end.low for end in reaches], [end.high for end in reaches], color=look.color, alpha=0.16, linewidth=0
        )
    name = readable(label, 44)
    axis.plot(x, y, look.line, color=look.color, marker=look.marker, markersize=4.5, linewidth=1.7, label=name)


def _points(run: Run, criterion: Criterion, against: str) -> list[tuple[float, float]]:
    place: Callable[[Epoch], float] = (
        (lambda epoch: epoch.epoch) if against == "epochs" else (lambda epoch: epoch.seconds)
    )
    return [
        (place(epoch), score.value)
        for epoch in run.epochs
        for score in epoch.scores
        if (score.benchmark, score.measure, score.band) == (*criterion, "all") and score.value is not None
    ]
