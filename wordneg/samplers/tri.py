"""Triangle sampling: negatives about as far from the query as the positive, and on the positive's side.

Cosines need norms. The norm of a candidate is computed when it enters the pool, so it is up to four blocks old.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import OneOf, Whole, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.simd import exponential, load, multiply, splat, store, subtract, where_above
from wordneg.compiled.tiles import score_many
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    FALLBACK,
    HARD,
    Pool,
    Search,
    SearchSettings,
    dot,
    score_candidates,
)
from wordneg.samplers.schedule import draw_popular, fill_popular, hard_count
from wordneg.samplers.weighted import UNDERFLOW, draw_left, sum_weights

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Tri"]

_NOTHING = np.float32(-np.inf)
_ZERO, _ONE, _MINUS_QUARTER = np.float32(0.0), np.float32(1.0), np.float32(-0.25)


class State(NamedTuple):
    """The common state, and which of the two weights are used."""

    search: Search
    boundary: bool
    triangle: bool


class Triangle(NamedTuple):
    """The memory of a worker.

    Attributes
    ----------
    pool : Pool
        The candidates.
    inverse_norms : (M',) float32
        1 / |u_n| of each candidate, 0 for rows of zeros.
    likeness : (M',) float32
        u_p·u_n of each candidate.
    weights : (M',) float32
        Weights of the candidates, 0 for words that must not be drawn or have been drawn.
    sums : (M',) float32
        Running sums of the weights.
    """

    pool: Pool
    inverse_norms: NDArray[np.float32]
    likeness: NDArray[np.float32]
    weights: NDArray[np.float32]
    sums: NDArray[np.float32]


@jit
def draw(state, triangle, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with candidates drawn by weight, and the rest by popularity."""
    search, pool = state.search, triangle.pool
    hard = hard_count(search, rng, negatives)
    if hard > 0:
        first = pool.next[0]
        score = score_candidates(search, pool, rng, outputs, query, positive, context)
        of_positive, of_query = _ZERO, _ZERO
        if state.triangle:
            renew_norms(search, triangle, outputs, first)
            of_positive, of_query = compare(triangle, outputs, query, positive)
        weigh(state, triangle, score, of_positive, of_query)
        sum_weights(triangle.weights, triangle.sums)
    for k in range(hard):
        place = draw_left(triangle.weights, triangle.sums, rng)
        if place < 0:
            pool.counts[FALLBACK] += 1
            negatives[k] = draw_popular(search, rng, positive, context)
        else:
            pool.counts[HARD] += 1
            negatives[k] = pool.words[place]
            drop(triangle, pool.words[place])
    fill_popular(search, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def renew_norms(search, triangle, outputs, first):
    """Update the norms of candidates new to the pool: from index `first` (−1: all) to where the next one goes."""
    pool = triangle.pool
    place = max(first, np.int64(0))
    for _ in range(search.candidates):
        row = outputs[pool.words[place]]
        triangle.inverse_norms[place] = inverse_root(dot(row, row))
        place += 1
        if place == search.candidates:
            place = np.int64(0)
        if place == pool.next[0]:
            break


@jit
def compare(triangle, outputs, query, positive):
    """Compute the likeness of each candidate to the positive; return 1 / |u_p| and 1 / |q|."""
    row, places = outputs[positive], triangle.pool.places
    score_many(address_of(row), address_of(places), places.size, outputs.shape[1], address_of(triangle.likeness))
    return inverse_root(dot(row, row)), inverse_root(dot(query, query))


@jit
def weigh(state, triangle, score, of_positive, of_query):
    """Compute the weights: exp(−(s_n − s_p)² / 4), max(0, cos(u_p, u_n) − cos(q, u_n)), or their product."""
    for piece in range(triangle.weights.size // LANES):
        offset = np.uint64(piece) * STEP
        scores = load(address_of(triangle.pool.scores) + offset)
        weight = splat(_ONE)
        if state.boundary:
            gap = subtract(scores, splat(score))
            power = exponential(multiply(splat(_MINUS_QUARTER), multiply(gap, gap)))
            weight = where_above(power, splat(UNDERFLOW), power)
        if state.triangle:
            likeness = load(address_of(triangle.likeness) + offset)
            difference = subtract(multiply(likeness, splat(of_positive)), multiply(scores, splat(of_query)))
            edge = multiply(difference, load(address_of(triangle.inverse_norms) + offset))
            weight = multiply(weight, where_above(edge, splat(_ZERO), edge))
        allowed = where_above(scores, splat(_NOTHING), weight)
        store(allowed, address_of(triangle.weights) + offset)


@jit
def inverse_root(square):
    """Return 1 / √x (float32), or 0 if x is 0."""
    return _ONE / np.sqrt(square) if square > _ZERO else _ZERO


@jit
def drop(triangle, word):
    """Set the weight of every occurrence of a word in the pool to 0."""
    words, weights = triangle.pool.words, triangle.weights
    for place in range(weights.size):
        if words[place] == word:
            weights[place] = _ZERO


@dataclass(frozen=True, kw_only=True)
class Tri(SearchSettings):
    """Candidates about as far from the query as the positive, and on the positive's side.

    For a query q, a positive p and candidates n with scores s = q·u, a candidate is drawn with a weight:

    * ``weights="boundary"``: exp(−(s_n − s_p)² / 4), which favors scores close to the positive's;
    * ``weights="triangle"``: max(0, cos(u_p, u_n) − cos(q, u_n)), which favors words more like the positive than the
      query;
    * ``weights="both"``: the product of the two.

    K words are drawn one after another without replacement, each by weight among the remaining words.

    Parameters
    ----------
    weights : {"both", "boundary", "triangle"}
        Which weight to draw candidates with: "boundary" is exp(−(s_n − s_p)² / 4), "triangle" is
        max(0, cos(u_p, u_n) − cos(q, u_n)), and "both" is their product.
    candidates : int
        Size M of the pool. Each candidate is scored twice, against the query and the positive. The
        rule has little choice unless M is well above the number of negatives K.
    hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`.

    Notes
    -----
    When no candidate with a positive weight is left, the rest is drawn by popularity. This is the case at the very
    start, when output rows are zero.

    References
    ----------
    After Yang, Shao, Dong & Tang (2024), "TriSampler: a better negative sampling principle for dense
    retrieval", AAAI, in our translation: the two weights are as others quote them; their product, the
    cosines in the second, and candidates from a pool instead of the top results of a retrieval are our
    choice.
    """

    weights: str = setting("both", OneOf(("both", "boundary", "triangle")), "both, boundary or triangle")
    candidates: int = setting(16, Whole(1, 4096), "size of the pool of candidates; each is scored twice")

    name: ClassVar[str] = "tri"
    draw: ClassVar[Any] = staticmethod(draw)

    def scores_per_positive(self, negative: int) -> float | None:
        """Return K + 1, and twice the candidates, or once where only the boundary counts."""
        times = 1 if self.weights == "boundary" else 2
        return 1.0 + negative + times * self.candidates * self.blocks_by_rule(negative)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the state of a search, and which weights are used."""
        return State(self.search(vocabulary), self.weights != "triangle", self.weights != "boundary")

    def scratch(self, state: State, negative: int) -> Triangle:
        """Return a pool of candidates, and memory for the values of each candidate."""
        pool = self.pool()
        room = (pool.words.size,)
        return Triangle(pool, aligned(room), aligned(room), aligned(room), aligned(room))
