r"""Held-out log-likelihood: how well a model tells words from their neighbors, in text it was not trained on.

It depends on no benchmark, and is the same for every sampler and objective. At a position of the held-out text, with
word w and the words around it, the model's scores of all words v are those that it would get in training,

    s_v = q · u_v,    q the mean of the input vectors in the window (CBOW with ``cbow_mean=0``: their sum)

For skip-gram this combines the distributions that the single context words give, as their geometric mean.

Under hierarchical softmax alone (``hs=1, negative=0``) words have no output vectors, but probabilities, whose
logarithms are their scores: s_v = log p(v | q), which is the model itself at (t, b) = (1, 0) below. Of a node's
log-probability log p(n | q), its children get log σ(±u_n · q) more, + for the code 0, so that from the root down every
node is computed once, and all V words cost V − 1 scores of a query.

Models trained with negative samples are not normalized, and some samplers shift or stretch their scores: under
popularity sampling a score estimates log p(w, c) − log p(w) p(c) − log K (Levy and Goldberg 2014), hence without the
word's own frequency. So that no model is punished for its units, each gets the two calibration parameters that fit it
best,

    log p(v) = t · s_v + b · log(n_v / N) − log Σ_v' exp(…),

with n_v the count of v. With x_v = (s_v, log n_v / N), the gradient of log p(w) by (t, b) is x_w − E[x] and its Hessian
−Cov[x], both under the model: it is concave. (t, b) are found by Newton's method on one half of the positions, and the
mean of log p(w) over the other half, in nats a word, is reported.

The sum goes over all words of a vocabulary of up to `FULL` words. Over a larger one it is estimated from words
drawn by count to the power 0.75, each weighted by the inverse of how often it is to be expected among them, the
position's own word aside (sampled softmax, Jean et al. 2015, with the logQ correction). Positions, windows (those
of the text, of one size) and drawn words are the same for all models and seeds.

References
----------
O. Levy, Y. Goldberg (2014), "Neural word embedding as implicit matrix factorization", NeurIPS.
S. Jean, K. Cho, R. Memisevic, Y. Bengio (2015), "On using very large target vocabulary for neural machine
translation", ACL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.neighbors import unit
from wordneg.comparison.records import HELD_OUT, Score
from wordneg.comparison.scoring import Scored, by_band, frequency_ranks
from wordneg.comparison.trainers import Trained, Trainer
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

__all__ = ["FULL", "HeldOut", "log_chances", "split"]

FULL = 20_000
"""The largest vocabulary over which the softmax is not sampled."""

_DRAWN = 20_000
_POSITIONS = 2000
_SEED = 4711
_FARTHEST = 1000  # words on either side that are read, however wide the window
_CACHED = 250_000  # masses at once, which stay in the cache
_STEPS = 50
_ENOUGH = 1e-5  # nats a word, twice of what another step would gain
_TOGETHER = 64  # queries of a tree at once, which bounds the memory
_FloatMatrix = NDArray[np.float32]


def split(store: TokenStore, share: float) -> tuple[TokenStore, TokenStore]:
    """Split a store into text to train on and text to hold out, which is its end.

    Parameters
    ----------
    store : TokenStore
        The text.
    share : float
        The share of words to hold out. The cut is made between two sentences, unless that would leave one part empty.

    Returns
    -------
    training, held_out : TokenStore
        Both have the vocabulary of the whole text, with its counts.
    """
    size = len(store.tokens)
    cut = min(max(round(size * (1 - share)), 1), size - 1)
    boundary = int(store.offsets[np.searchsorted(store.offsets, cut)])
    cut = boundary if boundary < size else cut
    first = int(np.searchsorted(store.offsets, cut, side="right"))
    offsets = np.concatenate([[0], store.offsets[first:] - cut]).astype(np.int64)
    rest = replace(store, tokens=store.tokens[cut:], offsets=offsets, name=f"{store.name}, end")
    return store.head(cut), rest


class HeldOut:
    """Positions of held-out text at which models are measured, and the words of the softmax.

    Parameters
    ----------
    text : TokenStore
        The held-out text.
    window : int
        Largest distance of a context word.
    positions : int
        The most positions that are chosen, at random.

    Attributes
    ----------
    words : (P,) int64
        The word at each position; the first half of the positions is for fitting.
    contexts : (C,) int64
        The words around them, position after position.
    starts : (P,) int64
        Where the context words of each position begin.
    sentences : (P,) int64
        The sentence of each position.
    log_frequencies : (V,) float64
        log(n_v / N) of all words.
    ranks : (V,) int64
        The rank of every word by frequency, from 1.
    candidates : (M,) int64
        The words that the softmax sums over.
    log_weights : (M,) float64
        What is added to their scores, 0 if these are all words.

    Raises
    ------
    ValueError
        If the text has fewer than four words that stand beside another.
    """

    def __init__(self, text: TokenStore, window: int, positions: int = _POSITIONS) -> None:
        rng = np.random.default_rng(_SEED)
        lengths = np.diff(text.offsets)
        usable = np.flatnonzero(np.repeat(lengths > 1, lengths))
        if len(usable) < 4:
            raise ValueError(
                f"the held-out text has {len(usable)} words with a neighbor, expected four or more; hold out a larger "
                "share (held_out=0.1), or none (held_out=None)"
            )
        chosen = rng.permutation(usable)[:positions]
        window = min(window, _FARTHEST)
        self.sentences = np.searchsorted(text.offsets, chosen, side="right") - 1
        spans = []
        for place, sentence in zip(chosen.tolist(), self.sentences.tolist(), strict=True):
            lowest = max(int(text.offsets[sentence]), place - window)
            highest = min(int(text.offsets[sentence + 1]), place + window + 1)
            spans.append(np.concatenate([text.tokens[lowest:place], text.tokens[place + 1 : highest]]))
        sizes = np.array([span.size for span in spans])
        self.words = text.tokens[chosen].astype(np.int64)
        self.contexts = np.concatenate(spans).astype(np.int64)
        self.starts = np.cumsum(sizes) - sizes
        counts = np.maximum(text.vocabulary.counts, 1).astype(np.float64)  # a given vocabulary may have counts of 0
        self.log_frequencies = np.log(counts / counts.sum())
        self.ranks = frequency_ranks(text.vocabulary.counts)
        self.candidates, self.log_weights = _softmax_words(text.vocabulary, rng)

    @property
    def fitting(self) -> int:
        """The number of positions for fitting."""
        return len(self.words) // 2

    def score(self, trainer: Trainer, trained: Trained) -> Scored:
        """Return the log-likelihood of a model that has outputs, over all words and by their frequency."""
        assert trained.outputs is not None
        logs, _ = self.measure(
            trained.inputs, trained.outputs, mean=trainer.mean, cosine=trainer.cosine, tree=trained.tree
        )
        reported = slice(self.fitting, None)
        parts = by_band(self.ranks[self.words[reported]])
        scores = [
            Score(
                HELD_OUT, "log-likelihood", band, float(logs[part].mean()) if part.any() else None, int(part.sum()), 0
            )
            for band, part in parts.items()
        ]
        clusters = self.sentences[reported].astype(np.int32)
        return Scored(tuple(scores), {HELD_OUT: logs.astype(np.float32), f"{HELD_OUT}/cluster": clusters})

    def measure(
        self,
        inputs: _FloatMatrix,
        outputs: _FloatMatrix,
        *,
        mean: bool = True,
        cosine: bool = False,
        tree: HuffmanTree | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Measure a model.

        Parameters
        ----------
        inputs, outputs : (V, D) float32
            Its vectors.
        mean : bool
            Whether its query is the mean of the context, rather than the sum.
        cosine : bool
            Whether it was trained on cosines.
        tree : HuffmanTree, optional
            The tree of hierarchical softmax, if `outputs` are the vectors of its nodes.

        Returns
        -------
        log_probabilities : (P,) float64
            The log-likelihood of the word at each reported position, in nats.
        fitted : (2,) float64
            t, by which scores are multiplied, and b, by which the words' log frequencies are.
        """
        if cosine:
            inputs, outputs = unit(inputs), unit(outputs)
        queries = np.add.reduceat(inputs[self.contexts], self.starts, axis=0)  # (P, D)
        if mean:
            queries /= np.diff(np.append(self.starts, len(self.contexts)))[:, None]
        fitted = self._softmax(slice(self.fitting), queries, outputs, tree).fit()
        logs = self._softmax(slice(self.fitting, None), queries, outputs, tree).log_probabilities(fitted)
        return logs, fitted

    def _softmax(self, part: slice, queries: _FloatMatrix, outputs: _FloatMatrix, tree: HuffmanTree | None) -> _Softmax:
        """Return the softmax at some of the positions, with the (P, D) queries of all."""
        queries, words, candidates = queries[part], self.words[part], self.candidates
        if tree is None:
            own, scores = np.einsum("pd,pd->p", queries, outputs[words]), queries @ outputs[candidates].T
        else:
            several = log_chances(queries, outputs, tree, np.concatenate([candidates, words]))
            own, scores = several[:, len(candidates) :].diagonal(), several[:, : len(candidates)]
        places = np.full(len(self.log_frequencies), -1)
        places[candidates] = np.arange(len(candidates))
        return _Softmax(
            own=np.stack([own, self.log_frequencies[words]]),
            places=places[words],
            scores=scores,
            frequencies=self.log_frequencies[candidates].astype(np.float32),
            log_weights=self.log_weights.astype(np.float32),
        )


def _softmax_words(vocabulary: Vocabulary, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the words that the softmax sums over, and the logarithms of their weights."""
    size = len(vocabulary)
    if size <= FULL:
        return np.arange(size), np.zeros(size)
    chances = vocabulary.counts.astype(np.float64) ** 0.75
    chances /= chances.sum()
    words, times = np.unique(rng.choice(size, _DRAWN, p=chances), return_counts=True)
    return words, np.log(times / (_DRAWN * chances[words]))


# --- the softmax, and its two parameters ----------------------------------------------------------------


class _Softmax(NamedTuple):
    """P positions with all scores of a model over M candidates, which stay the same while (t, b) are sought.

    Attributes
    ----------
    own : (2, P) float64
        x of the positions' own words, which are always in the sum.
    places : (P,) int64
        Where these are among the candidates, −1 if they are not: there they are left out.
    scores : (P, M) float32
        Scores of the candidates.
    frequencies, log_weights : (M,) float32
        The logarithms of their shares of the text, and what is added to their scores.
    """

    own: NDArray[np.float64]
    places: NDArray[np.int64]
    scores: _FloatMatrix
    frequencies: NDArray[np.float32]
    log_weights: NDArray[np.float32]

    def fit(self) -> NDArray[np.float64]:
        """Return the (t, b) of the highest log-likelihood, (2,) float64, by Newton's method with halved steps."""
        point = np.array([0.0, 1.0])  # from the frequencies alone
        now, gradient, hessian = self._moments(point)
        for _ in range(_STEPS):
            ridge = 1e-9 * (1 + np.trace(hessian)) * np.eye(2)  # an untrained model has scores of 0
            step = np.linalg.solve(hessian + ridge, gradient)
            if gradient @ step < _ENOUGH * len(self.places):
                break
            there = self._moments(point + step)
            while there[0] < now:
                step /= 2
                if np.abs(step).max() < _ENOUGH:  # as good as float32 can tell
                    return point
                there = self._moments(point + step)
            point, (now, gradient, hessian) = point + step, there
        return point

    def log_probabilities(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the (P,) log-likelihoods of the positions' own words at a point (t, b)."""
        return np.concatenate([logs for *_, logs in self._blocks(point)])

    def _blocks(
        self, point: NDArray[np.float64]
    ) -> Iterator[tuple[slice, _FloatMatrix, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
        """Yield the positions in blocks of B, whose masses are up to a factor each, e^top.

        These are: which positions; the (B, M) masses of the candidates, which the next block overwrites; the (B,)
        masses of their own words, and of all; and the (B,) log-likelihoods.
        """
        temperature, exponent = point.astype(np.float32)
        shifts = exponent * self.frequencies + self.log_weights
        size = max(1, _CACHED // len(shifts))
        buffer = np.empty((size, len(shifts)), dtype=np.float32)
        for begin in range(0, len(self.places), size):
            part = slice(begin, begin + size)
            scores, places = self.scores[part], self.places[part]
            mass = np.multiply(temperature, scores, out=buffer[: len(scores)])
            mass += shifts
            among = np.flatnonzero(places >= 0)
            mass[among, places[among]] = -np.inf
            exponents = point @ self.own[:, part]
            top = np.maximum(mass.max(axis=1), exponents)
            mass -= top[:, None].astype(np.float32)
            np.exp(mass, out=mass)
            own_mass = np.exp(exponents - top)
            total = mass.sum(axis=1, dtype=np.float64) + own_mass
            yield part, mass, own_mass, total, exponents - top - np.log(total)

    def _moments(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """Return the log-likelihood of all positions at a point, its gradient, and its Hessian, negated."""
        value, gradient, hessian = 0.0, np.zeros(2), np.zeros((2, 2))
        powers = np.stack([self.frequencies, self.frequencies**2], axis=1)  # (M, 2)
        for part, mass, own_mass, total, logs in self._blocks(point):
            own, scores = self.own[:, part], self.scores[part]
            of_frequencies = (mass @ powers).T  # (2, B)
            weighted = np.multiply(mass, scores, out=mass)
            sums = np.stack([weighted.sum(axis=1, dtype=np.float64), of_frequencies[0]])  # (2, B)
            means = (sums + own_mass * own) / total
            crossed = weighted @ self.frequencies
            squares = np.array([[np.einsum("bm,bm->b", weighted, scores), crossed], [crossed, of_frequencies[1]]])
            second = (squares + own_mass * own[:, None] * own[None]) / total  # (2, 2, B)
            value += float(logs.sum())
            gradient += (own - means).sum(axis=1)
            hessian += second.sum(axis=2) - means @ means.T
        return value, gradient, hessian


# --- hierarchical softmax -------------------------------------------------------------------------------


def log_chances(
    queries: NDArray[np.float32], nodes: NDArray[np.float32], tree: HuffmanTree, words: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return log p(word | query), (P, M) float32.

    Parameters
    ----------
    queries : (P, D) float32
        The queries.
    nodes : (V, D) float32
        Vectors of the inner nodes; the last row is of none.
    tree : HuffmanTree
        The tree.
    words : (M,) int64
        The words.
    """
    levels = _levels(tree)
    last = tree.starts[words + 1] - 1  # all words have a way
    found = np.empty((len(queries), len(words)), np.float32)
    for begin in range(0, len(queries), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        scores = queries[part] @ nodes.T
        chances = np.zeros_like(scores)
        for children, parents, codes in levels:
            chances[:, children] = chances[:, parents] + _log_turn(scores[:, parents], codes)
        ends = tree.points[last]
        found[part] = chances[:, ends] + _log_turn(scores[:, ends], tree.codes[last])
    return found


def _log_turn(scores: NDArray[np.float32], codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return log σ(score) where the code is 0, log σ(−score) where it is 1."""
    turned: NDArray[np.float32] = -np.logaddexp(np.float32(0), np.where(codes == 0, -scores, scores))
    return turned


def _levels(tree: HuffmanTree) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]]:
    """Return the inner nodes below the root, level by level, with their parents and the codes that lead to them."""
    lengths = np.diff(tree.starts)
    depths = np.arange(len(tree.points)) - np.repeat(tree.starts[:-1], lengths)
    levels = []
    for depth in range(1, int(lengths.max(initial=0))):
        places = np.flatnonzero(depths == depth)
        children, first = np.unique(tree.points[places], return_index=True)
        before = places[first] - 1
        levels.append((children, tree.points[before], tree.codes[before]))
    return levels
