"""ClosedForm: the model. It has the corpus inputs, methods and attributes of `wordneg.WordRank`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from wordneg.closedform.parameters import ClosedFormParameters
from wordneg.closedform.report import ClosedFormReport
from wordneg.closedform.solver import Solver
from wordneg.compiled.weights import Weights, zeros
from wordneg.cooccurrence import Cooccurrences
from wordneg.estimator.cooccurring import CooccurrenceEstimator

if TYPE_CHECKING:
    from wordneg.closedform.keywords import ClosedFormKeywords

__all__ = ["ClosedForm"]


class ClosedForm(CooccurrenceEstimator[ClosedFormParameters, ClosedFormReport]):
    """Word vectors from eigenvectors of the co-occurrences: what word2vec tends to, without steps and without noise.

    The scores of pairs are the best approximation of ``2 (P − K p p) / (P + K p p)`` that D dimensions allow;
    `wordneg.closedform` explains it and its source. There is no learning rate, no seed and no number of epochs.

    Parameters
    ----------
    sentences : corpus or Cooccurrences, optional
        Anything that `wordneg.Word2Vec` takes, or what `wordneg.count_cooccurrences` returned, also as the path of
        its file. Without it the model is not trained yet: see `build_vocab` and `train`.
    corpus_file : path, optional
        Instead of `sentences`, a text file (tokens between blanks, one sentence a line) or one of co-occurrences.
    vector_size : int
        Dimensions D, fewer than there are words. The first d dimensions are the vectors of ``vector_size=d``.
    window : int
        Largest distance between word and context. (With co-occurrences: as they were counted; likewise `symmetric`
        and `distance_weighting`. Counts on one side are made symmetric.)
    min_count, max_vocab_size, max_final_vocab, sorted_vocab, phrases, phrase_threshold, phrase_scoring
        As for `wordneg.Word2Vec`.
    negative : float
        Weight K of pairs at random: ``2 (P − K p p) / (P + K p p)``. In word2vec it is the number of negatives of a
        pair; in the paper it is 1. A larger one tempers pairs of rare words.
    power : float
        Word vectors are eigenvectors times eigenvalues to this power, context vectors to the power 1 − `power`. ½ makes
        both the same, as in the paper.
    symmetric, distance_weighting, memory_limit
        See `wordneg.count_cooccurrences`, which `build_vocab` calls.
    workers : int, optional
        Threads; all cores if left out or -1. The vectors do not depend on them.
    callbacks, tokenizer, encoding, unicode_errors, progress
        As for `wordneg.Word2Vec`. Solving for the vectors counts as one epoch.
    checkpoint, checkpoint_every
        A checkpoint is written when the vectors have been found, since there is nothing to keep before.

    Attributes
    ----------
    wv : WordVectors
        The word vectors; zeros before `train`.
    contexts, ensemble : WordVectors
        The context vectors; and the sums of both.
    history : list of ClosedFormReport
        What solving came to, and the share of the target that is left unexplained.
    parameters : ClosedFormParameters
        The settings; each is also an attribute of the model (``model.window``), and may be set by it, unless words,
        vectors or counts have been made by another value (AttributeError).
    cooccurrences : Cooccurrences or None
        What the vectors are made from. It takes 8 bytes per cell in memory, and solving 4 more (12, if not symmetric)
        and about 8 · V · D bytes. None after `load`.
    interrupted : bool
        Whether the last solving was ended early, by Ctrl-C or `stop`.
    corpus_count, corpus_total_words : int
        Sentences and tokens read by `build_vocab`; 0 with co-occurrences counted before.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range, no two words occur together, or the matrix has fewer than D
        positive eigenvalues.

    Examples
    --------
    >>> sentences = [["the", "cat", "purrs"], ["the", "dog", "barks"], ["a", "king", "rules"]] * 50
    >>> model = ClosedForm(sentences, vector_size=2, min_count=1, workers=1, progress=False)
    >>> model.wv.most_similar("king", topn=1)[0][0] in {"a", "rules"}
    True
    """

    _kind = "closed-form"
    _parameters_type = ClosedFormParameters
    _report_type: ClassVar[type[ClosedFormReport]] = ClosedFormReport
    _positional = ("vector_size", "window", "min_count", "max_vocab_size")

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *positional: Any,
        **settings: Unpack[ClosedFormKeywords],
    ) -> None:
        super().__init__(sentences, corpus_file, *positional, **settings)

    def __repr__(self) -> str:
        return f"ClosedForm({self._extent()}{'' if self.history else ', not solved yet'})"

    def _start(self, cooccurrences: Cooccurrences) -> Weights:
        return zeros(len(cooccurrences), self.parameters.vector_size)

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> int:
        """Solve for the vectors, whatever they were before.

        After Ctrl-C, which is raised, or `stop`, which warns, the vectors are as they were.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus, words outside the vocabulary are dropped; or co-occurrences of the same vocabulary. By
            default what `build_vocab` got.
        callbacks
            By default the model's.

        Returns
        -------
        cells : int
            Non-zeros that the vectors are made from.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, no corpus, or the model is being trained already.
        ValueError
            If the co-occurrences are of another vocabulary, or the matrix has fewer than D positive eigenvalues.
        KeyboardInterrupt
            After Ctrl-C. Its attribute `model` is the model.
        """
        return self._fit(self.parameters, corpus_iterable, corpus_file, callbacks)

    def _passes(self, cooccurrences: Cooccurrences, weights: Weights) -> Solver:
        return Solver(cooccurrences, weights, self.parameters)

    def _run(self, passes: Any, settings: ClosedFormParameters, **how: Any) -> Iterator[ClosedFormReport]:
        reports: Iterator[ClosedFormReport] = passes.run(**how)
        return reports
