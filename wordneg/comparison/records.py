"""What a comparison leaves behind, as plain data that goes to JSON and back. Nothing here trains.

JSON has no numbers that are not finite: a loss that is NaN is written as null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

__all__ = ["HELD_OUT", "Epoch", "Protocol", "Run", "Score", "Tuning"]

HELD_OUT = "held-out"
"""The name of the benchmark that is text kept out of training."""


@dataclass(frozen=True)
class Score:
    """One number of one run.

    Attributes
    ----------
    benchmark : str
        The name of the benchmark, such as "wordsim353", "google" or "held-out".
    measure : str
        "spearman", "pearson", "accuracy", "mrr", "purity", "nmi" or "log-likelihood".
    band : str
        The words it is about: "all", "rare", "middle" or "frequent".
    value : float or None
        The score; None if there were not enough items.
    used, missing : int
        How many items were scored, and how many left out because of unknown words.
    """

    benchmark: str
    measure: str
    band: str
    value: float | None
    used: int
    missing: int

    def to_json(self) -> list[Any]:
        """Return the fields in order: there are many scores, and their names would take most of a file."""
        return [self.benchmark, self.measure, self.band, _finite(self.value), self.used, self.missing]

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> Self:
        """Return the record of what `to_json` gave."""
        return cls(*data)


@dataclass(frozen=True)
class Epoch:
    """A point of a learning curve: a run after an epoch.

    Attributes
    ----------
    epoch : int
        The number of the epoch, from 1.
    seconds : float
        Training time since the start of the run.
    loss : float
        Mean loss of the epoch; NaN if none was sampled.
    scores : tuple of Score
        Scores on the benchmarks that are quickly scored; may be empty.
    """

    epoch: int
    seconds: float
    loss: float
    scores: tuple[Score, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {"loss": _finite(self.loss), "scores": [score.to_json() for score in self.scores]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        loss = math.nan if values["loss"] is None else values["loss"]
        return cls(**values | {"loss": loss, "scores": _scores(values["scores"])})


@dataclass(frozen=True)
class Run:
    """One row trained with one seed.

    Attributes
    ----------
    setting : str
        The label of the row.
    seed : int
        The seed of the training; 0 for rows that no seed changes, such as vectors from outside.
    status : {"done", "failed"}
        Whether there are scores.
    error : str or None
        What went wrong, with the name of the sampler or of another trainer.
    options : dict
        The settings as JSON, with the seed and the values that were tuned or scaled; see `Request.rows`.
    seconds, words_per_second : float or None
        Time and speed of training alone. Vectors from outside have neither, methods on co-occurrences no speed.
    peak_memory : int or None
        Bytes that the process took at most while this run was trained.
    scores : tuple of Score
        The scores after training.
    epochs : tuple of Epoch
        The learning curve.
    items : str or None
        The name of the file, next to the run's own, with the scores of single items.
    beyond : float or None
        Seconds besides `seconds` for compiling, learning curve and scores. None if it is not known.
    """

    setting: str
    seed: int
    status: str
    error: str | None
    options: dict[str, Any]
    seconds: float | None = None
    words_per_second: float | None = None
    peak_memory: int | None = None
    scores: tuple[Score, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    items: str | None = None
    beyond: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        nested = {"scores": [score.to_json() for score in self.scores]}
        return _plain(self) | nested | {"epochs": [epoch.to_json() for epoch in self.epochs]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        epochs = tuple(Epoch.from_json(epoch) for epoch in values["epochs"])
        return cls(**values | {"scores": _scores(values["scores"]), "epochs": epochs})


@dataclass(frozen=True)
class Tuning:
    """What tuning found for a row.

    Attributes
    ----------
    setting : str
        The label of the row.
    option : str
        The tuned argument of `Word2Vec`, such as "alpha", or the argument of `WordRank` that is tuned in its place.
    tried : tuple of (float, float or None)
        Values in the order they were tried, each with its score; None if the training diverged.
    chosen : float
        The value that all runs of the row have.
    seconds : float
        The time that it took without compiling.
    words : int or None
        Words trained on for it; None for WordRank, which does not go through words.
    edge : bool
        Whether the best value is the largest or smallest of those tried, so that a better one may lie beyond.
    """

    setting: str
    option: str
    tried: tuple[tuple[float, float | None], ...]
    chosen: float
    seconds: float
    words: int | None
    edge: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {"tried": [[value, _finite(score)] for value, score in self.tried]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        return cls(**values | {"tried": tuple((value, score) for value, score in values["tried"])})


@dataclass(frozen=True)
class Protocol:
    """How a comparison was made: everything that a result must name besides the request.

    Attributes
    ----------
    corpus, fingerprint : str
        The name of the text, and a digest of its content.
    words, vocabulary : int
        Words trained on in an epoch (before subsampling), and distinct words.
    benchmarks : tuple of str
        The benchmarks that were scored, in order, held-out text included.
    versions : dict of str to str
        Versions of the packages.
    machine, started : str
        Where and when.
    policy : str
        What was done about unknown words, case and rare words.
    notes : tuple of str
        What a reader of the numbers should know, one sentence each.
    preparing : float or None
        Seconds that reading text and benchmarks took, at the latest call that made runs. None if it is not known.
    """

    corpus: str
    fingerprint: str
    words: int
    vocabulary: int
    benchmarks: tuple[str, ...]
    versions: dict[str, str]
    machine: str
    started: str
    policy: str
    notes: tuple[str, ...]
    preparing: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {key: list(getattr(self, key)) for key in ("benchmarks", "notes")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        return cls(**values | {key: tuple(values[key]) for key in ("benchmarks", "notes")})


def _plain(record: Any) -> dict[str, Any]:
    """Return the fields of a record, as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _known(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record's fields; KeyError names one that is missing and has no default."""
    return {field.name: data[field.name] for field in fields(kind) if field.default is MISSING or field.name in data}


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _scores(data: Any) -> tuple[Score, ...]:
    return tuple(Score.from_json(score) for score in data)
