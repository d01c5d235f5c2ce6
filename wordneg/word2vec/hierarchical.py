r"""Hierarchical softmax in the kernel: the targets of a block are the inner nodes on the way to its center word.

At each node of a binary tree of all words (see `wordneg.text.huffman`) the model goes to one of two children. With
h an input row, u_n the vector of node n and c_n ∈ {0, 1} the code of word w there,

    p(w | h) = Π_n σ(±u_n · h),    + where c_n = 0,        loss = −log p(w | h) = Σ_n log(1 + exp(∓u_n · h)),

which is a logistic loss with the labels 1 − c_n: the negated derivative by a node's score s_n is 1 − c_n − σ(s_n). The
chances of all words add up to 1, and none needs more than about log₂ V scores.

Ways are of different lengths, and the two products of a block are compiled for a fixed number of targets. So a way is
cut into **tiles** of `NODES` nodes. The last one is filled up with a row of zeros, whose score is 0: with a label of ½
its slope is 0. If it has no more than `HALF` nodes, only so many places of it are looked at. Nodes of a way differ, so
that tiles may be trained one after the other, if the input rows are read as they were before the block.

The labels of a tile are one of fewer than 2^(NODES + 1) **patterns**: n nodes have 2ⁿ of them, and those of fewer nodes
come first.

As elsewhere in wordneg, σ is not cut off; gensim skips nodes with a score beyond ±6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import merge
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.rows import fetch_row
from wordneg.compiled.simd import load, multiply, sigmoid, splat, store, subtract
from wordneg.compiled.tiles import make_score, make_update
from wordneg.objectives.logistic import softplus
from wordneg.text.huffman import HuffmanTree
from wordneg.word2vec.blocks import LABELS, LOSS_SUM, NODES, Path, Ways
from wordneg.word2vec.near_root import copy_of, first_copied

__all__ = ["make_climb", "make_plan_path", "ways_of"]

HALF = NODES // 2
"""Places of a tile that are looked at if it has no more nodes."""

_FILLED = -1  # the node of a place that is filled up
_TILE_BYTES = np.uint64(8 * NODES)
_HALVES = np.int64(2 ** (HALF + 1) - 2)  # patterns of at most HALF nodes, which come first


def ways_of(tree: HuffmanTree, nodes: NDArray[np.float32]) -> Ways:
    """Return the ways of a tree as the kernel reads them, for a (V, P) matrix of nodes."""
    lengths = np.diff(tree.starts)
    tiles = -(-lengths // NODES)
    starts = np.concatenate([[0], np.cumsum(tiles)])
    places = np.arange(len(tree.points)) + np.repeat(starts[:-1] * NODES - tree.starts[:-1], lengths)
    points = np.full(starts[-1] * NODES, _FILLED, np.int32)
    points[places] = tree.points
    bits = np.zeros(starts[-1] * NODES, np.int64)
    bits[places] = tree.codes == 0
    points, bits = points.reshape(-1, NODES), bits.reshape(-1, NODES)
    numbers = (points != _FILLED).sum(axis=1)
    patterns = 2**numbers - 2 + bits @ 2 ** np.arange(NODES)
    return Ways(nodes, starts, points, patterns.astype(np.int16), _all_labels())


def _all_labels() -> NDArray[np.float32]:
    """Return the labels of all patterns, repeated every `HALF` or every `NODES` places."""
    found = []
    for number in range(1, NODES + 1):
        period = HALF if number <= HALF else NODES
        for bits in range(2**number):
            own = [float(bits >> place & 1) for place in range(number)] + [0.5] * (period - number)
            found.append(np.tile(np.array(own, np.float32), LABELS // period))
    return np.stack(found)


def make_plan_path(*, copied: bool) -> Any:
    """Return ``plan_path(word, slot, updates, rate, settings, row_bytes, scratch)``, which returns a `Path`.

    It writes the addresses of the nodes on the way to a word to a slot, and fetches them. If `copied` is set, those
    near the root are the worker's own (`wordneg.word2vec.near_root`), which the block will update so many times.
    """

    @merge
    def plan_path(word, slot, updates, rate, settings, row_bytes, scratch):
        ways = settings.ways
        nodes_at = address_of(ways.nodes)
        first = ways.starts[word]
        tiles = ways.starts[word + 1] - first
        for tile in range(tiles):
            for place in range(HALF if ways.patterns[first + tile] < _HALVES else NODES):
                node = ways.points[first + tile, place]
                if node == _FILLED:
                    scratch.path[slot, tile, place] = address_of(scratch.zeros)
                elif copied and node >= first_copied(ways.nodes, scratch):
                    scratch.path[slot, tile, place] = copy_of(node, updates, rate, settings, scratch)
                else:
                    scratch.path[slot, tile, place] = nodes_at + np.uint64(node) * row_bytes
                    if tile > 0:  # nodes near the root are in the cache
                        fetch_row(scratch.path[slot, tile, place], row_bytes)
        return Path(address_of(scratch.path[slot]), first, tiles)

    return plan_path


@merge
def write_slopes(scores_at, count, labels_at, rate, slopes_at):
    """Write ``rate · (label − σ(score))`` for `count` scores of a tile, and overwrite up to ``LANES − 1`` more."""
    rates = splat(rate)
    for place in range(0, count, LANES):
        label = load(labels_at + np.uint64(4 * (place % LABELS)))
        store(multiply(subtract(label, sigmoid(load(scores_at))), rates), slopes_at)
        scores_at += STEP
        slopes_at += STEP


@merge
def add_way_losses(scores, labels, counted, totals):
    """Add the losses of the rows that are counted, at the nodes of a tile; the places that fill it up have none."""
    for row in range(counted.first, counted.stop):
        loss = 0.0
        for place in range(scores.shape[1]):
            if labels[place] != np.float32(0.5):
                score = np.float64(scores[row, place])
                loss += softplus(-score if labels[place] > np.float32(0.5) else score)
        totals[LOSS_SUM] += counted.weight * loss


def make_tile(nodes: int, pieces: int, *, alone: bool) -> Any:
    """Return the function that trains on a tile of so many nodes; its arguments are those of `make_climb`'s."""
    score, update = make_score(nodes, pieces), make_update(nodes, pieces, alone=alone)

    @merge
    def train_tile(read_at, written_at, rows, nodes_at, labels, counted, rate, scratch):
        scores_at, slopes_at = address_of(scratch.scores), address_of(scratch.slopes)
        score(read_at, rows, nodes_at, scores_at)
        add_way_losses(matrix_at(scores_at, rows, nodes), labels, counted, scratch.totals)
        write_slopes(scores_at, rows * nodes, address_of(labels), rate, slopes_at)
        update(read_at, written_at, np.uint64(rows), nodes_at, slopes_at)

    return train_tile


def make_climb(pieces: int, *, alone: bool) -> Any:
    """Return ``climb(read_at, written_at, rows, path, ways, counted, rate, scratch)``, which trains on a path.

    Parameters
    ----------
    pieces : int
        Row length in pieces of `LANES` floats.
    alone : bool
        Whether there is always one input row, as in CBOW.

    Returns
    -------
    jitted function
        ``read_at`` and ``written_at`` are the addresses of tables of the ``rows`` input rows: as they were before the
        block, and what learns; they must not be the same rows. ``counted`` says whose loss is counted, see
        `wordneg.word2vec.blocks.Counted`.
    """
    train_half, train_whole = make_tile(HALF, pieces, alone=alone), make_tile(NODES, pieces, alone=alone)

    @merge
    def climb(read_at, written_at, rows, path, ways, counted, rate, scratch):
        nodes_at = path.nodes_at
        for tile in range(path.first, path.first + path.tiles):
            pattern = ways.patterns[tile]
            labels = ways.labels[pattern]
            if pattern < _HALVES:
                train_half(read_at, written_at, rows, nodes_at, labels, counted, rate, scratch)
            else:
                train_whole(read_at, written_at, rows, nodes_at, labels, counted, rate, scratch)
            nodes_at += _TILE_BYTES

    return climb
