"""Vector files that other programs read and write: word2vec text and binary, GloVe, fastText ``.vec``.

========================  ==============================================================================
word2vec text             a header ``V D``, then lines ``word v1 ... vD``; fastText ends them with a space
GloVe                     the same lines without a header
word2vec binary           the header, then records: the word, a space, D little-endian float32; word2vec.c
                          ends each with a line feed, gensim does not
========================  ==============================================================================

What is read may be compressed (gzip, bzip2, xz, zstd) or the only file in a zip archive, whatever its name, and may
come from a pipe. Files whose names end in ``.gz``, ``.bz2`` or ``.xz`` are written compressed.

Published files have oddities, which are read by one policy, whatever the format: a word may have blanks in it (in
text); a byte order mark is skipped; and repeated words, empty words, invalid bytes and a header that is wrong by one
are told in one warning (see `wordneg.files.wordlist`). NaN and infinite values (from a training that diverged; most
programs silently compute nonsense from them) are refused, as is a file that does not hold what its header promises, and
no memory is allocated on the strength of a header alone. A headerless text that was cut between two lines, or any text
cut within its last number, cannot be distinguished from a complete one. What could not be read back is not written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.common.tokens import Token
from wordneg.files.atomic import atomic_write
from wordneg.files.binary_format import read_binary, write_binary
from wordneg.files.recognizing import BOM, LOOK_AHEAD, first_line, header_of
from wordneg.files.sources import MAX_WORD, FloatMatrix, Source, open_sink, open_source
from wordneg.files.text_format import common_width, read_text, write_text
from wordneg.files.wordlist import WordList

__all__ = [
    "check_limit",
    "read_counts",
    "read_rows",
    "read_word2vec",
    "spelled_words",
    "write_counts",
    "write_word2vec",
]

_UNWRITABLE = re.compile(r"[ \t\n\r\v\f]")
_WIDTH_LINES = 20  # whose number of values is compared, if there is no header
_BLOCK_ROWS = 4096  # written at once


def read_word2vec(
    path: str | os.PathLike[str],
    *,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str | None = None,
    limit: int | None = None,
    datatype: npt.DTypeLike = np.float32,
    no_header: bool = False,
) -> tuple[list[str], FloatMatrix]:
    """Read words and their vectors from a file of a format that is known.

    Parameters
    ----------
    path : path
        The file.
    binary : bool
        Whether the file has binary records rather than text.
    encoding : str
        The encoding of the words.
    unicode_errors : str, optional
        What happens to bytes that are invalid in it, by a name that Python knows, such as ``"strict"`` or
        ``"backslashreplace"``. By default they become U+FFFD with a warning, but many of them are refused.
    limit : int, optional
        Maximum number of rows to read.
    datatype : dtype
        Dtype of the matrix, a floating-point type.
    no_header : bool
        Treat the first line of a text as a word (GloVe). A first line that cannot be a header is treated as a word
        in any case; the flag is needed if the first word is a number and has a single, whole-numbered value.

    Returns
    -------
    words : list of str
        The words in the order of the file.
    vectors : (V, D) `datatype`
        The vectors of the words.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the contents do not match the format; the message names the line or record.
    """
    dtype = np.dtype(datatype)
    if dtype.kind != "f":
        raise ValueError(f"datatype is {dtype}; expected a floating-point type")
    check_limit(limit)
    if binary and no_header:
        raise ValueError("a binary file cannot be read without a header, which gives the dimensions")
    with open_source(path) as source:
        return read_rows(
            source,
            binary=binary,
            words=WordList(source, encoding, unicode_errors),
            limit=limit,
            dtype=dtype,
            no_header=no_header,
        )


def read_rows(
    source: Source, *, binary: bool, words: WordList, limit: int | None, dtype: np.dtype[Any], no_header: bool = False
) -> tuple[list[str], FloatMatrix]:
    """Read words and their vectors from an open file; see `read_word2vec`.

    Raises
    ------
    ValueError
        If the contents do not match the format.
    """
    first = first_line(source)
    if not first:
        raise source.fault("line 1", "the file is empty")
    header = None if no_header else header_of(first)
    if binary and header is None:
        raise source.fault("line 1", f"{first[:40]!r} is not a header 'words dimensions'")
    if source.ahead.peek(len(BOM)) == BOM:
        source.stream.read(len(BOM))
    if header:
        source.stream.readline()
        vectors = (
            read_binary(source, header, words, limit, dtype)
            if binary
            else read_text(source, *header, words, limit, dtype)
        )
        return words.settled(vectors, None if limit is not None and len(words) >= limit else header[0])
    lines = source.ahead.peek(max(len(first), LOOK_AHEAD)).removeprefix(BOM).splitlines()
    width = common_width([first, *lines[1:_WIDTH_LINES]])
    if width == 0:
        raise source.fault(
            "line 1", f"{first[:60]!r} is neither a header 'words dimensions' nor a word with its values"
        )
    return words.settled(read_text(source, None, width, words, limit, dtype), None)


def write_word2vec(
    path: str | os.PathLike[str],
    words: Sequence[Token],
    vectors: FloatMatrix,
    *,
    binary: bool = False,
    write_header: bool = True,
    prefix: str = "",
    order: npt.NDArray[np.intp] | None = None,
) -> None:
    """Write words and their vectors atomically, byte for byte as gensim does.

    Parameters
    ----------
    path : path
        The file to write.
    words : sequence of str or int
        V distinct words. Integers are written as their digits, and read back as strings.
    vectors : (V, D) floating
        The vectors of the words. Rows may be padded; they are written in blocks.
    binary : bool
        Whether to write binary records (float32) rather than text.
    write_header : bool
        Whether to write a header. False gives GloVe's format and is for text only.
    prefix : str
        String to put before each word in the file.
    order : (V,) int, optional
        The order in which to write the rows.

    Raises
    ------
    ValueError
        If the file could not be read back: whitespace in a word, a NaN or infinite value, an integer beside a
        string of the same digits. Nothing is written.
    OSError
        If the file cannot be written; an existing file at `path` is left untouched.
    """
    if binary and not write_header:
        raise ValueError("a binary file could not be read without a header, which gives the dimensions")
    spelled = _spelled(path, words)
    _check_writable(path, spelled, vectors, prefix, np.dtype(np.float32) if binary else vectors.dtype)
    order = np.arange(len(spelled)) if order is None else order
    in_order = (prefix + spelled[index] for index in order)
    with open_sink(path) as stream:
        if write_header:
            stream.write(f"{vectors.shape[0]} {vectors.shape[1]}\n".encode())
        (write_binary if binary else write_text)(stream, in_order, _blocks(vectors, order))


def read_counts(
    path: str | os.PathLike[str], *, encoding: str = "utf8", unicode_errors: str | None = None
) -> dict[str, int]:
    """Read a vocabulary file, whose lines are a word, a space and its count (word2vec.c's ``-save-vocab``)."""
    counts = []
    with open_source(path) as source:
        words = WordList(source, encoding, unicode_errors)
        for number, line in enumerate(source.stream, 1):
            raw, _, count = line.strip().rpartition(b" ")
            if not raw or not count.isdigit():
                raise source.fault(f"line {number}", f"{line[:60]!r} is not a word and its count")
            words.add(raw.rstrip(), f"line {number}")
            counts.append(int(count))
        kept, column = words.settled(np.array(counts, np.int64), None)
    return dict(zip(kept, column.tolist(), strict=True))


def write_counts(path: str | os.PathLike[str], counts: Mapping[str, int]) -> None:
    """Write a vocabulary file, in the order of `counts`."""
    with atomic_write(path) as stream:
        stream.write("".join(f"{word} {count}\n" for word, count in counts.items()).encode())


def check_limit(limit: int | None) -> None:
    """Refuse a number of words to read that is not positive."""
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; expected at least 1 word, or None for all")


def spelled_words(path: str | os.PathLike[str], words: Sequence[Token], vectors: FloatMatrix) -> list[str]:
    """Return words as text for a format that keeps blanks for other purposes, and takes finite numbers only.

    Parameters
    ----------
    path : path
        Where they will be written, for messages.
    words : sequence of str or int
        V words. Integers become their digits.
    vectors : (V, D) floating
        Their vectors.

    Raises
    ------
    ValueError
        If a word is empty, has ASCII whitespace in it or is no text, an integer is a word beside its digits, or a
        vector has a value that is not finite in float32.
    """
    spelled = _spelled(path, words)
    _check_writable(path, spelled, vectors, "", np.dtype(np.float32))
    return spelled


def _blocks(vectors: FloatMatrix, order: npt.NDArray[np.intp]) -> Iterator[FloatMatrix]:
    for start in range(0, len(order), _BLOCK_ROWS):
        yield vectors[order[start : start + _BLOCK_ROWS]]


def _spelled(path: Any, words: Sequence[Token]) -> list[str]:
    """Return words as text; refuse an integer and a string that would be the same."""
    spelled = [str(word) for word in words]
    if any(not isinstance(word, str) for word in words) and len(set(spelled)) != len(spelled):
        seen: set[str] = set()
        twice = next(word for word in spelled if word in seen or seen.add(word))  # type: ignore[func-returns-value]
        raise ValueError(
            f"cannot write {os.fspath(path)!r}: there are both an integer and a string {twice!r}, which the format "
            "does not tell apart; choose wordneg's own format, which does"
        )
    return spelled


def _check_writable(path: Any, words: Sequence[str], vectors: FloatMatrix, prefix: str, dtype: np.dtype[Any]) -> None:
    """Refuse whatever could not be read back."""
    for index, word in enumerate(words):
        problem = None
        if not prefix + word:
            problem = "is empty"
        elif _UNWRITABLE.search(prefix + word):
            problem = "contains whitespace"
        elif not word.isascii() and word.encode("utf8", "replace") != word.encode("utf8", "surrogatepass"):
            problem = "cannot be encoded in UTF-8"
        elif len(prefix) + len(word) > MAX_WORD // 4 and len((prefix + word).encode()) > MAX_WORD:
            problem = f"is longer than {MAX_WORD:,} bytes"
        if problem:
            raise ValueError(
                f"cannot write {os.fspath(path)!r}: word {index}, {(prefix + word)[:80]!r}, {problem}, which the "
                "format cannot hold; rename it, or choose wordneg's own format, which can hold it"
            )
    for start in range(0, len(words), _BLOCK_ROWS):
        with np.errstate(over="ignore"):
            block = vectors[start : start + _BLOCK_ROWS].astype(dtype, copy=False)
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            word = words[start + int(np.flatnonzero(~finite)[0])]
            raise ValueError(
                f"cannot write {os.fspath(path)!r}: the vector of {word!r} has values that are NaN, infinite or "
                f"out of range for {dtype} (did the training diverge? if so, train with a lower learning rate)"
            )
