"""What a table is made of: columns, cells and rows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EMPTY", "Cell", "Column", "Grid", "Row"]

EMPTY = "–"
"""How a cell without a number reads."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes
    ----------
    key : str
        Its name for programs; empty if programs get only the further numbers of its cells.
    head : str
        Its name for people.
    numeric : bool
        Whether it is right-aligned.
    """

    key: str
    head: str
    numeric: bool = True

    def name_of(self, extra: str) -> str:
        """Return the name for programs of a further number of its cells."""
        return f"{self.key}_{extra}" if self.key else extra


@dataclass(frozen=True)
class Cell:
    """The content of one place in a table.

    Attributes
    ----------
    text : str
        The text, without interval and mark.
    value : float, str or None
        The number itself.
    half : str
        Half the width of the interval as text; may be empty.
    extra : tuple of (str, float or None)
        Further numbers that programs get, such as the ends of the interval.
    mark : {1, -1, 0}
        A significant difference from the baseline: better, worse, none.
    best : bool
        Whether nothing in its column is better.
    """

    text: str = EMPTY
    value: float | str | None = None
    half: str = ""
    extra: tuple[tuple[str, float | None], ...] = ()
    mark: int = 0
    best: bool = False

    @property
    def plain(self) -> str:
        """The text for a terminal, without the marks."""
        return f"{self.text} ± {self.half}" if self.half else self.text


@dataclass(frozen=True)
class Row:
    """A row, for a setting.

    Attributes
    ----------
    name : str
        The label of the setting.
    cells : tuple of Cell
        One for each column.
    status : {"done", "partial", "failed", "unfinished"}
        What became of its runs.
    message : str
        Why there are no numbers; empty if there are.
    baseline : bool
        Whether the other rows are compared with it.
    """

    name: str
    cells: tuple[Cell, ...]
    status: str = "done"
    message: str = ""
    baseline: bool = False


@dataclass(frozen=True, repr=False)
class Grid:
    """Rows and columns with a title and notes.

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
