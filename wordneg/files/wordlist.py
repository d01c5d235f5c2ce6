"""The words of a vector file as they are read: decoded, with what is odd about them told or refused by one policy.

========================  =====================================================================================
a word twice              the first one is kept, the others are left out, with a warning
an empty word             left out, with a warning
bytes that are invalid    become U+FFFD with a warning; if more than one in 20 words has some, the file is refused
one row too many or few   what is there is read, with a warning; a larger difference to the header is refused
========================  =====================================================================================
"""

from __future__ import annotations

import codecs
import contextlib
import warnings

from wordneg.common.messages import counted
from wordneg.files.sources import FloatMatrix, Source

__all__ = ["VectorFileWarning", "WordList"]

_REPLACED_LIMIT = 20  # one word in this many with invalid bytes is too much


class VectorFileWarning(UserWarning):
    """Tells what is odd about a vector file that is read nevertheless."""


class WordList:
    """The words of a vector file, row by row.

    Parameters
    ----------
    source : Source
        The file.
    encoding : str
        The encoding of the words.
    errors : str or None
        The name of a treatment of invalid bytes that Python knows; None replaces them, unless they are too many.

    Attributes
    ----------
    words : list of str
        The words of all rows so far.

    Raises
    ------
    ValueError
        If Python does not know the encoding or the treatment.
    """

    def __init__(self, source: Source, encoding: str, errors: str | None) -> None:
        self.words: list[str] = []
        self._source = source
        self._encoding = encoding
        self._errors = "strict" if errors is None else errors
        self._replaces = errors is None
        self._replaced: list[tuple[bytes, str, UnicodeDecodeError]] = []
        try:
            self._is_utf8 = codecs.lookup(encoding).name == "utf-8"
            codecs.lookup_error(self._errors)
        except LookupError as error:
            raise ValueError(f"got encoding {encoding!r} and unicode errors {errors!r}: {error}") from error

    def __len__(self) -> int:
        return len(self.words)

    def add(self, raw: bytes, where: str) -> None:
        """Add the word of the next row, which stands at a line or record of the file."""
        try:
            word = raw.decode(self._encoding, self._errors)
        except UnicodeDecodeError as error:
            if not self._replaces:
                raise self._invalid(raw, where, "", error) from error
            self._replaced.append((raw, where, error))
            word = raw.decode(self._encoding, "replace")
        self.words.append(word)

    def extend(self, raw: bytes, first: int) -> None:
        """Add the words of successive lines, each with a line feed behind it; the first stands at line `first`."""
        if self._is_utf8:  # a byte of a line feed is one, so that words can be told apart afterwards
            with contextlib.suppress(UnicodeDecodeError):
                self.words += raw[:-1].decode().split("\n")
                return
        for offset, word in enumerate(raw[:-1].split(b"\n")):
            self.add(word, f"line {first + offset}")

    def settled(self, vectors: FloatMatrix, promised: int | None) -> tuple[list[str], FloatMatrix]:
        """Return the words that are kept and their vectors, and tell what was odd.

        Parameters
        ----------
        vectors : (V, D) floating
            The vectors of all rows.
        promised : int or None
            The number of rows that the header promises; None if it does not matter.

        Raises
        ------
        ValueError
            If too many words have invalid bytes.
        """
        remarks = []
        if promised is not None and promised != len(self):
            remarks.append(f"its header promises {counted(promised, 'word')}, but there are {len(self):,} (cut short?)")
        if self._replaced:
            if len(self._replaced) * _REPLACED_LIMIT > len(self):
                share = f" (like {len(self._replaced):,} of {counted(len(self), 'word')})"
                raw, where, error = self._replaced[0]
                raise self._invalid(raw, where, share, error)
            remarks.append(
                f"{_words_have(len(self._replaced))} bytes that are not {self._encoding}, replaced by U+FFFD"
            )
        kept = self._kept(remarks)
        if remarks:
            warnings.warn(f"{self._source.name}: {'; '.join(remarks)}", VectorFileWarning, stacklevel=6)
        if kept is None:
            return self.words, vectors
        return [self.words[row] for row in kept], vectors[kept]

    def _kept(self, remarks: list[str]) -> list[int] | None:
        """Return the rows that are kept, None for all, and add what is said of the others to `remarks`."""
        distinct = set(self.words)
        if len(distinct) == len(self) and "" not in distinct:
            return None
        seen: set[str] = set()
        kept: list[int] = []
        again: list[str] = []
        for row, word in enumerate(self.words):
            if word in seen:
                again.append(word)
            elif word:
                seen.add(word)
                kept.append(row)
        if empty := self.words.count(""):
            remarks.append(f"{counted(empty, 'row')} without a word left out")
        if again:
            remarks.append(
                f"{counted(len(again), 'row')} left out whose word had already occurred, such as {again[0]!r}"
            )
        return kept

    def _invalid(self, raw: bytes, where: str, share: str, error: UnicodeDecodeError) -> ValueError:
        return self._source.undecodable(
            where,
            f"the word {raw[:40]!r} is not valid {self._encoding}{share}; name the file's encoding, or choose "
            "'replace' or 'backslashreplace' for unicode errors",
            error,
        )


def _words_have(number: int) -> str:
    return f"{counted(number, 'word')} {'has' if number == 1 else 'have'}"
