"""The solver: the largest eigenvalues of the target with their eigenvectors, and the vectors made of them."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from wordneg.closedform.parameters import ClosedFormParameters
from wordneg.closedform.report import ClosedFormReport
from wordneg.closedform.target import Target, associations
from wordneg.compiled.weights import Weights
from wordneg.cooccurrence import Cooccurrences

__all__ = ["Solver", "leading"]

_DENSE = 512  # words up to which the matrix is solved as a dense one
_TOLERANCE = 1e-4  # relative, of the eigenvalues
_START = 1  # seed of the vector that the iteration begins with

_Pairs = tuple[NDArray[np.float64], NDArray[np.float64]]


class _StoppedError(Exception):
    """The solving is to end."""


class Solver:
    """Solves for two matrices.

    Parameters
    ----------
    cooccurrences : Cooccurrences
        The data. S takes 4 more bytes per cell, or 12 if contexts are not symmetric.
    weights : Weights
        Word and context vectors, set in place.
    parameters : ClosedFormParameters
        The settings.
    """

    def __init__(self, cooccurrences: Cooccurrences, weights: Weights, parameters: ClosedFormParameters) -> None:
        self._weights, self._parameters = weights, parameters
        self._target = Target(associations(cooccurrences, parameters.negative), parameters.workers or 1)

    @property
    def cells(self) -> int:
        """Number of nonzero cells."""
        return self._target.cells

    def compile(self) -> float:
        """Do nothing, since nothing is compiled; return the seconds that it took."""
        return 0.0

    def run(
        self,
        *,
        first_epoch: int = 0,
        interrupted: threading.Event | None = None,
        on_progress: Callable[[int, float | None, float], None] | None = None,
        begin: int = 0,
        **_: object,
    ) -> Iterator[ClosedFormReport]:
        """Solve once, unless that has been done (`begin` is 1), and yield the report.

        Parameters
        ----------
        first_epoch : int
            How many times the vectors had been solved for before.
        interrupted : threading.Event, optional
            Once set, solving ends after the product in progress; the vectors stay as they were.
        on_progress : callable, optional
            Function called with the number of cells done, None and NaN, in the end.
        begin : int
            1 if there is nothing left to do.

        Raises
        ------
        ValueError
            If there are fewer positive eigenvalues than dimensions, or fewer words than dimensions.
        """
        if begin:
            return
        clock = time.perf_counter()
        count = 0

        def counted() -> None:
            nonlocal count
            if interrupted is not None and interrupted.is_set():
                raise _StoppedError
            count += 1

        try:
            values, vectors = leading(self._target, self._parameters.vector_size, counted)
        except _StoppedError:
            yield ClosedFormReport(first_epoch, math.nan, 0, count, time.perf_counter() - clock, False)
            return
        size, power = self._parameters.vector_size, self._parameters.power
        self._weights.inputs[:, :size] = vectors * values**power
        self._weights.outputs[:, :size] = vectors * values ** (1 - power)
        loss = 1 - float(values @ values) / self._target.square()
        if on_progress is not None:
            on_progress(self.cells, None, loss)
        yield ClosedFormReport(first_epoch, loss, self.cells, count, time.perf_counter() - clock, True)


def leading(target: Target, size: int, counted: Callable[[], None] = lambda: None) -> _Pairs:
    """Return the largest eigenvalues, ``(D,) float64`` and falling, and their eigenvectors, ``(V, D) float64``.

    The sign of an eigenvector is such that its largest entry, by its absolute value, is positive.

    Parameters
    ----------
    target : Target
        The matrix M.
    size : int
        Their number D.
    counted : callable
        Called before every product; what it raises ends the iteration.

    Raises
    ------
    ValueError
        If there are fewer positive eigenvalues than dimensions.
    """
    if size >= target.words:
        raise ValueError(
            f"got vector_size={size} for {target.words:,} words, expected fewer dimensions than words; give a smaller "
            "vector_size, more text, or a lower min_count"
        )
    values, vectors = _dense(target, size) if target.words <= _DENSE else _sparse(target, size, counted)
    order = np.argsort(-values)
    values, vectors = values[order].astype(np.float64), vectors[:, order].astype(np.float64)
    if not values[-1] > 0:
        positive = int((values > 0).sum())
        advice = "give a vector_size of at most that, or more text" if positive else "give more text"
        raise ValueError(
            f"got vector_size={size}, but the number of positive eigenvalues of the matrix, which is how many "
            f"dimensions vectors can have, is {positive}; {advice}"
        )
    largest = np.abs(vectors).argmax(axis=0)
    return values, vectors * np.sign(vectors[largest, np.arange(size)])


def _dense(target: Target, size: int) -> _Pairs:
    """Solve a small matrix at once."""
    from scipy.linalg import eigh

    values, vectors = eigh(target.dense(), subset_by_index=(target.words - size, target.words - 1))
    return values, vectors


def _sparse(target: Target, size: int, counted: Callable[[], None]) -> _Pairs:
    """Solve by Lanczos iterations, always from the same vector."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    with target.products() as product:

        def multiply(vector: NDArray[np.float32]) -> NDArray[np.float32]:
            counted()
            return product(vector)

        start = np.random.default_rng(_START).standard_normal(target.words).astype(np.float32)
        operator = LinearOperator((target.words,) * 2, matvec=multiply, dtype=np.float32)
        values, vectors = eigsh(operator, k=size, which="LA", v0=start, tol=_TOLERANCE)
        return values, vectors
