"""`check_sampler`: find out what is wrong with a sampler; public as `wordneg.testing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wordneg.diagnosis.cases import nanoseconds, zipf
from wordneg.diagnosis.checks import Checker
from wordneg.diagnosis.distribution import Stated
from wordneg.diagnosis.findings import SamplerCheck
from wordneg.samplers import SAMPLERS, Unigram
from wordneg.text.vocabulary import Vocabulary

__all__ = ["check_sampler"]


def check_sampler(
    sampler: Any,
    *,
    probabilities: Stated | None = None,
    vocabulary: Vocabulary | None = None,
    negative: int = 5,
    seed: int = 1,
    patience: float = 20.0,
    strict: bool = True,
) -> SamplerCheck:
    """Find out what is wrong with a sampler.

    Parameters
    ----------
    sampler : Sampler, class, str or dict
        As for `wordneg.Word2Vec`.
    probabilities : (V,) array_like, or callable, optional
        How likely each word ought to be drawn; need not sum to one, and the positive is left out. A
        function gets the vocabulary, the positive and the ``(V,) float32`` scores of all words with the
        query. By default what the sampler itself states, if it does. The test (chi-square) is right only
        for a sampler whose draws do not depend on one another.
    vocabulary : Vocabulary, optional
        The V words to draw from; by default 200, the commonest first. Vocabularies of 2 and of 3 words are
        always tried, too.
    negative : int
        Negatives K of a block.
    seed : int
        Of the draws.
    patience : float
        Seconds after which drawing, which takes a few milliseconds, is said not to end.
    strict : bool
        Raise if a check fails. Otherwise the result says so.

    Returns
    -------
    SamplerCheck
        What was found.

    Raises
    ------
    AssertionError
        If a check fails: the findings, each failure as a sentence.
    """
    if isinstance(sampler, (str, Mapping)):
        sampler = SAMPLERS.resolve(sampler)
    elif isinstance(sampler, type):
        sampler = sampler()
    findings = Checker(vocabulary or zipf(200), negative, seed, patience).run(sampler, probabilities)
    check = SamplerCheck(repr(sampler), findings)
    if check.passed:
        return replace(check, nanoseconds=nanoseconds(sampler, seed), unigram_nanoseconds=nanoseconds(Unigram(), seed))
    if strict:
        raise AssertionError(repr(check))
    return check
