"""Encoding a corpus as a token store: read, with its phrases joined if that is wanted."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from wordneg import corpora
from wordneg.text.reading import read_store
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule, Vocabulary, checked_integer, select_words

__all__ = ["encode"]


def encode(
    corpus: Any,
    *,
    tokenizer: corpora.Tokenizer | None = None,
    encoding: str | None = None,
    unicode_errors: str | None = None,
    min_count: int = 5,
    max_vocab_size: int | None = None,
    max_final_vocab: int | None = None,
    sorted_vocab: bool = True,
    trim_rule: TrimRule | None = None,
    phrases: int = 0,
    phrase_threshold: float | None = None,
    phrase_scoring: str = "default",
    vocabulary: Vocabulary | None = None,
    grow: bool = False,
    path: str | os.PathLike[str] | None = None,
    memory_limit: int = 1 << 30,
    progress: Callable[[int], object] | None = None,
) -> TokenStore:
    """Read a corpus once, count its words and return it as word ids.

    Parameters
    ----------
    corpus : corpus, path, stream or iterable
        Anything that `wordneg.corpora.open_corpus` takes. Text files without a tokenizer are scanned by compiled code.
    tokenizer : callable, optional
        Function that takes a line (or a string of the iterable) and returns its words; see
        `wordneg.corpora.open_corpus`.
    encoding, unicode_errors : str, optional
        The encoding of text files, by default UTF-8, and what happens to bytes that are invalid in it; see
        `wordneg.corpora.open_corpus`.
    min_count : int
        Words that occur less often are dropped.
    max_vocab_size : int, optional
        Bound on the memory used for counting. Whenever there are more than `max_vocab_size` distinct words after a
        sentence, words that occurred less often than a threshold are forgotten, and the threshold, initially 1,
        rises by one, as in gensim. A forgotten word that comes again starts anew: its earlier tokens are missing
        from its count and from the store.
    max_final_vocab : int, optional
        Raise `min_count` until at most this many words remain (see `wordneg.text.vocabulary.select_words`).
    sorted_vocab : bool
        Whether to give the lowest ids to the most frequent words.
    trim_rule : callable, optional
        ``trim_rule(word, count, min_count)`` returns 0 to apply `min_count`, 1 to drop the word, or 2 to keep it:
        gensim's ``RULE_DEFAULT``, ``RULE_DISCARD`` and ``RULE_KEEP``.
    phrases : int
        In how many passes words that often stand side by side are joined, such as ``new_york``, before rare words are
        dropped; 0 for none. Two passes find phrases of up to four words. See `wordneg.Phrases`.
    phrase_threshold : float, optional
        The score that a phrase must exceed: by default 10, or .5 for "npmi".
    phrase_scoring : {"default", "npmi"}
        How pairs of words are scored.
    vocabulary : Vocabulary, optional
        The words to use, with their ids and counts. Other words are dropped, and the cut-offs do not apply.
    grow : bool
        Whether words of the corpus that are not in `vocabulary` are added behind it, in order of first appearance, if
        they pass the cut-offs in this corpus. All counts are added up.
    path : path, optional
        New file for the tokens if they exceed `memory_limit`; it outlives the store. The default is a temporary
        file that vanishes with the store.
    memory_limit : int
        Bytes of tokens (4 per token and 4 per sentence) to hold in memory; a larger corpus goes to a
        memory-mapped file.
    progress : callable, optional
        Function called now and then with the number of bytes (for text) or sentences (for other corpora) done so far.

    Returns
    -------
    TokenStore

    Raises
    ------
    TypeError
        If `corpus` cannot be a corpus, its sentences are not lists of str or int, or a setting is of the wrong type.
    ValueError
        If there are no tokens, or none in the vocabulary; a setting is out of range; a tokenizer or an encoding is
        given for a corpus that is already open; or a file is no text in its encoding, such as a saved model.
    OSError
        If the corpus cannot be read (`FileNotFoundError` if it does not exist), or the spool cannot be written, for
        example on a full disk.
    """
    how: dict[str, Any] = {
        "tokenizer": tokenizer,
        "encoding": encoding,
        "unicode_errors": unicode_errors,
        "max_vocab_size": max_vocab_size,
        "sorted_vocab": sorted_vocab,
        "memory_limit": memory_limit,
        "progress": progress,
    }
    cut: dict[str, Any] = {"min_count": min_count, "max_final_vocab": max_final_vocab}
    if not checked_integer("phrases", phrases, 0):
        return read_store(corpus, **how, **cut, trim_rule=trim_rule, vocabulary=vocabulary, grow=grow, path=path)
    excluded = {"vocabulary": vocabulary, "trim_rule": trim_rule, "path": path}
    if others := [name for name, value in excluded.items() if value is not None]:
        raise ValueError(
            f"got phrases={phrases} and a {others[0]}: phrases are found in a whole corpus in memory; give a "
            "corpus whose phrases are joined already, see wordneg.Phrases"
        )
    select_words(np.empty(0, dtype=np.int64), **cut)  # complain about bad settings before a long scan, not after
    from wordneg.text.phrases import join_phrases  # Numba takes a third of a second to import

    store = read_store(corpus, **how, min_count=1)
    store = join_phrases(store, phrases, min_count=min_count, threshold=phrase_threshold, scoring=phrase_scoring)
    return store.cut(**cut, sorted_vocab=bool(sorted_vocab))
