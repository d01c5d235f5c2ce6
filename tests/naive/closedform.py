"""ClosedForm, written down slowly from its definition: a dense matrix and all of its eigenvectors."""

import numpy as np


def target(counts, negative=1.0):
    """Return M, ``(V, V)``, of symmetric counts."""
    words = len(counts)
    shares = counts / counts.sum()
    own = [shares[i].sum() for i in range(words)]
    result = np.zeros((words, words))
    for i in range(words):
        for j in range(words):
            expected = negative * own[i] * own[j]
            result[i, j] = 2 * (shares[i, j] - expected) / (shares[i, j] + expected)
    return result


def vectors(matrix, size, power=0.5):
    """Return the eigenvectors of the largest eigenvalues, each stretched, and with its largest entry positive."""
    values, found = np.linalg.eigh(matrix)
    columns = []
    for place in np.argsort(-values)[:size]:
        vector = found[:, place] * values[place] ** power
        columns.append(vector * np.sign(vector[np.argmax(np.abs(vector))]))
    return np.stack(columns, axis=1)
