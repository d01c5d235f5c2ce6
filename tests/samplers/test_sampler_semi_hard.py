import numpy as np
import pytest
from drawing import Drawing, random_weights, vocabulary_of, zipf
from naive.band import semi_hard
from naive.search import Search

from wordneg.samplers import SemiHard
from wordneg.samplers.candidates import FALLBACK, HARD


@pytest.mark.lengthy
@pytest.mark.parametrize("pick", ["hardest", "random"])
@pytest.mark.parametrize("fallback", ["popularity", "nearest"])
@pytest.mark.parametrize("changes", [{}, {"hard_fraction": 0.5}, {"candidates": 7}, {"avoid_window": True}])
def test_draws_what_its_twin_draws(changes, fallback, pick):
    vocabulary, weights = zipf(200), random_weights(200, scale=0.5)
    sampler = SemiHard(pick=pick, fallback=fallback, **changes)
    drawing = Drawing(sampler, vocabulary, weights, seed=4)
    twin = Search.of(sampler, drawing.state.search.table, weights.outputs, seed=4)
    for block in range(60):
        positive, query, context = block % 9, weights.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        expected = semi_hard(twin, query, positive, context, 5, pick=pick, fallback=fallback)
        assert negatives[0].tolist() == expected, f"block {block}"
        assert pulls[0] == 1
    assert drawing.scratch.pool.counts.min() > 0  # both ways were taken


def line(scores):
    """Return a vocabulary and weights whose word n has the score ``scores[n]`` with every query."""
    weights = random_weights(len(scores), scale=0.0)
    weights.inputs[:, 0] = 1
    weights.outputs[:, 0] = scores
    return vocabulary_of([10] * len(scores)), weights


def draw_on_line(scores, positive, *, negative=3, count=1, **settings):
    """Return negatives from a pool that holds every word, and how often rule and fallback gave them."""
    drawing = Drawing(SemiHard(candidates=400, **settings), *line(scores), negative=negative)
    return drawing.blocks(positive, count=count)[0], drawing.scratch.pool.counts


@pytest.mark.parametrize("pick", ["hardest", "random"])
def test_none_from_outside_the_band(pick):
    scores = np.linspace(-3, 3, 61)
    negatives, counts = draw_on_line(scores, 40, pick=pick, margin=0.65, count=300)  # s_p = 1
    assert counts.tolist() == [900, 0]
    assert set(negatives.ravel()) == set(range(37, 40) if pick == "hardest" else range(34, 40))
    assert (np.diff(np.sort(negatives)) > 0).all()


def test_nearest_below_the_band_then_above_it():
    negatives, counts = draw_on_line([0, 5, -4, 7, -9, -2, -0.5], 0, negative=6, fallback="nearest")
    assert negatives[0].tolist() == [6, 5, 2, 4, 1, 3]
    assert (counts[HARD], counts[FALLBACK]) == (1, 5)


@pytest.mark.parametrize("fallback", ["popularity", "nearest"])
@pytest.mark.parametrize("score", [-50, 50])
def test_no_candidate_near_the_positive(score, fallback):
    negatives, counts = draw_on_line([0, 1, 2, 3, 4, score], 5, fallback=fallback, count=100)
    assert counts.tolist() == [0, 300]
    if fallback == "nearest":
        assert (negatives == ([4, 3, 2] if score > 0 else [0, 1, 2])).all()
    else:
        assert set(negatives.ravel()) == set(range(5))


@pytest.mark.parametrize("pick", ["hardest", "random"])
@pytest.mark.parametrize("fallback", ["popularity", "nearest"])
def test_more_negatives_than_words(fallback, pick):
    scores = [0, -0.1, -0.2, -5]
    negatives, counts = draw_on_line(scores, 0, negative=9, pick=pick, fallback=fallback, count=100)
    assert counts.tolist() == [200, 700]
    assert (np.sort(negatives[:, :2]) == [1, 2]).all()
    assert set(negatives[:, 2:].ravel()) == {1, 2, 3}


def test_all_scores_equal_is_by_popularity():
    vocabulary, weights = zipf(100), random_weights(100, scale=0.0)
    drawing = Drawing(SemiHard(), vocabulary, weights)
    negatives, _ = drawing.blocks(5, count=200)
    assert drawing.scratch.pool.counts.tolist() == [0, 1000]
    assert len(set(negatives.ravel().tolist())) > 20


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"margin": 0}, "margin=0, expected a number above 0 such as 1, or else no candidate is inside"),
        ({"margin": -1}, "margin=-1"),
        ({"pick": "first"}, "pick='first', expected 'hardest' or 'random'"),
        ({"fallback": "skip"}, "fallback='skip', expected 'popularity' or 'nearest'"),
        ({"candidates": 0}, "candidates=0"),
    ],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        SemiHard(**settings)
