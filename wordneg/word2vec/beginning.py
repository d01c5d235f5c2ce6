"""`Beginning`: how a Word2Vec gets its words and fresh vectors, and how it grows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from wordneg.common.settings import SettingError
from wordneg.common.tokens import Token, plain
from wordneg.compiled.weights import Weights, aligned, initialize, padded
from wordneg.estimator.reading import read_corpus
from wordneg.estimator.state import CorpusFacts, State
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import NoWordsError, TrimRule, UnknownWordsError, Vocabulary
from wordneg.word2vec.blocks import NO_WAYS, Ways
from wordneg.word2vec.choosing import Choosing
from wordneg.word2vec.cluster.text import ClusterText, lies_on_cluster, read_on_cluster
from wordneg.word2vec.hierarchical import ways_of

__all__ = ["Beginning"]

_FOR_GROWING = {"min_count", "max_final_vocab", "max_vocab_size"}


class Beginning(Choosing):
    """The part of `wordneg.Word2Vec` that reads corpora, and makes vectors for their words."""

    def _fresh(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        store = self._read(corpus, trim_rule)
        return self._beginning(store.vocabulary, CorpusFacts.of(store), store)

    def _extended(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        known = self._checked("build_vocab(update=True)").vocabulary
        if isinstance(corpus, TokenStore):
            raise TypeError("got a store, whose words are fixed; with update=True, give the corpus itself")
        try:
            store = read_corpus(
                corpus, self.parameters, self._text, ahead=self._compile_ahead, trim_rule=trim_rule, vocabulary=known
            )
        except (NoWordsError, UnknownWordsError) as error:
            warnings.warn(f"the model stays as it was, and train() has nothing to train on: {error}", stacklevel=3)
            read = (error.tokens, error.sentences) if isinstance(error, UnknownWordsError) else (0, 0)
            store = TokenStore(known, np.zeros(0, np.int32), np.zeros(1, np.int64), *read)
            return replace(self._state, corpus=CorpusFacts.of(store), store=store, pending=None)
        return self._grown(store.vocabulary, CorpusFacts.of(store), store)

    def _read(self, corpus: Any, trim_rule: TrimRule | None) -> Any:
        if self.client is None or not lies_on_cluster(corpus):
            return super()._read(corpus, trim_rule)
        if trim_rule is not None:
            raise SettingError("got a trim_rule and a client, whose workers read the corpus; use min_count instead")
        return read_on_cluster(self.client, corpus, self._text, self.parameters)

    def prepare(self, corpus: Any) -> Any:
        """Return a corpus as `train` goes through it, see `Estimator.prepare`; with a client, paths are read there."""
        if isinstance(corpus, ClusterText) and corpus.vocabulary.words == self._built().vocabulary.words:
            return corpus
        if self.client is None or not lies_on_cluster(corpus):
            return super().prepare(corpus)
        return read_on_cluster(self.client, corpus, self._text, self.parameters, self._built().vocabulary)

    def _fixed(self) -> frozenset[str]:
        fixed = super()._fixed() - _FOR_GROWING
        return fixed.union(() if self._state.vocabulary is None else ("sg", "cbow_mean", "hs"))

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
            The number of sentences that the words come from.
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

    def reset_from(self, other_model: Beginning) -> None:
        """Take the words of another model, and its corpus, and start from fresh vectors."""
        vocabulary = other_model._built().vocabulary
        with self._turn.taken("reset_from"):
            self._begin_with(self._beginning(vocabulary, other_model._state.corpus, other_model._state.store))


def _plant(made: dict[str, Any], tree: HuffmanTree) -> None:
    """Put a tree into the part of a state that `_made_of` returns; its words know their ways."""
    made["tree"] = made["vectors"]._words.tree = tree
