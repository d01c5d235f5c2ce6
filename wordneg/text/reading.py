"""Reading a corpus into a token store, in one pass.

While the corpus is read, its tokens are spooled under provisional ids, in order of first appearance. When all
counts are known, the vocabulary is cut and a compiled pass turns the spool into final ids. Words below the
cut-off vanish and their neighbors close up, as in gensim and word2vec.c.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg import corpora
from wordneg.common.ahead import read_ahead
from wordneg.common.messages import counted
from wordneg.files.storage import described, held_kind
from wordneg.text.scanning.interning import SentenceScanner
from wordneg.text.scanning.spool import Spool
from wordneg.text.scanning.tally import Tally
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import (
    NoWordsError,
    SpentCorpusError,
    TrimRule,
    UnknownWordsError,
    Vocabulary,
    checked_integer,
    select_words,
)

__all__ = ["open_text", "read_store", "tell_if_split_wrongly"]

_BLOCK_BYTES = 1 << 19
_REPORT_EVERY = 1000  # sentences
_PUNCTUATED = re.compile(r"^[(\[{\"“‘«<*`_]+\w|\w[)\]}\",;:!?”’»>*`_，。、；：！？]+\.?$")  # but no abbreviations
_UNTOKENIZED = 0.1  # share of such words above which a text looks like raw prose
_PHRASE = re.compile(  # Chinese and Japanese; Thai, Lao, Burmese and Khmer, whose words take more characters
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{7}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{16}"
)
_UNSEGMENTED = 0.3  # share of such words above which a text looks like one that must be segmented
_SHOWN = 20  # characters of a long word
_FEW = 20  # words, of which nothing can be said


def read_store(
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
    vocabulary: Vocabulary | None = None,
    grow: bool = False,
    path: str | os.PathLike[str] | None = None,
    memory_limit: int = 1 << 30,
    progress: Callable[[int], object] | None = None,
) -> TokenStore:
    """Read a corpus once, count its words and return it as word ids; the settings are those of `wordneg.encode`."""
    select = partial(
        select_words, min_count=min_count, max_final_vocab=max_final_vocab, sorted_vocab=bool(sorted_vocab)
    )
    select(np.empty(0, dtype=np.int64))  # complain about bad settings before a long scan, not after
    if vocabulary is not None and not isinstance(vocabulary, Vocabulary):
        raise TypeError(f"vocabulary must be a Vocabulary, got {type(vocabulary).__name__}")
    if max_vocab_size is not None:
        max_vocab_size = checked_integer("max_vocab_size", max_vocab_size, 1)
        if vocabulary is not None and not grow:
            raise ValueError("max_vocab_size would prune words of the given vocabulary: give only one of the two")
        if trim_rule is not None:
            raise ValueError("max_vocab_size would prune words before trim_rule sees them: give only one of the two")
    memory_limit = checked_integer("memory_limit", memory_limit, 0)
    opened = open_text(corpus, tokenizer=tokenizer, encoding=encoding, unicode_errors=unicode_errors)
    report = progress or (lambda done: None)
    spool = Spool(memory_limit, None if path is None else Path(path))
    try:
        if isinstance(opened, corpora.ByteCorpus):
            tally = _scan_text(opened, spool, max_vocab_size, report)
        else:
            tally = _scan_sentences(opened, spool, max_vocab_size, report)
        raw = tally.tokens, tally.sentences
        if tally.tokens == 0:
            raise _empty(opened)
        if vocabulary is None or grow:
            words = [] if trim_rule is None else tally.spell(np.arange(len(tally.counts)))
            selected = select(tally.counts, trim_rule=trim_rule, words=words)
        if grow and vocabulary is not None:
            vocabulary, word_ids = _grown(tally, vocabulary, np.sort(selected))
        elif vocabulary is None:
            if len(selected) == 0:
                raise NoWordsError(_why_nothing_left(tally, min_count, max_final_vocab, max_vocab_size))
            vocabulary, word_ids = _cut(tally, selected)
            tell_if_split_wrongly(opened.name, vocabulary.words, at_blanks=isinstance(opened, corpora.TextCorpus))
        else:
            word_ids = _looked_up(tally, vocabulary)
        final_ids = np.full(tally.next_id, -1, dtype=np.int32)
        final_ids[tally.ids] = word_ids[tally.owners]
        size = int(tally.counts[word_ids >= 0].sum())
        del tally, word_ids  # frees the spelling of all words before memory is needed for the tokens
        tokens, offsets = spool.compact(final_ids, size, raw[1])
    except BaseException:
        spool.discard()
        raise
    return TokenStore(vocabulary, tokens, offsets, *raw, opened.name)


def open_text(source: Any, **how: Any) -> corpora.Corpus:
    """Open a corpus with `wordneg.corpora.open_corpus`; if it is a file of wordneg's own, say what to do with that.

    Parameters
    ----------
    source : corpus, path, stream or iterable
        Anything that `open_corpus` takes.
    **how
        Its settings.

    Raises
    ------
    ValueError
        If `source` is one of wordneg's own files.
    """
    kind = held_kind(source) if isinstance(source, (str, os.PathLike)) else None
    if kind is not None:
        held, advice = described(kind)
        raise ValueError(f"{os.fspath(source)!r} holds {held}, expected a text corpus; {advice}")
    return corpora.open_corpus(source, **how)


def _cut(tally: Tally, selected: NDArray[np.int64]) -> tuple[Vocabulary, NDArray[np.int32]]:
    """Return the vocabulary of the `selected` words, and the final id of every word, (W,) int32 (-1: dropped)."""
    ascending = np.sort(selected)
    spelled = tally.spell(ascending)
    words = [spelled[place] for place in np.searchsorted(ascending, selected)]
    word_ids = np.full(len(tally.counts), -1, dtype=np.int32)
    word_ids[selected] = np.arange(len(selected), dtype=np.int32)
    return Vocabulary(words, tally.counts[selected]), word_ids


def _looked_up(tally: Tally, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return the id of every word in `vocabulary`, (W,) int32 (-1: missing)."""
    words = tally.spell(np.arange(len(tally.counts)))
    word_ids = np.array([vocabulary.index.get(word, -1) for word in words], dtype=np.int32)
    if word_ids.max() < 0:
        raise UnknownWordsError(
            f"none of the {len(words):,} distinct words read, such as {words[0]!r}, is in the given "
            f"{vocabulary}; check that both were tokenized and lower-cased in the same way",
            tally.tokens,
            tally.sentences,
        )
    return word_ids


def tell_if_split_wrongly(name: str, words: Sequence[str], *, at_blanks: bool) -> None:
    """Warn if many words are phrases that nothing segmented, or, split `at_blanks`, have punctuation at their ends."""
    told = _unsegmented(words) or (_punctuated(words) if at_blanks else None)
    if told is not None:
        warnings.warn(f"{name}: {told}", stacklevel=2)


def _punctuated(words: Sequence[str]) -> str | None:
    """Return a sentence if many words of a text that was split at blanks have punctuation at their ends, else None."""
    found = [word for word in words if _PUNCTUATED.search(word)]
    if len(words) < _FEW or len(found) <= _UNTOKENIZED * len(words):
        return None
    return (
        f"{len(found) / len(words):.0%} of the words have punctuation at their ends, such as "
        f"{' and '.join(map(repr, found[:2]))}, so that one word is learned as several: the text is split at blanks "
        "only; give tokenizer=wordneg.corpora.tokenize (on the command line, --tokenize)"
    )


def _unsegmented(words: Sequence[str]) -> str | None:
    """Return a sentence if many words look like phrases of a script that has no blanks between words, else None."""
    found = [word for word in words if isinstance(word, str) and _PHRASE.search(word)]
    if len(words) < _FEW or len(found) < _UNSEGMENTED * len(words):
        return None
    return (
        f"{len(found) / len(words):.0%} of the words look like whole phrases of a script without blanks between words, "
        f"such as {_shortened(found[0])!r}; segment the text first, or give tokenizer= a tokenizer for that language"
    )


def _shortened(word: str) -> str:
    return word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…"


def _grown(tally: Tally, known: Vocabulary, selected: NDArray[np.int64]) -> tuple[Vocabulary, NDArray[np.int32]]:
    """Return known words with the `selected` ones that are new, and the id of every word, (W,) int32 (-1: dropped)."""
    read = Vocabulary(tally.spell(np.arange(len(tally.counts))), tally.counts)
    vocabulary, word_ids = known.grown(read, selected)
    if word_ids.max(initial=-1) < 0:
        if not len(read):
            found = "no word read, as max_vocab_size has pruned all,"
        else:
            found = f"none of the {len(read):,} distinct words read, such as {read.words[0]!r},"
        raise UnknownWordsError(
            f"{found} is in the given {known}, nor occurs often enough to be added; lower min_count, or give more text",
            tally.tokens,
            tally.sentences,
        )
    return vocabulary, word_ids


def _empty(corpus: corpora.Corpus) -> NoWordsError:
    sentence = f"the corpus {corpus.name!r} has no tokens"
    if corpus.one_shot:
        told = "it can be read only once and may have been consumed already; create it again."
        return SpentCorpusError(f"{sentence}: {told}")
    return NoWordsError(f"{sentence}: expected at least one sentence with a word. Check the path or the tokenizer.")


def _why_nothing_left(tally: Tally, min_count: int, max_final_vocab: int | None, max_vocab_size: int | None) -> str:
    if len(tally.counts) == 0:
        return f"max_vocab_size={max_vocab_size} has pruned every word: raise it, or omit it"
    highest = int(tally.counts.max())
    found = f"{len(tally.counts):,} distinct words were read, and the most frequent occurs {counted(highest, 'time')}"
    if highest < min_count and (unsegmented := _unsegmented(tally.spell(np.arange(len(tally.counts))))) is not None:
        return f"no word reaches min_count={min_count}: {found}; {unsegmented}."
    if highest < min_count:
        return f"no word reaches min_count={min_count}: {found}. Lower min_count to {highest} or give more text."
    return (
        f"max_final_vocab={max_final_vocab} leaves no word: {found}, and too many others occur equally often. "
        "Raise max_final_vocab."
    )


def _scan_text(
    corpus: corpora.ByteCorpus, spool: Spool, max_vocab_size: int | None, report: Callable[[int], object]
) -> Tally:
    # Numba takes a third of a second to import.
    from wordneg.text.scanning.scanner import ByteScanner
    from wordneg.text.scanning.wordtable import LONGEST_WORD

    scanner = ByteScanner(spool, max_vocab_size=max_vocab_size)
    done = 0
    blocks = corpus.read_blocks(_BLOCK_BYTES)
    # A stream of the caller's may belong to the caller's thread, or wait for ever.
    for block in blocks if corpus.one_shot else read_ahead(blocks):
        scanner.feed(block)
        done += len(block)
        report(done)
    tally = scanner.finish()
    if isinstance(corpus, corpora.TextCorpus):
        corpus.check_replaced(tally.replaced, done)
    if tally.cut:
        warnings.warn(
            f"{corpus.name}: words longer than {LONGEST_WORD:,} bytes were cut, {counted(tally.cut, 'time')}; are "
            "words separated by whitespace? If not, give a tokenizer",
            stacklevel=2,
        )
    return tally


def _scan_sentences(
    corpus: corpora.Corpus, spool: Spool, max_vocab_size: int | None, report: Callable[[int], object]
) -> Tally:
    scanner = SentenceScanner(spool, max_vocab_size=max_vocab_size)
    number = 0
    for number, sentence in enumerate(corpus, start=1):
        scanner.feed(sentence)
        if number % _REPORT_EVERY == 0:
            report(number)
    report(number)
    return scanner.finish()
