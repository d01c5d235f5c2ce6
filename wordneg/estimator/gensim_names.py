"""Names that gensim's models have, or had before its version 4, and what to use here instead."""

from __future__ import annotations

__all__ = ["ELSEWHERE"]

_OF_VECTORS = (
    "index_to_key",
    "key_to_index",
    "most_similar",
    "most_similar_cosmul",
    "similar_by_word",
    "similar_by_vector",
    "similarity",
    "n_similarity",
    "doesnt_match",
    "get_vector",
    "distance",
    "distances",
    "evaluate_word_pairs",
    "evaluate_word_analogies",
    "save_word2vec_format",
)

ELSEWHERE = {
    "size": "vector_size",
    "iter": "epochs",
    "layer1_size": "vector_size",
    "vocab": "wv.key_to_index",
    "vocabulary": "wv.key_to_index",
    "index2word": "wv.index_to_key",
    "index2entity": "wv.index_to_key",
    "syn0": "wv.vectors",
    "vectors": "wv.vectors",
    "syn0norm": "wv.get_normed_vectors()",
    "accuracy": "wv.evaluate_word_analogies",
    "vectors_lockf": "a corpus with the words to be trained, since each vector in the vocabulary is trained",
    "load_word2vec_format": "WordVectors.load_word2vec_format",
    "delete_temporary_training_data": "wv, which can be kept without its model",
    "init_sims": "wv.fill_norms()",
    "running_training_loss": "get_latest_training_loss()",
    "total_train_time": "the seconds in history",
    "min_alpha_yet_reached": "the rate in history",
    "cum_table": "sampler",
    **{name: f"wv.{name}" for name in _OF_VECTORS},
}
