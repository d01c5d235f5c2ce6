"""The records that the compiled pass over a block reads and writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.lanes import LANES
from wordneg.compiled.rng import new_state
from wordneg.compiled.weights import aligned

__all__ = ["TOGETHER", "Block", "Rates", "Scratch", "Squares", "make_scratch"]

TOGETHER = 64
"""Largest number of cells of a row that share their negatives."""


class Squares(NamedTuple):
    """Sums of the squared gradients of every vector so far, ``(V,) float32`` each."""

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]


class Block(NamedTuple):
    """A block to train: its rows and columns, and its stream of random numbers.

    Attributes
    ----------
    rows, columns : (n,) int32
        Words of the rows and of the columns.
    part : int
        Number of the part that the columns form.
    seed, epoch, number : int
        Together select the stream of random numbers.
    """

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    part: int
    seed: int
    epoch: int
    number: int


class Rates(NamedTuple):
    """The learning rate, the factor that scales a step's M negatives to all contexts, the margin τ, and λ."""

    learning: np.float32
    scale: np.float32
    tau: np.float32
    reg: np.float32


class Scratch(NamedTuple):
    """The memory of a worker. C is `TOGETHER`, M the number of negatives plus at most `LANES`, P the row length.

    Attributes
    ----------
    addresses : (M + C,) uint64
        The addresses of the vectors of the negatives, then of the cells' contexts.
    scores : (M + C,) float32
        The scores of these vectors with the row.
    pulls : (C,) float32
        The pulls of the cells, times `Rates.scale`.
    slopes, steps : (M + C,) float32
        The gradient of each vector in units of the row, and the same times the vector's rate.
    decays : (M + C,) float32
        For regularization: the weight of each cell, later the share that is left of its context's vector.
    gradient : (P,) float32
        The gradient of the row.
    rng : (8,) uint64
        State of the random numbers; see `wordneg.compiled.rng`.
    """

    addresses: NDArray[np.uint64]
    scores: NDArray[np.float32]
    pulls: NDArray[np.float32]
    slopes: NDArray[np.float32]
    steps: NDArray[np.float32]
    decays: NDArray[np.float32]
    gradient: NDArray[np.float32]
    rng: NDArray[np.uint64]


def make_scratch(negative: int, width: int) -> Scratch:
    """Return a worker's memory for M = `negative` negatives and rows of `width` floats."""
    size = (negative + LANES + TOGETHER,)
    scores, slopes, steps, decays = (aligned(size) for _ in range(4))
    pulls = aligned((TOGETHER,))
    return Scratch(aligned(size, np.uint64), scores, pulls, slopes, steps, decays, aligned((width,)), new_state())
