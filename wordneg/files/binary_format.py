"""Binary vector files: a header line, then for each word a record of the word, a space and little-endian float32."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

import numpy as np

from wordneg.files.sources import Decoder, FloatMatrix, Rows, Source

__all__ = ["read_binary", "write_binary"]

_MAX_WORD = 1 << 16  # bytes
_BLOCK_BYTES = 1 << 22  # read at once


def read_binary(
    source: Source, header: tuple[int, int], decode: Decoder, limit: int | None, dtype: np.dtype[Any]
) -> tuple[list[str], FloatMatrix]:
    """Read words and vectors from a binary file.

    Line feeds before a word belong to the record before it: word2vec.c writes one, gensim does not.

    Parameters
    ----------
    source : Source
        The file, read up to and including its header.
    header : (int, int)
        Number of words and number of dimensions.
    decode : Decoder
        Decoder for the words.
    limit : int or None
        Maximum number of words to read.
    dtype : dtype
        Dtype of the matrix.

    Returns
    -------
    words : list of str
    vectors : (V, D) `dtype`
    """
    count, width = header
    source.check_header(count, width, row_bytes=4 * width + 2)
    wanted = count if limit is None else min(count, limit)
    words: list[str] = []
    rows = Rows(width, dtype, 0 if source.size is None else wanted)
    buffer = b""
    while len(words) < wanted:
        # At least one record fits into what is asked for, so each turn makes progress or meets the end.
        chunk = source.stream.read(max(_BLOCK_BYTES, 4 * width + _MAX_WORD))
        buffer += chunk
        values, used = _records(source, buffer, width, wanted, words, decode)
        with np.errstate(over="ignore"):
            block = np.frombuffer(b"".join(values), "<f4").reshape(-1, width).astype(dtype, copy=False)
        if not np.isfinite(block).all():
            bad = len(words) - len(block) + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
            raise source.fault(
                f"record {bad + 1}", f"the word {words[bad]!r} has values that are not finite {dtype} numbers"
            )
        rows.append(block)
        buffer = buffer[used:]
        if not chunk and len(words) < wanted:
            raise source.fault(
                f"record {len(words) + 1}",
                f"the file ends within it, but its header promises {count} words: was it cut short?",
            )
    if wanted == count and (buffer + source.stream.read(1 << 16)).strip(b"\n"):
        raise source.fault(f"record {count + 1}", f"there are more than the {count} words that the header promises")
    return words, rows.finish()


def _records(
    source: Source, buffer: bytes, width: int, wanted: int, words: list[str], decode: Decoder
) -> tuple[list[bytes], int]:
    """Append the words of the complete records in `buffer`; return the bytes of their values and the bytes used."""
    size, start, values = 4 * width, 0, []
    while len(words) < wanted:
        blank = buffer.find(b" ", start, start + _MAX_WORD)
        if blank < 0 and len(buffer) - start < _MAX_WORD:
            break
        where = f"record {len(words) + 1}"
        raw = buffer[start:blank].lstrip(b"\n") if blank >= 0 else b""
        if not raw or b"\n" in raw:
            raise source.fault(
                where,
                f"expected a word and a space, but found {buffer[start : start + 40]!r} (a wrong header, or a text "
                "file?)",
            )
        end = blank + 1 + size
        if end > len(buffer):
            break
        words.append(decode(raw, source, where))
        values.append(buffer[blank + 1 : end])
        start = end
    return values, start


def write_binary(stream: IO[bytes], words: Iterable[str], blocks: Iterable[FloatMatrix]) -> None:
    """Write one record per word, without line feeds, as gensim does."""
    remaining = iter(words)
    for block in blocks:
        rows = np.ascontiguousarray(block, "<f4")
        records = [
            f"{word} ".encode() + row.tobytes() for word, row in zip(islice(remaining, len(rows)), rows, strict=True)
        ]
        stream.write(b"".join(records))
