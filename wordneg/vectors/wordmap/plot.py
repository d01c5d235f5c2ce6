"""The picture of a map of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from wordneg.common.messages import counted, printable
from wordneg.common.plotting import GRID, INK, MUTED, PAPER, SERIES, new_figure
from wordneg.vectors.matrix import Floats
from wordneg.vectors.wordmap.labels import Placed, place_labels
from wordneg.vectors.wordmap.methods import METHODS
from wordneg.vectors.wordmap.positions import groups_of, positions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_map"]

_LARGEST, _SMALLEST, _EVEN = 11.0, 7.5, 9.5  # font sizes in points: of the first and the last word, or of all
_RADIUS = 1.9  # of a dot, in points
_PADDING = 0.8  # points around a label
_MARGINS = (0.1, 0.06)  # around the points, for labels
_WIDTH, _HEIGHT = 9.0, 7.0  # inches, with room for so many words; more of them need more
_ROOM_FOR, _MOST_GROWN = 200, 3.0
_MANY_SCRIPTS = (
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "Yu Gothic",
    "PingFang SC",
    "Microsoft YaHei",
    "Malgun Gothic",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Nirmala UI",
    "Arial Unicode MS",
)


def draw_map(
    words: Sequence[str],
    vectors: Floats,
    *,
    method: str,
    groups: int,
    seed: int,
    size: tuple[float, float] | None,
    ranked: bool,
) -> Figure:
    """Return the map of n words with their (n, D) vectors of length 1; see `wordneg.WordVectors.plot_map`.

    If they are ranked, the first are the most important ones, and are written larger.
    """
    places, labels = positions(vectors, method, seed)
    kinds = groups_of(vectors, groups, seed)
    fonts = np.linspace(_LARGEST, _SMALLEST, len(words)) if ranked else np.full(len(words), _EVEN)
    colors = [SERIES[kind % len(SERIES)] for kind in kinds]
    grown = min(max(1.0, (len(words) / _ROOM_FOR) ** 0.5), _MOST_GROWN)
    figure, axes = new_figure(1, 1, size or (_WIDTH * grown, _HEIGHT * grown))
    axis = axes[0, 0]
    _frame(axis, labels)
    axis.scatter(*places.T, s=(2 * _RADIUS) ** 2, c=colors, linewidths=0, alpha=0.75, zorder=2)
    axis.margins(*_MARGINS)
    title = axis.set_title(" ", loc="left", fontsize=10.5, color=INK)  # keeps the room
    figure.canvas.draw()  # settles the layout
    left_out = _label(axis, words, places, colors, fonts)
    missing = f"; {counted(left_out, 'label')} left out for want of room" if left_out else ""
    title.set_text(f"{counted(len(words), 'word')} by {METHODS[method]}{missing}")
    return figure


def _frame(axis: Any, labels: tuple[str, str]) -> None:
    axis.set_facecolor(PAPER)
    axis.spines[:].set_color(GRID)
    axis.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    axis.set_xlabel(labels[0], fontsize=9, color=MUTED)
    axis.set_ylabel(labels[1], fontsize=9, color=MUTED)


def _label(
    axis: Any,
    words: Sequence[str],
    places: npt.NDArray[np.float64],
    colors: Sequence[str],
    fonts: npt.NDArray[np.float64],
) -> int:
    """Write the labels; return how many found no room."""
    unit = axis.figure.dpi / 72
    shared: dict[str, Any] = {"parse_math": False, "transform": None, "zorder": 4, "family": _families()}
    texts = [
        axis.text(0, 0, printable(word), fontsize=font, color=color, **shared)
        for word, font, color in zip(words, fonts, colors, strict=True)
    ]
    boxes = [text.get_window_extent() for text in texts]
    sizes = np.array([(box.width, box.height) for box in boxes]) + 2 * _PADDING * unit
    centers = axis.transData.transform(places)
    inside = axis.get_window_extent()
    found = place_labels(centers, sizes, inside.extents, radius=_RADIUS * unit, unit=unit)
    to_data = axis.transData.inverted()
    for text, place, point, size, color in zip(texts, found, places, sizes, colors, strict=True):
        if place is None:
            text.remove()
            continue
        corner = (place.left + _PADDING * unit, place.bottom + size[1] / 2)
        text.set(transform=axis.transData, position=to_data.transform(corner), ha="left", va="center", in_layout=False)
        _line(axis, place, point, to_data, color)
    return found.count(None)


def _families() -> list[str]:
    """Return the user's fonts, and behind them those that are installed of some that have more scripts."""
    from matplotlib import rcParams
    from matplotlib.font_manager import fontManager

    return [*rcParams["font.family"], *(name for name in _MANY_SCRIPTS if name in fontManager.get_font_names())]


def _line(axis: Any, place: Placed, point: Any, to_data: Any, color: str) -> None:
    """Draw the line to a label that stands far off."""
    if place.line_to is not None:
        end = to_data.transform(place.line_to)
        axis.plot(*zip(point, end, strict=True), color=color, linewidth=0.6, alpha=0.6, zorder=1)
