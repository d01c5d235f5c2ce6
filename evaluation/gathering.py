"""Benchmarks, found and read once, to evaluate many vectors on."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from wordneg.evaluation.analogies.reading import read_word_analogies
from wordneg.evaluation.benchmarks.catalog import BENCHMARKS, Kind
from wordneg.evaluation.benchmarks.download import cache_folder, trusted_checksum
from wordneg.evaluation.benchmarks.files import benchmarks_at_hand, kind_of, locate, obtain, recognized
from wordneg.evaluation.categorization.reading import read_categories
from wordneg.evaluation.contract import DEFAULTS, Benchmark, Options
from wordneg.evaluation.messages import counted
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.similarity.reading import read_word_pairs
from wordneg.evaluation.words import KnownWords

__all__ = ["BenchmarkSet", "Benchmarks", "Unreadable", "read_benchmarks"]

_READERS: dict[Kind, Callable[[Path], Any]] = {
    "similarity": read_word_pairs,
    "analogy": read_word_analogies,
    "categorization": read_categories,
}

Benchmarks = str | os.PathLike[str] | Benchmark


@dataclass(frozen=True)
class Unreadable:
    """A benchmark whose file cannot be read; bound to words, it has no score.

    Attributes
    ----------
    name : str
        The benchmark's name.
    failure : str
        Why its file cannot be read.
    kind : {"similarity", "analogy", "categorization"}
        What it would ask.
    """

    name: str
    failure: str
    kind: Kind

    def bind(self, words: KnownWords, options: Options = DEFAULTS) -> Unreadable:
        """Return it as it is."""
        return self

    def item_ranks(self, ranks: WordRanks) -> None:
        """Return None: it has no items."""

    def score(self, matrix: Any) -> NoReturn:
        """Raise a ValueError that says why it cannot be read."""
        raise ValueError(self.failure)


@dataclass(frozen=True)
class BenchmarkSet:
    """A set of benchmarks to evaluate vectors on.

    Attributes
    ----------
    benchmarks : tuple of Benchmark
        The benchmarks, in the order in which they were asked for; no two have the same name.
    notes : tuple of str
        What a reader of the scores should know.
    """

    benchmarks: tuple[Benchmark, ...]
    notes: tuple[str, ...] = ()


def read_benchmarks(
    benchmarks: Benchmarks | Iterable[Benchmarks] | None = None, *, folder: str | os.PathLike[str] | None = None
) -> BenchmarkSet:
    """Find and read benchmarks, to evaluate several vectors on them.

    Parameters
    ----------
    benchmarks, folder
        See :func:`wordneg.evaluation.evaluate`.

    Returns
    -------
    BenchmarkSet
        A file that cannot be read is in it as one that says why.

    Raises
    ------
    ValueError
        No or an unknown benchmark, or two of one name.
    OSError
        A file or `folder` that does not exist, or a download that failed.
    """
    sources = _sources(benchmarks, folder)
    read = tuple(_read(*source) for source in sources)
    return BenchmarkSet(read, (*_trusted(sources), *_unrecognized(folder if benchmarks is None else None)))


_Source = tuple[str, Kind, Path | Benchmark]


def _sources(benchmarks: Any, folder: str | os.PathLike[str] | None) -> list[_Source]:
    """Return name, kind and file of what is to be scored, or the benchmark itself."""
    sources: list[_Source]
    if benchmarks is None:
        at_hand = benchmarks_at_hand(folder)
        sources = [(name, BENCHMARKS[name].kind, path) for name, path in at_hand.items()]
    else:
        one = isinstance(benchmarks, str | os.PathLike | Benchmark)
        sources = [_source(benchmark, folder) for benchmark in ([benchmarks] if one else benchmarks)]
        if not sources:
            raise ValueError("an empty list of benchmarks: name some, or leave it out for all at hand")
    names = [name for name, *_ in sources]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two benchmarks are called {twice!r}: leave one out, or rename its file")
    return sources


def _source(benchmark: Any, folder: str | os.PathLike[str] | None) -> _Source:
    if isinstance(benchmark, Benchmark):
        return benchmark.name, benchmark.kind, benchmark
    if isinstance(benchmark, str) and benchmark in BENCHMARKS:
        return benchmark, BENCHMARKS[benchmark].kind, obtain(benchmark, folder=folder)
    exists = isinstance(benchmark, str | os.PathLike) and Path(benchmark).exists()
    kind = kind_of(Path(benchmark)) if exists else "similarity"
    name, path = locate(benchmark, kind)
    known = recognized(path)
    return known.name if known else name, kind, path


def _read(name: str, kind: Kind, source: Path | Benchmark) -> Benchmark:
    """Return a benchmark under the name that it has in the table."""
    if not isinstance(source, Path):
        return source
    try:
        found: Benchmark = dataclasses.replace(_READERS[kind](source), name=name)
    except ValueError as error:
        return Unreadable(name, str(error), kind)
    return found


def _trusted(sources: Sequence[_Source]) -> list[str]:
    """Return remarks on downloads for which nobody has published a checksum."""
    folder = cache_folder()
    notes = []
    for name, _, source in sources:
        if isinstance(source, Path) and source.parent == folder and name in BENCHMARKS:
            trusted = trusted_checksum(BENCHMARKS[name], folder)
            if trusted is not None and BENCHMARKS[name].checksum is None:
                notes.append(f"{name}: the download was trusted, for nobody has published a checksum; it has {trusted}")
    return notes


def _unrecognized(folder: str | os.PathLike[str] | None) -> list[str]:
    """Return a remark on the files of a folder that no benchmark's name fits."""
    if folder is None:
        return []
    strangers = [path.name for path in sorted(Path(folder).iterdir()) if path.name[0] != "." and not recognized(path)]
    if not strangers:
        return []
    shown = ", ".join(strangers[:5]) + (", ..." if len(strangers) > 5 else "")
    return [
        f"{counted(len(strangers), 'file')} in {os.fspath(folder)} not recognized by name ({shown}): to score one, "
        f"name it"
    ]
