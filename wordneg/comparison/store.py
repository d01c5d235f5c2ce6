"""The folder of a comparison: every result is on the disk as soon as there is one.

=============================  ================================================================================
``comparison.json``            format, version, `Request`, `Protocol`, and the epochs that were planned
``tunings/<row>.json``         a `Tuning`
``runs/<run>.json``            a `Run`, written when it is finished
``runs/<run>.npz``             the scores of every item of its benchmarks: float32 cosines, gains and log-likelihoods,
                               int8 1 or 0 for an analogy solved or not; NaN and -1 for items that were not used
``benchmarks/<name>.npz``      what the items of a benchmark are, once for all runs: gold ratings, clusters
``.lock``                      who writes into the folder, as long as somebody does
=============================  ================================================================================

A folder may come from anywhere. Only regular files in it are read, none through a link that leads out of it; what they
hold is checked before memory is given to it, and text is made printable (`wordneg.common.messages.printable`).
"""

from __future__ import annotations

import json
import os
import re
import stat
import zipfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from wordneg.common.machine import versions
from wordneg.common.messages import printable
from wordneg.comparison.records import Protocol, Run, Tuning, typed
from wordneg.comparison.request import Request
from wordneg.corpora.compression import is_of_the_disk
from wordneg.files.atomic import atomic_write
from wordneg.files.locking import locked

__all__ = ["HEADER", "RUNS", "Store"]

HEADER, RUNS, TUNINGS, BENCHMARKS = "comparison.json", "runs", "tunings", "benchmarks"
_FORMAT, _VERSION = "wordneg comparison", 4
_SHARED = ("gold", "cluster")
_ANEW = "remove it, and the comparison makes it anew"
_LARGEST_JSON = 1 << 26  # bytes; a run of a hundred benchmarks takes some 30,000


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

    def refuse_own(self, path: str | os.PathLike[str]) -> None:
        """Refuse to write something else to where a file of the comparison is, or would be taken for one.

        Raises
        ------
        ValueError
            If `path` is ``comparison.json``, or is in one of the folders beside it.
        """
        place, own = Path(os.path.realpath(path)), Path(os.path.realpath(self.path))
        if place == own / HEADER or any(place.is_relative_to(own / part) for part in (RUNS, TUNINGS, BENCHMARKS)):
            raise ValueError(f"{os.fspath(path)!r} belongs to the comparison itself; give another name")

    def is_begun(self) -> bool:
        """Return whether it holds a comparison."""
        return (self.path / HEADER).is_file()

    def check(self, asked: Request) -> Request:
        """Return what is asked for, together with what the folder holds already. Nothing is written.

        Raises
        ------
        ValueError
            If the folder holds a comparison that cannot be extended to this one: the sentence names the difference.
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
            there, version = self.read()[0], self.header()["identity"].get("version")
            try:
                together = asked.together(there)
            except ValueError as error:
                self._refuse(str(error))
            if version != (here := versions()["wordneg"]):
                self._refuse(f"it was made by wordneg {version}, and this is {here}")
            return together
        if self.path.is_dir() and not all(map(_is_own, self.path.iterdir())):
            raise FileExistsError(
                f"{str(self.path)!r} is not empty, and what it holds is no comparison; give a new folder for the "
                "results"
            )
        return asked

    def check_corpus(self, corpus: str) -> None:
        """Refuse a folder whose comparison is on another text; raises as `check` does."""
        if (there := self.header()["identity"].get("corpus")) != corpus:
            self._refuse(f"corpus is {there!r} there and {corpus!r} here")

    def _refuse(self, difference: str) -> NoReturn:
        raise ValueError(
            f"{str(self.path)!r} holds another comparison: {difference}. Give another folder, or what goes with the "
            "comparison that is there: it may get further seeds, rows and benchmarks."
        )

    # --- writing ----------------------------------------------------------------------------------------

    def locked(self) -> AbstractContextManager[None]:
        """Make the folder, and keep others from writing into it for a block, see `wordneg.files.locking.locked`."""
        return locked(self.path)

    def write_header(self, request: Request, protocol: Protocol, corpus: str, epochs: Mapping[str, int]) -> None:
        """Write what was asked for, how it is made, the text for `check_corpus`, and the epochs that are planned."""
        identity = {"corpus": corpus, **request.as_plain(), "version": versions()["wordneg"]}
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "identity": identity,
            "command": identity.pop("command"),
            "source": identity.pop("source"),
            "protocol": protocol.as_plain(),
            "epochs": dict(epochs),
        }
        _write_json(self.path / HEADER, content, indent=1)

    def write_tuning(self, tuning: Tuning) -> Tuning:
        """Write the tuning of a row, and return it."""
        _write_json(self.path / TUNINGS / f"{_slug(tuning.row)}.json", tuning.as_plain(), indent=1)
        return tuning

    def write_run(self, run: Run, items: Mapping[str, NDArray[Any]] | None = None) -> Run:
        """Write a run, with items as `items` returns them, and return it with the name of their file.

        The items are written first: where there is a run, its items are there, too.
        """
        name = f"{_slug(run.row)}-{run.seed}"
        scores = {key: array for key, array in (items or {}).items() if _part(key) not in _SHARED}
        for benchmark in scores:
            parts = {part: (items or {}).get(f"{benchmark}/{part}") for part in _SHARED}
            self._write_shared(benchmark, {part: array for part, array in parts.items() if array is not None})
        if scores:
            run = replace(run, items=f"{name}.npz")
            _write_arrays(self.path / RUNS / f"{name}.npz", scores)
        _write_json(self.path / RUNS / f"{name}.json", run.as_plain())
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
        data = self._read_json(header, "give the folder of a comparison")
        if data.get("format") != _FORMAT:
            raise ValueError(f"{header} does not say that it is a {_FORMAT}; give the folder of a comparison")
        if data.get("version") != _VERSION:
            raise ValueError(
                f"{header} has version {data.get('version')!r}, and this wordneg reads {_VERSION}; open it with the "
                "wordneg that wrote it, or make the comparison again in another folder"
            )
        if not isinstance(data.get("identity"), dict):
            raise ValueError(f"{header} does not say what was asked for; give the folder of a comparison")
        return data

    def read(self) -> tuple[Request, Protocol, list[Tuning], list[Run], dict[str, int]]:
        """Return request, protocol, tunings, runs so far, and the planned epochs.

        Raises
        ------
        FileNotFoundError, ValueError
            See `header`; if a file is damaged, the sentence names it and, where there is one, the field.
        """
        data, header = self.header(), self.path / HEADER
        asked = {**data["identity"], "command": data.get("command", ""), "source": data.get("source", {})}
        anew = "make the comparison again in another folder"
        request = _record(Request.from_plain, asked, header, anew)
        protocol = _record(Protocol.from_plain, data.get("protocol"), header, anew)
        epochs = _record(lambda epochs: typed(dict[str, int], epochs, "epochs"), data.get("epochs", {}), header, anew)
        places = {label: place for place, label in enumerate(request.rows)}
        tunings = []
        for content, path in self._each(TUNINGS):
            tunings.append(_record(Tuning.from_plain, content, path))
            _check_name(path, _slug(tunings[-1].row))
        runs = []
        for content, path in self._each(RUNS):
            run = _record(Run.from_plain, content, path)
            if run.items not in (None, f"{path.stem}.npz"):
                raise ValueError(f"{path}: items is {run.items!r}, expected {path.stem}.npz or null; {_ANEW}")
            _check_name(path, f"{_slug(run.row)}-{run.seed}")
            runs.append(run)
        # those of a row that has been taken out since are left where they are
        tunings = sorted((one for one in tunings if one.row in places), key=lambda one: places[one.row])
        runs = sorted((one for one in runs if one.row in places), key=lambda one: (places[one.row], one.seed))
        return request, protocol, tunings, runs, epochs

    def _each(self, part: str) -> list[tuple[dict[str, Any], Path]]:
        """Return the content of each JSON file in a part of the folder, with its path."""
        paths = sorted(path for path in (self.path / part).glob("*.json") if not path.name.startswith("."))
        return [(self._read_json(path), path) for path in paths]

    def has_items(self, run: Run) -> bool:
        """Return whether the scores of a run's items are there, if it has any."""
        return run.items is None or (self.path / RUNS / run.items).is_file()

    def items(self, run: Run) -> dict[str, NDArray[Any]]:
        """Return the scores of every item of a run's benchmarks, see `Comparison.items`.

        Raises
        ------
        OSError, ValueError
            If they cannot be read, or are damaged: the sentence names the file.
        """
        if run.items is None:
            return {}
        path = self.path / RUNS / run.items
        found: dict[str, NDArray[Any]] = {}
        for name, kept in self._read_arrays(path).items():
            if kept.ndim != 1 or (kept.dtype.kind != "f" and kept.dtype != np.int8):
                raise ValueError(f"{path}: {name!r} is {_described(kept)}, expected (N,) floats or int8; {_ANEW}")
            if np.isinf(kept).any():
                raise ValueError(f"{path}: {name!r} has infinite values; {_ANEW}")
            scores = kept.astype(np.float64)
            found[name] = np.where(kept < 0, np.nan, scores) if kept.dtype == np.int8 else scores
            shared = self.path / BENCHMARKS / f"{_slug(name)}.npz"
            if shared.is_file():
                for part, array in self._read_arrays(shared).items():
                    if part not in _SHARED or len(array) != len(kept) or (array.ndim, array.dtype.kind) not in _FITTING:
                        raise ValueError(
                            f"{shared}: {part!r} is {_described(array)}, expected the gold ratings or clusters of the "
                            f"{len(kept)} items in {path}; remove both, and the comparison makes them anew"
                        )
                    found[f"{name}/{part}"] = array.astype(f"{array.dtype.kind}8")
        return found

    def _read_json(self, path: Path, advice: str = _ANEW) -> dict[str, Any]:
        """Return the object in a JSON file, with its text printable."""
        with self._opened(path) as file:
            content = file.read(_LARGEST_JSON + 1)
        if len(content) > _LARGEST_JSON:
            raise ValueError(f"{path} has more than {_LARGEST_JSON:,} bytes, which no result takes; {advice}")
        try:
            data = json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} is not JSON ({error}); {advice}") from error
        if not isinstance(data, dict):
            raise ValueError(f"{path} must hold a JSON object; {advice}")
        return _made_printable(data)

    def _read_arrays(self, path: Path) -> dict[str, NDArray[Any]]:
        """Return the arrays of an ``.npz`` file; no memory is given to what a header only promises."""
        with self._opened(path) as file:
            try:
                with zipfile.ZipFile(file) as archive:
                    return {name.removesuffix(".npy"): _array(archive, name) for name in archive.namelist()}
            except Exception as error:  # damaged bytes make zipfile and NumPy raise all sorts
                if is_of_the_disk(error):
                    raise
                raise ValueError(f"{path} is damaged ({error or type(error).__name__}); {_ANEW}") from error

    def _opened(self, path: Path) -> IO[bytes]:
        """Open a file of the folder; refuse a pipe or device, which might block, and a link that leads out of it."""
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.path)):
            raise ValueError(f"{path} is a link that leads out of the folder; copy there what it leads to")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise ValueError(f"{path} is a pipe, a device or a folder, expected a file; {_ANEW}")
        return os.fdopen(descriptor, "rb")


_FITTING = ((1, "f"), (1, "i"), (2, "i"))
"""Dimensions and kind of ratings and of clusters."""


def _is_own(entry: Path) -> bool:
    """Return whether something in a folder is hidden, or was left by a comparison that could not begin."""
    if entry.is_dir() and entry.name in (RUNS, TUNINGS, BENCHMARKS):
        return all(left.name.startswith(".") for left in entry.iterdir())
    return entry.name.startswith(".")


def _part(name: str) -> str:
    """Return what an array is of its benchmark; empty for the scores."""
    return name.rpartition("/")[2] if "/" in name else ""


def _described(array: NDArray[Any]) -> str:
    return f"{array.shape} {array.dtype}"


def _array(archive: zipfile.ZipFile, member: str) -> NDArray[Any]:
    """Return an array of numbers in a zip."""
    with archive.open(member) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"{member!r} is of another format")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype.kind not in "fi" or fortran_order or not 1 <= len(shape) <= 2 or min(shape) < 0:
            raise ValueError(f"{member!r} holds {shape} {dtype}")
        size = dtype.itemsize
        for extent in shape:  # Python's integers, which do not overflow
            size *= extent
        content = stream.read(size + 1)  # gives what there is, whatever was promised
        if len(content) != size:
            raise ValueError(f"{member!r} promises {size:,} bytes and has {len(content):,}")
        return np.frombuffer(content, dtype).reshape(shape)


def _write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with atomic_write(path) as file:
        np.savez_compressed(file, **dict(arrays))  # type: ignore[arg-type]


def _write_json(path: Path, content: Any, indent: int | None = None) -> None:
    path.parent.mkdir(exist_ok=True)
    with atomic_write(path, "w") as file:
        json.dump(content, file, indent=indent, allow_nan=False, ensure_ascii=False)
        file.write("\n")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _made_printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_made_printable(one) for one in value]
    if isinstance(value, dict):
        return {printable(name): _made_printable(one) for name, one in value.items()}
    return value


def _record(read: Any, data: Any, path: Path, advice: str = _ANEW) -> Any:
    try:
        return read(data)
    except ValueError as error:
        raise ValueError(f"{path}: {error}; {advice}") from error


def _check_name(path: Path, name: str) -> None:
    """Refuse a file whose content belongs into another one: it would count twice, or stand for what is missing."""
    if path.stem != name:
        raise ValueError(f"{path} holds what belongs into {name}.json; {_ANEW}")


def _slug(label: str) -> str:
    """Return a file name for a label; different labels have different ones."""
    label = printable(label)  # as it is read
    plain = re.sub(r"[^a-z0-9.]+", "-", label.lower()).strip("-.")[:60]
    if plain == label:
        return plain
    return f"{plain}-{blake2b(label.encode(), digest_size=4).hexdigest()}"
