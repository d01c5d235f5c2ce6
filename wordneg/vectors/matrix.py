"""The vectors of words as one matrix, with the lengths of its rows.

Vectors of length zero have no direction. Here they stay zero when they are normalized, without a warning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Matrix", "scaled", "unit"]

Floats = npt.NDArray[np.floating[Any]]

_BLOCK_ROWS = 4096
_FEW = 8  # rows are few if there are this many times as many already


class Matrix:
    """A matrix of vectors, and the lengths of its rows once they are needed.

    Parameters
    ----------
    vectors : (V, D) floating
        Kept as given, not copied; anything but floats becomes float32.

    Attributes
    ----------
    norms : (V,) floating or None
        The lengths of the rows. Whoever changes `vectors` in place calls `fill_norms`, or sets them to None.
    """

    _room: Any = None  # the array that `vectors` are the first rows of, if it has room for more

    def __init__(self, vectors: npt.ArrayLike) -> None:
        self.vectors = vectors

    @property
    def vectors(self) -> Floats:
        """The vectors, (V, D) floating. A matrix that is set takes their place, and there are no `norms` yet."""
        return self.values

    @vectors.setter
    def vectors(self, vectors: npt.ArrayLike) -> None:
        matrix = np.asarray(vectors)
        self._own: Floats | None = matrix if matrix.dtype.kind == "f" else matrix.astype(np.float32)
        self.norms: Floats | None = None

    @property
    def values(self) -> Floats:
        """The vectors where they lie, (V, D) floating, for reading at once: the rows may be padded."""
        assert self._own is not None
        return self._own

    def fill_norms(self, force: bool = False) -> Floats:
        """Compute `norms` if they are not there yet, or anew, and return them."""
        if self.norms is None or force:
            # A block at a time: numpy's norm squares the whole matrix into a copy.
            values = self.values
            norms = np.empty(len(values), values.dtype)
            for start in range(0, len(norms), _BLOCK_ROWS):
                rows = slice(start, start + _BLOCK_ROWS)
                norms[rows] = np.linalg.norm(values[rows], axis=1)
            self.norms = norms
        return self.norms

    def put(self, rows: Any, values: Any) -> None:
        """Write (n, D) values to some rows, or one value to all their cells; `norms` are forgotten."""
        matrix = self.vectors
        if not matrix.flags.writeable:
            matrix = matrix.copy()
        matrix[rows] = values
        self.vectors = matrix

    def append(self, values: Floats) -> None:
        """Put (n, D) rows behind the others; `norms` are forgotten.

        If they are few, room is made for more of them, so that adding rows one by one takes time in proportion.
        """
        old = self.vectors
        count = len(old) + len(values)
        room = self._room
        if room is None or len(room) < count or old.base is not room:
            spare = count // 2 if len(values) * _FEW < count else 0
            room = np.empty((count + spare, old.shape[1]), old.dtype)
            room[: len(old)] = old
        room[len(old) : count] = values
        self.vectors = room[:count]
        self._room = room if len(room) > count else None

    def row(self, index: int, norm: bool = False) -> Floats:
        """Return one (D,) row, read-only; of length 1 if `norm`."""
        if norm:
            return self.normed(slice(index, index + 1))[0]
        row: Floats = self.values[index]
        row.setflags(write=False)  # writing to it would leave `norms` behind
        return row

    def normed(self, rows: slice = slice(None)) -> Floats:
        """Return rows scaled to length 1; rows of length 0 stay 0."""
        return scaled(self.values[rows], self.fill_norms()[rows])


def unit(vector: Floats) -> Floats:
    """Return a (D,) vector scaled to length 1, or as it is if its length is 0.

    Computed in float64, so that the cosine of a vector with itself is 1 as nearly always as in gensim.
    """
    exact = vector.astype(np.float64)
    norm = np.linalg.norm(exact)
    dtype = vector.dtype if vector.dtype.kind == "f" else exact.dtype
    return (exact * (1 / norm)).astype(dtype) if norm > 0 else vector


def scaled(values: Floats, norms: Floats) -> Floats:
    """Return ``values / norms``, and 0 where the norm is 0.

    Parameters
    ----------
    values : (V,) or (V, D) floating
        One value or row for each norm.
    norms : (V,) floating
        What to divide by.
    """
    divisors = norms if values.ndim == 1 else norms[:, np.newaxis]
    return np.divide(values, divisors, out=np.zeros(values.shape, values.dtype), where=divisors != 0)
