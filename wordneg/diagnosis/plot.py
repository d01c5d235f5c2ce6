"""The plot of a `SamplerReport`, with one panel per question and one line per sampler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from wordneg.common.plotting import load_pyplot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wordneg.diagnosis.statistics import SamplerStatistics

__all__ = ["draw_report"]

_POSITIVE, _NEGATIVE, _PLAIN = "#1f5a8a", "#d9650e", "#4d6f91"
_THIRDS = {"head": "#33536f", "torso": "#7d9cb8", "tail": "#c9d8e4"}
_GREY = "#9a9a9a"


def draw_report(samplers: Sequence[SamplerStatistics], title: str, objective: str, bias_words: int) -> Figure:
    """Return the figure of a report.

    Parameters
    ----------
    samplers : sequence of SamplerStatistics
        The statistics to draw, one line per sampler.
    title : str
        Title above all panels.
    objective : str
        Name of the objective that the slopes belong to.
    bias_words : int
        Number of words that the bias of the gradient was measured on.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    pyplot = load_pyplot()
    slopes = partial(_slopes, objective=objective)
    bias = partial(_bias, words=f"{bias_words:,} words")
    panels: tuple[Callable[[Any, Sequence[SamplerStatistics]], None], ...] = (
        _scores,
        slopes,
        _false_negatives,
        _thirds,
        bias,
        _time,
    )
    height = 0.5 + 2 * (1.1 + 0.27 * len(samplers))
    figure, axes = pyplot.subplots(2, 3, figsize=(13, height), sharey=True)
    figure.set_layout_engine("constrained", wspace=0.05, hspace=0.04)
    for axis, panel in zip(axes.flat, panels, strict=True):
        panel(axis, samplers)
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.tick_params(axis="y", length=0)
        axis.grid(axis="x", color="#e6e6e6", linewidth=0.8)
        axis.set_axisbelow(True)
    places = range(len(samplers))
    axes[0, 0].set_yticks(places, [one.label for one in samplers])
    axes[0, 0].set_ylim(len(samplers) - 0.4, -0.6)  # the first sampler on top
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    pyplot.close(figure)  # otherwise a notebook would show it twice
    return figure


def _scores(axis: Any, samplers: Sequence[SamplerStatistics]) -> None:
    places = range(len(samplers))
    positives = [one.positive_score for one in samplers]
    negatives = [one.negative_score for one in samplers]
    axis.hlines(places, negatives, positives, color=_GREY, linewidth=1.2, zorder=1)
    axis.scatter(negatives, places, color=_NEGATIVE, s=34, label="negatives", zorder=2)
    axis.scatter(positives, places, color=_POSITIVE, s=34, label="positive", zorder=2)
    axis.margins(x=0.08)
    _head(axis, "mean score")
    _legend(axis)


def _slopes(axis: Any, samplers: Sequence[SamplerStatistics], objective: str) -> None:
    _bars(axis, [one.negative_slope for one in samplers], "{:.3f}")
    _head(axis, f"mean |slope| of a negative, {objective}")


def _false_negatives(axis: Any, samplers: Sequence[SamplerStatistics]) -> None:
    _bars(axis, [one.false_negatives for one in samplers], "{:.1%}")
    axis.xaxis.set_major_formatter("{x:.0%}")
    _head(axis, "false negatives: neighbors elsewhere in the text")


def _bias(axis: Any, samplers: Sequence[SamplerStatistics], words: str) -> None:
    _bars(axis, [one.gradient_bias for one in samplers], "{:.3f}")
    _head(axis, f"bias / gradient of the softmax, {words}")


def _time(axis: Any, samplers: Sequence[SamplerStatistics]) -> None:
    _bars(axis, [one.nanoseconds for one in samplers], "{:.1f}")
    _head(axis, "time to draw a negative, ns")


def _bars(axis: Any, values: list[float | None], form: str) -> None:
    """Draw one bar per sampler, with its value next to it."""
    lengths = [value or 0.0 for value in values]
    bars = axis.barh(range(len(values)), lengths, height=0.62, color=_PLAIN)
    labels = ["not measured" if value is None else form.format(value) for value in values]
    axis.bar_label(bars, labels, padding=3, fontsize=8, color="#444444")
    axis.set_xlim(0, max([*lengths, 1e-9]) * 1.18)  # room for the labels


def _thirds(axis: Any, samplers: Sequence[SamplerStatistics]) -> None:
    left = [0.0] * len(samplers)
    for third, color in _THIRDS.items():
        shares = [getattr(one, third) for one in samplers]
        axis.barh(range(len(shares)), shares, left=left, height=0.62, color=color, label=third)
        left = [before + share for before, share in zip(left, shares, strict=True)]
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter("{x:.0%}")
    _head(axis, "words drawn, by the third of the text that they make up")
    _legend(axis)


def _head(axis: Any, title: str) -> None:
    axis.set_title(title, loc="left", fontsize=10)


def _legend(axis: Any) -> None:
    """Put the legend below the tick labels of the axis, whatever the height of the panel."""
    from matplotlib.transforms import ScaledTranslation

    below = axis.transAxes + ScaledTranslation(0, -22 / 72, axis.figure.dpi_scale_trans)
    axis.legend(
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=below,
        ncols=3,
        frameon=False,
        fontsize=8,
        borderaxespad=0,
    )
