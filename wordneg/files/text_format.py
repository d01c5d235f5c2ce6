"""Text vector files: each line holds a word and its values, separated by single spaces."""

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
    """Read words and vectors from a text file.

    Parameters
    ----------
    source : Source
        The file, read up to and including its first line.
    first : bytes
        The first line.
    header : (int, int) or None
        Number of words and number of dimensions if `first` is a header; None if it is the line of the first word.
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
            f"line {lines.number + 1}", f"the file ends, but its header promises {count} words: was it cut short?"
        )
    if header and wanted == count and lines.take(1):
        raise source.fault(f"line {lines.number}", f"there are more than the {count} words that the header promises")
    return words, rows.finish()


def row_width(line: bytes) -> int:
    """Return the number of values in `line` if it is a word with its values, else 0."""
    fields = line.rstrip(b" \r\n").split(b" ")
    numbers = fields[0] and all(_is_number(field, np.dtype(np.float64)) for field in fields[1:])
    return len(fields) - 1 if numbers else 0


def write_text(stream: IO[bytes], words: Iterable[str], blocks: Iterable[FloatMatrix]) -> None:
    """Write one line per word; values have just the digits that identify them among all values of their dtype."""
    remaining = iter(words)
    for block in blocks:
        lines = [
            f"{word} {' '.join(map(str, row))}\n"
            for word, row in zip(islice(remaining, len(block)), block, strict=True)
        ]
        stream.write("".join(lines).encode("utf8"))


class _Lines:
    """The lines of a file with their numbers; blank lines are allowed only at the end."""

    def __init__(self, source: Source, first: bytes | None) -> None:
        self._source = source
        self._iterator = self._read(first)
        self.number = 0 if first else 1  # number of the line taken last

    def take(self, most: int) -> list[bytes]:
        """Return the next `most` lines; fewer only at the end of the file."""
        lines = list(islice(self._iterator, most))
        self.number += len(lines)
        return lines

    def _read(self, first: bytes | None) -> Iterator[bytes]:
        if first:
            yield first
        while line := self._source.stream.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise self._source.fault("a line", f"it is over {MAX_LINE} bytes long, not a text of vectors")
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
    """Append the words of `lines`, which start at line `number`, and return their (n, width) values."""
    texts = []
    for offset, line in enumerate(lines):
        raw, _, rest = line.rstrip(b" \r\n").partition(b" ")
        found = rest.count(b" ") + 1 if rest else 0
        if not raw or found != width:
            raise source.fault(
                f"line {number + offset}",
                f"expected a word and {width} values separated by single spaces, but after the first space "
                f"there are {found} (a space in a word, a wrong header, or a binary file?)",
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
        raise source.fault(f"lines {number} to {number + len(lines) - 1}", "the values are not plain numbers")
    return matrix


def _is_number(field: bytes, dtype: np.dtype[Any]) -> bool:
    """Tell whether `field` is a plain number in the range of `dtype`, without the underscores that float() accepts."""
    try:
        with np.errstate(over="ignore"):
            return bool(np.isfinite(np.float64(float(field)).astype(dtype))) and b"_" not in field
    except ValueError:
        return False
