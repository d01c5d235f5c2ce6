"""Benchmarks by name, and where their files are.

The three named here are in gensim's own test data, so that they need neither network nor a copy of ours.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["BENCHMARKS", "Benchmark", "Kind", "benchmark_path", "locate"]

Kind = Literal["similarity", "analogy"]

_FUNCTIONS: dict[Kind, str] = {"similarity": "word_pairs", "analogy": "word_analogies"}


@dataclass(frozen=True)
class Benchmark:
    """A benchmark that has a name.

    Parameters
    ----------
    name : str
        What users write.
    kind : {"similarity", "analogy"}
        Which functions take it.
    file : str
        Its file in gensim's test data.
    citation : str
        Authors, year, title and venue, to be cited by whoever reports its numbers.
    """

    name: str
    kind: Kind
    file: str
    citation: str


BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark(
            "wordsim353",
            "similarity",
            "wordsim353.tsv",
            "Finkelstein et al. 2002, Placing Search in Context: The Concept Revisited, ACM TOIS 20(1)",
        ),
        Benchmark(
            "simlex999",
            "similarity",
            "simlex999.txt",
            "Hill, Reichart and Korhonen 2015, SimLex-999: Evaluating Semantic Models with (Genuine) "
            "Similarity Estimation, Computational Linguistics 41(4)",
        ),
        Benchmark(
            "google",
            "analogy",
            "questions-words.txt",
            "Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations in Vector "
            "Space, ICLR Workshop",
        ),
    )
}
"""The named benchmarks."""


def benchmark_path(name: str) -> Path:
    """Return the file of a named benchmark.

    Parameters
    ----------
    name : str
        A key of :data:`BENCHMARKS`.

    Raises
    ------
    ValueError
        No benchmark has this name.
    FileNotFoundError
        gensim, which brings the file, is not installed or came without its test data.
    """
    if name not in BENCHMARKS:
        raise ValueError(f"no benchmark is named {name!r}{_near_misses(name)}; there are {_known()}")
    # Found without importing: gensim takes about a second to import, and only its folder is wanted.
    spec = importlib.util.find_spec("gensim")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            f"benchmark {name!r} is read from gensim's test data, and gensim is not installed: "
            f"install it (it has no wheels for Python 3.14 and later), or pass the path of a copy of "
            f"{BENCHMARKS[name].file}"
        )
    path = Path(spec.origin).parent / "test" / "test_data" / BENCHMARKS[name].file
    if not path.is_file():
        raise FileNotFoundError(
            f"benchmark {name!r}: {path} is missing, this gensim was installed without its test data; "
            f"pass the path of a copy"
        )
    return path


def locate(source: str | os.PathLike[str], kind: Kind) -> tuple[str, Path]:
    """Return the name and the file of a benchmark given by name or by path.

    Parameters
    ----------
    source : str or path
        A benchmark's name, or the path of a file. A string that is a name is taken as the name; a file that
        happens to be called so can be passed as a :class:`pathlib.Path`.
    kind : {"similarity", "analogy"}
        What the caller can read.

    Raises
    ------
    ValueError
        Neither a name nor a file, or a benchmark of the other kind.
    FileNotFoundError
        A path to nowhere, or see :func:`benchmark_path`.
    IsADirectoryError
        A folder.
    """
    if isinstance(source, str) and source in BENCHMARKS:
        found = BENCHMARKS[source]
        if found.kind != kind:
            raise ValueError(
                f"{source!r} is a benchmark of {found.kind}, not of {kind}: "
                f"use score_{_FUNCTIONS[found.kind]} or evaluate_{_FUNCTIONS[found.kind]}"
            )
        return source, benchmark_path(source)
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"expected the name or the path of a benchmark, got {type(source).__name__}")
    path = Path(source)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: expected a benchmark's file")
    if path.exists():
        return path.stem, path
    if isinstance(source, str) and not path.suffix and path.name == source:
        hint = _near_misses(source)
        raise ValueError(f"no benchmark and no file is named {source!r}{hint}; there are {_known()}")
    raise FileNotFoundError(f"no benchmark file at {path}; benchmarks by name: {_known()}")


def _near_misses(name: str) -> str:
    """Return the names spelled most like `name`, as a question, or nothing."""
    close = difflib.get_close_matches(name.lower(), list(BENCHMARKS), n=3, cutoff=0.5)
    return "; did you mean " + " or ".join(map(repr, close)) + "?" if close else ""


def _known() -> str:
    return ", ".join(map(repr, BENCHMARKS))
