"""A statistical test of whether a sampler draws from the distribution that it states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordneg.diagnosis.draws import Drawing
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Stated", "deviation"]

Stated = ArrayLike | Callable[[Vocabulary, int, NDArray[np.float32]], ArrayLike]
"""The probability of each word, or a function of vocabulary, positive and scores that returns it."""

_DRAWS = 40_000
_LEAST_LIKELY = 1e-6  # probability of rejecting a correct sampler
_FEW = 5.0  # words expected less often are merged into one class, for the test to be valid


def deviation(drawing: Drawing, vocabulary: Vocabulary, stated: Stated) -> str | None:
    """Describe how draws deviate from a distribution, with a frequent and with a rare word as the positive.

    Parameters
    ----------
    drawing : Drawing
        The sampler, prepared for `vocabulary`.
    vocabulary : Vocabulary
        The V words.
    stated : Stated
        The distribution; it need not sum to one, and the positive is left out.

    Returns
    -------
    str or None
        A description, or None if draws do not deviate significantly.

    Raises
    ------
    ValueError
        If `stated` is not a distribution.
    """
    for positive in (0, len(vocabulary) // 2):
        query = drawing.weights.inputs[positive]
        scores = drawing.weights.outputs @ query
        expected = _distribution(stated(vocabulary, positive, scores) if callable(stated) else stated, positive)
        if expected.size != len(vocabulary):
            raise ValueError(f"got {expected.size} probabilities, expected one for each of the {len(vocabulary)} words")
        blocks = _DRAWS // drawing.negative
        negatives, _ = drawing.blocks(positive, query=query, context=[positive], count=blocks)
        seen = np.bincount(negatives.ravel(), minlength=len(vocabulary))
        if message := _difference(seen, expected):
            return f"with word {positive} as the positive, {message}"
    return None


def _distribution(stated: ArrayLike, positive: int) -> NDArray[np.float64]:
    chances = np.array(stated, dtype=np.float64)
    if chances.ndim != 1 or not np.isfinite(chances).all() or chances.min() < 0:
        raise ValueError(f"got probabilities {chances!r}, expected finite numbers of at least 0, one per word")
    chances[positive] = 0.0
    if chances.sum() == 0:
        raise ValueError(f"got probabilities that are all 0 except for word {positive}, expected others above 0")
    return chances / chances.sum()


def _difference(seen: NDArray[np.int64], chances: NDArray[np.float64]) -> str | None:
    """Describe how (V,) counts differ from the given probabilities, by Pearson's chi-square test."""
    from scipy import stats

    total = int(seen.sum())
    expected = chances * total
    never = np.flatnonzero((chances == 0) & (seen > 0))
    if never.size:
        return f"word {never[0]} was drawn {seen[never[0]]:,} times, but its stated probability is 0"
    common = expected >= _FEW
    observed, due = (np.append(values[common], values[~common].sum()) for values in (seen, expected))
    if due[-1] < _FEW:
        observed, due = observed[:-1], due[:-1]
    if observed.size < 2:
        return None
    chance = stats.chisquare(observed, due * (observed.sum() / due.sum())).pvalue
    if chance >= _LEAST_LIKELY:
        return None
    word = int(np.abs((seen - expected) / np.sqrt(np.maximum(expected, _FEW))).argmax())
    return (
        f"word {word} was {seen[word] / total:.2%} of {total:,} negatives, but {chances[word]:.2%} are stated "
        f"(chi-square over all words: p = {chance:.1g})"
    )
