"""What tests of samplers draw from: vocabularies and weights, and the library's own loop of draws."""

from __future__ import annotations

import numpy as np

from wordneg.compiled.weights import Weights, initialize
from wordneg.diagnosis.draws import Drawing
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Drawing", "random_weights", "vocabulary_of", "zipf"]


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
