"""`Table`: cells with their numbers and how they read, in seven formats. What they hold comes out as written."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wordneg.common.terminal import line_width, wrapped
from wordneg.evaluation import text_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLE_STYLE", "Cell", "Column", "Row", "Table", "escape_markdown", "frame_of"]

_EMPTY = "–"  # how a cell without a number reads
_MARKS = {1: "▲", -1: "▼", 0: ""}  # significantly better or worse than the baseline

_BEST = "* best of its column; its interval overlaps with no other."
_LEAST_WORDS = 20
_LONG = 32  # characters of a text that is wrapped
_WORDS = ' class="words"'
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~$&#])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "[": "{[}",  # neither of these is taken for an argument of the \\ before it
    "*": "{*}",
    "–": "--",
    "…": r"\dots{}",
    "×": r"$\times$",
    "▲": r"$\blacktriangle$",
    "▼": r"$\blacktriangledown$",
    "±": r"$\pm$",
    "ρ": r"$\rho$",
} | {character: f"\\{character}" for character in "&%$#_{}"}
_LATEX_MARKS = {1: r"^{\blacktriangle}", -1: r"^{\blacktriangledown}", 0: ""}
_HTML_MARKS = {
    1: ' <span class="up" title="better than the baseline; significant after Holm">▲</span>',
    -1: ' <span class="down" title="worse than the baseline; significant after Holm">▼</span>',
    0: "",
}
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_SIGNED = re.compile(r"(?<!\S)[+-](?=[0-9])")

# Colors that read on white and on black alike; all else is the page's own.
TABLE_STYLE = """
.wordneg-table { max-width: 100%; font-variant-numeric: tabular-nums; margin-bottom: 1em; }
.wordneg-table .scroll { overflow-x: auto; max-width: 100%; }
.wordneg-table table { border-collapse: collapse; font-size: 0.86em; line-height: 1.35; }
.wordneg-table .title { font-weight: 600; font-size: 0.9em; margin: 0 0 0.5em; }
.wordneg-table table th, .wordneg-table table td {
  padding: 0.36em 0.55em; text-align: right; white-space: nowrap; vertical-align: top; border: 0; background: none;
  border-bottom: 1px solid rgba(128, 128, 128, 0.25); }
.wordneg-table table thead th { border-bottom: 1.5px solid rgba(128, 128, 128, 0.8); vertical-align: bottom;
  white-space: normal; }
.wordneg-table table th[scope=row] { text-align: left; font-weight: 500; white-space: normal;
  min-width: 9em; max-width: 21em; overflow-wrap: break-word; }
.wordneg-table table .words { text-align: left; }
.wordneg-table table td.long { white-space: normal; min-width: 18em; }
.wordneg-table table .message { text-align: left; white-space: normal; font-style: italic; overflow-wrap: anywhere; }
.wordneg-table .half, .wordneg-table .tag { opacity: 0.8; font-size: 0.92em; font-weight: 400; }
.wordneg-table .up, .wordneg-table .down, .wordneg-table .flat { display: inline-block; width: 1.1em; }
.wordneg-table .up { color: var(--up, #2f86c8); }
.wordneg-table .down { color: var(--down, #d9660f); }
.wordneg-table details { margin-top: 0.6em; font-size: 0.88em; }
.wordneg-table summary { cursor: pointer; }
.wordneg-table details ul { padding-left: 1.2em; max-width: 62em; }
"""


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

    text: str = _EMPTY
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
    """One row of a table.

    Attributes
    ----------
    name : str
        Its label.
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
class Table:
    """A table to be printed, shown in a notebook, pasted into a paper or read by a program.

    Attributes
    ----------
    title : str
        What the table shows, in a line.
    columns : tuple of Column
        The columns, except for the first, which has the names of the rows.
    rows : tuple of Row
        One or several for each row of the comparison.
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
        return _markdown(self)

    def to_latex(self) -> str:
        """Return it as LaTeX, for the packages booktabs and amssymb."""
        return _latex(self)

    def to_html(self, *, style: bool = True) -> str:
        """Return it as HTML, which takes its colors from the page.

        Parameters
        ----------
        style : bool
            Whether to bring its own style along, or the page has it already.
        """
        return (f"<style>{TABLE_STYLE}</style>" if style else "") + _html(self)

    def to_csv(self) -> str:
        """Return all numbers, unrounded, as comma-separated values with a line of names."""
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
        return frame_of(self.records(), "to_csv() and to_json() have the same numbers without it")

    def records(self) -> list[dict[str, Any]]:
        """Return for each row its numbers by name, the same names in each; None where there is none."""
        names = self._names()
        return [dict.fromkeys(names) | self._record(row) for row in self.rows]

    def _record(self, row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"row": row.name, "status": row.status, "message": row.message or None}
        for column, cell in zip(self.columns, row.cells, strict=True):
            record |= {column.key: cell.value} if column.key else {}
            record |= {column.name_of(extra): value for extra, value in cell.extra}
        return record

    def _names(self) -> list[str]:
        """Return the names of all numbers, column by column."""
        names = ["row", "status", "message"]
        for place, column in enumerate(self.columns):
            names += [column.key] if column.key else []
            extra = dict.fromkeys(name for row in self.rows for name, _ in row.cells[place].extra)
            names += map(column.name_of, extra)
        return names


def frame_of(records: list[dict[str, Any]], instead: str) -> pd.DataFrame:
    """Return records as a DataFrame, or raise ImportError, which says what to do instead."""
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError(f"a DataFrame needs pandas; install it with: pip install pandas. {instead}") from error
    return pd.DataFrame(records)


def _text_column(column: Column, cells: Sequence[Cell], room: int) -> list[list[str]]:
    """Return head and cells of a column, each as lines of the same width, with room for marks if a cell has any."""
    marks = [_MARKS[cell.mark] + ("*" if cell.best else "") for cell in cells]
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


# --- Markdown ---------------------------------------------------------------------------------------


def _markdown(table: Table) -> str:
    lines = [
        ["row", *(escape_markdown(column.head) for column in table.columns)],
        ["---", *("--:" if column.numeric else "---" for column in table.columns)],
        *map(_markdown_row, table.rows),
    ]
    body = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    notes = "\n".join(f"* {escape_markdown(note)}" for note in table.notes)
    return "\n\n".join(filter(None, [f"**{escape_markdown(table.title)}**", body, notes]))


def _markdown_row(row: Row) -> list[str]:
    name = escape_markdown(row.name) + (" (baseline)" if row.baseline else "")
    if row.message:
        return [f"{name}: *{escape_markdown(row.message)}*", *("–" for _ in row.cells)]
    return [name, *map(_markdown_cell, row.cells)]


def _markdown_cell(cell: Cell) -> str:
    text = escape_markdown(cell.text)
    text = f"**{text}**" if cell.best else text
    return text + (f" ± {cell.half}" if cell.half else "") + (f" {_MARKS[cell.mark]}" if cell.mark else "")


def escape_markdown(text: str) -> str:
    """Return a text, in a line, that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


# --- LaTeX ------------------------------------------------------------------------------------------


def _latex(table: Table) -> str:
    form = "l" + "".join("r" if column.numeric else "l" for column in table.columns)
    heads = " & ".join(["row", *(_escape_latex(column.head) for column in table.columns)])
    lines = [
        "% needs \\usepackage{booktabs} and \\usepackage{amssymb}",
        "\\begin{table}",
        "\\centering",
        f"\\caption{{{_escape_latex(table.title)}}}",
        f"\\begin{{tabular}}{{{form}}}",
        "\\toprule",
        f"{heads} \\\\",
        "\\midrule",
        *(f"{_latex_row(row)} \\\\" for row in table.rows),
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
        *("% " + " ".join(note.split()) for note in table.notes),
    ]
    return "\n".join(lines)


def _latex_row(row: Row) -> str:
    name = _escape_latex(row.name) + (" (baseline)" if row.baseline else "")
    if row.message:
        return f"{name} & \\multicolumn{{{len(row.cells)}}}{{l}}{{\\emph{{{_escape_latex(row.message)}}}}}"
    return " & ".join([name, *map(_latex_cell, row.cells)])


def _latex_cell(cell: Cell) -> str:
    mark = _LATEX_MARKS[cell.mark]
    if not _NUMBER.fullmatch(cell.text):
        text = _SIGNED.sub(r"$\g<0>$", _escape_latex(cell.text))  # a minus, not a hyphen
        text = f"\\textbf{{{text}}}" if cell.best else text
        return text + (f" $\\pm$ {_escape_latex(cell.half)}" if cell.half else "") + (f"${mark}$" if mark else "")
    number = cell.text.replace(",", "{,}")
    number = f"\\mathbf{{{number}}}" if cell.best else number
    return f"${number}" + (f" \\pm {cell.half}" if cell.half else "") + f"{mark}$"


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))


# --- HTML -------------------------------------------------------------------------------------------


def _html(table: Table) -> str:
    title = html.escape(table.title)
    heads = "".join(
        f'<th scope="col"{"" if column.numeric else _WORDS}>{html.escape(column.head)}</th>' for column in table.columns
    )
    groups = [list(rows) for _, rows in itertools.groupby(table.rows, key=lambda row: row.name)]
    marked = [any(row.cells[place].mark for row in table.rows) for place in range(len(table.columns))]
    numeric = [column.numeric for column in table.columns]
    body = "".join(
        _html_row(row, len(group) if row is group[0] else 0, numeric, marked) for group in groups for row in group
    )
    return (
        f'<div class="wordneg-table"><p class="title">{title}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table aria-label="{title}">'
        f'<thead><tr><th scope="col"{_WORDS}>row</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_folded(table.notes)}</div>"
    )


def _folded(notes: Sequence[str]) -> str:
    """Return notes that are opened by a click."""
    if not notes:
        return ""
    listed = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f"<details><summary>How to read this</summary><ul>{listed}</ul></details>"


def _html_row(row: Row, span: int, numeric: Sequence[bool], marked: Sequence[bool]) -> str:
    """Return a row; the name of the first of several rows spans all of them, the others (span 0) have none."""
    tag = ' <span class="tag">baseline</span>' if row.baseline else ""
    rows = f' rowspan="{span}"' if span > 1 else ""
    name = f'<th scope="row"{rows}>{html.escape(row.name)}{tag}</th>' if span else ""
    if row.message:
        return f'<tr>{name}<td class="message" colspan="{len(row.cells)}">{html.escape(row.message)}</td></tr>'
    cells = map(_html_cell, row.cells, numeric, marked)
    return f"<tr>{name}{''.join(cells)}</tr>"


def _html_cell(cell: Cell, numeric: bool, marked: bool) -> str:
    """Return a cell; in a column with marks, one without leaves their room free, so that numbers line up."""
    text = html.escape(cell.text)
    text = f"<strong>{text}</strong>" if cell.best else text
    half = f' <span class="half">± {html.escape(cell.half)}</span>' if cell.half else ""
    mark = _HTML_MARKS[cell.mark] or (' <span class="flat"></span>' if marked else "")
    kind = "" if numeric else _WORDS if len(cell.text) <= _LONG else ' class="words long"'
    return f"<td{kind}>{text}{half}{mark}</td>"
