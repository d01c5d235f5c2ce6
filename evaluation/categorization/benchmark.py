"""Words and the categories that they belong to, and their clusterings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from wordneg.evaluation.benchmarks.catalog import Kind
from wordneg.evaluation.benchmarks.lines import BadLine, skipped_note
from wordneg.evaluation.categorization.clustering import normalized_mutual_information, purity, spherical_kmeans
from wordneg.evaluation.categorization.result import CategorizationResult
from wordneg.evaluation.contract import DEFAULTS, Options
from wordneg.evaluation.messages import counted
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.words import KnownWords

__all__ = ["BoundCategories", "Categories"]


@dataclass(frozen=True)
class Categories:
    """A categorization benchmark.

    Parameters
    ----------
    name : str
        The benchmark's name, as tables show it.
    words : tuple of str
        The N words, in the file's order and spelling.
    categories : tuple of str
        The category of each.
    skipped : tuple of BadLine
        Lines that could not be read.

    Raises
    ------
    ValueError
        There are no words, not one category for each, fewer than two categories, or a word is in two of them.
    """

    kind: ClassVar[Kind] = "categorization"

    name: str
    words: tuple[str, ...]
    categories: tuple[str, ...]
    skipped: tuple[BadLine, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) != len(self.categories):
            raise ValueError(
                f"{self.name}: {len(self.words)} words and {len(self.categories)} categories, expected one for each"
            )
        if len(set(self.categories)) < 2:
            raise ValueError(f"{self.name}: number of categories {len(set(self.categories))}, expected two or more")
        category_of: dict[str, str] = {}
        for word, category in zip(self.words, self.categories, strict=True):
            if category_of.setdefault(word, category) != category:
                raise ValueError(
                    f"{self.name}: {word!r} is in the categories {category_of[word]!r} and {category!r}, "
                    f"expected one for each word"
                )

    def bind(self, words: KnownWords, options: Options = DEFAULTS) -> BoundCategories:
        """Look up the words; see :meth:`wordneg.evaluation.contract.Benchmark.bind`."""
        return BoundCategories(self, words, options)

    def item_ranks(self, ranks: WordRanks) -> None:
        """Return None: single words of a clustering have no score."""


class BoundCategories:
    """Categories, with their words looked up.

    Parameters
    ----------
    benchmark : Categories
        The N words and their categories.
    words : KnownWords
        The words of the vectors to be scored.
    options : Options
        The seeds.

    Attributes
    ----------
    rows : (N,) int64 array
        The rows of the words, -1 for unknown ones.
    known, used : (N,) bool array
        Words that are known, and words that are counted.
    labels : (N,) int64 array
        The categories as numbers.
    failure : str
        Why there is nothing to cluster, whatever the vectors.
    """

    def __init__(self, benchmark: Categories, words: KnownWords, options: Options) -> None:
        self._benchmark, self._words, self._seeds = benchmark, words, options.seeds
        self.rows = words.rows(benchmark.words)
        self.known = self.rows >= 0
        self.used = np.ones_like(self.known) if words.policy.dummy4unknown else self.known
        self.used.setflags(write=False)
        names, self.labels = np.unique(benchmark.categories, return_inverse=True)
        self._clusters = len(np.unique(self.labels[self.known]))
        self._missing_words = words.missing(benchmark.words)
        self._notes = [*skipped_note(benchmark.skipped)]
        if twice := len(benchmark.words) - len(set(benchmark.words)):
            self._notes.append(f"{counted(twice, 'duplicate word')} kept")
        if lost := len(names) - self._clusters:
            self._notes.append(f"no known word in {lost} of the categories")
        self.failure = ""
        if self._clusters < 2:
            self.failure = (
                f"not enough categories: the {int(self.known.sum())} of {counted(len(self.rows), 'word')} of "
                f"{benchmark.name} that are known ({words.policy}) are of {self._clusters}, expected two or more; are "
                f"these words in the vectors?"
            )

    def score(self, matrix: Any) -> CategorizationResult:
        """Cluster the words once for each seed; see :meth:`wordneg.evaluation.contract.Bound.score`."""
        if self.failure:
            raise ValueError(self.failure)
        vectors, labels, known, used = self._words.vectors(matrix), self.labels, self.known, self.used
        unit = vectors.unit(self.rows[known])
        # Unknown words that count are one more cluster; words that do not are in none.
        outside = self._clusters if self._words.policy.dummy4unknown else -1
        assignments = np.full((len(self._seeds), len(self.rows)), outside, dtype=np.int64)
        for assignment, seed in zip(assignments, self._seeds, strict=True):
            assignment[known] = spherical_kmeans(unit, self._clusters, seed)
        purities = np.array([purity(each[known], labels[known]) for each in assignments]) * (known.sum() / used.sum())
        informations = np.array([normalized_mutual_information(each[used], labels[used]) for each in assignments])
        for array in (assignments, purities, informations):
            array.setflags(write=False)
        zeros = int((vectors.norms[self.rows[known]] == 0).sum())
        remark = [f"{counted(zeros, 'word')} with a vector of zeros"] if zeros else []
        return CategorizationResult(
            benchmark=self._benchmark,
            policy=self._words.policy,
            used=used,
            missing_words=self._missing_words,
            notes=(*self._notes, *remark),
            words=self._benchmark.words,
            categories=self._benchmark.categories,
            assignments=assignments,
            seeds=self._seeds,
            purities=purities,
            informations=informations,
        )
