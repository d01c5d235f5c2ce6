"""The trainers by what the settings ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Given, SettingError
from wordneg.compiled.weights import Weights
from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler
from wordneg.word2vec.blocks import NO_WAYS, Ways
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
    *,
    client: Any = None,
    locks: NDArray[np.float32] | None = None,
    ways: Ways = NO_WAYS,
) -> Trainer:
    """Return what trains weights on a text: on shards if there are several, on a cluster if there is a client.

    Raises
    ------
    SettingError
        If input rows are locked or there is hierarchical softmax, and there are several shards or a client.
    """
    if parameters.shards == 1 and client is None:
        return HogwildTrainer(text, weights, parameters, sampler, objective, locks, ways)
    if parameters.hs:
        raise SettingError(
            "got ",
            Given("hs", 1),
            " and ",
            Given("shards", parameters.shards) if client is None else "a client",
            "; hierarchical softmax is trained in one piece and by one process: take ",
            Given("shards", 1),
            " and no client, or a model with ",
            Given("hs", 0),
        )
    if locks is not None:
        raise SettingError(
            "got ",
            Given("shards", parameters.shards),
            " and factors in wv.vectors_lockf; vectors can be locked with ",
            Given("shards", 1),
            " only: set that, or set wv.vectors_lockf to 1",
        )
    if client is not None:
        from wordneg.word2vec.cluster.trainer import ClusterTrainer

        return ClusterTrainer(client, text, weights, parameters, sampler, objective)
    return ShardedTrainer(text, weights, parameters, sampler, objective)
