"""The twin of `evaluation/analogies/arithmetic.py` and `relations.py`: the papers' formulas, a candidate at a time."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize


def unit(vector):
    return vector / np.linalg.norm(vector)


def cosine(x, y):
    return unit(x) @ unit(y)


def cos_add(matrix, question, x, others):
    a, b, c = (unit(matrix[row]) for row in question[:3])
    return cosine(matrix[x], b) - cosine(matrix[x], a) + cosine(matrix[x], c)


def cos_mul(matrix, question, x, others):
    a, b, c = ((1 + cosine(matrix[x], matrix[row])) / 2 for row in question[:3])
    return b * c / (a + 1e-6)


def pair_direction(matrix, question, x, others):
    a, b, c = (unit(matrix[row]) for row in question[:3])
    return cosine(b - a, unit(matrix[x]) - c)


def cos_avg(matrix, question, x, others):
    second = np.mean([unit(matrix[b]) for _, b in others], axis=0)
    first = np.mean([unit(matrix[a]) for a, _ in others], axis=0)
    return unit(matrix[x]) @ (unit(matrix[question[2]]) + second - first)


METHODS = {"3cosadd": cos_add, "3cosmul": cos_mul, "pairdirection": pair_direction, "3cosavg": cos_avg}


def other_pairs(questions, sections, index):
    """The distinct pairs of a question's section that are not of its c."""
    pairs = {
        pair
        for question, section in zip(questions, sections, strict=True)
        if section == sections[index]
        for pair in (tuple(question[:2]), tuple(question[2:]))
    }
    return sorted(pair for pair in pairs if pair[0] != questions[index][2])


def logistic_regression(examples, labels, penalty):
    """Weights and intercept, by a general-purpose minimiser."""

    def loss(parameters):
        scores = examples @ parameters[:-1] + parameters[-1]
        return np.logaddexp(0, scores).sum() - scores @ labels + penalty / 2 * parameters[:-1] @ parameters[:-1]

    return minimize(loss, np.zeros(examples.shape[1] + 1), method="BFGS", options={"gtol": 1e-7}).x
