"""What a comparison leaves behind: plain data, JSON in and out. Nothing here trains.

A folder holds an experiment as

=========================  ===================================================================
``comparison.json``        format, version, and the :class:`Protocol`
``tunings/<setting>.json``  a :class:`Tuning`
``runs/<run>.json``        a :class:`Run`, written when it is finished
``runs/<run>.npz``         the scores of every item of its benchmarks, see :meth:`Experiment.items`
=========================  ===================================================================

Numbers that are not finite have no place in JSON: a loss that is NaN is written as null.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

__all__ = ["HEADER", "RUNS", "TUNINGS", "Epoch", "Experiment", "Protocol", "Run", "Score", "Tuning"]

HEADER, RUNS, TUNINGS = "comparison.json", "runs", "tunings"
_FORMAT, _VERSION = "wordneg comparison", 1


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
        What went wrong, with the name of the sampler.
    options : dict
        The arguments of `Word2Vec` as JSON, seed included, and with those that were tuned or scaled.
        See `Protocol.settings`.
    seconds, words_per_second : float or None
        Of training alone; None for vectors from outside.
    peak_memory : int or None
        Bytes that the process took at most while this run was trained.
    scores : tuple of Score
        At the end of training.
    epochs : tuple of Epoch
        The learning curve.
    items : str or None
        File name, next to the run's own, of the scores of every item.
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
        The tuned argument of `Word2Vec`, such as "alpha".
    tried : tuple of (float, float or None)
        Values in the order they were tried, each with its score; None if the training diverged.
    chosen : float
        The value that all seeds of the setting are trained with.
    seconds : float
        Spent on it, in all, without compiling.
    words : int
        Trained on for it, in all.
    """

    setting: str
    option: str
    tried: tuple[tuple[float, float | None], ...]
    chosen: float
    seconds: float
    words: int

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
        besides; that of vectors from outside is empty.
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

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return _plain(self) | {key: list(getattr(self, key)) for key in ("seeds", "benchmarks", "notes")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the record of what `to_json` gave."""
        values = _known(cls, data)
        return cls(**values | {key: tuple(values[key]) for key in ("seeds", "benchmarks", "notes")})


@dataclass(frozen=True)
class Experiment:
    """What a folder holds, and what the presentation takes.

    Attributes
    ----------
    protocol : Protocol
        What was compared, and how.
    tunings : tuple of Tuning
        In the order of the settings; empty if nothing was tuned.
    runs : tuple of Run
        Those finished so far, in the order of settings and seeds.
    folder : Path or None
        Where it lies, with the scores of the items.
    """

    protocol: Protocol
    tunings: tuple[Tuning, ...]
    runs: tuple[Run, ...]
    folder: Path | None = None

    def items(self, run: Run) -> dict[str, npt.NDArray[Any]]:
        """Return the scores of every item of a run's benchmarks.

        Parameters
        ----------
        run : Run
            One of `runs`.

        Returns
        -------
        dict of str to ndarray
            Under the name of each benchmark an (N,) float64 array: the cosine of each pair, 1 or 0 for each
            analogy solved or not, the log-likelihood of each position; NaN where unused.
            Under ``"<benchmark>/gold"``, for similarity, the (N,) float64 ratings.
            Under ``"<benchmark>/cluster"`` int64 ids of what an item shares with others: (N, 2) of the two words of a
            pair or the two pairs of an analogy, (N,) of the sentence of a position that was held out.
            Empty if nothing was kept.
        """
        if self.folder is None or run.items is None:
            return {}
        with np.load(self.folder / RUNS / run.items, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Read what a folder holds so far.

        Raises
        ------
        FileNotFoundError
            If there is no comparison in the folder.
        ValueError
            If what is there is not one, or was written by another version.
        """
        folder = Path(folder)
        header = folder / HEADER
        if not header.is_file():
            raise FileNotFoundError(
                f"there is no comparison in {folder}: {HEADER} is missing. Give the folder that was the `out` of "
                "wordneg.compare, or the --out of `wordneg compare`."
            )
        data = _read(header)
        if data.get("format") != _FORMAT:
            raise ValueError(f"{header} does not say that it is a {_FORMAT}; give the folder of a comparison")
        if data.get("version") != _VERSION:
            raise ValueError(
                f"{header} has version {data.get('version')!r}, and this wordneg reads {_VERSION}; "
                "open it with the wordneg that wrote it"
            )
        protocol = _record(Protocol, data.get("protocol"), header)
        tunings = [_record(Tuning, _read(path), path) for path in sorted((folder / TUNINGS).glob("*.json"))]
        runs = [_record(Run, _read(path), path) for path in sorted((folder / RUNS).glob("*.json"))]
        return cls(protocol, tuple(tunings), tuple(runs), folder)._ordered()

    def _ordered(self) -> Self:
        """Return it with tunings and runs in the order of settings and seeds."""
        places = {label: place for place, label in enumerate(self.protocol.settings)}
        last = len(places)
        tunings = sorted(self.tunings, key=lambda tuning: places.get(tuning.setting, last))
        runs = sorted(self.runs, key=lambda run: (places.get(run.setting, last), run.seed))
        return type(self)(self.protocol, tuple(tunings), tuple(runs), self.folder)

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold: all but the scores of items and the folder."""
        return {
            "format": _FORMAT,
            "version": _VERSION,
            "protocol": self.protocol.to_json(),
            "tunings": [tuning.to_json() for tuning in self.tunings],
            "runs": [run.to_json() for run in self.runs],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the experiment of what `to_json` gave."""
        return cls(
            Protocol.from_json(data["protocol"]),
            tuple(Tuning.from_json(tuning) for tuning in data["tunings"]),
            tuple(Run.from_json(run) for run in data["runs"]),
        )


def header_json(protocol: Protocol) -> dict[str, Any]:
    """Return the content of ``comparison.json``."""
    return {"format": _FORMAT, "version": _VERSION, "protocol": protocol.to_json()}


def _plain(record: Any) -> dict[str, Any]:
    """Return the fields of a record, as they are."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _known(kind: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record's fields; KeyError names one that is missing."""
    return {field.name: data[field.name] for field in fields(kind)}


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _scores(data: Any) -> tuple[Score, ...]:
    return tuple(Score.from_json(score) for score in data)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is not JSON ({error}); remove it, and the comparison makes it anew") from error
    if not isinstance(data, dict):
        raise ValueError(f"{path} must hold a JSON object; remove it, and the comparison makes it anew")
    return data


def _record(kind: Any, data: Any, path: Path) -> Any:
    try:
        return kind.from_json(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is not the record of a {kind.__name__.lower()} ({type(error).__name__}: {error}); "
            "remove it, and the comparison makes it anew"
        ) from error
