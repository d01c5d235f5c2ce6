"""The keywords of `wordneg.Word2Vec` for mypy and editors; ``python tests/keywords.py`` makes this file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

__all__ = ["Word2VecKeywords"]


class Word2VecKeywords(TypedDict, total=False):
    """Keywords and their types; see the docstring of `wordneg.Word2Vec`."""

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
    epochs: int
    seed: int | None
    sg: int
    shrink_windows: bool
    cbow_mean: int
    sample: float | None
    hs: int
    negative: int
    share_negatives: bool
    alpha: float
    min_alpha: float
    shards: int
    merge_every: int | None
    compute_loss: bool
    batch_words: int
    hashfxn: Callable[[Any], int]
    null_word: int
