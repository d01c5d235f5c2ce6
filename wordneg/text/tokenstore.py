"""The token store: a corpus as int32 word ids and sentence offsets, in memory or in files.

`wordneg.text.encoding.encode` creates token stores.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.corpora.compression import is_of_the_disk
from wordneg.files.atomic import atomic_write
from wordneg.text.vocabulary import NoWordsError, Vocabulary, checked_integer, select_words

__all__ = ["TokenStore"]

_FORMAT, _VERSION = "wordneg token store", 1
_HEADER = "store.json"


@dataclass(frozen=True, eq=False, repr=False)
class TokenStore:
    """A corpus as word ids. All arrays are read-only, in memory or mapped from files.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words and their counts.
    tokens : (N,) int32
        The ids of all tokens whose words are in the vocabulary.
    offsets : (S + 1,) int64
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``. No sentence is empty.
    raw_tokens, raw_sentences : int
        Number of tokens and of sentences in the corpus before the cut-off (sentences without tokens left out).
    name : str
        Name of the corpus.
    """

    vocabulary: Vocabulary
    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]
    raw_tokens: int
    raw_sentences: int
    name: str = ""

    def __post_init__(self) -> None:
        # Read-only throughout, so that Numba sees one type wherever the arrays come from and compiles once.
        for part, dtype in (("tokens", np.int32), ("offsets", np.int64)):
            values = np.asarray(getattr(self, part)).view()
            if values.dtype != dtype or values.ndim != 1:
                raise TypeError(
                    f"{part} must be a one-dimensional {np.dtype(dtype)} array, got {values.dtype} of shape "
                    f"{values.shape}"
                )
            values.flags.writeable = False
            object.__setattr__(self, part, values)

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = (np.asarray(self.tokens), np.asarray(self.offsets))  # made read-only again where it is unpickled
        return type(self), (self.vocabulary, *arrays, self.raw_tokens, self.raw_sentences, self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> TokenStore:
        return self  # as it never changes

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        return (
            f"TokenStore({name}{len(self.tokens):,} tokens of {self.raw_tokens:,} read, "
            f"{len(self.offsets) - 1:,} sentences, {len(self.vocabulary):,} words)"
        )

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the vocabulary, the tokens and the offsets, but not the name: 32 hexadecimal digits."""
        digest = hashlib.blake2b(digest_size=16)
        words = json.dumps(self.vocabulary.words).encode()
        digest.update(b"%d %d %d " % (len(words), len(self.vocabulary), len(self.tokens)))
        digest.update(words)
        for values, dtype in ((self.vocabulary.counts, "<i8"), (self.tokens, "<i4"), (self.offsets, "<i8")):
            digest.update(np.ascontiguousarray(values, dtype=dtype).data)
        return digest.hexdigest()

    def head(self, tokens: int) -> TokenStore:
        """Return the first `tokens` tokens as a store with the same vocabulary; only the offsets are copied.

        The last sentence ends where the store does. The numbers before the cut-off are estimated in proportion.
        """
        size = checked_integer("tokens", tokens, 1)
        if size >= len(self.tokens):
            return self
        sentences = int(np.searchsorted(self.offsets, size))
        share = size / len(self.tokens)
        return replace(
            self,
            tokens=self.tokens[:size],
            offsets=np.append(self.offsets[:sentences], size),
            raw_tokens=max(size, round(self.raw_tokens * share)),
            raw_sentences=max(sentences, round(self.raw_sentences * share)),
        )

    def cut(self, *, min_count: int = 1, max_final_vocab: int | None = None, sorted_vocab: bool = True) -> TokenStore:
        """Return the store without the words that `select_words` does not select; their neighbors close up.

        Raises
        ------
        ValueError
            If no word is left.
        """
        from wordneg.text.joining import renumber  # Numba takes a third of a second to import

        counts = self.vocabulary.counts
        selected = select_words(counts, min_count=min_count, max_final_vocab=max_final_vocab, sorted_vocab=sorted_vocab)
        if len(selected) == 0:
            raise NoWordsError(
                f"no word is left: the most frequent of {len(counts):,} occurs {counts.max():,} times, and "
                f"min_count is {min_count}; lower it or give more text"
            )
        final_ids = np.full(len(counts), -1, dtype=np.int32)
        final_ids[selected] = np.arange(len(selected), dtype=np.int32)
        tokens, ends = np.empty(int(counts[selected].sum()), np.int32), np.zeros_like(self.offsets)
        _, sentences = renumber(self.tokens, self.offsets, final_ids, tokens, ends)
        vocabulary = Vocabulary([self.vocabulary.words[place] for place in selected], counts[selected])
        return replace(self, vocabulary=vocabulary, tokens=tokens, offsets=ends[: sentences + 1])

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the store to a folder, as .npy arrays and JSON.

        The arrays' file names carry the fingerprint, and the header that names it is put in place last, in
        one step: an existing store stays intact until then. Its arrays are removed afterwards.

        Raises
        ------
        OSError
            If the folder cannot be written to.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        header = {
            "format": _FORMAT,
            "version": _VERSION,
            "fingerprint": self.fingerprint,
            "name": self.name,
            "raw_tokens": self.raw_tokens,
            "raw_sentences": self.raw_sentences,
            "words": self.vocabulary.words,
        }
        arrays: dict[str, NDArray[Any]]
        arrays = {"counts": self.vocabulary.counts, "tokens": self.tokens, "offsets": self.offsets}
        for part, values in arrays.items():
            with atomic_write(folder / _array_name(part, self.fingerprint)) as file:
                np.save(file, values, allow_pickle=False)
        with atomic_write(folder / _HEADER) as file:
            file.write(json.dumps(header).encode())
        for part in arrays:
            for path in folder.glob(_array_name(part, "?" * 32)):
                if self.fingerprint not in path.name:
                    with suppress(OSError):  # Windows does not remove what is still mapped
                        path.unlink()

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> TokenStore:
        """Open a saved store, mapping its arrays into memory after reading them once to check them.

        Raises
        ------
        FileNotFoundError
            If there is no store in the folder, or part of it is missing.
        ValueError
            If the folder holds something else, or a store that was changed, cut short or mixed up.
        """
        folder = Path(folder)
        header = _read_header(folder)
        parts = {}
        for part, dtype in (("counts", np.int64), ("tokens", np.int32), ("offsets", np.int64)):
            parts[part] = _map_array(folder / _array_name(part, header["fingerprint"]), dtype)
        try:
            vocabulary = Vocabulary(header["words"], parts["counts"])
            _check_structure(vocabulary, parts["tokens"], parts["offsets"])
        except (TypeError, ValueError) as error:
            raise _damaged(folder, str(error)) from error
        raw = {key: header[key] for key in ("raw_tokens", "raw_sentences", "name")}
        store = cls(vocabulary, parts["tokens"], parts["offsets"], **raw)
        if store.fingerprint != header["fingerprint"]:
            raise _damaged(folder, "its contents do not match the fingerprint in its header")
        return store


def _array_name(part: str, fingerprint: str) -> str:
    return f"{part}.{fingerprint}.npy"


def _damaged(folder: Path, reason: str) -> ValueError:
    return ValueError(f"{folder} is not a complete token store: {reason}. Encode the corpus again and save it.")


def _read_header(folder: Path) -> dict[str, Any]:
    path = folder / _HEADER
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no token store in {folder}: {_HEADER} is missing. Give the folder that TokenStore.save"
            " wrote; if saving was interrupted, save again."
        )
    try:
        header = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _damaged(folder, f"{_HEADER} is not JSON ({error})") from error
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        raise _damaged(folder, f"{_HEADER} does not say {_FORMAT!r}")
    if header.get("version") != _VERSION:
        raise _damaged(folder, f"it has version {header.get('version')!r}, but this wordneg reads version {_VERSION}")
    expected = {"fingerprint": str, "name": str, "raw_tokens": int, "raw_sentences": int, "words": list}
    for key, kind in expected.items():
        if type(header.get(key)) is not kind:
            got = repr(header.get(key))[:40]
            raise _damaged(folder, f"{key!r} in {_HEADER} must be of type {kind.__name__}, got {got}")
    # File names are made from the fingerprint, so nothing else may pass.
    if not re.fullmatch("[0-9a-f]{32}", header["fingerprint"]):
        raise _damaged(folder, f"the fingerprint in {_HEADER} is not 32 hexadecimal digits")
    return header


def _map_array(path: Path, dtype: type) -> NDArray[Any]:
    try:
        values = np.lib.format.open_memmap(path, mode="r")  # maps numbers only, never objects
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path.parent} is not a complete token store: {path.name} is missing. Encode the corpus again."
        ) from None
    except Exception as error:  # damaged headers make numpy raise all sorts
        if is_of_the_disk(error):
            raise
        raise _damaged(path.parent, f"{path.name} cannot be read ({error})") from error
    if values.dtype != dtype or values.ndim != 1:
        raise _damaged(path.parent, f"{path.name} must hold a one-dimensional {np.dtype(dtype)} array")
    return np.asarray(values)


def _check_structure(vocabulary: Vocabulary, tokens: NDArray[np.int32], offsets: NDArray[np.int64]) -> None:
    """Raise ValueError or TypeError unless the parts fit together; kernels use them as indices unchecked."""
    if len(vocabulary.index) == 0 or tokens.size == 0:
        raise ValueError("it is empty")
    if tokens.min() < 0 or tokens.max() >= len(vocabulary):
        raise ValueError(f"its token ids are not all in 0...{len(vocabulary) - 1}")
    framed = offsets.size >= 2 and offsets[0] == 0 and offsets[-1] == tokens.size
    if not framed or np.any(offsets[1:] <= offsets[:-1]):
        raise ValueError("its sentence offsets do not increase from 0 to the number of tokens")
