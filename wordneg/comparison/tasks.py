"""What a comparison is made of: runs, tunings and measurements of speed, done here or by an executor.

In this process a task works on the objects of a `Setup`. For an executor they are saved in the folder of the
comparison, from which each task opens them (`do_elsewhere`). Either way a task writes its result to the folder itself,
so that nothing is lost if whoever waits for it is no longer there.
"""

from __future__ import annotations

import itertools
import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.common.machine import PeakMemory
from wordneg.common.progress import Bar
from wordneg.comparison.benchmarks import Benchmarks
from wordneg.comparison.halves import halved
from wordneg.comparison.heldout import HeldOut, split
from wordneg.comparison.neighbors import Neighbors
from wordneg.comparison.nextitem import NextItems
from wordneg.comparison.records import HELD_OUT, Choice, Run, Score, Tuning
from wordneg.comparison.scoring import Scored, Scorer, error_of_difference, together
from wordneg.comparison.store import Store
from wordneg.comparison.trainers import Report, Trained, Trainer, Watcher, unheard
from wordneg.comparison.tuning import TUNING_SEED, Trial, search, trainings
from wordneg.text.tokenstore import TokenStore

__all__ = ["TEXT", "Setup", "checked_executor", "gather", "probe", "run", "tune"]

TEXT = ".text"
"""The folder, in the comparison's folder, of the encoded text as long as an executor needs it."""

_logger = logging.getLogger(__name__)
_CURVE_POINTS = 5
_NAME = 28  # characters of a row's label beside the bar


class Setup:
    """What all tasks of a comparison share.

    Parameters
    ----------
    store : Store
        Where results go.
    training, text : TokenStore
        The text to train on, and the held-out text, if there is one.
    benchmarks : Benchmarks
        The benchmarks.
    window : int
        The window of held-out positions and neighbors.
    tune_by : {"benchmarks", "held-out"} or None
        What rows are tuned by, see `wordneg.comparison.halves`; None if they are not tuned.

    Attributes
    ----------
    scorer : Scorer
        The benchmarks that are reported; their test halves if rows are tuned by them.
    held_out : HeldOut or None
        The held-out text that is reported; its second half if rows are tuned by it.
    neighbors : Neighbors or None
        The neighbors in the same text.
    development : Scorer, Neighbors or None
        What rows are tuned by: the other halves.
    notes : tuple of str
        What a reader of the scores should know, halves included.

    Raises
    ------
    ValueError
        If there is too little text to hold out, or no benchmark to tune by.
    """

    def __init__(
        self,
        store: Store,
        training: TokenStore,
        text: TokenStore | None,
        benchmarks: Benchmarks,
        window: int,
        tune_by: str | None,
    ) -> None:
        self.store, self.training = store, training
        self._text, self._errand = text, (benchmarks, window, tune_by)
        self.development: Scorer | Neighbors | None = None
        notes, files = tuple[str, ...](), benchmarks.files
        if text is not None and (tune_by == HELD_OUT or (tune_by is not None and benchmarks.next_items)):
            first, text = split(text, 0.5)
        if tune_by == HELD_OUT:
            self.development = Neighbors(first, window)
        elif tune_by is not None:
            halves = halved(files)
            files, tuned_by = halves.test, [NextItems(one, first, training) for one in benchmarks.next_items]
            self.development = Scorer(halves.development, training.vocabulary, tuned_by)
            self.development.require_some()
            notes = (*halves.notes, *self.development.failures, *self.development.too_few)
            if tuned_by:
                notes += ("Tuned by next items in the first half of the held-out text; the second half is reported.",)
        self.held_out = None if text is None else HeldOut(text, window)
        self.neighbors = None if text is None else Neighbors(text, window)
        next_items = [] if text is None else [NextItems(one, text, training) for one in benchmarks.next_items]
        self.scorer = Scorer(files, training.vocabulary, next_items)
        self.notes = (*notes, *self.scorer.notes, *(one.note for one in next_items))

    def sender(self, executor: Any) -> Callable[[partial[Any]], Any]:
        """Return what gives tasks to an executor; the text is saved for them."""
        folder = self.store.path
        self.training.save(folder / TEXT / "training")
        if self._text is not None:
            self._text.save(folder / TEXT / HELD_OUT)
        return lambda task: executor.submit(do_elsewhere, (task, folder, *self._errand))

    def measure(self, trainer: Trainer, trained: Trained) -> Scored:
        """Score a model on the benchmarks and on the held-out text, as far as it has vectors of the text's words."""
        parts = [self.scorer.score(trainer, trained)]
        if self.neighbors is not None and trained.vocabulary is None:
            parts.append(self.neighbors.score(trained.inputs))
        if self.held_out is not None and trained.outputs is not None:
            parts.append(self.held_out.score(trainer, trained))
        return together(parts)


# --- the tasks ------------------------------------------------------------------------------------------


def run(setup: Setup, trainer: Trainer, seed: int, report: Report = unheard) -> Run:
    """Train a row, measure it and write the run; one that fails is written, too.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted.
    OSError
        If the result cannot be written.
    """
    options = trainer.as_plain() | {"seed": seed}
    begin = time.perf_counter()
    try:
        watcher = Watcher(report, len(setup.training.tokens), score=_curve(setup, trainer.epochs))
        memory = PeakMemory()
        trained = trainer.train(setup.training, seed, watcher)
        peak = memory.read()
        report(0, "scoring")
        scored = setup.measure(trainer, trained)
    except Exception as error:  # whatever it is, it is this row's, and not the end of the others
        return setup.store.write_run(Run(trainer.label, seed, "failed", _told(trainer, error), options))
    timed: dict[str, Any] = {}
    if trained.seconds is not None:
        words, seconds = trained.words, trained.seconds
        timed = {"seconds": seconds, "words_per_second": words / seconds if words and seconds else None}
        timed |= {"peak_memory": peak, "beyond": time.perf_counter() - begin - seconds}
    done = Run(trainer.label, seed, "done", None, options, scores=scored.scores, epochs=tuple(watcher.epochs), **timed)
    return setup.store.write_run(done, scored.items)


def _curve(setup: Setup, epochs: int) -> Callable[[int, NDArray[np.float32]], tuple[Score, ...]]:
    """Return what scores some epochs of a training, up to five."""
    scored = set(np.linspace(1, epochs, min(epochs, _CURVE_POINTS)).round().astype(int).tolist())
    return lambda number, inputs: setup.scorer.score_curve(inputs) if number in scored else ()


def tune(
    setup: Setup,
    trainer: Trainer,
    tuned: str | dict[str, Any],
    words: int,
    tries: int,
    report: Report = unheard,
    start: dict[str, Choice] | None = None,
    leads: bool = False,
) -> Tuning:
    """Tune a row on a prefix of some words, write what was found, and return it; see `search`.

    A row that cannot be trained at all keeps what it began with; its runs will say why.
    """
    known: dict[tuple[str, float], list[tuple[float | None, Scored | None]]] = {}
    numbers, most, development = itertools.count(1), trainings(tuned, tries), setup.development
    assert development is not None  # rows are tuned

    def once(tried: Trainer, prefix: TokenStore, seed: int, name: str) -> tuple[float, float | None, Scored | None]:
        begin, trained_in, value, scored = time.perf_counter(), 0.0, None, None
        try:
            with np.errstate(all="ignore"):  # at a rate that is far too high, numbers become infinite
                trained = tried.train(prefix, seed, Watcher(report, len(prefix.tokens), name))
                report(0, f"{name}, scoring")
                begin, trained_in = time.perf_counter(), trained.seconds or 0.0  # the trainer's time has no compiling
                value, scored = development.judge(tried, trained)
        except Exception:  # a training that diverged, or that fails whatever the value
            pass
        return trained_in + time.perf_counter() - begin, value, scored

    def trial(tried: Trainer, share: float, seeds: int) -> Trial:
        prefix = setup.training.head(math.ceil(words * share))
        found = known.setdefault((json.dumps(tried.as_plain(), sort_keys=True), share), [])
        before, seconds = len(found), 0.0
        while len(found) < seeds and all(value is not None for value, _ in found):  # one that diverges will again
            name = f"trial {next(numbers)} of at most {most}"
            took, value, scored = once(tried, prefix, TUNING_SEED + len(found), name)
            found.append((value, scored))
            seconds += took
        values = [value for value, _ in found if value is not None]
        score = math.fsum(values) / len(values) if len(values) == len(found) else None
        size = len(prefix.tokens) * tried.epochs * (len(found) - before) if tried.reads_text else None
        return Trial(score, seconds, size, [scored for _, scored in found])

    def noise(one: Trial, other: Trial) -> float:
        first, second = ([scored.items for scored in each.scored] for each in (one, other))
        return error_of_difference(first, second, development.counted)

    return setup.store.write_tuning(search(trainer, tuned, trial, noise, tries, start=start, leads=leads))


def probe(setup: Setup, trainer: Trainer, words: int, report: Report = unheard) -> tuple[float, float] | None:
    """Return a row's seconds before its first epoch and for each, from a short training; None if that fails."""
    short, part = trainer.paced(setup.training, words)
    try:
        trained = short.train(part, TUNING_SEED)
    except Exception:  # its runs will say why
        return None
    scale = len(setup.training.tokens) / len(part.tokens)
    return trained.before * scale, ((trained.seconds or 0.0) - trained.before) * scale / short.epochs


def _told(trainer: Trainer, error: Exception) -> str:
    """Return what went wrong in a sentence that names the sampler, or another trainer."""
    text = f"{type(error).__name__}: {str(error) or 'no message'}"
    return text if trainer.name in text else f"{trainer.name}: {text}"


# --- who does them --------------------------------------------------------------------------------------


def do_elsewhere(errand: tuple[Callable[[Setup], Any], Path, Benchmarks, int, str | None]) -> Any:
    """Do a task for an executor, of the folder that has the text: `Setup.sender` submits it, as it can be pickled."""
    task, folder, benchmarks, window, tune_by = errand
    training, text = (folder / TEXT / part for part in ("training", HELD_OUT))
    held_out = TokenStore.open(text) if text.exists() else None
    return task(Setup(Store(folder), TokenStore.open(training), held_out, benchmarks, window, tune_by))


def checked_executor(executor: Any) -> Any:
    """Return an executor, or raise TypeError if it is none.

    An executor is anything with ``submit(function, argument)`` that returns an object with ``result()``, such as the
    executors of `concurrent.futures` or Dask's client.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise TypeError(
            f"got executor={executor!r}, expected an object with submit(function, argument), such as "
            "concurrent.futures.ProcessPoolExecutor(), or None to train in this process"
        )
    return executor


def gather(
    tasks: Sequence[partial[Any]],
    words: Sequence[int],
    what: str,
    bar: Bar,
    setup: Setup,
    send: Callable[[partial[Any]], Any] | None = None,
    *,
    before: int = 0,
    after: int = 0,
) -> Iterator[Any]:
    """Do tasks, and yield their results in order; an Exception in the place of one that could not be done.

    They lack the setup, and are done in this process one after the other unless `send` gives them to an executor, and
    returns futures. The bar shows `what` they are, and takes the `words` that each has at most. It counts others of the
    kind that are done `before` and `after`.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted; tasks that were not begun are cancelled.
    """
    told: list[int] = []
    naming = ""

    def report(count: int, doing: str) -> None:
        told.append(count)
        bar.advance(count)
        bar.describe(f"{naming}, {doing}")

    futures = [] if send is None else [send(task) for task in tasks]
    calls = [future.result for future in futures] or [partial(task, setup, report=report) for task in tasks]
    try:
        for number, (call, size) in enumerate(zip(calls, words, strict=True), start=1):
            place = f"{before + number} of {before + len(tasks) + after}"
            naming = f"{what} {place}: {_name_of(tasks[number - 1])}"
            bar.describe(naming)
            told.clear()
            try:
                result = call()
            except Exception as error:  # such as a worker process that died
                result = error
            bar.advance(size) if futures else bar.drop(size - sum(told))
            _logger.info("%s: %s", naming, _outcome(result))
            yield result
    finally:
        for future in futures:
            if hasattr(future, "cancel"):
                future.cancel()


def _outcome(result: Any) -> str:
    """Return what came of a task in a few words, for the log."""
    if isinstance(result, Tuning):
        chosen = ", ".join(f"{name} {value}" for name, value in result.chosen.items())
        return f"{chosen} in {result.seconds:.1f} s"
    if isinstance(result, Run):
        return (
            f"failed, {result.error}"
            if result.error
            else "done" + (f" in {result.seconds:.1f} s" if result.seconds else "")
        )
    return f"failed, {type(result).__name__}: {result}" if isinstance(result, Exception) else "done"


def _name_of(task: partial[Any]) -> str:
    """Return what a task is about, for the bar: the row, and the seed of a run."""
    label = task.keywords["trainer"].label
    short = label if len(label) <= _NAME else f"{label[: _NAME - 1]}…"
    return f"{short}, seed {task.keywords['seed']}" if "seed" in task.keywords else short
