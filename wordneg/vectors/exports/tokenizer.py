"""A ``tokenizer.json`` of the tokenizers library that finds words in text.

What separates words is taken from the words themselves, so that each of them, standing between blanks, is found as it
is, and that ordinary prose is understood as far as that allows:

* text is lower-cased if no word has a capital letter, and gets plain apostrophes if no word has a typographic one;
* blanks, punctuation and symbols that occur in no word separate words. Those which occur within words, such as the
  apostrophe of "don't", are only cut off at the ends;
* words that begin or end with punctuation, such as "u.s.", are found where blanks stand around them. If there are more
  than a thousand of them, punctuation is a part of words, and only blanks separate them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["is_lowercase", "tokenizer_of", "unknown_token"]

_MOST_EXCEPTIONS = 1000
_TYPOGRAPHIC, _PLAIN = "\N{RIGHT SINGLE QUOTATION MARK}", "'"
_BLANK, _PUNCTUATION = r"[\s]", r"[\p{P}\p{S}]"


def unknown_token(words: Iterable[str]) -> str:
    """Return a token for what is no word: ``[UNK]``, unless that is a word."""
    known = set(words)
    token = "[UNK]"
    while token in known:
        token = f"[{token}]"
    return token


def tokenizer_of(words: Sequence[str]) -> dict[str, Any]:
    """Return the contents of a tokenizer.json.

    Parameters
    ----------
    words : sequence of str
        V words without blanks, all different. A token's id is the index of its word; what is no word has the id V.
    """
    unknown = unknown_token(words)
    ids = {word: index for index, word in enumerate([*words, unknown])}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": _normalizer(words),
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": _splits(words)},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": ids, "unk_token": unknown},
    }


def is_lowercase(words: Iterable[str]) -> bool:
    """Return whether no word has a capital letter, so that text is lower-cased."""
    return all(word == word.lower() for word in words)


def _normalizer(words: Sequence[str]) -> dict[str, Any] | None:
    steps: list[dict[str, Any]] = []
    if is_lowercase(words):
        steps.append({"type": "Lowercase"})
    if not any(_TYPOGRAPHIC in word for word in words):
        steps.append({"type": "Replace", "pattern": {"String": _TYPOGRAPHIC}, "content": _PLAIN})
    return {"type": "Sequence", "normalizers": steps} if steps else None


def _splits(words: Sequence[str]) -> list[dict[str, Any]]:
    used = set().union(*words)
    blanks = {char for char in used if char.isspace()}
    exceptions = [word for word in words if _is_exception(word)]
    if len(exceptions) > _MOST_EXCEPTIONS:
        return [_split(f"{_without(_BLANK, blanks)}+", "Removed")]
    marks = {char for char in used if _is_punctuation(char)}
    splits = [_split(f"{_without(f'{_BLANK}{_PUNCTUATION}', blanks | marks)}+", "Removed")]
    if marks:
        ends = [rf"\A{_PUNCTUATION}+", rf"{_PUNCTUATION}+\z"]
        if exceptions:
            ends.insert(0, rf"\A(?:{'|'.join(map(re.escape, exceptions))})\z")
        kept = exceptions or any(all(map(_is_punctuation, word)) for word in words)
        splits.append(_split("|".join(ends), "Isolated" if kept else "Removed"))
    return splits


def _split(pattern: str, behavior: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": False}


def _without(characters: str, kept: set[str]) -> str:
    """Return a class of characters less some of them, as Oniguruma writes it."""
    if not kept:
        return f"[{characters}]"
    return f"[{characters}&&[^{''.join(re.escape(char) for char in sorted(kept))}]]"


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _is_exception(word: str) -> bool:
    """Return whether a word begins or ends with punctuation, but does not wholly consist of it."""
    return (_is_punctuation(word[0]) or _is_punctuation(word[-1])) and not all(map(_is_punctuation, word))
