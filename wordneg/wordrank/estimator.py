"""WordRank: the estimator. Corpus inputs, methods and attributes are those of `wordneg.Word2Vec`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import zeros
from wordneg.cooccurrence import Cooccurrences, count_cooccurrences
from wordneg.estimator.base import Estimator
from wordneg.estimator.interruption import interrupts
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus
from wordneg.files.storage import held_kind
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import checked_integer
from wordneg.vectors.wordvectors import WordVectors
from wordneg.wordrank.blocks import Squares
from wordneg.wordrank.optimizer import Optimizer, new_squares
from wordneg.wordrank.parameters import WordRankParameters
from wordneg.wordrank.report import WordRankReport

__all__ = ["WordRank"]

_OF_COUNTS = ("window", "symmetric", "distance_weighting")
"""Settings that co-occurrences know of themselves."""


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
    min_count, max_vocab_size, max_final_vocab, sorted_vocab
        As for `wordneg.Word2Vec`.
    tau : float
        Margin of the hinge.
    loss : {"hinge", "logistic"}
        The surrogate ℓ of the scores' difference d: max(0, τ − d), or log₂(1 + 2^−d).
    transform : {"rho1", "rho0", "rho2", "rho3"}
        ρ: the logarithm log₂(1 + y), or another; see `wordneg.wordrank.losses`.
    t : float
        Of ``rho3``.
    xmax, epsilon : float
        Of the weight r.
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
        Passes after which ξ is made anew.
    xi_candidates : int, optional
        Contexts that ranks are taken among then. By default all of up to 8,192, else a sample of 4,096.
    symmetric, distance_weighting, memory_limit
        Of `wordneg.count_cooccurrences`, which is called by `build_vocab`.
    seed : int
        Of the starting vectors and all draws: the same seed gives the same vectors, bit by bit, with any
        number of workers (on one machine and with one version of its libraries).
    workers : int, optional
        Threads; all cores if left out or -1.
    callbacks, tokenizer, progress
        As for `wordneg.Word2Vec`.

    Attributes
    ----------
    wv : WordVectors
        The word vectors u.
    contexts, ensemble : WordVectors
        The context vectors v; and the sums u + v, which solve analogies better.
    history : list of WordRankReport
        Mean loss, cells, seconds of every pass so far.
    parameters : WordRankParameters
        The settings; each is also an attribute of the model (``model.window``), and may be set by it, unless words,
        vectors or counts have been made by another value (AttributeError).
    cooccurrences : Cooccurrences or None
        What it is trained on: 8 bytes a cell in memory, and once trained 12 more, and up to 1 kB a word (which
        `memory_limit`, that of counting, does not bound). None after `load`.
    interrupted : bool
        Whether the last training was ended by Ctrl-C.
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
    _report_type: ClassVar[type[WordRankReport]] = WordRankReport

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        vector_size: int = 100,
        alpha: float = 100.0,
        window: int = 15,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        *,
        beta: float = 99.0,
        tau: float = 1.0,
        loss: str = "hinge",
        transform: str = "rho1",
        t: float = 1.5,
        xmax: float = 100.0,
        epsilon: float = 0.75,
        learning_rate: float = 1.0,
        min_learning_rate: float = 0.1,
        reg: float = 0.0,
        optimizer: str = "adagrad",
        negative: int = 128,
        share_negatives: bool = True,
        epochs: int = 20,
        period: int = 5,
        xi_candidates: int | None = None,
        symmetric: bool = True,
        distance_weighting: bool = True,
        memory_limit: int = 4_000_000_000,
        max_final_vocab: int | None = None,
        sorted_vocab: int = 1,
        seed: int = 1,
        workers: int | None = None,
        callbacks: Sequence[Any] = (),
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        progress: bool | None = None,
    ) -> None:
        parameters = WordRankParameters(
            vector_size=vector_size,
            alpha=alpha,
            window=window,
            min_count=min_count,
            max_vocab_size=max_vocab_size,
            beta=beta,
            tau=tau,
            loss=loss,
            transform=transform,
            t=t,
            xmax=xmax,
            epsilon=epsilon,
            learning_rate=learning_rate,
            min_learning_rate=min_learning_rate,
            reg=reg,
            optimizer=optimizer,
            negative=negative,
            share_negatives=share_negatives,
            epochs=epochs,
            period=period,
            xi_candidates=xi_candidates,
            symmetric=symmetric,
            distance_weighting=distance_weighting,
            memory_limit=memory_limit,
            max_final_vocab=max_final_vocab,
            sorted_vocab=sorted_vocab,
            seed=seed,
            workers=workers,
        )
        super().__init__(parameters, callbacks=callbacks, tokenizer=tokenizer, progress=progress)
        self.cooccurrences: Cooccurrences | None = None
        self._optimizer: Optimizer | None = None
        self._squares: Squares | None = None
        self._begin(sentences, corpus_file)

    def __repr__(self) -> str:
        return f"WordRank({self._extent()}, {self.parameters.loss}, {self.transform}, {len(self.history)} epochs)"

    # --- building and training --------------------------------------------------------------------

    def _fresh(self, corpus: Any) -> dict[str, Any]:
        corpus = _with_counts_loaded(corpus)
        if not isinstance(corpus, Cooccurrences):
            return super()._fresh(corpus) | {"_store": None}  # once counted, the text is not needed
        return self._starting_from(corpus) | {
            "_store": None,
            "_corpus_fingerprint": corpus.corpus_fingerprint,
            "corpus_count": 0,
            "corpus_total_words": 0,
        }

    def _starting_state(self, store: TokenStore) -> dict[str, Any]:
        return self._starting_from(self._counted(store))

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

    def _starting_from(self, cooccurrences: Cooccurrences) -> dict[str, Any]:
        """Return the attributes at the authors' starting point: vectors that are positive, and of length 1."""
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
            values = self._unpadded(matrix)
            values[:] = generator.random(values.shape, dtype=np.float32)
            values /= np.linalg.norm(values, axis=1, keepdims=True)
        vectors = self._vectors(cooccurrences.vocabulary, weights)
        return vectors | {"_squares": new_squares(len(cooccurrences))} | self._trained_on(cooccurrences)

    def _trained_on(self, cooccurrences: Cooccurrences) -> dict[str, Any]:
        """Return the attributes of a model that is trained on these from now."""
        settings = replace(self.parameters, **{name: getattr(cooccurrences, name) for name in _OF_COUNTS})
        return {"cooccurrences": cooccurrences, "parameters": settings, "_optimizer": None}

    def _change(self, **settings: Any) -> None:
        super()._change(**settings)
        self._optimizer = None  # it has the former ones

    def _fixed(self) -> frozenset[str]:
        return super()._fixed().union(() if self.cooccurrences is None else _OF_COUNTS)

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

        Ctrl-C ends the training after the blocks in work, with a warning; the vectors stay usable, and
        `train` may be called again.

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
            If there is no vocabulary, or no corpus to train on.
        ValueError
            If the co-occurrences are of another vocabulary, or an argument is out of range.
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        if start_rate is not None and end_rate is None:
            end_rate = min(start_rate, self.parameters.min_learning_rate)
        changes: dict[str, Any] = {"epochs": epochs, "learning_rate": start_rate, "min_learning_rate": end_rate}
        settings = replace(self.parameters, **{name: value for name, value in changes.items() if value is not None})
        epochs = settings.epochs
        self._take(one_corpus(corpus_iterable, corpus_file), "train")
        optimizer = self._made_optimizer()
        hooks, last = self._hooks(callbacks), len(self.history) + epochs
        optimizer.compile()
        with interrupts() as interrupted, TrainingBar(optimizer.cells * epochs, self._progress, unit="cells") as bar:
            reports = optimizer.run(
                epochs=epochs,
                learning_rate=settings.learning_rate,
                min_learning_rate=settings.min_learning_rate,
                first_epoch=len(self.history),
                interrupted=interrupted,
                on_progress=bar.show,
            )
            done = self._follow(reports, hooks, bar, interrupted, epochs)
        self._conclude(interrupted, last)
        return sum(report.cells for report in done)

    def _take(self, corpus: Any, method: str) -> None:
        """Make a corpus, or co-occurrences, what is trained on from now."""
        self._built()
        if corpus is not None:
            vars(self).update(self._trained_on(self.prepare(corpus)))
        elif self.cooccurrences is None:
            raise RuntimeError(f"the model was loaded without its corpus; give {method} one")

    def prepare(self, corpus: Any) -> Cooccurrences:
        """Count a corpus, as `train` would, with the words of the model: to train on it several times.

        Parameters
        ----------
        corpus : corpus or Cooccurrences
            As for `train`, also for what is raised.
        """
        vocabulary, _ = self._built()
        corpus = _with_counts_loaded(corpus)
        if not isinstance(corpus, Cooccurrences):
            return self._counted(super().prepare(corpus))
        corpus.check_vocabulary(vocabulary)
        return corpus

    def _made_optimizer(self) -> Optimizer:
        assert self.cooccurrences is not None
        if self._optimizer is None:
            self._optimizer = self._optimizer_for(self.cooccurrences)
        return self._optimizer

    def _optimizer_for(self, cooccurrences: Cooccurrences) -> Optimizer:
        _, weights = self._built()
        assert self._squares is not None
        return Optimizer(cooccurrences, weights, self._squares, self.parameters)

    # --- results ----------------------------------------------------------------------------------

    @property
    def contexts(self) -> WordVectors:
        """The context vectors v: a view of the matrix in training, ``(V, D) float32``."""
        return self._as_vectors(self._unpadded(self._built()[1].outputs))

    @property
    def ensemble(self) -> WordVectors:
        """The sums u + v of each word's two vectors as they are now, ``(V, D) float32``."""
        _, weights = self._built()
        return self._as_vectors(self._unpadded(weights.inputs + weights.outputs))

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
        if corpus is None:
            self._take(None, "objective_value")
            return self._made_optimizer().objective(rows)
        return self._optimizer_for(self.prepare(corpus)).objective(rows)

    # --- files ------------------------------------------------------------------------------------

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        assert self._squares is not None
        return {f"{name}_squares": squares for name, squares in self._squares._asdict().items()}

    def _restore_own(self, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        self._squares = Squares(*(arrays[f"{name}_squares"] for name in Squares._fields))
        for squares in self._squares:
            if squares.shape != (len(self.wv),) or squares.dtype != np.float32:
                raise TypeError(f"its squares are {squares.dtype} of shape {squares.shape}")


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
