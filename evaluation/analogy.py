"""Word analogies: what is to *c* as *b* is to *a*.

References
----------
Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations in Vector Space, ICLR
Workshop.
"""

from __future__ import annotations

import difflib
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evaluation.arithmetic import METHODS, Answers, Method, best_answers
from evaluation.policy import Lookup, Policy
from evaluation.reading import Analogies, read_word_analogies, skipped_note
from evaluation.vectors import Vectors, as_vectors

__all__ = ["AnalogyResult", "SectionScore", "evaluate_word_analogies", "score_word_analogies"]

_Question = tuple[str, str, str, str]

_GENSIM_METHODS = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}

_GENSIM_DEPTH = 5
"""Of the words nearest to a question, gensim looks at so many."""


class SectionScore(NamedTuple):
    """Right answers and questions counted, of one section or of all."""

    name: str
    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """Share of right answers; NaN if no question was counted."""
        return self.correct / self.total if self.total else float("nan")


@dataclass(frozen=True, eq=False)
class AnalogyResult:
    """How vectors did on an analogy benchmark, question by question.

    Attributes
    ----------
    name : str
        The benchmark.
    method : str
        How answers were found, a key of ``METHODS``.
    questions : tuple of (str, str, str, str)
        All Q questions ``(a, b, c, expected)``, in the benchmark's order and spelling.
    section_names : tuple of str
        In the benchmark's order.
    section_of : (Q,) int64 array
        Index of each question's section.
    predicted : tuple of (str or None)
        Each answer as the vectors spell it; None where a word is unknown, or a question's word has a vector
        of zeros.
    correct : (Q,) bool array
        Which answers are the expected word.
    used : (Q,) bool array
        Which questions are counted.
    missing_questions : int
        Questions with an unknown word.
    missing_words : tuple of str
        The unknown words, each once, in the benchmark's order.
    policy : Policy
        What counts as unknown, and what was done about it.
    notes : tuple of str
        What a reader of the numbers should know: unreadable lines, vectors of zeros.
    """

    name: str
    method: str
    questions: tuple[_Question, ...]
    section_names: tuple[str, ...]
    section_of: npt.NDArray[np.int64]
    predicted: tuple[str | None, ...]
    correct: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]
    missing_questions: int
    missing_words: tuple[str, ...]
    policy: Policy
    notes: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[SectionScore, ...]:
        """Scores by section."""
        size = len(self.section_names)
        correct = np.bincount(self.section_of[self.correct], minlength=size).tolist()
        total = np.bincount(self.section_of[self.used], minlength=size).tolist()
        return tuple(map(SectionScore, self.section_names, correct, total))

    @property
    def total(self) -> SectionScore:
        """The score over all questions."""
        return SectionScore(self.name, int(self.correct.sum()), int(self.used.sum()))

    @property
    def accuracy(self) -> float:
        """Share of right answers among the questions counted; NaN if there are none."""
        return self.total.accuracy

    def __str__(self) -> str:
        _, correct, total = self.total
        return (
            f"{self.name}: accuracy {self.accuracy:.3f} ({correct} of {total}) by {self.method}, "
            f"{self.missing_questions} of {len(self.questions)} questions with unknown words ({self.policy})"
            + "".join(f"; {note}" for note in self.notes)
        )


def score_word_analogies(
    vectors: Any,
    analogies: str | os.PathLike[str] | Analogies,
    *,
    method: str = "3cosadd",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> AnalogyResult:
    """Score vectors on an analogy benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`evaluation.as_vectors`.
    analogies : str, path or Analogies
        A benchmark's name, a file in the format of Google's analogies, or questions already read.
    method : {"3cosadd", "3cosmul"}
        How candidates are scored.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`evaluation.Policy`. `restrict_vocab` limits the candidates, too.

    Raises
    ------
    ValueError
        An unknown method; or see :func:`evaluation.read_word_analogies`.
    """
    if method not in METHODS:
        raise ValueError(f"no analogy method is named {method!r}; there are {', '.join(map(repr, METHODS))}")
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = analogies if isinstance(analogies, Analogies) else read_word_analogies(analogies)
    adapted = as_vectors(vectors)
    lookup = Lookup(adapted, policy)
    questions = tuple(question for section in benchmark.sections for question in section.questions)
    words = dict.fromkeys(itertools.chain.from_iterable(questions))
    row_of = {word: lookup.row(word) for word in words}
    rows = np.array([[row_of[word] for word in question] for question in questions], dtype=np.int64)  # (Q, 4)
    known = rows.min(axis=1) >= 0
    solvable = known & (adapted.norms[rows[:, :3]] > 0).all(axis=1)
    answers = np.full(len(questions), -1, dtype=np.int64)
    answers[solvable] = _answer(adapted, lookup, rows[solvable, :3], METHODS[method])
    correct = np.zeros(len(questions), dtype=bool)
    answered = np.flatnonzero(answers >= 0)
    correct[answered] = [lookup.same_word(row) for row in answers[answered].tolist()] == rows[answered, 3]
    used = np.ones_like(known) if dummy4unknown else known
    sizes = [len(section.questions) for section in benchmark.sections]
    section_of = np.repeat(np.arange(len(sizes)), sizes)
    for array in (correct, used, section_of):
        array.setflags(write=False)
    return AnalogyResult(
        name=benchmark.name,
        method=method,
        questions=questions,
        section_names=tuple(section.name for section in benchmark.sections),
        section_of=section_of,
        predicted=tuple(adapted.words[row] if row >= 0 else None for row in answers.tolist()),
        correct=correct,
        used=used,
        missing_questions=int((~known).sum()),
        missing_words=tuple(word for word, row in row_of.items() if row < 0),
        policy=policy,
        notes=_notes(benchmark, adapted, int(known.sum() - solvable.sum())),
    )


def evaluate_word_analogies(
    vectors: Any,
    analogies: str | os.PathLike[str] | Analogies,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[dict[str, Any]]]:
    """Return what gensim's ``KeyedVectors.evaluate_word_analogies`` returns, number for number.

    ``similarity_function="most_similar_cosmul"`` does what it says; gensim 4.4 takes the argument and does
    not look at it.

    Parameters
    ----------
    vectors, analogies, restrict_vocab, case_insensitive, dummy4unknown
        See :func:`score_word_analogies`.
    similarity_function : {"most_similar", "most_similar_cosmul"}
        gensim's names of 3CosAdd and 3CosMul.

    Returns
    -------
    accuracy : float
        Share of right answers among the questions counted; 0 if there are none.
    sections : list of dict
        For each section, and for all in the last one, ``"Total accuracy"``: its name under ``"section"``
        and the questions answered rightly and wrongly under ``"correct"`` and ``"incorrect"``, in upper
        case if `case_insensitive`.

    Raises
    ------
    ValueError
        See :func:`score_word_analogies`.
    """
    if similarity_function not in _GENSIM_METHODS:
        close = difflib.get_close_matches(str(similarity_function), list(_GENSIM_METHODS), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        expected = " or ".join(map(repr, _GENSIM_METHODS))
        raise ValueError(f"expected similarity_function {expected}, got {similarity_function!r}{hint}")
    result = score_word_analogies(
        vectors,
        analogies,
        method=_GENSIM_METHODS[similarity_function],
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
        dummy4unknown=dummy4unknown,
    )
    sections: list[dict[str, Any]] = [
        {"section": name, "correct": [], "incorrect": []} for name in result.section_names
    ]
    words = dict.fromkeys(itertools.chain.from_iterable(result.questions))
    folded = {word: result.policy.fold(word) for word in words}
    for index in np.flatnonzero(result.used).tolist():
        outcome = "correct" if result.correct[index] else "incorrect"
        question = tuple(folded[word] for word in result.questions[index])
        sections[result.section_of[index]][outcome].append(question)
    total = {
        "section": "Total accuracy",
        "correct": [question for section in sections for question in section["correct"]],
        "incorrect": [question for section in sections for question in section["incorrect"]],
    }
    return (result.accuracy if result.used.any() else 0.0), [*sections, total]


def _answer(
    vectors: Vectors, lookup: Lookup, questions: npt.NDArray[np.int64], method: Method
) -> npt.NDArray[np.int64]:
    """Return the (Q,) rows of the answers to (Q, 3) rows, -1 for none.

    No spelling of a question's word is an answer.
    """
    spellings = lookup.spellings(np.unique(questions).tolist())
    answers = best_answers(vectors, questions, lookup.size, spellings, method)
    _give_up_like_gensim(vectors, questions, spellings, method, answers)
    return answers.rows


def _give_up_like_gensim(
    vectors: Vectors,
    questions: npt.NDArray[np.int64],
    spellings: Mapping[int, Sequence[int]],
    method: Method,
    answers: Answers,
) -> None:
    """Replace, in place, the answers that gensim does not get to see.

    gensim drops the question's own three rows and looks at the five nearest of the rest. If these are all
    other spellings of the question's words, it settles for the last of them. That takes vectors that hold
    many spellings of one word, or hardly any other words at all.
    """
    other_spellings = np.zeros(len(vectors), dtype=np.int64)
    for word, rows in spellings.items():
        other_spellings[word] = len(rows) - 1
    in_doubt = (answers.rows < 0) | (other_spellings[questions].sum(axis=1) >= _GENSIM_DEPTH)
    for index in np.flatnonzero(in_doubt).tolist():
        question = questions[index].tolist()
        others = [row for word in set(question) for row in spellings[word][1:] if vectors.norms[row] > 0]
        found = answers.rows[index] >= 0
        if not others or (found and len(others) < _GENSIM_DEPTH):
            continue
        scores = method.scores(vectors, question, others)
        nearest = np.argsort(-scores, kind="stable")[:_GENSIM_DEPTH]
        if not found or scores[nearest[-1]] > answers.scores[index]:
            answers.rows[index] = others[nearest[-1]]


def _notes(benchmark: Analogies, vectors: Vectors, unsolvable: int) -> tuple[str, ...]:
    """Return remarks on the file and on vectors without direction."""
    notes = [*skipped_note(benchmark.skipped)]
    if unsolvable:
        zeros = int((vectors.norms == 0).sum())
        notes.append(f"{unsolvable} questions count as wrong for a vector of zeros ({zeros} words have one)")
    return tuple(notes)
