import numpy as np
import pytest
from drawing import Drawing, random_weights, vocabulary_of, zipf
from naive.search import Search
from naive.weighted import tri

from wordneg.samplers import Tri


@pytest.mark.lengthy
@pytest.mark.parametrize("weights", ["both", "boundary", "triangle"])
@pytest.mark.parametrize("changes", [{}, {"hard_fraction": 0.5}, {"candidates": 7}, {"avoid_window": True}])
def test_draws_what_its_twin_draws(changes, weights):
    vocabulary, rows = zipf(200), random_weights(200, scale=0.5)
    sampler = Tri(weights=weights, **changes)
    drawing = Drawing(sampler, vocabulary, rows, seed=4)
    twin = Search.of(sampler, drawing.state.search.table, rows.outputs, seed=4)
    for block in range(60):
        positive, query, context = block % 9, rows.inputs[block], [1, 3, block]
        negatives, pulls = drawing.blocks(positive, query=query, context=context)
        assert negatives[0].tolist() == tri(twin, query, positive, context, 5, weights), f"block {block}"
        assert pulls[0] == 1


def in_the_plane(*outputs):
    """Return a vocabulary and weights with these output rows, where the query is (1, 0)."""
    rows = random_weights(len(outputs), scale=0.0)
    rows.inputs[:, 0] = 1
    rows.outputs[:, :2] = outputs
    return vocabulary_of([10] * len(outputs)), rows


def test_triangle_is_on_the_positives_side():
    # the positive is at 90° from the query: only words that are nearer to it than to the query may come
    vocabulary, rows = in_the_plane((0, 3), (2, 1), (1, 2), (1, 0), (-1, -2), (-2, -1))
    drawing = Drawing(Tri(weights="triangle", candidates=64), vocabulary, rows, negative=1)
    negatives, _ = drawing.blocks(0, count=2000)
    # cos(u_p, u_n) − cos(q, u_n), in units of 1/√5: for (1, 2) 2 − 1, for (−2, −1) −1 + 2
    assert set(negatives.ravel()) == {2, 5}
    assert drawing.scratch.pool.counts.tolist() == [2000, 0]


def test_boundary_prefers_scores_like_the_positives():
    vocabulary, rows = in_the_plane((2, 3), (2, 1), (4, 0), (-8, 0), (60, 0))
    drawing = Drawing(Tri(weights="boundary", candidates=1024), vocabulary, rows, negative=1)
    seen = np.bincount(drawing.blocks(0, count=4000)[0].ravel(), minlength=5) / 4000
    np.testing.assert_allclose(seen, np.array([0, 1, np.exp(-1), 0, 0]) / (1 + np.exp(-1)), atol=0.05)


def test_norms_follow_the_rows():
    vocabulary, rows = zipf(50), random_weights(50)
    drawing = Drawing(Tri(candidates=10), vocabulary, rows)
    for block in range(30):
        rows.outputs[:, :20] *= 1.01
        drawing.blocks(block)
        fresh = 1 / np.linalg.norm(rows.outputs[drawing.scratch.pool.words[:10]], axis=1)
        ratio = drawing.scratch.inverse_norms[:10] / fresh
        assert ratio.min() > 0.9999
        assert ratio.max() < 1.01**4


@pytest.mark.parametrize("weights", ["both", "boundary", "triangle"])
class TestDegenerate:
    def test_zero_rows_are_no_trouble(self, weights):
        drawing = Drawing(Tri(weights=weights), zipf(100), random_weights(100, scale=0.0))
        negatives, _ = drawing.blocks(5, count=200)
        assert drawing.scratch.pool.counts.tolist() == ([1000, 0] if weights == "boundary" else [0, 1000])
        assert len(set(negatives.ravel().tolist())) > 20

    def test_more_negatives_than_words(self, weights):
        drawing = Drawing(Tri(weights=weights, candidates=64), zipf(4), random_weights(4), negative=9)
        negatives, _ = drawing.blocks(2, count=50)
        hard = drawing.scratch.pool.counts[0] // 50
        assert drawing.scratch.pool.counts.sum() == 450
        assert hard <= 3
        for row in negatives[:, :hard]:
            assert len(set(row)) == hard

    def test_a_positive_that_no_candidate_beats(self, weights):
        vocabulary, rows = zipf(100), random_weights(100)
        rows.outputs[0] = 100 * rows.inputs[0]
        drawing = Drawing(Tri(weights=weights), vocabulary, rows)
        drawing.blocks(0, count=100)
        if weights != "triangle":  # exp(−(s_n − s_p)² / 4) is 0
            assert drawing.scratch.pool.counts.tolist() == [0, 500]

    def test_not_a_number_is_not_drawn_by(self, weights):
        vocabulary, rows = zipf(100), random_weights(100)
        rows.outputs[:] = np.nan
        drawing = Drawing(Tri(weights=weights), vocabulary, rows)
        negatives, _ = drawing.blocks(0, count=10)
        assert negatives.min() > 0
        assert drawing.scratch.pool.counts.tolist() == [0, 50]


def test_bad_weights():
    with pytest.raises(ValueError, match="weights='angle', expected 'both' or 'boundary' or 'triangle'"):
        Tri(weights="angle")
