"""A whole experiment, and the folder that holds it.

Its files are

=========================  ===================================================================
``comparison.json``        format, version, and the :class:`Protocol`
``tunings/<setting>.json``  a :class:`Tuning`
``runs/<run>.json``        a :class:`Run`, written when it is finished
``runs/<run>.npz``         the scores of every item of its benchmarks, see :meth:`Experiment.items`
=========================  ===================================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wordneg.comparison.records import Protocol, Run, Tuning

__all__ = ["HEADER", "RUNS", "TUNINGS", "Experiment", "header_json"]

HEADER, RUNS, TUNINGS = "comparison.json", "runs", "tunings"
_FORMAT, _VERSION = "wordneg comparison", 1


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
