"""Vectors from outside, that are rows of a comparison."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import evaluation

__all__ = ["check_extra", "loaded"]


def check_extra(extra: Mapping[str, Any]) -> None:
    """Refuse now what would be told when all is trained.

    Raises
    ------
    TypeError, ValueError
        If a row is neither a path nor vectors.
    FileNotFoundError
        If there is no file at a path.
    """
    for label, source in extra.items():
        if not isinstance(label, str):
            raise TypeError(f"got the label {label!r} of an extra row, expected a string")
        if not isinstance(source, str | os.PathLike):
            _check_vectors(label, source)
        elif not Path(source).exists():
            missing = f"no file of vectors at {os.fspath(source)!r}, given as the extra row {label!r}"
            raise FileNotFoundError(errno.ENOENT, missing)


def _check_vectors(label: str, source: Any) -> None:
    try:
        evaluation.as_vectors(source)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"the extra row {label!r}: {error}") from error


def loaded(source: Any) -> evaluation.Vectors:
    """Return the vectors of a row, which are read if it is a path.

    Raises
    ------
    OSError, ValueError
        If they cannot be read.
    """
    from wordneg.vectors import load_vectors

    found = load_vectors(Path(source)) if isinstance(source, str | os.PathLike) else source
    return evaluation.as_vectors(found)
