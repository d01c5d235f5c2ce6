"""What one pass over the training data came to, of whichever estimator."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, ClassVar, Self

__all__ = ["PassReport"]


class PassReport:
    """The base of the estimators' reports, which are frozen dataclasses.

    A subclass repeats these names as fields, and has one more that is called like its `unit`: how many
    of them were trained on.

    Attributes
    ----------
    unit : str
        What is counted: ``"words"``, or ``"cells"`` of a matrix.
    epoch : int
        Number of the epoch, from 0.
    loss : float
        Mean loss; NaN if none was evaluated.
    seconds : float
        Wall-clock time.
    finished : bool
        False if the epoch was interrupted.
    """

    unit: ClassVar[str]
    epoch: int
    loss: float
    seconds: float
    finished: bool

    @property
    def amount(self) -> int:
        """How many (of the `unit`) were trained on."""
        return int(getattr(self, self.unit))

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it, where a loss of NaN is None."""
        return asdict(self) | {"loss": None if math.isnan(self.loss) else self.loss}  # type: ignore[call-overload]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the report that `as_dict` wrote."""
        return cls(**values | {"loss": math.nan if values["loss"] is None else values["loss"]})
