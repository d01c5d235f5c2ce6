"""WordVectors: words with their vectors, in files and in gensim. Names and numbers are gensim 4's."""

from __future__ import annotations

import os
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from wordneg.files.formats import read_counts, read_word2vec, sniff_format, write_counts, write_word2vec
from wordneg.files.storage import MODEL_KINDS, read_archive, write_archive
from wordneg.vectors.similarity import Similarity

__all__ = ["WordVectors", "load_vectors"]

Path: TypeAlias = str | os.PathLike[str]

_ATTRIBUTE = "attribute_"  # begins the names of arrays with attributes in an archive


class WordVectors(Similarity):
    """Words with their vectors.

    Parameters
    ----------
    index_to_key : sequence of str
        V words, all different; the most frequent first, as `restrict_vocab` and suggestions expect.
    vectors : (V, D) floating
        Row by row their vectors. Kept as given, not copied; it may be a view of a matrix in training, or of
        one whose rows are padded. Anything but floats becomes float32.
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

    def __repr__(self) -> str:
        first = "".join(f", {word!r}" for word in self.index_to_key[:3])
        more = ", …" if len(self) > 3 else ""
        return f"{type(self).__name__}({len(self)} words × {self.vector_size}{first}{more})"

    def evaluate_word_pairs(
        self,
        pairs: Any,
        delimiter: str = "\t",
        encoding: str = "utf8",
        restrict_vocab: int = 300000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> Any:
        """Correlate cosines with human judgements; see `wordneg.evaluation.evaluate_word_pairs`."""
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
        """Save everything, bit by bit, in wordneg's own format (see `wordneg.files.storage`), atomically.

        Raises
        ------
        OSError
            When the disk refuses; an old file at `path` is untouched.
        """
        columns = {_ATTRIBUTE + name: column for name, column in self._attributes.items()}
        write_archive(path, "vectors", {}, {"vectors": self.vectors, **columns}, words=self.index_to_key)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load vectors that `save` wrote, or those of a whole model in the same format.

        Raises
        ------
        OSError
            When the file cannot be read.
        ValueError
            When it is another kind of file, damaged, cut short or forged.
        """
        archive = read_archive(path, ("vectors", *MODEL_KINDS), skip=("outputs",))
        arrays, is_model = archive.arrays, archive.kind in MODEL_KINDS
        matrix = arrays.get("inputs" if is_model else "vectors")
        if matrix is None or archive.words is None:
            raise ValueError(f"cannot load {os.fspath(path)!r}: the words or their vectors are missing in it")
        try:
            loaded = cls(archive.words, matrix, counts=arrays.get("counts" if is_model else _ATTRIBUTE + "count"))
            for name, column in arrays.items():
                if name.startswith(_ATTRIBUTE):
                    loaded._set_column(name.removeprefix(_ATTRIBUTE), column)
        except ValueError as error:
            raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from error
        return loaded

    def save_word2vec_format(
        self,
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        write_header: bool = True,
        prefix: str = "",
        sort_attr: str = "count",
    ) -> None:
        """Write the format of word2vec, GloVe or fastText; the bytes are those that gensim writes.

        Parameters
        ----------
        fname : path
            Where to. ``.gz``, ``.bz2`` and ``.xz`` are packed.
        fvocab : path, optional
            Also write the words with their counts there.
        binary : bool
            Binary records rather than text.
        write_header : bool
            False writes GloVe's format, text only.
        prefix : str
            Stands before each word in the file.
        sort_attr : str
            Words go in descending order of this attribute if they have it, otherwise in their own order.

        Raises
        ------
        ValueError
            When a word has a blank in it, or a value is NaN or infinite. Nothing is written then.
        OSError
            When the disk refuses; an old file at `fname` is untouched.
        """
        column = self._attributes.get(sort_attr)
        if fvocab is not None and column is None:
            raise ValueError(f"fvocab asks for attribute {sort_attr!r}, which these words lack; set it first")
        order = np.arange(len(self))
        if column is not None:  # descending, equal ones in their own order
            order = len(self) - 1 - np.argsort(column[::-1], kind="stable")[::-1]
        write_word2vec(
            fname,
            self.index_to_key,
            self.vectors,
            binary=binary,
            write_header=write_header,
            prefix=prefix,
            order=order,
        )
        if fvocab is not None and column is not None:
            write_counts(fvocab, {prefix + self.index_to_key[index]: column[index] for index in order})

    @classmethod
    def load_word2vec_format(
        cls,
        fname: Path,
        fvocab: Path | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read the format of word2vec, GloVe or fastText; parameters as of `wordneg.files.formats.read_word2vec`.

        Parameters
        ----------
        fvocab : path, optional
            Read counts from there. Without it the words have none (gensim makes some up).

        Raises
        ------
        OSError
            When a file cannot be read.
        ValueError
            When its contents are not of the format; the message names the line or record.
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
        try:
            from gensim.models import KeyedVectors
        except ImportError as error:
            raise ImportError(
                "to_gensim() needs gensim, which is not installed: pip install gensim (it has no wheels for "
                "Python 3.14 and later); save_word2vec_format() writes files that it reads elsewhere"
            ) from error
        keyed = KeyedVectors(self.vector_size, dtype=self.vectors.dtype)
        keyed.index_to_key = list(self.index_to_key)
        keyed.key_to_index = dict(self.key_to_index)
        keyed.vectors = np.array(self.vectors, order="C")
        keyed.next_index = len(self)
        keyed.expandos = {name: column.copy() for name, column in self._attributes.items()}
        return keyed

    @classmethod
    def from_gensim(cls, kv: Any) -> Self:
        """Return a copy of gensim's KeyedVectors (``model.wv`` of a model), numeric attributes included."""
        if not hasattr(kv, "index_to_key") or not hasattr(kv, "vectors"):
            hint = "; pass its .wv" if hasattr(kv, "wv") else ""
            raise TypeError(f"expected gensim's KeyedVectors, got {type(kv).__name__}{hint}")
        copied = cls(kv.index_to_key, np.array(kv.vectors, order="C"))
        for name, column in kv.expandos.items():
            if np.asarray(column).dtype.kind in "biuf":
                copied._set_column(name, np.array(column))
        return copied


def load_vectors(
    path: Path, *, encoding: str = "utf8", unicode_errors: str = "strict", limit: int | None = None
) -> WordVectors:
    """Load word vectors of any known format, which the file's first bytes tell.

    Parameters
    ----------
    path : path
        wordneg's own vectors or model, word2vec text or binary, GloVe, fastText ``.vec``; the foreign ones
        may be packed.
    encoding, unicode_errors : str
        How to decode the words of the foreign ones.
    limit : int, optional
        Take that many words at the most.

    Raises
    ------
    OSError
        When the file cannot be read.
    ValueError
        When its contents are of no known format, or damaged.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; expected at least 1 word, or None for all")
    found = sniff_format(path)
    if found == "archive":
        whole = WordVectors.load(path)
        if limit is None:
            return whole
        counts = None if whole.counts is None else whole.counts[:limit]
        return WordVectors(whole.index_to_key[:limit], whole.vectors[:limit], counts=counts)
    return WordVectors.load_word2vec_format(
        path, binary=found == "binary", encoding=encoding, unicode_errors=unicode_errors, limit=limit
    )
