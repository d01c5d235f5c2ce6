"""A table as text."""

from __future__ import annotations

import html
from collections.abc import Sequence

__all__ = ["html_table", "text_table"]


def text_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Return a table in columns, two blanks between them.

    Parameters
    ----------
    heads : sequence of str
        Those of the columns.
    rows : sequence of sequence of str
        A cell for each column.
    left : int
        So many columns are set flush left, the others flush right.
    """
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def html_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], remarks: Sequence[str] = (), *, left: int = 1
) -> str:
    """Return a table for a notebook, in the notebook's own colours.

    Parameters
    ----------
    heads, rows, left
        As of `text_table`.
    remarks : sequence of str
        What stands below it.
    """

    def line(tag: str, cells: Sequence[str]) -> str:
        sides = ["left" if column < left else "right" for column in range(len(cells))]
        made = (
            f'<{tag} style="text-align:{side}">{html.escape(cell)}</{tag}>'
            for side, cell in zip(sides, cells, strict=True)
        )
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(line("td", row) for row in rows)
    below = "<br>".join(map(html.escape, remarks))
    return f"<div><table><thead>{line('th', heads)}</thead><tbody>{body}</tbody></table><p>{below}</p></div>"
