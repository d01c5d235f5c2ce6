"""Binary vector files: a header line, then for each word a record of the word, a space and little-endian float32."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from wordneg.files.sources import MAX_WORD, FloatMatrix, Rows, Source, blocks_of
from wordneg.files.wordlist import WordList

__all__ = ["read_binary", "write_binary"]

_BLOCK_BYTES = 1 << 22  # read at once


def read_binary(
    source: Source, header: tuple[int, int], words: WordList, limit: int | None, dtype: np.dtype[Any]
) -> FloatMatrix:
    """Read words and vectors from a binary file.

    Line feeds before a word belong to the record before it: word2vec.c writes one, gensim does not.

    Parameters
    ----------
    source : Source
        The file, read up to and including its header.
    header : (int, int)
        Number of words and number of dimensions.
    words : WordList
        Receives the words.
    limit : int or None
        Maximum number of records to read.
    dtype : dtype
        Dtype of the matrix.

    Returns
    -------
    vectors : (V, D) `dtype`
    """
    count, width = header
    source.check_header(count, width, row_bytes=4 * width + 2)
    most = count + 1 if limit is None else min(count + 1, limit)  # one more than the header promises may be there
    rows = Rows(width, dtype, 0 if source.size is None else min(count, most))
    buffer = b""
    while len(words) < most:
        chunk = source.stream.read(max(_BLOCK_BYTES, 4 * width + 2))
        buffer += chunk
        values, used = _records(source, buffer, width, most, words)
        with np.errstate(over="ignore"):
            block = np.frombuffer(b"".join(values), "<f4").reshape(-1, width).astype(dtype, copy=False)
        if not np.isfinite(block).all():
            bad = len(words) - len(block) + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
            raise source.fault(
                f"record {bad + 1}", f"the word {words.words[bad]!r} has values that are not finite {dtype} numbers"
            )
        rows.append(block)
        buffer = buffer[used:]
        if not chunk:
            break
    _check_end(source, buffer, len(words), count, ended=len(words) < most, limited=most <= count)
    return rows.finish()


def _check_end(source: Source, buffer: bytes, found: int, count: int, *, ended: bool, limited: bool) -> None:
    """Refuse a file that ends within a record, or whose records differ by more than one from the header's number.

    `buffer` is what was read behind the last record; `ended` is whether there is no more, `limited` whether more
    was not asked for.
    """
    if limited and not ended:
        return
    rest = (buffer + source.stream.read(1 << 16)).strip(b"\n")
    if rest and found >= count:
        raise source.fault(f"record {count + 1}", f"there are more than the {count} words that the header promises")
    if rest or found < count - 1:
        raise source.cut_short(
            f"record {found + 1}",
            f"the file ends{' within it' if rest else ''}, but its header promises {count} words: was it cut short?",
        )


def _records(source: Source, buffer: bytes, width: int, most: int, words: WordList) -> tuple[list[bytes], int]:
    """Take the words of the complete records in `buffer`; return the bytes of their values and the bytes used."""
    size, start, values = 4 * width, 0, []
    while len(words) < most:
        blank = buffer.find(b" ", start, start + MAX_WORD)
        if blank < 0 and len(buffer) - start < MAX_WORD:
            break
        where = f"record {len(words) + 1}"
        raw = buffer[start:blank].lstrip(b"\n") if blank >= 0 else b""
        if blank < 0 or b"\n" in raw:
            raise source.fault(
                where,
                f"expected a word and a space, but found {buffer[start : start + 40]!r} (a wrong header, or a text "
                "file?)",
            )
        end = blank + 1 + size
        if end > len(buffer):
            break
        words.add(raw, where)
        values.append(buffer[blank + 1 : end])
        start = end
    return values, start


def write_binary(stream: IO[bytes], words: Iterable[str], vectors: FloatMatrix, order: npt.NDArray[np.intp]) -> None:
    """Write one record per word, without line feeds, as gensim does; the arguments are those of `write_text`."""
    remaining = iter(words)
    for block in blocks_of(vectors, order):
        rows = np.ascontiguousarray(block, "<f4")
        records = [
            f"{word} ".encode() + row.tobytes() for word, row in zip(islice(remaining, len(rows)), rows, strict=True)
        ]
        stream.write(b"".join(records))
