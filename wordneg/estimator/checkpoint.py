"""Checkpoints: what a training needs to go on after its process was killed, written to a file now and then.

A checkpoint is a model file that also holds how far the training had come, and what its sampler and its workers
remember. A training that goes on from it ends, with one worker, with the same bits as one that was never stopped.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.files.storage import archive_metadata

__all__ = ["Pending", "Timer", "checked_minutes", "is_checkpoint", "memory_of", "put_back"]

Arrays = dict[str, NDArray[Any]]

_TRAINING = "training_"  # begins the names of a checkpoint's arrays
_PLACES = "places"  # the field of records that holds addresses of output rows
_AS_NUMBERS = "_as_numbers"


class Pending(NamedTuple):
    """A training that has not come to its end.

    Attributes
    ----------
    parameters : dict
        Its settings.
    first_epoch : int
        Number of its first epoch.
    corpus : str
        Fingerprint of its text.
    position : dict
        How far it has come.
    arrays : dict of str to ndarray
        What else it goes on from.
    """

    parameters: dict[str, Any]
    first_epoch: int
    corpus: str
    position: dict[str, Any]
    arrays: Arrays

    @property
    def facts(self) -> dict[str, Any]:
        """All but the arrays, as JSON can hold it."""
        return {name: value for name, value in self._asdict().items() if name != "arrays"}

    @property
    def named_arrays(self) -> Arrays:
        """The arrays by their names in a model's file."""
        return {_TRAINING + name: array for name, array in self.arrays.items()}

    @classmethod
    def of(cls, metadata: dict[str, Any], arrays: Arrays) -> Pending | None:
        """Return the training that a checkpoint holds, or None for the file of a model."""
        if "training" not in metadata:
            return None
        facts = {name: metadata["training"][name] for name in cls._fields if name != "arrays"}
        kept = {name.removeprefix(_TRAINING): array for name, array in arrays.items() if name.startswith(_TRAINING)}
        return cls(**facts, arrays=kept)


class Timer:
    """Says when the next checkpoint is due.

    Parameters
    ----------
    minutes : float
        The time from one checkpoint to the next.
    """

    def __init__(self, minutes: float) -> None:
        self._seconds = 60 * minutes
        self.restart()

    def restart(self) -> None:
        """Begin to wait."""
        self._begin = time.monotonic()

    def due(self) -> bool:
        """Return whether the time has come."""
        return time.monotonic() - self._begin >= self._seconds


def is_checkpoint(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is a checkpoint, rather than a model or something else that nobody may replace."""
    try:
        return "training" in archive_metadata(path)
    except (OSError, ValueError):
        return False


def checked_minutes(minutes: Any) -> float:
    """Return a time between checkpoints.

    Raises
    ------
    TypeError, ValueError
        If it is no number, negative or infinite.
    """
    if isinstance(minutes, bool) or not isinstance(minutes, (int, float, np.integer, np.floating)):
        raise SettingTypeError("got ", Given("checkpoint_every", minutes), ", expected a number of minutes such as 10")
    if not 0 <= minutes < math.inf:
        raise SettingError("got ", Given("checkpoint_every", minutes), ", expected minutes, at least 0, such as 10")
    return float(minutes)


def memory_of(record: Any, name: str, base: int, row_bytes: int) -> Arrays:
    """Return the arrays of a record of records by name; addresses of rows, of which `base` is the first, as numbers."""
    found = {}
    for path, array in _leaves(record, name):
        if path.endswith(_PLACES):
            numbers = (np.maximum(array, np.uint64(base)) - np.uint64(base)) // np.uint64(row_bytes)
            found[path + _AS_NUMBERS] = np.where(array >= base, numbers.astype(np.int64), -1)
        else:
            found[path] = array.copy()
    return found


def put_back(record: Any, name: str, base: int, row_bytes: int, rows: int, arrays: Arrays) -> None:
    """Fill the arrays of a record with what `memory_of` returned.

    Raises
    ------
    ValueError
        If they do not fit: they are of another sampler, or rows are padded to another length.
    """
    for path, array in _leaves(record, name):
        places = path.endswith(_PLACES)
        saved = arrays.get(path + _AS_NUMBERS if places else path)
        kind = np.dtype(np.int64) if places else array.dtype
        if saved is None or saved.shape != array.shape or saved.dtype != kind:
            raise ValueError(
                f"the checkpoint does not fit the sampler: {path} is missing or of another shape; it is of another "
                "sampler or version, or of a processor that computes another number of floats at once"
            )
        if places:
            inside = (saved >= 0) & (saved < rows)
            array[...] = np.where(inside, saved * row_bytes + base, 0).astype(np.uint64)
        elif array.flags.writeable:
            array[...] = saved


def _leaves(record: Any, name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(record, np.ndarray):
        yield name, record
    elif isinstance(record, tuple):
        fields = getattr(record, "_fields", range(len(record)))
        for field, part in zip(fields, record, strict=True):
            yield from _leaves(part, f"{name}_{field}")
