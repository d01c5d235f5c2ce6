"""Counting co-occurrences: the places of words are listed, range by range, and worker threads turn them into rows."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

import numpy as np
from numpy.typing import NDArray

from wordneg.common.machine import available_cores
from wordneg.common.progress import Bar
from wordneg.common.settings import switch, whole_number
from wordneg.cooccurrence import rows
from wordneg.cooccurrence.matrix import Cooccurrences
from wordneg.cooccurrence.planning import make_plan, split
from wordneg.cooccurrence.spool import RowSpool
from wordneg.text.tokenstore import TokenStore

__all__ = ["count_cooccurrences"]

# Work between two checks for Ctrl-C; some ten milliseconds each.
_TOKENS = 1 << 21
_ADDITIONS = 1 << 23


def count_cooccurrences(
    store: TokenStore,
    window: int = 15,
    *,
    symmetric: bool = True,
    distance_weighting: bool = True,
    memory_limit: int = 4_000_000_000,
    workers: int | None = None,
    progress: bool | None = None,
) -> Cooccurrences:
    """Count how often the words of a corpus occur near each other, as GloVe does.

    `wordneg.cooccurrence` gives the formula. Sums are float64, rounded once to float32. The result is the same, bit for
    bit, whatever `memory_limit` and `workers` are.

    Parameters
    ----------
    store : TokenStore
        The text.
    window : int
        Number of tokens counted on each side, within the sentence; from 1 to 4095.
    symmetric : bool
        Whether to count contexts on both sides rather than only on the left.
    distance_weighting : bool
        Whether a pair at distance d counts 1 / d rather than 1.
    memory_limit : int
        Bytes to work with, not counting the text, which exists already. The smaller the limit, the more often the
        text is read. If the finished matrix, at 8 bytes per cell (12 from 2³¹ cells on), takes more than the memory
        left for it, about half, it is kept in a memory-mapped temporary file that vanishes with it.
    workers : int, optional
        Number of threads. By default, and with -1, all cores are used.
    progress : bool, optional
        Whether to show a progress bar; by default on a terminal and in a notebook.

    Returns
    -------
    Cooccurrences

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong type or out of range; the memory limit is too small (the message says how much is
        needed); or no sentence has two words.
    OSError
        If the temporary file cannot be written, for example on a full disk.
    """
    if not isinstance(store, TokenStore):
        raise TypeError(
            f"store must be a TokenStore, got {type(store).__name__}; wordneg.encode makes one from a corpus"
        )
    window = whole_number("window", window, 1, rows.LARGEST_WINDOW)
    symmetric, weighted = switch("symmetric", symmetric), switch("distance_weighting", distance_weighting)
    memory_limit = whole_number("memory_limit", memory_limit, 1, None, " of bytes")
    threads = (
        available_cores() if workers in (None, -1) else whole_number("workers", workers, 1, 1024, "; -1: all cores")
    )
    if len(store.offsets) - 1 == len(store.tokens):
        raise ValueError(
            "the corpus has no co-occurrences: none of its sentences has two words of the vocabulary; give longer "
            "sentences or lower min_count"
        )
    with _Counter(store, window, symmetric, weighted, threads) as counter, Bar(len(store.tokens), progress) as bar:
        bar.describe("co-occurrences")
        row_starts, columns, values = counter.run(memory_limit, bar)
    from scipy.sparse import csr_array

    matrix = csr_array((values, columns, row_starts.astype(columns.dtype)), shape=(len(store.vocabulary),) * 2)
    return Cooccurrences(store.vocabulary, matrix, window, weighted, symmetric, store.fingerprint, store.name)


class _Counter:
    """A single run of counting: the text, and the threads that work on it."""

    def __init__(self, store: TokenStore, window: int, symmetric: bool, weighted: bool, workers: int) -> None:
        self._store, self._window, self._symmetric, self._workers = store, window, symmetric, workers
        distances = np.arange(window + 1, dtype=np.float64)
        self._weights = 1 / np.maximum(distances, 1) if weighted else np.ones(window + 1)
        self._words = len(store.vocabulary)
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(workers)
        self._scratches: queue.SimpleQueue[rows.Scratch] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()  # tokens done, for the progress bar

    def __enter__(self) -> _Counter:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, memory_limit: int, bar: Bar) -> tuple[NDArray[np.int64], NDArray[np.integer], NDArray[np.float32]]:
        """Count, and return the row starts, (V + 1,) int64, the columns and the values of the matrix."""
        counts = self._count_tokens(bar)
        totals = counts.sum(axis=0)
        plan = make_plan(totals, self._workers, memory_limit)
        for _ in range(self._workers):
            self._scratches.put(rows.scratch(self._words, plan.cells))
        places = np.empty(plan.places, np.uint64)
        sizes = np.zeros(self._words, np.int64)
        spool = RowSpool(plan.row_bytes, self._stop)
        number = 0
        try:
            for first, last in split(totals, plan.places):
                starts = self._find_places(counts[:, first:last], first, places, bar)
                jobs = []
                for low, high in self._chunks(totals[first:last], plan.cells):
                    part = starts[low : high + 1], sizes[first + low : first + high]
                    jobs.append(partial(self._finish_rows, number, places, *part, spool))
                    number += 1
                self._do(jobs, bar)
            del places
            self._scratches = queue.SimpleQueue()
            columns, values = spool.finish()
        finally:
            spool.close()
        return np.append(0, np.cumsum(sizes)), columns, values

    def _count_tokens(self, bar: Bar) -> NDArray[np.int64]:
        """Return how often each word occurs in each worker's share of the text, (T, V) int64.

        The vocabulary's own counts may come from more text than the store holds.
        """
        counts = np.zeros((self._workers, self._words), np.int64)

        def step(begin: int, end: int, own: NDArray[np.int64]) -> None:
            rows.count_tokens(self._store.tokens[begin:end], own)

        self._go_through(step, counts, bar)
        return counts

    def _find_places(
        self, counts: NDArray[np.int64], first: int, places: NDArray[np.uint64], bar: Bar
    ) -> NDArray[np.int64]:
        """List the places of the words from `first` on; return where each word's places begin, (W + 1,) int64.

        The places that a worker finds in its share follow the ones found by the workers before it.
        """
        ends = np.cumsum(counts.T).reshape(counts.T.shape)
        nexts = np.ascontiguousarray((ends - counts.T).T)
        starts = np.append(nexts[0], ends[-1, -1])
        tokens, offsets = self._store.tokens, self._store.offsets

        def step(begin: int, end: int, own: NDArray[np.int64]) -> None:
            sentence = int(np.searchsorted(offsets, begin, side="right")) - 1
            rows.find_places(tokens, offsets, begin, end, sentence, self._window, first, own, places)

        self._go_through(step, nexts, bar)
        return starts

    def _go_through(
        self, step: Callable[[int, int, NDArray[np.int64]], None], owns: NDArray[np.int64], bar: Bar
    ) -> None:
        """Let each worker go through its share of the text, calling `step` with begin, end and its row of `owns`."""
        bounds = np.linspace(0, len(self._store.tokens), self._workers + 1).astype(np.int64).tolist()

        def job(start: int, stop: int, own: NDArray[np.int64]) -> None:
            for begin in range(start, stop, _TOKENS):
                if self._stop.is_set():
                    return
                step(begin, min(begin + _TOKENS, stop), own)

        shares = zip(bounds[:-1], bounds[1:], owns, strict=True)
        self._do([partial(job, start, stop, own) for start, stop, own in shares], bar)

    def _chunks(self, counts: NDArray[np.int64], cells: int) -> list[tuple[int, int]]:
        """Return ranges of rows for one call each, with neither too many cells nor too many additions."""
        additions = counts * (2 * self._window)
        return split(np.maximum(np.minimum(additions, self._words), additions * cells // _ADDITIONS), cells)

    def _finish_rows(
        self,
        number: int,
        places: NDArray[np.uint64],
        starts: NDArray[np.int64],
        sizes: NDArray[np.int64],
        spool: RowSpool,
    ) -> None:
        """Sum a range of rows, set their `sizes`, and give them to the spool as piece `number`."""
        own = self._scratches.get()
        if len(sizes) == 1:
            written = sizes[0] = self._long_row(places, starts, own)
        else:
            written = rows.emit_rows(self._store.tokens, places, starts, self._weights, self._symmetric, own, sizes)
        columns, values = own.columns[:written].copy(), own.values[:written].copy()
        self._scratches.put(own)
        spool.put(number, columns, values)
        self._done.put(int(starts[-1] - starts[0]))

    def _long_row(self, places: NDArray[np.uint64], starts: NDArray[np.int64], own: rows.Scratch) -> int:
        """Sum one row in steps, however many places it has; return its number of cells."""
        step = max(1, _ADDITIONS // (2 * self._window))
        first, last = starts.tolist()
        count = 0
        for begin in range(first, last, step):
            if self._stop.is_set():
                break
            some = places[begin : min(begin + step, last)]
            count = rows.add_places(self._store.tokens, some, self._weights, self._symmetric, own, count)
        return rows.emit_row(own, count)

    def _do(self, jobs: Sequence[Callable[[], None]], bar: Bar) -> None:
        """Let the threads do all jobs; raise an error of one, or KeyboardInterrupt, once all threads have stopped."""

        def guarded(job: Callable[[], None]) -> None:
            try:
                if not self._stop.is_set():
                    job()
            except BaseException:
                self._stop.set()
                raise

        waiting = {self._pool.submit(guarded, job) for job in jobs}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=0.1)
                while not self._done.empty():
                    bar.advance(self._done.get())
                for future in done:
                    future.result()
        except BaseException:
            self._stop.set()
            wait(waiting)
            raise
