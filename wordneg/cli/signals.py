"""What the command line does when it is asked to stop: by Ctrl-C (SIGINT), or by SIGTERM or SIGHUP.

The first signal raises `Stopped`, as Ctrl-C does in Python. While there is something to keep, it only asks for the end:
a training then stops, its vectors are written, and a file that is being written is completed. A second signal raises
`Stopped` in any case. A signal that is ignored, as SIGHUP is under nohup, stays ignored.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["SIGNALS", "Signals", "Stopped"]

_NUMBERS = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
_USUAL = (signal.SIG_DFL, signal.default_int_handler)


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

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Handle signals in the block, in the main thread; others get none."""
        self.received = self._ask = None
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: handler for number in _NUMBERS if (handler := signal.getsignal(number)) in _USUAL}
        for number in before:
            signal.signal(number, self._handle)
        try:
            yield
        finally:
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
        first, self.received = self.received is None, signal.Signals(number)
        if not first or self._ask is None:
            raise Stopped
        self._ask()


SIGNALS = Signals()
"""Those of this process."""
