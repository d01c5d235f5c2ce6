"""Rows of methods that make vectors from co-occurrences, each with settings of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers.base import Clock, Trained, Trainer, Watcher
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore

if TYPE_CHECKING:
    from wordneg.estimator.cooccurring import CooccurrenceEstimator
    from wordneg.estimator.parameters import BaseParameters

__all__ = ["CooccurrenceTrainer"]

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


@dataclass(frozen=True)
class CooccurrenceTrainer(Trainer):
    """A row of a method that is trained on co-occurrences.

    Attributes
    ----------
    argument : str
        The argument of `wordneg.compare` that adds such rows.
    estimator : type
        The method.
    """

    argument: ClassVar[str]
    estimator: ClassVar[type[CooccurrenceEstimator[Any, Any]]]
    reads_text: ClassVar[bool] = False

    @classmethod
    def beside(cls, label: str, given: Mapping[str, Any], first: BaseParameters, own: Mapping[str, str]) -> Self:
        """Return a row with some settings; words, dimensions and workers are the same as another row's.

        Parameters
        ----------
        label : str
            Its name.
        given : mapping
            Settings of the method.
        first : BaseParameters
            The other row's settings.
        own : mapping of str to str
            Settings that the comparison has itself, each with what to do instead.

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
        """Return what `beside` needs to make a row again: its settings that are not common to all, nor defaults.

        Parameters
        ----------
        options : mapping
            All settings of the row, as in JSON.
        """
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
        clock = Clock(watcher, from_here=True)
        model.build_vocab(store)
        clock.train(model)
        return Trained(model.wv.vectors, model.contexts.vectors, None, clock.seconds(model), clock.before)

    def _options(self, seed: int) -> dict[str, Any]:
        """Return the arguments of the estimator."""
        return self.parameters.as_dict() | {"seed": seed, "progress": False}

    def _short(self) -> dict[str, Any]:
        """Return the arguments that make a training on a tiny text short."""
        return {"epochs": 1}

    @classmethod
    def notes(cls, rows: Sequence[Any], *, first: str, tuned: Sequence[str], budget: str, held_out: bool) -> list[str]:
        """Return what the rows have in common with the others, and what not."""
        title = cls.title()
        settings = "; ".join(f"{row.label}: {row.told()}" for row in rows)
        changed = ["the budget"] * (budget == "time") + ["tuning"] * any(rows[0].tuned(name) for name in tuned)
        before = f"before {' and '.join(changed)}: " if changed else ""
        notes = [
            f"{title} is another method with a protocol of its own. Text, words, seeds and measures are the same as "
            f"for the other rows, dimensions and workers the same as for {first!r}. It trains on "
            f"co-occurrences, though, in a window and in passes of its own ({before}{settings}): equal epochs mean "
            "nothing between its rows and the others. The common measure is training seconds, in which each run's "
            "counting of co-occurrences is included. Its passes are not over words, so it has no words/s. Its workers "
            "do not race."
        ]
        notes += cls.told_of_tuning(tuned)
        if held_out:
            notes.append(
                f"{title}'s scores for held-out words, u · v, {cls.told_of_scores()}, not to be log-probabilities. "
                "The two fitted calibration parameters turn them into probabilities, so its likelihood can be compared "
                "with the others', but shows less of what was learned."
            )
        return notes

    def told(self) -> str:
        """Return the settings that matter, in words."""
        return f"window {self.parameters.window}, {self.epochs} passes"

    @classmethod
    def told_of_tuning(cls, tuned: Sequence[str]) -> list[str]:
        """Return in sentences what became of the tuning."""
        if not tuned:
            return []
        verb = "was" if len(tuned) == 1 else "were"
        return [f"{', '.join(tuned)} {verb} not tuned for {cls.title()}, whose rows have their settings as given."]

    @classmethod
    def told_of_scores(cls) -> str:
        """Return in words what scores are trained for."""
        raise NotImplementedError
