"""Word analogies: what is to *c* as *b* is to *a*.

References
----------
Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations in Vector Space, ICLR
Workshop.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.lines import counted, skipped_note
from wordneg.evaluation.policy import Lookup, Policy
from wordneg.evaluation.reading_analogies import Analogies, Question, read_word_analogies
from wordneg.evaluation.solving import Asked, Solution, find_method, solve
from wordneg.evaluation.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Interval

__all__ = ["AnalogyResult", "SectionScore", "score_word_analogies"]


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
    accepted : tuple of tuple of str
        All right answers to each question, `expected` first.
    section_names : tuple of str
        In the benchmark's order.
    section_of : (Q,) int64 array
        Index of each question's section.
    predicted : tuple of (str or None)
        Each answer as the vectors spell it; None where a word is unknown, a question's word has a vector
        of zeros, or the method finds no pair to learn from.
    correct : (Q,) bool array
        Which answers are accepted.
    ranks : (Q,) int64 array or None
        One plus the number of candidates that score higher than the best accepted word, in any of its spellings;
        1 if and only if the answer is right. 0 where the question is not answered, and where no accepted word may be
        the answer (it is one of the question's own). None if not asked for.
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
    questions: tuple[Question, ...]
    accepted: tuple[tuple[str, ...], ...]
    section_names: tuple[str, ...]
    section_of: npt.NDArray[np.int64]
    predicted: tuple[str | None, ...]
    correct: npt.NDArray[np.bool_]
    ranks: npt.NDArray[np.int64] | None
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

    def accuracy_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of the accuracy over questions, which are right or wrong together by their word pairs.

        Parameters
        ----------
        level : float
            Confidence level.

        Raises
        ------
        ValueError
            Fewer than four questions are counted, all are right or all wrong, or a level outside (0, 1).

        See Also
        --------
        evaluation.significance.two_level_interval
        """
        from wordneg.evaluation.significance import item_clusters, two_level_interval  # which import this module

        right = self.correct[self.used].astype(np.float64)
        clusters = item_clusters(self)[self.used]
        found = two_level_interval(right, level=level, clusters=clusters)
        if np.ptp(right) == 0:
            answered = "right" if right[0] else "wrong"
            raise ValueError(
                f"all {len(right)} questions are answered {answered}, which leaves no variation to judge by"
            )
        # Widening for clusters can carry the ends beyond what a share can be.
        return dataclasses.replace(found, low=max(0.0, found.low), high=min(1.0, found.high))

    def top(self, k: int, section: str | None = None) -> float:
        """Return the share of questions whose expected word is among the `k` best candidates.

        Parameters
        ----------
        k : int
            From 1, which is the accuracy.
        section : str, optional
            Only the questions of this one.

        Raises
        ------
        ValueError
            `k` is below one, no section has this name, or the ranks were not asked for.
        """
        if k < 1:
            raise ValueError(f"top({k}): expected 1 or more")
        ranks = self._ranks(section)
        return float(np.mean((ranks > 0) & (ranks <= k))) if len(ranks) else float("nan")

    def mean_reciprocal_rank(self, section: str | None = None) -> float:
        """Return the mean of one over the rank, zero for those without a rank.

        Parameters
        ----------
        section : str, optional
            Only the questions of this one.

        Raises
        ------
        ValueError
            No section has this name, or the ranks were not asked for.

        References
        ----------
        Voorhees 1999, The TREC-8 Question Answering Track Report, TREC.
        """
        ranks = self._ranks(section)
        reciprocals = np.divide(1.0, ranks, out=np.zeros(len(ranks)), where=ranks > 0)
        return float(reciprocals.mean()) if len(ranks) else float("nan")

    def _ranks(self, section: str | None) -> npt.NDArray[np.int64]:
        """Return the ranks of the questions counted, of all sections or of one."""
        if self.ranks is None:
            raise ValueError("the expected words were not ranked: score with ranks=True")
        if section is None:
            return self.ranks[self.used]
        if section not in self.section_names:
            close = difflib.get_close_matches(section, self.section_names, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ValueError(f"{self.name} has no section named {section!r}{hint}")
        named = np.array([name == section for name in self.section_names])
        return self.ranks[self.used & named[self.section_of]]

    def __str__(self) -> str:
        _, correct, total = self.total
        return (
            f"{self.name}: accuracy {self.accuracy:.3f} ({correct} of {total}) by {self.method}, "
            f"{self.missing_questions} of {len(self.questions)} questions with unknown words ({self.policy})"
            + "".join(f"; {note}" for note in self.notes)
        )

    __repr__ = __str__


def score_word_analogies(
    vectors: Any,
    analogies: str | os.PathLike[str] | Analogies,
    *,
    method: str = "3cosadd",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    ranks: bool = True,
) -> AnalogyResult:
    """Score vectors on an analogy benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    analogies : str, path or Analogies
        A benchmark's name, a file or folder (see :func:`wordneg.evaluation.read_word_analogies`), or questions
        already read.
    method : {"3cosadd", "3cosmul", "3cosavg", "pairdirection", "lrcos"}
        How candidates are scored: see :mod:`wordneg.evaluation.arithmetic`. 3CosAvg and LRCos learn from the
        other pairs of the section (:mod:`wordneg.evaluation.relations`) and score all questions about one *c* alike.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`wordneg.evaluation.Policy`. `restrict_vocab` limits the candidates, too.
    ranks : bool
        Whether to rank the expected words, too; this takes a little longer.

    Raises
    ------
    ValueError
        An unknown method; or see :func:`wordneg.evaluation.read_word_analogies`.
    """
    chosen = find_method(method)
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = analogies if isinstance(analogies, Analogies) else read_word_analogies(analogies)
    adapted = as_vectors(vectors)
    lookup = Lookup.of(adapted, policy)
    solution = solve(adapted, lookup, benchmark, chosen, ranks=ranks)
    asked = solution.asked
    used = np.ones_like(asked.known) if dummy4unknown else asked.known.copy()
    for array in (solution.correct, used, solution.found.ranks):
        array.setflags(write=False)
    return AnalogyResult(
        name=benchmark.name,
        method=method,
        questions=asked.questions,
        accepted=asked.accepted,
        section_names=tuple(section.name for section in benchmark.sections),
        section_of=asked.section_of,
        predicted=tuple(adapted.words[row] if row >= 0 else None for row in solution.found.rows.tolist()),
        correct=solution.correct,
        ranks=solution.found.ranks if ranks else None,
        used=used,
        missing_questions=int((~asked.known).sum()),
        missing_words=lookup.memory.once(partial(_missing_words, lookup), asked, _missing_words),
        policy=policy,
        notes=_notes(benchmark, adapted, solution),
    )


def _missing_words(lookup: Lookup, asked: Asked) -> tuple[str, ...]:
    """Return the words for which questions are missing; alternatives matter only where no answer is known."""
    missing: dict[str, None] = {}
    for index in np.flatnonzero(~asked.known).tolist():
        answers = asked.accepted[index] if asked.rows[index, 3] < 0 else ()
        missing.update((word, None) for word in (*asked.questions[index][:3], *answers) if lookup.row(word) < 0)
    return tuple(missing)


def _notes(benchmark: Analogies, vectors: Vectors, solution: Solution) -> tuple[str, ...]:
    """Return remarks on the file, on vectors without direction and on sections of one pair."""
    notes = [*skipped_note(benchmark.skipped)]
    undirected = int(solution.asked.known.sum() - solution.solvable.sum()) - solution.examples_missing
    if undirected:
        zeros = int((vectors.norms == 0).sum())
        notes.append(
            f"{counted(undirected, 'question')} taken as wrong for a vector of zeros ({counted(zeros, 'such vector')})"
        )
    if solution.examples_missing:
        missing = counted(solution.examples_missing, "question")
        notes.append(f"{missing} taken as wrong: no other pair in the section to learn from")
    return tuple(notes)
