"""Dynamic negative sampling: the hardest of a few candidates, or hard candidates drawn by rank."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.rng import uniform
from wordneg.samplers.candidates import (
    FALLBACK,
    HARD,
    Pool,
    Search,
    SearchSettings,
    draw_popular,
    fill_popular,
    hard_count,
    score_candidates,
    take_largest,
)

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["DNS"]


class State(NamedTuple):
    """The common state and the scale of the ranks, M · softness."""

    search: Search
    scale: float


@jit
def draw(state, pool, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with candidates of high scores, and the rest by popularity."""
    search = state.search
    hard = hard_count(search, rng, negatives)
    if hard > 0:
        score_candidates(search, pool, rng, outputs, query, positive, context)
    for k in range(hard):
        if state.scale > 0:
            negatives[k] = -1 - draw_rank(state.scale, search.candidates, rng)
        else:
            word = take_largest(pool)
            pool.counts[HARD if word >= 0 else FALLBACK] += 1
            negatives[k] = word if word >= 0 else draw_popular(search, rng, positive, context)
    if state.scale > 0:
        ranks_to_words(search, pool, rng, positive, context, negatives, hard)
    fill_popular(search, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def draw_rank(scale, ranks, rng):
    """Draw a rank r from 0 … ranks − 1 with probability ∝ exp(−r / scale)."""
    reach = 1.0 - math.exp(-ranks / scale)  # the exponential distribution is cut off after the last rank
    return min(np.int64(-scale * math.log(1.0 - reach * uniform(rng))), ranks - 1)


@jit
def ranks_to_words(search, pool, rng, positive, context, negatives, hard):
    """Replace each rank r in `negatives`, stored as −1 − r, by the word of that rank."""
    found, rank = 0, 0
    while found < hard:
        word = take_largest(pool)
        kind = HARD if word >= 0 else FALLBACK
        if word < 0:
            word = draw_popular(search, rng, positive, context)
        for k in range(hard):
            if negatives[k] == -1 - rank:
                negatives[k] = word
                pool.counts[kind] += 1
                found += 1
        rank += 1


@dataclass(frozen=True, kw_only=True)
class DNS(SearchSettings):
    """The hardest of M candidates, or hard candidates drawn by rank.

    For a query q, M candidates in descending order of their scores q·u have the ranks 0, 1, 2, …

    * ``softness=0``: the K negatives are the candidates of ranks 0 … K − 1;
    * ``softness=ρ``: each negative is the candidate of a rank r drawn with probability ∝ exp(−r / (M · ρ)).

    Several copies of a word in the pool count as one candidate.

    Parameters
    ----------
    softness : float
        0 takes the hardest candidates; ρ > 0 draws ranks with probability ∝ exp(−rank / (M · ρ)).
    hard_fraction : float
        Share of negatives drawn by the rule. With all drawn by the rule, vectors became worse than with popularity:
        half of the hardest of 32 candidates are words that do occur next to the input somewhere in the text.
    candidates, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.candidates.SearchSettings`.

    References
    ----------
    Zhang, Chen, Wang & Yu (2013), "Optimizing top-N collaborative filtering via dynamic negative item
    sampling", SIGIR. Yuan, Guo, Jose, Chen, Yu & Zhang (2016), "LambdaFM: learning optimal ranking with
    factorization machines using lambda surrogates", CIKM (its dynamic sampler draws by rank). Both
    draw their candidates uniformly, which is ``exponent=0`` here.
    """

    softness: float = setting(0.0, Real(), "0 takes the hardest, more draws hard ones by rank")
    hard_fraction: float = setting(0.25, Real(0, 1), "share of negatives drawn by the rule, the rest by popularity")

    name: ClassVar[str] = "dns"
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the state of a search and the scale of the ranks."""
        return State(self.search(vocabulary), self.candidates * self.softness)

    def scratch(self, state: State, negative: int) -> Pool:
        """Return a pool of candidates."""
        return self.pool()
