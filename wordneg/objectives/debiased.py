"""The debiased contrastive loss, which subtracts the expected share of false negatives.

For one row with the score s₀ of the positive, weight w, and the scores s₁ … s_K of its negatives, let

    P = exp(s₀ / t),        S = Σ_k exp(s_k / t).

Negatives are drawn from all words, so a share τ⁺ of them belongs to the positive's class. The sum over true negatives
is estimated by subtracting the contribution of false negatives, for which the positive stands in:

    N = max((S − τ⁺ K P) / (1 − τ⁺),  K exp(−1 / t)),        loss = −w log (P / (P + N)).

The bound is the least possible sum for K cosines; the papers' scores are cosines (``cosine=True``).
For inner products it is not a bound, but a floor of the same form that keeps the logarithm finite.

**Slopes.** Above the floor, P + N = (1 − τ⁺K / (1 − τ⁺)) P + S / (1 − τ⁺), hence, with D = P + N,

    slope_k = −(w / t) · exp(s_k / t) / ((1 − τ⁺) D),
    slope₀ = (w / t) · (1 − (1 − τ⁺K / (1 − τ⁺)) P / D) = (w / t) · S / ((1 − τ⁺) D) = −Σ_k slope_k.

On the floor, N is a constant:

    slope_k = 0,        slope₀ = (w / t) · N / D.

Everything is computed relative to the highest negative score, so that nothing overflows; the slopes are
exact unless that score is below −1 − 69 t.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.simd import exponential, splat, store
from wordneg.objectives.base import Objective
from wordneg.objectives.rowwise import exponentiate, find_highest, room_behind, row_at

__all__ = ["SHARE", "Debiased", "loss_from_estimate", "share_out", "write_floor"]

_MOST = np.float32(1e30)  # cap on exp(−1 / t) relative to the highest negative; K times it is still finite


class State(NamedTuple):
    """The settings, all float32: ``scale`` is 1 / temperature, ``share`` is τ⁺, ``expand`` is 1 / (1 − τ⁺)."""

    scale: np.float32
    share: np.float32
    expand: np.float32


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: first the exponentials of each row, then these divided by its D."""
    columns = scores.shape[1]
    floors = matrix_at(room_behind(slopes, 0), 1, scores.shape[0])
    for row in range(scores.shape[0]):
        highest = find_highest(scores[row], 1)
        exponentiate(row_at(scores, row), columns, highest, state.scale, row_at(slopes, row))
        write_floor(state, highest, address_of(floors) + np.uint64(4 * row))
    for row in range(scores.shape[0]):
        total = np.float32(0.0)
        for k in range(1, columns):
            total += slopes[row, k]
        slopes[row, 0], factor = share_out(state, slopes[row, 0], total, floors[0, row], weight, columns - 1)
        factor /= total
        for k in range(1, columns):
            slopes[row, k] *= -factor


@jit
def write_floor(state, highest, result_at):
    """Write exp(−1 / t) relative to a row's highest negative, and overwrite the ``LANES − 1`` floats after it."""
    store(exponential(splat(state.scale * (np.float32(-1.0) - highest))), result_at)


@jit
def share_out(state, positive, total, floor, weight, negative):
    """Return the slope of the positive, and the sum of the negatives' slopes without its sign.

    `positive`, `total` and `floor` are P, S (or its replacement) and exp(−1 / t).
    """
    count = np.float32(negative)
    pushed = total * state.expand
    estimate = pushed - state.expand * state.share * count * positive
    least = count * min(floor, _MOST)
    if estimate < least:
        estimate, pushed = least, np.float32(0.0)
    factor = weight * state.scale / (positive + estimate)
    return factor * (pushed if pushed > 0 else estimate), factor * pushed


@jit
def loss(state, scores, weight):
    """Return the loss of one row, without overflow."""
    highest = np.float64(find_highest(scores, 1))
    total = 0.0
    for k in range(1, scores.size):
        total += math.exp(state.scale * (scores[k] - highest))
    return loss_from_estimate(state, scores, weight, highest, total)


@jit
def loss_from_estimate(state, scores, weight, highest, total):
    """Return the loss of a row whose S is ``total · exp(highest / t)``."""
    positive = np.float64(scores[0])
    top = max(highest, positive, -1.0)
    share, count = np.float64(state.share), scores.size - 1
    gain = math.exp(state.scale * (positive - top))
    estimate = (total * math.exp(state.scale * (highest - top)) - share * count * gain) * state.expand
    least = count * math.exp(state.scale * (-1.0 - top))
    estimate = least if estimate < least else estimate  # in this order, a NaN is kept
    return weight * (math.log(gain + estimate) - state.scale * (positive - top))


SHARE = Real(0, below=1, example=0.1)
"""The check of τ⁺."""


@dataclass(frozen=True, kw_only=True)
class Debiased(Settings, Objective):
    """The softmax loss with the expected false negatives subtracted.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = −w log (P / (P + N)),        P = exp(s₀ / t),        S = Σ_k exp(s_k / t),
        N = max((S − τ⁺ K P) / (1 − τ⁺),  K exp(−1 / t)),

    where τ⁺ (tau_plus) is the share of false negatives, and t the temperature.

    Parameters
    ----------
    tau_plus : float
        Share τ⁺ of negatives that are in truth positives; 0 gives `Softmax` (except for the floor).
    temperature : float
        Temperature t, by which scores are divided. The paper's 0.5 is for cosines.
    cosine : bool
        Whether the scores are cosines, as in the paper.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate.

    Notes
    -----
    Learning rate: as for `Softmax`, up to twice the rate for `logistic`.

    References
    ----------
    Chuang, Robinson, Lin, Torralba & Jegelka (2020), "Debiased contrastive learning", NeurIPS. The
    estimator is as in the authors' code, with one positive; the use with inner products is our
    translation.
    """

    tau_plus: float = setting(0.1, SHARE, "share of negatives that are positives in truth")
    temperature: float = setting(1.0, Real(above=0, example=1), "scores are divided by it")
    cosine: bool = setting(False, Switch(), "take cosines for scores")
    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "debiased"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)

    def prepare(self) -> State:
        """Return the settings in the form that the slopes need."""
        expand = np.float32(1 / (1 - self.tau_plus))
        return State(np.float32(1 / self.temperature), np.float32(self.tau_plus), expand)
