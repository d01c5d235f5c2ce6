"""Importing matplotlib, which is needed only for plots."""

from __future__ import annotations

from types import ModuleType

__all__ = ["load_pyplot"]


def load_pyplot() -> ModuleType:
    """Return `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is missing; the message says how to install it.
    """
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plots need matplotlib; install it with: pip install 'wordneg[plots]'") from error
    return pyplot
