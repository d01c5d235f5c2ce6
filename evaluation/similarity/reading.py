"""Reading similarity benchmarks: one pair for each line, ``word word score``.

See :mod:`wordneg.evaluation.benchmarks.lines` for what is common to all files.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

import numpy as np

from wordneg.evaluation.benchmarks.files import locate
from wordneg.evaluation.benchmarks.lines import BadLine, log_skipped, read_lines
from wordneg.evaluation.messages import counted
from wordneg.evaluation.similarity.benchmark import WordPairs

__all__ = ["read_word_pairs"]

# None is str.split's "any run of blanks". Last, because a tab-separated file also splits at blanks.
_DELIMITERS: dict[str | None, str] = {"\t": "tabs", ",": "commas", ";": "semicolons", None: "blanks"}

_Pair = tuple[str, str]


def read_word_pairs(
    source: str | os.PathLike[str], *, delimiter: str | None = None, encoding: str = "utf8"
) -> WordPairs:
    """Read a similarity benchmark.

    Parameters
    ----------
    source : str or path
        A benchmark's name or a file.
    delimiter : str, optional
        What stands between the columns, which are then taken as they are, blanks included (as gensim does).
        By default it is found out (tab, comma, semicolon or blanks) and blanks around a column are dropped.
    encoding : str
        The file's encoding.

    Raises
    ------
    ValueError
        Not one line can be read: an empty file, another separator, missing columns, scores that are not
        numbers. Also a name that no benchmark has, and text in another encoding.
    FileNotFoundError
        There is no such file.
    """
    if delimiter == "":
        raise ValueError("delimiter is empty: expected a separator, or None to have it found out")
    name, path = locate(source, "similarity")
    lines = read_lines(path, encoding)
    detected = delimiter is None
    separator = _detect(lines) if detected else delimiter
    pairs, gold, skipped = _parse_pairs(lines, separator, strip=detected)
    if not pairs:
        raise ValueError(f"{path} holds no line of two words and a score{_reason(lines, skipped, delimiter)}")
    log_skipped(path, skipped)
    return WordPairs(name, tuple(pairs), np.array(gold), tuple(skipped))


def _parse_pairs(
    lines: Sequence[tuple[int, str]], delimiter: str | None, *, strip: bool
) -> tuple[list[_Pair], list[float], list[BadLine]]:
    """Return pairs, scores and the lines that are neither these nor a header."""
    pairs: list[_Pair] = []
    gold: list[float] = []
    skipped: list[BadLine] = []
    for position, (number, line) in enumerate(lines):
        columns = line.split(delimiter)
        if strip:
            columns = [column.strip() for column in columns]
        if len(columns) != 3:
            reason = f"{counted(len(columns), 'column')}, expected two words and a score"
            skipped.append(BadLine(number, line, reason))
            continue
        try:
            score = float(columns[2])
        except ValueError:
            if position > 0:  # on the first line it is the heading of the column
                skipped.append(BadLine(number, line, f"the score {columns[2]!r} is not a number"))
            continue
        if not math.isfinite(score):
            skipped.append(BadLine(number, line, f"the score {columns[2]!r} is not finite"))
            continue
        pairs.append((columns[0], columns[1]))
        gold.append(score)
    return pairs, gold, skipped


def _detect(lines: Sequence[tuple[int, str]]) -> str | None:
    """Return the separator at which most lines split into two words and a number."""
    return max(_DELIMITERS, key=lambda delimiter: len(_parse_pairs(lines, delimiter, strip=True)[0]))


def _reason(lines: Sequence[tuple[int, str]], skipped: Sequence[BadLine], delimiter: str | None) -> str:
    """Say why not one line of a file is a pair; `delimiter` is what the caller asked for."""
    if delimiter is not None:
        better = _detect(lines)
        if _parse_pairs(lines, better, strip=True)[0]:
            remedy = f"pass delimiter={better!r}" if better else "read it with score_word_pairs or read_word_pairs"
            return f": columns are separated by {_DELIMITERS[better]}, not by {delimiter!r}; {remedy}"
    tried = ", ".join(_DELIMITERS.values()) if delimiter is None else repr(delimiter)
    example = f"; {skipped[0]}" if skipped else ""
    return f" (separators tried: {tried}){example}"
