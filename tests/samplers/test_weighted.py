import numpy as np
import pytest
from scipy import stats

from wordneg.compiled.jit import jit
from wordneg.compiled.rng import new_state
from wordneg.compiled.weights import aligned
from wordneg.samplers.weighted import draw_left, draw_place, exponentials, sum_weights


@jit
def draw_places(weights, sums, rng, result):
    sum_weights(weights, sums)
    for n in range(result.size):
        result[n] = draw_place(weights, sums, rng)


@jit
def empty_urns(weights, left, sums, rng, result):
    for n in range(result.shape[0]):
        for place in range(left.size):
            left[place] = weights[place]
        sum_weights(left, sums)
        for k in range(result.shape[1]):
            result[n, k] = draw_left(left, sums, rng)
            if result[n, k] >= 0:
                left[result[n, k]] = np.float32(0.0)


def weights_of(*values):
    result = aligned((16,))
    result[: len(values)] = values
    return result


def test_exponentials_of_little_are_zero():
    values = weights_of(-np.inf, -1e30, -160, 8, 10, np.nan)
    exponentials(values, np.float32(10), np.float32(0.5))
    np.testing.assert_allclose(values[:6], [0, 0, np.exp(-85), np.exp(-1), 1, 0], rtol=1e-4)


@pytest.mark.parametrize("value", [-np.inf, np.nan])
def test_exponentials_of_nothing_are_nothing(value):
    values = weights_of(*[value] * 16)
    exponentials(values, values[0], np.float32(1))
    assert not values.any()


def test_places_come_by_weight():
    weights, result = weights_of(0, 1, 0, 5, 0.01, 3), np.zeros(50_000, dtype=np.int64)
    draw_places(weights, aligned((16,)), new_state(3), result)
    seen, weights = np.bincount(result, minlength=16), weights.astype(np.float64)
    some = weights > 0
    assert seen[~some].sum() == 0
    assert stats.chisquare(seen[some], weights[some] / weights.sum() * seen.sum()).pvalue > 1e-4


def test_none_is_drawn_twice_and_each_by_weight_among_those_left():
    weights, result = weights_of(6, 0, 3, 1), np.zeros((30_000, 5), dtype=np.int64)
    empty_urns(weights, aligned((16,)), aligned((16,)), new_state(5), result)
    assert (np.sort(result[:, :3]) == [0, 2, 3]).all()
    assert (result[:, 3:] == -1).all()
    weights = weights.astype(np.float64)
    pairs, seen = np.unique(result[:, 0] * 10 + result[:, 1], return_counts=True)
    chance = {(a, b): weights[a] / 10 * weights[b] / (10 - weights[a]) for a in (0, 2, 3) for b in (0, 2, 3) if a != b}
    expected = [chance[divmod(pair, 10)] * 30_000 for pair in pairs.tolist()]
    assert stats.chisquare(seen, expected).pvalue > 1e-4


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_nothing_to_draw(value):
    result = np.zeros((3, 2), dtype=np.int64)
    empty_urns(weights_of(*[value] * 16), aligned((16,)), aligned((16,)), new_state(), result)
    assert (result == -1).all()
