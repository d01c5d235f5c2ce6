"""What all kinds of benchmarks have in common: read, bind to words, score, read off the result.

A :class:`Benchmark` asks something of words. Bound to the words of some vectors (:meth:`Benchmark.bind`) it has looked
up all that depends on the words and the policy alone; a :class:`Bound` benchmark then scores any number of matrices for
these words (:meth:`Bound.score`). Every kind returns a :class:`Result` that is read in the same way, so that whoever
prints, compares or stores results need not know the kinds. A kind of one's own takes part by following these contracts.
"""

from __future__ import annotations

import functools
import operator
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.analogies.methods import find_method
from wordneg.evaluation.benchmarks.catalog import Kind
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.significance import Interval
from wordneg.evaluation.vectors import Rows
from wordneg.evaluation.words import KnownWords, Policy

__all__ = ["DEFAULTS", "Benchmark", "Bound", "Counts", "Items", "Measure", "Options", "Result", "seeds_of"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How benchmarks are scored, where a kind leaves a choice.

    Parameters
    ----------
    method : {"3cosadd", "3cosmul", "3cosavg", "pairdirection", "lrcos"}
        How analogies are answered: see :mod:`wordneg.evaluation.analogies.arithmetic`.
    ranks : bool
        Whether the expected words of analogies are ranked, too; this takes a little longer.
    seeds : tuple of int
        The seeds of the clusterings that a categorization is the mean of: see `seeds_of`.

    Raises
    ------
    ValueError
        The method is unknown, or there are no seeds.
    """

    method: str = "3cosadd"
    ranks: bool = True
    seeds: tuple[int, ...] = tuple(range(10))

    def __post_init__(self) -> None:
        find_method(self.method)
        if not self.seeds:
            raise ValueError("got no seeds, expected at least one clustering")


DEFAULTS = Options()


def seeds_of(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """Return the seeds of clusterings from their number, which means 0, 1, ..., or from a sequence of them.

    Raises
    ------
    ValueError
        There are none.
    """
    chosen = tuple(seeds) if isinstance(seeds, Sequence) else tuple(range(operator.index(seeds)))
    if not chosen:
        raise ValueError(f"got seeds={seeds!r}, expected at least one clustering")
    return chosen


@runtime_checkable
class Benchmark(Protocol):
    """A benchmark: the questions that vectors are asked.

    Attributes
    ----------
    name : str
        The benchmark's name, as tables show it; no two that are scored together have the same.
    kind : {"similarity", "analogy", "categorization"}
        What it asks.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def kind(self) -> Kind: ...  # noqa: D102

    def bind(self, words: KnownWords, options: Options = DEFAULTS) -> Bound:
        """Look up everything that depends on the words and the policy alone.

        Parameters
        ----------
        words : KnownWords
            The words of the vectors to be scored, and the policy about unknown ones.
        options : Options
            How to score, where the kind of benchmark leaves a choice.
        """
        ...

    def item_ranks(self, ranks: WordRanks) -> Rows | None:
        """Return the (N,) rank of the rarest word of each item; None if single items have no score."""
        ...


class Bound(Protocol):
    """A benchmark with its words looked up, ready for any vectors of these words.

    Attributes
    ----------
    failure : str
        Why there is no score, whatever the vectors: too few items with known words. Empty if there may be one.
    """

    @property
    def failure(self) -> str: ...  # noqa: D102

    def score(self, matrix: Any) -> Result:
        """Score vectors.

        Parameters
        ----------
        matrix : (V, D) array or Vectors
            A row for each of the words that were bound.

        Raises
        ------
        ValueError
            There is no score, or the vectors have other words.
        """
        ...


class Measure(NamedTuple):
    """A number, and what it measures.

    The name is ``"Spearman"``, ``"Pearson"``, ``"accuracy"``, ``"MRR"`` (mean reciprocal rank), ``"purity"`` or
    ``"NMI"`` (normalized mutual information).
    """

    name: str
    value: float

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3f}"


class Counts(NamedTuple):
    """How many items are counted, have an unknown word, and are there in all."""

    used: int
    missing: int
    total: int


class Items(NamedTuple):
    """What vectors score on each of the N items of a benchmark.

    Attributes
    ----------
    asked : tuple of tuple of str
        The words of each item, in the benchmark's order and spelling.
    scores : (N,) float64 array
        Cosines of pairs; or 1 for a question answered rightly and 0 for one answered wrongly. NaN for items that are
        not used.
    gold : (N,) float64 array or None
        What people said of the pairs; None for questions.
    clusters : (N, 2) int64 array
        What items share, as numbers: the two words of a pair; the two word pairs of a question.
    """

    asked: tuple[tuple[str, ...], ...]
    scores: npt.NDArray[np.float64]
    gold: npt.NDArray[np.float64] | None
    clusters: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Result(ABC):
    """How vectors did on a benchmark, whatever its kind.

    Attributes
    ----------
    benchmark : Benchmark
        What was asked.
    policy : Policy
        What counts as unknown, and what was done about it.
    used : (N,) bool array
        Whether each item is counted.
    missing_words : tuple of str
        The unknown words, each once, in the benchmark's order.
    notes : tuple of str
        What a reader of the numbers should know: unreadable lines, duplicates, vectors of zeros.
    """

    benchmark: Benchmark
    policy: Policy
    used: npt.NDArray[np.bool_]
    missing_words: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The benchmark's name."""
        return self.benchmark.name

    @property
    def kind(self) -> Kind:
        """What the benchmark asks."""
        return self.benchmark.kind

    @property
    @abstractmethod
    def measures(self) -> tuple[Measure, ...]:
        """The scores, the usual one first."""

    @property
    @abstractmethod
    def counts(self) -> Counts:
        """How many items are counted, have an unknown word, and are there in all."""

    @property
    def items(self) -> Items | None:
        """The scores of single items; None if they have none, as the words of a clustering."""
        return None

    @functools.cached_property
    def intervals(self) -> tuple[Interval | None, ...]:
        """The 95 % interval over items of each of `measures`; None where there is none, see `no_interval`.

        Correlations and accuracy have one; it says nothing of other training seeds.
        """
        try:
            found = self._intervals()
        except ValueError:  # `no_interval` tells
            found = ()
        return (*found, *[None] * (len(self.measures) - len(found)))

    @property
    def no_interval(self) -> str:
        """Why there is no interval though items have scores; empty if there is one."""
        if self.items is None or self.intervals[0] is not None:
            return ""
        return "no interval: too few items, or no variation among them"

    def _intervals(self) -> tuple[Interval, ...]:
        """Return the intervals of the first measures.

        Raises
        ------
        ValueError
            The items are too few, or do not vary.
        """
        return ()

    @abstractmethod
    def _summary(self) -> str:
        """Return scores and counts in words."""

    def __str__(self) -> str:
        return f"{self.name}: {self._summary()} ({self.policy})" + "".join(f"; {note}" for note in self.notes)

    __repr__ = __str__
