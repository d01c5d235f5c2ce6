"""The settings of AllVec; defaults follow the authors' example."""

from __future__ import annotations

from dataclasses import dataclass

from wordneg.common.settings import Real, Whole, setting
from wordneg.estimator.parameters import WeightedParameters

__all__ = ["AllVecParameters"]

_LOSS, _TRAINING = "squared loss", "training"


@dataclass(frozen=True, kw_only=True)
class AllVecParameters(WeightedParameters):
    """The settings of a `wordneg.AllVec`, whose docstring says what they mean; the corpus aside.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range. The sentence says what was got and what is expected.
    """

    negative_weight: float = setting(0.005, Real(), "mean weight of the pairs that do not co-occur", group=_LOSS)
    ns_exponent: float = setting(
        0.8, Real(least=None), "weight contexts of such pairs by count to this power", group=_LOSS
    )
    negative_target: float = setting(-0.5, Real(least=None), "score of pairs that do not co-occur", group=_LOSS)
    reg: float = setting(0.1, Real(), "strength of the regularization", group=_LOSS)
    epochs: int = setting(
        50,
        Whole(1),
        "passes over the non-zero cells of the matrix of co-occurrences",
        group=_TRAINING,
        flags=("-iter", "-epoch"),
    )
