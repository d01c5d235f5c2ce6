"""Slopes and losses of a compiled objective outside of training, for its tests."""

from __future__ import annotations

from functools import cache

import numpy as np

from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.weights import aligned


@cache
def compiled(slopes, loss):
    """Return the two as functions of arrays, callable from Python."""

    @jit
    def run_slopes(state, memory, rows, columns, weight, result):
        scores = matrix_at(address_of(memory), rows, columns)
        slopes(state, scores, weight, matrix_at(address_of(result), rows, columns))

    @jit
    def run_loss(state, scores, weight):
        return loss(state, scores, weight)

    return run_slopes, run_loss


def slopes_of(objective, scores, weight=1.0):
    """Return the slopes of ``(B, K + 1)`` scores, in float64."""
    run, _ = compiled(objective.slopes, objective.loss)
    scores = np.asarray(scores, dtype=np.float32)
    memory, result = aligned((scores.size + LANES,)), aligned((3 * (scores.size + LANES),))
    memory[: scores.size] = scores.ravel()
    memory[scores.size :] = result[:] = np.nan  # what is there must not matter
    run(objective.prepare(), memory, *scores.shape, np.float32(weight), result)
    assert np.array_equal(memory[: scores.size], scores.ravel(), equal_nan=True), "scores were changed"
    return result[: scores.size].reshape(scores.shape).astype(float)


def loss_of(objective, row, weight=1.0):
    """Return the loss of a row."""
    _, run = compiled(objective.slopes, objective.loss)
    return run(objective.prepare(), np.asarray(row, dtype=np.float32), np.float32(weight))
