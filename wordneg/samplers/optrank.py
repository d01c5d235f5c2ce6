"""OptRank: negatives that come too close to the positive, and a positive that is weighted by its rank.

Algorithm 1 leaves some things open, and the authors' program differs from it. Does k start anew for each
negative? Here it does. What is the threshold S? It is 200 in the program. Does the positive's weight come from its
own pair? In the program it is left over from the previous pair. Is the input vector divided by K + 1, as
printed, or its update? The update, in the program and here, through the objective's `mean_error`. The
program also uses integer division, so that weights are coarse and often 0; here they are floats, with a floor.

V / k presumes candidates drawn uniformly, whereas both paper and program draw by popularity. So does this sampler,
unless `uniform_rank` makes each violator count 1 / (V · q), where q is its probability of being drawn. The batch
method's estimate is then right on average; a sequential search ends with a violator, which makes its share of
violators, and thus the rank, slightly too large.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import OneOf, Real, Switch, Whole, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.weights import aligned
from wordneg.samplers.candidates import (
    FALLBACK,
    HARD,
    Search,
    SearchSettings,
    dot,
    draw_popular,
    fill_popular,
    hard_count,
    score_candidates,
)
from wordneg.samplers.tables import table_probabilities
from wordneg.samplers.violators import Violators, choose, find_violators

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["OptRank"]


class State(NamedTuple):
    """The common state and the settings of the rule.

    Attributes
    ----------
    search : Search
        The common state.
    counts_as : (V,) float32, or (0,)
        How much each word counts as a violator, 1 / (V · q) if it is drawn with probability q; empty if all words
        count 1.
    words, trials : int
        Number of words V, and the maximum number of draws in a sequential search.
    eps, phi, least_weight : float
        The settings of the same names.
    sequential, weighted : bool
        Whether the method is sequential, and whether positives are weighted.
    """

    search: Search
    counts_as: NDArray[np.float32]
    words: int
    trials: int
    eps: float
    phi: float
    least_weight: float
    sequential: bool
    weighted: bool


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` with violators, and the rest by popularity; return the weight of the positive's rank."""
    hard = hard_count(state.search, rng, negatives)
    weight = np.float32(1.0)
    if hard > 0:
        if state.sequential:
            share = search_in_turn(state, scratch.pool, rng, outputs, query, positive, context, negatives, hard)
        else:
            share = search_pool(state, scratch, rng, outputs, query, positive, context, negatives, hard)
        if state.weighted:
            weight = weight_of(state, share)
    fill_popular(state.search, rng, positive, context, negatives, hard)
    return weight


@jit
def weight_of(state, share):
    """Return the weight of a positive that the given share of words violates (float32)."""
    rank = max(1.0, state.words * share)
    return np.float32(max(state.least_weight, math.log2((rank + state.phi - 1.0) / state.phi)))


@jit
def search_pool(state, scratch, rng, outputs, query, positive, context, negatives, hard):
    """Fill `hard` negatives from the pool; return the estimated share of violators."""
    search = state.search
    score = score_candidates(search, scratch.pool, rng, outputs, query, positive, context)
    count = find_violators(search, scratch, score - np.float32(state.eps))
    choose(search, scratch, rng, positive, context, count, negatives, hard)
    found = np.float64(max(count, 1))
    if state.counts_as.size > 0 and count > 0:
        found = 0.0
        for place in range(count):
            found += state.counts_as[scratch.words[place]]
    return found / search.candidates


@jit
def search_in_turn(state, pool, rng, outputs, query, positive, context, negatives, hard):
    """Fill `hard` negatives by one search each; return the estimated share of violators."""
    bound = dot(query, outputs[positive]) - np.float32(state.eps)
    draws, accepted, found = np.int64(0), np.int64(0), 0.0
    for k in range(hard):
        trial, score, best = np.int64(0), np.float32(-np.inf), np.float32(-np.inf)
        while trial < state.trials and not score > bound:
            word = draw_popular(state.search, rng, positive, context)
            score = dot(query, outputs[word])
            if trial == 0 or score > best:
                negatives[k], best = word, score
            trial += 1
        draws += trial
        if score > bound:
            accepted += 1
            found += state.counts_as[negatives[k]] if state.counts_as.size > 0 else np.float32(1.0)
    pool.counts[HARD] += accepted
    pool.counts[FALLBACK] += hard - accepted
    return (found if accepted > 0 else 1.0) / draws


@dataclass(frozen=True, kw_only=True)
class OptRank(SearchSettings):
    """Negatives that come too close to the positive, and a positive that is weighted by its rank.

    A word n **violates** the pair of query q and positive p if s_n + ε > s_p, with s_n = q·u_n (equation 8). The number
    of violators is the rank of the positive among all words (equation 6), and the loss weights the positive by the
    logarithm of the rank, which the slopes treat as a constant (7, 9):

        loss = −O · log σ(s_p) − Σ_n log σ(−s_n),        O = log₂((rank + ρ) / φ)        (7, 9, 15)

    with ρ = φ − 1, so that the first rank has O = 0. The violators are not counted exactly; if one word in k violates,
    the rank is about V / k.

    * ``method="sequential"``, as in the paper: for each negative, words are drawn until one violates, or until `trials`
      words have been drawn; then the most similar becomes the negative. All K searches together give k, the number of
      draws per violator (Algorithm 1 considers one search).
    * ``method="batch"``: M candidates serve the block. The negatives are violators among them, the ones drawn last (not
      the hardest), and the most similar others if there are fewer than K. k is M divided by the number of violators.
      This costs M scores whatever k is, and estimates k from more draws.

    If nothing violates, the last draw counts as a violator, as in the paper.

    Parameters
    ----------
    method : {"batch", "sequential"}
        Whether a block's negatives come from M shared candidates or from one search each, as in the paper.
    eps : float
        A word violates if its score exceeds the positive's score minus ε. The paper uses 0.5, and 1 for its
        largest corpus.
    phi : float
        Scale φ of the ranks. Ranks well below φ have about the same weight, so weights make no difference
        in a vocabulary of φ words or fewer. The authors' program uses 100.
    least_weight : float
        Lower bound of the weights, so that a positive with (nearly) no violators still learns.
    weight_positive : bool
        Whether positives are weighted. If not, the sampler only chooses negatives.
    uniform_rank : bool
        Whether the rank is among words, however candidates are drawn, rather than among occurrences to the power
        `exponent`.
    trials : int
        Maximum number of draws per negative in the sequential method; 200 in the authors' program.
    candidates, hard_fraction, warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.candidates.SearchSettings`. The sequential method has no pool and ignores
        `candidates`. Blocks without a negative drawn by the rule have weight 1; others have the positive's full weight.

    Notes
    -----
    Learning rate: weights of 4 to 9 make the positive's steps that much longer, so a comparison at equal rates with an
    unweighted sampler mostly compares rates. The default objective of this sampler lets inputs learn at
    1 / (K + 1) of the rate, which makes rates up to 0.1 safe with CBOW (0.05 was best on 100 MB of Wikipedia, two
    epochs); with plain ``objective="logistic"``, 0.05 diverges there.

    References
    ----------
    Guo, Ouyang, Yuan & Wang (2018), "Approximating word ranking and negative sampling for word
    embedding", IJCAI, equations 6–9 and 15, Algorithm 1.
    """

    method: str = setting("batch", OneOf(("batch", "sequential")), "batch or sequential")
    eps: float = setting(0.5, Real(), "words above the positive's score minus this are violators")
    phi: float = setting(100.0, Real(1, example=100), "scale of the ranks")
    least_weight: float = setting(1.0, Real(), "the smallest weight of a positive")
    weight_positive: bool = setting(True, Switch(), "whether positives are weighted by their rank")
    uniform_rank: bool = setting(False, Switch(), "whether the rank counts words, not occurrences")
    trials: int = setting(200, Whole(1, 1_000_000), "sequential: the most draws for one negative")

    name: ClassVar[str] = "optrank"
    default_objective: ClassVar[Mapping[str, Any]] = MappingProxyType({"name": "logistic", "mean_error": True})
    draw: ClassVar[Any] = staticmethod(draw)

    def scores_per_positive(self, negative: int) -> float | None:
        """Return K + 1 and the candidates; None for the sequential method, whose trials depend on the vectors."""
        return None if self.method == "sequential" else super().scores_per_positive(negative)

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return the common state and the settings of the rule."""
        search = self.search(vocabulary)
        counts_as = np.empty(0, dtype=np.float32)
        if self.uniform_rank:
            counts_as = (1.0 / (len(vocabulary) * table_probabilities(search.table))).astype(np.float32)
        return State(
            search=search,
            counts_as=counts_as,
            words=len(vocabulary),
            trials=int(self.trials),
            eps=float(self.eps),
            phi=float(self.phi),
            least_weight=float(self.least_weight),
            sequential=self.method == "sequential",
            weighted=bool(self.weight_positive),
        )

    def scratch(self, state: State, negative: int) -> Violators:
        """Return a pool of candidates, and memory for the violators among them."""
        return Violators(self.pool(), aligned((self.candidates,), np.int32))
