"""Semi-hard sampling: the hardest candidates that are not too hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import OneOf, Real, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import below
from wordneg.compiled.simd import find_largest
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    FALLBACK,
    HARD,
    Pool,
    Search,
    SearchSettings,
    score_candidates,
    take,
)
from wordneg.samplers.schedule import draw_popular, fill_popular, hard_count

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["SemiHard"]

_NOTHING = np.float32(-np.inf)
_FAR = np.float32(1e30)


class State(NamedTuple):
    """The common state, the width of the band in float32, and the other settings as switches."""

    search: Search
    margin: np.float32
    at_random: bool
    nearest: bool


class Band(NamedTuple):
    """The memory of a worker.

    Attributes
    ----------
    pool : Pool
        The candidates. After scoring, `rank_gaps` replaces the scores.
    inside : (M',) int32
        Indices of the candidates in the band, if the pick is random.
    """

    pool: Pool
    inside: NDArray[np.int32]


@jit
def draw(state, band, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with candidates of the band, and the rest by popularity."""
    search, pool = state.search, band.pool
    hard = hard_count(search, rng, negatives)
    picked = np.int64(0)
    if hard > 0:
        score = score_candidates(search, pool, rng, outputs, query, positive, context)
        rank_gaps(pool, score)
        if state.at_random:
            picked = pick_random(band, rng, state.margin, negatives, hard)
        for k in range(picked, hard):
            negatives[k] = take_nearest(state, pool, rng, positive, context)
    fill_popular(search, rng, positive, context, negatives, hard)
    return np.float32(1.0)


@jit
def rank_gaps(pool, score):
    """Replace each score by its gap, s_n − s_p, or by a hugely negative number if the gap is not negative.

    On either side of s_p, the closer a score is to it, the larger its replacement; but all scores from s_p upwards rank
    after all scores below it.
    """
    for place in range(pool.scores.size):
        gap = pool.scores[place] - score
        pool.scores[place] = gap if gap < np.float32(0.0) else -_FAR * (np.float32(1.0) + gap)


@jit
def take_nearest(state, pool, rng, positive, context):
    """Take and return the candidate that `rank_gaps` ranks first; if it is outside the band, use the fallback."""
    place = find_largest(address_of(pool.scores), pool.scores.size)
    gap = pool.scores[place]
    if gap > -state.margin:
        pool.counts[HARD] += 1
    else:
        pool.counts[FALLBACK] += 1
        if not state.nearest or not gap > _NOTHING:
            return draw_popular(state.search, rng, positive, context)
    word = pool.words[place]
    take(pool, word)
    return word


@jit
def pick_random(band, rng, margin, negatives, hard):
    """Fill `negatives` with distinct words of the band at random; return the number of words."""
    pool, inside = band.pool, band.inside
    left, picked = np.int64(0), np.int64(0)
    for place in range(pool.scores.size):
        inside[left] = place
        left += pool.scores[place] > -margin
    while left > 0 and picked < hard:
        chosen = below(rng, left)
        place = inside[chosen]
        left -= 1
        inside[chosen] = inside[left]
        if pool.scores[place] > -margin:  # otherwise another copy of the word has been taken
            negatives[picked] = pool.words[place]
            take(pool, pool.words[place])
            picked += 1
    pool.counts[HARD] += picked
    return picked


@dataclass(frozen=True, kw_only=True)
class SemiHard(SearchSettings):
    """The hardest of M candidates inside a band below the positive: s_p − margin < s_n < s_p.

    For a query q, a positive p and candidates n with scores s = q·u, the **band** holds the candidates with

        s_p − margin < s_n < s_p

    Candidates above the band already score higher than the positive, so they are often true neighbors; candidates below
    it teach little. Early in training all scores are alike and nearly every candidate is within the margin, so the rule
    starts out mild by itself.

    * ``pick="hardest"``: the K negatives are the candidates with the highest scores in the band;
    * ``pick="random"``: the K negatives are candidates of the band chosen at random.

    If the band holds fewer than K words, `fallback` supplies the rest: ``"popularity"`` draws as `unigram` does;
    ``"nearest"`` takes the highest scores below the band, and if there are no more, the lowest scores above it.

    Parameters
    ----------
    margin : float
        Width of the band in units of the score; 1 is one unit of the log-odds that the logistic loss sees.
    pick : {"hardest", "random"}
        Which words of the band to take.
    fallback : {"popularity", "nearest"}
        What replaces words that the band lacks: draws by popularity, or the candidates nearest to the band, below it
        first.
    candidates, hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.candidates.SearchSettings`.

    References
    ----------
    Schroff, Kalenichenko & Philbin (2015), "FaceNet: a unified embedding for face recognition and
    clustering", CVPR, introduces the band, in squared distances of unit vectors. github.com/tambetm/allenAI
    (src/train_online.py) picks the hardest, in cosines, and drops pairs whose band is empty. Candidates from
    a pool, a margin in scores, and the fallbacks are our translation.
    """

    margin: float = setting(
        1.0,
        Real(above=0, example=1, hint=", or else no candidate is inside"),
        "width of the band, in units of the score",
    )
    pick: str = setting("hardest", OneOf(("hardest", "random")), "hardest or random")
    fallback: str = setting("popularity", OneOf(("popularity", "nearest")), "popularity or nearest")

    name: ClassVar[str] = "semi-hard"
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the state of a search and the settings of the band."""
        search = self.search(vocabulary)
        return State(search, np.float32(self.margin), self.pick == "random", self.fallback == "nearest")

    def scratch(self, state: State, negative: int) -> Band:
        """Return a pool of candidates, and memory for the candidates inside the band."""
        pool = self.pool()
        return Band(pool, aligned((pool.words.size,), np.int32))
