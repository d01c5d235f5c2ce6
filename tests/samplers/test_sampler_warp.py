import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive.ranking import WEIGHTINGS, harmonic, warp
from naive.search import Search

from wordneg.objectives import OBJECTIVES
from wordneg.samplers import WARP


@pytest.mark.lengthy
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize(
    "changes",
    [{}, {"margin": 0.0}, {"hard_fraction": 0.5}, {"candidates": 7, "exponent": 0.0}, {"avoid_window": True}],
)
def test_draws_what_its_twin_draws(changes, weighting):
    vocabulary, weights = zipf(200), random_weights(200)
    sampler = WARP(weighting=weighting, **changes)
    drawing = Drawing(sampler, vocabulary, weights, seed=4)
    twin = Search.of(sampler, drawing.state.search.table, weights.outputs, seed=4)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        expected, weight = warp(
            twin, query, positive, context, 5, 200, margin=sampler.margin, weighting=sampler.weighting
        )
        assert negatives[0].tolist() == expected, f"block {block}"
        assert pulls[0] == pytest.approx(weight, rel=1e-6)


def test_weights_of_ranks():
    weights = WARP(weighting="harmonic", candidates=4).weights_of(11)
    np.testing.assert_allclose(weights, [0, harmonic(10), harmonic(5), harmonic(3), harmonic(2)], rtol=1e-6)
    weights = WARP(weighting="log", candidates=64).weights_of(1_000_000)
    assert weights.max() == 10  # LightFM's cap
    weights = WARP(candidates=64).weights_of(1000)
    assert weights[1] == 1
    assert (np.diff(weights[1:]) <= 0).all()


def test_mean_number_of_trials_is_that_of_the_violators():
    # if v of V − 1 words violate, uniform trials until the first are geometric: (V − 1) / v on average
    vocabulary, weights = zipf(60), random_weights(60)
    positive, query = 30, weights.inputs[30]
    scores = weights.outputs @ query
    violators = int((scores > scores[positive] - 1).sum()) - 1
    drawing = Drawing(WARP(weighting="harmonic", exponent=0.0, candidates=512), vocabulary, weights)
    _, pulls = drawing.blocks(positive, query=query, count=4000)
    chances = (1 - violators / 59) ** np.arange(512) * violators / 59
    expected = sum(chance * harmonic(59 // trials) for trials, chance in enumerate(chances, start=1))
    assert 5 < violators < 55
    assert pulls.mean() == pytest.approx(expected, rel=0.03)


def test_leaves_a_pair_alone_that_nothing_violates():
    vocabulary, weights = zipf(200), random_weights(200)
    positive = int(np.argmax(weights.outputs @ weights.inputs[0]))
    weights.outputs[positive] *= 10
    drawing = Drawing(WARP(), vocabulary, weights)
    negatives, pulls = drawing.blocks(positive, count=100)
    assert (pulls == 0).all()
    assert not (negatives == positive).any()
    assert drawing.scratch.pool.counts.tolist() == [0, 500]


def test_all_scores_equal_is_no_trouble():
    negatives, pulls = Drawing(WARP(), zipf(100), random_weights(100, scale=0.0)).blocks(5, count=200)
    assert len(set(negatives.ravel().tolist())) > 20
    # the first candidate is a violator, unless it is the positive and does not count
    assert (pulls == 1).all()


def test_fewer_words_than_negatives():
    negatives, pulls = Drawing(WARP(), zipf(2), random_weights(2), negative=15).blocks(1, count=50)
    assert (negatives == 0).all()
    assert np.isfinite(pulls).all()


def test_goes_with_the_hinge_of_its_margin():
    objective = OBJECTIVES.resolve(WARP(margin=0.5).default_objective)
    assert (objective.name, objective.margin, objective.mean_error) == ("hinge", 0.5, True)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"margin": -1}, "margin=-1"),
        ({"weighting": "linear"}, "weighting='linear', expected 'harmonic' or 'log' or 'normalized'"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        WARP(**settings)
