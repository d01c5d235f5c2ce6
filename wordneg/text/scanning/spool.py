"""The spool, which holds a corpus as provisional ids until its vocabulary is known."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Spool"]

_CHUNK_TOKENS = 1 << 20  # 4 MiB; one chunk exists twice while tokens are compacted in memory


class Spool:
    """A growing sequence of int32 values, held in memory up to `limit` bytes and in a file beyond that.

    Parameters
    ----------
    limit : int
        Bytes to hold in memory.
    path : Path, optional
        The file, which must not exist yet. The default is a temporary file without a name.
    """

    def __init__(self, limit: int, path: Path | None) -> None:
        self._limit = limit
        self._path = path
        self._file: BinaryIO | None = None
        self._full: list[NDArray[np.int32]] = []
        self._chunk = _anonymous_array(_CHUNK_TOKENS)
        self._used = 0

    def room(self) -> NDArray[np.int32]:
        """Return the free part of the current chunk, at least one value."""
        if self._used == self._chunk.size:
            if self._file is None and (len(self._full) + 1) * self._chunk.nbytes >= self._limit:
                self._spill()
            elif self._file is None:
                self._full.append(self._chunk)
                self._chunk = _anonymous_array(_CHUNK_TOKENS)
            else:
                self._append(self._chunk)
            self._used = 0
        return self._chunk[self._used :]

    def advance(self, n: int) -> None:
        """Record that the first `n` values of the room were written."""
        self._used += n

    def write(self, values: NDArray[np.int32]) -> None:
        """Append a copy of `values` to the spool."""
        while values.size:
            room = self.room()
            size = min(room.size, values.size)
            room[:size] = values[:size]
            self.advance(size)
            values = values[size:]

    def compact(
        self, final_ids: NDArray[np.int32], size: int, sentences: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the `size` tokens that remain and the offsets of their sentences; this consumes the spool.

        In memory, every chunk is freed as soon as it is copied; in a file, the tokens are moved up in place.
        """
        from wordneg.text.scanning.compaction import compact  # imported here because it imports Numba

        held = len(self._full) * self._chunk.nbytes + self._used * self._chunk.itemsize
        if self._file is None and held > self._limit:
            self._spill()
        elif self._file is not None:
            self._append(self._chunk[: self._used])
        pieces: Iterable[NDArray[np.int32]]
        if self._file is None:
            tokens, offsets = np.empty(size, dtype=np.int32), np.zeros(sentences + 1, dtype=np.int64)
            self._full.append(self._chunk[: self._used])
            del self._chunk
            pieces = (self._full.pop(0) for _ in range(len(self._full)))
        else:
            with self._explained():
                self._file.flush()
            tokens, offsets = _mapped(self._file, np.int32, "r+"), self._mapped_offsets(sentences + 1)
            pieces = (tokens[start : start + _CHUNK_TOKENS] for start in range(0, tokens.size, _CHUNK_TOKENS))
        written = ended = 0
        for piece in pieces:
            written, ended = compact(piece, final_ids, tokens, offsets, written, ended)
        if self._file is not None:
            del pieces, piece, tokens
            self._file.truncate(size * 4)
            tokens = _mapped(self._file, np.int32, "r")
            self._file.close()
        elif ended < sentences:
            offsets = offsets[: ended + 1].copy()
        return tokens, offsets[: ended + 1]

    def discard(self) -> None:
        """Close the file, if there is one, and remove it."""
        if self._file is not None:
            self._file.close()
            if self._path is not None:
                self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        """Move everything from memory to a file."""
        if self._path is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - the file outlives this function
        else:
            try:
                self._file = self._path.open("xb+")
            except FileExistsError:
                raise FileExistsError(
                    f"{self._path} exists, but tokens are spooled only to new files: remove it or give another path"
                ) from None
        while self._full:
            self._append(self._full.pop(0))
        self._append(self._chunk[: self._used])

    def _append(self, values: NDArray[np.int32]) -> None:
        assert self._file is not None
        with self._explained():
            self._file.write(values.data)

    def _mapped_offsets(self, size: int) -> NDArray[np.int64]:
        """Return zeros, (size,) int64, in a temporary file beside the spool."""
        zeros = np.zeros(1 << 17, dtype=np.int64)
        folder = None if self._path is None else self._path.parent
        with self._explained(), tempfile.TemporaryFile(dir=folder) as file:
            # Written, not just truncated to size: on a full disk, a hole in a mapped file kills the process.
            for start in range(0, size, zeros.size):
                file.write(zeros[: size - start].data)
            file.flush()
            return _mapped(file, np.int64, "r+")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Make an OSError say what was being written and what to do."""
        try:
            yield
        except OSError as error:
            place = self._path or tempfile.gettempdir()
            advice = f"tokens cannot be spooled to {place}; free some space or give another path"
            raise OSError(error.errno, f"{error.strerror}: {advice}") from error


def _anonymous_array(size: int) -> NDArray[np.int32]:
    """Return zeros, (size,) int32, whose memory returns to the system when freed (malloc might keep it)."""
    return np.frombuffer(mmap.mmap(-1, 4 * size), dtype=np.int32)


def _mapped(file: BinaryIO, dtype: type, mode: Literal["r", "r+"]) -> NDArray[Any]:
    return np.asarray(np.memmap(file, dtype=dtype, mode=mode))
