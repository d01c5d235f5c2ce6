"""The binary tree of hierarchical softmax: Huffman's, which gives frequent words short codes.

The V words are its leaves. V − 1 times the two rarest nodes that have no parent get one, whose count is the sum of
theirs. Which of several equally rare nodes comes first is decided by Python's `heapq`, as in gensim, so that words get
gensim's codes. (word2vec.c decides otherwise; codes are then others, of the same total length.)

References
----------
Huffman (1952), "A method for the construction of minimum-redundancy codes", Proceedings of the IRE 40(9).
Morin & Bengio (2005), "Hierarchical probabilistic neural network language model", AISTATS.
Mikolov, Sutskever, Chen, Corrado & Dean (2013), "Distributed representations of words and phrases and their
compositionality", NIPS, section 2.1.
"""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["HuffmanTree"]


class _Node(int):
    """A node as the heap orders it, by its count alone; `number` says which: a leaf, or V + an inner node."""

    number: int

    @classmethod
    def of(cls, count: int, number: int) -> _Node:
        node = cls(count)
        node.number = number
        return node


class HuffmanTree(NamedTuple):
    """A Huffman tree of V words, as the ways from its root to the words.

    Attributes
    ----------
    starts : (V + 1,) int64
        The way to word w is at the places from ``starts[w]`` to ``starts[w + 1]`` of the other two.
    points : (L,) int32
        The inner nodes on the way, the root first: rows of the matrix of nodes. They are numbered from 0 in the order
        in which they were made; the root is V − 2.
    codes : (L,) uint8
        Where the way goes on from each node: 0 to its rarer child, 1 to the other.
    """

    starts: NDArray[np.int64]
    points: NDArray[np.int32]
    codes: NDArray[np.uint8]

    @classmethod
    def of(cls, counts: NDArray[np.int64]) -> HuffmanTree:
        """Build the tree of words with some counts, (V,) int64, in O(V log V)."""
        words, root = len(counts), 2 * len(counts) - 2
        parents, codes = _joined(counts)
        nodes, lengths = np.arange(words), np.zeros(words, np.int64)
        while (climbing := nodes < root).any():
            lengths += climbing
            nodes = parents[nodes]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        points, way = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.uint8)
        leaves, nodes, places = np.arange(words), np.arange(words), starts[1:] - 1  # the ways are filled backward
        while (climbing := nodes < root).any():
            leaves, nodes, places = leaves[climbing], nodes[climbing], places[climbing]
            way[places] = codes[nodes]
            nodes = parents[nodes]
            points[places] = nodes - words
            places = places - 1
        return cls(starts, points, way)

    def grown(self, total: int, counts: NDArray[np.int64]) -> HuffmanTree:
        """Return a tree of the words here and of new ones behind them, in which all nodes here stay as they are.

        The whole tree becomes one leaf of a Huffman tree of the new words. So the ways between old words stay the same,
        and what their nodes have learned stays true; the ways to old words get longer by the same few nodes, which are
        numbered behind the others.

        Parameters
        ----------
        total : int
            The sum of the counts of the words here.
        counts : (N,) int64
            The counts of the new words.
        """
        top, known = HuffmanTree.of(np.array([total, *counts], np.int64)), len(self.starts) - 1
        points = top.points + np.int32(known - 1)
        before = int(top.starts[1])  # nodes on the way to what was the root
        starts = self.starts + before * np.arange(known + 1)
        added = np.zeros(starts[-1], np.bool_)
        added[(starts[:-1, np.newaxis] + np.arange(before)).ravel()] = True
        columns = []
        for here, there in ((self.points, points), (self.codes, top.codes)):
            column = np.empty(starts[-1], here.dtype)
            column[added], column[~added] = np.tile(there[:before], known), here
            columns.append(np.concatenate([column, there[before:]]))
        return HuffmanTree(np.concatenate([starts, starts[-1] + top.starts[2:] - before]), *columns)

    @classmethod
    def checked(cls, words: int, starts: NDArray[Any], points: NDArray[Any], codes: NDArray[Any]) -> HuffmanTree:
        """Return a tree that was read from a file, or raise TypeError if it is none of so many words."""
        tree = cls(starts.astype(np.int64), points.astype(np.int32), codes.astype(np.uint8))
        lengths = np.diff(tree.starts)
        if (
            len(lengths) != words
            or tree.starts[0] != 0
            or (lengths < 0).any()
            or not tree.starts[-1] == len(tree.points) == len(tree.codes)
            or not ((tree.points >= 0) & (tree.points < words - 1)).all()
            or (tree.codes > 1).any()
        ):
            raise TypeError(f"its tree is none of {words:,} words")
        return tree

    def code(self, word: int) -> NDArray[np.uint8]:
        """Return the code of a word."""
        return self.codes[self.starts[word] : self.starts[word + 1]]

    def point(self, word: int) -> NDArray[np.int32]:
        """Return the inner nodes on the way to a word."""
        return self.points[self.starts[word] : self.starts[word + 1]]


def _joined(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the parent of each node (the root is its own), and which of its children it is: 0 for the rarer one."""
    words = len(counts)
    parents, codes = np.arange(max(2 * words - 1, 0)), np.zeros(max(2 * words - 1, 0), np.uint8)
    heap = [_Node.of(count, word) for word, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    for parent in range(words, 2 * words - 1):
        rarer, other = heapq.heappop(heap), heapq.heappop(heap)
        parents[[rarer.number, other.number]] = parent
        codes[other.number] = 1
        heapq.heappush(heap, _Node.of(rarer + other, parent))
    return parents, codes
