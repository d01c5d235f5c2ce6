"""The target matrix M = S − 2 · 1 1ᵀ, as a sparse matrix and a constant."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from wordneg.cooccurrence import Cooccurrences

__all__ = ["Target", "associations"]

_ABSENT = np.float32(-2.0)  # M of a pair that does not co-occur
_TOGETHER = 1 << 20  # cells whose float64 intermediates are held at a time
_PIECES = 4  # of the rows, for each thread
_UNEQUAL = 1e-3  # relative difference of a word's row and column that rounding cannot explain


def associations(cooccurrences: Cooccurrences, negative: float) -> csr_array:
    """Return S, ``(V, V) float32``: S_ij = 4 P_ij / (P_ij + K p_i p_j) where words co-occur; K is `negative`.

    Counts on one side only are made symmetric first: P_ij = (X_ij + X_ji) / 2 ΣX.

    Raises
    ------
    ValueError
        If the counts are called symmetric but are not.
    """
    from scipy.sparse import csr_array

    matrix = cooccurrences.matrix
    if not cooccurrences.symmetric:
        matrix = (matrix + matrix.T).tocsr()
        matrix.sort_indices()
    totals, columns = (np.asarray(matrix.sum(axis=axis, dtype=np.float64)).ravel() for axis in (1, 0))
    if not np.allclose(totals, columns, rtol=_UNEQUAL):
        word = int(np.abs(totals - columns).argmax())
        raise ValueError(
            f"got co-occurrences with symmetric=True, in which {cooccurrences.vocabulary.words[word]!r} has "
            f"{totals[word]:g} as a row and {columns[word]:g} as a column; count both sides, or say symmetric=False"
        )
    total = totals.sum()
    rows = np.repeat(np.arange(len(totals), dtype=np.int32), np.diff(matrix.indptr))
    values = np.empty_like(matrix.data)
    for start in range(0, len(values), _TOGETHER):
        piece = slice(start, start + _TOGETHER)
        counts = matrix.data[piece].astype(np.float64)
        expected = negative * totals[rows[piece]] * (totals[matrix.indices[piece]] / total)
        values[piece] = 4 * counts / (counts + expected)
    return csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape)


class Target:
    """The matrix M, by its products.

    Parameters
    ----------
    associations : (V, V) float32 csr_array
        S.
    workers : int
        Threads that share the rows of a product. They do not change a bit of it.
    """

    def __init__(self, associations: csr_array, workers: int) -> None:
        self._associations, self._workers = associations, workers
        self.words = int(associations.shape[0])

    @property
    def cells(self) -> int:
        """Number of nonzero cells of S."""
        return int(self._associations.nnz)

    def square(self) -> float:
        """Return ‖M‖², the sum of the squares of all V² entries."""
        present = 0.0
        for start in range(0, self.cells, _TOGETHER):
            values = self._associations.data[start : start + _TOGETHER].astype(np.float64) + _ABSENT
            present += float(values @ values)
        return present + float(_ABSENT) ** 2 * (self.words**2 - self.cells)

    @contextmanager
    def products(self) -> Iterator[Any]:
        """Give the function that returns M x, ``(V,) float32``, as long as its threads live."""
        shares = np.linspace(0, self.cells, _PIECES * self._workers + 1)[1:-1]
        edges = np.unique([0, *np.searchsorted(self._associations.indptr, shares), self.words]).tolist()
        pieces = [self._associations[start:stop] for start, stop in pairwise(edges)]
        with ThreadPoolExecutor(self._workers) as pool:

            def product(vector: NDArray[np.float32]) -> NDArray[np.float32]:
                flat = vector.ravel()
                sparse = np.concatenate(list(pool.map(lambda piece: piece @ flat, pieces)))
                return sparse + _ABSENT * np.float32(flat.sum(dtype=np.float64))

            yield product

    def dense(self) -> NDArray[np.float64]:
        """Return M as it is, ``(V, V) float64``; for few words."""
        entries: NDArray[np.float64] = self._associations.toarray().astype(np.float64) + _ABSENT
        return entries
