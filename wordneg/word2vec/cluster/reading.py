"""Reading a corpus where it lies: each part is read once, by one worker, and the words are counted by map and reduce.

Files and patterns are looked up by the workers, all of which must see them; addresses such as ``s3://bucket/text/*`` go
through fsspec. A large file of plain text is read in parts that end with a line; one that is compressed, an archive or
a dump is one part. Sentences and the order of words are those of `wordneg.encode`, so that a text becomes the same ids
whoever reads it.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg import corpora
from wordneg.text.encoding import encode
from wordneg.text.reading import open_text
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary, select_words

__all__ = [
    "Counts",
    "Extent",
    "Part",
    "add_counts",
    "chosen_words",
    "counts_of",
    "encode_part",
    "extent_of",
    "parts_of",
    "placed",
    "sentences_at",
    "size_of_counts",
]

_PART_BYTES = 64 << 20
_HEAD = 4096  # bytes by which plain text is told

_NOT_PLAIN = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK")
"""How files begin that cannot be read from the middle: compressed ones and archives."""


class Part(NamedTuple):
    """A part of a corpus: a file, or the lines of it that begin from byte `start` up to before byte `stop`."""

    name: str
    start: int = 0
    stop: int | None = None


class Counts(NamedTuple):
    """The words of some parts in order of first appearance, and how much was read."""

    words: list[str]
    counts: NDArray[np.int64]
    tokens: int
    sentences: int


class Extent(NamedTuple):
    """How much a part holds, and a hash of it."""

    tokens: int
    sentences: int
    fingerprint: str


# --- which parts there are ----------------------------------------------------------------------------


def parts_of(name: str, whole: bool) -> list[Part]:
    """Return the parts of a file, a folder, a pattern or an address, as this machine sees it.

    Parameters
    ----------
    name : str
        The corpus.
    whole : bool
        Whether files may not be divided.

    Raises
    ------
    FileNotFoundError
        If there is nothing.
    """
    found = []
    for file in _addressed(name) if "://" in name else _files(name):
        with _opened(file) as stream:
            head = stream.read(_HEAD)
        size = _size(file)
        plain = not head.startswith(_NOT_PLAIN) and head[257:262] != b"ustar" and b"<mediawiki" not in head
        if whole or not plain or size <= _PART_BYTES:
            found.append(Part(file))
            continue
        places = [*range(0, size, _PART_BYTES), size]
        found += [Part(file, *place) for place in pairwise(places)]
    return found


def _files(name: str) -> list[str]:
    if os.path.exists(name) or glob.has_magic(name):
        opened = corpora.open_corpus(name)
        assert isinstance(opened, corpora.FileCorpus)
        return [os.path.abspath(str(file)) for file in opened.files]
    raise FileNotFoundError(f"no file or folder is called {name!r}")


def _addressed(name: str) -> list[str]:
    filesystem, path = _filesystem(name)
    found = sorted(filesystem.glob(path)) if glob.has_magic(path) else [path]
    if not glob.has_magic(path) and filesystem.isdir(path):
        found = sorted(filesystem.find(path))
    if not found or not filesystem.exists(found[0]):
        raise FileNotFoundError(f"nothing is at {name!r}")
    return [filesystem.unstrip_protocol(one) for one in found]


def _filesystem(name: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise ImportError(
            f'the address {name!r} needs fsspec; install it by pip install "wordneg[distributed]"'
        ) from error
    filesystem, path = fsspec.core.url_to_fs(name)
    return filesystem, path


def _size(name: str) -> int:
    if "://" not in name:
        return os.path.getsize(name)
    filesystem, path = _filesystem(name)
    return int(filesystem.size(path))


@contextmanager
def _opened(name: str) -> Iterator[Any]:
    if "://" not in name:
        with open(name, "rb") as file:
            yield file
    else:
        filesystem, path = _filesystem(name)
        with filesystem.open(path, "rb") as file:
            yield file


class _Lines:
    """The lines of a file that begin in a range of bytes, as a stream."""

    def __init__(self, file: Any, part: Part) -> None:
        self.name = part.name
        self._file = file
        self._left = 0
        begin = self._line_from(part.start)
        if part.stop is not None:
            self._left = self._line_from(part.stop) - begin
        file.seek(begin)

    def _line_from(self, place: int) -> int:
        """Return where the first line begins that does so at a byte or behind it."""
        if place == 0:
            return 0
        self._file.seek(place - 1)
        self._file.readline()
        return int(self._file.tell())

    def read(self, size: int = -1, /) -> bytes:
        """Return bytes of the lines."""
        data: bytes = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


# --- map and reduce -----------------------------------------------------------------------------------


def encode_part(part: Part | Sequence[Any], how: Mapping[str, Any], max_vocab_size: int | None) -> TokenStore | None:
    """Read a part, with a vocabulary of its own in order of first appearance; None if it has no words.

    Parameters
    ----------
    part : Part or sequence
        A part of the files, or the sentences themselves.
    how : mapping
        How text is read: `tokenizer`, `encoding` and `unicode_errors` of `wordneg.encode`.
    max_vocab_size : int or None
        As for `wordneg.encode`, for each part by itself.
    """
    if not isinstance(part, Part):
        return _encoded(part, how, max_vocab_size)
    with _opened(part.name) as file:
        source = _Lines(file, part) if part.stop is not None else file if "://" in part.name else part.name
        return _encoded(source, how, max_vocab_size)


def _encoded(source: Any, how: Mapping[str, Any], max_vocab_size: int | None) -> TokenStore | None:
    opened = open_text(source, **how)
    try:
        return encode(opened, min_count=0, sorted_vocab=False, max_vocab_size=max_vocab_size)
    except ValueError as error:
        if "has no tokens" in str(error):
            return None
        raise


def counts_of(store: TokenStore | None) -> Counts:
    """Return the words of a part."""
    if store is None:
        return Counts([], np.zeros(0, np.int64), 0, 0)
    return Counts(store.vocabulary.words, store.vocabulary.counts, store.raw_tokens, store.raw_sentences)


def add_counts(*several: Counts) -> Counts:
    """Return the words of parts that follow one another, in order of first appearance."""
    total: dict[str, int] = {}
    for one in several:
        for word, count in zip(one.words, one.counts.tolist(), strict=True):
            total[word] = total.get(word, 0) + count
    counts = np.array(list(total.values()), dtype=np.int64)
    return Counts(list(total), counts, sum(one.tokens for one in several), sum(one.sentences for one in several))


def chosen_words(counts: Counts, **settings: Any) -> Vocabulary:
    """Return the vocabulary by the settings of `select_words`; raise ValueError if no word is left."""
    selected = select_words(counts.counts, **settings)
    if not len(selected):
        highest = int(counts.counts.max(initial=0))
        raise ValueError(
            f"no word is left by min_count={settings['min_count']} and max_final_vocab={settings['max_final_vocab']}: "
            f"{len(counts.words):,} distinct words were read, and the most frequent occurs {highest:,} times. Lower "
            "min_count, or give more text."
        )
    return Vocabulary([counts.words[place] for place in selected.tolist()], counts.counts[selected])


def placed(store: TokenStore | None, vocabulary: Vocabulary) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return tokens and offsets of a part in a common vocabulary; words that it lacks are dropped."""
    if store is None:
        return np.zeros(0, np.int32), np.zeros(1, np.int64)
    index = vocabulary.index
    ids = np.array([index.get(word, -1) for word in store.vocabulary.words], dtype=np.int32)
    tokens = ids[store.tokens]
    kept = tokens >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[store.offsets]
    return tokens[kept], np.unique(ends)  # sentences of which nothing is left are dropped


def extent_of(text: tuple[NDArray[np.int32], NDArray[np.int64]]) -> Extent:
    """Return how much a part holds."""
    digest = hashlib.blake2b(digest_size=16)
    for values, dtype in zip(text, ("<i4", "<i8"), strict=True):
        digest.update(np.ascontiguousarray(values, dtype=dtype).data)
    return Extent(len(text[0]), len(text[1]) - 1, digest.hexdigest())


def sentences_at(text: tuple[Any, NDArray[np.int64]], goals: Sequence[int]) -> list[int]:
    """Return the first sentence of a part that begins at each goal (in its tokens) or behind it."""
    return np.searchsorted(text[1], goals).tolist()


def size_of_counts(counts: Counts) -> tuple[int, int]:
    """Return how many tokens and sentences were read."""
    return counts.tokens, counts.sentences
