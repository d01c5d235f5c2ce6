"""`Building`: how a model gets its words, and the vectors that training starts from."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import replace
from typing import Any

from wordneg.compiled.weights import Weights
from wordneg.estimator.configured import Configured, ParametersT, ReportT
from wordneg.estimator.reading import one_corpus, read_corpus
from wordneg.estimator.state import Built, State
from wordneg.estimator.trainable import TrainableMatrix
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule, UnknownWordsError, Vocabulary
from wordneg.vectors.words import Words
from wordneg.vectors.wordvectors import WordVectors

__all__ = ["Building", "NoVocabularyError"]


class NoVocabularyError(RuntimeError, AttributeError):
    """A model is asked for what it has only once it has words.

    An AttributeError, so that `hasattr` of the output vectors is False until then.
    """


class Building(Configured[ParametersT, ReportT]):
    """The part of an `Estimator` that reads a corpus and holds words and matrices."""

    _wordless: WordVectors | None = None

    def _begin(
        self, sentences: Any, corpus_file: str | os.PathLike[str] | None, trim_rule: TrimRule | None = None
    ) -> None:
        """Train, if the constructor got a corpus."""
        corpus = one_corpus(sentences, corpus_file)
        if corpus is not None:
            self.build_vocab(corpus, trim_rule=trim_rule)
            self.train()

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        update: bool = False,
        progress_per: int = 10_000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
    ) -> None:
        """Read a corpus, count its words and start from fresh vectors; or, with `update`, add its words to those there.

        `wv` stays the same object, with other words and vectors.

        If this fails or is interrupted, the model stays as it was.

        Parameters
        ----------
        corpus_iterable : corpus or TokenStore
            Anything that the constructor takes, or a store made by `wordneg.encode`, which has applied the
            cut-offs already. It is kept for `train`.
        corpus_file : path
            A file, instead.
        update : bool
            Whether to keep words and vectors, which only a `wordneg.Word2Vec` can. New words that pass the cut-offs
            in this corpus get the numbers behind the others, in order of appearance, random input vectors and
            output vectors of 0; counts are added up. `train` then goes through this corpus alone: old words that
            occur in it move, and the others keep their input vectors, while the words around them change. Measured
            with skip-gram on 10 MB of Wikipedia and then 10 MB from elsewhere in it (5 epochs each; medians of the
            cosine with the vector before): old words in the new text 0.86, with ``train(start_alpha=0.005)`` 0.99,
            others 1.00. Spearman's correlation on WordSim-353 was 0.42 before, 0.56 after (0.46 with the low rate),
            0.61 after training on both texts instead, and 0.53 for a new model of both. If the old text still
            matters, give `train` both. With ``hs=1`` the old tree becomes a branch of the new one, so that its
            nodes keep what they have learned; gensim makes the tree anew, and its nodes then stand for other words.
            Ways to old words get longer by a node or two each time. A corpus without a word that is known or
            frequent enough leaves the model as it was, with a warning, and `train` then trains nothing.
        progress_per, keep_raw_vocab
            Ignored; taken so that calls written for gensim run.
        trim_rule : callable, optional
            ``trim_rule(word, count, min_count)`` returns gensim's ``RULE_KEEP`` (2) or ``RULE_DISCARD`` (1) to keep or
            drop a word whatever its count, or ``RULE_DEFAULT`` (0).

        Raises
        ------
        TypeError, ValueError
            If there is no corpus, it is not made of token lists, no word is left, nothing can be trained on it, or
            `update` is asked of a model that cannot grow.
        RuntimeError
            If `update` is asked for and there are no words yet to be kept.
        """
        corpus = one_corpus(corpus_iterable, corpus_file)
        if corpus is None:
            raise TypeError("got no corpus; give sentences (token lists) or a corpus_file")
        with self._turn.taken("build_vocab"):
            self._begin_with(self._extended(corpus, trim_rule) if update else self._fresh(corpus, trim_rule))

    def _begin_with(self, state: State) -> None:
        """Take a state with other words; whoever holds `wv` sees them."""
        assert state.vectors is not None
        vectors, others = self.wv, self._state.vectors is None and len(self.wv)
        if others:  # somebody else's, which the user has set
            vectors = state.vectors
        self._state, self._wordless = replace(state, vectors=vectors), None
        vectors._become(state.vectors)

    @abstractmethod
    def _fresh(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        """Read a corpus and return the state of a model that begins with it."""

    def _extended(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        """Read a corpus and return the state of the model with its new words."""
        raise ValueError(
            f"got update=True, but the vocabulary of a {type(self).__name__} is fixed once built; train a new model on "
            "all text"
        )

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

    def _read(self, corpus: Any, trim_rule: TrimRule | None) -> TokenStore:
        """Return a corpus as a store, with a vocabulary of its own."""
        if not isinstance(corpus, TokenStore):
            return read_corpus(corpus, self.parameters, self._text, ahead=self._compile_ahead, trim_rule=trim_rule)
        if trim_rule is not None:
            raise ValueError("got a trim_rule and a store, which has its words already; give the rule to encode")
        return corpus

    def _built(self) -> Built:
        """Return words and matrices, or raise RuntimeError if there are none yet."""
        state = self._state
        if state.vocabulary is None or state.vectors is None or state.inputs is None or state.outputs is None:
            raise NoVocabularyError(
                "the model has no vocabulary yet; call build_vocab, or give the constructor a corpus"
            )
        return Built(state.vocabulary, state.vectors, state.inputs, state.outputs, state.nodes, state.tree)

    def _checked(self, method: str) -> Built:
        """Return words and matrices, or raise ValueError if words or vectors set by the user do not fit the model."""
        built = self._built()
        expected = (len(built.vocabulary), self.parameters.vector_size)
        if built.vectors.index_to_key != built.vocabulary.words:
            raise ValueError(
                f"the words of model.wv are no longer the model's, which has {expected[0]:,}: {method} needs all of "
                "them, as build_vocab found them; write the vectors by model.wv.save or model.wv.save_word2vec_format, "
                "or make a new model"
            )
        names = ("model.wv.vectors", "the output vectors", "model.syn1")
        for name, matrix in zip(names, built.matrices, strict=False):
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
            if self.parameters.phrases:
                raise ValueError(
                    f"got a corpus for a model with phrases={self.parameters.phrases}, which were found in the corpus "
                    "of its vocabulary; call train() without one to train on that, or join the phrases of both by "
                    "wordneg.Phrases, and train without `phrases`"
                )
            return encode(corpus, **self._text, vocabulary=vocabulary)
        if corpus.vocabulary.words != vocabulary.words:
            raise ValueError("the store has another vocabulary than the model; encode its corpus with the model's")
        return corpus

    def _corpus_of(self, corpus: Any, method: str) -> TokenStore:
        """Return a corpus that a method was given, or the one of `build_vocab`, as a store with words."""
        self._built()
        store = self._state.store if corpus is None else self.prepare(corpus)
        if store is None:
            raise RuntimeError(f"the model has no corpus, as it was loaded or built without one; give {method} one")
        if isinstance(store, TokenStore) and not len(store.tokens):
            raise UnknownWordsError(
                f"the corpus of build_vocab has no word that the model knows; give {method} another one",
                store.raw_tokens,
                store.raw_sentences,
            )
        return store

    @property
    def wv(self) -> WordVectors:
        """The input vectors, ``(V, D) float32``. They follow the training; what is set by them is trained on.

        It is the same object throughout. Before `build_vocab` it has no words, and may be set to other `WordVectors`,
        to ask them by way of the model; `build_vocab` then begins with words and vectors of its own. Afterwards it may
        be set to `WordVectors` with the same words, whose vectors it takes; their order does not matter.
        """
        if self._state.vectors is not None:
            return self._state.vectors
        held, size = self._wordless, self.parameters.vector_size
        if held is None or (not len(held) and held.vector_size != size):
            held = self._wordless = WordVectors(vector_size=size)
        return held

    def _take_vectors(self, vectors: Any) -> None:
        if not isinstance(vectors, WordVectors):
            raise AttributeError(
                f"got wv={vectors!r} for a model, expected WordVectors (for gensim's: WordVectors.from_gensim); once "
                "there are words, set model.wv.vectors, which training starts from"
            )
        if self._state.vectors is None:
            self._wordless = vectors
            return
        held, size = self.wv, self.parameters.vector_size
        words, indices = held.index_to_key, vectors.key_to_index
        if vectors.vector_size != size or indices.keys() != held.key_to_index.keys():
            raise AttributeError(
                f"got wv={vectors!r} for a model of {self._extent()}, expected the same words and vector_size; others "
                "can be asked without the model, or be the wv of one without words, or a training starts from their "
                "file by model.wv.intersect_word2vec_format"
            )
        held.vectors = vectors.vectors[[indices[word] for word in words]]

    @property
    def corpus_count(self) -> int:
        """How many sentences `build_vocab` read."""
        return self._state.corpus.sentences

    @property
    def corpus_total_words(self) -> int:
        """How many tokens `build_vocab` read."""
        return self._state.corpus.tokens

    def _extent(self) -> str:
        """Return in words how many words and dimensions there are."""
        vocabulary = self._state.vocabulary
        words = f"{len(vocabulary):,} words" if vocabulary is not None else "no vocabulary yet"
        return f"{words} × {self.parameters.vector_size}"
