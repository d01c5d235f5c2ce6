import itertools
import math

import numpy as np
import pytest

from wordneg.evaluation import count_above, hit_rate, ndcg


def naive(scores, right, excluded, k):
    """Return hit rate and NDCG as means over all orders of candidates of equal score, with the formula of DCG."""
    hits, gains = [], []
    candidates = [place for place in range(len(scores)) if place != excluded]
    for order in itertools.permutations(candidates):
        ranked = sorted(order, key=lambda place: -scores[place])  # keeps the order of equals
        gain = sum(1 / math.log2(rank + 1) for rank, place in enumerate(ranked[:k], start=1) if place == right)
        hits.append(right in ranked[:k])
        gains.append(gain)
    return np.mean(hits), np.mean(gains)


@pytest.mark.parametrize("k", [1, 2, 3, 10])
@pytest.mark.parametrize("with_excluded", [False, True])
def test_a_full_ranking_with_ties_is_the_mean_over_their_orders(k, with_excluded):
    rng = np.random.default_rng(k)
    scores = rng.integers(0, 3, (40, 6)).astype(np.float32)  # many ties
    right, excluded = np.array([rng.permutation(6)[:2] for _ in range(40)]).T
    above, tied = count_above(scores, right, excluded if with_excluded else None)
    for number, (row, one, other) in enumerate(zip(scores, right, excluded, strict=True)):
        hit, gain = naive(row.tolist(), one, other if with_excluded else None, k)
        assert hit_rate(above, tied, k)[number] == pytest.approx(hit)
        assert ndcg(above, tied, k)[number] == pytest.approx(gain)


def test_a_model_that_knows_nothing_gets_what_guessing_gets():
    above, tied = count_above(np.zeros((5, 50)), np.array([0, 1, 10, 20, 49]))
    assert above.tolist() == [0] * 5
    np.testing.assert_allclose(hit_rate(above, tied, 10), 10 / 50)


def test_scores_are_left_as_they_are():
    scores = np.random.default_rng(0).normal(size=(4, 7))
    before = scores.copy()
    count_above(scores, np.arange(4), np.arange(1, 5))
    np.testing.assert_array_equal(scores, before)


@pytest.mark.parametrize(
    ("scores", "right", "excluded", "said"),
    [
        (np.zeros(4), [0], None, r"scores of shape \(4,\)"),
        (np.zeros((2, 4)), [0], None, r"right candidates of shape \(1,\)"),
        (np.array([[0.0, np.nan]]), [0], None, "NaN"),
        (np.zeros((1, 4)), [2], [2], "other than the right one"),
        (np.zeros((2, 4)), [2, 3], [2], "an excluded candidate for each query"),
    ],
)
def test_bad_rankings_are_refused(scores, right, excluded, said):
    with pytest.raises(ValueError, match=said):
        count_above(scores, right, excluded)


@pytest.mark.parametrize(("above", "tied", "k", "said"), [([1], [0], 0, "k=0"), ([-1], [0], 1, "below zero")])
@pytest.mark.parametrize("measure", [hit_rate, ndcg])
def test_bad_counts_are_refused(measure, above, tied, k, said):
    with pytest.raises(ValueError, match=said):
        measure(above, tied, k)
