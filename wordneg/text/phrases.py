"""Phrases: words that stand side by side so often that they are better learned as one, such as ``new_york``.

Scores, thresholds and joining are those of gensim's `Phrases`, and so of word2phrase, but for the number of distinct
words in the score, where word2phrase takes the number of all words. The work is done on word ids, in compiled code and
in bounded memory, so that a second pass (``new_york_times``) costs little.

References
----------
T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean (2013), "Distributed representations of words and phrases and
their compositionality", NeurIPS, section 4 (the default score).
G. Bouma (2009), "Normalized (pointwise) mutual information in collocation extraction", GSCL (the score "npmi").
"""

from __future__ import annotations

import json
import math
import numbers
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.common.messages import near_misses
from wordneg.files.atomic import atomic_write
from wordneg.text.joining import Connectors, gap_codes, join, link_keys, make_table
from wordneg.text.reading import read_store
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary, checked_integer

__all__ = ["ENGLISH_CONNECTOR_WORDS", "SCORINGS", "Phrases", "join_phrases"]

ENGLISH_CONNECTOR_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without")
)
"""Words that may stand inside a phrase, but neither begin nor end one; the same as gensim's."""

SCORINGS = {"default": 10.0, "npmi": 0.5}
"""The scores that there are, with a threshold for each."""

_FORMAT = "wordneg phrases"
_MEMORY = 1 << 29  # bytes of keys that are sorted at a time


class Phrases:
    """The phrases of a corpus: pairs of words, and of phrases found before, that score above a threshold.

    >>> from wordneg import Phrases
    >>> text = [["new", "york", "is", "big"], ["i", "like", "new", "york"], ["is", "it", "big"]] * 5
    >>> phrases = Phrases(text, min_count=1, threshold=1)
    >>> phrases[["we", "love", "new", "york"]]
    ['we', 'love', 'new_york']

    Parameters
    ----------
    sentences : corpus or TokenStore
        Anything that `wordneg.encode` takes. A store must hold all words, that is, be made with ``min_count=1``.
    min_count : int
        Pairs that occur less often are no phrases.
    threshold : float, optional
        The score that a phrase must exceed: by default 10 for the default score, .5 for "npmi".
    delimiter : str
        What is put between the words of a phrase.
    scoring : {"default", "npmi"}
        With counts n of the words and of the pair, V distinct words and pairs, and N words in all:

        * default: (n_ab − min_count) · V / (n_a · n_b), from 0 up;
        * npmi: ln(p_ab / (p_a p_b)) / −ln p_ab with p = n / N, from −1 to 1.
    connector_words : iterable of str
        Words that may stand inside a phrase, but neither begin nor end one, such as `ENGLISH_CONNECTOR_WORDS`.
    **text
        How text is read: `tokenizer`, `encoding` and `unicode_errors` of `wordneg.encode`.

    Attributes
    ----------
    phrasegrams : dict of str to float
        The score of each phrase.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range, or the corpus is none.
    """

    def __init__(
        self,
        sentences: Any,
        min_count: int = 5,
        threshold: float | None = None,
        *,
        delimiter: str = "_",
        scoring: str = "default",
        connector_words: Iterable[str] = frozenset(),
        **text: Any,
    ) -> None:
        self.min_count = checked_integer("min_count", min_count, 1)
        self.scoring = _checked_scoring(scoring)
        self.threshold = _checked_threshold(threshold, scoring)
        self.delimiter = _checked_delimiter(delimiter)
        self.connector_words = _checked_connectors(connector_words)
        if not isinstance(sentences, TokenStore):
            sentences = read_store(sentences, min_count=1, **text)
        if any(not isinstance(word, str) for word in sentences.vocabulary.words):
            raise TypeError(
                "got integers as tokens; phrases join words, so convert them first: [str(token) for token in …]"
            )
        self._store: TokenStore | None = sentences
        self._linking = self._connectors(sentences)
        self._keys, scores = self._found(sentences)
        self.phrasegrams = dict(zip(self._spelled(sentences, self._keys), scores.tolist(), strict=True))

    def __repr__(self) -> str:
        return f"Phrases({len(self.phrasegrams):,} phrases, {self.scoring} score above {self.threshold:g})"

    def __len__(self) -> int:
        return len(self.phrasegrams)

    def __contains__(self, phrase: object) -> bool:
        return phrase in self.phrasegrams

    # --- found ------------------------------------------------------------------------------------------

    def _connectors(self, store: TokenStore) -> Connectors:
        words = store.vocabulary.index
        digit = np.zeros(len(words), np.int64)
        known = sorted(word for word in self.connector_words if word in words)
        digit[[words[word] for word in known]] = range(1, len(known) + 1)
        base = len(known) + 1
        longest = int(62 / math.log2(base)) if known else 0
        codes = np.zeros(1, np.int64)
        if known:
            found = np.empty(len(store.tokens), np.int64)
            count = gap_codes(store.tokens, store.offsets, digit, base, longest, found)
            codes = np.unique(np.append(found[:count], 0))
        if len(codes) * len(words) ** 2 >= 2**64:
            raise ValueError(
                f"{len(words):,} words with {len(codes):,} different connectors between them are too many; "
                "give fewer connector_words"
            )
        return Connectors(digit, base, longest, codes)

    def _found(self, store: TokenStore) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """Return the keys of the phrases of a store, ascending, and their scores."""
        counts, words, linking = store.vocabulary.counts, np.uint64(len(store.vocabulary)), self._linking
        parts = -(-8 * len(store.tokens) // _MEMORY)
        keys, times, distinct = [], [], int((linking.digit == 0).sum())
        for part in range(parts):
            found = _links(store, linking, part, parts)
            distinct += len(found[0])
            often = found[1] >= self.min_count
            keys.append(found[0][often])
            times.append(found[1][often])
        pairs, together = np.concatenate(keys), np.concatenate(times)
        first, second = counts[(pairs // words) % words], counts[pairs % words]
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = self._scores(first, second, together, distinct, store.raw_tokens)
        best = scores > self.threshold
        order = np.argsort(pairs[best])
        return pairs[best][order], scores[best][order]

    def _scores(self, first: Any, second: Any, together: Any, distinct: int, total: int) -> NDArray[np.float64]:
        if self.scoring == "default":
            return (together - self.min_count) / (first * second).astype(np.float64) * distinct
        share = together / total
        return np.log(share / (first / total * (second / total))) / -np.log(share)

    def _spelled(self, store: TokenStore, keys: NDArray[np.uint64]) -> list[str]:
        words, linking = store.vocabulary.words, self._linking
        connectors = {int(digit): words[place] for place, digit in enumerate(linking.digit) if digit}
        gaps = [_digits(int(code), linking.base) for code in linking.codes]
        size = np.uint64(len(words))
        spelled = []
        for gap, first, second in zip(keys // size // size, (keys // size) % size, keys % size, strict=True):
            between = (connectors[digit] for digit in gaps[gap])
            spelled.append(self.delimiter.join((words[first], *between, words[second])))
        return spelled

    # --- joined -----------------------------------------------------------------------------------------

    def joined(self) -> TokenStore:
        """Return the corpus that the phrases were found in, as a store in which each phrase is one word.

        The store holds all words; `TokenStore.cut` drops the rare ones.

        Raises
        ------
        RuntimeError
            If the phrases were loaded from a file, which does not hold the corpus.
        """
        if self._store is None:
            raise RuntimeError("the phrases were loaded without their corpus; join sentences by phrases[sentences]")
        store, linking = self._store, self._linking
        tokens = np.empty(len(store.tokens), np.int32)
        ends = np.zeros_like(store.offsets)
        table = make_table(self._keys)
        written = join(store.tokens, store.offsets, *linking, *table, tokens, ends)
        words, ids = list(store.vocabulary.words), dict(store.vocabulary.index)
        numbers = np.arange(len(words) + len(self.phrasegrams), dtype=np.int32)
        for number, phrase in enumerate(self.phrasegrams, start=len(words)):
            numbers[number] = ids.setdefault(phrase, len(words))  # it may be a word of the text
            if numbers[number] == len(words):
                words.append(phrase)
        tokens = numbers[tokens[:written]]
        counts = np.bincount(tokens, minlength=len(words))
        return TokenStore(Vocabulary(words, counts), tokens, ends, written, store.raw_sentences, store.name)

    def __getitem__(self, sentence: Iterable[Any]) -> Any:
        """Return a sentence with its phrases joined, or an iterable over such sentences.

        Parameters
        ----------
        sentence : list of str, or iterable of lists of str
            A sentence, or several.
        """
        if isinstance(sentence, str):
            raise TypeError(f"got the string {sentence[:40]!r}, expected a list of words; split it first")
        begun = iter(sentence)
        head = next(begun, None)
        if head is None:
            return []
        if isinstance(head, str):
            return [token for token, _ in self.analyze_sentence(chain((head,), begun))]
        return _Sentences(self, chain((head,), begun) if begun is sentence else sentence)

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Yield the words of a sentence and its phrases, joined, each with its score (None for a word)."""
        start, between = None, list[str]()
        for word in sentence:
            if word in self.connector_words:
                if start is None:
                    yield word, None
                else:
                    between.append(word)
                continue
            if start is not None:
                phrase = self.delimiter.join((start, *between, word))
                if (score := self.phrasegrams.get(phrase)) is not None:
                    yield phrase, score
                    start, between = None, []
                    continue
                yield from ((token, None) for token in (start, *between))
            start, between = word, []
        if start is not None:
            yield from ((token, None) for token in (start, *between))

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """Return the phrases that occur in some sentences, with their scores."""
        found = chain.from_iterable(map(self.analyze_sentence, sentences))
        return {phrase: score for phrase, score in found if score is not None}

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores."""
        return dict(self.phrasegrams)

    # --- kept -------------------------------------------------------------------------------------------

    def freeze(self) -> Self:
        """Return the phrases; in gensim that is the smaller object that joins, which this one is already."""
        return self

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the phrases to a file, as JSON; the corpus is not kept."""
        held = {
            "format": _FORMAT,
            "min_count": self.min_count,
            "threshold": self.threshold,
            "delimiter": self.delimiter,
            "scoring": self.scoring,
            "connector_words": sorted(self.connector_words),
            "phrases": self.phrasegrams,
        }
        with atomic_write(path) as file:
            file.write(json.dumps(held, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the phrases of a file that `save` wrote.

        Raises
        ------
        ValueError
            If the file holds something else.
        """
        try:
            held = json.loads(Path(path).read_bytes().decode("utf-8", "surrogatepass"))
            if held["format"] != _FORMAT:
                raise ValueError(f"its format is {held['format']!r}")
            self = cls.__new__(cls)
            self._store = None
            self.min_count = checked_integer("min_count", held["min_count"], 1)
            self.scoring = _checked_scoring(held["scoring"])
            self.threshold = _checked_threshold(held["threshold"], self.scoring)
            self.delimiter = _checked_delimiter(held["delimiter"])
            self.connector_words = _checked_connectors(held["connector_words"])
            self.phrasegrams = {str(phrase): float(score) for phrase, score in held["phrases"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"{os.fspath(path)!r} holds no phrases that wordneg saved: {error}") from error
        return self


class _Sentences:
    """Sentences with their phrases joined, as often as one asks for them."""

    def __init__(self, phrases: Phrases, sentences: Iterable[Iterable[str]]) -> None:
        self._phrases, self._sentences = phrases, sentences

    def __iter__(self) -> Iterator[list[str]]:
        for sentence in self._sentences:
            yield [token for token, _ in self._phrases.analyze_sentence(sentence)]


def _links(
    store: TokenStore, linking: Connectors, part: int, parts: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct links of a part, ascending, and how often each occurs."""
    room = len(store.tokens)
    if parts > 1:
        room = link_keys(store.tokens, store.offsets, *linking, part, parts, np.empty(0, np.uint64))
    keys = np.empty(max(room, 1), np.uint64)
    keys = keys[: link_keys(store.tokens, store.offsets, *linking, part, parts, keys)]
    keys.sort()
    begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
    return keys[begins], np.diff(np.append(begins, len(keys)))


def _digits(code: int, base: int) -> list[int]:
    found: list[int] = []
    while code:
        code, digit = divmod(code, base)
        found.append(digit)
    return found[::-1]


def join_phrases(
    store: TokenStore,
    passes: int,
    *,
    min_count: int,
    threshold: float | None = None,
    scoring: str = "default",
) -> TokenStore:
    """Return a store of all words of a corpus with its phrases joined; each pass finds phrases of those before.

    Two passes find phrases of up to four words. The settings are those of `Phrases`.
    """
    for _ in range(passes):
        store = Phrases(store, max(min_count, 1), threshold, scoring=scoring).joined()
    return store


def _checked_scoring(scoring: Any) -> str:
    if scoring not in SCORINGS:
        hint = near_misses(str(scoring), SCORINGS)
        raise ValueError(f"got scoring={scoring!r}{hint}; expected {' or '.join(map(repr, SCORINGS))}")
    return str(scoring)


def _checked_threshold(threshold: Any, scoring: str) -> float:
    if threshold is None:
        return SCORINGS[scoring]
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real) or not math.isfinite(threshold):
        raise TypeError(f"got threshold={threshold!r}, expected a number")
    threshold = float(threshold)
    if scoring == "npmi" and not -1 <= threshold <= 1:
        raise ValueError(f'got threshold={threshold!r} with scoring="npmi", whose scores are from -1 to 1')
    if scoring == "default" and threshold <= 0:
        raise ValueError(f"got threshold={threshold!r}, expected a number above 0")
    return threshold


def _checked_delimiter(delimiter: Any) -> str:
    if not isinstance(delimiter, str):
        raise TypeError(f"got delimiter={delimiter!r}, expected a string such as '_'")
    return delimiter


def _checked_connectors(words: Any) -> frozenset[str]:
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise TypeError(f"got connector_words={words!r}, expected a set of words")
    return frozenset(words)
