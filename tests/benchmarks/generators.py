"""Sequences of items whose next item has known chances: sessions of a shop, and walks on a graph.

Both are Markov chains, so that the best ranking of what comes next is known, and what it reaches: `ceiling`. Sequences
are drawn in batches, in the order in which they are read, so that those of a seed begin any longer list of them.

References
----------
B. Karrer, M. E. J. Newman (2011), "Stochastic blockmodels and community structure in networks", Physical Review E 83.
B. Perozzi, R. Al-Rfou, S. Skiena (2014), "DeepWalk: online learning of social representations", KDD.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wordneg.evaluation import hit_rate, ndcg

_BATCH = 1000  # sequences drawn at once
_Floats = NDArray[np.float64]
_Items = NDArray[np.int64]


class _Chain(ABC):
    """A Markov chain over the items 0 to V − 1."""

    seed: int

    @property
    @abstractmethod
    def start(self) -> _Floats:
        """The (V,) chances of the first item."""

    @abstractmethod
    def chances(self, items: _Items) -> _Floats:
        """Return the (N, V) chances of what comes after each of N items."""

    @abstractmethod
    def _next(self, items: _Items, rng: np.random.Generator) -> _Items:
        """Draw what comes after each of N items."""

    @abstractmethod
    def _lengths(self, count: int, rng: np.random.Generator) -> _Items:
        """Draw how many items so many sequences have."""

    def sequences(self, count: int) -> list[list[int]]:
        """Return so many sequences."""
        rng, found = np.random.default_rng([self.seed, 9]), list[list[int]]()
        while len(found) < count:
            lengths = self._lengths(_BATCH, rng)
            drawn = np.empty((_BATCH, lengths.max()), dtype=np.int64)
            drawn[:, 0] = rng.choice(len(self.start), _BATCH, p=self.start)
            for place in range(1, drawn.shape[1]):
                drawn[:, place] = self._next(drawn[:, place - 1], rng)
            found += [row[:length].tolist() for row, length in zip(drawn, lengths, strict=True)]
        return found[:count]

    def ceiling(self, k: int = 10, steps: int = 2000) -> tuple[float, float]:
        """Return hit rate and NDCG at k of who ranks by the chances themselves, over steps of sequences.

        An item that follows itself is no step, as in `wordneg.comparison.nextitem`.
        """
        every = (pair for one in self.sequences(steps) for pair in itertools.pairwise(one))
        pairs = np.array([pair for pair in every if pair[0] != pair[1]])
        pairs = np.random.default_rng(self.seed).permutation(pairs)[:steps]
        chances = self.chances(pairs[:, 0])
        own = chances[np.arange(len(pairs)), pairs[:, 1]]
        chances[np.arange(len(pairs)), pairs[:, 0]] = -1
        above, tied = (chances > own[:, None]).sum(axis=1), (chances == own[:, None]).sum(axis=1) - 1
        return float(hit_rate(above, tied, k).mean()), float(ndcg(above, tied, k).mean())


@dataclass(frozen=True)
class Sessions(_Chain):
    """Sessions of a shop, with categories, complements and a popularity by Zipf's law.

    After an item, the next is

    * one of its complements with a chance of `complement`: a few other items that are fixed for it, of other
      categories, such as a lens for a camera;
    * else, with a chance of `category`, an item of its own category, by popularity;
    * else any item, by popularity.

    Attributes
    ----------
    items, categories, complements : int
        How many items V, categories, and complements of each item there are.
    complement, category : float
        The chances above.
    zipf : float
        The popularity of the item of rank r is in proportion to r to the power −zipf.
    length : float
        Items of a session on average, by a geometric distribution from 2.
    seed : int
        Of catalog and sessions.
    """

    items: int = 5000
    categories: int = 100
    complements: int = 3
    complement: float = 0.35
    category: float = 0.5
    zipf: float = 0.8
    length: float = 8.0
    seed: int = 1

    @cached_property
    def popularity(self) -> _Floats:
        """The (V,) shares of the items, from the most popular on."""
        weights = np.arange(1, self.items + 1, dtype=np.float64) ** -self.zipf
        return weights / weights.sum()

    @cached_property
    def category_of(self) -> _Items:
        """The (V,) category of each item."""
        return np.random.default_rng([self.seed, 1]).permutation(self.items) % self.categories

    @cached_property
    def complements_of(self) -> _Items:
        """The (V, C) complements of each item: of other categories, drawn uniformly, none twice."""
        rng, found = np.random.default_rng([self.seed, 2]), np.empty((self.items, self.complements), dtype=np.int64)
        for item, own in enumerate(self.category_of):
            found[item] = rng.choice(np.flatnonzero(self.category_of != own), self.complements, replace=False)
        return found

    @property
    def start(self) -> _Floats:
        """The popularity."""
        return self.popularity

    def chances(self, items: _Items) -> _Floats:
        """Return the (N, V) chances of what comes after each of N items."""
        inside = np.where(self.category_of == self.category_of[items][:, None], self.popularity, 0)
        inside /= inside.sum(axis=1, keepdims=True)
        found = (1 - self.complement) * (self.category * inside + (1 - self.category) * self.popularity)
        np.put_along_axis(
            found,
            self.complements_of[items],
            np.take_along_axis(found, self.complements_of[items], axis=1) + self.complement / self.complements,
            axis=1,
        )
        return found

    def _next(self, items: _Items, rng: np.random.Generator) -> _Items:
        kind, place = rng.random((2, len(items)))
        beside = self.complements_of[items, rng.integers(0, self.complements, len(items))]
        inside, ends = self._by_category
        lows = np.concatenate([[0], ends[:-1]])[self.category_of[items]]
        highs = ends[self.category_of[items]]
        sums = np.cumsum(self.popularity[inside])
        below = np.where(lows > 0, sums[lows - 1], 0)
        at = np.searchsorted(sums, below + place * (sums[highs - 1] - below), side="right")
        alike = inside[np.clip(at, lows, highs - 1)]
        anything = np.minimum(np.searchsorted(np.cumsum(self.popularity), place, side="right"), self.items - 1)
        stays = kind < self.complement + (1 - self.complement) * self.category
        return np.where(kind < self.complement, beside, np.where(stays, alike, anything))

    @cached_property
    def _by_category(self) -> tuple[_Items, _Items]:
        """The items in the order of their categories, and where each category ends."""
        return np.argsort(self.category_of, kind="stable"), np.cumsum(np.bincount(self.category_of))

    def _lengths(self, count: int, rng: np.random.Generator) -> _Items:
        return 1 + rng.geometric(1 / (self.length - 1), count)


@dataclass(frozen=True)
class Walks(_Chain):
    """Uniform random walks, as of DeepWalk, on a graph of a degree-corrected stochastic block model.

    Between two nodes u and v the expected number of edges is θ_u θ_v times a constant that is larger within a block:
    node v is the other end of an edge of u in u's block with a chance of `inside`, in another otherwise, by θ. As in
    such graphs, θ is heavy-tailed (Pareto). An edge that is drawn twice is one, and one to itself none.

    Attributes
    ----------
    nodes, blocks : int
        How many nodes V and blocks there are.
    degree : float
        Edges of a node on average, before those drawn twice are joined.
    inside : float
        The share of edges that stay in a block.
    tail : float
        The exponent of the distribution of θ; the smaller, the heavier its tail.
    length : int
        Nodes of a walk.
    seed : int
        Of graph and walks.
    """

    nodes: int = 5000
    blocks: int = 50
    degree: float = 12.0
    inside: float = 0.8
    tail: float = 3.0
    length: int = 20
    seed: int = 1

    @cached_property
    def block_of(self) -> _Items:
        """The (V,) block of each node."""
        return np.random.default_rng([self.seed, 1]).permutation(self.nodes) % self.blocks

    @cached_property
    def graph(self) -> tuple[_Items, _Items]:
        """The neighbors of all nodes, node after node, and the (V + 1,) places where those of each begin.

        A node without an edge gets one to a node of its block, so that walks need not end.
        """
        rng = np.random.default_rng([self.seed, 2])
        theta = rng.pareto(self.tail - 1, self.nodes) + 1
        edges = round(self.nodes * self.degree / 2)
        left = rng.choice(self.nodes, edges, p=theta / theta.sum())
        right = rng.choice(self.nodes, edges, p=theta / theta.sum())
        stays = rng.random(edges) < self.inside
        for block in range(self.blocks):
            members = np.flatnonzero(self.block_of == block)
            here = np.flatnonzero(stays & (self.block_of[left] == block))
            right[here] = rng.choice(members, len(here), p=theta[members] / theta[members].sum())
        for node in np.setdiff1d(np.arange(self.nodes), np.concatenate([left[left != right], right[left != right]])):
            others = np.flatnonzero((self.block_of == self.block_of[node]) & (np.arange(self.nodes) != node))
            left, right = np.append(left, node), np.append(right, rng.choice(others))
        ends = np.concatenate([np.stack([left, right]), np.stack([right, left])], axis=1)
        ends = np.unique(ends[:, ends[0] != ends[1]], axis=1)  # sorted by node
        return ends[1], np.searchsorted(ends[0], np.arange(self.nodes + 1))

    @cached_property
    def start(self) -> _Floats:
        """The same for all nodes."""
        return np.full(self.nodes, 1 / self.nodes)

    def chances(self, items: _Items) -> _Floats:
        """Return the (N, V) chances of what comes after each of N nodes: the same for all its neighbors."""
        neighbors, starts = self.graph
        found = np.zeros((len(items), self.nodes))
        for row, node in zip(found, items, strict=True):
            row[neighbors[starts[node] : starts[node + 1]]] = 1 / (starts[node + 1] - starts[node])
        return found

    def _next(self, items: _Items, rng: np.random.Generator) -> _Items:
        neighbors, starts = self.graph
        return neighbors[rng.integers(starts[items], starts[items + 1])]

    def _lengths(self, count: int, rng: np.random.Generator) -> _Items:
        return np.full(count, self.length)
