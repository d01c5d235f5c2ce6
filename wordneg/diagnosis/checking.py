"""`check_sampler`, which finds out what is wrong with a sampler; public in `wordneg.testing`."""

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
        The sampler, as for `wordneg.Word2Vec`.
    probabilities : (V,) array_like, or callable, optional
        Expected probability of drawing each word. The values need not sum to one, and the positive is left out. A
        function is called with the vocabulary, the positive and the ``(V,) float32`` scores of all words with the
        query. By default, the probabilities are the ones that the sampler itself states, if any. The test (chi-square)
        is valid only for samplers whose draws are independent of one another.
    vocabulary : Vocabulary, optional
        The V words to draw from; by default 200 words, the most frequent first. Vocabularies of 2 and of 3 words are
        always tried, too.
    negative : int
        Number of negatives K per block.
    seed : int
        Seed of the draws.
    patience : float
        Seconds after which drawing, which takes a few milliseconds, is considered not to end.
    strict : bool
        Whether to raise an error if a check fails. Otherwise only the result reports it.

    Returns
    -------
    SamplerCheck
        The findings.

    Raises
    ------
    AssertionError
        If a check fails; the message lists the findings.
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
