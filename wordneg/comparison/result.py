"""Comparison: what `wordneg.compare` returns."""

from __future__ import annotations

import csv
import os
import shutil
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from numpy.typing import NDArray

from wordneg.common.messages import near_misses
from wordneg.comparison.records import Protocol, Run, Score, Tuning
from wordneg.comparison.request import Request
from wordneg.comparison.store import Store
from wordneg.files.atomic import atomic_write

if TYPE_CHECKING:
    from wordneg.comparison.show import Findings

__all__ = ["Comparison"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The results of a comparison: rows trained with several seeds, shown as tables, plots and a report.

    Attributes
    ----------
    request : Request
        What was asked for.
    protocol : Protocol
        How it was made: text, machine, versions, and what a reader of the numbers should know.
    tunings : tuple of Tuning
        What tuning found, in the order of rows; empty if nothing was tuned.
    runs : tuple of Run
        The runs finished so far, in the order of rows and seeds.
    epochs : dict of str to int
        The planned epochs of each row; empty before they are planned.
    store : Store or None
        The folder that it is kept in.

    Examples
    --------
    ::

        comparison = wordneg.compare("news.txt", ["unigram", "optrank"], out="results")
        print(comparison.findings())
        print(comparison.table("differences"))
        comparison.report("report.html")
        same = wordneg.Comparison.open("results")
    """

    request: Request
    protocol: Protocol
    tunings: tuple[Tuning, ...]
    runs: tuple[Run, ...]
    epochs: dict[str, int] = field(default_factory=dict)
    store: Store | None = None

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Return the comparison that a folder holds so far.

        Raises
        ------
        FileNotFoundError
            If there is no comparison in the folder.
        ValueError
            If the folder holds something else, or was written by another version.
        """
        store = Store(Path(folder))
        request, protocol, tunings, runs, epochs = store.read()
        return cls(request, protocol, tuple(tunings), tuple(runs), epochs, store)

    def vanishing(self) -> Self:
        """Return the comparison, whose folder is removed as soon as nobody holds it any more."""
        weakref.finalize(self, shutil.rmtree, str(self.folder), ignore_errors=True)
        return self

    @property
    def folder(self) -> Path | None:
        """The folder that it is kept in."""
        return None if self.store is None else self.store.path

    @property
    def missing(self) -> int:
        """The number of runs that are still to be made."""
        made = {(run.row, run.seed) for run in self.runs if run.status == "failed" or self._has_scores(run)}
        return sum((label, seed) not in made for label in self.request.rows for seed in self.request.seeds_of(label))

    def items(self, run: Run) -> dict[str, NDArray[Any]]:
        """Return the scores of every item of a run's benchmarks.

        Parameters
        ----------
        run : Run
            One of `runs`.

        Returns
        -------
        dict of str to ndarray
            Under the name of each benchmark an (N,) float64 array: the cosine of each pair, 1 or 0 for each
            analogy solved or not, the NDCG of each step, the log-likelihood of each position; NaN where unused.
            Under ``"<benchmark>/gold"``, for similarity, the (N,) float64 ratings.
            Under ``"<benchmark>/cluster"`` int64 ids of what an item shares with others: (N, 2) for the two words of
            a pair or the two pairs of an analogy, (N,) for the sentence of a step or position of held-out text.
            Empty if nothing was kept.
        """
        return {} if self.store is None else self.store.items(run)

    def finished(self) -> dict[tuple[str, int], Run]:
        """Return the runs that need not be made again, by label and seed: failed ones are tried again."""
        has_items = (lambda run: True) if self.store is None else self.store.has_items
        done = (run for run in self.runs if run.status == "done" and has_items(run) and self._has_scores(run))
        return {(run.row, run.seed): run for run in done}

    def _has_scores(self, run: Run) -> bool:
        """Return whether a run was scored on all benchmarks, since one may have been added."""
        return set(self.request.benchmarks) <= {score.benchmark for score in run.scores}

    # --- shown ------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        failed = sum(run.status == "failed" for run in self.runs)
        state = [f"{len(self.runs)} runs"]
        state += [f"{failed} failed"] if failed else []
        state += [f"{self.missing} still to be made"] if self.missing else []
        return f"Comparison({', '.join(self.request.rows)} on {self.protocol.corpus!r}: {', '.join(state)})"

    def __str__(self) -> str:
        from wordneg.comparison import show

        analysis = show.Analysis(self)
        findings, table = show.make_findings(analysis), show.make_table(analysis)
        rest = tuple(note for note in table.notes if note not in findings.cautions)
        return f"{findings}\n\n{replace(table, notes=rest).to_text()}"

    def _repr_html_(self) -> str:
        from wordneg.comparison import show

        analysis = show.Analysis(self)
        return str(show.make_findings(analysis).to_html() + show.make_table(analysis).to_html())

    def findings(self, level: float = 0.95) -> Findings:
        """Return in sentences what was found: whether a row is better by more than chance, and which to take.

        Parameters
        ----------
        level : float
            Differences are significant at 1 - level, after Holm's correction over the whole comparison.

        Returns
        -------
        Findings
            Prints as its sentences; `headline`, `recommendation` and `cautions` are its parts.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1.
        """
        from wordneg.comparison import show

        return show.make_findings(show.Analysis(self, level=level))

    def table(self, kind: str = "scores", **options: Any) -> Any:
        """Return a table.

        It has `to_text`, `to_markdown`, `to_latex`, `to_csv`, `to_json`, `to_html` and `to_dataframe`.

        Parameters
        ----------
        kind : {"scores", "differences", "bands", "tuning"}
            Scores and costs of each row; its differences from the baseline, with intervals and tests; scores of
            rare, middle and frequent words; the values that tuning tried.
        **options
            See `wordneg.comparison.show`.

        Raises
        ------
        ValueError
            If there is no such kind.
        """
        from wordneg.comparison import show

        kinds = {
            "scores": show.make_table,
            "differences": show.make_differences,
            "bands": show.make_bands,
            "tuning": show.make_tuning,
        }
        return _of_kind(kind, kinds)(self, **options)

    # --- taken elsewhere --------------------------------------------------------------------------------

    def records(self) -> list[dict[str, Any]]:
        """Return a row for each score of each run, unrounded: a tidy table.

        Returns
        -------
        list of dict
            With the same names in each: ``row`` (the label), ``seed``, ``status``, ``error``;
            ``benchmark``, ``measure``, ``band``, ``value``, ``used``, ``missing``, as of `Score`; ``seconds``,
            ``words_per_second``, ``peak_memory``, as of `Run`; then the settings of the training, with the values that
            were tuned: ``alpha``, ``window``, ``sampler``, ``sampler.candidates``, …. None where there is none. A run
            without scores has one row.
        """
        told = []
        for run in self.runs:
            facts = {name: getattr(run, name) for name in ("row", "seed", "status", "error")}
            costs = {name: getattr(run, name) for name in ("seconds", "words_per_second", "peak_memory")}
            options = {name: value for name, value in _flat(run.options).items() if name not in facts}
            for score in run.scores or (None,):
                told.append(
                    facts | {one.name: getattr(score, one.name, None) for one in fields(Score)} | costs | options
                )
        names = list(dict.fromkeys(name for record in told for name in record))
        return [dict.fromkeys(names) | record for record in told]

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write `records` as comma-separated values, with a line of names.

        Raises
        ------
        OSError
            If the file cannot be written.
        ValueError
            If the path is that of a file of the comparison itself.
        """
        self._refuse_own(path)
        records = self.records()
        with atomic_write(path, "w") as file:
            writer = csv.DictWriter(file, list(records[0]) if records else ["row"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(records)

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write `records` as a Parquet file.

        Raises
        ------
        ImportError
            If pyarrow is not installed.
        OSError
            If the file cannot be written.
        ValueError
            If the path is that of a file of the comparison itself.
        """
        self._refuse_own(path)
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError as error:
            raise ImportError(
                "Parquet needs pyarrow; install it with: pip install 'wordneg[parquet]'. to_csv has the same without it"
            ) from error
        table = pyarrow.Table.from_pylist(self.records())
        with atomic_write(path) as file:
            pyarrow.parquet.write_table(table, file)

    def to_frame(self) -> Any:
        """Return `records` as a pandas DataFrame.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        from wordneg.comparison.show.formats import frame_of

        return frame_of(self.records(), "records() and to_csv() have the same without it")

    def plan(self) -> str:
        """Return what was asked for as a plan, the text of a TOML file, see `wordneg.comparison.plan`.

        Raises
        ------
        ValueError
            If there is something that no file can hold.
        """
        from wordneg.comparison.plan import plan_text

        return plan_text(self.request)

    def to_markdown(self) -> str:
        """Return the table as Markdown."""
        return str(self.table().to_markdown())

    def to_dataframe(self) -> Any:
        """Return the table as a pandas DataFrame; `to_frame` has the single runs."""
        return self.table().to_dataframe()

    def plot(self, kind: str = "differences", **options: Any) -> Any:
        """Return a matplotlib figure.

        Parameters
        ----------
        kind : {"differences", "quality-time", "curves", "bands"}
            Differences from the baseline with intervals; quality against training time; learning curves over epochs;
            scores of rare, middle and frequent words.
        **options
            See `wordneg.comparison.show`.

        Raises
        ------
        ValueError
            If there is no such kind.
        ImportError
            If matplotlib is not installed.
        """
        from wordneg.comparison import show

        kinds = {
            "differences": show.plot_differences,
            "quality-time": show.plot_quality_time,
            "curves": show.plot_curves,
            "bands": show.plot_bands,
        }
        return _of_kind(kind, kinds)(self, **options)

    def report(self, path: str | os.PathLike[str]) -> None:
        """Write everything as one HTML file that opens offline.

        Raises
        ------
        OSError
            If it cannot be written.
        ValueError
            If the path is that of a file of the comparison itself.
        """
        from wordneg.comparison.show import write_report

        self._refuse_own(path)
        write_report(self, path)

    def _refuse_own(self, path: str | os.PathLike[str]) -> None:
        """Refuse to replace what the comparison is kept in; see `Store.refuse_own`."""
        if self.store is not None:
            self.store.refuse_own(path)


def _flat(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with those of a sampler or objective beside its name: ``sampler``, ``sampler.candidates``."""
    found: dict[str, Any] = {}
    for name, value in options.items():
        if isinstance(value, Mapping):
            found |= {name if key == "name" else f"{name}.{key}": one for key, one in _flat(value).items()}
        else:
            found[name] = value
    return found


def _of_kind(kind: str, kinds: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    if kind not in kinds:
        expected = " or ".join(map(repr, kinds))
        raise ValueError(f"got kind={kind!r}{near_misses(str(kind), kinds)}; expected {expected}")
    return kinds[kind]
