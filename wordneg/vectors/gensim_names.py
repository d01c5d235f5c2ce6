"""Names that gensim's vectors have, or had before its version 4, and what to use here instead."""

from __future__ import annotations

__all__ = ["ELSEWHERE"]

_GROWING = "WordVectors(words, vectors), since words are not added to vectors that are there"
_NORMED = "get_normed_vectors()"

ELSEWHERE = {
    # gensim 3
    "vocab": "key_to_index, or get_vecattr(word, 'count')",
    "index2word": "index_to_key",
    "index2entity": "index_to_key",
    "syn0": "vectors",
    "syn0norm": _NORMED,
    "vectors_norm": _NORMED,
    "word_vec": "get_vector",
    "words_closer_than": "closer_than",
    "init_sims": "fill_norms()",
    "wmdistance": "gensim's wmdistance, by to_gensim()",
    "relative_cosine_similarity": "gensim's, by to_gensim()",
    # gensim 4
    "vectors_lockf": "a corpus with the words to be trained, since each vector in the vocabulary is trained",
    "vectors_vocab": "vectors",
    "expandos": "get_vecattr and set_vecattr",
    "next_index": "len()",
    "mapfile_path": "save and load",
    "add_vector": _GROWING,
    "add_vectors": _GROWING,
    "add_lifecycle_event": "logging",
    "lifecycle_events": "logging",
    "allocate_vecattrs": "set_vecattr",
    "resize_vectors": "the setter of vectors",
    "sort_by_descending_frequency": "sorted_vocab=1 of the model",
    "intersect_word2vec_format": "the setter of vectors",
    "cosine_similarities": "distances, which are 1 minus the cosines",
    "evaluate_word_analogies_old": "evaluate_word_analogies",
    "log_accuracy": "evaluate_word_analogies",
    "log_evaluate_word_pairs": "evaluate_word_pairs",
    "accuracy": "evaluate_word_analogies",
    "unit_normalize_all": "the setter of vectors with get_normed_vectors()",
}
