"""How the bytes of a text become UTF-8: its encoding, what happens to invalid bytes, and what is no text at all.

Invalid bytes become U+FFFD and are counted. A few of them are told in a warning; more than one in a thousand bytes show
that the encoding is another one or that this is no text, and are refused. The beginning of every file is examined
before anything of it is read, so that one wrong file among many does not go unnoticed.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar

from .compression import ByteStream

__all__ = ["EXAMINED", "Decoding", "TextEncodingWarning"]

EXAMINED = 1 << 16
"""Bytes at the beginning of a file that are examined before it is read."""

_REPLACED_LIMIT = 1000  # one replacement in this many bytes is too much
_FEW_LINES = 10  # enough to tell a table from text
_LEAST_WIDTH = 5  # of vectors without a header
_CONTROL_LIMIT = 50  # one control character in this many bytes is no text
_FEW_CONTROLS = 16  # which may stand in a text however short it is
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")

_FOREIGN_MARKS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

_GIVE_TEXT = "; if it is part of a saved model, vectors or the like, give the text that it was made from"
_SAVE_AS_TEXT = "; save it as plain text"
_MAGICS = (
    (b"\x93NUMPY", "a NumPy array", _GIVE_TEXT),
    (b'{"format": "wordneg', "one of wordneg's own files", _GIVE_TEXT),
    (b"PK\x03\x04", "a zip archive inside another archive", "; unpack it first"),
    (b"\x1f\x8b\x08", "compressed twice", "; unpack it first"),
    (b"BZh91AY&SY", "compressed twice", "; unpack it first"),
    (b"\xfd7zXZ\0", "compressed twice", "; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed twice", "; unpack it first"),
    (b"%PDF-", "a PDF document", _SAVE_AS_TEXT),
    (b"%!PS", "a PostScript document", _SAVE_AS_TEXT),
    (b"{\\rtf", "an RTF document", _SAVE_AS_TEXT),
    (b"<svg", "a drawing (SVG)", ""),
    (b"\xd0\xcf\x11\xe0", "an office document", _SAVE_AS_TEXT),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"\x89PNG\r\n", "a PNG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"SQLite format 3", "an SQLite database", ""),
    (b"PAR1", "a Parquet table", "; pass the column that holds the text"),
)
"""How files begin that are no text, what they are, and what to do."""


_PREAMBLE = re.compile(rb"(?:\s+|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE svg.*?>)+", re.DOTALL)  # may stand before that
_PREAMBLE_BYTES = 1024
_ISO_2022 = re.compile(rb"\x1b\$\)?[@ABC]")


class TextEncodingWarning(UserWarning):
    """Tells that bytes of a text are invalid in its encoding and were replaced."""


@dataclass(frozen=True)
class Decoding:
    """The encoding of texts, and what happens to bytes that are invalid in it.

    Attributes
    ----------
    encoding : str
        A name that Python knows, such as ``"utf-8"``, ``"cp1251"``, ``"gb18030"`` or ``"utf-16"``.
    errors : str or None
        None replaces invalid bytes by U+FFFD with a warning, and refuses more than one in a thousand bytes.
        ``"strict"`` refuses the first one; ``"replace"``, ``"ignore"`` and ``"backslashreplace"`` take any number.

    Raises
    ------
    ValueError
        If Python does not know the encoding, or the treatment of errors has another name.
    """

    encoding: str = "utf-8"
    errors: str | None = None
    KINDS: ClassVar = ("strict", "replace", "ignore", "backslashreplace")

    def __post_init__(self) -> None:
        try:
            known = codecs.lookup(self.encoding)
            if not isinstance(b"a".decode(self.encoding, "replace"), str):
                raise LookupError
            codecs.getincrementaldecoder(self.encoding)("replace").decode(b"a")
        except (LookupError, TypeError, ValueError) as error:  # such as idna, which takes no "replace"
            raise ValueError(
                f"there is no text encoding {self.encoding!r}; expected one that Python knows, such as 'utf-8', "
                "'latin-1', 'cp1251', 'gb18030' or 'utf-16'"
            ) from error
        if self.errors is not None and self.errors not in self.KINDS:
            raise ValueError(
                f"got unicode_errors={self.errors!r}, expected {', '.join(map(repr, self.KINDS))}, or None for a "
                "warning about a few invalid bytes and an error about many"
            )
        object.__setattr__(self, "encoding", {"utf-8-sig": "utf-8"}.get(known.name, known.name))

    @property
    def is_utf8(self) -> bool:
        """Whether texts are UTF-8 already, and only invalid bytes are of concern."""
        return self.encoding == "utf-8"

    def examine(self, stream: ByteStream) -> None:
        """Refuse a file that does not begin like a text in this encoding; nothing is consumed.

        Raises
        ------
        UnicodeError
            If the text is in another encoding.
        ValueError
            If the file is no text.
        """
        head = stream.peek(EXAMINED)
        if self.is_utf8:
            for mark, name in _FOREIGN_MARKS:
                if head.startswith(mark):
                    raise UnicodeError(
                        f"{stream.label} is {name} text (it begins with that byte order mark), but UTF-8 is "
                        f"expected; give {name.lower()!r} as its encoding, or convert it: iconv -f {name} -t UTF-8 "
                        "FILE > NEW_FILE"
                    )
            if _ISO_2022.search(head):
                raise UnicodeError(
                    f"{stream.label} is ISO-2022 text (it has that encoding's escapes), but UTF-8 is expected; give "
                    "its encoding, such as 'iso2022_jp'"
                )
        begin = _PREAMBLE.sub(b"", head[:_PREAMBLE_BYTES], 1)
        for magic, what, advice in _MAGICS:
            if head.startswith(magic) or begin.startswith(magic):
                raise ValueError(f"{stream.label} is {what}, but text is expected{advice}")
        if head[257:262] == b"ustar":
            raise ValueError(f"{stream.label} is a tar archive inside another archive; unpack it first")
        if _is_vectors(head) or _is_table_of_numbers(head):
            raise ValueError(
                f"{stream.label} is a file of word vectors, but text is expected; give the text that they were made "
                "from"
            )
        if _is_vocabulary(head):
            raise ValueError(
                f"{stream.label} is a vocabulary, words with their counts, but text is expected; give the text that "
                "they were counted in"
            )
        text = self._decoder("replace" if self.errors is None else self.errors, stream.label).decode(head)
        plain = text.encode("utf-8", "replace")
        controls = len(plain) - len(plain.translate(None, _CONTROLS))
        if controls > _FEW_CONTROLS and controls * _CONTROL_LIMIT > len(plain):
            raise ValueError(
                f"{stream.label} is no text: {controls:,} of its first {len(plain):,} bytes are control characters; "
                "leave the file out, or give its encoding if it is text in utf-16-le or the like"
            )
        if self.errors is None and (replaced := self._replaced(head, text)) * _REPLACED_LIMIT > len(head):
            raise self._refusal(stream.label, replaced, len(head), "its first ")

    def blocks(self, stream: ByteStream, size: int) -> Iterator[bytes]:
        """Yield a text as UTF-8, in blocks of at most `size` bytes.

        UTF-8 is passed on as it is, without its byte order mark, unless invalid bytes are to be refused or left out.
        """
        if self.is_utf8:
            if stream.peek(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
                stream.read(len(codecs.BOM_UTF8))
            if self.errors in (None, "replace"):
                nuls = count = 0
                while block := stream.read(size):
                    nuls += block.count(0)
                    count += len(block)
                    yield block
                self._check_nuls(stream.label, nuls, count)
                return
        nuls = 0
        decoder = self._decoder("replace" if self.errors is None else self.errors, stream.label)
        replaced = count = 0
        while True:
            block = stream.read(size)
            text = decoder.decode(block, final=not block)
            if count == 0:
                text = text.removeprefix("\ufeff")
            replaced += text.count("\ufffd")
            count += len(block)
            encoded = text.encode("utf-8", "replace")
            nuls += encoded.count(0)
            for start in range(0, len(encoded), size):
                yield encoded[start : start + size]
            if not block:
                break
        self._check_nuls(stream.label, nuls, count)
        self.check(stream.label, replaced, count)

    def check(self, label: str, replaced: int, size: int) -> None:
        """Tell of bytes that were replaced in `size` bytes of text, or refuse them if they are too many.

        Raises
        ------
        UnicodeError
            If they are too many.
        """
        if not replaced or self.errors is not None:
            return
        if replaced * _REPLACED_LIMIT > size:
            raise self._refusal(label, replaced, size, "its ")
        warnings.warn(
            f"{label}: what is not valid {self.encoding} was replaced by U+FFFD in {_places(replaced)} of {size:,} "
            "bytes; if the encoding is another one, name it",
            TextEncodingWarning,
            stacklevel=2,
        )

    def _check_nuls(self, label: str, nuls: int, size: int) -> None:
        """Tell of NUL characters, which the beginning of a file may be free of, or refuse them if they are too many."""
        if nuls <= _FEW_CONTROLS:
            return
        told = f"{nuls:,} of its {size:,} bytes are NUL; part of it is UTF-16, or was never written to the disk"
        if nuls * _CONTROL_LIMIT > size:
            raise ValueError(f"{label} is no {self.encoding} text: {told}; leave the file out, or give its encoding")
        warnings.warn(f"{label}: {told}", TextEncodingWarning, stacklevel=2)

    def _refusal(self, label: str, replaced: int, size: int, part: str) -> UnicodeError:
        return UnicodeError(
            f"{label} is no {self.encoding} text: {part}{size:,} bytes are invalid in {_places(replaced)}; name its "
            "encoding (such as cp1251, latin-1 or gb18030) if it is text, and leave it out if it is not; the unicode "
            "errors 'replace' takes it as it is"
        )

    def _replaced(self, raw: bytes, text: str) -> int:
        """Return how often decoding put U+FFFD for something that was not U+FFFD itself."""
        count = text.count("\ufffd")
        return count - raw.count("\ufffd".encode()) if count and self.is_utf8 else count

    def _decoder(self, errors: str, label: str) -> _Decoder:
        return _Decoder(codecs.getincrementaldecoder(self.encoding)(errors), self.encoding, label)


def _places(number: int) -> str:
    return f"{number:,} place{'' if number == 1 else 's'}"


class _Decoder:
    """An incremental decoder whose errors name the file and the place."""

    def __init__(self, decoder: codecs.IncrementalDecoder, encoding: str, label: str) -> None:
        self._decoder = decoder
        self._encoding = encoding
        self._label = label
        self._count = 0

    def decode(self, block: bytes, final: bool = False) -> str:
        """Return the text of the next block.

        Raises
        ------
        UnicodeError
            If bytes are invalid and errors are strict.
        """
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            place = max(self._count + error.start, 0)
            raise UnicodeError(
                f"{self._label} is no {self._encoding} text: the byte 0x{error.object[error.start]:02x} near byte "
                f"{place:,} is invalid ({error.reason}); name another encoding, or the unicode errors 'replace'"
            ) from error
        except UnicodeError as error:  # UTF-16 and UTF-32 without a byte order mark
            raise UnicodeError(
                f"{self._label} is no {self._encoding} text: {error}; name {self._encoding}-le or {self._encoding}-be "
                "if it has no byte order mark"
            ) from error
        self._count += len(block)
        return text


_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*(\d{1,12})[ \t]+(\d{1,6})[ \t]*\r?\n")


def _is_vectors(head: bytes) -> bool:
    """Tell whether a file begins like word vectors, text or binary: a header 'words dimensions', then a first row."""
    found = _HEADER.match(head)
    if found is None or int(found[1]) == 0 or int(found[2]) < 2:
        return False
    row, width = head[found.end() :].lstrip(b"\n"), int(found[2])
    word, _, rest = row.partition(b" ")
    values = rest[: 4 * width]
    if word and b"\n" not in word and len(values) == 4 * width and not _is_printable(values):
        return True
    fields = row.partition(b"\n")[0].split()
    return len(fields) > width and all(_is_fraction(field) for field in fields[-width:])


def _is_table_of_numbers(head: bytes) -> bool:
    """Tell whether a file begins like vectors without a header: every line ends in the same number of fractions."""
    rows = [line.split() for line in _whole_lines(head, _FEW_LINES)]
    width = 0 if not rows else len(list(takewhile(_is_fraction, reversed(rows[0]))))
    if len(rows) < 2 or width < _LEAST_WIDTH:
        return False
    return all(len(row) >= width and all(map(_is_fraction, row[-width:])) for row in rows)


def _is_vocabulary(head: bytes) -> bool:
    """Tell whether a file begins like a vocabulary: lines of a word and a count, no word twice, counts that fall."""
    lines = _whole_lines(head)
    rows = [line.split(b" ") for line in lines]
    if len(rows) < _FEW_LINES or not all(len(row) == 2 and row[0] and row[1].isdigit() for row in rows):
        return False
    counts = [int(count) for _, count in rows]
    if rows[0][0] == b"</s>":  # which word2vec.c puts first, whatever its count
        counts = counts[1:]
    return counts == sorted(counts, reverse=True) and len({word for word, _ in rows}) == len(rows)


def _whole_lines(head: bytes, most: int | None = None) -> list[bytes]:
    """Return the lines at the beginning of a file, without one that may be cut."""
    lines = head.splitlines()
    return (lines[:-1] if len(head) >= EXAMINED else lines)[:most]


def _is_printable(values: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(values)
    except UnicodeDecodeError:
        return False
    return len(values.translate(None, _CONTROLS)) == len(values)


def _is_fraction(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return b"." in field or b"e" in field or field in (b"0", b"-0")
