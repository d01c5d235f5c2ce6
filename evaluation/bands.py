"""Scores by how frequent the words are: samplers differ in the tail, which a total hides.

An item (a pair; a question with its answer) is as frequent as its rarest word, since the vector of that word had least
to learn from; of several right answers, the most frequent one counts. A word that the vectors lack (its item counts
only where the policy says so) is rarer than all others.

The bands part at fixed ranks, not at thirds of the items or of the running text, so that an item is in the same band
for every model of a corpus and in every benchmark. (Thirds of running English part at about ranks 20 and 800: no
benchmark asks about the first, and nearly all items would be rare. `wordneg.diagnosis` counts draws by such thirds,
which it calls head, torso and tail.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.contract import Items, Result
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.vectors import Rows

__all__ = ["BANDS", "BandScore", "Bands", "band_scores", "score_bands"]

BANDS = ("frequent", "middle", "rare")
"""The names of the bands."""

FEWEST = 3
"""With fewer items a band has no score: a correlation of two pairs is always 1 or -1."""


@dataclass(frozen=True)
class Bands:
    """The frequency ranks that separate frequent, middle and rare words.

    Parameters
    ----------
    frequent, middle : int
        The last rank, from 1, of frequent and of middle words; all after them are rare. In English text rank
        2,000 occurs about 50 times in a million words, rank 10,000 about 7 times.

    Raises
    ------
    ValueError
        Not ``0 < frequent < middle``.
    """

    frequent: int = 2_000
    middle: int = 10_000

    def __post_init__(self) -> None:
        if not 0 < self.frequent < self.middle:
            raise ValueError(
                f"got bands that end at ranks {self.frequent} and {self.middle}: expected 0 < frequent < middle"
            )

    def __str__(self) -> str:
        return (
            f"frequent: ranks 1 to {self.frequent:,}; middle: to {self.middle:,}; rare: beyond; "
            f"of an item's rarest word"
        )

    def beyond(self, last: int) -> str:
        """Return a remark on the bands that are empty because ranks end at `last`, or nothing."""
        empty = [band for band, end in zip(BANDS[1:], (self.frequent, self.middle), strict=True) if last <= end]
        if not empty:
            return ""
        sooner = Bands(max(1, last // 10), max(2, last // 2))
        return (
            f"no word is {' or '.join(empty)}: ranks end at {last:,}; for bands that part sooner, in Python, "
            f"bands=Bands({sooner.frequent}, {sooner.middle})"
        )

    def of_ranks(self, ranks: Rows) -> Rows:
        """Return for each of (N,) ranks the index of its band in :data:`BANDS`."""
        return np.digitize(ranks, (self.frequent, self.middle), right=True)


class BandScore(NamedTuple):
    """The score of the items in one band.

    Attributes
    ----------
    band : str
        One of :data:`BANDS`.
    score : float or None
        Spearman's correlation, or the share of right answers; None if there are fewer than three items, or
        nothing varies among them.
    used, total : int
        How many of the benchmark's items in this band are counted, and how many there are.
    """

    band: str
    score: float | None
    used: int
    total: int

    def __str__(self) -> str:
        score = "not enough" if self.score is None else f"{self.score:.3f}"
        return f"{self.band} {score} ({self.used} of {self.total})"


def score_bands(result: Result, vectors: Any, bands: Bands | None = None) -> tuple[BandScore, ...]:
    """Return the scores of a result's items by frequency band.

    Parameters
    ----------
    result : SimilarityResult or AnalogyResult
        The result of `score_word_pairs` or `score_word_analogies`.
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Whose ranks count: what was scored. With several models, always the same one, so that an item is in the same
        band for all. See :class:`wordneg.evaluation.WordRanks`.
    bands : Bands, optional
        The ranks that separate the bands.

    Returns
    -------
    tuple of BandScore
        One for each of :data:`BANDS`.

    Raises
    ------
    TypeError
        Another kind of result: a clustering has no score of its own for some of its words.
    """
    rarest = result.benchmark.item_ranks(WordRanks(vectors, result.policy)) if isinstance(result, Result) else None
    if rarest is None:
        raise TypeError(f"expected a SimilarityResult or an AnalogyResult, got {type(result).__name__}")
    return band_scores(result, (bands or Bands()).of_ranks(rarest))


def band_scores(result: Result, band_of: Rows) -> tuple[BandScore, ...]:
    """Return the scores by band of (N,) items that are in known bands; nothing if items have no scores."""
    if result.items is None:
        return ()
    scores = []
    for index, band in enumerate(BANDS):
        inside = band_of == index
        used = inside & result.used
        scores.append(BandScore(band, _score(result.items, used), int(used.sum()), int(inside.sum())))
    return tuple(scores)


def _score(items: Items, used: npt.NDArray[np.bool_]) -> float | None:
    """Return the score of some items, None if they have none."""
    if used.sum() < FEWEST:
        return None
    scores = items.scores[used]
    if items.gold is None:
        return float(scores.mean())
    gold = items.gold[used]
    if np.ptp(gold) == 0 or np.ptp(scores) == 0:
        return None
    from scipy import stats  # imported late: half a second that importing the package should not cost

    return float(stats.spearmanr(gold, scores)[0])
