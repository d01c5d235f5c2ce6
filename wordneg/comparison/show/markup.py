"""Columns, cells and rows, and a table of them as Markdown, LaTeX and HTML. Whatever they hold comes out as written."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "EMPTY",
    "TABLE_STYLE",
    "Cell",
    "Column",
    "Row",
    "escape_markdown",
    "table_html",
    "table_latex",
    "table_markdown",
]

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


def table_markdown(title: str, columns: Sequence[Column], rows: Sequence[Row], notes: Sequence[str]) -> str:
    """Return a table as GitHub's Markdown."""
    lines = [
        _pipes(["setting", *(column.head for column in columns)]),
        _pipes(["---", *("--:" if column.numeric else "---" for column in columns)], escape=False),
        *(_pipes(_markdown_row(row), escape=False) for row in rows),
    ]
    listed = [f"* {escape_markdown(note)}" for note in notes]
    return "\n\n".join([f"**{escape_markdown(title)}**", "\n".join(lines), *(["\n".join(listed)] if listed else [])])


def _markdown_row(row: Row) -> list[str]:
    name = escape_markdown(row.name) + (" (baseline)" if row.baseline else "")
    if row.message:
        return [f"{name}: *{escape_markdown(row.message)}*", *("–" for _ in row.cells)]
    return [name, *map(_markdown_cell, row.cells)]


def _markdown_cell(cell: Cell) -> str:
    text = escape_markdown(cell.text)
    text = f"**{text}**" if cell.best else text
    return text + (f" ± {cell.half}" if cell.half else "") + {1: " ▲", -1: " ▼", 0: ""}[cell.mark]


def _pipes(cells: list[str], *, escape: bool = True) -> str:
    return "| " + " | ".join(map(escape_markdown, cells) if escape else cells) + " |"


def escape_markdown(text: str) -> str:
    """Return a text, in a line, that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def table_latex(title: str, columns: Sequence[Column], rows: Sequence[Row], notes: Sequence[str]) -> str:
    """Return a table as LaTeX."""
    form = "l" + "".join("r" if column.numeric else "l" for column in columns)
    heads = " & ".join(["setting", *(_escape_latex(column.head) for column in columns)])
    lines = [
        "% needs \\usepackage{booktabs} and \\usepackage{amssymb}",
        "\\begin{table}",
        "\\centering",
        f"\\caption{{{_escape_latex(title)}}}",
        f"\\begin{{tabular}}{{{form}}}",
        "\\toprule",
        f"{heads} \\\\",
        "\\midrule",
        *(f"{_latex_row(row)} \\\\" for row in rows),
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
        *("% " + " ".join(note.split()) for note in notes),
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


def table_html(
    title: str, columns: Sequence[Column], rows: Sequence[Row], notes: Sequence[str], *, style: bool = True
) -> str:
    """Return a table as HTML.

    Parameters
    ----------
    title, columns, rows, notes
        See `Table`.
    style : bool
        Whether to bring the style along, or the page has it already.
    """
    heads = "".join(
        f'<th scope="col"{"" if column.numeric else _WORDS}>{html.escape(column.head)}</th>' for column in columns
    )
    groups = [list(rows) for _, rows in itertools.groupby(rows, key=lambda row: row.name)]
    marked = [any(row.cells[place].mark for row in rows) for place in range(len(columns))]
    numeric = [column.numeric for column in columns]
    body = "".join(
        _html_row(row, len(group) if row is group[0] else 0, numeric, marked) for group in groups for row in group
    )
    return (
        (f"<style>{TABLE_STYLE}</style>" if style else "")
        + f'<div class="wordneg-table"><p class="title">{html.escape(title)}</p>'
        + f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(title)}">'
        + f'<table aria-label="{html.escape(title)}">'
        + f'<thead><tr><th scope="col"{_WORDS}>setting</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        + _folded(notes)
        + "</div>"
    )


def _folded(notes: Sequence[str]) -> str:
    """Return notes that are opened by a click."""
    if not notes:
        return ""
    listed = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f"<details><summary>How to read this</summary><ul>{listed}</ul></details>"


_WORDS = ' class="words"'
_LONG = 32  # characters of a text that is wrapped


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
