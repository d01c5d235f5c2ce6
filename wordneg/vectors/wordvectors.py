"""WordVectors: words with their vectors, and the questions they answer. Names and numbers are gensim 4's."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.common.messages import missing_attribute, refuse_idle_assignment
from wordneg.files.formats import read_counts, read_word2vec, write_counts, write_word2vec
from wordneg.files.vectors import VectorTable, read_own, read_vectors, write_own
from wordneg.vectors.gensim_names import ELSEWHERE
from wordneg.vectors.interchange import from_keyed_vectors, to_keyed_vectors
from wordneg.vectors.matrix import Floats, Matrix, scaled, unit
from wordneg.vectors.neighbors import cosines, cosmul_scores
from wordneg.vectors.queries import Neighbors, Term, Vector, mean_vector, nearest, vector_of, weighted
from wordneg.vectors.words import Key, MissingWordError, Words

__all__ = ["WordVectors", "load_vectors"]

Path: TypeAlias = str | os.PathLike[str]

_logger = logging.getLogger(__name__)


class WordVectors:
    """Words with their vectors.

    Parameters
    ----------
    index_to_key : sequence of str
        V words, all different. The most frequent ones come first, as `restrict_vocab` and suggestions expect.
    vectors : (V, D) floating
        Their vectors, one row for each word. The matrix is kept as given, not copied; it may be a view of a matrix
        in training, or of one whose rows are padded. Anything but floats becomes float32.
    counts : (V,) int64, optional
        How often each word occurs, kept as the attribute ``"count"``.

    Attributes
    ----------
    vectors, index_to_key
        As given.
    key_to_index : dict of str to int
        The row of each word.
    norms : (V,) floating or None
        The lengths of the vectors, computed when first needed; see `fill_norms`.

    Examples
    --------
    >>> import numpy as np
    >>> wv = WordVectors(["king", "queen", "car"], np.array([[1, 1], [1, 0.9], [-1, 0.2]]))
    >>> wv.most_similar("king", topn=1)[0][0]
    'queen'
    >>> wv
    WordVectors(3 words × 2, 'king', 'queen', 'car')
    """

    def __init__(
        self,
        index_to_key: Sequence[str],
        vectors: npt.ArrayLike,
        *,
        counts: npt.ArrayLike | None = None,
    ) -> None:
        self._take(Words(index_to_key), Matrix(vectors), counts)

    @classmethod
    def _of_parts(cls, words: Words, matrix: Matrix, counts: npt.ArrayLike | None = None) -> Self:
        """Return vectors made of parts that may be shared with others."""
        vectors = cls.__new__(cls)
        vectors._take(words, matrix, counts)
        return vectors

    def _take(self, words: Words, matrix: Matrix, counts: npt.ArrayLike | None) -> None:
        shape = matrix.values.shape
        if len(shape) != 2 or shape[0] != len(words):
            raise ValueError(f"vectors have shape {shape}; expected ({len(words)}, dimensions), a row a word")
        self._words, self._held = words, matrix
        if counts is not None:
            words.set_column("count", np.asarray(counts))

    @property
    def _matrix(self) -> Matrix:
        """The matrix, once it is sure that there is a row for each word: both can be set, one after the other."""
        rows, words, indices = len(self._held.values), len(self._words), len(self._words.key_to_index)
        if not rows == words == indices:
            raise ValueError(
                f"there are {rows} vectors, {words} words in index_to_key and {indices} in key_to_index; set "
                "index_to_key and vectors so that there is a row for each word"
            )
        return self._held

    @property
    def vectors(self) -> Floats:
        """The (V, D) vectors, one row for each word. A matrix that is set replaces the old one and its `norms`.

        Whoever changes the number of rows sets `index_to_key` (or `key_to_index`) as well.
        """
        return self._held.vectors

    @vectors.setter
    def vectors(self, vectors: npt.ArrayLike) -> None:
        matrix = np.asarray(vectors)
        if matrix.ndim != 2:
            raise ValueError(f"vectors have shape {matrix.shape}; expected (words, dimensions), a row a word")
        self._held.vectors = matrix

    @property
    def norms(self) -> Floats | None:
        """The (V,) lengths of the vectors, None until they are needed; see `fill_norms`."""
        return self._held.norms

    @norms.setter
    def norms(self, norms: Floats | None) -> None:
        self._held.norms = norms

    @property
    def index_to_key(self) -> list[str]:
        """The words by index. Setting it sets `key_to_index`, too; attributes such as counts follow their words."""
        return self._words.index_to_key

    @index_to_key.setter
    def index_to_key(self, keys: Sequence[str]) -> None:
        self._words.replace(keys)

    @property
    def key_to_index(self) -> dict[str, int]:
        """The indices by word. Setting it sets `index_to_key`, too."""
        return self._words.key_to_index

    @key_to_index.setter
    def key_to_index(self, indices: Mapping[str, int]) -> None:
        words = sorted(indices, key=indices.__getitem__)
        if [indices[word] for word in words] != list(range(len(words))):
            raise ValueError("got a key_to_index whose indices are not 0, 1, 2 and so on; each row has one word")
        self._words.replace(words)

    def __getattr__(self, name: str) -> Any:
        raise missing_attribute(self, name, dir(type(self)), ELSEWHERE)

    def __setattr__(self, name: str, value: Any) -> None:
        refuse_idle_assignment(self, name, dir(type(self)), ELSEWHERE)
        super().__setattr__(name, value)

    @property
    def vector_size(self) -> int:
        """The number of dimensions, D."""
        return int(self._held.values.shape[1])

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """The (V,) counts of the words, None if they are not known."""
        return self._words.attributes.get("count")

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, key: object) -> bool:
        return self._words.find(key) is not None

    def __getitem__(self, key_or_keys: Key | Iterable[Key]) -> Floats:
        """Return the (D,) vector of one key, or the (n, D) vectors of several."""
        if isinstance(key_or_keys, str | int | np.integer):
            return self.get_vector(key_or_keys)
        rows: Floats = self._matrix.values[np.array([self._words.index(key) for key in key_or_keys], dtype=np.intp)]
        return rows

    def __repr__(self) -> str:
        first = "".join(f", {word!r}" for word in self.index_to_key[:3])
        more = ", …" if len(self) > 3 else ""
        return f"{type(self).__name__}({len(self)} words × {self.vector_size}{first}{more})"

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the index of a word (an index stands for itself), or `default` if it has none.

        Raises
        ------
        KeyError
            When there is no such word and no `default`. Its message names words that are spelled alike.
        """
        index = self._words.find(key)
        if index is None and default is not None:
            return default
        return self._words.index(key)

    def get_vector(self, key: Key, norm: bool = False) -> Floats:
        """Return the (D,) vector of a word, read-only; of length 1 if `norm`."""
        return self._matrix.row(self._words.index(key), norm)

    def fill_norms(self, force: bool = False) -> Floats:
        """Compute `norms`, the (V,) lengths of the vectors, if they are not there yet, and return them.

        Parameters
        ----------
        force : bool
            Compute them again. Call this after changing `vectors` in place, or set `norms` to None.
        """
        return self._matrix.fill_norms(force)

    def get_normed_vectors(self) -> Floats:
        """Return the (V, D) vectors scaled to length 1; vectors of length 0 stay 0."""
        return self._matrix.normed()

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Return an attribute of a word, such as its ``"count"``.

        Raises
        ------
        KeyError
            When there is no such word, or the words have no such attribute.
        """
        return self._words.attribute(key, attr)

    def set_vecattr(self, key: Key, attr: str, val: float) -> None:
        """Set a numeric attribute of a word; all other words have 0 until it is set for them.

        Raises
        ------
        KeyError
            When there is no such word.
        TypeError
            When `val` is not a number, or does not fit the numbers set before.
        """
        self._words.set_attribute(key, attr, val)

    def most_similar(
        self,
        positive: Term | Iterable[Term] | None = None,
        negative: Term | Iterable[Term] | None = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
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
        if topn is not None and topn < 1:
            return []
        terms = weighted(positive, 1.0) + weighted(negative, -1.0)
        keys, weights = [key for key, _ in terms], [weight for _, weight in terms]
        mean = mean_vector(self._words, self._matrix, keys, weights, post_normalize=True)
        searched = slice(0, restrict_vocab) if restrict_vocab else slice(clip_start, clip_end or len(self))
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
        scores = cosmul_scores(self._matrix, near, far, slice(restrict_vocab))
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

    def similarity(self, w1: Key, w2: Key) -> float:
        """Return the cosine of two words."""
        return float(unit(self.get_vector(w1)) @ unit(self.get_vector(w2)))

    def distance(self, w1: Key, w2: Key) -> float:
        """Return 1 minus the cosine of two words."""
        return 1 - self.similarity(w1, w2)

    def distances(self, word_or_vector: Key | Vector, other_words: Iterable[Key] = ()) -> Floats:
        """Return 1 minus the cosine with each of `other_words`, or with all words if there are none."""
        vector = word_or_vector if isinstance(word_or_vector, str | int | np.integer) else np.asarray(word_or_vector)
        searched = [self._words.index(word) for word in other_words] or slice(None)
        return 1 - cosines(self._matrix, vector_of(self._words, self._matrix, vector), searched)

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """Return the words that are nearer to `key1` than `key2` is."""
        distances, first = self.distances(key1), self.get_index(key1)
        closer = np.flatnonzero(distances < distances[self.get_index(key2)])
        return [self.index_to_key[index] for index in closer if index != first]

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the rank of `key2` among the neighbors of `key1`, 1 for the nearest."""
        return len(self.closer_than(key1, key2)) + 1

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Return the cosine of the means of two lists of words; missing words are left out.

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

    def evaluate_word_pairs(
        self,
        pairs: Any,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> Any:
        """Correlate cosines with human judgments; see `wordneg.evaluation.evaluate_word_pairs`."""
        from wordneg import evaluation

        return evaluation.evaluate_word_pairs(
            self,
            pairs,
            delimiter=delimiter,
            encoding=encoding,
            restrict_vocab=restrict_vocab,
            case_insensitive=case_insensitive,
            dummy4unknown=dummy4unknown,
        )

    def evaluate_word_analogies(
        self,
        analogies: Any,
        restrict_vocab: int = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        **options: Any,
    ) -> Any:
        """Solve analogy questions; see `wordneg.evaluation.evaluate_word_analogies`, which takes `options` too."""
        from wordneg import evaluation

        return evaluation.evaluate_word_analogies(
            self,
            analogies,
            restrict_vocab=restrict_vocab,
            case_insensitive=case_insensitive,
            dummy4unknown=dummy4unknown,
            **options,
        )

    def save(self, path: Path) -> None:
        """Save everything bit by bit in wordneg's own format (see `wordneg.files.storage`), atomically.

        Raises
        ------
        OSError
            When the disk refuses; an old file at `path` is untouched.
        """
        write_own(path, self._table)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load vectors that `save` wrote, or the input vectors of a whole model in the same format.

        Raises
        ------
        OSError
            When the file cannot be read.
        ValueError
            When it is another kind of file, damaged, cut short or forged, or a value is NaN or infinite.
        """
        return cls._loaded(path, read_own(path))

    def save_word2vec_format(
        self,
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        write_header: bool = True,
        prefix: str = "",
        sort_attr: str = "count",
    ) -> None:
        """Write a file in the format of word2vec, GloVe or fastText, with the same bytes as gensim.

        Parameters
        ----------
        fname : path
            The file; if its name ends in ``.gz``, ``.bz2`` or ``.xz``, it is compressed.
        fvocab : path, optional
            Another file, for the words with their counts.
        binary : bool
            Binary records rather than text.
        write_header : bool
            False writes GloVe's format, which is a text without a header.
        prefix : str
            Is put before each word in the file.
        sort_attr : str
            Words are written in descending order of this attribute if they have it, otherwise in their own order.

        Raises
        ------
        ValueError
            When a word has a blank in it, or a value is NaN or infinite. Nothing is written then.
        OSError
            When the disk refuses; an old file at `fname` is untouched.
        """
        if fvocab is not None and sort_attr not in self._words.attributes:
            raise ValueError(f"fvocab asks for attribute {sort_attr!r}, which these words lack; set it first")
        table = self._table
        order = self._words.descending(sort_attr)
        write_word2vec(
            fname,
            table.words,
            table.vectors,
            binary=binary,
            write_header=write_header,
            prefix=prefix,
            order=order,
        )
        if fvocab is not None:
            column = self._words.attributes[sort_attr]
            write_counts(fvocab, {prefix + self.index_to_key[index]: column[index] for index in order})

    @classmethod
    def load_word2vec_format(
        cls,
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str | None = None,
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read a file in the format of word2vec, GloVe or fastText.

        The other parameters are those of `wordneg.files.formats.read_word2vec`.

        Parameters
        ----------
        fvocab : path, optional
            A file to read counts from. Without it the words have no counts (gensim makes some up).

        Raises
        ------
        OSError
            When a file cannot be read.
        ValueError
            When the contents do not have this format; the message names the line or record.
        """
        words, vectors = read_word2vec(
            fname,
            binary=binary,
            encoding=encoding,
            unicode_errors=unicode_errors,
            limit=limit,
            datatype=datatype,
            no_header=no_header,
        )
        if fvocab is None:
            return cls(words, vectors)
        counts = read_counts(fvocab, encoding=encoding, unicode_errors=unicode_errors)
        if missing := next((word for word in words if word not in counts), None):
            raise ValueError(f"{os.fspath(fvocab)!r} has no count for the word {missing!r}")
        return cls(words, vectors, counts=np.array([counts[word] for word in words], np.int64))

    def to_gensim(self) -> Any:
        """Return a copy as `gensim.models.KeyedVectors`, attributes included.

        Raises
        ------
        ImportError
            When gensim is not installed.
        """
        return to_keyed_vectors(self._table)

    @classmethod
    def from_gensim(cls, kv: Any) -> Self:
        """Return a copy of gensim's KeyedVectors (``model.wv`` of a model), numeric attributes included."""
        return cls._of(from_keyed_vectors(kv))

    def _with(self, matrix: Matrix) -> Self:
        """Return the same words (with their attributes) with another matrix, neither of them copied."""
        return self._of_parts(self._words, matrix)

    def _more_attributes(self) -> dict[str, npt.NDArray[Any]]:
        """Return the attributes other than the counts, by name."""
        return {name: column for name, column in self._words.attributes.items() if name != "count"}

    def _set_attributes(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        for name, column in columns.items():
            self._words.set_column(name, column)

    @property
    def _table(self) -> VectorTable:
        self._words.check()
        return VectorTable(self._words.index_to_key, self._matrix.values, self._words.attributes)

    @classmethod
    def _of(cls, table: VectorTable) -> Self:
        made = cls(table.words, table.vectors)
        made._set_attributes(table.attributes)
        return made

    @classmethod
    def _loaded(cls, path: Path, table: VectorTable) -> Self:
        """Return what a file holds; if it does not fit together, say which file that is."""
        try:
            return cls._of(table)
        except ValueError as error:
            raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from error


def load_vectors(
    path: Path, *, encoding: str = "utf8", unicode_errors: str | None = None, limit: int | None = None
) -> WordVectors:
    """Load word vectors of any known format, which the file's first bytes tell.

    Parameters
    ----------
    path : path
        A file of wordneg's own vectors or model, word2vec text or binary, GloVe, or fastText ``.vec``; compressed, the
        only file in a zip archive, or a pipe. Oddities of published files (words with blanks, repeated or empty words,
        a header that is wrong by one, a byte order mark) do not matter; what is left out is told in a warning.
    encoding : str
        The encoding of the words, except in wordneg's own format.
    unicode_errors : str, optional
        What happens to bytes that are invalid in it, by a name that Python knows, such as ``"strict"`` or
        ``"backslashreplace"``. By default they become U+FFFD with a warning, but many of them are refused.
    limit : int, optional
        Take only the first rows, as many as given here.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When its contents have no known format, or are damaged.
    """
    table = read_vectors(path, encoding=encoding, unicode_errors=unicode_errors, limit=limit)
    return WordVectors._loaded(path, table)
