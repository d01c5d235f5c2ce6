"""WordVectors: words with their vectors, and the questions they answer. Names and numbers are gensim 4's."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.files.formats import read_counts, read_word2vec, write_counts, write_word2vec
from wordneg.files.vectors import read_own, read_vectors, write_own
from wordneg.vectors.exporting import Exporting
from wordneg.vectors.interchange import from_keyed_vectors, to_keyed_vectors
from wordneg.vectors.matrix import Matrix

__all__ = ["KeyedVectors", "WordVectors", "load_vectors"]

Path: TypeAlias = str | os.PathLike[str]

_logger = logging.getLogger(__name__)


class WordVectors(Exporting):
    """Words with their vectors.

    Parameters
    ----------
    index_to_key : sequence of str or int
        V words, all different. Integers are words of their own, such as nodes of a graph. The most frequent ones
        come first, as `restrict_vocab` and suggestions expect.
    vectors : (V, D) floating
        Their vectors, one row for each word. The matrix is kept as given, not copied; it may be a view of a matrix
        in training, or of one whose rows are padded. Anything but floats becomes float32.
    counts : (V,) int64, optional
        How often each word occurs, kept as the attribute ``"count"``.
    vector_size : int
        D, given instead of words and vectors, which can then be added by `add_vectors`. ``WordVectors(100)`` means the
        same, as in gensim's constructor, and `count` may follow.
    count : int
        With `vector_size`: the number of free rows, with vectors of 0, for words that `add_vector` adds.
    dtype : dtype
        With `vector_size`: the type of the vectors.
    mapfile_path : None
        Without effect, as in gensim.

    Attributes
    ----------
    vectors, index_to_key
        As given.
    key_to_index : dict of str or int to int
        The row of each word.
    norms : (V,) floating or None
        The lengths of the vectors, computed when first needed; see `fill_norms`.
    vectors_lockf : (V,) or (1,) float32
        For the vectors of a `wordneg.Word2Vec`: the factor by which training changes each vector, 1 by default. A
        vector with the factor 0 stays as it is, bit by bit. A single value is the factor of all vectors.

    Examples
    --------
    >>> import numpy as np
    >>> wv = WordVectors(["king", "queen", "car"], np.array([[1, 1], [1, 0.9], [-1, 0.2]]))
    >>> wv.most_similar("king", topn=1)[0][0]
    'queen'
    >>> wv
    WordVectors(3 words × 2, 'king', 'queen', 'car')
    """

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
        similarity_function: str = "most_similar",
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
            similarity_function=similarity_function,
            **options,
        )

    @staticmethod
    def log_accuracy(section: Mapping[str, Any]) -> None:
        """Log the share of right answers in a section that `evaluate_word_analogies` returned."""
        right, wrong = len(section["correct"]), len(section["incorrect"])
        if right + wrong:
            share = 100 * right / (right + wrong)
            _logger.info("%s: %.1f%% (%i/%i)", section["section"], share, right, right + wrong)

    @staticmethod
    def log_evaluate_word_pairs(pearson: Sequence[float], spearman: Sequence[float], oov: float, pairs: Any) -> None:
        """Log what `evaluate_word_pairs` returned for some pairs."""
        _logger.info("%s: Pearson %.4f, Spearman %.4f, %.1f%% unknown", pairs, pearson[0], spearman[0], oov)

    def save(
        self,
        path: Path,
        separately: Any = None,
        sep_limit: int | None = None,
        ignore: Iterable[str] = (),
        pickle_protocol: int | None = None,
    ) -> None:
        """Save everything bit by bit in wordneg's own format (see `wordneg.files.storage`), atomically.

        The parameters after `path` have no effect, since nothing is pickled; they are taken so that calls
        written for gensim run.

        Raises
        ------
        OSError
            When the disk refuses; an old file at `path` is untouched.
        ValueError
            When a value is NaN or infinite; nothing is written then.
        """
        write_own(path, self._table)

    @classmethod
    def load(cls, path: Path, mmap: str | None = None) -> Self:
        """Load vectors that `save` wrote, or the input vectors of a whole model in the same format.

        `mmap` has no effect; it is taken so that calls written for gensim run.

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
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
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
        total_vec : int, optional
            The number of words, if it is given at all: the header names those that are written.
        prefix : str
            Is put before each word in the file.
        append : bool
            Must be False: a file is written as a whole.
        sort_attr : str
            Words are written in descending order of this attribute if they have it, otherwise in their own order.

        Raises
        ------
        ValueError
            When a word has a blank in it, a value is NaN or infinite, an integer is a word beside its digits, or both
            files are one.
            Nothing is written then.
        OSError
            When the disk refuses; an old file at `fname` is untouched.
        """
        if append or total_vec not in (None, len(self)):
            raise ValueError(
                f"got append={append} and total_vec={total_vec}, but a file holds the {len(self):,} words of one "
                "WordVectors; add the others to it first, by add_vectors"
            )
        if fvocab is not None and os.path.realpath(fvocab) == os.path.realpath(fname):
            raise ValueError(f"vectors and counts would both be written to {os.fspath(fname)!r}; give two files")
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
            write_counts(fvocab, {f"{prefix}{self.index_to_key[index]}": column[index] for index in order})

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

    def intersect_word2vec_format(
        self,
        fname: Path,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str | None = None,
    ) -> None:
        """Take the vectors of the words that are in a file, too; the others stay as they are, and none is added.

        Parameters
        ----------
        fname, binary, encoding, unicode_errors
            The file, as for `load_word2vec_format`.
        lockf : float
            Is set in `vectors_lockf` for the words that take a vector. By default, training leaves these as they are;
            give 1.0 if it is to go on from them.

        Raises
        ------
        OSError
            When the file cannot be read.
        ValueError
            When its vectors have another size, or it does not have this format.
        """
        words, vectors = read_word2vec(fname, binary=binary, encoding=encoding, unicode_errors=unicode_errors)
        if vectors.shape[1] != self.vector_size:
            raise ValueError(
                f"the vectors in {os.fspath(fname)!r} have {vectors.shape[1]} dimensions, these words "
                f"{self.vector_size}; expected the same"
            )
        spelled = {str(word): index for word, index in self.key_to_index.items()}  # as integers are written
        shared = [row for row, word in enumerate(words) if word in spelled]
        rows = [spelled[words[row]] for row in shared]
        if rows:
            self._held.put(rows, vectors[shared])
            locks = np.array(np.broadcast_to(self.vectors_lockf, len(self)), np.float32)
            locks[rows] = lockf
            self.vectors_lockf = locks
        _logger.info("%d of %d words took a vector from %s", len(rows), len(self), fname)

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


KeyedVectors = WordVectors
"""gensim's name for `WordVectors`, so that changing an import is enough."""


def load_vectors(
    path: Path, *, encoding: str = "utf8", unicode_errors: str | None = None, limit: int | None = None
) -> WordVectors:
    """Load word vectors of any known format, which the file's first bytes tell.

    Parameters
    ----------
    path : path
        A file of wordneg's own vectors or model, word2vec text or binary, GloVe, or fastText ``.vec``; compressed, the
        only file in a zip archive, or a pipe; or a Parquet file of `WordVectors.to_parquet`. Oddities of published
        files (words with blanks, repeated or empty words, a header that is wrong by one, a byte order mark) do not
        matter; what is left out is told in a warning.
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
