"""The archive format of wordneg's own models and vectors.

An archive is a plain zip file whose members are stored, not compressed:

=================  =======================================================================================
``<name>.npy``     one array, readable with `numpy.load` on its own
``words.json``     the words, a JSON list of strings (so a word may contain any character, even newlines) and integers
``metadata.json``  format name and version, the kind of content, who wrote it, the caller's metadata, and
                   for every other member its CRC-32, with dtype and shape if it is an array
=================  =======================================================================================

Nothing is pickled, so loading runs no code. Members are not compressed because trained floats hardly compress, and
because the size that a header promises can then be checked against the bytes present before memory is allocated.
Times are fixed, so equal contents give equal files. Writing is atomic.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import os
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.common.tokens import Token
from wordneg.corpora.compression import is_of_the_disk
from wordneg.files.atomic import atomic_write

__all__ = [
    "MODEL_KINDS",
    "Archive",
    "archive_kind",
    "archive_metadata",
    "described",
    "held_kind",
    "read_archive",
    "write_archive",
]

MODEL_KINDS = ("model", "wordrank", "all-vec", "closed-form")
"""Kinds of archives that hold a whole model, with the arrays inputs, outputs and counts; `Word2Vec` was the first."""

_CONTENTS = {
    "vectors": ("word vectors", "read it with wordneg.WordVectors.load"),
    "model": ("a Word2Vec model", "read it with wordneg.Word2Vec.load (on the command line: --load)"),
    "wordrank": (
        "a WordRank model",
        "read it with wordneg.WordRank.load (on the command line: --method wordrank --load)",
    ),
    "all-vec": (
        "an AllVec model",
        "read it with wordneg.AllVec.load (on the command line: --method all-vec --load)",
    ),
    "closed-form": (
        "a ClosedForm model",
        "read it with wordneg.ClosedForm.load (on the command line: --method closed-form --load)",
    ),
    "index": ("an index of vectors", "read it with wordneg.HnswIndexer.load"),
    "cooccurrences": (
        "co-occurrences",
        "read it with wordneg.Cooccurrences.load, or train wordneg.WordRank, AllVec or ClosedForm on it (on the "
        "command line: --method wordrank, all-vec or closed-form)",
    ),
}

FORMAT_NAME = "wordneg"
FORMAT_VERSION = 1
_METADATA, _WORDS = "metadata.json", "words.json"
_BLOCK_BYTES = 1 << 22
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time in the zip format
_NUMBER_KINDS = "biuf"
_WORD_TYPES = (str, int)  # a bool is no int here
_ZIP_MAGIC = b"PK\x03\x04"


class Archive(NamedTuple):
    """The contents of an archive, as `read_archive` returns them.

    Attributes
    ----------
    metadata : dict
        The metadata given by the writer.
    arrays : dict of str to ndarray
        The arrays by name.
    words : list of str or int, or None
        The words, or None if no words were written.
    kind : str
        The kind of content, such as ``"vectors"`` or ``"model"``.
    """

    metadata: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]
    words: list[Token] | None
    kind: str


def write_archive(
    path: str | os.PathLike[str],
    kind: str,
    metadata: Mapping[str, Any],
    arrays: Mapping[str, npt.NDArray[Any]],
    *,
    words: Sequence[Token] | None = None,
) -> None:
    """Write arrays, words and settings to one file, atomically.

    Parameters
    ----------
    path : path
        The file to write. An existing file stays intact until the new one is complete.
    kind : str
        What the archive holds, such as ``"vectors"``; `read_archive` is told which kinds to accept.
    metadata : mapping
        Anything that JSON can hold.
    arrays : mapping of str to ndarray
        Arrays of numbers or booleans. They are copied a few rows at a time, so another thread
        may change them meanwhile.
    words : sequence of str or int, optional
        The vocabulary, in the order of the rows.

    Raises
    ------
    TypeError
        If the metadata, an array or a word is of a kind that cannot be stored; nothing is written then.
    OSError
        If the file cannot be written; an existing file at `path` is left untouched.
    """
    stored = {f"{name}.npy": _storable(name, array) for name, array in arrays.items()}
    members: dict[str, dict[str, Any]] = {}
    head = {
        "format": FORMAT_NAME,
        "format_version": FORMAT_VERSION,
        "kind": kind,
        "written_by": {"wordneg": _own_version(), "numpy": np.__version__},
        "metadata": dict(metadata),
        "members": members,
    }
    _to_json(head, what="the metadata")  # refused before an array is written
    word_list = None if words is None else list(words)
    if word_list is not None and not all(type(word) in _WORD_TYPES for word in word_list):
        raise TypeError("words must be strings or integers")
    with atomic_write(path, seeks=True) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in stored.items():
            facts = {"dtype": array.dtype.str, "shape": list(array.shape)}
            members[name] = {"crc32": _write_member(archive, name, _npy_blocks(array), array.nbytes)} | facts
        if word_list is not None:
            data = _to_json(word_list, what="words")
            members[_WORDS] = {"crc32": _write_member(archive, _WORDS, [data], len(data))}
        data = _to_json(head, what="the metadata")
        _write_member(archive, _METADATA, [data], len(data))


def read_archive(
    path: str | os.PathLike[str],
    kind: str | Collection[str],
    *,
    skip: Collection[str] = (),
    stream: IO[bytes] | None = None,
) -> Archive:
    """Read a file written by `write_archive`, checking everything that is read.

    Parameters
    ----------
    path : path
        The file.
    kind : str or collection of str
        The kinds to accept.
    skip : collection of str
        Names of arrays not to read.
    stream : binary file, optional
        The open file, from which it is read; `path` then only names it in messages.

    Raises
    ------
    OSError
        If the file does not exist (FileNotFoundError) or cannot be read.
    ValueError
        If the file is not an archive, of another kind, from a newer wordneg, cut short, damaged or forged.
    """
    accepted = (kind,) if isinstance(kind, str) else tuple(kind)
    with open(path, "rb") if stream is None else contextlib.nullcontext(stream) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                head = _read_head(archive, os.fstat(file.fileno()).st_size)
                if head["kind"] not in accepted:
                    wanted = " or ".join(described(one)[0] for one in accepted)
                    held, advice = described(head["kind"])
                    raise ValueError(f"it holds {held}, expected {wanted}; {advice}")
                members: dict[str, dict[str, Any]] = head["members"]
                arrays = {
                    member.removesuffix(".npy"): _read_array(archive, member, facts)
                    for member, facts in members.items()
                    if member != _WORDS and member.removesuffix(".npy") not in skip
                }
                words = _read_words(archive) if _WORDS in members else None
                return Archive(head["metadata"], arrays, words, head["kind"])
        except Exception as error:
            raise _refusal(path, error, pickled=_is_pickle(file)) from error


def archive_kind(path: str | os.PathLike[str]) -> str:
    """Return the kind of content of an archive; errors are as for `read_archive`."""
    return str(_checked_head(path)["kind"])


def archive_metadata(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the metadata of an archive, without reading its arrays; errors are as for `read_archive`."""
    metadata: dict[str, Any] = _checked_head(path)["metadata"]
    return metadata


def held_kind(path: str | os.PathLike[str]) -> str | None:
    """Return the kind of content of an archive, or None if `path` is not a wordneg archive."""
    if not os.path.isfile(path):  # a pipe would lose the bytes that are examined
        return None
    with open(path, "rb") as stream:
        if stream.read(len(_ZIP_MAGIC)) != _ZIP_MAGIC:
            return None
    try:
        return archive_kind(path)
    except ValueError:
        return None


def _checked_head(path: str | os.PathLike[str]) -> dict[str, Any]:
    with open(path, "rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                return _read_head(archive, os.fstat(stream.fileno()).st_size)
        except Exception as error:
            raise _refusal(path, error) from error


def described(kind: str) -> tuple[str, str]:
    """Return two phrases: what an archive of a kind holds, and what to do with it."""
    return _CONTENTS.get(kind, (f"a {kind!r}", "give another file"))


def _is_pickle(file: IO[bytes]) -> bool:
    """Return whether an open file begins as pickles of Python 3 and 2 do."""
    if not file.seekable():
        return False
    file.seek(0)
    start = file.read(2)
    return start[:1] == b"\x80" and 1 < start[-1] < 10


def _refusal(path: str | os.PathLike[str], error: Exception, *, pickled: bool = False) -> Exception:
    """Return the exception to raise for `error`; forged bytes make zipfile and numpy raise all sorts."""
    if is_of_the_disk(error):
        return error
    where = f"cannot load {os.fspath(path)!r}"
    if pickled:
        return ValueError(
            f"{where}: it is a pickle, such as gensim's save writes, which could run any code when it is read. If you "
            "trust it, read it with gensim, and pass what that returns to from_gensim, as in "
            "WordVectors.from_gensim(gensim.models.KeyedVectors.load(path)) or "
            "Word2Vec.from_gensim(gensim.models.Word2Vec.load(path))"
        )
    if type(error) is ValueError:
        return ValueError(f"{where}: {error}")
    return ValueError(
        f"{where}: not a complete wordneg archive ({error or type(error).__name__}); "
        "it is damaged, cut short, or another kind of file"
    )


# ---------------------------------------------------------------------------------------------- writing


def _storable(name: str, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `array` in little-endian order, refusing anything but plain numbers."""
    if not name.isidentifier():
        raise ValueError(f"array name {name!r} is not a plain identifier")
    array = np.asarray(array)
    if array.dtype.kind not in _NUMBER_KINDS:
        raise TypeError(f"array {name!r} has dtype {array.dtype}; only numbers and booleans can be stored")
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _npy_blocks(array: npt.NDArray[Any]) -> Iterator[bytes | memoryview]:
    """Yield the bytes of the ``.npy`` file of `array`, copying a few rows at a time."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
    )
    yield header.getvalue()
    if array.size == 0:
        return
    rows = array.reshape(1) if array.ndim == 0 else array
    step = max(1, _BLOCK_BYTES * len(rows) // array.nbytes)
    for start in range(0, len(rows), step):
        # A copy, as the array may be trained on meanwhile: what is written is what its checksum is of.
        yield _raw(np.array(rows[start : start + step], order="C"))


def _raw(array: npt.NDArray[Any]) -> memoryview:
    """Return the bytes of a contiguous array, without copying."""
    return array.reshape(-1).view(np.uint8).data


def _write_member(archive: zipfile.ZipFile, name: str, blocks: Iterable[Any], size: int) -> int:
    """Stream one member into the zip and return its CRC-32."""
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    with archive.open(info, "w", force_zip64=size > 1 << 30) as member:
        for block in blocks:
            member.write(block)
    return info.CRC


def _to_json(value: object, *, what: str) -> bytes:
    try:
        # unicode_errors="surrogateescape" produces unpaired surrogates, which are valid in a str but not in UTF-8.
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{what} must be something that JSON can hold: {error}") from error


def _own_version() -> str:
    try:
        return importlib.metadata.version("wordneg")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"


# ---------------------------------------------------------------------------------------------- reading


def _read_head(archive: zipfile.ZipFile, file_size: int) -> dict[str, Any]:
    """Return the checked ``metadata.json``, after comparing the zip's members with its list."""
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) != len(archive.infolist()):
        raise ValueError("it has two members of the same name")
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos.values()):
        raise ValueError("a member is compressed; wordneg stores them")
    if sum(info.file_size for info in infos.values()) > file_size:
        raise ValueError("its members claim to be longer than the file; it is cut short or forged")
    if _METADATA not in infos:
        raise ValueError(f"it is a zip file, but not wordneg's: {_METADATA} is missing")
    head = _from_json(archive.read(_METADATA))
    if not isinstance(head, dict) or head.get("format") != FORMAT_NAME:
        raise ValueError(f"it is a zip file, but not wordneg's: {_METADATA} does not name the format {FORMAT_NAME!r}")
    version = head.get("format_version")
    if not isinstance(version, int) or not 1 <= version <= FORMAT_VERSION:
        raise ValueError(
            f"its format version is {version!r}, but this wordneg reads up to {FORMAT_VERSION}: update wordneg"
        )
    members = head.get("members")
    if not (isinstance(members, dict) and isinstance(head.get("metadata"), dict)):
        raise ValueError(f"{_METADATA} lacks its members or metadata")
    if not isinstance(head.get("kind"), str):
        raise ValueError(f"{_METADATA} does not name a kind of content")
    if odd := sorted(infos.keys() ^ members.keys() ^ {_METADATA}):
        raise ValueError(f"members and {_METADATA} disagree about {', '.join(map(repr, odd))}")
    for name, facts in members.items():
        if not isinstance(facts, dict) or facts.get("crc32") != infos[name].CRC:
            raise ValueError(f"the checksum of {name!r} is not the one in {_METADATA}")
    return head


def _read_array(archive: zipfile.ZipFile, member: str, facts: dict[str, Any]) -> npt.NDArray[Any]:
    """Read one ``.npy`` member; zipfile verifies its CRC-32 when the last byte is read."""
    size = archive.getinfo(member).file_size
    with archive.open(member) as stream:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError(f"{member!r} is not a version 1.0 .npy file")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
        if list(shape) != facts.get("shape") or dtype.str != facts.get("dtype") or fortran_order:
            raise ValueError(f"{member!r} does not have the shape and dtype that {_METADATA} gives for it")
        if dtype.kind not in _NUMBER_KINDS or min(shape, default=0) < 0:
            raise ValueError(f"{member!r} holds {dtype}; only plain numbers are read")
        count = 1
        for extent in shape:  # Python integers, which a forged shape cannot overflow
            count *= extent
        if stream.tell() + count * dtype.itemsize != size:
            raise ValueError(f"{member!r} has {size} bytes, which does not match its shape {tuple(shape)}")
        array = np.empty(shape, dtype)
        buffer = _raw(array)
        done = 0
        while chunk := stream.read(_BLOCK_BYTES):
            buffer[done : done + len(chunk)] = chunk
            done += len(chunk)
        if done != len(buffer):
            raise ValueError(f"{member!r} is cut short")
        return array


def _read_words(archive: zipfile.ZipFile) -> list[Token]:
    words = _from_json(archive.read(_WORDS))
    if not isinstance(words, list) or not all(type(word) in _WORD_TYPES for word in words):
        raise ValueError(f"{_WORDS} is not a list of strings and integers")
    return words


def _from_json(data: bytes) -> Any:
    return json.loads(data.decode("utf-8", "surrogatepass"))
