"""The questions one asks word vectors: which words are near, how near, and which one does not belong."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.vectors.lookup import Key, Lookup, MissingWordError
from wordneg.vectors.neighbors import Floats, cosines, cosmul_scores, scaled, top_indices, unit

__all__ = ["Neighbors", "Similarity", "Term"]

Vector: TypeAlias = npt.NDArray[Any]
Term: TypeAlias = Key | Vector | tuple[Key | Vector, float]  # word, index or (D,) vector, perhaps with its weight
Neighbors: TypeAlias = list[tuple[str, float]] | Floats

_logger = logging.getLogger(__name__)


class Similarity(Lookup):
    """Words and vectors that answer questions by cosine."""

    def most_similar(
        self,
        positive: Term | Iterable[Term] | None = None,
        negative: Term | Iterable[Term] | None = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
    ) -> Neighbors:
        """Find the words nearest to the mean of the positive terms and the negated negative ones.

        Parameters
        ----------
        positive, negative : word, index, (D,) vector, (term, weight), or several of them
            What the query is made of. Weights default to 1 and -1; the vectors of words have length 1.
        topn : int or None
            How many words to return. None returns all cosines.
        clip_start, clip_end : int
            Search the words of these indices only.
        restrict_vocab : int, optional
            Search that many words from the first on; overrides the two clips.

        Returns
        -------
        list of (str, float)
            Words and cosines, nearest first, without the words of the query; or, if `topn` is None,
            (n,) cosines of all words searched.

        Raises
        ------
        KeyError
            When a word is missing.
        ValueError
            When the query is empty, or a vector has another size.
        """
        if topn is not None and topn < 1:
            return []
        terms = self._terms(positive, 1.0) + self._terms(negative, -1.0)
        mean = self.get_mean_vector(
            [term for term, _ in terms],
            [weight for _, weight in terms],
            post_normalize=True,
            ignore_missing=False,
        )
        searched = slice(0, restrict_vocab) if restrict_vocab else slice(clip_start, clip_end or len(self))
        start, stop, _ = searched.indices(len(self))
        scores = cosines(self.vectors[start:stop], self.fill_norms()[start:stop], mean)
        return self._ranked(scores, topn, terms, start)

    def most_similar_cosmul(
        self,
        positive: Term | Iterable[Term] | None = None,
        negative: Term | Iterable[Term] | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Neighbors:
        """Find the words nearest to all positive and far from all negative terms, by 3CosMul.

        Parameters
        ----------
        positive, negative : word, index, (D,) vector, or several of them
            What the query is made of, without weights. Vectors are taken in their own length.
        topn : int or None
            How many words to return. None returns the scores of all words.
        restrict_vocab : int, optional
            Search that many words from the first on.

        Returns
        -------
        list of (str, float)
            Words and scores, best first, without the words of the query; or, if `topn` is None, (n,) scores.

        Raises
        ------
        KeyError, ValueError
            As `most_similar`, and when no term is positive.

        References
        ----------
        Omer Levy and Yoav Goldberg (2014), Linguistic Regularities in Sparse and Explicit Word
        Representations, CoNLL, equation (4).
        """
        if topn is not None and topn < 1:
            return []
        ups, downs = self._terms(positive, 1.0), self._terms(negative, -1.0)
        if any(abs(weight) != 1 for _, weight in ups + downs):
            raise ValueError("3CosMul has no weights; give plain words, or use most_similar")
        if not ups:
            raise ValueError("no positive term; give at least one word or vector")
        scores = cosmul_scores(
            self.vectors[:restrict_vocab],
            self.fill_norms()[:restrict_vocab],
            [self._direction(term) for term, _ in ups],
            [self._direction(term) for term, _ in downs],
        )
        return self._ranked(scores, topn, ups + downs, 0)

    def similar_by_key(self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbors:
        """Find the words nearest to a word; see `most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None) -> Neighbors:
        """Find the words nearest to a word; gensim's other name of `similar_by_key`."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: npt.ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Neighbors:
        """Find the words nearest to a (D,) vector; see `most_similar`."""
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def similarity(self, w1: Key, w2: Key) -> float:
        """Return the cosine of two words."""
        return float(unit(self.get_vector(w1)) @ unit(self.get_vector(w2)))

    def distance(self, w1: Key, w2: Key) -> float:
        """Return 1 minus the cosine of two words."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Key | Vector, other_words: Iterable[Key] = ()) -> Floats:
        """Return 1 minus the cosine with each of `other_words`, or with all words if there are none."""
        vector = self._vector(word_or_vector)
        indices = [self.get_index(word) for word in other_words]
        searched: Any = indices or slice(None)
        return 1 - cosines(self.vectors[searched], self.fill_norms()[searched], vector)

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """Return the words that are nearer to `key1` than `key2` is."""
        distances, first = self.distances(key1), self.get_index(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        return [self.index_to_key[index] for index in closer if index != first]

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the rank of `key2` among the neighbours of `key1`, 1 for the nearest."""
        return len(self.closer_than(key1, key2)) + 1

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Return the cosine of the means of two lists of words. Missing words are left out.

        Raises
        ------
        ValueError
            When a list is empty.
        KeyError
            When all words of a list are missing.
        """
        means = []
        for words in (ws1, ws2):
            if len(words) == 0:
                raise ValueError("a list of words is empty; give at least one word in each")
            if not any(word in self for word in words):
                raise MissingWordError(words[0], self.index_to_key)
            means.append(unit(self.get_mean_vector(words, pre_normalize=False)))
        return float(means[0] @ means[1])

    def rank_by_centrality(self, words: Iterable[Key], use_norm: bool = True) -> list[tuple[float, Key]]:
        """Rank words by their cosine with the mean of all of them, the most central first.

        Missing words are left out, with a warning in the log.

        Raises
        ------
        ValueError
            When none is left.
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
        return sorted(((float(score), word) for score, word in zip(scores, known, strict=True)), reverse=True)

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
            One for each key. The sum is divided by the sum of their absolute values.
        pre_normalize : bool
            Take the vectors of words (not those given as arrays) in length 1.
        post_normalize : bool
            Scale the mean to length 1.
        ignore_missing : bool
            Leave words out that have no vector, instead of raising KeyError.

        Returns
        -------
        (D,) floating
        """
        given = [keys] if isinstance(keys, str | int | np.integer) else list(keys)
        if not given:
            raise ValueError("no term to take the mean of; give at least one word or vector")
        factors = np.ones(len(given)) if weights is None else np.asarray(weights, dtype=np.float64)
        if factors.shape != (len(given),):
            raise ValueError(f"weights have shape {factors.shape}; expected one for each of {len(given)} keys")
        mean, total = np.zeros(self.vector_size), 0.0
        for key, factor in zip(given, factors, strict=True):
            if isinstance(key, np.ndarray):
                mean += factor * self._vector(key)
            elif ignore_missing and key not in self:
                continue
            else:
                mean += factor * self.get_vector(key, norm=pre_normalize)
            total += abs(factor)
        if total > 0:
            mean /= total
        return (unit(mean) if post_normalize else mean).astype(self.vectors.dtype)

    def _vector(self, term: Key | Vector) -> Floats:
        """Return the (D,) vector of a word, or a vector itself, in the dtype of the matrix."""
        if isinstance(term, str | int | np.integer):
            return self.get_vector(term)
        vector = np.asarray(term, dtype=self.vectors.dtype)
        if vector.shape != (self.vector_size,):
            raise ValueError(f"a vector has shape {vector.shape}; these words have ({self.vector_size},)")
        return vector

    def _direction(self, term: Key | Vector) -> Floats:
        """Return the (D,) vector of a word in length 1, or a vector as it is."""
        return self._vector(term) if isinstance(term, np.ndarray) else self.get_vector(term, norm=True)

    def _terms(self, terms: Term | Iterable[Term] | None, weight: float) -> list[tuple[Key | Vector, float]]:
        """Return the parts of a query with their weights, `weight` where none is given."""
        if terms is None:
            return []
        alone = isinstance(terms, str | int | np.integer) or (isinstance(terms, np.ndarray) and terms.ndim == 1)
        weighted: list[tuple[Any, float]] = []
        items: Iterable[Any] = [terms] if alone else terms  # type: ignore[assignment]
        for item in items:
            if isinstance(item, str | int | np.integer | np.ndarray):
                weighted.append((item, weight))
            elif isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], Real):
                weighted.append((item[0], float(item[1])))
            else:
                raise TypeError(f"{item!r} is no word, index, array or (term, weight)")
        return weighted

    def _ranked(
        self, scores: Floats, topn: int | None, terms: Iterable[tuple[Key | Vector, float]], start: int
    ) -> Neighbors:
        """Return all scores, or the best words but those of the query; score 0 belongs to index `start`."""
        if topn is None:
            return scores
        asked = {self.get_index(term) - start for term, _ in terms if not isinstance(term, np.ndarray)}
        best = top_indices(scores, topn, asked)
        return [(self.index_to_key[index + start], float(scores[index])) for index in best]
