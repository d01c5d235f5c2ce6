"""What settings are compared by: one table of measures, which drives statistics, tables, plots and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

__all__ = ["BANDS", "COSTS", "MEASURES", "SECONDS", "Criterion", "Measure", "main_measure"]

BANDS = ("rare", "middle", "frequent")


def _decimals(value: float) -> str:
    return f"{value:.3f}"


class Measure(NamedTuple):
    """A kind of number.

    Attributes
    ----------
    head, axis : str
        Its name in the head of a column, and on an axis.
    kind : {"benchmark", "text", "cost"}
        Whether it is a benchmark's, the held-out text's, or a cost.
    has_items : bool
        Whether the scores of single items are kept and tested.
    better : {1, -1}
        Whether more is better, or less.
    unit : str
        What a difference is counted in.
    written : callable
        Returns a value as text.
    """

    head: str
    axis: str
    kind: str = "benchmark"
    has_items: bool = False
    better: int = 1
    unit: str = ""
    written: Callable[[float], str] = _decimals


MEASURES = {
    "spearman": Measure("ρ", "Spearman's ρ", has_items=True),
    "accuracy": Measure("acc.", "accuracy", has_items=True),
    "purity": Measure("purity", "purity"),
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


def main_measure(measures: Iterable[str]) -> str:
    """Return the measure, of several, that a benchmark is shown by."""
    found = list(measures)
    return next((measure for measure in MEASURES if measure in found), found[0])
