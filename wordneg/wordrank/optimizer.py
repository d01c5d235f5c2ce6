"""The optimizer: passes over the cells and refreshes of their pulls, shared among worker threads.

A pass has P steps of P blocks each (see `wordneg.wordrank.cells`); the blocks of a step are distributed over the worker
threads, which wait for one another before the next step. A block has its own random numbers, determined by seed, epoch
and block. The result is therefore the same, bit for bit, for any number of workers.

Every `period` passes, ξ is computed anew from the current vectors for all cells, and the words are dealt into new
parts.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights
from wordneg.cooccurrence import Cooccurrences
from wordneg.wordrank.blocks import TOGETHER, Block, Rates, Squares, make_scratch
from wordneg.wordrank.cells import Parts, deal, make_cells, parts_for
from wordneg.wordrank.kernel import make_block_kernel
from wordneg.wordrank.losses import SURROGATES
from wordneg.wordrank.parameters import WordRankParameters
from wordneg.wordrank.ranks import Contexts, Ranking, make_rank_kernel, make_rank_scratch
from wordneg.wordrank.report import WordRankReport

__all__ = ["Optimizer", "new_squares"]

_WATCHED = 256  # rows from which the loss in an epoch's report is estimated
_SCORES = 4_000_000  # held at a time by a worker; 16 MB
_FIRST_SQUARE = 1e-6  # initial value of the sums of squares
_EXACT = 8_192  # by default, ξ is exact for up to this many contexts
_SAMPLE = 4_096  # contexts sampled to compute ξ if there are more

_ORDER = 1  # the stream of random numbers for the order of steps, distinct from the one for dealing
_NEVER = threading.Event()

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def new_squares(words: int) -> Squares:
    """Return initial sums of squared gradients."""
    return Squares(*(np.full(words, _FIRST_SQUARE, dtype=np.float32) for _ in range(2)))


class Optimizer:
    """Trains two matrices on co-occurrences.

    Parameters
    ----------
    cooccurrences : Cooccurrences
        The data, copied as cells of 12 bytes each.
    weights : Weights
        Word and context vectors, changed in place.
    squares : Squares
        Sums of squared gradients from `new_squares`, changed in place.
    parameters : WordRankParameters
        The settings. `epochs` and the learning rates are not used, but given to `run`.
    """

    def __init__(
        self, cooccurrences: Cooccurrences, weights: Weights, squares: Squares, parameters: WordRankParameters
    ) -> None:
        words, width = weights.inputs.shape
        self._weights, self._squares, self._parameters = weights, squares, parameters
        self._parts = parts_for(words, 4 * width, cooccurrences.matrix.nnz)
        self._cells = make_cells(cooccurrences, self._parts, parameters.xmax, parameters.epsilon)
        self._row_weights = _row_sums(self._cells.weights, self._cells.offsets)
        self._watched = self._draw_rows(_WATCHED)
        surrogate = SURROGATES[parameters.loss]
        self._ranking = Ranking(
            parameters.alpha, parameters.beta, parameters.tau, parameters.t, surrogate.at_zero(parameters.tau)
        )
        self._train = make_block_kernel(
            surrogate,
            width,
            parameters.negative,
            TOGETHER if parameters.share_negatives else 1,
            parameters.optimizer == "adagrad",
            parameters.reg > 0,
        )
        self._rank = make_rank_kernel(parameters.loss, parameters.transform, width)
        workers = parameters.workers or 1
        self._scratches: SimpleQueue[Any] = SimpleQueue()
        for _ in range(workers):
            self._scratches.put(make_scratch(parameters.negative, width))
        self._workers = workers

    @property
    def cells(self) -> int:
        """Number of nonzero cells."""
        return len(self._cells.columns)

    def compile(self) -> float:
        """Compile everything needed by training on no data; return the seconds that it took."""
        begin = time.perf_counter()
        nothing = np.zeros(0, dtype=np.int32)
        rates = self._rates(0.0, 2)
        scratch = make_scratch(self._parameters.negative, self._weights.inputs.shape[1])
        self._train(self._cells, Block(nothing, nothing, 0, 0, 0, 0), self._weights, self._squares, rates, scratch)
        self._rank_rows(nothing, self._weights.outputs, self._contexts(None), pull=True)
        deal(self._cells, 0, 0, nothing, nothing, self._cells.weights[:0])
        return time.perf_counter() - begin

    # --- passes -----------------------------------------------------------------------------------

    def run(
        self,
        *,
        epochs: int,
        learning_rate: float,
        min_learning_rate: float,
        first_epoch: int = 0,
        interrupted: threading.Event | None = None,
        on_progress: Callable[[int, float, float], None] | None = None,
        begin: int = 0,
        checkpoint: Callable[[int], None] | None = None,
        due: Callable[[], bool] | None = None,
    ) -> Iterator[WordRankReport]:
        """Train, yielding a report after each pass, and continue when the next one is requested.

        The learning rate falls linearly from `learning_rate` to `min_learning_rate` over all passes.

        Parameters
        ----------
        epochs : int
            Number of passes.
        learning_rate, min_learning_rate : float
            Initial and final learning rate.
        first_epoch : int
            Number of the first pass, if training is continued; it selects the random numbers.
        interrupted : threading.Event, optional
            Once set, training ends after the blocks in progress, with a report that says so.
        on_progress : callable, optional
            Function called now and then with the number of cells trained on in this pass, the learning rate, and the
            loss of the previous pass (NaN in the first).
        begin : int
            How many passes have been made already, a multiple of `period`, if a training goes on.
        checkpoint : callable, optional
            Called with the number of passes made, before ranks are estimated anew, if `due` says so.
        due : callable
            Asked at these points if there is a `checkpoint`.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        interrupted = interrupted or threading.Event()
        if not all(np.isfinite(matrix).all() for matrix in self._weights):
            raise FloatingPointError("the vectors are not finite: training diverged; start again with build_vocab")
        loss = math.nan
        for number in range(0, begin, self._parameters.period):  # cells lie as the deals before have left them
            self._deal(np.random.default_rng((self._parameters.seed, first_epoch + number)))
        for number in range(begin, epochs):
            epoch = first_epoch + number
            again = number % self._parameters.period == 0
            if again and number > begin and checkpoint is not None and due is not None and due():
                checkpoint(number)
            clock = time.perf_counter()
            if again:
                members = self._refresh(epoch, interrupted)
            refreshed = time.perf_counter()
            cells = 0
            rate = learning_rate
            order = np.random.default_rng((self._parameters.seed, epoch, _ORDER)).permutation(self._parts)
            for step in order.tolist():
                done = (number + cells / self.cells) / epochs
                rate = learning_rate + (min_learning_rate - learning_rate) * done
                cells += self._step(step, members, epoch, rate, interrupted)
                if interrupted.is_set():
                    break
                if on_progress is not None:
                    on_progress(cells, rate, loss)
            seconds = time.perf_counter() - clock
            finished = cells == self.cells
            loss = self._mean_loss(self._watched)
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"the loss became {loss} in pass {epoch}, at a learning rate of {rate:.4g}: training diverged; "
                    "start again with a lower learning_rate" + (" or reg" if self._parameters.reg > 0 else "")
                )
            yield WordRankReport(epoch, loss, cells, seconds, refreshed - clock, rate, finished)
            if not finished or interrupted.is_set():
                return

    def _rates(self, rate: float, columns: int) -> Rates:
        words = len(self._weights.inputs)
        scale = (words - 1) / (columns - 1) * columns / self._parameters.negative
        return Rates(*map(np.float32, (rate, scale, self._parameters.tau, self._parameters.reg)))

    def _step(
        self,
        step: int,
        members: Sequence[NDArray[np.int32]],
        epoch: int,
        rate: float,
        interrupted: threading.Event = _NEVER,
    ) -> int:
        """Train the P blocks that lie `step` parts to the right of the diagonal; return the number of their cells."""

        def train(row_part: int) -> int:
            if interrupted.is_set():
                return 0
            part = (row_part + step) % self._parts
            number = row_part * self._parts + part
            block = Block(members[row_part], members[part], part, self._parameters.seed, epoch, number)
            rates = self._rates(rate, len(block.columns))
            scratch = self._scratches.get()
            try:
                self._train(self._cells, block, self._weights, self._squares, rates, scratch)
            finally:
                self._scratches.put(scratch)
            begin, end = (self._cells.starts[block.rows, column].sum(dtype=np.int64) for column in (part, part + 1))
            return int(end - begin)

        return sum(self._share(train, range(self._parts)))

    def _share(self, work: Callable[[_Task], _Result], tasks: Iterable[_Task]) -> list[_Result]:
        """Let the workers do tasks; return the results in order."""
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(work, tasks))

    # --- ranks ------------------------------------------------------------------------------------

    def _refresh(self, epoch: int, interrupted: threading.Event = _NEVER) -> list[NDArray[np.int32]]:
        """Deal the words into parts and update ξ; return the words of each part."""
        words = len(self._weights.inputs)
        generator = np.random.default_rng((self._parameters.seed, epoch))
        members = self._deal(generator)
        size = self._parameters.xi_candidates or (words if words <= _EXACT else _SAMPLE)
        chosen = None if size >= words else np.sort(generator.choice(words, size, replace=False))
        self._rank_all(np.arange(words, dtype=np.int32), chosen, pull=True, interrupted=interrupted)
        return members

    def _deal(self, generator: np.random.Generator) -> list[NDArray[np.int32]]:
        """Deal the words into parts; return the words of each part."""
        words = len(self._weights.inputs)
        parts = Parts.draw(words, self._parts, generator)
        longest = int(np.diff(self._cells.offsets).max())

        def deal_rows(rows: range) -> None:
            columns, weights = np.empty(longest, dtype=np.int32), np.empty(longest, dtype=np.float32)
            deal(self._cells, rows.start, rows.stop, parts.of_word, columns, weights)

        self._share(deal_rows, _pieces(words, 1024))
        return parts.members

    def _contexts(self, chosen: NDArray[np.int64] | None) -> Contexts:
        words = len(self._weights.outputs)
        inside = np.full(words, chosen is None)
        if chosen is not None:
            inside[chosen] = True
        return Contexts(inside, int(inside.sum()), words)

    def _rank_all(
        self,
        rows: NDArray[np.int32],
        chosen: NDArray[np.int64] | None,
        *,
        pull: bool,
        interrupted: threading.Event = _NEVER,
    ) -> NDArray[np.float64]:
        """Return Σ_c r · ρ of some rows, ranked among all or the chosen contexts; with `pull`, write pulls instead."""
        contexts = self._contexts(chosen)
        outputs = self._weights.outputs if chosen is None else self._weights.outputs[chosen]

        def rank(rows: NDArray[np.int32]) -> NDArray[np.float64]:
            return np.zeros(0) if interrupted.is_set() else self._rank_rows(rows, outputs, contexts, pull=pull)

        pieces = [rows[piece.start : piece.stop] for piece in _pieces(len(rows), max(1, _SCORES // contexts.size))]
        return np.concatenate(self._share(rank, pieces))

    def _rank_rows(
        self, rows: NDArray[np.int32], outputs: NDArray[np.float32], contexts: Contexts, *, pull: bool
    ) -> NDArray[np.float64]:
        losses = np.zeros(len(rows))
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported elsewhere
            scores = self._weights.inputs[rows] @ outputs.T
        scratch = make_rank_scratch(contexts.size)
        self._rank(self._cells, rows, scores, self._weights, contexts, self._ranking, scratch, losses, pull)
        return losses

    def _draw_rows(self, size: int) -> NDArray[np.int32]:
        """Draw rows with probabilities proportional to the sums of their weights."""
        generator = np.random.default_rng(self._parameters.seed)
        chances = self._row_weights / self._row_weights.sum()
        return np.sort(generator.choice(len(chances), size, p=chances)).astype(np.int32)

    def _mean_loss(self, rows: NDArray[np.int32]) -> float:
        """Estimate the weighted mean of ρ over all pairs from rows drawn by `_draw_rows`."""
        return float((self._rank_all(rows, None, pull=False) / self._row_weights[rows]).mean())

    def objective(self, rows: int | None = None) -> float:
        """Return the objective J; see `wordneg.WordRank.objective_value`."""
        words = len(self._row_weights)
        if rows is None or rows >= words:
            ranks = self._rank_all(np.arange(words, dtype=np.int32), None, pull=False).sum()
        else:
            ranks = self._mean_loss(self._draw_rows(rows)) * self._row_weights.sum()
        return float(ranks + self._penalty())

    def _penalty(self) -> float:
        """Return the regularization term of the objective."""
        if self._parameters.reg == 0:
            return 0.0
        column_weights = np.bincount(self._cells.columns, self._cells.weights, len(self._row_weights))
        of_words = self._row_weights @ np.square(self._weights.inputs, dtype=np.float64).sum(axis=1)
        of_contexts = column_weights @ np.square(self._weights.outputs, dtype=np.float64).sum(axis=1)
        return self._parameters.reg / 2 * float(of_words + of_contexts)


def _pieces(size: int, most: int) -> list[range]:
    return [range(start, min(start + most, size)) for start in range(0, size, most)]


def _row_sums(values: NDArray[np.float32], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of the values in each row, ``(V,) float64``."""
    sums = np.zeros(len(offsets) - 1)
    filled = offsets[1:] > offsets[:-1]
    sums[filled] = np.add.reduceat(values, offsets[:-1][filled], dtype=np.float64)
    return sums
