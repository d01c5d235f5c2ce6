"""The settings of ClosedForm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wordneg.common.settings import Real, Whole, setting
from wordneg.estimator.parameters import COUNTS, LARGEST_WINDOW, CooccurrenceParameters

__all__ = ["ClosedFormParameters"]

_MATRIX = "matrix"


@dataclass(frozen=True, kw_only=True)
class ClosedFormParameters(CooccurrenceParameters):
    """The settings of a `wordneg.ClosedForm`, whose docstring says what they mean; the corpus aside.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range. The sentence says what was got and what is expected.
    """

    epochs: ClassVar[int] = 1
    """The number of passes that other methods can choose."""

    window: int = setting(
        16, Whole(1, LARGEST_WINDOW), "largest distance of a context word", group=COUNTS, flags=("-window", "-ws")
    )
    negative: float = setting(
        5.0,
        Real(above=0, example=5),
        "weight of pairs at random, as the number of negatives in word2vec",
        group=_MATRIX,
        flags=("-negative", "-neg"),
    )
    power: float = setting(
        0.5, Real(0.0, 1.0), "stretch each eigenvector by its eigenvalue to this power", group=_MATRIX
    )
