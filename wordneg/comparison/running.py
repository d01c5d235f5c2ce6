"""What is submitted to an executor: functions of one argument, both of which can be pickled.

A task names the token store by its folder, and writes its result to the folder of the comparison itself, so that
nothing is lost if whoever waits for it is not there any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordneg import evaluation
from wordneg.comparison.folder import write_run, write_tuning
from wordneg.comparison.heldout import Likelihood, Yardstick
from wordneg.comparison.planning import Pace
from wordneg.comparison.records import HELD_OUT, Epoch, Run, Score, Tuning
from wordneg.comparison.scoring import Benchmarks, Scored, score, score_pairs, summary
from wordneg.comparison.settings import GENSIM, WORDRANK, Setting
from wordneg.comparison.training import PeakMemory, Trained, train
from wordneg.comparison.tuning import TUNING_SEED, Trial, walk
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.parameters import Parameters
from wordneg.wordrank.parameters import WordRankParameters

__all__ = ["Measures", "RunTask", "TuneTask", "forget", "measure", "measure_extra", "probe", "run", "tune"]

_CURVE_POINTS = 5
_PROBED_EPOCHS = 3
_Report = Callable[[int], object]
"""Told, now and then, how many words have been trained on."""


@dataclass(frozen=True)
class Measures:
    """What a trained model is measured by.

    Attributes
    ----------
    benchmarks : Benchmarks
        The benchmarks.
    training : Path
        Folder of the store to train on, for the words' frequencies.
    held_out : Path or None
        Folder of the store of the held-out text.
    window : int
        Of its positions.
    """

    benchmarks: Benchmarks
    training: Path
    held_out: Path | None
    window: int


@dataclass(frozen=True)
class RunTask:
    """A run to be made.

    Attributes
    ----------
    setting : Setting
        With the values that were tuned and scaled.
    seed : int
        Of the run.
    folder : Path
        Where the result goes.
    measures : Measures
        What it is measured by; names the text to train on.
    """

    setting: Setting
    seed: int
    folder: Path
    measures: Measures


@dataclass(frozen=True)
class TuneTask:
    """A setting to be tuned.

    Attributes
    ----------
    setting : Setting
        Where to start.
    option : str
        What is tuned.
    by : {"benchmarks", "held-out"}
        Of what the best value is the best.
    prefix, tries : int
        Words of a training, and trainings at most.
    folder : Path
        Where the result goes.
    measures : Measures
        What it is measured by; names the text to train on.
    """

    setting: Setting
    option: str
    by: str
    prefix: int
    tries: int
    folder: Path
    measures: Measures


@lru_cache(maxsize=4)
def _opened(folder: Path) -> TokenStore:
    return TokenStore.open(folder)


@lru_cache(maxsize=4)
def _yardstick(folder: Path, window: int) -> Yardstick:
    return Yardstick.of(_opened(folder), window)


@lru_cache(maxsize=4)
def _ranks(folder: Path) -> evaluation.WordRanks:
    vocabulary = _opened(folder).vocabulary
    return evaluation.WordRanks(dict.fromkeys(vocabulary.words), evaluation.Policy(), vocabulary.counts)


@lru_cache(maxsize=4)
def _bound(folder: Path, benchmarks: Benchmarks, cheap: bool = False) -> evaluation.BoundBenchmarks:
    """Return benchmarks bound to the words of a text, once for all vectors of them."""
    words = _opened(folder).vocabulary.words
    return benchmarks.bind(words, cheap=True) if cheap else benchmarks.bind(words, _ranks(folder))


def run(task: RunTask, report: _Report | None = None) -> Run:
    """Train, measure and write a run; one that fails is written, too.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted.
    OSError
        If the result cannot be written.
    """
    options = task.setting.as_json() | {"seed": task.seed}
    failed = Run(task.setting.label, task.seed, "failed", None, options, None, None, None, (), (), None)
    begin = time.perf_counter()
    try:
        store = _opened(task.measures.training)
        curve = _Curve(task, len(store.tokens), report)
        memory = PeakMemory()
        trained = train(task.setting, store, task.seed, curve)
        peak = memory.read()
        scored = measure(trained, task.measures, task.setting)
    except Exception as error:  # whatever it is, it is this setting's row, and not the end of the others
        return write_run(task.folder, replace(failed, error=_told(task.setting, error)), {})
    done = replace(
        failed,
        status="done",
        seconds=trained.seconds,
        words_per_second=trained.words / trained.seconds if trained.words and trained.seconds else None,
        peak_memory=peak,
        scores=scored.scores,
        epochs=tuple(curve.epochs),
        beyond=time.perf_counter() - begin - trained.seconds,
    )
    return write_run(task.folder, done, scored.items)


def measure_extra(vectors: evaluation.Vectors, measures: Measures) -> Scored:
    """Score vectors from outside, which have words of their own, on the benchmarks."""
    return score(vectors, measures.benchmarks.bind(vectors.words, _ranks(measures.training)))


def measure(trained: Trained, measures: Measures, setting: Setting) -> Scored:
    """Score a model on the benchmarks and on the held-out text."""
    scored = score(trained.inputs, _bound(measures.training, measures.benchmarks))
    if measures.held_out is None:
        return scored
    yardstick = _yardstick(measures.held_out, measures.window)
    logs = _likelihood(measures, setting, trained).log_probabilities
    reported = slice(yardstick.fitting, None)
    numbers = _banded(logs, yardstick.ranks[yardstick.words[reported]])
    items = {HELD_OUT: logs, f"{HELD_OUT}/cluster": yardstick.sentences[reported]}
    return Scored((*scored.scores, *numbers), scored.items | items)


def _banded(logs: NDArray[np.float64], ranks: NDArray[np.int64]) -> list[Score]:
    """Return the mean of (P,) log-likelihoods, over all words and by their frequency."""
    band_of = evaluation.Bands().of_ranks(ranks)
    parts = {"all": np.ones(len(logs), dtype=bool)} | {
        band: band_of == number for number, band in enumerate(evaluation.BANDS)
    }
    return [
        Score(HELD_OUT, "log-likelihood", band, float(logs[part].mean()) if part.any() else None, int(part.sum()), 0)
        for band, part in parts.items()
    ]


def _likelihood(measures: Measures, setting: Setting, trained: Trained) -> Likelihood:
    assert measures.held_out is not None
    yardstick = _yardstick(measures.held_out, measures.window)
    cosine = setting.trainer != GENSIM and bool(getattr(setting.objective, "cosine", False))
    parameters = setting.parameters  # WordRank's scores are of two words, as those of skip-gram
    mean = not isinstance(parameters, Parameters) or bool(parameters.sg or parameters.cbow_mean)
    return yardstick.measure(trained.inputs, trained.outputs, mean=mean, cosine=cosine)


class _Curve:
    """Gathers the learning curve: similarity benchmarks, which are cheap, after five of the epochs at most."""

    def __init__(self, task: RunTask, words: int, report: _Report | None) -> None:
        self.epochs: list[Epoch] = []
        self._words, self._report = words, report
        self._pairs = _bound(task.measures.training, task.measures.benchmarks, cheap=True)
        last = task.setting.parameters.epochs
        self._scored = set(np.linspace(1, last, min(last, _CURVE_POINTS)).round().astype(int).tolist())

    def __call__(self, epoch: int, seconds: float, loss: float, inputs: NDArray[np.float32]) -> None:
        """Take the state after an epoch."""
        scores = score_pairs(inputs, self._pairs) if epoch in self._scored else ()
        self.epochs.append(Epoch(epoch, seconds, loss, scores))
        if self._report is not None:
            self._report(self._words)


def tune(task: TuneTask, report: _Report | None = None) -> Tuning:
    """Tune a setting, write what came out, and return it.

    A setting that cannot be trained at all keeps its own value; its runs will say why.
    """
    prefix = _opened(task.measures.training).head(task.prefix)
    measures = task.measures

    def trial(setting: Setting) -> Trial:
        begin, trained_in = time.perf_counter(), 0.0
        words = len(prefix.tokens) * setting.parameters.epochs
        try:
            trained = train(setting, prefix, TUNING_SEED)
            begin, trained_in = time.perf_counter(), trained.seconds  # the trainer's own time leaves compiling out
            if task.by == HELD_OUT:
                value: float | None = _likelihood(measures, setting, trained).mean
            else:
                value = summary(score(trained.inputs, _bound(measures.training, measures.benchmarks)).scores)
        except Exception:  # a training that diverged, or that fails whatever the value
            value = None
        if report is not None:
            report(words)
        return Trial(value, trained_in + time.perf_counter() - begin, words if setting.reads_text else None)

    tuning = walk(task.setting, task.option, trial, task.tries)
    write_tuning(task.folder, tuning)
    return tuning


def probe(task: TuneTask, report: _Report | None = None) -> Pace | None:
    """Return how long a setting trains on the text; None if it fails.

    It is measured on the prefix. Co-occurrences grow more slowly than the text, so WordRank is measured on the whole.
    """
    setting, text = task.setting, _opened(task.measures.training)
    probed, part = _PROBED_EPOCHS, text.head(task.prefix)
    if isinstance(setting.parameters, WordRankParameters):
        probed, part = min(setting.parameters.period, setting.parameters.epochs), text  # passes of a period differ
    try:
        trained = train(setting.with_parameters(epochs=probed), part, TUNING_SEED)
    except Exception:  # its runs will say why
        return None
    scale = len(text.tokens) / len(part.tokens)
    return Pace(trained.before * scale, (trained.seconds - trained.before) * scale / probed)


def forget() -> None:
    """Let go of the stores that tasks have opened in this process, so that their files can be removed."""
    _yardstick.cache_clear()
    _bound.cache_clear()
    _ranks.cache_clear()
    _opened.cache_clear()


def _told(setting: Setting, error: Exception) -> str:
    """Return what went wrong in a sentence that names the sampler, or another trainer."""
    others = {GENSIM: "gensim", WORDRANK: "WordRank"}
    who = others.get(setting.trainer) or f"sampler {setting.sampler.name!r}"
    text = str(error) or "no message"
    return f"{type(error).__name__}: {text}" if who in text else f"{who}: {type(error).__name__}: {text}"
