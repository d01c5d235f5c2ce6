"""What comes out of many benchmarks, and its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wordneg.evaluation.bands import BANDS, Bands, BandScore
from wordneg.evaluation.benchmarks.catalog import Kind
from wordneg.evaluation.contract import Counts, Measure, Options, Result
from wordneg.evaluation.messages import near_misses
from wordneg.evaluation.significance import Interval
from wordneg.evaluation.tables import html_table, text_table
from wordneg.evaluation.words import Policy

__all__ = ["Evaluation", "Outcome", "outcome_cell"]

_COLUMNS = ("measure", "band", "score", "low", "high", "used", "missing", "items")


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came out of one benchmark: a result, or the reason why there is none.

    Attributes
    ----------
    name : str
        The benchmark.
    kind : {"similarity", "analogy", "categorization"}
        What it asks.
    result : Result or None
        The full result; None if there is none.
    failure : str
        Why there is none: too few items with known words, a file that cannot be read.
    bands : tuple of BandScore
        The scores by frequency, if they were asked for and the benchmark has them.
    """

    name: str
    kind: Kind
    result: Result | None = None
    failure: str = ""
    bands: tuple[BandScore, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The scores, the usual one first; none without a result."""
        return () if self.result is None else self.result.measures

    @property
    def intervals(self) -> tuple[Interval | None, ...]:
        """The 95 % interval over items of each of `measures`, None where there is none."""
        return () if self.result is None else self.result.intervals

    @property
    def counts(self) -> Counts:
        """Items that are counted, have an unknown word, and are there in all; zeros without a result."""
        return Counts(0, 0, 0) if self.result is None else self.result.counts

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of the scores should know, or why there are none."""
        return (self.failure,) if self.result is None else self.result.notes


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What came out of many benchmarks; printed, it is a table.

    ``evaluation["men"]`` is the full result of a benchmark.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One a benchmark.
    words, vector_size : int
        How many vectors were evaluated, and their length.
    policy : Policy
        What counted as a known word, and what was done about the others.
    options : Options
        How benchmarks were scored where their kind leaves a choice.
    bands : Bands or None
        The ranks that separate the frequency bands.
    notes : tuple of str
        What a reader of the numbers should know.
    normalized_columns : bool
        Whether every dimension was divided by its length first.
    """

    outcomes: tuple[Outcome, ...]
    words: int
    vector_size: int
    policy: Policy
    options: Options
    bands: Bands | None = None
    notes: tuple[str, ...] = ()
    normalized_columns: bool = False

    def __getitem__(self, name: str) -> Result:
        found = {outcome.name: outcome for outcome in self.outcomes}
        if name not in found:
            there = ", ".join(map(repr, found))
            raise KeyError(f"{name!r} was not evaluated{near_misses(name, found)}; there are {there}")
        result = found[name].result
        if result is None:
            raise KeyError(f"{name!r} has no result: {found[name].failure}")
        return result

    def to_records(self) -> list[dict[str, Any]]:
        """Return one dict a benchmark, measure and band, for JSON or a data frame.

        Its keys are ``benchmark``, ``kind``, ``measure``, ``band`` (``"all"`` or one of :data:`BANDS`),
        ``score`` (None if there is none), ``low`` and ``high`` (its 95 % interval, or None), ``used``, ``missing``
        (items with an unknown word; None in bands), ``items`` (in all), ``policy`` and ``failure``.
        """
        records = []
        for outcome in self.outcomes:
            used, missing, items = outcome.counts
            rows: list[tuple[Any, ...]] = [
                (name, "all", value, *_ends(interval), used, missing, items)
                for (name, value), interval in zip(outcome.measures, outcome.intervals, strict=True)
            ]
            rows = rows or [(None, "all", None, None, None, used, missing, items)]
            main = rows[0][0]
            rows += [(main, band.band, band.score, None, None, band.used, None, band.total) for band in outcome.bands]
            for row in rows:
                record: dict[str, Any] = {"benchmark": outcome.name, "kind": outcome.kind}
                record |= zip(_COLUMNS, row, strict=True)
                records.append(record | {"policy": str(self.policy), "failure": outcome.failure})
        return records

    def __str__(self) -> str:
        return "\n".join([text_table(*self._table(), left=2), *self.remarks()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(*self._table(), self.remarks(), left=2)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Return the headings and the rows."""
        heads = ["benchmark", "measure", "score", "95%", "also", "used", "of", "unknown"]
        if self.bands is not None:
            heads += BANDS
        return heads, [_cells(outcome, self.bands) for outcome in self.outcomes]

    def remarks(self, *, intervals: bool = True) -> list[str]:
        """Return what belongs under a table of these numbers: policy, bands, failures, notes.

        Parameters
        ----------
        intervals : bool
            Whether the table holds intervals, which then are explained.
        """
        lines = [f"{self.words:,} words × {self.vector_size}; {self.policy.described(self.words)}"]
        if self.normalized_columns:
            lines.append("every dimension divided by its length over these words (normalize_columns)")
        if intervals and any(any(outcome.intervals) for outcome in self.outcomes):
            lines.append("95%: interval over items (Fisher's z, or bootstrap by word pair), not over training seeds")
        if any(outcome.kind == "analogy" for outcome in self.outcomes):
            lines.append(f"analogies by {self.options.method}")
        if any(outcome.kind == "categorization" and outcome.measures for outcome in self.outcomes):
            lines.append(f"categorization: mean over {len(self.options.seeds)} clusterings")
        if self.bands is not None:
            lines.append(str(self.bands))
        for outcome in self.outcomes:
            notes = outcome.remarks
            if intervals and outcome.result is not None and outcome.result.no_interval:
                notes = (*notes, outcome.result.no_interval)
            lines += [note if note.startswith(outcome.name) else f"{outcome.name}: {note}" for note in notes]
        return [*lines, *self.notes]


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _cells(outcome: Outcome, bands: Bands | None) -> list[str]:
    """Return a row of the table."""
    used, missing, items = outcome.counts
    measure = outcome.measures[0].name if outcome.measures else ""
    also = ", ".join(map(str, outcome.measures[1:]))
    counts = [f"{used:,}", f"{items:,}", f"{missing:,}"] if outcome.measures else [""] * 3
    interval = str(outcome.intervals[0] or "") if outcome.measures else ""
    cells = [outcome.name, measure, outcome_cell(outcome).partition(" (")[0], interval, also, *counts]
    if bands is not None:
        cells += [outcome_cell(outcome, band=index) for index in range(len(BANDS))]
    return cells


def outcome_cell(outcome: Outcome, *, measure: int = 0, band: int | None = None) -> str:
    """Return one score of a benchmark as in a table, with the number of items that are counted.

    Parameters
    ----------
    outcome : Outcome
        What came out of the benchmark.
    measure : int
        The place of the measure among the outcome's measures.
    band : int, optional
        The place of a band among the outcome's bands; by default the score is over all words.
    """
    if not outcome.measures:
        return "" if band is not None else "not enough" if "not enough" in outcome.failure else "no score"
    if band is None:
        return f"{outcome.measures[measure].value:.3f} ({outcome.counts[0]:,})"
    if not outcome.bands:
        return ""
    found = outcome.bands[band]
    return f"{'not enough' if found.score is None else f'{found.score:.3f}'} ({found.used:,})"
