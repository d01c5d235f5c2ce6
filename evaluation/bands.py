"""Scores by how frequent the words are: samplers differ in the tail, which a total hides.

An item (a pair; a question with its answer) is as frequent as its rarest word, since that word's vector is the
one that had least to learn from; of several right answers, the most frequent one counts. Words are ranked by
their counts where the vectors know them, otherwise by their rows, which trainers write most frequent first. A
word that the vectors lack (its item counts only where the policy says so) is rarer than all others.

The bands part at fixed ranks, not at terciles of the items or of the running text: so an item is in the same
band for every model of a corpus and in every benchmark. (Terciles of running English part at about ranks 20
and 800; no benchmark asks about the first, and nearly all items would be rare.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.analogy import AnalogyResult
from wordneg.evaluation.memory import Memory
from wordneg.evaluation.policy import Lookup, Policy
from wordneg.evaluation.similarity import SimilarityResult
from wordneg.evaluation.vectors import Vectors, as_vectors

__all__ = ["BANDS", "BandScore", "Bands", "WordRanks", "band_scores", "score_bands"]

BANDS = ("frequent", "middle", "rare")
"""The names of the bands."""

FEWEST = 3
"""With fewer items a band has no score: a correlation of two pairs is always 1 or -1."""

_UNKNOWN = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Bands:
    """Where frequent, middle and rare words part.

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

    def of_ranks(self, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return for each of (N,) ranks the index of its band in :data:`BANDS`."""
        return np.digitize(ranks, (self.frequent, self.middle), right=True)


class WordRanks:
    """How frequent words are, as some vectors have it.

    Parameters
    ----------
    source : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Counts are taken from ``counts``, or gensim's attribute ``"count"``; without, rows are ranks.
    policy : Policy
        How words are looked up.
    counts : (V,) int array, optional
        How often the words occur, for a source that does not know.
    """

    def __init__(self, source: Any, policy: Policy, counts: npt.NDArray[np.int64] | None = None) -> None:
        self._lookup = Lookup.of(as_vectors(source), policy)
        self._ranks = _ranks(_counts(source) if counts is None else counts, self._lookup.size)
        self._rank_of: dict[str, int] = {}
        self._memory = Memory()

    @property
    def last(self) -> int:
        """The rank of the rarest known word; 0 without any."""
        return int(self._ranks.max(initial=0))

    def rarest(self, items: Sequence[Sequence[str]], first: int | None = None) -> npt.NDArray[np.int64]:
        """Return the (N,) rank, from 1, of the rarest word of each of N items, or of the first words of each."""
        return self._memory.once(
            lambda items: np.array([max(map(self._rank, item[:first])) for item in items], dtype=np.int64),
            items,
            ("rarest", first),
        )

    def commonest(self, items: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
        """Return the (N,) rank, from 1, of the most frequent word of each of N items."""
        return self._memory.once(
            lambda items: np.array([min(map(self._rank, item)) for item in items], dtype=np.int64), items, "commonest"
        )

    def _rank(self, word: str) -> int:
        if word not in self._rank_of:
            row = self._lookup.row(word)
            self._rank_of[word] = int(self._ranks[row]) if row >= 0 else _UNKNOWN
        return self._rank_of[word]


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


def score_bands(
    result: SimilarityResult | AnalogyResult, vectors: Any, bands: Bands | None = None
) -> tuple[BandScore, ...]:
    """Return the scores of a result's items by frequency band.

    Parameters
    ----------
    result : SimilarityResult or AnalogyResult
        From `score_word_pairs` or `score_word_analogies`.
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        Whose ranks count: what was scored. With several models, always the same one, so that an item is in
        the same band for all. Counts are taken from ``counts``, or gensim's attribute ``"count"``; without,
        the order of the rows is that of frequency.
    bands : Bands, optional
        Where the bands part.

    Returns
    -------
    tuple of BandScore
        One for each of :data:`BANDS`.

    Raises
    ------
    TypeError
        Another kind of result: a clustering has no score of its own for some of its words.
    """
    if not isinstance(result, SimilarityResult | AnalogyResult):
        raise TypeError(f"expected a SimilarityResult or an AnalogyResult, got {type(result).__name__}")
    return band_scores(result, WordRanks(vectors, result.policy), bands or Bands())


def band_scores(result: SimilarityResult | AnalogyResult, ranks: WordRanks, bands: Bands) -> tuple[BandScore, ...]:
    """Do the work of `score_bands`, for words ranked once for many results."""
    if isinstance(result, SimilarityResult):
        rarest = ranks.rarest(result.pairs)
    else:  # of several right answers one is enough
        rarest = np.maximum(ranks.rarest(result.questions, first=3), ranks.commonest(result.accepted))
    band_of = bands.of_ranks(rarest)
    scores = []
    for index, band in enumerate(BANDS):
        inside = band_of == index
        used = inside & result.used
        scores.append(BandScore(band, _score(result, used), int(used.sum()), int(inside.sum())))
    return tuple(scores)


def _score(result: SimilarityResult | AnalogyResult, used: npt.NDArray[np.bool_]) -> float | None:
    """Return the score of some items, None if they have none."""
    if used.sum() < FEWEST:
        return None
    if isinstance(result, AnalogyResult):
        return float(result.correct[used].mean())
    gold, scores = result.gold[used], result.scores[used]
    if np.ptp(gold) == 0 or np.ptp(scores) == 0:
        return None
    from scipy import stats  # imported late: half a second that `import evaluation` should not cost

    return float(stats.spearmanr(gold, scores)[0])


def _ranks(counts: npt.NDArray[np.int64] | None, size: int) -> npt.NDArray[np.int64]:
    """Return the (size,) ranks, from 1, of the first rows; of equally frequent words, the first row is first."""
    ranks = np.arange(1, size + 1)
    if counts is None:
        return ranks
    by_count = np.empty(len(counts), dtype=np.int64)
    by_count[np.argsort(-counts, kind="stable")] = np.arange(1, len(counts) + 1)
    return by_count[:size]


def _counts(source: Any) -> npt.NDArray[np.int64] | None:
    """Return the (V,) counts of the words, None if the vectors do not know them."""
    if isinstance(source, Vectors):
        return None
    counts = getattr(source, "counts", None)
    if counts is None:
        counts = getattr(source, "expandos", {}).get("count")  # gensim's KeyedVectors
    if counts is None or len(counts) != len(source.index_to_key):
        return None
    return np.asarray(counts, dtype=np.int64)
