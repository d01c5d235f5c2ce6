"""`reproduce`: a paper's table, run again; and `Reproduction`: its numbers beside ours, and how the two differ."""

from __future__ import annotations

import inspect
import json
import math
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.common.terminal import line_width
from wordneg.comparison.comparing import call_of, compare
from wordneg.comparison.making import encoded, make, prepared
from wordneg.comparison.papers import Paper, PaperRow, Published, find_paper
from wordneg.comparison.plan import source_of
from wordneg.comparison.records import Run
from wordneg.comparison.request import Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.show.formats import Cell, Column, Row, Table, escape_markdown
from wordneg.comparison.trainers import TEXT_OPTIONS
from wordneg.evaluation.significance import Interval, seed_interval, welch
from wordneg.word2vec.parameters import Parameters

__all__ = ["Reproduction", "check_reproduction", "make_gains", "make_reproduced", "reproduce"]

_PAPER_RATE, _TUNED = "paper-rate", "tuned"  # the folders of the two comparisons
_LEVEL = 0.95
_NO_MATTER = ("seed", "workers", "compute_loss", "min_count")


def reproduce(
    name: str,
    corpus: Any,
    *,
    seeds: int | Sequence[int] = 3,
    epochs: int = 5,
    tune: str | None = "alpha",
    tune_words: int | None = None,
    size: str | None = None,
    benchmarks: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Any = None,
    progress: bool | None = None,
    command: str | None = None,
    **options: Any,
) -> Reproduction:
    """Run the protocol of a paper's table on a corpus, and put the paper's numbers beside the results.

    It is run once at the paper's learning rate, and once with each row at its own best rate: a row that pulls its
    positives harder does better or worse at a shared rate than it would at its own.

    Parameters
    ----------
    name : str
        The name of the paper, see `wordneg.comparison.PAPERS`: "optrank".
    corpus : corpus or TokenStore
        Anything that `Word2Vec` takes; it is encoded once.
    seeds : int or sequence of int
        The number of seeds (1, 2, …), or the seeds themselves.
    epochs : int
        Passes over the corpus.
    tune : str, optional
        The argument of `Word2Vec` that is tuned for each row in the second comparison. None: there is only the
        comparison at the paper's rate.
    tune_words : int, optional
        The number of words that the tuning of a row may train on, see `compare`.
    size : str, optional
        The paper's corpus whose numbers are shown beside ours, such as "128M"; by default the nearest in size.
    benchmarks : sequence of str, optional
        Which of the paper's benchmarks; those that are not at hand are downloaded. By default all, and they have to be
        at hand.
    folder : path, optional
        A folder with benchmark files, recognized by their names.
    out : path, optional
        A folder for the two comparisons, each in a folder of its own. If they were begun there already, they go on
        where they stopped.
    executor, progress, command
        See `compare`.
    **options
        Other arguments of `Word2Vec`, such as `workers` and `min_count`. One that differs from the paper's protocol
        is listed among the differences.

    Returns
    -------
    Reproduction
        If interrupted by Ctrl-C, it has the runs finished so far.

    Raises
    ------
    TypeError, ValueError
        If there is no such paper, size or benchmark, an argument is unknown, one of the paper's, of the wrong kind or
        out of range; or `out` holds another comparison.
    FileNotFoundError
        If a benchmark is not at hand, and `benchmarks` is not given.
    KeyboardInterrupt
        If interrupted before a run was finished.
    OSError
        If the corpus cannot be read, a download failed, or the results cannot be written.
    """
    paper, requests = _asked(name, {"seeds": seeds, "epochs": epochs, **options}, tune, tune_words, size, benchmarks)
    chosen = paper.chosen_benchmarks(benchmarks, folder)
    places = [None if out is None else Path(out) / part for part in (_PAPER_RATE, _TUNED)]
    asked = []
    for request, place in zip(requests, places, strict=False):
        called = {"samplers": [dict(row.sampler) for row in paper.rows], "benchmarks": list(chosen), "folder": folder}
        called |= {"held_out": None, "tune": request.tune, "tune_words": request.tune_words}
        called |= {"seeds": seeds, "epochs": epochs, **paper.options, **options}
        told = call_of({"corpus": corpus, **called}) if command is None else command
        source = request.source | source_of(corpus, options)
        request = replace(request, benchmarks=chosen, folder=folder, command=told, source=source)
        prepared(request, place)  # another comparison in the second folder is told before the first is made
        asked.append((request, place))
    store = encoded(asked[0][0], corpus, {name: options[name] for name in TEXT_OPTIONS if name in options})
    made: list[Comparison] = []
    for request, place in asked:
        if made and made[-1].missing:
            break
        with suppress(*([KeyboardInterrupt] if made else [])):  # the first is there, and it says what is missing
            made.append(make(request, store, out=place, executor=executor, progress=progress))
    return Reproduction(
        paper=paper,
        size=paper.nearest_size(store.raw_tokens) if size is None else size,
        words_read=store.raw_tokens,
        least_count=int(store.vocabulary.counts.min()),
        benchmarks=chosen,
        tune=tune,
        at_rate=made[0],
        tuned=made[1] if len(made) > 1 else None,
    )


def check_reproduction(
    name: str,
    *,
    tune: str | None = "alpha",
    tune_words: int | None = None,
    size: str | None = None,
    benchmarks: Sequence[str] | None = None,
    **own: Any,
) -> Paper:
    """Return the paper, or raise as `reproduce` does for arguments that are wrong in themselves."""
    return _asked(name, own, tune, tune_words, size, benchmarks)[0]


def _asked(
    name: str,
    own: Mapping[str, Any],
    tune: str | None,
    tune_words: int | None,
    size: str | None,
    benchmarks: Sequence[str] | None,
) -> tuple[Paper, list[Request]]:
    """Return the paper, and what the comparison at its rate asks for, and the tuned one, if there is one."""
    paper = find_paper(name)
    if size is not None:
        paper.checked_size(size)
    paper.check_benchmarks(benchmarks)
    for option, value in own.items():
        if option in inspect.signature(compare).parameters and option not in ("seeds", "epochs"):
            raise SettingTypeError(
                f"reproduce has no argument {option!r}: the paper decides it; wordneg.compare has it"
            )
        if isinstance(value, list | tuple) and option != "seeds":
            raise SettingError(
                "got ", Given(option, value), ", a list: the paper's rows are what is compared; give one value"
            )
    if tune is not None and not isinstance(tune, str):
        one = Given("tune", "alpha")
        raise SettingTypeError(
            "got ", Given("tune", tune), ", expected one setting such as ", one, "; compare tunes several"
        )
    samplers = [dict(row.sampler) for row in paper.rows]
    common: dict[str, Any] = {"held_out": None, "benchmarks": list(paper.benchmarks), **paper.options, **own}
    requests = [Request.of(samplers, tune=None, **common)]  # the paper trains on the whole text
    if tune is not None:
        requests.append(Request.of(samplers, tune=tune, tune_words=tune_words, **common))
    return paper, requests


@dataclass(frozen=True, eq=False, repr=False)
class Reproduction:
    """A paper's table, run again.

    Attributes
    ----------
    paper : Paper
        The protocol and the paper's numbers.
    size : str
        The paper's corpus whose numbers stand beside ours.
    words_read, least_count : int
        Words of our corpus, rare ones included; and the number of occurrences of the rarest word trained on.
    benchmarks : tuple of str
        The benchmarks of the paper that were used.
    tune : str or None
        The argument that is tuned for each row in the second comparison; None if there is none.
    at_rate : Comparison
        The comparison with all rows at the paper's learning rate.
    tuned : Comparison or None
        The comparison with each row at its own best; None if that was not asked for, or has not begun.
    """

    paper: Paper
    size: str
    words_read: int
    least_count: int
    benchmarks: tuple[str, ...]
    tune: str | None
    at_rate: Comparison
    tuned: Comparison | None

    @property
    def missing(self) -> int:
        """The number of runs that are still to be made."""
        if self.tune is None:
            return self.at_rate.missing
        rows, seeds = len(self.paper.rows), len(self.at_rate.request.seeds)
        return self.at_rate.missing + (rows * seeds if self.tuned is None else self.tuned.missing)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons that were begun."""
        return (self.at_rate,) if self.tuned is None else (self.at_rate, self.tuned)

    @property
    def complete(self) -> bool:
        """Whether all of the paper's benchmarks were used, so that the means are over the same sets."""
        return self.benchmarks == self.paper.benchmarks

    def label_of(self, row: PaperRow) -> str:
        """Return the label that a row of the paper has in both comparisons."""
        return list(self.at_rate.request.rows)[self.paper.rows.index(row)]

    def values(self, comparison: Comparison, row: PaperRow) -> dict[str, tuple[float, ...]]:
        """Return our scores for a row.

        Parameters
        ----------
        comparison : Comparison
            `at_rate` or `tuned`.
        row : PaperRow
            A row of the paper.

        Returns
        -------
        dict of str to tuple of float
            For "analogies" the accuracy, for "similarity" the mean of Spearman's correlations over the benchmarks: of
            each run, in the order of seeds. A run that has no score on one of the benchmarks is left out.
        """
        label = self.label_of(row)
        runs = [run for run in comparison.runs if run.row == label and run.status == "done"]
        sets = {
            "analogies": [(name, "accuracy") for name in self.benchmarks if name == self.paper.analogies],
            "similarity": [(name, "spearman") for name in self.benchmarks if name in self.paper.similarity],
        }
        means = {measure: [_mean(run, names) for run in runs] for measure, names in sets.items()}
        return {measure: tuple(filter(math.isfinite, found)) for measure, found in means.items()}

    def unscored(self) -> tuple[str, ...]:
        """Return the benchmarks on which a finished run has no score; the comparisons' notes say why."""
        runs = [run for comparison in self.comparisons for run in comparison.runs]
        scores = [score for run in runs for score in run.scores if score.band == "all"]
        missing = {score.benchmark for score in scores if score.value is None}
        return tuple(name for name in self.benchmarks if name in missing)

    def differences(self) -> tuple[str, ...]:
        """Return how this differs from the paper: a sentence or more each."""
        return (*self._of_text_and_settings(), *self.paper.differences, *self._of_evaluation_and_rows())

    def _of_text_and_settings(self) -> Iterator[str]:
        protocol, paper = self.at_rate.protocol, self.paper
        yield (
            f"Corpus: the paper has {paper.corpus}; {self.size} should be about "
            f"{paper.sizes[self.size] / 1e6:,.0f} million. Here it is {protocol.corpus}, {self.words_read / 1e6:,.3g} "
            f"million words; {protocol.words:,} are trained on in an epoch, {protocol.vocabulary:,} of them distinct."
            f" The paper does not say which words are too rare; here the rarest occurs {self.least_count} times."
        )
        here = next(iter(self.at_rate.request.rows.values()))
        for name, published in paper.options.items():
            if here[name] != published:
                yield f"{name}: {published:g} in the paper, {here[name]:g} here."
        for name, known in paper.unstated.items():
            yield f"{name}: the paper does not say; {known}. Here {here[name]}."
        for name, standard in Parameters().as_dict().items():
            if name not in {*paper.options, *paper.unstated, *_NO_MATTER} and here[name] != standard:
                yield f"{name}: {here[name]!r} here, instead of wordneg's default {standard!r}."

    def _of_evaluation_and_rows(self) -> Iterator[str]:
        yield f"Evaluation here: {self.at_rate.protocol.policy}."
        if not self.complete:
            left_out = [name for name in self.paper.benchmarks if name not in self.benchmarks]
            yield f"Left out here: {', '.join(left_out)}. A mean over fewer sets is not the paper's."
        if self.tune is not None:
            published = self.paper.options.get(self.tune)
            protocol = "does not tune" if published is None else f"has {self.tune} = {published:g}"
            yield (
                f"Tuned rows have no counterpart in the paper, whose protocol {protocol}. They are tuned on a part of "
                "the text, by one half of each benchmark, and their scores are of the other."
            )
        for row in self.paper.rows:
            yield f"{row.label}, here {self.label_of(row)}: {row.difference}."

    # --- as text ------------------------------------------------------------------------------------

    def tables(self) -> tuple[Table, Table]:
        """Return the paper's numbers beside ours, and what each row gains over the first, there and here.

        Each has `to_text`, `to_markdown`, `to_latex`, `to_csv`, `to_json`, `to_html` and `to_dataframe`.
        """
        return make_reproduced(self), make_gains(self)

    def __repr__(self) -> str:
        state = f": {self.missing} runs still to be made" if self.missing else ""
        return f"Reproduction({self.paper.name!r} on {self.at_rate.protocol.corpus!r}{state})"

    def __str__(self) -> str:
        listed = [
            textwrap.fill(f"* {text}", line_width(), subsequent_indent="  ", break_long_words=False)
            for text in self.differences()
        ]
        differences = "\n".join(["How it differs from the paper:", *listed])
        return "\n\n".join([*(table.to_text() for table in self.tables()), differences])

    def to_json(self) -> str:
        """Return all numbers, unrounded, and the differences as JSON."""
        numbers, gains = (json.loads(table.to_json()) for table in self.tables())
        content = {
            "paper": self.paper.name,
            "citation": self.paper.citation,
            "size": self.size,
            "table": numbers,
            "gains": gains,
            "differences": list(self.differences()),
        }
        return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)

    def to_markdown(self) -> str:
        """Return a page: both tables, the differences, and all that was measured."""
        numbers, gains = self.tables()
        parts = [
            f"# {self.paper.title}, run again",
            f"{self.paper.citation}. {self.paper.table}.",
            numbers.to_markdown(),
            gains.to_markdown(),
            "## How it differs from the paper",
            "\n".join(f"* {escape_markdown(text)}" for text in self.differences()),
            "## All that was measured, at the paper's learning rate",
            self.at_rate.to_markdown(),
        ]
        if self.tuned is not None:
            parts += [f"## All that was measured, each row at its own best {self.tune}", self.tuned.to_markdown()]
        made_by = [comparison.request.command for comparison in self.comparisons]
        protocol = self.at_rate.protocol
        versions = ", ".join(f"{name} {version}" for name, version in protocol.versions.items())
        made = f"{protocol.machine}; {versions}; begun {protocol.started}; corpus {protocol.fingerprint}."
        parts += ["## How it was made", "\n".join(["```", *dict.fromkeys(made_by), "```"]), escape_markdown(made)]
        return "\n\n".join(part.strip() for part in parts) + "\n"


# --- tables ------------------------------------------------------------------------------------------


def make_reproduced(reproduction: Reproduction) -> Table:
    """Return a table of the paper's numbers beside ours: means over seeds, with intervals if there are several."""

    def ours(comparison: Comparison, row: PaperRow, measure: str) -> Cell:
        values = reproduction.values(comparison, row)[measure]
        if not values:
            return Cell()
        return _cell(fmean(values), seed_interval(values, _LEVEL) if len(values) > 1 else None)

    paper, number = reproduction.paper, len(reproduction.at_rate.request.seeds)
    tuned = "" if reproduction.tuned is None else f" Tuned: each row at its own best {reproduction.tune}."
    over = f"Ours are means over {number} seeds ± half the {_LEVEL:.0%} interval over seeds (Student's t)."
    notes = (
        f"Analogies: accuracy. Similarity: the mean of Spearman's correlations on {len(paper.similarity)} sets. The "
        f"paper's numbers are for its corpus of {reproduction.size}. Here: all rows at one learning rate.{tuned}",
        over if number > 1 else "Ours are of one seed: another may give another order.",
        *_missing(reproduction),
    )
    published = {row.label: row.published[reproduction.size] for row in paper.rows}
    title = f"{paper.title}, and the same on {reproduction.at_rate.protocol.corpus}"
    return _with_tuned(_table(reproduction, title, published, ours, notes), reproduction)


def make_gains(reproduction: Reproduction) -> Table:
    """Return a table of how much each row exceeds the first, in the paper and here."""
    base, *others = reproduction.paper.rows
    theirs = base.published[reproduction.size]

    def ours(comparison: Comparison, row: PaperRow, measure: str) -> Cell:
        first, second = (reproduction.values(comparison, one)[measure] for one in (row, base))
        if not first or not second:
            return Cell()
        found = welch(first, second, _LEVEL)
        return _cell(found.estimate, found.interval, "{:+.3f}")

    published = {row.label: np.subtract(row.published[reproduction.size], theirs).tolist() for row in others}
    notes = (f"± half the {_LEVEL:.0%} interval over seeds (Welch's t). The paper has no intervals.",)
    several = len(reproduction.at_rate.request.seeds) > 1
    title = f"What each row gains over {base.label}"
    return _table(reproduction, title, published, ours, notes if several else (), "{:+.3f}")


def _table(
    reproduction: Reproduction,
    title: str,
    published: Mapping[str, Sequence[float]],
    ours: Callable[[Comparison, PaperRow, str], Cell],
    notes: tuple[str, ...],
    form: str = "{:.3f}",
) -> Table:
    """Return a table with, for each measure, a column of the paper's numbers and one or two of ours."""
    parts = list(zip(("here", "tuned"), reproduction.comparisons, strict=False))
    columns, rows = [], []
    for measure in Published._fields:
        columns.append(Column(f"{measure}_paper", f"{measure}: paper"))
        columns += [Column(f"{measure}_{name}", name) for name, _ in parts]
    for row in reproduction.paper.rows:
        if row.label in published:
            cells = []
            for measure, value in zip(Published._fields, published[row.label], strict=True):
                cells.append(_cell(value, None, form))
                cells += [ours(comparison, row, measure) for _, comparison in parts]
            rows.append(Row(row.label, tuple(cells)))
    return Table(title, tuple(columns), tuple(rows), notes)


def _with_tuned(table: Table, reproduction: Reproduction) -> Table:
    """Return the table with one more column: the value that tuning found for each row."""
    if reproduction.tuned is None or reproduction.tune is None:
        return table
    option = reproduction.tune
    chosen = {tuning.row: tuning.chosen.get(option) for tuning in reproduction.tuned.tunings}
    found = [chosen.get(reproduction.label_of(row)) for row in reproduction.paper.rows]
    cells = [Cell() if value is None else Cell(f"{value:.4g}", value) for value in found]
    rows = [replace(row, cells=(*row.cells, cell)) for row, cell in zip(table.rows, cells, strict=True)]
    return replace(table, columns=(*table.columns, Column(option, f"tuned {option}")), rows=tuple(rows))


def _cell(value: float, interval: Interval | None, form: str = "{:.3f}") -> Cell:
    if interval is None:
        return Cell(form.format(value), value)
    ends = (("low", float(interval.low)), ("high", float(interval.high)))
    return Cell(form.format(value), value, f"{(interval.high - interval.low) / 2:.3f}", ends)


def _missing(reproduction: Reproduction) -> Iterator[str]:
    """Yield what is not in the table, though it should be."""
    for row in reproduction.paper.rows:
        label = reproduction.label_of(row)
        runs = [run for comparison in reproduction.comparisons for run in comparison.runs if run.row == label]
        if failed := [run for run in runs if run.status == "failed"]:
            yield f"{row.label}: {len(failed)} runs failed ({failed[0].error})."
    if unscored := reproduction.unscored():
        yield f"No mean over runs without a score on: {', '.join(unscored)}."
    if reproduction.missing:
        yield f"{reproduction.missing} runs are still to be made."


def _mean(run: Run, names: list[tuple[str, str]]) -> float:
    """Return the mean of a run's scores on benchmarks, each by its measure; NaN if one has none."""
    scores = {(score.benchmark, score.measure): score.value for score in run.scores if score.band == "all"}
    found = [scores.get(name) for name in names]
    known = [value for value in found if value is not None]
    return fmean(known) if known and len(known) == len(found) else math.nan
