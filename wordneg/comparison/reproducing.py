"""`reproduce`: the table of a paper, run again."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from wordneg import evaluation
from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError, SettingTypeError
from wordneg.comparison.comparing import call_of, compare, encoded, make, prepared
from wordneg.comparison.papers import Paper, find_paper
from wordneg.comparison.plan import source_of
from wordneg.comparison.reproduction import PAPER_RATE, TUNED, Reproduction
from wordneg.comparison.request import Request
from wordneg.comparison.result import Comparison
from wordneg.comparison.trainers import TEXT_OPTIONS

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
    """Run the protocol of a paper's table on a corpus, and put the paper's numbers beside the results.

    It is run once at the paper's learning rate, and once with each row at its own best rate: a row that pulls its
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
        The argument of `Word2Vec` that is tuned for each row in the second comparison. None: there is only the
        comparison at the paper's rate.
    tune_words : int, optional
        The number of words that the tuning of a row may train on, see `compare`.
    size : str, optional
        Which of the paper's corpora to put beside ours, such as "128M"; by default the one whose size is nearest.
    benchmarks : sequence of str, optional
        Which of the paper's benchmarks; those that are not at hand are downloaded. By default all, and they have to be
        at hand.
    folder : path, optional
        A folder with benchmark files, recognized by their names.
    out : path, optional
        A folder for the two comparisons, each in a folder of its own. If they were begun there already, they go on
        where they stopped.
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
    paper = _checked(name, {"epochs": epochs, **options}, size, benchmarks)
    settings = {"seeds": seeds, "epochs": epochs, **paper.options, **options}
    requests = _requests(paper, settings, tune, tune_words)
    chosen = _benchmarks(paper, benchmarks, folder)
    places = [None if out is None else Path(out) / part for part in (PAPER_RATE, TUNED)]
    asked = []
    for request, place in zip(requests, places, strict=False):
        called = {"samplers": [dict(row.sampler) for row in paper.rows], "benchmarks": list(chosen), "folder": folder}
        called |= {"held_out": None, "tune": request.tune, "tune_words": request.tune_words, **settings}
        told = call_of({"corpus": corpus, **called}) if command is None else command
        source = request.source | source_of(corpus, options)
        request = replace(request, benchmarks=chosen, folder=folder, command=told, source=source)
        prepared(request, place)  # another comparison in the second folder is told before the first is made
        asked.append((request, place))
    store = encoded(asked[0][0], corpus, {name: options[name] for name in TEXT_OPTIONS if name in options})
    made: list[Comparison] = []
    for request, place in asked:
        if made and made[-1].missing:
            break
        with suppress(*([KeyboardInterrupt] if made else [])):  # the first is there, and it says what is missing
            made.append(make(request, store, out=place, executor=executor, progress=progress))
    return Reproduction(
        paper=paper,
        size=paper.nearest_size(store.raw_tokens) if size is None else size,
        words_read=store.raw_tokens,
        least_count=int(store.vocabulary.counts.min()),
        benchmarks=chosen,
        tune=tune,
        at_rate=made[0],
        tuned=made[1] if len(made) > 1 else None,
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
    paper = _checked(name, {"epochs": epochs, **options}, size, benchmarks)
    _requests(paper, {"seeds": seeds, "epochs": epochs, **paper.options, **options}, tune, tune_words)
    return paper


def _checked(name: str, options: Mapping[str, Any], size: str | None, benchmarks: Sequence[str] | None) -> Paper:
    paper = find_paper(name)
    if size is not None:
        paper.checked_size(size)
    _check_benchmarks(paper, benchmarks)
    for option, value in options.items():
        if option in inspect.signature(compare).parameters and option != "epochs":
            raise SettingTypeError(
                f"reproduce has no argument {option!r}: the paper decides it; wordneg.compare has it"
            )
        if isinstance(value, list | tuple):
            raise SettingError(
                "got ", Given(option, value), ", a list: the paper's rows are what is compared; give one value"
            )
    return paper


def _requests(paper: Paper, settings: Mapping[str, Any], tune: str | None, tune_words: int | None) -> list[Request]:
    """Return what the comparison at the paper's rate asks for, and the tuned one, if there is one."""
    if tune is not None and not isinstance(tune, str):
        raise SettingTypeError(
            "got ",
            Given("tune", tune),
            ", expected one setting such as ",
            Given("tune", "alpha"),
            "; compare tunes several",
        )
    samplers = [dict(row.sampler) for row in paper.rows]
    parts: list[dict[str, Any]] = [{"tune": None}]
    parts += [] if tune is None else [{"tune": tune, "tune_words": tune_words}]
    common: dict[str, Any] = {
        "held_out": None,
        "benchmarks": list(paper.benchmarks),
    }  # the paper trains on the whole text
    return [Request.of(samplers, **part, **common, **settings) for part in parts]


def _check_benchmarks(paper: Paper, benchmarks: Sequence[str] | None) -> None:
    if benchmarks is None:
        return
    listed = ", ".join(map(repr, paper.benchmarks))
    if isinstance(benchmarks, str) or not benchmarks:
        raise SettingError(
            "got ", Given("benchmarks", benchmarks), f", expected a list of some of {listed}; or None for all"
        )
    for benchmark in benchmarks:
        if benchmark not in paper.benchmarks:
            hint = near_misses(str(benchmark), paper.benchmarks)
            raise SettingError(f"got {benchmark!r}, which is no benchmark of the paper's{hint}; they are {listed}")


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
