"""Text corpora: any file, data set or iterable, as sentences of words.

Two doors. `open_corpus` takes what the user has: a path (a file, a folder, a pattern, an archive, a MediaWiki
dump), an open stream, or an iterable. `load` takes a name from the catalogue and downloads what is missing,
verified.

>>> from wordneg import corpora
>>> corpus = corpora.open_corpus([["the", "cat", "sat"], ["the", "dog", "ran"]])
>>> [len(sentence) for sentence in corpus]
[3, 3]
>>> list(corpora.open_corpus(["It's raining.", "Cats & dogs!"], tokenizer=corpora.tokenize))
[["it's", 'raining'], ['cats', 'dogs']]

Both give a `Corpus`: something to iterate over, once (`one_shot`) or as often as wanted, that yields lists of
words. Text files without a tokenizer are a `ByteCorpus` besides, which hands out its bytes for a compiled
scanner.

=====================================  ==========================  ==============================
what is read                           a sentence is               words are
=====================================  ==========================  ==============================
text file, stream                      a line                      what stands between blanks
the same, with ``tokenizer=``          a line                      the tokenizer's
MediaWiki XML dump                     a line of an article        gensim's, or the tokenizer's
iterable of lists                      a list                      its items
iterable of strings and ``tokenizer=`` a string                    the tokenizer's
=====================================  ==========================  ==============================

Bytes
-----
Text is UTF-8. A byte order mark is skipped, invalid bytes become U+FFFD, and UTF-16 and UTF-32 are refused.
Blanks are ASCII whitespace and NUL bytes; a newline, or the end of a file, ends a sentence. A line may be
endless: memory stays small, and a tokenizer gets it in pieces of at most a megabyte, cut between words.
Compression (gzip, bzip2, xz, zstd) is seen from the contents. A compressed file that is cut short or damaged
is an error, never a shorter corpus.
"""

from .catalogue import BundledFile, NamedCorpus, info, load, names
from .compression import CorruptFileError, TruncatedFileError
from .contracts import ByteCorpus, Corpus, Tokenizer
from .download import RemoteFile, cache_folder
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
    "MediaWikiCorpus",
    "NamedCorpus",
    "RemoteFile",
    "SentenceCorpus",
    "StringCorpus",
    "TextCorpus",
    "TokenizedTextCorpus",
    "Tokenizer",
    "TruncatedFileError",
    "cache_folder",
    "info",
    "load",
    "names",
    "open_corpus",
    "tokenize",
]
