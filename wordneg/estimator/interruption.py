"""How a training is ended early: by Ctrl-C in a script, or by another thread or a callback that asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["TrainingInterrupted", "Turn"]


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C during a training, raised when the vectors trained so far are safe in the model.

    Attributes
    ----------
    model : Estimator
        The model, which a constructor that trains could not return.
    """

    def __init__(self, message: str, model: Any) -> None:
        super().__init__(message)
        self.model = model


class Turn:
    """The turn to train a model, which one thread has at a time. A copy of a model gets a turn of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.asked = threading.Event()
        """Set when the training is to end after what is being trained on."""
        self.interrupted = False
        """Whether Ctrl-C asked for that."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Turn, ()

    @contextmanager
    def taken(self, what: str) -> Iterator[None]:
        """Take the turn for a while.

        Raises
        ------
        RuntimeError
            If somebody has it; `what` is what cannot be done now.
        """
        if not self._lock.acquire(blocking=False):
            raise RuntimeError(
                f"got {what} while the model is being trained, by another thread or the training whose callback this "
                "is; wait for its end, or call copy.deepcopy(model) first and train the copy"
            )
        self.asked.clear()
        self.interrupted = False
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def ended_by_ctrl_c(self) -> Iterator[None]:
        """Let the first Ctrl-C ask for the end, instead of an exception at any point; the second is one as ever.

        Nothing changes outside the main thread, where Python delivers no signals; where the program handles SIGINT
        itself; and where it is ignored.
        """
        usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if threading.current_thread() is not threading.main_thread() or not usual:
            yield
            return

        def handle(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            self.asked.set()

        signal.signal(signal.SIGINT, handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
