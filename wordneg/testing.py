"""For authors of samplers: `check_sampler` finds out what is wrong with one.

>>> from wordneg.samplers import Unigram
>>> from wordneg.testing import check_sampler
>>> check_sampler(Unigram()).passed
True

As a test of your own package::

    def test_mine():
        check_sampler(Mine())

The kernel trusts a sampler: it does not look whether a negative is a word before it reads its row. So
does everything here: draws are made with checked array bounds and a time limit, and nothing is read by them.
"""

from wordneg.diagnosis.checking import check_sampler
from wordneg.diagnosis.findings import Finding, SamplerCheck

__all__ = ["Finding", "SamplerCheck", "check_sampler"]
