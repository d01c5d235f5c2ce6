"""The pairwise hinge loss, which wants the positive to be ahead of each negative by a margin.

For one row with the score s₀ of the positive, the scores s₁ … s_K of its negatives, and weight w,

    loss = w · Σ_k max(0, m + s_k − s₀).

A negative within the margin, a **violator**, contributes a derivative of w by its own score and −w by the positive's;
any other negative contributes nothing:

    slope_k = −w · [s_k > s₀ − m],        slope₀ = w · (number of violators).

Each negative forms its own pair with the positive, as in WARP, WordRank and the triplet loss, which draw one
negative per step; hence the sum over K, not the mean. A sampler's weight (as WARP's, from the rank) therefore applies
to whole pairs.

With ``cosine=True`` the scores are cosines (see `wordneg.compiled.cosine`), and this is the triplet loss of
FaceNet: for unit vectors, |a − p|² − |a − n|² + 2m = 2 (m + cos(a, n) − cos(a, p)), so FaceNet's margin
of squared distances, α, corresponds to 2m here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.objectives.base import Objective

__all__ = ["Hinge"]


class State(NamedTuple):
    """The setting ``margin``, float32."""

    margin: np.float32


@jit
def slopes(state, scores, weight, slopes):
    """Write the slopes of a block: −weight for each violator, and minus their sum for the positive."""
    for row in range(scores.shape[0]):
        bound = scores[row, 0] - state.margin
        total = np.float32(0.0)
        for k in range(1, scores.shape[1]):
            pull = weight if scores[row, k] > bound else np.float32(0.0)
            slopes[row, k] = -pull
            total += pull
        slopes[row, 0] = total


@jit
def loss(state, scores, weight):
    """Return the loss of one row."""
    total = 0.0
    for k in range(1, scores.size):
        violation = state.margin + np.float64(scores[k]) - np.float64(scores[0])
        total += 0.0 if violation <= 0 else violation  # so that a NaN is added
    return weight * total


@dataclass(frozen=True, kw_only=True)
class Hinge(Settings, Objective):
    """The pairwise hinge loss, as in WARP, WordRank and the triplet loss.

    For one row with the score s₀ of the positive, its weight w from the sampler (usually 1), and the scores s₁ … s_K of
    its negatives,

        loss = w · Σ_k max(0, m + s_k − s₀),

    where m is the margin.

    Parameters
    ----------
    margin : float
        Margin m, above 0, because all scores are zero at the start and nothing is learned from negatives outside the
        margin. For cosines it is some tenths, such as 0.2.
    cosine : bool
        Whether to compare cosines instead of scores.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate.

    Notes
    -----
    Learning rate: a positive is pulled by all K negatives, with a force that never saturates. Use a quarter to a half
    of the rate that suits `logistic`, and less the more negatives there are (0.0125 for skip-gram with 5, 0.00625 for
    CBOW with 15, where `logistic` takes 0.025 and more); at higher rates, analogies suffer first. For cosines, use
    0.025.

    References
    ----------
    Weston, Bengio & Usunier (2010), "Large scale image annotation: learning to rank with joint
    word-image embeddings", Machine Learning 81 (WARP). Ji, Yun, Yanardag, Matsushima &
    Vishwanathan (2016), "WordRank: learning word embeddings via robust ranking", EMNLP (the hinge in its
    code has a margin of 1). Schroff, Kalenichenko & Philbin (2015), "FaceNet: a unified embedding
    for face recognition and clustering", CVPR (the triplet loss, on unit vectors).
    """

    margin: float = setting(1.0, Real(), "how far a positive should be ahead")
    cosine: bool = setting(False, Switch(), "take cosines for scores")
    mean_error: bool = setting(False, Switch(), "let input rows learn at 1 / (K + 1) of the rate")

    name: ClassVar[str] = "hinge"
    slopes: ClassVar[Any] = staticmethod(slopes)
    loss: ClassVar[Any] = staticmethod(loss)

    def prepare(self) -> State:
        """Return the margin."""
        return State(np.float32(self.margin))
