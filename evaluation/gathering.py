"""Benchmarks, found and read once, to evaluate many vectors on."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordneg.evaluation.benchmarks import benchmarks_at_hand, kind_of, locate, obtain, recognised
from wordneg.evaluation.catalogue import BENCHMARKS, Kind
from wordneg.evaluation.categorisation import Categories, read_categories
from wordneg.evaluation.download import cache_folder, trusted_checksum
from wordneg.evaluation.lines import counted
from wordneg.evaluation.reading import WordPairs, read_word_pairs
from wordneg.evaluation.reading_analogies import Analogies, read_word_analogies

__all__ = ["BenchmarkSet", "Benchmarks", "Unreadable", "read_benchmarks"]

_READERS: dict[Kind, Callable[[Path], WordPairs | Analogies | Categories]] = {
    "similarity": read_word_pairs,
    "analogy": read_word_analogies,
    "categorisation": read_categories,
}

Benchmarks = str | os.PathLike[str] | WordPairs | Analogies | Categories


@dataclass(frozen=True)
class Unreadable:
    """A benchmark whose file cannot be read.

    Attributes
    ----------
    name : str
        Of the benchmark.
    failure : str
        Why.
    kind : {"similarity", "analogy", "categorisation"}
        What it would ask.
    """

    name: str
    failure: str
    kind: Kind


@dataclass(frozen=True)
class BenchmarkSet:
    """What vectors are evaluated on.

    Attributes
    ----------
    benchmarks : tuple of WordPairs, Analogies, Categories or Unreadable
        In the order in which they were asked for; no two have one name.
    notes : tuple of str
        What a reader of the scores should know.
    """

    benchmarks: tuple[WordPairs | Analogies | Categories | Unreadable, ...]
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
    return BenchmarkSet(read, (*_trusted(sources), *_unrecognised(folder if benchmarks is None else None)))


_Source = tuple[str, Kind, Path | WordPairs | Analogies | Categories]


def _sources(benchmarks: Any, folder: str | os.PathLike[str] | None) -> list[_Source]:
    """Return name, kind and file of what is to be scored, or the benchmark itself."""
    sources: list[_Source]
    if benchmarks is None:
        at_hand = benchmarks_at_hand(folder)
        sources = [(name, BENCHMARKS[name].kind, path) for name, path in at_hand.items()]
        if not sources:
            raise ValueError(
                "no benchmark is at hand: install gensim, which brings three, name one to have it downloaded "
                f"({', '.join(BENCHMARKS)}), or pass the folder or the file of yours"
            )
    else:
        one = isinstance(benchmarks, str | os.PathLike | WordPairs | Analogies | Categories)
        sources = [_source(benchmark, folder) for benchmark in ([benchmarks] if one else benchmarks)]
        if not sources:
            raise ValueError("an empty list of benchmarks: name some, or leave it out for all at hand")
    names = [name for name, *_ in sources]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two benchmarks are called {twice!r}: leave one out, or rename its file")
    return sources


def _source(benchmark: Any, folder: str | os.PathLike[str] | None) -> _Source:
    if isinstance(benchmark, WordPairs):
        return benchmark.name, "similarity", benchmark
    if isinstance(benchmark, Analogies):
        return benchmark.name, "analogy", benchmark
    if isinstance(benchmark, Categories):
        return benchmark.name, "categorisation", benchmark
    if isinstance(benchmark, str) and benchmark in BENCHMARKS:
        return benchmark, BENCHMARKS[benchmark].kind, obtain(benchmark, folder=folder)
    exists = isinstance(benchmark, str | os.PathLike) and Path(benchmark).exists()
    kind = kind_of(Path(benchmark)) if exists else "similarity"
    name, path = locate(benchmark, kind)
    known = recognised(path)
    return known.name if known else name, kind, path


def _read(name: str, kind: Kind, source: Any) -> WordPairs | Analogies | Categories | Unreadable:
    """Return a benchmark under the name that it has in the table."""
    if not isinstance(source, Path):
        return source
    try:
        return dataclasses.replace(_READERS[kind](source), name=name)
    except ValueError as error:
        return Unreadable(name, str(error), kind)


def _trusted(sources: Sequence[_Source]) -> list[str]:
    """Return remarks on downloads that nobody has published a checksum of."""
    folder = cache_folder()
    notes = []
    for name, _, source in sources:
        if isinstance(source, Path) and source.parent == folder and name in BENCHMARKS:
            trusted = trusted_checksum(BENCHMARKS[name], folder)
            if trusted is not None and BENCHMARKS[name].checksum is None:
                notes.append(f"{name}: the download was trusted, for nobody has published a checksum; it has {trusted}")
    return notes


def _unrecognised(folder: str | os.PathLike[str] | None) -> list[str]:
    """Return a remark on the files of a folder that no benchmark's name fits."""
    if folder is None:
        return []
    strangers = [path.name for path in sorted(Path(folder).iterdir()) if path.name[0] != "." and not recognised(path)]
    if not strangers:
        return []
    shown = ", ".join(strangers[:5]) + (", ..." if len(strangers) > 5 else "")
    return [
        f"{counted(len(strangers), 'file')} in {os.fspath(folder)} not recognised by name ({shown}): to score one, "
        f"name it"
    ]
