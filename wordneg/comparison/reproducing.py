"""`reproduce`: the table of a paper, run again."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from wordneg import evaluation
from wordneg.common.messages import near_misses
from wordneg.comparison.comparing import check_arguments, compare, encoded, prepared
from wordneg.comparison.papers import Paper, find_paper
from wordneg.comparison.reproduction import PAPER_RATE, TUNED, Reproduction

__all__ = ["check_reproduction", "reproduce"]


def reproduce(
    name: str,
    corpus: Any,
    *,
    seeds: int | Sequence[int] = 3,
    epochs: int = 5,
    tune: str | None = "alpha",
    tune_words: int | None = None,
    size: str | None = None,
    benchmarks: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    executor: Any = None,
    progress: bool | None = None,
    command: str | None = None,
    **options: Any,
) -> Reproduction:
    """Run the protocol of a paper's table on a corpus, and put the paper's numbers beside what comes out.

    It is run once at the paper's learning rate, and once with each row at its own best one: a row that pulls its
    positives harder does better or worse at a shared rate than it would at its own.

    Parameters
    ----------
    name : str
        Which paper, see `wordneg.comparison.PAPERS`: "optrank".
    corpus : corpus or TokenStore
        Anything that `Word2Vec` takes; it is encoded once.
    seeds : int or sequence of int
        How many (1, 2, …), or which.
    epochs : int
        Passes over the corpus.
    tune : str, optional
        The argument of `Word2Vec` of which each row gets its own best value in the second comparison. None: there is
        none, only that at the paper's rate.
    tune_words : int, optional
        What the tuning of a row may train on, see `compare`.
    size : str, optional
        Which of the paper's corpora to put beside ours, such as "128M"; by default the one whose size is nearest.
    benchmarks : sequence of str, optional
        Which of the paper's benchmarks; those that are not at hand are downloaded. By default all, and they have to be
        at hand.
    folder : path, optional
        A folder with benchmark files, recognised by their names.
    out : path, optional
        A folder for the two comparisons, of which each is one of its own. If they were begun there already, they go
        on where they stopped.
    executor, progress, command
        See `compare`.
    **options
        Other arguments of `Word2Vec`, such as `workers` and `min_count`. One that differs from the paper's protocol
        is listed among the differences.

    Returns
    -------
    Reproduction
        Also if interrupted by Ctrl-C: with the runs finished so far.

    Raises
    ------
    TypeError, ValueError
        If there is no such paper, size or benchmark, an argument is unknown, one of the paper's, of the wrong kind or
        out of range; or `out` holds another comparison.
    FileNotFoundError
        If a benchmark is not at hand, and `benchmarks` is not given.
    KeyboardInterrupt
        If interrupted before a run was finished.
    OSError
        If the corpus cannot be read, a download failed, or the results cannot be written.
    """
    paper = check_reproduction(
        name,
        seeds=seeds,
        epochs=epochs,
        tune=tune,
        tune_words=tune_words,
        size=size,
        benchmarks=benchmarks,
        **options,
    )
    chosen = _benchmarks(paper, benchmarks, folder)
    asked = {
        "seeds": seeds,
        "epochs": epochs,
        "benchmarks": list(chosen),
        "folder": folder,
        "held_out": None,  # the paper trains on the whole text
        **_settings(paper, options),
    }
    samplers = [dict(row.sampler) for row in paper.rows]
    first: dict[str, Any] = {"tune": None, "out": _part(out, PAPER_RATE)}
    second: dict[str, Any] = {"tune": tune, "tune_words": tune_words, "out": _part(out, TUNED)}
    for part in (first, second):  # another comparison in the second folder is told before the first is made
        prepared(samplers, command="", **part, **asked)
    store = encoded(corpus, options)
    common = {"executor": executor, "progress": progress, "command": command, **asked}
    at_rate = compare(store, samplers, **first, **common)
    tuned = None
    if tune is not None and not at_rate.missing:
        with suppress(KeyboardInterrupt):  # the first comparison is there, and the result says what is missing
            tuned = compare(store, samplers, **second, **common)
    return Reproduction(
        paper=paper,
        size=paper.nearest_size(store.raw_tokens) if size is None else size,
        words_read=store.raw_tokens,
        least_count=int(store.vocabulary.counts.min()),
        benchmarks=chosen,
        tune=tune,
        at_rate=at_rate,
        tuned=tuned,
    )


def check_reproduction(
    name: str,
    *,
    seeds: int | Sequence[int] = 3,
    epochs: int = 5,
    tune: str | None = "alpha",
    tune_words: int | None = None,
    size: str | None = None,
    benchmarks: Sequence[str] | None = None,
    **options: Any,
) -> Paper:
    """Return the paper, or raise as `reproduce` does for arguments that are wrong in themselves.

    Parameters
    ----------
    name, seeds, epochs, tune, tune_words, size, benchmarks
        See `reproduce`.
    **options
        Arguments of `Word2Vec`.
    """
    paper = find_paper(name)
    if size is not None:
        paper.checked_size(size)
    _check_benchmarks(paper, benchmarks)
    for option, value in {"epochs": epochs, **options}.items():
        if option in inspect.signature(compare).parameters and option != "epochs":
            raise TypeError(f"reproduce has no argument {option!r}: the paper decides it; wordneg.compare has it")
        if isinstance(value, list | tuple):
            raise ValueError(f"got {option}={value!r}, a list: the paper's rows are what is compared; give one value")
    samplers = [dict(row.sampler) for row in paper.rows]
    settings = _settings(paper, options)
    check_arguments(
        samplers,
        seeds=seeds,
        epochs=epochs,
        tune=tune,
        tune_words=tune_words,
        held_out=None,
        benchmarks=list(paper.benchmarks),
        **settings,
    )
    return paper


def _settings(paper: Paper, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `Word2Vec` of all rows: the paper's, but for those that the user gives."""
    return {**paper.options, **options}


def _part(out: str | os.PathLike[str] | None, name: str) -> Path | None:
    return None if out is None else Path(out) / name


def _check_benchmarks(paper: Paper, benchmarks: Sequence[str] | None) -> None:
    if benchmarks is None:
        return
    listed = ", ".join(map(repr, paper.benchmarks))
    if isinstance(benchmarks, str) or not benchmarks:
        raise ValueError(f"got benchmarks={benchmarks!r}, expected a list of some of {listed}; or None for all")
    for benchmark in benchmarks:
        if benchmark not in paper.benchmarks:
            hint = near_misses(str(benchmark), paper.benchmarks)
            raise ValueError(f"got {benchmark!r}, which is no benchmark of the paper's{hint}; they are {listed}")


def _benchmarks(
    paper: Paper, benchmarks: Sequence[str] | None, folder: str | os.PathLike[str] | None
) -> tuple[str, ...]:
    """Return the benchmarks in the paper's order.

    Raises
    ------
    FileNotFoundError
        If one is not at hand and none was named.
    """
    if benchmarks is not None:
        return tuple(name for name in paper.benchmarks if name in benchmarks)
    at_hand = evaluation.benchmarks_at_hand(folder)
    if missing := [name for name in paper.benchmarks if name not in at_hand]:
        rest = [name for name in paper.benchmarks if name in at_hand]
        files = ", ".join(evaluation.BENCHMARKS[name].file for name in missing)
        raise FileNotFoundError(
            f"{paper.table} is made of {len(paper.benchmarks)} benchmarks, and {', '.join(map(repr, missing))} "
            f"{'is' if len(missing) == 1 else 'are'} not at hand. Put {files} into a folder and name that (folder=…); "
            f"or name all benchmarks, and they are downloaded (benchmarks={list(paper.benchmarks)!r}); or name those "
            f"that you have, and the mean will be over fewer than the paper's (benchmarks={rest!r})"
        )
    return paper.benchmarks
