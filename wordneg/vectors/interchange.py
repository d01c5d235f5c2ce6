"""Vectors from and to gensim, and what lets gensim's own code take ours."""

from __future__ import annotations

import sys
import types
from functools import lru_cache
from typing import Any

import numpy as np

from wordneg.files.vectors import VectorTable

__all__ = ["also_gensims", "empty", "from_keyed_vectors", "to_keyed_vectors"]


def to_keyed_vectors(table: VectorTable) -> Any:
    """Return a copy as `gensim.models.KeyedVectors`; see `wordneg.WordVectors.to_gensim`."""
    try:
        from gensim.models import KeyedVectors
    except ImportError as error:
        raise ImportError(
            "to_gensim() needs gensim, which is not installed: pip install gensim (it has no wheels for "
            "Python 3.14 and later); save_word2vec_format() writes files that it reads elsewhere"
        ) from error
    keyed = KeyedVectors(table.vectors.shape[1], dtype=table.vectors.dtype)
    keyed.index_to_key = list(table.words)
    keyed.key_to_index = {word: index for index, word in enumerate(table.words)}
    keyed.vectors = np.array(table.vectors, order="C")
    keyed.next_index = len(table.words)
    keyed.expandos = {name: column.copy() for name, column in table.attributes.items()}
    return keyed


def from_keyed_vectors(keyed: Any) -> VectorTable:
    """Return a copy of gensim's KeyedVectors; see `wordneg.WordVectors.from_gensim`."""
    if not hasattr(keyed, "index_to_key") or not hasattr(keyed, "vectors"):
        hint = "; pass its .wv" if hasattr(keyed, "wv") else ""
        raise TypeError(f"expected gensim's KeyedVectors, got {type(keyed).__name__}{hint}")
    columns = {name: np.array(column) for name, column in keyed.expandos.items()}
    numeric = {name: column for name, column in columns.items() if column.dtype.kind in "biuf"}
    return VectorTable(keyed.index_to_key, np.array(keyed.vectors, order="C"), numeric)


def also_gensims(cls: type, module: str, name: str) -> type:
    """Return a class that a class of gensim's is a base of, too, if gensim is imported; otherwise `cls`.

    An object whose ``__class__`` this is passes gensim's and other programs' ``isinstance`` checks, while its type,
    and thus all that it does, stays as it is. `isinstance` asks the type first, and then ``__class__``.

    Parameters
    ----------
    cls : type
        The type of the object.
    module, name : str
        Where gensim's class is. It is not imported: who has not done so, cannot ask for it.
    """
    theirs = getattr(sys.modules.get(module), name, None)
    if theirs is None or issubclass(cls, theirs):
        return cls
    return _with_base(cls, theirs)


def empty(kind: type) -> Any:
    """Return an object without calling its constructor: how copies of what has its own ``__class__`` are begun."""
    return object.__new__(kind)


@lru_cache(maxsize=64)
def _with_base(cls: type, base: type) -> type:
    return types.new_class(cls.__name__, (cls, base), exec_body=lambda body: body.update(__module__=cls.__module__))
