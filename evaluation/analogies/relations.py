"""Analogies by a whole relation: 3CosAvg and LRCos, which learn from all the other pairs of a section.

A question (*a*, *b*, *c*, expected) belongs to a section, and the questions of the section give its pairs: (*a*, *b*)
and (*c*, expected), each counted once. From all pairs except those that begin with *c*, the step from the first to the
second word is averaged (3CosAvg), or a logistic regression learns to tell second words from others (LRCos). *a* and *b*
say no more than which words may not be the answer, so all questions of a section about one *c* are scored alike.

References
----------
Drozd, Gladkova and Matsuoka 2016, Word Embeddings, Analogies, and Machine Learning: Beyond King - Man + Woman = Queen,
COLING, section 3.
Böhning and Lindsay 1988, Monotonicity of Quadratic-Approximation Algorithms, Annals of the Institute of Statistical
Mathematics 40(4) (the bound by which the regressions are fitted).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.analogies.arithmetic import ClassRule, OffsetRule, distinct_words
from wordneg.evaluation.vectors import Floats, Rows, Vectors

__all__ = ["average_rule", "class_rule", "fit_left_out", "has_example"]

_PENALTY = 1.0
"""LRCos: half of this times the squared weights is added to the loss; the intercept is free (scikit-learn's C=1)."""

_SEED = 20161211
"""LRCos: of the random words, so that the same vectors give the same answers."""

_TOLERANCE = 1e-6
"""LRCos: the fit ends when no weight moves by more, ..."""

_STEPS = 1000
"""... or after so many steps; fewer than 100 are usual."""


class _Relation(NamedTuple):
    """A section's pairs, and who is asked about.

    Attributes
    ----------
    pairs : (N, 2) int64 array
        Rows of the distinct pairs.
    asked : (G,) int64 array
        Rows of the distinct *c*.
    questions : int64 array
        The section's questions ...
    group_of : int64 array
        ... and which of the *c* each asks about.
    """

    pairs: Rows
    asked: Rows
    questions: Rows
    group_of: Rows

    @property
    def used(self) -> npt.NDArray[np.bool_]:
        """Which pairs the answer about each *c* may learn from: (G, N), all but its own."""
        return self.asked[:, None] != self.pairs[:, 0]


def has_example(vectors: Vectors, questions: Rows, section_of: Rows) -> npt.NDArray[np.bool_]:
    """Tell which of (Q, 4) questions have a pair to learn from in their section: one that is not of their *c*.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions : (Q, 4) int64 array
        Rows of *a*, *b*, *c* and an expected word.
    section_of : (Q,) int64 array
        Each question's section.
    """
    answer = np.zeros(len(questions), dtype=bool)
    for relation in _relations(vectors, questions, section_of):
        answer[relation.questions] = np.any(relation.used[relation.group_of], axis=1)
    return answer


def average_rule(vectors: Vectors, questions: Rows, section_of: Rows) -> OffsetRule:
    """Build 3CosAvg: the mean of the second words minus the mean of the first ones, all at length one.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions, section_of
        See :func:`has_example`, which must hold for all.
    """
    return OffsetRule(*_learn(vectors, questions, section_of, _mean_steps))


def class_rule(vectors: Vectors, questions: Rows, section_of: Rows) -> ClassRule:
    """Build LRCos: one logistic regression for each section and *c*.

    Positive examples are the second words of the pairs learned from, negative ones are their first words and, as many
    as the section has pairs, words drawn at random from all that have a direction and are in no pair of the section
    (fixed seed). Vectors have length one. Every regression is fitted without the pairs of its *c*, to the end.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions, section_of
        See :func:`has_example`, which must hold for all.
    """
    return ClassRule(*_learn(vectors, questions, section_of, _Classifiers(vectors)))


def _learn(
    vectors: Vectors, questions: Rows, section_of: Rows, learn: Callable[[Vectors, _Relation], npt.NDArray[np.float64]]
) -> tuple[Floats, Rows, Floats, Rows]:
    """Return what a rule is built from: what was learned for each section and *c*, and where it is used."""
    learned: list[Floats] = []
    start = 0
    pair_of = np.empty(len(questions), dtype=np.int64)
    for relation in _relations(vectors, questions, section_of):
        pair_of[relation.questions] = start + relation.group_of
        learned.append(learn(vectors, relation).astype(np.float32))
        start += len(relation.asked)
    return np.concatenate(learned), pair_of, *distinct_words(vectors, questions[:, 2])


def _mean_steps(vectors: Vectors, relation: _Relation) -> npt.NDArray[np.float64]:
    """Return the (G, D) mean steps from first to second words."""
    steps = vectors.unit(relation.pairs[:, 1]) - vectors.unit(relation.pairs[:, 0])  # (N, D)
    used = relation.used
    return used @ steps / used.sum(axis=1, keepdims=True)


class _Classifiers:
    """Fits the regressions of one section after the other."""

    def __init__(self, vectors: Vectors) -> None:
        self._rng = np.random.default_rng(_SEED)
        self._directed = np.flatnonzero(vectors.norms > 0)

    def __call__(self, vectors: Vectors, relation: _Relation) -> npt.NDArray[np.float64]:
        """Return (G, D + 1) weights."""
        pairs, used = relation.pairs, relation.used
        strangers = np.setdiff1d(self._directed, pairs)
        random = self._rng.choice(strangers, min(len(strangers), len(pairs)), replace=False)
        examples = np.concatenate([pairs[:, 1], pairs[:, 0], random])
        labels = np.repeat([1.0, 0.0, 0.0], [len(pairs), len(pairs), len(random)])
        kept = np.hstack([used, used, np.ones((len(used), len(random)), dtype=bool)])
        return fit_left_out(vectors.unit(examples), labels, kept)


def fit_left_out(
    examples: Floats, labels: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_], penalty: float = _PENALTY
) -> npt.NDArray[np.float64]:
    """Fit many logistic regressions, each to some of the same examples.

    Each minimizes the sum of the log losses plus ``penalty / 2`` times the squared weights, the intercept's aside. The
    curvature of the log loss is at most 1/4, so that one matrix, X'X / 4 + penalty over *all* examples, bounds
    the curvature of every fit: steps with its inverse never overshoot (Böhning and Lindsay 1988), and one product
    takes a step for all fits.

    Parameters
    ----------
    examples : (N, D) float32 array
        X.
    labels : (N,) float64 array
        0 or 1.
    kept : (G, N) bool array
        The examples of each fit; at least one.
    penalty : float
        Above zero.

    Returns
    -------
    (G, D + 1) float64 array
        Weights, and the intercept last.
    """
    design = np.hstack([examples, np.ones((len(examples), 1))]).astype(np.float64)  # (N, D + 1)
    penalties = np.append(np.full(examples.shape[1], penalty), 0.0)
    inverse = np.linalg.inv(design.T @ design / 4 + np.diag(penalties))
    weights = np.zeros((len(kept), design.shape[1]))
    for _ in range(_STEPS):
        residuals = kept * (labels - _logistic(weights @ design.T))  # (G, N)
        step = (residuals @ design - penalties * weights) @ inverse
        weights += step
        if np.abs(step).max(initial=0.0) < _TOLERANCE:
            break
    return weights


def _logistic(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return 1 / (1 + exp(-x)), without overflow."""
    return (1 + np.tanh(scores / 2)) / 2


def _relations(vectors: Vectors, questions: Rows, section_of: Rows) -> Iterator[_Relation]:
    """Go through the sections of (Q, 4) questions; a pair with a vector of zeros teaches nothing."""
    for section in np.unique(section_of):
        members = np.flatnonzero(section_of == section)
        pairs = np.unique(np.concatenate([questions[members, :2], questions[members, 2:]]), axis=0)
        directed = (vectors.norms[pairs] > 0).all(axis=1)
        asked, group_of = np.unique(questions[members, 2], return_inverse=True)
        yield _Relation(pairs[directed], asked, members, group_of)
