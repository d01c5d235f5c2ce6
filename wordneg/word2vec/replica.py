"""A replica: two matrices in training, the sampler's state for them, and the memory of the workers that train them."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numba.core.errors import NumbaError
from numpy.typing import NDArray

from wordneg.compiled.checking import compile_part, raised_at, require_jitted
from wordneg.compiled.weights import Weights
from wordneg.diagnosis.draws import compile_draw
from wordneg.diagnosis.probing import guarded, is_built_in
from wordneg.estimator.checkpoint import memory_of, put_back
from wordneg.objectives.base import Objective
from wordneg.objectives.corrections import log_corrections
from wordneg.samplers.base import Refreshing, Sampler, Staged
from wordneg.text.vocabulary import Vocabulary
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
from wordneg.word2vec.near_root import copied_nodes
from wordneg.word2vec.parameters import Parameters

__all__ = ["OF_AN_EPOCH", "Replica", "Tally", "Worker", "chunk_size"]

OF_AN_EPOCH = ("totals", "words", "refresh")
"""What of the memory of a replica begins anew with each epoch."""

_LARGEST_CHUNK = 50_000  # tokens; some ten milliseconds
_SMALLEST_CHUNK = 1_000  # tokens
_CHUNKS_AN_EPOCH = 200  # of a small corpus, so that the learning rate falls smoothly
_LARGEST_LOSS = 1e6  # mean of a row; scores are a few tens, but a training that diverges need not reach infinity
_LOSS_EVERY = 256  # blocks; costs less than one percent

_NO_TEXT = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)


def chunk_size(tokens: int) -> int:
    """Return how many tokens of a text of `tokens` are trained on with one learning rate."""
    return min(max(tokens // _CHUNKS_AN_EPOCH, _SMALLEST_CHUNK), _LARGEST_CHUNK)


@dataclass
class Worker:
    """One thread's memory, and how far it has got in this epoch."""

    scratch: Scratch
    sampler_scratch: Any
    words: int = 0
    refresh_seconds: float = 0.0


class Tally(NamedTuple):
    """What an epoch came to so far.

    Attributes
    ----------
    words, kept : int
        Tokens trained on, with and without those that subsampling dropped.
    loss_sum, losses : float
        Sum of the losses, and their number.
    refresh_seconds : float
        How much time went into refreshing the sampler.
    """

    words: int = 0
    kept: int = 0
    loss_sum: float = 0.0
    losses: float = 0.0
    refresh_seconds: float = 0.0

    @classmethod
    def of(cls, memory: dict[str, NDArray[Any]]) -> Tally:
        """Return what the memory of a replica holds of it, see `Replica.memory`."""
        totals = memory["totals"]
        return cls(
            words=int(memory["words"]),
            kept=int(totals[KEPT_WORDS]),
            loss_sum=float(totals[LOSS_SUM]),
            losses=float(totals[LOSSES]),
            refresh_seconds=float(memory["refresh"]),
        )

    @property
    def mean_loss(self) -> float:
        """The mean loss; NaN if none was evaluated."""
        return self.loss_sum / self.losses if self.losses else math.nan


class Replica:
    """Trains two matrices on chunks of a text.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words.
    weights : Weights
        Changed in place.
    parameters : Parameters
        Settings of the training; `epochs`, `alpha` and `min_alpha` are not read, as chunks have their learning rates.
    sampler : Sampler
        Where the negatives come from.
    objective : Objective
        What the scores are pushed towards.
    workers : int
        How many threads will train at the same time.
    chunk : int
        Tokens of the largest chunk.
    counted : bool
        Whether the workers count updates, see `wordneg.word2vec.blocks.Scratch`.
    locks : (V,) float32, optional
        The factor by which each input row changes.
    ways : Ways
        The tree of hierarchical softmax, whose nodes are changed in place; needed if `parameters.hs` is set.

    Attributes
    ----------
    workers : list of Worker
        The memory of each thread.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        weights: Weights,
        parameters: Parameters,
        sampler: Sampler,
        objective: Objective,
        *,
        workers: int,
        chunk: int,
        counted: bool = False,
        locks: NDArray[np.float32] | None = None,
        ways: Ways = NO_WAYS,
    ) -> None:
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
        self._keep = keep
        self.read(*_NO_TEXT)
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
            workers=workers,
        )
        copies = copied_nodes(ways, workers)
        width = weights.inputs.shape[1]
        design = Design(
            cbow=not parameters.sg,
            width=width,
            negative=parameters.negative,
            draw=sampler.draw if is_built_in(sampler) else guarded(sampler.draw),
            needs_query=sampler.needs_query,
            slopes=objective.slopes,
            loss=objective.loss,
            corrected=objective.corrected,
            cosine=objective.cosine,
            input_factor=1 / (parameters.negative + 1) if objective.mean_error else 1.0,
            counted=counted,
            locked=locks is not None,
            hierarchical=bool(parameters.hs),
            copied=copies > 0,
        )
        self._kernel = make_kernel(design)
        negative, counts = parameters.negative, len(vocabulary) if counted else 0
        sizes = {"chunk": chunk, "window": parameters.window, "negative": negative, "width": width, "counted": counts}
        self.workers = [
            Worker(make_scratch(**sizes, ways=ways, node_copies=copies), sampler.scratch(self._sampler_state, negative))
            for _ in range(workers)
        ]
        self._chunk = chunk
        self._refreshing = threading.Lock()

    def read(self, tokens: NDArray[np.int32], offsets: NDArray[np.int64]) -> None:
        """Take a text, as in a `wordneg.TokenStore`, that the chunks are of from now."""
        views = tokens.view(), offsets.view()
        for view in views:
            view.flags.writeable = False  # as in every store, so that the kernel is compiled for one type
        self._text = Text(*views, self._keep)

    def compile(self) -> float:
        """Compile the kernel, by training on no text; return the seconds it took."""
        begin = time.perf_counter()
        try:
            self._run_kernel(self.workers[0], Chunk(0, 0, 0, 0, 0, 0, 0.0))
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
        worker = self.workers[0]
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

    # --- training ---------------------------------------------------------------------------------

    def chunks(self, start: int, stop: int, rates: tuple[float, float], *, epoch: int, first: int) -> list[Chunk]:
        """Return the chunks of a part of the text, in its order.

        Parameters
        ----------
        start, stop : int
            The part, in tokens.
        rates : (float, float)
            The learning rates at the beginning and at the end of the whole text, between which it falls linearly.
        epoch : int
            Number of the epoch, from 0.
        first : int
            Number of the part's first chunk; numbers and epoch determine the random numbers.
        """
        tokens = len(self._text.tokens)
        starts = np.arange(start, stop, self._chunk)
        sentences = np.searchsorted(self._text.offsets, starts, side="right") - 1
        stops = np.minimum(starts + self._chunk, stop)
        rate_at = np.interp(starts, (0, tokens), rates)
        columns = zip(starts.tolist(), stops.tolist(), sentences.tolist(), rate_at.tolist(), strict=True)
        seed = self._parameters.seed
        return [
            Chunk(start, stop, sentence, seed, epoch, number, rate)
            for number, (start, stop, sentence, rate) in enumerate(columns, start=first)
        ]

    def train(self, worker: Worker, chunk: Chunk) -> None:
        """Train on a chunk, after a refresh of the sampler if one is due.

        Raises
        ------
        FloatingPointError
            If the mean loss becomes NaN, infinite, or larger than the scores of any good model can make it.
        RuntimeError
            If sampler or objective raise an error.
        """
        self._refresh(worker, chunk)
        try:
            self._run_kernel(worker, chunk)
        except Exception as error:  # the kernel itself raises none
            raise RuntimeError(
                f"training with sampler {self._sampler.name!r} and objective {self._objective.name!r} failed in "
                f"{raised_at(error)}: {type(error).__name__}: {error}"
            ) from error
        worker.words += chunk.stop - chunk.start
        loss = worker.scratch.totals[LOSS_SUM] / max(worker.scratch.totals[LOSSES], 1.0)
        if not (math.isfinite(loss) and loss <= _LARGEST_LOSS):
            raise FloatingPointError(
                f"the loss became {loss:.4g} in epoch {chunk.epoch}, at a learning rate of "
                f"{chunk.rate:.4g}: training diverged; start again with a lower alpha"
            )

    def losses(self) -> NDArray[np.float64]:
        """Return the sum of the losses of each sentence, (S,) float64, without learning anything.

        All losses are summed if the replica was made with ``compute_loss=True``.
        """
        worker, offsets = self.workers[0], self._text.offsets.tolist()
        sums = np.zeros(len(offsets) - 1)
        for sentence, (begin, end) in enumerate(pairwise(offsets)):
            worker.scratch.totals[:] = 0.0
            for start in range(begin, end, self._chunk):
                stop = min(end, start + self._chunk)
                self._run_kernel(worker, Chunk(start, stop, sentence, self._parameters.seed, 0, 0, 0.0))
            sums[sentence] = worker.scratch.totals[LOSS_SUM]
        return sums

    def _run_kernel(self, worker: Worker, chunk: Chunk) -> None:
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

    def _refresh(self, worker: Worker, chunk: Chunk) -> None:
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

    # --- what it remembers ------------------------------------------------------------------------

    def forget(self) -> None:
        """Begin to count an epoch."""
        for worker in self.workers:
            worker.words, worker.refresh_seconds = 0, 0.0
            worker.scratch.totals[:] = 0.0

    def tally(self) -> Tally:
        """Return what the epoch came to so far."""
        return Tally.of(self._counted())

    def _counted(self) -> dict[str, NDArray[Any]]:
        return {
            "totals": np.sum([worker.scratch.totals for worker in self.workers], axis=0),
            "words": np.array(sum(worker.words for worker in self.workers)),
            "refresh": np.array(sum(worker.refresh_seconds for worker in self.workers)),
        }

    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what sampler and workers remember, by name. With weights and text, training goes on from it."""
        outputs = self._weights.outputs
        rows = outputs.ctypes.data, outputs.strides[0]
        found = memory_of(self._sampler_state, "state", *rows)
        for number, worker in enumerate(self.workers):
            found |= memory_of(worker.sampler_scratch, f"scratch{number}", *rows)
        return found | self._counted()

    def remember(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Restore what `memory` returned; workers that were not there begin anew.

        Raises
        ------
        ValueError
            If it does not fit.
        """
        outputs = self._weights.outputs
        rows = outputs.ctypes.data, outputs.strides[0], len(outputs)
        put_back(self._sampler_state, "state", *rows, arrays)
        for number, worker in enumerate(self.workers):
            if any(name.startswith(f"scratch{number}_") for name in arrays):
                put_back(worker.sampler_scratch, f"scratch{number}", *rows, arrays)
        first = self.workers[0]
        if arrays["totals"].shape != first.scratch.totals.shape:
            raise ValueError("the checkpoint does not fit: its sums are of another shape")
        self.forget()
        first.scratch.totals[:] = arrays["totals"]
        first.words, first.refresh_seconds = int(arrays["words"]), float(arrays["refresh"])
