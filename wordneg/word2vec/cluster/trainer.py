"""Training on a cluster: the driver hands out the rounds, and the cluster keeps the weights.

A round is a task for each worker, which trains some shards with all its threads, and one that merges what they have
learned. The driver sees no weights but at the end of an epoch and for a checkpoint. Two rounds are kept: a worker that
is lost took with it what others still have, or what is made again from that, with the same bits.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, initialize
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.cluster.connecting import check_cluster, workers_of
from wordneg.word2vec.cluster.tasks import (
    Common,
    Job,
    add_learned,
    begin_epoch,
    begin_training,
    compile_job,
    merge_round,
    tally_after,
    train_shards,
)
from wordneg.word2vec.cluster.text import ClusterText, given, given_shards
from wordneg.word2vec.crew import Memory, Round
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Replica, Tally
from wordneg.word2vec.sharded import RoundTrainer, forgotten, memories_in, named_memories
from wordneg.word2vec.trainer import Plan

__all__ = ["ClusterTrainer"]

_TOGETHER = 4
"""Results that are added up by one task."""

_POLL, _ASK_EVERY = 0.1, 5  # seconds
_PATIENCE = 300
"""Seconds that a training waits for a worker when there is none."""

_GONE = (
    "the scheduler of the cluster is gone, and the training with it; go on from the checkpoint, if there is one, with "
    "another cluster"
)


class ClusterTrainer(RoundTrainer):
    """Trains on shards of a text by the workers of a Dask cluster.

    Parameters
    ----------
    client : Client
        The client of the cluster.
    text : ClusterText or TokenStore
        The text. The shards of a store are sent to the cluster.
    weights : Weights
        The weights, changed in place whenever the driver fetches those of the cluster.
    parameters, sampler, objective
        As for `wordneg.word2vec.hogwild.HogwildTrainer`; `workers` is not read, as each worker of the cluster trains
        with the threads that it has.
    """

    def __init__(
        self,
        client: Any,
        text: ClusterText | TokenStore,
        weights: Weights,
        parameters: Parameters,
        sampler: Sampler,
        objective: Objective,
    ) -> None:
        machine = check_cluster(client)
        self._client = client
        if isinstance(text, ClusterText):
            self._shards, sizes = text.shards(parameters.shards)
        else:
            with _large_tasks():
                self._shards, sizes = given_shards(client, text, parameters.shards)
        super().__init__(sizes, parameters)
        self._weights = weights
        self._replica = Replica(
            text.vocabulary, weights, parameters, sampler, objective, workers=1, chunk=self.schedule.chunk, counted=True
        )
        self._beginning = self._replica.memory()
        self._memories: dict[int, Memory] = {number: {} for number in range(len(sizes))}
        self._now = Tally()
        self._job = Job(uuid.uuid4().hex[:12], parameters, sampler, objective, self.schedule, machine)
        with _large_tasks():
            self._vocabulary = client.submit(given, text.vocabulary, key=f"wordneg-words-{self._job.name}")
        self._common: Any = None
        self._fetched = ""
        self._rounds = self._busy = 0
        self._kept: deque[Any] = deque(maxlen=2)

    def compile(self) -> float:
        """Compile the kernel on each worker; return the seconds it took."""
        begin = time.perf_counter()
        compiling = [
            self._client.submit(
                compile_job, self._job, self._vocabulary, workers=[worker], allow_other_workers=True, pure=False
            )
            for worker in self._workers()
        ]
        for one in compiling:
            self._wait_for(one)
        return time.perf_counter() - begin

    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model."""
        self._replica.freeze(weights)
        self._beginning = self._replica.memory()
        self._common = None

    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what shards remember, and the beginning that this is the difference from."""
        return named_memories(self._beginning, self._memories)

    def remember(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Restore what `memory` returned."""
        self._memories = memories_in(arrays, self._beginning, len(self._shards))
        self._common = None

    def _forget(self) -> None:
        self._memories = {number: forgotten(memory) for number, memory in self._memories.items()}
        self._now = Tally()

    def _tally(self) -> Tally:
        return self._now

    # --- rounds -----------------------------------------------------------------------------------

    def _advance(self, plan: Plan, done: int) -> int:
        self._send()
        done = super()._advance(plan, done)
        self._fetch()
        return done

    def _send(self) -> None:
        """Let the cluster begin with the weights and memories that are here, unless it has them."""
        if self._common is not None and _digest(self._weights) == self._fetched:
            if not self._now.words:  # a new epoch
                key = f"wordneg-begin-epoch-{self._job.name}-{self._rounds}"
                self._common = self._client.submit(begin_epoch, self._common, key=key)
            return
        words, parameters = len(self._weights.inputs), self._parameters
        fresh = initialize(words, parameters.vector_size, parameters.seed)
        same = all(np.array_equal(one, other) for one, other in zip(fresh, self._weights, strict=True))
        given_weights = None if same else Weights(*(matrix.copy() for matrix in self._weights))
        with _large_tasks():
            self._common = self._client.submit(
                begin_training,
                words,
                parameters,
                given_weights,
                self._beginning,
                self._memories,
                key=f"wordneg-begin-{self._job.name}-{self._rounds}",
            )

    def _fetch(self) -> None:
        """Take weights and memories from the cluster."""
        common: Common = self._wait_for(self._common)
        for here, there in zip(self._weights, common.weights, strict=True):
            np.copyto(here, there)
        self._memories = common.memories
        self._fetched = _digest(self._weights)

    @property
    def _workers_of_round(self) -> int:
        return self._busy

    def _round(self, turn: Round) -> None:
        submit, job, common = self._client.submit, self._job, self._common
        assigned = self._assigned()
        self._busy = len(assigned)
        name = f"{job.name}-{self._rounds}"
        learned = [
            submit(
                train_shards,
                job,
                self._vocabulary,
                common,
                shards,
                turn,
                key=f"wordneg-train-{name}-{number}",
                workers=[worker],
                allow_other_workers=True,
            )
            for number, (worker, shards) in enumerate(assigned)
        ]
        parts, level = learned, 0
        while len(parts) > _TOGETHER:
            groups = [parts[start : start + _TOGETHER] for start in range(0, len(parts), _TOGETHER)]
            parts = [
                submit(add_learned, *group, key=f"wordneg-add-{name}-{level}-{number}")
                for number, group in enumerate(groups)
            ]
            level += 1
        merged = submit(merge_round, job, common, turn, *parts, key=f"wordneg-merge-{name}")
        self._now = self._wait_for(submit(tally_after, merged, key=f"wordneg-report-{name}"))
        self._kept.append((common, learned, parts))
        self._common = merged
        self._rounds += 1

    def _assigned(self) -> list[tuple[str, list[Any]]]:
        """Return the workers with the shards that each is to train, by the threads that it has."""
        workers = self._workers()
        slots = [worker for worker, threads in workers.items() for _ in range(threads)] or [""]
        assigned: dict[str, list[Any]] = {}
        for number, shard in enumerate(self._shards):
            assigned.setdefault(slots[number * len(slots) // len(self._shards)], []).append(shard)
        return list(assigned.items())

    def _wait_for(self, future: Any) -> Any:
        """Return what a task returns; say in a sentence why there is nothing."""
        from distributed import KilledWorker, wait
        from distributed.client import FutureCancelledError

        asked = seen = time.monotonic()  # when workers were last asked after, and last seen
        try:
            while not self._is_done(future, wait):
                if (now := time.monotonic()) - asked > _ASK_EVERY:
                    asked = now
                    seen = now if self._workers() else seen
                if now - seen > _PATIENCE:
                    raise RuntimeError(
                        f"the cluster has had no worker for {_PATIENCE} seconds; go on from the checkpoint, if there "
                        "is one, with other workers"
                    )
            return future.result()
        except KilledWorker as error:
            raise RuntimeError(
                f"workers of the cluster died again and again of the same task ({error}); this training takes "
                f"{self._bytes_a_worker / 1e9:.1f} GB on a worker with one thread: give workers more memory, or fewer "
                "threads"
            ) from error
        except (FutureCancelledError, CancelledError) as error:
            raise ConnectionError(_GONE) from error

    def _is_done(self, future: Any, wait: Callable[..., Any]) -> bool:
        """Wait a little; return whether a task is done, or has failed."""
        try:
            with self._client.as_current():
                wait(future, timeout=_POLL)
        except TimeoutError:
            return False
        return True

    def _workers(self) -> dict[str, int]:
        """Return the threads of the workers by their addresses; raise ConnectionError if the scheduler is gone."""
        try:
            return workers_of(self._client)
        except (OSError, TimeoutError) as error:
            raise ConnectionError(_GONE) from error

    @property
    def _bytes_a_worker(self) -> int:
        """Bytes that a round takes on a worker with one thread: four times two matrices, and three of sums."""
        words, width = self._weights.inputs.shape
        return words * width * (4 * 2 * 4 + 8 * 2 * 3)


def _digest(weights: Weights) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for matrix in weights:
        digest.update(matrix.data)
    return digest.hexdigest()


@contextmanager
def _large_tasks() -> Iterator[None]:
    """Let what tasks are given be large: it stays with the scheduler, from which it can be had again."""
    import dask

    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TiB"}):
        yield
