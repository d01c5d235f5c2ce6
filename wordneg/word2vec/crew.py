"""The threads of one machine that train shards: each has a replica, and takes one shard after another.

What a shard's training goes on from, beside weights and text, is its **memory**: what its sampler remembers, and what
its epoch came to so far. A replica is given the memory of the shard that it takes, and hands it back changed. So a
shard learns the same whichever thread or machine takes it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, aligned
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.vocabulary import Vocabulary
from wordneg.word2vec.merging import LARGEST_CHANGE, Scales, Sums, add_changes, merge_rows
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import OF_AN_EPOCH, Replica
from wordneg.word2vec.shards import Schedule, Shard
from wordneg.word2vec.trainer import Plan

__all__ = ["Crew", "Memory", "Round", "Task"]

Memory = dict[str, NDArray[Any]]
"""What a shard's training goes on from, as far as it differs from a beginning; see `Replica.memory`."""

_STRIPES = 16
"""Parts of the sums, each of which one thread adds to at a time."""

_ATTEND_EVERY = 0.1  # seconds

_SHARD_BITS = 40
"""A chunk's number is its shard's, shifted by so many bits, and its place in the shard: no two are alike."""


class Round(NamedTuple):
    """A round: the epoch that it is of, and its number in it."""

    plan: Plan
    number: int


class Task(NamedTuple):
    """A shard, and the memory from which it goes on."""

    shard: Shard
    memory: Memory


class Crew:
    """Some threads, each with a replica. They take the shards that they are given in turn.

    Memory: two matrices for each thread, and the sums, which take as much as four.

    Parameters
    ----------
    vocabulary : Vocabulary
        The words.
    weights : Weights
        What the samplers are prepared for.
    parameters, sampler, objective
        As for `Replica`.
    schedule : Schedule
        The rounds.
    threads : int
        The number of threads.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        weights: Weights,
        parameters: Parameters,
        sampler: Sampler,
        objective: Objective,
        *,
        schedule: Schedule,
        threads: int,
    ) -> None:
        self._schedule = schedule
        self._copies = [Weights(*(aligned(matrix.shape) for matrix in weights)) for _ in range(threads)]
        for copy in self._copies:
            _overwrite(copy, weights)
        self._replicas = [
            Replica(vocabulary, copy, parameters, sampler, objective, workers=1, chunk=schedule.chunk, counted=True)
            for copy in self._copies
        ]
        self.beginning = self._replicas[0].memory()
        self.sums = Sums.zeros(*weights.inputs.shape)
        self._stripes = np.linspace(0, len(vocabulary), _STRIPES + 1).astype(int).tolist()
        self._locks = [threading.Lock() for _ in range(_STRIPES)]
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="wordneg")

    def compile(self) -> float:
        """Compile the kernel; return the seconds it took."""
        return self._replicas[0].compile()

    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model."""
        for replica in self._replicas:
            replica.freeze(weights)
        self.beginning = self._replicas[0].memory()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def train(
        self,
        weights: Weights,
        tasks: Sequence[Task],
        turn: Round,
        memories: dict[int, Memory],
        *,
        attend: Callable[[], None] = lambda: None,
    ) -> None:
        """Train a round; add what was learned to `sums`.

        Parameters
        ----------
        weights : Weights
            The common weights; not changed.
        tasks : sequence of Task
            The shards.
        turn : Round
            The round.
        memories : dict of int to Memory
            Gets the new memory of each shard, by its number, as soon as it is trained.
        attend : callable
            Called now and then by the thread that waits.

        Raises
        ------
        FloatingPointError
            If the training diverges.
        """
        left: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            left.put(task)
        stop = threading.Event()

        def work(number: int) -> None:
            _overwrite(self._copies[number], weights)
            try:
                while not stop.is_set():
                    task = left.get_nowait()
                    memories[task.shard.number] = self._train_piece(number, task, turn)
                    self._add(number, weights, turn)
            except queue.Empty:
                return
            except BaseException:
                stop.set()
                raise

        working = [self._pool.submit(work, number) for number in range(len(self._replicas))]
        try:
            while wait(working, timeout=_ATTEND_EVERY).not_done:
                attend()
        except BaseException:  # such as Ctrl-C
            stop.set()
            wait(working)
            raise
        _raise_first(working)

    def _train_piece(self, number: int, task: Task, turn: Round) -> Memory:
        replica, shard = self._replicas[number], task.shard
        replica.read(shard.tokens, shard.offsets)
        replica.remember(self.beginning | task.memory)
        start, stop = self._schedule.piece(len(shard.tokens), turn.number)
        first = (shard.number << _SHARD_BITS) + start
        for chunk in replica.chunks(start, stop, turn.plan.rates, epoch=turn.plan.epoch, first=first):
            replica.train(replica.workers[0], chunk)
        return _changed(self.beginning, replica.memory())

    def _add(self, number: int, weights: Weights, turn: Round) -> None:
        """Add what a replica has learned to the sums, stripe by stripe; the replica is as before."""
        copy, scratch, sums = self._copies[number], self._replicas[number].workers[0].scratch, self.sums
        wrong = 0
        for step in range(_STRIPES):
            stripe = (step + number * _STRIPES // len(self._replicas)) % _STRIPES
            rows = self._stripes[stripe], self._stripes[stripe + 1]
            with self._locks[stripe]:
                wrong += add_changes(
                    copy.inputs, weights.inputs, scratch.input_counts, *rows, sums.inputs, sums.input_counts
                )
                wrong += add_changes(
                    copy.outputs, weights.outputs, scratch.output_counts, *rows, sums.outputs, sums.output_counts
                )
        if wrong:
            raise FloatingPointError(
                f"a weight changed by more than {LARGEST_CHANGE:g} from one merge to the next, in epoch "
                f"{turn.plan.epoch}: training diverged; start again with a lower alpha"
            )

    def merge(self, weights: Weights, scales: Scales, shards: int) -> None:
        """Merge the sums into the common weights, and begin new ones; see `wordneg.word2vec.merging`."""
        merging = [
            self._pool.submit(merge_rows, weights, self.sums, first, last, scales, shards)
            for first, last in pairwise(self._stripes)
        ]
        wait(merging)
        _raise_first(merging)


def _raise_first(done: Sequence[Future[None]]) -> None:
    """Raise the first exception of some that are done, if there is one."""
    for one in done:
        one.result()


def _changed(beginning: Memory, memory: Memory) -> Memory:
    """Return what an epoch came to, and the other arrays of a memory whose bits are not those of the beginning."""
    return {
        name: array
        for name, array in memory.items()
        if name in OF_AN_EPOCH or array.tobytes() != beginning[name].tobytes()
    }


def _overwrite(copy: Weights, weights: Weights) -> None:
    for to, of in zip(copy, weights, strict=True):
        np.copyto(to, of)
