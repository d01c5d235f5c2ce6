"""What a corpus is: the protocols that readers fulfil and that the trainer relies on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

__all__ = ["BLOCK_SIZE", "ByteCorpus", "Corpus", "Tokenizer"]

Tokenizer = Callable[[str], Sequence[str]]
"""A line of text in, its words out."""

BLOCK_SIZE = 1 << 22
"""Bytes of text that `ByteCorpus.read_blocks` hands over at a time, unless told."""


@runtime_checkable
class Corpus(Protocol):
    """Sentences, each a list of words.

    Attributes
    ----------
    name : str
        What the corpus is called in messages and reports: a path, a catalogue name, a type.
    one_shot : bool
        True if the corpus can be read only once (a generator, standard input). A second reading then gives
        nothing, and whoever finds it empty can say why.
    """

    name: str
    one_shot: bool

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences in order; sentences without words are left out."""
        ...


@runtime_checkable
class ByteCorpus(Corpus, Protocol):
    """A corpus whose text is already words between blanks, one sentence a line.

    It offers its bytes besides its sentences, so that a compiled scanner can read it without a Python string
    a word. Words are separated by ASCII whitespace and NUL bytes, sentences end at a newline, and words are
    UTF-8 in which invalid bytes count as U+FFFD.
    """

    def read_blocks(self, size: int = BLOCK_SIZE) -> Iterator[bytes]:
        """Yield the decompressed text in blocks of at most `size` bytes, cut anywhere, even inside a word.

        The end of a file ends a sentence: a newline is put between files. A byte order mark is left out.
        """
        ...
