"""Vectors read out of both matrices: the word's own vector and, with some weight, its vector as a context.

Training leaves two vectors of each word. The usual result is the first alone; the second knows something more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTEXT_WEIGHT", "read_out"]

CONTEXT_WEIGHT = {"skip-gram": 0.4, "CBOW": 0.7}
"""The weight of the contexts, see `read_out`: the middle of what was best (`tests/benchmarks/results/presets.md`)."""


def read_out(words: NDArray[np.float32], contexts: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    """Return ``unit(w) − mean + weight · (unit(c) − mean)``, each mean over all words.

    Unit length and centering take away what the two matrices differ in without telling words apart: context vectors are
    longer, and share a direction that frequent words have more of.

    Parameters
    ----------
    words, contexts : (V, D) float32
        The input vectors and the output vectors.
    weight : float
        Weight of the contexts; 0 for the words alone.

    Returns
    -------
    (V, D) float32
    """
    return _centered(words) + np.float32(weight) * _centered(contexts)


def _centered(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
    return unit - unit.mean(axis=0)
