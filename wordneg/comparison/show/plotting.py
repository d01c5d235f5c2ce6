"""What all plots of a comparison share: colors, axes, panels, labels that keep apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wordneg.common.plotting import GRID, INK, MUTED, PAPER, SERIES, new_figure, readable
from wordneg.comparison.scoring import Criterion
from wordneg.evaluation.significance import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Look",
    "bar",
    "finish",
    "label_points",
    "legend_below",
    "looks",
    "panels",
]

_MARKERS = ("o", "s", "D", "^", "v", "P", "p")
_LINES = ("-", "--", "-.", ":")


class Look(NamedTuple):
    """How a row is drawn, the same in every plot: no two share color, marker and line."""

    color: str
    marker: str
    line: str


def looks(labels: Sequence[str]) -> dict[str, Look]:
    """Return the look of each row."""
    size = len(SERIES)
    return {
        label: Look(SERIES[n % size], _MARKERS[(n + n // size) % len(_MARKERS)], _LINES[(n // size) % len(_LINES)])
        for n, label in enumerate(labels)
    }


def finish(axis: Axes, title: str = "", grid: str = "both") -> None:
    """Give axes their quiet look: ink on paper whatever the user's defaults, a faint grid, no box."""
    axis.set_facecolor(PAPER)
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines[["left", "bottom"]].set_color(MUTED)
    axis.tick_params(colors=INK, labelsize=9)
    axis.grid(axis=grid, color=GRID, linewidth=0.8)  # type: ignore[arg-type]
    axis.set_axisbelow(True)
    axis.xaxis.label.set(color=INK, fontsize=9.5)
    axis.yaxis.label.set(color=INK, fontsize=9.5)
    if title:
        axis.set_title(readable(title, 46), loc="left", fontsize=10.5, color=INK)


def legend_below(figure: Figure) -> None:
    """Put one legend for all panels below them, in as many columns as fit."""
    known: dict[str, Any] = {}
    for axis in figure.axes:
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            known.setdefault(label, handle)
    handles, labels = list(known.values()), list(known)
    longest = max((len(line) for label in labels for line in label.split("\n")), default=1)
    columns = max(1, min(len(labels), int(figure.get_figwidth() * 72 / (6 * longest + 40))))
    look = {"frameon": False, "fontsize": 9, "labelcolor": INK, "handlelength": 2.6}
    figure.legend(handles, labels, loc="outside lower left", ncols=columns, **look)


_REACHES = (10, 26, 46, 70)  # points from a point to its label
# the first is the most liked
_DIRECTIONS = ((1, 0.6), (1, -0.6), (-1, 0.6), (-1, -0.6), (0, 1), (0, -1), (1, 0), (-1, 0))
_NEAR = 20  # labels further off get a line to their point


def label_points(
    axis: Axes,
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    colors: Sequence[str],
    obstacles: Sequence[Any],
) -> None:
    """Write labels beside points, each where it covers the least of points, bars, labels and lines before it.

    Points, and the boxes of what else is to be kept free, are in data coordinates; the limits stay as they are.
    """
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Bbox

    figure = axis.figure
    figure.canvas.draw()  # settles the layout: places are weighed on the finished figure
    inside = axis.get_window_extent()
    centers = axis.transData.transform(points)
    taken = [Bbox.from_extents(x - 7, y - 7, x + 7, y + 7) for x, y in centers]
    taken += [box.transformed(axis.transData).padded(2) for box in obstacles]
    scale = figure.dpi / 72
    for point, center, label, color in zip(points, centers, labels, colors, strict=True):
        text = axis.annotate(
            readable(label), point, (0, 0), textcoords="offset points", fontsize=9, color=color, linespacing=1.05
        )
        text.set(in_layout=False, zorder=5, path_effects=[withStroke(linewidth=2.5, foreground=PAPER)])
        best, least, covered = _PLACES[0], float("inf"), []
        for place in _PLACES:
            boxes = _boxes(text, place, center, scale)
            cost = 0.1 * max(map(abs, place)) + 2 * (boxes[0].width * boxes[0].height - _overlap(boxes[0], inside))
            cost += sum(_overlap(box, other) for box in boxes for other in taken)
            if cost < least:
                best, least, covered = place, cost, boxes
        _move(text, best)
        if len(covered) > 1:
            line = {"arrowstyle": "-", "color": color, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 5}
            axis.annotate("", point, best, textcoords="offset points", arrowprops=line).set_in_layout(False)
        taken += covered


_PLACES = [(reach * right, reach * up) for reach in _REACHES for right, up in _DIRECTIONS]


def _boxes(text: Any, place: tuple[float, float], center: Any, scale: float) -> list[Any]:
    """Return what a label covers at a place: its text, and points on the line to it if it is far."""
    from matplotlib.transforms import Bbox

    _move(text, place)
    boxes = [text.get_window_extent()]
    if max(map(abs, place)) > _NEAR:
        steps = [center + scale * share * np.array(place) for share in np.linspace(0.3, 0.95, 8)]
        boxes += [Bbox.from_extents(x - 1.5, y - 1.5, x + 1.5, y + 1.5) for x, y in steps]
    return boxes


def _move(text: Any, place: tuple[float, float]) -> None:
    """Put a label so that its nearest edge or corner is at the place."""
    right, up = np.sign(place)
    horizontal = {1: "left", -1: "right", 0: "center"}[int(right)]
    text.set(position=place, ha=horizontal, va={1: "bottom", -1: "top", 0: "center"}[int(up)])


def _overlap(one: Any, other: Any) -> float:
    """Return the area that two boxes share."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(0.0, width) * max(0.0, height)


# --- panels ---------------------------------------------------------------------------------------


_ALONE = 4.3
"""Inches that a single panel is wide: on a narrow screen it is still legible."""


def panels(criteria: Sequence[Criterion], height: float, **options: Any) -> tuple[Figure, list[tuple[Axes, Criterion]]]:
    """Return a figure with a panel for each criterion, up to four beside each other."""
    if not criteria:
        raise ValueError("no row has a score of this kind, so there is nothing to draw")
    columns = len(criteria) if len(criteria) <= 4 else math.ceil(len(criteria) / math.ceil(len(criteria) / 4))
    columns = 2 if len(criteria) == 4 and not options else columns
    rows = math.ceil(len(criteria) / columns)
    width = 12 if len(criteria) > 1 else _ALONE
    figure, axes = new_figure(rows, columns, (width, height * rows + (0.9 if len(criteria) > 1 else 0)), **options)
    for axis in axes.flat[len(criteria) :]:
        axis.set_visible(False)
    return figure, list(zip(axes.flat, criteria, strict=False))


def bar(
    axis: Axes,
    place: tuple[float, float],
    interval: Interval | None,
    look: Look,
    *,
    solid: bool = True,
    across: bool = False,
    name: str | None = None,
) -> None:
    """Draw a point with its interval, upright or across."""
    value = place[0] if across else place[1]
    low, high = (value, value) if interval is None else (interval.low, interval.high)
    arms = [[max(0.0, value - low)], [max(0.0, high - value)]]
    axis.errorbar(
        [place[0]],
        [place[1]],
        yerr=None if across else arms,
        xerr=arms if across else None,
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
