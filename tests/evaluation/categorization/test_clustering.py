import math
from collections import Counter

import numpy as np
import pytest

from wordneg.evaluation.categorization.clustering import normalized_mutual_information, purity, spherical_kmeans

# Manning, Raghavan and Schütze, figure 16.4: x's, o's and diamonds in three clusters of 6, 6 and 5.
CLUSTERS = [0] * 6 + [1] * 6 + [2] * 5
CATEGORIES = [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2]


def naive_nmi(clusters, categories):
    """The book's sums over all pairs of labels, in counts."""
    n = len(clusters)
    size, other, both = Counter(clusters), Counter(categories), Counter(zip(clusters, categories, strict=True))
    information = sum(k / n * math.log(n * k / (size[i] * other[j])) for (i, j), k in both.items())
    entropies = [-sum(k / n * math.log(k / n) for k in counts.values()) for counts in (size, other)]
    return information / (sum(entropies) / 2)


def test_the_example_of_the_book():
    assert purity(CLUSTERS, CATEGORIES) == pytest.approx((5 + 4 + 3) / 17)
    assert round(purity(CLUSTERS, CATEGORIES), 2) == 0.71
    assert round(normalized_mutual_information(CLUSTERS, CATEGORIES), 2) == 0.36


@pytest.mark.parametrize("seed", range(5))
def test_information_is_the_twins_and_scipys(seed):
    from scipy.stats import entropy

    rng = np.random.default_rng(seed)
    clusters, categories = rng.integers(0, 5, 80), rng.integers(0, 4, 80)
    ours = normalized_mutual_information(clusters, categories)
    assert ours == pytest.approx(naive_nmi(clusters.tolist(), categories.tolist()))
    joint = np.histogram2d(clusters, categories, bins=[5, 4])[0] / 80
    information = entropy(joint.ravel(), np.outer(joint.sum(1), joint.sum(0)).ravel())
    assert ours == pytest.approx(2 * information / (entropy(joint.sum(0)) + entropy(joint.sum(1))))


def test_extremes():
    assert normalized_mutual_information([0, 0, 1, 1], [1, 1, 0, 0]) == pytest.approx(1)
    assert normalized_mutual_information([0, 1, 0, 1], [0, 0, 1, 1]) == pytest.approx(0)
    assert normalized_mutual_information([0, 0], [0, 0]) == 1
    assert purity([0, 1, 2], [0, 0, 1]) == 1
    with pytest.raises(ValueError, match="expected one each"):
        purity([0, 1], [0])
    with pytest.raises(ValueError, match="expected one each"):
        normalized_mutual_information([], [])


def bunches(rng, *, size=20):
    centers = np.eye(4)
    points = np.repeat(centers, size, axis=0) + 0.1 * rng.standard_normal((4 * size, 4))
    return points / np.linalg.norm(points, axis=1, keepdims=True), np.repeat(np.arange(4), size)


def test_finds_bunches_and_stops_where_no_point_moves():
    points, truth = bunches(np.random.default_rng(0))
    labels = [spherical_kmeans(points, 4, seed) for seed in range(10)]
    assert max(purity(each, truth) for each in labels) == 1
    for each in labels:
        centers = np.array([points[each == cluster].sum(axis=0) for cluster in range(4)])
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
        np.testing.assert_array_equal((points @ centers.T).argmax(axis=1), each)
    np.testing.assert_array_equal(labels[3], spherical_kmeans(points, 4, 3))


def test_length_does_not_matter_but_direction():
    points, _ = bunches(np.random.default_rng(1), size=5)
    np.testing.assert_array_equal(spherical_kmeans(points, 4, 7), spherical_kmeans(points.astype(np.float32), 4, 7))


@pytest.mark.parametrize("seed", range(5))
def test_no_cluster_stays_empty(seed):
    same = np.tile([[1.0, 0.0]], (6, 1))
    assert len(set(spherical_kmeans(same, 4, seed).tolist())) == 4
    assert len(set(spherical_kmeans(np.zeros((5, 2)), 5, seed).tolist())) == 5


@pytest.mark.parametrize("clusters", [0, 3])
def test_refuses_too_many_or_no_clusters(clusters):
    with pytest.raises(ValueError, match=f"{clusters} clusters of 2 vectors"):
        spherical_kmeans(np.eye(2), clusters, 0)
