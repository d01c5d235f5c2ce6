"""The spool, which holds finished rows until the last one is done, in memory or, beyond a limit, in a file."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowSpool"]

_CONVERTED = 1 << 20  # cells converted at a time
_LARGEST_INT32 = 2**31 - 1  # with more cells than this, scipy needs int64 columns


class RowSpool:
    """Collects pieces of a matrix, in any order and from any thread, and puts them in order.

    The files have no names, so nothing is left behind, whatever happens.

    Parameters
    ----------
    limit : int
        Bytes to hold in memory. Beyond the limit, a thread whose piece comes too early to be written waits.
    stop : threading.Event
        Ends the waiting when set.
    """

    def __init__(self, limit: int, stop: threading.Event) -> None:
        self._limit, self._stop = limit, stop
        self._ready = threading.Condition()
        self._early: dict[int, tuple[NDArray[np.int32], NDArray[np.float32]]] = {}
        self._held: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []  # in order, not in the files
        self._bytes = self._next = self._cells = 0
        self._files: list[BinaryIO] = []

    @property
    def spilled(self) -> bool:
        """Whether rows are kept in a file."""
        return bool(self._files)

    def put(self, number: int, columns: NDArray[np.int32], values: NDArray[np.float32]) -> None:
        """Add piece number `number`, (C,) int32 and (C,) float32 arrays, without copying them."""
        with self._ready:
            self._early[number] = columns, values
            self._bytes += columns.nbytes + values.nbytes
            while self._next in self._early:
                self._held.append(self._early.pop(self._next))
                self._cells += self._held[-1][0].size
                self._next += 1
            if self._bytes > self._limit:
                self._spill()
            self._ready.notify_all()
            # The thread with the next piece never waits, so one thread can always continue.
            while self._bytes > self._limit and number >= self._next and not self._stop.is_set():
                self._ready.wait(timeout=0.1)

    def finish(self) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """Return all columns, (nnz,) int32 or int64, and values, (nnz,) float32; this consumes the spool."""
        kind = np.int32 if self._cells <= _LARGEST_INT32 else np.int64
        if not self.spilled:
            columns, values = np.empty(self._cells, kind), np.empty(self._cells, np.float32)
            done = 0
            self._held.reverse()
            while self._held:  # freed as soon as copied
                some_columns, some_values = self._held.pop()
                columns[done : done + some_columns.size] = some_columns
                values[done : done + some_values.size] = some_values
                done += some_columns.size
            return columns, values
        self._spill()
        with _explained():
            for file in self._files:
                file.flush()
        if kind is np.int64:
            self._widen()
        columns, values = (
            np.asarray(np.memmap(file, dtype=dtype, mode="r+"))
            for file, dtype in zip(self._files, (kind, np.float32), strict=True)
        )
        self.close()  # mapped data stay accessible
        return columns, values

    def close(self) -> None:
        """Close the files, which removes them once they are no longer mapped."""
        for file in self._files:
            file.close()

    def _spill(self) -> None:
        """Move the pieces that are in order from memory to the files."""
        with _explained():
            while len(self._files) < 2:
                self._files.append(tempfile.TemporaryFile())  # noqa: SIM115 - they outlive this function
            for piece in self._held:
                for file, part in zip(self._files, piece, strict=True):
                    file.write(part.data)
                    self._bytes -= part.nbytes
        self._held.clear()

    def _widen(self) -> None:
        """Write the columns again, as int64."""
        narrow = np.memmap(self._files[0], dtype=np.int32, mode="r")
        with _explained():
            wide = tempfile.TemporaryFile()  # noqa: SIM115 - as above
            self._files.append(wide)  # so that it is closed whatever happens
            for start in range(0, narrow.size, _CONVERTED):
                wide.write(narrow[start : start + _CONVERTED].astype(np.int64).data)
            wide.flush()
        del narrow
        self._files.pop()
        self._files[0].close()
        self._files[0] = wide


@contextmanager
def _explained() -> Iterator[None]:
    """Make an OSError say what was being written and what to do."""
    try:
        yield
    except OSError as error:
        advice = (
            f"co-occurrences cannot be kept in {tempfile.gettempdir()}; free some space there, set TMPDIR to another "
            "folder, or raise memory_limit"
        )
        raise OSError(error.errno, f"{error.strerror}: {advice}") from error
