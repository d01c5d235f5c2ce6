"""Pairs of words that people rated, and their cosines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from wordneg.evaluation.benchmarks.catalog import Kind
from wordneg.evaluation.benchmarks.lines import BadLine, skipped_note
from wordneg.evaluation.contract import DEFAULTS, Options
from wordneg.evaluation.messages import counted
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.similarity.result import Correlation, SimilarityResult
from wordneg.evaluation.vectors import Floats, Rows, Vectors
from wordneg.evaluation.words import KnownWords

__all__ = ["BoundPairs", "WordPairs"]


@dataclass(frozen=True, eq=False)
class WordPairs:
    """A similarity benchmark.

    Parameters
    ----------
    name : str
        The benchmark's name, as tables show it.
    pairs : tuple of (str, str)
        The N pairs, in the file's order and spelling. A pair that is listed twice is there twice.
    gold : (N,) float64 array
        What people said; any scale on which more is more similar.
    skipped : tuple of BadLine
        Lines that could not be read.

    Raises
    ------
    ValueError
        There are no pairs, not one score for each, or scores that are not finite.
    """

    kind: ClassVar[Kind] = "similarity"

    name: str
    pairs: tuple[tuple[str, str], ...]
    gold: npt.NDArray[np.float64]
    skipped: tuple[BadLine, ...] = ()

    def __post_init__(self) -> None:
        gold = np.array(self.gold, dtype=np.float64)
        if not self.pairs:
            raise ValueError(f"{self.name}: no pairs")
        if gold.shape != (len(self.pairs),):
            raise ValueError(f"{self.name}: {len(self.pairs)} pairs and {gold.size} scores, expected one for each pair")
        if not np.isfinite(gold).all():
            first = self.pairs[int(np.flatnonzero(~np.isfinite(gold))[0])]
            raise ValueError(f"{self.name}: the score of {first} is not a finite number")
        gold.setflags(write=False)
        object.__setattr__(self, "gold", gold)

    @property
    def duplicates(self) -> int:
        """How many pairs repeat an earlier one, in either order, case aside."""
        return len(self.pairs) - len({frozenset((a.upper(), b.upper())) for a, b in self.pairs})

    def bind(self, words: KnownWords, options: Options = DEFAULTS) -> BoundPairs:
        """Look up the words; see :meth:`wordneg.evaluation.contract.Benchmark.bind`."""
        return BoundPairs(self, words)

    def item_ranks(self, ranks: WordRanks) -> Rows:
        """Return the (N,) rank of the rarer word of each pair."""
        return ranks.rarest(self.pairs)


class BoundPairs:
    """Word pairs, with their words looked up.

    Parameters
    ----------
    benchmark : WordPairs
        The N pairs.
    words : KnownWords
        The words of the vectors to be scored.

    Attributes
    ----------
    rows : (N, 2) int64 array
        The rows of the words, -1 for unknown ones.
    known, used : (N,) bool array
        Pairs with both words known, and pairs that are counted.
    clusters : (N, 2) int64 array
        The words as numbers.
    failure : str
        Why there is no correlation, whatever the vectors.
    """

    def __init__(self, benchmark: WordPairs, words: KnownWords) -> None:
        self._benchmark, self._words = benchmark, words
        flat = [word for pair in benchmark.pairs for word in pair]
        self.rows = words.rows(flat).reshape(-1, 2)
        self.known = self.rows.min(axis=1) >= 0
        self.used = np.ones_like(self.known) if words.policy.dummy4unknown else self.known
        self.used.setflags(write=False)
        self.clusters = words.clusters(benchmark.pairs)
        self._gold = benchmark.gold[self.used]
        self._missing_pairs = tuple(benchmark.pairs[item] for item in np.flatnonzero(~self.known))
        self._missing_words = words.missing(flat)
        self._notes = [*skipped_note(benchmark.skipped)]
        if duplicates := benchmark.duplicates:
            self._notes.append(f"{counted(duplicates, 'duplicate pair')} kept")
        self.failure = self._no_correlation()

    def score(self, matrix: Any) -> SimilarityResult:
        """Correlate cosines with the gold scores; see :meth:`wordneg.evaluation.contract.Bound.score`."""
        if self.failure:
            raise ValueError(self.failure)
        vectors, benchmark = self._words.vectors(matrix), self._benchmark
        scores = np.where(self.used, 0.0, np.nan)
        scores[self.known] = _cosines(vectors, self.rows[self.known])
        scores.setflags(write=False)
        found = scores[self.used]
        if np.ptp(found) == 0:
            raise ValueError(
                f"{benchmark.name}: all {len(found)} pairs used have similarity {found[0]} in these vectors "
                f"({self._words.policy}), nothing to correlate; are the words known, and the vectors trained?"
            )
        spearman, pearson = _correlate(self._gold, found)
        return SimilarityResult(
            benchmark=benchmark,
            policy=self._words.policy,
            used=self.used,
            missing_words=self._missing_words,
            notes=(*self._notes, *self._zeros(vectors)),
            pairs=benchmark.pairs,
            gold=benchmark.gold,
            scores=scores,
            clusters=self.clusters,
            missing_pairs=self._missing_pairs,
            spearman=spearman,
            pearson=pearson,
        )

    def _no_correlation(self) -> str:
        """Return why the words and the gold scores allow no correlation, or nothing."""
        name, policy = self._benchmark.name, self._words.policy
        if len(self._gold) < 3:
            return (
                f"not enough pairs: {len(self._gold)} of the {len(self.rows)} in {name} can be used ({policy}), a "
                f"correlation needs three or more; are these words in the vectors?"
            )
        if np.ptp(self._gold) == 0:
            return f"{name}: all {len(self._gold)} pairs used have gold score {self._gold[0]}, nothing to correlate"
        return ""

    def _zeros(self, vectors: Vectors) -> list[str]:
        """Return a remark on words that have no direction."""
        zero = [vectors.words[row] for row in np.unique(self.rows[self.known]) if vectors.norms[row] == 0]
        if not zero:
            return []
        return [f"similarity 0 for {counted(len(zero), 'word')} with a vector of zeros, the first is {zero[0]!r}"]


def _cosines(vectors: Vectors, rows: Rows) -> Floats:
    """Return the (N,) cosines of the (N, 2) rows."""
    distinct, places = np.unique(rows, return_inverse=True)
    unit = vectors.unit(distinct)
    left, right = unit[places.reshape(rows.shape).T]  # (N, D) each
    # A stack of (1, D) by (D, 1) products: one BLAS dot a pair, as in gensim, hence the same last bit.
    return np.matmul(left[:, None, :], right[:, :, None])[:, 0, 0]


def _correlate(gold: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> tuple[Correlation, Correlation]:
    """Return Spearman's and Pearson's coefficients."""
    from scipy import stats  # imported late: half a second that importing the package should not cost

    spearman = stats.spearmanr(gold, scores)
    pearson = stats.pearsonr(gold, scores)
    return (
        Correlation(float(spearman[0]), float(spearman[1])),
        Correlation(float(pearson[0]), float(pearson[1])),
    )
