"""The log-probabilities that hierarchical softmax gives to all words: the scores of such a model on held-out text.

Of a node's log-probability log p(n | q), its children get log σ(±u_n · q) more, + for the code 0. From the root down,
every node is computed once, so that all V words cost V − 1 scores of a query.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wordneg.text.huffman import HuffmanTree

__all__ = ["log_chances"]

_TOGETHER = 64  # queries, which bounds the memory


def log_chances(
    queries: NDArray[np.float32], nodes: NDArray[np.float32], tree: HuffmanTree, words: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return log p(word | query), (P, M) float32.

    Parameters
    ----------
    queries : (P, D) float32
        The queries.
    nodes : (V, D) float32
        Vectors of the inner nodes; the last row is of none.
    tree : HuffmanTree
        The tree.
    words : (M,) int64
        The words.
    """
    levels = _levels(tree)
    last = tree.starts[words + 1] - 1  # all words have a way
    found = np.empty((len(queries), len(words)), np.float32)
    for begin in range(0, len(queries), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        scores = queries[part] @ nodes.T
        chances = np.zeros_like(scores)
        for children, parents, codes in levels:
            chances[:, children] = chances[:, parents] + _log_turn(scores[:, parents], codes)
        ends = tree.points[last]
        found[part] = chances[:, ends] + _log_turn(scores[:, ends], tree.codes[last])
    return found


def _log_turn(scores: NDArray[np.float32], codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return log σ(score) where the code is 0, log σ(−score) where it is 1."""
    turned: NDArray[np.float32] = -np.logaddexp(np.float32(0), np.where(codes == 0, -scores, scores))
    return turned


def _levels(tree: HuffmanTree) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]]:
    """Return the inner nodes below the root, level by level, with their parents and the codes that lead to them."""
    lengths = np.diff(tree.starts)
    depths = np.arange(len(tree.points)) - np.repeat(tree.starts[:-1], lengths)
    levels = []
    for depth in range(1, int(lengths.max(initial=0))):
        places = np.flatnonzero(depths == depth)
        children, first = np.unique(tree.points[places], return_index=True)
        before = places[first] - 1
        levels.append((children, tree.points[before], tree.codes[before]))
    return levels
