"""`Compatible`: what gensim's `Word2Vec` has beyond settings, words, vectors and training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.common.lifecycle import Logged
from wordneg.common.tokens import Token, plain
from wordneg.compiled.weights import Weights, aligned, initialize, padded, zeros
from wordneg.estimator.base import Estimator
from wordneg.estimator.state import CorpusFacts, State
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.objectives import Logistic
from wordneg.samplers import Unigram
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import NoWordsError, TrimRule, Vocabulary, checked_integer
from wordneg.vectors.interchange import also_gensims, empty
from wordneg.vectors.words import Key
from wordneg.word2vec.blocks import NO_WAYS, Ways
from wordneg.word2vec.hierarchical import ways_of
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Replica, chunk_size
from wordneg.word2vec.trainer import EpochReport

__all__ = ["Compatible"]

_VOCABULARY_BYTES = 500  # gensim's estimate for a word
_TREE_BYTES = 200  # and for its place in the tree


class Compatible(Logged, Estimator[Parameters, EpochReport]):
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

    @property
    def total_train_time(self) -> float:
        """Seconds of all epochs."""
        return sum(report.seconds for report in self.history)

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

    @property
    def sampler(self) -> Any:
        """Where the negatives come from."""
        raise NotImplementedError

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Return how many bytes words, input vectors and output vectors take, by gensim's estimate.

        Parameters
        ----------
        vocab_size : int, optional
            How many words; by default those there are.
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
            How many.

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

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Token, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Take words with their counts, which somebody else has counted, and start from fresh vectors.

        `train` then needs a corpus.

        Parameters
        ----------
        word_freq : mapping of str or int to int
            The counts by word.
        keep_raw_vocab
            Ignored; taken so that calls written for gensim run.
        corpus_count : int, optional
            How many sentences they are of.
        trim_rule, update
            As for `build_vocab`.

        Raises
        ------
        TypeError, ValueError
            If a word or a count is none, or no word is left.
        """
        settings = self.parameters
        counted = Vocabulary([plain(word) for word in word_freq], np.array(list(word_freq.values())))
        cut: dict[str, Any] = {
            "min_count": settings.min_count,
            "max_final_vocab": settings.max_final_vocab,
            "trim_rule": trim_rule,
        }
        facts = CorpusFacts("", 0 if corpus_count is None else int(corpus_count), counted.total)
        with self._turn.taken("build_vocab_from_freq"):
            if update:
                known = self._checked("build_vocab_from_freq(update=True)").vocabulary
                vocabulary, _ = known.grown(counted, counted.selected(**cut, sorted_vocab=False))
                self._begin_with(self._grown(vocabulary, facts, None))
                return
            vocabulary = counted.cut(**cut, sorted_vocab=bool(settings.sorted_vocab))
            if not len(vocabulary):
                raise NoWordsError(
                    f"no word of {len(counted):,} reaches min_count={settings.min_count}; lower min_count"
                )
            self._begin_with(self._beginning(vocabulary, facts, None))

    def _beginning(self, vocabulary: Vocabulary, facts: CorpusFacts, store: TokenStore | None) -> State:
        """Return the state of a model that begins with some words."""
        weights = initialize(len(vocabulary), self.parameters.vector_size, self.parameters.seed)
        return State(self.parameters, **self._made_of(vocabulary, weights), corpus=facts, store=store)

    def _grown(self, vocabulary: Vocabulary, facts: CorpusFacts, store: TokenStore | None) -> State:
        """Return the state of this model with a vocabulary that begins with its own."""
        built = self._checked("build_vocab(update=True)")
        known, size = len(built.vocabulary), self.parameters.vector_size
        weights = initialize(len(vocabulary), size, self.parameters.seed)
        for rows, matrix in zip(weights, (built.inputs, built.outputs), strict=True):
            rows[:known, :size] = matrix.values
        made = self._made_of(vocabulary, weights)
        if built.nodes is not None and built.tree is not None:
            made["nodes"].vectors[: known - 1] = built.nodes.values[:-1]
            _plant(made, built.tree.grown(built.vocabulary.total, vocabulary.counts[known:]))
        for name, column in built.vectors._more_attributes().items():
            made["vectors"].expandos[name] = column
        made["vectors"]._words.fit_attributes()
        locks = built.vectors.vectors_lockf
        if len(locks) == known:
            built.vectors.vectors_lockf = np.append(locks, np.ones(len(vocabulary) - known, np.float32))
        return replace(self._state, **made, corpus=facts, store=store, pending=None)

    def _made_of(self, vocabulary: Vocabulary, weights: Weights) -> dict[str, Any]:
        made = super()._made_of(vocabulary, weights)
        if self.parameters.hs:
            size = self.parameters.vector_size
            made["nodes"] = TrainableMatrix.of_rows(aligned((len(vocabulary), padded(size))), size)
            _plant(made, vocabulary.tree)
        return made

    def _nodes(self) -> TrainableMatrix:
        """Return the vectors of inner nodes, or raise AttributeError if there is no tree."""
        nodes = self._built().nodes
        if nodes is None:
            raise AttributeError("the model has no tree, and no vectors of its nodes (syn1), as it has hs=0")
        return nodes

    def _ways(self) -> Ways:
        """Return the tree with its nodes, if there is one: in a training those it works on, or else copies."""
        built = self._built()
        return NO_WAYS if built.nodes is None or built.tree is None else ways_of(built.tree, built.nodes.rows)

    def init_weights(self) -> None:
        """Start from fresh vectors, with the words that there are."""
        vocabulary = self._built().vocabulary
        with self._turn.taken("init_weights"):
            self._begin_with(self._beginning(vocabulary, self._state.corpus, self._state.store))

    def reset_from(self, other_model: Compatible) -> None:
        """Take the words of another model, and its corpus, and start from fresh vectors."""
        vocabulary = other_model._built().vocabulary
        with self._turn.taken("reset_from"):
            self._begin_with(self._beginning(vocabulary, other_model._state.corpus, other_model._state.store))

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
        if nodes is not None and made.parameters.hs:
            made._nodes().vectors = np.array(nodes)
        return made


def _plant(made: dict[str, Any], tree: HuffmanTree) -> None:
    """Put a tree into the part of a state that `_made_of` returns; its words know their ways."""
    made["tree"] = made["vectors"]._words.tree = tree
