"""`write_report`: all of a comparison in one HTML file that opens offline."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wordneg.comparison.request import Request
from wordneg.comparison.show.drawing import NothingToDrawError
from wordneg.comparison.show.markup import Cell, Column, Row
from wordneg.comparison.show.page import definitions, figure_html, page
from wordneg.comparison.show.plots import plot_bands, plot_benchmarks, plot_curves, plot_quality_time
from wordneg.comparison.show.quantities import Results, percent
from wordneg.comparison.show.statistics import Analysis
from wordneg.comparison.show.table import Table
from wordneg.comparison.show.tables import make_bands, make_differences, make_table, make_tuning
from wordneg.files.atomic import atomic_write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_report"]

_BUDGETS = {
    "epochs": "equal epochs: every setting went over the text as often",
    "time": "equal time: every setting was trained for as long",
    "candidates": "equal candidates: every setting scored as many words",
}
_METHODS = {"wordrank": "WordRank", "all-vec": "AllVec", "closed-form": "ClosedForm"}
"""The methods that go over co-occurrences, by the name of their trainer."""
_OUTSIDE = "vectors from outside"
_NO_PLOTS = (
    "The plots are missing: matplotlib was not installed (pip install 'wordneg[plots]'), so write the report again."
)


def write_report(comparison: Results | Analysis, path: str | os.PathLike[str], level: float | None = None) -> None:
    """Write tables, plots, settings and the command that repeats them as one HTML file.

    It needs no network, follows the reader's choice of light or dark, and is written at once or not at all. Without
    matplotlib it says that the plots are missing.

    Parameters
    ----------
    comparison : Comparison or Analysis
        What was measured.
    path : path
        The file.
    level : float, optional
        Coverage of the intervals, 0.95 unless the analysis has another; differences are significant at 1 - level.

    Raises
    ------
    OSError
        If the file cannot be written.
    ValueError
        If the level is not between 0 and 1.
    """
    analysis = Analysis.of(comparison, level)
    text = _report(analysis)
    with atomic_write(path, "w") as stream:
        stream.write(text)


def _report(analysis: Analysis) -> str:
    request, protocol = analysis.comparison.request, analysis.comparison.protocol
    table, bands, tuning = make_table(analysis), make_bands(analysis), None
    if analysis.comparison.tunings:
        tuning = make_tuning(analysis.comparison)
    differences = make_differences(analysis)
    plots = _Plots(analysis)
    sections = (
        ("Findings", _list(findings(analysis), "findings")),
        ("Table", table.to_html(style=False)),
        (
            "Quality and time",
            plots.draw(plot_quality_time, "Quality against training time: up and to the left is better"),
        ),
        ("Benchmarks", plots.draw(plot_benchmarks, "Scores on each benchmark")),
        ("Differences", differences.to_html(style=False) if differences.rows else ""),
        ("Learning curves", plots.draw(plot_curves, "Scores while training: means over seeds, intervals over seeds")),
        ("Frequency", plots.draw(plot_bands, "Scores by frequency of the words") + _unless_empty(bands)),
        ("Tuning", tuning.to_html(style=False) if tuning else _no_tuning(request)),
        ("Failures", _failures(analysis)),
        ("Plots", f"<p>{html.escape(_NO_PLOTS)}</p>" if plots.missing else ""),
        ("Settings", _settings(analysis)),
        ("Protocol", definitions(_facts(analysis))),
        ("Repeat it", f"<pre>{html.escape(request.command)}</pre>"),
    )
    names = " · ".join(
        (f"{len(analysis.settings)} settings", _seeds(request), f"{protocol.words:,} words", protocol.started)
    )
    return page(f"Comparison on {protocol.corpus}", names, sections)


class _Plots:
    """Draws what there is to draw; remembers if matplotlib was missing."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.missing = False

    def draw(self, plot: Callable[..., Figure], caption: str) -> str:
        """Return a figure as HTML; nothing if there is nothing in it."""
        try:
            return figure_html(plot(self._analysis), caption)
        except ImportError:
            self.missing = True
        except NothingToDrawError:  # such as learning curves of vectors from outside
            pass
        return ""


def findings(analysis: Analysis) -> list[str]:
    """Return what was found, a sentence for each setting, and what was not."""
    if not analysis.outcomes:
        return ["There are no differences to report: it takes the baseline and another setting with scores."]
    found = []
    for label in analysis.settings:
        outcomes = [outcome for (name, _), outcome in analysis.outcomes.items() if name == label]
        better = [outcome.criterion.benchmark for outcome in outcomes if outcome.direction > 0]
        worse = [outcome.criterion.benchmark for outcome in outcomes if outcome.direction < 0]
        parts = [f"{verdict} on {_and(names)}" for verdict, names in (("better", better), ("worse", worse)) if names]
        if outcomes:
            rest = len(outcomes) - len(better) - len(worse)
            if not parts:
                parts = ["no significant difference"]
            elif rest:
                parts.append(f"no significant difference on the other {rest}")
            found.append(f"{label}, against {analysis.baseline}: {'; '.join(parts)}.")
    tests = sum(outcome.adjusted is not None for outcome in analysis.outcomes.values())
    found.append(
        f"A difference is significant if its p-value, adjusted by Holm over all {tests} tests, is at most "
        f"{1 - analysis.level:.2g}. Not significant does not mean equal."
    )
    return found


def _and(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _list(items: Iterable[str], kind: str) -> str:
    return f'<ul class="{kind}">' + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"


def _unless_empty(table: Table) -> str:
    return table.to_html(style=False) if table.rows and table.columns else ""


def _no_tuning(request: Request) -> str:
    if request.tune is not None:
        return ""
    return "<p>Nothing was tuned: every setting was trained as it was given, and another rate may suit some better.</p>"


def _failures(analysis: Analysis) -> str:
    failed = [run for label in analysis.settings for run in analysis.failed(label)]
    return (
        definitions((f"{run.setting}, seed {run.seed}", run.error or "no reason was given") for run in failed)
        if failed
        else ""
    )


def _settings(analysis: Analysis) -> str:
    """Return the arguments that the settings were trained with, grouped by method, as they mean different things."""
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for label, one in _trained_with(analysis).items():
        groups.setdefault(_method(one), {})[label] = one
    return "".join(_differing(options, analysis.baseline, of) for of, options in groups.items())


def _method(options: Mapping[str, Any]) -> str:
    """Return the method that arguments belong to, for a heading; nothing for `Word2Vec`, whoever trains it."""
    name = _METHODS.get(options.get("trainer", ""))
    return "" if name is None else f" of {name}"


def _is_outside(options: Mapping[str, Any]) -> bool:
    return options.get("trainer") == "outside"


def _differing(options: Mapping[str, Mapping[str, Any]], baseline: str, of: str) -> str:
    """Return options by label: where they differ as a table, the rest as a list."""
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
    table = Table(f"What the settings{of} differ in", columns, rows).to_html(style=False) if names else ""
    if not common:
        return table
    return f"{table}<p>The same for all{of}:</p>" + definitions((name, _written(one)) for name, one in common.items())


def _trained_with(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return the options of each setting, with what tuning chose for it."""
    options = {label: dict(one) for label, one in analysis.comparison.request.rows.items()}
    for tuning in analysis.comparison.tunings:
        options[tuning.setting][tuning.option] = tuning.chosen
    return options


def _shared(options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options that all have alike."""
    if not options:
        return {}
    first, *others = options
    return {name: value for name, value in first.items() if all(name in one and one[name] == value for one in others)}


def _written(value: Any) -> str:
    """Return an option as text: a sampler or objective by its name and settings."""
    if isinstance(value, dict) and "name" in value:
        settings = ", ".join(f"{name}={_written(one)}" for name, one in value.items() if name != "name")
        return f"{value['name']}({settings})" if settings else str(value["name"])
    return str(value)


def _facts(analysis: Analysis) -> list[tuple[str, str]]:
    request, protocol = analysis.comparison.request, analysis.comparison.protocol
    tuned = "nothing"
    if request.tune is not None:
        seconds = sum(tuning.seconds for tuning in analysis.comparison.tunings)
        tuned = f"{request.tune}, for each setting; {seconds:,.1f} s in all"
    budget = _BUDGETS[request.budget]
    others = dict.fromkeys(filter(None, (_METHODS.get(row.get("trainer", "")) for row in request.rows.values())))
    if request.budget == "epochs" and others:
        budget += f", but for {' and '.join(others)}, trained on co-occurrences"
    facts = [
        ("corpus", f"{protocol.corpus}: {protocol.words:,} words an epoch, {protocol.vocabulary:,} distinct"),
        ("fingerprint", protocol.fingerprint),
        ("budget", budget),
        ("tuned", tuned),
        ("baseline", request.baseline),
        ("seeds", ", ".join(map(str, request.seeds))),
        ("benchmarks", ", ".join(protocol.benchmarks)),
        ("policy", protocol.policy),
        (
            "intervals",
            f"{percent(analysis.level)}; bootstrap of {analysis.resamples:,} resamples, seed {analysis.seed}",
        ),
        ("versions", ", ".join(f"{name} {version}" for name, version in protocol.versions.items())),
        ("machine", protocol.machine),
        ("started", protocol.started),
    ]
    return [*facts, *(("note", note) for note in protocol.notes)]


def _seeds(request: Request) -> str:
    return f"{len(request.seeds)} {'seed' if len(request.seeds) == 1 else 'seeds'}"
