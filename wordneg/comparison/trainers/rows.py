"""The rows that arguments of `wordneg.compare` stand for, and their labels.

A value that is a list or a tuple is an **axis**: each of its values is tried with each value of every other axis.
Anything else is the same for all. A sampler or an objective is a name, a class, an instance or a dict with a
``"name"``; so a dict is one sampler, a list several.

Rows of other trainers come after those: gensim's, at the first row's arguments; WordRank's and those of the other
methods that are trained on co-occurrences, which have settings of their own and take words, dimensions and workers from
the first row; vectors from outside.
"""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers import TEXT_OPTIONS, VOCABULARY_OPTIONS, Trainer
from wordneg.comparison.trainers.others import GensimTrainer, OutsideVectors
from wordneg.comparison.trainers.wordneg import (
    AllVecTrainer,
    ClosedFormTrainer,
    CooccurrenceTrainer,
    Word2VecTrainer,
    WordRankTrainer,
)
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters

__all__ = [
    "AUTO",
    "METHODS",
    "described_trainers",
    "ends",
    "is_seeded",
    "make_trainers",
    "trainer_of",
    "tunable",
]

METHODS: dict[str, type[CooccurrenceTrainer]] = {
    kind.argument: kind for kind in (WordRankTrainer, AllVecTrainer, ClosedFormTrainer)
}
"""The arguments of `wordneg.compare` that add rows of methods, each with the trainer of such a row."""

_EVERY: tuple[type[Trainer], ...] = (Word2VecTrainer, GensimTrainer, *METHODS.values(), OutsideVectors)
_KINDS = {kind.kind: kind for kind in _EVERY}

# arguments of the estimators that `compare` has itself, and under which name
_OWN = {
    "sentences": "the corpus is the first argument",
    "corpus_file": "the corpus is the first argument",
    "sampler": "give samplers=[…]",
    "objective": "give objectives=[…]",
    "seed": "give seeds, a number or a list",
    "callbacks": "they would see every run; train with Word2Vec to use them",
}
_NOT_TUNED = frozenset(("seed", "epochs", "workers", "sg", "hs", "cbow_mean", *VOCABULARY_OPTIONS, *TEXT_OPTIONS))
AUTO = "auto"
"""Stands for a range around a row's own value."""

_AROUND = {False: 8.0, True: 4.0}  # how far such a range reaches, as a factor; whether it is of whole numbers
_EXAMPLES = {
    "samplers": ["unigram", "adaptive"],
    "objectives": ["logistic", "softmax"],
    "wordrank": {"epochs": 30, "window": 10},
    "all_vec": {"epochs": 20, "window": 10},
    "closed_form": {"power": 0.25, "window": 10},
}


def make_trainers(
    samplers: Any,
    objectives: Any,
    options: Mapping[str, Any],
    *,
    gensim: bool = False,
    extra: Mapping[str, Any] | None = None,
    **methods: Any,
) -> tuple[Trainer, ...]:
    """Return the rows of a comparison; `options` are arguments of `Word2Vec`, of which those that are lists are axes.

    For the others see `wordneg.compare`; `methods` are those in `METHODS`.

    Raises
    ------
    TypeError, ValueError
        If an argument is unknown, of the wrong kind or out of range, or two rows would have one label.
    OSError
        If there is no file of `extra`.
    """
    if extra is not None and not isinstance(extra, Mapping):
        raise SettingTypeError("got ", Given("extra", extra), ", expected a dict from label to vectors or their path")
    rows = _word2vec_rows(samplers, objectives, options)
    first = rows[0]
    trained: list[Trainer] = [*rows, *([GensimTrainer.like(first)] if gensim else [])]
    for argument, kind in METHODS.items():
        for given in _method_choices(argument, methods.get(argument)):
            trained.append(kind.beside(_with_details(kind.title(), given), given, first.parameters, _OWN))
    labels = [row.label for row in trained]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise SettingError(
            f"two rows would be called {twice!r}; leave one out, or give samplers of your own a `name` each"
        )
    if twice := next((label for label in extra or {} if label in labels), None):
        raise SettingError(f"extra vectors are called {twice!r}, as is another row; give them another label")
    outside = [OutsideVectors(label, None, source) for label, source in (extra or {}).items()]
    return (*trained, *outside)


def described_trainers(rows: Mapping[str, Mapping[str, Any]]) -> tuple[Trainer, ...]:
    """Return the rows of a comparison that are described one by one, see `trainer_of`.

    Raises
    ------
    TypeError, ValueError
        See `trainer_of`; if there is none, the first is not one of `Word2Vec`, or they are not for the same words.
    """
    if not isinstance(rows, Mapping) or not all(isinstance(one, Mapping) for one in rows.values()):
        raise SettingTypeError(
            "got ", Given("rows", rows), ', expected settings by label such as {"narrow": {"window": 2}}'
        )
    made = tuple(trainer_of(label, options) for label, options in rows.items())
    if not made or not isinstance(made[0], Word2VecTrainer):
        raise SettingError("the first of the rows must be one of Word2Vec, whose vocabulary all rows have")
    for trainer in made:
        for name in VOCABULARY_OPTIONS if trainer.epochs else ():
            if trainer.value(name) != made[0].value(name):
                raise SettingError(
                    f"got {name}={trainer.value(name)!r} in the row {trainer.label!r} and {made[0].value(name)!r} in "
                    f"{made[0].label!r}; it decides the vocabulary, so that all rows need the same"
                )
    return made


def trainer_of(label: str, options: Mapping[str, Any]) -> Trainer:
    """Return the trainer of a row that is described as JSON, by the arguments of the trainer.

    ``"trainer"`` names it, such as "gensim" or "wordrank"; without it, it is "wordneg".

    Raises
    ------
    TypeError, ValueError
        If a setting is unknown, of the wrong kind or out of range, or there is no such trainer.
    """
    options = dict(options)
    kind = options.pop("trainer", Word2VecTrainer.kind)
    if kind not in _KINDS:
        raise SettingError(f"got trainer={kind!r} for the row {label!r}, expected {' or '.join(map(repr, _KINDS))}")
    return _KINDS[kind].from_plain(label, options)


def is_seeded(options: Mapping[str, Any]) -> bool:
    """Return whether a seed changes the vectors of a row that is described as JSON."""
    return _KINDS[options.get("trainer", Word2VecTrainer.kind)].seeded


def tunable(tune: Any, rows: Sequence[Trainer]) -> str | dict[str, Any] | None:
    """Return what is to be tuned in its one form, see `wordneg.compare`.

    Returns
    -------
    str, dict or None
        One setting; or several, each with "auto", a range such as "0.01..0.1", or a list of candidates.

    Raises
    ------
    TypeError, ValueError
        If a setting cannot be tuned, or has no such values.
    """
    if tune is None:
        return None
    if isinstance(tune, str):
        return _tunable_name(tune, rows)
    if isinstance(tune, list | tuple) and all(isinstance(name, str) for name in tune):
        tune = dict.fromkeys(tune)
    if not isinstance(tune, Mapping) or not tune:
        raise SettingTypeError(
            "got ",
            Given("tune", tune),
            ", expected a setting such as ",
            Given("tune", "alpha"),
            ", several with their values such as ",
            Given("tune", {"alpha": AUTO, "sample": "1e-05..0.001", "negative": [5, 10]}),
            ", or ",
            Given("tune", None),
        )
    found = {_tunable_name(name, rows): _values(name, values) for name, values in tune.items()}
    for name, values in found.items():
        for row in (row for row in rows if row.tuned(name) == name):
            listed = values if isinstance(values, list) else ends(row.value(name), values) if values != AUTO else ()
            for value in listed:
                try:
                    row.with_options(**{name: round(value) if isinstance(row.value(name), int) else value})
                except (TypeError, ValueError) as error:
                    told = error.args if isinstance(error, SettingError) else (str(error),)
                    raise SettingError("got ", Given("tune", {name: values}), f" for {row.label}: ", *told) from None
            if values == AUTO:
                ends(row.value(name), values)
    return found


def ends(own: Any, values: str) -> tuple[float, float]:
    """Return the ends of a range of values, such as "0.01..0.1"; "auto" is a range around a row's own value.

    Raises
    ------
    ValueError
        If there is no range around the own value, or it is no number.
    """
    if isinstance(own, bool | str):
        raise SettingError(f"got the value {own!r}, which no range has; give a list of candidates")
    if values != AUTO:
        low, high = map(float, values.split(".."))
        return low, high
    if not own > 0:
        raise SettingError(f"got the value {own!r} to tune around; give a list of candidates, or a range such as 1..10")
    factor = _AROUND[isinstance(own, int)]
    return own / factor, own * factor


def _tunable_name(name: Any, rows: Sequence[Trainer]) -> str:
    """Return the name of a setting that can be tuned, or raise ValueError."""
    names = [
        field.name
        for field in fields(Parameters)
        if isinstance(field.default, int | float) and not isinstance(field.default, bool)
        if field.name not in _NOT_TUNED
    ]
    parts = dict.fromkeys(part for row in rows for part in row.parts)
    if name not in names and name not in parts:
        raise SettingError(
            "got ",
            Given("tune", name),
            f"{near_misses(str(name), [*names, *parts])}; expected {', '.join(map(repr, [*names, *parts]))}; or ",
            Given("tune", None),
            ", to train with the values as they are",
        )
    return str(name)


def _values(name: str, values: Any) -> str | list[Any]:
    """Return the values of a setting in their one form: "auto", "low..high" or a list."""
    if values is None or values == AUTO:
        return AUTO
    if isinstance(values, list) and values and all(isinstance(one, bool | int | float | str) for one in values):
        return list(values)
    pair = values.split("..") if isinstance(values, str) else values
    if isinstance(pair, list | tuple) and len(pair) == 2:
        try:
            low, high = map(float, pair)
        except (TypeError, ValueError):
            low = high = math.nan
        if 0 < low < high < math.inf:
            return f"{low:g}..{high:g}"
    raise SettingError(
        "got ",
        Given("tune", {name: values}),
        ', expected "auto" for a range around the own value, a range such as "0.01..0.1", whose ends are above 0, or a '
        "list of candidates",
    )


def _word2vec_rows(samplers: Any, objectives: Any, options: Mapping[str, Any]) -> list[Word2VecTrainer]:
    fixed = {name: value for name, value in options.items() if not isinstance(value, list | tuple)}
    axes = {name: list(value) for name, value in options.items() if isinstance(value, list | tuple)}
    _check_options(options, axes)
    sampler_axis = _several("samplers", samplers)
    objective_axis = [None] if objectives is None else _several("objectives", objectives)
    rows = []
    for sampler, objective, *values in itertools.product(sampler_axis, objective_axis, *axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        made = Word2VecTrainer.from_plain("", {"sampler": sampler, "objective": objective, **fixed, **chosen})
        parts = [SAMPLERS.label(made.sampler)]
        if len(objective_axis) > 1:
            parts.append(OBJECTIVES.label(made.objective))
        parts += [f"{name} {_worded(chosen[name])}" for name in axes if len(axes[name]) > 1]
        rows.append(Word2VecTrainer(", ".join(parts), made.parameters, made.sampler, made.objective))
    return rows


def _method_choices(argument: str, given: Any) -> list[Mapping[str, Any]]:
    """Return the settings that were given for each row of a method; none if it is no row."""
    if given is None or given is False:
        return []
    choices = [{}] if given is True else _several(argument, given)
    if not all(isinstance(choice, Mapping) for choice in choices):
        raise SettingTypeError(
            "got ",
            Given(argument, given),
            f", expected True, settings of wordneg.{METHODS[argument].title()} such as {_EXAMPLES[argument]}, or a "
            "list of such dicts",
        )
    return choices


def _check_options(options: Mapping[str, Any], axes: Mapping[str, list[Any]]) -> None:
    known = inspect.signature(Word2Vec).parameters
    for name in options:
        if name in _OWN:
            raise SettingTypeError(f"compare has no argument {name!r}: {_OWN[name]}")
        if name not in known or name == "others":
            ours = ["samplers", "objectives", "seeds", "tune", "budget", "baseline", "benchmarks", "folder", "held_out"]
            ours += ["gensim", *METHODS]
            raise SettingTypeError(
                f"compare and Word2Vec have no argument {name!r}{near_misses(name, [*ours, *known])}"
            )
    for name, values in axes.items():
        if name in (*VOCABULARY_OPTIONS, *TEXT_OPTIONS):
            raise SettingError(
                f"got a list for {name}, which decides the vocabulary: the corpus is encoded once, and all rows "
                "have the same words; give one value, or make a comparison of each"
            )
        if not values:
            raise SettingError(f"got an empty list for {name}; give at least one value, or leave it out")


def _several(name: str, choices: Any) -> list[Any]:
    """Return a list of what may be one or several."""
    several = list(choices) if isinstance(choices, list | tuple) else [choices]
    if name == "samplers" and any(choice is None for choice in several):
        raise SettingTypeError("got None among the samplers, expected names such as ", Given(name, _EXAMPLES[name]))
    if not several:
        raise SettingError(
            f"got an empty list of {name}, expected at least one, such as ", Given(name, _EXAMPLES[name])
        )
    return several


def _with_details(name: Any, settings: Mapping[str, Any]) -> str:
    """Return a name with the settings that were given."""
    details = ", ".join(f"{key} {_worded(value)}" for key, value in settings.items())
    return f"{name} ({details})" if details else str(name)


def _worded(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
