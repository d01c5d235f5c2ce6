"""What `compare` was asked for, text aside; with the text, what is to be made; and what of it a result has to say."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from wordneg import evaluation
from wordneg.common.machine import machine, versions
from wordneg.comparison.choices import LEAST_PREFIX, Choices, check_rows
from wordneg.comparison.heldout import FULL
from wordneg.comparison.records import HELD_OUT, Protocol
from wordneg.comparison.scoring import Benchmarks
from wordneg.comparison.settings import GENSIM, Setting
from wordneg.comparison.tuning import FACTOR, TRIES, TUNING_SEED
from wordneg.text.tokenstore import TokenStore
from wordneg.wordrank.parameters import WordRankParameters

__all__ = ["Pace", "Plan", "Request", "fair_epochs"]


@dataclass(frozen=True)
class Request:
    """What was asked for, text aside.

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
        What vectors are scored on.
    command : str
        How to repeat it.

    Raises
    ------
    ValueError
        If some of it does not go together.
    """

    choices: Choices
    settings: tuple[Setting, ...]
    extra: dict[str, Any]
    baseline: str
    benchmarks: Benchmarks
    command: str

    def __post_init__(self) -> None:
        check_rows(self.choices, self.settings, self.extra, self.baseline)
        if self.choices.needs_benchmarks:
            self.benchmarks.require_some()

    @property
    def reference(self) -> Setting:
        """The setting that budgets are relative to: the baseline if it is trained here on text, else the first."""
        settings = (setting for setting in self.settings if setting.label == self.baseline and setting.reads_text)
        return next(settings, self.settings[0])

    @property
    def epochs(self) -> int:
        """The most passes over the text that a setting has."""
        return max(setting.parameters.epochs for setting in self.settings if setting.reads_text)

    @property
    def wordranks(self) -> dict[str, WordRankParameters]:
        """The parameters of the rows that WordRank trains, by label."""
        return {
            setting.label: setting.parameters
            for setting in self.settings
            if isinstance(setting.parameters, WordRankParameters)
        }

    def as_json(self) -> dict[str, Any]:
        """Return what must be the same for a comparison to go on, the text aside."""
        choices = {field.name: getattr(self.choices, field.name) for field in fields(self.choices)}
        return {
            "settings": self.rows(),
            "extra": self.origins(),
            **choices,
            "seeds": list(self.choices.seeds),
            "baseline": self.baseline,
            "benchmarks": list(self.benchmarks.names),
            "version": versions()["wordneg"],
        }

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of the rows by label; none of vectors from outside."""
        trained = {setting.label: setting.as_json() for setting in self.settings}
        return trained | {label: {} for label in self.extra}

    def origins(self) -> list[str]:
        """Return the labels of vectors from outside, with their files."""
        return [
            f"{label} ({os.fspath(source)})" if isinstance(source, str | os.PathLike) else label
            for label, source in self.extra.items()
        ]


@dataclass(frozen=True)
class Plan:
    """A comparison before it is made: what was asked for, and the text.

    Attributes
    ----------
    request : Request
        What was asked for.
    benchmarks : Benchmarks
        Its benchmarks, and which of them can be used with the text's words.
    training : TokenStore
        The text to train on.
    name, fingerprint : str
        Of the whole text.
    seconds : float
        That it took to have all this.
    """

    request: Request
    benchmarks: Benchmarks
    training: TokenStore
    name: str
    fingerprint: str
    seconds: float

    @property
    def corpus(self) -> str:
        """The text, as a folder of results has it."""
        return f"{self.name} ({self.fingerprint[:12]})"

    @property
    def tuning_words(self) -> int:
        """Words that the tuning of a setting may take: given, or as many as its runs.

        No fewer, since on a short prefix too high a rate looks best.
        """
        if self.request.choices.tune_words is not None:
            return self.request.choices.tune_words
        return len(self.training.tokens) * self.request.epochs * len(self.request.choices.seeds)

    @property
    def prefix(self) -> int:
        """Words of the text that tuning trains on."""
        affordable = self.tuning_words // (TRIES * self.request.epochs)
        return min(len(self.training.tokens), max(affordable, LEAST_PREFIX))

    def protocol(self, epochs: Mapping[str, int]) -> Protocol:
        """Return what the result has to name.

        Parameters
        ----------
        epochs : mapping of str to int
            Those of each setting, if planned.
        """
        held_out = (HELD_OUT,) if self.request.choices.held_out else ()
        return Protocol(
            corpus=self.name,
            fingerprint=self.fingerprint,
            words=len(self.training.tokens),
            vocabulary=len(self.training.vocabulary),
            budget=self.request.choices.budget,
            tune=self.request.choices.tune,
            baseline=self.request.baseline,
            seeds=self.request.choices.seeds,
            settings=self.request.rows(),
            versions=versions(),
            machine=machine(),
            command=self.request.command,
            started=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            benchmarks=(*self.benchmarks.names, *held_out),
            policy=str(evaluation.Policy()),
            notes=(*self._tuning_notes(), *self._budget_notes(epochs), *self._other_notes(), *self.benchmarks.notes),
            preparing=self.seconds,
        )

    def _tuning_notes(self) -> list[str]:
        tune = self.request.choices.tune
        if tune is None:
            values = sorted({setting.parameters.alpha for setting in self.request.settings if setting.reads_text})
            if len(values) > 1:
                return ["Nothing was tuned."]
            who = "all settings but WordRank's" if self.request.wordranks else "all settings"
            return [
                f"Nothing was tuned: {who} have the learning rate {values[0]:g}, at which a sampler that pulls "
                "harder may look better or worse than it is at its own best."
            ]
        if self.request.choices.tune_by == HELD_OUT:
            criterion = "the log-likelihood of the held-out text, which is reported, too"
        else:
            criterion = "the mean of Spearman correlations and accuracies on the very benchmarks that are reported"
        return [
            f"{tune} was tuned for each setting, walking in steps of factor {FACTOR:g}, on the first {self.prefix:,} "
            f"words with seed {TUNING_SEED}, by {criterion}; of {self.tuning_words:,} words a setting at most."
        ]

    def _budget_notes(self, epochs: Mapping[str, int]) -> list[str]:
        budget, reference = self.request.choices.budget, self.request.reference.label
        if budget == "epochs":
            return []
        same = {
            "time": f"the wall-clock time of {reference}, by the pace measured before",
            "candidates": f"as many scores (of positives, negatives and candidates) as {reference}",
        }[budget]
        planned = ", ".join(f"{label} {number}" for label, number in epochs.items())
        return [f"Equal {budget}: each setting has about {same}, in whole epochs: {planned or 'see below'}."]

    def _other_notes(self) -> list[str]:
        notes, request = [], self.request
        if len(request.choices.seeds) == 1:
            notes.append("There is one seed, hence no interval over seeds: differences between trainings are not seen.")
        if any(setting.parameters.workers > 1 for setting in request.settings):  # type: ignore[operator]
            notes.append("Several workers race, so a run that is repeated differs a little.")
        if request.choices.held_out:
            softmax = "full" if len(self.training.vocabulary) <= FULL else "sampled"
            notes.append(
                f"Held out: the last {request.choices.held_out:.1%} of the text. Log-likelihood in nats a word under "
                f"the {softmax} softmax, after two numbers a model were fitted on other positions: models trained with "
                "negative samples are not normalised. Vocabulary and counts are those of the whole text."
            )
        if any(setting.trainer == GENSIM for setting in request.settings):
            notes.append(
                f"The row {GENSIM!r} was trained by gensim, with the arguments of {request.settings[0].label!r}."
            )
        if request.wordranks:
            notes += self._wordrank_notes()
        if request.extra:
            notes.append(f"From outside, with text, words and settings of their own: {', '.join(request.origins())}.")
        return notes

    def _wordrank_notes(self) -> list[str]:
        """Return what its rows have in common with the others, and what not."""
        choices, first = self.request.choices, self.request.settings[0].label
        rows = "; ".join(
            f"{label}: window {one.window}, {one.epochs} passes, learning rate {one.learning_rate:g}"
            for label, one in self.request.wordranks.items()
        )
        changed = ["the budget"] * (choices.budget == "time") + ["tuning"] * (choices.tune == "alpha")
        before = f"before {' and '.join(changed)}: " if changed else ""
        notes = [
            "WordRank is another method with a protocol of its own. Text, words, seeds and measures are those of the "
            f"other rows, dimensions and workers those of {first!r}. It trains on co-occurrences, though, in a window "
            f"and in passes of its own ({before}{rows}): equal epochs mean nothing between its rows and the others. "
            "The common measure is training seconds, in which each run's counting of co-occurrences is included. "
            "Passes are not over words, so there are no words/s. Its workers do not race.",
        ]
        if choices.tune == "alpha":
            notes.append(
                "WordRank's learning rate is called learning_rate. It was tuned in place of alpha, on the same words, "
                "with as many trainings."
            )
        elif choices.tune is not None:
            notes.append(f"{choices.tune} was not tuned for WordRank, whose rows have it as they were given.")
        if choices.held_out:
            notes.append(
                "WordRank's scores for held-out words, u · v, are trained to rank them, not to be log-probabilities. "
                "The two fitted numbers turn them into probabilities, so its likelihood is one like the others', but "
                "shows less of what was learnt."
            )
        return notes


class Pace(NamedTuple):
    """How long a setting trains: seconds before its first epoch, and seconds for each."""

    before: float
    epoch: float


def fair_epochs(
    settings: Sequence[Setting], reference: Setting, budget: str, paces: Mapping[str, Pace | None]
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
    paces : mapping of str to Pace or None
        By label, for "time". A setting without, or all if the reference has none, keep theirs.
    """
    given = reference.parameters.epochs

    def epochs(setting: Setting) -> float:
        if budget == "time":
            ours, base = paces[setting.label], paces[reference.label]
            if ours and base:
                return (base.before + base.epoch * given - ours.before) / ours.epoch
        if budget == "candidates":
            return given * reference.candidate_evaluations / setting.candidate_evaluations
        return setting.parameters.epochs

    return {setting.label: max(1, round(epochs(setting))) for setting in settings}
