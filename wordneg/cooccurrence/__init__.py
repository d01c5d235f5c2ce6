"""Co-occurrence counting: how often words occur near each other, as a sparse matrix, counted as by GloVe.

Private: names and places here may change without notice.

Within a sentence, a token and another one d places before it, d = 1 … window, add 1 / d to the cell whose row is the
later word and whose column is the earlier one, and, if contexts are symmetric, also to the cell with row and column
exchanged. Thus

    X[w, c] = Σ 1 / |i - j|   over all pairs of positions i ≠ j of one sentence, at most `window` apart,
                              with word w at i and word c at j (only j < i, if not symmetric)

Without distance weighting, each pair adds 1. A word next to itself counts, too. Words below the cut-off are absent from
a token store, and their neighbors have closed up, as in GloVe. No word is subsampled.

>>> from wordneg import encode
>>> from wordneg.cooccurrence import count_cooccurrences
>>> store = encode([["a", "rose", "is", "a", "rose"]], min_count=1)
>>> counts = count_cooccurrences(store, window=2, progress=False)
>>> row, column = (store.vocabulary.index[word] for word in ("a", "rose"))
>>> float(counts.matrix[row, column])  # 1 and 1 / 2, both from "a rose", and 1 / 2 from "rose is a"
2.5

Counting goes row by row. For a range of words, the places where they occur in the text are listed by a counting sort.
Then the neighbors of each word are summed in one dense row of float64, and the columns that were touched are written
out in order, rounded once to float32. No pair is ever stored or sorted. A memory limit makes the ranges of words
smaller, which means reading the text more often, and moves finished rows to a file. Because a row is always summed
as a whole, by one thread, in the order of the text, neither the limit nor the number of workers changes a bit of the
result.

===========  =======================================================================
matrix       `Cooccurrences`: the matrix with its vocabulary; saving and loading
counting     `count_cooccurrences`: the order of the work and its threads
planning     how a memory limit is divided up
rows         the compiled part: places of words, sums of neighbors
spool        holds finished rows, in memory or in a file
===========  =======================================================================

References
----------
J. Pennington, R. Socher, C. D. Manning (2014), "GloVe: Global vectors for word representation", EMNLP, sections 3
and 4.2. The authors' program is ``cooccur``.
"""

from wordneg.cooccurrence.counting import count_cooccurrences
from wordneg.cooccurrence.matrix import Cooccurrences

__all__ = ["Cooccurrences", "count_cooccurrences"]
