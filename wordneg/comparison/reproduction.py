"""Reproduction: a paper's numbers beside ours, and how the two came about differently."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from wordneg.comparison.papers import Paper, PaperRow
from wordneg.comparison.records import Run
from wordneg.comparison.result import Comparison

if TYPE_CHECKING:
    from wordneg.comparison.presentation import Table

__all__ = ["PAPER_RATE", "TUNED", "Reproduction"]

PAPER_RATE, TUNED = "paper-rate", "tuned"
"""Folders of the two comparisons."""

_WIDTH = 120
_NO_MATTER = ("seed", "workers", "compute_loss", "min_count")


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
        Words of our corpus, rare ones included; and how often the rarest occurs that was trained on.
    benchmarks : tuple of str
        Those of the paper's that were used.
    tune : str or None
        The argument of which each row gets its own best value in the second comparison; None if there is none.
    at_rate : Comparison
        All rows at the paper's learning rate.
    tuned : Comparison or None
        Each row at its own best; None if that was not asked for, or is not begun.
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
        """Runs that are still to be made."""
        if self.tune is None:
            return self.at_rate.missing
        rows, seeds = len(self.paper.rows), len(self.at_rate.protocol.seeds)
        return self.at_rate.missing + (rows * seeds if self.tuned is None else self.tuned.missing)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons that there are."""
        return (self.at_rate,) if self.tuned is None else (self.at_rate, self.tuned)

    @property
    def complete(self) -> bool:
        """Whether all of the paper's benchmarks were used, so that the means are over the same sets."""
        return self.benchmarks == self.paper.benchmarks

    def setting(self, row: PaperRow) -> str:
        """Return the label, in both comparisons, of what stands for a row of the paper."""
        return list(self.at_rate.protocol.settings)[self.paper.rows.index(row)]

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
        label = self.setting(row)
        runs = [run for run in comparison.runs if run.setting == label and run.status == "done"]
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
        return (
            *self._of_corpus(),
            *self._of_options(),
            *self.paper.differences,
            *self._of_evaluation(),
            *self._of_rows(),
        )

    def _of_corpus(self) -> Iterator[str]:
        protocol, paper = self.at_rate.protocol, self.paper
        yield (
            f"Corpus: the paper has {paper.corpus}; {self.size} should be about "
            f"{paper.sizes[self.size] / 1e6:,.0f} million. Here it is {protocol.corpus}, {self.words_read / 1e6:,.3g} "
            f"million words, of which {protocol.words:,} are trained on in an epoch, {protocol.vocabulary:,} different "
            f"ones. The paper does not say which words are too rare; here the rarest occurs {self.least_count} times."
        )

    def _of_options(self) -> Iterator[str]:
        from wordneg.word2vec.parameters import Parameters

        here = next(iter(self.at_rate.protocol.settings.values()))
        for name, published in self.paper.options.items():
            if here[name] != published:
                yield f"{name}: {published:g} in the paper, {here[name]:g} here."
        for name, known in self.paper.unstated.items():
            yield f"{name}: the paper does not say; {known}. Here {here[name]}."
        for name, standard in Parameters().as_dict().items():
            told = name in self.paper.options or name in self.paper.unstated or name in _NO_MATTER
            if not told and here[name] != standard:
                yield f"{name}: {here[name]!r} here, instead of wordneg's default {standard!r}."

    def _of_evaluation(self) -> Iterator[str]:
        yield f"Evaluation here: {self.at_rate.protocol.policy}."
        if not self.complete:
            left_out = [name for name in self.paper.benchmarks if name not in self.benchmarks]
            yield f"Left out here: {', '.join(left_out)}. A mean over fewer sets is not the paper's."
        if self.tune is not None:
            published = self.paper.options.get(self.tune)
            protocol = "does not tune" if published is None else f"has {self.tune} = {published:g}"
            yield (
                f"Tuned rows have no counterpart in the paper, whose protocol {protocol}. They are tuned on a part of "
                "the text, by the benchmarks that are reported."
            )

    def _of_rows(self) -> Iterator[str]:
        for row in self.paper.rows:
            yield f"{row.label}, here {self.setting(row)}: {row.difference}."

    # --- as text ------------------------------------------------------------------------------------

    def tables(self) -> tuple[Table, Table]:
        """Return the paper's numbers beside ours, and what each row gains over the first, there and here.

        Each has `to_text`, `to_markdown`, `to_latex`, `to_csv`, `to_json`, `to_html` and `to_dataframe`.
        """
        from wordneg.comparison.presentation import make_gains, make_reproduced

        return make_reproduced(self), make_gains(self)

    def __repr__(self) -> str:
        state = f": {self.missing} runs still to be made" if self.missing else ""
        return f"Reproduction({self.paper.name!r} on {self.at_rate.protocol.corpus!r}{state})"

    def __str__(self) -> str:
        listed = [
            textwrap.fill(f"* {text}", _WIDTH, subsequent_indent="  ", break_long_words=False)
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
        from wordneg.comparison.presentation.markup import escape_markdown as escaped

        numbers, gains = self.tables()
        parts = [
            f"# {self.paper.title}, run again",
            f"{self.paper.citation}. {self.paper.table}.",
            numbers.to_markdown(),
            gains.to_markdown(),
            "## How it differs from the paper",
            "\n".join(f"* {escaped(text)}" for text in self.differences()),
            "## All that was measured, at the paper's learning rate",
            self.at_rate.to_markdown(),
        ]
        if self.tuned is not None:
            parts += [f"## All that was measured, each row at its own best {self.tune}", self.tuned.to_markdown()]
        made_by = [comparison.protocol.command for comparison in self.comparisons]
        protocol = self.at_rate.protocol
        versions = ", ".join(f"{name} {version}" for name, version in protocol.versions.items())
        made = f"{protocol.machine}; {versions}; begun {protocol.started}; corpus {protocol.fingerprint}."
        parts += ["## How it was made", "\n".join(["```", *dict.fromkeys(made_by), "```"]), escaped(made)]
        return "\n\n".join(part.strip() for part in parts) + "\n"


def _mean(run: Run, names: list[tuple[str, str]]) -> float:
    """Return the mean of a run's scores on benchmarks, each by its measure; NaN if one has none."""
    scores = {(score.benchmark, score.measure): score.value for score in run.scores if score.band == "all"}
    found = [scores.get(name) for name in names]
    known = [value for value in found if value is not None]
    return fmean(known) if known and len(known) == len(found) else math.nan
