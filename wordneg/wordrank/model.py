"""WordRank: the model. It has the corpus inputs, methods and attributes of `wordneg.Word2Vec`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, zeros
from wordneg.cooccurrence import Cooccurrences
from wordneg.estimator.cooccurring import CooccurrenceEstimator, CooccurrenceState
from wordneg.estimator.state import CorpusFacts, State
from wordneg.text.vocabulary import checked_integer
from wordneg.wordrank.blocks import Squares
from wordneg.wordrank.optimizer import Optimizer, new_squares
from wordneg.wordrank.parameters import WordRankParameters
from wordneg.wordrank.report import WordRankReport

if TYPE_CHECKING:
    from wordneg.wordrank.keywords import WordRankKeywords

__all__ = ["WordRank"]


@dataclass(frozen=True, eq=False)
class WordRankState(CooccurrenceState):
    """What else WordRank's building and training change.

    Attributes
    ----------
    squares : Squares or None
        AdaGrad's sums of squares; None before `build_vocab`.
    """

    squares: Squares | None = None


class WordRank(CooccurrenceEstimator[WordRankParameters, WordRankReport]):
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
        **settings: Unpack[WordRankKeywords],
    ) -> None:
        super().__init__(sentences, corpus_file, *positional, **settings)

    def _empty_state(self, parameters: Any) -> State:
        return WordRankState(parameters)

    def __repr__(self) -> str:
        return f"WordRank({self._extent()}, {self.parameters.loss}, {self.transform}, {len(self.history)} epochs)"

    # --- building and training --------------------------------------------------------------------

    def _start(self, cooccurrences: Cooccurrences) -> Weights:
        """Return the authors' starting point: vectors that are positive, and of length 1."""
        weights = zeros(len(cooccurrences), self.parameters.vector_size)
        generator = np.random.default_rng(self.parameters.seed)
        for matrix in weights:
            values = matrix[:, : self.parameters.vector_size]
            values[:] = generator.random(values.shape, dtype=np.float32)
            values /= np.linalg.norm(values, axis=1, keepdims=True)
        return weights

    def _starting_from(self, cooccurrences: Cooccurrences, corpus: CorpusFacts) -> State:
        state = super()._starting_from(cooccurrences, corpus)
        return replace(state, squares=new_squares(len(cooccurrences)))  # type: ignore[call-arg]

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
        return self._fit(settings, corpus_iterable, corpus_file, callbacks)

    def _run(self, passes: Any, settings: WordRankParameters, **how: Any) -> Iterator[WordRankReport]:
        rates = {"learning_rate": settings.learning_rate, "min_learning_rate": settings.min_learning_rate}
        reports: Iterator[WordRankReport] = passes.run(epochs=settings.epochs, **rates, **how)
        return reports

    def _passes(self, cooccurrences: Cooccurrences, weights: Weights) -> Optimizer:
        assert self._state.squares is not None
        return Optimizer(cooccurrences, weights, self._state.squares, self.parameters)

    # --- results ----------------------------------------------------------------------------------

    def objective_value(self, rows: int | None = None, *, corpus: Any = None) -> float:
        """Return J of the vectors as they are.

        Parameters
        ----------
        rows : int, optional
            Estimate it from this many words, drawn in proportion to the sum of their weights: without bias, at
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
        counts = self._counts_of(corpus, "objective_value")
        return self._passes(counts, self._weights()).objective(rows)

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
