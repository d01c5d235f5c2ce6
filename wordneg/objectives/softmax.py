"""The softmax loss over the positive and its negatives, known as InfoNCE or sampled softmax.

For one row with the score s₀ of the positive, weight w, and the scores s₁ … s_K of its negatives,

    loss = −w · log π₀,        π_j = exp(s_j / τ) / Σ_i exp(s_i / τ),        i, j = 0 … K.

Since ∂ log π₀ / ∂s_j = (1[j = 0] − π_j) / τ, the negated derivatives are

    slope₀ = (w / τ) · (1 − π₀),        slope_k = −(w / τ) · π_k.

They sum to zero: only differences between scores count, and the hardest negative is pushed hardest.
1 − π₀ is computed as Σ_k π_k, which avoids cancellation when the positive has won.

**Correction.** The denominator of the full softmax, over all V words, contains Z = Σ_n exp(s_n / τ) over n ≠ p besides
the positive's own exp(s_p / τ). A negative n, one of K, that was drawn with probability q_n stands for 1 / (K · q_n)
words:

    E Σ_k exp(s_k / τ) / (K · q_k) = Z,        exp(s_k / τ) / (K · q_k) = exp(s_k / τ − log(K · q_k)).

With ``corrected=True``, log(K · q) is therefore subtracted from the negatives' logits, but not from the
positive's, which was not drawn. The slopes then estimate the slopes of the full softmax; the remaining bias
(from the expectation of a fraction) falls with K, and vanishes if q_n ∝ exp(s_n / τ).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.objectives.base import Objective
from wordneg.objectives.rowwise import exponentiate, find_highest, row_at

__all__ = ["Softmax"]


class State(NamedTuple):
    """The setting ``scale``, 1 / temperature, float32."""

    scale: np.float32


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: first the exponentials of each row, then these divided by their sum."""
    columns = scores.shape[1]
    for row in range(scores.shape[0]):
        highest = find_highest(scores[row], 0)
        exponentiate(row_at(scores, row), columns, highest, state.scale, row_at(slopes, row))
    for row in range(scores.shape[0]):
        rest = np.float32(0.0)
        for k in range(1, columns):
            rest += slopes[row, k]
        factor = weight * state.scale / (slopes[row, 0] + rest)
        slopes[row, 0] = factor * rest
        for k in range(1, columns):
            slopes[row, k] *= -factor


@jit
def loss(state, scores, weight):
    """Return the loss of one row, ``log Σ exp(s_j) − s₀``, without overflow."""
    highest = find_highest(scores, 0)
    total = 0.0
    for score in scores:
        total += math.exp(state.scale * np.float64(score - highest))
    return weight * (math.log(total) - state.scale * np.float64(scores[0] - highest))


@dataclass(frozen=True, kw_only=True)
class Softmax(Settings, Objective):
    """The softmax loss of the positive against all its negatives at once: InfoNCE, or sampled softmax.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = −w · log π₀,        π_j = exp(s_j / τ) / Σ_i exp(s_i / τ),        i, j = 0 … K,

    where τ is the temperature.

    Parameters
    ----------
    corrected : bool
        Whether to subtract log(K · q) from the logits of negatives, where q is their probability of being drawn:
        the logQ correction of sampled softmax. Needs a static sampler.
    temperature : float
        Temperature τ, by which scores are divided.
    cosine : bool
        Whether the scores are cosines; temperatures of some tenths are then usual.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate.

    Notes
    -----
    Learning rate: the slopes of a row's negatives add up to at most 1 (divided by the temperature), but to as much as K
    with `logistic`, so up to twice the rate for `logistic` is suitable: 0.05 for skip-gram with 5 negatives, 0.05 to
    0.1 for CBOW with 15.

    References
    ----------
    van den Oord, Li & Vinyals (2018), "Representation learning with contrastive predictive coding",
    arXiv 1807.03748 (InfoNCE). Bengio & Senécal (2008), "Adaptive importance sampling to accelerate
    training of a neural probabilistic language model", IEEE Transactions on Neural Networks (sampled
    softmax). Zhang & Stratos (2021), "Understanding hard negatives in noise contrastive estimation",
    NAACL (the bias, and why the model's own distribution lowers it).
    """

    corrected: bool = setting(False, Switch(), "apply the logQ correction")
    temperature: float = setting(1.0, Real(above=0, example=1), "scores are divided by it")
    cosine: bool = setting(False, Switch(), "take cosines for scores")
    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "softmax"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)

    def prepare(self) -> State:
        """Return the reciprocal of the temperature."""
        return State(np.float32(1 / self.temperature))
