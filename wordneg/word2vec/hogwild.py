"""Training on one machine without locks: threads take chunks of the text and change the same two matrices.

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

import queue
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.blocks import NO_WAYS, Chunk, Ways
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Replica, Tally, Worker, chunk_size
from wordneg.word2vec.trainer import Plan, Trainer

__all__ = ["HogwildTrainer"]


class HogwildTrainer(Trainer):
    """Trains two matrices on a token store. A step is a chunk.

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
        The factor by which each input row changes; rows with 0 stay as they are.
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
        tokens = len(store.tokens)
        super().__init__(tokens)
        self._chunk = chunk_size(tokens)
        self._replica = Replica(
            store.vocabulary,
            weights,
            parameters,
            sampler,
            objective,
            workers=parameters.workers or 1,
            chunk=self._chunk,
            locks=locks,
            ways=ways,
        )
        self._replica.read(store.tokens, store.offsets)
        self._inputs = weights.inputs
        self._frozen = np.empty(0, np.intp) if locks is None else np.flatnonzero(locks == 0)
        self._frozen_rows = weights.inputs[self._frozen]
        self._stop = threading.Event()

    def compile(self) -> float:
        """Compile the kernel; return the seconds it took."""
        return self._replica.compile()

    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model."""
        self._replica.freeze(weights)

    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what the sampler and the workers remember."""
        return self._replica.memory()

    def remember(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Restore what `memory` returned; workers that were not there begin anew."""
        self._replica.remember(arrays)

    @property
    def _steps(self) -> int:
        return -(-self.words // self._chunk)

    def _forget(self) -> None:
        self._replica.forget()

    def _tally(self) -> Tally:
        return self._replica.tally()

    def _advance(self, plan: Plan, done: int) -> int:
        left: queue.SimpleQueue[Chunk] = queue.SimpleQueue()
        for chunk in self._replica.chunks(done * self._chunk, self.words, plan.rates, epoch=plan.epoch, first=done):
            left.put(chunk)
        self._stop.clear()
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._work, args=(worker, left, failures), daemon=True)
            for worker in self._replica.workers
        ]
        for thread in threads:
            thread.start()
        try:
            self._attend(threads, plan)
        except BaseException:  # such as Ctrl-C: nobody writes to the matrices once this is raised
            self._stop.set()
            for thread in threads:
                thread.join()
            raise
        if failures:
            raise failures[0]
        self._inputs[self._frozen] = self._frozen_rows  # several workers may have overwritten one another
        return self._steps - left.qsize()

    def _work(self, worker: Worker, left: queue.SimpleQueue[Chunk], failures: list[BaseException]) -> None:
        """Train on chunks until there are none, or the trainer stops."""
        try:
            while not (self._stop.is_set() or self._interrupted.is_set()):
                self._replica.train(worker, left.get_nowait())
        except queue.Empty:
            return
        except BaseException as failure:  # handed to the thread that waits
            failures.append(failure)
            self._stop.set()

    def _attend(self, threads: list[threading.Thread], plan: Plan) -> None:
        """Wait for the workers and report how far they have got."""
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=0.1)
                if self._checkpoint_is_due():
                    self._stop.set()
                self._show(plan)
        self._show(plan)  # also if nobody had to be waited for
