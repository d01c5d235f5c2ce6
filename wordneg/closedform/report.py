"""The report of solving for vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.estimator.passreport import PassReport

__all__ = ["ClosedFormReport"]


@dataclass(frozen=True)
class ClosedFormReport(PassReport):
    """Results of solving for the vectors.

    Attributes
    ----------
    epoch : int
        How many times they had been solved for before.
    loss : float
        Share of the target that the vectors leave unexplained: ‖M − U Vᵀ‖² / ‖M‖², summed over all V² pairs. NaN if
        the solving was interrupted.
    cells : int
        Number of nonzero cells; 0 if it was interrupted.
    products : int
        Products of the matrix with a vector that it took.
    seconds : float
        Wall-clock time in seconds.
    finished : bool
        False if it was interrupted.
    """

    unit: ClassVar[str] = "cells"
    epoch: int
    loss: float
    cells: int
    products: int
    seconds: float
    finished: bool
