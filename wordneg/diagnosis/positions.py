"""Random positions of a text as training blocks, and the search for words that occur near each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import kernel
from wordneg.diagnosis.draws import Blocks
from wordneg.diagnosis.settings import TrainingSettings
from wordneg.text.tokenstore import TokenStore

__all__ = ["are_neighbors", "restricted", "sample_blocks"]

_FAR = 20  # windows on either side that are considered, because subsampling leaves gaps
_FARTHEST = 50_000  # words on either side that are considered at most; training looks no farther than a chunk
_TRIES = 200  # positions that may be tried for each one that is used
_PIECE = 5_000_000  # tokens between two checks for Ctrl-C
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def sample_blocks(
    store: TokenStore, inputs: NDArray[np.float32], parameters: TrainingSettings, positions: int, seed: int
) -> Blocks:
    """Return the blocks of random positions of a text, subsampled and with random windows as in training.

    Parameters
    ----------
    store : TokenStore
        The text.
    inputs : (V, P) float32
        Input vectors.
    parameters : TrainingSettings
        Settings of training.
    positions : int
        Number of positions, not counting the ones that subsampling drops.
    seed : int
        Seed of the choice.

    Raises
    ------
    ValueError
        If no position of the text has a context.
    """
    generator = np.random.default_rng(seed)
    keep = store.vocabulary.keep_probabilities(parameters.sample) if parameters.sample else None
    positives, contexts = [], []
    for _ in range(positions * _TRIES):
        place = int(generator.integers(len(store.tokens)))
        context = _context(store, place, keep, parameters, generator)
        if context.size:
            positives.append(store.tokens[place])
            contexts.append(context)
        if len(positives) == positions:
            break
    if not positives:
        raise ValueError("after subsampling, no position of the text has another word next to it; give more text")
    return Blocks.of(positives, contexts, inputs)


def _context(
    store: TokenStore,
    place: int,
    keep: NDArray[np.float64] | None,
    parameters: TrainingSettings,
    generator: np.random.Generator,
) -> NDArray[np.int32]:
    """Return the words in the window of a position, or no words if the position is dropped."""
    sentence = int(np.searchsorted(store.offsets, place, side="right")) - 1
    far = min(_FAR * parameters.window, _FARTHEST)
    first = max(int(store.offsets[sentence]), place - far)
    words = store.tokens[first : min(int(store.offsets[sentence + 1]), place + far + 1)]
    center = place - first
    kept = np.ones(words.size, dtype=bool) if keep is None else generator.random(words.size) <= keep[words]
    reach = int(generator.integers(1, parameters.window + 1)) if parameters.shrink_windows else parameters.window
    left, right = (
        side[at] for side, at in ((words[:center], kept[:center]), (words[center + 1 :], kept[center + 1 :]))
    )
    context = np.concatenate([left[-reach:], right[:reach]])
    if not kept[center] or not context.size:
        return context[:0]
    if parameters.sg and not parameters.share_negatives:  # each context word has its own block
        chosen = int(generator.integers(context.size))
        return context[chosen : chosen + 1]
    return context


def restricted(blocks: Blocks, words: NDArray[np.int64], size: int, inputs: NDArray[np.float32]) -> Blocks | None:
    """Return the blocks that remain in a smaller vocabulary.

    Parameters
    ----------
    blocks : Blocks
        Blocks in the whole vocabulary of V words.
    words : (W,) int64
        Words of the smaller vocabulary, in its order.
    size : int
        Size V of the whole vocabulary.
    inputs : (W, P) float32
        Input vectors of the smaller vocabulary.

    Returns
    -------
    Blocks or None
        None if no block has a positive and a context among these words.
    """
    number = np.full(size, -1, dtype=np.int32)
    number[words] = np.arange(words.size)
    positives, contexts = [], []
    for n, positive in enumerate(number[blocks.positives]):
        context = number[blocks.contexts[blocks.starts[n] : blocks.starts[n + 1]]]
        if positive >= 0 and (context >= 0).any():
            positives.append(positive)
            contexts.append(context[context >= 0])
    return Blocks.of(positives, contexts, inputs) if positives else None


# --- neighbors ------------------------------------------------------------------------------------


def are_neighbors(
    store: TokenStore, window: int, left: NDArray[np.int32], right: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Tell for each pair of words whether they occur within a window of each other anywhere in a text.

    This takes one pass over the text (some 20 ns for each token and each position of the window).

    Parameters
    ----------
    store : TokenStore
        The text, without subsampling.
    window : int
        Largest distance.
    left, right : (N,) int32
        The words of each pair, in either order.

    Returns
    -------
    (N,) bool
    """
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    pairs, where = np.unique((low << np.uint64(32)) | high, return_inverse=True)
    bits = max(4, int(4 * pairs.size - 1).bit_length())  # a quarter full
    table = np.zeros(2**bits, dtype=np.int64)
    found = np.zeros(pairs.size, dtype=np.bool_)
    _fill_table(table, pairs, np.uint64(64 - bits))
    for start, stop, sentence in _pieces(store):
        _mark(store.tokens, store.offsets, start, stop, sentence, window, table, pairs, np.uint64(64 - bits), found)
    return found[where]


def _pieces(store: TokenStore) -> Iterator[tuple[int, int, int]]:
    """Yield (start, stop, sentence at start) for pieces of the text, short enough for Ctrl-C to take effect soon."""
    for start in range(0, len(store.tokens), _PIECE):
        stop = min(start + _PIECE, len(store.tokens))
        yield start, stop, int(np.searchsorted(store.offsets, start, side="right")) - 1


@kernel
def _fill_table(table: Any, pairs: Any, shift: Any) -> None:
    """Enter the number of each pair, plus 1, into a hash table with open addressing."""
    last = np.uint64(table.size - 1)
    for number in range(pairs.size):
        place = (pairs[number] * _MULTIPLIER) >> shift
        while table[place]:
            place = (place + np.uint64(1)) & last
        table[place] = number + 1


@kernel
def _mark(
    tokens: Any,
    offsets: Any,
    start: int,
    stop: int,
    sentence: int,
    window: int,
    table: Any,
    pairs: Any,
    shift: Any,
    found: Any,
) -> None:
    """Mark the pairs whose first word in the text is between `start` and `stop`."""
    last = np.uint64(table.size - 1)
    for here in range(start, stop):
        while here >= offsets[sentence + 1]:
            sentence += 1
        for there in range(here + 1, min(here + window + 1, offsets[sentence + 1])):
            low, high = min(tokens[here], tokens[there]), max(tokens[here], tokens[there])
            pair = (np.uint64(low) << np.uint64(32)) | np.uint64(high)
            place = (pair * _MULTIPLIER) >> shift
            while table[place]:
                number = table[place] - 1
                if pairs[number] == pair:
                    found[number] = True
                    break
                place = (place + np.uint64(1)) & last
