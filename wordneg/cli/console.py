"""Messages of the command line on standard error, which never fail: whatever becomes of them, the work goes on.

Standard error may be closed, full, or a pipe whose reader is gone. A message is then lost. It is never sent to standard
output instead, where only results go.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from wordneg.common.messages import printable

__all__ = ["redirect_to_nowhere", "safe_console", "show", "tell", "telling"]

_STANDARD_ERROR = 2


def tell(message: str, *, end: str = "\n") -> None:
    """Write a message to standard error, its control characters as escapes; if that cannot be done, drop it."""
    if sys.stderr is not None:  # print() would write to standard output
        with suppress(OSError, ValueError):
            print(printable(message), end=end, file=sys.stderr, flush=True)


def show(results: str, *, taken: bool) -> None:
    """Print results to standard output, or tell them if that is taken by a file that was written to it."""
    if taken:
        tell(results)
    else:
        print(results)


class _Teller(logging.Handler):
    """Writes what is logged as messages of the command line."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(f"wordneg: {record.getMessage()}")


@contextmanager
def telling(name: str) -> Iterator[None]:
    """Tell what a logger is told, from INFO on, as long as the block lasts."""
    logger, teller = logging.getLogger(name), _Teller()
    before = logger.level
    logger.addHandler(teller)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(teller)


def redirect_to_nowhere(stream: TextIO) -> None:
    """Let what is still to be written to a standard stream vanish: the interpreter flushes it once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def safe_console() -> Iterator[None]:
    """Keep the place of a standard error that is closed, and forget what it could not take.

    If the place were free, the next file to be opened would be standard error for everything that writes to it.
    """
    if sys.stderr is None and _is_free(_STANDARD_ERROR):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != _STANDARD_ERROR:
            os.dup2(nowhere, _STANDARD_ERROR)
            os.close(nowhere)
    try:
        yield
    finally:
        if sys.stderr is not None and not sys.stderr.closed:
            try:
                sys.stderr.flush()
            except OSError:
                redirect_to_nowhere(sys.stderr)


def _is_free(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False
