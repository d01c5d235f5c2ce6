"""What a kernel is built for, what it reads, and the memory that a worker works in."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.lanes import LANES
from wordneg.compiled.rng import new_state
from wordneg.compiled.tiles import UPDATED
from wordneg.compiled.weights import PAD, aligned

__all__ = [
    "BLOCKS",
    "KEPT_WORDS",
    "LABELS",
    "LOSSES",
    "LOSS_SUM",
    "NODES",
    "NO_WAYS",
    "SLOTS",
    "Chunk",
    "Counted",
    "Design",
    "Path",
    "Scratch",
    "Settings",
    "Text",
    "Ways",
    "make_scratch",
]

LOSS_SUM, LOSSES, BLOCKS, KEPT_WORDS = range(4)
"""Entries of `Scratch.totals`: the sum of the losses, their number, the blocks, the words that subsampling kept."""

NODES = UPDATED
"""Inner nodes in a tile of the way to a word, see `wordneg.word2vec.hierarchical`."""

SLOTS = 3
"""Blocks that are planned at most and not trained yet, and the one that is being planned."""

LABELS = math.lcm(NODES, LANES)
"""Labels kept for a tile: its own, repeated until they fill some vectors."""


class Text(NamedTuple):
    """What is trained on.

    Attributes
    ----------
    tokens : (N,) int32
        The words of the text, as indices into the vocabulary.
    offsets : (S + 1,) int64
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    keep : (V,) uint32, or (0,)
        The chance that an occurrence of a word is kept, in units of 2⁻³². Empty if all occurrences are kept.
    """

    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    keep: NDArray[np.uint32]


class Design(NamedTuple):
    """What a kernel is built for; all of it is constant in the machine code.

    Attributes
    ----------
    cbow : bool
        CBOW rather than skip-gram.
    width : int
        Length of a row of the matrices in floats, padding included.
    negative : int
        Negatives K of a block. With 0 the positive is no target either.
    draw, needs_query
        Parts of the sampler, see `wordneg.samplers.base.Sampler`.
    slopes, loss
        Parts of the objective, see `wordneg.objectives.base.Objective`.
    corrected : bool
        Whether the scores of negatives are corrected by `Settings.log_q` and `Settings.log_rest`.
    cosine : bool
        Whether the objective gets cosines instead of scores.
    input_factor : float
        The learning rate of the input rows is multiplied by this.
    locked : bool
        Whether what changes in an input row is multiplied by its factor in `Settings.locks`.
    counted : bool
        Whether the kernel counts how often it updates each row, in `Scratch.input_counts` and `Scratch.output_counts`.
    hierarchical : bool
        Whether the nodes on the way to the center word, `Settings.ways`, are targets.
    copied : bool
        Whether the worker trains copies of the nodes near the root, `Scratch.node_copies`.
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
    locked: bool = False
    counted: bool = False
    hierarchical: bool = False
    copied: bool = False


class Chunk(NamedTuple):
    """A piece of the text, and how to train on it.

    Attributes
    ----------
    start, stop : int
        The piece is ``tokens[start:stop]``.
    sentence : int
        The sentence to which the token at `start` belongs.
    seed, epoch, number : int
        They determine the chunk's random numbers, whichever worker trains it.
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


class Ways(NamedTuple):
    """The tree of hierarchical softmax: its nodes, and the way to each word in S tiles of `NODES` nodes.

    Attributes
    ----------
    nodes : (V, P) float32, or (0, P)
        The vectors of the inner nodes. The last row is of none. Empty if there is no tree.
    starts : (V + 1,) int64
        The tiles of word w are those from ``starts[w]`` to ``starts[w + 1]``.
    points : (S, NODES) int32
        The nodes, the root first; −1 fills the last tile of a way up.
    patterns : (S,) int16
        The rows of `labels` for the tiles.
    labels : (L, LABELS) float32
        Patterns of labels, repeated: what σ of a node's score is pushed towards, 1 or 0, or ½ where there is no node.
    """

    nodes: NDArray[np.float32]
    starts: NDArray[np.int64]
    points: NDArray[np.int32]
    patterns: NDArray[np.int16]
    labels: NDArray[np.float32]


NO_WAYS = Ways(
    np.zeros((0, PAD), np.float32),
    np.zeros(1, np.int64),
    np.zeros((0, NODES), np.int32),
    np.zeros(0, np.int16),
    np.zeros((0, LABELS), np.float32),
)
"""The ways where there is no hierarchical softmax."""


class Path(NamedTuple):
    """The nodes of a planned block.

    Attributes
    ----------
    nodes_at : uint64
        Address of the table of their addresses.
    first, tiles : int
        The first tile, and the number of tiles.
    """

    nodes_at: Any
    first: Any
    tiles: Any


class Counted(NamedTuple):
    """The rows of a block whose loss is counted: those from `first` to `stop`, each as `weight` rows."""

    first: Any
    stop: Any
    weight: Any


class Settings(NamedTuple):
    """Settings that the kernel reads at run time.

    Attributes
    ----------
    window : int
        Largest distance between center and context.
    shrink_windows : bool
        Whether each center draws its window from 1 … `window`.
    share_negatives : bool
        Whether the context words of a center share their negatives.
    mean : bool
        CBOW: whether the input is the mean of the context rows rather than their sum.
    loss_every : int
        The loss is evaluated once in that many blocks, on one row of the block; if 1, on all rows of every block.
    log_q, log_rest : (V,) float32, or (0,)
        For objectives that correct for the sampling: log(K · q) and log(1 − q) of each word, where q is the
        probability of being drawn as a negative. A negative is never the positive p, so that its probability is
        q / (1 − q_p). Empty if nothing is corrected.
    locks : (V,) float32, or (0,)
        The factor by which each input row changes. Empty if all change as they should.
    ways : Ways
        The tree of hierarchical softmax.
    workers : int
        Workers that train the same weights at the same time.
    """

    window: int
    shrink_windows: bool
    share_negatives: bool
    mean: bool
    loss_every: int
    log_q: NDArray[np.float32]
    log_rest: NDArray[np.float32]
    locks: NDArray[np.float32]
    ways: Ways = NO_WAYS
    workers: int = 1


class Scratch(NamedTuple):
    """One worker's memory, each array on cache lines of its own.

    Blocks are planned one or two ahead. What a planned block needs when its turn comes is therefore there several
    times, in slots that are used by turns: while the block in one slot is trained, a later one is written to another.
    What is only needed while a block is planned or while it is trained is there once.

    B is the number of rows of the largest block: two windows, or the chunk without the center word if that is less.

    Attributes
    ----------
    rng : (8,) uint64
        State of the random generator.
    kept : (chunk,) int32
        The words of a sentence that subsampling kept.
    rows, targets : (SLOTS, B) and (SLOTS, T) uint64
        Addresses of the input and target rows of the block in each slot.
    context : (B,) int32
        Words of the input rows of the block that is being planned.
    negatives : (K,) int32
        Words that the sampler drew for that block.
    shifts : (SLOTS, T) float32
        For corrected objectives: what is subtracted from the scores of the block in each slot. The first
        entry, which would be the positive's, is not used.
    scores, slopes : float32
        Room for the (B, T) values of the largest block, or of a tile of nodes. Behind the slopes there is room
        for two more blocks, which belongs to the objective.
    inverses, shrinks : (2, max(B, T)) float32
        For objectives on cosines, of input rows (first) and of targets: their inverse lengths, and the multiple of
        each row that is added to the row itself.
    query, hidden, error : (P,) float32
        The sampler's query; CBOW's input, and the change that the block asks for in it.
    cbow : (2,) uint64
        Addresses of `hidden` and `error`.
    copies : (B, P) float32
        Input rows as they were before the block, for updates that take several passes.
    copied : (B,) uint64
        Addresses of the rows of `copies`.
    before, before_at : (B, P) float32, and (B,) uint64
        For input rows that are locked: the rows as they were before the block, and their addresses.
    path : (SLOTS, tiles, NODES) uint64
        Addresses of the nodes on the way to the center word of the block in each slot.
    zeros : (P,) float32
        The row that fills a tile of nodes up.
    node_copies, nodes_begun : (C, P) float32
        Copies of the last C nodes of the tree, and these as they were when they were copied.
    node_updates : (C,) int64
        How often each copy has been updated since then.
    totals : (8,) float64
        What the worker's chunks of this epoch came to so far, see `LOSS_SUM`.
    input_counts, output_counts : (V,) int64, or (0,)
        How often each input row and each output row has been updated: once for each block that it takes part in, and
        twice if it does so in two places. Empty if nobody asks.
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
    before: NDArray[np.float32]
    before_at: NDArray[np.uint64]
    path: NDArray[np.uint64]
    zeros: NDArray[np.float32]
    node_copies: NDArray[np.float32]
    nodes_begun: NDArray[np.float32]
    node_updates: NDArray[np.int64]
    totals: NDArray[np.float64]
    input_counts: NDArray[np.int64]
    output_counts: NDArray[np.int64]


def make_scratch(
    *,
    chunk: int,
    window: int,
    negative: int,
    width: int,
    counted: int = 0,
    ways: Ways = NO_WAYS,
    node_copies: int = 0,
) -> Scratch:
    """Return a worker's memory.

    It is for chunks of `chunk` tokens, rows of `width` floats, counts of `counted` words and so many copies of nodes.
    """
    rows, targets = max(1, min(2 * window, chunk - 1)), negative + 1
    values = rows * max(targets, NODES) + PAD
    tiles = int(np.diff(ways.starts).max(initial=1))
    hidden, error, copies = aligned((width,)), aligned((width,)), aligned((rows, width))
    cbow, copied = aligned((2,), np.uint64), aligned((rows,), np.uint64)
    before, before_at = aligned((rows, width)), aligned((rows,), np.uint64)
    before_at[:] = before.ctypes.data + np.arange(rows) * before.strides[0]
    cbow[:] = hidden.ctypes.data, error.ctypes.data
    copied[:] = copies.ctypes.data + np.arange(rows) * copies.strides[0]
    return Scratch(
        rng=new_state(),
        kept=aligned((chunk,), np.int32),
        rows=aligned((SLOTS, rows), np.uint64),
        targets=aligned((SLOTS, targets), np.uint64),
        context=aligned((rows,), np.int32),
        negatives=aligned((negative,), np.int32),
        shifts=aligned((SLOTS, targets)),
        scores=aligned((values,)),
        slopes=aligned((3 * values,)),
        inverses=aligned((2, max(rows, targets))),
        shrinks=aligned((2, max(rows, targets))),
        query=aligned((width,)),
        hidden=hidden,
        error=error,
        cbow=cbow,
        copies=copies,
        copied=copied,
        before=before,
        before_at=before_at,
        path=aligned((SLOTS, tiles, NODES), np.uint64),
        zeros=aligned((width,)),
        node_copies=aligned((node_copies, width)),
        nodes_begun=aligned((node_copies, width)),
        node_updates=aligned((node_copies,), np.int64),
        totals=aligned((8,), np.float64),
        input_counts=aligned((counted,), np.int64),
        output_counts=aligned((counted,), np.int64),
    )
