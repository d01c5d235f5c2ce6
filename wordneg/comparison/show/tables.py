"""The tables of a comparison: settings at a glance, differences from the baseline, frequency bands, tuning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wordneg.comparison.records import Tuning
from wordneg.comparison.show.markup import Cell, Column, Row
from wordneg.comparison.show.notes import ONE_SEED, remarks, table_notes
from wordneg.comparison.show.quantities import BANDS, Criterion, Outcome, Results, Summary, percent
from wordneg.comparison.show.statistics import Analysis
from wordneg.comparison.show.table import Table

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Interval

__all__ = ["make_bands", "make_differences", "make_table", "make_tuning"]


def make_table(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return a table with a row for each setting: scores and costs.

    Columns are the tuned setting, each benchmark's main measure and the held-out log-likelihood with intervals,
    the mean rank, and the costs. A mark is where a setting differs from the baseline significantly, after Holm's
    correction over the whole table.

    Parameters
    ----------
    comparison : Comparison or Analysis
        What is shown. An analysis keeps what it has computed for the next table.
    level : float, optional
        Coverage of the intervals, 0.95 unless the analysis has another; differences are significant at 1 - level.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1.
    """
    analysis = Analysis.of(comparison, level)
    columns: list[tuple[Column, list[Cell]]] = []
    tuned = analysis.comparison.request.tune
    if tuned is not None:
        columns.append((Column(tuned, tuned), [_tuned(analysis, label, tuned) for label in analysis.settings]))
    for one in analysis.criteria:
        cells = [
            _score(analysis.summaries.get((label, one)), analysis.outcomes.get((label, one)))
            for label in analysis.settings
        ]
        columns.append((Column(_key(one), _head(one)), _with_best(cells, max)))
    if analysis.ranks:
        ranks = [_number(analysis.ranks.get(label), "{:.2f}") for label in analysis.settings]
        columns.append((Column("mean_rank", "mean rank"), _with_best(ranks, min)))
    columns += _cost_columns(analysis)
    cells_of = list(zip(*(cells for _, cells in columns), strict=True))
    rows = tuple(_row(analysis, label, cells) for label, cells in zip(analysis.settings, cells_of, strict=True))
    return Table(_title(analysis), tuple(column for column, _ in columns), rows, tuple(table_notes(analysis)))


def make_differences(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return each setting's difference from the baseline on each benchmark, with interval and p-values.

    For parameters and errors see `make_table`.
    """
    analysis = Analysis.of(comparison, level)
    columns = (
        Column("benchmark", "benchmark", numeric=False),
        Column("measure", "measure", numeric=False),
        Column("difference", "difference"),
        Column("", f"{percent(analysis.level)} interval"),
        Column("p", "p"),
        Column("p_holm", "p, Holm"),
        Column("significant", "significant", numeric=False),
        Column("items", "items"),
        Column("method", "test", numeric=False),
    )
    rows = tuple(Row(outcome.setting, _difference_cells(outcome)) for outcome in analysis.outcomes.values())
    tested = sum(outcome.adjusted is not None for outcome in analysis.outcomes.values())
    notes = [
        f"Differences are setting minus {analysis.baseline}, on the items that every run of both used. p-values are "
        f"adjusted over all {tested} tests by Holm; a difference is significant if the adjusted one is at "
        f"most {1 - analysis.level:.2g}."
    ]
    return Table(f"Differences from {analysis.baseline}", columns, rows, (*notes, *remarks(analysis)))


def make_bands(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return the scores by frequency of the words: rare, middle, frequent.

    For parameters and errors see `make_table`.
    """
    analysis = Analysis.of(comparison, level)
    columns = (Column("benchmark", "benchmark", numeric=False), *(Column(band, f"{band} words") for band in BANDS))
    rows = [row for one in analysis.bands for row in _band_rows(analysis, one)]
    notes = (ONE_SEED if analysis.single_seed else "Intervals are over seeds alone.",)
    return Table("By frequency of the words", columns, tuple(rows), notes)


def make_tuning(comparison: Results) -> Table:
    """Return the values that tuning tried for each setting, their scores, the chosen value and the costs."""
    columns = (
        Column("option", "option", numeric=False),
        Column("chosen", "chosen"),
        Column("tried", "tried: score", numeric=False),
        Column("seconds", "seconds"),
        Column("words", "words"),
    )
    rows = tuple(Row(tuning.setting, _tuning_cells(tuning)) for tuning in comparison.tunings)
    notes = [
        f"{tuning.setting}: the best {tuning.option} is at the edge of what was tried, so a better one may lie beyond."
        for tuning in comparison.tunings
        if tuning.edge
    ]
    return Table("What tuning tried", columns, rows, tuple(notes))


# --- cells ----------------------------------------------------------------------------------------


def _score(summary: Summary | None, outcome: Outcome | None) -> Cell:
    if summary is None:
        return Cell()
    return Cell(
        f"{summary.mean:.3f}",
        summary.mean,
        _half(summary.interval),
        (*_ends(summary.interval), ("runs", len(summary.values)), ("used", summary.used), ("missing", summary.missing))
        + ((("p_holm", outcome.adjusted),) if outcome is not None else ()),
        0 if outcome is None else outcome.direction,
    )


def _half(interval: Interval | None) -> str:
    """Return half the width of an interval as it reads."""
    return "" if interval is None else f"{(interval.high - interval.low) / 2:.3f}"


def _ends(interval: Interval | None) -> tuple[tuple[str, float | None], ...]:
    if interval is None:
        return (("low", None), ("high", None))
    return (("low", float(interval.low)), ("high", float(interval.high)))


def _number(value: float | None, form: str, scale: float = 1.0) -> Cell:
    return Cell() if value is None else Cell(form.format(value * scale), value)


def _with_best(cells: Sequence[Cell], best: Callable[[list[float]], float]) -> list[Cell]:
    """Return the cells, those marked that hold the best of two or more numbers."""
    values = [cell.value for cell in cells if isinstance(cell.value, int | float)]
    if len(values) < 2:
        return list(cells)
    top = best(values)
    return [replace(cell, best=cell.value == top) for cell in cells]


def _tuned(analysis: Analysis, setting: str, option: str) -> Cell:
    """Return what the tuned argument is for a setting, whether tuning or the user chose it."""
    tuning = analysis.tuning(setting)
    runs = analysis.runs(setting)
    value = tuning.chosen if tuning is not None else next((run.options.get(option) for run in runs), None)
    if value is None:
        return Cell()
    text = f"{value:.4g}" if isinstance(value, int | float) else str(value)
    return Cell(f"{text} ({tuning.option})" if tuning is not None and tuning.option != option else text, value)


def _cost_columns(analysis: Analysis) -> list[tuple[Column, list[Cell]]]:
    costs = [analysis.costs(label) for label in analysis.settings]
    seconds = [_number(cost.seconds, "{:,.1f}" if (cost.seconds or 0) >= 10 else "{:.3g}") for cost in costs]
    speeds = [_number(cost.words_per_second, "{:,.2f} M", 1e-6) for cost in costs]
    memory = [_number(cost.peak_memory, "{:,.0f} MB", 1e-6) for cost in costs]
    return [
        (Column("seconds", "training seconds"), _with_best(seconds, min)),
        (Column("words_per_second", "words/s"), _with_best(speeds, max)),
        (Column("peak_memory", "peak memory"), _with_best(memory, min)),
    ]


def _band_rows(analysis: Analysis, criterion: Criterion) -> list[Row]:
    """Return a row for each setting that has scores by band."""
    found = analysis.band_summaries
    labels = [label for label in analysis.settings if any((label, criterion, band) in found for band in BANDS)]
    columns = [
        _with_best([_score(found.get((label, criterion, band)), None) for label in labels], max) for band in BANDS
    ]
    name = Cell(_head(criterion), criterion.benchmark)
    return [
        Row(label, (name, *(column[place] for column in columns)), baseline=label == analysis.baseline)
        for place, label in enumerate(labels)
    ]


def _difference_cells(outcome: Outcome) -> tuple[Cell, ...]:
    difference = outcome.difference
    interval = difference.interval
    reach = Cell().text if interval is None else f"{_signed(interval.low)} to {_signed(interval.high)}"
    significant = None if outcome.adjusted is None else "yes" if outcome.significant else "no"
    return (
        Cell(outcome.criterion.benchmark, outcome.criterion.benchmark),
        Cell(outcome.criterion.measure, outcome.criterion.measure),
        Cell(_signed(difference.estimate), float(difference.estimate)),
        Cell(reach, extra=tuple((f"interval_{name}", value) for name, value in _ends(interval))),
        _p_value(difference.p_value if math.isfinite(difference.p_value) else None),
        _p_value(outcome.adjusted),
        Cell(significant or Cell().text, significant, mark=outcome.direction),
        Cell(f"{difference.items:,}", difference.items) if difference.items else Cell(),
        Cell(difference.method, difference.method),
    )


def _signed(value: float) -> str:
    """Return a difference as it reads; what rounds to nothing is +0.000."""
    return f"{round(value, 3) + 0.0:+.3f}"


def _p_value(value: float | None) -> Cell:
    if value is None:
        return Cell()
    return Cell("< 0.001" if value < 0.001 else f"{value:.3f}", value)


def _tuning_cells(tuning: Tuning) -> tuple[Cell, ...]:
    tried = ", ".join(
        f"{value:.4g}: {'diverged' if score is None else f'{score:.3f}'}" for value, score in sorted(tuning.tried)
    )
    return (
        Cell(tuning.option, tuning.option),
        Cell(f"{tuning.chosen:.4g}", tuning.chosen),
        Cell(tried, tried),
        Cell(f"{tuning.seconds:,.1f}", tuning.seconds),
        _number(tuning.words, "{:,.0f}"),
    )


# --- rows and heads --------------------------------------------------------------------------------


def _row(analysis: Analysis, label: str, cells: Sequence[Cell]) -> Row:
    baseline = label == analysis.baseline
    failed, runs = analysis.failed(label), analysis.runs(label)
    if not runs and failed:
        reason = " ".join((failed[0].error or "no reason was given").split())
        return Row(label, tuple(cells), "failed", f"failed: {reason}", baseline)
    if not runs:
        return Row(label, tuple(cells), "unfinished", "not finished yet", baseline)
    return Row(label, tuple(cells), "partial" if failed or analysis.unfinished(label) else "done", "", baseline)


_SHORT = {"spearman": "ρ", "accuracy": "acc.", "log-likelihood": "log-lik."}


def _key(criterion: Criterion) -> str:
    return f"{criterion.benchmark}_{criterion.measure}"


def _head(criterion: Criterion) -> str:
    """Return the name of a column: the measure is said where the benchmark alone does not tell what the number is."""
    return f"{criterion.benchmark} {_SHORT.get(criterion.measure, criterion.measure)}"


def _title(analysis: Analysis) -> str:
    protocol, number = analysis.comparison.protocol, len(analysis.comparison.request.seeds)
    seeds = f"{number} {'seed' if number == 1 else 'seeds'}"
    return f"{protocol.corpus}: {protocol.words:,} words, {protocol.vocabulary:,} distinct, {seeds}"
