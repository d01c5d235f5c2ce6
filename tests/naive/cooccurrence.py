"""The twin of `wordneg.cooccurrence`: a dict of pairs, filled as GloVe's definition says."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction


def count_pairs(sentences, window, *, symmetric=True, distance_weighting=True):
    """Return {(word, context): sum}, exact."""
    sums: dict[tuple, Fraction] = defaultdict(Fraction)
    for sentence in sentences:
        for j, word in enumerate(sentence):
            for distance in range(1, min(window, j) + 1):
                context = sentence[j - distance]
                weight = Fraction(1, distance) if distance_weighting else Fraction(1)
                sums[word, context] += weight
                if symmetric:
                    sums[context, word] += weight
    return dict(sums)
