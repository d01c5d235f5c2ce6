"""Names that gensim's models have, or had before its version 4, and what to use here instead."""

from __future__ import annotations

__all__ = ["ELSEWHERE", "OF_OTHERS"]

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
    "vocab": "wv.key_to_index",
    "vocabulary": "wv.key_to_index",
    "index2word": "wv.index_to_key",
    "index2entity": "wv.index_to_key",
    "syn0": "wv.vectors",
    "vectors": "wv.vectors",
    "syn0norm": "wv.get_normed_vectors()",
    "accuracy": "wv.evaluate_word_analogies",
    "vectors_lockf": "wv.vectors_lockf",
    "syn0_lockf": "wv.vectors_lockf",
    "load_word2vec_format": "WordVectors.load_word2vec_format",
    "delete_temporary_training_data": "wv, which can be kept without its model",
    "lifecycle_events": "logging",
    "train_count": "history",
    "effective_min_count": "min_count, or the least of wv.counts",
    "raw_vocab": "wv.get_vecattr(word, 'count')",
    "scan_vocab": "build_vocab",
    "prepare_vocab": "build_vocab",
    "prepare_weights": "init_weights",
    "update_weights": "build_vocab(corpus, update=True)",
    "make_cum_table": "cum_table",
    "add_null_word": "a corpus with that word",
    "create_binary_tree": "build_vocab, which makes the tree,",
    "random": "seed",
    "seeded_vector": "numpy.random.default_rng(seed)",
    **{name: f"wv.{name}" for name in _OF_VECTORS},
}

OF_OTHERS = {
    "dim": ("vector_size",),
    "ws": ("window",),
    "neg": ("negative",),
    "lr": ("learning_rate", "alpha"),
    "learning_rate": ("alpha",),
    "thread": ("workers",),
    "threads": ("workers",),
    "n_jobs": ("workers",),
    "random_state": ("seed",),
    "skipgram": ("sg",),
    "skip_gram": ("sg",),
    "cbow": ("sg",),
    "loss": ("objective",),
}
"""What settings of fastText and scikit-learn are called here; the first name that a model has is meant."""
