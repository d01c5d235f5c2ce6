"""Where the files of the named benchmarks are.

A benchmark is *at hand* if it is in a folder of the user's (an argument, or ``$WORDNEG_BENCHMARKS``), where
files are recognized by their names; in gensim's own test data; or downloaded before. They are looked for in
this order. Nothing is downloaded but what is asked for by name.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from wordneg.evaluation.benchmarks.catalog import BENCHMARKS, CatalogEntry, Kind
from wordneg.evaluation.benchmarks.download import cache_folder, fetch
from wordneg.evaluation.messages import near_misses

__all__ = ["benchmark_path", "benchmarks_at_hand", "download_benchmark", "kind_of", "locate", "obtain", "recognized"]

Folder = str | os.PathLike[str] | None

_FUNCTIONS: dict[Kind, str] = {
    "similarity": "score_word_pairs",
    "analogy": "score_word_analogies",
    "categorization": "score_categories",
}


def benchmark_path(name: str, *, folder: Folder = None) -> Path:
    """Return the file of a named benchmark that is at hand; BATS is a folder of files.

    Parameters
    ----------
    name : str
        A key of :data:`BENCHMARKS`.
    folder : path, optional
        Where to look first.

    Raises
    ------
    ValueError
        No benchmark has this name.
    FileNotFoundError
        It is not at hand.
    NotADirectoryError
        `folder` is no folder.
    """
    benchmark = _named(name)
    for place in _places(folder):
        for file in benchmark.files:
            if (place / file).exists():
                return place / file
    if benchmark.bundled:
        return _bundled_path(benchmark)
    kept = cache_folder() / benchmark.file
    if not kept.exists():
        raise FileNotFoundError(
            f"benchmark {name!r} is not at hand: download it with evaluation.download_benchmark({name!r}), or put "
            f"{' or '.join(benchmark.files)} into a folder and name that (folder=..., or $WORDNEG_BENCHMARKS)"
        )
    return kept


def benchmarks_at_hand(folder: Folder = None) -> dict[str, Path]:
    """Return the files of all named benchmarks that need no download, in the order of :data:`BENCHMARKS`.

    Parameters
    ----------
    folder : path, optional
        Where to look first.

    Raises
    ------
    NotADirectoryError
        `folder` is no folder.
    """
    _places(folder)
    found = {}
    for name in BENCHMARKS:
        try:
            found[name] = benchmark_path(name, folder=folder)
        except FileNotFoundError:
            continue
    return found


def download_benchmark(name: str, *, checksum: str | None = None) -> Path:
    """Download a named benchmark into the cache folder, whether or not it is there, and return its path.

    The folder is ``benchmarks`` in ``$WORDNEG_CACHE``, or in wordneg's folder in the platform's cache.

    Parameters
    ----------
    name : str
        A key of :data:`BENCHMARKS`.
    checksum : str, optional
        ``"sha256:..."`` that the download must have. By default the one in :data:`BENCHMARKS`; where there
        is none, the first download is trusted, with a warning, and later ones must be the same.

    Raises
    ------
    ValueError
        No benchmark has this name, or the download is not the expected file.
    ConnectionError
        There is no network, or it broke off.
    OSError
        The server refuses the file, or the folder cannot be written.
    """
    benchmark = _named(name)
    if benchmark.bundled:
        return _bundled_path(benchmark)
    return fetch(benchmark, cache_folder(), checksum)


def recognized(path: Path) -> CatalogEntry | None:
    """Return the named benchmark that a file is a copy of, by the file's name; None if it is another."""
    return next((benchmark for benchmark in BENCHMARKS.values() if _full_name(path) in benchmark.files), None)


def kind_of(path: Path) -> Kind:
    """Return what a file holds, by its name or else by its first line; a folder holds analogies.

    Raises
    ------
    OSError
        It cannot be read.
    """
    known = recognized(path)
    if known is not None:
        return known.kind
    if path.is_dir():
        return "analogy"
    with path.open(encoding="utf8", errors="replace") as lines:
        first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if first.startswith(":"):
        return "analogy"
    return "categorization" if "category" in first.lower().replace(",", " ").split() else "similarity"


def locate(source: str | os.PathLike[str], kind: Kind) -> tuple[str, Path]:
    """Return the name and the file of a benchmark given by name or by path; download it if need be.

    Parameters
    ----------
    source : str or path
        A benchmark's name, or the path of a file. A string that is a name is taken as the name; a file that
        happens to be called so can be passed as a :class:`pathlib.Path`.
    kind : {"similarity", "analogy", "categorization"}
        What the caller can read.

    Raises
    ------
    ValueError
        Neither a name nor a file, or a benchmark of another kind.
    FileNotFoundError
        A path to nowhere, or see :func:`benchmark_path`.
    IsADirectoryError
        A folder; only analogies may be one, with a file for each relation.
    OSError
        See :func:`download_benchmark`.
    """
    if isinstance(source, str) and source in BENCHMARKS:
        found = BENCHMARKS[source]
        if found.kind != kind:
            raise ValueError(f"{source!r} is a benchmark of {found.kind}, not of {kind}: use {_FUNCTIONS[found.kind]}")
        return source, obtain(source)
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"expected the name or the path of a benchmark, got {type(source).__name__}")
    path = Path(source)
    if path.is_dir() and kind != "analogy":
        raise IsADirectoryError(f"{path} is a folder: expected a benchmark's file")
    if path.exists():
        return _full_name(path) if path.is_dir() else path.stem, path
    if isinstance(source, str) and not path.suffix and path.name == source:
        raise ValueError(f"no benchmark and no file is named {source!r}{_known(source)}")
    raise FileNotFoundError(f"no benchmark file at {path}; benchmarks by name: {', '.join(map(repr, BENCHMARKS))}")


def obtain(name: str, *, folder: Folder = None) -> Path:
    """Return the file of a named benchmark, downloading it unless it is at hand.

    Raises
    ------
    ValueError, OSError
        See :func:`benchmark_path` and :func:`download_benchmark`.
    """
    try:
        return benchmark_path(name, folder=folder)
    except FileNotFoundError:
        if BENCHMARKS[name].bundled:
            raise
        return download_benchmark(name)


def _full_name(path: Path) -> str:
    """Return the last part of a path, also of ``.`` and ``..``, which have none."""
    return os.path.basename(os.path.abspath(path))


def _named(name: str) -> CatalogEntry:
    if name not in BENCHMARKS:
        raise ValueError(f"no benchmark is named {name!r}{_known(name)}")
    return BENCHMARKS[name]


def _places(folder: Folder) -> list[Path]:
    """Return the user's folders, in the order in which they are looked at."""
    named = {"": folder, " (named by $WORDNEG_BENCHMARKS)": os.environ.get("WORDNEG_BENCHMARKS") or None}
    places = [(source, Path(place)) for source, place in named.items() if place is not None]
    for source, place in places:
        if not place.is_dir():
            raise NotADirectoryError(f"there is no folder {str(place)!r} of benchmarks{source}")
    return [place for _, place in places]


def _bundled_path(benchmark: CatalogEntry) -> Path:
    """Return the path of a file that comes with wordneg, or of gensim's test data."""
    if not benchmark.from_gensim:
        return Path(__file__).parents[1] / "data" / benchmark.file
    # Found without importing: gensim takes about a second to import, and only its folder is wanted.
    spec = importlib.util.find_spec("gensim")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            f"benchmark {benchmark.name!r} is read from gensim's test data, and gensim is not installed: "
            f"install it (it has no wheels for Python 3.14 and later), or pass the path of a copy of "
            f"{benchmark.file}"
        )
    path = Path(spec.origin).parent / "test" / "test_data" / benchmark.file
    if not path.is_file():
        raise FileNotFoundError(
            f"benchmark {benchmark.name!r}: {path} is missing, this gensim was installed without its test data; "
            f"pass the path of a copy"
        )
    return path


def _known(name: str) -> str:
    """Return the names spelled most like `name`, and all that there are."""
    return f"{near_misses(name, BENCHMARKS, limit=3, cutoff=0.5)}; there are {', '.join(map(repr, BENCHMARKS))}"
