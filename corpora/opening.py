"""`open_corpus`, which opens everything that can be read as a corpus."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any, NoReturn

from .catalog import names
from .contracts import Corpus, Tokenizer
from .decoding import Decoding
from .readers import SentenceCorpus, StringCorpus, TextCorpus, TokenizedTextCorpus
from .sources import ByteSource, file_source, stream_source
from .wikipedia import MediaWikiCorpus

__all__ = ["open_corpus"]

CorpusSource = Corpus | str | os.PathLike[str] | IO[Any] | Iterable[Any]


_LONGEST_PATH = 4096


def open_corpus(
    source: CorpusSource,
    *,
    tokenizer: Tokenizer | None = None,
    encoding: str | None = None,
    unicode_errors: str | None = None,
) -> Corpus:
    """Open a file, a folder, a pattern, an open stream or any iterable as a corpus.

    Parameters
    ----------
    source : str, path, stream, iterable or Corpus
        * a path to a text file, to a zip or tar archive of text files (read in place), or to a MediaWiki XML
          dump; each plain or compressed (gzip, bzip2, xz, zstd), which is detected from the contents, not from
          the name;
        * a path to a folder: all files in it and in its subfolders, sorted, except hidden ones;
        * a pattern such as ``"news/*.txt.gz"`` (``**`` for any depth): all files that match, sorted;
        * an open stream, binary or text, such as ``sys.stdin.buffer``;
        * an iterable of sentences, each a list of words;
        * with a tokenizer, an iterable of strings: a list, a generator, a pandas Series, ``ds["text"]`` of a
          Hugging Face data set;
        * a corpus, which is returned as it is.
    tokenizer : callable, optional
        Function that takes a line and returns its words; `wordneg.corpora.tokenize` suits raw prose. Without a
        tokenizer, files are split at whitespace, as by `str.split` and gensim's ``LineSentence``, and dumps are
        tokenized by gensim's tokenizer.
    encoding : str, optional
        The encoding of text files and binary streams, such as ``"cp1251"``. The default is UTF-8.
    unicode_errors : {"strict", "replace", "ignore", "backslashreplace"}, optional
        What happens to bytes that are invalid in the encoding. By default they become U+FFFD, a few with a warning,
        whereas more than one in a thousand bytes are refused when the text is read.

    Returns
    -------
    Corpus
        The opened corpus; a `ByteCorpus` if it is text without a tokenizer.

    Raises
    ------
    FileNotFoundError
        If the file does not exist, the folder holds no files, or the pattern matches no file.
    TypeError
        If `source` cannot be a corpus, for example a table or a number, or the tokenizer is no function.
    ValueError
        If there is no such encoding, or a setting is given for a corpus that is already open.
    """
    if tokenizer is not None and not callable(tokenizer):
        raise TypeError(f"got tokenizer={tokenizer!r}, expected a function such as wordneg.corpora.tokenize")
    decoding = Decoding("utf-8" if encoding is None else encoding, unicode_errors)
    if isinstance(source, Corpus):
        given = {"tokenizer": tokenizer, "encoding": encoding, "unicode_errors": unicode_errors}
        for name, value in given.items():
            if value is not None:
                raise ValueError(
                    f"{source!r} is already a corpus, so {name}= would have no effect; give it when opening the corpus"
                )
        return source
    if isinstance(source, (str, os.PathLike)):
        return _text_corpus(_path_source(os.fspath(source)), tokenizer, decoding)
    if callable(getattr(source, "read", None)):
        return _text_corpus(stream_source(source), tokenizer, decoding)  # type: ignore[arg-type]
    items = _checked(source)
    return SentenceCorpus(items) if tokenizer is None else StringCorpus(items, tokenizer)


def _text_corpus(source: ByteSource, tokenizer: Tokenizer | None, decoding: Decoding) -> Corpus:
    if source.is_dump:  # which says itself how it is encoded
        return MediaWikiCorpus(source, tokenizer)
    if tokenizer is None:
        return TextCorpus(source, decoding)
    return TokenizedTextCorpus(source, tokenizer, decoding)


def _path_source(name: str) -> ByteSource:
    if len(name) > _LONGEST_PATH or "\n" in name:
        raise FileNotFoundError(f"no file or folder is called {_shortened(name)!r}{_hint(name)}")
    path = Path(name)
    if os.path.isdir(name):
        files = _files_below(path)
        if not files:
            raise FileNotFoundError(f"the folder {name} holds no files (hidden ones are not read)")
        return file_source(files, name=name)
    if os.path.exists(name):
        return file_source([path], name=name)
    if glob.has_magic(name):
        files = sorted(Path(match) for match in glob.glob(name, recursive=True) if os.path.isfile(match))
        if files:
            return file_source(files, name=name)
        raise FileNotFoundError(f"no file matches the pattern {_shortened(name)}{_hint(name)}")
    raise FileNotFoundError(f"no file or folder is called {_shortened(name)!r}{_hint(name)}")


def _files_below(folder: Path) -> list[Path]:
    files = []
    for place, folders, found in os.walk(folder, onerror=_raise):  # by itself, it passes over what it may not read
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(place, name) for name in found if not name.startswith(".")]
    return sorted(path for path in files if path.is_file())


def _raise(error: OSError) -> NoReturn:
    raise error


def _hint(name: str) -> str:
    if any(character.isspace() for character in name):
        return (
            "; a string is taken as a path: for text in memory, pass [line.split() for line in text.splitlines()], or "
            "text.splitlines() and a tokenizer such as wordneg.corpora.tokenize"
        )
    if name in names():
        return f"; to read the named corpus: corpora.load({name!r})"
    return ""


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def _checked(source: Any) -> Iterable[Any]:
    kind = type(source).__name__
    if isinstance(source, (bytes, bytearray)):
        raise TypeError(
            f"a corpus cannot be made from an object of type {kind}; for text in memory, pass io.BytesIO(...)"
        )
    if isinstance(source, Mapping):
        raise TypeError(
            f"a corpus cannot be made from an object of type {kind}; pick the part that holds "
            "the text, such as source['text']"
        )
    if hasattr(source, "columns") and hasattr(source, "shape"):
        raise TypeError(
            f"a corpus cannot be made from an object of type {kind}; pick the column that "
            "holds the text, such as table['text']"
        )
    if not isinstance(source, Iterable):
        raise TypeError(
            f"a corpus cannot be made from an object of type {kind}; pass a path, an open file, or an "
            "iterable of sentences, each a list of words"
        )
    return source
