"""A text whose words have a similarity that is known: what a benchmark of it asks is what the text was made from.

Each of V words has a direction x of length 1 in a few dimensions, and a frequency by Zipf's law, p(w) ∝ 1 / (r + 2.7)
at rank r. A sentence has a direction z, drawn anew, and its words are drawn independently with

    p(w | z) ∝ p(w) exp(κ x_w · z)

So two words stand together the more often, the nearer their directions are, in expectation over sentences by
log p(a, b) − log p(a) p(b) ≈ κ² x_a · x_b / D up to a constant (Arora et al. 2016, Theorem 2.2). Rank and direction are
independent. Sentences are drawn in the order in which they are read, so that the text of a seed is the beginning of any
longer one.

References
----------
S. Arora, Y. Li, Y. Liang, T. Ma, A. Risteski (2016), "A latent variable model approach to PMI-based word embeddings",
TACL 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordneg import evaluation

_FLATTENING = 2.7  # Mandelbrot's
_BATCH = 200  # sentences drawn at once


@dataclass(frozen=True)
class Planted:
    """A text with planted similarity.

    Attributes
    ----------
    vocabulary : int
        The number of words, V.
    dimensions : int
        The number of dimensions of their directions, D.
    strength : float
        κ: how much a sentence's direction decides on its words.
    length : int
        Words of a sentence.
    seed : int
        Of directions, sentences and pairs.
    """

    vocabulary: int = 10_000
    dimensions: int = 8
    strength: float = 5.0
    length: int = 20
    seed: int = 1

    @property
    def directions(self) -> NDArray[np.float64]:
        """The (V, D) directions of the words, from the most frequent to the rarest."""
        return _unit(np.random.default_rng([self.seed, 1]).normal(size=(self.vocabulary, self.dimensions)))

    def sentences(self, words: int) -> Iterator[list[str]]:
        """Yield sentences of so many words in all, up to the length of one more."""
        rng, directions = np.random.default_rng([self.seed, 2]), self.directions
        log_frequencies = -np.log(np.arange(self.vocabulary) + 1 + _FLATTENING)
        names = np.array([f"w{rank}" for rank in range(self.vocabulary)], dtype=object)
        left = -(-words // self.length)
        while left > 0:
            scores = self.strength * _unit(rng.normal(size=(_BATCH, self.dimensions))) @ directions.T + log_frequencies
            sums = np.cumsum(np.exp(scores - scores.max(axis=1, keepdims=True)), axis=1)  # (S, V)
            places = rng.random((_BATCH, self.length)) * sums[:, -1:]
            for row, place in zip(sums[:left], places[:left], strict=True):
                yield names[np.searchsorted(row, place, side="right")].tolist()
            left -= _BATCH

    def pairs(self, count: int = 2000, among: int = 1000) -> evaluation.WordPairs:
        """Return a similarity benchmark of the most frequent words: pairs, and the cosines of their directions."""
        rng, directions = np.random.default_rng([self.seed, 3]), self.directions
        left, right = rng.integers(0, min(among, self.vocabulary), (2, count))
        left, right = left[left != right], right[left != right]
        named = tuple((f"w{a}", f"w{b}") for a, b in zip(left.tolist(), right.tolist(), strict=True))
        return evaluation.WordPairs("planted", named, (directions[left] * directions[right]).sum(axis=1))


def _unit(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
