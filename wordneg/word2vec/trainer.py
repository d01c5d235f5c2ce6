"""Training: hands chunks of the text to worker threads, lowers the learning rate, reports progress, ends early.

Workers are threads that run the compiled kernel, which needs no GIL, on the shared matrices without
locks (Hogwild): one worker may overwrite what another has just written, which word vectors tolerate.
Each chunk has random numbers of its own, determined by seed, epoch and chunk. With one worker the same
seed therefore gives the same vectors, bit by bit, and with several nearly the same.

Python stays in charge between chunks: a chunk takes some ten milliseconds, so that interrupting,
progress and refreshes of a sampler need nothing from the kernel.

References
----------
Recht, Ré, Wright & Niu (2011), "Hogwild: a lock-free approach to parallelizing stochastic gradient
descent", NIPS.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numba.core.errors import NumbaError
from numpy.typing import NDArray

from wordneg.compiled.checking import compile_part, raised_at, require_jitted
from wordneg.compiled.weights import Weights
from wordneg.diagnosis.draws import compile_draw
from wordneg.diagnosis.probing import guarded, is_built_in
from wordneg.estimator.checkpoint import memory_of, put_back
from wordneg.estimator.passreport import PassReport
from wordneg.objectives.base import Objective
from wordneg.objectives.corrections import log_corrections
from wordneg.samplers.base import Refreshing, Sampler, Staged
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.blocks import (
    KEPT_WORDS,
    LOSS_SUM,
    LOSSES,
    NO_WAYS,
    Chunk,
    Design,
    Scratch,
    Settings,
    Text,
    Ways,
    make_scratch,
)
from wordneg.word2vec.kernel import make_kernel
from wordneg.word2vec.parameters import Parameters

__all__ = ["EpochReport", "Position", "Trainer"]

_LARGEST_CHUNK = 50_000  # tokens; some ten milliseconds
_SMALLEST_CHUNK = 1_000  # tokens
_CHUNKS_AN_EPOCH = 200  # of a small corpus, so that the learning rate falls smoothly
_LOSS_EVERY = 256  # blocks; costs less than one percent


@dataclass(frozen=True)
class EpochReport(PassReport):
    """The outcome of one epoch.

    Attributes
    ----------
    epoch : int
        Number of the epoch, from 0.
    loss : float
        Mean loss of a pair (of a center word for CBOW) before its update. It is estimated from a
        sample of them, or computed from all with ``compute_loss=True``.
    words, effective_words : int
        How many tokens of the text were trained on, with and without those that subsampling dropped.
    seconds : float
        Wall-clock time.
    refresh_seconds : float
        How much of that time the workers together spent on refreshing the sampler.
    rate : float
        Learning rate at the end.
    finished : bool
        False if the epoch was interrupted.
    """

    unit: ClassVar[str] = "words"

    epoch: int
    loss: float
    words: int
    effective_words: int
    seconds: float
    refresh_seconds: float
    rate: float
    finished: bool


@dataclass
class _Worker:
    """One thread's memory, and how far it has got in this epoch."""

    scratch: Scratch
    sampler_scratch: Any
    words: int = 0
    refresh_seconds: float = 0.0


class _Plan(NamedTuple):
    """One epoch: its number, which determines the random numbers, and its first and last learning rate."""

    epoch: int
    first_rate: float
    last_rate: float


class Position(NamedTuple):
    """How far a training has come.

    Attributes
    ----------
    epoch : int
        How many epochs are complete.
    chunk : int
        How many chunks of the next one have been trained.
    seconds : float
        How long that took.
    """

    epoch: int = 0
    chunk: int = 0
    seconds: float = 0.0


_BEGINNING = Position()


class Trainer:
    """Trains two matrices on a token store.

    Parameters
    ----------
    store : TokenStore
        The text.
    weights : Weights
        Changed in place.
    parameters : Parameters
        Settings of the training; `epochs`, `alpha` and `min_alpha` are not read, but given to `run`.
    sampler : Sampler
        Where the negatives come from.
    objective : Objective
        What the scores are pushed towards.
    locks : (V,) float32, optional
        By what factor each input row changes; rows with 0 stay as they are.
    ways : Ways
        The tree of hierarchical softmax, whose nodes are changed in place; needed if `parameters.hs` is set.
    """

    def __init__(
        self,
        store: TokenStore,
        weights: Weights,
        parameters: Parameters,
        sampler: Sampler,
        objective: Objective,
        locks: NDArray[np.float32] | None = None,
        ways: Ways = NO_WAYS,
    ) -> None:
        vocabulary = store.vocabulary
        if len(vocabulary) < 2:
            raise ValueError(
                f"the vocabulary holds a single word, {vocabulary.words[0]!r}, so there is no other to be "
                "its negative; give more text or a lower min_count"
            )
        require_jitted(f"sampler {sampler.name!r}", "draw", sampler.draw)
        for part in ("slopes", "loss"):
            require_jitted(f"objective {objective.name!r}", part, getattr(objective, part))
        self._weights = weights
        self._parameters = parameters
        self._sampler = sampler
        self._objective = objective
        self._sampler_state = sampler.prepare(vocabulary, weights)
        self._objective_state = objective.prepare()
        keep = np.zeros(0, dtype=np.uint32)
        if parameters.sample > 0:
            shares = vocabulary.keep_probabilities(parameters.sample) * 2.0**32
            keep = np.minimum(shares, 2.0**32 - 1).astype(np.uint32)
        self._text = Text(store.tokens, store.offsets, keep)
        log_q, log_rest = log_corrections(sampler, self._sampler_state, objective, parameters.negative)
        self._settings = Settings(
            window=parameters.window,
            shrink_windows=parameters.shrink_windows,
            share_negatives=parameters.share_negatives,
            mean=bool(parameters.cbow_mean),
            loss_every=1 if parameters.compute_loss else _LOSS_EVERY,
            log_q=log_q,
            log_rest=log_rest,
            locks=np.empty(0, np.float32) if locks is None else locks,
            ways=ways,
        )
        design = Design(
            cbow=not parameters.sg,
            width=weights.inputs.shape[1],
            negative=parameters.negative,
            draw=sampler.draw if is_built_in(sampler) else guarded(sampler.draw),
            needs_query=sampler.needs_query,
            slopes=objective.slopes,
            loss=objective.loss,
            corrected=objective.corrected,
            cosine=objective.cosine,
            input_factor=1 / (parameters.negative + 1) if objective.mean_error else 1.0,
            locked=locks is not None,
            hierarchical=bool(parameters.hs),
        )
        self._kernel = make_kernel(design)
        self._frozen = np.empty(0, np.intp) if locks is None else np.flatnonzero(locks == 0)
        self._frozen_rows = weights.inputs[self._frozen]
        tokens = len(store.tokens)
        self._chunk = min(max(tokens // _CHUNKS_AN_EPOCH, _SMALLEST_CHUNK), _LARGEST_CHUNK)
        self._workers = [self._new_worker() for _ in range(parameters.workers or 1)]
        self._stop = threading.Event()
        self._refreshing = threading.Lock()
        self._interrupted = threading.Event()
        self._checkpoint: Callable[[Position], None] | None = None
        self._due: Callable[[], bool] | None = None

    def _new_worker(self) -> _Worker:
        scratch = make_scratch(
            chunk=self._chunk,
            window=self._parameters.window,
            negative=self._parameters.negative,
            width=self._weights.inputs.shape[1],
            ways=self._settings.ways,
        )
        return _Worker(scratch, self._sampler.scratch(self._sampler_state, self._parameters.negative))

    def compile(self) -> float:
        """Compile the kernel, by training on no text; return the seconds it took."""
        begin = time.perf_counter()
        try:
            self._train(self._workers[0], Chunk(0, 0, 0, 0, 0, 0, 0.0))
        except (NumbaError, TypeError, ValueError):
            self._compile_parts()  # to say whose error it is
            raise
        return time.perf_counter() - begin

    def _compile_parts(self) -> None:
        """Compile the user's functions one by one.

        Raises
        ------
        TypeError
            If one does not compile; the message names it.
        """
        worker = self._workers[0]
        negative = self._parameters.negative
        compile_draw(self._sampler, self._sampler_state, worker.sampler_scratch, self._weights.outputs, negative)
        scores, weight = np.zeros((2, negative + 1), np.float32), np.float32(1.0)
        state = {"state": self._objective_state}
        owner = f"objective {self._objective.name!r}"
        block = state | {"scores": scores, "weight": weight, "slopes": scores}
        row = state | {"scores": scores[0], "weight": weight}
        compile_part(owner, "slopes", self._objective.slopes, block)
        compile_part(owner, "loss", self._objective.loss, row, returns="the loss of the row, as float64")

    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model; other samplers need nothing."""
        if isinstance(self._sampler, Staged):
            self._sampler.freeze(self._sampler_state, weights)

    def _train(self, worker: _Worker, chunk: Chunk) -> None:
        self._kernel(
            self._text,
            chunk,
            self._weights,
            self._settings,
            self._sampler_state,
            worker.sampler_scratch,
            self._objective_state,
            worker.scratch,
        )

    def _train_guarded(self, worker: _Worker, chunk: Chunk) -> None:
        """Train; if an error is raised, say whose it is, since the kernel itself raises none."""
        try:
            self._train(worker, chunk)
        except Exception as error:
            raise RuntimeError(
                f"training with sampler {self._sampler.name!r} and objective {self._objective.name!r} failed in "
                f"{raised_at(error)}: {type(error).__name__}: {error}"
            ) from error

    def run(
        self,
        *,
        epochs: int,
        alpha: float,
        min_alpha: float,
        first_epoch: int = 0,
        interrupted: threading.Event | None = None,
        on_progress: Callable[[int, float, float], None] | None = None,
        position: Position = _BEGINNING,
        checkpoint: Callable[[Position], None] | None = None,
        due: Callable[[], bool] | None = None,
    ) -> Iterator[EpochReport]:
        """Train epoch by epoch; yield a report after each one and go on when asked for the next.

        The learning rate falls linearly from `alpha` to `min_alpha` over all epochs.

        Parameters
        ----------
        epochs : int
            How many epochs.
        alpha, min_alpha : float
            First and last learning rate.
        first_epoch : int
            Number of the first epoch, for a training that is continued. It determines the random numbers.
        interrupted : threading.Event, optional
            Once it is set, training ends after the chunks that are being trained, with a report that says so.
        on_progress : callable, optional
            Called now and then with the number of tokens trained on in this epoch, the learning rate and the mean
            loss.
        position : Position
            Where to go on, once `remember` has restored what the trainer knew there.
        checkpoint : callable, optional
            Called with the position, while nothing is trained, whenever `due` says so and when training is interrupted.
        due : callable
            Asked now and then if there is a `checkpoint`.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        self._interrupted = interrupted or threading.Event()
        self._checkpoint, self._due = checkpoint, due
        for number in range(position.epoch, epochs):
            first, last = (alpha + (min_alpha - alpha) * done / epochs for done in (number, number + 1))
            here = position if number == position.epoch else Position(number)
            if here.chunk == 0:
                self._forget()
                if checkpoint is not None and number > position.epoch and self._checkpoint_is_due():
                    checkpoint(here)
            report = self._epoch(_Plan(first_epoch + number, first, last), here, on_progress)
            yield report
            if self._interrupted.is_set():
                if checkpoint is not None and report.finished and number + 1 < epochs:
                    checkpoint(Position(number + 1))
                return

    def _checkpoint_is_due(self) -> bool:
        return self._checkpoint is not None and self._due is not None and self._due()

    def _forget(self) -> None:
        """Begin to count an epoch."""
        for worker in self._workers:
            worker.words, worker.refresh_seconds = 0, 0.0
            worker.scratch.totals[:] = 0.0

    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what the sampler and the workers remember, by name. With the weights, training goes on from it."""
        base = self._weights.outputs.ctypes.data
        found = memory_of(self._sampler_state, "state", base)
        for number, worker in enumerate(self._workers):
            found |= memory_of(worker.sampler_scratch, f"scratch{number}", base)
        totals = np.sum([worker.scratch.totals for worker in self._workers], axis=0)
        return found | {"totals": totals, "refresh": np.array(sum(worker.refresh_seconds for worker in self._workers))}

    def remember(self, arrays: dict[str, NDArray[Any]], position: Position) -> None:
        """Restore what `memory` returned; workers that were not there begin anew.

        Raises
        ------
        ValueError
            If it does not fit.
        """
        outputs = self._weights.outputs
        base, extent = outputs.ctypes.data, outputs.nbytes
        put_back(self._sampler_state, "state", base, extent, arrays)
        for number, worker in enumerate(self._workers):
            if any(name.startswith(f"scratch{number}_") for name in arrays):
                put_back(worker.sampler_scratch, f"scratch{number}", base, extent, arrays)
        first = self._workers[0]
        if arrays["totals"].shape != first.scratch.totals.shape:
            raise ValueError("the checkpoint does not fit: its sums are of another shape")
        first.scratch.totals[:] = arrays["totals"]
        first.refresh_seconds = float(arrays["refresh"])
        first.words = min(position.chunk * self._chunk, len(self._text.tokens))

    def losses(self) -> NDArray[np.float64]:
        """Return the sum of the losses of each sentence, (S,) float64, without learning anything.

        All losses are summed if the trainer was made with ``compute_loss=True``.
        """
        worker, offsets = self._workers[0], self._text.offsets.tolist()
        sums = np.zeros(len(offsets) - 1)
        for sentence, (begin, end) in enumerate(pairwise(offsets)):
            worker.scratch.totals[:] = 0.0
            for start in range(begin, end, self._chunk):
                stop = min(end, start + self._chunk)
                self._train(worker, Chunk(start, stop, sentence, self._parameters.seed, 0, 0, 0.0))
            sums[sentence] = worker.scratch.totals[LOSS_SUM]
        return sums

    def _epoch(
        self, plan: _Plan, position: Position, on_progress: Callable[[int, float, float], None] | None
    ) -> EpochReport:
        begin = time.perf_counter() - position.seconds
        chunks = self._chunks(plan, position.chunk)
        while True:
            self._train_chunks(chunks, plan, on_progress)
            left = chunks.qsize()
            if left and self._checkpoint is not None:
                done = -(-len(self._text.tokens) // self._chunk) - left
                self._checkpoint(Position(position.epoch, done, time.perf_counter() - begin))
            if not left or self._interrupted.is_set():
                break
        self._weights.inputs[self._frozen] = self._frozen_rows  # several workers may have overwritten one another
        words = sum(worker.words for worker in self._workers)
        return EpochReport(
            epoch=plan.epoch,
            loss=self._mean_loss(),
            words=words,
            effective_words=int(sum(worker.scratch.totals[KEPT_WORDS] for worker in self._workers)),
            seconds=time.perf_counter() - begin,
            refresh_seconds=sum(worker.refresh_seconds for worker in self._workers),
            rate=self._rate(words, plan),
            finished=words == len(self._text.tokens),
        )

    def _train_chunks(
        self,
        chunks: queue.SimpleQueue[Chunk],
        plan: _Plan,
        on_progress: Callable[[int, float, float], None] | None,
    ) -> None:
        """Train until there are no chunks, a checkpoint is due, or training is interrupted."""
        self._stop.clear()
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._work, args=(worker, chunks, failures), daemon=True)
            for worker in self._workers
        ]
        for thread in threads:
            thread.start()
        try:
            self._attend(threads, plan, on_progress)
        except BaseException:  # such as Ctrl-C: nobody writes to the matrices once this is raised
            self._stop.set()
            for thread in threads:
                thread.join()
            raise
        if failures:
            raise failures[0]

    def _chunks(self, plan: _Plan, done: int) -> queue.SimpleQueue[Chunk]:
        """Return the epoch's chunks that are not done, in the order of the text."""
        tokens = len(self._text.tokens)
        starts = np.arange(0, tokens, self._chunk)
        sentences = np.searchsorted(self._text.offsets, starts, side="right") - 1
        stops = np.minimum(starts + self._chunk, tokens)
        rates = np.interp(starts, (0, tokens), (plan.first_rate, plan.last_rate))
        columns = zip(starts.tolist(), stops.tolist(), sentences.tolist(), rates.tolist(), strict=True)
        chunks: queue.SimpleQueue[Chunk] = queue.SimpleQueue()
        for number, (start, stop, sentence, rate) in enumerate(columns):
            if number < done:
                continue
            chunks.put(Chunk(start, stop, sentence, self._parameters.seed, plan.epoch, number, rate))
        return chunks

    def _work(self, worker: _Worker, chunks: queue.SimpleQueue[Chunk], failures: list[BaseException]) -> None:
        """Train on chunks until there are none, or the trainer stops."""
        try:
            while not (self._stop.is_set() or self._interrupted.is_set()):
                chunk = chunks.get_nowait()
                self._refresh(worker, chunk)
                self._train_guarded(worker, chunk)
                worker.words += chunk.stop - chunk.start
                self._check_loss(worker, chunk)
        except queue.Empty:
            return
        except BaseException as failure:  # handed to the thread that waits
            failures.append(failure)
            self._stop.set()

    def _refresh(self, worker: _Worker, chunk: Chunk) -> None:
        """Let the sampler follow the weights if another `refresh_every` tokens have gone by.

        A sampler is refreshed by one worker at a time: if another one has not finished the last refresh, this one is
        skipped.
        """
        if not isinstance(self._sampler, Refreshing) or chunk.start % self._sampler.refresh_every >= self._chunk:
            return
        if self._refreshing.acquire(blocking=False):
            begin = time.perf_counter()
            try:
                epoch = chunk.epoch + chunk.start / len(self._text.tokens)
                self._sampler.refresh(self._sampler_state, self._weights, epoch)
            finally:
                self._refreshing.release()
            worker.refresh_seconds += time.perf_counter() - begin

    def _check_loss(self, worker: _Worker, chunk: Chunk) -> None:
        loss = worker.scratch.totals[LOSS_SUM]
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"the loss became {loss} in epoch {chunk.epoch}, at a learning rate of "
                f"{chunk.rate:.4g}: training diverged; start again with a lower alpha"
            )

    def _attend(
        self,
        threads: Sequence[threading.Thread],
        plan: _Plan,
        on_progress: Callable[[int, float, float], None] | None,
    ) -> None:
        """Wait for the workers and report how far they have got."""
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=0.1)
                if self._checkpoint_is_due():
                    self._stop.set()
                if on_progress is not None:
                    words = sum(worker.words for worker in self._workers)
                    on_progress(words, self._rate(words, plan), self._mean_loss())

    def _rate(self, words: int, plan: _Plan) -> float:
        return plan.first_rate + (plan.last_rate - plan.first_rate) * words / max(1, len(self._text.tokens))

    def _mean_loss(self) -> float:
        losses = sum(worker.scratch.totals[LOSS_SUM] for worker in self._workers)
        count = sum(worker.scratch.totals[LOSSES] for worker in self._workers)
        return float(losses / count) if count else math.nan
