"""`Similarity`: the questions that words with vectors answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wordneg.vectors.documents import word_movers_distance
from wordneg.vectors.growing import Growing
from wordneg.vectors.matrix import Floats, scaled, unit
from wordneg.vectors.neighbors import cosines, cosmul_scores
from wordneg.vectors.queries import Neighbors, Term, Vector, mean_vector, nearest, vector_of, weighted, whole
from wordneg.vectors.words import EmptyListError, Key

__all__ = ["Similarity"]

_logger = logging.getLogger(__name__)


class Similarity(Growing):
    """The part of `wordneg.WordVectors` that answers questions about words."""

    def most_similar(
        self,
        positive: Term | Iterable[Term] | None = None,
        negative: Term | Iterable[Term] | None = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Neighbors:
        """Find the words that are nearest to the mean of the positive terms and the negated negative terms.

        Parameters
        ----------
        positive, negative : word, index, (D,) vector, (term, weight), or several of them
            What the query is made of. Weights default to 1 and -1. The vectors of words are scaled to length 1.
        topn : int or None
            How many words to return. None returns all cosines.
        clip_start, clip_end : int
            Search the words of these indices only.
        restrict_vocab : int, optional
            Search only the first words, as many as given here; overrides the two clips.
        indexer : object, optional
            What searches instead, such as `wordneg.HnswIndexer` or gensim's `AnnoyIndexer`: its
            ``most_similar(vector, num_neighbors)`` is called with the mean and `topn`, and returns the result. The
            words of the query may be among it.

        Returns
        -------
        list of (str, float)
            Words with their cosines, nearest first, without the words of the query. If `topn` is None, the cosines of
            all words searched, (n,) floating.

        Raises
        ------
        KeyError
            When a word is missing.
        ValueError
            When the query is empty, or a vector has another size.
        """
        topn = whole(topn)
        if topn is not None and topn < 1:
            return []
        terms = weighted(positive, 1.0) + weighted(negative, -1.0)
        keys, weights = [key for key, _ in terms], [weight for _, weight in terms]
        mean = mean_vector(self._words, self._matrix, keys, weights, post_normalize=True)
        if indexer is not None and topn is not None:
            found: Neighbors = indexer.most_similar(mean, topn)
            return found
        searched = slice(0, whole(restrict_vocab)) if restrict_vocab else slice(clip_start, clip_end or len(self))
        start, stop, _ = searched.indices(len(self))
        return nearest(self._words, cosines(self._matrix, mean, slice(start, stop)), topn, terms, start)

    def most_similar_cosmul(
        self,
        positive: Term | Iterable[Term] | None = None,
        negative: Term | Iterable[Term] | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Neighbors:
        """Find the words that are near all positive terms and far from all negative terms, by 3CosMul.

        Parameters
        ----------
        positive, negative : word, index, (D,) vector, or several of them
            What the query is made of, without weights. Given vectors keep their length.
        topn : int or None
            How many words to return. None returns the scores of all words.
        restrict_vocab : int, optional
            Search only the first words, as many as given here.

        Returns
        -------
        list of (str, float)
            Words with their scores, best first, without the words of the query. If `topn` is None, all scores, (n,)
            floating.

        Raises
        ------
        KeyError, ValueError
            As for `most_similar`, and when no term is positive.

        References
        ----------
        Omer Levy and Yoav Goldberg (2014), Linguistic Regularities in Sparse and Explicit Word
        Representations, CoNLL, equation (4).
        """
        topn = whole(topn)
        if topn is not None and topn < 1:
            return []
        ups, downs = weighted(positive, 1.0), weighted(negative, -1.0)
        if any(abs(weight) != 1 for _, weight in ups + downs):
            raise ValueError("3CosMul has no weights; give plain words, or use most_similar")
        if not ups:
            raise ValueError("no positive term; give at least one word or vector")
        near, far = (
            [vector_of(self._words, self._matrix, key, norm=True) for key, _ in terms] for terms in (ups, downs)
        )
        scores = cosmul_scores(self._matrix, near, far, slice(whole(restrict_vocab)))
        return nearest(self._words, scores, topn, ups + downs)

    def similar_by_key(self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbors:
        """Find the words nearest to a word; see `most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbors:
        """Find the words nearest to a word; another name for `similar_by_key`, as in gensim."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: npt.ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors:
        """Find the words nearest to a (D,) vector; see `most_similar`."""
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def similarity(self, w1: Key, w2: Key) -> Any:
        """Return the cosine of two words, in the dtype of the vectors."""
        return unit(self[w1]) @ unit(self[w2])

    def distance(self, w1: Key, w2: Key) -> Any:
        """Return 1 minus the cosine of two words."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Key | Vector, other_words: Iterable[Key] | None = ()) -> Floats:
        """Return 1 minus the cosine with each of `other_words`, or with all words if there are none."""
        vector = word_or_vector if isinstance(word_or_vector, str | int | np.integer) else np.asarray(word_or_vector)
        searched = [self._words.index(word) for word in other_words or ()] or slice(None)
        return 1 - cosines(self._matrix, vector_of(self._words, self._matrix, vector), searched)

    def closer_than(self, key1: Key, key2: Key) -> list[Any]:
        """Return the words that are nearer to `key1` than `key2` is."""
        distances, first = self.distances(key1), self.get_index(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        return [self.index_to_key[index] for index in closer if index != first]

    def words_closer_than(self, word1: Key, word2: Key) -> list[Any]:
        """Return the words that are nearer to `word1` than `word2` is; the name of `closer_than` before gensim 4."""
        return self.closer_than(word1, word2)

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """Return the word of a list that is nearest to `key1`."""
        return keys_list[int(np.argmax([self.similarity(key1, key) for key in keys_list]))]

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Return the cosine of two words over the sum of the cosines of `wa` with its `topn` nearest words.

        Above 0.1 (for 10 words), the two are more alike than the nearest words of `wa` are on average: synonyms.

        Raises
        ------
        ValueError
            When `wa` has no neighbor.

        References
        ----------
        Artuur Leeuwenberg, Mihaela Vela, Jon Dehdari and Josef van Genabith (2016), A Minimally Supervised Approach for
        Synonym Extraction with Word Embeddings, The Prague Bulletin of Mathematical Linguistics 105, equation (1).
        """
        nearest_words = self.similar_by_word(wa, topn)
        if len(nearest_words) == 0:
            raise ValueError(f"{wa!r} has no neighbor to compare with; give topn of at least 1, or more words")
        return float(self.similarity(wa, wb)) / sum(float(cosine) for _, cosine in nearest_words)

    @staticmethod
    def cosine_similarities(vector_1: npt.ArrayLike, vectors_all: npt.ArrayLike) -> Floats:
        """Return the cosines of a (D,) vector with each row of (n, D) others; 0 where a vector has length 0."""
        query, others = np.asarray(vector_1), np.asarray(vectors_all)
        return scaled(others @ unit(query), np.linalg.norm(others, axis=1))

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the rank of `key2` among the neighbors of `key1`, 1 for the nearest."""
        return len(self.closer_than(key1, key2)) + 1

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> Any:
        """Return the cosine of the means of two lists of words; missing words are left out.

        If all words of a list are missing, it is 0, as in gensim, with a warning in the log.

        Raises
        ------
        ValueError
            When a list is empty; it is a ZeroDivisionError, too, as in gensim.
        """
        means = []
        for words in (ws1, ws2):
            if len(words) == 0:
                raise EmptyListError("a list of words is empty; give at least one word in each")
            if not any(word in self for word in words):
                _logger.warning("none of %s has a vector, so that the similarity is 0", list(words))
            means.append(unit(self.get_mean_vector(words, pre_normalize=False)))
        return means[0] @ means[1]

    def rank_by_centrality(self, words: Iterable[Key], use_norm: bool = True) -> list[tuple[Any, Key]]:
        """Rank words by their cosine with the mean of all of them, the most central first.

        Missing words are left out, with a warning in the log.

        Raises
        ------
        ValueError
            When no word is left.
        """
        asked = list(words)
        known = [word for word in asked if word in self]
        if len(known) < len(asked):
            missing = sorted({str(word) for word in asked if word not in self})
            _logger.warning("words without vectors are left out: %s", ", ".join(missing))
        if not known:
            raise ValueError(f"none of {asked!r} is in the vocabulary; give at least one word that is")
        rows = self[known]
        if use_norm:
            rows = scaled(rows, np.linalg.norm(rows, axis=1))
        scores = rows @ unit(rows.mean(axis=0))
        return sorted(zip(scores, known, strict=True), reverse=True)

    def doesnt_match(self, words: Iterable[Key]) -> Key:
        """Return the word that is furthest from the mean of all of them; see `rank_by_centrality`."""
        return self.rank_by_centrality(words)[-1][1]

    def get_mean_vector(
        self,
        keys: Sequence[Key | Vector] | Key,
        weights: npt.ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Floats:
        """Return the weighted mean of words and vectors.

        Parameters
        ----------
        keys : sequence of str, int or (D,) ndarray
            What to average.
        weights : (n,) float, optional
            One weight for each key. The weighted sum is divided by the sum of their absolute values.
        pre_normalize : bool
            Scale the vectors of words to length 1; vectors given as arrays are taken as they are.
        post_normalize : bool
            Scale the mean to length 1.
        ignore_missing : bool
            Leave out words that have no vector, instead of raising KeyError.

        Returns
        -------
        (D,) floating
        """
        return mean_vector(
            self._words,
            self._matrix,
            [keys] if isinstance(keys, str | int | np.integer) else list(keys),
            weights,
            pre_normalize=pre_normalize,
            post_normalize=post_normalize,
            ignore_missing=ignore_missing,
        )

    def document_vectors(
        self,
        documents: Iterable[Any],
        method: Literal["mean", "sif"] = "mean",
        *,
        a: float = 1e-3,
        n_components: int = 1,
        pre_normalize: bool | None = None,
        post_normalize: bool = False,
        tokenizer: Callable[[str], Sequence[str]] | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the vectors of many documents, (N, D) float32, by the vectors of their words.

        They are zeros for a document without a known word. For documents that come later, as those that a classifier
        is tested on, take `wordneg.DocumentVectorizer`, which this calls.

        Parameters
        ----------
        documents : iterable of lists of str or int, or of str with a tokenizer
            The documents.
        method : {"mean", "sif"}
            The mean, as `get_mean_vector` has it, or smooth inverse frequency: rare words count for more, and what all
            documents have in common is taken away.
        a, n_components, pre_normalize, post_normalize, tokenizer
            See `wordneg.DocumentVectorizer`.

        Raises
        ------
        TypeError
            When a document is a string, and there is no tokenizer.
        ValueError
            When a setting is wrong, or there are too few documents for SIF.
        """
        from wordneg.vectors.vectorizer import DocumentVectorizer

        settings: dict[str, Any] = {"a": a, "n_components": n_components, "tokenizer": tokenizer}
        settings |= {"pre_normalize": pre_normalize, "post_normalize": post_normalize}
        return DocumentVectorizer(self, method, **settings).fit_transform(documents)

    def wmdistance(self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = True) -> float:
        """Return the Word Mover's Distance of two documents: what it costs to move the words of one to the other's.

        Parameters
        ----------
        document1, document2 : iterable of str or int
            Their words. Missing ones are left out, with a note in the log.
        norm : bool
            Whether to scale vectors to length 1 first.

        Returns
        -------
        float
            Infinity if a document has no word left.

        Raises
        ------
        ImportError
            When POT is not installed.

        References
        ----------
        Matt Kusner, Yu Sun, Nicholas Kolkin and Kilian Weinberger (2015), From Word Embeddings To Document Distances,
        ICML, equation (1).
        """
        return word_movers_distance(self, document1, document2, norm=norm)

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> Any:
        """Raise NotImplementedError, as in gensim: it is a method of Doc2Vec's."""
        raise NotImplementedError("it is a method of gensim's Doc2Vec; compare texts by n_similarity or wmdistance")
