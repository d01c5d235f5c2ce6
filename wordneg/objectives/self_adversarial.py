"""The logistic loss with negatives weighted by how hard they are, known as self-adversarial sampling.

For one row with the score s₀ of the positive, weight w, and the scores s₁ … s_K of its negatives,

    loss = −w log σ(s₀) − K · Σ_k p_k log σ(−s_k),        p_k = exp(α s_k) / Σ_i exp(α s_i),    i = 1 … K.

RotatE uses Σ_k p_k log σ(−s_k), a mean. With the factor K, all weights are 1 when all scores are equal, and the
loss is then word2vec's: positive and negatives keep their balance, and the learning rate its meaning. The
factor K is ours, as is the use with inner products (RotatE's scores are γ − distance).

The p_k are treated as **constants**, as in RotatE, which takes no gradient through them: they stand for
probabilities of being drawn. The slopes are thus the negated derivatives of the loss with p held at its
current value, not of the whole expression:

    slope₀ = w · (1 − σ(s₀)),        slope_k = −K · p_k · σ(s_k).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.simd import load, sigmoid, store
from wordneg.objectives.base import Objective
from wordneg.objectives.logistic import softplus
from wordneg.objectives.rowwise import exponentiate, find_highest, room_behind, row_at

__all__ = ["SelfAdversarial"]


class State(NamedTuple):
    """The setting ``alpha``, float32."""

    alpha: np.float32


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: first σ everywhere and exp(α s) after the slopes, then the results row by row."""
    columns = scores.shape[1]
    source, target = address_of(scores), address_of(slopes)
    for _ in range(0, scores.size, LANES):
        store(sigmoid(load(source)), target)
        source += STEP
        target += STEP
    hardness = matrix_at(room_behind(slopes, 0), scores.shape[0], columns)
    for row in range(scores.shape[0]):
        highest = find_highest(scores[row], 1)
        exponentiate(row_at(scores, row), columns, highest, state.alpha, row_at(hardness, row))
    for row in range(scores.shape[0]):
        total = np.float32(0.0)
        for k in range(1, columns):
            total += hardness[row, k]
        factor = np.float32(columns - 1) / total
        slopes[row, 0] = weight * (np.float32(1.0) - slopes[row, 0])
        for k in range(1, columns):
            slopes[row, k] *= -factor * hardness[row, k]


@jit
def loss(state, scores, weight):
    """Return the loss of one row, without overflow."""
    highest = find_highest(scores, 1)
    weights, weighted = 0.0, 0.0
    for k in range(1, scores.size):
        hardness = math.exp(state.alpha * np.float64(scores[k] - highest))
        weights += hardness
        weighted += hardness * softplus(np.float64(scores[k]))
    return weight * softplus(-np.float64(scores[0])) + (scores.size - 1) * weighted / weights


@dataclass(frozen=True, kw_only=True)
class SelfAdversarial(Settings, Objective):
    """The logistic loss with negatives weighted by ``softmax(alpha · score)``.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = −w · log σ(s₀) − K · Σ_k p_k log σ(−s_k),        p_k = exp(α s_k) / Σ_i exp(α s_i),

    with i = 1 … K and the setting α; the slopes take p_k as constants.

    Parameters
    ----------
    alpha : float
        Sharpness α of the weights. With 0, this is the plain logistic loss; with a large value, only the hardest
        negative counts.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate.

    Notes
    -----
    Learning rate: as for `logistic`.

    References
    ----------
    Sun, Deng, Nie & Tang (2019), "RotatE: knowledge graph embedding by relational rotation in complex
    space", ICLR (self-adversarial negative sampling; the examples in its code use α = 1).
    """

    alpha: float = setting(1.0, Real(), "0 is the logistic loss; more counts the hardest negatives")
    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "self-adversarial"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)

    def prepare(self) -> State:
        """Return α."""
        return State(np.float32(self.alpha))
