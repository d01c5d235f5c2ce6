"""What the estimators share: corpus and vocabulary, settings as attributes, how training runs and ends, files."""

from __future__ import annotations

import os
import threading
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import near_misses
from wordneg.compiled.weights import Weights, zeros
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.parameters import BaseParameters
from wordneg.estimator.passreport import PassReport
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus, read_corpus
from wordneg.files.storage import read_archive, write_archive
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary
from wordneg.vectors.wordvectors import WordVectors

__all__ = ["Estimator"]

_OF_VOCABULARY = frozenset(("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab"))

ParametersT = TypeVar("ParametersT", bound=BaseParameters)
ReportT = TypeVar("ReportT", bound=PassReport)


class Estimator(ABC, Generic[ParametersT, ReportT]):
    """The base of what makes word vectors from a corpus.

    A subclass has `_kind` and `_report_type`, a constructor that ends with `_begin`, the hook
    `_starting_state` and `train`. It may have `_compile_ahead`; `_fixed`; and `_own_metadata`, `_own_arrays`
    and `_restore_own` for what it has to save beyond parameters, matrices, vocabulary and history.

    Parameters
    ----------
    parameters : BaseParameters
        The settings; each is also an attribute of the model, which may be set: later trainings follow it.
    callbacks : sequence
        See `wordneg.estimator.callbacks.Callbacks`.
    tokenizer : callable or None
        Splits a string into tokens, where the corpus yields strings or is a file of raw prose.
    progress : bool or None
        Whether to show a bar; see `wordneg.estimator.progress.wanted`.
    """

    _kind: ClassVar[str]
    """Of its files: one of `wordneg.files.storage.MODEL_KINDS`."""
    _report_type: ClassVar[type[PassReport]]

    def __init__(
        self,
        parameters: ParametersT,
        *,
        callbacks: Sequence[Any],
        tokenizer: Callable[[str], Sequence[str]] | None,
        progress: bool | None,
    ) -> None:
        self.parameters = parameters
        self.history: list[ReportT] = []
        self.interrupted = False
        self._callbacks = tuple(callbacks)
        self._tokenizer = tokenizer
        self._progress = progress
        self._store: TokenStore | None = None
        self._vocabulary: Vocabulary | None = None
        self._weights: Weights | None = None
        self._corpus_fingerprint = ""

    def _begin(self, sentences: Any, corpus_file: str | os.PathLike[str] | None) -> None:
        """Train, if the constructor got a corpus."""
        corpus = one_corpus(sentences, corpus_file)
        if corpus is not None:
            self.build_vocab(corpus)
            self.train()

    def __getattr__(self, name: str) -> Any:
        settings = self._settings()
        if name in settings:
            return settings[name]
        alike = near_misses(name, [*dir(self), *settings])
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{alike}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settings():
            self._change(**{name: value})
        else:
            super().__setattr__(name, value)

    def _settings(self) -> dict[str, Any]:
        """Return the settings by name; none before there are parameters."""
        return self.__dict__["parameters"].as_dict() if "parameters" in self.__dict__ else {}

    def _change(self, **settings: Any) -> None:
        """Replace some settings, as an assignment to attributes of their names asks for.

        Raises
        ------
        AttributeError
            If the model has been built with another value.
        """
        for name, value in settings.items():
            built_with = getattr(self, name)
            if name in self._fixed() and value != built_with:
                raise AttributeError(
                    f"got {name}={value!r} for a model that was built with {built_with!r}; make a new model"
                )
        self.parameters = replace(self.parameters, **settings)  # type: ignore[type-var]

    def _fixed(self) -> frozenset[str]:
        """Return which settings can no longer be changed, as words and vectors have been made by them."""
        return frozenset() if self._vocabulary is None else _OF_VOCABULARY

    def _extent(self) -> str:
        """Return how many words and dimensions, in words."""
        words = f"{len(self._vocabulary):,} words" if self._vocabulary is not None else "no vocabulary yet"
        return f"{words} × {self.parameters.vector_size}"

    # --- building ---------------------------------------------------------------------------------

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        update: bool = False,
        progress_per: int = 10_000,
    ) -> None:
        """Read a corpus, count its words and start from fresh vectors.

        If that fails, or is interrupted, the model stays as it was.

        Parameters
        ----------
        corpus_iterable : corpus or TokenStore
            Anything that the constructor takes; or a store that `wordneg.encode` made, of which
            the cut-offs have been applied there. It is kept for `train`.
        corpus_file : path
            A file, instead.
        update : bool
            Adding words to a vocabulary is not supported; must be False.
        progress_per : int
            Not needed; taken so that gensim's calls run.

        Raises
        ------
        TypeError, ValueError
            If there is no corpus, it is not made of token lists, no word is left, or what is trained on cannot be
            made of it.
        """
        if update:
            raise ValueError("got update=True, but the vocabulary is fixed once built; train a new model on all text")
        corpus = one_corpus(corpus_iterable, corpus_file)
        if corpus is None:
            raise TypeError("got no corpus; give sentences (token lists) or a corpus_file")
        vars(self).update(self._fresh(corpus), history=[])  # in one step, which no Ctrl-C can part

    def _fresh(self, corpus: Any) -> dict[str, Any]:
        """Read a corpus; return the attributes, by name, of a model that is to begin with it."""
        store = self._encoded(corpus)
        return self._starting_state(store) | {
            "_store": store,
            "_corpus_fingerprint": store.fingerprint,
            "corpus_count": store.raw_sentences,
            "corpus_total_words": store.raw_tokens,
        }

    @abstractmethod
    def _starting_state(self, store: TokenStore) -> dict[str, Any]:
        """Return what depends on the words of a corpus that has been read: `_vectors` of fresh weights, and its own."""

    def _compile_ahead(self) -> None:
        """Compile what training will need; called in the background while a long corpus is read.

        What it raises is dropped: training compiles too, and there it reaches the user.
        """

    def _vectors(self, vocabulary: Vocabulary, weights: Weights) -> dict[str, Any]:
        """Return the attributes, by name, that hold words and vectors."""
        vectors = WordVectors(vocabulary.words, self._unpadded(weights.inputs), counts=vocabulary.counts)
        return {"_vocabulary": vocabulary, "_weights": weights, "_wv": vectors}

    def _unpadded(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a view, ``(V, D) float32``, of a matrix of padded rows."""
        return matrix[:, : self.parameters.vector_size]

    def _as_vectors(self, matrix: NDArray[np.float32]) -> WordVectors:
        """Return a matrix, ``(V, D) float32``, with the words of its rows and their counts."""
        vocabulary, _ = self._built()
        return WordVectors(vocabulary.words, matrix, counts=vocabulary.counts)

    def _encoded(self, corpus: Any, vocabulary: Vocabulary | None = None) -> TokenStore:
        """Return a corpus as a store, of a given vocabulary if training goes on."""
        if isinstance(corpus, TokenStore):
            if vocabulary is not None and corpus.vocabulary.words != vocabulary.words:
                raise ValueError("the store has another vocabulary than the model; encode its corpus with the model's")
            return corpus
        if vocabulary is not None:
            return encode(corpus, tokenizer=self._tokenizer, vocabulary=vocabulary)
        return read_corpus(corpus, self.parameters, self._tokenizer, ahead=self._compile_ahead)

    def _built(self) -> tuple[Vocabulary, Weights]:
        if self._vocabulary is None or self._weights is None:
            raise RuntimeError("the model has no vocabulary yet; call build_vocab, or give the constructor a corpus")
        return self._vocabulary, self._weights

    # --- training ---------------------------------------------------------------------------------

    @abstractmethod
    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> Any:
        """Train, from the vectors as they are, on a corpus or that of `build_vocab`."""

    def prepare(self, corpus: Any) -> Any:
        """Return a corpus as `train` goes through it, with the words of the model: to train on it several times.

        Parameters
        ----------
        corpus : corpus
            Whatever `train` takes.

        Raises
        ------
        RuntimeError
            If there is no vocabulary.
        """
        vocabulary, _ = self._built()
        return self._encoded(corpus, vocabulary)

    def _corpus_of(self, corpus: Any, method: str) -> TokenStore:
        """Return a corpus that a method was given, or that of `build_vocab`, as a store."""
        self._built()
        store = self._store if corpus is None else self.prepare(corpus)
        if store is None:
            raise RuntimeError(f"the model was loaded without its corpus; give {method} one")
        return store

    def _hooks(self, callbacks: Sequence[Any] | None) -> Callbacks:
        """Return the callbacks of a training: those that `train` was given, or the model's own."""
        return Callbacks(self, self._callbacks if callbacks is None else callbacks)

    def _follow(
        self,
        reports: Iterable[ReportT],
        hooks: Callbacks,
        bar: TrainingBar,
        interrupted: threading.Event,
        epochs: int,
    ) -> list[ReportT]:
        """Train: take the reports as they come, keep them, call back before and after each; return them.

        Parameters
        ----------
        reports : iterable
            Trains an epoch whenever the next report is asked for; an interrupted one has a report too, the last.
        hooks : Callbacks
            If one returns True at the end of an epoch, no further is begun.
        bar : TrainingBar
            Is told what has been done.
        interrupted : threading.Event
            Whether there was a Ctrl-C, see `wordneg.estimator.interruption.interrupts`.
        epochs : int
            How many there will be.
        """
        done: list[ReportT] = []
        hooks.call("on_train_begin")
        hooks.call("on_epoch_begin")
        for report in reports:
            bar.epoch_done(report.amount)
            done.append(report)
            self.history.append(report)
            self.wv.fill_norms(force=True)
            if report.finished and hooks.call("on_epoch_end"):
                break
            if len(done) < epochs and not interrupted.is_set():
                hooks.call("on_epoch_begin")
        hooks.call("on_train_end")
        return done

    def _conclude(self, interrupted: threading.Event, last: int) -> None:
        """Remember whether training was interrupted, and warn the caller of `train` if so.

        A Ctrl-C that comes when all has been done interrupts nothing.

        Parameters
        ----------
        interrupted : threading.Event
            As for `_follow`.
        last : int
            How many epochs the history would hold otherwise.
        """
        report = self.history[-1]
        self.interrupted = interrupted.is_set() and (len(self.history) < last or not report.finished)
        if self.interrupted:
            warnings.warn(
                f"training was interrupted in epoch {report.epoch + 1} of {last}, after {report.amount:,} of its "
                f"{report.unit}; the vectors so far are kept, and train() goes on from them",
                stacklevel=3,
            )

    # --- results ----------------------------------------------------------------------------------

    @property
    def wv(self) -> WordVectors:
        """The input vectors: a view of the matrix in training, ``(V, D) float32``."""
        self._built()
        return self._wv

    def get_latest_training_loss(self) -> float:
        """Return the mean loss of the last epoch (not a sum over epochs, as in gensim)."""
        if not self.history:
            raise RuntimeError("the model has not been trained yet; call train")
        return self.history[-1].loss

    # --- files ------------------------------------------------------------------------------------

    def _own_metadata(self) -> dict[str, Any]:
        """Return what else to save, as JSON can hold it."""
        return {}

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        """Return which other arrays to save, by name."""
        return {}

    def _restore_own(self, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Take back what `_own_metadata` and `_own_arrays` saved; KeyError or TypeError if it does not fit."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file: arrays and JSON, no pickle, atomically.

        Raises
        ------
        RuntimeError
            If the model has no vocabulary yet.
        OSError
            If the file cannot be written; an old one stays as it was.
        """
        vocabulary, weights = self._built()
        metadata = {
            "parameters": self.parameters.as_dict(),
            **self._own_metadata(),
            "history": [report.as_dict() for report in self.history],
            "corpus": {
                "fingerprint": self._corpus_fingerprint,
                "sentences": self.corpus_count,
                "tokens": self.corpus_total_words,
            },
        }
        matrices = {name: self._unpadded(matrix) for name, matrix in weights._asdict().items()}
        arrays = matrices | {"counts": vocabulary.counts} | self._own_arrays()
        write_archive(path, self._kind, metadata, arrays, words=vocabulary.words)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, progress: bool | None = None) -> Self:
        """Return a model that was saved; it can be asked, and trained on with a corpus.

        Parameters
        ----------
        path : path
            The file.
        progress : bool, optional
            Whether to show a bar when training goes on.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a model of this kind, damaged or cut short.
        """
        return cls._load(path, lambda metadata: {"progress": progress})

    @classmethod
    def _load(cls, path: str | os.PathLike[str], settings: Callable[[dict[str, Any]], dict[str, Any]]) -> Self:
        """Return a saved model, made with the saved parameters and what `settings` makes of the metadata."""
        archive = read_archive(path, cls._kind)
        metadata = archive.metadata
        try:
            model = cls(**settings(metadata), **metadata["parameters"])
            model._restore(archive.words, archive.arrays, metadata)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{os.fspath(path)!r} is no model that this version can read: {error}") from error
        return model

    def _restore(self, words: Any, arrays: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> None:
        vocabulary = Vocabulary(list(words), arrays["counts"])
        size = self.parameters.vector_size
        weights = zeros(len(vocabulary), size)
        for name, matrix in weights._asdict().items():
            if arrays[name].shape != (len(vocabulary), size):
                raise TypeError(f"{name} are of shape {arrays[name].shape}, expected {(len(vocabulary), size)}")
            self._unpadded(matrix)[:] = arrays[name]
        vars(self).update(self._vectors(vocabulary, weights))
        self.history = [self._report_type.from_dict(report) for report in metadata["history"]]  # type: ignore[misc]
        corpus = metadata["corpus"]
        self._corpus_fingerprint = corpus["fingerprint"]
        self.corpus_count, self.corpus_total_words = corpus["sentences"], corpus["tokens"]
        self._restore_own(metadata, arrays)
