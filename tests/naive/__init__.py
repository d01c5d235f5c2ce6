"""Slow twins of the compiled code, written from the papers: plain loops, float64, one thing at a time.

Names follow the papers: center, context, positive, negatives, inputs, outputs, rate.
"""

from __future__ import annotations

import numpy as np

_MASK = 2**64 - 1


class SplitMix64:
    """Steele, Lea & Flood (2014), figure 17, in Python's whole numbers."""

    def __init__(self, seed: int) -> None:
        self.state = seed & _MASK

    @staticmethod
    def mix(z: int) -> int:
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    @classmethod
    def for_chunk(cls, seed: int, epoch: int, number: int) -> SplitMix64:
        state = cls.mix(seed + 0x9E3779B97F4A7C15 & _MASK)
        return cls(cls.mix(cls.mix(state + epoch & _MASK) + number & _MASK))

    def next(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        return self.mix(self.state)

    def below(self, n: int) -> int:
        return ((self.next() >> 32) * n) >> 32

    def uniform(self) -> float:
        return (self.next() >> 11) * 2.0**-53


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))


def logistic_slopes(scores, weight=1.0):
    """Mikolov et al. (2013), equation 4, differentiated: label − σ(score), the positive in column 0."""
    slopes = -sigmoid(scores)
    slopes[:, 0] = weight * (1 + slopes[:, 0])
    return slopes


def logistic_loss(scores, weight=1.0):
    return float(-(weight * np.log(sigmoid(scores[:, 0])).sum() + np.log(sigmoid(-scores[:, 1:])).sum()))


def draw_alias(table, rng: SplitMix64) -> int:
    bits = rng.next()
    index = ((bits >> 32) * len(table)) >> 32
    threshold, alias = int(table[index]) >> 32, int(table[index]) & 0xFFFFFFFF
    return index if (bits & 0xFFFFFFFF) < threshold else alias


def draw_unigram(table, rng: SplitMix64, positive: int, count: int) -> list[int]:
    negatives: list[int] = []
    while len(negatives) < count:
        word = draw_alias(table, rng)
        if word != positive:
            negatives.append(word)
    return negatives


def train_block(read, write, targets, outputs, rate, tiles, *, slopes=logistic_slopes):
    """One block: rows of `read` against rows of `outputs`; what the inputs learn goes to `write`.

    `read` and `write` are lists of views. The targets are updated tile by tile. With a single tile a
    row that occurs twice is read, the second time, with its first update; with several, rows are read
    as they were before the block, and a target that is in two tiles has, in the second, its first update.
    """
    before = np.array([row.copy() for row in read])
    g = rate * slopes(before @ outputs[targets].T)
    for tile in tiles:
        words = [targets[t] for t in tile]
        old_outputs = outputs[words].copy()
        increments = np.zeros_like(old_outputs)
        for b, (source, target) in enumerate(zip(read, write, strict=True)):
            increments += np.outer(g[b, tile], source if len(tiles) == 1 else before[b])
            target += g[b, tile] @ old_outputs
        for word, increment in zip(words, increments, strict=True):
            outputs[word] += increment


def train_chunk(
    tokens, offsets, keep, inputs, outputs, table, chunk, *,
    sg, window, negative, tiles, shrink_windows=True, share_negatives=True, mean=True, climb=None, counts=None,
):  # fmt: skip
    """Word2vec on the tokens from chunk.start to chunk.stop, in float64, changing inputs and outputs in place.

    `climb`, if there is one, trains the way to a word in a tree, ``climb(read, write, word, rate)``, from the rows as
    they were before the block. `counts`, if given, are two arrays in which each update of an input and of an output
    row is counted.
    """
    rng = SplitMix64.for_chunk(chunk.seed, chunk.epoch, chunk.number)
    start, sentence = chunk.start, chunk.sentence
    while start < chunk.stop:
        end = min(chunk.stop, offsets[sentence + 1])
        kept = [word for word in tokens[start:end] if len(keep) == 0 or (rng.next() >> 32) <= int(keep[word])]
        for center, positive in enumerate(kept):
            reach = window - rng.below(window) if shrink_windows else window
            lowest, highest = max(0, center - reach), min(len(kept), center + reach + 1)
            places = [p for p in range(lowest, highest) if p != center]
            context = [kept[p] for p in places]
            alone = sg and not share_negatives and negative
            groups = [[word] for word in context] if alone else [context] if context else []
            for group in groups:
                rows = [inputs[word] for word in group]
                hidden = sum(rows) / (len(rows) if mean else 1)
                error = np.zeros_like(hidden)
                read, write = (rows, rows) if sg else ([hidden], [error])
                if climb is not None:
                    read = [row.copy() for row in read]
                if negative:
                    targets = [positive, *draw_unigram(table, rng, positive, negative)]
                    for side, updated in enumerate((group, targets) if counts is not None else ()):
                        np.add.at(counts[side], updated, 1)
                    train_block(read, write, targets, outputs, chunk.rate, tiles)
                if climb is not None:
                    climb(read, write, positive, chunk.rate)
                if sg:
                    continue
                for row in rows:
                    row += error / (1 if mean else len(rows))
        start, sentence = end, sentence + 1
