"""Measuring what samplers do, on the current vectors of a model and at random positions of a text.

`sampler_report` lets samplers draw negatives as training would (subsampled text, random windows, the model's current
vectors), trains nothing, and reports what they drew. Users call `wordneg.Word2Vec.sampler_report`.
The quantities are explained in `wordneg.diagnosis.measures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import whole_number
from wordneg.compiled.weights import Weights, aligned
from wordneg.diagnosis.draws import Blocks, Drawing
from wordneg.diagnosis.measures import (
    THIRDS,
    block_rows,
    entropy,
    gradient_bias,
    mean_slopes,
    rule_counts,
    scores_of,
    thirds_of_text,
)
from wordneg.diagnosis.positions import are_neighbors, restricted, sample_blocks
from wordneg.diagnosis.report import SamplerReport
from wordneg.diagnosis.settings import TrainingSettings
from wordneg.diagnosis.statistics import SamplerStatistics
from wordneg.objectives import OBJECTIVES, Objective
from wordneg.objectives.corrections import log_corrections
from wordneg.samplers import SAMPLERS, Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

__all__ = ["sampler_report"]

_QUERIES = 100  # queries on which the bias of the gradient is measured


class _Situation(NamedTuple):
    """What the samplers of a report have in common: text, weights, settings and blocks."""

    store: TokenStore
    weights: Weights
    parameters: TrainingSettings
    objective: Objective
    epochs: int
    blocks: Blocks
    small: tuple[Vocabulary, Weights, Blocks | None]


class _Drawn(NamedTuple):
    """The draws of one sampler: ``(N, K)`` negatives, ``(N,)`` weights, and measurements made on the way."""

    negatives: NDArray[np.int32]
    pulls: NDArray[np.float32]
    drawing: Drawing
    rule_shares: tuple[float, ...] | None
    nanoseconds: float


def sampler_report(
    store: TokenStore,
    weights: Weights,
    parameters: TrainingSettings,
    samplers: Sequence[Sampler],
    objective: Objective,
    *,
    model: str = "model",
    epochs: int = 0,
    positions: int = 2000,
    bias_words: int = 1000,
    seed: int = 1,
) -> SamplerReport:
    """Measure what samplers do.

    Parameters
    ----------
    store : TokenStore
        The text.
    weights : Weights
        The current vectors, which are not changed.
    parameters : TrainingSettings
        Settings of training.
    samplers : sequence of Sampler
        The samplers. Each is prepared and, if it depends on the weights, refreshed; a sampler that draws by a frozen
        model freezes these weights.
    objective : Objective
        The objective whose slopes are measured.
    model : str
        Description of the model.
    epochs : int
        Number of epochs that the weights have been trained for; samplers that change over epochs act accordingly.
    positions : int
        Number of positions in the text.
    bias_words : int
        Number of most frequent words on which the bias of the gradient is measured.
    seed : int
        Seed of the positions and draws.

    Raises
    ------
    ValueError
        If the vocabulary holds a single word, the text has no context, a number is out of range, or the objective
        corrects for a distribution that a sampler cannot tell.
    """
    positions = whole_number("positions", positions, 1, None)
    bias_words = whole_number("bias_words", bias_words, 2, None)
    if len(store.vocabulary) < 2:
        raise ValueError("the vocabulary holds a single word, so there are no negatives to report on")
    blocks = sample_blocks(store, weights.inputs, parameters, positions, seed)
    situation = _Situation(
        store, weights, parameters, objective, epochs, blocks, _small(store.vocabulary, weights, blocks, bias_words)
    )
    drawn = [_draw(situation, sampler, seed) for sampler in samplers]
    false = _false_negatives(situation, [one.negatives for one in drawn])
    found = [
        _statistics(situation, sampler, one, share, seed)
        for sampler, one, share in zip(samplers, drawn, false, strict=True)
    ]
    return SamplerReport(
        model=model,
        objective=OBJECTIVES.describe(objective),
        epochs=epochs,
        positions=len(blocks.positives),
        draws=len(blocks.positives) * parameters.negative,
        bias_words=len(situation.small[0]),
        samplers=tuple(found),
    )


def _small(vocabulary: Vocabulary, weights: Weights, blocks: Blocks, words: int) -> tuple[Any, Any, Any]:
    """Return the vocabulary of the most frequent words, its weights, and the blocks that remain in it."""
    chosen = np.argsort(-vocabulary.counts, kind="stable")[:words]
    small = Weights(*(aligned((len(chosen), matrix.shape[1])) for matrix in weights))
    for part, matrix in zip(small, weights, strict=True):
        part[:] = matrix[chosen]
    names = Vocabulary([vocabulary.words[word] for word in chosen], vocabulary.counts[chosen])
    left = restricted(blocks, chosen, len(vocabulary), small.inputs)
    if left is not None:
        end = left.starts[: _QUERIES + 1]
        left = Blocks(left.positives[:_QUERIES], left.queries[:_QUERIES], left.contexts[: end[-1]], end)
    return names, small, left


def _prepared(situation: _Situation, sampler: Sampler, vocabulary: Vocabulary, weights: Weights, seed: int) -> Drawing:
    drawing = Drawing(sampler, vocabulary, weights, negative=situation.parameters.negative, seed=seed)
    drawing.follow(float(situation.epochs))
    return drawing


def _draw(situation: _Situation, sampler: Sampler, seed: int) -> _Drawn:
    """Let a sampler draw for all blocks; the draws of the time measurement come first, and burn in a chain."""
    drawing = _prepared(situation, sampler, situation.store.vocabulary, situation.weights, seed)
    nanoseconds = drawing.nanoseconds(situation.blocks)
    counts = rule_counts(drawing.scratch)
    if counts is not None:
        counts[:] = 0
    negatives, pulls = drawing.draw(situation.blocks)
    shares = None if counts is None else tuple(map(float, counts / negatives.size))
    return _Drawn(negatives, pulls, drawing, shares, nanoseconds)


def _false_negatives(situation: _Situation, drawn: Sequence[NDArray[np.int32]]) -> list[float]:
    """Return, for each sampler, the share of (input word, negative) pairs that are neighbors in the text."""
    lengths = np.diff(situation.blocks.starts)
    inputs = np.repeat(situation.blocks.contexts, situation.parameters.negative)
    negatives = [np.repeat(one, lengths, axis=0).ravel() for one in drawn]
    known = are_neighbors(
        situation.store, situation.parameters.window, np.tile(inputs, len(drawn)), np.concatenate(negatives)
    )
    return [float(part.mean()) for part in np.split(known, len(drawn))]


def _statistics(
    situation: _Situation, sampler: Sampler, drawn: _Drawn, false_negatives: float, seed: int
) -> SamplerStatistics:
    vocabulary, objective = situation.store.vocabulary, situation.objective
    outputs = situation.weights.outputs
    rows, blocks_of_rows = block_rows(situation.blocks, situation.weights.inputs, situation.parameters)
    targets = np.column_stack([situation.blocks.positives, drawn.negatives])
    scores = scores_of(rows, outputs, targets[blocks_of_rows])
    given = scores
    if objective.cosine:
        given = scores_of(rows, outputs, targets[blocks_of_rows], cosine=True)
    log_q, log_rest = log_corrections(sampler, drawn.drawing.state, objective, situation.parameters.negative)
    if log_q.size:
        given = given.copy()
        given[:, 1:] -= (log_q[drawn.negatives] - log_rest[situation.blocks.positives][:, np.newaxis])[blocks_of_rows]
    positive_slope, negative_slope = mean_slopes(objective, given, blocks_of_rows, drawn.pulls)
    counts = np.bincount(drawn.negatives.ravel(), minlength=len(vocabulary))
    thirds = np.bincount(thirds_of_text(vocabulary), weights=counts, minlength=len(THIRDS)) / counts.sum()
    small_vocabulary, small_weights, small_blocks = situation.small
    bias = None
    if small_blocks is not None:
        drawing = _prepared(situation, sampler, small_vocabulary, small_weights, seed)
        bias = gradient_bias(drawing, small_weights, small_blocks)
    hard, fallback = drawn.rule_shares or (None, None)
    return SamplerStatistics(
        sampler=SAMPLERS.describe(sampler),
        label=SAMPLERS.label(sampler),
        hard_share=hard,
        fallback_share=fallback,
        positive_score=float(scores[:, 0].mean(dtype=np.float64)),
        negative_score=float(scores[:, 1:].mean(dtype=np.float64)),
        false_negatives=false_negatives,
        distinct_words=int(np.count_nonzero(counts)),
        entropy=entropy(counts),
        **dict(zip(THIRDS, map(float, thirds), strict=True)),
        positive_slope=positive_slope,
        negative_slope=negative_slope,
        gradient_bias=bias,
        nanoseconds=drawn.nanoseconds,
    )
