"""Vectors from outside, that are rows of a comparison."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wordneg import evaluation

__all__ = ["check_extra", "read_extra"]


def check_extra(extra: Mapping[str, Any]) -> None:
    """Refuse rows of nothing; no file is read.

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
            read_extra({label: source})
        elif not Path(source).exists():
            missing = f"no file of vectors at {os.fspath(source)!r}, given as the extra row {label!r}"
            raise FileNotFoundError(errno.ENOENT, missing)


def read_extra(extra: Mapping[str, Any]) -> dict[str, evaluation.Vectors]:
    """Return the vectors of some rows, which are read if they are paths.

    Raises
    ------
    OSError
        If a file cannot be read.
    TypeError, ValueError
        If it, or what was given, holds no vectors that can be scored; the sentence names the row.
    """
    from wordneg.vectors.wordvectors import load_vectors

    found = {}
    for label, source in extra.items():
        try:
            loaded = load_vectors(Path(source)) if isinstance(source, str | os.PathLike) else source
            found[label] = evaluation.as_vectors(loaded)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"the extra row {label!r}: {error}") from error
    return found
