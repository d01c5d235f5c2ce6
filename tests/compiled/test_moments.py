"""Sums over pieces of rows."""

import numpy as np
import pytest

from wordneg.compiled.jit import entry
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.moments import AHEAD, move_scores, sum_moments
from wordneg.compiled.weights import aligned

RANDOM = np.random.default_rng(4)
ROWS = aligned((40, 2 * LANES))
ROWS[:] = RANDOM.standard_normal(ROWS.shape)


@entry
def run_sum(rows, offset, weights, slopes, count, sums):
    sum_moments(address_of(rows), offset, address_of(weights), address_of(slopes), count, address_of(sums))


@entry
def run_move(rows, offset, step, count, scores):
    move_scores(address_of(rows), offset, address_of(step), count, address_of(scores))


def table(places):
    addresses = (ROWS.ctypes.data + places * ROWS.strides[0]).astype(np.uint64)
    return np.append(addresses, np.zeros(AHEAD, np.uint64))


@pytest.mark.parametrize("count", [1, 7, 33])
@pytest.mark.parametrize("piece", [0, 1])
def test_moments_are_the_sums_of_products(count, piece):
    places = RANDOM.integers(len(ROWS), size=count)
    weights, slopes = RANDOM.standard_normal((2, count)).astype(np.float32)
    sums = np.full((LANES + 1, LANES), np.nan, dtype=np.float32)
    run_sum(table(places), np.uint64(4 * LANES * piece), weights, slopes, count, sums)
    pieces = ROWS[places, LANES * piece : LANES * (piece + 1)].astype(float)
    np.testing.assert_allclose(sums[:LANES], (pieces * weights[:, None]).T @ pieces, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(sums[LANES], slopes @ pieces, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("groups", [1, 3])
def test_scores_move_by_what_the_step_adds(groups):
    places = RANDOM.integers(len(ROWS), size=groups * LANES)
    step, scores = RANDOM.standard_normal(LANES).astype(np.float32), aligned((groups * LANES,))
    scores[:] = RANDOM.standard_normal(len(scores))
    expected = scores + ROWS[places, LANES:] @ step
    run_move(table(places), np.uint64(4 * LANES), step, len(places), scores)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)
