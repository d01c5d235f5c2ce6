"""Held-out neighbors: how well word vectors alone tell neighbors from words put together by chance, in unseen text.

The likelihood of held-out text judges a whole model, word and output vectors together, as a predictor of words. It can
rise while the word vectors become worse: on little text much of it comes from the frequencies of words and from what
all words of a sentence share. Users take the word vectors alone, and compare them by their cosines. So here are pairs
of words that stand together in held-out text, as many pairs of words put together by chance, and the area under the ROC
curve (AUC) of their cosines: the chance that a pair of neighbors is more similar than a pair put together by chance,
0.5 for vectors that know nothing. It takes no benchmark, no output vectors and no calibration, and is the same for
every trainer.

Frequent words say little about similarity, as nearly all stand beside them. Pairs are therefore from the text as
subsampling with a threshold of `SAMPLE` leaves it, or with the least multiple by a power of two that leaves a tenth of
the words, where a text has few distinct ones. A pair put together by chance is the left word of one pair and the
right word of another, so that frequencies do not tell the two kinds apart. All pairs are the same for all models and
seeds.

References
----------
E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988), "Comparing the areas under two or more correlated receiver
operating characteristic curves: a nonparametric approach", Biometrics 44(3).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.records import NEIGHBORS, Score
from wordneg.comparison.scoring import Scored
from wordneg.comparison.trainers import Trained, Trainer
from wordneg.text.tokenstore import TokenStore

__all__ = ["SAMPLE", "Neighbors", "unit"]

SAMPLE = 1e-5
"""The threshold of subsampling, as `sample` of `wordneg.Word2Vec`."""

_LEAST_KEPT = 0.1  # share of the words that subsampling leaves
_PAIRS = 20_000
_MOST = 1 << 26  # pairs to choose from, 1 GB; where there are more, as many of them by chance
_TIMES = 4  # pairs by chance for each pair of neighbors
_SEED = 4712


class Neighbors:
    """Pairs of words that stand together in held-out text, and pairs put together by chance.

    Parameters
    ----------
    text : TokenStore
        The held-out text.
    window : int
        Largest distance of two words that stand together, in the subsampled text.
    pairs : int
        The most pairs that are chosen, at random.

    Attributes
    ----------
    left, right : (P,) int64
        The two words of each pair that stands together.
    orders : (T, P) int64
        The pairs whose right word is put together with the left word of each pair, each pair once in a row.
    sentences : (P,) int64
        The sentence of each pair.

    Raises
    ------
    ValueError
        If the subsampled text has fewer than two pairs of different words that stand together.
    """

    counted = (NEIGHBORS,)

    def __init__(self, text: TokenStore, window: int, pairs: int = _PAIRS) -> None:
        rng = np.random.default_rng(_SEED)
        places = np.flatnonzero(rng.random(len(text.tokens)) < _keep_probabilities(text))
        tokens = text.tokens[places].astype(np.int64)
        sentences = np.searchsorted(text.offsets, places, side="right") - 1
        left, right = _together(sentences, window)
        differing = np.flatnonzero(tokens[left] != tokens[right])
        if len(differing) < 2:
            raise ValueError(
                f"the held-out text has {len(differing)} pairs of words to tell from words put together by chance, "
                "expected two or more; hold out a larger share (held_out=0.1), or none (held_out=None)"
            )
        chosen = rng.permutation(differing)[:pairs]
        chosen = chosen[np.argsort(sentences[left[chosen]], kind="stable")]
        self.left, self.right, self.sentences = tokens[left[chosen]], tokens[right[chosen]], sentences[left[chosen]]
        self.orders = np.stack([rng.permutation(len(chosen)) for _ in range(_TIMES)])

    def judge(self, trainer: Trainer, trained: Trained) -> tuple[float | None, Scored]:
        """Return how good word vectors are in one number, and the score behind it."""
        scored = self.score(trained.inputs)
        return scored.scores[0].value, scored

    def score(self, vectors: NDArray[np.float32]) -> Scored:
        """Return the AUC of word vectors, and the numbers of the pairs."""
        areas = self.measure(vectors)
        mean = float(areas.mean())
        score = Score(NEIGHBORS, "auc", "all", mean if math.isfinite(mean) else None, len(areas), 0)
        clusters = self.sentences.astype(np.int32)
        return Scored((score,), {NEIGHBORS: areas.astype(np.float32), f"{NEIGHBORS}/cluster": clusters})

    def measure(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return numbers whose mean is the AUC, and whose variance over pairs is the AUC's, (P,) float64.

        The number of pair i is a_i + (l_i - A) + (r_i - A), with A the AUC, a_i the share of pairs by chance that are
        less similar than the pair, and l_i and r_i the shares of neighbors that are more similar than the pairs by
        chance in which the pair's left or right word takes part, on average; ties count half. That is DeLong's
        variance (1988, eq. 5), for pairs by chance that are made from the words of the others.

        Parameters
        ----------
        vectors : (V, D) float32
            The word vectors. One of length 0 has a cosine of 0 with all others. If one that is asked for is not finite,
            all numbers are NaN.
        """
        left, right = (unit(vectors[words]) for words in (self.left, self.right))
        together = np.einsum("pd,pd->p", left, right)
        by_chance = np.stack([np.einsum("pd,pd->p", left, right[order]) for order in self.orders])  # (T, P)
        if not (np.isfinite(together).all() and np.isfinite(by_chance).all()):
            return np.full(len(left), np.nan)
        above = _shares_below(together, by_chance.ravel())
        below = 1 - _shares_below(by_chance, together)
        of_right = np.mean([share[np.argsort(order)] for share, order in zip(below, self.orders, strict=True)], axis=0)
        return above + below.mean(axis=0) + of_right - 2 * above.mean()


def _keep_probabilities(text: TokenStore) -> NDArray[np.float64]:
    """Return the chance of each word of a text to be left by subsampling."""
    sample = SAMPLE
    while True:
        kept = text.vocabulary.keep_probabilities(sample)[text.tokens]
        if sample >= 1 or kept.mean() >= _LEAST_KEPT:
            return kept
        sample *= 2


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors of length 1; those of length 0 stay as they are."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths != 0)


def _shares_below(values: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of others that each value exceeds, ties counting half."""
    ordered = np.sort(others)
    ends = [np.searchsorted(ordered, values, side=side) for side in ("left", "right")]
    return (ends[0] + ends[1]) / (2 * len(others))


def _together(sentences: NDArray[np.int64], window: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the left and the right words of all pairs in one sentence, at most a window apart.

    If there are more than `_MOST`, they are as many of them, drawn at random.
    """
    places = np.arange(len(sentences))
    reach = np.minimum(window, np.searchsorted(sentences, sentences, side="right") - 1 - places)
    ends = np.cumsum(reach)
    if len(ends) and ends[-1] > _MOST:
        drawn = np.sort(np.random.default_rng(_SEED).integers(ends[-1], size=_MOST))
        first = np.searchsorted(ends, drawn, side="right")
        return first, first + 1 + drawn - (ends - reach)[first]
    left, right = [], []
    for distance in range(1, int(reach.max(initial=0)) + 1):
        beside = np.flatnonzero(sentences[:-distance] == sentences[distance:])
        left.append(beside)
        right.append(beside + distance)
    empty = np.empty(0, dtype=np.int64)
    return np.concatenate([empty, *left]), np.concatenate([empty, *right])
