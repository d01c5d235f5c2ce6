"""The trainers that `peers.py` sets side by side: how each is built from its sources, and called."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import harness

_OPTIMIZED = ("-O3", "-march=native", "-funroll-loops")
_MKL = """#include <cblas.h>
#include <immintrin.h>
#define mkl_set_num_threads openblas_set_num_threads
"""
_SHARED = {name: f"{value:g}" for name, value in harness.SETTINGS.items()}


class Job(NamedTuple):
    """What to train: on which text, and where the vectors go."""

    text: Path
    output: Path
    architecture: str
    epochs: int
    alpha: float


class Trainer(NamedTuple):
    """A program that trains vectors.

    Attributes
    ----------
    name : str
        Its name in tables.
    command : callable
        Returns the command of a job, whose vectors are then at `Job.output`.
    architectures : tuple of str
        What it trains.
    """

    name: str
    command: Callable[[Job], list[str]]
    architectures: tuple[str, ...] = tuple(harness.ARCHITECTURES)


class NotBuiltError(Exception):
    """Raised when a trainer cannot be built; the message says why, as a sentence without its end."""


def wordneg_trainer() -> Trainer:
    """Return wordneg's command line."""

    def command(job: Job) -> list[str]:
        settings = [f"--{name.replace('_', '-')}={value}" for name, value in _SHARED.items()]
        settings += [f"--sg={harness.ARCHITECTURES[job.architecture]}", f"--alpha={job.alpha}"]
        settings += [f"--epochs={job.epochs}", "--workers=1", "--quiet"]
        return [sys.executable, "-m", "wordneg", "train", str(job.text), "-o", str(job.output), *settings]

    return Trainer("wordneg", command)


def gensim_trainer() -> Trainer:
    """Return gensim, called by `gensim_train.py`.

    Raises
    ------
    NotBuiltError
        If it is not installed.
    """
    try:
        import gensim  # noqa: F401
    except ModuleNotFoundError:
        raise NotBuiltError("it is not installed") from None
    script = Path(__file__).with_name("gensim_train.py")

    def command(job: Job) -> list[str]:
        settings = [f"--sg={harness.ARCHITECTURES[job.architecture]}", f"--alpha={job.alpha}"]
        settings += [f"--epochs={job.epochs}", "--workers=1"]
        return [sys.executable, str(script), str(job.text), str(job.output), *settings]

    return Trainer("gensim", command)


def word2vec_c_trainer(sources: Path, place: Path) -> Trainer:
    """Build word2vec.c (github.com/dav/word2vec) in a folder.

    The copy at github.com/tmikolov/word2vec does not reset its mark of the file's end, so that all epochs behind the
    first one are a sentence long.
    """
    program = place / "word2vec"
    source = _found(sources, "**/word2vec.c")[:1]
    code = Path(source[0]).read_text(encoding="utf-8", errors="replace")
    if "char eof = 0" in code and code.count("eof = 0") == 1:
        raise NotBuiltError(
            "this copy trains one epoch only, whatever -iter says; take that of github.com/dav/word2vec"
        )
    _build(["cc", *_OPTIMIZED, *source, "-o", str(program), "-lm", "-pthread"])
    return Trainer("word2vec.c", lambda job: [str(program), *_of_word2vec(job), *_architecture(job)])


def pword2vec_trainer(sources: Path, place: Path) -> Trainer:
    """Build pWord2Vec (github.com/IntelLabs/pWord2Vec) in a folder, with OpenBLAS in the place of Intel's MKL."""
    program = place / "pword2vec"
    (place / "mkl.h").write_text(_MKL, encoding="utf-8")
    options = ["-std=c++11", *_OPTIMIZED, "-fopenmp", "-DUSE_MKL", f"-I{place}"]
    _build(["c++", *options, *_found(sources, "pWord2Vec.cpp"), "-o", str(program), "-lopenblas"])
    return Trainer("pWord2Vec", lambda job: [str(program), *_of_word2vec(job)], ("skip-gram",))


def fasttext_trainer(sources: Path, place: Path) -> Trainer:
    """Build fastText (github.com/facebookresearch/fastText) in a folder; it is called without subwords."""
    program = place / "fasttext"
    _build(["c++", "-std=c++17", *_OPTIMIZED, *_found(sources, "src/*.cc"), "-o", str(program), "-pthread"])

    def command(job: Job) -> list[str]:
        kind = {"skip-gram": "skipgram", "CBOW": "cbow"}[job.architecture]
        options = {"input": job.text, "output": job.output, "epoch": job.epochs, "lr": job.alpha, "thread": 1}
        options |= {"dim": _SHARED["vector_size"], "ws": _SHARED["window"], "neg": _SHARED["negative"]}
        options |= {"minCount": _SHARED["min_count"], "t": _SHARED["sample"]}
        options |= {"loss": "ns", "minn": 0, "maxn": 0, "verbose": 0}
        # It adds an ending of its own to the name.
        train = [str(program), kind, *(str(part) for name, value in options.items() for part in (f"-{name}", value))]
        script = 'output=$1; shift; "$@" && mv "$output.vec" "$output" && rm "$output.bin"'
        return ["sh", "-c", script, "sh", str(job.output), *train]

    return Trainer("fastText", command)


def _of_word2vec(job: Job) -> list[str]:
    """Return the options of word2vec.c, which pWord2Vec has, too."""
    options = {"train": job.text, "output": job.output, "iter": job.epochs, "alpha": job.alpha, "threads": 1}
    options |= {"size": _SHARED["vector_size"], "window": _SHARED["window"], "negative": _SHARED["negative"]}
    options |= {"min-count": _SHARED["min_count"], "sample": _SHARED["sample"], "binary": 1, "debug": 0}
    return [str(part) for name, value in options.items() for part in (f"-{name}", value)]


def _architecture(job: Job) -> list[str]:
    return ["-cbow", str(1 - harness.ARCHITECTURES[job.architecture]), "-hs", "0"]


def _found(sources: Path, pattern: str) -> list[str]:
    found = sorted(str(path) for path in sources.glob(pattern))
    if not found:
        raise NotBuiltError(f"there is no {pattern} in {sources}")
    return found


def _build(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        raise NotBuiltError(f"there is no compiler {command[0]!r}")
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        errors = [line for line in built.stderr.splitlines() if "error" in line] or built.stderr.splitlines()[-1:]
        raise NotBuiltError(f"it does not compile ({errors[0] if errors else f'code {built.returncode}'})")
