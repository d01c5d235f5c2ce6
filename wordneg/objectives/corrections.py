"""The logQ correction, which accounts for the probability of drawing each word as a negative."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.common.settings import SettingError
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
        The sampler of the negatives, and the state that it prepared.
    objective : Objective
        The objective. If it does not correct, both arrays are empty.
    negative : int
        Number of negatives K.

    Raises
    ------
    ValueError
        If the objective corrects, but the sampler does not draw from a fixed distribution.
    """
    if not objective.corrected:
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)
    if not isinstance(sampler, Static):
        raise SettingError(
            f"objective {objective.name!r} corrects scores by the probability of each negative, which sampler "
            f"{sampler.name!r} cannot tell, because it depends on the weights; use a static sampler such as "
            "'unigram', or turn the correction off"
        )
    chances = sampler.probabilities(state)
    # The objective divides scores by its temperature, but the correction applies to logits.
    temperature = objective.temperature
    with np.errstate(divide="ignore"):  # a word that is never drawn is never corrected
        log_q, log_rest = np.log(negative * chances), np.log1p(-chances)
    return (temperature * log_q).astype(np.float32), (temperature * log_rest).astype(np.float32)
