"""AllVec: the model. It has the corpus inputs, methods and attributes of `wordneg.WordRank`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from wordneg.allvec.optimizer import Optimizer
from wordneg.allvec.parameters import AllVecParameters
from wordneg.allvec.report import AllVecReport
from wordneg.compiled.weights import Weights, zeros
from wordneg.cooccurrence import Cooccurrences
from wordneg.estimator.cooccurring import CooccurrenceEstimator

if TYPE_CHECKING:
    from wordneg.allvec.keywords import AllVecKeywords

__all__ = ["AllVec"]


class AllVec(CooccurrenceEstimator[AllVecParameters, AllVecReport]):
    """Word vectors by weighted least squares over all pairs of words: what samples of negatives approximate.

    A pair that co-occurs should score its positive pointwise mutual information, any other pair `negative_target`;
    `wordneg.allvec` has the formula and its source. There is no learning rate.

    Parameters
    ----------
    sentences : corpus or Cooccurrences, optional
        Anything that `wordneg.Word2Vec` takes, or what `wordneg.count_cooccurrences` returned, also as the path of
        its file. Without it the model is not trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        Instead of `sentences`, a text file (tokens between blanks, one sentence a line) or one of co-occurrences.
    vector_size : int
        Dimensions D.
    window : int
        Largest distance between word and context. (With co-occurrences: as they were counted; likewise `symmetric`
        and `distance_weighting`.)
    min_count, max_vocab_size, max_final_vocab, sorted_vocab, phrases, phrase_threshold, phrase_scoring
        As for `wordneg.Word2Vec`.
    xmax, epsilon : float
        Count from which on a pair that co-occurs has the weight α⁺ = 1, and exponent of the weight below it.
    negative_weight : float
        Mean weight α⁻ of pairs if they do not co-occur.
    ns_exponent : float
        The weight is proportional to the context's count to this power.
    negative_target : float
        The score r⁻ that pairs should have that do not co-occur.
    reg : float
        λ: adds ``λ/2 · (Σ ‖u‖² + Σ ‖v‖²)`` to the loss.
    epochs : int
        Passes over both matrices.
    symmetric, distance_weighting, memory_limit
        See `wordneg.count_cooccurrences`, which `build_vocab` calls.
    seed : int
        Seed of the starting vectors: the same seed gives the same vectors, bit by bit, with any number of workers (on
        one machine and with one version of its libraries).
    workers : int, optional
        Threads; all cores if left out or -1.
    callbacks, tokenizer, encoding, unicode_errors, progress, checkpoint, checkpoint_every
        As for `wordneg.Word2Vec`.

    Attributes
    ----------
    wv : WordVectors
        The word vectors u.
    contexts, ensemble : WordVectors
        The context vectors v; and the sums u + v, which the authors' program writes.
    history : list of AllVecReport
        Loss, cells and seconds of every pass so far.
    parameters : AllVecParameters
        The settings; each is also an attribute of the model (``model.window``), and may be set by it, unless words,
        vectors or counts have been made by another value (AttributeError).
    cooccurrences : Cooccurrences or None
        What the model is trained on. It takes 8 bytes per cell in memory, and training 12 more (24, if not symmetric),
        which `memory_limit` does not bound. None after `load`.
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
    >>> model = AllVec(sentences, vector_size=16, min_count=1, workers=1, progress=False)
    >>> model.history[-1].loss < model.history[0].loss
    True
    """

    _kind = "all-vec"
    _parameters_type = AllVecParameters
    _report_type: ClassVar[type[AllVecReport]] = AllVecReport
    _positional = ("vector_size", "window", "min_count", "max_vocab_size")

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *positional: Any,
        **settings: Unpack[AllVecKeywords],
    ) -> None:
        super().__init__(sentences, corpus_file, *positional, **settings)

    def __repr__(self) -> str:
        return f"AllVec({self._extent()}, {len(self.history)} epochs)"

    def _start(self, cooccurrences: Cooccurrences) -> Weights:
        """Return the authors' starting point: both matrices uniform in ±1/2 / D."""
        size = self.parameters.vector_size
        weights = zeros(len(cooccurrences), size)
        generator = np.random.default_rng(self.parameters.seed)
        for matrix in weights:
            values = matrix[:, :size]
            values[:] = (generator.random(values.shape, dtype=np.float32) - np.float32(0.5)) / size
        return weights

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        epochs: int | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> int:
        """Train, from the vectors as they are.

        Ctrl-C ends the training after the rows in work and is then raised: the vectors trained so far are in the
        model, and `train` may be called again. `stop` ends it as well, with a warning.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus, words outside the vocabulary are dropped; or co-occurrences of the same vocabulary. By
            default what `build_vocab` got.
        epochs, callbacks
            By default the model's.

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
        settings = self.parameters if epochs is None else replace(self.parameters, epochs=epochs)
        return self._fit(settings, corpus_iterable, corpus_file, callbacks)

    def _passes(self, cooccurrences: Cooccurrences, weights: Weights) -> Optimizer:
        return Optimizer(cooccurrences, weights, self.parameters)

    def objective_value(self, *, corpus: Any = None) -> float:
        """Return the loss L of the vectors as they are, over all V² pairs.

        Parameters
        ----------
        corpus : corpus or Cooccurrences, optional
            Any that `train` takes; by default what the model is trained on.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or no corpus.
        ValueError
            If the co-occurrences are of another vocabulary.
        """
        self._checked("objective_value")
        counts = self._counts_of(corpus, "objective_value")
        return self._passes(counts, self._weights()).objective()
