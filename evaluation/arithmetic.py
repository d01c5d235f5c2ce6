"""Answering analogies by vector arithmetic, many at a time.

With vectors of length one, both rules need nothing but the similarities of the question's words to each
candidate, s(x) = x . candidate (3CosAdd up to a positive factor per question, which moves no answer):

=========  ==========================================
3CosAdd    s(b) - s(a) + s(c)
3CosMul    s'(b) / (s'(a) + 1e-6) * s'(c), s' = (1+s)/2
=========  ==========================================

A benchmark asks many questions about few words (Google: 19,544 about 905, in 550 pairs *a, b*). So one
matrix product per block of candidates gives the similarities of all these words, s(b) - s(a) is formed once
a pair, and a question costs one addition and one maximum over the block, instead of a product of its own.

References
----------
Mikolov, Yih and Zweig 2013, Linguistic Regularities in Continuous Space Word Representations, NAACL
(3CosAdd).
Levy and Goldberg 2014, Linguistic Regularities in Sparse and Explicit Word Representations, CoNLL,
equations 3 and 4 and footnote 7 (3CosMul).
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evaluation.vectors import Vectors

__all__ = ["METHODS", "Answers", "Method", "best_answers"]

_Floats = npt.NDArray[np.float32]

_BLOCK_BYTES = 64 * 2**20
"""At most so much memory for the similarities of all question words to one block of candidates ..."""

_BLOCK_SIZES = (256, 4096)
"""... within these numbers of candidates."""

_BATCH = 32
"""So many questions are scored at once: half a megabyte for 4,096 candidates, which stays in the cache."""


class Method(ABC):
    """A rule that scores candidates from the similarities of a question's words to them.

    In three steps, so that what questions share is computed once. Each writes into `out` (or its argument),
    arrays over the same candidates.
    """

    name: str

    @abstractmethod
    def prepare(self, similarities: _Floats) -> None:
        """Turn the (words, candidates) cosines, in place, into what the rule combines."""

    @abstractmethod
    def pair(self, a: _Floats, b: _Floats, out: _Floats) -> None:
        """Combine the similarities to *a* and *b*."""

    @abstractmethod
    def join(self, pair: _Floats, c: _Floats, out: _Floats) -> None:
        """Combine a pair with the similarities to *c*."""

    def scores(self, vectors: Vectors, question: Sequence[int], candidates: Sequence[int]) -> _Floats:
        """Return the (N,) scores of a few candidates for one question ``(a, b, c)``, all of them rows."""
        similarities = vectors.unit(np.array(question)) @ vectors.unit(np.array(candidates)).T  # (3, N)
        self.prepare(similarities)
        a, b, c = similarities
        self.pair(a, b, out=a)
        self.join(a, c, out=a)
        return a


class _CosAdd(Method):
    name = "3cosadd"

    def prepare(self, similarities: _Floats) -> None:
        """Leave the cosines as they are."""

    def pair(self, a: _Floats, b: _Floats, out: _Floats) -> None:
        np.subtract(b, a, out=out)

    def join(self, pair: _Floats, c: _Floats, out: _Floats) -> None:
        np.add(pair, c, out=out)


class _CosMul(Method):
    name = "3cosmul"

    def prepare(self, similarities: _Floats) -> None:
        similarities += 1
        similarities /= 2

    def pair(self, a: _Floats, b: _Floats, out: _Floats) -> None:
        np.add(a, 1e-6, out=out)
        np.divide(b, out, out=out)

    def join(self, pair: _Floats, c: _Floats, out: _Floats) -> None:
        np.multiply(pair, c, out=out)


METHODS: dict[str, Method] = {method.name: method for method in (_CosAdd(), _CosMul())}
"""The rules by name."""


class Answers(NamedTuple):
    """The best candidate of each question: its row, -1 if there is none, and its score; (Q,) arrays."""

    rows: npt.NDArray[np.int64]
    scores: _Floats


class _Batch(NamedTuple):
    """A stretch of the sorted questions that share *a* and *b*; words as places among the distinct."""

    start: int
    stop: int
    a: int
    b: int
    c: npt.NDArray[np.int64]


def best_answers(
    vectors: Vectors,
    questions: npt.NDArray[np.int64],
    candidates: int,
    barred: Mapping[int, Sequence[int]],
    method: Method,
) -> Answers:
    """Return the best candidate for each question.

    Memory beyond the vectors: 4,096 similarities for each distinct word of the questions, fewer if that were
    above 64 MB.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    questions : (Q, 3) int64 array
        Rows of *a*, *b* and *c*.
    candidates : int
        The first so many rows may be answers, except rows of zeros, which have no direction.
    barred : mapping of int to sequence of int
        For each row in `questions`, the rows that may not answer the questions it is in (itself, at least).
    method : Method
        How candidates are scored.
    """
    rows = np.full(len(questions), -1, dtype=np.int64)
    best = np.full(len(questions), -np.inf, dtype=np.float32)
    if len(questions) == 0:
        return Answers(rows, best)
    order = np.lexsort((questions[:, 1], questions[:, 0]))
    words, places = np.unique(questions[order], return_inverse=True)
    slots = places.reshape(questions.shape)  # (Q, 3) into words
    batches = _batches(slots)
    askers = _askers(slots, len(words))
    unit_words = vectors.unit(words)  # (W, D)
    step = int(np.clip(_BLOCK_BYTES // (unit_words.itemsize * len(words)), *_BLOCK_SIZES))
    for start in range(0, candidates, step):
        block = range(start, min(start + step, candidates))
        similarities = unit_words @ vectors.unit(slice(block.start, block.stop)).T  # (W, block)
        method.prepare(similarities)
        excluded = [
            (question, row - start)
            for word, own in zip(words.tolist(), askers, strict=True)
            for row in barred[word]
            if row in block
            for question in own
        ]
        directionless = np.flatnonzero(vectors.norms[block.start : block.stop] == 0)
        winners, scores = _best_of_block(similarities, batches, excluded, directionless, method)
        better = scores > best[order]
        rows[order[better]] = start + winners[better]
        best[order[better]] = scores[better]
    return Answers(rows, best)


def _batches(slots: npt.NDArray[np.int64]) -> list[_Batch]:
    """Cut (Q, 3) sorted questions where *a* or *b* changes, and every 32 questions."""
    changes = np.flatnonzero((np.diff(slots[:, :2], axis=0) != 0).any(axis=1)) + 1
    bounds = [0, *changes.tolist(), len(slots)]
    batches = []
    for first, last in itertools.pairwise(bounds):
        for start in range(first, last, _BATCH):
            stop = min(start + _BATCH, last)
            a, b, _ = slots[start].tolist()
            batches.append(_Batch(start, stop, a, b, slots[start:stop, 2]))
    return batches


def _askers(slots: npt.NDArray[np.int64], words: int) -> list[list[int]]:
    """Return for each word the questions that it is in."""
    askers: list[list[int]] = [[] for _ in range(words)]
    for question, asked in enumerate(slots.tolist()):
        for word in asked:
            askers[word].append(question)
    return askers


def _best_of_block(
    similarities: _Floats,
    batches: Sequence[_Batch],
    excluded: Sequence[tuple[int, int]],
    directionless: npt.NDArray[np.intp],
    method: Method,
) -> tuple[npt.NDArray[np.intp], _Floats]:
    """Return each sorted question's best candidate in a block, and its score; -inf if none is allowed.

    Parameters
    ----------
    similarities : (W, block) float32 array
        Each word's, prepared by the method.
    batches : sequence of _Batch
        The Q questions; words are rows of `similarities`.
    excluded : sequence of (question, candidate)
        Who may not answer what.
    directionless : int array
        Candidates that may answer nothing.
    method : Method
        How candidates are scored.
    """
    winners = np.empty(batches[-1].stop, dtype=np.intp)
    best = np.empty(len(winners), dtype=np.float32)
    pair = np.empty_like(similarities[0])
    buffer = np.empty((_BATCH, len(pair)), dtype=np.float32)
    excluded = sorted(excluded)
    done = 0
    for start, stop, a, b, c in batches:
        scores = buffer[: stop - start]
        method.pair(similarities[a], similarities[b], out=pair)
        # All places are inside; "clip" is the mode in which numpy gathers straight into `out`.
        np.take(similarities, c, axis=0, out=scores, mode="clip")
        method.join(pair, scores, out=scores)
        while done < len(excluded) and excluded[done][0] < stop:
            question, candidate = excluded[done]
            scores[question - start, candidate] = -np.inf
            done += 1
        if len(directionless):
            scores[:, directionless] = -np.inf
        scores.argmax(axis=1, out=winners[start:stop])
        best[start:stop] = scores[np.arange(stop - start), winners[start:stop]]
    return winners, best
