r"""Held-out log-likelihood: how well a model tells words from their neighbors, in text it was not trained on.

It depends on no benchmark, and is the same for every sampler and objective. At a position of the held-out text, with
word w and the words around it, the model's scores of all words v are those that it would get in training,

    s_v = q · u_v,    q the mean of the input vectors in the window (CBOW with ``cbow_mean=0``: their sum)

For skip-gram this combines the distributions that the single context words give, as their geometric mean.

Under hierarchical softmax alone (``hs=1, negative=0``) words have no output vectors, but probabilities, whose
logarithms are their scores: s_v = log p(v | q), which is the model itself at (t, b) = (1, 0) below.

Models trained with negative samples are not normalized, and some samplers shift or stretch their scores: under
popularity sampling a score estimates log p(w, c) − log p(w) p(c) − log K (Levy and Goldberg 2014), hence without the
word's own frequency. So that no model is punished for its units, each gets the two calibration parameters that fit it
best,

    log p(v) = t · s_v + b · log(n_v / N) − log Σ_v' exp(…),

with n_v the count of v. The log-likelihood is concave in (t, b); they are found by Newton's method on one half of the
positions, and the mean of log p(w) over the other half, in nats a word, is reported.

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

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.hierarchical import log_chances
from wordneg.comparison.softmax import Candidates, Positions, fit, log_probabilities
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

__all__ = ["FULL", "HeldOut", "Likelihood", "split"]

FULL = 20_000
"""The largest vocabulary over which the softmax is not sampled."""

_DRAWN = 20_000
_POSITIONS = 2000
_SEED = 4711
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


class Likelihood(NamedTuple):
    """The log-likelihood of a model.

    Attributes
    ----------
    log_probabilities : (P,) float64
        The log-likelihood of the word at each reported position, in nats.
    temperature : float
        The fitted t, by which scores are multiplied.
    exponent : float
        The fitted b, which the words' log frequencies are multiplied by.
    """

    log_probabilities: NDArray[np.float64]
    temperature: float
    exponent: float

    @property
    def mean(self) -> float:
        """The mean log-likelihood of a word."""
        return float(self.log_probabilities.mean())


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Positions of held-out text at which models are measured.

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
    """

    words: NDArray[np.int64]
    contexts: NDArray[np.int64]
    starts: NDArray[np.int64]
    sentences: NDArray[np.int64]
    log_frequencies: NDArray[np.float64]
    ranks: NDArray[np.int64]
    candidates: NDArray[np.int64]
    log_weights: NDArray[np.float64]

    @classmethod
    def of(cls, text: TokenStore, window: int, positions: int = _POSITIONS) -> HeldOut:
        """Choose positions of a text, and the words of the softmax.

        Parameters
        ----------
        text : TokenStore
            The held-out text.
        window : int
            Largest distance of a context word.
        positions : int
            At most so many are chosen, at random.

        Raises
        ------
        ValueError
            If the text has fewer than four words that stand beside another.
        """
        rng = np.random.default_rng(_SEED)
        lengths = np.diff(text.offsets)
        usable = np.flatnonzero(np.repeat(lengths > 1, lengths))
        if len(usable) < 4:
            raise ValueError(
                f"the held-out text has {len(usable)} words with a neighbor, expected four or more; hold out a larger "
                "share (held_out=0.1), or none (held_out=None)"
            )
        chosen = rng.permutation(usable)[:positions]
        sentences = np.searchsorted(text.offsets, chosen, side="right") - 1
        spans = []
        for place, sentence in zip(chosen.tolist(), sentences.tolist(), strict=True):
            lowest = max(int(text.offsets[sentence]), place - window)
            highest = min(int(text.offsets[sentence + 1]), place + window + 1)
            spans.append(np.concatenate([text.tokens[lowest:place], text.tokens[place + 1 : highest]]))
        sizes = np.array([span.size for span in spans])
        candidates, log_weights = _softmax_words(text.vocabulary, rng)
        return cls(
            words=text.tokens[chosen].astype(np.int64),
            contexts=np.concatenate(spans).astype(np.int64),
            starts=np.cumsum(sizes) - sizes,
            sentences=sentences.astype(np.int64),
            log_frequencies=_log_frequencies(text.vocabulary),
            ranks=_ranks(text.vocabulary),
            candidates=candidates,
            log_weights=log_weights,
        )

    @property
    def sampled(self) -> bool:
        """Whether the softmax is over some words only."""
        return len(self.candidates) < len(self.log_frequencies) or bool(self.log_weights.any())

    @property
    def fitting(self) -> int:
        """The number of positions for fitting."""
        return len(self.words) // 2

    def measure(
        self,
        inputs: _FloatMatrix,
        outputs: _FloatMatrix,
        *,
        mean: bool = True,
        cosine: bool = False,
        tree: HuffmanTree | None = None,
    ) -> Likelihood:
        """Return the log-likelihood of a model.

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
        """
        if cosine:
            inputs, outputs = _unit(inputs), _unit(outputs)
        queries = np.add.reduceat(inputs[self.contexts], self.starts, axis=0)  # (P, D)
        if mean:
            queries /= np.diff(np.append(self.starts, len(self.contexts)))[:, None]
        candidates = Candidates(
            self.candidates,
            self.log_frequencies[self.candidates].astype(np.float32),
            self.log_weights.astype(np.float32),
        )

        def positions(part: slice) -> Positions:
            those, words = queries[part], self.words[part]
            if tree is None:
                own, scores = np.einsum("pd,pd->p", those, outputs[words]), those @ outputs[candidates.words].T
            else:
                several = log_chances(those, outputs, tree, np.concatenate([candidates.words, words]))
                size = len(candidates.words)
                own, scores = several[:, size:].diagonal(), several[:, :size]
            return Positions.of(own, scores, words, self.log_frequencies, candidates)

        fitted = fit(positions(slice(self.fitting)), candidates)
        logs = log_probabilities(positions(slice(self.fitting, None)), candidates, fitted)
        return Likelihood(logs, float(fitted[0]), float(fitted[1]))


def _softmax_words(vocabulary: Vocabulary, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the words that the softmax sums over, and the logarithms of their weights."""
    size = len(vocabulary)
    if size <= FULL:
        return np.arange(size), np.zeros(size)
    chances = vocabulary.counts.astype(np.float64) ** 0.75
    chances /= chances.sum()
    words, times = np.unique(rng.choice(size, _DRAWN, p=chances), return_counts=True)
    return words, np.log(times / (_DRAWN * chances[words]))


def _log_frequencies(vocabulary: Vocabulary) -> NDArray[np.float64]:
    counts = np.maximum(vocabulary.counts, 1).astype(np.float64)  # a given vocabulary may have counts of 0
    return np.log(counts / counts.sum())


def _ranks(vocabulary: Vocabulary) -> NDArray[np.int64]:
    ranks = np.empty(len(vocabulary), dtype=np.int64)
    ranks[np.argsort(-vocabulary.counts, kind="stable")] = np.arange(1, len(vocabulary) + 1)
    return ranks


def _unit(matrix: _FloatMatrix) -> _FloatMatrix:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
