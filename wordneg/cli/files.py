"""Vector files that the commands read and write: options, formats, standard streams, early checks."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from wordneg import corpora
from wordneg.cli.errors import UsageError
from wordneg.cli.options import Option, whole
from wordneg.common.messages import near_misses
from wordneg.files.atomic import descriptor_of

if TYPE_CHECKING:
    from wordneg.vectors.wordvectors import WordVectors

__all__ = [
    "ENCODING",
    "EXTENSIONS",
    "FORMATS",
    "READING",
    "UNICODE_ERRORS",
    "format_of",
    "format_option",
    "is_standard_output",
    "load_vectors",
    "output_path",
    "refuse_twice",
    "require_writable",
    "standard_input",
    "words_given",
    "write_vectors",
]

FORMATS = {
    "wordneg": "wordneg's own format",
    "binary": "word2vec binary",
    "text": "word2vec text",
    "glove": "GloVe text",
    "parquet": "Parquet",
}

_BY_EXTENSION = {"": "wordneg", ".wordneg": "wordneg", ".model": "wordneg"}
_BY_EXTENSION |= {".bin": "binary", ".txt": "text", ".vec": "text", ".parquet": "parquet"}
_UNPACKED = ("wordneg", "parquet")
_PACKED = (".gz", ".bz2", ".xz")

EXTENSIONS = """\
The format is determined by the file's extension, unless --format is given:
  .wordneg, .model, none  wordneg: wordneg's own format
  .bin                    binary: word2vec binary
  .txt, .vec              text: word2vec text
                          glove: the same without the header line
  .parquet                parquet: the columns word, vector and count, by pyarrow
word2vec's and GloVe's may be compressed: .bin.gz, .txt.bz2, .vec.xz."""


def _encoding_name(text: str) -> str:
    try:
        corpora.Decoding(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"there is no encoding {text!r}; expected one such as utf-8, latin-1, cp1251, gb18030 or utf-16"
        ) from None
    return text


def _errors_name(text: str) -> str:
    if text not in corpora.Decoding.KINDS:
        raise argparse.ArgumentTypeError(
            f"got {text!r}, expected {', '.join(corpora.Decoding.KINDS)}{near_misses(text, corpora.Decoding.KINDS)}"
        )
    return text


ENCODING = Option("encoding", "how the text is encoded (default: utf-8)", parse=_encoding_name, default=None)
UNICODE_ERRORS = Option(
    "unicode_errors",
    f"what happens to invalid bytes: {', '.join(corpora.Decoding.KINDS)}; by default a few are replaced "
    "with a warning, and many are refused",
    parse=_errors_name,
    metavar="NAME",
    default=None,
)
READING = (
    ENCODING,
    UNICODE_ERRORS,
    Option("limit", "read only the first N rows", parse=whole, metavar="N", default=None),
)
"""The flags that say how vectors are read."""


def load_vectors(path: str, reading: argparse.Namespace) -> WordVectors:
    """Return the vectors in a file, or in standard input if it is called ``-``.

    `reading` has the values of `READING`; the rest is as for `wordneg.load_vectors`.
    """
    from wordneg.vectors.wordvectors import load_vectors

    if reading.limit is not None and reading.limit < 1:
        raise UsageError(f"got --limit {reading.limit}, expected at least 1")
    if path == "-":
        standard_input()
    return load_vectors(
        "/dev/stdin" if path == "-" else path,
        encoding="utf8" if reading.encoding is None else reading.encoding,
        unicode_errors=reading.unicode_errors,
        limit=reading.limit,
    )


def standard_input() -> TextIO:
    """Return standard input.

    Raises
    ------
    OSError
        If it is closed.
    """
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input (-) is closed; give a file, or a pipe into this command")
    return sys.stdin


def words_given(arguments: Iterable[str]) -> Iterator[str]:
    """Yield the words of a command line; ``-`` stands for those in standard input, one per line.

    Raises
    ------
    OSError
        If standard input is closed.
    ValueError
        If it is no text.
    """
    for argument in arguments:
        if argument != "-":
            yield argument
            continue
        stream = standard_input()
        try:
            yield from filter(None, (line.strip() for line in stream))
        except UnicodeDecodeError as error:
            raise ValueError(
                f"standard input is no {error.encoding} text ({error.reason}); expected words, one per line"
            ) from error


def output_path(text: str) -> str:
    """Return the path of an output; ``-`` stands for standard output."""
    return "/dev/stdout" if text == "-" else text


def is_standard_output(path: str) -> bool:
    """Tell whether a path leads to where standard output goes, so that nothing else may be printed there."""
    descriptor = descriptor_of(path)
    try:
        return os.path.samestat(os.stat(path) if descriptor is None else os.fstat(descriptor), os.fstat(1))
    except OSError:
        return descriptor == 1


def format_option(formats: Collection[str] = tuple(FORMATS), **changes: object) -> Option:
    """Return the option ``--format``, which takes one of `formats`; `changes` are further fields of the option."""

    def format_name(text: str) -> str:
        if text not in formats:
            raise argparse.ArgumentTypeError(
                f"there is no format {text!r}; the formats are {', '.join(formats)}{near_misses(text, formats)}"
            )
        return text

    text = f"{', '.join(formats)}; by default determined by the extension"
    return Option("format", text, parse=format_name, metavar="NAME", default=None, **changes)  # type: ignore[arg-type]


def format_of(path: str, asked: str | None) -> str:
    """Return the format in which to write a file.

    Raises
    ------
    UsageError
        If no format was asked for and the extension does not determine it, or the format cannot be compressed.
    """
    if asked is None and descriptor_of(path) is not None:
        raise UsageError(f"an open stream has no name that determines the format; give --format ({', '.join(FORMATS)})")
    stem, extension = os.path.splitext(path)
    packed = extension.lower() in _PACKED
    told = _BY_EXTENSION.get((os.path.splitext(stem)[1] if packed else extension).lower())
    if asked is None and (told is None or (packed and told in _UNPACKED)):
        raise UsageError(
            f"the name {path!r} does not determine the format; give --format ({', '.join(FORMATS)}), or a name that "
            "ends in .wordneg, .bin, .txt, .vec or .parquet"
        )
    if packed and asked in _UNPACKED:
        raise UsageError(f"--format {asked} cannot be compressed; leave out {extension!r} in {path!r}")
    return asked or str(told)


def require_writable(path: str) -> None:
    """Check that a file can be written, before hours of work.

    Raises
    ------
    OSError
        If it cannot be written, because it is a folder, its folder is missing or read-only, or the like.
    """
    if (descriptor := descriptor_of(path)) is not None:
        try:
            os.fstat(descriptor)
        except OSError as error:
            raise OSError(error.errno, f"cannot write {path!r}: the stream is closed") from error
        return
    target = Path(os.path.realpath(path))
    if target.is_dir() or path.endswith(os.sep):
        raise IsADirectoryError(errno.EISDIR, f"cannot write {path!r}: it is a folder; name a file in it")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"cannot write {path!r}: there is no folder {str(target.parent)!r}")
    try:
        if target.exists() and not target.is_file():  # a device or pipe, which is written to, not replaced
            allowed = os.access(target, os.W_OK)
        else:
            tempfile.TemporaryFile(dir=target.parent).close()
            allowed = True
    except OSError as error:
        raise type(error)(error.errno, f"cannot write {path!r}: {error.strerror}") from error
    if not allowed:
        raise PermissionError(errno.EACCES, f"cannot write {path!r}: {os.strerror(errno.EACCES)}")


def refuse_twice(outputs: Iterable[tuple[str, str]]) -> None:
    """Refuse two outputs that would be written to one place; of each is given what it is, and its path.

    Raises
    ------
    UsageError
        If the second would replace the first.
    """
    places: dict[str, str] = {}
    for what, path in outputs:
        first = places.setdefault(os.path.realpath(path), what)
        if first != what:
            raise UsageError(f"{first} and {what} would both be written to {path!r}; give two files")


def write_vectors(vectors: WordVectors, path: str, file_format: str) -> None:
    """Write vectors in one of `FORMATS`.

    Raises
    ------
    OSError
        If the file cannot be written; an existing file is left untouched.
    ValueError
        If the format cannot hold a word, or a value is not finite.
    """
    if file_format == "wordneg":
        vectors.save(path)
    elif file_format == "parquet":
        vectors.to_parquet(path)
    else:
        binary, header = file_format == "binary", file_format != "glove"
        vectors.save_word2vec_format(path, binary=binary, write_header=header)
