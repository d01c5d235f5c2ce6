"""Panels of a plot, one for each benchmark, and the points with intervals in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wordneg.comparison.presentation.drawing import PAPER, Look, NothingToDrawError, new_figure
from wordneg.comparison.presentation.quantities import Summary, Yardstick

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["bar", "ends", "measure_name", "panels"]

_MEASURES = {"spearman": "Spearman's ρ"}


def panels(
    yardsticks: Sequence[Yardstick], height: float, **options: Any
) -> tuple[Figure, list[tuple[Axes, Yardstick]]]:
    """Return a figure with a panel for each yardstick, up to four beside each other."""
    if not yardsticks:
        raise NothingToDrawError("no setting has a score of this kind, so there is nothing to draw")
    columns = len(yardsticks) if len(yardsticks) <= 4 else math.ceil(len(yardsticks) / math.ceil(len(yardsticks) / 4))
    columns = 2 if len(yardsticks) == 4 and not options else columns
    rows = math.ceil(len(yardsticks) / columns)
    figure, axes = new_figure(rows, columns, (12, height * rows + 0.9), **options)
    for axis in axes.flat[len(yardsticks) :]:
        axis.set_visible(False)
    return figure, list(zip(axes.flat, yardsticks, strict=False))


def measure_name(yardstick: Yardstick) -> str:
    """Return the name of an axis."""
    return _MEASURES.get(yardstick.measure, yardstick.measure)


def ends(summary: Summary) -> tuple[float, float] | None:
    """Return the ends of a summary's interval, if it has one."""
    interval = summary.interval
    return None if interval is None else (interval.low, interval.high)


def bar(
    axis: Axes,
    place: tuple[float, float],
    summary: Summary,
    look: Look,
    *,
    solid: bool = True,
    across: bool = False,
    name: str | None = None,
) -> None:
    """Draw a point with its interval, upright or across."""
    low, high = ends(summary) or (summary.mean, summary.mean)
    reach = [[max(0.0, summary.mean - low)], [max(0.0, high - summary.mean)]]
    axis.errorbar(
        [place[0]],
        [place[1]],
        yerr=None if across else reach,
        xerr=reach if across else None,
        fmt=look.marker,
        color=look.color,
        markerfacecolor=look.color if solid else PAPER,
        markersize=7,
        markeredgewidth=1.5,
        elinewidth=1.5,
        capsize=2.5,
        label=name,
        zorder=3,
    )
