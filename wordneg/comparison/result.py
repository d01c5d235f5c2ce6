"""Comparison: what `wordneg.compare` returns."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Self

from wordneg.common.messages import near_misses
from wordneg.comparison.experiment import Experiment
from wordneg.comparison.records import Protocol, Run, Tuning

__all__ = ["Comparison"]


class Comparison:
    """Settings, trained with several seeds and measured: as a table, as plots, as a report.

    Parameters
    ----------
    experiment : Experiment
        The data.
    temporary : bool
        Whether its folder is removed when this is gone.

    Examples
    --------
    ::

        comparison = wordneg.compare("news.txt", ["unigram", "optrank"], out="results")
        print(comparison)
        print(comparison.table("differences"))
        comparison.report("report.html")
        same = wordneg.Comparison.open("results")
    """

    def __init__(self, experiment: Experiment, *, temporary: bool = False) -> None:
        self.experiment = experiment
        if temporary:
            weakref.finalize(self, shutil.rmtree, str(experiment.folder), ignore_errors=True)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Return the comparison of a folder, as far as it has come.

        Raises
        ------
        FileNotFoundError
            If there is none in the folder.
        ValueError
            If what is there is not one.
        """
        return cls(Experiment.open(folder))

    @property
    def protocol(self) -> Protocol:
        """What was compared, and how."""
        return self.experiment.protocol

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in the order of settings and seeds."""
        return self.experiment.runs

    @property
    def tunings(self) -> tuple[Tuning, ...]:
        """What tuning did."""
        return self.experiment.tunings

    @property
    def missing(self) -> int:
        """Runs that are still to be made."""
        protocol = self.protocol
        planned = sum(len(protocol.seeds) if options else 1 for options in protocol.settings.values())
        return planned - len(self.runs)

    def __repr__(self) -> str:
        failed = sum(run.status == "failed" for run in self.runs)
        state = [f"{len(self.runs)} runs"]
        state += [f"{failed} failed"] if failed else []
        state += [f"{self.missing} still to be made"] if self.missing else []
        return f"Comparison({', '.join(self.protocol.settings)} on {self.protocol.corpus!r}: {', '.join(state)})"

    def __str__(self) -> str:
        return str(self.table().to_text())

    def _repr_html_(self) -> str:
        return str(self.table().to_html())

    def table(self, kind: str = "scores", **options: Any) -> Any:
        """Return a table.

        It has `to_text`, `to_markdown`, `to_latex`, `to_csv`, `to_json`, `to_html` and `to_dataframe`.

        Parameters
        ----------
        kind : {"scores", "differences", "bands", "tuning"}
            Scores and costs of each setting; its differences from the baseline, with intervals and tests; scores of
            rare, middle and frequent words; the values that tuning tried.
        **options
            See `wordneg.comparison.presentation`.

        Raises
        ------
        ValueError
            If there is no such kind.
        """
        from wordneg.comparison import presentation

        kinds = {
            "scores": presentation.make_table,
            "differences": presentation.make_differences,
            "bands": presentation.make_bands,
            "tuning": presentation.make_tuning,
        }
        return _of_kind(kind, kinds)(self.experiment, **options)

    def to_markdown(self) -> str:
        """Return the table as Markdown."""
        return str(self.table().to_markdown())

    def to_dataframe(self) -> Any:
        """Return the table as a pandas DataFrame."""
        return self.table().to_dataframe()

    def plot(self, kind: str = "quality-time", **options: Any) -> Any:
        """Return a matplotlib figure.

        Parameters
        ----------
        kind : {"quality-time", "curves", "benchmarks", "bands"}
            Quality against training time; learning curves over epochs; each benchmark with intervals; scores of
            rare, middle and frequent words.
        **options
            See `wordneg.comparison.presentation`.

        Raises
        ------
        ValueError
            If there is no such kind.
        ImportError
            If matplotlib is not installed.
        """
        from wordneg.comparison import presentation

        kinds = {
            "quality-time": presentation.plot_quality_time,
            "curves": presentation.plot_curves,
            "benchmarks": presentation.plot_benchmarks,
            "bands": presentation.plot_bands,
        }
        return _of_kind(kind, kinds)(self.experiment, **options)

    def report(self, path: str | os.PathLike[str]) -> None:
        """Write everything as one HTML file that opens offline.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        from wordneg.comparison.presentation import write_report

        write_report(self.experiment, path)


def _of_kind(kind: str, kinds: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    if kind not in kinds:
        expected = " or ".join(map(repr, kinds))
        raise ValueError(f"got kind={kind!r}{near_misses(str(kind), kinds)}; expected {expected}")
    return kinds[kind]
