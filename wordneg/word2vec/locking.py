"""Input rows that training changes less, or not at all: gensim's `vectors_lockf`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.compiled.jit import merge
from wordneg.compiled.memory import matrix_at

__all__ = ["checked_locks", "scale_changes"]


@merge
def scale_changes(rows: Any, count: Any, before: Any, width: Any, inputs_at: Any, row_bytes: Any, locks: Any) -> None:
    """Scale what a block has changed in its first `count` rows, by the factor of each row's word.

    Parameters
    ----------
    rows : (R,) uint64
        Addresses of the block's rows; one may be there twice.
    before : (R, P) float32
        The rows as they were before the block.
    inputs_at, row_bytes : uint64
        Address of the input vectors, and bytes of a row.
    locks : (V,) float32
        The factors.
    """
    for row in range(count):
        factor = locks[(rows[row] - inputs_at) // row_bytes]
        if factor != np.float32(1.0):
            first = 0
            while rows[first] != rows[row]:
                first += 1
            if first == row:
                values = matrix_at(rows[row], 1, width)
                for place in range(width):
                    old = before[row, place]
                    values[0, place] = old + factor * (values[0, place] - old)


def checked_locks(locks: npt.ArrayLike, words: int) -> npt.NDArray[np.float32] | None:
    """Return the factors of all words, (V,) float32, or None if all are 1.

    Parameters
    ----------
    locks : (V,) or (1,) float
        The factors as the user has set them.
    words : int
        Number of words V.

    Raises
    ------
    ValueError
        If there is neither one nor one for each word, or one is not finite.
    """
    factors: npt.NDArray[Any] = np.asarray(locks)
    if factors.shape not in ((words,), (1,)) or factors.dtype.kind not in "biuf" or not np.isfinite(factors).all():
        raise ValueError(
            f"wv.vectors_lockf has dtype {factors.dtype} and shape {factors.shape}; expected finite numbers, one for "
            f"all words or one for each of {words:,}, as in wv.vectors_lockf = np.ones(len(wv), dtype=np.float32)"
        )
    if (factors == 1).all():
        return None
    return np.array(np.broadcast_to(factors, words), np.float32)
