"""Reading categorization benchmarks: a word and its category on each line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from wordneg.evaluation.benchmarks.files import locate
from wordneg.evaluation.benchmarks.lines import BadLine, log_skipped, read_lines
from wordneg.evaluation.categorization.benchmark import Categories
from wordneg.evaluation.messages import counted

__all__ = ["read_categories"]


def read_categories(source: str | os.PathLike[str], *, encoding: str = "utf8") -> Categories:
    """Read a categorization benchmark.

    Parameters
    ----------
    source : str or path
        A benchmark's name or a file: a table with commas or tabs and a heading that names the columns ``word`` and
        ``category``, or lines of a word and its category with a comma, a tab or blanks between.
    encoding : str
        The file's encoding.

    Raises
    ------
    ValueError
        Not one line can be read; fewer than two categories; a word in two of them; text in another encoding.
    FileNotFoundError
        There is no such file.
    """
    name, path = locate(source, "categorization")
    lines = read_lines(path, encoding)
    separator, width, places = _layout(lines)
    words: list[str] = []
    categories: list[str] = []
    skipped: list[BadLine] = []
    for position, (number, line) in enumerate(lines):
        columns = [column.strip() for column in line.split(separator)]
        if len(columns) != width or not all(columns[place] for place in places):
            reason = f"{counted(len(columns), 'column')}, expected {width} with a word and its category"
            skipped.append(BadLine(number, line, reason))
        elif position > 0 or {columns[place].lower() for place in places} != {"word", "category"}:
            words.append(columns[places[0]])
            categories.append(columns[places[1]])
    if not words:
        example = f" ({skipped[0]})" if skipped else ""
        raise ValueError(f"{path} holds no line of a word and its category{example}")
    log_skipped(path, skipped)
    return Categories(name, tuple(words), tuple(categories), tuple(skipped))


def _layout(lines: Sequence[tuple[int, str]]) -> tuple[str | None, int, tuple[int, int]]:
    """Return separator, number of columns, and which of them hold word and category."""
    for separator in ("\t", ",", None):
        heading = [column.strip().lower() for column in lines[0][1].split(separator)] if lines else []
        if {"word", "category"} <= set(heading):
            return separator, len(heading), (heading.index("word"), heading.index("category"))
    separators: tuple[str | None, ...] = ("\t", ",", None)
    widths = {each: Counter(len(line.split(each)) for _, line in lines)[2] for each in separators}
    return max(separators, key=lambda each: widths[each]), 2, (0, 1)
