"""What comes out of an analogy benchmark."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.contract import Counts, Items, Measure, Result
from wordneg.evaluation.messages import near_misses
from wordneg.evaluation.significance import Interval, two_level_interval

__all__ = ["AnalogyResult", "SectionScore"]


class SectionScore(NamedTuple):
    """Right answers and questions counted, of one section or of all."""

    name: str
    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """Share of right answers; NaN if no question was counted."""
        return self.correct / self.total if self.total else float("nan")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class AnalogyResult(Result):
    """How vectors did on an analogy benchmark, question by question.

    See :class:`wordneg.evaluation.contract.Result`, too.

    Attributes
    ----------
    method : str
        How answers were found, a key of ``METHODS``.
    questions : tuple of (str, str, str, str)
        All Q questions ``(a, b, c, expected)``, in the benchmark's order and spelling.
    accepted : tuple of tuple of str
        All right answers to each question, `expected` first.
    section_names : tuple of str
        The names of the sections, in the benchmark's order.
    section_of : (Q,) int64 array
        Index of each question's section.
    predicted : tuple of (str or None)
        Each answer as the vectors spell it; None where a word is unknown, a question's word has a vector
        of zeros, or the method finds no pair to learn from.
    correct : (Q,) bool array
        Whether each answer is accepted.
    ranks : (Q,) int64 array or None
        One plus the number of candidates that score higher than the best accepted word, in any of its spellings;
        1 if and only if the answer is right. 0 where the question is not answered, and where no accepted word may be
        the answer (it is one of the question's own). None if not asked for.
    clusters : (Q, 2) int64 array
        The two word pairs of each question, as numbers.
    missing_questions : int
        Questions with an unknown word.
    """

    method: str
    questions: tuple[tuple[str, str, str, str], ...]
    accepted: tuple[tuple[str, ...], ...]
    section_names: tuple[str, ...]
    section_of: npt.NDArray[np.int64]
    predicted: tuple[str | None, ...]
    correct: npt.NDArray[np.bool_]
    ranks: npt.NDArray[np.int64] | None
    clusters: npt.NDArray[np.int64]
    missing_questions: int

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The accuracy, and the mean reciprocal rank if the expected words were ranked."""
        accuracy = Measure("accuracy", self.accuracy)
        return (accuracy,) if self.ranks is None else (accuracy, Measure("MRR", self.mean_reciprocal_rank()))

    @property
    def counts(self) -> Counts:
        """Questions that are counted, have an unknown word, and are there in all."""
        return Counts(int(self.used.sum()), self.missing_questions, len(self.questions))

    @property
    def items(self) -> Items:
        """The questions, and whether each was answered rightly."""
        right = np.where(self.used, self.correct.astype(np.float64), np.nan)
        return Items(self.questions, right, None, self.clusters)

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
        wordneg.evaluation.significance.two_level_interval
        """
        right = self.correct[self.used].astype(np.float64)
        found = two_level_interval(right, level=level, clusters=self.clusters[self.used])
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
            The number of candidates; 1 gives the accuracy.
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
            raise ValueError(f"{self.name} has no section named {section!r}{near_misses(section, self.section_names)}")
        named = np.array([name == section for name in self.section_names])
        return self.ranks[self.used & named[self.section_of]]

    def _intervals(self) -> tuple[Interval, ...]:
        return (self.accuracy_interval(),)

    def _summary(self) -> str:
        _, correct, total = self.total
        return (
            f"accuracy {self.accuracy:.3f} ({correct} of {total}) by {self.method}, "
            f"{self.missing_questions} of {len(self.questions)} questions with unknown words"
        )
