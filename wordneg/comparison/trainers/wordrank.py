"""Rows that `wordneg.WordRank` trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wordneg.comparison.trainers.cooccurring import CooccurrenceTrainer
from wordneg.wordrank.model import WordRank
from wordneg.wordrank.parameters import WordRankParameters

__all__ = ["WordRankTrainer"]


@dataclass(frozen=True)
class WordRankTrainer(CooccurrenceTrainer):
    """A row of WordRank."""

    parameters: WordRankParameters
    kind: ClassVar[str] = "wordrank"
    argument: ClassVar[str] = "wordrank"
    estimator: ClassVar[type[WordRank]] = WordRank

    def tuned(self, option: str) -> str | None:
        """Return the learning rate in the place of `alpha`, which is something else here; None for other options."""
        return "learning_rate" if option == "alpha" else None

    def _passes_a_pace(self) -> int:
        """Return a period, whose passes differ."""
        return self.parameters.period

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"{super().told()}, learning rate {self.parameters.learning_rate:g}"

    @classmethod
    def told_of_tuning(cls, tuned: Sequence[str]) -> list[str]:
        """Return in sentences that the learning rate was tuned, and what was not."""
        others = super().told_of_tuning([name for name in tuned if name != "alpha"])
        if "alpha" not in tuned:
            return others
        told = (
            "WordRank's learning rate is called learning_rate. It was tuned in place of alpha, on the same words, with "
        )
        return [f"{told}as many trainings.", *others]

    @classmethod
    def told_of_scores(cls) -> str:
        """Return in words what scores are trained for."""
        return "are trained to rank them"
