"""Importing matplotlib, which is needed only for plots."""

from __future__ import annotations

from types import ModuleType

from wordneg.common.extras import extra

__all__ = ["load_pyplot"]


def load_pyplot() -> ModuleType:
    """Return `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is missing; the message says how to install it.
    """
    pyplot: ModuleType = extra("matplotlib.pyplot", "a plot", "plots")
    return pyplot
