"""Weighted means of the vectors of many documents at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wordneg.corpora.tokenizing import words_of
from wordneg.vectors.matrix import Floats
from wordneg.vectors.words import Words

__all__ = ["Tokens", "looked_up", "weighted_means"]

_BLOCK = 4096  # documents looked up at once


class Tokens(NamedTuple):
    """The known tokens of some documents.

    Attributes
    ----------
    rows : (n,) intp
        The indices of their words, one document after the other.
    starts : (N + 1,) intp
        Where each of N documents begins among them, and the last one ends.
    unknown : int
        How many other tokens there were.
    """

    rows: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    unknown: int


def looked_up(
    words: Words, documents: Iterable[Any], tokenizer: Callable[[str], Sequence[str]] | None
) -> Iterator[Tokens]:
    """Look up the tokens of documents, some thousand documents at a time.

    Raises
    ------
    TypeError
        If a document is a string and there is no tokenizer, or none of tokens.
    """
    if isinstance(documents, str | bytes):
        raise TypeError(f"got the string {documents[:30]!r}… as documents, expected a list of documents: [text]")
    numbered = enumerate(documents)
    while block := list(islice(numbered, _BLOCK)):
        split = [_tokens(number, document, tokenizer) for number, document in block]
        yield _found(words, split)


def _tokens(number: int, document: Any, tokenizer: Callable[[str], Sequence[str]] | None) -> Sequence[Any]:
    if isinstance(document, str):
        if tokenizer is None:
            raise TypeError(
                f"document {number} is the string {document[:30]!r}…, expected a list of tokens; give "
                "document.split(), or tokenizer=wordneg.corpora.tokenize"
            )
        return words_of(tokenizer, document)
    if isinstance(document, list | tuple):
        return document
    if isinstance(document, bytes) or not isinstance(document, Iterable):
        raise TypeError(f"document {number} is of type {type(document).__name__}, expected a list of tokens")
    return list(document)


def _found(words: Words, documents: Sequence[Sequence[Any]]) -> Tokens:
    lengths = np.fromiter(map(len, documents), np.intp, len(documents))
    tokens = list(chain.from_iterable(documents))
    try:
        found = np.fromiter(map(words.key_to_index.get, tokens, repeat(-1)), np.intp, len(tokens))
    except TypeError as error:
        raise TypeError(f"a token is no word: {error}; expected strings or integers") from error
    for place in np.flatnonzero(found < 0):
        if not isinstance(tokens[place], str):  # an integer may stand for an index
            index = words.find(tokens[place])
            found[place] = -1 if index is None else index
    known = found >= 0
    starts = np.concatenate([[0], np.cumsum(lengths)])
    before = np.concatenate([[0], np.cumsum(known)])
    return Tokens(found[known], before[starts].astype(np.intp), int(len(known) - before[-1]))


def weighted_means(values: Floats, weights: npt.NDArray[np.float64], tokens: Tokens) -> npt.NDArray[np.float64]:
    """Return the sums of weighted vectors of documents, each divided by the number of its known tokens.

    Parameters
    ----------
    values : (V, D) floating
        The vectors.
    weights : (V,) float64
        The weight by which each vector is multiplied.
    tokens : Tokens
        N documents.

    Returns
    -------
    (N, D) float64
        Zeros for a document without known tokens.
    """
    from scipy.sparse import csr_array

    used, columns = np.unique(tokens.rows, return_inverse=True)
    shape = (len(tokens.starts) - 1, len(used))
    product = csr_array((weights[tokens.rows], columns, tokens.starts), shape=shape) @ values[used].astype(np.float64)
    counts = np.diff(tokens.starts)
    means: npt.NDArray[np.float64] = product / np.maximum(counts, 1)[:, np.newaxis]
    return means
