"""Several models' results on the items that all of them used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.analogy import AnalogyResult
from wordneg.evaluation.memory import Memory
from wordneg.evaluation.policy import Policy
from wordneg.evaluation.similarity import SimilarityResult

__all__ = ["CommonItems", "common_items", "item_clusters"]


@dataclass(frozen=True, eq=False)
class CommonItems:
    """Scores on the items that all of some models used.

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


def common_items(results: Sequence[SimilarityResult] | Sequence[AnalogyResult]) -> CommonItems:
    """Gather what several models said of the items that all of them used, their vocabularies intersected.

    Parameters
    ----------
    results : sequence of SimilarityResult, or of AnalogyResult
        Of the same benchmark, one for each model (or seed) and with the same policy.

    Raises
    ------
    ValueError
        No results, of different benchmarks or policies, or no item that all used.
    TypeError
        Results of different kinds.
    """
    if not results:
        raise ValueError("no results to compare; expected one or more")
    kind = type(results[0])
    if kind not in (SimilarityResult, AnalogyResult) or any(type(result) is not kind for result in results):
        names = sorted({type(result).__name__ for result in results})
        raise TypeError(f"results must be all SimilarityResult or all AnalogyResult, got {', '.join(names)}")
    policies = dict.fromkeys(result.policy for result in results)
    if len(policies) > 1:
        raise ValueError(f"the results have different policies ({' / '.join(map(str, policies))}); score with one")
    used = np.logical_and.reduce([_used(result, results[0]) for result in results])
    items = np.flatnonzero(used)
    if not len(items):
        raise ValueError(f"no item of {results[0].name} is used in all {len(results)} results: no common vocabulary")
    first = results[0]
    if isinstance(first, SimilarityResult):
        scores = np.array([result.scores[items] for result in results if isinstance(result, SimilarityResult)])
        gold = first.gold[items]
    else:
        scores = np.array([result.correct[items] for result in results if isinstance(result, AnalogyResult)])
        gold = None
    return CommonItems(scores.astype(np.float64), gold, item_clusters(first)[items], items)


def item_clusters(result: SimilarityResult | AnalogyResult) -> npt.NDArray[np.int64]:
    """Return what items have in common with others: numbers of a pair's two words, or of a question's two pairs.

    Returns
    -------
    (N, 2) int64 array
        Of all items of the benchmark, used or not; equal numbers for equal words or pairs.
    """
    items = result.pairs if isinstance(result, SimilarityResult) else result.questions
    return _MEMORY.once(partial(_numbered, result.policy), items, result.policy)


_MEMORY = Memory()  # thousands of questions, that are the same for all models


def _numbered(policy: Policy, items: Sequence[tuple[str, ...]]) -> npt.NDArray[np.int64]:
    """Return the numbers of the words of pairs, or of the pairs of questions."""
    words = [tuple(map(policy.fold, item)) for item in items]
    shared = [(item[:2], item[2:]) if len(item) > 2 else item for item in words]
    numbers: dict[object, int] = {}
    clusters = [[numbers.setdefault(name, len(numbers)) for name in names] for names in shared]
    found = np.array(clusters, dtype=np.int64).reshape(-1, 2)
    found.setflags(write=False)
    return found


def _used(result: SimilarityResult | AnalogyResult, first: SimilarityResult | AnalogyResult) -> npt.NDArray[np.bool_]:
    """Return which items a result used, if they are those of the first result."""
    if isinstance(result, SimilarityResult) and isinstance(first, SimilarityResult):
        same = result.pairs == first.pairs and np.array_equal(result.gold, first.gold)
    elif isinstance(result, AnalogyResult) and isinstance(first, AnalogyResult):
        same = result.questions == first.questions
    else:
        same = False
    if not same:
        raise ValueError(
            f"the results are of different benchmarks: {first.name} with {len(first.used)} items, {result.name} with "
            f"{len(result.used)}"
        )
    return result.used
