"""The twins of the adaptive sampler, and of the pools of the two-stage sampler."""

from __future__ import annotations

import numpy as np

from naive import SplitMix64, draw_alias


def ranked(column, length: int) -> tuple[list[int], list[int]]:
    """Words by descending value, from the top, and by ascending value, from the bottom."""
    words = range(len(column))
    return (
        sorted(words, key=lambda word: -column[word])[:length],
        sorted(words, key=lambda word: column[word])[:length],
    )


def factor_chances(query, outputs):
    """Rendle & Freudenthaler (2014), equation 17 as later quoted: |q_f| · σ_f, normalized."""
    chances = np.abs(np.asarray(query, dtype=np.float64)) * outputs.astype(np.float64).std(axis=0)
    return chances / chances.sum()


def first_above(sums, goal: float) -> int:
    return next(place for place, total in enumerate(sums) if total > goal)


class Adaptive:
    """Dimension, rank and word; dimensions form a table, of which the column is drawn first, then the row."""

    def __init__(self, rng: SplitMix64, outputs, popular, ranks, *, share: float, lanes: int, avoid_window=False):
        self.rng, self.outputs, self.lanes = rng, outputs, lanes
        self.popular_table, self.ranks, self.share, self.avoid_window = popular, ranks, share, avoid_window
        self.tails = [ranked(column, len(ranks)) for column in outputs.T]

    def allowed(self, word: int, positive: int, context) -> bool:
        return word != positive and not (self.avoid_window and word in context)

    def popular(self, positive: int, context) -> int:
        while True:
            word = draw_alias(self.popular_table, self.rng)
            if self.allowed(word, positive, context):
                return word

    def factor(self, query) -> int:
        table = factor_chances(query, self.outputs).reshape(-1, self.lanes)
        totals = table.sum(axis=0)
        column = first_above(np.cumsum(totals), self.rng.uniform() * totals.sum())
        row = first_above(np.cumsum(table[:, column]), self.rng.uniform() * totals[column])
        return row * self.lanes + column

    def extreme(self, query, positive: int, context) -> int:
        for _ in range(10):
            factor = self.factor(query)
            rank = draw_alias(self.ranks, self.rng)
            top, bottom = self.tails[factor]
            word = (top if query[factor] > 0 else bottom)[rank]
            if self.allowed(word, positive, context):
                return word
        return self.popular(positive, context)

    def draw(self, query, positive: int, context, negative: int) -> list[int]:
        hard = int(np.float32(self.share) * negative + self.rng.uniform())
        words = [self.extreme(query, positive, context) for _ in range(hard)]
        return words + [self.popular(positive, context) for _ in range(negative - hard)]


def pool_of(center: int, block: int, table, drawn: int, size: int, centers, outputs) -> list[int]:
    """Of `drawn` words by popularity, the same for a block of centers, the `size` of highest frozen score."""
    rng = SplitMix64.for_chunk(0, 0, block)
    words = [draw_alias(table, rng) for _ in range(drawn)]
    scores = outputs[words].astype(np.float64) @ centers[center]
    order = sorted(range(drawn), key=lambda i: (words[i] == center, -scores[i]))
    return [words[i] for i in order[:size]]


def draw_from_pool(pool, table, rng: SplitMix64, positive: int, context, negative: int, share: float) -> list[int]:
    """Random words of the pool, the rest by popularity; `context` are words to avoid."""
    words: list[int] = []
    hard = int(np.float32(share) * negative + rng.uniform())
    while len(words) < negative:
        word = pool[rng.below(len(pool))] if len(words) < hard else positive
        while word == positive or word in context:
            word = draw_alias(table, rng)
        words.append(word)
    return words
