"""Two-stage sampling: only the negatives that a first model ranks at the top.

Negatives are looked up in a **pool** of P words for each center word. It is built once, from the P words of highest
score among P / φ words drawn by popularity, so that a pool holds a word as often as it should be drawn. Blocks of
center words share the words drawn. This takes V · P / φ scores instead of V²; the threshold, which is estimated
from the sample, is off by about √(φ (1 − φ) / (P / φ)), or 1 percent of all draws at the defaults.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.machine import available_cores
from wordneg.common.settings import Given, OneOf, Optional, Real, SettingTypeError, Whole, setting
from wordneg.compiled.jit import jit, kernel
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.rng import below, new_state, seed_stream
from wordneg.compiled.tiles import score_many
from wordneg.compiled.weights import aligned
from wordneg.samplers.rankings import DESCENDING, key_of, new_workspace, rank_tail
from wordneg.samplers.schedule import Schedule, ScheduleSettings, allowed, draw_popular, fill_popular, hard_count
from wordneg.samplers.tables import draw_alias

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["TopFraction"]

_BLOCK = 256  # center words that share the words drawn
_NONE = np.int32(-1)
_LOWEST = np.uint32(0)


class State(NamedTuple):
    """State of the two-stage sampler.

    Attributes
    ----------
    schedule : Schedule
        The common state.
    pools : (V, P) int32
        For each center word, words from its top fraction. Entries are −1 until a model has been frozen; until then,
        negatives are drawn by popularity.
    """

    schedule: Schedule
    pools: NDArray[np.int32]


@jit
def draw(state, scratch, rng, outputs, query, positive, context, negatives):
    """Fill `negatives` from the pool of the positive, and the rest by popularity."""
    pool = state.pools[positive]
    hard = hard_count(state.schedule, rng, negatives)
    if pool[0] < 0:
        hard = np.int64(0)
    for k in range(hard):
        word = pool[below(rng, pool.size)]
        negatives[k] = word
        if not allowed(state.schedule, word, positive, context):
            negatives[k] = draw_popular(state.schedule, rng, positive, context)
    fill_popular(state.schedule, rng, positive, context, negatives, hard)
    return np.float32(1.0)


class Proposal(NamedTuple):
    """Memory for building pools from S ≥ P / φ drawn words.

    Attributes
    ----------
    rng : (8,) uint64
        State of the random numbers.
    words, places : (S,) int32 and uint64
        The words drawn, and the addresses of their output rows.
    scores, bits : (S,) float32 and uint32
        Scores of the words, and the same memory as bits.
    best : (P,) int32
        Indices of the words with the highest scores.
    """

    rng: NDArray[np.uint64]
    words: NDArray[np.int32]
    places: NDArray[np.uint64]
    scores: NDArray[np.float32]
    bits: NDArray[np.uint32]
    best: NDArray[np.int32]


@kernel
def fill_pools(state, centers, outputs, proposal, workspace, start, stop):
    """Fill the pools of the center words from `start` to `stop`, all from the same drawn words.

    `centers` and `outputs` are frozen vectors, ``(V, P') float32``.
    """
    seed_stream(proposal.rng, 0, 0, start)
    width = outputs.shape[1]
    row_bytes = np.uint64(4 * width)
    drawn = proposal.words.size
    for i in range(drawn):
        word = draw_alias(state.schedule.table, proposal.rng)
        proposal.words[i] = word
        proposal.places[i] = address_of(outputs) + np.uint64(word) * row_bytes
    places_at, scores_at = address_of(proposal.places), address_of(proposal.scores)
    for center in range(start, stop):
        score_many(address_of(centers[center]), places_at, drawn, width, scores_at)
        for i in range(drawn):
            own = proposal.words[i] == center
            workspace.keys[0, i] = _LOWEST if own else key_of(proposal.bits[i])
        rank_tail(workspace.keys[0], DESCENDING, workspace, proposal.best)
        for i in range(proposal.best.size):
            state.pools[center, i] = proposal.words[proposal.best[i]]


@dataclass(frozen=True, kw_only=True)
class TopFraction(ScheduleSettings):
    """Negatives from the top fraction under a frozen first model.

    A first model is trained with another sampler and frozen. Training then starts anew from the same initial vectors,
    with negatives only from the top fraction φ of the words that popularity would draw::

        n ~ q,   given that   v_p · u_n   is among the largest φ of v_p · u_n' for n' ~ q

    where q is popularity, u are the frozen output vectors, and v_p is a frozen vector of the center word, which stands
    for the query, as there can be no list for every query. "The top fraction" thus refers to draws, not to the
    vocabulary: popularity never draws most words.

    Parameters
    ----------
    fraction : float
        Share φ of the draws to keep, the ones with the highest scores.
    pool : int
        Size P of a center word's pool. The pools take 4 · V · P bytes.
    centers : {"inputs", "outputs"}
        Which frozen vector of the center word p to score the frozen output vectors with: "inputs" finds the words that
        score high where p is the input, "outputs" the words that score high where p does.
    first_stage : str or dict
        Sampler of the first model: a name, or a dict with a name and settings.
    first_stage_epochs : int, optional
        Number of epochs of the first model, whose learning rate falls as in the second stage. None means as many as
        the second stage has.
    model : path, optional
        Saved model to freeze instead of training a first stage. It must know all words of the vocabulary.
    hard_fraction : float
        Share of negatives drawn from the pools. With all drawn from them, vectors became worse than with popularity.
    warm_up, ramp, exponent, avoid_window
        See `wordneg.samplers.schedule.ScheduleSettings`.

    References
    ----------
    Lucchese, Nardini, Perego & Trani (2017), "The impact of negative samples on learning to rank",
    LEARNER workshop: train a ranker, keep a fraction of the negatives that it ranks highest, train anew.
    The fractions of 5, 10, 20 and 40 percent are as quoted elsewhere. How a list of documents translates to
    words, where every word is a negative, is our own choice, described above.
    """

    fraction: float = setting(0.2, Real(0.001, 1, example=0.2), "share of the negatives that is kept")
    pool: int = setting(256, Whole(1, 4096), "size of a center word's pool")
    centers: str = setting("inputs", OneOf(("inputs", "outputs")), "inputs or outputs")
    first_stage: str | Mapping[str, Any] = "unigram"
    first_stage_epochs: int | None = setting(
        1, Optional(Whole(1, hint="; None for as many as follow")), "epochs of the first model"
    )
    model: str | os.PathLike[str] | None = None
    hard_fraction: float = setting(0.5, Real(0, 1), "share of negatives from the pools, the rest by popularity")

    name: ClassVar[str] = "top-fraction"
    needs_query: ClassVar[bool] = False
    draw: ClassVar[Any] = staticmethod(draw)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.first_stage, (str, Mapping)):
            raise SettingTypeError(
                "got ",
                Given("first_stage", self.first_stage),
                ', expected the name of a sampler, or {"name": …, setting: value, …}',
            )
        if self.model is not None:
            object.__setattr__(self, "model", os.fspath(self.model))  # a str, which JSON can hold

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> State:
        """Return a state without pools; `freeze` builds them."""
        pools = np.full((len(vocabulary), self.pool), _NONE, dtype=np.int32)
        return State(self.schedule(vocabulary), pools)

    def refresh(self, state: State, weights: Weights, epoch: float) -> None:
        """Follow the schedule."""
        state.schedule.share[0] = self.share_at(epoch)

    def freeze(self, state: State, weights: Weights) -> None:
        """Build the pools from the frozen weights, on all cores; the same weights give the same pools."""
        blocks = range(0, len(state.pools), _BLOCK)
        workers = min(available_cores(), len(blocks))
        with ThreadPoolExecutor(workers) as executor:
            shares = [executor.submit(self._fill, state, weights, blocks[i::workers]) for i in range(workers)]
            for share in shares:
                share.result()

    def _fill(self, state: State, weights: Weights, blocks: range) -> None:
        candidates = -(-math.ceil(self.pool / self.fraction) // LANES) * LANES
        scores = aligned((candidates,))
        proposal = Proposal(
            rng=new_state(),
            words=np.empty(candidates, dtype=np.int32),
            places=aligned((candidates,), np.uint64),
            scores=scores,
            bits=scores.view(np.uint32),
            best=np.empty(self.pool, dtype=np.int32),
        )
        workspace = new_workspace(candidates)
        centers = weights.inputs if self.centers == "inputs" else weights.outputs
        for start in blocks:
            stop = min(start + _BLOCK, len(state.pools))
            fill_pools(state, centers, weights.outputs, proposal, workspace, start, stop)
