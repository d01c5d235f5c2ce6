"""The report of one pass of WordRank's training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.estimator.passreport import PassReport

__all__ = ["WordRankReport"]


@dataclass(frozen=True)
class WordRankReport(PassReport):
    """Results of one pass over the nonzero cells.

    Attributes
    ----------
    epoch : int
        Number of the pass, from 0.
    loss : float
        Mean of ρ over the pairs, weighted by r, after the pass: an unbiased estimate from 256 rows, drawn with
        probabilities proportional to the sums of their weights and the same after every pass.
    cells : int
        Number of nonzero cells trained on.
    seconds : float
        Wall-clock time in seconds, without the time to compute the report's loss.
    refresh_seconds : float
        The share of `seconds` spent on updating ξ before the pass.
    rate : float
        Learning rate at the end of the pass.
    finished : bool
        False if the pass was interrupted.
    """

    unit: ClassVar[str] = "cells"
    epoch: int
    loss: float
    cells: int
    seconds: float
    refresh_seconds: float
    rate: float
    finished: bool
