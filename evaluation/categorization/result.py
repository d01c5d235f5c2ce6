"""What comes out of a categorization benchmark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.contract import Counts, Measure, Result
from wordneg.evaluation.messages import counted

__all__ = ["CategorizationResult"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class CategorizationResult(Result):
    """How the words of categories were clustered, seed by seed; see :class:`wordneg.evaluation.contract.Result`, too.

    Attributes
    ----------
    words, categories : tuple of str
        All N words and the category of each.
    assignments : (S, N) int64 array
        The cluster of each word by seed; -1 for words left out.
    seeds : tuple of int
        The seeds of the S clusterings.
    purities, informations : (S,) float64 array
        Purity and normalized mutual information of each.
    """

    words: tuple[str, ...]
    categories: tuple[str, ...]
    assignments: npt.NDArray[np.int64]
    seeds: tuple[int, ...]
    purities: npt.NDArray[np.float64]
    informations: npt.NDArray[np.float64]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Purity and normalized mutual information."""
        return Measure("purity", self.purity), Measure("NMI", self.normalized_mutual_information)

    @property
    def counts(self) -> Counts:
        """Words that are counted, are unknown, and are there in all."""
        return Counts(int(self.used.sum()), len(self.missing_words), len(self.words))

    @property
    def purity(self) -> float:
        """Mean over the seeds."""
        return float(self.purities.mean())

    @property
    def normalized_mutual_information(self) -> float:
        """Mean over the seeds."""
        return float(self.informations.mean())

    @property
    def purity_spread(self) -> float:
        """Standard deviation over the seeds; NaN if there is one."""
        return _spread(self.purities)

    @property
    def normalized_mutual_information_spread(self) -> float:
        """Standard deviation over the seeds; NaN if there is one."""
        return _spread(self.informations)

    def _summary(self) -> str:
        kept = len({self.categories[item] for item in np.flatnonzero(self.used)})
        return (
            f"purity {self.purity:.3f} (± {self.purity_spread:.3f}), normalized mutual information "
            f"{self.normalized_mutual_information:.3f} (± {self.normalized_mutual_information_spread:.3f}), mean (± "
            f"standard deviation) over {counted(len(self.seeds), 'seed')}, {int(self.used.sum())} of "
            f"{counted(len(self.words), 'word')} in {kept} categories"
        )


def _spread(values: npt.NDArray[np.float64]) -> float:
    """Return the standard deviation of a sample."""
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")
