"""The optimizer: half passes over the rows of either matrix, shared among worker threads.

In a half pass, the rows of one matrix are stepped while the other matrix stays. They do not depend on one another, so
that ranges of rows, with about equally many cells, are distributed over the worker threads, and the result is the
same, bit for bit, for any number of workers.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from wordneg.allvec.blocks import Fixed, Scratch, Side, make_scratch
from wordneg.allvec.kernel import make_sweep
from wordneg.allvec.parameters import AllVecParameters
from wordneg.allvec.report import AllVecReport
from wordneg.allvec.sides import make_sides
from wordneg.compiled.weights import Weights
from wordneg.cooccurrence import Cooccurrences

__all__ = ["Optimizer"]

_CELLS = 200_000  # of a range of rows; some ten milliseconds of work
_ROWS = 4096  # whose float64 copies are held at a time

Rows = NDArray[np.float32]


class Optimizer:
    """Trains two matrices on co-occurrences.

    Parameters
    ----------
    cooccurrences : Cooccurrences
        The data, copied as cells of 12 bytes each, or 24 if contexts are not symmetric.
    weights : Weights
        Word and context vectors, changed in place.
    parameters : AllVecParameters
        The settings. `epochs` is not used, but given to `run`.
    """

    def __init__(self, cooccurrences: Cooccurrences, weights: Weights, parameters: AllVecParameters) -> None:
        self._weights, self._parameters = weights, parameters
        self._of_words, self._of_contexts = make_sides(cooccurrences, parameters)
        self._size = parameters.vector_size
        self._sweep = make_sweep(weights.inputs.shape[1], self._size)
        self._workers = parameters.workers or 1
        self._scratches: SimpleQueue[Scratch] = SimpleQueue()
        longest = max(int(np.diff(side.offsets).max()) for side in (self._of_words, self._of_contexts))
        for _ in range(self._workers):
            self._scratches.put(make_scratch(longest, self._size))

    @property
    def cells(self) -> int:
        """Number of nonzero cells."""
        return len(self._of_words.columns)

    def compile(self) -> float:
        """Compile everything needed by training on no rows; return the seconds that it took."""
        begin = time.perf_counter()
        list(self._go_over(self._of_words, *self._weights, [range(0)], True, np.zeros(0)))
        return time.perf_counter() - begin

    def run(
        self,
        *,
        epochs: int,
        first_epoch: int = 0,
        interrupted: threading.Event | None = None,
        on_progress: Callable[[int, float | None, float], None] | None = None,
        begin: int = 0,
        checkpoint: Callable[[int], None] | None = None,
        due: Callable[[], bool] | None = None,
    ) -> Iterator[AllVecReport]:
        """Train, yielding a report after each pass, and continue when the next one is requested.

        Parameters
        ----------
        epochs : int
            Number of passes.
        first_epoch : int
            Number of the first pass, if training is continued.
        interrupted : threading.Event, optional
            Once set, training ends after the rows in progress, with a report that says so.
        on_progress : callable, optional
            Function called now and then with the number of cells trained on in this pass, None, since there is no
            learning rate, and the loss of the previous pass (NaN in the first).
        begin : int
            How many passes have been made already, if a training goes on.
        checkpoint : callable, optional
            Called with the number of passes made, before the next one, if `due` says so.
        due : callable
            Asked at these points if there is a `checkpoint`.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        interrupted = interrupted or threading.Event()
        if not all(np.isfinite(matrix).all() for matrix in self._weights):
            raise FloatingPointError("the vectors are not finite; start again with build_vocab")
        loss = math.nan
        for number in range(begin, epochs):
            if number > begin and checkpoint is not None and due is not None and due():
                checkpoint(number)
            clock = time.perf_counter()
            cells, loss = self._make_pass(interrupted, on_progress, loss)
            seconds = time.perf_counter() - clock
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"the loss became {loss} in pass {first_epoch + number}; start again with a larger reg, or with "
                    "settings nearer to the defaults"
                )
            finished = cells == self.cells
            yield AllVecReport(first_epoch + number, loss, cells, seconds, finished)
            if not finished or interrupted.is_set():
                return

    def _make_pass(
        self,
        interrupted: threading.Event,
        on_progress: Callable[[int, float | None, float], None] | None,
        loss: float,
    ) -> tuple[int, float]:
        """Step the words, then the contexts; return the number of cells trained on, and the loss a cell."""
        words, contexts = self._weights
        done = 0
        losses = np.zeros(0)
        for side, moving, other in ((self._of_words, words, contexts), (self._of_contexts, contexts, words)):
            losses = np.zeros(len(moving))
            for cells in self._go_over(side, moving, other, _ranges(side.offsets), True, losses, interrupted):
                done += cells
                if on_progress is not None:
                    on_progress(done // 2, None, loss)
            if interrupted.is_set():
                break
        if done < 2 * self.cells:
            return done // 2, self.objective() / self.cells
        return self.cells, (float(losses.sum()) + self._of_all_pairs()) / self.cells

    def _go_over(
        self,
        side: Side,
        moving: Rows,
        other: Rows,
        ranges: list[range],
        moves: bool,
        losses: NDArray[np.float64],
        interrupted: threading.Event | None = None,
    ) -> Iterator[int]:
        """Go over ranges of rows, and write their losses; yield the number of cells of each."""
        gram, sums = _moments(other[:, : self._size], side.of_column)
        fixed = Fixed(gram, sums, self._parameters.negative_target, self._parameters.reg)

        def work(rows: range) -> int:
            if interrupted is not None and interrupted.is_set():
                return 0
            scratch = self._scratches.get()
            try:
                self._sweep(side, rows.start, rows.stop, moving, other, fixed, moves, scratch, losses)
            finally:
                self._scratches.put(scratch)
            return int(side.offsets[rows.stop] - side.offsets[rows.start])

        with ThreadPoolExecutor(self._workers) as pool:
            yield from pool.map(work, ranges)

    def objective(self) -> float:
        """Return the loss L; see `wordneg.AllVec.objective_value`."""
        losses = np.zeros(len(self._weights.inputs))
        ranges = _ranges(self._of_words.offsets)
        sum(self._go_over(self._of_words, *self._weights, ranges, False, losses))
        return float(losses.sum()) + self._of_all_pairs()

    def _of_all_pairs(self) -> float:
        """Return ½ Σ α⁻ (r⁻ − s)² over all V² pairs, and the regularization."""
        words, contexts = (matrix[:, : self._size] for matrix in self._weights)
        negatives = self._of_words.of_column
        gram, sums = _moments(words, np.ones_like(negatives))
        other_gram, other_sums = _moments(contexts, negatives)
        target = np.float64(self._parameters.negative_target)
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported elsewhere
            squares = np.vdot(gram, other_gram) - 2 * target * (sums @ other_sums)
            squares += target**2 * len(words) * negatives.sum(dtype=np.float64)
            lengths = np.trace(gram) + np.square(contexts, dtype=np.float64).sum()
            return float(squares + self._parameters.reg * lengths) / 2


def _moments(vectors: Rows, weights: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Σ weight · y yᵀ, ``(D, D) float64``, and Σ weight · y, ``(D,) float64``."""
    size = vectors.shape[1]
    gram, sums = np.zeros((size, size)), np.zeros(size)
    for start in range(0, len(vectors), _ROWS):
        some = vectors[start : start + _ROWS].astype(np.float64)
        weighted = some * weights[start : start + _ROWS, None]
        gram += weighted.T @ some
        sums += weighted.sum(axis=0)
    return gram, sums


def _ranges(offsets: NDArray[np.int64]) -> list[range]:
    """Return ranges of rows with about `_CELLS` cells each, however many workers there are."""
    number = max(1, int(offsets[-1]) // _CELLS)
    wanted = np.linspace(0, offsets[-1], number + 1)[1:-1]
    edges = np.unique([0, *np.searchsorted(offsets, wanted), len(offsets) - 1]).tolist()
    return [range(start, stop) for start, stop in pairwise(edges)]
