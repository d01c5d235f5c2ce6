"""Analogy questions in sections, and their answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.analogies.methods import find_method
from wordneg.evaluation.analogies.relations import has_example
from wordneg.evaluation.analogies.result import AnalogyResult
from wordneg.evaluation.analogies.search import Found, Links, among, find_answers
from wordneg.evaluation.benchmarks.catalog import Kind
from wordneg.evaluation.benchmarks.lines import BadLine, skipped_note
from wordneg.evaluation.contract import DEFAULTS, Options
from wordneg.evaluation.messages import counted
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.vectors import Rows, Vectors
from wordneg.evaluation.words import KnownWords

__all__ = ["Analogies", "BoundAnalogies", "Question", "Section", "Solution"]

Question = tuple[str, str, str, str]


class Section(NamedTuple):
    """One kind of analogy.

    Attributes
    ----------
    name : str
        The name of the relation.
    questions : tuple of (str, str, str, str)
        ``(a, b, c, expected)``.
    alternatives : tuple of tuple of str
        The right answers to each question other than `expected`; empty if no question has any.
    """

    name: str
    questions: tuple[Question, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of_pairs(cls, name: str, pairs: Iterable[tuple[str, Sequence[str]]]) -> Section:
        """Ask about each pair by each other pair.

        Parameters
        ----------
        name : str
            The name of the relation.
        pairs : iterable of (str, sequence of str)
            Each word and its accepted answers, at least one; the first of them stands for the pair as *b*.
        """
        listed = list(pairs)
        asked = [
            ((a, b[0], c, accepted[0]), tuple(accepted[1:]))
            for i, (a, b) in enumerate(listed)
            for j, (c, accepted) in enumerate(listed)
            if i != j
        ]
        return cls(name, tuple(question for question, _ in asked), tuple(others for _, others in asked))

    @property
    def accepted(self) -> tuple[tuple[str, ...], ...]:
        """All right answers to each question, `expected` first."""
        others = self.alternatives or ((),) * len(self.questions)
        return tuple((question[3], *more) for question, more in zip(self.questions, others, strict=True))


@dataclass(frozen=True)
class Analogies:
    """An analogy benchmark.

    Parameters
    ----------
    name : str
        The benchmark's name, as tables show it.
    sections : tuple of Section
        The sections, in the order and spelling of the file.
    skipped : tuple of BadLine
        Lines that could not be read.

    Raises
    ------
    ValueError
        There is not one question, or alternatives are not one tuple a question.
    """

    kind: ClassVar[Kind] = "analogy"

    name: str
    sections: tuple[Section, ...]
    skipped: tuple[BadLine, ...] = ()

    def __post_init__(self) -> None:
        if not any(section.questions for section in self.sections):
            raise ValueError(f"{self.name}: no questions")
        for section in self.sections:
            if section.alternatives and len(section.alternatives) != len(section.questions):
                raise ValueError(
                    f"{self.name}: section {section.name!r} has {len(section.questions)} questions and alternatives "
                    f"for {len(section.alternatives)}, expected one tuple each, or none at all"
                )

    @property
    def questions(self) -> tuple[Question, ...]:
        """All Q questions, section by section."""
        return tuple(itertools.chain.from_iterable(section.questions for section in self.sections))

    @property
    def accepted(self) -> tuple[tuple[str, ...], ...]:
        """All right answers to each question, `expected` first."""
        return tuple(itertools.chain.from_iterable(section.accepted for section in self.sections))

    def bind(self, words: KnownWords, options: Options = DEFAULTS) -> BoundAnalogies:
        """Look up the words; see :meth:`wordneg.evaluation.contract.Benchmark.bind`."""
        return BoundAnalogies(self, words, options)

    def item_ranks(self, ranks: WordRanks) -> Rows:
        """Return the (Q,) rank of the rarest word of each question; one of several right answers is enough."""
        asked = [question[:3] for question in self.questions]
        return np.maximum(ranks.rarest(asked), ranks.commonest(self.accepted))


class Solution(NamedTuple):
    """Answers to the Q questions of a benchmark.

    Attributes
    ----------
    solvable : (Q,) bool array
        Questions of known words whose *a*, *b* and *c* have a direction, and for which the method has a pair to learn
        from.
    examples_missing : int
        Questions that lack only that pair.
    found : Found
        The answers to all questions; -1, -inf and 0 for those that are not solvable.
    correct : (Q,) bool array
        Whether each answer is right.
    """

    solvable: npt.NDArray[np.bool_]
    examples_missing: int
    found: Found
    correct: npt.NDArray[np.bool_]


class BoundAnalogies:
    """Analogy questions, with their words looked up.

    Parameters
    ----------
    benchmark : Analogies
        The Q questions.
    words : KnownWords
        The words of the vectors to be scored.
    options : Options
        How to answer the questions.

    Attributes
    ----------
    method : Method
        How the questions are answered.
    questions : tuple of (str, str, str, str)
        All of them.
    section_of : (Q,) int64 array
        The section of each question.
    rows : (Q, 4) int64 array
        The rows of the questions' words, the last one of the first right answer that is known; -1 for unknown words.
    known, used : (Q,) bool array
        Questions with all four words known, and questions that are counted.
    failure : str
        Why there is no accuracy, whatever the vectors; `score` then returns NaN.
    """

    def __init__(self, benchmark: Analogies, words: KnownWords, options: Options) -> None:
        self._benchmark, self._words, self._ranks = benchmark, words, options.ranks
        self.method = find_method(options.method)
        self.questions, self._accepted = benchmark.questions, benchmark.accepted
        self.section_of = np.repeat(
            np.arange(len(benchmark.sections)), [len(each.questions) for each in benchmark.sections]
        )
        self.rows, self._right = _looked_up(words, self.questions, self._accepted)
        self.known = self.rows.min(axis=1) >= 0
        self.used = np.ones_like(self.known) if words.policy.dummy4unknown else self.known
        for array in (self.section_of, self.used):
            array.setflags(write=False)
        # No spelling of a question's own words is an answer. Any spelling of an accepted word is a right one.
        own = Links(np.repeat(np.flatnonzero(self.known), 3), self.rows[self.known, :3].ravel())
        self._barred, self._expected = _spelled(words, own), _spelled(words, self._right)
        self._clusters = words.clusters(self.questions)
        self._missing_words = self._unknown()
        self.failure = ""
        if not self.used.any():
            self.failure = (
                f"not enough questions: of the {len(self.questions):,} in {benchmark.name} not one has all its words "
                f"in the vectors ({words.policy.described(len(words.words))})"
            )

    def score(self, matrix: Any) -> AnalogyResult:
        """Answer the questions; see :meth:`wordneg.evaluation.contract.Bound.score`."""
        vectors, benchmark = self._words.vectors(matrix), self._benchmark
        solution = self.solve(vectors)
        for array in (solution.correct, solution.found.ranks):
            array.setflags(write=False)
        return AnalogyResult(
            benchmark=benchmark,
            policy=self._words.policy,
            used=self.used,
            missing_words=self._missing_words,
            notes=self._notes(vectors, solution),
            method=self.method.name,
            questions=self.questions,
            accepted=self._accepted,
            section_names=tuple(section.name for section in benchmark.sections),
            section_of=self.section_of,
            predicted=tuple(vectors.words[row] if row >= 0 else None for row in solution.found.rows.tolist()),
            correct=solution.correct,
            ranks=solution.found.ranks if self._ranks else None,
            clusters=self._clusters,
            missing_questions=int((~self.known).sum()),
        )

    def solve(self, vectors: Vectors) -> Solution:
        """Answer all questions by vectors of the words that were bound."""
        solvable = self.known & (vectors.norms[self.rows[:, :3]] > 0).all(axis=1)
        directed = int(solvable.sum())
        if self.method.by_section:
            solvable[solvable] = has_example(vectors, self.rows[solvable], self.section_of[solvable])
        chosen = np.flatnonzero(solvable)
        found = _none_found(len(solvable), self._ranks)
        if len(chosen):
            rule = self.method.rule(vectors, self.rows[chosen], self.section_of[chosen])
            barred, expected = self._barred.of(solvable), self._expected.of(solvable)
            answers = find_answers(vectors, rule, len(self._words), barred, expected, ranks=self._ranks)
            found.rows[chosen], found.scores[chosen] = answers.rows, answers.scores
            if self._ranks:
                found.ranks[chosen] = answers.ranks
        return Solution(solvable, directed - len(chosen), found, self.right(found.rows))

    def right(self, answers: Rows) -> npt.NDArray[np.bool_]:
        """Tell which (Q,) answers, rows or -1 for none, are some spelling of a right one."""
        return among(np.arange(len(answers)), self._words.same_words(answers), self._right, len(self._words))

    def _unknown(self) -> tuple[str, ...]:
        """Return the words for which questions are missing; alternatives matter only where no answer is known."""
        concerned: list[str] = []
        for index in np.flatnonzero(~self.known).tolist():
            concerned += self.questions[index][:3]
            concerned += self._accepted[index] if self.rows[index, 3] < 0 else ()
        return self._words.missing(concerned)

    def _notes(self, vectors: Vectors, solution: Solution) -> tuple[str, ...]:
        """Return remarks on the file, on vectors without direction and on sections of one pair."""
        notes = [*skipped_note(self._benchmark.skipped)]
        undirected = int(self.known.sum() - solution.solvable.sum()) - solution.examples_missing
        if undirected:
            zeros = counted(int((vectors.norms == 0).sum()), "such vector")
            notes.append(f"{counted(undirected, 'question')} taken as wrong for a vector of zeros ({zeros})")
        if solution.examples_missing:
            missing = counted(solution.examples_missing, "question")
            notes.append(f"{missing} taken as wrong: no other pair in the section to learn from")
        return tuple(notes)


def _looked_up(
    words: KnownWords, questions: Sequence[Question], accepted: Sequence[tuple[str, ...]]
) -> tuple[Rows, Links]:
    """Return the (Q, 4) rows of the questions' words, and all right answers that are known."""
    rows = words.rows(itertools.chain.from_iterable(questions)).reshape(-1, 4)
    right = words.rows(itertools.chain.from_iterable(accepted))
    asked = np.repeat(np.arange(len(questions)), [len(answers) for answers in accepted])
    links = Links(asked[right >= 0], right[right >= 0])
    answered, first = np.unique(links.questions, return_index=True)
    rows[answered, 3] = links.rows[first]
    return rows, links


def _spelled(words: KnownWords, links: Links) -> Links:
    """Replace each row by the rows of all spellings of its word."""
    places, rows = words.spellings(links.rows)
    return Links(links.questions[places], rows)


def _none_found(count: int, ranks: bool) -> Found:
    return Found(
        np.full(count, -1, dtype=np.int64),
        np.full(count, -np.inf, dtype=np.float32),
        np.zeros(count if ranks else 0, dtype=np.int64),
    )
