"""Test cases in which `wordneg.testing` lets a sampler draw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, initialize
from wordneg.diagnosis.draws import Blocks, Drawing
from wordneg.samplers import Sampler
from wordneg.text.vocabulary import Vocabulary

__all__ = ["LATE", "Case", "empty_filled_with", "nanoseconds", "normal_weights", "zipf"]

LATE = 1000.0
"""An epoch after every warm-up."""

_BLOCKS = 60


class Case(NamedTuple):
    """A test case: a vocabulary, weights, blocks, the number of negatives, and the epoch."""

    vocabulary: Vocabulary
    weights: Weights
    blocks: Blocks
    negative: int
    epoch: float

    @classmethod
    def of(cls, vocabulary: Vocabulary, negative: int, epoch: float) -> Case:
        """Return a case with blocks of 1 to 10 context words; the first and the last word are among the positives."""
        words = len(vocabulary)
        weights, generator = normal_weights(words), np.random.default_rng(words)
        positives = np.concatenate([[0, words - 1], generator.integers(words, size=_BLOCKS - 2)])
        contexts = [generator.integers(words, size=1 + number % 10) for number in range(_BLOCKS)]
        return cls(vocabulary, weights, Blocks.of(positives, contexts, weights.inputs), negative, epoch)

    def __str__(self) -> str:
        late = " after a refresh" if self.epoch else ""
        return f"with {len(self.vocabulary)} words and {self.negative} negatives{late}"


def zipf(words: int) -> Vocabulary:
    """Return a vocabulary of `words` words in which the word of rank r occurs 100,000 / r times."""
    counts = np.maximum(1, 100_000 // np.arange(1, words + 1))
    return Vocabulary([f"w{number}" for number in range(words)], counts)


def normal_weights(words: int, size: int = 20) -> Weights:
    """Return random input and output vectors, with rows padded as in training."""
    weights = initialize(words, size, 0)
    for side, matrix in enumerate(weights):
        matrix[:, :size] = np.random.default_rng(side).normal(size=(words, size), scale=0.5)
    return weights


@contextmanager
def empty_filled_with(byte: int) -> Iterator[None]:
    """Make np.empty and np.empty_like return arrays with every byte set to `byte`."""

    def filling(make: Callable[..., NDArray[Any]]) -> Callable[..., NDArray[Any]]:
        def filled(*args: Any, **settings: Any) -> NDArray[Any]:
            array = make(*args, **settings)
            if not array.dtype.hasobject:
                array.ravel(order="K").view(np.uint8)[...] = byte
            return array

        return filled

    with mock.patch("numpy.empty", filling(np.empty)), mock.patch("numpy.empty_like", filling(np.empty_like)):
        yield


def nanoseconds(sampler: Sampler, seed: int, *, words: int = 5000, blocks: int = 500) -> float:
    """Return the time to draw one negative, with a vocabulary and vectors of usual size."""
    weights, generator = normal_weights(words, 100), np.random.default_rng(seed)
    chosen = generator.integers(words, size=(blocks, 6))
    drawing = Drawing(sampler, zipf(words), weights, seed=seed)
    drawing.follow(LATE)
    return drawing.nanoseconds(Blocks.of(chosen[:, 0], list(chosen[:, 1:]), weights.inputs))
