"""The folder of a comparison: every result is on the disk as soon as there is one.

=============================  ================================================================================
``comparison.json``            format, version, `Request`, `Protocol`, and the epochs that were planned
``tunings/<row>.json``         a `Tuning`
``runs/<run>.json``            a `Run`, written when it is finished
``runs/<run>.npz``             the scores of every item of its benchmarks: float32 cosines and log-likelihoods, int8
                               1 or 0 for an analogy solved or not; NaN and -1 for items that were not used
``benchmarks/<name>.npz``      what the items of a benchmark are, once for all runs: gold ratings, clusters
=============================  ================================================================================
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.records import Protocol, Run, Tuning
from wordneg.comparison.request import Request
from wordneg.files.atomic import atomic_write

__all__ = ["HEADER", "RUNS", "Store"]

HEADER, RUNS, TUNINGS, BENCHMARKS = "comparison.json", "runs", "tunings", "benchmarks"
_FORMAT, _VERSION = "wordneg comparison", 2
_SHARED = ("gold", "cluster")


@dataclass(frozen=True)
class Store:
    """A folder of results.

    Attributes
    ----------
    path : Path
        The folder; it need not be there before `begin`.
    """

    path: Path

    # --- before anything is made ------------------------------------------------------------------------

    def is_begun(self) -> bool:
        """Return whether it holds a comparison."""
        return (self.path / HEADER).is_file()

    def check(self, asked: Mapping[str, Any]) -> None:
        """Refuse a folder that is neither new nor empty nor holds the same comparison. Nothing is written.

        Parameters
        ----------
        asked : mapping
            The identity of the request; or ``{"corpus": …}``, as soon as the text is known.

        Raises
        ------
        ValueError
            If the folder holds another comparison: the sentence names the first difference.
        FileExistsError
            If it holds other things.
        NotADirectoryError
            If it, or where it would be, is a file.
        PermissionError
            If it cannot be written to.
        """
        nearest = next(place for place in (self.path, *self.path.absolute().parents) if place.exists())
        if not nearest.is_dir():
            raise NotADirectoryError(f"{str(nearest)!r} is a file, expected a folder for the results")
        if not os.access(nearest, os.W_OK):
            raise PermissionError(f"{str(nearest)!r} cannot be written to; give another folder for the results")
        if self.is_begun():
            there = self.header().get("identity", {})
            self._check_same({name: there.get(name) for name in asked}, json.loads(json.dumps(asked)))
        elif self.path.is_dir() and any(not entry.name.startswith(".") for entry in self.path.iterdir()):
            raise FileExistsError(
                f"{str(self.path)!r} is not empty, and what it holds is no comparison; give a new folder for the "
                "results"
            )

    def _check_same(self, there: Any, asked: Any) -> None:
        names: list[str] = []
        while there != asked and isinstance(there, dict) and isinstance(asked, dict):
            name = next(key for key in {**asked, **there} if there.get(key) != asked.get(key))
            names.append(name)
            there, asked = there.get(name), asked.get(name)
        if there != asked:
            raise ValueError(
                f"{str(self.path)!r} holds another comparison: {', '.join(names)} is {_brief(there)} there and "
                f"{_brief(asked)} here. Give another folder, or ask for the same to go on with it."
            )

    # --- writing ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make the folder."""
        for part in (RUNS, TUNINGS, BENCHMARKS):
            (self.path / part).mkdir(parents=True, exist_ok=True)

    def write_header(self, request: Request, protocol: Protocol, corpus: str, epochs: Mapping[str, int]) -> None:
        """Write what was asked for and how it is made.

        Parameters
        ----------
        request : Request
            What was asked for.
        protocol : Protocol
            How it is made.
        corpus : str
            The text, for `check`.
        epochs : mapping of str to int
            The epochs of each row; empty before they are planned.
        """
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "identity": {"corpus": corpus, **request.identity()},
            "command": request.command,
            "protocol": protocol.to_json(),
            "epochs": dict(epochs),
        }
        _write_json(self.path / HEADER, content, indent=1)

    def write_tuning(self, tuning: Tuning) -> Tuning:
        """Write the tuning of a row, and return it."""
        _write_json(self.path / TUNINGS / f"{_slug(tuning.setting)}.json", tuning.to_json(), indent=1)
        return tuning

    def write_run(self, run: Run, items: Mapping[str, NDArray[Any]] | None = None) -> Run:
        """Write a run; return it with the name of the file of its items.

        The items are written first: where there is a run, its items are there, too.

        Parameters
        ----------
        run : Run
            The run.
        items : mapping of str to ndarray, optional
            As `items` returns them, scores as they are kept.
        """
        name = f"{_slug(run.setting)}-{run.seed}"
        scores = {key: array for key, array in (items or {}).items() if _part(key) not in _SHARED}
        for benchmark in scores:
            parts = {part: (items or {}).get(f"{benchmark}/{part}") for part in _SHARED}
            self._write_shared(benchmark, {part: array for part, array in parts.items() if array is not None})
        if scores:
            run = replace(run, items=f"{name}.npz")
            _write_arrays(self.path / RUNS / f"{name}.npz", scores)
        _write_json(self.path / RUNS / f"{name}.json", run.to_json())
        return run

    def _write_shared(self, benchmark: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        path = self.path / BENCHMARKS / f"{_slug(benchmark)}.npz"
        if arrays and not path.exists():
            _write_arrays(path, arrays)

    # --- reading ----------------------------------------------------------------------------------------

    def header(self) -> dict[str, Any]:
        """Return the content of ``comparison.json``.

        Raises
        ------
        FileNotFoundError
            If there is no comparison in the folder.
        ValueError
            If what is there is not one, or was written by another version.
        """
        header = self.path / HEADER
        if not header.is_file():
            raise FileNotFoundError(
                f"there is no comparison in {self.path}: {HEADER} is missing. Give the folder that was the `out` of "
                "wordneg.compare, or the --out of `wordneg compare`."
            )
        data = _read_json(header)
        if data.get("format") != _FORMAT:
            raise ValueError(f"{header} does not say that it is a {_FORMAT}; give the folder of a comparison")
        if data.get("version") != _VERSION:
            raise ValueError(
                f"{header} has version {data.get('version')!r}, and this wordneg reads {_VERSION}; open it with the "
                "wordneg that wrote it, or make the comparison again in another folder"
            )
        return data

    def read(self) -> tuple[Request, Protocol, list[Tuning], list[Run], dict[str, int]]:
        """Return request, protocol, tunings, runs so far, and the planned epochs.

        Raises
        ------
        FileNotFoundError, ValueError
            See `header`; if a file is damaged, the sentence names it.
        """
        data, header = self.header(), self.path / HEADER
        identity = data.get("identity")
        asked = {**identity, "command": data.get("command", "")} if isinstance(identity, dict) else None
        request, protocol = _record(Request, asked, header), _record(Protocol, data.get("protocol"), header)
        places = {label: place for place, label in enumerate(request.rows)}
        tunings = [_record(Tuning, _read_json(path), path) for path in sorted((self.path / TUNINGS).glob("*.json"))]
        runs = [_record(Run, _read_json(path), path) for path in sorted((self.path / RUNS).glob("*.json"))]
        tunings.sort(key=lambda tuning: places.get(tuning.setting, len(places)))
        runs.sort(key=lambda run: (places.get(run.setting, len(places)), run.seed))
        return request, protocol, tunings, runs, data.get("epochs", {})

    def has_items(self, run: Run) -> bool:
        """Return whether the scores of a run's items are there, if it has any."""
        return run.items is None or (self.path / RUNS / run.items).is_file()

    def items(self, run: Run) -> dict[str, NDArray[Any]]:
        """Return the scores of every item of a run's benchmarks, see `Comparison.items`."""
        if run.items is None:
            return {}
        found: dict[str, NDArray[Any]] = {}
        for name, kept in _read_arrays(self.path / RUNS / run.items).items():
            scores = kept.astype(np.float64)
            found[name] = np.where(kept < 0, np.nan, scores) if kept.dtype == np.int8 else scores
            shared = self.path / BENCHMARKS / f"{_slug(name)}.npz"
            if shared.is_file():
                gold_and_clusters = _read_arrays(shared).items()
                found |= {f"{name}/{part}": array.astype(f"{array.dtype.kind}8") for part, array in gold_and_clusters}
        return found


def _part(name: str) -> str:
    """Return what an array is of its benchmark; empty for the scores."""
    return name.rpartition("/")[2] if "/" in name else ""


def _write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    with atomic_write(path) as file:
        np.savez_compressed(file, **dict(arrays))  # type: ignore[arg-type]


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _write_json(path: Path, content: Any, indent: int | None = None) -> None:
    with atomic_write(path, "w") as file:
        json.dump(content, file, indent=indent, allow_nan=False, ensure_ascii=False)
        file.write("\n")


def _read_json(path: Path) -> dict[str, Any]:
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
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is not the record of a {kind.__name__.lower()} ({type(error).__name__}: {error}); "
            "remove it, and the comparison makes it anew"
        ) from error


def _slug(label: str) -> str:
    """Return a file name for a label; different labels have different ones."""
    plain = re.sub(r"[^a-z0-9.]+", "-", label.lower()).strip("-.")[:60]
    if plain == label:
        return plain
    return f"{plain}-{blake2b(label.encode(), digest_size=4).hexdigest()}"


def _brief(value: Any) -> str:
    text = "left out" if value is None else json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
