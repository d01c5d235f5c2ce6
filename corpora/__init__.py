"""Text corpora: any file, data set or iterable, read as sentences of words.

There are two ways in. `open_corpus` takes what the user has: a path (a file, a folder, a pattern, an archive, a
MediaWiki dump), an open stream, or an iterable. `load` takes a name from the catalog, and downloads and verifies
what is missing.

>>> from wordneg import corpora
>>> corpus = corpora.open_corpus([["the", "cat", "sat"], ["the", "dog", "ran"]])
>>> [len(sentence) for sentence in corpus]
[3, 3]
>>> list(corpora.open_corpus(["It's raining.", "Cats & dogs!"], tokenizer=corpora.tokenize))
[["it's", 'raining'], ['cats', 'dogs']]

Both return a `Corpus`, which yields lists of words and can be iterated over once (`one_shot`) or as often as
needed. Text files read without a tokenizer are also a `ByteCorpus`, which hands out its bytes to a compiled
scanner.

=====================================  ==========================  ==============================
what is read                           a sentence is               words are
=====================================  ==========================  ==============================
text file, stream                      a line                      separated by whitespace
the same, with ``tokenizer=``          a line                      the tokenizer's
MediaWiki XML dump                     a line of an article        gensim's, or the tokenizer's
iterable of lists                      a list                      its items
iterable of strings, ``tokenizer=``    a string                    the tokenizer's
=====================================  ==========================  ==============================

Bytes
-----
Text is UTF-8, or in the encoding that is named. A byte order mark is skipped. Invalid bytes become U+FFFD and are
counted: a few are told in a warning, more than one in a thousand bytes are refused, as are files that are no text
(images, documents, vectors, models), wherever they turn up. Whitespace is what `str.split` takes for it, and NUL bytes;
a newline, or the end of a file, ends a sentence. A line may be of any length: memory use stays small, and a tokenizer
gets the line in pieces of at most a megabyte, cut between words. Compression (gzip, bzip2, xz, zstd) is detected from
the contents. A file or archive that is truncated or damaged is a `CorruptFileError`, never a shorter corpus.
"""

from .catalog import BundledFile, NamedCorpus, info, load, names
from .compression import CorruptFileError, TruncatedFileError
from .contracts import ByteCorpus, Corpus, FileCorpus, Tokenizer
from .decoding import Decoding, TextEncodingWarning
from .download import RemoteFile, cache_folder
from .joining import JoinedCorpus, join
from .opening import open_corpus
from .readers import SentenceCorpus, StringCorpus, TextCorpus, TokenizedTextCorpus
from .tokenizing import tokenize
from .wikipedia import ArticleCorpus, MediaWikiCorpus

__all__ = [
    "ArticleCorpus",
    "BundledFile",
    "ByteCorpus",
    "Corpus",
    "CorruptFileError",
    "Decoding",
    "FileCorpus",
    "JoinedCorpus",
    "MediaWikiCorpus",
    "NamedCorpus",
    "RemoteFile",
    "SentenceCorpus",
    "StringCorpus",
    "TextCorpus",
    "TextEncodingWarning",
    "TokenizedTextCorpus",
    "Tokenizer",
    "TruncatedFileError",
    "cache_folder",
    "info",
    "join",
    "load",
    "names",
    "open_corpus",
    "tokenize",
]
