r"""Tuning: finding each row's own best values of one setting or several.

A sampler that pulls harder does best at a lower learning rate than one that pulls less. At one shared rate, which is
best for one of them, the others are compared at a disadvantage. So before anything is compared, each row is trained
on a prefix of the text, with seeds used for nothing else, at some values of the setting.

A verdict is only as true as the tuning before it: where two rows that are equally good get rates far apart, their
vectors do differ, and a test that is itself sound says so. Hence **the baseline leads**: it is tuned first, and the
other rows begin with what was found for it. So equally good rows have equal values. A setting that the baseline does
not have, such as WordRank's learning rate or that of another sampler, begins with the row's own value.

A row keeps what it begins with unless other values are better by more than the noise of the difference between the
two. As the best of several trials looks better than it is, values that are better by `LIKELY` standard errors, over the
items that both were scored on, are **confirmed**: they and those it began with are trained with `SEEDS` seeds, and have
to be better by `CLEAR` standard errors over items and seeds. One seed is enough if they are better by `SURE` standard
errors over items. The baseline takes what is better by `CLEAR` with one seed: if that was luck, it is no row's
advantage, since all rows that have the setting begin with it.

**One setting** is searched along a line:

* A row that begins with its own value first tries values that lie `COARSE` apart, since the likelihood of little text
  has a dip between the rates at which nothing but word frequencies is learned and the rates at which words are. A row
  that begins with the baseline's value skips this.
* Then the neighbors of the best value are tried, `FINE` apart, until it has one on both sides.
* What is taken is the top of the parabola through the best value and its neighbors, on a logarithmic axis, so that
  rows that differ little get values that differ little, instead of one or the other of two values far apart. Where the
  next value diverges, the parabola goes through the best value and the two before it.
* A best value that still has no neighbor on one side is at an edge, and is reported as such.

**Several settings** are drawn together, and the draws halved (successive halving, Jamieson and Talwalkar 2016):

* The values that the row begins with are one draw. The others are a Latin hypercube (McKay et al. 1979): the range of
  each setting, on a logarithmic axis, is cut into as many parts as there are draws, and each part is drawn from once.
  All rows have the same number of draws, at the same places, so that rows that differ little get the same values.
* All are trained on the first part of the prefix, the better half of them on twice as much, and so on up to the whole
  (`SHARES`). The first draw is never dropped.
* The best of n draws is better than the first by chance if it is so by 2 standard errors, so it has to be by as many as
  one in 40 (n − 1) differences of nothing exceeds, before it is confirmed.
* If a chosen value is the outermost of a range that the user did not give, one more training goes `FINE` beyond. If
  that is clearly better, it is chosen, and reported to be at an edge.

A row with fewer settings has as many draws; one with fewer possible values than draws has them all tried, once.

References
----------
K. Jamieson, A. Talwalkar (2016), "Non-stochastic best arm identification and hyperparameter optimization", AISTATS.
M. D. McKay, R. J. Beckman, W. J. Conover (1979), "A comparison of three methods for selecting values of input
variables in the analysis of output from a computer code", Technometrics 21(2).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from wordneg.comparison.records import Choice, Tried, Tuning
from wordneg.comparison.request import FINE, TRIES
from wordneg.comparison.trainers import Trainer
from wordneg.comparison.trainers.rows import AUTO, ends

__all__ = [
    "CLEAR",
    "COARSE",
    "FINE",
    "LIKELY",
    "SEEDS",
    "SHARES",
    "SURE",
    "TUNING_SEED",
    "Noise",
    "Train",
    "Trial",
    "draws",
    "search",
    "trainings",
]

COARSE = FINE**2
"""The factor between the values that are tried first, and `FINE` that between those that are tried around the best."""

CLEAR = 2.0
"""Standard errors by which values must be better than those that the row began with."""

LIKELY = 1.0
"""Standard errors over items by which values must be better with one seed to be confirmed with several."""

SURE = 5.0
"""Standard errors over items by which new values are confirmed with one seed: more than seeds ever differ by."""

SEEDS = 3
"""How many seeds new values are confirmed with otherwise."""

SHARES = (0.25, 0.5, 1.0)
"""Shares of the prefix that draws of several settings are trained on, half as many on each as on the one before."""

TUNING_SEED = 1_000_003
"""The first seed of tuning; the others of `SEEDS` follow it."""

_FIRST = (COARSE, COARSE**2, 1 / COARSE)
_REDRAWN = 50  # attempts at a draw that is new and allowed
_CONFIRMING = 2 * SEEDS - 1  # trainings: all seeds of the new values, all but the first of those before


@dataclass(frozen=True)
class Trial:
    """Values, trained with one seed or more.

    Attributes
    ----------
    score : float or None
        More is better; a mean over the seeds; None if a training diverged.
    seconds : float
        Time without compiling, of the seeds that were not trained with before.
    words : int or None
        Words that these trained on; None if an epoch is no pass over words.
    scored : object
        The scores of single items, as `Noise` takes them.
    """

    score: float | None
    seconds: float
    words: int | None
    scored: Any = None


Train = Callable[[Trainer, float, int], Trial]
"""Trains a row on a share of the prefix with so many seeds, as far as it has not done so before, and scores it."""

Noise = Callable[[Trial, Trial], float]
"""Returns the standard error of the difference between the scores of two trials."""


def draws(tries: int) -> int:
    """Return how many values of several settings are tried with the words of so many trainings on the prefix.

    Some of the trainings are left to confirm a choice. With n draws, n/4 + n/4 + n/4 trainings' words are taken, and
    one training is left to go beyond an edge. Fewer than four draws are none.
    """
    searching = tries - _CONFIRMING
    return 4 * ((searching - 1) // 3) if searching > 4 else 0


def trainings(tune: str | Mapping[str, Any], tries: int) -> int:
    """Return how many trainings a search takes at most, on the prefix or parts of it."""
    if isinstance(tune, str):
        return tries
    alive = [draws(tries)]
    for _ in SHARES[1:]:
        alive.append(_kept(alive[-1]))
    return sum(alive) + 1 + _CONFIRMING if alive[0] else 1


def search(
    trainer: Trainer,
    tune: str | Mapping[str, Any],
    train: Train,
    noise: Noise,
    tries: int = TRIES,
    *,
    start: Mapping[str, Choice] | None = None,
    leads: bool = False,
) -> Tuning:
    """Find the best values of some settings for a row.

    Parameters
    ----------
    trainer : Trainer
        The row, with its own values.
    tune : str or mapping
        A numeric setting; or several, each with "auto", a range such as "0.01..0.1", or a list of candidates, as in
        `Request.tune`. Those that the row does not have are left out.
    train : callable
        Trains a row on a share of the prefix with so many seeds, and scores it.
    noise : callable
        Returns the standard error of the difference between the scores of two trials.
    tries : int
        Words that may be trained on, in trainings on the whole prefix.
    start : dict, optional
        What was found for the baseline, as far as the row begins with it instead of its own values.
    leads : bool
        Whether it is the baseline, and other rows begin with what is found.

    Returns
    -------
    Tuning
    """
    own, follows = trainer, False
    if start:  # the row may not be allowed what the baseline is, such as a rate below its own `min_alpha`
        with suppress(ValueError):
            trainer, follows = trainer.with_options(**start), True
    done: list[Trial] = []

    def kept(tried: Trainer, share: float, seeds: int) -> Trial:
        done.append(train(tried, share, seeds))
        return done[-1]

    asked = _Asked(trainer, kept, noise, tries, follows=follows, leads=leads)
    if isinstance(tune, str):
        option = trainer.tuned(tune)
        assert option is not None  # only rows that have it are tuned
        tried, chosen, edges, unclear = _along_a_line(asked, option)
    else:
        tried, chosen, edges, unclear = _by_halving(asked, _space(own, tune))
    words = [trial.words for trial in done if trial.words is not None]
    return Tuning(
        row=trainer.label,
        tried=tried,
        chosen=chosen,
        seconds=sum(trial.seconds for trial in done),
        words=sum(words) if words else None,
        edges=edges,
        seeds=1 if leads else SEEDS,
        unclear=unclear,
    )


_Found = tuple[tuple[Tried, ...], dict[str, Choice], tuple[str, ...], bool]
"""What was tried, what was chosen, what of it is at an edge, and whether better values were not clearly so."""


@dataclass(frozen=True)
class _Asked:
    """A search that was asked for.

    Attributes
    ----------
    trainer : Trainer
        The row, with the values that it begins with.
    train, noise, tries, leads
        As for `search`.
    follows : bool
        Whether these are the baseline's.
    """

    trainer: Trainer
    train: Train
    noise: Noise
    tries: int
    follows: bool
    leads: bool

    def allows(self, values: Mapping[str, Choice]) -> bool:
        """Return whether the row can have some values."""
        try:
            self.trainer.with_options(**values)
        except ValueError:
            return False
        return all(math.isfinite(value) for value in values.values() if isinstance(value, float))

    def once(self, values: Mapping[str, Choice], share: float = 1.0) -> Trial:
        """Train with some values and one seed."""
        return self.train(self.trainer.with_options(**values), share, 1)

    def is_clear(self, best: Trial, begun: Trial, errors: float = CLEAR) -> bool:
        """Return whether a trial is better than another, such as that of the first values, by some standard errors."""
        if begun.score is None or best.score is None:
            return begun.score is None and best.score is not None
        return best.score - begun.score > errors * self.noise(best, begun)

    def confirms(self, values: Mapping[str, Choice]) -> bool:
        """Return whether values are better than the first ones with one seed by far, or with several seeds."""
        new = self.trainer.with_options(**values)
        best, begun = (self.train(one, 1.0, 1) for one in (new, self.trainer))
        if self.is_clear(best, begun, SURE):
            return True
        if not self.is_clear(best, begun, LIKELY):
            return False
        best, begun = (self.train(one, 1.0, SEEDS) for one in (new, self.trainer))
        return self.is_clear(best, begun)


def _rounded(value: float) -> float:
    """Return a value with three significant digits."""
    return float(f"{value:.3g}")


def _whole_if(own: Any, value: float) -> float:
    """Return a value that is a whole number of at least 1 if the row's own is one."""
    return max(1, round(value)) if isinstance(own, int) else value


# --- one setting ----------------------------------------------------------------------------------------


def _along_a_line(asked: _Asked, option: str) -> _Found:
    start = asked.trainer.value(option)
    trials: dict[float, Trial] = {}

    def attempt(value: float) -> None:
        room = len(trials) < max(1, asked.tries - _CONFIRMING)
        if value not in trials and room and asked.allows({option: value}):
            trials[value] = asked.once({option: value})

    attempt(start)
    for factor in () if asked.follows else _FIRST:
        attempt(_whole_if(start, start * factor))
    best = _best(trials, start)
    while True:
        known = len(trials)
        for value in _neighbors(best) if trials[best].score is not None else (min(trials) / COARSE,):
            attempt(_whole_if(start, value))
            if value in trials and trials[value].score is None and trials[best].score is not None:
                attempt(_whole_if(start, best * (best / value) ** 2))  # a third value, on the side where some are known
        best = _best(trials, start)
        if len(trials) == known:
            break
    chosen, edge, unclear = start, False, False
    if trials[best].score is not None:
        top, at_edge = _top(trials, best, start)
        if asked.follows and best == start:
            top = start  # equally good rows have equal values
        better = best != start and asked.is_clear(trials[best], trials[start], CLEAR if asked.leads else LIKELY)
        unclear = best != start and not (better and (asked.leads or asked.confirms({option: top})))
        chosen, edge = (start, False) if unclear else (top, at_edge)
    tried = tuple(Tried({option: value}, trial.score) for value, trial in trials.items())
    return tried, {option: chosen}, (option,) if edge else (), unclear


def _best(trials: dict[float, Trial], start: float) -> float:
    """Return the value with the highest score; the first one tried if all have diverged."""
    scored = {value: trial.score for value, trial in trials.items() if trial.score is not None}
    return max(scored, key=lambda value: scored[value]) if scored else start


def _top(trials: dict[float, Trial], best: float, start: float) -> tuple[float, bool]:
    """Return the top of the parabola through the best value and its neighbors, and whether it lacks one of them."""
    below, above = (_whole_if(start, value) for value in _neighbors(best))
    if below not in trials or above not in trials or isinstance(start, int):
        return best, best in (min(trials), max(trials)) and len(trials) > 1
    center, least, most = best, -0.5, 0.5
    if trials[above].score is None:  # beyond, trainings diverge: the parabola goes through the last three values
        center, least, most = below, 0.5, 1.0
    elif trials[below].score is None:
        center, least, most = above, -1.0, -0.5
    places = (center / FINE, center, center * FINE)
    low, middle, high = (trials[value].score if value in trials else None for value in places)
    if low is None or middle is None or high is None:
        return best, False
    curvature = low - 2 * middle + high
    if curvature >= 0:
        return best, False
    return _rounded(center * FINE ** max(least, min(most, 0.5 * (low - high) / curvature))), False


def _neighbors(value: float) -> tuple[float, float]:
    """Return the values next to one on the fine grid."""
    return value / FINE, value * FINE


# --- several settings -----------------------------------------------------------------------------------


def _by_halving(asked: _Asked, space: Mapping[str, _Range]) -> _Found:
    tried = _drawn(asked, space, draws(asked.tries))
    latest: dict[int, tuple[Trial, float]] = {}
    alive = list(range(len(tried)))
    for share in SHARES if len(tried) > 1 else SHARES[-1:]:
        alive = alive if not latest else _better_half(alive, latest)
        for number in alive:
            latest[number] = asked.once(tried[number], share), share
    top = _by_score(alive, latest)[0]
    best, begun = latest[top][0], latest[0][0]
    chosen, edges = tried[0], tuple[str, ...]()
    moved = best is not begun and asked.is_clear(best, begun, _reach(len(tried) - 1))
    moved = moved and (asked.leads or asked.confirms(tried[top]))
    unclear = not moved and len(tried) > 1  # a better draw may have been dropped on part of the words
    if moved:
        chosen = tried[top]
        beyond = _beyond(asked, chosen, tried, space)
        if beyond:
            trial = asked.once(chosen | beyond)
            latest[len(tried)] = trial, 1.0
            tried.append(chosen | beyond)
            if asked.is_clear(trial, best):
                chosen, edges = tried[-1], tuple(beyond)
    found = [Tried(values, latest[number][0].score, latest[number][1]) for number, values in enumerate(tried)]
    return tuple(found), chosen, edges, unclear


def _by_score(numbers: Sequence[int], latest: Mapping[int, tuple[Trial, float]]) -> list[int]:
    """Return draws from the best to those that diverged, the earlier one first if two are equal."""
    scores = {number: latest[number][0].score for number in numbers}
    return sorted(numbers, key=lambda number: math.inf if (score := scores[number]) is None else -score)


def _better_half(alive: Sequence[int], latest: Mapping[int, tuple[Trial, float]]) -> list[int]:
    """Return the better half of the draws; the first is always among them."""
    others = [number for number in _by_score(alive, latest) if number != 0]
    return [0, *sorted(others[: _kept(len(alive)) - 1])]


def _kept(alive: int) -> int:
    """Return how many draws go on to more words: half, but always one beside the first."""
    return max(2, alive // 2)


def _reach(others: int) -> float:
    """Return the standard errors that the best of so many others exceeds by chance in at most 1 of 40 searches."""
    return max(CLEAR, NormalDist().inv_cdf(1 - 0.025 / others))


@dataclass(frozen=True)
class _Range:
    """The values of a setting that can be drawn.

    Attributes
    ----------
    asked : str
        The argument of `Word2Vec` that was asked for, which decides on the random numbers.
    own : bool, int, float or str
        The row's own value.
    listed : tuple
        The candidates, if they are listed; otherwise it is a range.
    low, high : float
        The ends of the range.
    given : bool
        Whether the user gave the range or the candidates, so that nothing lies beyond.
    """

    asked: str
    own: Any
    listed: tuple[Choice, ...] = ()
    low: float = 0.0
    high: float = 0.0
    given: bool = True

    def at(self, place: float) -> Choice:
        """Return the value at a place from 0 to 1, on a logarithmic axis."""
        if self.listed:
            return self.listed[int(place * len(self.listed))]
        return _whole_if(self.own, _rounded(self.low * (self.high / self.low) ** place))


def _space(trainer: Trainer, tune: Mapping[str, Any]) -> dict[str, _Range]:
    """Return what can be drawn, by the row's own names; one that is called otherwise has a range around its own."""
    space = {}
    for asked, values in tune.items():
        name = trainer.tuned(asked)
        if name is None:
            continue
        own = trainer.value(name)
        if isinstance(values, list):
            space[name] = _Range(asked, own, tuple(values))
        else:
            values = values if name == asked else AUTO
            space[name] = _Range(asked, own, (), *ends(own, values), given=values != AUTO)
    return space


def _drawn(asked: _Asked, space: Mapping[str, _Range], count: int) -> list[dict[str, Choice]]:
    """Return the values that a row begins with, and others up to a number, all different, if there are so many."""
    found: list[dict[str, Choice]] = [{name: asked.trainer.value(name) for name in space}]
    generators = {
        name: np.random.default_rng([TUNING_SEED, zlib.crc32(part.asked.encode())]) for name, part in space.items()
    }
    cells = {name: generator.permutation(max(0, count - 1)) for name, generator in generators.items()}
    for number in range(count - 1):
        for attempt in range(_REDRAWN):
            places = {name: generator.random() for name, generator in generators.items()}
            if attempt == 0:
                places = {name: (cells[name][number] + place) / (count - 1) for name, place in places.items()}
            values = {name: space[name].at(place) for name, place in places.items()}
            if values not in found and asked.allows(values):
                found.append(values)
                break
    return found


def _beyond(
    asked: _Asked, chosen: Mapping[str, Choice], tried: Sequence[Mapping[str, Choice]], space: Mapping[str, _Range]
) -> dict[str, Choice]:
    """Return values beyond those that were chosen and are the outermost, as far as they are allowed."""
    found: dict[str, Choice] = {}
    for name, part in space.items():
        if part.given:
            continue
        value, values = float(chosen[name]), [float(one[name]) for one in tried]
        for outermost, factor in ((max(values), FINE), (min(values), 1 / FINE)):
            further = _whole_if(part.own, _rounded(value * factor))
            if value == outermost and further != value and asked.allows({**chosen, **found, name: further}):
                found[name] = further
    return found
