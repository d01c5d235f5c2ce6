"""Rows of the methods that are trained on co-occurrences: WordRank, AllVec and ClosedForm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordneg.allvec.model import AllVec
from wordneg.closedform.model import ClosedForm
from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.wordrank.model import WordRank

if TYPE_CHECKING:
    from wordneg.estimator.cooccurring import CooccurrenceEstimator
    from wordneg.estimator.parameters import BaseParameters

__all__ = ["AllVecTrainer", "ClosedFormTrainer", "CooccurrenceTrainer", "WordRankTrainer"]

_COMMON = (
    "vector_size",
    "min_count",
    "max_vocab_size",
    "max_final_vocab",
    "sorted_vocab",
    "phrases",
    "phrase_threshold",
    "phrase_scoring",
    "workers",
)
"""The settings that are the same for all rows."""

_WARM_UP_TEXT = [["two", "words"], ["other", "ones"], ["three", "more", "words"]]


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
            If a setting is unknown, common to all rows, or out of range; the sentence begins with the argument of
            `wordneg.compare`, as in "wordrank: ".
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
        return cls.from_json(label, {**given, **{name: getattr(first, name) for name in _COMMON}})

    @classmethod
    def from_json(cls, label: str, options: Mapping[str, Any]) -> Self:
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
                f", which finds the epochs of each setting, and the row {self.label!r}; leave its epochs out",
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
