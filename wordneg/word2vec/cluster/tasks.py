"""What workers of a cluster do in the rounds of a training.

All of it is functions of their arguments, so that what a lost worker held can be made again, with the same bits. What a
worker keeps between tasks is memory to work in, never a result.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, aligned, initialize, zeros
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.vocabulary import Vocabulary
from wordneg.word2vec.cluster.connecting import UNLIKE, Machine, this_machine
from wordneg.word2vec.crew import Crew, Memory, Round, Task
from wordneg.word2vec.merging import Sums, merge_rows
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Tally
from wordneg.word2vec.sharded import forgotten, merging_scales, tally_of
from wordneg.word2vec.shards import Schedule, Shard

__all__ = [
    "Common",
    "Job",
    "Learned",
    "add_learned",
    "begin_epoch",
    "begin_training",
    "compile_job",
    "merge_round",
    "tally_after",
    "train_shards",
]


class Job(NamedTuple):
    """A training: what is the same in all its rounds.

    Attributes
    ----------
    name : str
        Unlike all others.
    parameters, sampler, objective
        As for `wordneg.word2vec.replica.Replica`.
    schedule : Schedule
        The rounds.
    machine : Machine
        What the workers have in common.
    """

    name: str
    parameters: Parameters
    sampler: Sampler
    objective: Objective
    schedule: Schedule
    machine: Machine


class Common(NamedTuple):
    """What a round begins with.

    Attributes
    ----------
    weights : Weights
        The common weights.
    beginning : Memory
        What a shard remembers before it is first trained.
    memories : dict of int to Memory
        How the memory of each shard differs from that, by its number.
    """

    weights: Weights
    beginning: Memory
    memories: dict[int, Memory]

    @property
    def tally(self) -> Tally:
        """What the epoch came to so far."""
        return tally_of(self.memories[number] for number in sorted(self.memories))


class Learned(NamedTuple):
    """What some shards have learned in a round.

    Attributes
    ----------
    rows : tuple of (R,) int64
        The rows of inputs and of outputs that were updated.
    sums : tuple of (R, P) float64
        Sums of their changes.
    counts : tuple of (R,) int64
        How often they were updated.
    memories : dict of int to Memory
        What the shards remember now, by their numbers.
    """

    rows: tuple[NDArray[np.int64], ...]
    sums: tuple[NDArray[np.float64], ...]
    counts: tuple[NDArray[np.int64], ...]
    memories: dict[int, Memory]


def begin_training(
    words: int, parameters: Parameters, given: Weights | None, beginning: Memory, memories: dict[int, Memory]
) -> Common:
    """Return what a training begins with: the given weights, or those that a seed gives."""
    weights = initialize(words, parameters.vector_size, parameters.seed) if given is None else given
    return Common(weights, beginning, memories)


def begin_epoch(common: Common) -> Common:
    """Return what a new epoch begins with."""
    memories = {number: forgotten(memory) for number, memory in common.memories.items()}
    return common._replace(memories=memories)


def train_shards(job: Job, vocabulary: Vocabulary, common: Common, shards: list[Shard], turn: Round) -> Learned:
    """Train a round of some shards, with as many threads as this worker has."""
    with _crew_of(job, vocabulary) as crew:
        crew.beginning = common.beginning
        memories: dict[int, Memory] = {}
        tasks = [Task(shard, common.memories[shard.number]) for shard in shards]
        crew.train(common.weights, tasks, turn, memories)
        learned = _packed(crew.sums, memories)
        for part in crew.sums:
            part[:] = 0
        return learned


def add_learned(*several: Learned) -> Learned:
    """Return what all have learned."""
    rows, sums, counts = [], [], []
    for side in range(2):
        union = np.unique(np.concatenate([one.rows[side] for one in several]))
        total = np.zeros((len(union), several[0].sums[side].shape[1]))
        count = np.zeros(len(union), np.int64)
        for one in several:
            places = np.searchsorted(union, one.rows[side])
            total[places] += one.sums[side]
            count[places] += one.counts[side]
        rows.append(union)
        sums.append(total)
        counts.append(count)
    memories = {number: memory for one in several for number, memory in one.memories.items()}
    return Learned(tuple(rows), tuple(sums), tuple(counts), memories)


def merge_round(job: Job, common: Common, turn: Round, *several: Learned) -> Common:
    """Return what the next round begins with."""
    weights = Weights(*(_own(matrix) for matrix in common.weights))
    sums = Sums.zeros(*weights.inputs.shape)
    memories: dict[int, Memory] = {}
    pairs = (sums.inputs, sums.input_counts), (sums.outputs, sums.output_counts)
    for learned in several:
        for side, (total, counts) in enumerate(pairs):
            total[learned.rows[side]] += learned.sums[side]
            counts[learned.rows[side]] += learned.counts[side]
        memories |= learned.memories
    scales = merging_scales(turn, job.schedule, job.parameters)
    merge_rows(weights, sums, 0, len(sums.input_counts), scales, job.parameters.shards)
    return Common(weights, common.beginning, dict(sorted(memories.items())))


def compile_job(job: Job, vocabulary: Vocabulary) -> float:
    """Compile the kernel on this worker; return the seconds it took."""
    with _crew_of(job, vocabulary) as crew:
        return crew.compile()


def tally_after(common: Common) -> Tally:
    """Return what the epoch came to so far; for the driver, which does not fetch all."""
    return common.tally


def _own(matrix: NDArray[Any]) -> NDArray[Any]:
    copy = aligned(matrix.shape, matrix.dtype.type)
    np.copyto(copy, matrix)
    return copy


def _packed(sums: Sums, memories: dict[int, Memory]) -> Learned:
    rows = tuple(np.flatnonzero(counts) for counts in (sums.input_counts, sums.output_counts))
    return Learned(
        rows,
        tuple(total[chosen] for total, chosen in zip(sums[:2], rows, strict=True)),
        tuple(counts[chosen] for counts, chosen in zip(sums[2:], rows, strict=True)),
        memories,
    )


_turn = threading.Lock()
_crews: dict[str, Crew] = {}


@contextmanager
def _crew_of(job: Job, vocabulary: Vocabulary) -> Iterator[Crew]:
    """Give the crew of a job, to one task at a time; the memory of one job is given up for another's."""
    check_machine(job.machine)
    with _turn:
        if job.name not in _crews:
            for crew in _crews.values():
                crew.close()
            _crews.clear()
            _crews[job.name] = Crew(
                vocabulary,
                zeros(len(vocabulary), job.parameters.vector_size),
                job.parameters,
                job.sampler,
                job.objective,
                schedule=job.schedule,
                threads=min(_threads(), job.parameters.shards),
            )
        try:
            yield _crews[job.name]
        except BaseException:  # it may be anywhere in a round
            del _crews[job.name]
            raise


def check_machine(expected: Machine) -> None:
    """Refuse to train on a worker that joined late and is unlike the others.

    Raises
    ------
    RuntimeError
        If it is.
    """
    if (here := this_machine()) != expected:
        from distributed import get_worker

        raise RuntimeError(
            f"the worker {get_worker().address}, which joined during the training, is {here}, but the others are "
            f"{expected}; {UNLIKE}"
        )


def _threads() -> int:
    """Return how many threads this worker has."""
    from distributed import get_worker

    return int(get_worker().state.nthreads)
