"""Results of several models, brought onto the items that all of them used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.contract import Items, Result

__all__ = ["CommonItems", "common_items"]


@dataclass(frozen=True, eq=False)
class CommonItems:
    """Scores on the N items that all of M models used, as `wordneg.evaluation.significance` takes them.

    Attributes
    ----------
    scores : (M, N) float64 array
        Cosines of pairs; or 1 for a question answered rightly and 0 for one answered wrongly.
    gold : (N,) float64 array or None
        What people said of the pairs; None for questions.
    clusters : (N, 2) int64 array
        What items share, as numbers: the two words of a pair; the two word pairs of a question.
    items : (N,) int64 array
        Places of these items in the benchmark.
    """

    scores: npt.NDArray[np.float64]
    gold: npt.NDArray[np.float64] | None
    clusters: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]


def common_items(results: Sequence[Result]) -> CommonItems:
    """Gather what several models said of the items that all of them used, their vocabularies intersected.

    Parameters
    ----------
    results : sequence of SimilarityResult, or of AnalogyResult
        One result of the same benchmark for each model (or seed), with the same policy.

    Raises
    ------
    ValueError
        There are no results, they are of different benchmarks or policies, or all used not one item.
    TypeError
        The results are of different kinds, or of one whose items have no scores.
    """
    if not results:
        raise ValueError("no results to compare; expected one or more")
    scored = [result.items for result in results if isinstance(result, Result) and result.items is not None]
    if len({type(result) for result in results}) > 1 or len(scored) < len(results):
        names = sorted({type(result).__name__ for result in results})
        raise TypeError(f"results must be all SimilarityResult or all AnalogyResult, got {', '.join(names)}")
    policies = dict.fromkeys(result.policy for result in results)
    if len(policies) > 1:
        raise ValueError(f"the results have different policies ({' / '.join(map(str, policies))}); score with one")
    name, first = results[0].name, scored[0]
    for result, items in zip(results, scored, strict=True):
        if not _same(items, first):
            raise ValueError(
                f"the results are of different benchmarks: {name} with {len(first.asked)} items, {result.name} with "
                f"{len(items.asked)}"
            )
    common = np.flatnonzero(np.logical_and.reduce([result.used for result in results]))
    if not len(common):
        raise ValueError(f"no item of {name} is used in all {len(results)} results: no common vocabulary")
    scores = np.array([items.scores[common] for items in scored])
    gold = None if first.gold is None else first.gold[common]
    return CommonItems(scores, gold, first.clusters[common], common)


def _same(items: Items, others: Items) -> bool:
    """Return whether two models were asked the same."""
    if items.gold is None or others.gold is None:
        return items.gold is others.gold and items.asked == others.asked
    return items.asked == others.asked and np.array_equal(items.gold, others.gold)
