"""The twin of `wordneg.samplers.candidates`: a pool of candidates, a quarter of it renewed for each block."""

from __future__ import annotations

import numpy as np

from naive import SplitMix64, draw_alias


class Search:
    """Propose and score, in plain Python; the scores are a dict of the words that may be drawn."""

    def __init__(self, table, rng: SplitMix64, outputs, *, candidates=32, share=1.0, avoid_window=False):
        self.table, self.rng, self.outputs = table, rng, np.asarray(outputs, dtype=np.float64)
        self.candidates, self.share, self.avoid_window = candidates, share, avoid_window
        self.pool: list[int] = []
        self.coming: list[int] = []
        self.place = 0

    @classmethod
    def of(cls, sampler, table, outputs, seed: int) -> Search:
        """Return the search with a sampler's settings."""
        return cls(
            table,
            SplitMix64(seed),
            outputs,
            candidates=sampler.candidates,
            share=sampler.hard_fraction,
            avoid_window=sampler.avoid_window,
        )

    def hard_count(self, negative: int) -> int:
        return int(np.float32(self.share) * negative + self.rng.uniform())

    def propose(self) -> None:
        if not self.pool:
            self.pool = [draw_alias(self.table, self.rng) for _ in range(self.candidates)]
        for word in self.coming:
            self.pool[self.place] = word
            self.place = (self.place + 1) % self.candidates
        self.coming = [draw_alias(self.table, self.rng) for _ in range(-(-self.candidates // 4))]

    def score(self, query, positive, context) -> float:
        """Fill `self.scores`, {word: score} in the pool's order; return the positive's score."""
        self.propose()
        forbidden = {positive, *(context if self.avoid_window else ())}
        self.scores = {word: float(self.outputs[word] @ query) for word in self.pool if word not in forbidden}
        return float(self.outputs[positive] @ query)

    def popular(self, positive, context) -> int:
        while True:
            word = draw_alias(self.table, self.rng)
            if word != positive and not (self.avoid_window and word in context):
                return word

    def take_largest(self, positive, context) -> int:
        if not self.scores:
            return self.popular(positive, context)
        word = max(self.scores, key=lambda word: self.scores[word])
        del self.scores[word]
        return word


def dns(search: Search, query, positive, context, negative: int, softness: float) -> list[int]:
    """Zhang et al. (2013): the highest scores; LambdaFM's dynamic sampler: ranks with chance ∝ exp(−r / scale)."""
    hard = search.hard_count(negative)
    if hard:
        search.score(query, positive, context)
    if softness:
        scale, ranks = search.candidates * softness, []
        for _ in range(hard):
            reach = 1 - np.exp(-search.candidates / scale)
            ranks.append(min(int(-scale * np.log(1 - reach * search.rng.uniform())), search.candidates - 1))
        order = [search.take_largest(positive, context) for _ in range(max(ranks, default=-1) + 1)]
        chosen = [order[rank] for rank in ranks]
    else:
        chosen = [search.take_largest(positive, context) for _ in range(hard)]
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)]
