"""The folder of a comparison: every result is on the disk as soon as there is one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.experiment import HEADER, RUNS, TUNINGS, Experiment, header_json
from wordneg.comparison.records import Protocol, Run, Tuning
from wordneg.files.atomic import atomic_write

__all__ = ["Folder", "write_header", "write_run", "write_tuning"]

_REQUEST, _CORPUS, _EPOCHS = "request", "corpus", "epochs"


class Folder:
    """A folder that is new, empty or holds the same comparison; nothing is written before `begin`.

    Parameters
    ----------
    path : Path
        The folder; it need not be there.
    request : mapping
        What was asked for, text aside, as JSON: what must be the same for a comparison to go on.

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

    Attributes
    ----------
    path : Path
        The folder.
    request : dict
        What was asked for; with the text, as soon as it has begun.
    experiment : Experiment or None
        What it holds so far.
    epochs : dict of str to int
        What has been planned, by label; empty if nothing was.
    """

    def __init__(self, path: Path, request: Mapping[str, Any]) -> None:
        self.path = path
        self.request: dict[str, Any] = json.loads(json.dumps(request))
        self.experiment: Experiment | None = None
        self.epochs: dict[str, int] = {}
        self._corpus: str | None = None
        _check_place(path)
        if (path / HEADER).is_file():
            self.experiment = Experiment.open(path)
            header = json.loads((path / HEADER).read_bytes())
            there = dict(header.get(_REQUEST, {}))
            self._corpus = there.pop(_CORPUS, None)
            _check_same(path, there, self.request)
            self.epochs = header.get(_EPOCHS, {})
        elif path.is_dir() and any(not entry.name.startswith(".") for entry in path.iterdir()):
            raise FileExistsError(
                f"{str(path)!r} is not empty, and what it holds is no comparison; give a new folder for the results"
            )

    def begin(self, corpus: str) -> None:
        """Make room for the results of a text.

        Raises
        ------
        ValueError
            If the folder holds a comparison on another text.
        OSError
            If it cannot be written to.
        """
        if self.experiment is not None:
            _check_same(self.path, {_CORPUS: self._corpus}, {_CORPUS: corpus})
        self.request = {_CORPUS: corpus, **self.request}
        for part in (RUNS, TUNINGS):
            (self.path / part).mkdir(parents=True, exist_ok=True)

    def finished(self) -> dict[tuple[str, int], Run]:
        """Return the runs that need not be made again, by label and seed: failed ones are tried again."""
        runs = () if self.experiment is None else self.experiment.runs
        return {(run.setting, run.seed): run for run in runs if run.status == "done" and self._has_items(run)}

    def tunings(self) -> dict[str, Tuning]:
        """Return what has been tuned, by label."""
        return {} if self.experiment is None else {tuning.setting: tuning for tuning in self.experiment.tunings}

    def _has_items(self, run: Run) -> bool:
        return run.items is None or (self.path / RUNS / run.items).is_file()


def write_header(folder: Path, protocol: Protocol, request: Mapping[str, Any], epochs: Mapping[str, int]) -> None:
    """Write the protocol, the request, and the epochs of each setting, if they are planned already."""
    _write_json(folder / HEADER, header_json(protocol) | {_REQUEST: request, _EPOCHS: epochs})


def write_tuning(folder: Path, tuning: Tuning) -> None:
    """Write the tuning of a setting."""
    _write_json(folder / TUNINGS / f"{_slug(tuning.setting)}.json", tuning.to_json())


def write_run(folder: Path, run: Run, items: Mapping[str, NDArray[Any]]) -> Run:
    """Write a run with the scores of its items; return it with the name of their file.

    The items are written first: where there is a run, they are there, too.
    """
    name = f"{_slug(run.setting)}-{run.seed}"
    if items:
        run = replace(run, items=f"{name}.npz")
        with atomic_write(folder / RUNS / f"{name}.npz") as file:
            np.savez_compressed(file, **dict(items))  # type: ignore[arg-type]
    _write_json(folder / RUNS / f"{name}.json", run.to_json())
    return run


def _write_json(path: Path, content: Any) -> None:
    with atomic_write(path, "w") as file:
        json.dump(content, file, indent=1, allow_nan=False)


def _slug(label: str) -> str:
    """Return a file name for a label; different labels have different ones."""
    plain = re.sub(r"[^a-z0-9.]+", "-", label.lower()).strip("-.")[:60]
    if plain == label:
        return plain
    return f"{plain}-{blake2b(label.encode(), digest_size=4).hexdigest()}"


def _check_place(path: Path) -> None:
    """Refuse a place where there can be no folder that is written to."""
    nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(f"{str(nearest)!r} is a file, expected a folder for the results")
    if not os.access(nearest, os.W_OK):
        raise PermissionError(f"{str(nearest)!r} cannot be written to; give another folder for the results")


def _check_same(path: Path, there: Any, asked: Any) -> None:
    """Raise ValueError if the request differs from the one that a folder was made for."""
    names: list[str] = []
    while there != asked and isinstance(there, dict) and isinstance(asked, dict):
        name = next(key for key in {**asked, **there} if there.get(key) != asked.get(key))
        names.append(name)
        there, asked = there.get(name), asked.get(name)
    if there != asked:
        raise ValueError(
            f"{str(path)!r} holds another comparison: {', '.join(names)} is {_brief(there)} there and "
            f"{_brief(asked)} here. Give another folder, or ask for the same to go on with it."
        )


def _brief(value: Any) -> str:
    text = "left out" if value is None else json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
