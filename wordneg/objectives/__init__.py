"""Objectives, the losses that push the score of a positive up and the scores of its negatives down.

An objective turns the scores of a block into slopes (see `wordneg.objectives.Objective`). Each file derives the slopes
of its loss.

================  ========================================================  ========================
name              loss of a row                                             source
================  ========================================================  ========================
logistic          −w log σ(s₀) − Σ_k log σ(−s_k)                            Mikolov et al. 2013
softmax           −w log (e^s₀ / (e^s₀ + Σ_k e^s_k))                        van den Oord et al. 2018
hinge             w Σ_k max(0, m + s_k − s₀)                                Weston et al. 2010
self-adversarial  −w log σ(s₀) − K Σ_k p_k log σ(−s_k), p_k ∝ e^(αs_k)      Sun et al. 2019
debiased          softmax without the share τ⁺ of false negatives           Chuang et al. 2020
hardness          debiased, negatives weighted by e^(βs_k)                  Robinson et al. 2021
================  ========================================================  ========================

w is the sampler's weight, usually 1. All but `logistic` and `self-adversarial` can also work on cosines
instead of scores (`wordneg.compiled.cosine`).
"""

from wordneg.common.registry import Registry
from wordneg.objectives.base import Objective
from wordneg.objectives.debiased import Debiased
from wordneg.objectives.hardness import Hardness
from wordneg.objectives.hinge import Hinge
from wordneg.objectives.logistic import Logistic
from wordneg.objectives.self_adversarial import SelfAdversarial
from wordneg.objectives.softmax import Softmax

__all__ = ["OBJECTIVES", "Debiased", "Hardness", "Hinge", "Logistic", "Objective", "SelfAdversarial", "Softmax"]

OBJECTIVES = Registry(
    "objective",
    {objective.name: objective for objective in (Logistic, Softmax, Hinge, SelfAdversarial, Debiased, Hardness)},
    required=("name", "slopes", "loss"),
    contract=Objective,
)
"""The objectives by name."""
