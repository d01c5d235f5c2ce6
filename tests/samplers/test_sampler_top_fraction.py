import json

import naive
import numpy as np
import pytest
from drawing import Drawing, random_weights, vocabulary_of, zipf
from naive import rankings as twins
from scipy import stats

from wordneg.compiled.lanes import LANES
from wordneg.compiled.weights import initialize
from wordneg.samplers import SAMPLERS, Staged, TopFraction


def frozen(sampler, vocabulary, weights, **changes):
    """Return a drawing from pools."""
    drawing = Drawing(sampler, vocabulary, weights, **changes)
    drawing.follow(9.0)
    return drawing


class TestPools:
    @pytest.mark.parametrize("changes", [{}, {"fraction": 0.05}, {"centers": "outputs"}, {"fraction": 1.0}])
    def test_hold_what_the_twin_finds(self, changes):
        vocabulary, weights = zipf(300), random_weights(300)
        sampler = TopFraction(pool=20, **changes)
        state = frozen(sampler, vocabulary, weights).state
        centers = weights.outputs if sampler.centers == "outputs" else weights.inputs
        drawn = int(np.ceil(20 / sampler.fraction / LANES)) * LANES
        for center in (0, 1, 200, 255, 256, 299):
            block = center // 256 * 256
            pool = twins.pool_of(center, block, state.schedule.table, drawn, 20, centers, weights.outputs)
            assert sorted(state.pools[center].tolist()) == sorted(pool)

    @pytest.mark.parametrize("fraction", [0.05, 0.2, 0.4])
    def test_lie_in_the_top_fraction_of_draws_by_popularity(self, fraction):
        """Against the exact scores of all words: the chance of drawing a word that scores as high, or higher."""
        words, size = 2000, 256
        vocabulary, weights = zipf(words), random_weights(words)
        pools = frozen(TopFraction(fraction=fraction, pool=size), vocabulary, weights).state.pools
        popularity = vocabulary.counts**0.75 / (vocabulary.counts**0.75).sum()
        shares = []
        for center in range(0, words, 7):
            scores = weights.outputs @ weights.inputs[center]
            order = np.argsort(-scores)
            above = np.empty(words)
            above[order] = np.cumsum(popularity[order]) - popularity[order]
            shares.append(above[pools[center]].max())
        error = np.sqrt(fraction * (1 - fraction) / (size / fraction))  # of the threshold, which is a sample's
        assert np.max(shares) < fraction + 5 * error
        assert np.mean(shares) == pytest.approx(fraction, abs=0.05)

    def test_hold_words_as_often_as_popularity_draws_them(self):
        """The first two words are in the top half wholly, the third fills it, the fourth is outside."""
        vocabulary, weights = vocabulary_of([400, 800, 800, 1200, 10]), initialize(5, 1, 1)
        weights.inputs[:, 0] = 1.0
        weights.outputs[:5, 0] = 3.0, 2.9, 2.8, -1.0, -2.0
        sampler = TopFraction(pool=1024, fraction=0.5, exponent=1.0)
        pool = frozen(sampler, vocabulary, weights).state.pools[4]
        counts = np.bincount(pool, minlength=5)
        assert counts[3:].sum() == 0
        assert stats.chisquare(counts[:2], np.array([1, 2]) / 3 * counts[:2].sum()).pvalue > 1e-4
        assert counts[:2].sum() == pytest.approx(2048 * 1200 / 3210, abs=120)

    def test_never_hold_the_center_where_there_are_others(self):
        pools = frozen(TopFraction(), zipf(100), random_weights(100)).state.pools
        assert not (pools == np.arange(100)[:, None]).any()

    def test_take_frozen_weights_of_another_size(self):
        vocabulary, weights = zipf(100), random_weights(100, 50)
        sampler = TopFraction(pool=8)
        state = sampler.prepare(vocabulary, initialize(100, 10, 1))
        sampler.freeze(state, weights)
        np.testing.assert_array_equal(state.pools, frozen(sampler, vocabulary, weights).state.pools)


@pytest.mark.parametrize("changes", [{"hard_fraction": 1.0}, {}, {"avoid_window": True}])
def test_draws_what_its_twin_draws(changes):
    vocabulary, weights = zipf(200), random_weights(200)
    drawing = frozen(TopFraction(pool=32, **changes), vocabulary, weights, seed=4)
    state, rng = drawing.state, naive.SplitMix64(4)
    for block in range(60):
        positive, context = block % 9, [1, 3, block]
        negatives, pulls = drawing.blocks(positive, context=context)
        avoided = context if "avoid_window" in changes else ()
        pool, share = state.pools[positive].tolist(), changes.get("hard_fraction", 0.5)
        expected = twins.draw_from_pool(pool, state.schedule.table, rng, positive, avoided, 5, share)
        assert negatives[0].tolist() == expected, f"block {block}"
        assert pulls[0] == 1


def test_draws_by_popularity_until_something_is_frozen():
    vocabulary = zipf(100)
    drawing = Drawing(TopFraction(), vocabulary, random_weights(100))
    seen = np.bincount(drawing.blocks(0, count=4000)[0].ravel(), minlength=100)[1:]
    expected = vocabulary.counts[1:] ** 0.75
    assert stats.chisquare(seen, expected / expected.sum() * seen.sum()).pvalue > 1e-4


@pytest.mark.parametrize("counts", [[5, 3], [10**5, 1], [4, 4, 4]])
@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_small_vocabularies_and_equal_scores(counts, scale):
    """The second: hardly ever is there another word among those drawn, so the pool holds the center."""
    drawing = frozen(TopFraction(), vocabulary_of(counts), random_weights(len(counts), scale=scale), negative=9)
    for positive in range(len(counts)):
        negatives, _ = drawing.blocks(positive, count=50)
        assert not (negatives == positive).any()
        assert negatives.min() >= 0
        assert negatives.max() < len(counts)


def test_can_be_described_and_made_again(tmp_path):
    sampler = TopFraction(first_stage={"name": "unigram", "exponent": 1.0}, model=tmp_path / "first.model")
    assert isinstance(sampler, Staged)
    described = json.loads(json.dumps(SAMPLERS.describe(sampler)))
    assert SAMPLERS.resolve(described) == sampler


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"fraction": 0}, ValueError, "fraction=0"),
        ({"fraction": 1.5}, ValueError, r"fraction=1\.5"),
        ({"pool": 0}, ValueError, "pool=0"),
        ({"centers": "contexts"}, ValueError, "'inputs' or 'outputs'"),
        ({"first_stage_epochs": 0}, ValueError, "first_stage_epochs=0"),
        ({"first_stage": TopFraction}, TypeError, "name of a sampler"),
    ],
)
def test_bad_settings(settings, error, message):
    with pytest.raises(error, match=message):
        TopFraction(**settings)
