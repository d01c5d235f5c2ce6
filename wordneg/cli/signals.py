"""What the command line does when it is asked to stop: by Ctrl-C (SIGINT), or by SIGTERM or SIGHUP.

The first signal raises `Stopped`, as Ctrl-C does in Python. While there is something to keep, it only asks for the end:
a training then stops, its vectors are written, and a file that is being written is completed. A second signal raises
`Stopped` in any case. A signal that is ignored, as SIGHUP is under nohup, stays ignored.

A signal may come while Python runs a finalizer or another callback whose exceptions it drops. It is then sent once
more a moment later, or the command would go on as if nobody had asked. So is one that comes while Numba compiles or
loads what it compiled: llvmlite frees memory and only then forgets the pointer, so an exception between the two makes
it free the memory twice, which aborts the process.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["SIGNALS", "Signals", "Stopped"]

_NUMBERS = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
_MOMENT = 0.01  # seconds
_USUAL = (signal.SIG_DFL, signal.default_int_handler)
_COMPILERS = ("numba", "llvmlite")


class Stopped(KeyboardInterrupt):
    """The process was asked to stop."""


class Signals:
    """The signals that a process gets while it runs a command.

    Attributes
    ----------
    received : signal.Signals or None
        The last one.
    """

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._ask: Callable[[], None] | None = None
        self._heeded = False
        self._later: threading.Timer | None = None

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle signals in the block, in the main thread; others get none."""
        self.received = self._ask = None
        self._heeded = False
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: handler for number in _NUMBERS if (handler := signal.getsignal(number)) in _USUAL}
        hook = sys.unraisablehook
        sys.unraisablehook = self._hook(hook)
        for number in before:
            signal.signal(number, self._handle)
        try:
            yield
        finally:
            if self._later is not None:
                self._later.cancel()
            sys.unraisablehook = hook
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep, to the end of the block, what there is from the call of `keep` on."""
        try:
            yield
        finally:
            self._ask = None

    def keep(self, ask: Callable[[], None]) -> None:
        """From now there is something to keep: let the first signal call `ask`, instead of raising `Stopped`."""
        self._ask = ask

    def exit_code(self) -> int:
        """Return the exit code of a process that was stopped: 128 and the number of the signal."""
        return 128 + (self.received or signal.SIGINT)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.received = signal.Signals(number)
        ask = None if self._heeded else self._ask
        if ask is None and _compiling(frame):
            self._send_later()
            return
        self._heeded = True
        if ask is None:
            raise Stopped
        ask()

    def _send_later(self) -> None:
        """Send this process the signal that it has received once more, in a moment."""
        self._later = threading.Timer(_MOMENT, _signal_main_thread, (self.received,))
        self._later.daemon = True
        self._later.start()

    def _hook(self, usual: Callable[[sys.UnraisableHookArgs], object]) -> Callable[[sys.UnraisableHookArgs], None]:
        """Return a hook that raises `Stopped` again, outside of what has just dropped it; others go the usual way."""

        def raise_again(dropped: sys.UnraisableHookArgs) -> None:
            if isinstance(dropped.exc_value, Stopped) and self.received is not None:
                self._send_later()
            else:
                usual(dropped)

        return raise_again


def _compiling(frame: FrameType | None) -> bool:
    """Return whether the compiler is among the callers; compiled code that runs is not."""
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in _COMPILERS:
            return True
        frame = frame.f_back
    return False


def _signal_main_thread(number: signal.Signals) -> None:
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, number)  # type: ignore[arg-type]
    else:  # on Windows
        _thread.interrupt_main(number)


SIGNALS = Signals()
"""The signals of this process."""
