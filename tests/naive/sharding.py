"""Slow twins of training on shards: the merge, number by number, and a training from the first round to the last."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np

import naive


def merged(common, replicas, counts, rate, curvature=1.0):
    """The saturating sum, for a matrix, what the replicas have made of it, and their counts of updates of each row."""
    shards = len(replicas)
    result = np.array(common, dtype=np.float64)
    for row in range(len(common)):
        x = curvature * rate * sum(int(count[row]) for count in counts)
        if x == 0:
            continue
        share = (1 - math.exp(-x)) / (shards * (1 - math.exp(-x / shards)))
        result[row] += share * sum(np.float64(replica[row]) - common[row] for replica in replicas)
    return result


def train(
    shards, keep, inputs, outputs, table, *, seed, epochs, alpha, min_alpha, rounds, chunk, curvatures, **options
):
    """Train on shards, which are pairs of tokens and offsets; return the two matrices."""
    for epoch in range(epochs):
        first, last = (alpha + (min_alpha - alpha) * done / epochs for done in (epoch, epoch + 1))
        for number in range(rounds):
            trained, counts = [], []
            for shard, (tokens, offsets) in enumerate(shards):
                replica = inputs.copy(), outputs.copy()
                counted = np.zeros(len(inputs), int), np.zeros(len(outputs), int)
                size = len(tokens)
                start, stop = size * number // rounds, size * (number + 1) // rounds
                for place, begin in enumerate(range(start, stop, chunk)):
                    piece = SimpleNamespace(
                        start=begin,
                        stop=min(begin + chunk, stop),
                        sentence=int(np.searchsorted(offsets, begin, side="right")) - 1,
                        seed=seed,
                        epoch=epoch,
                        number=shard * 2**40 + start + place,
                        rate=first + (last - first) * begin / size,
                    )
                    naive.train_chunk(tokens, offsets, keep, *replica, table, piece, counts=counted, **options)
                trained.append(replica)
                counts.append(counted)
            rate = first + (last - first) * (number + 0.5) / rounds
            inputs, outputs = (
                merged(common, [one[side] for one in trained], [one[side] for one in counts], rate, curvatures[side])
                for side, common in enumerate((inputs, outputs))
            )
    return inputs, outputs
