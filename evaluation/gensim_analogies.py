"""gensim's ``evaluate_word_analogies``, number for number."""

from __future__ import annotations

import difflib
import itertools
import os
from typing import Any

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.arithmetic import Floats, Rows
from wordneg.evaluation.policy import Lookup, Policy
from wordneg.evaluation.reading_analogies import Analogies, read_word_analogies
from wordneg.evaluation.solving import METHODS, Method, Solution, is_right, solve
from wordneg.evaluation.vectors import Vectors, as_vectors

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
        close = difflib.get_close_matches(str(similarity_function), list(_GENSIM_METHODS), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        expected = " or ".join(map(repr, _GENSIM_METHODS))
        raise ValueError(f"expected similarity_function {expected}, got {similarity_function!r}{hint}")
    method = METHODS[_GENSIM_METHODS[similarity_function]]
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = analogies if isinstance(analogies, Analogies) else read_word_analogies(analogies)
    adapted = as_vectors(vectors)
    lookup = Lookup.of(adapted, policy)
    solution = solve(adapted, lookup, benchmark, method, ranks=False)
    correct = _as_gensim_sees_it(adapted, lookup, method, solution).tolist()
    used = np.ones_like(solution.asked.known) if dummy4unknown else solution.asked.known
    sections: list[dict[str, Any]] = [
        {"section": section.name, "correct": [], "incorrect": []} for section in benchmark.sections
    ]
    words = dict.fromkeys(itertools.chain.from_iterable(solution.asked.questions))
    folded = {word: policy.fold(word) for word in words}
    section_of = solution.asked.section_of.tolist()
    for index in np.flatnonzero(used).tolist():
        a, b, c, expected = solution.asked.questions[index]
        outcome = "correct" if correct[index] else "incorrect"
        sections[section_of[index]][outcome].append((folded[a], folded[b], folded[c], folded[expected]))
    total = {
        "section": "Total accuracy",
        "correct": [question for section in sections for question in section["correct"]],
        "incorrect": [question for section in sections for question in section["incorrect"]],
    }
    return (sum(correct) / int(used.sum()) if used.any() else 0.0), [*sections, total]


def _as_gensim_sees_it(vectors: Vectors, lookup: Lookup, method: Method, solution: Solution) -> npt.NDArray[np.bool_]:
    """Return which (Q,) answers are right once those are replaced that gensim does not get to see.

    gensim drops the question's own three rows and looks at the five nearest of the rest. If these are all
    other spellings of the question's words, it settles for the last of them. That takes vectors that hold
    many spellings of one word, or hardly any other words at all.
    """
    asked, all_rows = np.flatnonzero(solution.solvable), solution.asked.rows
    spellings = lookup.spellings(np.unique(all_rows[asked, :3]).tolist())
    extra = np.zeros(len(vectors), dtype=np.int64)
    for word, rows in spellings.items():
        extra[word] = len(rows) - 1
    in_doubt = (solution.found.rows[asked] < 0) | (extra[all_rows[asked, :3]].sum(axis=1) >= _GENSIM_DEPTH)
    replaced: dict[int, int] = {}
    for index in asked[in_doubt].tolist():
        question = all_rows[index]
        others = [row for word in set(question[:3].tolist()) for row in spellings[word][1:] if vectors.norms[row] > 0]
        found = solution.found.rows[index] >= 0
        if not others or (found and len(others) < _GENSIM_DEPTH):
            continue
        scores = _scores(vectors, method, question, others)
        nearest = np.argsort(-scores, kind="stable")[:_GENSIM_DEPTH]
        if not found or scores[nearest[-1]] > solution.found.scores[index]:
            replaced[index] = others[nearest[-1]]
    if not replaced:
        return solution.correct
    answers = solution.found.rows.copy()
    answers[list(replaced)] = list(replaced.values())
    return is_right(lookup, answers, solution.asked.right)


def _scores(vectors: Vectors, method: Method, question: Rows, candidates: list[int]) -> Floats:
    """Return the (N,) scores of a few rows for one (4,) question."""
    rule = method.rule(vectors, question[None], np.zeros(1, dtype=np.int64))
    unit = vectors.unit(np.array(candidates))
    scores = rule.words(unit)
    rule.join(np.zeros(1, dtype=np.int64), rule.pairs(unit)[0], scores, out=scores)
    return scores[0]
