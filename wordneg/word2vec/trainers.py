"""The trainers by what the settings ask for."""

from __future__ import annotations

from typing import Any

from wordneg.compiled.weights import Weights
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.word2vec.hogwild import HogwildTrainer
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.sharded import ShardedTrainer
from wordneg.word2vec.trainer import Trainer

__all__ = ["make_trainer"]


def make_trainer(
    text: Any,
    weights: Weights,
    parameters: Parameters,
    sampler: Sampler,
    objective: Objective,
    client: Any = None,
) -> Trainer:
    """Return what trains weights on a text: on shards if there are several, on a cluster if there is a client."""
    if client is not None:
        from wordneg.word2vec.cluster.trainer import ClusterTrainer

        return ClusterTrainer(client, text, weights, parameters, sampler, objective)
    kind = HogwildTrainer if parameters.shards == 1 else ShardedTrainer
    return kind(text, weights, parameters, sampler, objective)
