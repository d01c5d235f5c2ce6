"""The two matrices that training changes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.lanes import LANES

__all__ = ["PAD", "Weights", "aligned", "fits", "initialize", "padded", "zeros"]


PAD = LANES
"""Rows of matrices are padded to a multiple of this many floats (one register)."""


class Weights(NamedTuple):
    """Input and output vectors, rows padded with zeros to whole registers.

    Attributes
    ----------
    inputs, outputs : (V, P) float32
        P is the vector size rounded up to a multiple of `PAD`. The padding stays zero during
        training, since every increment of a row is a sum of multiples of other rows.
    """

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]


def padded(size: int) -> int:
    """Return the row length (in floats) of vectors of `size` dimensions."""
    return -(-size // PAD) * PAD


def aligned(shape: tuple[int, ...], dtype: type[np.generic] = np.float32) -> NDArray[Any]:
    """Return zeros that start at a cache line and share their last cache line with nothing else."""
    line = 64
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + 2 * line, dtype=np.uint8)
    start = -memory.ctypes.data % line
    return memory[start : start + size].view(dtype).reshape(shape)


def fits(matrix: NDArray[Any]) -> bool:
    """Return whether a matrix can be trained as it is: float32, writable, and rows of whole registers."""
    flags = matrix.flags
    whole = matrix.shape[1] % PAD == 0 and matrix.ctypes.data % 64 == 0
    return bool(whole and matrix.dtype == np.float32 and flags.c_contiguous and flags.writeable)


def zeros(words: int, vector_size: int) -> Weights:
    """Return two matrices of zeros, for `words` words of `vector_size` dimensions."""
    shape = (words, padded(vector_size))
    return Weights(aligned(shape), aligned(shape))


def initialize(words: int, vector_size: int, seed: int) -> Weights:
    """Return gensim's starting point: inputs uniform in ±1 / size, outputs zero.

    word2vec.c's inputs are half as long. CBOW's first steps are slow, and twice the length makes them faster.

    Parameters
    ----------
    words : int
        Vocabulary size V.
    vector_size : int
        Dimensions D.
    seed : int
        Seed of the random inputs.
    """
    weights = zeros(words, vector_size)
    generator = np.random.default_rng(seed)
    for start in range(0, words, 8192):
        block = weights.inputs[start : start + 8192, :vector_size]
        block[:] = (generator.random(block.shape, dtype=np.float32) * np.float32(2) - np.float32(1)) / vector_size
    return weights
