"""Children of this process that are killed at random moments: forked, so that nothing is imported or compiled anew."""

import contextlib
import io
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path


def killed(work: Callable[[], object], after: float, number: int = signal.SIGKILL, console: Path | None = None) -> int:
    """Do something in a child process, and send it a signal after some seconds; return its exit code.

    The code is 0 if the work was done, and ``−number`` if the signal ended it. What it says goes to `console`, which is
    nowhere by default.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            with open(console or os.devnull, "wb", buffering=0) as stream:
                os.dup2(stream.fileno(), 1)
                os.dup2(stream.fileno(), 2)
                sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True)
                sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), write_through=True)
                result = work()
                code = result if isinstance(result, int) else 0
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(BaseException):
                sys.stderr.flush()
            os._exit(code)
    time.sleep(after)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, number)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long something takes in a child process that nobody disturbs."""
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
                result = work()
            code = result if isinstance(result, int) else 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the work fails by itself"
    return time.perf_counter() - begin
