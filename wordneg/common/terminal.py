"""How wide text may be: lines follow the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable

__all__ = ["line_width", "wrapped"]

_PIPED = 80
"""The width where there is no terminal: the same wherever output is piped to."""

_WIDEST = 120
"""Longer lines of prose are hard to read."""

_LEAST = 40


def line_width(most: int | None = _WIDEST) -> int:
    """Return how many characters a line may have.

    It is what the variable COLUMNS says, else the width of the terminal, else 80, as in a pipe or a file.

    Parameters
    ----------
    most : int, optional
        The largest width, for prose; None for as wide as the terminal is, for tables.
    """
    columns = shutil.get_terminal_size((_PIPED, 24)).columns
    return max(_LEAST, columns if most is None else min(columns, most))


def wrapped(paragraphs: Iterable[str], width: int) -> str:
    """Return paragraphs, each on lines of its own; words are broken nowhere, not even at their hyphens."""
    return "\n".join(
        textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False) for paragraph in paragraphs
    )
