"""WordRank's robust weighting for a stream of pairs: the worse a positive's rank, the less its violations count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    Search,
    SearchSettings,
    fill_popular,
    hard_count,
    score_candidates,
)
from wordneg.samplers.violators import Violators, choose, find_violators

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["WordRank"]

_ALL = np.float32(-np.inf)
_TO_LOG2 = 1.0 / math.log(2.0)


class State(NamedTuple):
    """The common state, the number of words V, the margin τ and α, the scale of the sum of hinges."""

    search: Search
    words: int
    margin: float
    alpha: float


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with the newest candidates, and the rest by popularity; return the weight ξ / ln 2."""
    search = state.search
    hard = hard_count(search, rng, negatives)
    weight = np.float32(1.0)
    if hard > 0:
        bound = score_candidates(search, scratch.pool, rng, outputs, query, positive, context) - np.float32(
            state.margin
        )
        hinges = state.words * sum_hinges(scratch.pool, bound) / search.candidates
        weight = np.float32(_TO_LOG2 * state.alpha / (state.alpha + hinges))
        count = find_violators(search, scratch, _ALL)
        choose(search, scratch, rng, positive, context, count, negatives, hard)
    fill_popular(search, rng, positive, context, negatives, hard)
    return weight


@jit
def sum_hinges(pool, bound):
    """Return the sum of the amounts by which scores of the pool exceed `bound` (float32)."""
    total = np.float32(0.0)
    for place in range(pool.scores.size):
        total += max(np.float32(0.0), pool.scores[place] - bound)
    return total


@dataclass(frozen=True, kw_only=True)
class WordRank(SearchSettings):
    """Any words as negatives, with a weight that falls as the positive's rank gets worse.

    WordRank minimizes a concave function of the positive's rank among all words, which is bounded from above by a sum
    of hinges:

        loss = log₂(1 + x / α),        x = Σ_{n ≠ p} max(0, τ + s_n − s_p).

    Its derivative by one of the hinges is 1 / (ln 2 · (α + x)) = ξ / (α ln 2) with ξ = α / (α + x). Each violation is
    therefore weighted by ξ / ln 2; the constant α is left to the learning rate (the authors' code omits it, too). ξ is
    close to 1 for a positive of good rank and falls towards 0 for one that is hopeless, or wrong. This is the opposite
    of `optrank` and `warp`, whose weight grows with the rank.

    WordRank knows the co-occurrence counts of the corpus and recomputes x over the whole vocabulary every few passes.
    This sampler is **our translation** to a stream of pairs, not WordRank itself: x is estimated from M candidates,

        x̂ = V / M · Σ_j max(0, τ + s_j − s_p),

    the K negatives are the newest candidates, and a pair counts as often as it occurs. WordRank draws uniformly
    (``exponent=0``, for which x̂ is right on average); with draws by popularity, the default, x̂ is a sum over
    occurrences to that power rather than over words.

    Parameters
    ----------
    alpha : float
        α: a positive whose hinges sum to this has half the largest weight. The authors' recommended run
        has 100, but starts with ξ = 1 and passes over the pairs tens of thousands of times. In a stream
        ξ is small from the start (x = τ · V), and with 100 nothing is learned in a few epochs: 10,000 is
        from runs on 100 MB of Wikipedia, 68,000 words, and is to grow with the vocabulary.
    margin : float
        Margin τ of the hinges, and of the sampler's default objective, `hinge`.
    candidates, hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.candidates.SearchSettings`. Blocks without a negative drawn by the rule have
        weight 1, so a warm-up corresponds to ξ = 1 in the authors' code, before ξ is first computed.

    References
    ----------
    Ji, Yun, Yanardag, Matsushima & Vishwanathan (2016), "WordRank: learning word embeddings via robust
    ranking", EMNLP. The loss is ρ₁ in the authors' code, whose recommended run uses the hinge, α = 100 and
    β = 99; there β + τ = α, because the sum includes the positive itself as one more term.
    """

    alpha: float = setting(10_000.0, Real(above=0, example=10_000), "sum of hinges at which the weight is halved")
    margin: float = setting(1.0, Real(), "margin of the hinges, and of the objective")

    name: ClassVar[str] = "wordrank"
    draw: ClassVar[Any] = staticmethod(draw)

    @property
    def default_objective(self) -> dict[str, Any]:
        """The hinge with the same margin."""
        return {"name": "hinge", "margin": self.margin}

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the common state and the settings of the weight."""
        return State(self.search(vocabulary), len(vocabulary), float(self.margin), float(self.alpha))

    def scratch(self, state: State, negative: int) -> Violators:
        """Return a pool of candidates, and memory for the candidates that are drawn."""
        return Violators(self.pool(), aligned((self.candidates,), np.int32))
