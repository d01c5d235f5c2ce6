"""Vector files in text: a line holds a word, a blank and its values with blanks between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

import numpy as np

from wordneg.files.sources import Decoder, FloatMatrix, Rows, Source

__all__ = ["MAX_LINE", "read_text", "row_width", "write_text"]

MAX_LINE = 1 << 26  # bytes; a million values of 16 digits fit
_BLOCK_LINES = 4096  # parsed at once


def read_text(
    source: Source,
    first: bytes,
    header: tuple[int, int] | None,
    decode: Decoder,
    limit: int | None,
    dtype: np.dtype[Any],
) -> tuple[list[str], FloatMatrix]:
    """Read the words and their values.

    Parameters
    ----------
    source : Source
        The file, read up to and including its first line.
    first : bytes
        That line.
    header : (int, int) or None
        Words and dimensions if `first` says them. Otherwise it is the first word's line.
    decode : Decoder
        For the words.
    limit : int or None
        Read that many words at the most.
    dtype : dtype
        Of the matrix.

    Returns
    -------
    words : list of str
    vectors : (V, D) `dtype`
    """
    lines = _Lines(source, None if header else first)
    if header is None:
        width, wanted, expected = row_width(first), limit, 0
        if width == 0:
            raise source.fault(
                "line 1", f"{first[:60]!r} is neither a header 'words dimensions' nor a word with its values"
            )
    else:
        count, width = header
        source.check_header(count, width, row_bytes=2 * width + 2)
        wanted = count if limit is None else min(count, limit)
        expected = 0 if source.size is None else wanted
    words: list[str] = []
    rows = Rows(width, dtype, expected)
    while block := lines.take(_BLOCK_LINES if wanted is None else min(_BLOCK_LINES, wanted - len(words))):
        rows.append(_parse(source, block, width, lines.number - len(block) + 1, words, decode, dtype))
    if header and len(words) < min(count, wanted or 0):
        raise source.fault(
            f"line {lines.number + 1}", f"the file ends, and its header promises {count} words: cut short?"
        )
    if header and wanted == count and lines.take(1):
        raise source.fault(f"line {lines.number}", f"more than the {count} words that the header promises")
    return words, rows.finish()


def row_width(line: bytes) -> int:
    """Return the number of values if `line` is a word with its values, else 0."""
    fields = line.rstrip(b" \r\n").split(b" ")
    numbers = fields[0] and all(_is_number(field, np.dtype(np.float64)) for field in fields[1:])
    return len(fields) - 1 if numbers else 0


def write_text(stream: IO[bytes], words: Iterable[str], blocks: Iterable[FloatMatrix]) -> None:
    """Write a line for every word; values have the digits that tell them from all others of their dtype."""
    remaining = iter(words)
    for block in blocks:
        lines = [
            f"{word} {' '.join(map(str, row))}\n"
            for word, row in zip(islice(remaining, len(block)), block, strict=True)
        ]
        stream.write("".join(lines).encode("utf8"))


class _Lines:
    """The lines of a file with their numbers; blank ones may stand at the end only."""

    def __init__(self, source: Source, first: bytes | None) -> None:
        self._source = source
        self._iterator = self._read(first)
        self.number = 0 if first else 1  # of the line taken last

    def take(self, most: int) -> list[bytes]:
        """Return the next lines, fewer than `most` at the end of the file only."""
        lines = list(islice(self._iterator, most))
        self.number += len(lines)
        return lines

    def _read(self, first: bytes | None) -> Iterator[bytes]:
        if first:
            yield first
        while line := self._source.stream.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise self._source.fault("a line", f"is over {MAX_LINE} bytes long: no text file of vectors")
            if line.isspace() and not self._source.stream.read(1 << 16).strip():
                return
            yield line


def _parse(
    source: Source,
    lines: list[bytes],
    width: int,
    number: int,
    words: list[str],
    decode: Decoder,
    dtype: np.dtype[Any],
) -> FloatMatrix:
    """Append the words of `lines`, the first of which has that `number`, and return the (n, width) values."""
    texts = []
    for offset, line in enumerate(lines):
        raw, _, rest = line.rstrip(b" \r\n").partition(b" ")
        found = rest.count(b" ") + 1 if rest else 0
        if not raw or found != width:
            raise source.fault(
                f"line {number + offset}",
                f"expected a word and {width} values with single blanks between, and after the first blank "
                f"are {found} (a blank in a word, a wrong header, or a binary file?)",
            )
        words.append(decode(raw, source, f"line {number + offset}"))
        texts.append(rest.decode("latin-1"))
    compiled = dtype if dtype == np.float32 else np.float64  # the dtypes that loadtxt parses fast
    try:
        with np.errstate(over="ignore"):
            matrix = np.loadtxt(texts, compiled, delimiter=" ", comments=None, ndmin=2)
            matrix = matrix.astype(dtype, copy=False)
    except ValueError:
        matrix = np.full((1, 1), np.nan, dtype)
    if not np.isfinite(matrix).all() or matrix.shape != (len(lines), width):
        for offset, text in enumerate(texts):
            for part in text.split(" "):
                field = part.encode("latin-1")
                if not _is_number(field, dtype):
                    where = f"line {number + offset}"
                    raise source.fault(where, f"the value {field[:40]!r} is not a finite {dtype} number")
        raise source.fault(f"lines {number} to {number + len(lines) - 1}", "the values are no plain numbers")
    return matrix


def _is_number(field: bytes, dtype: np.dtype[Any]) -> bool:
    """Whether `field` is a number within the range of `dtype`, in digits (float() lets underscores pass)."""
    try:
        with np.errstate(over="ignore"):
            return bool(np.isfinite(np.float64(float(field)).astype(dtype))) and b"_" not in field
    except ValueError:
        return False
