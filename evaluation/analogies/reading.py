"""Reading analogy benchmarks, in the three forms in which they are published.

* Google's: sections that begin with ``: name``, then one question on each line, ``a b c expected``.
* A table with commas and a heading, one question on each line: ``type,word1,word2,word3,target``.
* BATS's: a folder of files, or one file, each a section with one pair on each line: a word, a tab, and the accepted
  answers with slashes between. All ordered pairs of lines are questions: the first line's word is to its first answer
  as the second line's word is to any of its own.

See :mod:`wordneg.evaluation.benchmarks.lines` for what is common to all files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from wordneg.evaluation.analogies.benchmark import Analogies, Question, Section
from wordneg.evaluation.benchmarks.files import locate
from wordneg.evaluation.benchmarks.lines import BadLine, log_skipped, read_lines
from wordneg.evaluation.messages import counted

__all__ = ["read_word_analogies"]

_Lines = Sequence[tuple[int, str]]
_Read = tuple[list[Section], list[BadLine]]

_HEADINGS = ("type", "word1", "word2", "word3", "target")


def read_word_analogies(source: str | os.PathLike[str], *, encoding: str = "utf8") -> Analogies:
    """Read an analogy benchmark.

    Parameters
    ----------
    source : str or path
        A benchmark's name, a file in one of the three forms above, or a folder with BATS's files, at any depth.
    encoding : str
        The file's encoding.

    Raises
    ------
    ValueError
        Not one question can be read, or there is one before the first section. Also a name that no benchmark
        has, and text in another encoding.
    FileNotFoundError
        There is no such file.
    """
    name, path = locate(source, "analogy")
    if path.is_dir():
        sections, skipped = _read_folder(path, encoding)
        lacking = (
            "no file *.txt with two lines of a word, a tab and its answers, as BATS has them, and no other benchmark "
            "is a folder: name its files, or have them recognized by name in the folder of benchmarks"
        )
    else:
        sections, skipped = _parse(path, read_lines(path, encoding))
        lacking = "no question of four words"
    if not any(section.questions for section in sections):
        example = f" ({skipped[0]})" if skipped else ""
        raise ValueError(f"{path} holds {lacking}{example}")
    log_skipped(path, skipped)
    return Analogies(name, tuple(sections), tuple(skipped))


def _parse(path: Path, lines: _Lines) -> _Read:
    """Find out which of the three forms the lines have, and read them."""
    first = lines[0][1] if lines else ""
    if set(_HEADINGS) <= {column.strip() for column in first.split(",")}:
        return _parse_table(lines)
    columns = [column.split() for column in first.split("\t")]
    if not first.startswith(":") and len(columns) == 2 and all(len(words) == 1 for words in columns):
        return _parse_relation(path, lines)
    return _parse_questions(path, lines)


def _parse_questions(path: Path, lines: _Lines) -> _Read:
    """Read Google's form."""
    sections: list[tuple[str, list[Question]]] = []
    skipped: list[BadLine] = []
    for number, line in lines:
        if line.startswith(":"):
            sections.append((line.lstrip(": ").strip(), []))
            continue
        words = line.split()
        if len(words) != 4:
            reason = f"{counted(len(words), 'word')}, expected four with blanks between"
            skipped.append(BadLine(number, line, reason))
        elif not sections:
            raise ValueError(
                f"{path}: line {number} asks a question before the first section; "
                f"put a line such as ': my-section' above it"
            )
        else:
            a, b, c, expected = words
            sections[-1][1].append((a, b, c, expected))
    return [Section(title, tuple(asked)) for title, asked in sections], skipped


def _parse_table(lines: _Lines) -> _Read:
    """Read a table with a heading."""
    headings = [column.strip() for column in lines[0][1].split(",")]
    places = [headings.index(heading) for heading in _HEADINGS]
    sections: dict[str, list[Question]] = {}
    skipped: list[BadLine] = []
    for number, line in lines[1:]:
        columns = [column.strip() for column in line.split(",")]
        if len(columns) != len(headings):
            reason = f"{counted(len(columns), 'column')}, the heading has {len(headings)}"
            skipped.append(BadLine(number, line, reason))
            continue
        kind, a, b, c, expected = (columns[place] for place in places)
        sections.setdefault(kind, []).append((a, b, c, expected))
    return [Section(kind, tuple(asked)) for kind, asked in sections.items()], skipped


def _parse_relation(path: Path, lines: _Lines) -> _Read:
    """Read BATS's form."""
    pairs: list[tuple[str, list[str]]] = []
    skipped: list[BadLine] = []
    for number, line in lines:
        columns = line.split("\t")
        answers = [answer.strip() for answer in columns[-1].split("/") if answer.strip()]
        word = columns[0].strip()
        if len(columns) != 2 or not answers or not word:
            reason = "expected a word, a tab, and its answers with slashes between"
            skipped.append(BadLine(number, line, reason))
        else:
            pairs.append((word, answers))
    return [Section.of_pairs(path.stem, pairs)], skipped


def _read_folder(path: Path, encoding: str) -> _Read:
    """Read the relations in a folder; a bad line says in which file it stands. Files of another kind are left out."""
    sections: list[Section] = []
    skipped: list[BadLine] = []
    for file in sorted(path.rglob("*.txt")):
        with file.open(encoding=encoding, errors="replace") as lines:
            first = next((line for line in lines if line.strip() and not line.startswith("#")), "").strip()
        if first.count("\t") != 1:  # looked at first, since any text may lie here, however long
            skipped.append(BadLine(1, first, f"{file.name} does not begin with a word, a tab, and its answers"))
            continue
        read, bad = _parse_relation(file, read_lines(file, encoding))
        sections += read
        skipped += [BadLine(number, text, f"in {file.name}: {reason}") for number, text, reason in bad]
    return sections, skipped
