"""wordneg: word vectors trained on a CPU, with negative samplers to choose from and to compare.

>>> from wordneg import Word2Vec
>>> model = Word2Vec([["the", "cat", "sat"], ["the", "dog", "sat"]] * 50, min_count=1, vector_size=16)
>>> model.wv.most_similar("cat", topn=1)[0][0] in {"dog", "sat", "the"}
True

`Word2Vec` trains, `WordVectors` answers (`KeyedVectors` is gensim's name for it), `encode` reads a corpus once for many
trainings, `compare` trains several settings and says which is better and how sure that is, `reproduce` does so by the
protocol of a paper.

The house, room by room. The first group is public, as are the names in `wordneg.__all__`; the other rooms are private
and may change without notice.

================  =====================================================================================
`corpora`         text from files, folders, archives, dumps and data sets, as sentences of words
`evaluation`      benchmarks of similarity, analogies and categories; the statistics of their scores
`samplers`        which words are negatives: a file for each strategy
`objectives`      what scores are pushed towards: a file for each loss, with its gradient
`comparison`      settings trained side by side, measured, tested and shown
`testing`         `check_sampler`, for authors of samplers
`rng`             random numbers in compiled code, for authors of samplers
`cli`             the command line: a file for each command
----------------  -------------------------------------------------------------------------------------
`word2vec`        skip-gram and CBOW: model, settings, trainer, kernel, blocks
`wordrank`        WordRank: model, settings, optimizer, kernel
`allvec`          AllVec, least squares over all pairs: model, settings, optimizer, kernel
`closedform`      ClosedForm, vectors from eigenvectors: model, settings, target, eigenvectors
`estimator`       what the models share: settings, reading, callbacks, progress, interruption
`diagnosis`       what a sampler does: draws outside of training, the report, the checks
`cooccurrence`    counting which words stand together, in bounded memory
`text`            vocabulary, token store, encoding, and the compiled scanner
`vectors`         words and their vectors, and the questions they answer
`files`           formats of vectors, models and archives; writing that loses nothing
`compiled`        Numba's settings, SIMD, random numbers, tiles, rows, cosines, weights
`common`          error messages, checks of settings, registries, the machine, plotting
================  =====================================================================================
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as _version
from pathlib import Path as _Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordneg.allvec.model import AllVec
    from wordneg.closedform.model import ClosedForm
    from wordneg.common.settings import SettingError
    from wordneg.comparison import Comparison, Reproduction, compare, reproduce
    from wordneg.compiled.jit import jit
    from wordneg.cooccurrence import Cooccurrences, count_cooccurrences
    from wordneg.text.encoding import encode
    from wordneg.text.phrases import Phrases
    from wordneg.text.tokenstore import TokenStore
    from wordneg.text.vocabulary import Vocabulary
    from wordneg.vectors.exports.indexer import HnswIndexer
    from wordneg.vectors.vectorizer import DocumentVectorizer
    from wordneg.vectors.words import MissingWordError
    from wordneg.vectors.wordvectors import KeyedVectors, WordVectors, load_vectors
    from wordneg.word2vec.model import Word2Vec
    from wordneg.word2vec.trainer import EpochReport
    from wordneg.wordrank.model import WordRank

__all__ = [
    "AllVec",
    "ClosedForm",
    "Comparison",
    "Cooccurrences",
    "DocumentVectorizer",
    "EpochReport",
    "HnswIndexer",
    "KeyedVectors",
    "MissingWordError",
    "Phrases",
    "Reproduction",
    "SettingError",
    "TokenStore",
    "Vocabulary",
    "Word2Vec",
    "WordRank",
    "WordVectors",
    "compare",
    "count_cooccurrences",
    "encode",
    "jit",
    "load_vectors",
    "reproduce",
]

__version__ = _version("wordneg")

# In a checkout, `corpora` and `evaluation` stand beside this package; installed, they are inside it. So that
# `import wordneg.corpora` also works in the checkout's root, whatever is installed, the root is searched too.
if not (_Path(__file__).parent / "corpora").is_dir():
    __path__.append(str(_Path(__file__).parents[1]))

# loaded when first used: looking at vectors needs no Numba, and `wordneg --help` needs neither
_HOMES = {
    "AllVec": "allvec.model",
    "ClosedForm": "closedform.model",
    "Comparison": "comparison",
    "Cooccurrences": "cooccurrence",
    "DocumentVectorizer": "vectors.vectorizer",
    "EpochReport": "word2vec.trainer",
    "HnswIndexer": "vectors.exports.indexer",
    "KeyedVectors": "vectors.wordvectors",
    "MissingWordError": "vectors.words",
    "Phrases": "text.phrases",
    "Reproduction": "comparison",
    "SettingError": "common.settings",
    "TokenStore": "text.tokenstore",
    "Vocabulary": "text.vocabulary",
    "Word2Vec": "word2vec.model",
    "WordRank": "wordrank.model",
    "WordVectors": "vectors.wordvectors",
    "compare": "comparison",
    "count_cooccurrences": "cooccurrence",
    "encode": "text.encoding",
    "jit": "compiled.jit",
    "load_vectors": "vectors.wordvectors",
    "reproduce": "comparison",
}
_ROOMS = ("cli", "comparison", "corpora", "evaluation", "objectives", "rng", "samplers", "testing")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"wordneg.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return import_module(f"wordneg.{name}")
    raise AttributeError(f"module 'wordneg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_ROOMS, "__version__"])
