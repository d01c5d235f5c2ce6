"""wordneg: word vectors trained on a CPU, with negative samplers to choose from and to compare.

>>> from wordneg import Word2Vec
>>> model = Word2Vec([["the", "cat", "sat"], ["the", "dog", "sat"]] * 50, min_count=1, vector_size=16)
>>> model.wv.most_similar("cat", topn=1)[0][0] in {"dog", "sat", "the"}
True

`Word2Vec` trains, `WordVectors` answers, `encode` reads a corpus once for many trainings. What negatives
there are is taught in `wordneg.samplers`, what they are trained on in `wordneg.objectives`; corpora by
name or path come from the sibling package `corpora`, benchmarks from `evaluation`. `compare` trains several
settings and says which is better, and whether it is so; `reproduce` does that by the protocol of a paper.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wordneg.comparison import Comparison, Reproduction, compare, reproduce
    from wordneg.cooccurrence import Cooccurrences, count_cooccurrences
    from wordneg.encoding import encode
    from wordneg.lookup import MissingWordError
    from wordneg.simd import jit
    from wordneg.tokenstore import TokenStore
    from wordneg.trainer import EpochReport
    from wordneg.vectors import WordVectors, load_vectors
    from wordneg.vocabulary import Vocabulary
    from wordneg.word2vec import Word2Vec
    from wordneg.wordrank import WordRank

__all__ = [
    "Comparison",
    "Cooccurrences",
    "EpochReport",
    "MissingWordError",
    "Reproduction",
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

# loaded when first used: looking at vectors needs no Numba, and `wordneg --help` needs neither
_HOMES = {
    "Comparison": "comparison",
    "Cooccurrences": "cooccurrence",
    "EpochReport": "trainer",
    "MissingWordError": "lookup",
    "Reproduction": "comparison",
    "TokenStore": "tokenstore",
    "Vocabulary": "vocabulary",
    "Word2Vec": "word2vec",
    "WordRank": "wordrank",
    "WordVectors": "vectors",
    "compare": "comparison",
    "count_cooccurrences": "cooccurrence",
    "encode": "encoding",
    "jit": "simd",
    "load_vectors": "vectors",
    "reproduce": "comparison",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"wordneg.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'wordneg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
