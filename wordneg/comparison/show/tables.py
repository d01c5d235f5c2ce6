"""The tables of a comparison: rows at a glance, differences from the baseline, frequency bands, tuning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wordneg.comparison.records import Tuning
from wordneg.comparison.scoring import BANDS, COSTS, Criterion
from wordneg.comparison.show.findings import ONE_SEED, percent, remarks, seeds_told, table_notes
from wordneg.comparison.show.formats import Cell, Column, Row, Table
from wordneg.comparison.show.statistics import Analysis, Outcome, Results, Summary
from wordneg.evaluation.significance import Interval

__all__ = ["METHODS", "make_bands", "make_differences", "make_settings", "make_table", "make_tuning"]

METHODS = {"wordrank": "WordRank", "all-vec": "AllVec", "closed-form": "ClosedForm"}
"""The methods that are trained on co-occurrences, by the name of their trainer."""

_OUTSIDE = "vectors from outside"
_PLACES = {"alpha": "learning_rate"}  # what WordRank calls it


def make_table(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return a table with the scores and costs of each row.

    Columns are the tuned setting, each benchmark's main measure and the held-out log-likelihood with intervals, and
    the costs. A benchmark with too few items reads so; programs get its scores. A mark is where a row differs
    from the baseline significantly, after Holm's correction over the whole table. The best of a column is marked only
    if its interval lies apart from all others.

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
    for tuned in analysis.comparison.request.tuned:
        columns.append((Column(tuned, tuned), [_tuned(analysis, label, tuned) for label in analysis.labels]))
    for one in (*analysis.criteria, *COSTS):
        best = analysis.best(one)
        cells = [replace(_cell(analysis, label, one), best=label == best) for label in analysis.labels]
        columns.append((Column(one.key, one.head), cells))
    cells_of = list(zip(*(cells for _, cells in columns), strict=True))
    rows = tuple(_row(analysis, label, cells) for label, cells in zip(analysis.labels, cells_of, strict=True))
    return Table(_title(analysis), tuple(column for column, _ in columns), rows, tuple(table_notes(analysis)))


def make_differences(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return each row's difference from the baseline on each benchmark, with interval and p-values.

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
    rows = tuple(Row(outcome.row, _difference_cells(outcome)) for outcome in analysis.outcomes.values())
    notes = [
        f"Differences are each row minus {analysis.baseline}, on the items that every run of both used. p-values are "
        f"adjusted by Holm over all {len(analysis.tested)} tests; a difference is significant if its adjusted p-value "
        f"is at most {1 - analysis.level:.2g}."
    ]
    return Table(f"Differences from {analysis.baseline}", columns, rows, (*notes, *remarks(analysis)))


def make_bands(comparison: Results | Analysis, level: float | None = None) -> Table:
    """Return the scores by frequency of the words: rare, middle, frequent.

    For parameters and errors see `make_table`.
    """
    analysis = Analysis.of(comparison, level)
    bands = [band for band in BANDS if any(known == band for _, _, known in analysis.band_summaries)]
    columns = (Column("benchmark", "benchmark", numeric=False), *(Column(band, f"{band} words") for band in bands))
    rows = [row for one in analysis.bands for row in _band_rows(analysis, one, bands)]
    notes = (ONE_SEED if analysis.single_seed else "Intervals are over seeds alone.",)
    return Table("By frequency of the words", columns, tuple(rows), notes)


def make_tuning(comparison: Results) -> Table:
    """Return the values that tuning tried for each row, their scores, the chosen value and the costs."""
    columns = (
        Column("option", "option", numeric=False),
        Column("chosen", "chosen"),
        Column("tried", "tried: score", numeric=False),
        Column("seconds", "seconds"),
        Column("words", "words"),
    )
    rows = tuple(Row(tuning.row, _tuning_cells(tuning)) for tuning in comparison.tunings)
    notes = [
        f"{tuning.row}: the best {' and '.join(tuning.edges)} is at the edge of the values tried, so a better one "
        "may lie beyond."
        for tuning in comparison.tunings
        if tuning.edges
    ]
    if any(one.share < 1 for tuning in comparison.tunings for one in tuning.tried):
        notes.append(
            "Numbers in parentheses are shares of the prefix: scores from a share are comparable only with each other."
        )
    return Table("What tuning tried", columns, rows, tuple(notes))


def make_settings(comparison: Results | Analysis) -> list[tuple[str, Table | None, dict[str, str]]]:
    """Return the arguments that the rows were trained with, grouped by method, as they mean different things.

    Returns
    -------
    list of (str, Table or None, dict)
        For each method: " of WordRank", or nothing for `Word2Vec`, whoever trains it; a table of what its settings
        differ in, if they do; and what is the same for all.
    """
    analysis = Analysis.of(comparison, None)
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for label, one in _trained_with(analysis).items():
        method = METHODS.get(one.get("trainer", ""))
        of = "" if method is None else f" of {method}"
        groups.setdefault(of, {})[label] = one
    return [(of, *_differing(options, analysis.baseline, of)) for of, options in groups.items()]


# --- cells ----------------------------------------------------------------------------------------


def _cell(analysis: Analysis, label: str, criterion: Criterion) -> Cell:
    if criterion.of.kind == "cost":
        cost = analysis.costs.get((label, criterion))
        return Cell() if cost is None else Cell(criterion.of.written(cost.mean), cost.mean)
    summary = analysis.summaries.get((label, criterion))
    cell = _score(criterion, summary, analysis.outcomes.get((label, criterion)))
    if summary is None or criterion not in analysis.too_few:
        return cell
    return replace(cell, text=f"{summary.used:,} of {summary.used + summary.missing:,}: too few", half="")


def _score(criterion: Criterion, summary: Summary | None, outcome: Outcome | None = None) -> Cell:
    if summary is None:
        return Cell()
    return Cell(
        criterion.of.written(summary.mean),
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


def _tuned(analysis: Analysis, label: str, option: str) -> Cell:
    """Return what a tuned argument is for a row, whether tuning or the user chose it."""
    tuning = analysis.tuning(label)
    chosen = {} if tuning is None else tuning.chosen
    name = _PLACES.get(option, option)
    name = option if option in chosen else name
    if name in chosen:
        value: Any = chosen[name]
    else:
        run = next(iter(analysis.runs(label)), None)
        whole, _, part = option.partition(".")
        value = None if run is None else run.options.get(whole)
        value = value.get(part) if part and isinstance(value, dict) else value
    if value is None:
        return Cell()
    text = _brief(value)
    return Cell(f"{text} ({name})" if name in chosen and name != option else text, value)


def _brief(value: Any) -> str:
    """Return the value of a tuned setting as it reads."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _band_rows(analysis: Analysis, criterion: Criterion, bands: Sequence[str]) -> list[Row]:
    """Return a row for each label that has scores by band."""
    found = analysis.band_summaries
    labels = [label for label in analysis.labels if any((label, criterion, band) in found for band in bands)]
    name = Cell(criterion.head, criterion.benchmark)
    return [
        Row(
            label,
            (name, *(_score(criterion, found.get((label, criterion, band))) for band in bands)),
            baseline=label == analysis.baseline,
        )
        for label in labels
    ]


def _difference_cells(outcome: Outcome) -> tuple[Cell, ...]:
    difference = outcome.difference
    interval = difference.interval
    reach = Cell().text if interval is None else f"{_signed(interval.low)} to {_signed(interval.high)}"
    significant = None if outcome.adjusted is None else "no" if not outcome.significant else "yes"
    significant = "in doubt" if significant == "yes" and outcome.doubt else significant
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
    several, tried = len(tuning.chosen) > 1, tuning.tried
    if not several and all(isinstance(value, int | float) for one in tried for value in one.values.values()):
        tried = tuple(sorted(tried, key=lambda one: list(one.values.values())))
    names, chosen = ", ".join(tuning.chosen), _values(tuning.chosen, named=False)
    listed = ("; " if several else ", ").join(
        f"{_values(one.values, named=several)}: {'diverged' if one.score is None else f'{one.score:.3f}'}"
        + (f" ({one.share:g})" if one.share < 1 else "")
        for one in tried
    )
    return (
        Cell(names, names),
        Cell(chosen, chosen if several else next(iter(tuning.chosen.values()), None)),
        Cell(listed, listed),
        Cell(f"{tuning.seconds:,.1f}", tuning.seconds),
        Cell() if tuning.words is None else Cell(f"{tuning.words:,}", tuning.words),
    )


def _values(values: Mapping[str, Any], *, named: bool) -> str:
    return ", ".join(f"{name} {_brief(value)}" if named else _brief(value) for name, value in values.items())


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


def _title(analysis: Analysis) -> str:
    protocol = analysis.comparison.protocol
    return f"{protocol.corpus}: {protocol.words:,} words, {protocol.vocabulary:,} distinct, {seeds_told(analysis)}"


def _is_outside(options: Mapping[str, Any]) -> bool:
    return options.get("trainer") == "outside"


def _differing(options: Mapping[str, Mapping[str, Any]], baseline: str, of: str) -> tuple[Table | None, dict[str, str]]:
    """Return options by label: where they differ as a table, and the rest."""
    trained = [one for one in options.values() if not _is_outside(one)]
    common = _shared(trained)
    names = list(dict.fromkeys(name for one in trained for name in one if name not in common))
    columns = tuple(Column(name, name, numeric=False) for name in names)
    rows = tuple(
        Row(
            label,
            tuple(Cell(_written(one[name]), _written(one[name])) if name in one else Cell() for name in names),
            message=_OUTSIDE if _is_outside(one) else "",
            baseline=label == baseline,
        )
        for label, one in options.items()
    )
    table = Table(f"Settings{of} in which the rows differ", columns, rows) if names else None
    return table, {name: _written(value) for name, value in common.items()}


def _trained_with(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return the options of each row, with what tuning chose for it."""
    options = {label: dict(one) for label, one in analysis.comparison.request.rows.items()}
    for tuning in analysis.comparison.tunings:
        options[tuning.row] = tuning.applied(options[tuning.row])
    return options


def _shared(options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options that all have alike."""
    if not options:
        return {}
    first, *others = options
    return {name: value for name, value in first.items() if all(name in one and one[name] == value for one in others)}


def _written(value: Any) -> str:
    """Return an option as text: a sampler or objective with all its settings, in the form of a row's label."""
    if isinstance(value, dict) and "name" in value:
        settings = ", ".join(f"{name} {_written(one)}" for name, one in value.items() if name != "name")
        return f"{value['name']} ({settings})" if settings else str(value["name"])
    return str(value)
