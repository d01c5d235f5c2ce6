"""The keywords of `wordneg.ClosedForm` for mypy and editors; ``python tests/keywords.py`` makes this file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

__all__ = ["ClosedFormKeywords"]


class ClosedFormKeywords(TypedDict, total=False):
    """Keywords and their types; see the docstring of `wordneg.ClosedForm`."""

    callbacks: Sequence[Any] | None
    tokenizer: Callable[[str], Sequence[str]] | None
    encoding: str | None
    unicode_errors: str | None
    progress: bool | None
    checkpoint: str | os.PathLike[str] | None
    checkpoint_every: float
    vector_size: int
    window: int
    min_count: int
    max_final_vocab: int | None
    max_vocab_size: int | None
    sorted_vocab: int
    phrases: int
    phrase_threshold: float | None
    phrase_scoring: Literal["default", "npmi"]
    workers: int | None
    symmetric: bool
    distance_weighting: bool
    memory_limit: int
    negative: float
    power: float
