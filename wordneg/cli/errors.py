"""Errors of the command line, and how exceptions are reported to the user.

Some exceptions are stated: they say what is wrong with a file, a setting or data, and what to do; the user sees that
sentence. Any other comes from a mistake in wordneg, and is shown as one, with its traceback.
"""

from __future__ import annotations

import dis

from wordneg.common.settings import SettingError

__all__ = ["UsageError", "sentence", "stated"]

_ALWAYS = (SettingError, OSError, ImportError, MemoryError)
_IF_RAISED_HERE = (ValueError, TypeError, RuntimeError, EOFError, ArithmeticError)
_HERE = ("wordneg", "distributed")  # a cluster's client raises what was raised on a worker
_RAISE = dis.opmap["RAISE_VARARGS"]


class UsageError(Exception):
    """Raised when the command line is not understood or asks for the impossible; the message is for the user."""


def stated(error: BaseException) -> bool:
    """Return whether an exception is stated, rather than a sign of a mistake in wordneg.

    A wrong setting, a file that cannot be read, a package or memory that is missing always are. Of ValueError and its
    like those are that a ``raise`` in wordneg's own code made: Python, NumPy and others raise the same where wordneg
    calls them wrongly.
    """
    if isinstance(error, _ALWAYS):
        return True
    trace = error.__traceback__
    if trace is None or not isinstance(error, _IF_RAISED_HERE):
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    room = str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0]
    return room in _HERE and trace.tb_frame.f_code.co_code[trace.tb_lasti] == _RAISE


def sentence(error: BaseException) -> str:
    """Return the message of an exception, without Python's decorations."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename!r}: {error.strerror}"
    if isinstance(error, MemoryError):
        return f"there is not enough memory ({error})" if str(error) else "there is not enough memory"
    return str(error) or type(error).__name__
