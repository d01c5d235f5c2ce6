"""Rows that wordneg trains: Word2Vec; and WordRank, AllVec and ClosedForm, which are trained on co-occurrences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordneg.allvec.model import AllVec
from wordneg.closedform.model import ClosedForm
from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers import VOCABULARY_OPTIONS, Trained, Trainer, Watcher
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS, Staged
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters
from wordneg.wordrank.model import WordRank

if TYPE_CHECKING:
    from wordneg.estimator.cooccurring import CooccurrenceEstimator
    from wordneg.estimator.parameters import BaseParameters

__all__ = ["AllVecTrainer", "ClosedFormTrainer", "CooccurrenceTrainer", "Word2VecTrainer", "WordRankTrainer"]

_PARTS = ("sampler", "objective")
_WARM_UP = 200  # tokens

_COMMON = ("vector_size", *VOCABULARY_OPTIONS, "workers")  # the same for all rows
_WARM_UP_TEXT = [["two", "words"], ["other", "ones"], ["three", "more", "words"]]


@dataclass(frozen=True)
class Word2VecTrainer(Trainer):
    """A row with a sampler and an objective.

    Attributes
    ----------
    sampler, objective : object
        Instances.
    """

    parameters: Parameters
    sampler: Any
    objective: Any
    kind: ClassVar[str] = "wordneg"

    @classmethod
    def from_plain(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of arguments of `Word2Vec`; sampler and objective may be classes or instances, too."""
        model = Word2Vec(**options, progress=False)
        return cls(label, model.parameters, model.sampler, model.objective)

    def as_plain(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec`; there is no "trainer", as this is the usual one."""
        options = super().as_plain()
        del options["trainer"]
        choices = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        return json.loads(json.dumps(choices, default=repr)) | options

    @property
    def name(self) -> str:
        """The sampler, if there is one."""
        return f"sampler {self.sampler.name!r}" if self.parameters.negative else "hierarchical softmax"

    @property
    def racing(self) -> bool:
        """Whether workers race; on shards they do not."""
        return super().racing and self.parameters.shards == 1

    @property
    def mean(self) -> bool:
        """Whether the query is a mean: in skip-gram the mean of several queries, in CBOW as ``cbow_mean`` says."""
        return bool(self.parameters.sg or self.parameters.cbow_mean)

    @property
    def cosine(self) -> bool:
        """Whether the objective takes cosines."""
        return bool(self.objective.cosine and self.parameters.negative)

    @property
    def scores_per_positive(self) -> float | None:
        """The scores that the sampler says it takes; with a tree, how many there are depends on the word."""
        if self.parameters.hs:
            return None
        scores: float | None = self.sampler.scores_per_positive(self.parameters.negative)
        return scores

    @property
    def parts(self) -> tuple[str, ...]:
        """The settings of sampler and objective that are a number, a string or a truth value."""
        return tuple(
            f"{part}.{field.name}"
            for part in _PARTS
            if is_dataclass(getattr(self, part))
            for field in fields(getattr(self, part))
            if field.init and isinstance(getattr(getattr(self, part), field.name), bool | int | float | str)
        )

    def shares(self, option: str, other: Trainer) -> bool:
        """Return whether a setting is the same one in another row: each kind of sampler or objective has its own."""
        part = option.partition(".")[0]
        alike = part not in _PARTS or type(getattr(self, part)) is type(getattr(other, part, None))
        return alike and super().shares(option, other)

    def value(self, option: str) -> Any:
        """Return the value of an argument of `Word2Vec`, or of a setting of the sampler or objective."""
        return attrgetter(option)(self if option.partition(".")[0] in _PARTS else self.parameters)

    def with_options(self, **changes: Any) -> Self:
        """Return the row with other arguments of `Word2Vec`, or settings such as "sampler.candidates"."""
        own = {name: value for name, value in changes.items() if "." not in name}
        made = {}
        for part in _PARTS:
            inside = {name.partition(".")[2]: changes[name] for name in changes if name.startswith(f"{part}.")}
            if inside:
                made[part] = replace(getattr(self, part), **inside)
        return replace(self, parameters=replace(self.parameters, **own), **made)

    def model(self, seed: int) -> Word2Vec:
        """Return an untrained model."""
        options = self.parameters.as_dict() | {"seed": seed}
        return Word2Vec(sampler=self.sampler, objective=self.objective, progress=False, **options)

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train `Word2Vec`; a sampler's first stage counts as training."""
        staged = isinstance(self.sampler, Staged) and self.parameters.negative > 0
        if staged:  # the first stage is timed as a whole, so compile before
            warm_up = self.with_options(epochs=1).model(seed)
            warm_up.build_vocab(store.head(_WARM_UP))
            warm_up.train()
        model = self.model(seed)
        model.build_vocab(store)
        watcher = watcher or Watcher()
        if staged:
            watcher.start()
        model.train(callbacks=[watcher])
        words = sum(report.words for report in model.history)
        alone = not self.parameters.negative
        outputs, tree = (model.syn1, store.vocabulary.tree) if alone else (model.syn1neg, None)
        return Trained(model.wv.vectors, outputs, words, watcher.seconds(model), watcher.before, tree=tree)


# --- trained on co-occurrences --------------------------------------------------------------------------


class CooccurrenceTrainer(Trainer):
    """A row of a method that is trained on co-occurrences.

    Attributes
    ----------
    argument : str
        The argument of `wordneg.compare` that adds such rows.
    estimator : type
        The method.
    scores : str
        What the scores of words are made for, in words.
    """

    argument: ClassVar[str]
    estimator: ClassVar[type[CooccurrenceEstimator[Any, Any]]]
    scores: ClassVar[str]
    reads_text: ClassVar[bool] = False

    @classmethod
    def beside(cls, label: str, given: Mapping[str, Any], first: BaseParameters, own: Mapping[str, str]) -> Self:
        """Return a row with some settings; words, dimensions and workers are the same as another row's.

        `own` are settings that the comparison has itself, each with what to do instead.

        Raises
        ------
        TypeError, ValueError
            If a setting is unknown, common to all rows, or out of range: the sentence begins with `argument`.
        """
        every = [field.name for field in fields(cls.estimator._parameters_type)]
        known = [name for name in every if name not in {*_COMMON, *own}]
        for name in given:
            if name in _COMMON:
                raise SettingTypeError(
                    f"{cls.argument}: {name} is the same for all rows; give it to the comparison itself"
                )
            if name in own:
                raise SettingTypeError(f"{cls.argument}: {name} is no setting of a row: {own[name]}")
            if name not in known:
                raise SettingTypeError(f"{cls.argument}: there is no setting {name!r}{near_misses(str(name), known)}")
        return cls.from_plain(label, {**given, **{name: getattr(first, name) for name in _COMMON}})

    @classmethod
    def from_plain(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of arguments of the method."""
        try:
            return cls(label, cls.estimator._parameters_type(**options))
        except SettingError as error:
            raise error.about(cls.argument, f"{cls.argument}: ") from None

    @classmethod
    def given(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return what `beside` needs to make a row of JSON again: settings that are not common to all, nor defaults."""
        usual = {field.name: field.default for field in fields(cls.estimator._parameters_type)}
        left_out = ("trainer", *_COMMON)
        return {name: value for name, value in options.items() if name not in left_out and usual.get(name) != value}

    @classmethod
    def title(cls) -> str:
        """Return the name of the method."""
        return cls.estimator.__name__

    @property
    def name(self) -> str:
        """The method."""
        return self.title()

    @property
    def racing(self) -> bool:
        """No: its workers do not race."""
        return False

    def tuned(self, option: str) -> str | None:
        """Return None: an argument of `Word2Vec` is something else here, or nothing at all."""
        return None

    def paced(self, text: TokenStore, words: int) -> tuple[Self, TokenStore]:
        """Return some passes on the whole text: co-occurrences grow more slowly than it."""
        return self.with_options(epochs=min(self._passes_a_pace(), self.epochs)), text

    def _passes_a_pace(self) -> int:
        """Return the number of passes by which the speed is measured."""
        return 3

    def check_budget(self, budget: str) -> None:
        """Refuse a budget of candidates, and passes that are given although the budget finds them."""
        if budget == "candidates":
            raise SettingError(
                "got ",
                Given("budget", budget),
                f" and the row {self.label!r}, which has no candidates to count: it trains on co-occurrences. Take ",
                Given("budget", "time"),
                ", or leave the row out",
            )
        defaults: Any = self.estimator._parameters_type
        if self.epochs != defaults.epochs:
            raise SettingError(
                "got ",
                Given("budget", budget),
                f", which finds the epochs of each row, and the row {self.label!r}; leave its epochs out",
            )

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train the method; co-occurrences are counted in every run.

        They are the same for all seeds, but if they were kept, they would be in the peak memory of other rows' runs.
        """
        options = self._options(seed)
        warm_up = self.estimator(**options | self._short())  # the counting is timed as a whole, so compile before
        warm_up.build_vocab(encode(_WARM_UP_TEXT, min_count=1))
        warm_up.train()
        model = self.estimator(**options)
        watcher = watcher or Watcher()
        watcher.start()
        model.build_vocab(store)
        model.train(callbacks=[watcher])
        return Trained(model.wv.vectors, model.contexts.vectors, None, watcher.seconds(model), watcher.before)

    def _options(self, seed: int) -> dict[str, Any]:
        """Return the arguments of the estimator."""
        return self.parameters.as_dict() | {"seed": seed, "progress": False}

    def _short(self) -> dict[str, Any]:
        """Return the arguments that make a training on a tiny text short."""
        return {"epochs": 1}

    @classmethod
    def notes(cls, rows: Sequence[Any], request: Any) -> list[str]:
        """Return what the rows have in common with the others, and what not."""
        title, tuned = cls.title(), request.tuned
        own = {name: rows[0].tuned(name) for name in tuned}
        kept = [name for name in tuned if own[name] is None]
        settings = "; ".join(f"{row.label}: {row.told()}" for row in rows)
        changed = ["the budget"] * (request.budget == "time") + ["tuning"] * (len(kept) < len(tuned))
        before = f"before {' and '.join(changed)}: " if changed else ""
        notes = [
            f"{title} is another method with a protocol of its own. Text, words, seeds and measures are the same as "
            f"for the other rows, dimensions and workers the same as for {request.trainers[0].label!r}. It trains on "
            f"co-occurrences, though, in a window and in passes of its own ({before}{settings}): equal epochs mean "
            "nothing between its rows and the others. The common measure is training seconds, in which each run's "
            "counting of co-occurrences is included. Its passes are not over words, so it has no words/s. Its workers "
            "do not race."
        ]
        notes += [
            f"{title}'s {name.replace('_', ' ')} is called {name}. It was tuned in place of {asked}, on the same "
            "words, with as many trainings."
            for asked, name in own.items()
            if name is not None
        ]
        if kept:
            verb = "was" if len(kept) == 1 else "were"
            notes.append(f"{', '.join(kept)} {verb} not tuned for {title}, whose rows have their settings as given.")
        if request.held_out:
            notes.append(
                f"{title}'s scores for held-out words, u · v, {cls.scores}, not to be log-probabilities. "
                "The two fitted calibration parameters turn them into probabilities, so its likelihood can be compared "
                "with the others', but shows less of what was learned."
            )
        return notes

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"window {self.parameters.window}, {self.epochs} passes"


class WordRankTrainer(CooccurrenceTrainer):
    """A row of `wordneg.WordRank`."""

    kind = "wordrank"
    argument = "wordrank"
    estimator = WordRank
    scores = "are trained to rank them"

    def tuned(self, option: str) -> str | None:
        """Return the learning rate in the place of `alpha`, which is something else here; None for other options."""
        return "learning_rate" if option == "alpha" else None

    def _passes_a_pace(self) -> int:
        """Return a period, whose passes differ."""
        return int(self.parameters.period)

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"{super().told()}, learning rate {self.parameters.learning_rate:g}"


class AllVecTrainer(CooccurrenceTrainer):
    """A row of `wordneg.AllVec`."""

    kind = "all-vec"
    argument = "all_vec"
    estimator = AllVec
    scores = "are trained to be the positive pointwise mutual information"


class ClosedFormTrainer(CooccurrenceTrainer):
    """A row of `wordneg.ClosedForm`, which takes the time that it takes, and has no seed."""

    kind = "closed-form"
    argument = "closed_form"
    estimator = ClosedForm
    seeded = False
    scores = "are made to be 2 (P - pp) / (P + pp)"

    def with_options(self, **changes: Any) -> Self:
        """Return the trainer with some settings changed; there are no epochs to be changed."""
        changes.pop("epochs", None)
        return super().with_options(**changes)

    def _options(self, seed: int) -> dict[str, Any]:
        return self.parameters.as_dict() | {"progress": False}

    def _short(self) -> dict[str, Any]:
        return {"vector_size": 1}

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"window {self.parameters.window}, solved once, whatever the budget"
