"""Mixture sampling: negatives from a mixture of the distribution of words and a transformation of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Real, Settings, setting
from wordneg.samplers.base import Sampler
from wordneg.samplers.tables import negatives_table, popularity, table_probabilities
from wordneg.samplers.unigram import TableState, draw

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Mixture"]


@dataclass(frozen=True, kw_only=True)
class Mixture(Settings, Sampler):
    """Negatives from a mixture of the distribution of words and a transformation of it.

    If p is the distribution of words in the text, negatives are drawn from ::

        q = mix · T(p) + (1 − mix) · p,        T(p) ∝ p^exponent

    which is a single alias table, so a draw costs the same as with `Unigram`. ``mix=1`` is `Unigram`; ``exponent=0``
    makes the transformed part uniform.

    Parameters
    ----------
    mix : float
        Share of the transformed distribution, 0 … 1.
    exponent : float
        Power to which p is raised in the transformed distribution; 0 makes it uniform.

    References
    ----------
    Nugmanova et al. (2018), arXiv 1811.09785, who draw negative responses from the distribution of
    responses in the training set and from an "artificial" one, uniform or "obtained by transformation of
    the original one". The transformation and the shares are our translation to words.
    """

    mix: float = setting(0.5, Real(0, 1), "share of the transformed distribution")
    exponent: float = setting(0.75, Real(None, example=0.75), "the transformed distribution is p to this power")

    name: ClassVar[str] = "mixture"
    needs_query: ClassVar[bool] = False
    draw: ClassVar[Any] = staticmethod(draw)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> TableState:
        """Return the alias table of the mixture."""
        counts = vocabulary.counts.astype(np.float64)
        original = counts / counts.sum()
        transformed = popularity(vocabulary.counts, self.exponent)
        with np.errstate(invalid="ignore"):  # what is no number is refused below
            mixed = self.mix * transformed / transformed.sum() + (1 - self.mix) * original
        return TableState(negatives_table(mixed, vocabulary.counts, self.exponent))

    def probabilities(self, state: TableState) -> NDArray[np.float64]:
        """Return the probability of drawing each word, ``(V,) float64``."""
        return table_probabilities(state.table)
