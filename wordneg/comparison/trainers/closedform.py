"""Rows that `wordneg.ClosedForm` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from wordneg.closedform.model import ClosedForm
from wordneg.closedform.parameters import ClosedFormParameters
from wordneg.comparison.trainers.cooccurring import CooccurrenceTrainer

__all__ = ["ClosedFormTrainer"]


@dataclass(frozen=True)
class ClosedFormTrainer(CooccurrenceTrainer):
    """A row of ClosedForm, which takes the time that it takes, and has no seed."""

    parameters: ClosedFormParameters
    kind: ClassVar[str] = "closed-form"
    argument: ClassVar[str] = "closed_form"
    estimator: ClassVar[type[ClosedForm]] = ClosedForm
    seeded: ClassVar[bool] = False

    def with_options(self, **changes: Any) -> Self:
        """Return the trainer with some settings changed; there are no epochs to be changed."""
        changes.pop("epochs", None)
        return super().with_options(**changes)

    def _options(self, seed: int) -> dict[str, Any]:
        return self.parameters.as_dict() | {"progress": False}

    def _short(self) -> dict[str, Any]:
        return {"vector_size": 1}

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"window {self.parameters.window}, solved once, whatever the budget"

    @classmethod
    def told_of_scores(cls) -> str:
        """Return in words what scores are made for."""
        return "are made to be 2 (P - pp) / (P + pp)"
