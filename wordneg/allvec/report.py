"""The report of one pass of AllVec's training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.estimator.passreport import PassReport

__all__ = ["AllVecReport"]


@dataclass(frozen=True)
class AllVecReport(PassReport):
    """Results of one pass over both matrices.

    Attributes
    ----------
    epoch : int
        Number of the pass, from 0.
    loss : float
        The loss L after the pass, divided by the number of nonzero cells. It never rises, up to rounding.
    cells : int
        Number of nonzero cells trained on; half of them if only the word vectors have been stepped.
    seconds : float
        Wall-clock time in seconds.
    finished : bool
        False if the pass was interrupted.
    """

    unit: ClassVar[str] = "cells"
    epoch: int
    loss: float
    cells: int
    seconds: float
    finished: bool
