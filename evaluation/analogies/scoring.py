"""Scoring vectors on an analogy benchmark in one call."""

from __future__ import annotations

import os
from typing import Any

from wordneg.evaluation.analogies.benchmark import Analogies
from wordneg.evaluation.analogies.reading import read_word_analogies
from wordneg.evaluation.analogies.result import AnalogyResult
from wordneg.evaluation.contract import Options
from wordneg.evaluation.vectors import as_vectors
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["score_word_analogies"]


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
        How candidates are scored: see :mod:`wordneg.evaluation.analogies.arithmetic`. 3CosAvg and LRCos learn from
        the other pairs of the section (:mod:`wordneg.evaluation.analogies.relations`) and score all questions about
        one *c* alike.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`wordneg.evaluation.Policy`. `restrict_vocab` limits the candidates, too.
    ranks : bool
        Whether to rank the expected words, too; this takes a little longer.

    Raises
    ------
    ValueError
        An unknown method; or see :func:`wordneg.evaluation.read_word_analogies`.
    """
    options = Options(method=method, ranks=ranks)
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    benchmark = analogies if isinstance(analogies, Analogies) else read_word_analogies(analogies)
    adapted = as_vectors(vectors)
    return benchmark.bind(KnownWords(adapted.words, policy), options).score(adapted)
