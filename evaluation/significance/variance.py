"""The variance of a mean over seeds and items: two levels, and items that share words.

A score depends on the seed the vectors were trained with and on the items of the benchmark, and both could have come
out otherwise. One value for each seed and item is a two-way layout, whose mean has the variance

    V = V(items) + V(seeds), where V(seeds) = max(0, s²(seeds) − τ²) / S;

s² is the variance of the seeds' means, and τ² the part of it that comes of the seeds doing well on different items,
which V(items), the variance of the items' means, holds already. This is the analysis of pseudo-values of Dorfman,
Berbaum and Metz (readers × cases there, seeds × items here) with Hillis's degrees of freedom. Two models share the
items but not the seeds: V(items) is taken from their differences, and each adds its own V(seeds).

Items that share a cluster (a word, a pair of words) vary together: then variances of means over items add up the
products of all items that share one, instead of the squares alone. Clusters may overlap: a pair of words is in two.

References
----------
Dorfman, Berbaum and Metz 1992, Receiver Operating Characteristic Rating Analysis, Investigative Radiology 27.
Hillis 2007, A Comparison of Denominator Degrees of Freedom Methods for Multiple Observer ROC Analysis, Statistics in
Medicine 26.
Fafchamps and Gubert 2007, The Formation of Risk Sharing Networks, Journal of Development Economics 83.
Cameron and Miller 2014, Robust Inference for Dyadic Data.
Carter, Schnepel and Steigerwald 2017, Asymptotic Behavior of a t-Test Robust to Cluster Heterogeneity, Review of
Economics and Statistics 99: the effective number of clusters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Grouping", "Spread", "spread_of_difference"]

_Floats = npt.NDArray[np.float64]


class Spread(NamedTuple):
    """The variance of an estimate, by source, and the degrees of freedom of its square root.

    Attributes
    ----------
    items : float
        Variance from the items.
    seeds : tuple of float
        Variance from each model's seeds; 0 for a model with one.
    freedom : float
        Degrees of freedom of the whole.
    """

    items: float
    seeds: tuple[float, ...]
    freedom: float

    @property
    def error(self) -> float:
        """The standard error."""
        return float(np.sqrt(self.items + sum(self.seeds)))


class Grouping:
    """Which of N items vary together.

    Parameters
    ----------
    clusters : (N, 1) or (N, 2) int64 array, or None
        The clusters each item is in; None: items are independent.
    items : int
        N.

    Attributes
    ----------
    effective : float
        Clusters of equal size that would tell as much as these of unequal ones do; N without clusters.
    """

    def __init__(self, clusters: npt.NDArray[np.int64] | None, items: int) -> None:
        self.items = items
        self.effective = float(items)
        self._clusters: list[npt.NDArray[np.int64]] = []
        self._same: npt.NDArray[np.int64] | None = None
        if clusters is None:
            return
        self._clusters = list(clusters.T)
        if clusters.shape[1] == 2:
            alone = clusters[:, 0] == clusters[:, 1]
            second = np.where(alone, clusters.max() + 1 + np.arange(items), clusters[:, 1])
            both = np.sort(np.stack([clusters[:, 0], second]), axis=0)
            self._clusters = list(both)
            self._same = np.unique(both, axis=1, return_inverse=True)[1].ravel()
        sizes = self._totals(np.ones(items))
        self.effective = float(sizes.sum() ** 2 / (sizes**2).sum())

    def _totals(self, values: _Floats) -> _Floats:
        """Return the sums over each cluster's items."""
        return np.asarray(
            np.bincount(np.concatenate(self._clusters), np.concatenate([values] * len(self._clusters))),
            dtype=np.float64,
        )

    def variance(self, values: _Floats) -> float:
        """Return the variance of the mean of (N,) values.

        An overlap can push the sum of products below what independent items would give, even below zero, by chance;
        the larger of the two is returned.
        """
        centered = values - values.mean()
        squares = float(centered @ centered)
        independent = squares / (self.items * (self.items - 1))
        if not self._clusters:
            return independent
        products = float((self._totals(centered) ** 2).sum())
        if self._same is not None:  # items with both clusters in common, themselves above all, were counted twice
            products -= float((np.bincount(self._same, centered) ** 2).sum())
        return max(independent, self._correction() * products / self.items**2)

    def _correction(self) -> float:
        """Return what makes up for deviations being taken from the sample's own mean.

        Where G clusters of equal size are apart, the expected sum is (G − 1) / G of what it should be. Where items are
        all pairs of G clusters, and vary by their clusters' effects only, it is (G − 2)(G − 3) / (G (G − 1)): a third
        too little for ten word pairs and all their questions.
        """
        count = self.effective
        if self._same is None:
            return count / max(count - 1, 1)
        return count * (count - 1) / max((count - 2) * (count - 3), 1)


def spread_of_difference(models: tuple[_Floats, ...], grouping: Grouping) -> Spread:
    """Return the variance of the mean of one model, or of the difference of two on the same items.

    Parameters
    ----------
    models : one or two (S, N) float64 arrays
        Values whose means are the estimates (pseudo-values: estimate + influence); S may differ.
    grouping : Grouping
        The grouping of the N items.
    """
    means = [model.mean(axis=0) for model in models]  # (N,) each
    items = grouping.variance(means[0] - means[1] if len(models) == 2 else means[0])
    seeds = []
    least = max(grouping.effective - 1, 1)
    doubt = items**2 / least
    for model, mean in zip(models, means, strict=True):
        count = len(model)
        if count == 1:
            seeds.append(0.0)
            continue
        between = float(model.mean(axis=1).var(ddof=1))
        shared = sum(grouping.variance(row) for row in model - mean) / (count - 1)
        seeds.append(max(0.0, between - shared) / count)
        doubt += (between / count) ** 2 / (count - 1)
        least = min(least, count - 1)
    total = items + sum(seeds)
    # Satterthwaite's formula never goes below the least of the parts, but the total lacks what V(seeds) lost at zero.
    return Spread(items, tuple(seeds), max(total**2 / doubt, least) if doubt > 0 else float("inf"))
