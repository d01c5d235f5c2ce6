"""How much each item moves a statistic: influence values.

Take a little more of item *i* into the sample, at the cost of all others: the statistic's change, for each unit of
weight, is the item's influence φᵢ. To first order a statistic is its true value plus the mean of the influences, so
that the mean of N numbers stands for any statistic, and all that is known of means (variances, clusters, two-way
layouts) holds for correlations. Influences sum to zero over the items.

References
----------
Hampel 1974, The Influence Curve and Its Role in Robust Estimation, JASA 69.
Croux and Dehon 2010, Influence Functions of the Spearman and Kendall Correlation Measures, Statistical Methods &
Applications 19 (without ties).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Ranking", "pearson", "pearson_influence", "spearman_influence", "spearmans"]

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranking:
    """N values in order, ties in groups; made once, used for every resample.

    Attributes
    ----------
    order : (N,) int64 array
        The items, by ascending value.
    starts : (G,) int64 array
        Where in `order` each group of equal values begins.
    groups : (N,) int64 array
        Each item's group.
    """

    order: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]

    @classmethod
    def of(cls, values: _Floats) -> Ranking:
        """Rank (N,) values."""
        order = np.argsort(values, kind="stable")
        ascending = values[order]
        begins = np.concatenate([[True], ascending[1:] != ascending[:-1]])
        groups = np.empty(len(values), dtype=np.int64)
        groups[order] = np.cumsum(begins) - 1
        return cls(order, np.flatnonzero(begins), groups)

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Items in each of the G groups."""
        return np.diff(self.starts, append=len(self.order))

    def middles(self) -> _Floats:
        """Return the (N,) distribution function at each item, halfway up its own step; the mean is ½."""
        sizes = self.sizes
        return ((np.cumsum(sizes) - sizes / 2) / len(self.order))[self.groups]

    def shares_above(self, weights: _Floats) -> _Floats:
        """Return (N,): the mean over all items j of ``weights[j]`` × (1 if j is above item i, ½ if equal, 0 below)."""
        sums = np.add.reduceat(weights[self.order], self.starts)
        return ((sums.sum() - np.cumsum(sums) + sums / 2) / len(self.order))[self.groups]

    def spread_influence(self) -> tuple[float, _Floats]:
        """Return the variance of the middles, and the (N,) influences on it; only ties give it any."""
        shares = self.sizes / len(self.order)
        cubes = float((shares**3).sum())
        return (1 - cubes) / 12, (cubes - shares**2)[self.groups] / 4


def spearmans(scores: _Floats, gold: _Floats) -> _Floats:
    """Return the (S,) Spearman coefficients of (S, N) scores with (N,) gold scores."""
    ideal = _standardized(Ranking.of(gold).middles())
    return np.array([_standardized(Ranking.of(row).middles()) @ ideal / len(gold) for row in scores])


def pearson(scores: _Floats, gold: _Floats) -> float:
    """Return Pearson's coefficient of two (N,) arrays."""
    return float(_standardized(scores) @ _standardized(gold) / len(gold))


def spearman_influence(scores: _Floats, gold: _Floats) -> _Floats:
    """Return the (S, N) influences of the items on each seed's Spearman coefficient.

    With U and V the distribution functions of scores and gold at an item, ρ = (E[UV] − ¼) / √(var U · var V), and an
    item moves E[UV] by its own product, by lifting U of all items above it and V of all that gold has above it:
    φ = uv + E[1(X > x) V] + E[U 1(Y > y)] − 3 E[UV]; a tie counts as half above. With ties it also moves the two
    variances.

    Parameters
    ----------
    scores : (S, N) float64 array
        The scores of S seeds on N items.
    gold : (N,) float64 array
        What they are correlated with.
    """
    ranking = Ranking.of(gold)
    ideal = ranking.middles()
    ideal_spread, ideal_moves = ranking.spread_influence()
    influences = np.empty_like(scores)
    for row, out in zip(scores, influences, strict=True):
        own = Ranking.of(row)
        middles = own.middles()
        spread, moves = own.spread_influence()
        product = float((middles * ideal).mean())
        scale = np.sqrt(spread * ideal_spread)
        rho = (product - 0.25) / scale
        lifted = middles * ideal + own.shares_above(ideal) + ranking.shares_above(middles) - 3 * product
        out[:] = lifted / scale - rho / 2 * (moves / spread + ideal_moves / ideal_spread)
    return influences


def pearson_influence(scores: _Floats, gold: _Floats) -> _Floats:
    """Return the (N,) influences on Pearson's coefficient: xy − r/2 (x² + y²), both standardized (Hampel 1974)."""
    first, second = _standardized(scores), _standardized(gold)
    product = first * second
    return product - product.mean() / 2 * (first**2 + second**2)


def _standardized(values: _Floats) -> _Floats:
    centered = values - values.mean()
    return centered / np.sqrt((centered**2).mean())
