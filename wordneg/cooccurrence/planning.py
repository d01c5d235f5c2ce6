"""How a limit on memory is shared out between workers, the places of words, and finished rows.

For V words, N tokens and T workers, in bytes:

* 16 T V to count tokens and to know where the next place of each word goes, and 13 T V for the rows being summed,
* 16 for each of a worker's finished cells, which are there twice when they are handed over; at least V of them,
* 32 V for the sizes of rows, and what jobs are made from,
* 8 a place: N of them, or fewer at a time, but at least those of the most frequent word,
* 8 a cell of finished rows, which go to a file once they exceed what the above leaves.

With a million words, a thousand million tokens and two workers the first three are 120 MB, and a limit of 4 GB leaves
room for 240 million places: about five ranges of words, for each of which the text is read once. The token store itself
is not counted: in memory or mapped from a file, it is the caller's. It is read at random, so it should fit into memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import counted

__all__ = ["Plan", "make_plan", "split"]

_CELLS = 1 << 20  # finished at a time, if there is room; 16 MB a worker


class Plan(NamedTuple):
    """Who gets how much.

    Attributes
    ----------
    cells : int
        How many finished cells a worker has room for.
    places : int
        How many places are listed at a time.
    row_bytes : int
        How much finished rows may take in memory.
    """

    cells: int
    places: int
    row_bytes: int


def make_plan(counts: NDArray[np.int64], workers: int, memory_limit: int) -> Plan:
    """Share out a limit on memory.

    Parameters
    ----------
    counts : (V,) int64
        How often each word occurs.
    workers : int
        Threads.
    memory_limit : int
        Bytes.

    Raises
    ------
    ValueError
        If it is too small: says how much is needed.
    """
    words, most = len(counts), int(counts.max())
    fixed = words * (29 * workers + 32)
    needed = fixed + 16 * workers * words + 8 * most
    if memory_limit < needed:
        raise ValueError(
            f"memory_limit={memory_limit} is too small: {words:,} words, of which the most frequent occurs {most:,} "
            f"times, and {counted(workers, 'worker')} {'needs' if workers == 1 else 'need'} at least {needed} bytes; "
            f"raise it{', or take fewer workers' if workers > 1 else ''}"
        )
    cells = max(words, min(_CELLS, (memory_limit - fixed) // (64 * workers)))
    rest = memory_limit - fixed - 16 * workers * cells
    places = min(max(rest // 16, most), int(counts.sum()))
    return Plan(cells, places, max(rest - 8 * places, 0))


def split(costs: NDArray[np.int64], largest: int) -> list[tuple[int, int]]:
    """Return ranges of consecutive entries, first and last + 1, that each cost at most `largest`, or are one entry.

    Parameters
    ----------
    costs : (E,) int64
        Of the entries.
    largest : int
        The most that a range may cost.
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
