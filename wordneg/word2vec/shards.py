"""Cutting a text into shards, and an epoch into rounds."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.text.tokenstore import TokenStore

__all__ = ["Schedule", "Shard", "moved_places", "shards_of"]

_ROUNDS = 10
"""Rounds of an epoch, unless `merge_every` is given."""

_LARGEST_PIECE = 250_000
"""Tokens of a shard from one merge to the next at most, unless `merge_every` is given."""

_ROUNDS_A_SHARD = 2
"""Rounds of a whole training for each shard, below which the vectors are worse."""

_CHUNKS_A_PIECE = 10
_SMALLEST_CHUNK, _LARGEST_CHUNK = 1_000, 50_000  # tokens


class Shard(NamedTuple):
    """A part of the text that one replica trains on.

    Attributes
    ----------
    number : int
        The number, from 0.
    tokens : (N,) int32
        Its words.
    offsets : (S + 1,) int64
        Sentence s is ``tokens[offsets[s]:offsets[s + 1]]``.
    """

    number: int
    tokens: NDArray[np.int32]
    offsets: NDArray[np.int64]


def shards_of(store: TokenStore, shards: int) -> list[Shard]:
    """Return the shards of a text, which share its memory but for the offsets.

    They begin with the first sentence at or behind equal shares of the tokens.

    Raises
    ------
    ValueError
        If there are more shards than sentences.
    """
    goals = np.arange(shards + 1) * int(store.offsets[-1]) // shards
    places = moved_places(np.searchsorted(store.offsets, goals), len(store.offsets) - 1)
    found = []
    for number, (first, last) in enumerate(zip(places[:-1].tolist(), places[1:].tolist(), strict=True)):
        begin, end = store.offsets[first], store.offsets[last]
        found.append(Shard(number, store.tokens[begin:end], store.offsets[first : last + 1] - begin))
    return found


def moved_places(places: NDArray[np.int64], sentences: int) -> NDArray[np.int64]:
    """Return the sentences at which a text is cut, moved so that each shard has one at least.

    Parameters
    ----------
    places : (shards + 1,) int64
        Where it would be cut otherwise: ascending, from 0 to `sentences`.
    sentences : int
        How many there are.

    Raises
    ------
    ValueError
        If there are fewer than shards.
    """
    numbers = np.arange(len(places))
    shards = len(places) - 1
    if shards > sentences:
        raise ValueError(
            f"got shards={shards} for a text of {sentences:,} sentences, of which each shard needs one; "
            f"give at most shards={sentences}, or more text"
        )
    moved: NDArray[np.int64] = np.maximum.accumulate(np.maximum(places, numbers) - numbers) + numbers
    return np.minimum(moved, sentences - shards + numbers)


@dataclass(frozen=True)
class Schedule:
    """How the epochs of a sharded training are cut into rounds.

    In each round a shard's replica trains on the next piece of the shard. All shards have equally many pieces.

    Attributes
    ----------
    rounds : int
        Rounds of an epoch.
    chunk : int
        Tokens that are trained on with one learning rate.
    """

    rounds: int
    chunk: int

    @classmethod
    def of(cls, sizes: Sequence[int], merge_every: int | None) -> Schedule:
        """Return the schedule for shards of some sizes.

        Parameters
        ----------
        sizes : sequence of int
            Tokens of each shard.
        merge_every : int or None
            Tokens that a shard trains on in a round.
        """
        mean = sum(sizes) // len(sizes)
        rounds = max(_ROUNDS, -(-mean // _LARGEST_PIECE)) if merge_every is None else -(-mean // merge_every)
        rounds = max(1, min(rounds, *sizes))
        return cls(rounds, min(max(mean // rounds // _CHUNKS_A_PIECE, _SMALLEST_CHUNK), _LARGEST_CHUNK))

    def piece(self, tokens: int, number: int) -> tuple[int, int]:
        """Return begin and end of the piece that a shard of `tokens` tokens trains on in round `number`."""
        return tokens * number // self.rounds, tokens * (number + 1) // self.rounds

    def warn_if_few(self, epochs: int, shards: int, merge_every: int | None) -> None:
        """Warn if there are too few rounds for so many shards."""
        rounds, needed = self.rounds * epochs, _ROUNDS_A_SHARD * shards
        if rounds < needed:
            advice = "give fewer shards, more epochs" if merge_every is None else "lower merge_every, give fewer shards"
            warnings.warn(
                f"{shards} shards are merged only {rounds} times in this training, where about {needed} are needed for "
                f"vectors nearly as good as of one worker; {advice} or more text",
                stacklevel=4,
            )
