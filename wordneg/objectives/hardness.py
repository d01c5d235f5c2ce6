"""The debiased contrastive loss with more weight on hard negatives.

For one row with the score s₀ of the positive, weight w, and the scores s₁ … s_K of its negatives, let

    P = exp(s₀ / t),        e_k = exp(s_k / t),        R = K · Σ_k e_k^(1+β) / Σ_k e_k^β.

R replaces the sum S = Σ_k e_k of the debiased loss (`wordneg.objectives.debiased`). Each negative is weighted by its
e_k^β divided by their mean, as if drawn with probability ∝ e^β; with β = 0, R is S:

    N = max((R − τ⁺ K P) / (1 − τ⁺),  K exp(−1 / t)),        loss = −w log (P / (P + N)).

**Slopes.** The authors' code takes the gradient through the weights, and so does this. With
log R = log K + log Σ e_k^(1+β) − log Σ e_k^β,

    ∂R / ∂s_k = (R / t) · g_k,        g_k = (1 + β) e_k^(1+β) / Σ_i e_i^(1+β) − β e_k^β / Σ_i e_i^β,

and the rest is as for the debiased loss. Above the floor, with D = P + N,

    slope_k = −(w / t) · g_k · R / ((1 − τ⁺) D),        slope₀ = (w / t) · R / ((1 − τ⁺) D),

since Σ_k g_k = 1; on the floor, slope_k = 0 and slope₀ = (w / t) · N / D. g_k is negative for easy
negatives: they are pulled towards the row, because that lowers the weight of the hard negatives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.objectives.base import Objective
from wordneg.objectives.debiased import SHARE, loss_from_estimate, share_out, write_floor
from wordneg.objectives.rowwise import (
    exponentiate,
    find_highest,
    room_behind,
    row_at,
)

__all__ = ["Hardness"]


class State(NamedTuple):
    """The settings, all float32: ``scale`` is 1 / temperature, ``share`` τ⁺, ``expand`` 1 / (1 − τ⁺), ``beta`` β."""

    scale: np.float32
    share: np.float32
    expand: np.float32
    beta: np.float32


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: first e of each row, with e^β after the slopes, then the results."""
    columns = scores.shape[1]
    # With β = 1, the default, e^β is e, which saves a third of the exponentials.
    powers_at = address_of(slopes) if state.beta == 1 else room_behind(slopes, 0)
    powers = matrix_at(powers_at, scores.shape[0], columns)
    floors = matrix_at(room_behind(slopes, 1), 1, scores.shape[0])
    for row in range(scores.shape[0]):
        source, highest = row_at(scores, row), find_highest(scores[row], 1)
        exponentiate(source, columns, highest, state.scale, row_at(slopes, row))
        if state.beta != 1:
            exponentiate(source, columns, highest, state.scale * state.beta, row_at(powers, row))
        write_floor(state, highest, address_of(floors) + np.uint64(4 * row))
    for row in range(scores.shape[0]):
        weights, weighted = np.float32(0.0), np.float32(0.0)
        for k in range(1, columns):
            weights += powers[row, k]
            weighted += powers[row, k] * slopes[row, k]
        total = np.float32(columns - 1) * weighted / weights
        slopes[row, 0], factor = share_out(state, slopes[row, 0], total, floors[0, row], weight, columns - 1)
        steep = factor * (np.float32(1.0) + state.beta) / weighted
        flat = factor * state.beta / weights
        for k in range(1, columns):
            slopes[row, k] = powers[row, k] * (flat - steep * slopes[row, k])


@jit
def loss(state, scores, weight):
    """Return the loss of one row, without overflow."""
    highest = np.float64(find_highest(scores, 1))
    weights, weighted = 0.0, 0.0
    for k in range(1, scores.size):
        distance = state.scale * (scores[k] - highest)
        weights += math.exp(state.beta * distance)
        weighted += math.exp((1.0 + state.beta) * distance)
    return loss_from_estimate(state, scores, weight, highest, (scores.size - 1) * weighted / weights)


@dataclass(frozen=True, kw_only=True)
class Hardness(Settings, Objective):
    """The debiased loss with each negative weighted by ``exp(beta · score / temperature)``.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = −w log (P / (P + N)),        P = exp(s₀ / t),        e_k = exp(s_k / t),
        N = max((R − τ⁺ K P) / (1 − τ⁺),  K exp(−1 / t)),        R = K · Σ_k e_k^(1+β) / Σ_k e_k^β,

    where τ⁺ (tau_plus) is the share of false negatives, t the temperature, and β (beta) weights hard negatives.

    Parameters
    ----------
    beta : float
        How much more hard negatives count, β, above 0. A value of 0 would give `Debiased`.
    tau_plus : float
        Share τ⁺ of negatives that are in truth positives.
    temperature : float
        Temperature t, by which scores are divided. The paper's 0.5 is for cosines.
    cosine : bool
        Whether the scores are cosines, as in the paper.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate.

    Notes
    -----
    Learning rate: as for `logistic`.

    References
    ----------
    Robinson, Chuang, Sra & Jegelka (2021), "Contrastive learning with hard negative samples", ICLR.
    Estimator and gradient are as in the authors' code, with one positive; the use with inner products is
    our translation.
    """

    beta: float = setting(1.0, Real(above=0, example=1), "how much more hard negatives count")
    tau_plus: float = setting(0.1, SHARE, "share of negatives that are positives in truth")
    temperature: float = setting(1.0, Real(above=0, example=1), "scores are divided by it")
    cosine: bool = setting(False, Switch(), "take cosines for scores")
    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "hardness"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)

    def prepare(self) -> State:
        """Return the settings in the form that the slopes need."""
        expand = np.float32(1 / (1 - self.tau_plus))
        return State(np.float32(1 / self.temperature), np.float32(self.tau_plus), expand, np.float32(self.beta))
