"""Kernels by themselves: a case of `roofline.py`, trained on synthetic text without anything around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from unittest import mock

import harness
import numpy as np

from wordneg import TokenStore
from wordneg.compiled.weights import Weights, initialize, padded
from wordneg.samplers import SAMPLERS
from wordneg.samplers.base import Refreshing, Staged
from wordneg.word2vec import replica as replica_module
from wordneg.word2vec.blocks import BLOCKS, KEPT_WORDS
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.replica import Replica

WINDOW = harness.SETTINGS["window"]
_CHUNK = 50_000
_RATE = 0.025


class Case(NamedTuple):
    """A kernel at a size."""

    architecture: str
    sampler: str
    words: int
    vector_size: int
    negative: int


class Run(NamedTuple):
    """What a task comes to: words that subsampling left, blocks, and multiply-adds of the products."""

    words: float
    blocks: float
    multiply_adds: float


def task_of(case: Case, store: TokenStore) -> Callable[[], Run]:
    """Return a function that trains a case on the whole text."""
    replica = replica_of(store, case)
    inputs = _rows_per_block(store) if case.architecture == "skip-gram" else 1.0
    targets = case.negative + 1
    scored = SAMPLERS.resolve(case.sampler).scores_per_positive(case.negative) or targets
    each = padded(case.vector_size) * (3 * inputs * targets + scored - targets)

    def run() -> Run:
        done = train_pass(replica, len(store.tokens))
        return done._replace(multiply_adds=done.blocks * each)

    return run


def replica_of(store: TokenStore, case: Case, sampler: Any = None, **parameters: Any) -> Replica:
    """Return what trains a case, with the sampler at work as in later epochs; matrices of one size are shared."""
    model = Word2Vec(
        sg=harness.ARCHITECTURES[case.architecture],
        vector_size=case.vector_size,
        negative=case.negative,
        sampler=sampler or case.sampler,
        window=WINDOW,
        seed=1,
        workers=1,
        **parameters,
    )
    weights = _weights(case.words, case.vector_size)
    settings = model.parameters, model.sampler, model.objective
    replica = Replica(store.vocabulary, weights, *settings, workers=1, chunk=_CHUNK)
    replica.read(store.tokens, store.offsets)
    if isinstance(model.sampler, Staged):
        model.sampler.freeze(replica._sampler_state, weights)
    if isinstance(model.sampler, Refreshing):
        model.sampler.refresh(replica._sampler_state, weights, 1.0)
    return replica


@lru_cache(maxsize=1)
def _weights(words: int, vector_size: int) -> Weights:
    """Return weights about as large as trained ones are."""
    weights = initialize(words, vector_size, 1)
    weights.inputs[:] *= 0.3 * vector_size
    weights.outputs[:, :vector_size] = 0.1 * np.random.default_rng(2).standard_normal(vector_size, np.float32)
    return weights


def train_pass(replica: Replica, tokens: int) -> Run:
    """Train on the whole text; return the words and blocks that there were."""
    replica.forget()
    for chunk in replica.chunks(0, tokens, (_RATE, _RATE), epoch=1, first=0):
        replica._run_kernel(replica.workers[0], chunk)
    totals = replica.workers[0].scratch.totals
    return Run(float(totals[KEPT_WORDS]), float(totals[BLOCKS]), 0.0)


def _rows_per_block(store: TokenStore) -> float:
    """Return the mean number of a block's context words; counting them takes time, so that it is done elsewhere."""
    case = Case("skip-gram", "uniform", len(store.vocabulary), 16, 1)
    with mock.patch.object(replica_module, "_LOSS_EVERY", 1):
        replica = replica_of(store, case)
    done = train_pass(replica, len(store.tokens))
    return float(replica.tally().losses) / done.blocks
