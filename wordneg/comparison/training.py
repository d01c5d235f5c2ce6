"""Training one setting once, by whichever trainer, with its speed and memory taken."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.settings import GENSIM, WORDNEG, WORDRANK, Setting
from wordneg.estimator.base import Estimator
from wordneg.samplers import Staged
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.wordrank.model import WordRank

__all__ = ["PeakMemory", "Trained", "train"]

_WARM_UP = 200  # tokens
_WARM_UP_TEXT = [["two", "words"]]
_GENSIM_SENTENCE = 10_000  # gensim ignores what a sentence has beyond

EpochHook = Callable[[int, float, float, NDArray[np.float32]], None]
"""Gets the epoch from 1, seconds of training so far, mean loss, and the (V, D) input vectors."""


@dataclass(eq=False)
class Trained:
    """A trained model, whoever trained it.

    Attributes
    ----------
    inputs, outputs : (V, D) float32
        Its vectors, of the words of the text.
    words : int or None
        Trained on, in all epochs, before subsampling; None if its epochs are no passes over words.
    seconds : float
        Of training, without compiling; with what comes before the first epoch.
    before : float
        What of it comes before the first epoch: a staged sampler's first stage, the counting of co-occurrences.
    """

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]
    words: int | None
    seconds: float
    before: float = 0.0


def train(setting: Setting, store: TokenStore, seed: int, on_epoch: EpochHook | None = None) -> Trained:
    """Train a setting on a store.

    Parameters
    ----------
    setting : Setting
        What to train.
    store : TokenStore
        The text.
    seed : int
        Of the run.
    on_epoch : callable, optional
        Called after every epoch.

    Raises
    ------
    FloatingPointError
        If the training diverges.
    KeyboardInterrupt
        If it was interrupted: half a training is no result.
    """
    return _TRAINERS[setting.trainer](setting, store, seed, on_epoch)


@dataclass
class _Clock:
    """A callback of an estimator: seconds of training, and the hook.

    Attributes
    ----------
    on_epoch : callable or None
        The hook.
    from_here : bool
        Whether what the estimator does from now until its first epoch counts as training.
    """

    on_epoch: EpochHook | None
    from_here: bool
    begin: float = field(default_factory=time.perf_counter)
    before: float = 0.0

    def on_train_begin(self, model: Estimator[Any, Any]) -> None:
        """Take the time before the first epoch."""
        if self.from_here:
            self.before = time.perf_counter() - self.begin

    def on_epoch_end(self, model: Estimator[Any, Any]) -> None:
        """Tell the hook."""
        if self.on_epoch is not None:
            self.on_epoch(len(model.history), self.seconds(model), model.history[-1].loss, model.wv.vectors)

    def seconds(self, model: Estimator[Any, Any]) -> float:
        """Return the seconds of training so far."""
        return self.before + sum(report.seconds for report in model.history)


def _train_wordneg(setting: Setting, store: TokenStore, seed: int, on_epoch: EpochHook | None) -> Trained:
    staged = isinstance(setting.sampler, Staged)
    if staged:  # its first stage is timed as a whole, so compile before
        warm_up = setting.with_parameters(epochs=1).model(seed)
        warm_up.build_vocab(store.head(_WARM_UP))
        warm_up.train()
    model = setting.model(seed)
    model.build_vocab(store)
    clock = _Clock(on_epoch, from_here=staged)
    _train_whole(model, clock)
    words = sum(report.words for report in model.history)
    return Trained(model.wv.vectors, model.syn1neg, words, clock.seconds(model), clock.before)


def _train_wordrank(setting: Setting, store: TokenStore, seed: int, on_epoch: EpochHook | None) -> Trained:
    """Train WordRank; co-occurrences are counted in every run.

    They are the same for all seeds, but if they were kept, they would be in the peak memory of other settings' runs.
    """
    options = setting.parameters.as_dict() | {"seed": seed, "progress": False}
    warm_up = WordRank(**options | {"epochs": 1})  # the counting is timed as a whole, so compile before
    warm_up.build_vocab(encode(_WARM_UP_TEXT, min_count=1))
    warm_up.train()
    model = WordRank(**options)
    clock = _Clock(on_epoch, from_here=True)
    model.build_vocab(store)
    _train_whole(model, clock)
    return Trained(model.wv.vectors, model.contexts.vectors, None, clock.seconds(model), clock.before)


def _train_whole(model: Estimator[Any, Any], clock: _Clock) -> None:
    """Train a model to its end, or raise KeyboardInterrupt."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="training was interrupted")
        model.train(callbacks=[clock])
    if model.interrupted:
        raise KeyboardInterrupt


def _train_gensim(setting: Setting, store: TokenStore, seed: int, on_epoch: EpochHook | None) -> Trained:
    from gensim.models import Word2Vec as GensimWord2Vec

    ours = setting.parameters
    names = ("vector_size", "alpha", "min_alpha", "window", "sample", "workers", "sg", "negative", "cbow_mean")
    options = {name: getattr(ours, name) for name in (*names, "epochs", "shrink_windows")}
    exponent = getattr(setting.sampler, "exponent", 0.75)
    model = GensimWord2Vec(**options, seed=seed, ns_exponent=exponent, min_count=1, compute_loss=False)
    sentences = _Sentences(store)
    model.build_vocab(sentences)
    begin = time.perf_counter()
    model.train(sentences, total_examples=model.corpus_count, epochs=ours.epochs)
    seconds = time.perf_counter() - begin
    rows = [model.wv.key_to_index.get(word, -1) for word in store.vocabulary.words]
    inputs, outputs = (_in_order(matrix, rows) for matrix in (model.wv.vectors, model.syn1neg))
    if on_epoch is not None:
        on_epoch(ours.epochs, seconds, float("nan"), inputs)
    return Trained(inputs, outputs, len(store.tokens) * ours.epochs, seconds)


_TRAINERS = {WORDNEG: _train_wordneg, GENSIM: _train_gensim, WORDRANK: _train_wordrank}


class _Sentences:
    """The sentences of a store as gensim wants them."""

    def __init__(self, store: TokenStore) -> None:
        words = np.array(store.vocabulary.words, dtype=object)
        self._sentences: Sequence[list[str]] = [
            words[store.tokens[start : min(start + _GENSIM_SENTENCE, end)]].tolist()
            for begin, end in zip(store.offsets[:-1].tolist(), store.offsets[1:].tolist(), strict=True)
            for start in range(begin, end, _GENSIM_SENTENCE)
        ]

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self._sentences)


def _in_order(matrix: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return rows in another order, zeros for a word that the text of a store does not have (-1)."""
    padded = np.concatenate([matrix, np.zeros((1, matrix.shape[1]), matrix.dtype)])
    return np.ascontiguousarray(padded[rows])


class PeakMemory:
    """The most memory that the process took since this was made.

    On Linux the kernel's high-water mark is set back to measure a run by itself; elsewhere it is that of the
    process since its start.
    """

    _STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def __init__(self) -> None:
        with suppress(OSError):
            self._RESET.write_text("5")

    def read(self) -> int | None:
        """Return bytes; None where the system does not tell."""
        with suppress(OSError, StopIteration):
            lines = self._STATUS.read_text().splitlines()
            return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
        try:
            import resource
        except ImportError:  # Windows
            return None
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
