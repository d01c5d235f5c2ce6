"""The best candidate of each of many analogy questions, and the rank of the expected one: all compared, none sampled.

A rule (:mod:`wordneg.evaluation.analogies.arithmetic`) gives two tables over a block of candidates, one for the
questions' pairs and one for their *c*; a question joins a row of each. Questions are sorted so that successive ones
share the pair and take successive rows of the other table: these are joined in one go, without gathering rows, into a
buffer that stays in the cache. Ranks cost one more comparison with the expected words' scores, which are computed
first; for this the expected words are in the first blocks.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.analogies.arithmetic import Rule
from wordneg.evaluation.vectors import Floats, Rows, Vectors

__all__ = ["Found", "Links", "among", "find_answers"]

_BLOCK_BYTES = 64 * 2**20
"""At most so much memory for the rule's tables over one block of candidates ..."""

_BLOCK_SIZES = (256, 16_384)
"""... within these numbers of candidates. Large blocks: the cost of a step in Python is shared by more."""

_BATCH = 32
"""So many questions are scored at once: two megabytes for 16,384 candidates, which stay in the cache."""


class Links(NamedTuple):
    """Questions and the rows that belong to them, as two (N,) int64 arrays."""

    questions: Rows
    rows: Rows

    def of(self, chosen: npt.NDArray[np.bool_]) -> Links:
        """Return the links of the chosen ones of (Q,) questions, which are numbered anew."""
        kept = chosen[self.questions]
        return Links((np.cumsum(chosen) - 1)[self.questions[kept]], self.rows[kept])


class Found(NamedTuple):
    """The answers that were found to Q questions.

    Attributes
    ----------
    rows : (Q,) int64 array
        The best candidate of each question, the first of equals; -1 if no candidate is allowed.
    scores : (Q,) float32 array
        Its score; -inf if there is none.
    ranks : (Q,) int64 array
        One plus the number of candidates that score higher than the best of the expected ones, 0 where none of these
        is allowed. Rank 1 is given only where the expected one is the answer: an equal that was preferred makes it 2.
        Empty if not asked for.
    """

    rows: Rows
    scores: Floats
    ranks: Rows


def find_answers(
    vectors: Vectors, rule: Rule, candidates: int, barred: Links, expected: Links, *, ranks: bool
) -> Found:
    """Return the best candidate for each question.

    Memory beyond the vectors: the rule's tables for 16,384 candidates, fewer if that were above 64 MB.

    Parameters
    ----------
    vectors : Vectors
        Words and matrix.
    rule : Rule
        How candidates are scored, and which pair and word each question has; one question at least.
    candidates : int
        The number of rows, from the first on, that may be answers; rows of zeros, which have no direction, may not.
    barred : Links
        Which rows may not answer which question.
    expected : Links
        Which rows are right.
    ranks : bool
        Whether to count ranks.
    """
    size = int(np.clip(_BLOCK_BYTES // (4 * sum(rule.shape)), *_BLOCK_SIZES))
    order = _order(vectors, candidates, expected.rows, size)
    place = np.full(len(vectors), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    search = _Search(rule, order, barred, place, size)
    if ranks:
        search.score_expected(vectors, _allowed(expected, barred, place))
    for start in range(0, len(order), size):
        search.visit(vectors.unit(order[start : start + size]), start)
    if not ranks:
        return Found(search.best_rows, search.best, np.empty(0, dtype=np.int64))
    right = among(np.arange(len(search.best)), search.best_rows, expected, len(vectors))
    counted = search.higher + np.where(right | (search.higher > 0), 1, 2)
    return Found(search.best_rows, search.best, np.where(search.expected > -np.inf, counted, 0))


class _Run(NamedTuple):
    """Successive questions of a batch that share a pair and have successive words."""

    start: int
    stop: int
    pair: int
    word: int


class _Search:
    """The best candidates so far.

    Parameters
    ----------
    rule : Rule
        How candidates are scored.
    order : (N,) int64 array
        The rows of the candidates as they will be visited.
    barred : Links
        Which rows may not answer which question.
    place : (V,) int64 array
        Where each row stands in `order`, or -1.
    size : int
        Candidates in a block.
    """

    def __init__(self, rule: Rule, order: Rows, barred: Links, place: Rows, size: int) -> None:
        count = len(rule.pair_of)
        self.rule, self.order, self.size = rule, order, size
        self.best = np.full(count, -np.inf, dtype=np.float32)
        self.best_rows = np.full(count, -1, dtype=np.int64)
        self.expected = np.full(count, -np.inf, dtype=np.float32)
        self.higher = np.zeros(count, dtype=np.int64)
        self.sequence = np.lexsort((rule.word_of, rule.pair_of))
        self.runs = _runs(rule.pair_of[self.sequence], rule.word_of[self.sequence])
        position = np.empty(count, dtype=np.int64)
        position[self.sequence] = np.arange(count)
        places = place[barred.rows]
        kept = places >= 0
        blocks, columns = np.divmod(places[kept], size)
        keys = blocks * count + position[barred.questions[kept]]
        ascending = np.argsort(keys)
        self.bar_keys, self.bar_columns = keys[ascending], columns[ascending]

    def score_expected(self, vectors: Vectors, expected: tuple[Rows, Rows]) -> None:
        """Score the expected candidates, given as questions and places: those at the front of the order."""
        questions, places = expected
        for start in range(0, int(places.max(initial=-1)) + 1, self.size):
            # The same block as will be visited, hence the same numbers to the last bit.
            candidates = vectors.unit(self.order[start : start + self.size])
            pairs, words = self.rule.pairs(candidates), self.rule.words(candidates)
            here = (places >= start) & (places < start + self.size)
            asked, columns = questions[here], places[here] - start
            pair = pairs[self.rule.pair_of[asked], columns][:, None]
            scores = np.empty_like(pair)
            self.rule.join(asked, pair, words[self.rule.word_of[asked], columns][:, None], out=scores)
            np.maximum.at(self.expected, asked, scores[:, 0])

    def visit(self, candidates: Floats, start: int) -> None:
        """Look for better ones among the (B, D) candidates, at length one, that begin at `start` of the order."""
        pairs, words = self.rule.pairs(candidates), self.rule.words(candidates)
        rows = self.order[start : start + self.size]
        buffer = np.empty((_BATCH, len(rows)), dtype=np.float32)
        first_key = start // self.size * len(self.best)
        batches = range(0, len(self.sequence), _BATCH)
        bars = np.searchsorted(self.bar_keys, [first_key + low for low in (*batches, len(self.sequence))])
        for number, low in enumerate(batches):
            questions = self.sequence[low : low + _BATCH]
            scores = buffer[: len(questions)]
            for begin, end, pair, word in self.runs[number]:
                self.rule.join(
                    questions[begin:end], pairs[pair], words[word : word + end - begin], out=scores[begin:end]
                )
            barred = slice(bars[number], bars[number + 1])
            scores[self.bar_keys[barred] - (first_key + low), self.bar_columns[barred]] = -np.inf
            self._compare(questions, scores, rows)

    def _compare(self, questions: Rows, scores: Floats, rows: Rows) -> None:
        """Keep what is better in the (N, B) scores of some questions; of equals, the row that comes first."""
        columns = scores.argmax(axis=1)
        found, peaks = rows[columns], scores[np.arange(len(questions)), columns]
        best, best_rows = self.best[questions], self.best_rows[questions]
        better = (peaks > best) | ((peaks == best) & (found < best_rows))
        self.best[questions] = np.where(better, peaks, best)
        self.best_rows[questions] = np.where(better, found, best_rows)
        sought = self.expected[questions]
        for slot in np.flatnonzero((sought > -np.inf) & (peaks > sought)).tolist():
            self.higher[questions[slot]] += np.count_nonzero(scores[slot] > sought[slot])


def _runs(pair_of: Rows, word_of: Rows) -> list[list[_Run]]:
    """Cut sorted questions into batches, and these where the pair changes or a word is left out."""
    broken = (np.diff(pair_of) != 0) | (np.diff(word_of) != 1)
    broken[_BATCH - 1 :: _BATCH] = True
    bounds = [0, *(np.flatnonzero(broken) + 1).tolist(), len(pair_of)]
    runs: list[list[_Run]] = [[] for _ in range(0, len(pair_of), _BATCH)]
    for start, stop in itertools.pairwise(bounds):
        number, begin = divmod(start, _BATCH)
        runs[number].append(_Run(begin, begin + stop - start, int(pair_of[start]), int(word_of[start])))
    return runs


def _order(vectors: Vectors, candidates: int, expected: Rows, size: int) -> Rows:
    """Return the rows of the candidates, the expected ones in the first blocks, ascending within each block."""
    allowed = np.flatnonzero(vectors.norms[:candidates] > 0)
    early = np.zeros(len(vectors), dtype=bool)
    early[expected] = True
    early = early[allowed]
    order = np.concatenate([allowed[early], allowed[~early]])
    for start in range(0, len(order), size):
        order[start : start + size].sort()
    return order


def _allowed(expected: Links, barred: Links, place: Rows) -> tuple[Rows, Rows]:
    """Return questions and places of the expected candidates that may be answers."""
    kept = (place[expected.rows] >= 0) & ~among(*expected, barred, len(place))
    return expected.questions[kept], place[expected.rows[kept]]


def among(questions: Rows, rows: Rows, links: Links, size: int) -> npt.NDArray[np.bool_]:
    """Tell which of some (question, row) are among the links; rows are below `size`, -1 is none."""
    return (rows >= 0) & np.isin(questions * size + rows, links.questions * size + links.rows)
