"""The training settings that a report needs."""

from __future__ import annotations

from typing import Protocol

__all__ = ["TrainingSettings"]


class TrainingSettings(Protocol):
    """The settings of `wordneg.Word2Vec` that determine the blocks of training."""

    @property
    def sg(self) -> int:
        """1 for skip-gram, 0 for CBOW."""

    @property
    def cbow_mean(self) -> int:
        """Whether the input of CBOW is the mean of the context vectors."""

    @property
    def window(self) -> int:
        """Largest distance between center and context word."""

    @property
    def shrink_windows(self) -> bool:
        """Whether each center word draws the size of its window."""

    @property
    def sample(self) -> float:
        """The threshold of subsampling."""

    @property
    def negative(self) -> int:
        """Number of negatives per positive."""

    @property
    def share_negatives(self) -> bool:
        """Whether the context words of a center word share its negatives."""
