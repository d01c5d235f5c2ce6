"""What one pass over the non-zeros came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.estimator.passreport import PassReport

__all__ = ["WordRankReport"]


@dataclass(frozen=True)
class WordRankReport(PassReport):
    """What one pass over the non-zeros came to.

    Attributes
    ----------
    epoch : int
        Number of the pass, from 0.
    loss : float
        Mean of ρ over the pairs, each with its weight r, after the pass: an estimate without bias from
        256 rows, drawn by the sum of their weights, the same after every pass.
    cells : int
        Non-zeros that were trained on.
    seconds : float
        Wall-clock time, without that of the report's loss.
    refresh_seconds : float
        What of it went into making ξ anew before the pass.
    rate : float
        Learning rate at the end.
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
