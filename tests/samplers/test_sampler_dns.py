import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from naive.search import Search, dns
from scipy import stats

from wordneg.samplers import DNS


@pytest.mark.parametrize("softness", [0.0, 0.2])
@pytest.mark.parametrize("changes", [{}, {"hard_fraction": 0.5}, {"candidates": 7}, {"avoid_window": True}])
def test_draws_what_its_twin_draws(changes, softness):
    vocabulary, weights = zipf(200), random_weights(200)
    sampler = DNS(softness=softness, **{"hard_fraction": 1.0} | changes)
    drawing = Drawing(sampler, vocabulary, weights, seed=4)
    twin = Search.of(sampler, drawing.state.search.table, weights.outputs, seed=4)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        assert negatives[0].tolist() == dns(twin, query, positive, context, 5, softness), f"block {block}"
        assert pulls[0] == 1


def test_candidates_come_by_count_to_the_power():
    vocabulary, weights = zipf(50), random_weights(50)
    drawing = Drawing(DNS(candidates=64, exponent=0.5), vocabulary, weights)
    seen = np.zeros(50)
    for _ in range(400):
        drawing.blocks(0, count=4)  # by then the whole pool is new
        seen += np.bincount(drawing.scratch.words[:64], minlength=50)
    expected = vocabulary.counts**0.5
    assert stats.chisquare(seen, expected / expected.sum() * seen.sum()).pvalue > 1e-4


def test_ranks_follow_the_truncated_exponential():
    from wordneg.compiled.jit import jit
    from wordneg.samplers.dns import draw_rank

    @jit
    def fill(scale, ranks, rng, result):
        for i in range(result.size):
            result[i] = draw_rank(scale, ranks, rng)

    from wordneg.compiled.rng import new_state

    result = np.empty(50_000, dtype=np.int64)
    fill(6.4, 32, new_state(3), result)
    expected = np.exp(-np.arange(32) / 6.4)
    assert stats.chisquare(np.bincount(result, minlength=32), expected / expected.sum() * 50_000).pvalue > 1e-4


def test_schedule_of_the_share():
    sampler = DNS(hard_fraction=0.8, warm_up=1.0, ramp=2.0)
    assert [sampler.share_at(epoch) for epoch in (0, 0.9, 1, 2, 3, 9)] == pytest.approx([0, 0, 0, 0.4, 0.8, 0.8])
    vocabulary, weights = zipf(100), random_weights(100)
    drawing = Drawing(sampler, vocabulary, weights)
    drawing.blocks(0, count=100)
    assert drawing.scratch.counts.tolist() == [0, 0]
    sampler.refresh(drawing.state, weights, 5.0)
    drawing.blocks(0, count=100)
    assert drawing.scratch.counts[0] == pytest.approx(0.8 * 500, abs=50)


@pytest.mark.parametrize(("words", "softness"), [(100, 0.0), (100, 0.3), (4, 0.3)])
def test_counts_negatives_not_ranks(words, softness):
    drawing = Drawing(DNS(softness=softness, hard_fraction=1.0), zipf(words), random_weights(words))
    drawing.blocks(0, count=100)
    assert drawing.scratch.counts.sum() == 500
    assert (drawing.scratch.counts[1] > 250) == (words == 4)


def test_all_scores_equal_is_no_trouble():
    vocabulary, weights = zipf(100), random_weights(100, scale=0.0)
    negatives, _ = Drawing(DNS(hard_fraction=1.0), vocabulary, weights).blocks(5, count=200)
    assert len(set(negatives.ravel().tolist())) > 20


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"candidates": 0}, "candidates=0"),
        ({"hard_fraction": 1.5}, r"hard_fraction=1\.5"),
        ({"softness": -1}, "softness=-1"),
        ({"warm_up": float("nan")}, "warm_up=nan"),
        ({"exponent": float("inf")}, "exponent=inf"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        DNS(**settings)
