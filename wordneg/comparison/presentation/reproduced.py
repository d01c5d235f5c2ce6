"""The tables of a reproduction: a paper's numbers beside ours."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from wordneg.comparison.papers import PaperRow, Published
from wordneg.comparison.presentation.quantities import percent
from wordneg.comparison.presentation.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from wordneg.comparison.reproduction import Reproduction
    from wordneg.comparison.result import Comparison
    from wordneg.evaluation.significance import Interval

__all__ = ["make_gains", "make_reproduced"]

_LEVEL = 0.95


def make_reproduced(reproduction: Reproduction) -> Table:
    """Return the paper's numbers beside ours: means over seeds, with intervals if there are several.

    Parameters
    ----------
    reproduction : Reproduction
        With whatever runs are finished.
    """

    def ours(comparison: Comparison, row: PaperRow, measure: str) -> Cell:
        from wordneg.evaluation.significance import seed_interval

        values = reproduction.values(comparison, row)[measure]
        if not values:
            return Cell()
        return _cell(fmean(values), seed_interval(values, _LEVEL) if len(values) > 1 else None)

    paper, protocol = reproduction.paper, reproduction.at_rate.protocol
    published = {row.label: row.published[reproduction.size] for row in paper.rows}
    notes = [
        "Analogies: accuracy. Similarity: the mean of Spearman's correlations on "
        f"{len(paper.similarity)} sets. The paper's numbers are those of its corpus of {reproduction.size}. Here: all "
        "rows at one learning rate."
    ]
    if reproduction.tuned is not None:
        notes[0] += f" Tuned: each row at its own best {reproduction.tune}."
    if len(protocol.seeds) > 1:
        seeds = f"{len(protocol.seeds)} seeds"
        notes.append(f"Ours are means over {seeds} ± half the {percent(_LEVEL)} interval over seeds (Student's t).")
    else:
        notes.append("Ours are of one seed: another may give another order.")
    title = f"{paper.title}, and the same on {protocol.corpus}"
    return _with_tuned(_table(reproduction, title, published, ours, (*notes, *_missing(reproduction))), reproduction)


def make_gains(reproduction: Reproduction) -> Table:
    """Return by how much each row exceeds the first, in the paper and here.

    Parameters
    ----------
    reproduction : Reproduction
        With whatever runs are finished.
    """
    from wordneg.evaluation.significance import welch

    base, *others = reproduction.paper.rows
    theirs = base.published[reproduction.size]

    def ours(comparison: Comparison, row: PaperRow, measure: str) -> Cell:
        first, second = (reproduction.values(comparison, one)[measure] for one in (row, base))
        if not first or not second:
            return Cell()
        found = welch(first, second, _LEVEL)
        return _cell(found.estimate, found.interval, "{:+.3f}")

    gains = {row.label: np.subtract(row.published[reproduction.size], theirs) for row in others}
    published = {label: Published(*map(float, gain)) for label, gain in gains.items()}
    notes = (f"± half the {percent(_LEVEL)} interval over seeds (Welch's t). The paper has no intervals.",)
    several = len(reproduction.at_rate.protocol.seeds) > 1
    title = f"What each row gains over {base.label}"
    return _table(reproduction, title, published, ours, notes if several else (), "{:+.3f}")


def _table(
    reproduction: Reproduction,
    title: str,
    published: dict[str, Published],
    ours: Callable[[Comparison, PaperRow, str], Cell],
    notes: tuple[str, ...],
    form: str = "{:.3f}",
) -> Table:
    """Return a table with, for each measure, a column of the paper's numbers and one or two of ours."""
    parts = list(zip(("here", "tuned"), reproduction.comparisons, strict=False))
    columns = []
    for measure in Published._fields:
        columns.append(Column(f"{measure}_paper", f"{measure}: paper"))
        columns += [Column(f"{measure}_{name}", name) for name, _ in parts]
    rows = []
    for row in reproduction.paper.rows:
        if row.label in published:
            cells = []
            for measure in Published._fields:
                cells.append(_cell(getattr(published[row.label], measure), None, form))
                cells += [ours(comparison, row, measure) for _, comparison in parts]
            rows.append(Row(row.label, tuple(cells)))
    return Table(title, tuple(columns), tuple(rows), notes)


def _with_tuned(table: Table, reproduction: Reproduction) -> Table:
    """Return the table with one more column: the value that tuning found for each row."""
    tuned, option = reproduction.tuned, reproduction.tune
    if tuned is None or option is None:
        return table
    chosen = {tuning.setting: tuning.chosen for tuning in tuned.tunings}
    labels = {row.label: reproduction.setting(row) for row in reproduction.paper.rows}
    found = [chosen.get(labels[row.name]) for row in table.rows]
    cells = [Cell() if value is None else Cell(f"{value:.4g}", value) for value in found]
    rows = [replace(row, cells=(*row.cells, cell)) for row, cell in zip(table.rows, cells, strict=True)]
    return replace(table, columns=(*table.columns, Column(option, f"tuned {option}")), rows=tuple(rows))


def _cell(value: float, interval: Interval | None, form: str = "{:.3f}") -> Cell:
    if interval is None:
        return Cell(form.format(value), value)
    ends = (("low", float(interval.low)), ("high", float(interval.high)))
    return Cell(form.format(value), value, f"{(interval.high - interval.low) / 2:.3f}", ends)


def _missing(reproduction: Reproduction) -> list[str]:
    """Return what is not in the table, though it should be."""
    notes = []
    for row in reproduction.paper.rows:
        label = reproduction.setting(row)
        runs = [run for comparison in reproduction.comparisons for run in comparison.runs if run.setting == label]
        failed = [run for run in runs if run.status == "failed"]
        if failed:
            notes.append(f"{row.label}: {len(failed)} runs failed ({failed[0].error}).")
    if unscored := reproduction.unscored():
        notes.append(f"No mean over runs without a score on: {', '.join(unscored)}.")
    if reproduction.missing:
        notes.append(f"{reproduction.missing} runs are still to be made.")
    return notes
