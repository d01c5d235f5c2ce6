"""Twins of the objectives, from their formulas: one row, the positive first, float64.

`losses[name](row, weight, **settings)` and `slopes[name](row, weight, **settings)`.
"""

from __future__ import annotations

import math

import numpy as np


def _logistic(s: float) -> float:
    return 1 / (1 + math.exp(-s))


def logistic_loss(row, weight):
    return -weight * math.log(_logistic(row[0])) - sum(math.log(_logistic(-s)) for s in row[1:])


def logistic_slopes(row, weight):
    return [weight * (1 - _logistic(row[0])), *(-_logistic(s) for s in row[1:])]


def softmax_loss(row, weight, temperature=1.0):
    """InfoNCE, van den Oord et al. (2018): the positive against itself and all negatives."""
    powers = [math.exp(s / temperature) for s in row]
    return -weight * math.log(powers[0] / sum(powers))


def softmax_slopes(row, weight, temperature=1.0):
    powers = [math.exp(s / temperature) for s in row]
    shares = [power / sum(powers) for power in powers]
    return [weight / temperature * ((column == 0) - share) for column, share in enumerate(shares)]


def hinge_loss(row, weight, margin=1.0):
    return sum(weight * max(0.0, margin + s - row[0]) for s in row[1:])


def hinge_slopes(row, weight, margin=1.0):
    pushes = [weight if margin + s - row[0] > 0 else 0.0 for s in row[1:]]
    return [sum(pushes), *(-push for push in pushes)]


def _adversarial_weights(row, alpha):
    powers = [math.exp(alpha * s) for s in row[1:]]
    return [power / sum(powers) for power in powers]


def self_adversarial_loss(row, weight, alpha=1.0, held=None):
    """RotatE (2019), with inner products, times K; the weights are those of the row `held`, if given."""
    weights = _adversarial_weights(row if held is None else held, alpha)
    pushes = [p * math.log(_logistic(-s)) for p, s in zip(weights, row[1:], strict=True)]
    return -weight * math.log(_logistic(row[0])) - len(weights) * sum(pushes)


def self_adversarial_slopes(row, weight, alpha=1.0):
    weights = _adversarial_weights(row, alpha)
    pushes = [-len(weights) * p * _logistic(s) for p, s in zip(weights, row[1:], strict=True)]
    return [weight * (1 - _logistic(row[0])), *pushes]


def _debiased_part(row, total, tau_plus, temperature):
    """Return P, the estimate N, and whether it is the floor."""
    count, positive = len(row) - 1, math.exp(row[0] / temperature)
    estimate = (-tau_plus * count * positive + total) / (1 - tau_plus)
    floor = count * math.exp(-1 / temperature)
    return positive, max(estimate, floor), estimate < floor


def debiased_loss(row, weight, tau_plus=0.1, temperature=1.0):
    """Chuang et al. (2020), with one positive."""
    total = sum(math.exp(s / temperature) for s in row[1:])
    positive, estimate, _ = _debiased_part(row, total, tau_plus, temperature)
    return -weight * math.log(positive / (positive + estimate))


def debiased_slopes(row, weight, tau_plus=0.1, temperature=1.0):
    powers = [math.exp(s / temperature) for s in row[1:]]
    positive, estimate, on_floor = _debiased_part(row, sum(powers), tau_plus, temperature)
    factor = weight / temperature / (positive + estimate)
    if on_floor:
        return [factor * estimate, *(0.0 for _ in powers)]
    return [factor * sum(powers) / (1 - tau_plus), *(-factor * power / (1 - tau_plus) for power in powers)]


def _reweighted(row, beta, temperature):
    powers = np.array([math.exp(s / temperature) for s in row[1:]])
    weights = powers**beta
    return powers, weights, (weights * powers).sum() / weights.mean()


def hardness_loss(row, weight, beta=1.0, tau_plus=0.1, temperature=1.0):
    """Robinson et al. (2021), as in their code: weights are means of powers."""
    _, _, total = _reweighted(row, beta, temperature)
    positive, estimate, _ = _debiased_part(row, total, tau_plus, temperature)
    return -weight * math.log(positive / (positive + estimate))


def hardness_slopes(row, weight, beta=1.0, tau_plus=0.1, temperature=1.0):
    powers, weights, total = _reweighted(row, beta, temperature)
    positive, estimate, on_floor = _debiased_part(row, total, tau_plus, temperature)
    factor = weight / temperature / (positive + estimate)
    if on_floor:
        return [factor * estimate, *(0.0 for _ in powers)]
    shares = (1 + beta) * weights * powers / (weights * powers).sum() - beta * weights / weights.sum()
    return [factor * total / (1 - tau_plus), *(-factor * total * shares / (1 - tau_plus))]


losses = {
    "logistic": logistic_loss,
    "softmax": softmax_loss,
    "hinge": hinge_loss,
    "self-adversarial": self_adversarial_loss,
    "debiased": debiased_loss,
    "hardness": hardness_loss,
}
slopes = {
    "logistic": logistic_slopes,
    "softmax": softmax_slopes,
    "hinge": hinge_slopes,
    "self-adversarial": self_adversarial_slopes,
    "debiased": debiased_slopes,
    "hardness": hardness_slopes,
}
