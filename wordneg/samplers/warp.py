"""WARP: negatives that violate the positive's margin, weighted by the rank that the search suggests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import OneOf, Real, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    Search,
    SearchSettings,
    fill_popular,
    hard_count,
    score_candidates,
)
from wordneg.samplers.violators import Violators, choose, find_violators, trials_until

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["WARP"]

_WEIGHTINGS = ("harmonic", "log", "normalized")


class State(NamedTuple):
    """The common state, the margin, and the weights after N trials, ``(M + 1,) float32``, 0 for N = 0."""

    search: Search
    margin: float
    weights: NDArray[np.float32]


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with the first violators, and the rest by popularity; return the weight of the rank."""
    search = state.search
    hard = hard_count(search, rng, negatives)
    weight = np.float32(1.0)
    if hard > 0:
        bound = score_candidates(search, scratch.pool, rng, outputs, query, positive, context) - np.float32(
            state.margin
        )
        weight = state.weights[trials_until(search, scratch.pool, bound)]
        count = find_violators(search, scratch, bound)
        choose(search, scratch, rng, positive, context, count, negatives, hard)
    fill_popular(search, rng, positive, context, negatives, hard)
    return weight


@dataclass(frozen=True, kw_only=True)
class WARP(SearchSettings):
    """Negatives that violate the positive's margin, weighted by the rank that the search suggests.

    A word n violates the pair of query q and positive p if s_n > s_p − margin. Candidates are tried one after another.
    If the first violator is the N-th candidate, the rank of the positive is about r = ⌊(V − 1) / N⌋: the longer the
    search, the fewer words violate. The violation is weighted by L(r):

    * ``weighting="harmonic"``: L(r) = 1 + 1/2 + … + 1/r, the usual definition of WARP;
    * ``weighting="log"``: L(r) = min(10, ln max(1, r)), as in LightFM;
    * ``weighting="normalized"``: the first divided by its largest value, L(V − 1), as in LambdaFM. It is at most 1, so
      that the learning rate means the same as elsewhere.

    If no candidate violates, the pair is left alone: its weight is 0.

    WARP has one negative. Here the K negatives are the first K violators, all with the weight of the first (if there
    are fewer, the most similar others, which are outside the hinge's margin and have no slope). The weight belongs to
    each *violation*, as in the `hinge` objective, whereas `logistic` would apply it to the positive.

    Parameters
    ----------
    margin : float
        A word violates if its score exceeds the positive's score minus the margin. This is also the margin of the
        sampler's default objective, `hinge`.
    weighting : {"normalized", "harmonic", "log"}
        How a rank is weighted; see `wordneg.samplers.warp`. The last two reach about 12 and 10, and need a
        learning rate that is smaller by as much: at 0.025 they diverge.
    candidates, hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.candidates.SearchSettings`. A search has up to `candidates` trials; the rank
        estimate presumes ``exponent=0``. Blocks without a negative drawn by the rule have weight 1.

    Notes
    -----
    Learning rate: K violations per block and slopes that do not shrink make the hinge's steps long. The default
    objective of this sampler lets inputs learn at 1 / (K + 1) of the rate; with it, 0.025 was better than 0.01 and
    0.05 (CBOW, 100 MB of Wikipedia, two epochs); without it, 0.025 diverged.

    References
    ----------
    Weston, Bengio & Usunier (2010), "Large scale image annotation: learning to rank with joint word-image
    embeddings", Machine Learning 81; (2011), "WSABIE: scaling up to large vocabulary image annotation",
    IJCAI. The rule was checked against the code of LightFM (Kula 2015) and of LambdaFM (Yuan et al. 2016).
    """

    margin: float = setting(1.0, Real(), "words above the positive's score minus this are violators")
    weighting: str = setting("normalized", OneOf(_WEIGHTINGS), "normalized, harmonic or log")

    name: ClassVar[str] = "warp"
    draw: ClassVar[Any] = staticmethod(draw)

    @property
    def default_objective(self) -> dict[str, Any]:
        """The hinge with the same margin; inputs learn from the mean of the K violations, since WARP has only one."""
        return {"name": "hinge", "margin": self.margin, "mean_error": True}

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the common state, the margin and the weights."""
        return State(self.search(vocabulary), float(self.margin), self.weights_of(len(vocabulary)))

    def weights_of(self, words: int) -> NDArray[np.float32]:
        """Return the weight for each number of trials until the first violator, ``(M + 1,) float32``."""
        ranks = (words - 1) // np.arange(1, self.candidates + 1)
        if self.weighting == "log":
            weights = np.minimum(10.0, np.log(np.maximum(1, ranks)))
        else:
            harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, words))])
            weights = harmonic[ranks]
            if self.weighting == "normalized":
                weights /= harmonic[-1]
        return np.concatenate([[0.0], weights]).astype(np.float32)

    def scratch(self, state: State, negative: int) -> Violators:
        """Return a pool of candidates, and memory for the violators among them."""
        return Violators(self.pool(), aligned((self.candidates,), np.int32))
