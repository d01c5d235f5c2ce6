"""The twin of `wordneg.samplers.semi_hard`."""

from __future__ import annotations

from naive.search import Search


def semi_hard(search: Search, query, positive, context, negative: int, *, margin=1.0, pick, fallback) -> list[int]:
    """Schroff et al. (2015), s_p − margin < s_n < s_p: the highest of them, or any of them."""
    chosen: list[int] = []
    hard = search.hard_count(negative)
    if hard:
        top = search.score(query, positive, context)
        scores = search.scores
        falling = sorted(scores, key=lambda word: -scores[word])
        inside = [word for word in falling if top - margin < scores[word] < top]
        below = [word for word in falling if scores[word] <= top - margin]
        above = [word for word in reversed(falling) if scores[word] >= top]
        if pick == "random":
            lots = [word for word in search.pool if word in inside]
            while lots and len(chosen) < hard:
                place = search.rng.below(len(lots))
                word, lots[place] = lots[place], lots[-1]
                lots.pop()
                if word not in chosen:
                    chosen.append(word)
        else:
            chosen = inside[:hard]
        others = below + above if fallback == "nearest" else []
        chosen += others[: hard - len(chosen)]
    return chosen + [search.popular(positive, context) for _ in range(negative - len(chosen))]
