r"""Hierarchical softmax in the kernel: the targets of a block are the inner nodes on the way to its center word.

At each node of a binary tree of all words (see `wordneg.text.huffman`) the model goes to one of two children. With
h an input row, u_n the vector of node n and c_n ∈ {0, 1} the code of word w there,

    p(w | h) = Π_n σ(±u_n · h),    + where c_n = 0,        loss = −log p(w | h) = Σ_n log(1 + exp(∓u_n · h)),

which is a logistic loss with the labels 1 − c_n: the negated derivative by a node's score s_n is 1 − c_n − σ(s_n). The
chances of all words add up to 1, and none needs more than about log₂ V scores.

Ways are of different lengths, and the two products of a block are compiled for a fixed number of targets. So a way is
cut into **tiles** of `NODES` nodes. The last one is filled up with a row of zeros, whose score is 0: with a label of ½
its slope is 0. Nodes of a way differ, so that tiles may be trained one after the other, if the input rows are read
as they were before the block.

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

__all__ = ["make_climb", "plan_path", "ways_of"]

_FILLED = -1  # the node of a place that is filled up
_TILE_BYTES = np.uint64(8 * NODES)
_LABEL_BYTES = np.uint64(4 * LABELS)


def ways_of(tree: HuffmanTree, nodes: NDArray[np.float32]) -> Ways:
    """Return the ways of a tree as the kernel reads them, for a (V, P) matrix of nodes."""
    lengths = np.diff(tree.starts)
    tiles = -(-lengths // NODES)
    starts = np.concatenate([[0], np.cumsum(tiles)])
    places = np.arange(len(tree.points)) + np.repeat(starts[:-1] * NODES - tree.starts[:-1], lengths)
    points, labels = np.full(starts[-1] * NODES, _FILLED, np.int32), np.full(starts[-1] * NODES, 0.5, np.float32)
    points[places], labels[places] = tree.points, 1 - tree.codes.astype(np.float32)
    several = np.tile(labels.reshape(-1, NODES), (1, LABELS // NODES))
    return Ways(nodes, starts, points.reshape(-1, NODES), several)


@merge
def plan_path(word, slot, ways, row_bytes, scratch):
    """Write the addresses of the nodes on the way to a word to a slot, fetch them, and return the path."""
    nodes_at = address_of(ways.nodes)
    first = ways.starts[word]
    tiles = ways.starts[word + 1] - first
    for tile in range(tiles):
        for place in range(NODES):
            node = ways.points[first + tile, place]
            if node == _FILLED:
                scratch.path[slot, tile, place] = address_of(scratch.zeros)
            else:
                scratch.path[slot, tile, place] = nodes_at + np.uint64(node) * row_bytes
                fetch_row(scratch.path[slot, tile, place], row_bytes)
    return Path(address_of(scratch.path[slot]), address_of(ways.labels) + np.uint64(first) * _LABEL_BYTES, tiles)


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
def way_loss(scores, labels):
    """Return the loss of one row at the nodes of a tile; those that fill it up have none."""
    loss = 0.0
    for place in range(NODES):
        if labels[place] != np.float32(0.5):
            score = np.float64(scores[place])
            loss += softplus(-score if labels[place] > np.float32(0.5) else score)
    return loss


def make_climb(pieces: int) -> Any:
    """Return ``climb(read_at, written_at, rows, path, counted, rate, scratch)``, which trains on a path.

    Parameters
    ----------
    pieces : int
        Row length in pieces of `LANES` floats.

    Returns
    -------
    jitted function
        ``read_at`` and ``written_at`` are the addresses of tables of the ``rows`` input rows: as they were before the
        block, and what learns; they must not be the same rows. ``counted`` says whose loss is counted, see
        `wordneg.word2vec.blocks.Counted`.
    """
    score, update = make_score(NODES, pieces), make_update(NODES, pieces)

    @merge
    def climb(read_at, written_at, rows, path, counted, rate, scratch):
        scores_at, slopes_at = address_of(scratch.scores), address_of(scratch.slopes)
        nodes_at, labels_at = path.nodes_at, path.labels_at
        for _ in range(path.tiles):
            score(read_at, rows, nodes_at, scores_at)
            for row in range(counted.first, counted.stop):
                loss = way_loss(matrix_at(scores_at, rows, NODES)[row], matrix_at(labels_at, 1, NODES)[0])
                scratch.totals[LOSS_SUM] += counted.weight * loss
            write_slopes(scores_at, rows * NODES, labels_at, rate, slopes_at)
            update(read_at, written_at, np.uint64(rows), nodes_at, slopes_at)
            nodes_at += _TILE_BYTES
            labels_at += _LABEL_BYTES

    return climb
