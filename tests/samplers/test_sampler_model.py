import naive
import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive.search import Search
from naive.weighted import Metropolis, resampled
from scipy import stats

from wordneg.samplers import Model
from wordneg.samplers.tables import table_probabilities

SETTINGS = [
    {},
    {"hard_fraction": 1.0, "temperature": 0.5},
    {"proposal_corrected": True},
    {"avoid_window": True, "hard_fraction": 1.0},
]


def twins(settings, *, seed=4, **changes):
    """Return a drawing, its weights, and the parts of its twin."""
    vocabulary, weights = zipf(200), random_weights(200, scale=0.6)
    drawing = Drawing(Model(**settings, **changes), vocabulary, weights, seed=seed)
    state = drawing.state
    share, avoid = settings.get("hard_fraction", 0.5), settings.get("avoid_window", False)
    search = Search(state.search.table, naive.SplitMix64(seed), weights.outputs, share=share, avoid_window=avoid)
    popularity = table_probabilities(state.search.table) if settings.get("proposal_corrected") else None
    return drawing, weights, search, {"temperature": settings.get("temperature", 1.0), "popularity": popularity}


@pytest.mark.lengthy
@pytest.mark.parametrize("settings", SETTINGS)
def test_resampling_draws_what_its_twin_draws(settings):
    drawing, weights, search, options = twins(settings)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        assert negatives[0].tolist() == resampled(search, query, positive, context, 5, **options), f"block {block}"
        assert pulls[0] == 1


@pytest.mark.lengthy
@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("settings", SETTINGS)
def test_the_chain_draws_what_its_twin_draws(settings, steps):
    drawing, weights, search, options = twins(settings, method="metropolis", steps=steps)
    twin = Metropolis(search, steps=steps, **options)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        assert negatives[0].tolist() == twin(query, positive, context, 5), f"block {block}"
        assert pulls[0] == 1


@pytest.mark.parametrize("temperature", [1.0, 2.0])
@pytest.mark.parametrize("proposal_corrected", [False, True])
@pytest.mark.parametrize("method", ["resample", "metropolis"])
def test_follows_the_stated_distribution(method, proposal_corrected, temperature):
    vocabulary, weights = zipf(12), random_weights(12, scale=0.4)
    sampler = Model(
        method=method,
        proposal_corrected=proposal_corrected,
        temperature=temperature,
        hard_fraction=1.0,
        candidates=2048,
        steps=40,
    )
    positive, query, context = 2, weights.inputs[7], [4]
    negatives, _ = Drawing(sampler, vocabulary, weights).blocks(positive, query=query, context=context, count=3000)
    expected = np.exp(weights.outputs.astype(np.float64) @ query / temperature)
    if not proposal_corrected:
        expected *= vocabulary.counts**0.75
    rest = np.arange(12) != positive
    seen = np.bincount(negatives.ravel(), minlength=12)
    assert seen[positive] == 0
    assert stats.chisquare(seen[rest], expected[rest] / expected[rest].sum() * seen.sum()).pvalue > 1e-4


def test_half_of_the_negatives_are_by_popularity():
    vocabulary, weights = zipf(30), random_weights(30)
    drawing = Drawing(Model(temperature=0.001), vocabulary, weights)
    negatives, _ = drawing.blocks(0, count=2000)
    assert drawing.scratch.pool.counts[0] == pytest.approx(5000, abs=150)
    popular = negatives[:, 3:]  # of five, two or three are by the model
    expected = vocabulary.counts[1:] ** 0.75
    seen = np.bincount(popular.ravel(), minlength=30)[1:]
    assert stats.chisquare(seen, expected / expected.sum() * seen.sum()).pvalue > 1e-4


def test_a_chain_stays_where_its_block_left_it():
    vocabulary, weights = zipf(50), random_weights(50, scale=0.0)
    weights.inputs[:, 0], weights.outputs[17, 0] = 1, 100
    drawing = Drawing(Model(method="metropolis", steps=200, hard_fraction=1.0), vocabulary, weights)
    drawing.blocks(3)
    assert drawing.state.chains[3] == 17
    assert (np.delete(drawing.state.chains, 3) == -1).all()
    negatives, _ = drawing.blocks(3, count=20)
    assert (negatives == 17).all()


@pytest.mark.parametrize("method", ["resample", "metropolis"])
class TestDegenerate:
    def test_two_words_and_many_negatives(self, method):
        drawing = Drawing(Model(method=method, steps=3), zipf(2), random_weights(2), negative=20)
        for positive in (0, 1):
            assert (drawing.blocks(positive, count=50)[0] == 1 - positive).all()

    def test_all_scores_equal_is_popularity(self, method):
        vocabulary, weights = zipf(20), random_weights(20, scale=0.0)
        sampler = Model(method=method, hard_fraction=1.0, candidates=1024)
        seen = np.bincount(Drawing(sampler, vocabulary, weights).blocks(0, count=2000)[0].ravel(), minlength=20)[1:]
        expected = vocabulary.counts[1:] ** 0.75
        assert stats.chisquare(seen, expected / expected.sum() * seen.sum()).pvalue > 1e-4

    def test_extreme_scores(self, method):
        vocabulary, weights = zipf(20), random_weights(20, scale=0.0)
        weights.inputs[:, 0], weights.outputs[:, 0] = 1e3, np.linspace(-1e3, 1e3, 20)
        negatives, _ = Drawing(Model(method=method), vocabulary, weights).blocks(19, count=50)
        assert 0 <= negatives.min() <= negatives.max() < 19

    def test_not_a_number_is_no_trouble(self, method):
        vocabulary, weights = zipf(20), random_weights(20)
        weights.outputs[:] = np.nan
        negatives, _ = Drawing(Model(method=method), vocabulary, weights).blocks(0, count=50)
        assert negatives.min() > 0
        assert negatives.max() < 20

    def test_no_word_of_the_window(self, method):
        vocabulary, weights = zipf(20), random_weights(20)
        drawing = Drawing(Model(method=method, avoid_window=True), vocabulary, weights)
        for first in range(1, 8):
            context = np.arange(first, first + 8)
            assert not np.isin(drawing.blocks(0, context=context, count=50)[0], context).any()


def test_a_pool_without_a_word_that_may_be_drawn():
    drawing = Drawing(Model(candidates=1, hard_fraction=1.0), zipf(2), random_weights(2))
    negatives, _ = drawing.blocks(0, count=200)
    assert (negatives == 1).all()
    assert drawing.scratch.pool.counts.min() > 0
    assert drawing.scratch.pool.counts.sum() == 1000


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "gibbs"}, "method='gibbs', expected 'resample' or 'metropolis'"),
        ({"temperature": 0}, "temperature=0, expected a number above 0"),
        ({"temperature": -1}, "temperature=-1"),
        ({"proposal_corrected": 2}, "proposal_corrected=2"),
        ({"steps": 0}, "steps=0"),
        ({"hard_fraction": 1.5}, r"hard_fraction=1\.5"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        Model(**settings)
