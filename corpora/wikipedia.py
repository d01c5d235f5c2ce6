"""Corpora of Wikipedia: MediaWiki XML dumps, and gensim-data's files of cleaned articles."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from xml.etree.ElementTree import ParseError

from .compression import ByteStream, CorruptFileError
from .contracts import Tokenizer
from .sources import ByteSource
from .tokenizing import tokenize, words_of

__all__ = ["ArticleCorpus", "MediaWikiCorpus"]

_READ_SIZE = 1 << 20


class MediaWikiCorpus:
    """The articles of MediaWiki XML dumps.

    A sentence is a line of an article: a paragraph, a heading or a list item. gensim's `wikicorpus` parses the dump
    and removes the markup, in this process; what its `WikiCorpus` leaves out (other namespaces, redirects, articles
    under 50 words) is left out here too. The speed is about 350 thousand words per second.

    Parameters
    ----------
    source : ByteSource
        The dumps.
    tokenizer : callable, optional
        Function that takes a line of text without markup and returns its words. The default is gensim's tokenizer
        (runs of 2 to 15 letters, lower-cased), which finds the same words in a dump as `WikiCorpus`.

    Raises
    ------
    ModuleNotFoundError
        If gensim is not installed (it has no wheels for Python 3.14 and later).
    """

    def __init__(self, source: ByteSource, tokenizer: Tokenizer | None = None) -> None:
        self.name = source.name
        self.one_shot = source.one_shot
        self.size_bytes = source.size_bytes
        self.files = source.files
        self._source = source
        self._gensim = _wikicorpus(source.name)
        self._tokenizer = self._gensim_tokenize if tokenizer is None else tokenizer

    def __iter__(self) -> Iterator[list[str]]:
        for stream in self._source.streams():
            for title, markup in self._pages(stream):
                if title.partition(":")[0] not in self._gensim.IGNORED_NAMESPACES:
                    yield from self._sentences(markup)

    def _pages(self, stream: ByteStream) -> Iterator[tuple[str, str]]:
        """Yield the title and the text of each page that has text."""
        try:
            for title, markup, _ in self._gensim.extract_pages(stream, filter_articles=_is_article):
                if markup:
                    yield title or "", markup
        except CorruptFileError:
            raise  # from the stream, which has named the file
        except (ParseError, ValueError) as error:
            raise CorruptFileError(
                f"{stream.label}: the MediaWiki dump is damaged or cut short ({error}); copy or download it again"
            ) from error

    def _sentences(self, markup: str) -> list[list[str]]:
        """Return the sentences of an article, or an empty list if it is too short to count as one."""
        lines = self._gensim.filter_wiki(markup).split("\n")
        sentences = [words for line in lines if (words := words_of(self._tokenizer, line))]
        if sum(map(len, sentences)) < self._gensim.ARTICLE_MIN_WORDS:
            return []
        return sentences

    def _gensim_tokenize(self, line: str) -> list[str]:
        limits = self._gensim.TOKEN_MIN_LEN, self._gensim.TOKEN_MAX_LEN
        words: list[str] = self._gensim.tokenize(line, *limits, lower=True)
        return words

    def __repr__(self) -> str:
        return f"MediaWikiCorpus({self.name!r})"


class ArticleCorpus:
    """Articles in JSON, one per line, as written by gensim's ``segment_wiki``.

    A sentence is a line of a section.

    Parameters
    ----------
    source : ByteSource
        The files.
    tokenizer : callable
        Function that takes a line of a section and returns its words.
    """

    def __init__(self, source: ByteSource, tokenizer: Tokenizer = tokenize) -> None:
        self.name = source.name
        self.one_shot = source.one_shot
        self.size_bytes = source.size_bytes
        self.files = source.files
        self._source = source
        self._tokenizer = tokenizer

    def __iter__(self) -> Iterator[list[str]]:
        for stream in self._source.streams():
            for number, line in enumerate(_whole_lines(stream), start=1):
                try:
                    sections = json.loads(line)["section_texts"]
                except (ValueError, KeyError, TypeError) as error:
                    raise CorruptFileError(
                        f"{stream.label}: line {number} is not an article in JSON with section_texts ({error!r})"
                    ) from error
                for section in sections:
                    for paragraph in section.split("\n"):
                        if words := words_of(self._tokenizer, paragraph):
                            yield words

    def __repr__(self) -> str:
        return f"ArticleCorpus({self.name!r})"


def _whole_lines(stream: ByteStream) -> Iterator[bytes]:
    """Yield the lines that are not empty, whole, because half a JSON object would be useless."""
    pending: list[bytes] = []
    while block := stream.read(_READ_SIZE):
        first, *others = block.split(b"\n")
        pending.append(first)
        for line in others:
            if whole := b"".join(pending):
                yield whole
            pending = [line]
    if whole := b"".join(pending):
        yield whole


def _is_article(page: Any, *, ns_path: str, **_: object) -> bool:
    """Tell whether `page` is in the main namespace; dumps before format 0.6 do not say, and all pages count."""
    namespace = page.find(ns_path)
    return namespace is None or namespace.text == "0"


def _wikicorpus(name: str) -> ModuleType:
    try:
        from gensim.corpora import wikicorpus
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{name} is a MediaWiki dump, which is parsed by gensim, but gensim is not installed for Python "
            f"{sys.version_info.major}.{sys.version_info.minor} (it has no wheels for 3.14 and later): run "
            "pip install gensim under an earlier Python, or give plain text"
        ) from error
    return wikicorpus
