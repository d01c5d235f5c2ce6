"""Adaptive sampling: words that are extreme in the dimensions that matter to the query.

Scores of all words would be too dear, but a score is a sum over dimensions. For query q, with σ_f the
standard deviation of column f of the output vectors and the columns ranked from time to time:

1. a dimension f is drawn with chance ∝ |q_f| · σ_f;
2. a rank r = 0, 1, 2, … with chance ∝ exp(−r / λ);
3. the negative is the word of rank r in column f, from the top if q_f > 0, else from the bottom.

A block costs P multiplications for the chances of the dimensions, a negative three random numbers and
a few look-ups. Only the tails of the columns are kept, of 5 λ words each, beyond which ranks are not drawn.

The rankings are renewed as training goes on, `PAD` columns every 100,000 tokens (of a vocabulary of more
than 25,000 words less often, in proportion, as it takes longer), which costs a few per cent of the time.
As long as nothing is ranked, negatives come by popularity.
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
from wordneg.compiled.weights import PAD, aligned
from wordneg.samplers.rankings import Rankings, Workspace, new_rankings, new_workspace, rank_columns
from wordneg.samplers.schedule import Schedule, ScheduleSettings, allowed, draw_popular, fill_popular, hard_count
from wordneg.samplers.tables import alias_table, draw_alias

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Adaptive"]

_REACH = 5  # ranks beyond 5 λ would make up 0.7 % of the draws
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
        Of the refresh.
    turn : (1,) int64
        Number of refreshes since the columns were ranked all at once; −1 if they have not been.
    """

    schedule: Schedule
    rankings: Rankings
    ranks: NDArray[np.uint64]
    workspace: Workspace
    turn: NDArray[np.int64]


class Scratch(NamedTuple):
    """One worker's memory: running sums of the chances |q_f| · σ_f.

    The dimensions f form a table, `LANES` to a row as in a row of the weights, and a dimension is drawn by
    its column first: then the sums are made by the vector, and are short.

    Attributes
    ----------
    sums : (P,) float32
        Running sums down each of the `LANES` columns.
    columns : (LANES,) float32
        Running sums of the columns' totals.
    """

    sums: NDArray[np.float32]
    columns: NDArray[np.float32]


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with words that are extreme where the query is, the rest by popularity."""
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
    """Write the running sums; return the total."""
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
    """Return a word from a tail of the rankings; by popularity if ten words may not be drawn."""
    for _ in range(_TRIES):
        factor = draw_factor(scratch, rng)
        rank = draw_alias(state.ranks, rng)
        word = state.rankings.tails[factor, 0 if query[factor] > 0 else 1, rank]
        if allowed(state.schedule, word, positive, context):
            return word
    return draw_popular(state.schedule, rng, positive, context)


@jit
def draw_factor(scratch, rng):
    """Return a dimension: its column in the table by the columns' totals, then its row."""
    sums, columns = scratch.sums, scratch.columns
    rows = sums.size // LANES
    column = count_up_to(columns, 0, 1, LANES, uniform(rng) * columns[LANES - 1])
    row = count_up_to(sums, column, LANES, rows, uniform(rng) * sums[(rows - 1) * LANES + column])
    return row * LANES + column


@jit
def count_up_to(sums, start, step, count, goal):
    """Return how many of `count` running sums, `step` apart, do not exceed a goal.

    That is the place of the first one that does. Counting beats a search, whose branches are a toss-up.
    """
    place = np.int64(0)
    for i in range(count):
        place += sums[start + i * step] <= goal
    return place


@dataclass(frozen=True, kw_only=True)
class Adaptive(ScheduleSettings):
    """Words that are extreme in the dimensions that matter to the query.

    Parameters
    ----------
    lam : float
        Scale λ of the ranks, in words: the smaller, the harder the negatives.
    hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`.

    References
    ----------
    Rendle & Freudenthaler (2014), "Improving pairwise learning for item recommendation from implicit
    feedback", WSDM; the chances of the dimensions are its equation 17 as later quoted, the default
    λ = 500 is the usual one of its implementations. Chen, Yuan, Jose & Zhang (2018), "Improving negative
    sampling for word representation using self-embedded features", WSDM: that it samples in this way
    follows from its abstract ("multi-dimensional self-embedded features"); its settings are not known
    here, so that warm-up, tails, refreshes and the mixture with popularity are our translation.
    """

    lam: float = setting(500.0, Real(above=0, example=500), "scale of the ranks, in words; a smaller one is harder")
    hard_fraction: float = setting(0.5, Real(0, 1), "share of negatives by the rule; the rest is popular")
    warm_up: float = setting(0.05, Real(), "epochs with popular negatives only")

    name: ClassVar[str] = "adaptive"
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the rankings of the weights as they are."""
        words, width = weights.outputs.shape
        length = int(min(words, max(1, np.ceil(_REACH * self.lam))))
        state = State(
            schedule=self.schedule(vocabulary),
            rankings=new_rankings(width, length),
            ranks=alias_table(np.exp(-np.arange(length) / self.lam)),
            workspace=new_workspace(words),
            turn=np.full(1, -1, dtype=np.int64),
        )
        rank(state, weights, range(width // PAD))
        return state

    def scratch(self, state: State, negative: int) -> Scratch:
        """Return room for the running sums."""
        return Scratch(aligned(state.rankings.spreads.shape), aligned((LANES,)))

    def refresh(self, state: State, weights: Weights, epoch: float) -> None:
        """Follow the schedule; once it begins rank all columns, and from then on part after part."""
        share = self.share_at(epoch)
        words, width = weights.outputs.shape
        parts = width // PAD
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
    """Bring some parts of the rankings, of `PAD` columns each, up to date."""
    bits = weights.outputs.view(np.uint32)
    for part in parts:
        rank_columns(weights.outputs, bits, np.int64(part * PAD), state.rankings, state.workspace)
