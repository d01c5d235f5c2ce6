"""How many scores each sampler takes: what it declares, beside what is counted in its compiled code."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf

from wordneg.compiled import checking, memory, tiles
from wordneg.compiled.jit import jit
from wordneg.samplers import SAMPLERS, model

NEGATIVE, BLOCKS = 5, 3000
COUNTER = np.zeros((1, 1), dtype=np.float32)
ADDRESS = np.uint64(COUNTER.ctypes.data)
score_many, score_words, matrix_at = tiles.score_many, model.score_words, memory.matrix_at


@jit
def counted_score_many(query_at, targets_at, count, width, scores_at):
    matrix_at(ADDRESS, 1, 1)[0, 0] += count
    score_many(query_at, targets_at, count, width, scores_at)


@jit
def counted_score_words(pool, used, outputs, query):
    matrix_at(ADDRESS, 1, 1)[0, 0] += used  # what stands behind is padding
    score_words(pool, used, outputs, query)


@cache
def counting(draw):
    """Return a copy of a sampler's `draw` that counts scores."""
    replacements = {score_many: counted_score_many, score_words: counted_score_words}
    return checking._copy(draw, replacements | {one: one for one in replacements.values()})


def counted(sampler, blocks=BLOCKS):
    """Return the mean number of scores of a block, those of the positive and its negatives included."""
    counter = type("Counted", (type(sampler),), {"draw": staticmethod(counting(sampler.draw))})
    instance = counter(**settings(sampler))
    COUNTER[:] = 0
    Drawing(instance, zipf(300), random_weights(300), negative=NEGATIVE, seed=1).blocks(7, count=blocks)
    return 1 + NEGATIVE + float(COUNTER[0, 0]) / blocks


def settings(sampler):
    return {name: value for name, value in SAMPLERS.describe(sampler).items() if name != "name"}


CHOICES = [
    *({"name": name, "warm_up": 0} for name in ("adaptive", "dns", "optrank", "semi-hard", "tri", "warp", "wordrank")),
    {"name": "unigram"},
    {"name": "uniform"},
    {"name": "mixture"},
    {"name": "dns", "candidates": 64, "hard_fraction": 1.0},
    {"name": "dns", "candidates": 16, "hard_fraction": 0.1},
    {"name": "tri", "weights": "boundary"},
    {"name": "tri", "weights": "triangle", "candidates": 32},
    {"name": "model"},
    {"name": "model", "method": "metropolis"},
    {"name": "model", "method": "metropolis", "steps": 20, "hard_fraction": 1.0},
    {"name": "model", "method": "metropolis", "steps": 3, "hard_fraction": 0.1},
]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_the_declared_number_is_the_counted_one(choice):
    sampler = SAMPLERS.resolve(choice)
    assert sampler.scores_per_positive(NEGATIVE) == pytest.approx(counted(sampler), rel=0.02)


def test_every_sampler_is_counted():
    never_scores = {"top-fraction"}  # it draws from tables that were made before training
    assert {choice["name"] for choice in CHOICES} | never_scores == set(SAMPLERS.names())
    assert SAMPLERS.resolve("top-fraction").scores_per_positive(NEGATIVE) == 1 + NEGATIVE


def test_a_number_that_depends_on_the_vectors_is_not_declared():
    assert SAMPLERS.resolve({"name": "optrank", "method": "sequential"}).scores_per_positive(NEGATIVE) is None
