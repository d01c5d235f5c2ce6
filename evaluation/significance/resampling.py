"""Bootstrap distributions, fast: values are ranked once, and a resample is a count of each item.

Items are drawn with replacement. Seeds are not: three seeds have only ten different resamples, whose variance is a
third too small (Davison and Hinkley 1997, section 3.8, on hierarchical data). What the seeds add is drawn from
Student's t instead, with as many degrees of freedom as there are seeds less one: exactly the t interval if the seeds
were all there is, and wide enough for few of them.

Items that share clusters are drawn one by one, too, and the distribution is then stretched about its center until its
variance is that of `variance.Grouping`. Drawing words, and with them the pairs, would count what is particular to
each pair three times over (Davezies, D'Haultfœuille and Guyonvarch 2021, Annals of Statistics 49).

References
----------
Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and 14.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.significance.influence import Ranking
from wordneg.evaluation.significance.results import Interval
from wordneg.evaluation.significance.variance import Grouping, Spread

__all__ = ["bca_interval", "mean_draws", "pearson_draws", "spearman_draws", "two_level_percentiles"]

_Floats = npt.NDArray[np.float64]

_BLOCK_CELLS = 1 << 18
"""Items × resamples at a time: 2 MB of float64, which caches hold."""

_DRAWS_PER_COUNT = 20
"""Drawing how often a value comes, which is a binomial number, takes as long as drawing about so many items."""


def _blocks(rows: int, resamples: int) -> list[int]:
    """Return how many resamples of so many rows to take at a time."""
    width = max(1, _BLOCK_CELLS // rows)
    return [min(width, resamples - begin) for begin in range(0, resamples, width)]


def _counts(items: int, resamples: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Yield blocks of (N, B) counts: how often each item is in each of B resamples."""
    for size in _blocks(items, resamples):
        cells = rng.integers(0, items, (items, size)) * size + np.arange(size)
        yield np.bincount(cells.ravel(), minlength=items * size).reshape(items, size)


def mean_draws(values: _Floats, resamples: int, rng: np.random.Generator) -> _Floats:
    """Return (R,) means of resamples of (N,) values. Few distinct ones, such as 0 and 1, are counted, not drawn."""
    distinct, counts = np.unique(values, return_counts=True)
    items = len(values)
    if len(distinct) * _DRAWS_PER_COUNT < items:
        sizes = _blocks(len(distinct), resamples)
        shares = counts / items
        return np.concatenate([rng.multinomial(items, shares, size) @ distinct for size in sizes]) / items
    sizes = _blocks(items, resamples)
    return np.concatenate([values[rng.integers(0, items, (size, items), np.int32)].mean(axis=1) for size in sizes])


def spearman_draws(models: tuple[_Floats, ...], gold: _Floats, resamples: int, rng: np.random.Generator) -> _Floats:
    """Return (R,) Spearman coefficients of resamples, averaged over a model's seeds; for two models, differences.

    Parameters
    ----------
    models : one or two (S, N) float64 arrays
        Scores.
    gold : (N,) float64 array
        What they are correlated with.
    """
    ideal = Ranking.of(gold)
    rankings = [[Ranking.of(row) for row in model] for model in models]
    draws = []
    for counts in _counts(len(gold), resamples, rng):
        target, spread = _weighted_ranks(ideal, counts)  # (N, B), (B,)
        weighted = counts * target
        scores = []
        for model in rankings:
            total = np.zeros(counts.shape[1])
            for ranking in model:
                ranks, own = _weighted_ranks(ranking, counts)
                # A resample of one value only correlates with nothing.
                scale = np.sqrt(np.maximum(own * spread, np.finfo(float).tiny))
                total += np.einsum("nb,nb->b", weighted, ranks) / scale
            scores.append(total / len(model))
        draws.append(scores[0] - scores[1] if len(scores) == 2 else scores[0])
    return np.concatenate(draws)


def _weighted_ranks(ranking: Ranking, counts: npt.NDArray[np.int64]) -> tuple[_Floats, _Floats]:
    """Return the centered (N, B) ranks of items that count (N, B) times, ties averaged, and their (B,) squares' sum."""
    sizes = np.add.reduceat(counts[ranking.order], ranking.starts, axis=0).astype(np.float64)  # (G, B)
    ranks = np.cumsum(sizes, axis=0) - sizes / 2 - len(counts) / 2
    return ranks[ranking.groups], np.einsum("gb,gb,gb->b", sizes, ranks, ranks)


def pearson_draws(scores: _Floats, gold: _Floats, resamples: int, rng: np.random.Generator) -> _Floats:
    """Return (R,) Pearson coefficients of resamples of two (N,) arrays."""
    first, second = scores - scores.mean(), gold - gold.mean()
    moments = np.stack([first, second, first * second, first**2, second**2])  # (5, N)
    x, y, xy, xx, yy = np.concatenate(
        [moments @ counts / len(gold) for counts in _counts(len(gold), resamples, rng)], axis=1
    )
    return np.asarray((xy - x * y) / np.sqrt(np.maximum((xx - x * x) * (yy - y * y), np.finfo(float).tiny)))


def bca_interval(
    draws: _Floats, estimate: float, influences: _Floats, level: float, method: str = "bootstrap over items, BCa"
) -> Interval:
    """Return the bias-corrected and accelerated interval (Efron 1987, JASA 82).

    Parameters
    ----------
    draws : (R,) float64 array
        The bootstrap distribution.
    estimate : float
        The statistic of the whole sample.
    influences : (N,) float64 array
        Their skewness gives the acceleration, in place of the jackknife's (Efron and Tibshirani 1993, chapter 22).
    """
    from scipy import special

    below = (np.count_nonzero(draws < estimate) + np.count_nonzero(draws == estimate) / 2) / len(draws)
    edge = 0.5 / len(draws)
    bias = special.ndtri(min(max(below, edge), 1 - edge))
    squares = float((influences**2).sum())
    acceleration = float((influences**3).sum()) / (6 * squares**1.5) if squares else 0.0
    tails = bias + special.ndtri(np.array([1 - level, 1 + level]) / 2)
    low, high = np.quantile(draws, special.ndtr(bias + tails / (1 - acceleration * tails)))
    return Interval(float(low), float(high), level, method)


def two_level_percentiles(
    draws: _Floats,
    estimate: float,
    spread: Spread,
    grouping: Grouping,
    values: _Floats,
    seeds: tuple[int, ...],
    rng: np.random.Generator,
    level: float,
) -> Interval:
    """Return percentiles of a bootstrap over items, stretched for clusters, with the seeds' part added.

    Parameters
    ----------
    draws : (R,) float64 array
        The statistics of resamples whose items were drawn independently.
    values : (N,) float64 array
        The items' part in the estimate, whose clustered and independent variances give the stretch.
    seeds : tuple of int
        The number of seeds of each model.
    """
    independent = Grouping(None, grouping.items).variance(values)
    if independent > 0:
        draws = estimate + (draws - estimate) * np.sqrt(spread.items / independent)
    for variance, count in zip(spread.seeds, seeds, strict=True):
        if variance > 0:
            draws = draws + rng.standard_t(count - 1, len(draws)) * np.sqrt(variance)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    levels = "items and seeds" if max(seeds) > 1 else "items"
    return Interval(float(low), float(high), level, f"bootstrap over {levels}, percentiles")
