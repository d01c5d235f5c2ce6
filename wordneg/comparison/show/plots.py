"""The plots of a comparison. Each returns a matplotlib figure, and shows nothing.

All have a white background of their own, so that they can be read in a dark notebook, and colors that people with any
color vision tell apart, never without markers of different shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wordneg.common.messages import near_misses
from wordneg.comparison.records import Epoch, Run
from wordneg.comparison.show.drawing import (
    GRID,
    INK,
    MUTED,
    Look,
    NothingToDrawError,
    bar,
    ends,
    finish,
    label_points,
    legend_below,
    looks,
    measure_name,
    new_figure,
    panels,
    readable,
)
from wordneg.comparison.show.quantities import BANDS, Criterion, Results, Summary, percent
from wordneg.comparison.show.statistics import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_bands", "plot_benchmarks", "plot_curves", "plot_quality_time"]

_TICKS_APART = 4  # a range of times beyond this factor is drawn on a logarithmic axis


def plot_quality_time(
    comparison: Results | Analysis, *, benchmark: str | None = None, level: float | None = None
) -> Figure:
    """Draw quality against training time: up and to the left is better.

    Parameters
    ----------
    comparison : Comparison or Analysis
        What was measured.
    benchmark : str, optional
        Whose score is drawn, its interval over seeds and items. By default the mean over the benchmarks, held-out
        text aside; its interval is over seeds alone.
    level : float, optional
        Coverage of the intervals, 0.95 unless the analysis has another.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If there is no such benchmark, or no setting has both a score and a training time.
    """
    analysis = Analysis.of(comparison, level)
    summaries, name = _quality(analysis, benchmark)
    seconds = {label: analysis.costs(label).seconds for label in summaries}
    timed = {label: taken for label, taken in seconds.items() if taken is not None}
    if not timed:
        raise NothingToDrawError("no setting has both a score and a training time, so there is nothing to draw")
    figure, axes = new_figure(1, 1, (9, 5.2))
    axis, look = axes[0, 0], looks(analysis.settings)
    for label, taken in timed.items():
        _point(axis, taken, summaries[label], look[label], label == analysis.baseline)
    if max(timed.values()) > _TICKS_APART * min(timed.values()):
        _logarithmic(axis)
    axis.set_xlabel("training, seconds")
    axis.set_ylabel(name)
    axis.margins(0.16, 0.14)
    finish(axis, _caption(analysis, "seeds alone" if benchmark is None else None))
    points = [(taken, summaries[label].mean) for label, taken in timed.items()]
    names = [f"{label} (baseline)" if label == analysis.baseline else label for label in timed]
    label_points(axis, points, names, [look[label].color for label in timed], _bars(points, summaries, timed))
    return figure


def plot_benchmarks(comparison: Results | Analysis, *, level: float | None = None) -> Figure:
    """Draw each setting's score on each benchmark with its interval; hollow where there is no significant difference.

    For parameters and errors see `plot_quality_time`.
    """
    analysis = Analysis.of(comparison, level)
    settings = [
        label for label in analysis.settings if any((label, one) in analysis.summaries for one in analysis.criteria)
    ]
    figure, drawn = panels(analysis.criteria, 0.42 * len(settings) + 1.0, sharey=True)
    look = looks(analysis.settings)
    for axis, one in drawn:
        base = analysis.summaries.get((analysis.baseline, one))
        if base is not None:
            axis.axvline(base.mean, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        for place, label in enumerate(settings):
            summary = analysis.summaries.get((label, one))
            outcome = analysis.outcomes.get((label, one))
            if summary is not None:
                solid = label == analysis.baseline or (outcome is not None and outcome.significant)
                bar(axis, (summary.mean, place), summary, look[label], solid=solid, across=True)
        axis.margins(x=0.08)
        axis.locator_params(axis="x", nbins=4)
        axis.set_xlabel(measure_name(one))
        finish(axis, one.benchmark, grid="x")
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
    names = [f"{label} (baseline)" if label == analysis.baseline else label for label in settings]
    first = drawn[0][0]
    first.set_yticks(range(len(settings)), [readable(name, 34) for name in names])
    first.set_ylim(len(settings) - 0.4, -0.6)  # the first on top
    figure.suptitle(
        readable(f"{_caption(analysis)}. Filled: a significant difference from {analysis.baseline} (dashed).", 130),
        x=0.01,
        ha="left",
        fontsize=9.5,
        color=INK,
    )
    return figure


def plot_curves(comparison: Results | Analysis, *, against: str = "epochs", level: float | None = None) -> Figure:
    """Draw how scores rose while training: means over seeds, a band for the interval over seeds.

    Parameters
    ----------
    comparison : Comparison or Analysis
        What was measured.
    against : {"epochs", "seconds"}
        What runs along the axis.
    level : float, optional
        Coverage of the bands, 0.95 unless the analysis has another.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If `against` is neither, or no run has scores by epoch.
    """
    if against not in ("epochs", "seconds"):
        raise ValueError(f"curves can be drawn against 'epochs' or 'seconds', got {against!r}")
    analysis = Analysis.of(comparison, level)
    scored = {
        (score.benchmark, score.measure)
        for label in analysis.settings
        for run in analysis.runs(label)
        for epoch in run.epochs
        for score in epoch.scores
    }
    criteria = [one for one in analysis.criteria if one in scored]
    if not criteria:
        raise NothingToDrawError("no run was scored after its epochs, so there are no learning curves to draw")
    figure, drawn = panels(criteria, 3.1)
    look = looks(analysis.settings)
    for axis, one in drawn:
        for label in analysis.settings:
            _curve(axis, analysis, label, one, against, look[label])
        axis.set_xlabel("epoch" if against == "epochs" else "training, seconds")
        axis.set_ylabel(measure_name(one))
        if against == "epochs":
            axis.locator_params(axis="x", integer=True)
        finish(axis, one.benchmark)
    legend_below(figure)
    return figure


def plot_bands(comparison: Results | Analysis, *, level: float | None = None) -> Figure:
    """Draw scores by frequency of the words: rare, middle, frequent; intervals are over seeds.

    For parameters and errors see `plot_quality_time`.
    """
    analysis = Analysis.of(comparison, level)
    figure, drawn = panels(analysis.bands, 3.1)
    look = looks(analysis.settings)
    known = {label for label, _, _ in analysis.band_summaries}
    settings = [label for label in analysis.settings if label in known]
    step = 0.72 / max(1, len(settings))
    for axis, one in drawn:
        for number, label in enumerate(settings):
            shift = (number - (len(settings) - 1) / 2) * step
            for place, band in enumerate(BANDS):
                summary = analysis.band_summaries.get((label, one, band))
                if summary is not None:
                    name = readable(label, 44) if place == 0 else None
                    bar(axis, (place + shift, summary.mean), summary, look[label], name=name)
        for border in (0.5, 1.5):
            axis.axvline(border, color=GRID, linewidth=0.8)
        axis.set_xticks(range(len(BANDS)), [f"{band} words" for band in BANDS])
        axis.set_xlim(-0.5, len(BANDS) - 0.5)
        axis.set_ylabel(measure_name(one))
        finish(axis, one.benchmark, grid="y")
        axis.tick_params(axis="x", length=0)
    legend_below(figure)
    return figure


# --- pieces ---------------------------------------------------------------------------------------


def _quality(analysis: Analysis, benchmark: str | None) -> tuple[dict[str, Summary], str]:
    """Return the summaries by which quality is shown, and their name."""
    if benchmark is None:
        return analysis.quality, f"mean score of {len(analysis.shared)} benchmarks"
    for one in analysis.criteria:
        if one.benchmark == benchmark:
            found = {label: analysis.summaries.get((label, one)) for label in analysis.settings}
            return {label: summary for label, summary in found.items() if summary}, f"{benchmark}, {measure_name(one)}"
    names = [one.benchmark for one in analysis.criteria]
    hint = near_misses(benchmark, names)
    raise ValueError(f"no benchmark {benchmark!r} was scored; there are {', '.join(map(repr, names))}{hint}")


def _caption(analysis: Analysis, over: str | None = None) -> str:
    over = over or ("items alone" if analysis.single_seed else "seeds and items")
    if over == "seeds alone" and analysis.single_seed:
        return "One seed each: no intervals"
    return f"{percent(analysis.level)} intervals over {over}"


def _point(axis: Axes, x: float, summary: Summary, look: Look, baseline: bool) -> None:
    bar(axis, (x, summary.mean), summary, look)
    if baseline:
        axis.scatter([x], [summary.mean], s=190, facecolor="none", edgecolor=look.color, linewidth=1.1, zorder=2)


def _bars(points: Sequence[tuple[float, float]], summaries: dict[str, Summary], timed: dict[str, float]) -> list[Any]:
    """Return the boxes that the intervals cover."""
    from matplotlib.transforms import Bbox

    reaches = [ends(summaries[label]) for label in timed]
    return [
        Bbox.from_extents(x, end[0], x, end[1]) for (x, _), end in zip(points, reaches, strict=True) if end is not None
    ]


def _logarithmic(axis: Axes) -> None:
    """Make time logarithmic, with ticks that read as seconds."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter(NullFormatter())


def _curve(axis: Axes, analysis: Analysis, label: str, criterion: Criterion, against: str, look: Look) -> None:
    """Draw a setting's mean curve over its seeds, up to the last epoch that all have."""
    curves = [_points(run, criterion, against) for run in analysis.runs(label)]
    length = min(map(len, curves), default=0)
    if not length:
        return
    stacked = np.array([curve[:length] for curve in curves])  # (S, E, 2)
    x, y = stacked.mean(axis=0).T
    if len(curves) > 1:
        from wordneg.evaluation.significance import seed_interval

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
