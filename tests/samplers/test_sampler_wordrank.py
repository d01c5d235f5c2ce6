import math

import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive.ranking import wordrank
from naive.search import Search
from scipy import stats

from wordneg.objectives import OBJECTIVES
from wordneg.samplers import WordRank


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"alpha": 3.0, "margin": 0.2},
        {"hard_fraction": 0.5},
        {"candidates": 7, "exponent": 0.0},
        {"avoid_window": True},
    ],
)
def test_draws_what_its_twin_draws(changes):
    vocabulary, weights = zipf(200), random_weights(200)
    sampler = WordRank(**changes)
    drawing = Drawing(sampler, vocabulary, weights, seed=4)
    twin = Search.of(sampler, drawing.state.search.table, weights.outputs, seed=4)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        expected, weight = wordrank(twin, query, positive, context, 5, 200, alpha=sampler.alpha, margin=sampler.margin)
        assert negatives[0].tolist() == expected, f"block {block}"
        assert pulls[0] == pytest.approx(weight, rel=1e-5)


def test_estimates_the_sum_of_hinges():
    vocabulary, weights = zipf(60), random_weights(60)
    sampler = WordRank(candidates=64, exponent=0.0)
    drawing = Drawing(sampler, vocabulary, weights)
    for positive in (0, 30, 50):
        query = weights.inputs[positive]
        _, pulls = drawing.blocks(positive, query=query, count=4000)
        estimates = sampler.alpha * (1 / (pulls.astype(float) * math.log(2)) - 1)
        scores = weights.outputs @ query
        hinges = np.delete(np.maximum(0, 1 + scores - scores[positive]), positive)
        assert estimates.mean() == pytest.approx(hinges.sum(), rel=0.03)


def test_weight_is_the_derivative_of_the_loss():
    # d/dx log₂(1 + x / α), times α
    vocabulary, weights = zipf(50), random_weights(50, scale=0.0)
    alpha, step = 7.0, 1e-6
    x = 50 * 1.0  # every hinge is τ = 1
    expected = alpha * (math.log2(1 + (x + step) / alpha) - math.log2(1 + (x - step) / alpha)) / (2 * step)
    _, pulls = Drawing(WordRank(alpha=alpha), vocabulary, weights, seed=3).blocks(49, count=100)
    assert pulls.min() == pytest.approx(expected, rel=1e-5)  # where the positive is not among the candidates


def test_weight_falls_with_the_rank():
    vocabulary, weights = zipf(200), random_weights(200)
    order = np.argsort(weights.outputs @ weights.inputs[0])
    drawing = Drawing(WordRank(alpha=100.0), vocabulary, weights)
    pulls = [drawing.blocks(int(positive), count=200)[1].mean() for positive in order[[10, 100, 180]]]
    assert pulls == sorted(pulls)


def test_a_positive_that_no_candidate_beats_has_the_largest_weight():
    vocabulary, weights = zipf(200), random_weights(200)
    positive = int(np.argmax(weights.outputs @ weights.inputs[0]))
    weights.outputs[positive] *= 10
    _, pulls = Drawing(WordRank(), vocabulary, weights).blocks(positive, count=100)
    np.testing.assert_allclose(pulls, 1 / math.log(2), rtol=1e-6)


def test_negatives_have_the_distribution_of_the_candidates():
    vocabulary, weights = zipf(40), random_weights(40)
    drawing = Drawing(WordRank(exponent=0.5, candidates=4), vocabulary, weights, negative=1)
    negatives, _ = drawing.blocks(7, count=20_000)  # a quarter of the pool is new, so each is drawn but once
    expected = np.delete(vocabulary.counts**0.5, 7)
    seen = np.delete(np.bincount(negatives.ravel(), minlength=40), 7)
    # but where the newest is the positive, the one before it is drawn again
    assert stats.chisquare(seen, expected / expected.sum() * seen.sum()).pvalue > 1e-4


def test_fewer_words_than_negatives():
    negatives, pulls = Drawing(WordRank(), zipf(3), random_weights(3), negative=15).blocks(1, count=50)
    assert set(negatives.ravel().tolist()) == {0, 2}
    assert (pulls > 0).all()


def test_goes_with_the_hinge_of_its_margin():
    objective = OBJECTIVES.resolve(WordRank(margin=0.5).default_objective)
    assert (objective.name, objective.margin) == ("hinge", 0.5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"alpha": 0}, "alpha=0, expected a number above 0"), ({"margin": -1}, "margin=-1")],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        WordRank(**settings)
