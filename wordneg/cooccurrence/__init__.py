"""Co-occurrences: how often words stand near each other, as a sparse matrix, counted as GloVe counts.

Within a sentence, a token and another one d places before it, d = 1 … window, add 1 / d to the cell (row: the later
word, column: the earlier one) and, if contexts are symmetric, to the cell with row and column exchanged, too. So

    X[w, c] = Σ 1 / |i - j|   over all pairs of positions i ≠ j of one sentence, at most `window` apart,
                              with word w at i and word c at j (j < i only, if not symmetric)

Without distance weighting each pair adds 1. A word beside itself is counted, too. Words under the cut-off are gone from
a token store, and their neighbours have closed up, as in GloVe. No word is subsampled.

>>> from wordneg import encode
>>> from wordneg.cooccurrence import count_cooccurrences
>>> store = encode([["a", "rose", "is", "a", "rose"]], min_count=1)
>>> counts = count_cooccurrences(store, window=2, progress=False)
>>> row, column = (store.vocabulary.index[word] for word in ("a", "rose"))
>>> float(counts.matrix[row, column])  # 1 and 1 / 2, both from "a rose", and 1 / 2 from "rose is a"
2.5

How they are counted: row by row. For a range of words, the places where they stand in the text are listed, a counting
sort. Then each word's neighbours are added up into one dense row of float64, and those columns that were touched are
written down in order, rounded once to float32. No pair is ever stored or sorted. A limit on memory makes the ranges of
words smaller, for each of which the text is read again, and moves finished rows to a file. As a row is always summed
whole, by one thread, in the order of the text, neither limit nor workers change a bit of the result.

===========  =======================================================================
matrix       `Cooccurrences`: the matrix with its vocabulary; saving and loading
counting     `count_cooccurrences`: what is done when, and by which thread
planning     how a limit on memory is shared out
rows         the compiled part: places of words, sums of neighbours
spool        where finished rows wait, in memory or in a file
===========  =======================================================================

Private: names and places here may change without notice.

References
----------
J. Pennington, R. Socher, C. D. Manning (2014), "GloVe: Global vectors for word representation", EMNLP, sections 3
and 4.2. The authors' program is ``cooccur``.
"""

from wordneg.cooccurrence.counting import count_cooccurrences
from wordneg.cooccurrence.matrix import Cooccurrences

__all__ = ["Cooccurrences", "count_cooccurrences"]
