"""Merging replicas that were trained on different text from the same weights: a sum that saturates, row by row.

If S replicas have changed a row by δ₁ … δ_S, in n updates altogether, the merged row is

    w + (δ₁ + … + δ_S) · (1 − e^−x) / (S · (1 − e^(−x / S))),        x = c · α · n

where α is the learning rate. A row that was hardly updated gets the sum of what the replicas have learned, as one
worker would have learned it; one that was updated often gets their mean, as each replica has already gone to where the
gradient vanishes. Between the two stands a model of one number w in a parabola of curvature c: n / S steps of length α
take a replica the share 1 − e^(−x / S) of the way to the minimum, and n steps of one worker would take it 1 − e^−x.

Input and output vectors have a curvature each. An output vector is updated K times as a negative for each time as a
positive, and a negative that is easily told apart hardly moves it: most of its n updates count for little. The
curvature of input vectors grows with the root of S, by experiment (`wordneg.word2vec.sharded`).

The merged weights must not depend on the order in which replicas are added, since no order is the same on every number
of workers. So the changes are rounded to multiples of `UNIT`, about 10⁻¹¹, whose sums in float64 are exact.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import exact_entry, inlined
from wordneg.compiled.weights import Weights, aligned

__all__ = ["LARGEST_CHANGE", "UNIT", "Scales", "Sums", "add_changes", "merge", "merge_rows", "merged_share"]

UNIT = 2.0**-36
"""What changes are rounded to multiples of."""

LARGEST_CHANGE = 64.0
"""No weight may change by more in a round: sums of 1024 such changes are exact, and it is a sign of divergence."""

_ROUNDING = 1.5 * 2.0**52 * UNIT
"""Added to a float64 and subtracted again, it leaves the nearest multiple of `UNIT`."""


class Sums(NamedTuple):
    """What replicas have learned in a round.

    Attributes
    ----------
    inputs, outputs : (V, P) float64
        Sums of the changes of the rows, multiples of `UNIT`.
    input_counts, output_counts : (V,) int64
        How often each row was updated. Rows that were not have no changes.
    """

    inputs: NDArray[np.float64]
    outputs: NDArray[np.float64]
    input_counts: NDArray[np.int64]
    output_counts: NDArray[np.int64]

    @classmethod
    def zeros(cls, words: int, width: int) -> Self:
        """Return sums of nothing."""
        matrices = aligned((words, width), np.float64), aligned((words, width), np.float64)
        return cls(*matrices, np.zeros(words, np.int64), np.zeros(words, np.int64))


class Scales(NamedTuple):
    """c · α for each matrix, where c is the curvature and α the learning rate."""

    inputs: float
    outputs: float


@exact_entry
def add_changes(rows, common, counts, first, last, sums, total_counts):
    """Add the changes of a replica's rows to the sums, and set rows and counts back; return how many were too large.

    Parameters
    ----------
    rows, common : (V, P) float32
        A matrix of the replica, and what it began the round with.
    counts : (V,) int64
        How often the replica has updated each row.
    first, last : int
        The rows ``first … last − 1`` are added.
    sums, total_counts : (V, P) float64, (V,) int64
        Added to.
    """
    wrong = 0
    for row in range(first, last):
        if counts[row] == 0:
            continue
        total_counts[row] += counts[row]
        counts[row] = 0
        learned, begin, total = rows[row], common[row], sums[row]
        for d in range(rows.shape[1]):
            change = np.float64(learned[d]) - np.float64(begin[d])
            wrong += not abs(change) <= LARGEST_CHANGE
            total[d] += (change + _ROUNDING) - _ROUNDING
            learned[d] = begin[d]
    return wrong


@inlined
def merged_share(x, replicas):
    """Return the share (float64) of the sum of changes that is added to a row, as this module says."""
    return math.expm1(-x) / (replicas * math.expm1(-x / replicas)) if x > 0.0 else 1.0


@exact_entry
def merge(common, sums, counts, first, last, scale, shards):
    """Add the sums of changes to rows, scaled as this module says, and set sums and counts back to 0.

    Parameters
    ----------
    common : (V, P) float32
        A matrix that the replicas began the round with.
    sums, counts : (V, P) float64, (V,) int64
        What they have learned.
    first, last : int
        The rows ``first … last − 1`` are merged.
    scale : float
        c · α.
    shards : int
        S.
    """
    for row in range(first, last):
        if counts[row] == 0:
            continue
        share = merged_share(scale * counts[row], shards)
        counts[row] = 0
        begin, total = common[row], sums[row]
        for d in range(common.shape[1]):
            begin[d] = np.float32(begin[d] + total[d] * share)
            total[d] = 0.0


def merge_rows(weights: Weights, sums: Sums, first: int, last: int, scales: Scales, shards: int) -> None:
    """Merge the rows ``first … last − 1`` of both matrices."""
    merge(weights.inputs, sums.inputs, sums.input_counts, first, last, scales.inputs, shards)
    merge(weights.outputs, sums.outputs, sums.output_counts, first, last, scales.outputs, shards)
