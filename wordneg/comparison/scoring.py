"""Scores of vectors on benchmarks, in total, by frequency band and item by item; and the measures they are shown by.

A `Scorer` scores what was trained on the words of the text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordneg import evaluation
from wordneg.comparison.benchmarks import nothing_to_tune_by
from wordneg.comparison.records import Score

if TYPE_CHECKING:
    from wordneg.comparison.trainers import Trained, Trainer
    from wordneg.text.vocabulary import Vocabulary

__all__ = [
    "BANDS",
    "COSTS",
    "MEASURES",
    "SECONDS",
    "WIDEST",
    "Criterion",
    "OfText",
    "Sample",
    "Scored",
    "Scorer",
    "by_band",
    "common_items",
    "compare_items",
    "error_of_difference",
    "frequency_ranks",
    "items_needed",
    "together",
]

BANDS = tuple(reversed(evaluation.BANDS))
"""The frequency bands in the order in which a comparison shows them: rare words first."""

_MAIN = {"similarity": "spearman", "analogy": "accuracy", "categorization": "purity"}
"""The main measure of each kind of benchmark with a file."""

_SUMMED = (*_MAIN.values(), "ndcg")
"""The measures by which models are tuned."""

WIDEST = 0.15
"""Half the widest 95 % interval, over items, that a score may have to be ranked, tested and tuned by."""

_TWO_SIDED = 1.96  # the reach of a 95 % interval in standard errors


def items_needed(measure: str) -> int:
    """Return how many items a benchmark needs for its score to be known to ± `WIDEST`, whatever the score is.

    Spearman's correlation has a standard error of 1 / √(n − 3) near 0, an accuracy one of at most 1 / (2 √n), as has
    any mean of numbers between 0 and 1, such as NDCG. Scores of other measures have no items, or always many.
    """
    reach = (_TWO_SIDED / WIDEST) ** 2
    of_shares = math.ceil(reach / 4)
    return {"spearman": math.ceil(reach) + 3, "accuracy": of_shares, "ndcg": of_shares}.get(measure, 0)


class Scored(NamedTuple):
    """The scores of some vectors.

    Attributes
    ----------
    scores : tuple of Score
        The scores, in total and by band.
    items : dict of str to ndarray
        What `Comparison.items` returns, as it is kept: float32, or int8 1, 0, and -1 where unused.
    """

    scores: tuple[Score, ...]
    items: dict[str, NDArray[Any]]


def frequency_ranks(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank of every word by its count, from 1, (V,) int64; of equal ones the earlier is first."""
    ranks = np.empty(len(counts), dtype=np.int64)
    ranks[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return ranks


def by_band(ranks: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Return which items of some frequency ranks are in "all", and in each band, from the most frequent on."""
    band_of = evaluation.Bands().of_ranks(ranks)
    bands = {band: band_of == number for number, band in enumerate(evaluation.BANDS)}
    return {"all": np.ones(len(ranks), dtype=bool)} | bands


def together(parts: Sequence[Scored]) -> Scored:
    """Return several scores of the same vectors as one."""
    scores = tuple(score for part in parts for score in part.scores)
    return Scored(scores, {name: items for part in parts for name, items in part.items.items()})


# --- what settings are compared by ----------------------------------------------------------------------


def _decimals(value: float) -> str:
    return f"{value:.3f}"


class Measure(NamedTuple):
    """A kind of score or cost, with its names and how it is written.

    Attributes
    ----------
    head, axis : str
        Its name in the head of a column, and on an axis.
    kind : {"benchmark", "text", "cost"}
        Whether it scores a benchmark or the held-out text, or is a cost.
    has_items : bool
        Whether the scores of single items are kept and tested.
    better : {1, -1}
        Whether more is better, or less.
    unit : str
        What a difference is counted in.
    written : callable
        Returns a value as text.
    of_all_words : bool
        Whether it should agree with the likelihood of held-out text. The top of a list need not: it depends on how
        scores are shifted by the frequencies of words, which the likelihood is freed from.
    """

    head: str
    axis: str
    kind: str = "benchmark"
    has_items: bool = False
    better: int = 1
    unit: str = ""
    written: Callable[[float], str] = _decimals
    of_all_words: bool = True


MEASURES = {
    "spearman": Measure("ρ", "Spearman's ρ", has_items=True),
    "accuracy": Measure("acc.", "accuracy", has_items=True),
    "purity": Measure("purity", "purity"),
    "ndcg": Measure("NDCG", "NDCG", has_items=True, of_all_words=False),
    "auc": Measure("AUC", "area under the curve", has_items=True),
    "log-likelihood": Measure("log-lik.", "log-likelihood, nats a word", "text", True, unit=" nats a word"),
    "seconds": Measure(
        "training seconds",
        "training, seconds",
        "cost",
        better=-1,
        written=lambda value: f"{value:,.1f}" if value >= 10 else f"{value:.3g}",
    ),
    "words_per_second": Measure("words/s", "words/s", "cost", written=lambda value: f"{value / 1e6:,.2f} M"),
    "peak_memory": Measure(
        "peak memory", "peak memory, MB", "cost", better=-1, written=lambda value: f"{value / 1e6:,.0f} MB"
    ),
}
"""Measures by name; the first that a benchmark has is the one that it is shown by."""


class Criterion(NamedTuple):
    """A benchmark and the measure that it is shown by, or a cost."""

    benchmark: str
    measure: str

    @property
    def of(self) -> Measure:
        """The kind of its numbers."""
        return MEASURES.get(self.measure, Measure(self.measure, self.measure))

    @property
    def is_benchmark(self) -> bool:
        """Whether it is a benchmark, neither held-out text nor a cost."""
        return self.of.kind == "benchmark"

    @property
    def key(self) -> str:
        """Its name for programs."""
        return "_".join(filter(None, self))

    @property
    def head(self) -> str:
        """Its name at the head of a column."""
        return f"{self.benchmark} {self.of.head}".strip()


COSTS = tuple(Criterion("", name) for name, measure in MEASURES.items() if measure.kind == "cost")
SECONDS = COSTS[0]


# --- scores ---------------------------------------------------------------------------------------------


class OfText(Protocol):
    """A benchmark that is made of held-out text, see `wordneg.comparison.nextitem`."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def known_items(self) -> int: ...  # noqa: D102

    def score(self, trainer: Trainer, trained: Trained) -> Scored: ...  # noqa: D102


class Scorer:
    """Scores vectors of the same words on benchmarks; the words are looked up once.

    Parameters
    ----------
    benchmarks : BenchmarkSet
        The benchmarks with a file.
    vocabulary : Vocabulary
        The words; their counts decide on the frequency bands. Benchmarks know integers by their digits.
    of_text : sequence of OfText
        The benchmarks that are made from held-out text.

    Attributes
    ----------
    failures : tuple of str
        Why some benchmarks have no score, whatever the vectors.
    counted : tuple of str
        The benchmarks that have a score and enough items to be tuned by, see `items_needed`.
    notes : tuple of str
        What a reader of the scores should know.
    """

    def __init__(
        self, benchmarks: evaluation.BenchmarkSet, vocabulary: Vocabulary, of_text: Sequence[OfText] = ()
    ) -> None:
        self._benchmarks, self._of_text, words = benchmarks, tuple(of_text), list(map(str, vocabulary.words))
        self._ranks = evaluation.WordRanks(dict.fromkeys(words), evaluation.Policy(), vocabulary.counts)
        self._bound = self._bind(words)
        failures = self._bound.failures
        usable = [one for one in benchmarks.benchmarks if one.name not in failures and one.kind == "similarity"]
        self._quick = evaluation.bind(words, evaluation.BenchmarkSet(tuple(usable)))
        self.failures = tuple(failures.values())
        self.counted = tuple(one.name for one in benchmarks.benchmarks if self._is_counted(one, failures))
        self.counted += tuple(one.name for one in of_text if one.known_items >= items_needed("ndcg"))
        self.notes = (*self.failures, *benchmarks.notes)

    def _bind(self, words: Sequence[str]) -> evaluation.BoundBenchmarks:
        return evaluation.bind(words, self._benchmarks, bands=True, ranks_of=self._ranks)

    def _is_counted(self, benchmark: evaluation.Benchmark, failures: Mapping[str, str]) -> bool:
        """Return whether a benchmark has a score and enough items, whatever the vectors."""
        if benchmark.name in failures:
            return False
        needed = items_needed(_MAIN[benchmark.kind])
        return needed == 0 or self._known_items(benchmark) >= needed

    def _known_items(self, benchmark: evaluation.Benchmark) -> int:
        """Return how many items of a benchmark have known words only."""
        ranks = benchmark.item_ranks(self._ranks)
        return 0 if ranks is None else int((ranks <= self._ranks.last).sum())

    @property
    def too_few(self) -> tuple[str, ...]:
        """A sentence for each benchmark that has a score, and too few items to be tuned by."""
        known = {
            one.name: self._known_items(one)
            for one in self._benchmarks.benchmarks
            if one.name not in self._bound.failures
        }
        known |= {one.name: one.known_items for one in self._of_text}
        return tuple(
            f"{name} has {items} items with known words, which is too few to tune by."
            for name, items in known.items()
            if name not in self.counted
        )

    def require_some(self) -> None:
        """Raise ValueError if no benchmark has a score with enough items, so that there is nothing to tune by."""
        if not self.counted:
            raise nothing_to_tune_by((*self.failures, *self.too_few))

    def summary(self, scored: Scored) -> float | None:
        """Return the mean of the counted benchmarks, each by its main measure over all words; None without a score."""
        main = [
            score.value
            for score in scored.scores
            if score.benchmark in self.counted
            and score.measure in _SUMMED
            and score.band == "all"
            and score.value is not None
        ]
        return math.fsum(main) / len(main) if main else None

    def judge(self, trainer: Trainer, trained: Trained) -> tuple[float | None, Scored]:
        """Return how good a model is in one number, and the scores behind it."""
        scored = self.score(trainer, trained)
        return self.summary(scored), scored

    def score(self, trainer: Trainer, trained: Trained) -> Scored:
        """Score a model on all benchmarks, in total and by frequency band; may raise TypeError and ValueError."""
        bound = self._bound if trained.vocabulary is None else self._bind(trained.vocabulary)
        return together([_scored(trained.inputs, bound), *(one.score(trainer, trained) for one in self._of_text)])

    def score_curve(self, matrix: NDArray[np.float32]) -> tuple[Score, ...]:
        """Score vectors on the benchmarks that are quickly scored: Spearman's correlation for similarity."""
        return tuple(score for score in _scored(matrix, self._quick).scores if score.measure == "spearman")


def _scored(matrix: NDArray[np.float32], benchmarks: evaluation.BoundBenchmarks) -> Scored:
    scores: list[Score] = []
    items: dict[str, NDArray[Any]] = {}
    for outcome in benchmarks.score(matrix).outcomes:
        used, missing, _ = outcome.counts
        measures = [(measure.name.lower(), _finite(measure.value)) for measure in outcome.measures]
        measures = measures or [(_MAIN[outcome.kind], None)]
        scores += [Score(outcome.name, name, "all", value, used, missing) for name, value in measures]
        scores += [
            Score(outcome.name, measures[0][0], band.band, band.score, band.used, band.total - band.used)
            for band in outcome.bands
        ]
        if outcome.result is not None and outcome.result.items is not None:
            items |= _arrays(outcome.name, outcome.result.items)
    return Scored(tuple(scores), items)


def _arrays(name: str, items: evaluation.Items) -> dict[str, NDArray[Any]]:
    """Return the arrays of one benchmark as they are kept."""
    clusters = items.clusters.astype(np.int32)
    if items.gold is None:
        solved = np.where(np.isnan(items.scores), -1, items.scores).astype(np.int8)
        return {name: solved, f"{name}/cluster": clusters}
    return {name: items.scores.astype(np.float32), f"{name}/gold": items.gold, f"{name}/cluster": clusters}


Items = Mapping[str, NDArray[Any]]
"""The scores of single items, as `Comparison.items` returns them, or as they are kept."""


Sample = tuple[list[NDArray[np.float64]], NDArray[Any] | None, NDArray[Any] | None]
"""The scores of models, (S, N) for S trainings of each; the (N,) ratings of similarity; what the N items share."""


def common_items(name: str, models: Sequence[Sequence[Items]]) -> Sample | None:
    """Return the scores of models on the items of a benchmark that all their trainings used; None if there are none."""
    trainings = [items for model in models for items in model]
    if not all(models) or not all(name in items for items in trainings):
        return None
    arrays = [items[name] for items in trainings]
    if len({array.shape for array in arrays}) != 1:
        return None
    used = np.all([array >= 0 if array.dtype.kind == "i" else np.isfinite(array) for array in arrays], axis=0)
    if not used.any():
        return None
    gold, clusters = (trainings[0].get(f"{name}/{part}") for part in ("gold", "cluster"))
    scores = [np.array([items[name][used] for items in model], dtype=np.float64) for model in models]
    return scores, None if gold is None else gold[used], None if clusters is None else clusters[used]


def error_of_difference(one: Sequence[Items], other: Sequence[Items], names: Iterable[str]) -> float:
    """Return the standard error of the difference between the means of two models' benchmark scores.

    It is over items, and over seeds if the models have several. Benchmarks without items, such as categories, are left
    out, as are those whose items tell nothing.
    """
    errors = []
    for name in names:
        found = common_items(name, (one, other))
        if found is not None:
            (first, second), gold, clusters = found
            with suppress(ValueError):  # items that tell nothing
                interval = compare_items(first, second, gold, clusters).interval
                errors += [] if interval is None else [(interval.high - interval.low) / (2 * _TWO_SIDED)]
    return math.sqrt(math.fsum(error**2 for error in errors)) / len(errors) if errors else 0.0


def compare_items(
    first: Any, second: Any, gold: Any, clusters: Any, level: float = 0.95
) -> evaluation.significance.Difference:
    """Compare two models on items of a benchmark, see `common_items`, by the test that such scores take.

    Raises
    ------
    ValueError
        If the items tell nothing.
    """
    if gold is not None:
        return evaluation.significance.compare_similarity(first, second, gold, level, clusters)
    right_or_wrong = all(np.isin(scores, (0, 1)).all() for scores in (first, second))
    test = evaluation.significance.compare_analogies if right_or_wrong else evaluation.significance.compare_means
    return test(first, second, clusters, level)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
