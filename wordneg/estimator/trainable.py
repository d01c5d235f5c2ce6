"""A matrix that can be trained: what the user sees is one plain array, and training works on padded rows.

The values have one owner at a time:

* between trainings and during callbacks the array `TrainableMatrix.vectors`, once somebody has asked for it. Whatever
  is done to it, in place or by assignment, is what training starts from and what is saved;
* during an epoch the padded rows. An array that somebody still holds gets their values at the end of each epoch; one
  that nobody holds is given up, so that training takes no second matrix.

If D is a multiple of `wordneg.compiled.weights.PAD`, training works on the array itself.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wordneg.compiled.weights import aligned, fits, padded
from wordneg.vectors.matrix import Floats, Matrix

__all__ = ["TrainableMatrix"]

Rows = npt.NDArray[np.float32]


class TrainableMatrix(Matrix):
    """A matrix whose values a training borrows.

    A training calls `lend`, then `learn` and `pause` around each epoch, and `give_back` at its end.

    Parameters
    ----------
    vectors : (V, D) floating
        As for `Matrix`.
    """

    def __init__(self, vectors: npt.ArrayLike) -> None:
        self._rows: Rows | None = None
        self._held: Callable[[], Floats | None] = _nobody
        self._phase: Literal["rest", "pause", "epoch"] = "rest"
        super().__init__(vectors)
        self._shape = self.values.shape

    @classmethod
    def of_rows(cls, rows: Rows, size: int) -> TrainableMatrix:
        """Return the matrix whose values are the first `size` columns of padded rows, which it owns from now."""
        matrix = cls(rows[:, :size])
        if rows.shape[1] != size:
            matrix._rows, matrix._own = rows, None
        return matrix

    @property
    def vectors(self) -> Floats:
        """The vectors, ``(V, D) floating``, C-contiguous if they come from training.

        During an epoch they are a copy; setting them is refused.
        """
        own, rows = self._own, self._rows
        if own is None and rows is None:  # another thread was between the two
            return self.vectors
        if own is not None:
            return own
        assert rows is not None
        own = self._held()
        if own is None:
            own = np.empty(self._shape, np.float32)
        own[:] = self._cut(rows)
        if self._phase == "epoch":
            self._held = weakref.ref(own)
            return own
        self._own = own
        if self._phase == "rest":
            self._rows = None
        return own

    @vectors.setter
    def vectors(self, vectors: npt.ArrayLike) -> None:
        if self._phase == "epoch":
            raise RuntimeError(
                "got vectors in the middle of an epoch; set them in a callback, or when training has ended"
            )
        Matrix.vectors.__set__(self, vectors)  # type: ignore[attr-defined]
        if self._phase == "rest":
            self._rows = None

    @property
    def values(self) -> Floats:
        """The vectors where they lie, ``(V, D) floating``, for reading at once: the rows may be padded."""
        own, rows = self._own, self._rows
        if own is not None:
            return own
        return self.values if rows is None else self._cut(rows)

    def row(self, index: int, norm: bool = False) -> Floats:
        """Return one ``(D,)`` row, read-only; of length 1 if `norm`. A row of an array that is not there is a copy."""
        if self._own is None and not norm:
            copy: Floats = self.values[index].copy()
            copy.setflags(write=False)
            return copy
        return super().row(index, norm)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), np.ascontiguousarray(self.values), self.norms)

    # --- training ---------------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """The values on padded rows, ``(V, P) float32``: those of the training going on, or a copy."""
        if self._phase == "rest" or self._rows is None:
            return _padded_copy(self.values)
        if self._phase == "pause":
            self._take_changes(self._rows)
        return self._rows

    def lend(self) -> Rows:
        """Return padded rows, ``(V, P) float32``, for a training to work on."""
        if self._rows is None:
            own = self.values
            self._shape = own.shape
            self._rows = own if fits(own) else _padded_copy(own)
        self._phase = "pause"
        return self._rows

    def learn(self) -> None:
        """Begin an epoch: from now the padded rows own the values.

        Raises
        ------
        ValueError
            If a callback has set vectors of another shape.
        """
        assert self._rows is not None
        self._take_changes(self._rows)
        own = self._own
        if own is not None and own is not self._rows:
            # What somebody else may hold is followed, but not what cannot be written.
            self._held = weakref.ref(own) if own.flags.writeable and own.dtype == np.float32 else _nobody
            self._own = None
        self._phase = "epoch"

    def pause(self) -> None:
        """End an epoch: an array that somebody holds gets its values, and owns them."""
        self._phase = "pause"
        own, rows = self._held(), self._rows
        if own is not None and rows is not None and self._own is None:
            own[:] = self._cut(rows)
            self._own = own

    def give_back(self) -> None:
        """End a training."""
        if self._own is not None:
            self._rows = None
        self._phase = "rest"

    def _take_changes(self, rows: Rows) -> None:
        own = self._own
        if own is None or own is rows:
            return
        if own.shape != self._shape:
            raise ValueError(f"got vectors of shape {own.shape} during a training, expected {self._shape}")
        rows[:, : own.shape[1]] = own

    def _cut(self, rows: Rows) -> Floats:
        return rows[:, : self._shape[1]]


def _nobody() -> None:
    """Return what is left of an array that nobody holds."""


def _padded_copy(values: Floats) -> Rows:
    words, size = values.shape
    rows: Rows = aligned((words, padded(size)))
    rows[:, :size] = values
    return rows


def _remade(kind: type[TrainableMatrix], vectors: Floats, norms: Floats | None) -> TrainableMatrix:
    matrix = kind(vectors)
    matrix.norms = norms
    return matrix
