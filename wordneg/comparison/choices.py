"""Arguments of `compare` that have a few values, and what does not go together: told before anything is read."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wordneg.common.messages import near_misses
from wordneg.common.settings import whole_number
from wordneg.comparison.records import HELD_OUT
from wordneg.comparison.settings import Setting, tunable
from wordneg.comparison.tuning import TRIES
from wordneg.wordrank.parameters import WordRankParameters

__all__ = ["BUDGETS", "LEAST_PREFIX", "TUNED_BY", "Choices", "check_rows"]

BUDGETS = ("epochs", "time", "candidates")
TUNED_BY = ("benchmarks", HELD_OUT)
LEAST_PREFIX = 1000
"""Words that tuning trains on, at least."""

_LARGEST_HELD_OUT = 0.5


@dataclass(frozen=True)
class Choices:
    """Arguments of `compare` that have a few values, checked.

    Attributes
    ----------
    seeds : tuple of int
        Of the runs.
    budget : str
        One of `BUDGETS`.
    tune : str or None
        What is tuned.
    tune_by : {"benchmarks", "held-out"}
        Of what the best value is the best.
    tune_words : int or None
        At most so many for each setting.
    held_out : float
        Share of the text; 0 for none.

    Raises
    ------
    TypeError, ValueError
        If one is not of its kind.
    """

    seeds: tuple[int, ...]
    budget: str
    tune: str | None
    tune_by: str
    tune_words: int | None
    held_out: float

    @classmethod
    def of(
        cls, seeds: Any, budget: str, tune: str | None, tune_by: str, tune_words: int | None, held_out: float | None
    ) -> Choices:
        """Return the choices of `compare`'s arguments."""
        option = None if tune is None else tunable(tune)
        return cls(_checked_seeds(seeds), budget, option, tune_by, tune_words, 0.0 if held_out is None else held_out)

    def __post_init__(self) -> None:
        for name, choices in (("budget", BUDGETS), ("tune_by", TUNED_BY)):
            value = getattr(self, name)
            if value not in choices:
                hint = near_misses(str(value), choices)
                raise ValueError(f"got {name}={value!r}{hint}; expected {' or '.join(map(repr, choices))}")
        if self.tune_words is not None:
            whole_number("tune_words", self.tune_words, TRIES * LEAST_PREFIX, None, f", {TRIES} trainings at most")
        share = self.held_out
        if isinstance(share, bool) or not isinstance(share, numbers.Real) or not 0 <= share <= _LARGEST_HELD_OUT:
            raise ValueError(
                f"got held_out={share!r}, expected a share of the text, up to {_LARGEST_HELD_OUT}, such as "
                "held_out=0.02; or held_out=0: nothing is held out"
            )
        if self.tune is not None and self.tune_by == HELD_OUT and not share:
            raise ValueError('got tune_by="held-out" and no text held out; give held_out=0.02, or tune_by="benchmarks"')

    @property
    def needs_benchmarks(self) -> bool:
        """Whether the best value is the best on benchmarks."""
        return self.tune is not None and self.tune_by == TUNED_BY[0]


def check_rows(choices: Choices, settings: Sequence[Setting], extra: Mapping[str, Any], baseline: str) -> None:
    """Refuse what does not go together, as far as it can be told without a corpus.

    Raises
    ------
    ValueError
        If the baseline is no row, two rows have one label, several values are given for what is found for each
        setting, or a budget has no meaning for a row.
    """
    labels = [*(setting.label for setting in settings), *extra]
    if baseline not in labels:
        raise ValueError(
            f"got baseline={baseline!r}{near_misses(baseline, labels)}; the rows are {', '.join(map(repr, labels))}"
        )
    if twice := sorted(set(extra) & {setting.label for setting in settings}):
        raise ValueError(f"extra vectors are called {twice[0]!r}, as is a setting; give them another label")
    if choices.budget != "epochs":
        _check_budget(choices.budget, settings)
    if choices.tune is not None:
        _check_tuned(choices.tune, settings)


def _check_budget(budget: str, settings: Sequence[Setting]) -> None:
    """Refuse what a budget that finds the epochs of each setting does not go with."""
    if len({setting.parameters.epochs for setting in settings if setting.reads_text}) > 1:
        raise ValueError(
            f'got several epochs and budget="{budget}", which finds the epochs of each setting; give '
            "one number, that of the baseline"
        )
    for setting in settings:
        if setting.reads_text:
            continue
        if budget == "candidates":
            raise ValueError(
                f'got budget="candidates" and the row {setting.label!r}, which has no candidates to count: it trains '
                'on co-occurrences. Take budget="time", or leave the row out'
            )
        if setting.parameters.epochs != WordRankParameters.epochs:
            raise ValueError(
                f'got budget="{budget}", which finds the epochs of each setting, and the row {setting.label!r}; leave '
                "its epochs out"
            )


def _check_tuned(tune: str, settings: Sequence[Setting]) -> None:
    """Refuse several values to start from."""
    values: dict[str, set[Any]] = {}
    for setting in settings:
        if (name := setting.tuned_as(tune)) is not None:
            values.setdefault(name, set()).add(getattr(setting.parameters, name))
    for name, found in values.items():
        if len(found) > 1:
            raise ValueError(
                f'got several values of {name}, and tune="{tune}", which finds the value of each setting; give one to '
                "start from, or tune=None"
            )


def _checked_seeds(seeds: Any) -> tuple[int, ...]:
    """Return the seeds that a number, or a sequence of seeds, stands for.

    Raises
    ------
    TypeError, ValueError
        If it is neither; or there is none, or one twice.
    """
    if isinstance(seeds, numbers.Real):
        return tuple(range(1, whole_number("seeds", seeds, 1, 10_000, ", how many, or a list of them") + 1))
    if not isinstance(seeds, Sequence) or isinstance(seeds, str):
        raise TypeError(f"got seeds={seeds!r}, expected how many, or a list of them")
    numbers_ = tuple(whole_number("seeds", seed, 0, 2**63 - 1) for seed in seeds)
    if not numbers_ or len(set(numbers_)) < len(numbers_):
        raise ValueError(f"got seeds={seeds!r}, expected at least one, and none twice")
    return numbers_
