"""Corpora on the command line: opening what is named, several as one, and what is said of their text."""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from wordneg import corpora
from wordneg.cli.console import tell
from wordneg.cli.errors import UsageError
from wordneg.cli.files import ENCODING, UNICODE_ERRORS, standard_input
from wordneg.cli.options import Option
from wordneg.common.messages import near_misses

__all__ = ["TEXT_OPTIONS", "open_corpora", "refuse_overwriting", "refuse_results_within"]

TEXT_OPTIONS = (
    Option("tokenize", "the corpus is raw prose: split at punctuation, lower-case", "flag"),
    ENCODING,
    UNICODE_ERRORS,
)
"""The flags that say how text is read."""


def open_corpora(names: Sequence[str], text: argparse.Namespace, *, show_download: bool) -> corpora.Corpus:
    """Return the corpora that a command line names as one, read in this order.

    Parameters
    ----------
    names : sequence of str
        Files, folders, patterns, ``-`` for standard input, or names of known corpora. A file takes precedence.
    text : Namespace
        The values of `TEXT_OPTIONS`.
    show_download : bool
        Whether to show the progress of a download.

    Raises
    ------
    FileNotFoundError
        If there is no such corpus.
    ValueError
        If a file is one of wordneg's own.
    UsageError
        If one of the options is given for a corpus whose text is known.
    """
    if names.count("-") > 1:
        raise UsageError("standard input (-) can be read only once")
    return corpora.join([_open(name, text, show_download) for name in names])


def _open(name: str, text: argparse.Namespace, show_download: bool) -> corpora.Corpus:
    from wordneg.text.reading import open_text

    how = {
        "tokenizer": corpora.tokenize if text.tokenize else None,
        "encoding": text.encoding,
        "unicode_errors": text.unicode_errors,
    }
    if name == "-":
        stream = standard_input()
        if stream.isatty():
            tell("wordneg: reading text from the terminal; Ctrl-D ends it")
        return corpora.open_corpus(stream.buffer, **how)
    if os.path.exists(name):
        return open_text(name, **how)
    if name in corpora.names():
        if text.tokenize:
            raise UsageError(f"the corpus {name!r} is already tokenized; --tokenize is for files of raw prose")
        if text.encoding is not None or text.unicode_errors is not None:
            raise UsageError(f"the encoding of the corpus {name!r} is known; --encoding is for files")
        return corpora.load(name, progress=show_download)
    try:
        return corpora.open_corpus(name, **how)
    except FileNotFoundError as error:
        hint = near_misses(name, corpora.names()) or "; `wordneg corpora` lists the corpora known by name"
        raise FileNotFoundError(f"{error}{hint}") from error


def refuse_overwriting(outputs: Iterable[str], inputs: Iterable[str | Path | int], whole: str) -> None:
    """Refuse an output that is one of the files to be read, under whatever name.

    Parameters
    ----------
    outputs : iterable of str
        The files to be written.
    inputs : iterable of path or int
        The files to be read, or the numbers of open descriptors.
    whole : str
        What these are together, for the message.

    Raises
    ------
    UsageError
        If a file would be read and overwritten.
    """
    read = {identity for file in inputs if (identity := _identity(file)) is not None}
    for path in outputs:
        if _identity(path) in read:
            raise UsageError(
                f"{path!r} is {whole} itself, or one of its files, which would be overwritten; give another output"
            )


def refuse_results_within(names: Iterable[str], out: str | None) -> None:
    """Refuse a folder for results that is in a folder of texts: the next run would read them as text.

    Raises
    ------
    UsageError
        If `out` is one of the folders among the `names` of corpora, or in one.
    """
    for name in names:
        if out is not None and os.path.isdir(name) and Path(out).resolve().is_relative_to(Path(name).resolve()):
            raise UsageError(
                f"the results in {out!r} would be read as text with the corpus {name!r}; give another --out"
            )


def _identity(file: str | Path | int) -> tuple[int, int] | None:
    """Return the device and the inode of a regular file, which links share; None for anything else."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
