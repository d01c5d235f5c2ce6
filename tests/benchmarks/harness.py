"""What the benchmarks share: settings, the two trainers, interleaved timing, tables, and where results go.

Heavy packages are imported in the functions that need them, so that `end_to_end` stays a small process.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import importlib.metadata
import json
import os
import platform
import re
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wordneg import TokenStore, Word2Vec

SETTINGS = {"vector_size": 100, "window": 5, "negative": 5, "min_count": 5, "sample": 1e-3}
"""Of every comparison; gensim and wordneg take them by the same names."""

SETTINGS_TEXT = ", ".join(f"{name} {value:g}" for name, value in SETTINGS.items())
"""The same, for the notes below tables."""

ARCHITECTURES = {"skip-gram": 1, "CBOW": 0}
"""Their names in tables, and the setting `sg` that stands for them."""

_Result = TypeVar("_Result")
_Key = TypeVar("_Key", bound=Hashable)

RESULTS = Path(__file__).parent / "results"
"""Where results go."""

_GZIP_MAGIC = b"\x1f\x8b"
_COPY_BYTES = 1 << 20
_PACKAGES = ("numpy", "numba", "gensim", "wordneg")


# --- the corpus -----------------------------------------------------------------------------------------


@contextmanager
def plain_text(corpus: Path, megabytes: float | None = None) -> Iterator[Path]:
    """Give the path of a corpus as plain text, which gensim's `corpus_file` and a fair start need.

    Parameters
    ----------
    corpus : path
        A text file, plain or gzipped.
    megabytes : float, optional
        Only its first so many millions of bytes, cut at the last line end (in an endless line, at a blank).

    Yields
    ------
    path
        A temporary file, unless the corpus is plain and wanted whole.
    """
    with corpus.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    if not packed and megabytes is None:
        yield corpus
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, corpus.name.removesuffix(".gz"))
        with gzip.open(corpus) if packed else corpus.open("rb") as source, path.open("wb") as target:
            if megabytes is None:
                shutil.copyfileobj(source, target, _COPY_BYTES)
            else:
                target.write(_cut(source.read(round(megabytes * 1e6))))
        yield path


def _cut(text: bytes) -> bytes:
    """Drop what follows the last line end, or the last blank if there is none."""
    end = max(text.rfind(b"\n"), 0) or max(text.rfind(b" "), 0) or len(text)
    return text[:end] + b"\n"


# --- the two trainers -----------------------------------------------------------------------------------


def gensim_model(text: Path, **settings: Any) -> Any:
    """Return gensim's Word2Vec with the vocabulary of a text, not trained yet."""
    from gensim.models import Word2Vec

    model = Word2Vec(**SETTINGS | settings)
    model.build_vocab(corpus_file=str(text))
    return model


def train_gensim(model: Any, text: Path) -> float:
    """Train a gensim model for its `epochs` from a `corpus_file`, as is fastest; return the seconds."""
    begin = time.perf_counter()
    model.train(
        corpus_file=str(text),
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
    )
    return time.perf_counter() - begin


def wordneg_model(store: TokenStore, **settings: Any) -> Word2Vec:
    """Return wordneg's Word2Vec with a store's vocabulary and fresh vectors, not trained yet."""
    from wordneg import Word2Vec

    model = Word2Vec(**SETTINGS | settings, progress=False)
    model.build_vocab(store)
    return model


def train_wordneg(model: Word2Vec) -> float:
    """Train a wordneg model for its `epochs`; return the seconds. See `compile_wordneg`."""
    begin = time.perf_counter()
    model.train()
    return time.perf_counter() - begin


def compile_wordneg(store: TokenStore, **settings: Any) -> float:
    """Compile the kernel of some settings, which this process then keeps; return the seconds.

    A kernel compiles when it is first called: here on a text of two words.
    """
    model = wordneg_model(store, **settings)
    begin = time.perf_counter()
    model.train(store.head(2))
    return time.perf_counter() - begin


# --- timing ---------------------------------------------------------------------------------------------


def interleaved(tasks: Mapping[_Key, Callable[[], _Result]], repeats: int) -> dict[_Key, list[_Result]]:
    """Call all tasks in turn, `repeats` times, and return each one's results.

    A machine that slows down or warms up hits all tasks alike. Every other round goes backwards, so that
    none always follows the same one.
    """
    results: dict[_Key, list[_Result]] = {key: [] for key in tasks}
    for number in range(repeats):
        for key in list(tasks)[:: -1 if number % 2 else 1]:
            name = ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            say(f"round {number + 1} of {repeats}: {name}")
            results[key].append(tasks[key]())
    return results


def spread(samples: Iterable[Sequence[float]]) -> float:
    """Return how far any value lies from the median of its sample, at most, as a share of that."""
    return max(abs(value / statistics.median(sample) - 1) for sample in samples for value in sample)


def say(message: str) -> None:
    """Tell on standard error how far the benchmark has come."""
    print(f"{datetime.datetime.now():%H:%M:%S} {message}", file=sys.stderr, flush=True)


# --- results --------------------------------------------------------------------------------------------


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER", help="where the result files go")
    return parser


def at_least_one(text: str) -> int:
    """Return a command line's whole number of 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number of at least 1")
    return int(text)


def existing_file(text: str) -> Path:
    """Return a command line's path of a file."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return path


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, left: int = 1) -> str:
    """Return a Markdown table; all columns but the first `left` are aligned to the right."""
    rule = ["---" if column < left else "--:" for column in range(len(header))]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (header, rule, *rows))


def change(differences: Sequence[float]) -> str:
    """Return the mean of differences, a seed each, ± half a 95 % interval; bold where the interval leaves out 0."""
    mean = f"{statistics.fmean(differences):+.3f}"
    if len(differences) < 2:
        return mean
    from wordneg.evaluation.significance import seed_interval

    interval = seed_interval(differences)
    text = f"{mean} ± {(interval.high - interval.low) / 2:.3f}"
    return f"**{text}**" if interval.low > 0 or interval.high < 0 else text


def publish(name: str, markdown: str, results: Any, args: argparse.Namespace) -> None:
    """Print a benchmark's tables, and write them with machine, date and command to its result files.

    Parameters
    ----------
    name : str
        The benchmark: that of the files ``NAME.md`` and ``NAME.json``.
    markdown : str
        The tables.
    results : object
        All the numbers measured, as JSON can hold them.
    args : Namespace
        With the options of `make_parser`.
    """
    context = machine() | {"date": datetime.date.today().isoformat(), "command": command()}
    versions = ", ".join(f"{package} {version}" for package, version in context["versions"].items())
    origin = f"Measured on {context['processor']}, {context['cores']} cores, {context['system']}; {versions}; "
    origin += f"{context['date']}; `{context['command']}`"
    text = f"{markdown}\n\n{origin}\n"
    args.results.mkdir(parents=True, exist_ok=True)
    (args.results / f"{name}.md").write_text(text, encoding="utf-8")
    (args.results / f"{name}.json").write_text(json.dumps(context | {"results": results}, indent=1), encoding="utf-8")
    print(text)


def machine() -> dict[str, Any]:
    """Return processor, cores, system and versions."""
    from llvmlite import binding

    from wordneg.common.machine import available_cores

    return {
        "processor": f"{_processor()} ({binding.get_host_cpu_name()})",
        "cores": available_cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"Python": platform.python_version(), **_versions()},
    }


def _versions() -> dict[str, str]:
    """Return those of the packages that are installed; gensim has no wheels for every Python."""
    installed = {}
    for package in _PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            installed[package] = importlib.metadata.version(package)
    return installed


def _processor() -> str:
    """Return the processor's name, which Python knows on some systems only."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", information.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


def command() -> str:
    """Return the command line, as it would be typed in the checkout; of other folders only the file names."""
    script, *arguments = sys.argv
    shown = [Path(argument).name if os.path.isabs(argument) else argument for argument in arguments]
    return shlex.join(["python", f"tests/benchmarks/{Path(script).name}", *shown])
