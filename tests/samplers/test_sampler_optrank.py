import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive.ranking import exact_rank, optrank_batch, optrank_sequential, rank_weight
from naive.search import Search

from wordneg.objectives import OBJECTIVES
from wordneg.samplers import OptRank
from wordneg.samplers.tables import table_probabilities

METHODS = {"batch": optrank_batch, "sequential": optrank_sequential}


@pytest.mark.lengthy
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"eps": 0.0},  # the positives of a random model have many violators anyway
        {"eps": 2.0, "hard_fraction": 0.5},
        {"candidates": 7, "trials": 3},
        {"avoid_window": True},
        {"phi": 5.0, "least_weight": 2.0},
        {"uniform_rank": True, "exponent": 1.0},
    ],
)
def test_draws_what_its_twin_draws(method, changes):
    vocabulary, weights = zipf(200), random_weights(200)
    sampler = OptRank(method=method, **changes)
    drawing = Drawing(sampler, vocabulary, weights, seed=4)
    table = drawing.state.search.table
    twin = Search.of(sampler, table, weights.outputs, seed=4)
    settings = {"eps": sampler.eps, "phi": sampler.phi, "least": sampler.least_weight}
    if sampler.uniform_rank:
        settings["counts_as"] = 1 / (200 * table_probabilities(table))
    if method == "sequential":
        settings["trials"] = sampler.trials
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        expected, weight = METHODS[method](twin, query, positive, context, 5, 200, **settings)
        assert negatives[0].tolist() == expected, f"block {block}"
        assert pulls[0] == pytest.approx(weight, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("changes", [{"exponent": 0.0}, {"exponent": 0.75, "uniform_rank": True}])
def test_estimates_the_exact_rank(method, changes):
    vocabulary, weights = zipf(60), random_weights(60)
    # with φ = 1 the weight is log₂(rank)
    sampler = OptRank(method=method, phi=1.0, least_weight=0.0, candidates=64, **changes)
    drawing = Drawing(sampler, vocabulary, weights, negative=20)
    for positive in (30, 41, 50):
        query = weights.inputs[positive]
        _, pulls = drawing.blocks(positive, query=query, count=4000)
        violators = exact_rank(weights.outputs, query, positive, 0.5) - 1
        # a search ends with a violator, and that makes a share estimated from it a little too large
        tolerance = 0.03 if method == "batch" else 0.1
        assert violators > 5
        assert (2.0**pulls).mean() == pytest.approx(violators, rel=tolerance)


def test_weight_rises_with_the_rank():
    assert rank_weight(1, 100, 0) == 0
    assert rank_weight(68_000, 100, 1) == pytest.approx(np.log2(680.99))
    vocabulary, weights = zipf(200), random_weights(200)
    order = np.argsort(weights.outputs @ weights.inputs[0])
    drawing = Drawing(OptRank(phi=1.0), vocabulary, weights)
    pulls = [drawing.blocks(int(positive), count=200)[1].mean() for positive in order[[10, 100, 180]]]
    assert pulls == sorted(pulls, reverse=True)


def test_negatives_are_not_always_the_hardest():
    vocabulary, weights = zipf(200), random_weights(200)
    scores = weights.outputs @ weights.inputs[0]
    drawing = Drawing(OptRank(candidates=64), vocabulary, weights)
    positive = int(np.argsort(scores)[100])
    negatives, _ = drawing.blocks(positive, count=400)
    violators = np.flatnonzero(scores + 0.5 > scores[positive])
    assert set(negatives.ravel().tolist()) <= set(violators.tolist()) - {positive}
    assert len(set(negatives.ravel().tolist())) > 60


@pytest.mark.parametrize("method", METHODS)
class TestDegenerate:
    def test_a_positive_that_no_candidate_beats(self, method):
        vocabulary, weights = zipf(200), random_weights(200)
        positive = int(np.argmax(weights.outputs @ weights.inputs[0]))
        weights.outputs[positive] *= 10
        drawing = Drawing(OptRank(method=method, trials=20), vocabulary, weights)
        negatives, pulls = drawing.blocks(positive, count=100)
        scores = weights.outputs @ weights.inputs[0]
        others = np.delete(scores, positive)
        assert scores[negatives].mean() > others.mean() + others.std()  # the most similar, as the way out
        assert (pulls == 1).all()  # floored
        assert drawing.scratch.pool.counts.tolist() == [0, 500]

    def test_all_scores_equal(self, method):
        drawing = Drawing(OptRank(method=method, phi=1.0), zipf(100), random_weights(100, scale=0.0))
        negatives, pulls = drawing.blocks(99, count=200)
        assert len(set(negatives.ravel().tolist())) > 20
        assert pulls.max() == pytest.approx(np.log2(100))  # every word violates

    def test_fewer_words_than_negatives(self, method):
        vocabulary, weights = zipf(3), random_weights(3)
        negatives, pulls = Drawing(OptRank(method=method), vocabulary, weights, negative=15).blocks(1, count=50)
        assert set(negatives.ravel().tolist()) == {0, 2}
        assert (pulls >= 1).all()

    def test_scores_that_are_no_numbers(self, method):
        vocabulary, weights = zipf(50), random_weights(50)
        weights.outputs[:] = np.nan
        negatives, pulls = Drawing(OptRank(method=method), vocabulary, weights).blocks(7, count=50)
        assert negatives.min() >= 0
        assert not (negatives == 7).any()
        assert np.isfinite(pulls).all()


def test_without_the_weight_it_only_chooses():
    vocabulary, weights = zipf(200), random_weights(200)
    plain, weighted = (
        Drawing(OptRank(weight_positive=switch), vocabulary, weights, seed=2).blocks(9, count=50)
        for switch in (False, True)
    )
    np.testing.assert_array_equal(plain[0], weighted[0])
    assert (plain[1] == 1).all()
    assert (weighted[1] >= 1).all()


def test_no_weight_during_the_warm_up():
    drawing = Drawing(OptRank(warm_up=1.0, phi=1.0), zipf(200), random_weights(200))
    _, pulls = drawing.blocks(3, count=50)
    assert (pulls == 1).all()


def test_goes_with_an_objective():
    objective = OBJECTIVES.resolve(OptRank.default_objective)
    assert objective.name == "logistic"
    assert objective.mean_error


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "parallel"}, "method='parallel', expected 'batch' or 'sequential'"),
        ({"eps": -1}, "eps=-1"),
        ({"phi": 0.5}, r"phi=0\.5, expected a finite number of at least 1 such as 100"),
        ({"least_weight": float("nan")}, "least_weight=nan"),
        ({"trials": 0}, "trials=0"),
        ({"uniform_rank": "no"}, "uniform_rank='no'"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        OptRank(**settings)
