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

from wordneg.common.settings import Real, Settings, Switch, setting
from wordneg.compiled.jit import jit
from wordneg.compiled.rng import uniform
from wordneg.samplers.base import Sampler
from wordneg.samplers.tables import draw_alias, negatives_table, popularity

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
class ScheduleSettings(Settings, Sampler):
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

    hard_fraction: float = setting(1.0, Real(0, 1), "share of negatives drawn by the rule, the rest by popularity")
    warm_up: float = setting(0.0, Real(), "epochs with negatives by popularity only")
    ramp: float = setting(0.0, Real(), "epochs after that in which the share rises")
    exponent: float = setting(0.75, Real(None, example=0.75), "popularity is the count to this power")
    avoid_window: bool = setting(False, Switch(), "never draw a word of the window")

    refresh_every: ClassVar[int] = 100_000

    def schedule(self, vocabulary: Vocabulary) -> Schedule:
        """Return the common state of a schedule."""
        table = negatives_table(popularity(vocabulary.counts, self.exponent), vocabulary.counts, self.exponent)
        return Schedule(table, np.array([self.share_at(0.0)], dtype=np.float32), self.avoid_window)

    def share_at(self, epoch: float) -> float:
        """Return the share of negatives drawn by the rule after `epoch` epochs."""
        if epoch < self.warm_up:
            return 0.0
        if epoch < self.warm_up + self.ramp:
            return self.hard_fraction * (epoch - self.warm_up) / self.ramp
        return self.hard_fraction

    def blocks_by_rule(self, negative: int) -> float:
        """Return the share of blocks that have a negative by the rule, once the schedule has run in.

        `hard_count` is 0 with chance ``1 − hard_fraction · K``, if that is positive.
        """
        return min(1.0, self.hard_fraction * negative)


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
