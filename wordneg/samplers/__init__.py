"""Negative samplers, which choose the words that a positive pair is contrasted with.

A sampler is called once per block (see `wordneg.word2vec.kernel`): given the center word and, if it needs it, the
block's query vector, it draws K negatives. `Sampler` states its contract.

============  ==============================================  =========================  ================
name          a negative is drawn with                        source                     cost of a draw
============  ==============================================  =========================  ================
unigram       probability ∝ count^exponent (0.75)             Mikolov et al. 2013        1 table look-up
uniform       equal probability                               Mikolov et al. 2013        1 table look-up
mixture       probability a mix of count and count^exponent   Nugmanova et al. 2018      1 table look-up
adaptive      rank in a dimension that matters to the query   after Rendle et al. 2014   P products
top-fraction  popularity, cut to the top under a first model  Lucchese et al. 2017       1 table look-up
optrank       close to positive or above; weight log rank     Guo et al. 2018            M scores / block
warp          first to violate a margin; weight from rank     Weston et al. 2010         M scores / block
wordrank      any; the weight falls with the positive's rank  after Ji et al. 2016       M scores / block
dns           the hardest of M candidates, or hard ones       Zhang et al. 2013          M scores / block
semi-hard     highest score in a band below the positive      Schroff et al. 2015        M scores / block
tri           weight by closeness to positive, not to query   after Yang et al. 2024     2M scores / block
model         probability by the model, ∝ count^e · exp(s/T)  Zhang & Stratos 2021       M scores / block
============  ==============================================  =========================  ================

The positive is never drawn.
"""

from wordneg.common.registry import Registry
from wordneg.samplers.adaptive import Adaptive
from wordneg.samplers.base import Refreshing, Sampler, Staged, Static
from wordneg.samplers.dns import DNS
from wordneg.samplers.mixture import Mixture
from wordneg.samplers.model import Model
from wordneg.samplers.optrank import OptRank
from wordneg.samplers.semi_hard import SemiHard
from wordneg.samplers.top_fraction import TopFraction
from wordneg.samplers.tri import Tri
from wordneg.samplers.unigram import Uniform, Unigram
from wordneg.samplers.warp import WARP
from wordneg.samplers.wordrank import WordRank

__all__ = [
    "DNS",
    "SAMPLERS",
    "WARP",
    "Adaptive",
    "Mixture",
    "Model",
    "OptRank",
    "Refreshing",
    "Sampler",
    "SemiHard",
    "Staged",
    "Static",
    "TopFraction",
    "Tri",
    "Uniform",
    "Unigram",
    "WordRank",
]

SAMPLERS = Registry(
    "sampler",
    {
        sampler.name: sampler
        for sampler in (
            Unigram,
            Uniform,
            Mixture,
            Adaptive,
            TopFraction,
            DNS,
            OptRank,
            WARP,
            WordRank,
            SemiHard,
            Tri,
            Model,
        )
    },
    required=("name", "draw", "prepare"),
    contract=Sampler,
)
"""The samplers by name."""
