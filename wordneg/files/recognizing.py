"""Recognizing the format of a vector file by looking ahead, without reading it."""

from __future__ import annotations

import re
from typing import Literal

from wordneg.files.sources import MAX_WORD, Source
from wordneg.files.text_format import MAX_LINE, row_width

__all__ = ["BOM", "LOOK_AHEAD", "Format", "first_line", "format_of", "header_of"]

Format = Literal["archive", "binary", "text"]

BOM = b"\xef\xbb\xbf"
_HEADER = re.compile(rb"\s*(\d{1,18})\s+(\d{1,18})\s*")
_NUMBER_BYTES = b"0123456789+-.eEnaifNIF \t\r"
LOOK_AHEAD = 1 << 16


def format_of(source: Source) -> Format:
    """Determine the format of a vector file from its first bytes, without reading it.

    Returns
    -------
    {"archive", "binary", "text"}
        wordneg's own archive, word2vec binary, or text with or without a header.

    Raises
    ------
    ValueError
        If the file is in none of these formats.
    """
    if source.archive is not None:
        return "archive"
    first = first_line(source)
    if b"\r" in first.rstrip(b"\r\n"):
        raise source.fault("line 1", "lines end with carriage returns only; make them line feeds: tr '\\r' '\\n'")
    header = header_of(first)
    if header:
        return "binary" if _is_binary(_after(source, first, 4 * header[1]), header[1]) else "text"
    if row_width(first):
        return "text"
    if not first:
        raise source.fault("line 1", "the file is empty")
    known = "wordneg's own, word2vec text or binary, GloVe, fastText .vec"
    raise source.fault("line 1", f"{first[:60]!r} does not begin a vector file of a known format ({known})")


def first_line(source: Source) -> bytes:
    """Return the first line without a byte order mark, looking ahead."""
    size = LOOK_AHEAD
    while b"\n" not in (head := source.ahead.peek(size)) and len(head) == size and size < MAX_LINE:
        size *= 4
    return head.removeprefix(BOM).partition(b"\n")[0] + (b"\n" if b"\n" in head else b"")


def _after(source: Source, first: bytes, values: int) -> bytes:
    """Return what follows the first line: at least the first word and as many bytes, looking ahead."""
    size = len(BOM) + len(first) + values + LOOK_AHEAD
    while True:
        head = source.ahead.peek(size)
        rest = head.removeprefix(BOM)[len(first) :].lstrip(b"\n")
        if len(head) < size or 0 <= rest.find(b" ") < len(rest) - values or len(rest) > MAX_WORD:
            return rest
        size *= 4


def _is_binary(rest: bytes, width: int) -> bool:
    """Tell whether what follows a header is binary: in a text, the first row ends with numbers."""
    row = rest.partition(b"\n")[0]
    after = row.partition(b" ")[2]
    if not rest or (after and not after[:256].translate(None, _NUMBER_BYTES)):
        return False
    return row_width(row) != width


def header_of(line: bytes) -> tuple[int, int] | None:
    """Return (words, dimensions) if `line` is a header, else None."""
    found = _HEADER.fullmatch(line)
    return (int(found[1]), int(found[2])) if found else None
