"""An upper bound of every pair's rank: R = Σ_j ℓ(s_c − s_j) over all contexts j, or over a sample of them.

A row's scores with all contexts are one row of the product U Vᵀ, which is computed block by block. They are sorted
into buckets, or spread over a grid, once for each row. The sum of a pair is then looked up:

* **hinge**, exactly: count and sum are known for the buckets above s_c − τ, and only the scores in the bucket that
  holds s_c − τ are gone through. A refresh costs V · (D + a few) for each row instead of V for each pair.
* **logistic**, approximately: a grid of `_GRID` nodes covers the range of the row's scores. Scores are spread over
  the nodes, and sums interpolated between them, both linearly. With a spacing of h the error of a term is below
  h² · ln 2 / 16.

With a sample of M contexts (the same one for all rows) the sum over the sample is scaled, which is unbiased:
R ≈ ℓ(0) + (V − 1) / M' · Σ_{j in the sample, j ≠ c} ℓ(s_c − s_j), where M' is M, or M − 1 if c is in the sample.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import entry, jit
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.tiles import score_many
from wordneg.compiled.weights import aligned
from wordneg.wordrank.blocks import TOGETHER
from wordneg.wordrank.losses import SURROGATES, TRANSFORMS

__all__ = ["Contexts", "RankScratch", "Ranking", "make_rank_kernel", "make_rank_scratch"]

_FEWEST_BUCKETS, _MOST_BUCKETS = 64, 4096
_SCORES_A_BUCKET = 8  # on average, if the number of buckets is between these bounds
_GRID = 256
_HUGE = np.float32(1e30)  # scores beyond it would overflow in sums and differences
_LEAST_RANGE = np.float32(1e-30)  # of a row's scores, where they are all alike

_logistic_loss = SURROGATES["logistic"].value


class Ranking(NamedTuple):
    """The numbers that turn sums into ranks and ranks into losses: α, β, the margin τ, the t of ρ₃, and ℓ(0)."""

    alpha: float
    beta: float
    tau: float
    t: float
    own: float


class Contexts(NamedTuple):
    """The contexts that R sums over.

    Attributes
    ----------
    inside : (V,) bool
        Which contexts they are.
    size, words : int
        Their number M, and the number V of all contexts.
    """

    inside: NDArray[np.bool_]
    size: int
    words: int


class RankScratch(NamedTuple):
    """One worker's memory, for M contexts in B buckets.

    Attributes
    ----------
    starts : (B + 1,) int64
        Where each bucket begins in `sorted`.
    sorted : (M,) float32
        The scores, bucket by bucket.
    sums : (B + 1,) float64
        The sum, for each bucket, of the scores in it and in all buckets above.
    spread, grid : (_GRID + 1,) float64
        The number of scores at each node, and the sum of losses there.
    table : (2 _GRID + 1,) float64
        The loss for each distance between nodes.
    addresses : (TOGETHER,) uint64
        The addresses of the contexts of a few cells.
    scores : (TOGETHER,) float32
        Their scores.
    """

    starts: NDArray[np.int64]
    sorted: NDArray[np.float32]
    sums: NDArray[np.float64]
    spread: NDArray[np.float64]
    grid: NDArray[np.float64]
    table: NDArray[np.float64]
    addresses: NDArray[np.uint64]
    scores: NDArray[np.float32]


def make_rank_scratch(contexts: int) -> RankScratch:
    """Return memory for sums over M contexts."""
    buckets = int(np.clip(contexts // _SCORES_A_BUCKET, _FEWEST_BUCKETS, _MOST_BUCKETS))
    return RankScratch(
        np.zeros(buckets + 1, np.int64),
        np.zeros(contexts, np.float32),
        np.zeros(buckets + 1),
        np.zeros(_GRID + 1),
        np.zeros(_GRID + 1),
        np.zeros(2 * _GRID + 1),
        aligned((TOGETHER,), np.uint64),
        aligned((TOGETHER,)),
    )


@entry
def _sort_into_buckets(scores, lowest, highest, scratch):
    """Fill `starts`, `sorted` and `sums` by a counting sort; return the number of buckets per unit of score."""
    starts = scratch.starts
    buckets = len(starts) - 1
    # buckets - 1, so that the highest score is in the last bucket, even if it is rounded up
    scale = np.float32(buckets - 1) / max(highest - lowest, _LEAST_RANGE)
    starts[:] = 0
    for score in scores:
        starts[np.int64((score - lowest) * scale) + 1] += 1
    for bucket in range(buckets):
        starts[bucket + 1] += starts[bucket]
    for score in scores:
        bucket = np.int64((score - lowest) * scale)
        scratch.sorted[starts[bucket]] = score
        starts[bucket] += 1
    # while scores were put down, each start moved to its bucket's end, which is where the next bucket begins
    for bucket in range(buckets, 0, -1):
        starts[bucket] = starts[bucket - 1]
    starts[0] = 0
    scratch.sums[buckets] = 0.0
    for bucket in range(buckets - 1, -1, -1):
        own = 0.0
        for place in range(starts[bucket], starts[bucket + 1]):
            own += scratch.sorted[place]
        scratch.sums[bucket] = scratch.sums[bucket + 1] + own
    return scale


@entry
def _sum_of_hinges(score, lowest, highest, scale, tau, scratch):
    """Return Σ_j max(0, s_j − limit) with limit = s_c − τ."""
    limit = np.float32(score - tau)
    if limit >= highest:
        return 0.0
    if limit < lowest:
        return scratch.sums[0] - np.float64(limit) * len(scratch.sorted)
    bucket = np.int64((limit - lowest) * scale)
    above = scratch.starts[bucket + 1]
    result = scratch.sums[bucket + 1] - np.float64(limit) * (len(scratch.sorted) - above)
    for place in range(scratch.starts[bucket], above):
        result += max(np.float32(0.0), scratch.sorted[place] - limit)
    return result


@entry
def _fill_grid(scores, lowest, highest, scratch):
    """Fill `spread` and `grid`; return the number of nodes per unit of score."""
    spread, losses = scratch.spread, scratch.table
    scale = np.float32(_GRID - 1) / max(highest - lowest, _LEAST_RANGE)
    spread[:] = 0.0
    for score in scores:
        place = (score - lowest) * scale
        node = np.int64(place)
        spread[node] += 1.0 - (place - node)
        spread[node + 1] += place - node
    for distance in range(-_GRID, _GRID + 1):
        losses[_GRID + distance] = _logistic_loss(distance / scale, 0.0)
    for node in range(_GRID + 1):
        total = 0.0
        for other in range(_GRID + 1):
            total += spread[other] * losses[_GRID + node - other]
        scratch.grid[node] = total
    return scale


@entry
def _sum_of_logistic_losses(score, lowest, highest, scale, tau, scratch):
    """Return Σ_j log₂(1 + 2^(s_j − s_c)): interpolated within the grid, summed over its nodes outside."""
    if lowest <= score <= highest:
        place = (score - lowest) * scale
        node = np.int64(place)
        return scratch.grid[node] + (place - node) * (scratch.grid[node + 1] - scratch.grid[node])
    result = 0.0
    for node in range(_GRID + 1):
        result += scratch.spread[node] * _logistic_loss(score - lowest - node / scale, 0.0)
    return result


@jit
def _extent(scores):
    """Return the least and the largest of some scores, and their sum."""
    lowest, highest, total = scores[0], scores[0], np.float32(0.0)
    for score in scores:
        lowest, highest = min(lowest, score), max(highest, score)
        total += score
    return lowest, highest, total


_SUMS = {"hinge": (_sort_into_buckets, _sum_of_hinges), "logistic": (_fill_grid, _sum_of_logistic_losses)}


@cache
def make_rank_kernel(loss: str, transform: str, width: int) -> Any:
    """Return the compiled function ``rank(cells, words, scores, weights, contexts, ranking, scratch, losses, pull)``.

    Parameters
    ----------
    loss, transform : str
        Names of the surrogate and of the transform.
    width : int
        Row length in floats.

    Returns
    -------
    jitted function
        ``words`` are the rows, ``(n,) int32``, and ``scores`` their scores with the contexts that R sums over,
        ``(n, M) float32``. If ``pull``, it writes the cells' pulls; otherwise it writes Σ_c r · ρ of each row to
        ``losses``, ``(n,) float64``. Both are NaN where scores are not finite or huge.
    """
    prepare, sum_of_losses = _SUMS[loss]
    rho, rho_slope = TRANSFORMS[transform]
    row_bytes = np.uint64(4 * width)

    @entry
    def rank_of(score, context, lowest, highest, scale, contexts, ranking, scratch):
        """Return R of one cell."""
        result = sum_of_losses(score, lowest, highest, scale, ranking.tau, scratch)
        if contexts.size == contexts.words:
            return result
        others = contexts.size
        if contexts.inside[context]:
            result -= ranking.own
            others -= 1
        return ranking.own + max(result, 0.0) * (contexts.words - 1) / others

    @entry
    def rank(cells, words, scores, weights, contexts, ranking, scratch, losses, pull):
        inputs_at, outputs_at = address_of(weights.inputs), address_of(weights.outputs)
        addresses_at, scores_at = address_of(scratch.addresses), address_of(scratch.scores)
        for number in range(len(words)):
            word = words[number]
            row_at = inputs_at + np.uint64(word) * row_bytes
            losses[number] = 0.0
            lowest, highest, total = _extent(scores[number])
            # NaN, inf and huge scores must not become an index. That a NaN is missed by min and max does not matter: it
            # is in the sum.
            sound = math.isfinite(total) and highest - lowest < _HUGE
            scale = prepare(scores[number], lowest, highest, scratch) if sound else np.float32(0.0)
            first, end = cells.offsets[word], cells.offsets[word + 1]
            while first < end:
                count = min(end - first, TOGETHER)
                for place in range(TOGETHER):  # whole registers are scored, so the last cell is repeated
                    context = cells.columns[first + min(place, count - 1)]
                    scratch.addresses[place] = outputs_at + np.uint64(context) * row_bytes
                score_many(row_at, addresses_at, -(-count // LANES) * LANES, width, scores_at)
                for place in range(count):
                    cell = first + place
                    score, context = scratch.scores[place], cells.columns[cell]
                    bound = np.nan
                    if sound and abs(score) < _HUGE:
                        bound = rank_of(score, context, lowest, highest, scale, contexts, ranking, scratch)
                    xi = ranking.alpha / (bound + ranking.beta)
                    if pull:
                        slope = rho_slope(xi, ranking.t) / ranking.alpha
                        cells.pulls[cell] = np.float32(cells.weights[cell] * slope)
                    else:
                        losses[number] += cells.weights[cell] * rho(xi, ranking.t)
                first += count

    return rank
