"""Word similarity: how well cosines agree with what people say.

References
----------
Spearman 1904, The Proof and Measurement of Association between Two Things, American Journal of Psychology 15.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from wordneg.evaluation.lines import counted, skipped_note
from wordneg.evaluation.policy import Lookup, Policy
from wordneg.evaluation.reading import WordPairs, read_word_pairs
from wordneg.evaluation.vectors import Vectors, as_vectors

if TYPE_CHECKING:
    from wordneg.evaluation.significance import Interval

__all__ = ["Correlation", "SimilarityResult", "evaluate_word_pairs", "score_word_pairs"]


class Correlation(NamedTuple):
    """A correlation coefficient and its two-sided p-value, as scipy computes them."""

    statistic: float
    pvalue: float


@dataclass(frozen=True, eq=False)
class SimilarityResult:
    """How vectors did on a similarity benchmark, pair by pair.

    Attributes
    ----------
    name : str
        The benchmark.
    pairs : tuple of (str, str)
        All N pairs of the benchmark, in its order and spelling.
    gold : (N,) float64 array
        What people said.
    scores : (N,) float64 array
        The cosine of each pair; where a word is unknown, 0 or NaN as the policy has it.
    used : (N,) bool array
        Which pairs are in the correlations.
    missing_pairs : tuple of (str, str)
        Pairs with an unknown word.
    missing_words : tuple of str
        The unknown words, each once, in the benchmark's order.
    spearman, pearson : Correlation
        Of `gold` and `scores` over the pairs used.
    policy : Policy
        What counts as unknown, and what was done about it.
    notes : tuple of str
        What a reader of the numbers should know: unreadable lines, duplicate pairs, vectors of zeros.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    gold: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    used: npt.NDArray[np.bool_]
    missing_pairs: tuple[tuple[str, str], ...]
    missing_words: tuple[str, ...]
    spearman: Correlation
    pearson: Correlation
    policy: Policy
    notes: tuple[str, ...] = ()

    @property
    def oov_ratio(self) -> float:
        """Pairs with an unknown word, in percent of all."""
        return len(self.missing_pairs) / len(self.pairs) * 100

    def spearman_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of Spearman's coefficient over pairs.

        See `wordneg.evaluation.significance.spearman_interval`.

        Parameters
        ----------
        level : float
            Confidence level.

        Raises
        ------
        ValueError
            Fewer than four pairs are used, or a level outside (0, 1).
        """
        return self._interval("spearman_interval", level)

    def pearson_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of Pearson's coefficient, over pairs; arguments and errors as of `spearman_interval`."""
        return self._interval("pearson_interval", level)

    def _interval(self, name: str, level: float) -> Interval:
        from wordneg.evaluation import significance  # which imports this module

        interval: Interval = getattr(significance, name)(self.scores[self.used], self.gold[self.used], level)
        return interval

    def __str__(self) -> str:
        return (
            f"{self.name}: Spearman {self.spearman.statistic:.3f}, Pearson {self.pearson.statistic:.3f}, "
            f"{int(self.used.sum())} of {len(self.pairs)} pairs, {len(self.missing_pairs)} with unknown "
            f"words ({self.policy})" + "".join(f"; {note}" for note in self.notes)
        )

    __repr__ = __str__


def score_word_pairs(
    vectors: Any,
    pairs: str | os.PathLike[str] | WordPairs,
    *,
    delimiter: str | None = None,
    encoding: str = "utf8",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> SimilarityResult:
    """Score vectors on a similarity benchmark.

    Parameters
    ----------
    vectors : Vectors, mapping, or object with ``index_to_key`` and ``vectors``
        See :func:`wordneg.evaluation.as_vectors`.
    pairs : str, path or WordPairs
        A benchmark's name, a file of ``word word score`` lines, or pairs already read.
    delimiter, encoding : str
        How to read a file: see :func:`wordneg.evaluation.read_word_pairs`.
    restrict_vocab, case_insensitive, dummy4unknown
        See :class:`wordneg.evaluation.Policy`.

    Raises
    ------
    ValueError
        Fewer than three pairs to correlate, or all the same score; or see :func:`wordneg.evaluation.read_word_pairs`.
    """
    policy = Policy(restrict_vocab, case_insensitive, dummy4unknown)
    if isinstance(pairs, WordPairs):
        benchmark = pairs
    else:
        benchmark = read_word_pairs(pairs, delimiter=delimiter, encoding=encoding)
    adapted = as_vectors(vectors)
    lookup = Lookup.of(adapted, policy)
    rows = lookup.memory.once(partial(_rows, lookup), benchmark, score_word_pairs)
    known = rows.min(axis=1) >= 0
    used = np.ones_like(known) if dummy4unknown else known
    scores = np.where(used, 0.0, np.nan)
    scores[known] = _cosines(adapted, rows[known])
    missing_pairs = tuple(benchmark.pairs[item] for item in np.flatnonzero(~known))
    missing_words = dict.fromkeys(word for pair in missing_pairs for word in pair if lookup.row(word) < 0)
    _check_enough(benchmark, scores[used], benchmark.gold[used], policy)
    spearman, pearson = _correlate(benchmark.gold[used], scores[used])
    for array in (scores, used):
        array.setflags(write=False)
    return SimilarityResult(
        name=benchmark.name,
        pairs=benchmark.pairs,
        gold=benchmark.gold,
        scores=scores,
        used=used,
        missing_pairs=missing_pairs,
        missing_words=tuple(missing_words),
        spearman=spearman,
        pearson=pearson,
        policy=policy,
        notes=_notes(benchmark, adapted, rows[known]),
    )


def evaluate_word_pairs(
    vectors: Any,
    pairs: str | os.PathLike[str] | WordPairs,
    delimiter: str = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> tuple[Correlation, Correlation, float]:
    """Return what gensim's ``KeyedVectors.evaluate_word_pairs`` returns, number for number.

    Fewer than three pairs are refused here, where gensim returns 1, -1 or NaN.

    Parameters
    ----------
    vectors, pairs, delimiter, encoding, restrict_vocab, case_insensitive, dummy4unknown
        See :func:`score_word_pairs`; `delimiter` is not found out, it is a tab unless said otherwise.

    Returns
    -------
    pearson, spearman : Correlation
        Coefficient and two-sided p-value.
    oov_ratio : float
        Pairs with an unknown word, in percent of all.

    Raises
    ------
    ValueError
        See :func:`score_word_pairs`.
    """
    result = score_word_pairs(
        vectors,
        pairs,
        delimiter=delimiter,
        encoding=encoding,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
        dummy4unknown=dummy4unknown,
    )
    return result.pearson, result.spearman, result.oov_ratio


def _rows(lookup: Lookup, benchmark: WordPairs) -> npt.NDArray[np.int64]:
    """Return the (N, 2) rows of the words of the pairs, -1 for unknown words."""
    return np.array([[lookup.row(a), lookup.row(b)] for a, b in benchmark.pairs], dtype=np.int64)


def _cosines(vectors: Vectors, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Return the (N,) cosines of the (N, 2) rows."""
    distinct, places = np.unique(rows, return_inverse=True)
    unit = vectors.unit(distinct)
    left, right = unit[places.reshape(rows.shape).T]  # (N, D) each
    # A stack of (1, D) by (D, 1) products: one BLAS dot a pair, as in gensim, hence the same last bit.
    return np.matmul(left[:, None, :], right[:, :, None])[:, 0, 0]


def _correlate(gold: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> tuple[Correlation, Correlation]:
    """Return Spearman's and Pearson's coefficients."""
    from scipy import stats  # imported late: half a second that `import evaluation` should not cost

    spearman = stats.spearmanr(gold, scores)
    pearson = stats.pearsonr(gold, scores)
    return (
        Correlation(float(spearman[0]), float(spearman[1])),
        Correlation(float(pearson[0]), float(pearson[1])),
    )


def _check_enough(
    benchmark: WordPairs, scores: npt.NDArray[np.float64], gold: npt.NDArray[np.float64], policy: Policy
) -> None:
    """Refuse what has no correlation."""
    if len(gold) < 3:
        raise ValueError(
            f"not enough pairs: {len(gold)} of the {len(benchmark.pairs)} in {benchmark.name} can be used "
            f"({policy}), a correlation needs three or more; are these words in the vectors?"
        )
    if np.ptp(gold) == 0:
        raise ValueError(
            f"{benchmark.name}: all {len(gold)} pairs used have gold score {gold[0]}, nothing to correlate"
        )
    if np.ptp(scores) == 0:
        raise ValueError(
            f"{benchmark.name}: all {len(scores)} pairs used have similarity {scores[0]} in these vectors "
            f"({policy}), nothing to correlate; are the words known, and the vectors trained?"
        )


def _notes(benchmark: WordPairs, vectors: Vectors, rows: npt.NDArray[np.intp]) -> tuple[str, ...]:
    """Return remarks on the file and on the (N, 2) rows that were compared."""
    notes = [*skipped_note(benchmark.skipped)]
    if benchmark.duplicates:
        notes.append(f"{counted(benchmark.duplicates, 'duplicate pair')} kept")
    zero = [vectors.words[row] for row in np.unique(rows) if vectors.norms[row] == 0]
    if zero:
        notes.append(f"similarity 0 for {counted(len(zero), 'word')} with a vector of zeros, the first is {zero[0]!r}")
    return tuple(notes)
