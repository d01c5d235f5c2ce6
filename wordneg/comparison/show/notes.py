"""The notes below the tables: how to read them, and what is particular about a comparison."""

from __future__ import annotations

from wordneg.comparison.scoring import WIDEST, items_needed
from wordneg.comparison.show.quantities import percent
from wordneg.comparison.show.statistics import Analysis

__all__ = ["ONE_SEED", "remarks", "table_notes"]

ONE_SEED = (
    "Each setting was trained with one seed: how much scores vary between seeds is not in the intervals, and another "
    "seed may give another order."
)


def table_notes(analysis: Analysis) -> list[str]:
    """Return the notes below the table of scores."""
    protocol = analysis.comparison.protocol
    means, over = "Means over seeds", "seeds and items, over seeds where there are no items"
    if analysis.single_seed:
        means, over = "Scores", "items alone"
    notes = [
        f"{means} ± half the {percent(analysis.level)} interval (over {over}). ρ is Spearman's correlation. "
        f"▲ better, ▼ worse than {analysis.baseline}, where that is significant after Holm's correction over the "
        "whole table; these tests pair the items, so they see more than the intervals do."
    ]
    if not analysis.runs(analysis.baseline):
        notes.append(f"The baseline, {analysis.baseline}, has no scores, so no differences could be tested.")
    notes += _items_counted(analysis)
    if analysis.ranks:
        notes.append("The mean rank is over the benchmarks, without held-out text; 1 is best.")
    if analysis.comparison.tunings:
        seconds = sum(tuning.seconds for tuning in analysis.comparison.tunings)
        notes.append(
            f"Tuning {analysis.comparison.request.tune} took {seconds:,.0f} s in all, without compiling; training "
            "seconds do not include it. It looked at one seed, and how much the choice itself varies is not in "
            "intervals and tests."
        )
    notes += [
        f"{label}: the best {analysis.comparison.request.tune} is at the edge of what was tried, so that its "
        "differences may come from the tuning, and are not marked."
        for label in analysis.at_edge
    ]
    notes += [
        f"{criterion.benchmark}: {summary.used:,} of {summary.used + summary.missing:,} items have known words, too "
        f"few to be ranked, tested or tuned by (an interval of ± {WIDEST:g} needs {items_needed(criterion.measure)})."
        for criterion, summary in analysis.too_few.items()
    ]
    return [*notes, *_beyond_training(analysis), *_runs_missing(analysis), *protocol.notes]


def _beyond_training(analysis: Analysis) -> list[str]:
    """Return a sentence on the time besides training and tuning."""
    beyond = [run.beyond for label in analysis.settings for run in analysis.runs(label) if run.beyond is not None]
    preparing = analysis.comparison.protocol.preparing
    if not beyond or preparing is None:
        return []
    return [
        f"Beyond training, the runs took {sum(beyond):,.0f} s for compiling, learning curves and scores, and reading "
        f"text and benchmarks {preparing:,.0f} s."
    ]


def _items_counted(analysis: Analysis) -> list[str]:
    """Return a sentence on how many items of each benchmark were scored."""
    counts: dict[str, list[tuple[int, int]]] = {}
    for (_, criterion), summary in analysis.summaries.items():
        if criterion.ranked:
            counts.setdefault(criterion.benchmark, []).append((summary.used, summary.used + summary.missing))
    if not counts:
        return []
    said = []
    for benchmark, found in counts.items():
        least, most = min(found)[0], max(found)[0]
        used = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        said.append(f"{benchmark} {used} of {found[0][1]:,}")
    return [f"Items counted, those whose words all have vectors: {', '.join(said)}."]


def _runs_missing(analysis: Analysis) -> list[str]:
    """Return a sentence for each setting that has fewer runs than seeds, but some."""
    notes = []
    for label in analysis.settings:
        failed, done = analysis.failed(label), len(analysis.runs(label))
        if done and failed:
            notes.append(
                f"{label}: {len(failed)} of {done + len(failed)} runs failed ({failed[0].error}); means are over the "
                "rest."
            )
        if done and analysis.unfinished(label):
            notes.append(f"{label}: {analysis.unfinished(label)} runs are not finished yet.")
    return notes


def remarks(analysis: Analysis) -> list[str]:
    """Return the remarks of the tests, each once, with the differences that it is about."""
    places: dict[str, list[str]] = {}
    for outcome in analysis.outcomes.values():
        for note in outcome.difference.notes:
            places.setdefault(note, []).append(f"{outcome.setting} on {outcome.criterion.benchmark}")
    return [f"{note[0].upper()}{note[1:]} ({'; '.join(names)})." for note, names in places.items()]
