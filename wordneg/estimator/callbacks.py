"""The user's callbacks, as estimators call them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["Callbacks"]

_METHODS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class Callbacks:
    """Objects with gensim's methods, or functions called after each epoch.

    Parameters
    ----------
    model : object
        What they are called with.
    callbacks : sequence
        Functions of the model, or objects with some of the methods ``on_train_begin``,
        ``on_epoch_begin``, ``on_epoch_end`` and ``on_train_end``.

    Raises
    ------
    TypeError
        If one is neither.
    """

    def __init__(self, model: Any, callbacks: Sequence[Any]) -> None:
        self._model = model
        for callback in callbacks:
            if not callable(callback) and not any(hasattr(callback, name) for name in _METHODS):
                raise TypeError(
                    f"got callback {callback!r}, expected a function of the model or an object with on_epoch_end(model)"
                )
        self._callbacks = callbacks

    def call(self, name: str) -> bool:
        """Call a method of all; return whether any of them said True."""
        stop = False
        for callback in self._callbacks:
            method = getattr(callback, name, callback if name == "on_epoch_end" and callable(callback) else None)
            stop |= method is not None and method(self._model) is True
        return stop
