"""The rows that arguments of `wordneg.compare` stand for, and their labels.

A value that is a list or a tuple is an **axis**: each of its values is tried with each value of every other axis.
Anything else is the same for all. A sampler or an objective is a name, a class, an instance or a dict with a
``"name"``; so a dict is one sampler, a list several.

Rows of other trainers come after those: gensim's, at the first row's arguments; WordRank's, which have settings of
their own and take words, dimensions and workers from the first row; vectors from outside.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers.base import Trainer
from wordneg.comparison.trainers.gensim import GensimTrainer
from wordneg.comparison.trainers.outside import OutsideVectors
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.comparison.trainers.wordrank import WordRankTrainer
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters

__all__ = ["CORPUS_OPTIONS", "TEXT_OPTIONS", "make_trainers", "tunable"]

TEXT_OPTIONS = ("tokenizer", "encoding", "unicode_errors")
"""Arguments of `Word2Vec` that say how text is read."""

CORPUS_OPTIONS = (
    "min_count",
    "max_vocab_size",
    "max_final_vocab",
    "sorted_vocab",
    "phrases",
    "phrase_threshold",
    "phrase_scoring",
    *TEXT_OPTIONS,
)
"""Arguments of `Word2Vec` that decide the vocabulary: the same for all, as the corpus is encoded once."""

# arguments of the estimators that `compare` has itself, and under which name
_OWN = {
    "sentences": "the corpus is the first argument",
    "corpus_file": "the corpus is the first argument",
    "sampler": "give samplers=[…]",
    "objective": "give objectives=[…]",
    "seed": "give seeds, a number or a list",
    "callbacks": "they would see every run; train with Word2Vec to use them",
}
_NOT_TUNED = frozenset(("seed", "epochs", "workers", "sg", "hs", "cbow_mean", *CORPUS_OPTIONS))
_EXAMPLES = {
    "samplers": ["unigram", "adaptive"],
    "objectives": ["logistic", "softmax"],
    "wordrank": {"epochs": 30, "window": 10},
}


def make_trainers(
    samplers: Any,
    objectives: Any,
    options: Mapping[str, Any],
    *,
    gensim: bool = False,
    wordrank: Any = False,
    extra: Mapping[str, Any] | None = None,
) -> tuple[Trainer, ...]:
    """Return the rows of a comparison.

    Parameters
    ----------
    samplers, objectives, gensim, wordrank, extra
        See `wordneg.compare`.
    options : mapping
        Arguments of `Word2Vec`; those that are lists are axes.

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
    for given in _wordrank_choices(wordrank):
        trained.append(WordRankTrainer.beside(_with_details("WordRank", given), given, first.parameters, _OWN))
    labels = [row.label for row in trained]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        raise SettingError(
            f"two settings would be called {twice!r}; leave one out, or give samplers of your own a `name` each"
        )
    if twice := next((label for label in extra or {} if label in labels), None):
        raise SettingError(f"extra vectors are called {twice!r}, as is a setting; give them another label")
    outside = [OutsideVectors(label, None, source) for label, source in (extra or {}).items()]
    return (*trained, *outside)


def tunable(name: str) -> str:
    """Return the name of an argument that can be tuned, or raise ValueError."""
    names = [
        field.name
        for field in fields(Parameters)
        if isinstance(field.default, int | float) and not isinstance(field.default, bool)
        if field.name not in _NOT_TUNED
    ]
    if name not in names:
        raise SettingError(
            "got ",
            Given("tune", name),
            f"{near_misses(str(name), names)}; expected {', '.join(map(repr, names))}; or ",
            Given("tune", None),
            ", to train with the values as they are",
        )
    return name


def _word2vec_rows(samplers: Any, objectives: Any, options: Mapping[str, Any]) -> list[Word2VecTrainer]:
    fixed = {name: value for name, value in options.items() if not isinstance(value, list | tuple)}
    axes = {name: list(value) for name, value in options.items() if isinstance(value, list | tuple)}
    _check_options(options, axes)
    sampler_axis = _several("samplers", samplers)
    objective_axis = [None] if objectives is None else _several("objectives", objectives)
    rows = []
    for sampler, objective, *values in itertools.product(sampler_axis, objective_axis, *axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        made = Word2VecTrainer.from_json("", {"sampler": sampler, "objective": objective, **fixed, **chosen})
        parts = [SAMPLERS.label(made.sampler)]
        if len(objective_axis) > 1:
            parts.append(OBJECTIVES.label(made.objective))
        parts += [f"{name} {_worded(chosen[name])}" for name in axes if len(axes[name]) > 1]
        rows.append(Word2VecTrainer(", ".join(parts), made.parameters, made.sampler, made.objective))
    return rows


def _wordrank_choices(wordrank: Any) -> list[Mapping[str, Any]]:
    """Return the settings that were given for each row of WordRank; none if it is no row."""
    if wordrank is None or wordrank is False:
        return []
    choices = [{}] if wordrank is True else _several("wordrank", wordrank)
    if not all(isinstance(choice, Mapping) for choice in choices):
        raise SettingTypeError(
            "got ",
            Given("wordrank", wordrank),
            f", expected True, settings of wordneg.WordRank such as {_EXAMPLES['wordrank']}, or a list of such dicts",
        )
    return choices


def _check_options(options: Mapping[str, Any], axes: Mapping[str, list[Any]]) -> None:
    known = inspect.signature(Word2Vec).parameters
    for name in options:
        if name in _OWN:
            raise SettingTypeError(f"compare has no argument {name!r}: {_OWN[name]}")
        if name not in known or name == "others":
            ours = ["samplers", "objectives", "seeds", "tune", "budget", "baseline", "benchmarks", "folder", "held_out"]
            ours += ["gensim", "wordrank"]
            raise SettingTypeError(
                f"compare and Word2Vec have no argument {name!r}{near_misses(name, [*ours, *known])}"
            )
    for name, values in axes.items():
        if name in CORPUS_OPTIONS:
            raise SettingError(
                f"got a list for {name}, which decides the vocabulary: the corpus is encoded once, and all settings "
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
