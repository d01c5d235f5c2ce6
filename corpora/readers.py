"""Corpora that read text files or Python objects.

What counts as a word in a file is the same for these classes and for a compiled scanner that reads their blocks:

* text is decoded as `corpora.decoding` says: UTF-8 unless another encoding is named, without its byte order mark;
* without a tokenizer, words are separated by whitespace, as `str.split` and gensim's ``LineSentence`` have it, no-break
  and ideographic spaces among it, or by NUL bytes; nothing is lower-cased, and no punctuation is removed;
* a newline ends a sentence, and so does the end of a file.

Memory use stays small however long a line is: a line longer than `LONGEST_LINE` becomes several sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .contracts import BLOCK_SIZE, Tokenizer
from .decoding import Decoding
from .sources import ByteSource, text_streams
from .tokenizing import words_of

__all__ = [
    "LONGEST_LINE",
    "SentenceCorpus",
    "StringCorpus",
    "TextCorpus",
    "TokenizedTextCorpus",
]

LONGEST_LINE = 1 << 20
"""Most bytes of a line that become one sentence."""

_READ_SIZE = 1 << 20
_WORD = re.compile(r"[^\s\0]+")  # words of `str.split`; NUL separates them, too
_BLANKS = tuple(bytes([code]) for code in b" \t\r\v\f\0")
_OTHER_BLANKS = tuple(chr(code).encode() for code in range(0x1C, 0x3001) if chr(code).isspace() and chr(code) != " ")


class TextCorpus:
    """Plain text of words separated by whitespace, one sentence per line.

    Parameters
    ----------
    source : ByteSource
        The files.
    decoding : Decoding
        The encoding, and what happens to invalid bytes.

    Attributes
    ----------
    name, one_shot, size_bytes, files
        As in `source`.
    """

    def __init__(self, source: ByteSource, decoding: Decoding = Decoding()) -> None:  # noqa: B008 (immutable)
        self.name = source.name
        self.one_shot = source.one_shot
        self.size_bytes = source.size_bytes
        self.files = source.files
        self.source = source
        self.decoding = decoding

    def __iter__(self) -> Iterator[list[str]]:
        for line in self.lines():
            if words := _WORD.findall(line):
                yield words

    def lines(self) -> Iterator[str]:
        """Yield the lines without their newlines; a line longer than `LONGEST_LINE` in pieces, cut between words.

        Raises
        ------
        UnicodeError
            If too many bytes are invalid in the encoding.
        """
        replaced = size = 0
        for line in _lines(self.read_blocks(_READ_SIZE)):
            text = line.decode("utf-8", errors="replace")
            if "\ufffd" in text:
                replaced += text.count("\ufffd") - line.count(b"\xef\xbf\xbd")
            size += len(line) + 1
            yield text
        self.check_replaced(replaced, size)

    def read_blocks(self, size: int = BLOCK_SIZE) -> Iterator[bytes]:
        """Yield the text in blocks of at most `size` bytes, with a newline after each file."""
        for stream in text_streams(self.source, self.decoding):
            yield from self.decoding.blocks(stream, size)
            yield b"\n"

    def check_replaced(self, replaced: int, size: int) -> None:
        """Tell of the bytes that whoever read `size` bytes in blocks had to replace, or refuse them if too many.

        Raises
        ------
        UnicodeError
            If they are too many.
        """
        self.decoding.check(self.name, replaced, size)

    def __repr__(self) -> str:
        return f"TextCorpus({self.name!r})"


class TokenizedTextCorpus:
    """Text files whose lines are split into words by a tokenizer; not readable as blocks.

    Parameters
    ----------
    source : ByteSource
        The files.
    tokenizer : callable
        Function that takes a line without its newline (or a piece of a line longer than `LONGEST_LINE` bytes),
        with NUL characters replaced by spaces, and returns its words.
    decoding : Decoding
        The encoding, and what happens to invalid bytes.
    """

    def __init__(
        self,
        source: ByteSource,
        tokenizer: Tokenizer,
        decoding: Decoding = Decoding(),  # noqa: B008 (immutable)
    ) -> None:
        self.name = source.name
        self.one_shot = source.one_shot
        self.size_bytes = source.size_bytes
        self.files = source.files
        self._text = TextCorpus(source, decoding)
        self._tokenizer = tokenizer

    def __iter__(self) -> Iterator[list[str]]:
        for line in self._text.lines():
            if words := words_of(self._tokenizer, line.replace("\0", " ").rstrip("\r")):
                yield words

    def __repr__(self) -> str:
        return f"TokenizedTextCorpus({self.name!r})"


class SentenceCorpus:
    """An iterable of sentences that are already lists of words.

    The words themselves are not checked here, because that would cost more than reading them.

    Parameters
    ----------
    sentences : iterable of iterables of str or int
        Lists, tuples or arrays of words, or of integers that stand for things such as the nodes of a graph. A
        generator makes the corpus one-shot.
    """

    def __init__(self, sentences: Iterable[Iterable[str]]) -> None:
        self.name = type(sentences).__name__
        self.one_shot = isinstance(sentences, Iterator)
        self._sentences = sentences

    def __iter__(self) -> Iterator[list[str]]:
        for number, sentence in enumerate(self._sentences, start=1):
            if isinstance(sentence, list):
                if sentence:
                    yield sentence
                continue
            if isinstance(sentence, (str, bytes, Mapping)) or not isinstance(sentence, Iterable):
                raise TypeError(_not_a_sentence(number, sentence))
            words = list(sentence.tolist() if hasattr(sentence, "tolist") else sentence)  # plain, not NumPy's
            if words:
                yield words

    def __repr__(self) -> str:
        return f"SentenceCorpus({self.name})"


class StringCorpus:
    """An iterable of strings, each turned into one sentence by a tokenizer.

    Parameters
    ----------
    texts : iterable of str
        A list, a generator, a pandas Series, a column of a Hugging Face data set.
    tokenizer : callable
        Function that takes a string and returns its words.
    """

    def __init__(self, texts: Iterable[str], tokenizer: Tokenizer) -> None:
        self.name = type(texts).__name__
        self.one_shot = isinstance(texts, Iterator)
        self._texts = texts
        self._tokenizer = tokenizer

    def __iter__(self) -> Iterator[list[str]]:
        for number, text in enumerate(self._texts, start=1):
            if not isinstance(text, str):
                raise TypeError(_not_a_text(number, text))
            if words := words_of(self._tokenizer, text):
                yield words

    def __repr__(self) -> str:
        return f"StringCorpus({self.name})"


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines without their newlines, cutting lines longer than `LONGEST_LINE` between words."""
    pending = b""
    for block in blocks:
        *lines, pending = (pending + block).split(b"\n")
        for line in lines:
            yield from _pieces(line)
        *pieces, pending = _pieces(pending)
        yield from pieces
    yield pending


def _pieces(line: bytes) -> Iterator[bytes]:
    """Cut `line` into pieces of at most `LONGEST_LINE` bytes.

    Where a cut falls depends only on the bytes before it, so that the pieces do not depend on how the line was
    divided into blocks.
    """
    start = 0
    while len(line) - start > LONGEST_LINE:
        limit = start + LONGEST_LINE
        cut = _behind_last(_BLANKS, line, start, limit) or _behind_last(_OTHER_BLANKS, line, start, limit)
        if cut == 0:  # no whitespace at all (Chinese, perhaps): cut between two characters
            cut = next((at for at in range(limit, limit - 4, -1) if line[at] & 0xC0 != 0x80), limit)
        yield line[start:cut]
        start = cut
    yield line[start:]


def _behind_last(blanks: Iterable[bytes], line: bytes, start: int, limit: int) -> int:
    """Return the place behind the last of some blanks; 0 if there is none."""
    places = ((line.rfind(blank, start, limit), len(blank)) for blank in blanks)
    return max((place + size for place, size in places if place >= 0), default=0)


def _not_a_sentence(number: int, sentence: Any) -> str:
    found = f"sentence {number} is {_shown(sentence)}, but a list of words is expected"
    if isinstance(sentence, str):
        return (
            f"{found}; for running text, give a tokenizer, for example "
            "open_corpus(texts, tokenizer=corpora.tokenize), or split the strings: [text.split() for text "
            "in texts]"
        )
    if isinstance(sentence, bytes):
        return f"{found}; decode it first, and split it or give a tokenizer"
    if isinstance(sentence, Mapping):
        return f"{found}; pick the column that holds the text, for example rows['text']"
    return f"{found}; remove missing values first"


def _not_a_text(number: int, text: Any) -> str:
    found = f"with a tokenizer, every item must be a string, but item {number} is {_shown(text)}"
    if isinstance(text, (list, tuple)):
        return f"{found}; omit tokenizer= for sentences that are already lists of words"
    if isinstance(text, Mapping):
        return f"{found}; pick the column that holds the text, for example rows['text']"
    return f"{found}; remove missing values first, or turn the items into strings"


def _shown(thing: Any) -> str:
    text = repr(thing)
    return f"a {type(thing).__name__}: {text if len(text) <= 60 else text[:57] + '...'}"
