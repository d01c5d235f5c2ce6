"""Twins of evaluation/significance, and worlds without a difference to count false positives in."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

# --- twins ----------------------------------------------------------------------------------------------


def shared_variance(values, clusters):
    """Fafchamps and Gubert (2007): the products of all items that share a cluster; `clusters` holds a set for each."""
    items = len(values)
    centred = values - np.mean(values)
    total = sum(
        centred[i] * centred[j] for i in range(items) for j in range(items) if set(clusters[i]) & set(clusters[j])
    )
    sizes: dict = {}
    for members in clusters:
        for name in set(members):
            sizes[name] = sizes.get(name, 0) + 1
    effective = sum(sizes.values()) ** 2 / sum(size**2 for size in sizes.values())
    independent = sum(centred**2) / (items * (items - 1))
    if max(map(len, clusters)) == 1:
        correction = effective / (effective - 1)
    else:
        correction = effective * (effective - 1) / ((effective - 2) * (effective - 3))
    return max(independent, total / items**2 * correction)


def two_way_variance(values):
    """Dorfman, Berbaum and Metz (1992) with Hillis's degrees of freedom: (variance of the mean, degrees of freedom).

    Written with the mean squares of the analysis of variance.
    """
    seeds, items = values.shape
    grand, rows, columns = values.mean(), values.mean(axis=1), values.mean(axis=0)
    ms_seeds = items * sum((row - grand) ** 2 for row in rows) / (seeds - 1)
    ms_items = seeds * sum((column - grand) ** 2 for column in columns) / (items - 1)
    residuals = values - rows[:, None] - columns[None, :] + grand
    ms_both = (residuals**2).sum() / ((seeds - 1) * (items - 1))
    total = ms_items + max(0.0, ms_seeds - ms_both)
    freedom = total**2 / (ms_items**2 / (items - 1) + ms_seeds**2 / (seeds - 1))
    return total / (seeds * items), freedom


def jackknife_influence(scores, gold):
    """Leave out one item after the other: (N − 1) × (all − without it)."""
    whole = stats.spearmanr(scores, gold).statistic
    items = np.arange(len(gold))
    return np.array(
        [(len(gold) - 1) * (whole - stats.spearmanr(scores[items != i], gold[items != i]).statistic) for i in items]
    )


def drawn_p_value(models, resamples, rng):
    """Draw seeds and items with replacement; twice the smaller share of differences on one side of zero.

    `models` are (S, N) pseudo-values: their means stand for the correlations.
    """
    items = models[0].shape[1]
    cells = rng.integers(0, items, (resamples, items)) + items * np.arange(resamples)[:, None]
    counts = np.bincount(cells.ravel(), minlength=items * resamples).reshape(resamples, items).astype(float)
    means = []
    for model in models:
        seeds = len(model)
        picks = rng.multinomial(seeds, np.full(seeds, 1 / seeds), resamples)  # (R, S)
        means.append(((counts @ model.T) * picks).sum(axis=1) / (seeds * items))
    below = np.mean(means[0] - means[1] <= 0)
    return 2 * min(below, 1 - below)


# --- worlds where two models are equally good ----------------------------------------------------------


class World(NamedTuple):
    """Two models, in truth equally good, on one benchmark."""

    first: np.ndarray
    second: np.ndarray
    gold: np.ndarray | None
    clusters: np.ndarray


def similarity_world(rng, items, words, seeds=(1, 1), *, seed_spread=0.0, word_spread=0.2):
    """Cosines of word pairs that share words: models are alike, go wrong with a word, and differ by seed.

    Models see what people see, with a strength that varies by `seed_spread` from seed to seed; an error they have in
    common, one of their own for each pair and each word (standard deviations 0.7, 0.4 and `word_spread`), and one
    for each training.
    """
    first = rng.integers(0, words, items)
    clusters = np.stack([first, (first + rng.integers(1, words, items)) % words], axis=1)
    truth, common = rng.normal(size=(2, items))
    models = []
    for count in seeds:
        by_word = word_spread * rng.normal(size=words)
        own = 0.4 * rng.normal(size=items) + by_word[clusters].sum(axis=1)
        strength = 1 + seed_spread * rng.normal(size=(count, 1))
        models.append(strength * truth + 0.7 * common + own + 0.3 * rng.normal(size=(count, items)))
    return World(*models, np.round(truth + 0.3 * rng.normal(size=items), 1), clusters)


def analogy_world(rng, sections, pairs, seeds=(1, 1), *, seed_spread=0.0, pair_spread=0.7):
    """Right and wrong answers to all questions made of two of a section's word pairs.

    A model's strength on a question is that of its two pairs (half in common with the other model) plus luck.
    """
    left, right = np.nonzero(~np.eye(pairs, dtype=bool))
    clusters = np.concatenate([np.stack([left, right], axis=1) + section * pairs for section in range(sections)])
    common = pair_spread * rng.normal(size=sections * pairs)
    shared_luck = rng.normal(size=len(clusters))
    models = []
    for count in seeds:
        strength = common + pair_spread * rng.normal(size=sections * pairs)
        luck = shared_luck + 0.7 * rng.normal(size=(count, len(clusters)))
        models.append(strength[clusters].sum(axis=1) + seed_spread * rng.normal(size=(count, 1)) + luck > 0.5)
    return World(*(model.astype(float) for model in models), None, clusters)


def grouped_world(rng, groups, items, seeds=(1, 1)):
    """Right and wrong answers to questions of which each is in one group, with groups of unequal sizes."""
    clusters = rng.choice(groups, items, p=rng.dirichlet(np.full(groups, 5.0)))
    clusters[:groups] = np.arange(groups)
    models = []
    shared = rng.normal(size=items)
    for count in seeds:
        strength = 0.5 * rng.normal(size=groups)
        models.append((strength[clusters] + shared + 0.7 * rng.normal(size=(count, items)) > 0.3).astype(float))
    return World(*models, None, clusters)


def independent_world(rng, items):
    """Right and wrong answers to questions that have nothing in common."""
    shared = rng.normal(size=items)
    first, second = (shared + rng.normal(size=(2, items)) > 0.3).astype(float)
    return World(first, second, None, np.arange(items))


def normal_spearman(correlation):
    """Spearman's coefficient of normal variables with a Pearson correlation (Pearson 1907)."""
    return 6 / math.pi * np.arcsin(np.asarray(correlation) / 2)
