"""Objectives: what the scores of a positive and its negatives are pushed towards.

An objective turns the scores of a block into slopes (see `wordneg.objectives.base`). Each file
derives its own.

=========  ============================================  ====================
name       loss of a row                                 source
=========  ============================================  ====================
logistic   −w log σ(s₀) − Σ_k log σ(−s_k)                Mikolov et al. 2013
=========  ============================================  ====================
"""

from wordneg.objectives.base import Objective
from wordneg.objectives.logistic import Logistic
from wordneg.registry import Registry

__all__ = ["OBJECTIVES", "Logistic", "Objective"]

OBJECTIVES = Registry(
    "objective", {Logistic.name: Logistic}, members=("name", "slopes", "loss", "corrected", "mean_error", "prepare")
)
"""The objectives by name."""
