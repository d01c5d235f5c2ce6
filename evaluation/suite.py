"""Many benchmarks at once."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from evaluation.analogy import score_word_analogies
from evaluation.bands import Bands, BandScore, WordRanks, band_scores
from evaluation.benchmarks import benchmarks_at_hand, kind_of, locate, obtain, recognised
from evaluation.catalogue import BENCHMARKS, Kind
from evaluation.categorisation import Categories, CategorisationResult, read_categories, score_categories
from evaluation.download import cache_folder, trusted_checksum
from evaluation.lines import counted
from evaluation.outcomes import Evaluation, Outcome, Result
from evaluation.policy import Policy
from evaluation.reading import WordPairs, read_word_pairs
from evaluation.reading_analogies import Analogies, read_word_analogies
from evaluation.similarity import score_word_pairs
from evaluation.solving import find_method
from evaluation.vectors import Vectors, as_vectors

__all__ = ["evaluate"]

_READERS: dict[Kind, Callable[[Path], Any]] = {
    "similarity": read_word_pairs,
    "analogy": read_word_analogies,
    "categorisation": read_categories,
}

Benchmarks = str | os.PathLike[str] | WordPairs | Analogies | Categories


def evaluate(
    vectors: Any,
    benchmarks: Benchmarks | Iterable[Benchmarks] | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    policy: Policy | None = None,
    method: str = "3cosadd",
    bands: Bands | bool = False,
    ranks_of: Any = None,
    seeds: int | Sequence[int] = 10,
) -> Evaluation:
    """Evaluate vectors on many benchmarks.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`evaluation.as_vectors`.
    benchmarks : str, path, WordPairs, Analogies, Categories, or several of them; optional
        Names (one that is not at hand is downloaded), files, or benchmarks already read. By default all named
        ones that are at hand; nothing is downloaded then.
    folder : path, optional
        A folder in which files are recognised by name, as in ``$WORDNEG_BENCHMARKS``.
    policy : Policy, optional
        Which words are known, and what becomes of the others.
    method : str
        How analogies are answered: see :func:`evaluation.score_word_analogies`.
    bands : Bands or bool
        Score also by how frequent the words are, and where the bands part.
    ranks_of : Vectors, mapping, or object with ``index_to_key`` and ``vectors``, optional
        Whose ranks decide on the bands: name the same for all models of a comparison. By default `vectors`.
    seeds : int or sequence of int
        Over how many clusterings, or those of which seeds, categorisation is averaged.

    Returns
    -------
    Evaluation
        A benchmark that cannot be scored is a row that says why, not the end of the rest.

    Raises
    ------
    ValueError
        Vectors that :func:`evaluation.as_vectors` refuses, no or an unknown benchmark, two of one name, an
        unknown method, or no seeds.
    OSError
        A file or `folder` that does not exist, or a download that failed.
    """
    chosen = policy or Policy()
    parting = Bands() if bands is True else bands or None
    find_method(method)  # a wrong one is refused now, not by every benchmark
    if not seeds:
        raise ValueError(f"got seeds={seeds!r}, expected at least one clustering")
    adapted = as_vectors(vectors)
    sources = _sources(benchmarks, folder)
    ranks = None if parting is None else WordRanks(vectors if ranks_of is None else ranks_of, chosen)
    outcomes = []
    for name, kind, source in sources:
        try:
            result = _score(adapted, _read(name, kind, source), chosen, method, seeds)
        except ValueError as error:
            outcomes.append(Outcome(name, kind, failure=str(error)))
            continue
        by_band: tuple[BandScore, ...] = ()
        if ranks is not None and parting is not None and not isinstance(result, CategorisationResult):
            by_band = band_scores(result, ranks, parting)
        outcomes.append(Outcome(name, kind, result, bands=by_band))
    notes = [*_trusted(sources), *_unrecognised(folder if benchmarks is None else None)]
    if ranks is not None and parting is not None and (empty := parting.beyond(ranks.last)):
        notes.append(empty)
    return Evaluation(tuple(outcomes), len(adapted), adapted.vector_size, chosen, method, parting, tuple(notes))


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


def _read(name: str, kind: Kind, source: Any) -> WordPairs | Analogies | Categories:
    """Return a benchmark under the name that it has in the table."""
    if not isinstance(source, Path):
        return source
    return dataclasses.replace(_READERS[kind](source), name=name)


def _score(
    vectors: Vectors,
    benchmark: WordPairs | Analogies | Categories,
    policy: Policy,
    method: str,
    seeds: int | Sequence[int],
) -> Result:
    """Return the full result.

    Raises
    ------
    ValueError
        There is no score.
    """
    if isinstance(benchmark, WordPairs):
        return score_word_pairs(vectors, benchmark, **dataclasses.asdict(policy))
    if isinstance(benchmark, Categories):
        return score_categories(vectors, benchmark, policy=policy, seeds=seeds)
    result = score_word_analogies(vectors, benchmark, method=method, **dataclasses.asdict(policy))
    if math.isnan(result.accuracy):
        raise ValueError(
            f"not enough questions: of the {len(result.questions):,} in {benchmark.name} not one has all its words "
            f"in the vectors ({policy.described(len(vectors))})"
        )
    return result


def _trusted(sources: Iterable[_Source]) -> list[str]:
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
