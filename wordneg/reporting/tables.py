"""A small table as text and as HTML: a row a quantity, a column a thing compared."""

from __future__ import annotations

import html
from collections.abc import Sequence

__all__ = ["as_html", "as_text"]

_WIDTH = 120


def as_text(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a table in columns, in several parts if there are too many for a line.

    Parameters
    ----------
    heads : sequence of str
        Those of the columns.
    rows : sequence of (str, sequence of str)
        Each a name and a cell for each column.
    """
    name_width = max(len(name) for name, _ in rows)
    widths = [max(map(len, (head, *(cells[n] for _, cells in rows)))) for n, head in enumerate(heads)]
    parts = []
    for columns in _fitting(widths, _WIDTH - name_width):
        lines = [(" " * name_width, heads), *((name.ljust(name_width), cells) for name, cells in rows)]
        parts.append("\n".join(name + "".join(f"  {cells[n]:>{widths[n]}}" for n in columns) for name, cells in lines))
    return "\n\n".join(parts)


def _fitting(widths: Sequence[int], room: int) -> list[list[int]]:
    """Return the columns in groups that fit."""
    groups: list[list[int]] = [[]]
    used = 0
    for column, width in enumerate(widths):
        if groups[-1] and used + width + 2 > room:
            groups.append([])
            used = 0
        groups[-1].append(column)
        used += width + 2
    return groups


def as_html(caption: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a table as HTML, for notebooks; arguments as of `as_text`."""

    def line(tag: str, name: str, cells: Sequence[str]) -> str:
        inner = "".join(f'<{tag} style="text-align: right">{html.escape(cell)}</{tag}>' for cell in cells)
        return f'<tr><th style="text-align: left">{html.escape(name)}</th>{inner}</tr>'

    body = "".join(line("td", name, cells) for name, cells in rows)
    return (
        f'<table><caption style="text-align: left">{html.escape(caption)}</caption>'
        f"<thead>{line('th', '', heads)}</thead><tbody>{body}</tbody></table>"
    )
