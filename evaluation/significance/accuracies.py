"""Tests whether one model has a higher mean score than another on the same items: of 0 and 1, or of any numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.significance.checks import as_clusters, as_paired, check_level
from wordneg.evaluation.significance.results import Difference, Interval, seed_notes, t_difference
from wordneg.evaluation.significance.variance import Grouping, spread_of_difference

__all__ = ["compare_analogies", "compare_means", "mcnemar"]


def mcnemar(b: int, c: int) -> float:
    """Return the two-sided p-value of McNemar's exact test.

    Of the questions that one model answers rightly and the other wrongly, each is as likely to be either's if the
    models are equally good: a binomial test of b out of b + c with ½.

    Parameters
    ----------
    b, c : int
        Questions that only the first, and only the second model answers rightly.

    Raises
    ------
    ValueError
        A negative number.

    References
    ----------
    McNemar 1947, Note on the Sampling Error of the Difference between Correlated Proportions, Psychometrika 12.
    Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91.
    """
    from scipy import special

    if b < 0 or c < 0:
        raise ValueError(f"b and c must be numbers of questions, got {b} and {c}")
    if b == c:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(b, c), b + c, 0.5)))


def compare_analogies(first: Any, second: Any, clusters: Any = None, level: float = 0.95) -> Difference:
    """Compare two models' accuracies on the same questions.

    One seed each and no clusters: McNemar's exact test, with Bonett and Price's interval. Otherwise Student's t of
    the difference, its variance over questions (clustered, if so) and seeds: with clusters and one seed that is
    Obuchowski's test. Questions that share a word pair stand or fall together, and McNemar's test takes them for
    independent: where pairs matter as much as luck, it finds a difference between equal models in 40 of 100
    simulations of Google-like benchmarks, the clustered test in 4 to 6.

    Parameters
    ----------
    first, second : (S, N) or (N,) array_like of 0 and 1
        Whether each of the same N questions was answered rightly, of any number of seeds each. Seeds are not paired.
    clusters : (N,) or (N, 2) array_like, optional
        What questions share: the two word pairs of each, from `common_items`.
    level : float
        The coverage of the interval.

    Raises
    ------
    ValueError
        Other values than 0 and 1, fewer than four questions, or shapes that do not fit.

    References
    ----------
    Obuchowski 1998, On the Comparison of Correlated Proportions for Clustered Data, Statistics in Medicine 17.
    Bonett and Price 2012, Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired
    Data, Journal of Educational and Behavioral Statistics 37.
    """
    check_level(level)
    scores = as_paired(first, second, "answer the same questions")
    items = scores[0].shape[1]
    for name, array in zip(("first", "second"), scores, strict=True):
        if not np.isin(array, (0, 1)).all():
            raise ValueError(f"{name} must hold 0 (wrong) and 1 (right) only")
    numbers = as_clusters(clusters, items)
    if numbers is None and len(scores[0]) == len(scores[1]) == 1:
        return _exact(scores[0][0], scores[1][0], level)
    return t_difference(scores, spread_of_difference(scores, Grouping(numbers, items)), numbers is not None, level)


def compare_means(first: Any, second: Any, clusters: Any = None, level: float = 0.95) -> Difference:
    """Compare the means of two models' scores of the same items, such as log-likelihoods of words of a text.

    The test is Student's t of the difference, its variance over items (clustered, if so) and seeds.

    Parameters
    ----------
    first, second : (S, N) or (N,) array_like of float
        Scores of the same N items, of any number of seeds each. Seeds are not paired.
    clusters : (N,) or (N, 2) array_like, optional
        What items share, such as the sentence that a word stands in.
    level : float
        The coverage of the interval.

    Raises
    ------
    ValueError
        Fewer than four items, or shapes that do not fit.
    """
    check_level(level)
    scores = as_paired(first, second, "score the same items")
    numbers = as_clusters(clusters, scores[0].shape[1])
    grouping = Grouping(numbers, scores[0].shape[1])
    return t_difference(scores, spread_of_difference(scores, grouping), numbers is not None, level)


def _exact(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], level: float) -> Difference:
    """Compare the answers of one seed each to independent questions."""
    from scipy import special

    items, b, c = len(first), int((first > second).sum()), int((second > first).sum())
    shares = np.array([b + 1, c + 1]) / (items + 2)
    center = shares[0] - shares[1]
    reach = float(special.ndtri((1 + level) / 2)) * math.sqrt((shares.sum() - center**2) / (items + 2))
    interval = Interval(max(-1.0, center - reach), min(1.0, center + reach), level, "Bonett and Price's adjusted Wald")
    return Difference((b - c) / items, interval, mcnemar(b, c), "McNemar's exact test", items, seed_notes((1, 1)))
