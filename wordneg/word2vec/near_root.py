r"""Copies of the nodes near the root, so that workers do not wait for each other.

All ways of hierarchical softmax begin at the root, so that every worker writes to it in every block, and to the nodes
below it in many. A cache line that two cores write to by turns has to travel each time, which makes two workers slower
than one. So each of several workers has **copies** of the `_COPIED` nodes that the tree made last, which lie near
the root. It trains these; whenever a copy has been updated about `_MERGED_AFTER` times, and at both ends of a chunk,
what it has learned is added to the node, and it goes on from there.

If W workers take n steps each, at a learning rate α, from the same node, their changes do not add up to what one worker
would have learned in all W · n, who sees after each step how much there is left to learn. As shards do
(`wordneg.word2vec.merging`), a worker adds the share

    (1 − e^−x) / (W · (1 − e^(−x / W))),        x = c · α · W · n

of what its copy has learned: all of it after few steps, and 1 / W of it after many. c = `_CURVATURE` is that of the
output vectors of shards.
"""

from __future__ import annotations

import numpy as np

from wordneg.compiled.jit import merge
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import address_of
from wordneg.compiled.simd import load, multiply_add, splat, store, subtract
from wordneg.word2vec.blocks import Ways
from wordneg.word2vec.merging import merged_share

__all__ = ["copied_nodes", "copy_of", "first_copied", "merge_copies"]

_COPIED = 32
_MERGED_AFTER = 64  # updates: one a row in skip-gram, one a block in CBOW
_CURVATURE = 0.125


def copied_nodes(ways: Ways, workers: int) -> int:
    """Return how many nodes each worker copies: none if it is alone, or if there is no tree."""
    return min(_COPIED, max(len(ways.nodes) - 1, 0)) if workers > 1 else 0


@merge
def first_copied(nodes, scratch):
    """Return the first node that there is a copy of; all those after it are copied, too."""
    return nodes.shape[0] - 1 - scratch.node_copies.shape[0]


@merge
def merge_copy(copy, rate, settings, scratch):
    """Add what a copy has learned to its node, and let it go on from there."""
    nodes = settings.ways.nodes
    x = _CURVATURE * rate * (settings.workers * scratch.node_updates[copy])
    shares = splat(np.float32(merged_share(x, settings.workers)))
    node_at = address_of(nodes[first_copied(nodes, scratch) + copy])
    copy_at = address_of(scratch.node_copies[copy])
    begun_at = address_of(scratch.nodes_begun[copy])
    for _ in range(0, nodes.shape[1], LANES):
        merged = multiply_add(shares, subtract(load(copy_at), load(begun_at)), load(node_at))
        store(merged, node_at)
        store(merged, copy_at)
        store(merged, begun_at)
        node_at += STEP
        copy_at += STEP
        begun_at += STEP
    scratch.node_updates[copy] = 0


@merge
def merge_copies(rate, settings, scratch):
    """Merge all copies, at the beginning and at the end of a chunk, so that nothing is kept between chunks."""
    for copy in range(scratch.node_copies.shape[0]):
        merge_copy(copy, rate, settings, scratch)


@merge
def copy_of(node, updates, rate, settings, scratch):
    """Return the address of the copy of a node, for a block that will update it some times; merge it if that is due."""
    copy = node - first_copied(settings.ways.nodes, scratch)
    if scratch.node_updates[copy] >= _MERGED_AFTER:
        merge_copy(copy, rate, settings, scratch)
    scratch.node_updates[copy] += updates
    return address_of(scratch.node_copies[copy])
