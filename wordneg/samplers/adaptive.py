"""Adaptive sampling: words that are extreme in the dimensions that matter to the query.

A block costs P multiplications for the probabilities of the dimensions; a negative costs three random numbers and
a few look-ups. Only the tails of the columns are kept, 5 λ words each; ranks beyond them are not drawn.

The rankings are updated as training proceeds, `COLUMNS` columns every 100,000 tokens (proportionally less often if the
vocabulary has more than 25,000 words, because ranking takes longer), which costs a few percent of the time.
Until something is ranked, negatives are drawn by popularity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Real, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import uniform
from wordneg.compiled.simd import absolute, load, multiply_add, splat, store
from wordneg.compiled.weights import aligned
from wordneg.samplers.rankings import COLUMNS, Rankings, Workspace, new_rankings, new_workspace, rank_columns
from wordneg.samplers.schedule import Schedule, ScheduleSettings, allowed, draw_popular, fill_popular, hard_count
from wordneg.samplers.tables import alias_table, draw_alias

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Adaptive"]

_REACH = 5  # ranks beyond 5 λ would make up 0.7% of the draws
_TRIES = 10
_WORDS_A_TURN = 25_000


class State(NamedTuple):
    """State of the adaptive sampler.

    Attributes
    ----------
    schedule : Schedule
        The common state.
    rankings : Rankings
        Tails and standard deviations of the columns.
    ranks : (R,) uint64
        Alias table of the ranks.
    workspace : Workspace
        Memory for the refresh.
    turn : (1,) int64
        Number of refreshes since all columns were ranked at once; −1 before that.
    """

    schedule: Schedule
    rankings: Rankings
    ranks: NDArray[np.uint64]
    workspace: Workspace
    turn: NDArray[np.int64]


class Scratch(NamedTuple):
    """The memory of a worker: running sums of the unnormalized probabilities |q_f| · σ_f.

    The dimensions f form a table with `LANES` columns, like a row of the weights. A dimension is drawn by choosing
    its column first, so that the sums can be computed with vector instructions and are short.

    Attributes
    ----------
    sums : (P,) float32
        Running sums down each of the `LANES` columns.
    columns : (LANES,) float32
        Running sums of the totals of the columns.
    """

    sums: NDArray[np.float32]
    columns: NDArray[np.float32]


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with words that are extreme where the query is, and the rest by popularity."""
    schedule = state.schedule
    hard = hard_count(schedule, rng, negatives)
    if hard > 0 and not add_up(query, state.rankings.spreads, scratch) > 0:
        hard = np.int64(0)
    for k in range(hard):
        negatives[k] = draw_extreme(state, scratch, rng, query, positive, context)
    fill_popular(schedule, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def add_up(query, spreads, scratch):
    """Compute the running sums in `scratch`; return the total."""
    query_at, spreads_at, sums_at = address_of(query), address_of(spreads), address_of(scratch.sums)
    sums = splat(np.float32(0.0))
    for row in range(query.size // LANES):
        offset = np.uint64(row) * STEP
        sums = multiply_add(absolute(load(query_at + offset)), load(spreads_at + offset), sums)
        store(sums, sums_at + offset)
    total = np.float32(0.0)
    for column in range(LANES):
        total += scratch.sums[query.size - LANES + column]
        scratch.columns[column] = total
    return total


@jit
def draw_extreme(state, scratch, rng, query, positive, context):
    """Draw a word from a tail of the rankings; after ten words that are not allowed, draw by popularity."""
    for _ in range(_TRIES):
        factor = draw_factor(scratch, rng)
        rank = draw_alias(state.ranks, rng)
        word = state.rankings.tails[factor, 0 if query[factor] > 0 else 1, rank]
        if allowed(state.schedule, word, positive, context):
            return word
    return draw_popular(state.schedule, rng, positive, context)


@jit
def draw_factor(scratch, rng):
    """Draw a dimension: first its column in the table, by the columns' totals, then its row."""
    sums, columns = scratch.sums, scratch.columns
    rows = sums.size // LANES
    column = count_up_to(columns, 0, 1, LANES, uniform(rng) * columns[LANES - 1])
    row = count_up_to(sums, column, LANES, rows, uniform(rng) * sums[(rows - 1) * LANES + column])
    return row * LANES + column


@jit
def count_up_to(sums, start, step, count, goal):
    """Return how many of `count` running sums, `step` apart, do not exceed `goal`.

    This is the index of the first sum that does. Counting beats a binary search, whose branches are unpredictable.
    """
    place = np.int64(0)
    for i in range(count):
        place += sums[start + i * step] <= goal
    return place


@dataclass(frozen=True, kw_only=True)
class Adaptive(ScheduleSettings):
    """Words that are extreme in the dimensions that matter to the query.

    Scoring all words would be too expensive, but a score is a sum over dimensions. For a query q, where σ_f is the
    standard deviation of column f of the output vectors and the columns are ranked from time to time:

    1. a dimension f is drawn with probability ∝ ``|q_f| · σ_f``;
    2. a rank r = 0, 1, 2, … is drawn with probability ∝ exp(−r / λ);
    3. the negative is the word of rank r in column f, from the top if q_f > 0, else from the bottom.

    Parameters
    ----------
    lam : float
        Scale λ of the ranks, in words; the smaller it is, the harder the negatives.
    hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`.

    References
    ----------
    Rendle & Freudenthaler (2014), "Improving pairwise learning for item recommendation from implicit
    feedback", WSDM; the probabilities of the dimensions are its equation 17 as quoted elsewhere, and the default
    λ = 500 is usual in implementations of it. Chen, Yuan, Jose & Zhang (2018), "Improving negative
    sampling for word representation using self-embedded features", WSDM: that it samples in this way
    is inferred from its abstract ("multi-dimensional self-embedded features"); its settings are not known
    to us, so warm-up, tails, refreshes and the mixture with popularity are our translation.
    """

    lam: float = setting(500.0, Real(above=0, example=500), "scale of the ranks, in words; a smaller one is harder")
    hard_fraction: float = setting(0.5, Real(0, 1), "share of negatives drawn by the rule, the rest by popularity")
    warm_up: float = setting(0.05, Real(), "epochs with negatives by popularity only")

    name: ClassVar[str] = "adaptive"
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the state, with the rankings of the current weights."""
        words, width = weights.outputs.shape
        length = int(min(words, max(1, np.ceil(_REACH * self.lam))))
        state = State(
            schedule=self.schedule(vocabulary),
            rankings=new_rankings(width, length),
            ranks=alias_table(np.exp(-np.arange(length) / self.lam)),
            workspace=new_workspace(words),
            turn=np.full(1, -1, dtype=np.int64),
        )
        rank(state, weights, range(-(-width // COLUMNS)))
        return state

    def scratch(self, state: State, negative: int) -> Scratch:
        """Return memory for the running sums."""
        return Scratch(aligned(state.rankings.spreads.shape), aligned((LANES,)))

    def refresh(self, state: State, weights: Weights, epoch: float) -> None:
        """Follow the schedule: rank all columns when it begins, and one part after another from then on."""
        share = self.share_at(epoch)
        words, width = weights.outputs.shape
        parts = -(-width // COLUMNS)
        if share > 0:
            turns = 1 + words // _WORDS_A_TURN
            if state.turn[0] < 0:
                rank(state, weights, range(parts))
            elif state.turn[0] % turns == 0:
                part = state.turn[0] // turns % parts
                rank(state, weights, range(part, part + 1))
            state.turn[0] += 1
        state.schedule.share[0] = share


def rank(state: State, weights: Weights, parts: range) -> None:
    """Update the given parts of the rankings, `COLUMNS` columns each."""
    bits = weights.outputs.view(np.uint32)
    for part in parts:
        rank_columns(weights.outputs, bits, np.int64(part * COLUMNS), state.rankings, state.workspace)
