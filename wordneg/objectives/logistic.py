"""The logistic loss of word2vec.

For one row with the score s₀ of the positive, weight w, and the scores s₁ … s_K of its negatives,

    loss = −w · log σ(s₀) − Σ_k log σ(−s_k),        σ(s) = 1 / (1 + exp(−s)).

Since d/ds log σ(s) = 1 − σ(s) = σ(−s) and d/ds log σ(−s) = −σ(s), the negated derivatives are

    slope₀ = w · (1 − σ(s₀)),        slope_k = −σ(s_k).

σ is not cut off: a negative with a score of 10 is pushed away with full force. gensim skips every
pair with a score beyond ±6, which drops exactly the hardest negatives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from wordneg.common.settings import Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.simd import load, multiply, sigmoid, splat, store, subtract, where_first
from wordneg.objectives.base import Objective

__all__ = ["Logistic", "softplus"]


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: label − σ(score), with a label of 1 and a weight in the column of the positives.

    All of it in registers: a number that is written into what a vector has just been written to, and is read as a
    vector again, would have to reach the cache first.
    """
    source = address_of(scores)
    target = address_of(slopes)
    zero, one, weights = splat(np.float32(0.0)), splat(np.float32(1.0)), splat(np.float32(weight))
    for start in range(0, scores.size, LANES):
        label = where_first(start, scores.shape[1], one, zero)
        slope = subtract(label, sigmoid(load(source)))
        store(multiply(where_first(start, scores.shape[1], weights, one), slope), target)
        source += STEP
        target += STEP


@jit
def loss(state, scores, weight):
    """Return the loss of one row, computed from ``−log σ(s) = log(1 + exp(−s))`` without overflow."""
    total = weight * softplus(-np.float64(scores[0]))
    for k in range(1, scores.size):
        total += softplus(np.float64(scores[k]))
    return total


@jit
def softplus(x):
    """Return ``log(1 + exp(x))`` = −log σ(−x), without overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@dataclass(frozen=True)
class Logistic(Settings, Objective):
    """The logistic loss of each score with its label, 1 for the positive and 0 for negatives, as in word2vec.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = −w · log σ(s₀) − Σ_k log σ(−s_k),        σ(s) = 1 / (1 + exp(−s)).

    Parameters
    ----------
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate, as in OptRank's code.

    References
    ----------
    Mikolov, Sutskever, Chen, Corrado & Dean (2013), "Distributed representations of words and
    phrases and their compositionality", NIPS, equation 4.
    """

    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "logistic"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)
