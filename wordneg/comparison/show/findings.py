"""What a comparison found, in sentences: the headline, what to take, what to beware of; and how to read the tables."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from wordneg.common.terminal import line_width, wrapped
from wordneg.comparison.records import NEIGHBORS
from wordneg.comparison.scoring import WIDEST, Criterion, items_needed
from wordneg.comparison.show.statistics import Analysis, Outcome, Results, Summary

__all__ = [
    "ONE_SEED",
    "Findings",
    "cautions",
    "interval_kind",
    "make_findings",
    "percent",
    "remarks",
    "seeds_told",
    "short",
    "table_notes",
]

ONE_SEED = "Each row was trained with one seed; the intervals do not include how much scores vary between seeds."

_NAMED = 3
"""Settings that a sentence names at most."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_LIKELIHOOD = (
    "The likelihood tells how well the whole model, word and output vectors together, predicts words from their "
    "neighbors."
)
_WHAT_THEY_MEASURE = (
    f"{_LIKELIHOOD} Benchmarks tell how well the word vectors alone match people's judgments and solve analogies. "
    "Trust benchmarks if you will use the vectors (as features, for nearest neighbors), the likelihood if the model is "
    "to predict words. The likelihood has many more items, so it also sees differences too small to matter."
)
_OF_NEXT_ITEMS = (
    f"{_LIKELIHOOD} Next items tell how far up a list of recommendations the right one stands: trust them if you will "
    "recommend by these scores. The likelihood is taken over all words, most of which no list shows."
)


@dataclass(frozen=True, repr=False)
class Findings:
    """What a comparison found, as sentences.

    Attributes
    ----------
    headline : str
        Whether any row is better or worse than the baseline by more than chance.
    recommendation : str
        Which row to take, and why.
    cautions : tuple of str
        What limits the headline and the recommendation, each in a sentence or more.
    """

    headline: str
    recommendation: str
    cautions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return wrapped((self.headline, self.recommendation, *self.cautions), line_width())

    __repr__ = __str__

    def to_html(self) -> str:
        """Return them as HTML."""
        return (
            f'<p class="headline">{html.escape(self.headline)}</p>'
            f'<p class="recommendation"><strong>{html.escape(self.recommendation)}</strong></p>'
            + "".join(f'<p class="caution">{html.escape(caution)}</p>' for caution in self.cautions)
        )

    _repr_html_ = to_html


def make_findings(comparison: Results | Analysis, level: float | None = None) -> Findings:
    """Return what was found, for all places where a comparison is shown.

    For parameters and errors see `make_table`.
    """
    analysis = Analysis.of(comparison, level)
    if not analysis.tested:
        return Findings(
            "There are no differences to report. They need scores of the baseline and of another row, on a "
            "benchmark with enough items or on held-out text.",
            "No recommendation: no difference could be tested.",
            tuple(cautions(analysis)),
        )
    headline = " ".join([*_headline(analysis), *_left_out(analysis)])
    return Findings(headline, _recommendation(analysis), tuple(cautions(analysis)))


def _left_out(analysis: Analysis) -> list[str]:
    """Return sentences on what the intervals do not contain."""
    left_out = []
    if analysis.single_seed:
        left_out.append(ONE_SEED)
    if analysis.comparison.tunings:
        left_out.append(
            f"Tuning confirmed each new {_tuned(analysis)} with {_tuning_seeds(analysis)}; the intervals do not "
            "include the uncertainty of that choice."
        )
    return left_out


def _tuned(analysis: Analysis) -> str:
    """Return what was tuned, in words."""
    return joined(analysis.comparison.request.tuned or ("value",))


def _tuning_seeds(analysis: Analysis) -> str:
    """Return how many seeds tuning used at most, in words."""
    found = {tuning.row: tuning.seeds for tuning in analysis.comparison.tunings}
    most = max(found.values())
    if most == 1:
        return "one seed"
    return f"up to {_number(most)} seeds{', the baseline with one' if found.get(analysis.baseline) == 1 else ''}"


def _benchmarks(analysis: Analysis) -> list[Criterion]:
    """Return the benchmarks by which differences were tested."""
    return list(dict.fromkeys(one.criterion for one in analysis.tested if one.criterion.is_benchmark))


def _others(analysis: Analysis) -> list[str]:
    """Return the rows that were tested."""
    return list(dict.fromkeys(one.row for one in analysis.tested))


def _headline(analysis: Analysis) -> list[str]:
    """Return a sentence on the benchmarks, and one on held-out text."""
    sentences = []
    if _benchmarks(analysis):
        better, worse = (_moved(analysis, True, sign) for sign in (1, -1))
        gains = _listed(analysis, better, "better") if better else _none(analysis)
        sentences.append("; ".join([gains, *([_listed(analysis, worse, "worse")] if worse else [])]) + ".")
    if any(not one.criterion.is_benchmark for one in analysis.tested):
        said = _moved(analysis, True, 1)
        parts = []
        for sign, how in ((1, "better"), (-1, "worse")):
            found = _moved(analysis, False, sign)
            if found:
                verb = "predicts" if len(found) == 1 else "predict"
                taking = _taking(analysis, found) if sign > 0 and not said.keys() & found.keys() else ""
                parts.append(f"{joined(_some(found))} {verb} held-out text {how} ({_amounts(found)}){taking}")
        sentences.append(("; ".join(parts) or "No significant difference in predicting held-out text") + ".")
    return sentences


def _recommendation(analysis: Analysis) -> str:
    """Return which row to take, and why, in a sentence."""
    baseline, benchmarks, others = analysis.baseline, _benchmarks(analysis), _others(analysis)
    if baseline in analysis.at_edge:
        return (
            f"No recommendation: the best {joined(analysis.at_edge[baseline])} of {baseline}, the baseline, is at the "
            "edge of the values tried, so differences from it may come from tuning."
        )
    gains, losses = _moved(analysis, True, 1), _moved(analysis, True, -1)
    mixed = [label for label in gains if label in losses]
    gains = {label: found for label, found in gains.items() if label not in losses}
    by_neighbors = [
        label for label, found in gains.items() if {one.criterion.benchmark for one in found} == {NEIGHBORS}
    ]
    if len(benchmarks) > 1:  # others say what vectors are good for, and do not say that these are better
        gains = {label: found for label, found in gains.items() if label not in by_neighbors}
    text = _moved(analysis, False, 1)
    if gains:
        best, *rest = gains
        where = _on([one.criterion for one in gains[best]], "", len(benchmarks))
        worse = "" if len(gains[best]) == len(benchmarks) else ", worse on none"
        reason = f"it is significantly better than {baseline} on {where}{worse}"
        taking = _taking(analysis, {best: gains[best]}).replace(" and", ", and", 1)
        also = f" (whether it is also better than {joined(_some(rest))} was not tested)" if rest else ""
        return f"Take {best}: {reason}{taking}{also}."
    if not benchmarks:
        if not text:
            return f"Take {baseline}: no other {_noun(analysis)} predicts held-out text significantly better."
        best = next(iter(text))
        return f"Take {best} if the model is to predict words; no benchmark tells which word vectors are better."
    if mixed:
        moved = (_moved(analysis, True, sign)[mixed[0]] for sign in (1, -1))
        better, worse = (_on([one.criterion for one in outcomes], "") for outcomes in moved)
        return (
            f"Take {baseline}, or {mixed[0]} if what counts is {better}: it is significantly better there, and worse "
            f"on {worse}."
        )
    if by_neighbors:
        return (
            f"Take {baseline}, or {by_neighbors[0]} if what counts is which words stand together: it is significantly "
            f"better on {NEIGHBORS}, and on no other benchmark."
        )
    slower = [analysis.slowness(label) for label in others]
    fastest = ", and none trains clearly faster" if all(slow is None or slow > 0.95 for slow in slower) else ""
    otherwise = f"; take {next(iter(text))} only if the model is to predict words" if text else ""
    none = f"no other {_noun(analysis)} is" if len(others) > 1 else f"{others[0]} is not"
    return f"Take {baseline}: {none} significantly better on the benchmarks{fastest}{otherwise}."


def _none(analysis: Analysis) -> str:
    others, where = _others(analysis), _on(_benchmarks(analysis), "the")
    who = f"No {_noun(analysis)} is" if len(others) > 1 else f"{others[0]} is not"
    return f"{who} significantly better than {analysis.baseline} on {where}"


def _moved(analysis: Analysis, benchmarks: bool, sign: int) -> dict[str, list[Outcome]]:
    """Return the outcomes in a direction by row, the most and largest first."""
    found = {
        label: [
            one
            for one in analysis.tested
            if one.row == label and one.criterion.is_benchmark == benchmarks and one.direction == sign
        ]
        for label in _others(analysis)
    }
    kept = [label for label in found if found[label]]
    kept.sort(key=lambda label: (-len(found[label]), -abs(fmean(one.difference.estimate for one in found[label]))))
    return {label: found[label] for label in kept}


def _listed(analysis: Analysis, moved: dict[str, list[Outcome]], how: str) -> str:
    """Return who is better or worse on which benchmarks, by how much."""
    parts = []
    for label in list(moved)[:_NAMED]:
        outcomes = moved[label]
        where = _on([one.criterion for one in outcomes], "", len(_benchmarks(analysis)))
        taking = _taking(analysis, {label: outcomes}) if how == "better" else ""
        parts.append(f"{label} is significantly {how} on {where} ({_amounts({label: outcomes})}){taking}")
    if parts and how == "better":
        parts[0] = parts[0].replace("better on", f"better than {analysis.baseline} on", 1)
    more = [f"{len(moved) - _NAMED} more are {how} on some"] if len(moved) > _NAMED else []
    return "; ".join([*parts, *more])


def _taking(analysis: Analysis, moved: dict[str, list[Outcome]]) -> str:
    """Return how long the rows take; nothing if that is not known, or the same."""
    slow = [analysis.slowness(label) for label in list(moved)[:_NAMED]]
    if any(one is None for one in slow):
        return ""
    times = [f"{one:.1f}" for one in slow if one is not None]
    if set(times) == {"1.0"}:
        return ""
    verb = "takes" if len(times) == 1 else "take"
    return f" and {verb} {times[0] if len(set(times)) == 1 else joined(times)} times as long"


def _noun(analysis: Analysis) -> str:
    """Return what the rows are, all in all: samplers if they differ in nothing else."""
    rows = analysis.comparison.request.rows.values()
    rest = [{name: value for name, value in one.items() if name not in ("sampler", "objective")} for one in rows]
    samplers = [one.get("sampler") for one in rows]
    only = all(one == rest[0] for one in rest) and None not in samplers
    return "sampler" if only and all(samplers.count(one) == 1 for one in samplers) else "row"


def _some(labels: Iterable[str]) -> list[str]:
    """Return labels, cut after some."""
    named = list(labels)
    return named if len(named) <= _NAMED else [*named[: _NAMED - 1], f"{len(named) - _NAMED + 1} more"]


def _on(criteria: Sequence[Criterion], article: str, of: int = 0) -> str:
    """Return benchmarks in words: their names, or their number if they are all."""
    names = list(dict.fromkeys(one.benchmark for one in criteria))
    if article and len(names) > 1:
        return f"{article} {_number(len(names))} benchmarks"
    if len(names) == of > 1:
        return "both benchmarks" if of == 2 else f"all {_number(of)} benchmarks"
    return joined(names)


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _amounts(moved: dict[str, list[Outcome]]) -> str:
    """Return differences: one for each row, or the range of several."""
    values = [[float(one.difference.estimate) for one in outcomes] for outcomes in list(moved.values())[:_NAMED]]
    unit = next(iter(moved.values()))[0].criterion.of.unit
    flat = sorted((value for group in values for value in group), key=abs)
    digits = 2 if abs(flat[-1]) >= 0.095 and abs(flat[0]) >= 0.0095 else 3
    if len(values) == 1 and len(flat) > _NAMED:
        return f"{short(flat[0], digits)} to {short(flat[-1], digits)}{unit}"
    return ", ".join(short(value, digits) for group in values for value in group) + unit


def short(value: float, digits: int = 3) -> str:
    """Return a difference as it reads in a sentence, with a minus sign that is no hyphen."""
    return f"{value:+.{digits}f}".replace("-", "−")


def joined(names: Sequence[str]) -> str:
    """Return names with commas and an "and"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def percent(level: float) -> str:
    """Return a confidence level as text: 95%, 99.9%."""
    return f"{100 * level:g}%"


def seeds_told(analysis: Analysis) -> str:
    """Return how many seeds there are: 1 seed, 5 seeds."""
    number = len(analysis.comparison.request.seeds)
    return f"{number} {'seed' if number == 1 else 'seeds'}"


def interval_kind(analysis: Analysis) -> str:
    """Return what intervals are over."""
    return "items alone" if analysis.single_seed else "seeds and items"


# --- what to beware of ----------------------------------------------------------------------------


def cautions(analysis: Analysis) -> list[str]:
    """Return what limits the findings, each in a sentence or more."""
    told = [
        f"{label}: the best {joined(names)} is at the edge of the values tried. Its differences may come from tuning, "
        "so they are not marked."
        for label, names in analysis.at_edge.items()
    ]
    told += [
        f"{label}: {kept} kept the values that it began with, as no gain by tuning exceeded the noise, and {other} got "
        "other values. Differences between them may come from tuning, so they are not marked."
        for label, (kept, other) in analysis.half_tuned.items()
    ]
    told += _contradictions(analysis)
    told += [
        f"{criterion.benchmark}: {summary.used:,} of {summary.used + summary.missing:,} items have known words. That "
        f"is too few to rank, test or tune by: an interval of ± {WIDEST:g} needs {items_needed(criterion.measure)}."
        for criterion, summary in analysis.too_few.items()
    ]
    return [*told, *_disagreement(analysis)]


def _contradictions(analysis: Analysis) -> list[str]:
    """Return a sentence for each row that held-out text and a benchmark contradict each other about."""
    told = []
    for label in analysis.labels:
        doubtful = [
            one
            for one in analysis.outcomes.values()
            if one.row == label and one.doubt == "contradiction" and one.significant
            if one.criterion.of.of_all_words
        ]
        if doubtful:
            found = joined([f"{one.criterion.benchmark} {short(one.difference.estimate)}" for one in doubtful])
            told.append(
                f"{label}: held-out text and benchmarks contradict each other ({found}), so no difference is marked."
            )
    return told


def _disagreement(analysis: Analysis) -> list[str]:
    """Return what likelihood and benchmarks measure, if they do not say the same of a row."""
    verdicts: dict[str, dict[bool, set[int]]] = {}
    for one in analysis.tested:
        if one.doubt not in ("edge", "tuning"):
            sign = (1 if one.difference.estimate > 0 else -1) if one.significant else 0
            verdicts.setdefault(one.row, {}).setdefault(one.criterion.is_benchmark, set()).add(sign)
    differing = [
        label for label, found in verdicts.items() if len(found) == 2 and found[True] - {0} != found[False] - {0}
    ]
    if not differing:
        return []
    other = [one for one in _benchmarks(analysis) if one.measure not in ("auc", "ndcg")]
    next_items = not other and any(one.measure == "ndcg" for one in _benchmarks(analysis))
    measured = _OF_NEXT_ITEMS if next_items else _WHAT_THEY_MEASURE
    return [f"Held-out likelihood and benchmarks do not say the same about {joined(_some(differing))}. {measured}"]


# --- how to read the tables -----------------------------------------------------------------------


def table_notes(analysis: Analysis) -> list[str]:
    """Return the notes below the table of scores."""
    means, over = "Means over seeds", "seeds and items; over seeds where there are no items"
    if analysis.single_seed:
        means, over = "Scores", "items alone"
    notes = [
        f"{means} ± half the {percent(analysis.level)} interval (over {over}). ρ is Spearman's correlation.",
        f"▲ significantly better, ▼ significantly worse than {analysis.baseline}, after Holm's correction over the "
        "whole table. The tests compare item by item, so they see more than the intervals do. Not significant does "
        "not mean equal.",
    ]
    if not analysis.runs(analysis.baseline):
        notes.append(f"The baseline, {analysis.baseline}, has no scores, so no differences could be tested.")
    notes += [*cautions(analysis), *_items_counted(analysis)]
    if analysis.comparison.tunings:
        seconds = sum(tuning.seconds for tuning in analysis.comparison.tunings)
        notes.append(
            f"Tuning {_tuned(analysis)} took {seconds:,.0f} s in all, without compiling; training seconds do not "
            f"include it. It confirmed new values with {_tuning_seeds(analysis)}, but intervals and tests do not "
            "include how much its choice varies."
        )
    return [*notes, *_beyond_training(analysis), *_runs_missing(analysis), *analysis.comparison.protocol.notes]


def _beyond_training(analysis: Analysis) -> list[str]:
    """Return a sentence on the time besides training and tuning."""
    beyond = [run.beyond for label in analysis.labels for run in analysis.runs(label) if run.beyond is not None]
    preparing = analysis.comparison.protocol.preparing
    if not beyond or preparing is None:
        return []
    return [
        f"Besides training, the runs took {sum(beyond):,.0f} s for compiling, learning curves and scores; reading "
        f"text and benchmarks took {preparing:,.0f} s."
    ]


def _items_counted(analysis: Analysis) -> list[str]:
    """Return a sentence on how many items of each benchmark were scored."""
    counts: dict[str, list[Summary]] = {}
    for (_, criterion), summary in analysis.summaries.items():
        if criterion.is_benchmark:
            counts.setdefault(criterion.benchmark, []).append(summary)
    if not counts:
        return []
    said = []
    for benchmark, found in counts.items():
        least, most = min(one.used for one in found), max(one.used for one in found)
        used = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        said.append(f"{benchmark} {used} of {found[0].used + found[0].missing:,}")
    return [f"Items scored (all their words have vectors): {', '.join(said)}."]


def _runs_missing(analysis: Analysis) -> list[str]:
    """Return a sentence for each row that has fewer runs than seeds, but some."""
    notes = []
    for label in analysis.labels:
        failed, done = analysis.failed(label), len(analysis.runs(label))
        if done and failed:
            notes.append(
                f"{label}: {len(failed)} of {done + len(failed)} runs failed ({failed[0].error}); means are over the "
                "other runs."
            )
        if done and (left := analysis.unfinished(label)):
            notes.append(f"{label}: {left} {'run is' if left == 1 else 'runs are'} not finished yet.")
    return notes


def remarks(analysis: Analysis) -> list[str]:
    """Return the remarks of the tests, each once, with the differences that it is about."""
    places: dict[str, list[str]] = {}
    for outcome in analysis.outcomes.values():
        for note in outcome.difference.notes:
            places.setdefault(note, []).append(f"{outcome.row} on {outcome.criterion.benchmark}")
    return [f"{note[0].upper()}{note[1:]} ({'; '.join(names)})." for note, names in places.items()]
