r"""Tuning: finding each row's own best value of one option.

A sampler that pulls harder does best at a lower learning rate than one that pulls less. At one shared rate, which is
best for one of them, the others are compared at a disadvantage. So before anything is compared, each row is trained
on a prefix of the text, with a seed used for nothing else, at some values of the option.

A verdict is only as true as the tuning before it: where two rows that are equally good get rates far apart, their
vectors do differ, and a test that is itself sound says so. Hence

* the search does not climb from where it starts. The likelihood of little text has a dip between the rates at which
  nothing but word frequencies is learned and the rates at which words are. Values that lie `COARSE` apart are tried
  first, and then the neighbors of the best, `FINE` apart, until it has one on both sides;
* what is chosen is the top of the parabola through the best value and its neighbors, on a logarithmic axis, so that
  rows that differ little get values that differ little, instead of one or the other of two values far apart;
* a row keeps its own value unless another is better by more than the noise of the difference between the two: `CLEAR`
  standard errors over the items that both were scored on;
* a best value that still has no neighbor on one side is at an edge, and is reported as such.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wordneg.comparison.records import Tuning
from wordneg.comparison.request import TRIES
from wordneg.comparison.trainers import Trainer

__all__ = ["CLEAR", "COARSE", "FINE", "TUNING_SEED", "Noise", "Trial", "search"]

COARSE, FINE = 4.0, 2.0
"""Factors between the values that are tried first, and between those that are tried around the best."""

CLEAR = 2.0
"""Standard errors by which a value must be better than the row's own."""

TUNING_SEED = 1_000_003

_FIRST = (1.0, COARSE, COARSE**2, 1 / COARSE)


@dataclass(frozen=True)
class Trial:
    """A training on the prefix.

    Attributes
    ----------
    score : float or None
        More is better; None if the training diverged.
    seconds : float
        Time without compiling.
    words : int or None
        Words trained on; None if an epoch is no pass over words.
    scored : object
        The scores of single items, as `Noise` takes them.
    """

    score: float | None
    seconds: float
    words: int | None
    scored: Any = None


Noise = Callable[[Trial, Trial], float]
"""Returns the standard error of the difference between the scores of two trials."""


def search(
    trainer: Trainer, option: str, train: Callable[[Trainer], Trial], noise: Noise, tries: int = TRIES
) -> Tuning:
    """Find the best value of an option around a row's own.

    Parameters
    ----------
    trainer : Trainer
        The row, with the value to start from.
    option : str
        A numeric setting of the row.
    train : callable
        Trains a row on the prefix and scores it.
    noise : callable
        Returns the standard error of the difference between the scores of two trials.
    tries : int
        Trainings at most; the search ends there, at the best value so far.

    Returns
    -------
    Tuning
    """
    start = trainer.value(option)
    trials: dict[float, Trial] = {}

    def attempt(value: float) -> None:
        if value not in trials and len(trials) < tries and _allowed(trainer, option, value):
            trials[value] = train(trainer.with_options(**{option: value}))

    for factor in _FIRST:
        attempt(_whole_if(start, start * factor))
    best = _best(trials, start)
    while True:
        known = len(trials)
        for value in _neighbors(best) if trials[best].score is not None else (min(trials) / COARSE,):
            attempt(_whole_if(start, value))
        best = _best(trials, start)
        if len(trials) == known:
            break
    chosen, edge = start, False
    if trials[best].score is not None and (best == start or _is_clear(trials[best], trials[start], noise)):
        chosen, edge = _top(trials, best, start)
    words = [trial.words for trial in trials.values() if trial.words is not None]
    return Tuning(
        setting=trainer.label,
        option=option,
        tried=tuple((value, trial.score) for value, trial in trials.items()),
        chosen=chosen,
        seconds=sum(trial.seconds for trial in trials.values()),
        words=sum(words) if words else None,
        edge=edge,
    )


def _best(trials: dict[float, Trial], start: float) -> float:
    """Return the value with the highest score; the first one tried if all have diverged."""
    scored = {value: trial.score for value, trial in trials.items() if trial.score is not None}
    return max(scored, key=lambda value: scored[value]) if scored else start


def _is_clear(best: Trial, own: Trial, noise: Noise) -> bool:
    """Return whether a trial is better than the one with the row's own value by more than noise."""
    if own.score is None or best.score is None:
        return own.score is None
    return best.score - own.score > CLEAR * noise(best, own)


def _top(trials: dict[float, Trial], best: float, start: float) -> tuple[float, bool]:
    """Return the top of the parabola through the best value and its neighbors, and whether it lacks one of them."""
    below, above = (_whole_if(start, value) for value in _neighbors(best))
    places = [value for value in (below, best, above) if value in trials]
    scores = [trials[value].score for value in places]
    if len(places) < 3 or isinstance(start, int):
        return best, best in (min(trials), max(trials)) and len(trials) > 1
    low, middle, high = scores
    if low is None or middle is None or high is None:
        return best, False  # beyond its neighbor, trainings diverge
    curvature = low - 2 * middle + high
    shift = 0.0 if curvature >= 0 else 0.5 * (low - high) / curvature
    return _rounded(best * FINE ** max(-0.5, min(0.5, shift))), False


def _neighbors(value: float) -> tuple[float, float]:
    """Return the values next to one on the fine grid."""
    return value / FINE, value * FINE


def _whole_if(start: float, value: float) -> float:
    """Return a value that is a whole number of at least 1 if the option is one."""
    return max(1, round(value)) if isinstance(start, int) else value


def _rounded(value: float) -> float:
    """Return a value with three significant digits."""
    return float(f"{value:.3g}")


def _allowed(trainer: Trainer, option: str, value: float) -> bool:
    try:
        trainer.with_options(**{option: value})
    except ValueError:
        return False
    return math.isfinite(value)
