"""Categorisation: do the words of a category lie together.

The words of a benchmark are clustered by their vectors, into as many clusters as there are categories, and the clusters
are compared with the categories. The outcome of a clustering depends on where it starts. So one fixed algorithm
(:func:`wordneg.evaluation.clustering.spherical_kmeans`) runs once for each of several seeds, and the score is the
**mean** over the seeds, beside its spread. Taking the best of several runs or algorithms, as is often done, rewards
vectors whose clusterings vary.

References
----------
Baroni, Dinu and Kruszewski 2014, Don't Count, Predict! A Systematic Comparison of Context-Counting vs.
Context-Predicting Semantic Vectors, ACL, section 3.4 (categorisation by purity).
"""

from __future__ import annotations

import operator
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.benchmarks import locate
from wordneg.evaluation.clustering import normalised_mutual_information, purity, spherical_kmeans
from wordneg.evaluation.lines import BadLine, counted, log_skipped, read_lines, skipped_note
from wordneg.evaluation.policy import Lookup, Policy
from wordneg.evaluation.vectors import Vectors, as_vectors

__all__ = ["Categories", "CategorisationResult", "read_categories", "score_categories"]


@dataclass(frozen=True)
class Categories:
    """A categorisation benchmark.

    Parameters
    ----------
    name : str
        For tables.
    words : tuple of str
        The N words, in the file's order and spelling.
    categories : tuple of str
        The category of each.
    skipped : tuple of BadLine
        Lines that could not be read.

    Raises
    ------
    ValueError
        No words, not one category a word, fewer than two categories, or a word in two of them.
    """

    name: str
    words: tuple[str, ...]
    categories: tuple[str, ...]
    skipped: tuple[BadLine, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) != len(self.categories):
            raise ValueError(
                f"{self.name}: {len(self.words)} words and {len(self.categories)} categories, expected one a word"
            )
        if len(set(self.categories)) < 2:
            raise ValueError(f"{self.name}: number of categories {len(set(self.categories))}, expected two or more")
        category_of: dict[str, str] = {}
        for word, category in zip(self.words, self.categories, strict=True):
            if category_of.setdefault(word, category) != category:
                raise ValueError(
                    f"{self.name}: {word!r} is in the categories {category_of[word]!r} and {category!r}, "
                    f"expected one a word"
                )


@dataclass(frozen=True, eq=False)
class CategorisationResult:
    """How vectors did on a categorisation benchmark, word by word and seed by seed.

    Attributes
    ----------
    name : str
        The benchmark.
    words, categories : tuple of str
        All N words and the category of each.
    assignments : (S, N) int64 array
        The cluster of each word by seed; -1 for words left out.
    used : (N,) bool array
        Which words are counted.
    seeds : tuple of int
        Of the S clusterings.
    purities, informations : (S,) float64 array
        Purity and normalised mutual information of each.
    missing_words : tuple of str
        The unknown words, in the benchmark's order.
    policy : Policy
        What counts as unknown, and what was done about it.
    notes : tuple of str
        What a reader of the numbers should know.
    """

    name: str
    words: tuple[str, ...]
    categories: tuple[str, ...]
    assignments: npt.NDArray[np.int64]
    used: npt.NDArray[np.bool_]
    seeds: tuple[int, ...]
    purities: npt.NDArray[np.float64]
    informations: npt.NDArray[np.float64]
    missing_words: tuple[str, ...]
    policy: Policy
    notes: tuple[str, ...] = ()

    @property
    def purity(self) -> float:
        """Mean over the seeds."""
        return float(self.purities.mean())

    @property
    def normalised_mutual_information(self) -> float:
        """Mean over the seeds."""
        return float(self.informations.mean())

    @property
    def purity_spread(self) -> float:
        """Standard deviation over the seeds; NaN if there is one."""
        return _spread(self.purities)

    @property
    def normalised_mutual_information_spread(self) -> float:
        """Standard deviation over the seeds; NaN if there is one."""
        return _spread(self.informations)

    def __str__(self) -> str:
        kept = len({self.categories[item] for item in np.flatnonzero(self.used)})
        return (
            f"{self.name}: purity {self.purity:.3f} (± {self.purity_spread:.3f}), normalised mutual information "
            f"{self.normalised_mutual_information:.3f} (± {self.normalised_mutual_information_spread:.3f}), mean (± "
            f"standard deviation) over {counted(len(self.seeds), 'seed')}, {int(self.used.sum())} of "
            f"{counted(len(self.words), 'word')} in {kept} categories ({self.policy})"
            + "".join(f"; {note}" for note in self.notes)
        )

    __repr__ = __str__


def read_categories(source: str | os.PathLike[str], *, encoding: str = "utf8") -> Categories:
    """Read a categorisation benchmark.

    Parameters
    ----------
    source : str or path
        A benchmark's name or a file: a table with commas or tabs and a heading that names the columns ``word`` and
        ``category``, or lines of a word and its category with a comma, a tab or blanks between.
    encoding : str
        The file's encoding.

    Raises
    ------
    ValueError
        Not one line can be read; fewer than two categories; a word in two of them; text in another encoding.
    FileNotFoundError
        There is no such file.
    """
    name, path = locate(source, "categorisation")
    lines = read_lines(path, encoding)
    separator, width, places = _layout(lines)
    words: list[str] = []
    categories: list[str] = []
    skipped: list[BadLine] = []
    for position, (number, line) in enumerate(lines):
        columns = [column.strip() for column in line.split(separator)]
        if len(columns) != width or not all(columns[place] for place in places):
            reason = f"{counted(len(columns), 'column')}, expected {width} with a word and its category"
            skipped.append(BadLine(number, line, reason))
        elif position > 0 or {columns[place].lower() for place in places} != {"word", "category"}:
            words.append(columns[places[0]])
            categories.append(columns[places[1]])
    if not words:
        example = f" ({skipped[0]})" if skipped else ""
        raise ValueError(f"{path} holds no line of a word and its category{example}")
    log_skipped(path, skipped)
    return Categories(name, tuple(words), tuple(categories), tuple(skipped))


def score_categories(
    vectors: Any,
    benchmark: str | os.PathLike[str] | Categories,
    *,
    policy: Policy | None = None,
    seeds: int | Sequence[int] = 10,
) -> CategorisationResult:
    """Score vectors on a categorisation benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    benchmark : str, path or Categories
        A benchmark's name, a file, or categories already read.
    policy : Policy, optional
        Which words are known, by default ``Policy()``. Unknown words that count (``dummy4unknown``) are one more
        cluster, the last. In the purity all of them are wrong.
    seeds : int or sequence of int
        How many clusterings, seeded 0, 1, ..., or their seeds.

    Raises
    ------
    ValueError
        Fewer than two categories have known words; no seeds; or see :func:`read_categories`.
    """
    policy = Policy() if policy is None else policy
    chosen = _seeds(seeds)
    categories = benchmark if isinstance(benchmark, Categories) else read_categories(benchmark)
    adapted = as_vectors(vectors)
    lookup = Lookup.of(adapted, policy)
    rows = np.array([lookup.row(word) for word in categories.words], dtype=np.int64)
    known = rows >= 0
    labels = np.unique(categories.categories, return_inverse=True)[1]
    count = len(np.unique(labels[known]))
    if count < 2:
        raise ValueError(
            f"not enough categories: the {int(known.sum())} of {counted(len(rows), 'word')} of {categories.name} that "
            f"are known ({policy}) are of {count}, expected two or more; are these words in the vectors?"
        )
    used = np.ones_like(known) if policy.dummy4unknown else known
    unit = adapted.unit(rows[known])
    assignments = np.full((len(chosen), len(rows)), -1, dtype=np.int64)
    if policy.dummy4unknown:
        assignments[:, ~known] = count
    for assignment, seed in zip(assignments, chosen, strict=True):
        assignment[known] = spherical_kmeans(unit, count, seed)
    purities = np.array([purity(each[known], labels[known]) for each in assignments]) * (known.sum() / used.sum())
    informations = np.array([normalised_mutual_information(each[used], labels[used]) for each in assignments])
    for array in (assignments, used, purities, informations):
        array.setflags(write=False)
    return CategorisationResult(
        name=categories.name,
        words=categories.words,
        categories=categories.categories,
        assignments=assignments,
        used=used,
        seeds=chosen,
        purities=purities,
        informations=informations,
        missing_words=tuple(dict.fromkeys(categories.words[item] for item in np.flatnonzero(~known))),
        policy=policy,
        notes=_notes(categories, adapted, rows[known], int(labels.max()) + 1 - count),
    )


def _seeds(seeds: int | Sequence[int]) -> tuple[int, ...]:
    """Return the seeds that were asked for."""
    chosen = tuple(seeds) if isinstance(seeds, Sequence) else tuple(range(operator.index(seeds)))
    if not chosen:
        raise ValueError(f"seeds={seeds!r}: expected at least one clustering")
    return chosen


def _layout(lines: Sequence[tuple[int, str]]) -> tuple[str | None, int, tuple[int, int]]:
    """Return separator, number of columns, and which of them hold word and category."""
    for separator in ("\t", ",", None):
        heading = [column.strip().lower() for column in lines[0][1].split(separator)] if lines else []
        if {"word", "category"} <= set(heading):
            return separator, len(heading), (heading.index("word"), heading.index("category"))
    separators: tuple[str | None, ...] = ("\t", ",", None)
    widths = {each: Counter(len(line.split(each)) for _, line in lines)[2] for each in separators}
    return max(separators, key=lambda each: widths[each]), 2, (0, 1)


def _spread(values: npt.NDArray[np.float64]) -> float:
    """Return the standard deviation of a sample."""
    return float(values.std(ddof=1)) if len(values) > 1 else float("nan")


def _notes(categories: Categories, vectors: Vectors, rows: npt.NDArray[np.int64], lost: int) -> tuple[str, ...]:
    """Return remarks on the file, on categories without known words, and on vectors of zeros."""
    notes = [*skipped_note(categories.skipped)]
    twice = len(categories.words) - len(set(categories.words))
    if twice:
        notes.append(f"{counted(twice, 'duplicate word')} kept")
    if lost:
        notes.append(f"no known word in {lost} of the categories")
    zeros = int((vectors.norms[rows] == 0).sum())
    if zeros:
        notes.append(f"{counted(zeros, 'word')} with a vector of zeros")
    return tuple(notes)
