r"""Rules that score the answers to analogies by vector arithmetic.

With vectors of length one, every rule is made of two tables: how well a candidate *x* fits the **pair** (*a*, *b*), and
its cosine with *c*. What does not depend on *x* and moves no answer is dropped.

=============  ===========================  ====================  ========================
rule           pair(x)                      word(x)               score
=============  ===========================  ====================  ========================
3CosAdd        x . (b - a)                  x . c                 pair + word
3CosAvg        x . (mean b' - mean a')      x . c                 pair + word
3CosMul        s(x, b) / (s(x, a) + 1e-6)   s(x, c)               pair * word
PairDirection  x . (b - a) / \|b - a\|      1 / \|x - c\|         (pair - pair(c)) * word
LRCos          P(x is such a word as b')    x . c                 pair * word
=============  ===========================  ====================  ========================

where s(x, y) = (1 + x . y) / 2, and *a'*, *b'* are the other pairs of the question's section
(:mod:`wordneg.evaluation.analogies.relations`). A benchmark asks many questions about few words (Google: 19,544 about
905, in 550 pairs), so that the tables, one matrix product each, are cheap, and what remains is to combine two of their
rows for each question: :mod:`wordneg.evaluation.analogies.search`.

References
----------
Mikolov, Yih and Zweig 2013, Linguistic Regularities in Continuous Space Word Representations, NAACL (3CosAdd).
Levy and Goldberg 2014, Linguistic Regularities in Sparse and Explicit Word Representations, CoNLL, equations 2
(PairDirection), 3 (3CosAdd) and 4 with footnote 7 (3CosMul).
Drozd, Gladkova and Matsuoka 2016, Word Embeddings, Analogies, and Machine Learning: Beyond King - Man + Woman = Queen,
COLING, section 3 (3CosAvg, LRCos).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from wordneg.evaluation.vectors import Floats, Rows, Vectors

__all__ = ["ClassRule", "DirectionRule", "OffsetRule", "QuotientRule", "Rule", "distinct", "distinct_words"]


class Rule(ABC):
    """Scores the candidates of Q questions.

    Parameters
    ----------
    pair_of : (Q,) int64 array
        Each question's row in the table of pairs.
    words : (W, D) float32 array
        The distinct *c* at length one.
    word_of : (Q,) int64 array
        Each question's row in the table of words.
    """

    def __init__(self, pair_of: Rows, words: Floats, word_of: Rows) -> None:
        self.pair_of = pair_of
        self.word_of = word_of
        self._words = words

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows the tables have, P pairs and W words."""
        return int(self.pair_of.max()) + 1, len(self._words)

    @abstractmethod
    def pairs(self, candidates: Floats) -> Floats:
        """Return the (P, B) table of pairs for (B, D) candidates of length one."""

    def words(self, candidates: Floats) -> Floats:
        """Return the (W, B) table of words for (B, D) candidates of length one."""
        return self._words @ candidates.T

    @abstractmethod
    def join(self, questions: Rows, pair: Floats, word: Floats, out: Floats) -> None:
        """Score candidates for N questions.

        Parameters
        ----------
        questions : (N,) int64 array
            The numbers of the questions.
        pair : (N, L) or (L,) float32 array
            What the table of pairs says of L candidates.
        word : (N, L) float32 array
            What the table of words says of them.
        out : (N, L) float32 array
            Gets the scores.
        """


class OffsetRule(Rule):
    """3CosAdd and 3CosAvg: the cosine with an offset plus the cosine with *c*.

    Parameters
    ----------
    offsets : (P, D) float32 array
        The step from *a* to *b*.
    pair_of, words, word_of
        See :class:`Rule`.
    """

    def __init__(self, offsets: Floats, pair_of: Rows, words: Floats, word_of: Rows) -> None:
        super().__init__(pair_of, words, word_of)
        self._offsets = offsets

    @classmethod
    def of_questions(cls, vectors: Vectors, questions: Rows) -> OffsetRule:
        """Build 3CosAdd from (Q, 3) rows of *a*, *b* and *c*."""
        pairs, pair_of, words, word_of = distinct(vectors, questions)
        return cls(vectors.unit(pairs[:, 1]) - vectors.unit(pairs[:, 0]), pair_of, words, word_of)

    def pairs(self, candidates: Floats) -> Floats:
        """Return the projections on the offsets."""
        return self._offsets @ candidates.T

    def join(self, questions: Rows, pair: Floats, word: Floats, out: Floats) -> None:
        """Add."""
        np.add(pair, word, out=out)


class QuotientRule(Rule):
    """3CosMul: similarities, mapped to [0, 1], multiplied and divided instead of added and subtracted.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions : (Q, 3) int64 array
        Rows of *a*, *b* and *c*.
    """

    def __init__(self, vectors: Vectors, questions: Rows) -> None:
        pairs, pair_of, words, word_of = distinct(vectors, questions)
        super().__init__(pair_of, words, word_of)
        used, places = np.unique(pairs, return_inverse=True)
        self._sides = vectors.unit(used)
        self._a, self._b = places.reshape(pairs.shape).T

    def pairs(self, candidates: Floats) -> Floats:
        """Return the similarity to *b* over that to *a*."""
        sides = _similarities(self._sides @ candidates.T)
        below = sides[self._a]
        below += np.float32(1e-6)
        return np.divide(sides[self._b], below, out=below)

    def words(self, candidates: Floats) -> Floats:
        """Return the similarities to *c*."""
        return _similarities(super().words(candidates))

    def join(self, questions: Rows, pair: Floats, word: Floats, out: Floats) -> None:
        """Multiply."""
        np.multiply(pair, word, out=out)


class DirectionRule(Rule):
    """PairDirection: the cosine of the steps from *a* to *b* and from *c* to the candidate.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions : (Q, 3) int64 array
        Rows of *a*, *b* and *c*.
    """

    def __init__(self, vectors: Vectors, questions: Rows) -> None:
        pairs, pair_of, words, word_of = distinct(vectors, questions)
        super().__init__(pair_of, words, word_of)
        steps = vectors.unit(pairs[:, 1]) - vectors.unit(pairs[:, 0])
        lengths = np.linalg.norm(steps, axis=1, keepdims=True)
        # No step, no direction: all candidates are alike to such a pair.
        self._directions = np.divide(steps, lengths, out=np.zeros_like(steps), where=lengths > 0)
        self._origins = np.einsum("qd,qd->q", self._directions[pair_of], words[word_of])[:, None]

    def pairs(self, candidates: Floats) -> Floats:
        """Return the projections on the directions."""
        return self._directions @ candidates.T

    def words(self, candidates: Floats) -> Floats:
        """Return one over the distances to *c*: the squared distance of unit vectors is 2 - 2 cos."""
        table = super().words(candidates)
        table *= -2
        table += 2
        # A candidate that is c up to rounding has no direction from it either; 1e-6 keeps the noise below 1e-3.
        np.maximum(table, np.float32(1e-6), out=table)
        np.sqrt(table, out=table)
        return np.divide(1, table, out=table)

    def join(self, questions: Rows, pair: Floats, word: Floats, out: Floats) -> None:
        """Measure the projections from *c*, and divide by the distance."""
        np.subtract(pair, self._origins[questions], out=out)
        np.multiply(out, word, out=out)


class ClassRule(Rule):
    """LRCos: the probability of being in the class of the answers, times the cosine with *c*.

    Parameters
    ----------
    weights : (P, D + 1) float32 array
        The weights of one logistic regression for each pair, the intercept last.
    pair_of, words, word_of
        See :class:`Rule`.
    """

    def __init__(self, weights: Floats, pair_of: Rows, words: Floats, word_of: Rows) -> None:
        super().__init__(pair_of, words, word_of)
        self._weights = weights

    def pairs(self, candidates: Floats) -> Floats:
        """Return the probabilities."""
        from scipy.special import expit  # imported late: half a second that importing the package should not cost

        table = self._weights[:, :-1] @ candidates.T
        table += self._weights[:, -1:]
        return expit(table, out=table)

    def join(self, questions: Rows, pair: Floats, word: Floats, out: Floats) -> None:
        """Multiply."""
        np.multiply(pair, word, out=out)


def distinct(vectors: Vectors, questions: Rows) -> tuple[Rows, Rows, Floats, Rows]:
    """Return the distinct pairs of (Q, 3) questions and the vectors of their distinct *c*.

    Returns
    -------
    pairs : (P, 2) int64 array
        Rows of *a* and *b*.
    pair_of : (Q,) int64 array
        Each question's pair.
    words : (W, D) float32 array
        The *c* at length one.
    word_of : (Q,) int64 array
        Each question's *c*.
    """
    keys, pair_of = np.unique(questions[:, 0] * len(vectors) + questions[:, 1], return_inverse=True)
    pairs = np.stack(np.divmod(keys, len(vectors)), axis=1)
    return pairs, pair_of, *distinct_words(vectors, questions[:, 2])


def distinct_words(vectors: Vectors, rows: Rows) -> tuple[Floats, Rows]:
    """Return the vectors of the distinct *c*, at length one in the order of their first questions, and where each is.

    In this order the questions about one pair have successive *c*, which makes the search quick.
    """
    sorted_rows, first, places = np.unique(rows, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return vectors.unit(sorted_rows[order]), rank[places]


def _similarities(cosines: Floats) -> Floats:
    """Map cosines to [0, 1], in place; rounding may have carried them past one."""
    cosines += 1
    cosines /= 2
    return np.clip(cosines, 0, 1, out=cosines)
