"""Intervals for scores, and tests for differences between models.

A score could have come out otherwise for two reasons, and each has its interval:

=========================  =====================================  ==============================================
what varies                question                               answer
=========================  =====================================  ==============================================
the seed                   would another training score alike?    :func:`seed_interval`
the items                  would a like benchmark score alike?    :func:`spearman_interval`,
                                                                  :func:`pearson_interval`
both                       would both?                            :func:`two_level_interval`
=========================  =====================================  ==============================================

Everything here takes plain arrays: scores, gold scores, clusters. **Differences** are judged on the same items, which
:func:`wordneg.evaluation.common_items` finds: what is easy for one model is easy for another, so that a difference is
known far better than either score. Intervals of two scores may overlap widely though their difference is beyond doubt.

====================  =========================  ============================================================
scores                test                       made of
====================  =========================  ============================================================
correlations          compare_similarity         t over items and seeds (influence values of Spearman's ρ)
right and wrong       compare_analogies          McNemar's exact test; with clusters or seeds, t over these
numbers               compare_means              t over items and seeds, such as log-likelihoods
means over seeds      welch                      Welch's t, where there are no items
given coefficients    steiger, mcnemar           the textbook tests by themselves
a table of tests      holm                       p-values adjusted for their number
====================  =========================  ============================================================

**Items share words.** Pairs of a similarity benchmark have words in common, questions of an analogy benchmark word
pairs; they are wrong together. `clusters` makes the tests count them as what they are, and without, too much is found
significant: how often, for each test, `tests/benchmarks/results/false_positives.md` tells.

Examples
--------
>>> import numpy as np
>>> rng = np.random.default_rng(1)
>>> gold = rng.normal(size=300)
>>> good, poor = (gold + noise * rng.normal(size=(3, 300)) for noise in (0.5, 1.0))  # three seeds each
>>> difference = compare_similarity(good, poor, gold)
>>> difference.p_value < 0.01
True
>>> print(f"{difference.estimate:.2f}", 0 in difference.interval)
0.22 False
"""

from wordneg.evaluation.significance.accuracies import compare_analogies, compare_means, mcnemar
from wordneg.evaluation.significance.correlations import compare_similarity, steiger
from wordneg.evaluation.significance.intervals import pearson_interval, spearman_interval, two_level_interval
from wordneg.evaluation.significance.multiplicity import holm
from wordneg.evaluation.significance.results import Difference, Interval
from wordneg.evaluation.significance.seeds import seed_interval, welch

__all__ = [
    "Difference",
    "Interval",
    "compare_analogies",
    "compare_means",
    "compare_similarity",
    "holm",
    "mcnemar",
    "pearson_interval",
    "seed_interval",
    "spearman_interval",
    "steiger",
    "two_level_interval",
    "welch",
]
