"""Tuning: finding each row's own best value of one option.

A sampler that pulls harder does best at a lower learning rate than one that pulls less. At one shared rate, which is
best for one of them, the others are compared at a disadvantage. So before anything is compared, each row is trained
on a prefix of the text, with a seed used for nothing else, at values that are `FACTOR` apart: from the row's own value
upwards as long as that is better, else downwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from wordneg.comparison.records import Tuning
from wordneg.comparison.request import TRIES
from wordneg.comparison.trainers import Trainer

__all__ = ["FACTOR", "TUNING_SEED", "Trial", "walk"]

FACTOR = 2.0

TUNING_SEED = 1_000_003


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
    """

    score: float | None
    seconds: float
    words: int | None


def walk(trainer: Trainer, option: str, train: Callable[[Trainer], Trial], tries: int = TRIES) -> Tuning:
    """Find the best value of an option on the grid around a row's own.

    Parameters
    ----------
    trainer : Trainer
        The row, with the value to start from.
    option : str
        A numeric setting of the row.
    train : callable
        Trains a row on the prefix and scores it.
    tries : int
        Trainings at most; the walk ends there, at the best value so far.

    Returns
    -------
    Tuning
    """
    start = trainer.value(option)
    trials: dict[float, Trial] = {}

    def score(value: float) -> float:
        if value not in trials:
            trials[value] = train(trainer.with_options(**{option: value}))
        found = trials[value].score
        return -math.inf if found is None else found

    best, reached = start, score(start)
    for step in (FACTOR, 1 / FACTOR):
        value = start
        while len(trials) < tries:
            value = _moved(value, step)
            if value in trials or not _allowed(trainer, option, value):
                break
            if (found := score(value)) > reached:
                best, reached = value, found
            elif step > 1 or reached > -math.inf:  # where all have diverged so far, on towards smaller values
                break
        if best != start:
            break
    words = [trial.words for trial in trials.values() if trial.words is not None]
    return Tuning(
        setting=trainer.label,
        option=option,
        tried=tuple((value, trial.score) for value, trial in trials.items()),
        chosen=best,
        seconds=sum(trial.seconds for trial in trials.values()),
        words=sum(words) if words else None,
    )


def _moved(value: float, step: float) -> float:
    """Return the next value on the grid; whole numbers stay whole."""
    moved = value * step
    return max(1, round(moved)) if isinstance(value, int) else moved


def _allowed(trainer: Trainer, option: str, value: float) -> bool:
    try:
        trainer.with_options(**{option: value})
    except ValueError:
        return False
    return True
