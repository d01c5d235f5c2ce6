"""Text vector files: each line holds a word and its values, separated by single spaces.

The last D fields of a line are the vector, so that a word may have blanks in it (". . ." in GloVe's vectors of 840
billion words). Its last part must not be a number then, because that would be a value too many.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from wordneg.common.ahead import map_ahead
from wordneg.files.sources import FloatMatrix, Rows, Source, blocks_of
from wordneg.files.wordlist import WordList

if TYPE_CHECKING:
    from wordneg.files.text_rows import PlainRows

__all__ = ["MAX_LINE", "common_width", "read_text", "row_width", "write_text"]

MAX_LINE = 1 << 26  # bytes; a million values of 16 digits fit
_BLOCK_VALUES = 1 << 17  # read at once
_COMPILED_FROM = 1 << 20  # values that are worth the wait for Numba


def read_text(
    source: Source,
    count: int | None,
    width: int,
    words: WordList,
    limit: int | None,
    dtype: np.dtype[Any],
) -> FloatMatrix:
    """Read words and vectors from a text file.

    Parameters
    ----------
    source : Source
        The file, read up to and including its header if it has one.
    count : int or None
        Number of words in the header; None if there is no header.
    width : int
        Number of dimensions.
    words : WordList
        Receives the words.
    limit : int or None
        Maximum number of lines to read.
    dtype : dtype
        Dtype of the matrix.

    Returns
    -------
    vectors : (V, D) `dtype`
    """
    lines = _Lines(source, 0 if count is None else 1)
    expected, most = 0, limit
    if count is not None:
        source.check_header(count, width, row_bytes=2 * width + 2)
        most = count + 1 if limit is None else min(count + 1, limit)  # one more than promised may be there
        expected = 0 if source.size is None else min(count, most)
    rows = Rows(width, dtype, expected)
    blocks = lines.blocks(max(1, _BLOCK_VALUES // width), most)
    compiled = _COMPILED_FROM - expected * width if dtype == np.float32 else None
    for number, block, plain in _with_plain(blocks, width, compiled):
        if plain is None:
            rows.append(_parse(source, block, width, number, words, dtype))
        else:
            words.extend(plain.words, number)
            rows.append(plain.values)
    if count is not None and len(words) < min(count - 1, most or 0):
        raise source.cut_short(
            f"line {lines.number + 1}", f"the file ends, but its header promises {count} words: was it cut short?"
        )
    if count is not None and limit is None and lines.take(1):
        where = f"line {lines.number - 1}"
        raise source.fault(where, f"there are more than the {count} words that the header promises")
    return rows.finish()


def row_width(line: bytes) -> int:
    """Return the number of values at the end of a line; 0 if it is not a word with its values."""
    fields = line.rstrip(b" \r\n").split(b" ")
    values = 0
    while values < len(fields) - 1 and _is_number(fields[-1 - values], np.dtype(np.float64)):
        values += 1
    return values


def common_width(lines: Sequence[bytes]) -> int:
    """Return the number of values that most lines have; 0 if the first has none."""
    widths = [row_width(line) for line in lines]
    return Counter(filter(None, widths)).most_common(1)[0][0] if widths and widths[0] else 0


def write_text(stream: IO[bytes], words: Iterable[str], vectors: FloatMatrix, order: npt.NDArray[np.intp]) -> None:
    """Write one line per word; values have just the digits that identify them among all values of their dtype.

    Parameters
    ----------
    stream : binary file
        Where the lines are written to.
    words : iterable of str
        The words, in order.
    vectors : (V, D) floating
        Their vectors.
    order : (n,) int
        The rows of `vectors` that are written.
    """
    remaining = iter(words)
    blocks = ((list(islice(remaining, len(block))), block) for block in blocks_of(vectors, order))
    for lines in _spelled(blocks, compiled=vectors.dtype == np.float32 and vectors.size >= _COMPILED_FROM):
        stream.write(lines)


def _spelled(blocks: Iterable[tuple[list[str], FloatMatrix]], *, compiled: bool) -> Iterator[bytes | memoryview]:
    """Yield the lines of blocks of words and vectors."""
    if compiled:
        from wordneg.files.text_rows import spelled  # imported here because it imports Numba

        yield from map_ahead(spelled, blocks)
        return
    for words, block in blocks:
        lines = [f"{word} {' '.join(map(str, row))}\n" for word, row in zip(words, block, strict=True)]
        yield "".join(lines).encode("utf8")


class _Lines:
    """The lines of a file with their numbers; blank lines are allowed only at the end."""

    def __init__(self, source: Source, taken: int) -> None:
        self._source = source
        self._iterator = self._read()
        self.number = taken  # number of the line taken last

    def take(self, most: int) -> list[bytes]:
        """Return the next `most` lines; fewer only at the end of the file."""
        lines = list(islice(self._iterator, most))
        self.number += len(lines)
        return lines

    def blocks(self, size: int, most: int | None) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the number of the first line and the lines of successive blocks, `most` lines in all."""
        left = sys.maxsize if most is None else most
        while block := self.take(min(size, left)):
            left -= len(block)
            yield self.number - len(block) + 1, block

    def _read(self) -> Iterator[bytes]:
        while line := self._source.stream.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise self._source.fault("a line", f"it is over {MAX_LINE} bytes long, not a text of vectors")
            if line.isspace() and not self._source.stream.read(1 << 16).strip():
                return
            yield line


def _with_plain(
    blocks: Iterator[tuple[int, list[bytes]]], width: int, patience: int | None
) -> Iterator[tuple[int, list[bytes], PlainRows | None]]:
    """Yield blocks with what compiled code read from them: from the first line on, after some values, or never (None).

    It reads nothing from a block that holds a line that is not plain.
    """
    for number, block in blocks:
        if patience is not None and patience <= 0:
            from wordneg.files.text_rows import parsed  # imported here because it imports Numba

            def examined(item: tuple[int, list[bytes]]) -> tuple[int, list[bytes], PlainRows | None]:
                return *item, parsed(item[1], width)

            yield from map_ahead(examined, chain([(number, block)], blocks))
            return
        yield number, block, None
        if patience is not None:
            patience -= len(block) * width


def _parse(
    source: Source, lines: list[bytes], width: int, number: int, words: WordList, dtype: np.dtype[Any]
) -> FloatMatrix:
    """Take the words of `lines`, which start at line `number`, and return their (n, width) values."""
    texts = []
    for offset, line in enumerate(lines):
        where = f"line {number + offset}"
        raw, _, rest = line.rstrip(b" \r\n").partition(b" ")
        found = rest.count(b" ") + 1 if rest else 0
        if found != width:
            fields = rest.split(b" ")
            raw = b" ".join([raw, *fields[:-width]])
            if found < width or _is_number(fields[-width - 1], dtype) or not raw.rpartition(b" ")[2]:
                raise source.fault(
                    where,
                    f"expected a word and {width} values separated by single spaces, but after the first space "
                    f"there are {found} (a value too many, a wrong header, or a binary file?)",
                )
            rest = b" ".join(fields[-width:])
        words.add(raw, where)
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
