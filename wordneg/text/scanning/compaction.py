"""Compaction: turning a stream of provisional ids into the tokens of a store, in one compiled pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry

__all__ = ["compact"]

_1 = np.uint64(1)


@exact_entry
def compact(
    stream: NDArray[np.int32],
    final_ids: NDArray[np.int32],
    tokens: NDArray[np.int32],
    ends: NDArray[np.int64],
    written: int,
    sentences: int,
) -> tuple[int, int]:
    """Turn a piece of a stream into final ids, leaving out dropped words and sentences left empty by that.

    Parameters
    ----------
    stream : (M,) int32
        Provisional ids, with `wordneg.text.scanning.tally.SENTENCE_END`, which is negative, after every sentence.
    final_ids : (P,) int32
        The final id of each provisional id; negative if the word is dropped.
    tokens : (N,) int32
        Output, written from index `written` on. It may share memory with `stream` as long as it does not overtake it.
    ends : (S + 1,) int64
        Output: where sentences end, written after index `sentences`; ``ends[0]`` is 0.
    written, sentences : int
        Values returned for the preceding piece; 0 and 0 for the first.

    Returns
    -------
    written, sentences : int
    """
    write, count = np.uint64(written), np.uint64(sentences)
    for value in stream:
        if value >= 0:
            final = final_ids[np.uint64(value)]
            if final >= 0:
                tokens[write] = final
                write += _1
        elif ends[count] != write:
            count += _1
            ends[count] = write
    return int(write), int(count)
