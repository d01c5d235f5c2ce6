"""What a kernel is built for, what it reads, and the memory that a worker works in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.rng import new_state
from wordneg.compiled.weights import PAD, aligned

__all__ = ["Chunk", "Design", "Scratch", "Settings", "Text", "make_scratch"]


class Text(NamedTuple):
    """What is trained on.

    Attributes
    ----------
    tokens : (N,) int32
        Words by number.
    offsets : (S + 1,) int64
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    keep : (V,) uint32, or (0,)
        The chance that an occurrence of a word is kept, as a share of 2³²; empty if all are.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    keep: NDArray[np.uint32]


class Design(NamedTuple):
    """What a kernel is built for; all of it is constant in the machine code.

    Attributes
    ----------
    cbow : bool
        CBOW, or skip-gram.
    width : int
        Length of a row of the matrices in floats, padding included.
    negative : int
        Negatives K of a block.
    draw, needs_query
        The sampler's, see `wordneg.samplers.base.Sampler`.
    slopes, loss
        The objective's, see `wordneg.objectives.base.Objective`.
    corrected : bool
        Whether `Settings.log_q` and `Settings.log_rest` are taken off the negatives' scores.
    cosine : bool
        Whether the objective gets cosines for scores.
    input_factor : float
        The input rows learn at this times the learning rate.
    """

    cbow: bool
    width: int
    negative: int
    draw: Any
    needs_query: bool
    slopes: Any
    loss: Any
    corrected: bool = False
    cosine: bool = False
    input_factor: float = 1.0


class Chunk(NamedTuple):
    """A piece of the text, and how to train on it.

    Attributes
    ----------
    start, stop : int
        The tokens.
    sentence : int
        The sentence to which the token at `start` belongs.
    seed, epoch, number : int
        They choose the chunk's random numbers, whichever worker trains it.
    rate : float
        Learning rate.
    """

    start: int
    stop: int
    sentence: int
    seed: int
    epoch: int
    number: int
    rate: float


class Settings(NamedTuple):
    """Numbers that the kernel reads.

    Attributes
    ----------
    window : int
        Largest distance between center and context.
    shrink_windows : bool
        Whether each center draws its window from 1 … `window`.
    share_negatives : bool
        Whether the context words of a center share their negatives.
    mean : bool
        CBOW: whether the input is the mean of the context rows, or their sum.
    loss_every : int
        The loss is evaluated on each so many-th block (on one of its rows, or on all if 1).
    log_q, log_rest : (V,) float32, or (0,)
        For objectives that correct for the sampling: log(K · q) of each word, where q is the chance
        of being drawn as a negative; and log(1 − q). A negative is never the positive p, so its chance
        is q / (1 − q_p).
    """

    window: int
    shrink_windows: bool
    share_negatives: bool
    mean: bool
    loss_every: int
    log_q: NDArray[np.float32]
    log_rest: NDArray[np.float32]


class Scratch(NamedTuple):
    """Memory of one worker's own, each array on cache lines of its own.

    Attributes
    ----------
    rng : (8,) uint64
        Generator state.
    kept : (chunk,) int32
        The words of a sentence that subsampling kept.
    rows, targets : (2, 2 * window) and (2, T) uint64
        Addresses of the rows of the block in training and of the next.
    context : (2 * window,) int32
        Words of the input rows of the block in planning.
    negatives : (K,) int32
        Words that the sampler drew for it.
    shifts : (2, T) float32
        What is taken off the scores of the block in training and of the next, if the objective asks for it.
    scores, slopes : float32
        Room for the (2 * window, T) of the largest block; behind the slopes twice as much for the objective.
    inverses, shrinks : (2, max(2 * window, T)) float32
        For objectives on cosines, of rows and of targets: inverse lengths, and what to add of each to itself.
    query, hidden, error : (P,) float32
        The sampler's query; CBOW's input and what it learns.
    cbow : (2,) uint64
        Addresses of `hidden` and `error`.
    copies : (2 * window, P) float32
        Input rows as they were before the block.
    copied : (2 * window,) uint64
        Addresses of the rows of `copies`.
    totals : (8,) float64
        Sum of losses, number of losses, number of blocks, number of words after subsampling.
    """

    rng: NDArray[np.uint64]
    kept: NDArray[np.int32]
    rows: NDArray[np.uint64]
    targets: NDArray[np.uint64]
    context: NDArray[np.int32]
    negatives: NDArray[np.int32]
    shifts: NDArray[np.float32]
    scores: NDArray[np.float32]
    slopes: NDArray[np.float32]
    inverses: NDArray[np.float32]
    shrinks: NDArray[np.float32]
    query: NDArray[np.float32]
    hidden: NDArray[np.float32]
    error: NDArray[np.float32]
    cbow: NDArray[np.uint64]
    copies: NDArray[np.float32]
    copied: NDArray[np.uint64]
    totals: NDArray[np.float64]


def make_scratch(*, chunk: int, window: int, negative: int, width: int) -> Scratch:
    """Return a worker's memory for chunks of `chunk` tokens and rows of `width` floats."""
    rows, targets = 2 * window, negative + 1
    hidden, error, copies = aligned((width,)), aligned((width,)), aligned((rows, width))
    cbow, copied = aligned((2,), np.uint64), aligned((rows,), np.uint64)
    cbow[:] = hidden.ctypes.data, error.ctypes.data
    copied[:] = copies.ctypes.data + np.arange(rows) * copies.strides[0]
    return Scratch(
        rng=new_state(),
        kept=aligned((chunk,), np.int32),
        rows=aligned((2, rows), np.uint64),
        targets=aligned((2, targets), np.uint64),
        context=aligned((rows,), np.int32),
        negatives=aligned((negative,), np.int32),
        shifts=aligned((2, targets)),
        scores=aligned((rows * targets + PAD,)),
        slopes=aligned((3 * (rows * targets + PAD),)),
        inverses=aligned((2, max(rows, targets))),
        shrinks=aligned((2, max(rows, targets))),
        query=aligned((width,)),
        hidden=hidden,
        error=error,
        cbow=cbow,
        copies=copies,
        copied=copied,
        totals=aligned((8,), np.float64),
    )
