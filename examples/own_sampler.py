"""A sampler of your own: negatives that are about as frequent as the center word."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wordneg import Word2Vec, jit
from wordneg.rng import below
from wordneg.samplers import Sampler


class State(NamedTuple):
    """What the compiled code reads."""

    words: int
    reach: int


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives`: words are numbered by frequency, so neighbors in number are alike in it."""
    lowest = max(0, positive - state.reach)
    others = min(state.words - 1, positive + state.reach) - lowest
    for k in range(negatives.size):
        word = lowest + below(rng, others)
        negatives[k] = word + (word >= positive)  # never the center word itself
    return np.float32(1.0)


@dataclass(frozen=True)
class SimilarFrequency(Sampler):
    """Negatives whose rank by frequency differs from the center word's by at most `reach`."""

    reach: int = 100

    name = "similar-frequency"
    needs_query = False
    draw = staticmethod(draw)

    def prepare(self, vocabulary, weights):
        """Return what `draw` gets as `state`."""
        return State(len(vocabulary), self.reach)


if __name__ == "__main__":
    from wordneg import corpora
    from wordneg.testing import check_sampler

    print(check_sampler(SimilarFrequency()))
    model = Word2Vec(corpora.load("lee"), sampler=SimilarFrequency(reach=50), epochs=20)
    print(model.sampler_report("unigram", SimilarFrequency(reach=50)))
