"""What a corpus is: the protocols that readers implement and that the trainer relies on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

__all__ = ["BLOCK_SIZE", "ByteCorpus", "Corpus", "FileCorpus", "Tokenizer"]

Tokenizer = Callable[[str], Sequence[str]]
"""A function that takes a line of text and returns its words."""

BLOCK_SIZE = 1 << 22
"""Default size, in bytes, of the blocks that `ByteCorpus.read_blocks` yields."""


@runtime_checkable
class Corpus(Protocol):
    """Sentences, each a list of words.

    Attributes
    ----------
    name : str
        Name of the corpus in messages and reports: a path, a catalog name, or a type.
    one_shot : bool
        Whether the corpus can be read only once (a generator, standard input). A second reading then yields
        nothing, and the attribute lets an error message say why.
    """

    name: str
    one_shot: bool

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences in order, leaving out those without words."""
        ...


@runtime_checkable
class FileCorpus(Corpus, Protocol):
    """A corpus that is read from files.

    Attributes
    ----------
    files : tuple of Path or int
        The files, or the number of the open descriptor of a stream; `os.stat` takes both.
    """

    files: tuple[Path | int, ...]


@runtime_checkable
class ByteCorpus(Corpus, Protocol):
    """A corpus whose text is already words separated by whitespace, one sentence per line.

    It offers its bytes as well as its sentences, so that a compiled scanner can read it without creating a Python
    string for each word. Words are separated by whitespace, as `str.split` has it, and by NUL bytes, sentences
    end at a newline, and words are UTF-8 in which invalid bytes count as U+FFFD.
    """

    def read_blocks(self, size: int = BLOCK_SIZE) -> Iterator[bytes]:
        """Yield the decompressed text in blocks of at most `size` bytes, cut anywhere, even inside a word.

        The end of a file ends a sentence: a newline is inserted between files. A byte order mark is left out.
        """
        ...
