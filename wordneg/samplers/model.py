"""Sampling from the model's own distribution: a word is drawn with the probability that the model gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import OneOf, Real, Switch, Whole, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import uniform
from wordneg.compiled.simd import find_largest
from wordneg.compiled.tiles import score_many
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    FALLBACK,
    HARD,
    Pool,
    Search,
    SearchSettings,
    score_candidates,
)
from wordneg.samplers.schedule import allowed, draw_popular, fill_popular, hard_count
from wordneg.samplers.weighted import draw_place, exponentials, sum_weights

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Model"]

_NOTHING = np.float32(-np.inf)
_ZERO = np.float32(0.0)


class State(NamedTuple):
    """The state that all workers share.

    Attributes
    ----------
    search : Search
        The common state.
    sharpness : float32
        1 / T.
    handicaps : (V,) float32, or (0,)
        T · log P of each word up to a constant, to be subtracted from the scores; empty if not corrected.
    chains : (V,) int32, or (0,)
        Current word of each center word's chain, −1 before its first step. Workers may overwrite one another's
        entries, which makes a chain jump.
    steps : int
        Number of steps of a chain from one negative to the next.
    """

    search: Search
    sharpness: np.float32
    handicaps: NDArray[np.float32]
    chains: NDArray[np.int32]
    steps: int


class Lots(NamedTuple):
    """The memory of a worker.

    Attributes
    ----------
    pool : Pool
        The candidates, or the word of a chain and the proposals for its steps. After scoring, weights replace the
        scores.
    sums : (M',) float32
        Running sums of the weights.
    """

    pool: Pool
    sums: NDArray[np.float32]


@jit
def draw_resampled(state, lots, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with candidates drawn by weight, and the rest by popularity."""
    search, pool = state.search, lots.pool
    hard = hard_count(search, rng, negatives)
    total = _ZERO
    if hard > 0:
        score_candidates(search, pool, rng, outputs, query, positive, context)
        weigh(state, pool)
        total = sum_weights(pool.scores, lots.sums)
    for k in range(hard):
        if total > _ZERO:
            pool.counts[HARD] += 1
            negatives[k] = pool.words[draw_place(pool.scores, lots.sums, rng)]
        else:
            pool.counts[FALLBACK] += 1
            negatives[k] = draw_popular(search, rng, positive, context)
    fill_popular(search, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def draw_metropolis(state, lots, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` from the center word's chain, and the rest by popularity."""
    search, pool = state.search, lots.pool
    hard = hard_count(search, rng, negatives)
    if hard > 0:
        word = state.chains[positive]
        if word < 0 or not allowed(search, word, positive, context):
            word = draw_popular(search, rng, positive, context)
        pool.words[0] = word
        used = 1 + hard * state.steps
        for place in range(1, used):
            pool.words[place] = draw_popular(search, rng, positive, context)
        score_words(pool, used, outputs, query)
        weigh(state, pool)
        state.chains[positive] = walk(state.steps, pool, rng, negatives, hard)
    fill_popular(search, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def score_words(pool, used, outputs, query):
    """Score the first `used` words of the pool; the others get a score of −∞."""
    size, width = pool.words.size, outputs.shape[1]
    row_bytes = np.uint64(4 * width)
    for place in range(used, size):
        pool.words[place] = pool.words[0]
    for place in range(size):
        pool.places[place] = address_of(outputs) + np.uint64(pool.words[place]) * row_bytes
    score_many(address_of(query), address_of(pool.places), size, width, address_of(pool.scores))
    for place in range(used, size):
        pool.scores[place] = _NOTHING


@jit
def weigh(state, pool):
    """Replace the scores of the pool by weights, exp(s / T) or exp(s / T) / P, scaled so that the largest is 1."""
    weights = pool.scores
    if state.handicaps.size > 0:
        for place in range(weights.size):
            weights[place] -= state.handicaps[pool.words[place]]
    highest = weights[find_largest(address_of(weights), weights.size)]
    exponentials(weights, highest, state.sharpness)


@jit
def walk(steps, pool, rng, negatives, hard):
    """Walk from the word at index 0 over the proposals after it; fill `negatives` and return the last word."""
    at, proposal = np.int64(0), np.int64(1)
    for k in range(hard):
        for _ in range(steps):
            if uniform(rng) * pool.scores[at] < pool.scores[proposal]:
                at = proposal
            proposal += 1
        negatives[k] = pool.words[at]
    pool.counts[HARD] += hard
    return pool.words[at]


@dataclass(frozen=True, kw_only=True)
class Model(SearchSettings):
    """Negatives from the model's own distribution, P(n) · exp(s_n / T) or exp(s_n / T), mixed with popularity.

    With a query q, popularity P ∝ count^exponent, scores s = q·u and a temperature T, negatives are distributed as

    * P(n) · exp(s_n / T), the default. At T = 1 this is the distribution of words around the query that logistic
      training with negatives from P learns, because at its optimum s = log p − log P − log K;
    * exp(s_n / T) with ``proposal_corrected=True``: the softmax over the scores.

    In both, the positive (and with ``avoid_window`` the window) has probability 0. Two methods approximate this:

    * ``method="resample"``: K draws with replacement among the M candidates of the pool, which come from P, with
      weights exp(s / T), divided by P if corrected. This is exact for a large pool; a small pool is biased towards P.
    * ``method="metropolis"``: a Markov chain for each center word, which stays where its last block left it. A step
      proposes a word y from P and moves there from x with probability min(1, exp((s_y − s_x) / T)), times P(x) / P(y)
      if corrected; after every `steps` steps the word of the chain is a negative. This is exact for a query that stays
      the same; the query of a center word differs from block to block, so the chain lags behind.

    Parameters
    ----------
    method : {"resample", "metropolis"}
        Weighted draws among the M candidates of the pool, or a Metropolis chain for each center word.
    temperature : float
        Temperature T: values above 1 are closer to popularity, values below 1 closer to the hardest words.
    proposal_corrected : bool
        Whether to divide out popularity P, so that the target is exp(s_n / T) instead of P(n) · exp(s_n / T).
    steps : int
        Number of steps of a chain from one negative to the next, for ``method="metropolis"``.
    candidates : int
        Size M of the pool, for ``method="resample"``.
    hard_fraction : float
        Share of negatives drawn from the model; the rest is drawn by popularity.
    warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`.

    References
    ----------
    Zhang & Stratos (2021), "Understanding hard negatives in noise contrastive estimation", NAACL:
    negatives from the model's distribution reduce the bias of the contrastive loss's gradient. Yang,
    Ding, Zhou, Yang, Zhou & Tang (2020), "Understanding negative sampling in graph representation
    learning" (MCNS), KDD: negatives from a power of the data's distribution, approximated by the model,
    drawn with Metropolis chains. The chain per center word, with proposals by popularity, is our
    translation, as is resampling a pool. Levy & Goldberg (2014), "Neural word embedding as implicit
    matrix factorization", NIPS, section 3.1, on the optimum.
    """

    method: str = setting("resample", OneOf(("resample", "metropolis")), "resample or metropolis")
    temperature: float = setting(
        1.0,
        Real(above=0, hint="; sampler 'dns' takes the hardest"),
        "above 1 nearer to popularity, below 1 to the hardest",
    )
    proposal_corrected: bool = setting(False, Switch(), "whether popularity is divided out")
    steps: int = setting(1, Whole(1, 1000), "metropolis: steps from one negative to the next")
    hard_fraction: float = setting(0.5, Real(0, 1), "share of negatives drawn by the rule, the rest by popularity")

    name: ClassVar[str] = "model"

    @property
    def draw(self) -> Any:
        """The jitted function of the chosen method."""
        return draw_metropolis if self.method == "metropolis" else draw_resampled

    def scores_per_positive(self, negative: int) -> float | None:
        """Return K + 1, and the candidates, or a chain's words, for blocks that have a negative by the rule."""
        if self.method == "resample":
            return super().scores_per_positive(negative)
        return 1.0 + negative + self.blocks_by_rule(negative) + self.steps * self.hard_fraction * negative

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the state of a search, the logarithms of popularity, and chains that have not started."""
        log_popularity = self.exponent * np.log(np.maximum(vocabulary.counts, 1))
        handicaps = self.temperature * log_popularity if self.proposal_corrected else np.zeros(0)
        chains = np.full(len(vocabulary) if self.method == "metropolis" else 0, -1, dtype=np.int32)
        sharpness = np.float32(1 / self.temperature)
        return State(self.search(vocabulary), sharpness, handicaps.astype(np.float32), chains, self.steps)

    def scratch(self, state: State, negative: int) -> Lots:
        """Return a pool for the candidates, or for the chain of a block, and memory for the running sums."""
        pool = self.pool(1 + negative * self.steps if self.method == "metropolis" else None)
        return Lots(pool, aligned((pool.words.size,)))
