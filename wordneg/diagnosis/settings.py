"""What a report has to know of the settings of a training."""

from __future__ import annotations

from typing import Protocol

__all__ = ["TrainingSettings"]


class TrainingSettings(Protocol):
    """The settings of `wordneg.Word2Vec` that decide which blocks a sampler is asked about."""

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
        """Whether each center draws a window of its own."""

    @property
    def sample(self) -> float:
        """The threshold of subsampling."""

    @property
    def negative(self) -> int:
        """Negatives of a positive."""

    @property
    def share_negatives(self) -> bool:
        """Whether the context words of a center share its negatives."""
