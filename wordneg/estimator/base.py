"""`Estimator`: what all models share."""

from __future__ import annotations

import inspect
import os
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import missing_attribute, near_misses, refuse_idle_assignment
from wordneg.common.settings import declarations
from wordneg.compiled.weights import Weights
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, checked_minutes
from wordneg.estimator.gensim_names import ELSEWHERE
from wordneg.estimator.interruption import TrainingInterrupted, Turn
from wordneg.estimator.parameters import BaseParameters
from wordneg.estimator.passreport import PassReport
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus, read_corpus
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.files.storage import read_archive, write_archive
from wordneg.files.vectors import attribute_arrays, attributes_in
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary
from wordneg.vectors.words import Words
from wordneg.vectors.wordvectors import WordVectors

__all__ = ["CorpusFacts", "Estimator", "State"]

_DECIDED_BY_VOCABULARY = frozenset(("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab"))

_TRAINING = "training_"  # begins the names of a checkpoint's arrays

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
        The words; None before `build_vocab`, as are vectors and outputs.
    vectors : WordVectors or None
        The words with the input vectors: the model's ``wv``.
    inputs, outputs : TrainableMatrix or None
        The input vectors and the output vectors.
    corpus : CorpusFacts
        What is known of the text of `build_vocab`.
    store : TokenStore or None
        That text, if it is kept for `train`.
    history : list
        A report of every epoch so far.
    pending : Pending or None
        A training that was loaded from a checkpoint, which `resume` goes on with.
    """

    parameters: Any
    vocabulary: Vocabulary | None = None
    vectors: WordVectors | None = None
    inputs: TrainableMatrix | None = None
    outputs: TrainableMatrix | None = None
    corpus: CorpusFacts = field(default_factory=CorpusFacts)
    store: TokenStore | None = None
    history: list[Any] = field(default_factory=list)
    pending: Pending | None = None


class _Built(NamedTuple):
    """What a model has once it has a vocabulary: the words, the two matrices, and ``wv``, the words with the inputs."""

    vocabulary: Vocabulary
    vectors: WordVectors
    inputs: TrainableMatrix
    outputs: TrainableMatrix

    @property
    def matrices(self) -> tuple[TrainableMatrix, TrainableMatrix]:
        """The input and the output vectors."""
        return self.inputs, self.outputs


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
    checkpoint, checkpoint_every
        Where and how often `train` writes what it needs to go on; see `wordneg.Word2Vec`.
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
            signature = _constructor_signature(cls)
            if "__init__" in vars(cls):
                cls.__init__.__signature__ = signature  # type: ignore[attr-defined]
            cls.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]

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
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: float = 10.0,
        **settings: Any,
    ) -> None:
        self.checkpoint = checkpoint
        self.checkpoint_every = checked_minutes(checkpoint_every)
        self._checkpoint_written: str | None = None
        self.callbacks = tuple(callbacks)
        self.tokenizer = tokenizer
        self._encoding, self._unicode_errors = encoding, unicode_errors
        self._progress = progress
        self.interrupted = False
        self._turn = Turn()
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
                hint = f"; use {ELSEWHERE[name]} instead" if name in ELSEWHERE else near_misses(name, known)
                raise TypeError(f"{cls.__name__} has no setting {name!r}{hint}")
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
        raise missing_attribute(self, name, dir(self), ELSEWHERE)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settings():
            self._change(replace(self.parameters, **{name: value}))
            return
        if name in ("wv", "vectors"):
            raise AttributeError(f"got {name} for a model; set model.wv.vectors, which training starts from")
        refuse_idle_assignment(self, name, dir(self), ELSEWHERE)
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
        with self._turn.taken("build_vocab"):
            self._state = self._fresh(corpus)

    @abstractmethod
    def _fresh(self, corpus: Any) -> State:
        """Read a corpus and return the state of a model that begins with it."""

    def _compile_ahead(self) -> None:
        """Compile what training will need; called in the background while a long corpus is read.

        What it raises is dropped: training compiles too, and there it reaches the user.
        """

    def _made_of(self, vocabulary: Vocabulary, weights: Weights) -> dict[str, Any]:
        """Return the part of a state that holds words and vectors, by name. It owns the weights from now."""
        size = self.parameters.vector_size
        inputs, outputs = (TrainableMatrix.of_rows(rows, size) for rows in weights)
        vectors = WordVectors._of_parts(Words(vocabulary.words), inputs, counts=vocabulary.counts)
        return {"vocabulary": vocabulary, "vectors": vectors, "inputs": inputs, "outputs": outputs}

    @property
    def _text(self) -> dict[str, Any]:
        """How text is read, as arguments of `encode`."""
        return {"tokenizer": self.tokenizer, "encoding": self._encoding, "unicode_errors": self._unicode_errors}

    def _read(self, corpus: Any) -> TokenStore:
        """Return a corpus as a store, with a vocabulary of its own."""
        if isinstance(corpus, TokenStore):
            return corpus
        return read_corpus(corpus, self.parameters, self._text, ahead=self._compile_ahead)

    def _built(self) -> _Built:
        """Return words and matrices, or raise RuntimeError if there are none yet."""
        state = self._state
        if state.vocabulary is None or state.vectors is None or state.inputs is None or state.outputs is None:
            raise RuntimeError("the model has no vocabulary yet; call build_vocab, or give the constructor a corpus")
        return _Built(state.vocabulary, state.vectors, state.inputs, state.outputs)

    def _checked(self, method: str) -> _Built:
        """Return words and matrices, or raise ValueError if words or vectors set by the user do not fit the model."""
        built = self._built()
        expected = (len(built.vocabulary), self.parameters.vector_size)
        if built.vectors.index_to_key != built.vocabulary.words:
            raise ValueError(
                f"the words of model.wv are no longer the model's, which has {expected[0]:,}: {method} needs all of "
                "them, as build_vocab found them; write the vectors by model.wv.save or model.wv.save_word2vec_format, "
                "or make a new model"
            )
        for name, matrix in (("model.wv.vectors", built.inputs), ("the output vectors", built.outputs)):
            shape = matrix.values.shape
            if shape != expected:
                raise ValueError(
                    f"{name} were set to a matrix of shape {shape}, but the model needs {expected} for {method}; "
                    "set vectors of this shape, or write model.wv alone by model.wv.save"
                )
        return built

    def _weights(self) -> Weights:
        """Return the two matrices on padded rows: for reading, and during a training those it works on."""
        built = self._built()
        return Weights(built.inputs.rows, built.outputs.rows)

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
        vocabulary = self._built().vocabulary
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
        return Callbacks(self, self.callbacks if callbacks is None else callbacks)

    def _training(self, train: Callable[[Weights], list[ReportT]], epochs: int) -> list[ReportT]:
        """Lend the vectors to a training, and conclude it.

        Parameters
        ----------
        train : callable
            Trains weights; ends early once `Turn.asked` is set. Returns the reports of its epochs.
        epochs : int
            How many there will be.

        Raises
        ------
        TrainingInterrupted
            If there was a Ctrl-C. The vectors are those trained so far.
        """
        matrices = self._checked("train").matrices
        last = len(self.history) + epochs
        self._state = replace(self._state, pending=None)
        with self._turn.ended_by_ctrl_c():
            try:
                done = train(Weights(*(matrix.lend() for matrix in matrices)))
            finally:
                for matrix in matrices:
                    matrix.give_back()
            self._conclude(last)
        return done

    def _epochs(self, reports: Iterable[ReportT]) -> Iterator[ReportT]:
        """Yield reports; the vectors belong to the training only while the next one is made."""
        following = iter(reports)
        matrices = self._built().matrices
        while True:
            for matrix in matrices:
                matrix.learn()
            try:
                report = next(following, None)
            finally:
                for matrix in matrices:
                    matrix.pause()
            if report is None:
                return
            yield report

    def resume(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> None:
        """Go on with the training that a checkpoint holds, to its end: ``load(checkpoint)``, then this.

        With one worker the vectors have the same bits as if the training had never been stopped.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus, which must be the same. Not needed if the training was complete.
        callbacks
            By default the model's.

        Raises
        ------
        RuntimeError
            If the model was not loaded from a checkpoint, or is being trained.
        ValueError
            If the corpus is another one.
        FloatingPointError, KeyboardInterrupt
            As for `train`.
        """
        pending = self._state.pending
        if pending is None:
            raise RuntimeError("the model has no training to resume; load one from a checkpoint, or call train")
        if not pending.position["complete"]:
            with self._turn.taken("resume"):
                self._go_on(pending, self.prepare(one_corpus(corpus_iterable, corpus_file)), self._hooks(callbacks))
        self._state = replace(self._state, pending=None)

    @abstractmethod
    def _go_on(self, pending: Pending, corpus: Any, hooks: Callbacks) -> None:
        """Go on with a training on a corpus as `prepare` returns it."""

    def _check_text(self, pending: Pending, fingerprint: str) -> None:
        if pending.corpus != fingerprint:
            raise ValueError("the corpus is another one than the checkpoint's training began with; give the same text")

    def _take_checkpoint_path(self) -> None:
        """Refuse to replace a checkpoint of another training.

        Raises
        ------
        FileExistsError
            If there is one.
        """
        path = self.checkpoint
        if path is not None and os.path.exists(path) and os.path.realpath(path) != self._checkpoint_written:
            raise FileExistsError(
                f"there is a checkpoint {os.fspath(path)!r} already; go on with it by {type(self).__name__}.load(path) "
                "and resume(corpus), delete it, or give another name"
            )

    def _write_checkpoint(self, pending: Pending) -> None:
        """Write a checkpoint, if the model has a place for it."""
        if self.checkpoint is not None:
            training = pending.facts | {"minutes": self.checkpoint_every}
            self._write(self.checkpoint, {"training": training}, {_TRAINING + k: v for k, v in pending.arrays.items()})
            self._checkpoint_written = os.path.realpath(self.checkpoint)

    def stop(self) -> None:
        """Ask the training that is going on to end after the chunks in work; for other threads and callbacks.

        The vectors trained so far are kept, and `interrupted` is set, as `train` warns.
        """
        self._turn.asked.set()

    def _follow(self, reports: Iterable[ReportT], hooks: Callbacks, bar: TrainingBar, epochs: int) -> list[ReportT]:
        """Train: take the reports as they come, keep them, call back before and after each; return them.

        Parameters
        ----------
        reports : iterable
            Trains an epoch whenever the next report is asked for. An interrupted epoch has a report too, the last.
        hooks : Callbacks
            If one returns True at the end of an epoch, training ends there.
        bar : TrainingBar
            Is told how much has been done.
        epochs : int
            How many there will be.
        """
        done: list[ReportT] = []
        hooks.call("on_train_begin")
        hooks.call("on_epoch_begin")
        for report in self._epochs(reports):
            bar.epoch_done(report.amount)
            done.append(report)
            self.history.append(report)
            self._built().inputs.fill_norms(force=True)
            if report.finished and hooks.call("on_epoch_end"):
                break
            if len(done) < epochs and not self._turn.asked.is_set():
                hooks.call("on_epoch_begin")
        hooks.call("on_train_end")
        return done

    def _conclude(self, last: int) -> None:
        """Remember whether training was ended early, and tell the caller.

        Parameters
        ----------
        last : int
            How many epochs the history would hold otherwise.
        """
        report = self.history[-1]
        self.interrupted = self._turn.asked.is_set() and (len(self.history) < last or not report.finished)
        told = (
            f"training was interrupted in epoch {report.epoch + 1} of {last}, after {report.amount:,} of its "
            f"{report.unit}; the vectors so far are kept, and train() goes on from them"
        )
        if self._turn.interrupted:
            raise TrainingInterrupted(told if self.interrupted else "interrupted after the last epoch", self)
        if self.interrupted:
            warnings.warn(told, stacklevel=4)

    # --- results ----------------------------------------------------------------------------------

    @property
    def wv(self) -> WordVectors:
        """The input vectors, ``(V, D) float32``. They follow the training; what is set by them is trained on."""
        return self._built().vectors

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
        self._write(path, {}, {})

    def _write(self, path: str | os.PathLike[str], more: dict[str, Any], more_arrays: dict[str, NDArray[Any]]) -> None:
        """Write the model, and more."""
        built = self._checked("save")
        metadata = more | {
            "parameters": self.parameters.as_dict(),
            **self._own_metadata(),
            "history": [report.as_dict() for report in self.history],
            "corpus": self._state.corpus._asdict(),
        }
        arrays: dict[str, NDArray[Any]] = {
            "inputs": _as_float32(built.inputs.values),
            "outputs": _as_float32(built.outputs.values),
            "counts": built.vocabulary.counts,
            **attribute_arrays(built.vectors._more_attributes()),
            **self._own_arrays(),
            **more_arrays,
        }
        write_archive(path, self._kind, metadata, arrays, words=built.vocabulary.words)

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
            if model._state.pending is not None:
                model.checkpoint, model._checkpoint_written = path, os.path.realpath(path)
                model.checkpoint_every = checked_minutes(metadata["training"]["minutes"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"{os.fspath(path)!r} is no model that this version can read: {error}") from error
        return model

    def _restored(self, words: Any, arrays: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> State:
        """Return the state that a file holds."""
        vocabulary = Vocabulary(list(words), arrays["counts"])
        shape = (len(vocabulary), self.parameters.vector_size)
        for name in Weights._fields:
            if arrays[name].shape != shape:
                raise TypeError(f"{name} are of shape {arrays[name].shape}, expected {shape}")
        weights = Weights(*(_as_float32(arrays[name]) for name in Weights._fields))
        words_and_vectors = self._made_of(vocabulary, weights)
        words_and_vectors["vectors"]._set_attributes(attributes_in(arrays))
        state = replace(
            self._state,
            **words_and_vectors,
            corpus=CorpusFacts(**metadata["corpus"]),
            history=[self._report_type.from_dict(report) for report in metadata["history"]],
            pending=_pending_in(metadata, arrays),
        )
        return self._restore_own(state, metadata, arrays)


def _pending_in(metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Pending | None:
    """Return the training that a checkpoint holds, or None for the file of a model."""
    if "training" not in metadata:
        return None
    facts = {name: metadata["training"][name] for name in Pending._fields if name != "arrays"}
    kept = {name.removeprefix(_TRAINING): array for name, array in arrays.items() if name.startswith(_TRAINING)}
    return Pending(**facts, arrays=kept)


def _as_float32(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32, copy=False)


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
