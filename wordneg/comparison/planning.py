"""What `compare` was asked for, checked before anything is trained; and what of it a result has to say."""

from __future__ import annotations

import datetime
import numbers
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import evaluation
from wordneg.comparison.environment import machine, versions
from wordneg.comparison.heldout import FULL
from wordneg.comparison.records import Protocol
from wordneg.comparison.running import HELD_OUT
from wordneg.comparison.scoring import Benchmarks
from wordneg.comparison.settings import GENSIM, Setting, tunable
from wordneg.comparison.tuning import FACTOR, TRIES, TUNING_SEED
from wordneg.messages import near_misses
from wordneg.parameters import whole_number
from wordneg.tokenstore import TokenStore

__all__ = ["BUDGETS", "TUNED_BY", "Choices", "Plan", "check_rows", "fair_epochs"]

BUDGETS = ("epochs", "time", "candidates")
TUNED_BY = ("benchmarks", HELD_OUT)
_LEAST_PREFIX = 1000
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
            whole_number("tune_words", self.tune_words, TRIES * _LEAST_PREFIX, None, f", {TRIES} trainings at most")
        share = self.held_out
        if isinstance(share, bool) or not isinstance(share, numbers.Real) or not 0 <= share <= _LARGEST_HELD_OUT:
            raise ValueError(
                f"got held_out={share!r}, expected a share of the text, up to {_LARGEST_HELD_OUT}, such as "
                "held_out=0.02; or held_out=0: nothing is held out"
            )
        if self.tune is not None and self.tune_by == HELD_OUT and not share:
            raise ValueError('got tune_by="held-out" and no text held out; give held_out=0.02, or tune_by="benchmarks"')


@dataclass(frozen=True)
class Plan:
    """A comparison before it is made.

    Attributes
    ----------
    choices : Choices
        See there.
    settings : tuple of Setting
        What is trained.
    extra : dict of str to object
        Vectors from outside, by label.
    baseline : str
        A label.
    benchmarks : Benchmarks
        What trained vectors are scored on.
    training : TokenStore
        The text to train on.
    name, fingerprint : str
        Of the whole text.
    command : str
        How to repeat it.
    """

    choices: Choices
    settings: tuple[Setting, ...]
    extra: dict[str, Any]
    baseline: str
    benchmarks: Benchmarks
    training: TokenStore
    name: str
    fingerprint: str
    command: str

    def __post_init__(self) -> None:
        check_rows(self.choices, self.settings, self.extra, self.baseline)
        tune = self.choices.tune
        if tune is not None and self.choices.tune_by == "benchmarks" and not self.benchmarks.names:
            raise ValueError('there is no benchmark to tune by; give some, or tune_by="held-out", or tune=None')

    @property
    def reference(self) -> Setting:
        """The setting that budgets are relative to: the baseline if it is trained here, else the first."""
        return next((setting for setting in self.settings if setting.label == self.baseline), self.settings[0])

    @property
    def tuning_words(self) -> int:
        """Words that the tuning of a setting may take: given, or as many as its runs.

        No fewer, since on a short prefix too high a rate looks best.
        """
        if self.choices.tune_words is not None:
            return self.choices.tune_words
        return len(self.training.tokens) * self._epochs * len(self.choices.seeds)

    @property
    def prefix(self) -> int:
        """Words of the text that tuning trains on."""
        affordable = self.tuning_words // (TRIES * self._epochs)
        return min(len(self.training.tokens), max(affordable, _LEAST_PREFIX))

    @property
    def _epochs(self) -> int:
        return max(setting.parameters.epochs for setting in self.settings)

    def request(self) -> dict[str, Any]:
        """Return, as JSON, what must be the same for a comparison to go on."""
        choices = {field.name: getattr(self.choices, field.name) for field in fields(self.choices)}
        return {
            "corpus": f"{self.name} ({self.fingerprint[:12]})",
            "settings": self._rows(),
            "extra": self._origins(),
            **choices,
            "seeds": list(self.choices.seeds),
            "baseline": self.baseline,
            "benchmarks": list(self.benchmarks.names),
            "version": versions()["wordneg"],
        }

    def _rows(self) -> dict[str, dict[str, Any]]:
        trained = {setting.label: setting.as_json() for setting in self.settings}
        return trained | {label: {} for label in self.extra}

    def protocol(self, epochs: Mapping[str, int]) -> Protocol:
        """Return what the result has to name.

        Parameters
        ----------
        epochs : mapping of str to int
            Those of each setting, if planned.
        """
        held_out = (HELD_OUT,) if self.choices.held_out else ()
        return Protocol(
            corpus=self.name,
            fingerprint=self.fingerprint,
            words=len(self.training.tokens),
            vocabulary=len(self.training.vocabulary),
            budget=self.choices.budget,
            tune=self.choices.tune,
            baseline=self.baseline,
            seeds=self.choices.seeds,
            settings=self._rows(),
            versions=versions(),
            machine=machine(),
            command=self.command,
            started=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            benchmarks=(*self.benchmarks.names, *held_out),
            policy=str(evaluation.Policy()),
            notes=(*self._tuning_notes(), *self._budget_notes(epochs), *self._other_notes(), *self.benchmarks.notes),
        )

    def _origins(self) -> list[str]:
        return [
            f"{label} ({os.fspath(source)})" if isinstance(source, str | os.PathLike) else label
            for label, source in self.extra.items()
        ]

    def _tuning_notes(self) -> list[str]:
        tune = self.choices.tune
        if tune is None:
            values = sorted({setting.parameters.alpha for setting in self.settings})
            if len(values) > 1:
                return ["Nothing was tuned."]
            return [
                f"Nothing was tuned: all settings have the learning rate {values[0]:g}, at which a sampler that pulls "
                "harder may look better or worse than it is at its own best."
            ]
        if self.choices.tune_by == HELD_OUT:
            criterion = "the log-likelihood of the held-out text, which is reported, too"
        else:
            criterion = "the mean of Spearman correlations and accuracies on the very benchmarks that are reported"
        return [
            f"{tune} was tuned for each setting, walking in steps of factor {FACTOR:g}, on the first {self.prefix:,} "
            f"words with seed {TUNING_SEED}, by {criterion}; of {self.tuning_words:,} words a setting at most."
        ]

    def _budget_notes(self, epochs: Mapping[str, int]) -> list[str]:
        if self.choices.budget == "epochs":
            return []
        same = {
            "time": f"the wall-clock time of {self.reference.label}, by the speed measured before",
            "candidates": f"as many scores (of positives, negatives and candidates) as {self.reference.label}",
        }[self.choices.budget]
        planned = ", ".join(f"{label} {number}" for label, number in epochs.items())
        return [
            f"Equal {self.choices.budget}: each setting has about {same}, in whole epochs: {planned or 'see below'}."
        ]

    def _other_notes(self) -> list[str]:
        notes = []
        if len(self.choices.seeds) == 1:
            notes.append("There is one seed, hence no interval over seeds: differences between trainings are not seen.")
        if any(setting.parameters.workers > 1 for setting in self.settings):  # type: ignore[operator]
            notes.append("Several workers race, so a run that is repeated differs a little.")
        if self.choices.held_out:
            softmax = "full" if len(self.training.vocabulary) <= FULL else "sampled"
            notes.append(
                f"Held out: the last {self.choices.held_out:.1%} of the text. Log-likelihood in nats a word under the "
                f"{softmax} softmax, after two numbers a model were fitted on other positions: models trained with "
                "negative samples are not normalised. Vocabulary and counts are those of the whole text."
            )
        if any(setting.trainer == GENSIM for setting in self.settings):
            notes.append(f"The row {GENSIM!r} was trained by gensim, with the arguments of {self.settings[0].label!r}.")
        if self.extra:
            notes.append(f"From outside, with text, words and settings of their own: {', '.join(self._origins())}.")
        return notes


def check_rows(choices: Choices, settings: Sequence[Setting], extra: Mapping[str, Any], baseline: str) -> None:
    """Refuse what does not go together, as far as it can be told without a corpus.

    Raises
    ------
    ValueError
        If the baseline is no row, two rows have one label, or a list is given for what is found for each setting.
    """
    labels = [*(setting.label for setting in settings), *extra]
    if baseline not in labels:
        raise ValueError(
            f"got baseline={baseline!r}{near_misses(baseline, labels)}; the rows are {', '.join(map(repr, labels))}"
        )
    if twice := sorted(set(extra) & {setting.label for setting in settings}):
        raise ValueError(f"extra vectors are called {twice[0]!r}, as is a setting; give them another label")
    if choices.budget != "epochs" and len({setting.parameters.epochs for setting in settings}) > 1:
        raise ValueError(
            f'got several epochs and budget="{choices.budget}", which finds the epochs of each setting; give '
            "one number, that of the baseline"
        )
    tune = choices.tune
    if tune is not None and len({getattr(setting.parameters, tune) for setting in settings}) > 1:
        raise ValueError(
            f'got a list for {tune}, and tune="{tune}", which finds the value of each setting; give one value to '
            "start from, or tune=None"
        )


def fair_epochs(
    settings: Sequence[Setting], reference: Setting, budget: str, speeds: Mapping[str, float | None]
) -> dict[str, int]:
    """Return the epochs of each setting under a budget, by label: at least one, in whole numbers.

    Parameters
    ----------
    settings : sequence of Setting
        The settings.
    reference : Setting
        Whose epochs decide; others get as many as take the same time, or as many scores.
    budget : {"epochs", "time", "candidates"}
        What is the same.
    speeds : mapping of str to float or None
        Words a second, by label, for "time". A setting without, or all if the reference has none, keep theirs.
    """

    def factor(setting: Setting) -> float:
        if budget == "time":
            ours, base = speeds[setting.label], speeds[reference.label]
            return ours / base if ours and base else 1.0
        if budget == "candidates":
            return reference.candidate_evaluations / setting.candidate_evaluations
        return setting.parameters.epochs / reference.parameters.epochs

    return {setting.label: max(1, round(reference.parameters.epochs * factor(setting))) for setting in settings}


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
