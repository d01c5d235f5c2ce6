"""Errors of the command line, and how exceptions are reported to the user."""

from __future__ import annotations

__all__ = ["UsageError", "sentence"]


class UsageError(Exception):
    """Raised when the command line is not understood or asks for the impossible; the message is for the user."""


def sentence(error: BaseException) -> str:
    """Return the message of an exception, without Python's decorations."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename!r}: {error.strerror}"
    if isinstance(error, MemoryError):
        return f"there is not enough memory ({error})" if str(error) else "there is not enough memory"
    return str(error) or type(error).__name__
