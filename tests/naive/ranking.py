"""Twins of the samplers that estimate the positive's rank: OptRank, WARP and the streaming WordRank."""

from __future__ import annotations

import math

from naive.search import Search


def newest_first(search: Search) -> list[int]:
    """Return the candidates that may be drawn, equal words too, in the order opposite to that of their draws."""
    pool = [search.pool[(search.place - 1 - i) % search.candidates] for i in range(search.candidates)]
    return [word for word in pool if word in search.scores]


def choose(search: Search, violators: list[int], positive, context, count: int) -> list[int]:
    """Return the first different violators; if they are too few, the most similar others."""
    chosen = list(dict.fromkeys(violators))[:count]
    for word in chosen:
        del search.scores[word]
    return chosen + [search.take_largest(positive, context) for _ in range(count - len(chosen))]


def exact_rank(outputs, query, positive, eps) -> int:
    """Guo et al. (2018), equation 6: how many words the positive is not clearly ahead of, itself included."""
    scores = outputs @ query
    return int((scores[positive] < scores + eps).sum())


def rank_weight(rank, phi, least) -> float:
    """Guo et al. (2018), equations 7 and 15, with ρ = φ − 1, floored."""
    return max(least, math.log2((max(1.0, rank) + phi - 1) / phi))


def optrank_batch(search, query, positive, context, negative, words, *, eps=0.5, phi=100.0, least=1.0, counts_as=None):
    """Violators among the candidates; k is their number over that of the violators."""
    hard, weight = search.hard_count(negative), 1.0
    chosen: list[int] = []
    if hard:
        score = search.score(query, positive, context)
        violators = [word for word in newest_first(search) if search.scores[word] + eps > score]
        found = sum(1 if counts_as is None else counts_as[word] for word in violators) if violators else 1
        weight = rank_weight(words * found / search.candidates, phi, least)
        chosen = choose(search, violators, positive, context, hard)
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)], weight


def optrank_sequential(
    search, query, positive, context, negative, words, *, eps=0.5, phi=100.0, least=1.0, trials=200, counts_as=None
):
    """Guo et al. (2018), Algorithm 1, lines 4–14, where k starts anew for each negative."""
    hard, weight = search.hard_count(negative), 1.0
    chosen, draws, found, score = [], 0, [], search.outputs[positive] @ query
    for _ in range(hard):
        tried: list[int] = []
        while len(tried) < trials:
            tried.append(search.popular(positive, context))
            if search.outputs[tried[-1]] @ query + eps > score:
                found.append(1 if counts_as is None else counts_as[tried[-1]])
                chosen.append(tried[-1])
                break
        else:
            chosen.append(max(tried, key=lambda word: search.outputs[word] @ query))
        draws += len(tried)
    if hard:
        weight = rank_weight(words * (sum(found) if found else 1) / draws, phi, least)
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)], weight


def harmonic(rank: int) -> float:
    return sum(1 / j for j in range(1, rank + 1))


WEIGHTINGS = {
    "harmonic": lambda rank, words: harmonic(rank),
    "log": lambda rank, words: min(10.0, math.log(max(1, rank))),
    "normalized": lambda rank, words: harmonic(rank) / harmonic(words - 1),
}


def warp(search, query, positive, context, negative, words, *, margin=1.0, weighting="normalized"):
    """Weston et al. (2010): draw until a violator, r = ⌊(V − 1) / N⌋; the further negatives are further violators."""
    hard, weight = search.hard_count(negative), 1.0
    chosen: list[int] = []
    if hard:
        score = search.score(query, positive, context)
        tried = newest_first(search)
        places = [place for place, word in enumerate(tried) if search.scores[word] > score - margin]
        weight = WEIGHTINGS[weighting]((words - 1) // (places[0] + 1), words) if places else 0.0
        chosen = choose(search, [tried[place] for place in places], positive, context, hard)
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)], weight


def wordrank(search, query, positive, context, negative, words, *, alpha=100.0, margin=1.0):
    """Ji et al. (2016), the derivative of log₂(1 + x / α), with x estimated from the candidates."""
    hard, weight = search.hard_count(negative), 1.0
    chosen: list[int] = []
    if hard:
        score = search.score(query, positive, context)
        tried = newest_first(search)
        hinges = [max(0.0, margin + search.scores[word] - score) for word in tried]
        xi = alpha / (words / search.candidates * sum(hinges) + alpha)
        weight = xi / math.log(2)
        chosen = choose(search, tried, positive, context, hard)
    return chosen + [search.popular(positive, context) for _ in range(negative - hard)], weight
