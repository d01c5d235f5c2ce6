"""Measures of a sampler's draws.

Scores, slopes
--------------
Scores are as in training: for skip-gram, each input row is scored against the positive and the negatives; for CBOW,
the mean (or sum) of the rows is. The slopes are the objective's, before the learning rate: a negative whose slope is
near 0 teaches nothing. Popular negatives tend towards this, since most of them have low scores after a while, which is
why Chen et al. look for informative negatives.

Thirds of the text
------------------
Words in the order of their counts are cut where the running text has its thirds: the most frequent ones, the **head**,
make up the first third of its tokens, the **torso** makes up the second, and all others are the **tail**. (A word on a
border belongs to the third in which its middle token is.) A sampler that draws words as often as the text has them
takes a third of its negatives from each. These are not the frequent, middle and rare words of
`wordneg.evaluation.Bands`, which part at fixed ranks so that a benchmark's items are in the same band for every model.

The bias of the gradient
------------------------
For a query with the scores s of all words, and the positive p, the full softmax has the gradient

    g_y = P(y) − 1[y = p],        P = softmax(s),

by the score of word y. A softmax over the positive y₀ = p and K drawn negatives y₁ … y_K, with
π = softmax of their scores, has Σ_k π_k 1[y_k = y] − 1[y = p]. The difference between the two, averaged over
draws, is its bias

    b_y = P(y) − E Σ_k π_k 1[y_k = y].

`gradient_bias` is √(mean of Σ_y b_y²) / √(mean of Σ_y g_y²) over queries: 0 for a sampler that could replace
the full softmax. As a mean over finitely many draws is never exact, Σ_y b_y² is computed as the product of two
estimates of b from different draws, which is unbiased.

References
----------
Chen, Yuan, Jose & Zhang (2018), "Improving negative sampling for word representation using self-embedded
features", WSDM. Zhang & Stratos (2021), "Understanding hard negatives in noise contrastive estimation",
NAACL, show that the bias shrinks as negatives approach the model's distribution P; the formula is our derivation.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.cosine import SHORTEST
from wordneg.compiled.lanes import LANES
from wordneg.compiled.weights import Weights, aligned
from wordneg.diagnosis.draws import Blocks, Drawing
from wordneg.diagnosis.settings import TrainingSettings
from wordneg.objectives import Objective
from wordneg.text.vocabulary import Vocabulary

__all__ = [
    "THIRDS",
    "block_rows",
    "entropy",
    "gradient_bias",
    "mean_slopes",
    "rule_counts",
    "scores_of",
    "thirds_of_text",
]

THIRDS = ("head", "torso", "tail")
"""The thirds of the text, from the most frequent words to the rarest."""

_BURN_IN = 20  # draws for a block that are not counted, as a chain or a pool still reflects the previous block
_HALF = 200  # draws for each of the two estimates


def block_rows(blocks: Blocks, inputs: NDArray[np.float32], parameters: TrainingSettings) -> tuple[Any, Any]:
    """Return the rows that training scores, ``(R, P) float32``, and the block of each row, ``(R,) int64``."""
    lengths = np.diff(blocks.starts)
    numbers = np.arange(len(lengths))
    if parameters.sg:
        return inputs[blocks.contexts], np.repeat(numbers, lengths)
    if parameters.cbow_mean:
        return blocks.queries, numbers
    return blocks.queries * lengths[:, np.newaxis].astype(np.float32), numbers


def scores_of(
    rows: NDArray[np.float32], outputs: NDArray[np.float32], targets: NDArray[np.int32], *, cosine: bool = False
) -> NDArray[np.float32]:
    """Return the scores of rows with their targets.

    Parameters
    ----------
    rows : (R, P) float32
        Input rows.
    outputs : (V, P) float32
        Output vectors.
    targets : (R, T) int32
        Words that each row is scored against.
    cosine : bool
        Whether to return cosines instead, as defined in `wordneg.compiled.cosine`.

    Returns
    -------
    (R, T) float32
    """
    scores = np.empty(targets.shape, dtype=np.float32)
    lengths = [np.ones(len(matrix), dtype=np.float32) for matrix in (rows, outputs)]
    if cosine:
        lengths = [np.sqrt(np.square(matrix).sum(axis=1) + np.float32(SHORTEST**2)) for matrix in (rows, outputs)]
    for column in range(targets.shape[1]):  # one at a time, because the rows of all targets would fill the memory
        words = targets[:, column]
        scores[:, column] = np.einsum("rp,rp->r", rows, outputs[words]) / (lengths[0] * lengths[1][words])
    return scores


def mean_slopes(
    objective: Objective, scores: NDArray[np.float32], blocks_of_rows: NDArray[np.int64], pulls: NDArray[np.float32]
) -> tuple[float, float]:
    """Return the mean absolute slope of a positive and of a negative.

    Parameters
    ----------
    objective : Objective
        The objective.
    scores : (R, K + 1) float32
        Input of the objective: scores or cosines, corrected if it needs that.
    blocks_of_rows : (R,) int64
        Block of each row, ascending.
    pulls : (N,) float32
        The sampler's weight for the positive of each block.
    """
    state = objective.prepare()
    borders = np.flatnonzero(np.diff(blocks_of_rows, prepend=-1, append=-1))
    room = int(np.diff(borders).max()) * scores.shape[1] + LANES
    given, written = aligned((room,)), aligned((3 * room,))  # an objective may use two more blocks
    positive = negative = 0.0
    for first, last in pairwise(borders):
        shape = (last - first, scores.shape[1])
        block, slopes = (memory[: shape[0] * shape[1]].reshape(shape) for memory in (given, written))
        block[:] = scores[first:last]
        objective.slopes(state, block, pulls[blocks_of_rows[first]], slopes)
        positive += float(np.abs(slopes[:, 0]).sum())
        negative += float(np.abs(slopes[:, 1:]).sum())
    return positive / len(scores), negative / (len(scores) * (scores.shape[1] - 1))


def rule_counts(scratch: Any) -> NDArray[np.int64] | None:
    """Return the array in which a sampler counts negatives by its rule and by its fallback, ``(2,) int64``, or None.

    The array is a field ``counts`` of the sampler's scratch, or of a NamedTuple in it.
    """
    counts = getattr(scratch, "counts", None)
    if isinstance(counts, np.ndarray) and counts.shape == (2,):
        return counts
    parts = scratch if isinstance(scratch, tuple) else ()
    return next((found for found in map(rule_counts, parts) if found is not None), None)


def thirds_of_text(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the place in `THIRDS` of each word, ``(V,) int64``."""
    order = np.argsort(-vocabulary.counts, kind="stable")
    counts = vocabulary.counts[order]
    middles = np.cumsum(counts) - counts / 2
    thirds = np.empty(len(vocabulary), dtype=np.int64)
    thirds[order] = np.minimum(middles * len(THIRDS) // max(1, vocabulary.total), len(THIRDS) - 1)
    return thirds


def entropy(counts: NDArray[np.int64]) -> float:
    """Return the entropy of a sample with these counts, in bits (in expectation below the distribution's entropy)."""
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def gradient_bias(drawing: Drawing, weights: Weights, blocks: Blocks) -> float:
    """Return the bias of the gradient of a sampled softmax, relative to the gradient of the full softmax.

    Parameters
    ----------
    drawing : Drawing
        The sampler, prepared for a vocabulary small enough to score all its words.
    weights : Weights
        Vectors of this vocabulary.
    blocks : Blocks
        The queries and their positives.
    """
    scores = blocks.queries.astype(np.float64) @ weights.outputs.astype(np.float64).T  # (Q, W)
    bias = gradient = 0.0
    for number, row in enumerate(scores):
        positive = blocks.positives[number]
        chances = _softmax(row)
        negatives, _ = drawing.draw(blocks, np.full(_BURN_IN + 2 * _HALF, number))
        halves = np.split(negatives[_BURN_IN:], 2)
        first, second = (chances - _sampled_softmax(row, positive, half) for half in halves)
        bias += float(first @ second)
        chances[positive] -= 1.0
        gradient += float(chances @ chances)
    return float(np.sqrt(max(0.0, bias) / gradient)) if gradient else 0.0


def _sampled_softmax(scores: NDArray[np.float64], positive: int, negatives: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the mean over draws of Σ_k π_k 1[y_k = y], ``(W,) float64``, from ``(D, K)`` negatives."""
    words = np.column_stack([np.full(len(negatives), positive), negatives])
    shares = _softmax(scores[words])
    return np.bincount(words.ravel(), weights=shares.ravel(), minlength=scores.size) / len(negatives)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
