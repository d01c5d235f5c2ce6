"""Intervals for one model's score over items, and over items and seeds."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.significance.checks import as_clusters, as_gold, as_scores, check_level, check_resamples
from wordneg.evaluation.significance.influence import pearson, pearson_influence, spearman_influence, spearmans
from wordneg.evaluation.significance.resampling import (
    bca_interval,
    mean_draws,
    pearson_draws,
    spearman_draws,
    two_level_percentiles,
)
from wordneg.evaluation.significance.results import Interval
from wordneg.evaluation.significance.variance import Grouping, spread_of_difference

__all__ = ["pearson_interval", "spearman_interval", "two_level_interval"]

_Floats = npt.NDArray[np.float64]


def spearman_interval(
    scores: Any,
    gold: Any,
    level: float = 0.95,
    method: Literal["fisher", "bootstrap"] = "fisher",
    resamples: int = 2000,
    rng: int | np.random.Generator = 0,
) -> Interval:
    """Return an interval over items of one model's Spearman coefficient.

    ``"fisher"`` is quick and good for any number of items, if scores and gold are near to normal up to monotone
    transformations; ``"bootstrap"`` assumes nothing but independent items, and wants 50 or more.

    Parameters
    ----------
    scores, gold : (N,) array_like of float
        What the model and what people say of each item.
    level : float
        Confidence level.
    method : {"fisher", "bootstrap"}
        Fisher's z with Bonett and Wright's variance (1 + ρ²/2) / (N − 3); or the BCa bootstrap, which, unlike
        percentiles, follows the skewness of the coefficient's distribution.
    resamples : int
        Bootstrap resamples.
    rng : int or Generator
        Their seed.

    Raises
    ------
    ValueError
        Fewer than four items, values not finite or all the same, lengths that differ, an unknown method.

    References
    ----------
    Bonett and Wright 2000, Sample Size Requirements for Estimating Pearson, Kendall and Spearman Correlations,
    Psychometrika 65.
    """
    row, ideal = _one_model(scores, gold)
    rho = float(spearmans(row, ideal)[0])
    if _is_bootstrap(method, level, resamples):
        draws = spearman_draws((row,), ideal, resamples, np.random.default_rng(rng))
        return bca_interval(draws, rho, spearman_influence(row, ideal)[0], level)
    return _fisher(rho, (1 + rho**2 / 2) / (len(ideal) - 3), level, "Fisher's z, Bonett and Wright's variance")


def pearson_interval(
    scores: Any,
    gold: Any,
    level: float = 0.95,
    method: Literal["fisher", "bootstrap"] = "fisher",
    resamples: int = 2000,
    rng: int | np.random.Generator = 0,
) -> Interval:
    """Return an interval over items of one model's Pearson coefficient.

    Parameters
    ----------
    scores, gold, level, method, resamples, rng
        As of `spearman_interval`; the variance of Fisher's z is 1 / (N − 3), for normal scores and gold.

    Raises
    ------
    ValueError
        See `spearman_interval`.

    References
    ----------
    Fisher 1921, On the "Probable Error" of a Coefficient of Correlation, Metron 1.
    """
    row, ideal = _one_model(scores, gold)
    coefficient = pearson(row[0], ideal)
    if _is_bootstrap(method, level, resamples):
        draws = pearson_draws(row[0], ideal, resamples, np.random.default_rng(rng))
        return bca_interval(draws, coefficient, pearson_influence(row[0], ideal), level)
    return _fisher(coefficient, 1 / (len(ideal) - 3), level, "Fisher's z")


def two_level_interval(
    scores: Any,
    gold: Any = None,
    level: float = 0.95,
    resamples: int = 2000,
    rng: int | np.random.Generator = 0,
    clusters: Any = None,
) -> Interval:
    """Return an interval over items and seeds of a model's score: another benchmark of the kind, other seeds.

    The score is the mean over seeds of Spearman's coefficient with `gold`, or without gold of the mean score
    (accuracy, if scores are 0 and 1). Items are drawn with replacement; the seeds' part is drawn from Student's t, and
    clusters widen the distribution: see `wordneg.evaluation.significance.resampling` for both.

    Parameters
    ----------
    scores : (S, N) or (N,) array_like of float
        The scores of S seeds on N items. With one seed the interval says nothing about other seeds.
    gold : (N,) array_like of float, optional
        What scores are correlated with.
    level : float
        Confidence level.
    resamples : int
        The number of resamples of the items.
    rng : int or Generator
        Seed of the drawing.
    clusters : (N,) or (N, 2) array_like, optional
        Names or numbers of what items share: see `common_items`.

    Raises
    ------
    ValueError
        Fewer than four items, values not finite, all the same where they are correlated, shapes that do not fit.
    """
    check_level(level)
    check_resamples(resamples)
    array = as_scores(scores, "scores")
    items = array.shape[1]
    grouping = Grouping(as_clusters(clusters, items), items)
    generator = np.random.default_rng(rng)
    if gold is None:
        values = array
        draws = mean_draws(array.mean(axis=0), resamples, generator)
    else:
        ideal = as_gold(gold, items)
        values = pseudo_values(array, ideal, "scores")
        draws = spearman_draws((array,), ideal, resamples, generator)
    spread = spread_of_difference((values,), grouping)
    return two_level_percentiles(
        draws, float(values.mean()), spread, grouping, values.mean(axis=0), (len(array),), generator, level
    )


def pseudo_values(scores: _Floats, gold: _Floats, what: str) -> _Floats:
    """Return (S, N): Spearman's coefficient of each seed plus its influences, whose mean is the coefficient.

    Raises
    ------
    ValueError
        A seed gives all items the same score.
    """
    flat = np.flatnonzero(np.ptp(scores, axis=1) == 0)
    if len(flat):
        raise ValueError(f"all items have score {scores[flat[0], 0]} in row {flat[0]} of {what}, nothing to correlate")
    return np.asarray(spearmans(scores, gold)[:, None] + spearman_influence(scores, gold))


def _one_model(scores: Any, gold: Any) -> tuple[_Floats, _Floats]:
    """Return (1, N) scores and (N,) gold, checked."""
    row = as_scores(scores, "scores")
    if len(row) > 1:
        raise ValueError(f"expected the scores of one seed, got {len(row)}; two_level_interval takes several")
    if np.ptp(row) == 0:
        raise ValueError(f"all {row.size} items have score {row[0, 0]}, nothing to correlate")
    return row, as_gold(gold, row.shape[1])


def _is_bootstrap(method: str, level: float, resamples: int) -> bool:
    """Check the settings, and say which method they mean."""
    check_level(level)
    if method not in ("fisher", "bootstrap"):
        raise ValueError(f"method must be 'fisher' or 'bootstrap', got {method!r}")
    check_resamples(resamples)
    return method == "bootstrap"


def _fisher(coefficient: float, variance: float, level: float, method: str) -> Interval:
    """Return the interval of a correlation from the variance of its inverse hyperbolic tangent."""
    from scipy import special

    reach = float(special.ndtri((1 + level) / 2)) * np.sqrt(variance)
    with np.errstate(divide="ignore"):  # a perfect correlation stays perfect
        center = np.arctanh(min(1.0, max(-1.0, coefficient)))
    return Interval(float(np.tanh(center - reach)), float(np.tanh(center + reach)), level, method)
