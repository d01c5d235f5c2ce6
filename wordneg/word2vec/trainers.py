"""The trainers by what the settings ask for."""

from __future__ import annotations

from wordneg.compiled.weights import Weights
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.hogwild import HogwildTrainer
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.sharded import ShardedTrainer
from wordneg.word2vec.trainer import Trainer

__all__ = ["make_trainer"]


def make_trainer(
    store: TokenStore, weights: Weights, parameters: Parameters, sampler: Sampler, objective: Objective
) -> Trainer:
    """Return what trains weights on a text: on shards if there are several."""
    kind = HogwildTrainer if parameters.shards == 1 else ShardedTrainer
    return kind(store, weights, parameters, sampler, objective)
