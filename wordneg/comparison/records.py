"""What a comparison leaves behind: plain data, JSON in and out. Nothing here trains; `experiment` has the whole.

Numbers that are not finite have no place in JSON: a loss that is NaN is written as null.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

__all__ = ["HELD_OUT", "Epoch", "Protocol", "Run", "Score", "Tuning"]

HELD_OUT = "held-out"
"""The benchmark that is the text itself."""


@dataclass(frozen=True)
class Score:
    """One number of one run.

    Attributes
    ----------
    benchmark : str
        Such as "wordsim353", "google", "held-out".
    measure : str
        "spearman", "pearson", "accuracy", "mrr", "purity", "nmi" or "log-likelihood".
    band : str
        "all", "rare", "middle" or "frequent": of which words.
    value : float or None
        The score; None if there were not enough items.
    used, missing : int
        Items that went into it, and those left out for unknown words.
    """

    benchmark: str
    measure: str
    band: str
    value: float | None
    used: int
    missing: int

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {"value": _finite(self.value)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        return cls(**_known(cls, data))


@dataclass(frozen=True)
class Epoch:
    """A point of a learning curve: how a run stood after an epoch.

    Attributes
    ----------
    epoch : int
        1 for the first.
    seconds : float
        Of training since the start of the run, all epochs up to here.
    loss : float
        Mean loss of the epoch; NaN if none was sampled.
    scores : tuple of Score
        Of the cheap benchmarks; may be empty.
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
    """One setting trained with one seed.

    Attributes
    ----------
    setting : str
        Label of the setting.
    seed : int
        Of the training; 0 for vectors from outside.
    status : {"done", "failed"}
        Whether there are scores.
    error : str or None
        What went wrong, with the name of the sampler, or of another trainer.
    options : dict
        The arguments of `Word2Vec` as JSON, seed included, and with those that were tuned or scaled.
        See `Protocol.settings`.
    seconds, words_per_second : float or None
        Of training alone; None for vectors from outside. WordRank, which does not go through words, has no speed.
    peak_memory : int or None
        Bytes that the process took at most while this run was trained.
    scores : tuple of Score
        At the end of training.
    epochs : tuple of Epoch
        The learning curve.
    items : str or None
        File name, next to the run's own, of the scores of every item.
    beyond : float or None
        Seconds that the run took besides `seconds`: compiling, learning curve, scores. None if it is not known.
    """

    setting: str
    seed: int
    status: str
    error: str | None
    options: dict[str, Any]
    seconds: float | None
    words_per_second: float | None
    peak_memory: int | None
    scores: tuple[Score, ...]
    epochs: tuple[Epoch, ...]
    items: str | None
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
    """What tuning did for a setting.

    Attributes
    ----------
    setting : str
        Label of the setting.
    option : str
        The tuned argument of `Word2Vec`, such as "alpha"; or that of `WordRank` which is tuned in its place.
    tried : tuple of (float, float or None)
        Values in the order they were tried, each with its score; None if the training diverged.
    chosen : float
        The value that all seeds of the setting are trained with.
    seconds : float
        Spent on it, in all, without compiling.
    words : int or None
        Trained on for it, in all; None for WordRank, which does not go through words.
    """

    setting: str
    option: str
    tried: tuple[tuple[float, float | None], ...]
    chosen: float
    seconds: float
    words: int | None

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
    """Everything that a result must name.

    Attributes
    ----------
    corpus, fingerprint : str
        Name of the corpus, and of its content.
    words, vocabulary : int
        Words trained on in an epoch (before subsampling), and distinct ones.
    budget : {"epochs", "time", "candidates"}
        What all settings had the same of.
    tune : str or None
        The tuned argument; None if there was no tuning.
    baseline : str
        Label of the setting that others are compared with.
    seeds : tuple of int
        Each setting was trained with each.
    settings : dict of str to dict
        Label to arguments of `Word2Vec` as JSON, in order. That of gensim's trainer has ``"trainer": "gensim"``
        besides; that of WordRank has its arguments, and ``"trainer": "wordrank"``; that of vectors from outside is
        empty.
    versions : dict of str to str
        Package to version.
    machine, command, started : str
        Where, how and when.
    benchmarks : tuple of str
        In order.
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
    budget: str
    tune: str | None
    baseline: str
    seeds: tuple[int, ...]
    settings: dict[str, dict[str, Any]]
    versions: dict[str, str]
    machine: str
    command: str
    started: str
    benchmarks: tuple[str, ...]
    policy: str
    notes: tuple[str, ...]
    preparing: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {key: list(getattr(self, key)) for key in ("seeds", "benchmarks", "notes")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        return cls(**values | {key: tuple(values[key]) for key in ("seeds", "benchmarks", "notes")})


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
