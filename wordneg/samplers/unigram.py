"""Popularity sampling: negatives drawn by their number of occurrences, raised to a power."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Real, Settings, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.rng import below
from wordneg.samplers.base import Sampler
from wordneg.samplers.tables import draw_alias, negatives_table, popularity, table_probabilities

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary


__all__ = ["Uniform", "Unigram"]


class TableState(NamedTuple):
    """The state of a sampler with a fixed distribution: ``table``, ``(V,) uint64``, an alias table."""

    table: NDArray[np.uint64]


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` from the table, never with the positive."""
    for k in range(negatives.size):
        negative = draw_alias(state.table, rng)
        while negative == positive:
            negative = draw_alias(state.table, rng)
        negatives[k] = negative
    return np.float32(1.0)


class UniformState(NamedTuple):
    """The state of the uniform sampler: the number of ``words``."""

    words: int


@jit
def draw_uniform(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with words drawn uniformly, never with the positive."""
    for k in range(negatives.size):
        negative = below(rng, state.words - 1)
        negatives[k] = negative + (negative >= positive)
    return np.float32(1.0)


@dataclass(frozen=True)
class Unigram(Settings, Sampler):
    """Negatives with probability proportional to ``count ** exponent``.

    Where words i occur count_i times, word n is drawn with probability

        q_n = count_n^exponent / Σ_i count_i^exponent.

    Parameters
    ----------
    exponent : float
        Power of the counts: 0.75 is word2vec's, 1 gives the distribution of words in the text, 0 is uniform, and
        negative values favor rare words.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado & Dean (2013), "Distributed representations of words and
    phrases and their compositionality", NIPS, section 2.2.
    """

    exponent: float = setting(0.75, Real(None, example=0.75), "popularity is the count to this power")

    name: ClassVar[str] = "unigram"
    needs_query: ClassVar[bool] = False
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> TableState:
        """Return the alias table of the vocabulary's counts to the power `exponent`."""
        counts = vocabulary.counts
        return TableState(negatives_table(popularity(counts, self.exponent), counts, self.exponent))

    def probabilities(self, state: TableState) -> NDArray[np.float64]:
        """Return the probability of drawing each word, ``(V,) float64``."""
        return table_probabilities(state.table)


@dataclass(frozen=True)
class Uniform(Settings, Sampler):
    """Negatives with equal probability, like `Unigram` with an exponent of 0.

    Each of V words is drawn with probability

        q = 1 / V.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado & Dean (2013), section 2.2, where it is one of the baselines.
    """

    name: ClassVar[str] = "uniform"
    needs_query: ClassVar[bool] = False
    draw: ClassVar[Any] = staticmethod(draw_uniform)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> UniformState:
        """Return the size of the vocabulary."""
        return UniformState(len(vocabulary))

    def probabilities(self, state: UniformState) -> NDArray[np.float64]:
        """Return the probability of drawing each word, ``(V,) float64``."""
        return np.full(state.words, 1.0 / state.words)
