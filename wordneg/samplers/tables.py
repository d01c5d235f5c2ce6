"""Alias tables, which draw from a fixed distribution in constant time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordneg.common.settings import Given, SettingError
from wordneg.compiled.jit import jit
from wordneg.compiled.rng import next_uint64

__all__ = ["alias_table", "draw_alias", "negatives_table", "popularity", "table_probabilities"]

_MOST = 1 - 1e-4  # of all draws that one word may make up, since a word is drawn anew where it is the positive
_WORD = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def alias_table(probabilities: ArrayLike) -> NDArray[np.uint64]:
    """Return the alias table of a distribution, one uint64 per outcome, so that a draw is one look-up.

    Parameters
    ----------
    probabilities : (V,) array_like
        Weights of the outcomes: non-negative, not all zero, not necessarily summing to one.

    Returns
    -------
    (V,) uint64
        The upper half of an entry is the probability of drawing the entry itself, in units of 2⁻³²; the lower half is
        its alias. Probabilities are exact to V⁻¹ · 2⁻³².

    Raises
    ------
    ValueError
        If there are no outcomes, a probability is negative or not finite, or all are zero.

    References
    ----------
    Vose (1991), "A linear algorithm for generating random numbers with a given distribution",
    IEEE Transactions on Software Engineering 17(9).
    """
    weights = np.asarray(probabilities, dtype=np.float64)
    if weights.ndim != 1 or weights.size == 0:
        raise ValueError(f"got probabilities of shape {weights.shape}, expected one probability per word")
    if not np.isfinite(weights).all() or weights.min() < 0 or weights.max() == 0:
        raise ValueError("expected finite probabilities, none negative and not all zero")
    scaled = weights / weights.sum() * weights.size
    threshold = np.full(weights.size, 2.0**32)
    alias = np.arange(weights.size, dtype=np.uint64)
    _pair(scaled, threshold, alias)
    # A threshold of 2^32 does not fit; its entry is its own alias, so that any threshold will do.
    fixed = np.minimum(threshold, 2.0**32 - 1).astype(np.uint64)
    return (fixed << _WORD) | alias


def popularity(counts: ArrayLike, exponent: float) -> NDArray[np.float64]:
    """Return counts raised to a power, ``(V,) float64``, up to a factor.

    Counts are taken relative to the most frequent word, so that few exponents overflow: those far below zero.
    """
    occurrences = np.asarray(counts, dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore"):
        return np.asarray((occurrences / occurrences.max()) ** exponent)


def negatives_table(weights: NDArray[np.float64], counts: ArrayLike, exponent: float) -> NDArray[np.uint64]:
    """Return the alias table that negatives are drawn from, see `alias_table`.

    Raises
    ------
    ValueError
        If the exponent leaves one word only, whose own negatives would be looked for forever.
    """
    occurrences = np.asarray(counts, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        share = weights.max() / weights.sum()
    varied = occurrences.max() <= _MOST * occurrences.sum()  # if not, the text is to blame, at any exponent
    if varied and not share <= _MOST:  # nor if it is no number
        raise SettingError(
            "got ",
            Given("exponent", exponent),
            f", at which one of {occurrences.size:,} words makes up all draws, and no other is left to be its "
            "negative; give one such as 0.75",
        )
    return alias_table(weights)


def _pair(scaled: NDArray[np.float64], threshold: NDArray[np.float64], alias: NDArray[np.uint64]) -> None:
    """Give every outcome below the mean an alias above the mean (Vose's algorithm)."""
    small = np.flatnonzero(scaled < 1.0).tolist()
    large = np.flatnonzero(scaled >= 1.0).tolist()
    shares = scaled.tolist()
    while small and large:
        poor, rich = small.pop(), large[-1]
        threshold[poor] = shares[poor] * 2.0**32
        alias[poor] = rich
        shares[rich] -= 1.0 - shares[poor]
        if shares[rich] < 1.0:
            small.append(large.pop())


def table_probabilities(table: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the distribution that an alias table draws from, ``(V,) float64``."""
    own = (table >> _WORD).astype(np.float64) / 2.0**32
    alias = (table & _LOW).astype(np.int64)
    own[alias == np.arange(table.size)] = 1.0
    return (own + np.bincount(alias, weights=1.0 - own, minlength=table.size)) / table.size


@jit
def draw_alias(table: Any, rng: Any) -> Any:
    """Draw an outcome (int32) from an alias table."""
    bits = next_uint64(rng)
    index = ((bits >> _WORD) * np.uint64(table.size)) >> _WORD
    entry = table[index]
    return np.int32(index if (bits & _LOW) < (entry >> _WORD) else entry & _LOW)
