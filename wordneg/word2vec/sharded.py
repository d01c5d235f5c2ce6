"""Training on shards of the text, with the same vectors, bit by bit, for any number of threads.

The text is cut into S shards. In a round each shard's replica starts from the common weights and trains on the shard's
next piece; then what the replicas have learned is merged into the common weights (`wordneg.word2vec.merging`). Nothing
races: which thread trains which shard changes no bit.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.crew import Crew, Memory, Round, Task
from wordneg.word2vec.merging import Scales
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import OF_AN_EPOCH, Tally
from wordneg.word2vec.shards import Schedule, shards_of
from wordneg.word2vec.trainer import Plan, Trainer

__all__ = ["RoundTrainer", "ShardedTrainer", "merging_scales", "tally_of"]

_CURVATURES = {"skip-gram": Scales(1 / 2, 1 / 8), "CBOW": Scales(1 / 8, 1 / 24)}
"""c of `wordneg.word2vec.merging`, that of input vectors for one shard: it grows with the root of their number.

Found by experiment (tests/benchmarks/results/shards-100mb.md).
"""


def merging_scales(turn: Round, schedule: Schedule, parameters: Parameters) -> Scales:
    """Return c · α for the merge after a round; α is the learning rate in its middle."""
    rate = turn.plan.rate_at((turn.number + 0.5) / schedule.rounds)
    inputs, outputs = _CURVATURES["skip-gram" if parameters.sg else "CBOW"]
    return Scales(rate * inputs * math.sqrt(parameters.shards), rate * outputs)


def tally_of(memories: Iterable[Memory]) -> Tally:
    """Return what an epoch came to so far, from the memories of shards; shards that have not begun have none."""
    begun = [Tally.of(memory) for memory in memories if "words" in memory]
    return Tally(*(sum(column) for column in zip(*begun, strict=True))) if begun else Tally()


def forgotten(memory: Memory) -> Memory:
    """Return a memory at the beginning of an epoch."""
    return {name: array for name, array in memory.items() if name not in OF_AN_EPOCH}


class RoundTrainer(Trainer):
    """Trains on shards, wherever they are. A step is a round.

    Parameters
    ----------
    sizes : sequence of int
        Tokens of each shard.
    parameters : Parameters
        Settings of the training; `epochs`, `alpha` and `min_alpha` are not read, but given to `run`.
    """

    def __init__(self, sizes: Sequence[int], parameters: Parameters) -> None:
        super().__init__(sum(sizes))
        self.schedule = Schedule.of(sizes, parameters.merge_every)
        self._sizes = sizes
        self._parameters = parameters
        self._number = 0

    def warn_if_poor(self, epochs: int) -> None:
        """Warn if there are too few rounds for so many shards."""
        self.schedule.warn_if_few(epochs, len(self._sizes), self._parameters.merge_every)

    @property
    def _steps(self) -> int:
        return self.schedule.rounds

    def _advance(self, plan: Plan, done: int) -> int:
        while done < self._steps and not self._interrupted.is_set():
            self._number = done
            self._round(Round(plan, done))
            done += 1
            self._show(plan)
            if self._checkpoint_is_due():
                break
        return done

    def _where(self, plan: Plan) -> str:
        number = self._epochs.index(plan.epoch) * self._steps + self._number + 1
        workers = self._workers_of_round
        return f"round {number}/{len(self._epochs) * self._steps}, {workers} worker{'' if workers == 1 else 's'}"

    @property
    @abstractmethod
    def _workers_of_round(self) -> int:
        """Workers that train the present round."""

    @abstractmethod
    def _round(self, turn: Round) -> None:
        """Train a round, and merge."""


class ShardedTrainer(RoundTrainer):
    """Trains on the shards of a token store with threads.

    Parameters
    ----------
    store : TokenStore
        The text.
    weights : Weights
        The common weights, changed in place.
    parameters, sampler, objective
        As for `wordneg.word2vec.hogwild.HogwildTrainer`.
    """

    def __init__(
        self, store: TokenStore, weights: Weights, parameters: Parameters, sampler: Sampler, objective: Objective
    ) -> None:
        self._shards = shards_of(store, parameters.shards)
        super().__init__([len(shard.tokens) for shard in self._shards], parameters)
        self._weights = weights
        self._threads = min(parameters.workers or 1, parameters.shards)
        self._crew = Crew(
            store.vocabulary,
            weights,
            parameters,
            sampler,
            objective,
            schedule=self.schedule,
            threads=self._threads,
        )
        self._memories: dict[int, Memory] = {shard.number: {} for shard in self._shards}

    def compile(self) -> float:
        """Compile the kernel; return the seconds it took."""
        return self._crew.compile()

    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model."""
        self._crew.freeze(weights)

    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what shards remember, and the beginning that this is the difference from."""
        return named_memories(self._crew.beginning, self._memories)

    def remember(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Restore what `memory` returned."""
        self._memories = memories_in(arrays, self._crew.beginning, len(self._shards))

    def _forget(self) -> None:
        self._memories = {number: forgotten(memory) for number, memory in self._memories.items()}

    def _tally(self) -> Tally:
        return tally_of(self._memories[shard.number] for shard in self._shards)

    @property
    def _workers_of_round(self) -> int:
        return self._threads

    def _round(self, turn: Round) -> None:
        tasks = [Task(shard, self._memories[shard.number]) for shard in self._shards]
        self._crew.train(self._weights, tasks, turn, self._memories, attend=lambda: self._show(turn.plan))
        scales = merging_scales(turn, self.schedule, self._parameters)
        self._crew.merge(self._weights, scales, len(self._shards))


_BEGINNING = "beginning_"


def named_memories(beginning: Memory, memories: dict[int, Memory]) -> dict[str, NDArray[Any]]:
    """Return the memories of shards as one record of arrays, for a checkpoint."""
    found = {_BEGINNING + name: array for name, array in beginning.items()}
    for number, memory in memories.items():
        found |= {f"shard{number}_{name}": array for name, array in memory.items()}
    return found


def memories_in(arrays: dict[str, NDArray[Any]], beginning: Memory, shards: int) -> dict[int, Memory]:
    """Return the memories that `named_memories` put together, as differences from another beginning.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    common = _with_prefix(arrays, _BEGINNING)
    for name, array in beginning.items():
        saved = common.get(name)
        if saved is None or saved.shape != array.shape or saved.dtype != array.dtype:
            raise ValueError(f"the checkpoint does not fit the sampler: {name} is missing or of another shape")
    return {number: common | _with_prefix(arrays, f"shard{number}_") for number in range(shards)}


def _with_prefix(arrays: dict[str, NDArray[Any]], prefix: str) -> Memory:
    return {name.removeprefix(prefix): np.asarray(array) for name, array in arrays.items() if name.startswith(prefix)}
