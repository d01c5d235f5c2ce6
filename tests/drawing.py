"""Draws of a compiled sampler outside of training, for its tests."""

from __future__ import annotations

import numpy as np

from wordneg.rng import new_state
from wordneg.simd import jit
from wordneg.vocabulary import Vocabulary
from wordneg.weights import Weights, initialize


def vocabulary_of(counts) -> Vocabulary:
    return Vocabulary([f"w{i}" for i in range(len(counts))], np.asarray(counts, dtype=np.int64))


def zipf(words: int) -> Vocabulary:
    return vocabulary_of(np.maximum(1, 5000 // np.arange(1, words + 1)))


def random_weights(words: int, size: int = 20, seed: int = 0, scale: float = 1.0) -> Weights:
    """Return weights of which both sides are normal; rows are padded as in training."""
    weights = initialize(words, size, seed)
    for side, matrix in enumerate(weights):
        matrix[:, :size] = np.random.default_rng([seed, side]).normal(size=(words, size)) * scale
    return weights


class Drawing:
    """A sampler, prepared, from which blocks of negatives can be drawn."""

    def __init__(self, sampler, vocabulary, weights, *, negative=5, seed=1):
        self.state = sampler.prepare(vocabulary, weights)
        self.scratch = sampler.scratch(self.state, negative)
        self.rng, self.weights, self.negative = new_state(seed), weights, negative
        draw = sampler.draw

        @jit
        def draw_blocks(state, scratch, rng, outputs, query, positive, context, negatives, pulls):
            for block in range(len(negatives)):
                pulls[block] = draw(state, scratch, rng, outputs, query, positive, context, negatives[block])

        self._draw_blocks = draw_blocks

    def blocks(self, positive: int, *, query=None, context=(), count=1):
        """Return ``(count, K)`` negatives and the ``(count,)`` weights of the positive."""
        negatives = np.full((count, self.negative), -1, dtype=np.int32)
        pulls = np.zeros(count, dtype=np.float32)
        row = self.weights.inputs[0] if query is None else query
        words = np.asarray(context, dtype=np.int32)
        self._draw_blocks(
            self.state, self.scratch, self.rng, self.weights.outputs, row, positive, words, negatives, pulls
        )
        return negatives, pulls
