"""Settings: which ways of training are compared, under which labels.

A value that is a list or a tuple is an **axis**: each of its values is tried with each value of every other axis.
Anything else is the same for all. A sampler or an objective is a name, a class, an instance or a dict with a
``"name"``; so a dict is one sampler, a list several.
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from wordneg.messages import near_misses
from wordneg.objectives import OBJECTIVES
from wordneg.parameters import Parameters
from wordneg.samplers import SAMPLERS
from wordneg.word2vec import Word2Vec

__all__ = ["CORPUS_OPTIONS", "GENSIM", "Setting", "make_settings", "tunable"]

CORPUS_OPTIONS = ("min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "tokenizer")
"""Arguments of `Word2Vec` that decide the vocabulary: the same for all, as the corpus is encoded once."""

GENSIM = "gensim"

# arguments of Word2Vec that `compare` has itself, and under which name
_OWN = {
    "sentences": "the corpus is the first argument",
    "corpus_file": "the corpus is the first argument",
    "sampler": "give samplers=[…]",
    "objective": "give objectives=[…]",
    "seed": "give seeds, a number or a list",
    "callbacks": "they would see every run; train with Word2Vec to use them",
}
_NOT_TUNED = frozenset({"seed", "epochs", "workers", "min_count", "max_vocab_size", "max_final_vocab"})


@dataclass(frozen=True)
class Setting:
    """One way of training.

    Attributes
    ----------
    label : str
        Short, and different from those of others.
    sampler, objective : object
        As `Word2Vec` takes them.
    parameters : Parameters
        The rest; `seed` is that of the run.
    trainer : {"wordneg", "gensim"}
        Who trains.
    """

    label: str
    sampler: Any
    objective: Any
    parameters: Parameters
    trainer: str = "wordneg"

    def with_parameters(self, **changes: Any) -> Setting:
        """Return the setting with other parameters."""
        return replace(self, parameters=replace(self.parameters, **changes))

    def as_json(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec` as JSON; the seed is left to the run."""
        options = self.parameters.as_dict()
        del options["seed"]
        if self.trainer == GENSIM:
            return {"trainer": GENSIM, **options}
        choices = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        described: dict[str, Any] = json.loads(json.dumps(choices, default=repr))
        return described | options

    def model(self, seed: int, **arguments: Any) -> Word2Vec:
        """Return an untrained model."""
        options = self.parameters.as_dict() | {"seed": seed}
        return Word2Vec(sampler=self.sampler, objective=self.objective, progress=False, **options, **arguments)

    @property
    def candidate_evaluations(self) -> int:
        """Scores a block: those of the positive and the negatives, and of a searching sampler's candidates."""
        return 1 + self.parameters.negative + getattr(self.sampler, "candidates", 0)


def make_settings(samplers: Any, objectives: Any, options: Mapping[str, Any], *, gensim: bool) -> list[Setting]:
    """Return the settings of a comparison, in order.

    Parameters
    ----------
    samplers, objectives
        One or a list of each; `objectives` may be None, for those that go with the samplers.
    options : mapping
        Other arguments of `Word2Vec`.
    gensim : bool
        Whether gensim's own trainer is a setting, too.

    Raises
    ------
    TypeError, ValueError
        If there is no sampler, a name or an argument is unknown, a value is out of range, or two settings
        are the same.
    """
    fixed = {name: value for name, value in options.items() if not isinstance(value, list | tuple)}
    axes = {name: list(value) for name, value in options.items() if isinstance(value, list | tuple)}
    _check_options(options, axes)
    sampler_axis = _several("samplers", samplers)
    objective_axis = [None] if objectives is None else _several("objectives", objectives)
    settings = []
    for sampler, objective, *values in itertools.product(sampler_axis, objective_axis, *axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        model = Word2Vec(sampler=sampler, objective=objective, progress=False, **fixed, **chosen)
        parts = [_short(SAMPLERS, sampler, model.sampler)]
        if len(objective_axis) > 1:
            parts.append(_short(OBJECTIVES, objective, model.objective))
        parts += [f"{name} {_worded(chosen[name])}" for name in axes if len(axes[name]) > 1]
        settings.append(Setting(", ".join(parts), model.sampler, model.objective, model.parameters))
    _check_labels(settings)
    if gensim:
        settings.append(replace(settings[0], label=GENSIM, trainer=GENSIM))
    return settings


def tunable(name: str) -> str:
    """Return the name of an argument that can be tuned, or raise ValueError."""
    numbers = [
        field.name
        for field in fields(Parameters)
        if isinstance(field.default, int | float) and not isinstance(field.default, bool)
    ]
    names = [name for name in numbers if name not in {*_NOT_TUNED, "sg", "cbow_mean", "sorted_vocab"}]
    if name not in names:
        raise ValueError(
            f"got tune={name!r}{near_misses(str(name), names)}; expected {', '.join(map(repr, names))}; or tune=None, "
            "to train with the values as they are"
        )
    return name


def _check_options(options: Mapping[str, Any], axes: Mapping[str, list[Any]]) -> None:
    for name in options:
        if name in _OWN:
            raise TypeError(f"compare has no argument {name!r}: {_OWN[name]}")
        known = inspect.signature(Word2Vec).parameters
        if name not in known or name == "others":
            ours = ["samplers", "objectives", "seeds", "tune", "budget", "baseline", "benchmarks", "folder", "held_out"]
            raise TypeError(f"compare and Word2Vec have no argument {name!r}{near_misses(name, [*ours, *known])}")
    for name, values in axes.items():
        if name in CORPUS_OPTIONS:
            raise ValueError(
                f"got a list for {name}, which decides the vocabulary: the corpus is encoded once, and all settings "
                "have the same words; give one value, or make a comparison of each"
            )
        if not values:
            raise ValueError(f"got an empty list for {name}; give at least one value, or leave it out")


def _several(name: str, choices: Any) -> list[Any]:
    """Return a list of what may be one or several."""
    several = list(choices) if isinstance(choices, list | tuple) else [choices]
    if name == "samplers" and any(choice is None for choice in several):
        raise TypeError(f"got None among the samplers, expected names such as {name}=[{_EXAMPLES[name]}]")
    if not several:
        raise ValueError(f"got an empty list of {name}, expected at least one, such as {name}=[{_EXAMPLES[name]}]")
    return several


_EXAMPLES = {"samplers": "'unigram', 'adaptive'", "objectives": "'logistic', 'softmax'"}


def _short(registry: Any, choice: Any, instance: Any) -> str:
    """Return the name of a sampler or objective, with what was said of its settings."""
    settings = dict(choice) if isinstance(choice, Mapping) else {}
    if not isinstance(choice, str | Mapping | type | None):
        settings = {
            field.name: getattr(instance, field.name)
            for field in (fields(instance) if hasattr(instance, "__dataclass_fields__") else ())
            if field.init and getattr(instance, field.name) != field.default
        }
    settings.pop("name", None)
    details = ", ".join(f"{key} {_worded(value)}" for key, value in settings.items())
    return f"{instance.name} ({details})" if details else str(instance.name)


def _worded(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _check_labels(settings: Sequence[Setting]) -> None:
    labels: set[str] = set()
    for setting in settings:
        if setting.label in labels or setting.label == GENSIM:
            raise ValueError(
                f"two settings would be called {setting.label!r}; leave one out, or give samplers of your own a "
                "`name` each"
            )
        labels.add(setting.label)
