"""Pages of documentation: their blocks of code, run, and what they print compared with what the page shows.

A page is Markdown. A ``python`` block is run, in one namespace for the page; a ``bash`` block is run if the page shows
what it prints, and else only parsed. What is printed stands in a ``text`` block right behind. `difference` tells it
from what is printed now:

* all words, names, whole numbers and shapes are the same; runs of blanks count as one;
* a number with a decimal point differs by at most 0.05, or by 15 %: bits depend on the processor;
* of a list of neighbors, ``[('word', 0.81), …]`` or ``[(17, 0.81), …]``, or lines of ``wordneg neighbors``, half of the
  words are the same;
* a line ``…`` stands for any number of lines, and ``…`` within a line for anything in it.

``python tests/pages.py PAGE ...`` runs pages and writes what they print now, where that differs.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs" / "comparison"
"""What `wordneg compare` wrote; pages find it in their folder as `results`."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
_LIST = re.compile(r"\[\((?:'|\d).*?\)\]", re.DOTALL)
_LINES = re.compile(r"(?:^\S+\t\S+\t-?[\d.]+\n?)+", re.MULTILINE)
_DECIMAL = re.compile(r"[-+]?\d*\.\d+(?:e[-+]?\d+)?")
_ANY = "…"


class Block(NamedTuple):
    """A block of code: its language, the code, what the page shows as its output, and where that may stand."""

    language: str
    code: str
    output: str | None
    line: int


def blocks(text: str) -> list[Block]:
    """Return the blocks of code of a page."""
    return [Block(*found.groups(), text.count("\n", 0, found.start()) + 1) for found in _BLOCK.finditer(text)]


def commands(code: str) -> list[list[str]]:
    """Return the arguments of each ``wordneg`` that a block of shell calls."""
    found = []
    for line in code.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.commenters, lexer.whitespace_split = "#", True
        part: list[str] = []
        for token in [*lexer, ";"]:
            if token and set(token) <= set("|&;<>"):
                found += [part[1:]] if part[:1] == ["wordneg"] else []
                part = []
            else:
                part.append(token)
    return found


# --- run ----------------------------------------------------------------------------------------------------


def run(block: Block, names: dict, page: str = "page") -> str:
    """Run a block in the current folder, and return what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        if block.language == "python":
            code = "\n" * block.line + block.code  # so that errors name the page's lines
            exec(compile(code, page, "exec"), names)
        else:
            from wordneg.cli import main

            for arguments in commands(block.code):
                assert main(arguments) == 0, arguments
    return printed.getvalue()


def is_run(block: Block) -> bool:
    """Return whether a block is run, rather than parsed."""
    return block.language == "python" or (block.language == "bash" and block.output is not None)


@contextmanager
def folder_of_a_page():
    """Work in a new folder that has the kept results."""
    here, width = Path.cwd(), os.environ.get("COLUMNS")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows keeps mapped files
        shutil.copytree(KEPT, Path(folder, "results"))
        os.chdir(folder)
        os.environ["COLUMNS"] = "80"
        try:
            yield
        finally:
            os.chdir(here)
            del os.environ["COLUMNS"]
            os.environ |= {} if width is None else {"COLUMNS": width}


# --- compared -----------------------------------------------------------------------------------------------


def difference(shown: str, printed: str) -> str | None:
    """Return how what a page shows differs from what is printed; None if it does not."""
    shown, listed = _without_neighbors(shown)
    printed, found = _without_neighbors(printed)
    if len(listed) != len(found):
        return f"{len(listed)} lists of neighbors are shown, {len(found)} printed"
    for ours, theirs in zip(listed, found, strict=True):
        if len(ours) != len(theirs) or 2 * len(set(ours) & set(theirs)) < len(ours):
            return f"neighbors {ours} are shown, {theirs} printed"
    lines = printed.strip().splitlines()
    parts = _parts(shown.strip().splitlines())
    begin = 0
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        places = [len(lines) - len(part)] if last and number else range(begin, len(lines) if number else 1)
        place = next((at for at in places if at >= begin and _alike(part, lines[at : at + len(part)])), None)
        if place is None:
            return _told(part, lines[begin:])
        begin = place + len(part)
    return None if begin == len(lines) else f"not shown: {lines[begin:]}"


def _parts(lines: list[str]) -> list[list[str]]:
    """Return the lines between those that stand for any."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == _ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _told(part: list[str], lines: list[str]) -> str:
    for ours, theirs in zip(part, lines, strict=False):
        if not _same_line(ours, theirs):
            return f"shown {ours!r}, printed {theirs!r}"
    return f"{len(part)} lines are shown, {len(lines)} printed"


def _alike(shown: list[str], printed: list[str]) -> bool:
    return len(shown) == len(printed) and all(map(_same_line, shown, printed))


def _same_line(shown: str, printed: str) -> bool:
    shown, printed = (" ".join(line.replace("−", "-").split()) for line in (shown, printed))
    if _ANY in shown:
        return re.fullmatch(".*".join(map(re.escape, shown.split(_ANY))), printed) is not None
    numbers = [[float(number) for number in _DECIMAL.findall(line)] for line in (shown, printed)]
    words = [_DECIMAL.sub("#", line).split() for line in (shown, printed)]
    return words[0] == words[1] and all(map(_near, *numbers))


def _near(shown: float, printed: float) -> bool:
    return abs(shown - printed) <= max(0.05, 0.15 * abs(shown))


def _without_neighbors(text: str) -> tuple[str, list[list[str]]]:
    """Return a text with its lists of neighbors taken out, and their words."""
    found: list[list[str]] = []

    def pairs(match: re.Match[str]) -> str:
        found.append([word for word, _ in ast.literal_eval(match[0])])
        return "[neighbors]"

    def lines(match: re.Match[str]) -> str:
        queries = []
        for line in match[0].splitlines():
            query, word, _ = line.split("\t")
            if query not in queries:
                queries.append(query)
                found.append([])
            found[-1].append(word)
        return f"[neighbors of {queries}]\n"

    return _LINES.sub(lines, _LIST.sub(pairs, text)), found


# --- written ------------------------------------------------------------------------------------------------


def rewritten(path: Path) -> str:
    """Return a page with what its blocks print now, where that differs from what is shown."""
    text = path.read_text(encoding="utf-8")
    names: dict = {}

    def with_output(match: re.Match[str]) -> str:
        block = Block(*match.groups(), text.count("\n", 0, match.start()) + 1)
        if not is_run(block):
            return match[0]
        printed = run(block, names, str(path))
        if difference(block.output or "", printed) is None:
            return match[0]
        shown = f"\n```text\n{printed.strip()}\n```\n" if printed.strip() else ""
        return f"```{block.language}\n{block.code}```\n{shown}"

    with folder_of_a_page():
        return _BLOCK.sub(with_output, text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name).resolve()
        page.write_text(rewritten(page), encoding="utf-8")
