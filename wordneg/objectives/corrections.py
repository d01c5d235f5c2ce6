"""The logQ correction: how likely each word was to be drawn as a negative."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.objectives.base import Objective
from wordneg.samplers.base import Sampler, Static

__all__ = ["log_corrections"]


def log_corrections(
    sampler: Sampler, state: Any, objective: Objective, negative: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return log(K · q) and log(1 − q) of every word, ``(V,) float32`` each, if the objective corrects for them.

    Parameters
    ----------
    sampler, state
        Where the negatives come from, and what it prepared.
    objective : Objective
        The objective. If it does not correct, both are empty.
    negative : int
        Negatives K.

    Raises
    ------
    ValueError
        If it does, but the sampler does not draw by one distribution.
    """
    if not objective.corrected:
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)
    if not isinstance(sampler, Static):
        raise ValueError(
            f"objective {objective.name!r} corrects scores by the chance of each negative, which sampler "
            f"{sampler.name!r} cannot tell, as it follows the weights; take a static sampler such as "
            "'unigram', or turn the correction off"
        )
    chances = sampler.probabilities(state)
    # the objective divides scores by its temperature, but the correction is one of logits
    temperature = objective.temperature
    with np.errstate(divide="ignore"):  # a word that is never drawn is never corrected
        log_q, log_rest = np.log(negative * chances), np.log1p(-chances)
    return (temperature * log_q).astype(np.float32), (temperature * log_rest).astype(np.float32)
