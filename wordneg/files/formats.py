"""Vector files that other programs read and write: word2vec text and binary, GloVe, fastText ``.vec``.

========================  ==============================================================================
word2vec text             a header ``V D``, then lines ``word v1 ... vD``; fastText ends them with a space
GloVe                     the same lines without a header
word2vec binary           the header, then records: the word, a space, D little-endian float32; word2vec.c
                          ends each with a line feed, gensim does not
========================  ==============================================================================

Files whose names end in ``.gz``, ``.bz2`` or ``.xz`` are compressed and decompressed transparently.

Both reading and writing refuse empty words, repeated words, whitespace in a word, and NaN or infinite values (from a
training that diverged; most programs silently compute nonsense from them). A file that does not hold what its header
promises is refused, and no memory is allocated on the strength of a header alone. A headerless text that was cut
between two lines, or any text cut within its last number, cannot be distinguished from a complete one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wordneg.files.atomic import atomic_write
from wordneg.files.binary_format import read_binary, write_binary
from wordneg.files.sources import Decoder, FloatMatrix, Source, open_sink, open_source
from wordneg.files.text_format import MAX_LINE, read_text, row_width, write_text

__all__ = [
    "Format",
    "check_limit",
    "read_counts",
    "read_word2vec",
    "sniff_format",
    "write_counts",
    "write_word2vec",
]

Format = Literal["archive", "binary", "text"]

_HEADER = re.compile(rb"\s*(\d{1,18})\s+(\d{1,18})\s*")
_UNWRITABLE = re.compile(r"[ \t\n\r\v\f]")
_NUMBER_BYTES = b"0123456789+-.eEnaifNIF \t\r"
_ZIP_MAGIC = b"PK\x03\x04"
_BLOCK_ROWS = 4096  # written at once


def sniff_format(path: str | os.PathLike[str]) -> Format:
    """Determine the format of a vector file from its first bytes.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    {"archive", "binary", "text"}
        wordneg's own archive, word2vec binary, or text with or without a header.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is in none of these formats.
    """
    with open_source(path) as source:
        first = source.stream.readline(MAX_LINE)
        if first.startswith(_ZIP_MAGIC):
            return "archive"
        if _header(first):
            # In a text, the bytes after the first word are numbers; in a binary file they are anything.
            after = source.stream.read(1 << 16).lstrip(b"\n").partition(b"\n")[0].partition(b" ")[2][:256]
            rest = source.stream.tell() > len(first)
            return "binary" if rest and (not after or after.translate(None, _NUMBER_BYTES)) else "text"
        if row_width(first):
            return "text"
        if not first:
            raise source.fault("line 1", "the file is empty")
        known = "wordneg's own, word2vec text or binary, GloVe, fastText .vec"
        raise source.fault("line 1", f"{first[:60]!r} does not begin a vector file of a known format ({known})")


def read_word2vec(
    path: str | os.PathLike[str],
    *,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    datatype: npt.DTypeLike = np.float32,
    no_header: bool = False,
) -> tuple[list[str], FloatMatrix]:
    """Read words and their vectors from a file.

    Parameters
    ----------
    path : path
        The file.
    binary : bool
        Whether the file has binary records rather than text.
    encoding, unicode_errors : str
        How to decode words.
    limit : int, optional
        Maximum number of words to read.
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
    decode = Decoder(encoding, unicode_errors)
    with open_source(path) as source:
        first = source.stream.readline(MAX_LINE)
        if not first:
            raise source.fault("line 1", "the file is empty")
        header = None if no_header else _header(first)
        if not binary:
            words, vectors = read_text(source, first, header, decode, limit, dtype)
        elif header is None:
            raise source.fault("line 1", f"{first[:40]!r} is not a header 'words dimensions'")
        else:
            words, vectors = read_binary(source, header, decode, limit, dtype)
        _check_unique(source, words, "record" if binary else "line", 1 if binary or header is None else 2)
    return words, vectors


def write_word2vec(
    path: str | os.PathLike[str],
    words: Sequence[str],
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
    words : sequence of str
        V distinct words.
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
        If the file could not be read back: whitespace in a word, a NaN or infinite value. Nothing is written.
    OSError
        If the file cannot be written; an existing file at `path` is left untouched.
    """
    if binary and not write_header:
        raise ValueError("a binary file could not be read without a header, which gives the dimensions")
    _check_writable(path, words, vectors, prefix, np.dtype(np.float32) if binary else vectors.dtype)
    order = np.arange(len(words)) if order is None else order
    in_order = (prefix + words[index] for index in order)
    with open_sink(path) as stream:
        if write_header:
            stream.write(f"{vectors.shape[0]} {vectors.shape[1]}\n".encode())
        (write_binary if binary else write_text)(stream, in_order, _blocks(vectors, order))


def read_counts(
    path: str | os.PathLike[str], *, encoding: str = "utf8", unicode_errors: str = "strict"
) -> dict[str, int]:
    """Read a vocabulary file, whose lines are a word, a space and its count (word2vec.c's ``-save-vocab``)."""
    decode = Decoder(encoding, unicode_errors)
    counts = {}
    with open_source(path) as source:
        for number, line in enumerate(source.stream, 1):
            raw, _, count = line.strip().rpartition(b" ")
            if not raw or not count.isdigit():
                raise source.fault(f"line {number}", f"{line[:60]!r} is not a word and its count")
            counts[decode(raw.rstrip(), source, f"line {number}")] = int(count)
    return counts


def write_counts(path: str | os.PathLike[str], counts: Mapping[str, int]) -> None:
    """Write a vocabulary file, in the order of `counts`."""
    with atomic_write(path) as stream:
        stream.write("".join(f"{word} {count}\n" for word, count in counts.items()).encode())


def check_limit(limit: int | None) -> None:
    """Refuse a number of words to read that is not positive."""
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; expected at least 1 word, or None for all")


def _header(line: bytes) -> tuple[int, int] | None:
    """Return (words, dimensions) if `line` is a header, else None."""
    found = _HEADER.fullmatch(line)
    return (int(found[1]), int(found[2])) if found else None


def _blocks(vectors: FloatMatrix, order: npt.NDArray[np.intp]) -> Iterator[FloatMatrix]:
    for start in range(0, len(order), _BLOCK_ROWS):
        yield vectors[order[start : start + _BLOCK_ROWS]]


def _check_unique(source: Source, words: list[str], unit: str, first: int) -> None:
    """Refuse a word that occurs twice in the file; `first` is the number of the first word's line or record."""
    if len(set(words)) == len(words):
        return
    seen: dict[str, int] = {}
    for number, word in enumerate(words, first):
        if word in seen:
            raise source.fault(
                f"{unit} {number}",
                f"the word {word!r} has already occurred, in {unit} {seen[word]} (if unicode_errors merged two "
                "words into one, 'backslashreplace' keeps them apart)",
            )
        seen[word] = number


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
        if problem:
            raise ValueError(
                f"cannot write {os.fspath(path)!r}: word {index}, {prefix + word!r}, {problem}, which the "
                "format cannot hold; rename it, or use save(), which can hold it"
            )
    for start in range(0, len(words), _BLOCK_ROWS):
        with np.errstate(over="ignore"):
            block = vectors[start : start + _BLOCK_ROWS].astype(dtype, copy=False)
        finite = np.isfinite(block).all(axis=1)
        if not finite.all():
            word = words[start + int(np.flatnonzero(~finite)[0])]
            raise ValueError(
                f"cannot write {os.fspath(path)!r}: the vector of {word!r} has values that are NaN, infinite or "
                f"out of range for {dtype} (did the training diverge?); save() writes them as they are"
            )
