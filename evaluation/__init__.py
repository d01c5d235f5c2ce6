"""Benchmarks of word vectors: similarity, analogies and categorization, with the statistics of their scores.

Everything here takes *vectors* and asks no more of them than words and a matrix: any object with
``index_to_key`` and ``vectors`` (gensim's ``KeyedVectors``, wordneg's ``WordVectors``), or a dict from word
to vector. The package knows nothing of how they were trained.

========================  =============================  =======================================
task                      full result                    gensim's return value
========================  =============================  =======================================
word similarity           :func:`score_word_pairs`       :func:`evaluate_word_pairs`
word analogies            :func:`score_word_analogies`   :func:`evaluate_word_analogies`
categorization            :func:`score_categories`
all that are at hand      :func:`evaluate`
========================  =============================  =======================================

**Similarity.** People rated how alike the words of a pair are; the model's rating is the cosine of their
vectors. The score is the correlation of the two lists: Spearman's (do they order the pairs alike?) and Pearson's.

**Analogies.** *a* is to *b* as *c* is to what? The model answers with the word whose vector fits best, the
three question words excepted; the score is the share of right answers.

**Categorization.** The words of some categories are clustered by their vectors; the score says how well the clusters
match the categories, as a mean over several seeds.

**Benchmarks** are named, or are paths of files in the same formats. :data:`BENCHMARKS` lists the names with
license and citation; ``"wordsim353"`` and ``"google"`` come with wordneg, ``"simlex999"`` with gensim, and the
others are read from a folder of yours (an argument, or ``$WORDNEG_BENCHMARKS``) or downloaded when asked for by name.

**Policies.** The treatment of unknown words, of case and of rare words changes these numbers as much as a better
model does. So every result states its :class:`Policy` and what was left out.
The defaults are gensim's.

**Frequency bands.** :func:`score_bands` scores frequent, middle and rare words separately.

**Many vectors of the same words** are scored without looking anything up again: :func:`bind` looks up the words of
benchmarks once, and what it returns scores one matrix after the other.

==================  ===========================================================================================
`benchmarks`        files: the catalog of names, where files are found or downloaded from, how lines are read
`similarity`        pairs of words: read, bound, scored
`analogies`         questions: read, bound, answered, scored
`categorization`    categories: read, bound, clustered, scored
`contract`          what every kind of benchmark, bound benchmark and result has
`vectors`           words and a matrix, whatever they came in
`words`             which words are known
`ranks`, `bands`    how frequent words are; scores by frequency
`ranking`           hit rate and NDCG, by full ranking
`scoring`           one benchmark in one call
`gathering`         finding and reading many benchmarks
`evaluating`        many benchmarks at once; binding them
`outcomes`          what comes out of many, as a table
`alignment`         results of several models on the items they have in common
`significance`      intervals and tests, on plain arrays
`tables`            tables as text and as HTML
`messages`          pieces of messages
==================  ===========================================================================================

Examples
--------
>>> import numpy as np
>>> from wordneg import evaluation
>>> vectors = {"cat": [1.0, 0.1], "dog": [1.0, 0.2], "car": [0.1, 1.0], "bus": [0.0, 1.0]}
>>> rated = (("cat", "dog"), ("cat", "car"), ("dog", "bus"))
>>> pairs = evaluation.WordPairs("toy", rated, np.array([9.0, 2.0, 1.0]))
>>> print(f"{evaluation.score_word_pairs(vectors, pairs).spearman.statistic:.2f}")
1.00
"""

from wordneg.evaluation.alignment import CommonItems, common_items
from wordneg.evaluation.analogies.benchmark import Analogies, Section
from wordneg.evaluation.analogies.gensim import evaluate_word_analogies
from wordneg.evaluation.analogies.reading import read_word_analogies
from wordneg.evaluation.analogies.result import AnalogyResult, SectionScore
from wordneg.evaluation.bands import BANDS, Bands, BandScore, score_bands
from wordneg.evaluation.benchmarks.catalog import BENCHMARKS, CatalogEntry
from wordneg.evaluation.benchmarks.files import benchmark_path, benchmarks_at_hand, download_benchmark
from wordneg.evaluation.benchmarks.lines import BadLine
from wordneg.evaluation.categorization.benchmark import Categories
from wordneg.evaluation.categorization.reading import read_categories
from wordneg.evaluation.categorization.result import CategorizationResult
from wordneg.evaluation.contract import Benchmark, Bound, Counts, Items, Measure, Options, Result
from wordneg.evaluation.evaluating import BoundBenchmarks, bind, evaluate
from wordneg.evaluation.gathering import BenchmarkSet, Unreadable, read_benchmarks
from wordneg.evaluation.outcomes import Evaluation, Outcome, outcome_cell
from wordneg.evaluation.ranking import count_above, hit_rate, ndcg
from wordneg.evaluation.ranks import WordRanks
from wordneg.evaluation.scoring import evaluate_word_pairs, score_categories, score_word_analogies, score_word_pairs
from wordneg.evaluation.similarity.benchmark import WordPairs
from wordneg.evaluation.similarity.reading import read_word_pairs
from wordneg.evaluation.similarity.result import Correlation, SimilarityResult
from wordneg.evaluation.tables import html_table, text_table
from wordneg.evaluation.vectors import Vectors, as_vectors
from wordneg.evaluation.words import KnownWords, Policy, shared_words

__all__ = [
    "BANDS",
    "BENCHMARKS",
    "Analogies",
    "AnalogyResult",
    "BadLine",
    "BandScore",
    "Bands",
    "Benchmark",
    "BenchmarkSet",
    "Bound",
    "BoundBenchmarks",
    "CatalogEntry",
    "Categories",
    "CategorizationResult",
    "CommonItems",
    "Correlation",
    "Counts",
    "Evaluation",
    "Items",
    "KnownWords",
    "Measure",
    "Options",
    "Outcome",
    "Policy",
    "Result",
    "Section",
    "SectionScore",
    "SimilarityResult",
    "Unreadable",
    "Vectors",
    "WordPairs",
    "WordRanks",
    "as_vectors",
    "benchmark_path",
    "benchmarks_at_hand",
    "bind",
    "common_items",
    "count_above",
    "download_benchmark",
    "evaluate",
    "evaluate_word_analogies",
    "evaluate_word_pairs",
    "hit_rate",
    "html_table",
    "ndcg",
    "outcome_cell",
    "read_benchmarks",
    "read_categories",
    "read_word_analogies",
    "read_word_pairs",
    "score_bands",
    "score_categories",
    "score_word_analogies",
    "score_word_pairs",
    "shared_words",
    "text_table",
]
