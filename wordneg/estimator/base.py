"""`Estimator`: what `Word2Vec` and `WordRank` share."""

from __future__ import annotations

import inspect
import os
import threading
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import near_misses
from wordneg.common.settings import declarations
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

__all__ = ["CorpusFacts", "Estimator", "State"]

_DECIDED_BY_VOCABULARY = frozenset(("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab"))

ParametersT = TypeVar("ParametersT", bound=BaseParameters)
ReportT = TypeVar("ReportT", bound=PassReport)


class CorpusFacts(NamedTuple):
    """What is kept of the corpus that a vocabulary was made from: a fingerprint, and how much there was."""

    fingerprint: str = ""
    sentences: int = 0
    tokens: int = 0

    @classmethod
    def of(cls, store: TokenStore) -> CorpusFacts:
        """Return the facts of an encoded corpus."""
        return cls(store.fingerprint, store.raw_sentences, store.raw_tokens)


@dataclass(frozen=True, eq=False)
class State:
    """All that building and training change about a model. It is swapped as a whole: no interruption leaves halves.

    Attributes
    ----------
    parameters : BaseParameters
        The settings.
    vocabulary : Vocabulary or None
        The words; None before `build_vocab`, as are weights and vectors.
    weights : Weights or None
        The two matrices in training.
    vectors : WordVectors or None
        The words with a view of the input matrix: the model's ``wv``.
    corpus : CorpusFacts
        What is known of the text of `build_vocab`.
    store : TokenStore or None
        That text, if it is kept for `train`.
    history : list
        A report of every epoch so far.
    """

    parameters: Any
    vocabulary: Vocabulary | None = None
    weights: Weights | None = None
    vectors: WordVectors | None = None
    corpus: CorpusFacts = field(default_factory=CorpusFacts)
    store: TokenStore | None = None
    history: list[Any] = field(default_factory=list)


class Estimator(ABC, Generic[ParametersT, ReportT]):
    """The base of models that make word vectors from a corpus.

    A subclass names its types below and has `_fresh` and `train`. Its constructor passes on settings by name and ends
    with `_begin`; its signature, defaults and all, is made from the declared settings. It may have `_compile_ahead`
    and `_fixed`, and `_own_metadata`, `_own_arrays` and `_restore_own` for what it saves beyond parameters, matrices,
    vocabulary and history.

    Parameters
    ----------
    sentences, corpus_file
        The corpus, which the subclass trains on by `_begin`.
    *positional
        Settings in the order of `_positional`.
    callbacks : sequence
        See `wordneg.estimator.callbacks.Callbacks`.
    tokenizer : callable or None
        Splits a string into tokens, where the corpus yields strings or is a file of raw prose.
    encoding, unicode_errors : str or None
        How text files are decoded; see `wordneg.corpora.open_corpus`.
    progress : bool or None
        Whether to show a bar; see `wordneg.common.progress.wanted`.
    **settings
        Settings by name. Each is also an attribute of the model; when it is set, later trainings follow it.
    """

    _kind: ClassVar[str]
    """The kind of its files: one of `wordneg.files.storage.MODEL_KINDS`."""
    _parameters_type: ClassVar[type[BaseParameters]]
    _report_type: ClassVar[type[PassReport]]
    _positional: ClassVar[tuple[str, ...]]
    """The settings that may be given without their names, in gensim's order."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "_parameters_type" in vars(cls):
            cls.__init__.__signature__ = _constructor_signature(cls)  # type: ignore[attr-defined]

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *positional: Any,
        callbacks: Sequence[Any] = (),
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        encoding: str | None = None,
        unicode_errors: str | None = None,
        progress: bool | None = None,
        **settings: Any,
    ) -> None:
        self._callbacks = tuple(callbacks)
        self._text: dict[str, Any] = {"tokenizer": tokenizer, "encoding": encoding, "unicode_errors": unicode_errors}
        self._progress = progress
        self.interrupted = False
        self._state = self._empty_state(self._parameters_type(**self._named(positional, settings)))

    @classmethod
    def _named(cls, positional: tuple[Any, ...], settings: dict[str, Any]) -> dict[str, Any]:
        """Return all settings that a constructor got, by name.

        Raises
        ------
        TypeError
            If there are too many, one is given twice, or is unknown.
        """
        if len(positional) > len(cls._positional):
            raise TypeError(
                f"{cls.__name__} takes at most {2 + len(cls._positional)} arguments without a name, got "
                f"{2 + len(positional)}; name the others, as in {cls.__name__}(sentences, vector_size=100)"
            )
        given = dict(zip(cls._positional, positional, strict=False))
        if twice := sorted(given.keys() & settings.keys()):
            raise TypeError(f"{cls.__name__} got {twice[0]!r} twice, by place and by name")
        for name in settings:
            if name not in declarations(cls._parameters_type):
                known = list(inspect.signature(cls).parameters)
                raise TypeError(f"{cls.__name__} has no setting {name!r}{near_misses(name, known)}")
        return given | settings

    def _empty_state(self, parameters: Any) -> State:
        """Return the state of a model without a vocabulary."""
        return State(parameters)

    def _begin(self, sentences: Any, corpus_file: str | os.PathLike[str] | None) -> None:
        """Train, if the constructor got a corpus."""
        corpus = one_corpus(sentences, corpus_file)
        if corpus is not None:
            self.build_vocab(corpus)
            self.train()

    # --- attributes -------------------------------------------------------------------------------

    @property
    def parameters(self) -> ParametersT:
        """The settings; may be replaced as a whole."""
        parameters: ParametersT = self._state.parameters
        return parameters

    @parameters.setter
    def parameters(self, parameters: ParametersT) -> None:
        self._change(parameters)

    @property
    def history(self) -> list[ReportT]:
        """A report of every epoch so far."""
        return self._state.history

    @property
    def corpus_count(self) -> int:
        """How many sentences `build_vocab` read."""
        return self._state.corpus.sentences

    @property
    def corpus_total_words(self) -> int:
        """How many tokens `build_vocab` read."""
        return self._state.corpus.tokens

    def __getattr__(self, name: str) -> Any:
        settings = self._settings()
        if name in settings:
            return settings[name]
        alike = near_misses(name, [public for public in (*dir(self), *settings) if not public.startswith("_")])
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{alike}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settings():
            self._change(replace(self.parameters, **{name: value}))
        else:
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._settings()})

    def _settings(self) -> dict[str, Any]:
        """Return the settings by name; none while the model is being made."""
        return self._state.parameters.as_dict() if "_state" in self.__dict__ else {}

    def _change(self, parameters: ParametersT) -> None:
        """Take other settings.

        Raises
        ------
        AttributeError
            If words, vectors or counts were made with others.
        """
        for name in sorted(self._fixed()):
            built_with, value = getattr(self.parameters, name), getattr(parameters, name)
            if value != built_with:
                raise AttributeError(
                    f"got {name}={value!r} for a model that was built with {built_with!r}; make a new model"
                )
        self._state = replace(self._state, parameters=parameters)

    def _fixed(self) -> frozenset[str]:
        """Return the settings that can no longer be changed, since words and vectors have been made with them."""
        return frozenset() if self._state.vocabulary is None else _DECIDED_BY_VOCABULARY

    def _extent(self) -> str:
        """Return in words how many words and dimensions there are."""
        vocabulary = self._state.vocabulary
        words = f"{len(vocabulary):,} words" if vocabulary is not None else "no vocabulary yet"
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

        If this fails or is interrupted, the model stays as it was.

        Parameters
        ----------
        corpus_iterable : corpus or TokenStore
            Anything that the constructor takes, or a store made by `wordneg.encode`, which has applied the
            cut-offs already. It is kept for `train`.
        corpus_file : path
            A file, instead.
        update : bool
            Must be False: adding words to a vocabulary is not supported.
        progress_per : int
            Ignored; taken so that calls written for gensim run.

        Raises
        ------
        TypeError, ValueError
            If there is no corpus, it is not made of token lists, no word is left, or nothing can be trained on it.
        """
        if update:
            raise ValueError("got update=True, but the vocabulary is fixed once built; train a new model on all text")
        corpus = one_corpus(corpus_iterable, corpus_file)
        if corpus is None:
            raise TypeError("got no corpus; give sentences (token lists) or a corpus_file")
        self._state = self._fresh(corpus)

    @abstractmethod
    def _fresh(self, corpus: Any) -> State:
        """Read a corpus and return the state of a model that begins with it."""

    def _compile_ahead(self) -> None:
        """Compile what training will need; called in the background while a long corpus is read.

        What it raises is dropped: training compiles too, and there it reaches the user.
        """

    def _made_of(self, vocabulary: Vocabulary, weights: Weights) -> dict[str, Any]:
        """Return the part of a state that holds words and vectors, by name."""
        vectors = WordVectors(vocabulary.words, self._unpadded(weights.inputs), counts=vocabulary.counts)
        return {"vocabulary": vocabulary, "weights": weights, "vectors": vectors}

    def _unpadded(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return a view, ``(V, D) float32``, of a matrix of padded rows."""
        return matrix[:, : self.parameters.vector_size]

    def _as_vectors(self, matrix: NDArray[np.float32]) -> WordVectors:
        """Return a matrix, ``(V, D) float32``, with the words of its rows and their counts."""
        vocabulary, _ = self._built()
        return WordVectors(vocabulary.words, matrix, counts=vocabulary.counts)

    def _read(self, corpus: Any) -> TokenStore:
        """Return a corpus as a store, with a vocabulary of its own."""
        if isinstance(corpus, TokenStore):
            return corpus
        return read_corpus(corpus, self.parameters, self._text, ahead=self._compile_ahead)

    def _built(self) -> tuple[Vocabulary, Weights]:
        """Return words and matrices, or raise RuntimeError if there are none yet."""
        state = self._state
        if state.vocabulary is None or state.weights is None:
            raise RuntimeError("the model has no vocabulary yet; call build_vocab, or give the constructor a corpus")
        return state.vocabulary, state.weights

    # --- training ---------------------------------------------------------------------------------

    @abstractmethod
    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> Any:
        """Train, from the vectors as they are, on a corpus or the one of `build_vocab`."""

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
        ValueError
            If it is a store with another vocabulary.
        """
        vocabulary, _ = self._built()
        if not isinstance(corpus, TokenStore):
            return encode(corpus, **self._text, vocabulary=vocabulary)
        if corpus.vocabulary.words != vocabulary.words:
            raise ValueError("the store has another vocabulary than the model; encode its corpus with the model's")
        return corpus

    def _corpus_of(self, corpus: Any, method: str) -> TokenStore:
        """Return a corpus that a method was given, or the one of `build_vocab`, as a store."""
        self._built()
        store = self._state.store if corpus is None else self.prepare(corpus)
        if store is None:
            raise RuntimeError(f"the model was loaded without its corpus; give {method} one")
        return store

    def _hooks(self, callbacks: Sequence[Any] | None) -> Callbacks:
        """Return the callbacks of a training: those given to `train`, or the model's own."""
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
            Trains an epoch whenever the next report is asked for. An interrupted epoch has a report too, the last.
        hooks : Callbacks
            If one returns True at the end of an epoch, training ends there.
        bar : TrainingBar
            Is told how much has been done.
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
        assert self._state.vectors is not None
        return self._state.vectors

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

    def _restore_own(self, state: State, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> State:
        """Return a state with what else was saved; raise KeyError or TypeError if it does not fit."""
        return state

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
            "corpus": self._state.corpus._asdict(),
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
    def _load(cls, path: str | os.PathLike[str], arguments: Callable[[dict[str, Any]], dict[str, Any]]) -> Self:
        """Return a saved model, made with the saved parameters and what `arguments` makes of the metadata."""
        archive = read_archive(path, cls._kind)
        metadata = archive.metadata
        try:
            model = cls(**arguments(metadata), **metadata["parameters"])
            model._state = model._restored(archive.words, archive.arrays, metadata)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{os.fspath(path)!r} is no model that this version can read: {error}") from error
        return model

    def _restored(self, words: Any, arrays: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> State:
        """Return the state that a file holds."""
        vocabulary = Vocabulary(list(words), arrays["counts"])
        size = self.parameters.vector_size
        weights = zeros(len(vocabulary), size)
        for name, matrix in weights._asdict().items():
            if arrays[name].shape != (len(vocabulary), size):
                raise TypeError(f"{name} are of shape {arrays[name].shape}, expected {(len(vocabulary), size)}")
            self._unpadded(matrix)[:] = arrays[name]
        state = replace(
            self._state,
            **self._made_of(vocabulary, weights),
            corpus=CorpusFacts(**metadata["corpus"]),
            history=[self._report_type.from_dict(report) for report in metadata["history"]],
        )
        return self._restore_own(state, metadata, arrays)


def _constructor_signature(cls: type[Estimator[Any, Any]]) -> inspect.Signature:
    """Return a constructor's signature, with the declared settings in place of ``*positional`` and ``**settings``."""
    written = inspect.signature(cls.__init__).parameters.values()
    first = [one for one in written if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    own = [one for one in written if one.kind is inspect.Parameter.KEYWORD_ONLY]
    annotations = inspect.get_annotations(cls._parameters_type)
    for base in cls._parameters_type.__mro__[1:]:
        annotations = inspect.get_annotations(base) | annotations
    declared = {
        name: inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD if name in cls._positional else inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=annotations[name],
        )
        for name, (default, _) in declarations(cls._parameters_type).items()
    }
    by_place = [declared.pop(name) for name in cls._positional]
    return inspect.Signature([*first, *by_place, *declared.values(), *own])
