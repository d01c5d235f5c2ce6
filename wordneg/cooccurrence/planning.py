"""How a memory limit is divided between workers, the places of words, and finished rows.

For V words, N tokens and T workers, the parts take, in bytes:

* 16 T V to count tokens and to record where the next place of each word goes, and 13 T V for the rows being summed,
* 16 for each finished cell of a worker, as cells exist twice while being handed over; a worker has at least V cells,
* 32 V for the sizes of rows, and for what jobs are made from,
* 8 per place: N places, or fewer at a time, but at least as many as the most frequent word has,
* 8 per cell of finished rows, which go to a file once they exceed what is left.

With a million words, a billion tokens and two workers, the first three take 120 MB, and a limit of 4 GB leaves room
for 240 million places: about five ranges of words, with one reading of the text for each. The token store itself is
not counted, because it belongs to the caller, in memory or mapped from a file. It is read in random order, so it should
fit into memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import counted

__all__ = ["Plan", "make_plan", "split"]

_CELLS = 1 << 20  # cells finished at a time, if there is room; 16 MB per worker


class Plan(NamedTuple):
    """How much memory each part gets.

    Attributes
    ----------
    cells : int
        Number of finished cells that a worker has room for.
    places : int
        Number of places listed at a time.
    row_bytes : int
        Bytes of memory that finished rows may take.
    """

    cells: int
    places: int
    row_bytes: int


def make_plan(counts: NDArray[np.int64], workers: int, memory_limit: int) -> Plan:
    """Divide up a memory limit.

    Parameters
    ----------
    counts : (V,) int64
        How often each word occurs.
    workers : int
        Number of threads.
    memory_limit : int
        Memory limit in bytes.

    Raises
    ------
    ValueError
        If the limit is too small; the message says how much is needed.
    """
    words, most = len(counts), int(counts.max())
    fixed = words * (29 * workers + 32)
    needed = fixed + 16 * workers * words + 8 * most
    if memory_limit < needed:
        raise ValueError(
            f"memory_limit={memory_limit} is too small: {words:,} words, the most frequent of them occurring {most:,} "
            f"times, and {counted(workers, 'worker')} {'needs' if workers == 1 else 'need'} at least {needed} bytes; "
            f"raise it{', or use fewer workers' if workers > 1 else ''}"
        )
    cells = max(words, min(_CELLS, (memory_limit - fixed) // (64 * workers)))
    rest = memory_limit - fixed - 16 * workers * cells
    places = min(max(rest // 16, most), int(counts.sum()))
    return Plan(cells, places, max(rest - 8 * places, 0))


def split(costs: NDArray[np.int64], largest: int) -> list[tuple[int, int]]:
    """Return ranges of entries, (first, last + 1), that each cost at most `largest` or have only one entry.

    Parameters
    ----------
    costs : (E,) int64
        Costs of the entries.
    largest : int
        Highest total cost of a range.
    """
    ends = np.cumsum(costs)
    ranges: list[tuple[int, int]] = []
    first = 0
    while first < len(costs):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + largest, side="right")))
        ranges.append((first, last))
        first = last
    return ranges
