"""Word2Vec: the estimator. Constructor, attributes and methods are gensim 4's by name and default."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from wordneg.encoding import encode
from wordneg.files.storage import read_archive, write_archive
from wordneg.interrupt import interrupts
from wordneg.messages import near_misses
from wordneg.objectives import OBJECTIVES, Objective
from wordneg.parameters import Parameters
from wordneg.progress import TrainingBar
from wordneg.reporting import SamplerReport, sampler_report
from wordneg.samplers import SAMPLERS, Sampler, Unigram
from wordneg.staging import FirstStage
from wordneg.tokenstore import TokenStore
from wordneg.trainer import EpochReport, Trainer
from wordneg.vectors import WordVectors
from wordneg.vocabulary import Vocabulary
from wordneg.weights import Weights, initialize

__all__ = ["Word2Vec"]

_NS_EXPONENT = 0.75

# gensim's settings that have no counterpart: the value that changes nothing, and why there is no other
_LEFT_OUT: dict[str, tuple[Any, str]] = {
    "hs": (0, "hierarchical softmax is left out on purpose: wordneg is about negative samples"),
    "null_word": (0, "it serves gensim's hierarchical softmax and doc2vec only"),
    "trim_rule": (None, "filter the corpus instead, or use min_count and max_final_vocab"),
}
_WITHOUT_EFFECT = {
    "batch_words": "wordneg chooses the size of its chunks itself",
    "hashfxn": "starting vectors come from the seed alone",
    "comment": "keep it in a variable of your own",
}


class Word2Vec:
    """Word vectors from text: skip-gram or CBOW, with negatives from a sampler of choice.

    Parameters
    ----------
    sentences : corpus, optional
        Anything that `corpora.open_corpus` takes: a list or generator of token lists, a corpus, a path.
        Read once. Without it the model is not trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        A text file, instead of `sentences`: tokens between blanks, one sentence a line.
    vector_size : int
        Dimensions D.
    alpha, min_alpha : float
        The learning rate falls linearly from one to the other.
    window : int
        Largest distance between center and context word.
    min_count : int
        Rarer words are dropped.
    max_vocab_size : int, optional
        Bounds the memory for counting words, see `wordneg.encoding.encode`.
    sample : float
        Subsampling of frequent words: the threshold as a share of the corpus (or a count, if at least
        1); 0 keeps all.
    seed : int
        Of the starting vectors and all draws. With ``workers=1`` the same seed gives the same vectors,
        bit by bit; several workers race, and the vectors differ a little from run to run.
    workers : int, optional
        Threads; all cores if left out or -1.
    sg : {0, 1}
        1 for skip-gram, 0 for CBOW.
    negative : int
        Negatives K of a positive pair.
    ns_exponent : float
        Of the default sampler: negatives are drawn by count to this power.
    cbow_mean : {0, 1}
        CBOW: whether the input is the mean of the context vectors, or their sum.
    epochs : int
        Passes over the corpus.
    sorted_vocab : {0, 1}
        Number words by descending count; otherwise in their order in the corpus.
    compute_loss : bool
        Evaluate the loss of every pair, not of a sample of them (some 10 to 100 per cent slower).
    callbacks : sequence
        gensim's callback objects (``on_epoch_end(model)`` and so on), or functions of the model, called
        after every epoch. One that returns True ends the training.
    max_final_vocab : int, optional
        Raise `min_count` until at most so many words are left.
    shrink_windows : bool
        Draw each center's window from 1 … `window`, as word2vec does.
    sampler : str, dict, class or instance, optional
        See `wordneg.samplers`; by default ``Unigram(ns_exponent)``.
    objective : str, dict, class or instance, optional
        See `wordneg.objectives`; by default the one that goes with the sampler, mostly "logistic".
    share_negatives : bool
        Skip-gram: let the context words of a center share its negatives, which is several times as fast
        and as good (Ji et al. 2016, arXiv 1604.04661); False draws fresh ones for each, as word2vec.
    tokenizer : callable, optional
        Splits a string into tokens, where `sentences` yields strings or is a file of raw prose.
    progress : bool, optional
        Whether to show a bar; by default if standard error is a terminal, and in notebooks.

    Attributes
    ----------
    wv : WordVectors
        The input vectors.
    history : list of EpochReport
        Mean loss, words, seconds of every epoch so far.
    parameters : Parameters
        The settings; each is also an attribute of the model (``model.window``).
    interrupted : bool
        Whether the last training was ended by Ctrl-C.
    corpus_count, corpus_total_words : int
        Sentences and tokens read by `build_vocab`.

    Raises
    ------
    TypeError, ValueError
        If a setting is unknown, of the wrong kind or out of range.

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 50
    >>> model = Word2Vec(sentences, vector_size=16, min_count=1, workers=1)
    >>> model.wv["cat"].shape
    (16,)
    """

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int = 1,
        workers: int | None = None,
        min_alpha: float = 0.0001,
        sg: int = 0,
        *,
        negative: int = 5,
        ns_exponent: float = _NS_EXPONENT,
        cbow_mean: int = 1,
        epochs: int = 5,
        sorted_vocab: int = 1,
        compute_loss: bool = False,
        callbacks: Sequence[Any] = (),
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        sampler: Any = None,
        objective: Any = None,
        share_negatives: bool = True,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        progress: bool | None = None,
        **others: Any,
    ) -> None:
        _refuse(others)
        self.parameters = Parameters(
            vector_size=vector_size,
            alpha=alpha,
            window=window,
            min_count=min_count,
            max_vocab_size=max_vocab_size,
            sample=sample,
            seed=seed,
            workers=workers,
            min_alpha=min_alpha,
            sg=sg,
            negative=negative,
            cbow_mean=cbow_mean,
            epochs=epochs,
            sorted_vocab=sorted_vocab,
            compute_loss=compute_loss,
            max_final_vocab=max_final_vocab,
            shrink_windows=shrink_windows,
            share_negatives=share_negatives,
        )
        if sampler is not None and ns_exponent != _NS_EXPONENT:
            raise ValueError(
                f"got ns_exponent={ns_exponent} and a sampler; give the exponent to the sampler, "
                f'as in sampler={{"name": "unigram", "exponent": {ns_exponent}}}'
            )
        self.sampler: Sampler = Unigram(ns_exponent) if sampler is None else SAMPLERS.resolve(sampler)
        fitting = getattr(self.sampler, "default_objective", "logistic")
        self.objective: Objective = OBJECTIVES.resolve(fitting if objective is None else objective)
        self.history: list[EpochReport] = []
        self.interrupted = False
        self._callbacks = tuple(callbacks)
        self._tokenizer = tokenizer
        self._progress = progress
        self._store: TokenStore | None = None
        self._vocabulary: Vocabulary | None = None
        self._weights: Weights | None = None
        self._corpus_fingerprint = ""
        corpus = _one_of(sentences, corpus_file)
        if corpus is not None:
            self.build_vocab(corpus)
            self.train()

    def __getattr__(self, name: str) -> Any:
        parameters = self.__dict__["parameters"].as_dict() if "parameters" in self.__dict__ else {}
        if name in parameters:
            return parameters[name]
        alike = near_misses(name, [*dir(self), *parameters])
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{alike}")

    def __repr__(self) -> str:
        return (
            f"Word2Vec({self._in_words()}, sampler={self.sampler!r}, objective={self.objective!r}, "
            f"{len(self.history)} epochs)"
        )

    def _in_words(self) -> str:
        kind = "skip-gram" if self.parameters.sg else "CBOW"
        words = f"{len(self._vocabulary):,} words" if self._vocabulary is not None else "no vocabulary yet"
        return f"{kind}, {words} × {self.parameters.vector_size}"

    # --- building and training --------------------------------------------------------------------

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        update: bool = False,
        progress_per: int = 10_000,
    ) -> None:
        """Read a corpus, count its words and start from fresh vectors.

        Parameters
        ----------
        corpus_iterable : corpus or TokenStore
            Anything that `corpora.open_corpus` takes; or a store that `wordneg.encode` made, of which
            the cut-offs have been applied there. It is kept for `train`.
        corpus_file : path
            A text file, instead.
        update : bool
            Adding words to a vocabulary is not supported; must be False.
        progress_per : int
            Not needed; taken so that gensim's calls run.

        Raises
        ------
        TypeError, ValueError
            If there is no corpus, it is not made of token lists, or no word is left.
        """
        if update:
            raise ValueError("got update=True, but the vocabulary is fixed once built; train a new model on all text")
        corpus = _one_of(corpus_iterable, corpus_file)
        if corpus is None:
            raise TypeError("got no corpus; give sentences (token lists) or a corpus_file")
        store = self._encoded(corpus)
        self._store, self._vocabulary = store, store.vocabulary
        self._weights = initialize(len(store.vocabulary), self.parameters.vector_size, self.parameters.seed)
        self._wv = self._make_vectors(store.vocabulary, self._weights)
        self._corpus_fingerprint = store.fingerprint
        self.corpus_count, self.corpus_total_words = store.raw_sentences, store.raw_tokens
        self.history = []

    def _encoded(self, corpus: Any, vocabulary: Vocabulary | None = None) -> TokenStore:
        """Return a corpus as a store, of a given vocabulary if training goes on."""
        if isinstance(corpus, TokenStore):
            if vocabulary is not None and corpus.vocabulary.words != vocabulary.words:
                raise ValueError("the store has another vocabulary than the model; encode its corpus with the model's")
            return corpus
        settings = self.parameters
        if vocabulary is not None:
            return encode(corpus, tokenizer=self._tokenizer, vocabulary=vocabulary)
        compiling = _CompileAhead(self)
        return encode(
            corpus,
            tokenizer=self._tokenizer,
            min_count=settings.min_count,
            max_vocab_size=settings.max_vocab_size,
            max_final_vocab=settings.max_final_vocab,
            sorted_vocab=bool(settings.sorted_vocab),
            progress=compiling.start,
        )

    def _make_vectors(self, vocabulary: Vocabulary, weights: Weights) -> WordVectors:
        return WordVectors(vocabulary.words, weights.inputs[:, : self.parameters.vector_size], counts=vocabulary.counts)

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        compute_loss: bool | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> tuple[int, int]:
        """Train, from the vectors as they are.

        Ctrl-C ends the training after the chunks in work, with a warning; the vectors stay usable, and
        `train` may be called again.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus; words outside the vocabulary are dropped. By default that of `build_vocab`.
        total_examples, total_words : int
            Not needed; taken so that gensim's calls run.
        epochs, start_alpha, end_alpha, compute_loss, callbacks
            By default the model's `epochs`, `alpha`, `min_alpha`, `compute_loss` and `callbacks`.

        Returns
        -------
        effective, raw : int
            Words trained on after subsampling, and before, over all epochs.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or no corpus to train on.
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        vocabulary, weights = self._built()
        corpus = _one_of(corpus_iterable, corpus_file)
        store = self._store if corpus is None else self._encoded(corpus, vocabulary)
        if store is None:
            raise RuntimeError("the model was loaded without its corpus; give train one")
        changes: dict[str, Any] = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha}
        changes["compute_loss"] = compute_loss
        parameters = replace(self.parameters, **{name: value for name, value in changes.items() if value is not None})
        trainer = Trainer(store, weights, parameters, self.sampler, self.objective)
        hooks = _Callbacks(self, self._callbacks if callbacks is None else callbacks)
        trained = any(report.words for report in self.history)
        first_stage = FirstStage(self.sampler, store, weights, parameters, self.objective, trained)
        bar = TrainingBar(len(store.tokens) * (first_stage.epochs + parameters.epochs), self._progress)
        last = len(self.history) + parameters.epochs
        raw = effective = 0
        with interrupts() as interrupted, bar:
            trainer.compile()
            first_stage.freeze(trainer, interrupted, bar)
            hooks.call("on_train_begin")
            hooks.call("on_epoch_begin")
            for report in trainer.run(
                epochs=parameters.epochs,
                alpha=parameters.alpha,
                min_alpha=parameters.min_alpha,
                first_epoch=len(self.history),
                interrupted=interrupted,
                on_progress=bar.show,
            ):
                bar.epoch_done(report.words)
                self.history.append(report)
                self.wv.fill_norms(force=True)
                raw, effective = raw + report.words, effective + report.effective_words
                if report.finished and hooks.call("on_epoch_end"):
                    break
                if len(self.history) < last and not interrupted.is_set():
                    hooks.call("on_epoch_begin")
            hooks.call("on_train_end")
        self.interrupted = interrupted.is_set()
        if self.interrupted:
            warnings.warn(_interruption(self.history[-1], last), stacklevel=2)
        return effective, raw

    def _built(self) -> tuple[Vocabulary, Weights]:
        if self._vocabulary is None or self._weights is None:
            raise RuntimeError("the model has no vocabulary yet; call build_vocab, or give the constructor a corpus")
        return self._vocabulary, self._weights

    # --- results ----------------------------------------------------------------------------------

    @property
    def wv(self) -> WordVectors:
        """The input vectors: a view of the matrix in training, ``(V, D) float32``."""
        self._built()
        return self._wv

    @property
    def syn1neg(self) -> np.ndarray:
        """The output vectors, ``(V, D) float32``, under gensim's name for them."""
        return self._built()[1].outputs[:, : self.parameters.vector_size]

    def get_latest_training_loss(self) -> float:
        """Return the mean loss of the last epoch (not a sum over epochs, as in gensim)."""
        if not self.history:
            raise RuntimeError("the model has not been trained yet; call train")
        return self.history[-1].loss

    def predict_output_word(self, context_words_list: Iterable[str], topn: int = 10) -> list[tuple[str, float]] | None:
        """Return the likeliest center words of a context, with their probabilities under the full softmax.

        Parameters
        ----------
        context_words_list : iterable of str
            Unknown words are left out; None is returned if all are.
        topn : int
            How many.
        """
        rows = [self.wv.key_to_index[word] for word in context_words_list if word in self.wv]
        if not rows:
            return None
        query = self.wv.vectors[rows].sum(axis=0)
        if self.parameters.cbow_mean:
            query = query / len(rows)
        scores = (self.syn1neg @ query).astype(np.float64)
        likelihood = np.exp(scores - scores.max())
        likelihood /= likelihood.sum()
        best = np.argsort(-likelihood, kind="stable")[:topn]
        return [(self.wv.index_to_key[word], float(likelihood[word])) for word in best]

    def sampler_report(
        self, *samplers: Any, corpus: Any = None, positions: int = 2000, bias_words: int = 1000, seed: int = 1
    ) -> SamplerReport:
        """Measure what samplers do on the vectors as they are, at random positions of the corpus.

        Nothing is trained. To follow a sampler over the epochs, keep reports by a callback:
        ``callbacks=[lambda model: reports.append(model.sampler_report())]``.

        Parameters
        ----------
        *samplers : str, dict, class or instance
            As for the constructor; by default the model's own. Several are measured at the same positions.
        corpus : corpus or TokenStore, optional
            By default that of `build_vocab`.
        positions : int
            How many positions.
        bias_words : int
            The bias of the gradient is measured on so many of the most frequent words.
        seed : int
            Of positions and draws.

        Returns
        -------
        SamplerReport
            Prints as a table, and has `plot` and `as_dict`.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or no corpus.
        ValueError
            If no position of the corpus has a context, or a number is out of range.
        """
        vocabulary, weights = self._built()
        store = self._store if corpus is None else self._encoded(corpus, vocabulary)
        if store is None:
            raise RuntimeError("the model was loaded without its corpus; give sampler_report one")
        return sampler_report(
            store,
            weights,
            self.parameters,
            [SAMPLERS.resolve(sampler) for sampler in samplers] or [self.sampler],
            self.objective,
            model=self._in_words(),
            epochs=len(self.history),
            positions=positions,
            bias_words=bias_words,
            seed=seed,
        )

    # --- files ------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one file: arrays and JSON, no pickle, atomically.

        Raises
        ------
        RuntimeError
            If the model has no vocabulary yet.
        OSError
            If the file cannot be written; an old one stays as it was.
        """
        vocabulary, _ = self._built()
        metadata = {
            "parameters": self.parameters.as_dict(),
            "sampler": SAMPLERS.describe(self.sampler),
            "objective": OBJECTIVES.describe(self.objective),
            "history": [report.as_dict() for report in self.history],
            "corpus": {
                "fingerprint": self._corpus_fingerprint,
                "sentences": self.corpus_count,
                "tokens": self.corpus_total_words,
            },
        }
        arrays = {"inputs": self.wv.vectors, "outputs": self.syn1neg, "counts": vocabulary.counts}
        write_archive(path, "model", metadata, arrays, words=vocabulary.words)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        sampler: Any = None,
        objective: Any = None,
        progress: bool | None = None,
    ) -> Self:
        """Return a model that was saved; it can be asked, and trained on with a corpus.

        Parameters
        ----------
        path : path
            The file.
        sampler, objective : optional
            Instead of the saved ones: needed where these are not known by name here.
        progress : bool, optional
            Whether to show a bar when training goes on.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a model, damaged or cut short, or its sampler is not known by name.
        """
        archive = read_archive(path, "model")
        metadata, arrays = archive.metadata, archive.arrays
        words = archive.words
        try:
            model = cls(
                sampler=sampler or metadata["sampler"],
                objective=objective or metadata["objective"],
                progress=progress,
                **metadata["parameters"],
            )
            model._restore(words, arrays, metadata)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{os.fspath(path)!r} is no model that this version can read: {error}") from error
        return model

    def _restore(self, words: Any, arrays: dict[str, np.ndarray], metadata: dict[str, Any]) -> None:
        vocabulary = Vocabulary(list(words), arrays["counts"])
        size = self.parameters.vector_size
        weights = initialize(len(vocabulary), size, self.parameters.seed)
        for matrix, name in zip(weights, ("inputs", "outputs"), strict=True):
            if arrays[name].shape != (len(vocabulary), size):
                raise TypeError(f"{name} are of shape {arrays[name].shape}, expected {(len(vocabulary), size)}")
            matrix[:, :size] = arrays[name]
        self._vocabulary, self._weights = vocabulary, weights
        self._wv = self._make_vectors(vocabulary, weights)
        self.history = [EpochReport.from_dict(report) for report in metadata["history"]]
        corpus = metadata["corpus"]
        self._corpus_fingerprint = corpus["fingerprint"]
        self.corpus_count, self.corpus_total_words = corpus["sentences"], corpus["tokens"]


class _CompileAhead:
    """Compiles the kernel in the background, from the first sign that the corpus is a long one."""

    def __init__(self, model: Word2Vec) -> None:
        self._model = model
        self._thread: threading.Thread | None = None

    def start(self, done: int) -> None:
        """Begin, unless begun; called as the progress of `encode`, thus after its scanner is compiled."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._compile, daemon=True)
            self._thread.start()

    def _compile(self) -> None:
        model = self._model
        vocabulary = Vocabulary(["a", "b"], np.ones(2, dtype=np.int64))
        tokens, offsets = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
        store = TokenStore(vocabulary, tokens, offsets, raw_tokens=0, raw_sentences=0)
        weights = initialize(2, model.parameters.vector_size, 0)
        try:
            Trainer(store, weights, model.parameters, model.sampler, model.objective).compile()
        except Exception:  # whatever it is, training compiles too, and there it reaches the user
            return


class _Callbacks:
    """The user's callbacks: objects with gensim's methods, or functions called after each epoch."""

    def __init__(self, model: Word2Vec, callbacks: Sequence[Any]) -> None:
        self._model = model
        names = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")
        for callback in callbacks:
            if not callable(callback) and not any(hasattr(callback, name) for name in names):
                raise TypeError(
                    f"got callback {callback!r}, expected a function of the model or an object with on_epoch_end(model)"
                )
        self._callbacks = callbacks

    def call(self, name: str) -> bool:
        """Call a method of all; return whether any of them said True."""
        stop = False
        for callback in self._callbacks:
            method = getattr(callback, name, callback if name == "on_epoch_end" and callable(callback) else None)
            stop |= method is not None and method(self._model) is True
        return stop


def _interruption(report: EpochReport, epochs: int) -> str:
    return (
        f"training was interrupted in epoch {report.epoch + 1} of {epochs}, after {report.words:,} of its words; "
        "the vectors so far are kept, and train() goes on from them"
    )


def _one_of(corpus: Any, corpus_file: str | os.PathLike[str] | None) -> Any:
    """Return the one corpus that was given, or None."""
    if corpus_file is None:
        return corpus
    if corpus is not None:
        raise TypeError("got both sentences and a corpus_file; give one of them")
    if not isinstance(corpus_file, (str, os.PathLike)):
        raise TypeError(f"got corpus_file={corpus_file!r}, expected a path; sentences are the first argument")
    if not os.path.exists(corpus_file):
        raise FileNotFoundError(f"there is no corpus_file {os.fspath(corpus_file)!r}")
    return os.fspath(corpus_file)


def _refuse(others: dict[str, Any]) -> None:
    """Refuse gensim's settings that have no counterpart, and unknown ones."""
    for name, value in others.items():
        if name in _LEFT_OUT:
            harmless, why = _LEFT_OUT[name]
            if value != harmless:
                raise ValueError(f"got {name}={value!r}, which wordneg does not have: {why}")
        elif name in _WITHOUT_EFFECT:
            warnings.warn(f"{name} has no effect: {_WITHOUT_EFFECT[name]}", stacklevel=3)
        else:
            known = Word2Vec.__init__.__annotations__
            raise TypeError(f"Word2Vec has no setting {name!r}{near_misses(name, known)}")
