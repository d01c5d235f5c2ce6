"""What plots share: matplotlib, which is needed only for them, colors, figures on white paper."""

from __future__ import annotations

import textwrap
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wordneg.common.extras import extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["GRID", "INK", "MUTED", "PAPER", "SERIES", "load_pyplot", "new_figure", "readable"]

INK, MUTED, GRID, PAPER = "#222426", "#6b7075", "#e3e5e8", "#ffffff"
SERIES = ("#0072b2", "#d55e00", "#009e73", "#b9508f", "#b98500", "#3fa0d8", "#5b5f66")
"""Okabe and Ito's colors, which people with any color vision tell apart, the pale ones darkened for white paper."""


def load_pyplot() -> ModuleType:
    """Return `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is missing; the message says how to install it.
    """
    pyplot: ModuleType = extra("matplotlib.pyplot", "a plot", "plots")
    return pyplot


def new_figure(rows: int, columns: int, size: tuple[float, float], **options: Any) -> tuple[Figure, Any]:
    """Return a figure on white paper, so that it reads in a dark notebook too, and its (rows, columns) axes.

    pyplot does not keep it: a notebook shows it once, as the value of a cell, and nothing leaks.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    pyplot = load_pyplot()
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, axes = pyplot.subplots(
        rows, columns, figsize=size, squeeze=False, layout="constrained", facecolor=PAPER, **options
    )
    figure.get_layout_engine().set(w_pad=0.06, wspace=0.03, hspace=0.04)
    pyplot.close(figure)
    FigureCanvasAgg(figure)  # which measures text, whatever the user's backend
    return figure, axes


def readable(text: str, width: int = 34, lines: int = 3) -> str:
    """Return text for a figure: wrapped, cut after some lines, and never taken for a formula."""
    short = textwrap.wrap(" ".join(text.split()), width, max_lines=lines, placeholder="…") or [""]
    return "\n".join(short).replace("$", r"\$")
