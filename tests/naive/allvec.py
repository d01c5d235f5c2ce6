"""AllVec, written down slowly from its definition: a sum over all pairs, and parabolas through three points."""

import numpy as np


def targets(counts, settings):
    """Return the target and the weight of every pair, ``(V, V)`` each."""
    words = len(counts)
    total = counts.sum()
    sums = [counts[:, c].sum() for c in range(words)]
    shares = [(each / total) ** settings.ns_exponent if each > 0 else 0.0 for each in sums]
    goals, weights = np.zeros((words, words)), np.zeros((words, words))
    for w in range(words):
        for c in range(words):
            if counts[w, c] > 0:
                goals[w, c] = max(0.0, np.log(counts[w, c] * total / (counts[w].sum() * counts[:, c].sum())))
                weights[w, c] = min(1.0, (counts[w, c] / settings.xmax) ** settings.epsilon)
            else:
                goals[w, c] = settings.negative_target
                weights[w, c] = settings.negative_weight * words * shares[c] / sum(shares)
    return goals, weights


def loss(words, contexts, goals, weights, reg):
    """Return L, pair by pair."""
    result = reg / 2 * (np.square(words).sum() + np.square(contexts).sum())
    for w in range(len(words)):
        for c in range(len(contexts)):
            result += weights[w, c] / 2 * (goals[w, c] - words[w] @ contexts[c]) ** 2
    return result


def minimum(function, start):
    """Return where a parabola is lowest, from three of its points."""
    low, middle, high = (function(start + shift) for shift in (-1.0, 0.0, 1.0))
    curvature = low - 2 * middle + high
    return start - (high - low) / 2 / curvature


def pass_over(words, contexts, goals, weights, reg):
    """Step every coordinate of the words, then of the contexts, to its minimum; yield the loss after each step."""
    for matrix in (words, contexts):
        for row in matrix:
            for f in range(len(row)):

                def at(value, row=row, f=f):
                    before, row[f] = row[f], value
                    result = loss(words, contexts, goals, weights, reg)
                    row[f] = before
                    return result

                row[f] = minimum(at, row[f])
                yield loss(words, contexts, goals, weights, reg)
