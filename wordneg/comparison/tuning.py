"""Tuning: each setting at its own best value of one option.

A sampler that pulls harder does best at a lower learning rate than one that pulls less. At one shared rate, which is
best for one of them, the others are compared at a disadvantage. So before anything is compared, each setting is
trained on a prefix of the text, with a seed of its own, at values that are `FACTOR` apart: from the setting's own value
upwards as long as that is better, else downwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from wordneg.comparison.records import Tuning
from wordneg.comparison.settings import Setting

__all__ = ["FACTOR", "TRIES", "TUNING_SEED", "Trial", "walk"]

FACTOR = 2.0
TRIES = 6
"""Trainings of a setting at most."""

TUNING_SEED = 1_000_003


@dataclass(frozen=True)
class Trial:
    """A training on the prefix: its score (None if it diverged), and what it took, compiling left out.

    Words are None if its epochs are no passes over words.
    """

    score: float | None
    seconds: float
    words: int | None


def walk(setting: Setting, option: str, train: Callable[[Setting], Trial], tries: int = TRIES) -> Tuning:
    """Find the best value of an option on the grid around a setting's own.

    Parameters
    ----------
    setting : Setting
        Where to start.
    option : str
        A numeric parameter of the setting.
    train : callable
        Trains a setting on the prefix and scores it.
    tries : int
        Trainings at most; the walk ends there, at the best value so far.

    Returns
    -------
    Tuning
    """
    start = getattr(setting.parameters, option)
    trials: dict[float, Trial] = {}

    def score(value: float) -> float:
        if value not in trials:
            trials[value] = train(setting.with_parameters(**{option: value}))
        found = trials[value].score
        return -math.inf if found is None else found

    best, reached = start, score(start)
    for step in (FACTOR, 1 / FACTOR):
        value = start
        while len(trials) < tries:
            value = _moved(value, step)
            if value in trials or not _allowed(setting, option, value):
                break
            if (found := score(value)) > reached:
                best, reached = value, found
            elif step > 1 or reached > -math.inf:  # where all have diverged so far, on towards smaller values
                break
        if best != start:
            break
    words = [trial.words for trial in trials.values() if trial.words is not None]
    return Tuning(
        setting=setting.label,
        option=option,
        tried=tuple((value, trial.score) for value, trial in trials.items()),
        chosen=best,
        seconds=sum(trial.seconds for trial in trials.values()),
        words=sum(words) if words else None,
    )


def _moved(value: float, step: float) -> float:
    """Return the next value of the grid; whole numbers stay whole."""
    moved = value * step
    return max(1, round(moved)) if isinstance(value, int) else moved


def _allowed(setting: Setting, option: str, value: float) -> bool:
    try:
        setting.with_parameters(**{option: value})
    except ValueError:
        return False
    return True
