"""Rows that `wordneg.AllVec` trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.allvec.model import AllVec
from wordneg.allvec.parameters import AllVecParameters
from wordneg.comparison.trainers.cooccurring import CooccurrenceTrainer

__all__ = ["AllVecTrainer"]


@dataclass(frozen=True)
class AllVecTrainer(CooccurrenceTrainer):
    """A row of AllVec."""

    parameters: AllVecParameters
    kind: ClassVar[str] = "all-vec"
    argument: ClassVar[str] = "all_vec"
    estimator: ClassVar[type[AllVec]] = AllVec

    @classmethod
    def told_of_scores(cls) -> str:
        """Return in words what scores are trained for."""
        return "are trained to be the positive pointwise mutual information"
