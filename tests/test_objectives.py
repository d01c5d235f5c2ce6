"""One contract for every registered objective: its slopes are the derivative of its loss."""

import naive
import numpy as np
import pytest

from wordneg.objectives import OBJECTIVES, Objective
from wordneg.simd import LANES, address_of, jit, matrix_at
from wordneg.weights import aligned


def compiled(objective):
    slopes_of, loss_of = objective.slopes, objective.loss

    @jit
    def slopes(state, memory, rows, columns, weight, result):
        slopes_of(
            state,
            matrix_at(address_of(memory), rows, columns),
            weight,
            matrix_at(address_of(result), rows, columns),
        )

    @jit
    def loss(state, scores, weight):
        return loss_of(state, scores, weight)

    return slopes, loss


def slopes_of(objective, scores, weight=1.0):
    scores = np.asarray(scores, dtype=np.float32)
    memory, result = aligned((scores.size + LANES,)), aligned((scores.size + LANES,))
    memory[: scores.size] = scores.ravel()
    compiled(objective)[0](objective.prepare(), memory, *scores.shape, np.float32(weight), result)
    return result[: scores.size].reshape(scores.shape).astype(float)


def loss_of(objective, row, weight=1.0):
    return compiled(objective)[1](objective.prepare(), np.asarray(row, dtype=np.float32), np.float32(weight))


@pytest.mark.parametrize("name", OBJECTIVES.names())
class TestContract:
    def test_has_what_an_objective_has(self, name):
        objective = OBJECTIVES.resolve(name)
        assert isinstance(objective, Objective)
        assert objective.name == name
        assert type(objective).__doc__

    @pytest.mark.parametrize("negative", [1, 5, 15])
    def test_slopes_are_the_negated_derivative_of_the_loss(self, name, negative):
        objective = OBJECTIVES.resolve(name)
        scores = np.random.default_rng(negative).normal(size=(3, negative + 1)) * 2
        slopes = slopes_of(objective, scores, weight=1.5)
        _, loss = compiled(objective)
        state, step = objective.prepare(), 0.01
        for row in range(3):
            for column in range(negative + 1):
                moved = np.array([scores[row], scores[row]], dtype=np.float32)
                moved[0, column] += step
                moved[1, column] -= step
                rise = loss(state, moved[0], np.float32(1.5)) - loss(state, moved[1], np.float32(1.5))
                width = float(moved[0, column]) - float(moved[1, column])
                assert slopes[row, column] == pytest.approx(-rise / width, abs=2e-3)

    def test_extreme_scores_stay_finite(self, name):
        objective = OBJECTIVES.resolve(name)
        scores = np.array([[1e4, -1e4, 1e4, 0], [-1e4, 1e4, -1e4, 0]])
        assert np.isfinite(slopes_of(objective, scores)).all()
        assert np.isfinite([loss_of(objective, row) for row in scores]).all()

    def test_nan_stays_visible(self, name):
        assert np.isnan(loss_of(OBJECTIVES.resolve(name), [0.5, np.nan, 0.1]))


def test_logistic_against_its_twin():
    scores = np.random.default_rng(0).normal(size=(7, 6)) * 4
    objective = OBJECTIVES.resolve("logistic")
    np.testing.assert_allclose(slopes_of(objective, scores, 2.0), naive.logistic_slopes(scores, 2.0), atol=1e-5)
    total = sum(loss_of(objective, row, 2.0) for row in scores)
    assert total == pytest.approx(naive.logistic_loss(scores, 2.0), rel=1e-5)


def test_logistic_saturates_truly():
    """A negative far above the positive is pushed away with all force; gensim would skip it at a score of 6."""
    slopes = slopes_of(OBJECTIVES.resolve("logistic"), [[-9.0, 9.0, -9.0]])[0]
    assert slopes[0] == pytest.approx(1, abs=2e-4)
    assert slopes[1] == pytest.approx(-1, abs=2e-4)
    assert slopes[2] == pytest.approx(0, abs=2e-4)
