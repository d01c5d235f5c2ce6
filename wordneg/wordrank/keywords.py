"""The keywords of `wordneg.WordRank` for mypy and editors; ``python tests/keywords.py`` makes this file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

__all__ = ["WordRankKeywords"]


class WordRankKeywords(TypedDict, total=False):
    """Keywords and their types; see the docstring of `wordneg.WordRank`."""

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
    symmetric: bool
    distance_weighting: bool
    memory_limit: int
    xmax: float
    epsilon: float
    loss: Literal["hinge", "logistic"]
    transform: Literal["rho0", "rho1", "rho2", "rho3"]
    alpha: float
    beta: float
    t: float
    tau: float
    reg: float
    optimizer: Literal["adagrad", "sgd"]
    learning_rate: float
    min_learning_rate: float
    negative: int
    share_negatives: bool
    period: int
    xi_candidates: int | None
