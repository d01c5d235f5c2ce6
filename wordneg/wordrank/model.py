"""WordRank: the model. It has the corpus inputs, methods and attributes of `wordneg.Word2Vec`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, zeros
from wordneg.cooccurrence import Cooccurrences, count_cooccurrences
from wordneg.estimator.base import Estimator
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, Timer
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus
from wordneg.estimator.state import CorpusFacts, State
from wordneg.files.storage import held_kind
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule, checked_integer
from wordneg.vectors.wordvectors import WordVectors
from wordneg.wordrank.blocks import Squares
from wordneg.wordrank.optimizer import Optimizer, new_squares
from wordneg.wordrank.parameters import WordRankParameters
from wordneg.wordrank.report import WordRankReport

__all__ = ["WordRank"]

_DECIDED_BY_COUNTS = ("window", "symmetric", "distance_weighting")
"""The settings that co-occurrences were counted with."""


@dataclass(frozen=True, eq=False)
class WordRankState(State):
    """What else WordRank's building and training change.

    Attributes
    ----------
    squares : Squares or None
        AdaGrad's sums of squares; None before `build_vocab`.
    cooccurrences : Cooccurrences or None
        The counts that the model is trained on; None before `build_vocab` and after `load`.
    """

    squares: Squares | None = None
    cooccurrences: Cooccurrences | None = None


class WordRank(Estimator[WordRankParameters, WordRankReport]):
    """Word vectors by robust ranking: the contexts a word occurs with should score above all others.

    Minimizes ``J = Σ r · ρ((R + β) / α − 1)`` over the pairs of word and context that co-occur. R bounds the
    context's rank, ``r = min(1, (X / xmax)^epsilon)`` weights the pair by its count; `wordneg.wordrank`
    explains the method and its source.

    Parameters
    ----------
    sentences : corpus or Cooccurrences, optional
        Anything that `wordneg.Word2Vec` takes, or what `wordneg.count_cooccurrences` returned, also as the path of
        its file. Without it the model is not trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        Instead of `sentences`, a text file (tokens between blanks, one sentence a line) or one of co-occurrences.
    vector_size : int
        Dimensions D.
    alpha, beta : float
        Scale and shift of the rank, above 0 and at least 0. Larger ones make ρ more like the identity near the
        top. The best rank must not fall below 1 after them: ``beta + ℓ(0) ≥ alpha``, where ℓ(0) is `tau`, or 1.
        (Not the learning rate, which is `learning_rate`.)
    window : int
        Largest distance between word and context. (With co-occurrences: as they were counted; likewise `symmetric`
        and `distance_weighting`.)
    min_count, max_vocab_size, max_final_vocab, sorted_vocab, phrases, phrase_threshold, phrase_scoring
        As for `wordneg.Word2Vec`.
    tau : float
        Margin of the hinge.
    loss : {"hinge", "logistic"}
        The surrogate ℓ of the scores' difference d: max(0, τ − d), or log₂(1 + 2^−d).
    transform : {"rho1", "rho0", "rho2", "rho3"}
        ρ: the logarithm log₂(1 + y), or another; see `wordneg.wordrank.losses`.
    t : float
        Exponent of ``rho3``.
    xmax, epsilon : float
        Count from which on a pair has the weight r = 1, and exponent of the weight below it.
    learning_rate, min_learning_rate : float
        The rate falls linearly from one to the other. With AdaGrad it is the length of a vector's first step.
    reg : float
        λ: adds ``λ/2 · (Σ_w r_w ‖u_w‖² + Σ_c r_c ‖v_c‖²)`` to J, where r_w and r_c are sums of weights.
    optimizer : {"adagrad", "sgd"}
        Whether each vector has a learning rate of its own.
    negative : int
        Contexts M that a step's pairs are compared with.
    share_negatives : bool
        Whether up to 64 pairs of a word share them. ``False, negative=1, optimizer="sgd"`` is the authors' update;
        their rate η is ``learning_rate = η · N / Σr · α / V`` (N pairs, V words) here, and takes some thousand times
        as many passes.
    epochs : int
        Passes over the pairs.
    period : int
        Number of passes after which ξ is made anew.
    xi_candidates : int, optional
        Number of contexts among which ranks are taken then. By default all of up to 8,192, else a sample of 4,096.
    symmetric, distance_weighting, memory_limit
        See `wordneg.count_cooccurrences`, which `build_vocab` calls.
    seed : int
        Seed of the starting vectors and all draws: the same seed gives the same vectors, bit by bit, with any
        number of workers (on one machine and with one version of its libraries).
    workers : int, optional
        Threads; all cores if left out or -1.
    callbacks, tokenizer, encoding, unicode_errors, progress, checkpoint, checkpoint_every
        As for `wordneg.Word2Vec`.

    Attributes
    ----------
    wv : WordVectors
        The word vectors u.
    contexts, ensemble : WordVectors
        The context vectors v; and the sums u + v, which solve analogies better.
    history : list of WordRankReport
        Mean loss, cells and seconds of every pass so far.
    parameters : WordRankParameters
        The settings; each is also an attribute of the model (``model.window``), and may be set by it, unless words,
        vectors or counts have been made by another value (AttributeError).
    cooccurrences : Cooccurrences or None
        What the model is trained on. It takes 8 bytes per cell in memory, and training 12 more and up to 1 kB per
        word, which `memory_limit` does not bound. None after `load`.
    interrupted : bool
        Whether the last training was ended early, by Ctrl-C or `stop`.
    corpus_count, corpus_total_words : int
        Sentences and tokens read by `build_vocab`; 0 with co-occurrences counted before.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range, or no two words occur together.

    Examples
    --------
    >>> sentences = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 50
    >>> model = WordRank(sentences, vector_size=16, min_count=1, workers=1, progress=False)
    >>> model.wv["cat"].shape
    (16,)
    """

    _kind = "wordrank"
    _parameters_type = WordRankParameters
    _report_type: ClassVar[type[WordRankReport]] = WordRankReport
    _positional = ("vector_size", "alpha", "window", "min_count", "max_vocab_size")
    _state: WordRankState

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
        super().__init__(
            *positional,
            callbacks=callbacks,
            tokenizer=tokenizer,
            encoding=encoding,
            unicode_errors=unicode_errors,
            progress=progress,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
            **settings,
        )
        self._begin(sentences, corpus_file)

    @property
    def cooccurrences(self) -> Cooccurrences | None:
        """The counts that the model is trained on."""
        return self._state.cooccurrences

    def _empty_state(self, parameters: Any) -> State:
        return WordRankState(parameters)

    def __repr__(self) -> str:
        return f"WordRank({self._extent()}, {self.parameters.loss}, {self.transform}, {len(self.history)} epochs)"

    # --- building and training --------------------------------------------------------------------

    def _fresh(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        corpus = _with_counts_loaded(corpus)
        if isinstance(corpus, Cooccurrences):
            return self._starting_from(corpus, CorpusFacts(corpus.corpus_fingerprint))
        store = self._read(corpus, trim_rule)
        return self._starting_from(self._counted(store), CorpusFacts.of(store))  # once counted, no text is needed

    def _counted(self, store: TokenStore) -> Cooccurrences:
        settings = self.parameters
        return count_cooccurrences(
            store,
            settings.window,
            symmetric=settings.symmetric,
            distance_weighting=settings.distance_weighting,
            memory_limit=settings.memory_limit,
            workers=settings.workers,
            progress=self._progress,
        )

    def _starting_from(self, cooccurrences: Cooccurrences, corpus: CorpusFacts) -> WordRankState:
        """Return the state at the authors' starting point: vectors that are positive, and of length 1."""
        if cooccurrences.nnz == 0:
            raise ValueError("got co-occurrences without a cell: no two words occur together; give more text")
        if len(cooccurrences) < 2:
            raise ValueError(
                f"the vocabulary holds a single word, {cooccurrences.vocabulary.words[0]!r}, so there is no other to "
                "rank it above; give more text or a lower min_count"
            )
        weights = zeros(len(cooccurrences), self.parameters.vector_size)
        generator = np.random.default_rng(self.parameters.seed)
        for matrix in weights:
            values = matrix[:, : self.parameters.vector_size]
            values[:] = generator.random(values.shape, dtype=np.float32)
            values /= np.linalg.norm(values, axis=1, keepdims=True)
        return WordRankState(
            self._parameters_for(cooccurrences),
            **self._made_of(cooccurrences.vocabulary, weights),
            corpus=corpus,
            squares=new_squares(len(cooccurrences)),
            cooccurrences=cooccurrences,
        )

    def _parameters_for(self, cooccurrences: Cooccurrences) -> WordRankParameters:
        """Return the settings, with the window and weighting of these co-occurrences."""
        return replace(self.parameters, **{name: getattr(cooccurrences, name) for name in _DECIDED_BY_COUNTS})

    def _fixed(self) -> frozenset[str]:
        return super()._fixed().union(() if self.cooccurrences is None else _DECIDED_BY_COUNTS)

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        epochs: int | None = None,
        start_rate: float | None = None,
        end_rate: float | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> int:
        """Train, from the vectors as they are.

        Ctrl-C ends the training after the blocks in work and is then raised: the vectors trained so far are in the
        model, and `train` may be called again. `stop` ends it as well, with a warning.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus, words outside the vocabulary are dropped; or co-occurrences of the same vocabulary. By
            default what `build_vocab` got.
        epochs, start_rate, end_rate, callbacks
            By default the model's `epochs`, `learning_rate`, `min_learning_rate` and `callbacks`.

        Returns
        -------
        cells : int
            Non-zeros trained on, over all passes.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, no corpus to train on, or the model is being trained already.
        ValueError
            If the co-occurrences are of another vocabulary, or an argument is out of range.
        FloatingPointError
            If the loss becomes NaN or infinite.
        KeyboardInterrupt
            After Ctrl-C. Its attribute `model` is the model.
        """
        if start_rate is not None and end_rate is None:
            end_rate = min(start_rate, self.parameters.min_learning_rate)
        changes: dict[str, Any] = {"epochs": epochs, "learning_rate": start_rate, "min_learning_rate": end_rate}
        settings = replace(self.parameters, **{name: value for name, value in changes.items() if value is not None})
        with self._turn.taken("train"):
            self._take(one_corpus(corpus_iterable, corpus_file), "train")
            hooks = self._hooks(callbacks)
            self._take_checkpoint_path()
            begin = Pending(settings.as_dict(), len(self.history), "", {"epoch": 0}, {})
            done = self._training(lambda weights: self._train(weights, begin, hooks), settings.epochs)
        return sum(report.cells for report in done)

    def _go_on(self, pending: Pending, corpus: Cooccurrences, hooks: Callbacks) -> None:
        self._check_text(pending, _identity(corpus))
        self._state = replace(self._state, cooccurrences=corpus)
        left = pending.parameters["epochs"] - pending.position["epoch"]
        self._training(lambda weights: self._train(weights, pending, hooks), left)

    def _train(self, weights: Weights, pending: Pending, hooks: Callbacks) -> list[WordRankReport]:
        """Train weights from where a training is; return the reports of the passes."""
        assert self.cooccurrences is not None
        text = _identity(self.cooccurrences)
        settings = WordRankParameters(**pending.parameters)
        begin = pending.position["epoch"]
        left = settings.epochs - begin
        timer = Timer(self.checkpoint_every)

        def keep(epoch: int) -> None:
            position = {"epoch": epoch, "complete": epoch == settings.epochs}
            self._write_checkpoint(pending._replace(corpus=text, position=position))
            timer.restart()

        optimizer = self._optimizer_for(self.cooccurrences, weights)
        with TrainingBar(optimizer.cells * left, self._progress, unit="cells") as bar:
            optimizer.compile()
            reports = optimizer.run(
                epochs=settings.epochs,
                learning_rate=settings.learning_rate,
                min_learning_rate=settings.min_learning_rate,
                first_epoch=pending.first_epoch,
                interrupted=self._turn.asked,
                on_progress=bar.show,
                begin=begin,
                checkpoint=None if self.checkpoint is None else keep,
                due=timer.due,
            )
            done = self._follow(reports, hooks, bar, left)
        if self.checkpoint is not None and len(done) == left and done[-1].finished:
            keep(settings.epochs)
        return done

    def _take(self, corpus: Any, method: str) -> None:
        """Make a corpus, or co-occurrences, what is trained on from now."""
        self._built()
        if corpus is not None:
            counts = self.prepare(corpus)
            settings = self._parameters_for(counts)
            self._state = replace(self._state, parameters=settings, cooccurrences=counts)
        elif self.cooccurrences is None:
            raise RuntimeError(f"the model was loaded without its corpus; give {method} one")

    def prepare(self, corpus: Any) -> Cooccurrences:
        """Count a corpus, as `train` would, with the words of the model: to train on it several times.

        Parameters
        ----------
        corpus : corpus or Cooccurrences
            As for `train`, also for what is raised.
        """
        vocabulary = self._built().vocabulary
        corpus = _with_counts_loaded(corpus)
        if not isinstance(corpus, Cooccurrences):
            return self._counted(super().prepare(corpus))
        corpus.check_vocabulary(vocabulary)
        return corpus

    def _optimizer_for(self, cooccurrences: Cooccurrences, weights: Weights) -> Optimizer:
        assert self._state.squares is not None
        return Optimizer(cooccurrences, weights, self._state.squares, self.parameters)

    # --- results ----------------------------------------------------------------------------------

    @property
    def contexts(self) -> WordVectors:
        """The context vectors v, ``(V, D) float32``. They follow the training; what is set by them is trained on."""
        built = self._built()
        return built.vectors._with(built.outputs)

    @property
    def ensemble(self) -> WordVectors:
        """The sums u + v of each word's two vectors as they are now, ``(V, D) float32``."""
        built = self._checked("ensemble")
        both = built.inputs.values + built.outputs.values
        return WordVectors(built.vocabulary.words, both, counts=built.vocabulary.counts)

    def objective_value(self, rows: int | None = None, *, corpus: Any = None) -> float:
        """Return J of the vectors as they are.

        Parameters
        ----------
        rows : int, optional
            Estimate it from so many words, drawn in proportion to the sum of their weights: without bias, at
            the cost of V · D a word. By default exactly, from all.
        corpus : corpus or Cooccurrences, optional
            Any that `train` takes; by default what the model is trained on.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or no corpus.
        ValueError
            If the co-occurrences are of another vocabulary, or `rows` is not positive.
        """
        rows = None if rows is None else checked_integer("rows", rows, 1)
        self._checked("objective_value")
        if corpus is None:
            self._take(None, "objective_value")
        counts = self.cooccurrences if corpus is None else self.prepare(corpus)
        assert counts is not None
        return self._optimizer_for(counts, self._weights()).objective(rows)

    # --- files ------------------------------------------------------------------------------------

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        assert self._state.squares is not None
        return {f"{name}_squares": squares for name, squares in self._state.squares._asdict().items()}

    def _restore_own(self, state: State, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> State:
        found = Squares(*(arrays[f"{name}_squares"] for name in Squares._fields))
        for squares in found:
            if squares.shape != arrays["counts"].shape or squares.dtype != np.float32:
                raise TypeError(f"its squares are {squares.dtype} of shape {squares.shape}")
        return replace(state, squares=found)  # type: ignore[call-arg]


def _identity(counts: Cooccurrences) -> str:
    """Return what tells co-occurrences from others in a checkpoint."""
    return f"{counts.corpus_fingerprint} {counts.nnz} {float(counts.matrix.data.sum(dtype=np.float64))!r}"


def _with_counts_loaded(corpus: Any) -> Any:
    """Return a corpus, or the co-occurrences that a path leads to.

    Raises
    ------
    TypeError
        If it is a matrix without words.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return Cooccurrences.load(corpus) if held_kind(corpus) == "cooccurrences" else corpus
    if getattr(corpus, "ndim", 0) == 2 and getattr(getattr(corpus, "dtype", None), "kind", "") in "biufc":
        raise TypeError(
            f"got a {corpus.dtype} {type(corpus).__name__}, a matrix without its words; expected a corpus, or "
            "Cooccurrences as wordneg.count_cooccurrences returns them (wordneg.Cooccurrences(vocabulary, matrix, ...) "
            "for counts of another origin)"
        )
    return corpus
