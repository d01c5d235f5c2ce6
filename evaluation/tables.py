"""Tables as text and as HTML, in which cells come out as they were written."""

from __future__ import annotations

import html
from collections.abc import Sequence

__all__ = ["html_table", "text_table"]

_GAP = 2


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, width: int | None = None) -> str:
    """Return a table in columns, two blanks between them.

    Parameters
    ----------
    heads : sequence of str
        The heads of the columns.
    rows : sequence of sequence of str
        A cell for each column.
    left : int
        The number of columns that are set flush left; the others are set flush right.
    width : int, optional
        Characters of a line. If the columns do not fit, the table is in several parts, each with the columns that are
        set flush left. By default there is one part, however wide.
    """
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    names, rest = list(range(left)), list(range(left, len(heads)))
    room = None if width is None else width - sum(widths[:left]) - _GAP * (left - 1)
    parts = [names + part for part in _fitting(rest, widths, room)]
    return "\n\n".join("\n".join(_line(line, part, widths, left) for line in lines) for part in parts)


def _line(cells: Sequence[str], columns: Sequence[int], widths: Sequence[int], left: int) -> str:
    padded = [cells[n].ljust(widths[n]) if n < left else cells[n].rjust(widths[n]) for n in columns]
    if columns[-1] < left:
        padded[-1] = cells[columns[-1]]  # blanks at the end would only wrap
    return (" " * _GAP).join(padded)


def _fitting(columns: Sequence[int], widths: Sequence[int], room: int | None) -> list[list[int]]:
    """Return columns in groups that fit."""
    groups: list[list[int]] = [[]]
    used = 0
    for column in columns:
        needed = widths[column] + _GAP
        if room is not None and groups[-1] and used + needed > room:
            groups.append([])
            used = 0
        groups[-1].append(column)
        used += needed
    return groups


def html_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    remarks: Sequence[str] = (),
    *,
    left: int = 1,
    caption: str = "",
) -> str:
    """Return a table for a notebook, in the notebook's own colors.

    Parameters
    ----------
    heads, rows, left
        As of `text_table`; the first column names the rows.
    remarks : sequence of str
        What stands below it.
    caption : str
        What stands above it.
    """
    head = "".join(_cell("th", cell, column < left, "col") for column, cell in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(
            _cell("td" if column else "th", cell, column < left, "" if column else "row")
            for column, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    above = f'<caption style="text-align:left">{html.escape(caption)}</caption>' if caption else ""
    below = "<br>".join(map(html.escape, remarks))
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
        f"{above}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + (f'<p style="font-size:0.9em">{below}</p>' if below else "")
        + "</div>"
    )


def _cell(tag: str, text: str, flush_left: bool, scope: str) -> str:
    side = "left" if flush_left else "right"
    scoped = f' scope="{scope}"' if scope else ""
    style = f"text-align:{side};padding:0.2em 0.7em;white-space:nowrap"
    return f'<{tag}{scoped} style="{style}">{html.escape(text)}</{tag}>'
