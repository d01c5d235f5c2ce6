"""What comes out of a similarity benchmark.

References
----------
Spearman 1904, The Proof and Measurement of Association between Two Things, American Journal of Psychology 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.contract import Counts, Items, Measure, Result
from wordneg.evaluation.significance import Interval, pearson_interval, spearman_interval

__all__ = ["Correlation", "SimilarityResult"]


class Correlation(NamedTuple):
    """A correlation coefficient and its two-sided p-value, as scipy computes them."""

    statistic: float
    pvalue: float


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class SimilarityResult(Result):
    """How vectors did on a similarity benchmark, pair by pair; see :class:`wordneg.evaluation.contract.Result`, too.

    Attributes
    ----------
    pairs : tuple of (str, str)
        All N pairs of the benchmark, in its order and spelling.
    gold : (N,) float64 array
        What people said.
    scores : (N,) float64 array
        The cosine of each pair; where a word is unknown, 0 or NaN as the policy has it.
    clusters : (N, 2) int64 array
        The two words of each pair, as numbers.
    missing_pairs : tuple of (str, str)
        Pairs with an unknown word.
    spearman, pearson : Correlation
        The correlations of `gold` and `scores` over the pairs used.
    """

    pairs: tuple[tuple[str, str], ...]
    gold: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    clusters: npt.NDArray[np.int64]
    missing_pairs: tuple[tuple[str, str], ...]
    spearman: Correlation
    pearson: Correlation

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Spearman's and Pearson's coefficients."""
        return Measure("Spearman", self.spearman.statistic), Measure("Pearson", self.pearson.statistic)

    @property
    def counts(self) -> Counts:
        """Pairs that are counted, have an unknown word, and are there in all."""
        return Counts(int(self.used.sum()), len(self.missing_pairs), len(self.pairs))

    @property
    def items(self) -> Items:
        """The pairs and their cosines."""
        return Items(self.pairs, self.scores, self.gold, self.clusters)

    @property
    def oov_ratio(self) -> float:
        """Pairs with an unknown word, in percent of all."""
        return len(self.missing_pairs) / len(self.pairs) * 100

    def spearman_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of Spearman's coefficient over pairs.

        See `wordneg.evaluation.significance.spearman_interval`.

        Parameters
        ----------
        level : float
            Confidence level.

        Raises
        ------
        ValueError
            Fewer than four pairs are used, or the level lies outside (0, 1).
        """
        return spearman_interval(self.scores[self.used], self.gold[self.used], level)

    def pearson_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of Pearson's coefficient over pairs, as `spearman_interval` does for Spearman's."""
        return pearson_interval(self.scores[self.used], self.gold[self.used], level)

    def _intervals(self) -> tuple[Interval, ...]:
        return self.spearman_interval(), self.pearson_interval()

    def _summary(self) -> str:
        return (
            f"Spearman {self.spearman.statistic:.3f}, Pearson {self.pearson.statistic:.3f}, {int(self.used.sum())} of "
            f"{len(self.pairs)} pairs, {len(self.missing_pairs)} with unknown words"
        )
