"""How estimators read a corpus: which one was given, and the vocabulary that their settings ask for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from wordneg.estimator.parameters import BaseParameters
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule, Vocabulary

__all__ = ["one_corpus", "read_corpus"]


def one_corpus(corpus: Any, corpus_file: str | os.PathLike[str] | None) -> Any:
    """Return the one corpus that was given, or None.

    Raises
    ------
    TypeError
        If there are two, or the file is no path.
    FileNotFoundError
        If there is no such file.
    """
    if corpus_file is None:
        return corpus
    if corpus is not None:
        raise TypeError("got both sentences and a corpus_file; give one of them")
    if not isinstance(corpus_file, (str, os.PathLike)):
        raise TypeError(f"got corpus_file={corpus_file!r}, expected a path; sentences are the first argument")
    if not os.path.exists(corpus_file):
        raise FileNotFoundError(f"there is no corpus_file {os.fspath(corpus_file)!r}")
    return os.fspath(corpus_file)


def read_corpus(
    corpus: Any,
    settings: BaseParameters,
    text: Mapping[str, Any],
    *,
    ahead: Callable[[], None],
    trim_rule: TrimRule | None = None,
    vocabulary: Vocabulary | None = None,
) -> TokenStore:
    """Read a corpus and count its words.

    Parameters
    ----------
    corpus : corpus
        Anything that `wordneg.corpora.open_corpus` takes.
    settings : BaseParameters
        The settings, which include those of the vocabulary.
    text : mapping
        How text is read: `tokenizer`, `encoding` and `unicode_errors` of `wordneg.encode`; see there also for what is
        raised.
    ahead : callable
        Called in the background if the corpus turns out to be a long one: time to compile what training needs.
        What it raises is dropped.
    trim_rule : callable, optional
        See `wordneg.encode`.
    vocabulary : Vocabulary, optional
        Words that are there already, which keep their numbers; those of the corpus follow.
    """
    compiling = _InBackground(ahead)
    return encode(
        corpus,
        **text,
        min_count=settings.min_count,
        max_vocab_size=settings.max_vocab_size,
        max_final_vocab=settings.max_final_vocab,
        sorted_vocab=bool(settings.sorted_vocab),
        phrases=settings.phrases,
        phrase_threshold=settings.phrase_threshold,
        phrase_scoring=settings.phrase_scoring,
        trim_rule=trim_rule,
        vocabulary=vocabulary,
        grow=vocabulary is not None,
        progress=compiling.start,
    )


class _InBackground:
    """Does something in a thread, once."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._thread: threading.Thread | None = None

    def start(self, done: int) -> None:
        """Begin, unless begun; called as the progress of `encode`, thus after its scanner is compiled."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._attempt, daemon=True)
            self._thread.start()

    def _attempt(self) -> None:
        try:
            self._work()
        except Exception:  # whatever it is, training does the same, and there it reaches the user
            return
