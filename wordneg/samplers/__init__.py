"""Negative samplers: which words a positive pair is contrasted with.

A sampler is asked once a block (see `wordneg.kernels`): given the center word and, if it wants, the
block's query vector, it fills K negatives. Its contract is in `wordneg.samplers.base`.

=========  ==============================================  =========================  ================
name       a negative is drawn with                        source                     cost of a draw
=========  ==============================================  =========================  ================
unigram    probability ∝ count^exponent (0.75)             Mikolov et al. 2013        1 table look-up
uniform    equal probability                               Mikolov et al. 2013        1 table look-up
=========  ==============================================  =========================  ================

The positive is never drawn.
"""

from wordneg.registry import Registry
from wordneg.samplers.base import Refreshing, Sampler, Static
from wordneg.samplers.dns import DNS
from wordneg.samplers.unigram import Uniform, Unigram

__all__ = ["DNS", "SAMPLERS", "Refreshing", "Sampler", "Static", "Uniform", "Unigram"]

SAMPLERS = Registry(
    "sampler",
    {sampler.name: sampler for sampler in (Unigram, Uniform, DNS)},
    members=("name", "needs_query", "draw", "prepare", "scratch"),
)
"""The samplers by name."""
