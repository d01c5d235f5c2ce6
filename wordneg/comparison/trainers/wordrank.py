"""Rows that `wordneg.WordRank` trains, on co-occurrences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.trainers.base import Clock, Trained, Trainer, Watcher
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.wordrank.model import WordRank
from wordneg.wordrank.parameters import WordRankParameters

if TYPE_CHECKING:
    from wordneg.estimator.parameters import BaseParameters

__all__ = ["WORDRANK_COMMON", "WordRankTrainer"]

WORDRANK_COMMON = ("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", "workers")
"""The settings that are the same for all rows."""

_WARM_UP_TEXT = [["two", "words"]]


@dataclass(frozen=True)
class WordRankTrainer(Trainer):
    """A row of WordRank, whose passes are over co-occurrences."""

    parameters: WordRankParameters
    kind: ClassVar[str] = "wordrank"
    reads_text: ClassVar[bool] = False

    @classmethod
    def beside(cls, label: str, given: Mapping[str, Any], first: BaseParameters, own: Mapping[str, str]) -> Self:
        """Return a row with some settings; words, dimensions and workers are the same as another row's.

        Parameters
        ----------
        label : str
            Its name.
        given : mapping
            Settings of `WordRank`.
        first : BaseParameters
            The other row's settings.
        own : mapping of str to str
            Settings that the comparison has itself, each with what to do instead.

        Raises
        ------
        TypeError, ValueError
            If a setting is unknown, common to all rows, or out of range; the sentence begins with "wordrank: ".
        """
        known = [field.name for field in fields(WordRankParameters) if field.name not in {*WORDRANK_COMMON, *own}]
        for name in given:
            if name in WORDRANK_COMMON:
                raise SettingTypeError(f"wordrank: {name} is the same for all rows; give it to the comparison itself")
            if name in own:
                raise SettingTypeError(f"wordrank: {name} is no setting of a row: {own[name]}")
            if name not in known:
                raise SettingTypeError(f"wordrank: there is no setting {name!r}{near_misses(str(name), known)}")
        return cls.from_json(label, {**given, **{name: getattr(first, name) for name in WORDRANK_COMMON}})

    @classmethod
    def from_json(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of arguments of `WordRank`."""
        try:
            return cls(label, WordRankParameters(**options))
        except SettingError as error:
            raise error.about("wordrank", "wordrank: ") from None

    @property
    def name(self) -> str:
        """WordRank."""
        return "WordRank"

    @property
    def racing(self) -> bool:
        """No: its workers do not race."""
        return False

    def tuned(self, option: str) -> str | None:
        """Return the learning rate in the place of `alpha`, which is something else here; None for other options."""
        return "learning_rate" if option == "alpha" else None

    def paced(self, text: TokenStore, words: int) -> tuple[Self, TokenStore]:
        """Return a period of passes, which differ, on the whole text: co-occurrences grow more slowly than it."""
        return self.with_options(epochs=min(self.parameters.period, self.epochs)), text

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
        if self.epochs != WordRankParameters.epochs:
            raise SettingError(
                "got ",
                Given("budget", budget),
                f", which finds the epochs of each setting, and the row {self.label!r}; leave its epochs out",
            )

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train WordRank; co-occurrences are counted in every run.

        They are the same for all seeds, but if they were kept, they would be in the peak memory of other rows' runs.
        """
        options = self.parameters.as_dict() | {"seed": seed, "progress": False}
        warm_up = WordRank(**options | {"epochs": 1})  # the counting is timed as a whole, so compile before
        warm_up.build_vocab(encode(_WARM_UP_TEXT, min_count=1))
        warm_up.train()
        model = WordRank(**options)
        clock = Clock(watcher, from_here=True)
        model.build_vocab(store)
        clock.train(model)
        return Trained(model.wv.vectors, model.contexts.vectors, None, clock.seconds(model), clock.before)

    @classmethod
    def notes(cls, rows: Sequence[Any], *, first: str, tuned: Sequence[str], budget: str, held_out: bool) -> list[str]:
        """Return what the rows have in common with the others, and what not."""
        settings = "; ".join(
            f"{row.label}: window {row.parameters.window}, {row.epochs} passes, "
            f"learning rate {row.parameters.learning_rate:g}"
            for row in rows
        )
        changed = ["the budget"] * (budget == "time") + ["tuning"] * ("alpha" in tuned)
        before = f"before {' and '.join(changed)}: " if changed else ""
        notes = [
            "WordRank is another method with a protocol of its own. Text, words, seeds and measures are the same as "
            f"for the other rows, dimensions and workers the same as for {first!r}. It trains on "
            f"co-occurrences, though, in a window and in passes of its own ({before}{settings}): equal epochs mean "
            "nothing between its rows and the others. The common measure is training seconds, in which each run's "
            "counting of co-occurrences is included. Its passes are not over words, so it has no words/s. Its workers "
            "do not race."
        ]
        if "alpha" in tuned:
            notes.append(
                "WordRank's learning rate is called learning_rate. It was tuned in place of alpha, on the same words, "
                "with as many trainings."
            )
        if others := [name for name in tuned if name != "alpha"]:
            verb = "was" if len(others) == 1 else "were"
            notes.append(f"{', '.join(others)} {verb} not tuned for WordRank, whose rows have it as they were given.")
        if held_out:
            notes.append(
                "WordRank's scores for held-out words, u · v, are trained to rank them, not to be log-probabilities. "
                "The two fitted calibration parameters turn them into probabilities, so its likelihood can be compared "
                "with the others', but shows less of what was learned."
            )
        return notes
