"""Hierarchical softmax, written from Mikolov et al. (2013), section 2.1: a tree of dictionaries, a node at a time."""

from __future__ import annotations

import numpy as np

from . import sigmoid


def huffman_lengths(counts):
    """The length of each word's code, by joining the two rarest groups of words until one is left."""
    lengths = [0] * len(counts)
    groups = [(int(count), [word]) for word, count in enumerate(counts)]
    while len(groups) > 1:
        groups.sort(key=lambda group: group[0])
        (one, its), (other, others), *rest = groups
        for word in its + others:
            lengths[word] += 1
        groups = [*rest, (one + other, its + others)]
    return lengths


def log_probability(hidden, nodes, points, codes):
    """log p(w | h) = Σ_n log σ(±u_n · h), + where the code is 0."""
    return sum(
        float(np.log(sigmoid(nodes[n] @ hidden if code == 0 else -nodes[n] @ hidden)))
        for n, code in zip(points, codes, strict=True)
    )


def climb(read, write, way, nodes, rate):
    """One step up the gradient of log p(w | h) for every h of `read`, as they are; what they learn goes to `write`."""
    points, codes = way
    before = nodes.copy()
    for hidden, target in zip(read, write, strict=True):
        for n, code in zip(points, codes, strict=True):
            slope = rate * (1 - code - sigmoid(before[n] @ hidden))
            target += slope * before[n]
            nodes[n] += slope * hidden
