"""Tests of intervals for one model."""

import math
import subprocess
import sys
import time

import numpy as np
import pytest
from naive.significance import similarity_world
from scipy import stats

from wordneg.evaluation.significance import (
    Interval,
    pearson_interval,
    seed_interval,
    spearman_interval,
    two_level_interval,
    welch,
)
from wordneg.evaluation.significance.resampling import mean_draws, spearman_draws


def ends(interval):
    return interval.low, interval.high


def test_seed_interval():
    values = [0.51, 0.53, 0.50, 0.55, 0.52]
    found = seed_interval(values)
    assert ends(found) == pytest.approx(stats.t.interval(0.95, 4, np.mean(values), stats.sem(values)))
    assert (found.level, found.method, 0.52 in found, 0.6 in found) == (0.95, "t over seeds", True, False)
    assert str(Interval(0.1, 0.23456, 0.95, "")) == "[0.100, 0.235]"


@pytest.mark.parametrize(
    ("values", "message"),
    [([0.5], "one seed gives no interval over seeds"), ([0.5, np.nan], "must be finite"), ([[1], [2]], "shape")],
)
def test_seed_interval_refuses(values, message):
    with pytest.raises(ValueError, match=message):
        seed_interval(values)


def test_pearson_interval_is_scipys():
    rng = np.random.default_rng(1)
    gold = rng.normal(size=80)
    scores = gold + rng.normal(size=80)
    result = stats.pearsonr(scores, gold)
    assert ends(pearson_interval(scores, gold, 0.9)) == pytest.approx(tuple(result.confidence_interval(0.9)))
    perfect = pearson_interval(gold, gold)
    assert ends(perfect) == pytest.approx((1, 1))


def test_spearman_interval_by_hand():
    rng = np.random.default_rng(2)
    gold = rng.normal(size=100).round(1)
    scores = gold + rng.normal(size=100)
    rho = stats.spearmanr(scores, gold).statistic
    error = np.sqrt((1 + rho**2 / 2) / 97)  # Bonett and Wright 2000
    expected = np.tanh(np.arctanh(rho) + np.array([-1, 1]) * 1.959964 * error)
    assert ends(spearman_interval(scores, gold)) == pytest.approx(tuple(expected))


@pytest.mark.lengthy
@pytest.mark.parametrize("name", ["spearman", "pearson"])
def test_bca_is_scipys(name):
    rng = np.random.default_rng(3)
    gold = rng.normal(size=60)
    scores = gold + 0.5 * rng.normal(size=60)
    statistic, interval = {
        "spearman": (stats.spearmanr, spearman_interval),
        "pearson": (stats.pearsonr, pearson_interval),
    }[name]
    expected = stats.bootstrap(
        (scores, gold), lambda x, y: statistic(x, y)[0], paired=True, vectorized=False, n_resamples=2000, rng=4
    ).confidence_interval
    found = interval(scores, gold, method="bootstrap", resamples=20_000)
    assert ends(found) == pytest.approx(tuple(expected), abs=0.012)
    assert found.method == "bootstrap over items, BCa"


def test_draws_are_spearmans_of_the_resamples():
    rng = np.random.default_rng(5)
    gold = rng.normal(size=40).round(1)
    models = tuple((gold + rng.normal(size=(2, 40))).round(1) for _ in range(2))
    draws = spearman_draws(models, gold, 3, np.random.default_rng(6))
    cells = np.random.default_rng(6).integers(0, 40, (40, 3)).T
    for draw, resample in zip(draws, cells, strict=True):
        rhos = [[stats.spearmanr(row[resample], gold[resample]).statistic for row in model] for model in models]
        assert draw == pytest.approx(np.mean(rhos[0]) - np.mean(rhos[1]))


def test_two_levels_of_one_seed_are_the_items_alone():
    correct = (np.random.default_rng(7).random(500) < 0.4).astype(float)
    found = two_level_interval(correct)
    error = 1.96 * stats.sem(correct)
    assert ends(found) == pytest.approx((correct.mean() - error, correct.mean() + error), abs=0.004)
    assert found.method == "bootstrap over items, percentiles"


def test_two_levels_with_steady_items_are_the_seeds_alone():
    rates = np.array([0.30, 0.36, 0.33])
    scores = np.tile(rates[:, None], 1000)
    found = two_level_interval(scores, resamples=50_000)
    assert ends(found) == pytest.approx(ends(seed_interval(rates)), rel=0.02)


def test_clusters_widen_an_interval_as_drawing_them_would():
    rng = np.random.default_rng(8)
    values = np.repeat(rng.normal(size=60), 10) + 0.3 * rng.normal(size=600)
    found = two_level_interval(values, clusters=np.repeat(np.arange(60), 10), resamples=5000)
    means = values.reshape(60, 10).mean(axis=1)
    drawn = rng.choice(means, (5000, 60)).mean(axis=1)
    assert ends(found) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.04)
    alone = two_level_interval(values)
    assert found.high - found.low > 2 * (alone.high - alone.low)


def test_two_levels_refuse():
    with pytest.raises(ValueError, match="level must lie between"):
        two_level_interval(np.ones(9), level=95)
    with pytest.raises(ValueError, match="resamples must be at least 100"):
        two_level_interval(np.ones(9), resamples=5)
    with pytest.raises(ValueError, match="one score for each of the 9 items"):
        two_level_interval(np.arange(9), np.arange(8))
    with pytest.raises(ValueError, match=r"gold score 1\.0, nothing to correlate"):
        two_level_interval(np.arange(9), np.ones(9))
    with pytest.raises(ValueError, match="two_level_interval takes several"):
        spearman_interval(np.ones((2, 9)), np.arange(9))
    with pytest.raises(ValueError, match="must be 'fisher' or 'bootstrap', got 'fischer'"):
        spearman_interval(np.arange(9), np.arange(9), method="fischer")


@pytest.mark.slow
def test_two_levels_are_fast():
    world = similarity_world(np.random.default_rng(9), 3000, 750, (5, 5))
    correct = np.random.default_rng(10).integers(0, 2, (5, 20_000))
    begin = time.perf_counter()
    two_level_interval(world.first, world.gold, clusters=world.clusters)
    two_level_interval(correct)
    assert time.perf_counter() - begin < 6  # about one second on an idle machine


def test_scipy_is_imported_late():
    code = "import sys, wordneg.evaluation.significance; assert not any(m.startswith('scipy') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_welch_is_scipys():
    first, second = (0.51, 0.53, 0.5, 0.56), (0.49, 0.47, 0.48)
    difference = welch(first, second, 0.9)
    expected = stats.ttest_ind(first, second, equal_var=False)
    interval = expected.confidence_interval(0.9)
    assert difference.p_value == pytest.approx(expected.pvalue)
    assert (difference.interval.low, difference.interval.high) == pytest.approx((interval.low, interval.high))
    assert difference.estimate == pytest.approx(np.mean(first) - np.mean(second))
    assert "Welch" in difference.method


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [((0.5,), (0.4, 0.41), "single seed"), ((0.5, 0.5), (0.4, 0.4), "do not differ between seeds")],
)
def test_welch_says_why_there_is_no_test(first, second, reason):
    difference = welch(first, second, 0.95)
    assert difference.interval is None
    assert math.isnan(difference.p_value)
    assert reason in difference.notes[0]


@pytest.mark.parametrize("distinct", [2, 19, 21, 400])
def test_means_of_resamples_whether_counted_or_drawn(distinct):
    """400 items, skewed so that the shape shows, with few different values, which are counted, or many."""
    rng = np.random.default_rng(distinct)
    values = np.exp(rng.normal(size=distinct) * 2)[np.arange(400) % distinct]
    naive = [rng.choice(values, 400).mean() for _ in range(4000)]
    drawn = mean_draws(values, 4000, rng)
    assert stats.ks_2samp(np.round(drawn, 9), np.round(naive, 9)).pvalue > 0.01  # the same sums in another order
