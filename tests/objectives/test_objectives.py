"""One contract for every registered objective: its slopes are the derivative of its loss, and its twin agrees."""

from functools import partial

import numpy as np
import pytest
from naive.objectives import losses, slopes
from scoring import loss_of, slopes_of

from wordneg.objectives import OBJECTIVES, Objective

SETTINGS = {  # besides the defaults; what the twins are not told of does not change slopes or loss
    "logistic": [],
    "softmax": [{"temperature": 0.3}, {"temperature": 2.0}],
    "hinge": [{"margin": 0.2}, {"margin": 3.0}, {"margin": 0.0}],
    "self-adversarial": [{"alpha": 0.5}, {"alpha": 3.0}, {"alpha": 0.0}],
    "debiased": [{"tau_plus": 0.0}, {"tau_plus": 0.3, "temperature": 0.5}, {"temperature": 2.0}],
    "hardness": [{"beta": 0.5}, {"beta": 2.0, "tau_plus": 0.0}, {"beta": 1.3, "tau_plus": 0.3, "temperature": 0.5}],
}
HELD = {"self-adversarial"}  # the weights of the negatives are constants in its slopes
CASES = [(name, changes) for name in OBJECTIVES.names() for changes in ({}, *SETTINGS.get(name, []))]
WEIGHT = 1.5

every_case = pytest.mark.parametrize(
    ("name", "changes"), CASES, ids=[f"{name}-{'-'.join(map(str, c.values()))}" for name, c in CASES]
)


def test_every_objective_has_a_twin_and_cases():
    assert set(OBJECTIVES.names()) == set(losses) == set(slopes) == set(SETTINGS)


def random_scores(rows, negative):
    return np.random.default_rng(negative).normal(size=(rows, negative + 1)).astype(np.float32) * 2


@every_case
class TestContract:
    def test_has_what_an_objective_has(self, name, changes):
        objective = OBJECTIVES.resolve({"name": name, **changes})
        assert isinstance(objective, Objective)
        assert objective.name == name
        assert "References" in type(objective).__doc__
        assert OBJECTIVES.describe(objective).items() >= {"name": name, **changes}.items()

    @pytest.mark.lengthy
    @pytest.mark.parametrize("negative", [1, 5, 15])
    def test_slopes_are_the_negated_derivative_of_the_loss(self, name, changes, negative):
        objective = OBJECTIVES.resolve({"name": name, **changes})
        scores, step = random_scores(3, negative), 2e-3
        found = slopes_of(objective, scores, WEIGHT)
        for row in range(3):
            loss = partial(loss_of, objective)
            if name in HELD:
                loss = partial(losses[name], **changes, held=scores[row].astype(float))
                assert loss_of(objective, scores[row], WEIGHT) == pytest.approx(loss(scores[row], WEIGHT), rel=1e-5)
            for column in range(negative + 1):
                moved = np.array([scores[row], scores[row]])
                moved[0, column] += step
                moved[1, column] -= step
                rise = loss(moved[0], WEIGHT) - loss(moved[1], WEIGHT)
                width = float(moved[0, column]) - float(moved[1, column])
                assert found[row, column] == pytest.approx(-rise / width, rel=2e-3, abs=2e-3)

    @pytest.mark.parametrize("rows", [1, 2, 9, 40])
    def test_agrees_with_its_twin(self, name, changes, rows):
        objective = OBJECTIVES.resolve({"name": name, **changes})
        for negative in (1, 5, 15, 16, 40):
            scores = random_scores(rows, negative)
            expected = [slopes[name](row, WEIGHT, **changes) for row in scores.astype(float)]
            np.testing.assert_allclose(slopes_of(objective, scores, WEIGHT), expected, atol=2e-5, rtol=2e-5)
            expected = [losses[name](row, WEIGHT, **changes) for row in scores.astype(float)]
            np.testing.assert_allclose([loss_of(objective, row, WEIGHT) for row in scores], expected, rtol=1e-5)

    def test_extreme_scores_stay_finite(self, name, changes):
        objective = OBJECTIVES.resolve({"name": name, **changes})
        large = 1e4
        rows = [[large, -large, large, 0], [-large, large, -large, 0], [large] * 4, [-large] * 4]
        rows += [[large, -large, -large, -large], [-large, -large, -large, -large + 1], [90, 1, 2, 3], [1, 90, 91, 3]]
        assert np.isfinite(slopes_of(objective, rows)).all()
        assert np.isfinite([loss_of(objective, row) for row in rows]).all()

    def test_nan_stays_visible(self, name, changes):
        objective = OBJECTIVES.resolve({"name": name, **changes})
        for column in range(3):
            row = np.array([0.5, 0.3, 0.1])
            row[column] = np.nan
            assert np.isnan(loss_of(objective, row))

    def test_learns_from_the_starting_point(self, name, changes):
        """All scores are zero: the positive is pulled, each negative pushed alike."""
        if changes == {"margin": 0.0}:
            pytest.skip("without a margin equal scores are right already")
        found = slopes_of(OBJECTIVES.resolve({"name": name, **changes}), np.zeros((2, 6)))
        assert (found[:, 0] > 0).all()
        assert (found[:, 1:] < 0).all()
        np.testing.assert_allclose(found[:, 1:], found[0, 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"name": "softmax", "temperature": 0}, "got temperature=0, expected"),
        ({"name": "softmax", "corrected": "yes"}, "got corrected='yes', expected"),
        ({"name": "softmax", "cosine": 2}, "got cosine=2, expected"),
        ({"name": "hinge", "margin": -1}, "got margin=-1, expected"),
        ({"name": "self-adversarial", "alpha": float("nan")}, "got alpha=nan, expected"),
        ({"name": "debiased", "tau_plus": 1}, "got tau_plus=1, expected"),
        ({"name": "hardness", "beta": 0}, "got beta=0, expected"),
        ({"name": "hardness", "tau_plus": -0.1}, r"got tau_plus=-0\.1, expected"),
    ],
)
def test_bad_settings(choice, message):
    with pytest.raises(ValueError, match=message):
        OBJECTIVES.resolve(choice)


def test_logistic_saturates_truly():
    """A negative far above the positive is pushed away with all force; gensim would skip it at a score of 6."""
    found = slopes_of(OBJECTIVES.resolve("logistic"), [[-9.0, 9.0, -9.0]])[0]
    assert found[0] == pytest.approx(1, abs=2e-4)
    assert found[1] == pytest.approx(-1, abs=2e-4)
    assert found[2] == pytest.approx(0, abs=2e-4)
