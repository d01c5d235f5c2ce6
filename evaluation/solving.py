"""From analogy questions to answers: look the words up, build the method's rule, search."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.arithmetic import DirectionRule, OffsetRule, QuotientRule, Rows, Rule
from wordneg.evaluation.policy import Lookup
from wordneg.evaluation.reading_analogies import Analogies, Question
from wordneg.evaluation.relations import average_rule, class_rule, has_example
from wordneg.evaluation.search import Found, Links, among, find_answers
from wordneg.evaluation.vectors import Vectors

__all__ = ["METHODS", "Asked", "Method", "Solution", "find_method", "is_right", "look_up", "solve"]


class Method(NamedTuple):
    """A way of answering.

    Attributes
    ----------
    name : str
        What users write.
    rule : callable
        Builds the rule from vectors, (Q, 4) rows of *a*, *b*, *c* and an expected word, and (Q,) sections.
    by_section : bool
        Whether it learns from the other pairs of the section.
    """

    name: str
    rule: Callable[[Vectors, Rows, Rows], Rule]
    by_section: bool = False


METHODS = {
    method.name: method
    for method in (
        Method("3cosadd", lambda vectors, questions, sections: OffsetRule.of_questions(vectors, questions)),
        Method("3cosmul", lambda vectors, questions, sections: QuotientRule(vectors, questions)),
        Method("3cosavg", average_rule, by_section=True),
        Method("pairdirection", lambda vectors, questions, sections: DirectionRule(vectors, questions)),
        Method("lrcos", class_rule, by_section=True),
    )
}
"""The methods by name."""


class Asked(NamedTuple):
    """The Q questions of a benchmark, looked up.

    Attributes
    ----------
    questions : tuple of (str, str, str, str)
        In the benchmark's order.
    accepted : tuple of tuple of str
        All right answers to each.
    section_of : (Q,) int64 array
        Index of each question's section.
    rows : (Q, 4) int64 array
        Of the question's words, the last one of the first right answer that is known; -1 for unknown words.
    known : (Q,) bool array
        Whether all four are known.
    right : Links
        All right answers that are known.
    """

    questions: tuple[Question, ...]
    accepted: tuple[tuple[str, ...], ...]
    section_of: Rows
    rows: Rows
    known: npt.NDArray[np.bool_]
    right: Links


class Solution(NamedTuple):
    """Answers to the Q questions of a benchmark.

    Attributes
    ----------
    asked : Asked
        The questions.
    solvable : (Q,) bool array
        Whether, besides, *a*, *b* and *c* have a direction, and the method a pair to learn from.
    examples_missing : int
        Questions that lack no more than that pair.
    found : Found
        Of all questions; -1, -inf and 0 for those that are not solvable.
    correct : (Q,) bool array
        Which answers are right.
    """

    asked: Asked
    solvable: npt.NDArray[np.bool_]
    examples_missing: int
    found: Found
    correct: npt.NDArray[np.bool_]


def find_method(name: str) -> Method:
    """Return the method of a name, or raise a ValueError with the near miss."""
    if name not in METHODS:
        close = difflib.get_close_matches(str(name).lower(), list(METHODS), n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(f"no analogy method is named {name!r}{hint}; there are {', '.join(map(repr, METHODS))}")
    return METHODS[name]


def solve(vectors: Vectors, lookup: Lookup, benchmark: Analogies, method: Method, *, ranks: bool) -> Solution:
    """Answer all questions of a benchmark.

    No spelling of a question's own words is an answer. Any spelling of an accepted word is a right one.

    Parameters
    ----------
    vectors, lookup
        Words and matrix, and which words are known.
    benchmark : Analogies
        The questions.
    method : Method
        How to answer them.
    ranks : bool
        Whether to rank the expected words.
    """
    asked = look_up(lookup, benchmark)
    solvable = asked.known & (vectors.norms[asked.rows[:, :3]] > 0).all(axis=1)
    directed = int(solvable.sum())
    if method.by_section:
        solvable[solvable] = has_example(vectors, asked.rows[solvable], asked.section_of[solvable])
    chosen = np.flatnonzero(solvable)
    found = _none_found(len(solvable), ranks)
    if len(chosen):
        place = np.cumsum(solvable) - 1
        expected = Links(*(column[solvable[asked.right.questions]] for column in asked.right))
        rows = asked.rows[chosen]
        answers = find_answers(
            vectors,
            method.rule(vectors, rows, asked.section_of[chosen]),
            lookup.size,
            _spelled(lookup, Links(np.repeat(np.arange(len(chosen)), 3), rows[:, :3].ravel())),
            _spelled(lookup, Links(place[expected.questions], expected.rows)),
            ranks=ranks,
        )
        found.rows[chosen], found.scores[chosen] = answers.rows, answers.scores
        if ranks:
            found.ranks[chosen] = answers.ranks
    return Solution(asked, solvable, directed - len(chosen), found, is_right(lookup, found.rows, asked.right))


def look_up(lookup: Lookup, benchmark: Analogies) -> Asked:
    """Return the questions of a benchmark, with the rows of their words."""
    return lookup.memory.once(partial(_looked_up, lookup), benchmark, look_up)


def _looked_up(lookup: Lookup, benchmark: Analogies) -> Asked:
    questions = tuple(itertools.chain.from_iterable(section.questions for section in benchmark.sections))
    accepted = tuple(itertools.chain.from_iterable(section.accepted for section in benchmark.sections))
    section_of = np.repeat(np.arange(len(benchmark.sections)), [len(each.questions) for each in benchmark.sections])
    rows, right = _rows(lookup, questions, accepted)
    known = rows.min(axis=1) >= 0
    for array in (section_of, rows, known, *right):
        array.setflags(write=False)
    return Asked(questions, accepted, section_of, rows, known, right)


def is_right(lookup: Lookup, answers: Rows, right: Links) -> npt.NDArray[np.bool_]:
    """Tell which (Q,) answers, -1 for none, are some spelling of a right one."""
    words = np.array([lookup.same_word(row) if row >= 0 else -1 for row in answers.tolist()], dtype=np.int64)
    return among(np.arange(len(words)), words, right, lookup.size)


def _rows(lookup: Lookup, questions: tuple[Question, ...], accepted: tuple[tuple[str, ...], ...]) -> tuple[Rows, Links]:
    """Return the (Q, 4) rows of the questions' words, and all right answers that are known."""
    words = dict.fromkeys(itertools.chain(itertools.chain.from_iterable(questions), *accepted))
    row_of = {word: lookup.row(word) for word in words}
    rows = np.array([[row_of[word] for word in question] for question in questions], dtype=np.int64)
    counts = np.fromiter(map(len, accepted), dtype=np.int64, count=len(accepted))
    right = np.array([row_of[word] for word in itertools.chain.from_iterable(accepted)], dtype=np.int64)
    links = Links(np.repeat(np.arange(len(questions)), counts)[right >= 0], right[right >= 0])
    answered, first = np.unique(links.questions, return_index=True)
    rows[answered, 3] = links.rows[first]
    return rows, links


def _spelled(lookup: Lookup, links: Links) -> Links:
    """Replace each standing row by the rows of all spellings of its word."""
    words, places = np.unique(links.rows, return_inverse=True)
    spellings = list(lookup.spellings(words.tolist()).values())
    counts = np.fromiter(map(len, spellings), dtype=np.int64, count=len(spellings))
    flat = np.fromiter(itertools.chain.from_iterable(spellings), dtype=np.int64, count=int(counts.sum()))
    repeats = counts[places]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    starts = (np.cumsum(counts) - counts)[places]
    return Links(np.repeat(links.questions, repeats), flat[np.repeat(starts, repeats) + within])


def _none_found(count: int, ranks: bool) -> Found:
    return Found(
        np.full(count, -1, dtype=np.int64),
        np.full(count, -np.inf, dtype=np.float32),
        np.zeros(count if ranks else 0, dtype=np.int64),
    )
