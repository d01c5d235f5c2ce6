"""The schedule of a sampler: when negatives are drawn by its rule, and when by popularity.

With probability 1 − `hard_fraction`, a negative is drawn by popularity instead of by the rule. During `warm_up` all
negatives are, and during `ramp` the share of the rule grows from 0 to `hard_fraction`, because early vectors say little
(PinSAGE does likewise). The positive is never drawn, and with `avoid_window` no word of the window is drawn, because it
is likely to be a true neighbor.

References
----------
Ying, He, Chen, Eksombatchai, Hamilton & Leskovec (2018), "Graph convolutional neural networks for
web-scale recommender systems" (PinSAGE), KDD, on the growing share of hard negatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import real_number, switch
from wordneg.compiled.rng import uniform
from wordneg.compiled.simd import jit
from wordneg.samplers.tables import alias_table, draw_alias, popularity

if TYPE_CHECKING:
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Schedule", "ScheduleSettings", "allowed", "draw_popular", "fill_popular", "hard_count"]

_TRIES = 100


class Schedule(NamedTuple):
    """The common state of samplers that follow a schedule.

    The functions of this module accept any NamedTuple with these fields, such as
    `wordneg.samplers.candidates.Search`.

    Attributes
    ----------
    table : (V,) uint64
        Alias table for draws by popularity.
    share : (1,) float32
        Current share of negatives drawn by the rule.
    avoid_window : bool
        Whether words of the window are never drawn.
    """

    table: NDArray[np.uint64]
    share: NDArray[np.float32]
    avoid_window: bool


@dataclass(frozen=True, kw_only=True)
class ScheduleSettings:
    """Settings shared by all samplers that depend on the weights, whose dataclasses inherit them.

    Parameters
    ----------
    hard_fraction : float
        Share of negatives drawn by the rule; the rest is drawn by popularity.
    warm_up : float
        Number of epochs during which all negatives are drawn by popularity.
    ramp : float
        Number of epochs after the warm-up during which the share of the rule rises linearly to `hard_fraction`.
    exponent : float
        Popularity is the count raised to this power.
    avoid_window : bool
        Whether words of the window are never drawn, because they are likely to be true neighbors.
    """

    hard_fraction: float = 1.0
    warm_up: float = 0.0
    ramp: float = 0.0
    exponent: float = 0.75
    avoid_window: bool = False

    needs_query: ClassVar[bool] = True
    refresh_every: ClassVar[int] = 100_000

    def __post_init__(self) -> None:
        for name in ("hard_fraction", "warm_up", "ramp"):
            real_number(name, getattr(self, name))
        switch("avoid_window", self.avoid_window)
        if self.hard_fraction > 1:
            raise ValueError(f"got hard_fraction={self.hard_fraction}, expected a share from 0 to 1")
        if not np.isfinite(self.exponent):
            raise ValueError(f"got exponent={self.exponent!r}, expected a finite number such as 0.75")

    def schedule(self, vocabulary: Vocabulary) -> Schedule:
        """Return the common state of a schedule."""
        table = alias_table(popularity(vocabulary.counts, self.exponent))
        return Schedule(table, np.array([self.share_at(0.0)], dtype=np.float32), self.avoid_window)

    def share_at(self, epoch: float) -> float:
        """Return the share of negatives drawn by the rule after `epoch` epochs."""
        if epoch < self.warm_up:
            return 0.0
        if epoch < self.warm_up + self.ramp:
            return self.hard_fraction * (epoch - self.warm_up) / self.ramp
        return self.hard_fraction


@jit
def hard_count(schedule, rng, negatives):
    """Return how many negatives of a block the rule draws: the current share, rounded at random."""
    return np.int64(schedule.share[0] * negatives.size + uniform(rng))


@jit
def draw_popular(schedule, rng, positive, context):
    """Draw an allowed word by popularity."""
    word = draw_alias(schedule.table, rng)
    tries = 0
    while word == positive or (tries < _TRIES and not allowed(schedule, word, positive, context)):
        word = draw_alias(schedule.table, rng)
        tries += 1
    return word


@jit
def fill_popular(schedule, rng, positive, context, negatives, first):
    """Draw the negatives from index `first` on by popularity."""
    for k in range(first, negatives.size):
        negatives[k] = draw_popular(schedule, rng, positive, context)


@jit
def allowed(schedule, word, positive, context):
    """Return whether a word may be drawn: not the positive, nor a word of the window if `avoid_window` is set."""
    if word == positive:
        return False
    if schedule.avoid_window:
        for other in context:
            if word == other:
                return False
    return True
