"""Settings: which ways of training are compared, under which labels.

A value that is a list or a tuple is an **axis**: each of its values is tried with each value of every other axis.
Anything else is the same for all. A sampler or an objective is a name, a class, an instance or a dict with a
``"name"``; so a dict is one sampler, a list several.

Rows of other trainers come after those: gensim's, at the first setting's arguments; and WordRank's, which has settings
of its own and takes from the first setting what concerns words, dimensions and workers.
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from wordneg.common.messages import near_misses
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters
from wordneg.wordrank.parameters import WordRankParameters

__all__ = ["CORPUS_OPTIONS", "GENSIM", "WORDNEG", "WORDRANK", "Setting", "make_settings", "tunable"]

CORPUS_OPTIONS = ("min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "tokenizer")
"""Arguments of `Word2Vec` that decide the vocabulary: the same for all, as the corpus is encoded once."""

WORDNEG, GENSIM, WORDRANK = "wordneg", "gensim", "wordrank"
"""Who trains: `Word2Vec`, gensim's class of that name, or `WordRank`."""

# arguments of Word2Vec that `compare` has itself, and under which name
_OWN = {
    "sentences": "the corpus is the first argument",
    "corpus_file": "the corpus is the first argument",
    "sampler": "give samplers=[…]",
    "objective": "give objectives=[…]",
    "seed": "give seeds, a number or a list",
    "callbacks": "they would see every run; train with Word2Vec to use them",
}
# arguments of WordRank that are the same for all rows
_COMMON = ("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "workers")
_NOT_TUNED = frozenset({"seed", "epochs", "workers", "min_count", "max_vocab_size", "max_final_vocab"})


@dataclass(frozen=True)
class Setting:
    """One way of training.

    Attributes
    ----------
    label : str
        Short, and different from those of others.
    sampler, objective : object
        As `Word2Vec` takes them; None for WordRank.
    parameters : Parameters or WordRankParameters
        The rest; `seed` is that of the run.
    trainer : {"wordneg", "gensim", "wordrank"}
        Who trains.
    """

    label: str
    sampler: Any
    objective: Any
    parameters: Parameters | WordRankParameters
    trainer: str = WORDNEG

    def with_parameters(self, **changes: Any) -> Setting:
        """Return the setting with other parameters."""
        return replace(self, parameters=replace(self.parameters, **changes))

    def as_json(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec` or `WordRank` as JSON; the seed is left to the run."""
        options = self.parameters.as_dict()
        del options["seed"]
        if self.trainer != WORDNEG:
            return {"trainer": self.trainer, **options}
        choices = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        described: dict[str, Any] = json.loads(json.dumps(choices, default=repr))
        return described | options

    def model(self, seed: int, **arguments: Any) -> Word2Vec:
        """Return an untrained `Word2Vec`."""
        options = self.parameters.as_dict() | {"seed": seed}
        return Word2Vec(sampler=self.sampler, objective=self.objective, progress=False, **options, **arguments)

    @property
    def reads_text(self) -> bool:
        """Whether an epoch is a pass over the text; WordRank's are passes over co-occurrences."""
        return self.trainer != WORDRANK

    def tuned_as(self, option: str) -> str | None:
        """Return the name that a tuned argument of `Word2Vec` has here; None if this setting is left as it is."""
        if self.reads_text:
            return option
        return "learning_rate" if option == "alpha" else None  # alpha is something else there

    @property
    def candidate_evaluations(self) -> int:
        """Scores a block: those of the positive and the negatives, and of a searching sampler's candidates.

        WordRank, which has no blocks, has no such number.
        """
        return 1 + self.parameters.negative + getattr(self.sampler, "candidates", 0)


def make_settings(
    samplers: Any, objectives: Any, options: Mapping[str, Any], *, gensim: bool = False, wordrank: Any = False
) -> list[Setting]:
    """Return the settings of a comparison, in order.

    Parameters
    ----------
    samplers, objectives
        One or a list of each; `objectives` may be None, for those that go with the samplers.
    options : mapping
        Other arguments of `Word2Vec`.
    gensim : bool
        Whether gensim's own trainer is a setting, too.
    wordrank : bool, mapping or list of mappings
        Whether WordRank is a setting, too; or settings of it, each mapping of which makes one.

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
    first = settings[0]
    if gensim:
        settings.append(replace(first, label=GENSIM, trainer=GENSIM))
    common = {name: getattr(first.parameters, name) for name in _COMMON}
    settings += [_wordrank_setting(given, common) for given in _wordrank_choices(wordrank)]
    _check_labels(settings)
    return settings


def _wordrank_choices(wordrank: Any) -> list[Mapping[str, Any]]:
    """Return the settings that were given for each row of WordRank; none if it is no row."""
    if wordrank is None or wordrank is False:
        return []
    choices = [{}] if wordrank is True else _several("wordrank", wordrank)
    if not all(isinstance(choice, Mapping) for choice in choices):
        raise TypeError(
            f"got wordrank={wordrank!r}, expected True, or settings of wordneg.WordRank such as {_EXAMPLES['wordrank']}"
            ", or a list of such dicts"
        )
    return choices


def _wordrank_setting(given: Mapping[str, Any], common: Mapping[str, Any]) -> Setting:
    """Return a row of WordRank.

    Raises
    ------
    TypeError, ValueError
        If a setting is unknown, common to all rows, or out of range; the sentence begins with "wordrank: ".
    """
    own = [field.name for field in fields(WordRankParameters) if field.name not in {*common, *_OWN}]
    for name in given:
        if name in common:
            raise TypeError(f"wordrank: {name} is the same for all rows; give it to the comparison itself")
        if name in _OWN:
            raise TypeError(f"wordrank: {name} is no setting of a row: {_OWN[name]}")
        if name not in own:
            raise TypeError(f"wordrank: there is no setting {name!r}{near_misses(str(name), own)}")
    try:
        parameters = WordRankParameters(**given, **common)
    except (TypeError, ValueError) as error:
        raise type(error)(f"wordrank: {error}") from error
    return Setting(_with_details("WordRank", given), None, None, parameters, WORDRANK)


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
            ours += ["gensim", "wordrank"]
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


_EXAMPLES = {
    "samplers": "'unigram', 'adaptive'",
    "objectives": "'logistic', 'softmax'",
    "wordrank": "{'epochs': 30, 'window': 10}",
}


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
    return _with_details(instance.name, settings)


def _with_details(name: Any, settings: Mapping[str, Any]) -> str:
    """Return a name with the settings that were given."""
    details = ", ".join(f"{key} {_worded(value)}" for key, value in settings.items())
    return f"{name} ({details})" if details else str(name)


def _worded(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _check_labels(settings: Sequence[Setting]) -> None:
    labels: set[str] = set()
    for setting in settings:
        if setting.label in labels:
            raise ValueError(
                f"two settings would be called {setting.label!r}; leave one out, or give samplers of your own a "
                "`name` each"
            )
        labels.add(setting.label)
