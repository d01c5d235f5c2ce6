"""`write_report`: all of a comparison in one HTML file that opens offline, in light, dark and on paper."""

from __future__ import annotations

import datetime
import html
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from wordneg.common.plotting import GRID, INK, MUTED, PAPER, SERIES, load_pyplot
from wordneg.comparison.request import Request
from wordneg.comparison.scoring import SECONDS, Criterion
from wordneg.comparison.show.findings import interval_kind, make_findings, percent, seeds_told, short
from wordneg.comparison.show.formats import TABLE_STYLE
from wordneg.comparison.show.plots import MEAN, plot_bands, plot_curves, plot_differences, plot_quality_time, quality_of
from wordneg.comparison.show.plotting import looks
from wordneg.comparison.show.statistics import Analysis, Results
from wordneg.comparison.show.tables import (
    METHODS,
    make_bands,
    make_differences,
    make_settings,
    make_table,
    make_tuning,
)
from wordneg.files.atomic import atomic_write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_report"]

_BUDGETS = {
    "epochs": "equal epochs: every row went over the text as often",
    "time": "equal time: every row was trained for as long",
    "candidates": "equal candidates: every row scored as many words",
}
_NO_PLOTS = (
    "The plots are missing, since matplotlib was not installed (pip install 'wordneg[plots]'). Write the report again."
)


def write_report(comparison: Results | Analysis, path: str | os.PathLike[str], level: float | None = None) -> None:
    """Write tables, plots, settings and the command that repeats them as one HTML file.

    It needs no network, follows the reader's choice of light or dark, and is written at once or not at all. Without
    matplotlib it says that the plots are missing. If the file cannot be written, OSError is raised; for `level` and
    other errors see `make_table`.
    """
    analysis = Analysis.of(comparison, level)
    text = _report(analysis)
    with atomic_write(path, "w") as stream:
        stream.write(text)


def _report(analysis: Analysis) -> str:
    protocol = analysis.comparison.protocol
    over = f"{percent(analysis.level)} intervals over {interval_kind(analysis)}"
    differences, bands = make_differences(analysis), make_bands(analysis)
    drawn = _drawn(analysis, over) if _can_draw() else {}
    sections = (
        ("Findings", make_findings(analysis).to_html()),
        ("Differences", drawn.get("differences", "")),
        ("Quality and time", drawn.get("quality", "")),
        ("Table", make_table(analysis).to_html(style=False)),
        ("Tests", differences.to_html(style=False) if differences.rows else ""),
        ("Learning curves", drawn.get("curves", "")),
        ("Frequency", drawn.get("bands", "") + (bands.to_html(style=False) if bands.rows else "")),
        ("Tuning", _tuning(analysis)),
        ("Failures", _failures(analysis)),
        ("Plots", "" if drawn else f"<p>{html.escape(_NO_PLOTS)}</p>"),
        ("Settings", _settings(analysis)),
        ("Protocol", _definitions(_facts(analysis))),
        ("Repeat it", _repeat(analysis.comparison.request)),
    )
    facts = [f"{len(analysis.labels)} rows", seeds_told(analysis), f"{protocol.words:,} words"]
    facts.append(_date(protocol.started))
    return _page(f"Comparison on {protocol.corpus}", " · ".join(facts), sections)


def _repeat(request: Request) -> str:
    """Return the command, and the plan that stands for it as a file."""
    from wordneg.comparison.plan import plan_text

    try:
        plan = f'<p>Or save this as plan.toml:</p><pre tabindex="0">{html.escape(plan_text(request))}</pre>'
    except ValueError as error:
        plan = f"<p>It cannot be a file: {html.escape(str(error))}.</p>"
    return f'<pre tabindex="0">{html.escape(request.command)}</pre>{plan}'


def _date(started: str) -> str:
    """Return a time as a person writes it; as it is if it is not one that `datetime` wrote."""
    try:
        time = datetime.datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{time.day} {time:%B %Y}, {time:%H:%M} {time.tzname() or ''}".rstrip()


# --- figures --------------------------------------------------------------------------------------


def _can_draw() -> bool:
    try:
        load_pyplot()
    except ImportError:
        return False
    return True


def _drawn(analysis: Analysis, over: str) -> dict[str, str]:
    """Return the plots by name as HTML; what there is nothing of is empty."""
    benchmarks = list(analysis.criteria)
    mean = [Criterion(MEAN, ""), *(one for one in benchmarks if not one.is_benchmark)]  # which stands for benchmarks
    return {
        "differences": _figure(
            analysis,
            plot_differences,
            benchmarks,
            f"Differences from {analysis.baseline} with {over}. Right of the dashed line is better; filled points are "
            "significant after Holm's correction.",
            _told_differences,
        ),
        "quality": _figure(
            analysis,
            plot_quality_time,
            mean,
            "Quality against training time, with intervals over seeds: up and to the left is better.",
            _told_quality,
        ),
        "curves": _figure(
            analysis,
            plot_curves,
            benchmarks,
            "Scores while training: means over seeds, with intervals over seeds.",
            _told_curve,
        ),
        "bands": _figure(
            analysis,
            plot_bands,
            benchmarks,
            "Scores by frequency of the words, with intervals over seeds.",
            lambda _, one: f"{one.benchmark} by frequency of the words; the table below has the numbers",
        ),
    }


def _figure(
    analysis: Analysis,
    plot: Callable[..., Figure],
    criteria: Sequence[Criterion],
    caption: str,
    told: Callable[[Analysis, Criterion], str],
) -> str:
    """Return a plot with a panel for each criterion, side by side where there is room, told in words, too."""
    panels: list[str] = []
    for one in criteria:
        try:
            figure = plot(analysis, benchmark=one.benchmark)
        except ValueError:  # such as learning curves of analogies, which are not scored while training
            continue
        panels.append(_svg(figure, f"{plot.__name__}-{len(panels)}", told(analysis, one)))
    if not panels:
        return ""
    legend = _legend(analysis) if plot in (plot_curves, plot_bands) else ""
    caption = f"<figcaption>{html.escape(caption)}</figcaption>"
    return f'<figure>{caption}{legend}<div class="panels">{"".join(panels)}</div></figure>'


def _legend(analysis: Analysis) -> str:
    """Return which color and marker each row has."""
    signs = {"o": "●", "s": "■", "D": "◆", "^": "▲", "v": "▼", "P": "✚", "p": "⬟"}
    listed = "".join(
        f'<li><span aria-hidden="true" style="color: var({_VARIABLES[look.color]})">{signs[look.marker]}</span> '
        f"{html.escape(label)}</li>"
        for label, look in looks(analysis.labels).items()
        if analysis.runs(label)
    )
    return f'<ul class="legend">{listed}</ul>'


def _told_differences(analysis: Analysis, criterion: Criterion) -> str:
    told = []
    for (label, of), outcome in analysis.outcomes.items():
        if of == criterion:
            ends = outcome.difference.interval
            reach = "" if ends is None else f" ({short(ends.low)} to {short(ends.high)})"
            told.append(f"{label} {short(outcome.difference.estimate)}{reach}")
    return f"{criterion.benchmark}, difference from {analysis.baseline} in {criterion.of.axis}: {'; '.join(told)}"


def _told_quality(analysis: Analysis, criterion: Criterion) -> str:
    told = []
    for label in analysis.labels:
        summary = quality_of(analysis, label, criterion)
        seconds = analysis.costs.get((label, SECONDS))
        if summary is not None and seconds is not None:
            told.append(f"{label} {summary.mean:.3f} after {SECONDS.of.written(seconds.mean)} s")
    name = "mean of the benchmarks" if criterion.benchmark == MEAN else criterion.benchmark
    return f"{name} against training time: {'; '.join(told)}"


def _told_curve(analysis: Analysis, criterion: Criterion) -> str:
    ends = [
        f"{label} {analysis.summaries[label, criterion].mean:.3f}"
        for label in analysis.labels
        if (label, criterion) in analysis.summaries
    ]
    return f"{criterion.benchmark} while training; at the end: {'; '.join(ends)}"


def _svg(figure: Figure, name: str, told: str) -> str:
    """Return a figure as inline SVG in the page's colors, light or dark, under an id that no other has.

    Text is drawn as shapes, so that it keeps its size on machines with other fonts. The page has the legend.
    """
    import matplotlib

    for legend in figure.legends:
        legend.remove()
    stream = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]  # without the XML head, which has no place in HTML
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for color, variable in _VARIABLES.items():
        text = text.replace(color, f"var({variable})")
    return _only_here(text, name).replace("<svg", f'<svg role="img" aria-label="{html.escape(told)}"', 1)


def _only_here(svg: str, prefix: str) -> str:
    """Return an SVG whose ids no other on the page has: letters have the same ids in all figures otherwise."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'xlink:href="#', f'href="#{prefix}-', svg)
    return re.sub(r"url\(#", f"url(#{prefix}-", svg)


# --- sections -------------------------------------------------------------------------------------


def _tuning(analysis: Analysis) -> str:
    if analysis.comparison.tunings:
        return make_tuning(analysis.comparison).to_html(style=False)
    if analysis.comparison.request.tune is not None:
        return ""
    return "<p>Nothing was tuned: every row was trained as it was given, and another rate may suit some better.</p>"


def _settings(analysis: Analysis) -> str:
    """Return what the settings of rows differ in as a table, and the rest as a list."""
    parts = []
    for of, table, common in make_settings(analysis):
        parts += [table.to_html(style=False)] if table is not None else []
        parts += [f"<p>The same for all{of}:</p>" + _definitions(common.items())] if common else []
    return "".join(parts)


def _failures(analysis: Analysis) -> str:
    failed = [run for label in analysis.labels for run in analysis.failed(label)]
    told = [(f"{run.row}, seed {run.seed}", run.error or "no reason was given") for run in failed]
    return _definitions(told) if told else ""


def _facts(analysis: Analysis) -> list[tuple[str, str]]:
    request, protocol = analysis.comparison.request, analysis.comparison.protocol
    tuned = "nothing"
    if request.tune is not None:
        seconds = sum(tuning.seconds for tuning in analysis.comparison.tunings)
        tuned = f"{', '.join(request.tuned)}, for each row; {seconds:,.1f} s in all"
    budget = _BUDGETS[request.budget]
    others = dict.fromkeys(filter(None, (METHODS.get(row.get("trainer", "")) for row in request.rows.values())))
    if request.budget == "epochs" and others:
        budget += f", but for {' and '.join(others)}, trained on co-occurrences"
    return [
        ("corpus", f"{protocol.corpus}: {protocol.words:,} words an epoch, {protocol.vocabulary:,} distinct"),
        ("fingerprint", protocol.fingerprint),
        ("budget", budget),
        ("tuned", tuned),
        ("baseline", request.baseline),
        ("seeds", ", ".join(map(str, request.seeds))),
        ("benchmarks", ", ".join(protocol.benchmarks) + (" (test halves)" if request.needs_benchmarks else "")),
        ("policy", protocol.policy),
        (
            "intervals",
            f"{percent(analysis.level)}; bootstrap of {analysis.resamples:,} resamples, seed {analysis.seed}",
        ),
        ("versions", ", ".join(f"{name} {version}" for name, version in protocol.versions.items())),
        ("machine", protocol.machine),
        ("started", _date(protocol.started)),
    ]


# --- the shell ------------------------------------------------------------------------------------

_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid", PAPER: "--paper"} | {
    color: f"--series-{number}" for number, color in enumerate(SERIES)
}
_SERIES_ON_DARK = ("#58aee6", "#f08a3c", "#35c79b", "#e58bc3", "#e0b13a", "#8fd0f5", "#aab0b8")
_COLORS = {  # on a light page and on a dark one
    "--ink": (INK, "#e4e6e9"),
    "--muted": ("#5c6166", "#a0a6ad"),
    "--grid": (GRID, "#33383e"),
    "--paper": (PAPER, "#16181b"),
    "--panel": ("#f5f6f8", "#1f2226"),
    "--link": ("#0a62a5", "#7bb8ea"),
    "--shade": ("#c3c7cc", "#4b5158"),
    "--up": ("#1b6aa8", "#6fb6ec"),
    "--down": ("#b54f05", "#f0934a"),
} | {f"--series-{number}": pair for number, pair in enumerate(zip(SERIES, _SERIES_ON_DARK, strict=True))}

_STYLE = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 2rem 2rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 0.7rem; }
p, li, dd { overflow-wrap: anywhere; }
p.facts { color: var(--muted); margin: 0 0 1rem; }
p.headline { font-size: 1.15rem; line-height: 1.45; max-width: 54rem; margin: 0 0 0.6rem; }
p.recommendation strong { font-weight: 600; }
p.recommendation { max-width: 54rem; margin: 0 0 0.6rem; }
p.caution { max-width: 54rem; margin: 0 0 0.6rem; color: var(--muted); font-size: 0.94rem; }
figure { margin: 0.8rem 0 1.6rem; }
figcaption { color: var(--muted); font-size: 0.92rem; margin-bottom: 0.4rem; max-width: 54rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 1rem; }
.panels svg { display: block; width: 100%; max-width: 460px; height: auto; }
ul.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; list-style: none; margin: 0 0 0.6rem; padding: 0;
  font-size: 0.92rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1.2rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; }
pre { background: var(--panel); border-radius: 6px; padding: 0.8rem 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.88rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; font-size: 0.92rem; margin: 1rem 0 0; }
nav a { color: var(--link); text-decoration: none; padding: 0.2rem 0; }
nav a:hover, nav a:focus { text-decoration: underline; }
.wordneg-table .scroll { scrollbar-width: thin; scrollbar-color: var(--muted) transparent;
  background: /* a shade at an edge beyond which the table goes on */
    linear-gradient(to right, var(--paper) 40%, transparent) left / 2.4rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 2.4rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll; }
@media (max-width: 600px) {
  main { padding: 1rem; }
  h2 { margin-top: 2rem; }
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: 0.5rem; }
  .wordneg-table table th[scope=row] { min-width: 6.5em; max-width: 9em; position: sticky; left: 0;
    background: var(--paper); }
}
@media print {
  @page { margin: 1.4cm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 1.2rem; }
  figure, tr, svg { break-inside: avoid; }
  .panels { grid-template-columns: repeat(2, 1fr); }
  .wordneg-table .scroll { overflow: visible; background: none; }
  .wordneg-table table { font-size: 8pt; }
  .wordneg-table table th, .wordneg-table table td { white-space: normal; padding: 0.25em 0.35em; }
  .wordneg-table table th[scope=row], .wordneg-table table td.long { min-width: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
"""


def _page(title: str, facts: str, sections: Sequence[tuple[str, str]]) -> str:
    """Return a whole HTML document that asks nothing of the network.

    `title`, `facts` and the heads of sections are plain text; a section whose HTML is empty is left out.
    """
    links, body = "", ""
    for head, content in sections:
        if content:
            anchor, head = re.sub(r"\W+", "-", head.lower()).strip("-"), html.escape(head)
            links += f'<a href="#{anchor}">{head}</a>'
            body += f'<section id="{anchor}">\n<h2>{head}</h2>\n{content}\n</section>\n'
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_colors()}{TABLE_STYLE}{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{html.escape(title)}</h1>\n<p class="facts">{html.escape(facts)}</p>\n'
        f'<nav aria-label="Sections">{links}</nav>\n'
        f"{body}</main>\n</body>\n</html>\n"
    )


def _definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and what they are; both plain text."""
    listed = (f"<dt>{html.escape(name)}</dt><dd>{html.escape(text)}</dd>" for name, text in pairs)
    return f"<dl>{''.join(listed)}</dl>"


def _colors() -> str:
    """Return the colors of a light and of a dark page as variables."""
    written = ["".join(f"{name}: {pair[place]}; " for name, pair in _COLORS.items()) for place in (0, 1)]
    return (
        f"\n:root {{ color-scheme: light dark; {written[0]}}}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {written[1]}}} }}\n"
        f"@media print {{ :root {{ color-scheme: light; {written[0]}}} }}\n"
    )
