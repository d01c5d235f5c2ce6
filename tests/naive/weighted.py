"""The twins of `wordneg.samplers.weighted`, `tri` and `model`."""

from __future__ import annotations

import numpy as np

from naive import SplitMix64
from naive.search import Search


def hit(weights, rng: SplitMix64) -> int:
    """Return the place whose stretch of the summed weights a random number falls on."""
    sums = np.cumsum(weights)
    return int(np.searchsorted(sums, (rng.next() >> 40) / 2**24 * sums[-1], side="right"))


class Urn:
    """Draws by weight, none twice: a random number that hits what has been taken is drawn anew."""

    def __init__(self, weights) -> None:
        self.weights = np.array(weights, dtype=np.float64)
        self.when_summed = self.weights.copy()

    def draw(self, rng: SplitMix64) -> int:
        if self.when_summed.sum() > 0:
            place = hit(self.when_summed, rng)
            if self.weights[place] > 0:
                return place
            self.when_summed = self.weights.copy()
            if self.weights.sum() > 0:
                return hit(self.weights, rng)
        return -1


def cosine(a, b) -> float:
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths > 0 else 0.0


def tri(search: Search, query, positive, context, negative: int, weights="both") -> list[int]:
    """Yang et al. (2024) as quoted: exp(−(s_n − s_p)² / 4), ReLU(cos(u_p, u_n) − cos(q, u_n)), or both."""
    chosen: list[int] = []
    hard = search.hard_count(negative)
    if hard:
        top, u = search.score(query, positive, context), search.outputs
        chances = []
        for word in search.pool:
            chance = 1.0 if word in search.scores else 0.0
            if chance and weights != "triangle":
                chance *= np.exp(-((search.scores[word] - top) ** 2) / 4)
            if chance and weights != "boundary":
                chance *= max(0.0, cosine(u[positive], u[word]) - cosine(query.astype(float), u[word]))
            chances.append(chance)
        urn = Urn(chances)
        for _ in range(hard):
            place = urn.draw(search.rng)
            chosen.append(search.pool[place] if place >= 0 else search.popular(positive, context))
            if place >= 0:
                urn.weights[np.array(search.pool) == search.pool[place]] = 0
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)]


def resampled(search: Search, query, positive, context, negative: int, *, temperature=1.0, popularity=None):
    """Draws among candidates with weights exp(s / T), divided by `popularity` if given."""
    chosen = []
    hard = search.hard_count(negative)
    if hard:
        search.score(query, positive, context)
        chances = np.array([np.exp(search.scores.get(word, -np.inf) / temperature) for word in search.pool])
        if popularity is not None:
            chances /= popularity[search.pool]
        for _ in range(hard):
            some = chances.sum() > 0
            chosen.append(search.pool[hit(chances, search.rng)] if some else search.popular(positive, context))
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)]


class Metropolis:
    """A chain for each center word: Metropolis et al. (1953), Hastings (1970), with proposals by popularity."""

    def __init__(self, search: Search, *, temperature=1.0, popularity=None, steps=1) -> None:
        self.search, self.temperature, self.popularity, self.steps = search, temperature, popularity, steps
        self.chains: dict[int, int] = {}

    def __call__(self, query, positive, context, negative: int) -> list[int]:
        search, chosen = self.search, []
        hard = search.hard_count(negative)
        if hard:
            word = self.chains.get(positive)
            if word is None or (search.avoid_window and word in context):
                word = search.popular(positive, context)
            proposals = [search.popular(positive, context) for _ in range(hard * self.steps)]
            for number, proposal in enumerate(proposals, 1):
                if search.rng.uniform() < self.chance(query, word, proposal):
                    word = proposal
                if number % self.steps == 0:
                    chosen.append(word)
            self.chains[positive] = word
        return chosen + [search.popular(positive, context) for _ in range(negative - hard)]

    def chance(self, query, word: int, proposal: int) -> float:
        """Return the chance to move."""
        outputs = self.search.outputs
        ratio = np.exp((outputs[proposal] - outputs[word]) @ query / self.temperature)
        if self.popularity is not None:
            ratio *= self.popularity[word] / self.popularity[proposal]
        return ratio
