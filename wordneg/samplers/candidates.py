"""What searching samplers have in common: they propose candidates, score them, and select by a rule.

Such a sampler keeps a **pool** of M candidates drawn by popularity. For each block it replaces a quarter of them (so
most rows are still in the cache, and a word stays for four blocks), scores all of them against the query, and lets its
rule select. The schedule decides which negatives are drawn by the rule and which by popularity; see
`wordneg.samplers.schedule`.

A rule is a jitted function that reads ``pool.words`` and ``pool.scores``. Candidates that must not be drawn (the
positive, and with ``avoid_window`` the words of the window, which are likely to be true neighbors) have a score of −∞,
as do candidates that have been taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Whole, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.rows import fetch_row
from wordneg.compiled.simd import find_largest, overwrite
from wordneg.compiled.tiles import score_many
from wordneg.compiled.weights import aligned
from wordneg.samplers.schedule import ScheduleSettings, draw_popular, fill_popular, hard_count
from wordneg.samplers.tables import draw_alias

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = [
    "FALLBACK",
    "HARD",
    "Pool",
    "Search",
    "SearchSettings",
    "dot",
    "draw_popular",
    "fill_popular",
    "hard_count",
    "score_candidates",
    "take",
    "take_largest",
]

_NOTHING = np.float32(-np.inf)
_RENEWED = 4  # a candidate stays in the pool for this many blocks
HARD, FALLBACK = 0, 1  # indices into `Pool.counts`


class Search(NamedTuple):
    """The common state of searching samplers, to which each adds its own settings.

    Attributes
    ----------
    table : (V,) uint64
        Alias table from which candidates, and negatives by popularity, are drawn.
    share : (1,) float32
        Current share of negatives drawn by the rule.
    candidates : int
        Size M of the pool.
    avoid_window : bool
        Whether words of the window are never drawn.
    """

    table: NDArray[np.uint64]
    share: NDArray[np.float32]
    candidates: int
    avoid_window: bool


class Pool(NamedTuple):
    """The candidates of a worker. The arrays have length M', which is M rounded up to a multiple of `LANES`.

    Attributes
    ----------
    words : (M',) int32
        The candidates; beyond M, copies of the first.
    places : (M',) uint64
        Addresses of the candidates' output rows.
    scores : (M',) float32
        Scores of the candidates with the query; −∞ for words that must not be drawn.
    next : (1,) int64
        Where the next candidate goes; −1 before the first block.
    coming : (⌈M / 4⌉,) int32
        The next block's new candidates, drawn a block ahead so that their rows are in the cache by then.
    counts : (2,) int64
        Number of negatives drawn so far by the rule, and by the fallback where the rule found no word.
    """

    words: NDArray[np.int32]
    places: NDArray[np.uint64]
    scores: NDArray[np.float32]
    next: NDArray[np.int64]
    coming: NDArray[np.int32]
    counts: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class SearchSettings(ScheduleSettings):
    """Settings shared by all searching samplers, whose dataclasses inherit them.

    Parameters
    ----------
    candidates : int
        Size M of the pool of candidates.
    hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`. Candidates are drawn by popularity, too.
    """

    candidates: int = setting(32, Whole(1, 4096), "size of the pool of candidates")

    def search(self, vocabulary: Vocabulary) -> Search:
        """Return the common state of a search."""
        schedule = self.schedule(vocabulary)
        return Search(schedule.table, schedule.share, self.candidates, schedule.avoid_window)

    def refresh(self, state: NamedTuple, weights: Weights, epoch: float) -> None:
        """Follow the schedule; the common state must be ``state.search``."""
        state.search.share[0] = self.share_at(epoch)  # type: ignore[attr-defined]

    def scores_per_positive(self, negative: int) -> float | None:
        """Return K + 1, and the candidates for those blocks that have a negative by the rule."""
        return 1.0 + negative + self.candidates * self.blocks_by_rule(negative)

    def pool(self, size: int | None = None) -> Pool:
        """Return an empty pool with room for `size` words, by default for `candidates`."""
        candidates = size or self.candidates
        room = -(-candidates // LANES) * LANES
        return Pool(
            words=aligned((room,), np.int32),
            places=aligned((room,), np.uint64),
            scores=aligned((room,)),
            next=np.full(1, -1, dtype=np.int64),
            coming=aligned((-(-candidates // _RENEWED),), np.int32),
            counts=aligned((8,), np.int64)[:2],
        )


@jit
def score_candidates(search, pool, rng, outputs, query, positive, context):
    """Replace a quarter of the pool, score all of it, and return the score of the positive."""
    renew(search, pool, rng, outputs)
    width = outputs.shape[1]
    query_at = address_of(query)
    score_many(query_at, address_of(pool.places), pool.words.size, width, address_of(pool.scores))
    for other in range(search.candidates, pool.words.size):
        pool.scores[other] = _NOTHING
    take(pool, positive)
    if search.avoid_window:
        for word in context:
            take(pool, word)
    return dot(query, outputs[positive])


@jit
def renew(search, pool, rng, outputs):
    """Add the candidates drawn one block ago to the pool, and draw the ones for the next block."""
    place = pool.next[0]
    row_bytes = np.uint64(4 * outputs.shape[1])
    outputs_at = address_of(outputs)
    if place < 0:
        place = np.int64(0)
        for k in range(search.candidates):
            pool.words[k] = draw_alias(search.table, rng)
            pool.places[k] = outputs_at + np.uint64(pool.words[k]) * row_bytes
    else:
        for k in range(pool.coming.size):
            pool.words[place] = pool.coming[k]
            pool.places[place] = outputs_at + np.uint64(pool.coming[k]) * row_bytes
            place += 1
            if place == search.candidates:
                place = np.int64(0)
    pool.next[0] = place
    for k in range(pool.coming.size):
        word = draw_alias(search.table, rng)
        pool.coming[k] = word
        fetch_row(outputs_at + np.uint64(word) * row_bytes, row_bytes)
    for other in range(search.candidates, pool.words.size):
        pool.words[other] = pool.words[0]
        pool.places[other] = pool.places[0]


@jit
def dot(a, b):
    """Return the inner product of two rows (float32)."""
    total = np.float32(0.0)
    for d in range(a.size):
        total += a[d] * b[d]
    return total


@jit
def take(pool, word):
    """Set the score of every occurrence of a word in the pool to −∞, so that it is not drawn (again)."""
    overwrite(address_of(pool.scores), address_of(pool.words), pool.words.size, word, _NOTHING)


@jit
def take_largest(pool):
    """Take and return the candidate with the highest score, or return −1 if no candidate is left."""
    place = find_largest(address_of(pool.scores), pool.scores.size)
    if pool.scores[place] == _NOTHING:
        return np.int32(-1)
    word = pool.words[place]
    take(pool, word)
    return word
