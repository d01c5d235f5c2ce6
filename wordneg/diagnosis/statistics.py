"""The statistics of one sampler in a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["SamplerStatistics"]


@dataclass(frozen=True)
class SamplerStatistics:
    """Statistics of what one sampler draws.

    Attributes
    ----------
    sampler : dict
        Name and settings of the sampler.
    label : str
        Name of the sampler, with the settings that differ from their defaults.
    hard_share, fallback_share : float or None
        Share of negatives drawn by the sampler's rule, and by popularity where the rule found no word; None if the
        sampler does not count them. The rest is drawn by popularity on purpose.
    positive_score, negative_score : float
        Mean score of a positive and of a negative.
    false_negatives : float
        Share of the (input word, negative) pairs that occur within the window somewhere in the text.
    distinct_words : int
        Number of distinct words drawn.
    entropy : float
        The entropy of the words drawn, in bits.
    head, torso, tail : float
        Share of draws from each third of the running text, see `wordneg.diagnosis.measures`.
    positive_slope, negative_slope : float
        Mean absolute slope of the objective.
    gradient_bias : float or None
        Relative bias of the gradient, see `wordneg.diagnosis.measures`; None if no sampled position lies within the
        small vocabulary.
    nanoseconds : float
        Time to draw one negative.
    """

    sampler: dict[str, Any]
    label: str
    hard_share: float | None
    fallback_share: float | None
    positive_score: float
    negative_score: float
    false_negatives: float
    distinct_words: int
    entropy: float
    head: float
    torso: float
    tail: float
    positive_slope: float
    negative_slope: float
    gradient_bias: float | None
    nanoseconds: float

    @property
    def score_gap(self) -> float:
        """How much higher the positive scores than the negatives, on average."""
        return self.positive_score - self.negative_score
