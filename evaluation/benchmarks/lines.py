"""What the readers of all benchmark files have in common.

Blank lines and lines that begin with ``#`` are ignored, line ends may be Windows's, and lines that cannot be read are
left out (as gensim does), logged and kept in ``skipped`` with the reason: forgiving, but never silent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordneg.evaluation.messages import counted

__all__ = ["BadLine", "log_skipped", "read_lines", "skipped_note"]

logger = logging.getLogger(__name__)


class BadLine(NamedTuple):
    """A line that could not be read: its number from 1, its text, and why."""

    number: int
    text: str
    reason: str

    def __str__(self) -> str:
        text = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return f"line {self.number} {text!r}: {self.reason}"


def read_lines(path: Path, encoding: str) -> list[tuple[int, str]]:
    """Return the lines of a file that are neither blank nor comments, with their numbers from 1."""
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not {encoding} text ({error.reason} at byte {error.start}): convert it to {encoding}, or in "
            f"Python pass the encoding it has to the function that reads it"
        ) from error
    # Not splitlines(), which also breaks at characters that can be part of a line.
    lines = text.removeprefix("\ufeff").split("\n")
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not kept:
        raise ValueError(f"{path} is empty")
    return [(number, line) for number, line in kept if not line.startswith("#")]


def skipped_note(skipped: Sequence[BadLine]) -> tuple[str, ...]:
    """Return a remark on the lines that could not be read, or nothing if all could."""
    if not skipped:
        return ()
    return (f"{counted(len(skipped), 'unreadable line')} left out, the first is {skipped[0]}",)


def log_skipped(path: Path, skipped: Sequence[BadLine]) -> None:
    """Warn of the lines that could not be read."""
    for note in skipped_note(skipped):
        logger.warning("%s: %s", path, note)
