"""Named corpora: where each comes from, its license, and how it is verified and read."""

from __future__ import annotations

import difflib
import importlib.util
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .contracts import Corpus
from .download import RemoteFile, cache_folder, fetch
from .readers import TextCorpus, TokenizedTextCorpus
from .sources import file_source, joined_source
from .tokenizing import tokenize
from .wikipedia import ArticleCorpus

__all__ = ["BundledFile", "NamedCorpus", "info", "load", "names"]


@dataclass(frozen=True)
class BundledFile:
    """A file that is available without a network.

    Attributes
    ----------
    file_name : str
        Name of the file in wordneg's ``corpora/data``, or in gensim's test data.
    checksum : str
        ``"sha256:..."``.
    published : str
        Where the checksum was taken from.
    size : int
        Size in bytes.
    from_gensim : bool
        Whether it comes with gensim rather than with wordneg.
    """

    file_name: str
    checksum: str
    published: str
    size: int
    from_gensim: bool = False


@dataclass(frozen=True)
class NamedCorpus:
    """A corpus that can be loaded by name.

    Attributes
    ----------
    name : str
        Name to give to `load`.
    description : str
        What the corpus holds, and what becomes a sentence and a word.
    files : tuple of BundledFile or RemoteFile
        The files, each with its size, its checksum and who published the checksum.
    size : int
        Total size of the files in bytes.
    license : str
        License, as far as one is stated anywhere.
    provenance : str
        Where the text comes from, and whom to cite.
    reader : callable
        Function that opens the corpus, given its name and the paths of its files.
    """

    name: str
    description: str
    files: tuple[BundledFile, ...] | tuple[RemoteFile, ...]
    size: int
    license: str
    provenance: str
    reader: Callable[[str, Sequence[Path]], Corpus]


def names() -> tuple[str, ...]:
    """Return the names that `load` knows; the first two need no network."""
    return tuple(_CATALOG)


def info(name: str) -> NamedCorpus:
    """Return what is known about a named corpus, without loading it.

    Raises
    ------
    ValueError
        If no corpus has that name.
    """
    if name not in _CATALOG:
        close = " or ".join(map(repr, difflib.get_close_matches(name, names())))
        raise ValueError(
            f"no corpus is called {name!r}{f'; did you mean {close}?' if close else ''} "
            f"(available: {', '.join(names())}; to open a file, use corpora.open_corpus)"
        )
    return _CATALOG[name]


def load(name: str, *, folder: str | os.PathLike[str] | None = None, progress: bool = True) -> Corpus:
    """Open a named corpus, downloading it on first use unless it comes with wordneg or gensim.

    Parameters
    ----------
    name : str
        One of `names()`.
    folder : path, optional
        Where downloaded files are kept. The default is ``$WORDNEG_CACHE`` or the platform's cache folder.
    progress : bool
        Whether to show the download's progress on standard error.

    Returns
    -------
    Corpus

    Raises
    ------
    ValueError
        If the name is unknown, or what was downloaded is not the published file.
    ConnectionError
        If the download fails.
    ModuleNotFoundError
        If gensim is needed but not installed.
    """
    entry = info(name)
    place = cache_folder() if folder is None else Path(folder)
    paths = [
        _bundled_path(entry.name, file) if isinstance(file, BundledFile) else fetch(file, place, progress=progress)
        for file in entry.files
    ]
    return entry.reader(name, paths)


def _bundled_path(name: str, file: BundledFile) -> Path:
    if not file.from_gensim:
        return Path(__file__).parent / "data" / file.file_name
    # Found without importing gensim, which takes half a second.
    gensim = importlib.util.find_spec("gensim")
    if gensim is None or gensim.origin is None:
        raise ModuleNotFoundError(
            f"the corpus {name!r} comes with gensim, which is not installed (it has no wheels for Python "
            "3.14 and later): pip install gensim under an earlier Python, or load another corpus, for "
            "example 'wikipedia-sample'"
        )
    path = Path(gensim.origin).parent / "test" / "test_data" / file.file_name
    if not path.exists():
        raise FileNotFoundError(
            f"gensim is installed without its test data: {path} is missing; pip install --force-reinstall gensim"
        )
    return path


def _read_prose(name: str, paths: Sequence[Path]) -> Corpus:
    return TokenizedTextCorpus(file_source(paths, name=name), tokenize)


def _read_words(name: str, paths: Sequence[Path]) -> Corpus:
    return TextCorpus(file_source(paths, name=name))


def _read_training_words(name: str, paths: Sequence[Path]) -> Corpus:
    return TextCorpus(file_source(paths, name=name, members="*/training-monolingual.tokenized.shuffled/news.en-*"))


def _read_articles(name: str, paths: Sequence[Path]) -> Corpus:
    return ArticleCorpus(joined_source(paths, name=name))


_GENSIM_DATA = "https://github.com/RaRe-Technologies/gensim-data/releases/download"

_ENTRIES = (
    NamedCorpus(
        name="wikipedia-sample",
        description=(
            "106 articles of the English Wikipedia, about 450 thousand words; lower-cased; a sentence is a "
            "paragraph, a heading or a list item"
        ),
        files=(
            BundledFile(
                "wikipedia-sample.txt.xz",
                "sha256:c492c25bee7e22fe72cf67c687e24226737b3fc34f37fbadf7c58ac403f939e4",
                published="wordneg",
                size=767_064,
            ),
        ),
        size=767_064,
        license="CC BY-SA and GFDL, as all text of Wikipedia",
        provenance="the beginning of a dump by the Wikimedia Foundation, as shortened for the tests of gensim",
        reader=_read_words,
    ),
    NamedCorpus(
        name="lee",
        description=(
            "300 news items, about 60 thousand words; tokenized by corpora.tokenize; a sentence is an item. "
            "Small enough for tests, too small for good vectors."
        ),
        files=(
            BundledFile(
                "lee_background.cor",
                "sha256:5d78d6dafd953bbf65797bef09a9ffb9ec430583381be705f8fd460000f370fb",
                published="computed from the gensim 4.4.0 wheel",
                size=360_082,
                from_gensim=True,
            ),
        ),
        size=360_082,
        license="none stated; distributed with gensim for tests",
        provenance=(
            "news of the Australian Broadcasting Corporation; M. D. Lee, B. Pincombe, M. Welsh (2005): An "
            "Empirical Evaluation of Models of Text Document Similarity, CogSci"
        ),
        reader=_read_prose,
    ),
    NamedCorpus(
        name="text8",
        description=(
            "the first 100 MB of the English Wikipedia of 2006, cleaned: 17,005,207 words of the letters a to z, all "
            "on one line"
        ),
        files=(
            RemoteFile(
                "http://mattmahoney.net/dc/text8.zip",
                "sha256:a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
                published="several independent public projects that pin this archive, not its author",
                size=31_344_016,
            ),
        ),
        size=31_344_016,
        license="GFDL, as for the text of Wikipedia at the time",
        provenance="Matt Mahoney: About the Test Data, http://mattmahoney.net/dc/textdata.html",
        reader=_read_words,
    ),
    NamedCorpus(
        name="one-billion-words",
        description=(
            "the training part of the One Billion Word Benchmark: 30,301,028 sentences of English news, "
            "shuffled, already tokenized, case kept"
        ),
        files=(
            RemoteFile(
                "http://www.statmt.org/lm-benchmark/1-billion-word-language-modeling-benchmark-r13output.tar.gz",
                "sha256:01ba60381110baf7f189dfd2b8374de371e8c9a340835793f190bdae9e90a34e",
                published="TensorFlow Datasets, lm1b/checksums.tsv",
                size=1_792_209_805,
            ),
        ),
        size=1_792_209_805,
        license="none stated for the text, which is the WMT 2011 news crawl",
        provenance=(
            "C. Chelba, T. Mikolov, M. Schuster, Q. Ge, T. Brants, P. Koehn (2013): One Billion Word "
            "Benchmark for Measuring Progress in Statistical Language Modeling, arXiv:1312.3005"
        ),
        reader=_read_training_words,
    ),
    NamedCorpus(
        name="wiki-english-20171001",
        description=(
            "the English Wikipedia of October 2017, 4,924,894 articles without markup; tokenized by "
            "corpora.tokenize; a sentence is a line of a section"
        ),
        files=tuple(
            RemoteFile(
                f"{_GENSIM_DATA}/wiki-english-20171001/wiki-english-20171001.gz_0{number}",
                f"md5:{digest}",
                published="gensim-data, list.json",
            )
            for number, digest in enumerate(
                (
                    "a7d7d7fd41ea7e2d7fa32ec1bb640d71",
                    "b2683e3356ffbca3b6c2dca6e9801f9f",
                    "c5cde2a9ae77b3c4ebce804f6df542c2",
                    "00b71144ed5e3aeeb885de84f7452b81",
                )
            )
        ),
        size=6_516_051_717,
        license="CC BY-SA and GFDL, as all text of Wikipedia",
        provenance=(
            "enwiki-20171001-pages-articles.xml.bz2 of the Wikimedia Foundation, through gensim's "
            "segment_wiki; published by the gensim-data project"
        ),
        reader=_read_articles,
    ),
)

_CATALOG = {entry.name: entry for entry in _ENTRIES}
