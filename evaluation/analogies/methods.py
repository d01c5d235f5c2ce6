"""The ways of answering analogy questions, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from wordneg.evaluation.analogies.arithmetic import DirectionRule, OffsetRule, QuotientRule, Rule
from wordneg.evaluation.analogies.relations import average_rule, class_rule
from wordneg.evaluation.messages import near_misses
from wordneg.evaluation.vectors import Rows, Vectors

__all__ = ["METHODS", "Method", "find_method"]


class Method(NamedTuple):
    """A way of answering analogy questions.

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


def find_method(name: str) -> Method:
    """Return the method of a name, or raise a ValueError with the near miss."""
    if name not in METHODS:
        there = ", ".join(map(repr, METHODS))
        raise ValueError(f"no analogy method is named {name!r}{near_misses(name, METHODS)}; there are {there}")
    return METHODS[name]
