"""`Compatible`: what gensim's `Word2Vec` has beyond settings, words, vectors and training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.common.lifecycle import Logged
from wordneg.common.tokens import plain
from wordneg.compiled.weights import Weights, zeros
from wordneg.estimator.state import CorpusFacts, State
from wordneg.objectives import Logistic
from wordneg.samplers import Unigram
from wordneg.text.vocabulary import Vocabulary, checked_integer
from wordneg.vectors.interchange import also_gensims, empty
from wordneg.vectors.words import Key
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Replica, chunk_size
from wordneg.word2vec.saving import Saving

__all__ = ["Compatible"]

_VOCABULARY_BYTES = 500  # gensim's estimate for a word
_TREE_BYTES = 200  # and for its place in the tree


class Compatible(Logged, Saving):
    """The part of `wordneg.Word2Vec` that programs written for gensim ask for.

    Attributes
    ----------
    comment : object
        Anything; saved with the model if it is a string.
    batch_words : int
        What the constructor got. It has no effect, since wordneg chooses the size of its chunks itself.
    """

    comment: Any = None
    batch_words: int = 10_000

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class, for `isinstance`: once gensim is imported, its Word2Vec is among the bases."""
        return also_gensims(type(self), "gensim.models.word2vec", "Word2Vec")

    def __reduce__(self) -> tuple[Any, ...]:
        return empty, (type(self),), self.__getstate__()  # by `type`, see `__class__`

    # --- settings of gensim's -----------------------------------------------------------------------

    @property
    def null_word(self) -> int:
        """0: there is no null word, which serves gensim's doc2vec only."""
        return 0

    @property
    def layer1_size(self) -> int:
        """The number of dimensions, `vector_size`."""
        return self.parameters.vector_size

    @property
    def hashfxn(self) -> Callable[[Any], int]:
        """Python's `hash`. It has no effect, since starting vectors come from the seed alone."""
        return hash

    # --- results of gensim's ------------------------------------------------------------------------

    @property
    def running_training_loss(self) -> float:
        """The mean loss of the last epoch (a sum in gensim); 0 before the first."""
        return self.history[-1].loss if self.history else 0.0

    @running_training_loss.setter
    def running_training_loss(self, loss: float) -> None:
        # Callbacks set gensim's sum back to 0 after each epoch, to read the loss of one; here it always is that of one.
        if loss != 0:
            raise AttributeError(f"got running_training_loss={loss!r}, expected 0: it is read from history")

    @property
    def total_train_time(self) -> float:
        """Seconds of all epochs."""
        return sum(report.seconds for report in self.history)

    @property
    def effective_min_count(self) -> int:
        """How often a word must occur to be kept: `min_count`, or what `max_final_vocab` raises it to.

        That is the count of the rarest word that is left, which may lie above gensim's number, by which the same words
        are left: the counts of the others are not known any more.
        """
        least, counts = self.parameters.min_count, self._built().vocabulary.counts
        return least if self.parameters.max_final_vocab is None else max(least, int(counts.min()))

    @property
    def min_alpha_yet_reached(self) -> float:
        """The learning rate at the end of the last epoch; `alpha` before the first."""
        return self.history[-1].rate if self.history else self.parameters.alpha

    @property
    def cum_table(self) -> NDArray[np.uint32] | None:
        """The cumulative distribution of the default sampler, `Unigram`, over 0 … 2³¹ - 1, as gensim keeps it, (V,).

        None before `build_vocab`. Computed when asked for; training does not use it.
        """
        sampler = self.sampler
        if not isinstance(sampler, Unigram):
            raise AttributeError(f"the sampler is {sampler!r}; cum_table is of the default sampler only")
        if self._state.vocabulary is None:
            return None
        shares = np.cumsum(self._state.vocabulary.counts.astype(np.float64) ** sampler.exponent)
        return np.rint(shares / shares[-1] * (2**31 - 1)).astype(np.uint32)

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return how many bytes words, input vectors and output vectors take, by gensim's estimate.

        Parameters
        ----------
        vocab_size : int, optional
            The number of words; by default the size of the vocabulary.
        report : dict of str to int, optional
            Other parts, which are counted in.
        """
        words = len(self.wv) if vocab_size is None else checked_integer("vocab_size", vocab_size, 0)
        parts = dict(report or {})
        matrix = words * self.parameters.vector_size * 4
        parts["vocab"] = words * (_VOCABULARY_BYTES + (_TREE_BYTES if self.parameters.hs else 0))
        matrices = {"vectors": True, "syn1": self.parameters.hs, "syn1neg": self.parameters.negative}
        parts |= {name: matrix for name, there in matrices.items() if there}
        return parts | {"total": sum(parts.values())}

    def init_sims(self, replace: bool = False) -> None:
        """Compute the lengths of the vectors; with `replace`, scale them to 1. See `wordneg.WordVectors.init_sims`."""
        self.wv.init_sims(replace)

    def score(
        self,
        sentences: Iterable[Sequence[Key]],
        total_sentences: int = 1_000_000,
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> NDArray[np.float32]:
        """Return the log-probability of each sentence under hierarchical softmax, (S,) float32.

        For CBOW it is the sum over its words, of the logarithm of the word's chance given those around it; for
        skip-gram the sum over all pairs of a word and one around it. Windows are not shrunk, and no word is dropped.

        Parameters
        ----------
        sentences : iterable of sequence of str or int
            Unknown words are left out.
        total_sentences, chunksize, queue_factor, report_delay
            Ignored; taken so that calls written for gensim run. All sentences are scored.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or the model has ``hs=0``, as in gensim.
        """
        if not self.parameters.hs:
            raise RuntimeError(
                "score needs hierarchical softmax (hs=1), and the model has hs=0; predict_output_word gives the "
                "probabilities of center words, and compute_loss=True the mean loss of a corpus"
            )
        vocabulary = self._checked("score").vocabulary
        index = vocabulary.index
        texts = [[index[word] for word in map(plain, sentence) if word in index] for sentence in sentences]
        offsets = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        tokens = np.fromiter((word for text in texts for word in text), np.int32, count=int(offsets[-1]))
        silent: dict[str, Any] = {
            "negative": 0,
            "sample": 0,
            "shrink_windows": False,
            "compute_loss": True,
        }
        parameters = replace(self.parameters, **silent)
        parts = (vocabulary, self._weights(), parameters, Unigram(), Logistic())
        replica = Replica(*parts, workers=1, chunk=chunk_size(len(tokens)), ways=self._ways())
        replica.read(tokens, offsets)
        return (-replica.losses()).astype(np.float32)

    def predict_output_word(self, context_words_list: Iterable[Key], topn: int = 10) -> list[tuple[Any, Any]] | None:
        """Return the likeliest center words of a context, with their probabilities under the full softmax.

        Parameters
        ----------
        context_words_list : iterable of str or int
            Words or their indices. Unknown ones are left out; None is returned if all are.
        topn : int
            The number of words to return.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, or the model was trained without negatives, as in gensim.
        """
        if not self.parameters.negative:
            raise RuntimeError(
                "predict_output_word needs the output vectors of negative sampling, and the model has negative=0; give "
                "negative=5, or ask score"
            )
        built = self._checked("predict_output_word")
        inputs, outputs = built.inputs, built.outputs
        rows = [self.wv.get_index(word) for word in context_words_list if word in self.wv]
        if not rows:
            return None
        query = inputs.values[rows].sum(axis=0)
        if self.parameters.cbow_mean:
            query = query / len(rows)
        scores = (outputs.values @ query).astype(np.float64)
        likelihood = np.exp(scores - scores.max())
        likelihood = (likelihood / likelihood.sum()).astype(np.float32)
        best = np.argsort(-likelihood, kind="stable")[:topn]
        return [(self.wv.index_to_key[word], likelihood[word]) for word in best]

    # --- words of gensim's --------------------------------------------------------------------------

    @classmethod
    def from_gensim(cls, model: Any, **settings: Any) -> Self:
        """Return a copy of gensim's `Word2Vec`: words, counts, both matrices and settings. It can be trained on.

        Parameters
        ----------
        model : gensim.models.Word2Vec
            The model.
        **settings
            Other settings than the model's, as for the constructor.

        Raises
        ------
        TypeError, ValueError
            If it is no such model, or has no output vectors.
        """
        if not hasattr(model, "wv") or not hasattr(model, "vector_size"):
            raise TypeError(
                f"expected gensim's Word2Vec, got {type(model).__name__}; for vectors: WordVectors.from_gensim"
            )
        outputs, nodes = getattr(model, "syn1neg", None), getattr(model, "syn1", None)
        if outputs is None and nodes is None:
            raise ValueError(
                "the model has no output vectors (syn1neg or syn1), since it has not been trained; take its vectors by "
                "WordVectors.from_gensim(model.wv)"
            )
        theirs = {one.name: getattr(model, one.name) for one in fields(Parameters) if hasattr(model, one.name)}
        if "sampler" not in settings:
            theirs["ns_exponent"] = model.ns_exponent
        made = cls(**theirs | settings)
        vocabulary = Vocabulary([plain(word) for word in model.wv.index_to_key], model.wv.expandos["count"])
        weights: Weights = zeros(len(vocabulary), made.parameters.vector_size)
        for rows, values in zip(weights, (model.wv.vectors, outputs), strict=True):
            if values is not None:
                rows[:, : made.parameters.vector_size] = values
        facts = CorpusFacts("", model.corpus_count or 0, model.corpus_total_words or 0)
        made._begin_with(State(made.parameters, **made._made_of(vocabulary, weights), corpus=facts))
        made.train_count = getattr(model, "train_count", 0)
        if nodes is not None and made.parameters.hs:
            made._nodes().vectors = np.array(nodes)
        return made
