"""Rows that `wordneg.WordRank` trains."""

from __future__ import annotations

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
    def told_of_tuning(cls, tune: str) -> str:
        """Return in a sentence that the learning rate was tuned, or nothing."""
        if tune != "alpha":
            return super().told_of_tuning(tune)
        return (
            "WordRank's learning rate is called learning_rate. It was tuned in place of alpha, on the same words, with "
            "as many trainings."
        )

    @classmethod
    def told_of_scores(cls) -> str:
        """Return in words what scores are trained for."""
        return "are trained to rank them"
