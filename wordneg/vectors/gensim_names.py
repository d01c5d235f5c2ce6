"""Names that gensim's vectors have, or had before its version 4, and what to use here instead."""

from __future__ import annotations

__all__ = ["ELSEWHERE"]

_NORMED = "get_normed_vectors()"

ELSEWHERE = {
    # gensim 3
    "vocab": "key_to_index, or get_vecattr(word, 'count')",
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "syn0": "vectors",
    "syn0norm": _NORMED,
    "vectors_norm": _NORMED,
    "accuracy": "evaluate_word_analogies",
    "evaluate_word_analogies_old": "evaluate_word_analogies",
    # gensim 4
    "vectors_vocab": "vectors",
    "lifecycle_events": "logging",
}
