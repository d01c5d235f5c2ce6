"""`Table`: cells with their numbers and how they read, in any of seven formats."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wordneg.common.terminal import line_width, wrapped
from wordneg.comparison.show.markup import Cell, Column, Row, table_html, table_latex, table_markdown
from wordneg.evaluation import text_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MARKS", "Table"]

MARKS = {1: "▲", -1: "▼", 0: ""}
"""Significantly better or worse than the baseline."""

_BEST = "* best of its column, its interval apart from all others."
_LEAST_WORDS = 20


@dataclass(frozen=True, repr=False)
class Table:
    """A table to be printed, shown in a notebook, pasted into a paper or read by a program.

    Attributes
    ----------
    title : str
        What the table shows, in a line.
    columns : tuple of Column
        The columns, except for the first, which has the names of the rows.
    rows : tuple of Row
        One or several for each setting.
    notes : tuple of str
        What a reader should know, a sentence or two each.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.to_text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_text(self, width: int | None = None) -> str:
        """Return it for a terminal; ``*`` is the best of a column.

        Parameters
        ----------
        width : int, optional
            Characters of a line; columns that do not fit go into further parts of the table. By default the width
            of the terminal, and 80 where there is none.
        """
        width = line_width(None) if width is None else width
        prose = min(width, line_width())
        parts = [wrapped([self.title], prose)]
        if self.rows:
            parts.append(self._text_body(width))
        notes = self._text_notes(width)
        return "\n\n".join([*parts, *([wrapped(notes, prose)] if notes else [])])

    def _text_body(self, width: int) -> str:
        """Return heads and rows: columns of words flush left and wrapped, marks of a column below each other."""
        short = self._short_names(width)
        names = [short[row.name] + (" (baseline)" if row.baseline else "") for row in self.rows]
        room = max(_LEAST_WORDS, width - max(map(len, names)) - 2)
        columns = [
            _text_column(column, [row.cells[place] for row in self.rows], room)
            for place, column in enumerate(self.columns)
        ]
        lines: list[list[str]] = []
        for place, name in enumerate(names):
            shown = name if place == 0 or names[place - 1] != name else ""
            cells = [column[place + 1] for column in columns]
            for number in range(max(map(len, cells), default=1)):
                lines.append(
                    [shown if number == 0 else "", *(one[number] if number < len(one) else "" for one in cells)]
                )
        return text_table(["", *(column[0][0] for column in columns)], lines, width=width)

    def _short_names(self, width: int) -> dict[str, str]:
        """Return names that leave room for numbers; the notes have them in full."""
        names = {row.name: row.name for row in self.rows}
        most = width * 3 // 10
        cut = {name: name if len(name) <= most else name[: most - 1] + "…" for name in names}
        return cut if len(set(cut.values())) == len(cut) else names

    def _text_notes(self, width: int) -> list[str]:
        has_best = any(cell.best for row in self.rows for cell in row.cells)
        best = [_BEST] if has_best else []
        full = [f"{short} is {name}" for name, short in self._short_names(width).items() if short != name]
        return [*(f"{row.name}: {row.message}" for row in self.rows if row.message), *full, *best, *self.notes]

    def to_markdown(self) -> str:
        """Return it as GitHub's Markdown; the best of a column is bold."""
        return table_markdown(*self._parts())

    def to_latex(self) -> str:
        """Return it as LaTeX, for the packages booktabs and amssymb."""
        return table_latex(*self._parts())

    def to_html(self, *, style: bool = True) -> str:
        """Return it as HTML, which takes its colors from the page.

        Parameters
        ----------
        style : bool
            Whether to bring its own style along, or the page has it already.
        """
        return table_html(*self._parts(), style=style)

    def _parts(self) -> tuple[str, tuple[Column, ...], tuple[Row, ...], tuple[str, ...]]:
        return self.title, self.columns, self.rows, self.notes

    def to_csv(self) -> str:
        """Return all numbers, unrounded, as comma-separated values with a line of names."""
        import csv
        import io

        records = self.records()
        stream = io.StringIO()
        writer = csv.DictWriter(stream, fieldnames=list(records[0]) if records else self._names(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
        return stream.getvalue()

    def to_json(self) -> str:
        """Return title, rows with all numbers, and notes as JSON."""
        content = {"title": self.title, "rows": self.records(), "notes": list(self.notes)}
        return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)

    def to_dataframe(self) -> pd.DataFrame:
        """Return all numbers as a pandas DataFrame.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "a DataFrame needs pandas; install it with: pip install pandas. to_csv() and to_json() have the same "
                "numbers without it"
            ) from error
        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """Return for each row its numbers by name, the same names in each; None where there is none."""
        names = self._names()
        return [dict.fromkeys(names) | self._record(row) for row in self.rows]

    def _record(self, row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"setting": row.name, "status": row.status, "message": row.message or None}
        for column, cell in zip(self.columns, row.cells, strict=True):
            record |= {column.key: cell.value} if column.key else {}
            record |= {column.name_of(extra): value for extra, value in cell.extra}
        return record

    def _names(self) -> list[str]:
        """Return the names of all numbers, column by column."""
        names = ["setting", "status", "message"]
        for place, column in enumerate(self.columns):
            names += [column.key] if column.key else []
            extra = dict.fromkeys(name for row in self.rows for name, _ in row.cells[place].extra)
            names += map(column.name_of, extra)
        return names


def _text_column(column: Column, cells: Sequence[Cell], room: int) -> list[list[str]]:
    """Return head and cells of a column, each as lines of the same width, with room for marks if a cell has any."""
    marks = [MARKS[cell.mark] + ("*" if cell.best else "") for cell in cells]
    width = max(map(len, marks))
    texts = [cell.plain + (f" {mark:<{width}}" if width else "") for cell, mark in zip(cells, marks, strict=True)]
    if column.numeric:
        longest = max(map(len, texts))
        return [[column.head], *([text.rjust(longest)] for text in texts)]
    wrapped_texts = [
        textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        for text in (column.head, *texts)
    ]
    longest = max(len(line) for lines in wrapped_texts for line in lines)
    return [[line.ljust(longest) for line in lines] for lines in wrapped_texts]
