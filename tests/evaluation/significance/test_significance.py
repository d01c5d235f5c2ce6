"""Tests of differences, p-values and their adjustment, each against something independent."""

import itertools

import numpy as np
import pytest
from naive.significance import (
    World,
    analogy_world,
    independent_world,
    jackknife_influence,
    shared_variance,
    similarity_world,
    two_way_variance,
)
from scipy import stats

from wordneg.evaluation.significance import compare_analogies, compare_means, compare_similarity, holm, mcnemar, steiger
from wordneg.evaluation.significance.influence import pearson_influence, spearman_influence, spearmans
from wordneg.evaluation.significance.variance import Grouping, spread_of_difference

# --- textbook tests -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "between", "items", "z", "p"),
    [
        # Printed by R's cocor 1.1 (Diedenhofen and Musch 2015, PLoS ONE 10), cocor.dep.groups.overlap, "steiger1980",
        # in public analyses; correlations with four digits
        (0.2493, 0.3395, 0.4082, 553, -2.0660, 0.0388),
        (0.0228, 0.3522, 0.3718, 553, -7.1345, 0.0),
    ],
)
def test_steiger_is_that_of_cocor(first, second, between, items, z, p):
    assert steiger(first, second, between, items) == (pytest.approx(z, abs=3e-4), pytest.approx(p, abs=5e-5))
    assert steiger(second, first, between, items)[0] == pytest.approx(-z, abs=3e-4)


def test_steiger_of_equal_correlations():
    assert steiger(0.5, 0.5, 0.3, 20) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.5, 0.1, 0.1, 9), "r_first must lie between"),
        ((0.5, 0.1, 0.1, 3), "not enough items: 3"),
        ((1.0, 0.1, 0.1, 9), "perfect correlation"),
        ((0.9, 0.8, 1.0, 9), "no three variables"),
    ],
)
def test_steiger_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        steiger(*arguments)


def test_mcnemar():
    # Armitage and Berry 1994, Statistical Methods in Medical Research, p. 127: 12 and 2 of 50 sputum specimens
    assert mcnemar(12, 2) == mcnemar(2, 12) == pytest.approx(0.0129, abs=5e-5)
    for b, c in itertools.product(range(8), repeat=2):
        expected = stats.binomtest(b, b + c, 0.5).pvalue if b + c else 1.0
        assert mcnemar(b, c) == pytest.approx(expected)
    with pytest.raises(ValueError, match="got -1"):
        mcnemar(-1, 2)


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        # the examples in the documentation of stdlib's padjust and of pingouin's holm
        ([0.319, 0.201, 0.4, 0.374, 0.113], [0.957, 0.804, 0.957, 0.957, 0.565]),
        ([0.50, 0.003, 0.32, 0.054, 0.0003], [0.64, 0.012, 0.64, 0.162, 0.0015]),
    ],
)
def test_holm_is_that_of_others(p_values, expected):
    np.testing.assert_allclose(holm(p_values), expected)


def test_holm_leaves_out_nan_and_keeps_the_shape():
    np.testing.assert_allclose(holm([[0.01, np.nan], [0.9, 0.02]]), [[0.03, np.nan], [0.9, 0.04]])
    assert holm([]).shape == (0,)
    with pytest.raises(ValueError, match=r"between 0 and 1, got \[1.5\]"):
        holm([0.1, 1.5])


# --- influence and variance -----------------------------------------------------------------------------


@pytest.mark.lengthy
@pytest.mark.parametrize("digits", [9, 0])
def test_influences_are_those_of_the_jackknife(digits):
    rng = np.random.default_rng(3)
    gold = rng.normal(size=400).round(digits)
    scores = (gold + rng.normal(size=(2, 400))).round(digits)
    influences = spearman_influence(scores, gold)
    np.testing.assert_allclose(influences.sum(axis=1), 0, atol=1e-9)
    np.testing.assert_allclose(spearmans(scores, gold), [stats.spearmanr(row, gold).statistic for row in scores])
    expected = jackknife_influence(scores[0], gold)
    np.testing.assert_allclose(influences[0], expected, atol=0.1)  # they differ by the order 1 / N
    assert influences[0].std() == pytest.approx(expected.std(), rel=0.02)
    pearson = pearson_influence(scores[0], gold)
    assert pearson.std() / 20 == pytest.approx(
        stats.bootstrap(
            (scores[0], gold),
            lambda x, y: stats.pearsonr(x, y).statistic,
            paired=True,
            vectorized=False,
            n_resamples=400,
            rng=1,
        ).standard_error,
        rel=0.12,
    )


@pytest.mark.parametrize("columns", [1, 2])
def test_clustered_variance(columns):
    rng = np.random.default_rng(4)
    clusters = rng.integers(0, 9, (60, columns))
    clusters[5] = clusters[4][::-1]  # the same pair, the other way round
    clusters[6] = clusters[6][0]  # a pair of one word
    values = rng.normal(size=9)[clusters].sum(axis=1) + rng.normal(size=60)
    members = [set(row) for row in clusters.tolist()]
    for item, names in enumerate(members):
        if len(names) < columns:  # a pair of one word counts as one of two, the other of which no other pair has
            names.add(f"alone {item}")
    assert Grouping(clusters, 60).variance(values) == pytest.approx(shared_variance(values, members))


def test_singleton_clusters_are_no_clusters():
    values = np.random.default_rng(5).normal(size=50)
    alone = Grouping(np.arange(50)[:, None], 50)
    assert alone.variance(values) == pytest.approx(stats.sem(values) ** 2)
    assert alone.effective == 50


def test_dense_pairs_have_the_right_variance_on_average():
    rng = np.random.default_rng(6)
    pairs = np.array(list(itertools.combinations(range(10), 2)))
    grouping = Grouping(pairs, 45)
    estimates = [grouping.variance(rng.normal(size=10)[pairs].sum(axis=1)) for _ in range(2000)]
    assert np.mean(estimates) == pytest.approx(4 / 10, rel=0.05)


def test_two_levels_are_those_of_the_analysis_of_variance():
    rng = np.random.default_rng(7)
    values = rng.normal(size=(4, 30)) + rng.normal(size=30) + rng.normal(size=(4, 1))
    spread = spread_of_difference((values,), Grouping(None, 30))
    assert (spread.error**2, spread.freedom) == pytest.approx(two_way_variance(values))


def test_the_whole_has_no_fewer_degrees_of_freedom_than_its_parts():
    rng = np.random.default_rng(11)
    floored = 0
    for _ in range(200):
        values = rng.normal(size=(3, 5))
        expected = two_way_variance(values)[1]
        spread = spread_of_difference((values,), Grouping(None, 5))
        assert spread.freedom == pytest.approx(max(expected, 2))
        floored += expected < 1  # where Student's t is as good as no interval
    assert floored


def test_two_models_share_items_but_not_seeds():
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=(3, 40)), rng.normal(size=(1, 40))
    spread = spread_of_difference((first, second), Grouping(None, 40))
    assert spread.items == pytest.approx(stats.sem(first.mean(axis=0) - second[0]) ** 2)
    assert spread.seeds[1] == 0


# --- comparisons ----------------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return similarity_world(np.random.default_rng(9), 400, 100, (3, 4), seed_spread=0.05)


def test_compare_similarity(world):
    found = compare_similarity(world.first, world.second, world.gold)
    means = [
        np.mean([stats.spearmanr(row, world.gold).statistic for row in model]) for model in (world.first, world.second)
    ]
    assert found.estimate == pytest.approx(means[0] - means[1])
    assert (found.items, found.method, found.notes) == (400, "t over items and seeds", ())
    back = compare_similarity(world.second, world.first, world.gold)
    assert (back.estimate, back.p_value) == pytest.approx((-found.estimate, found.p_value))
    # the interval and the p-value agree
    edge = compare_similarity(world.first, world.second, world.gold, level=1 - found.p_value).interval
    assert min(abs(edge.low), abs(edge.high)) == pytest.approx(0, abs=1e-9)


def test_the_paired_bootstrap_is_near_the_t_interval(world):
    for clusters in (None, world.clusters):
        smooth = compare_similarity(world.first, world.second, world.gold, clusters=clusters).interval
        drawn = compare_similarity(world.first, world.second, world.gold, clusters=clusters, resamples=2000).interval
        assert (drawn.low, drawn.high) == pytest.approx((smooth.low, smooth.high), abs=0.1 * (smooth.high - smooth.low))
        assert drawn.method == "bootstrap over items and seeds, percentiles"


def test_one_seed_is_noted(world):
    assert "one seed each" in compare_similarity(world.first[0], world.second[0], world.gold).notes[0]
    assert "one seed of the second" in compare_similarity(world.first, world.second[0], world.gold).notes[0]


def test_a_model_is_no_better_than_itself(world):
    found = compare_similarity(world.first[0], world.first[0], world.gold)
    assert (found.estimate, found.p_value, found.interval.low, found.interval.high) == (0, 1, 0, 0)


def test_compare_similarity_refuses(world):
    with pytest.raises(ValueError, match="same items, got 400 and 399"):
        compare_similarity(world.first, world.second[:, 1:], world.gold)
    with pytest.raises(ValueError, match=r"all items have score 1\.0 in row 0 of second"):
        compare_similarity(world.first, np.ones(400), world.gold)
    with pytest.raises(ValueError, match="first has 1 values that are NaN"):
        compare_similarity(np.where(np.arange(400), world.first, np.nan)[0], world.second, world.gold)
    with pytest.raises(ValueError, match="not enough items: first has 3"):
        compare_similarity([1, 2, 3], [1, 2, 3], [1, 2, 3])
    with pytest.raises(ValueError, match="clusters must have shape"):
        compare_similarity(world.first, world.second, world.gold, clusters=[1, 2])
    with pytest.raises(ValueError, match="all items are in one cluster"):
        compare_similarity(world.first, world.second, world.gold, clusters=np.zeros(400))


def test_compare_analogies_exact():
    first, second = np.zeros(50), np.zeros(50)
    first[:32], second[:20], second[32:34] = 1, 1, 1  # Armitage and Berry's table: 20, 12, 2, 16
    found = compare_analogies(first, second)
    assert (found.estimate, found.p_value) == pytest.approx((0.2, mcnemar(12, 2)))
    # Bonett and Price 2012: p̃ = 13/52 and 3/52, by hand
    centre, reach = 10 / 52, 1.959964 * np.sqrt((16 / 52 - (10 / 52) ** 2) / 52)
    assert (found.interval.low, found.interval.high) == pytest.approx((centre - reach, centre + reach))
    assert str(found).startswith("+0.200 [0.051, 0.334], p = 0.0129 (McNemar's exact test, 50 items; one seed each")


def test_clustered_analogies_of_independent_clusters_are_a_t_test_of_their_means():
    rng = np.random.default_rng(10)
    first, second = rng.integers(0, 2, (2, 120)).astype(float)
    found = compare_analogies(first, second, np.repeat(list("abcdefghijkl"), 10))
    expected = stats.ttest_1samp((first - second).reshape(12, 10).mean(axis=1), 0)
    assert found.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval))
    assert found.method == "t over items, clustered"


def test_analogies_of_several_seeds():
    world = analogy_world(np.random.default_rng(11), 5, 8, (3, 2))
    better = np.maximum(world.first, np.random.default_rng(12).random(world.first.shape) < 0.5)
    found = compare_analogies(better, world.first, world.clusters)
    assert found.p_value < 0.01
    assert found.interval.low > 0
    assert compare_analogies(world.first, world.second, world.clusters).method == "t over items and seeds, clustered"


def test_no_variation_is_no_proof():
    found = compare_analogies(np.ones((2, 9)), np.zeros((2, 9)))
    assert found.interval is None
    assert np.isnan(found.p_value)
    assert "no variation" in str(found)


def test_compare_analogies_refuses():
    with pytest.raises(ValueError, match="same questions, got 5 and 4"):
        compare_analogies(np.ones(5), np.ones(4))
    with pytest.raises(ValueError, match="second must hold 0"):
        compare_analogies(np.ones(5), np.full(5, 0.5))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("simulate", "compare"),
    [
        (lambda rng: similarity_world(rng, 65, 48), "similarity"),
        (lambda rng: similarity_world(rng, 353, 437, (3, 3), seed_spread=0.1), "similarity"),
        (lambda rng: similarity_world(rng, 1000, 150, word_spread=0.5), "similarity"),
        (lambda rng: analogy_world(rng, 5, 10), "analogies"),
        (lambda rng: analogy_world(rng, 5, 10, (3, 5), seed_spread=0.1), "analogies"),
        (lambda rng: independent_world(rng, 300), "analogies"),
    ],
)
def test_false_positives(simulate, compare):
    """Equally good models differ in 5 of 100 simulations; tests/benchmarks/false_positives.py counts more of them."""
    rng = np.random.default_rng(13)
    simulations, found = 800, 0
    for _ in range(simulations):
        world = simulate(rng)
        if compare == "similarity":
            difference = compare_similarity(world.first, world.second, world.gold, clusters=world.clusters)
        else:
            clusters = world.clusters if world.clusters.ndim == 2 else None
            difference = compare_analogies(world.first, world.second, clusters)
        found += difference.p_value < 0.05
    assert stats.binom.ppf(0.001, simulations, 0.02) <= found <= stats.binom.ppf(0.999, simulations, 0.05)


def test_means_of_one_seed_each_are_a_paired_t_test():
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(2, 60))
    found, expected = compare_means(first, second), stats.ttest_rel(first, second)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.estimate == pytest.approx((first - second).mean())
    same = compare_means(first, second, clusters=np.arange(60))
    assert same.p_value == pytest.approx(found.p_value)
    twice = compare_means(first.repeat(2), second.repeat(2), clusters=np.arange(60).repeat(2))
    assert twice.p_value == pytest.approx(found.p_value, rel=0.05)  # said twice, an item tells no more
    with pytest.raises(ValueError, match="score the same items"):
        compare_means(first, second[:-1])
