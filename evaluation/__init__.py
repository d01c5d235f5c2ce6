"""Is a set of word vectors any good: similarity and analogy benchmarks.

Everything here takes *vectors* and asks no more of them than words and a matrix: any object with
``index_to_key`` and ``vectors`` (gensim's ``KeyedVectors``, wordneg's ``WordVectors``), or a dict from word
to vector. The package knows nothing of how they were trained.

========================  =============================  =======================================
task                      full result                    gensim's return value
========================  =============================  =======================================
word similarity           :func:`score_word_pairs`       :func:`evaluate_word_pairs`
word analogies            :func:`score_word_analogies`   :func:`evaluate_word_analogies`
========================  =============================  =======================================

**Similarity.** People rated how alike the words of a pair are; the model's rating is the cosine of their
vectors. The score is the correlation of the two lists: Spearman's (do they order the pairs alike?) and
Pearson's.

**Analogies.** *a* is to *b* as *c* is to what? The model answers with the word whose vector fits best, the
three question words excepted; the score is the share of right answers.

**Benchmarks** are named (``"wordsim353"``, ``"simlex999"``, ``"google"``: they come with gensim, nothing is
downloaded) or are paths of files in the same formats; :data:`BENCHMARKS` lists the names.

**Policies.** What is done about words that the vectors lack, about case and about rare words moves these
numbers as much as a better model does, so every result states its :class:`Policy` and what was left out.
The defaults are gensim's.

Examples
--------
>>> import numpy as np
>>> import evaluation
>>> vectors = {"cat": [1.0, 0.1], "dog": [1.0, 0.2], "car": [0.1, 1.0], "bus": [0.0, 1.0]}
>>> rated = (("cat", "dog"), ("cat", "car"), ("dog", "bus"))
>>> pairs = evaluation.WordPairs("toy", rated, np.array([9.0, 2.0, 1.0]))
>>> print(f"{evaluation.score_word_pairs(vectors, pairs).spearman.statistic:.2f}")
1.00
"""

from evaluation.analogy import AnalogyResult, SectionScore, evaluate_word_analogies, score_word_analogies
from evaluation.benchmarks import BENCHMARKS, Benchmark, benchmark_path
from evaluation.policy import Policy
from evaluation.reading import Analogies, BadLine, Section, WordPairs, read_word_analogies, read_word_pairs
from evaluation.similarity import Correlation, SimilarityResult, evaluate_word_pairs, score_word_pairs
from evaluation.vectors import Vectors, as_vectors

__all__ = [
    "BENCHMARKS",
    "Analogies",
    "AnalogyResult",
    "BadLine",
    "Benchmark",
    "Correlation",
    "Policy",
    "Section",
    "SectionScore",
    "SimilarityResult",
    "Vectors",
    "WordPairs",
    "as_vectors",
    "benchmark_path",
    "evaluate_word_analogies",
    "evaluate_word_pairs",
    "read_word_analogies",
    "read_word_pairs",
    "score_word_analogies",
    "score_word_pairs",
]
