"""gensim's ``evaluate_word_analogies``, number for number."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.analogies.benchmark import Analogies, BoundAnalogies
from wordneg.evaluation.analogies.methods import Method
from wordneg.evaluation.analogies.reading import read_word_analogies
from wordneg.evaluation.contract import Options
from wordneg.evaluation.messages import near_misses
from wordneg.evaluation.vectors import Floats, Rows, Vectors, as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["evaluate_word_analogies"]

_GENSIM_METHODS = {"most_similar": "3cosadd", "most_similar_cosmul": "3cosmul"}

_GENSIM_DEPTH = 5
"""Of the words nearest to a question, gensim looks at so many."""


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
    not look at it. The numbers are those of :func:`wordneg.evaluation.score_word_analogies`, unless the vectors hold
    many spellings of the question's words: of the nearest words gensim looks at five, and if these are all such
    spellings, it answers with one of them.

    Parameters
    ----------
    vectors, analogies, restrict_vocab, case_insensitive, dummy4unknown
        See :func:`wordneg.evaluation.score_word_analogies`.
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
        See :func:`wordneg.evaluation.score_word_analogies`.
    """
    if similarity_function not in _GENSIM_METHODS:
        hint = near_misses(similarity_function, _GENSIM_METHODS)
        expected = " or ".join(map(repr, _GENSIM_METHODS))
        raise ValueError(f"expected similarity_function {expected}, got {similarity_function!r}{hint}")
    options = Options(method=_GENSIM_METHODS[similarity_function], ranks=False)
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = analogies if isinstance(analogies, Analogies) else read_word_analogies(analogies)
    adapted = as_vectors(vectors)
    words = KnownWords(adapted.words, policy)
    bound = benchmark.bind(words, options)
    correct = _as_gensim_sees_it(adapted, words, bound).tolist()
    sections: list[dict[str, Any]] = [
        {"section": section.name, "correct": [], "incorrect": []} for section in benchmark.sections
    ]
    section_of = bound.section_of.tolist()
    for index in np.flatnonzero(bound.used).tolist():
        outcome = "correct" if correct[index] else "incorrect"
        sections[section_of[index]][outcome].append(tuple(map(policy.fold, bound.questions[index])))
    total = {
        "section": "Total accuracy",
        "correct": [question for section in sections for question in section["correct"]],
        "incorrect": [question for section in sections for question in section["incorrect"]],
    }
    return (sum(correct) / int(bound.used.sum()) if bound.used.any() else 0.0), [*sections, total]


def _as_gensim_sees_it(vectors: Vectors, words: KnownWords, bound: BoundAnalogies) -> npt.NDArray[np.bool_]:
    """Return which (Q,) answers are right once those are replaced that gensim does not get to see.

    gensim drops the question's own three rows and looks at the five nearest of the rest. If these are all
    other spellings of the question's words, it settles for the last of them. That takes vectors that hold
    many spellings of one word, or hardly any other words at all.
    """
    solution = bound.solve(vectors)
    asked = np.flatnonzero(solution.solvable)
    standing, places = np.unique(bound.rows[asked, :3], return_inverse=True)
    owners, rows = words.spellings(standing)
    extra = np.bincount(owners, minlength=len(standing)) - 1
    many = extra[places.reshape(-1, 3)].sum(axis=1) >= _GENSIM_DEPTH
    replaced: dict[int, int] = {}
    for index in asked[(solution.found.rows[asked] < 0) | many].tolist():
        question = bound.rows[index]
        own = np.flatnonzero(np.isin(standing, question[:3]))
        others = np.setdiff1d(rows[np.isin(owners, own)], question[:3])
        others = others[vectors.norms[others] > 0]
        found = solution.found.rows[index] >= 0
        if not len(others) or (found and len(others) < _GENSIM_DEPTH):
            continue
        scores = _scores(vectors, bound.method, question, others)
        nearest = np.argsort(-scores, kind="stable")[:_GENSIM_DEPTH]
        if not found or scores[nearest[-1]] > solution.found.scores[index]:
            replaced[index] = int(others[nearest[-1]])
    if not replaced:
        return solution.correct
    answers = solution.found.rows.copy()
    answers[list(replaced)] = list(replaced.values())
    return bound.right(answers)


def _scores(vectors: Vectors, method: Method, question: Rows, candidates: Rows) -> Floats:
    """Return the (N,) scores of a few rows for one (4,) question."""
    rule = method.rule(vectors, question[None], np.zeros(1, dtype=np.int64))
    unit = vectors.unit(candidates)
    scores = rule.words(unit)
    rule.join(np.zeros(1, dtype=np.int64), rule.pairs(unit)[0], scores, out=scores)
    return scores[0]
