"""A quick look at a sampler of a user's own before it is first trained with: what would crash or train nonsense."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from wordneg.compiled.checking import bounds_checked, raised_at
from wordneg.compiled.jit import jit
from wordneg.compiled.weights import Weights
from wordneg.diagnosis.draws import Blocks, Drawing
from wordneg.samplers.base import Refreshing, Sampler, Staged
from wordneg.text.vocabulary import Vocabulary

__all__ = ["guarded", "is_built_in", "probe"]

_DRAWS = 1000
_CONTEXT = 4  # words of a block
_BEFORE = (-1, -2)  # what the negatives hold before a draw: neither is a word
_BUILT_IN = "wordneg.samplers."

_probed: set[tuple[Any, ...]] = set()


def probe(sampler: Sampler, vocabulary: Vocabulary, weights: Weights, negative: int) -> None:
    """Let a sampler that is not built in draw a thousand negatives, on a vocabulary that it has not been tried on yet.

    `wordneg.testing.check_sampler` looks closer and at more. Here, a draw that does not end is not noticed, and a
    `Staged` sampler is left out, since its model is not there yet.

    Parameters
    ----------
    sampler : Sampler
        The sampler.
    vocabulary, weights
        What it is going to be trained with.
    negative : int
        Negatives K of a block.

    Raises
    ------
    ValueError
        If it reads or writes outside of an array, draws what is no word or the positive, leaves negatives as they were,
        does not draw the same from the same random numbers, or returns a weight that is negative or not finite.
    """
    if is_built_in(sampler) or isinstance(sampler, Staged):
        return
    key = (sampler.draw, repr(sampler), len(vocabulary), negative)
    if key in _probed:
        return
    blocks = _blocks(vocabulary, weights, negative)
    drawn, again = (_drawn(sampler, vocabulary, weights, blocks, negative, before) for before in _BEFORE)
    wrong = _wrong(*drawn, again[0], blocks, len(vocabulary))
    if wrong:
        raise ValueError(f"sampler {sampler.name!r} {wrong}; wordneg.testing.check_sampler says more about a sampler")
    _probed.add(key)


def is_built_in(sampler: Sampler) -> bool:
    """Return whether a sampler is one of wordneg's own."""
    return type(sampler).__module__.startswith(_BUILT_IN)


@lru_cache(maxsize=64)
def guarded(draw: Any) -> Any:
    """Return a sampler's draw that raises IndexError if it draws what is no word, before the kernel goes there."""

    @jit
    def draw_words(
        state: Any, scratch: Any, rng: Any, outputs: Any, query: Any, positive: int, context: Any, negatives: Any
    ) -> float:
        weight = draw(state, scratch, rng, outputs, query, positive, context, negatives)
        words = np.uint32(outputs.shape[0])
        for k in range(negatives.size):
            if np.uint32(negatives[k]) >= words:
                raise IndexError("a negative is no word: expected 0 to V - 1; see wordneg.testing.check_sampler")
        return weight

    return draw_words


def _blocks(vocabulary: Vocabulary, weights: Weights, negative: int) -> Blocks:
    """Return blocks around the first word, the last, and others."""
    words, generator = len(vocabulary), np.random.default_rng(1)
    count = max(2, -(-_DRAWS // negative))
    positives = np.concatenate([[0, words - 1], generator.integers(words, size=count - 2)])
    contexts = [generator.integers(words, size=1 + number % _CONTEXT) for number in range(count)]
    return Blocks.of(positives, contexts, weights.inputs)


def _drawn(
    sampler: Sampler, vocabulary: Vocabulary, weights: Weights, blocks: Blocks, negative: int, before: int
) -> tuple[Any, Any]:
    """Return the negatives of all blocks, (N, K) int32, and the weights of their positives, (N,) float32."""
    drawing = Drawing(sampler, vocabulary, weights, negative=negative, draw=bounds_checked(sampler.draw))
    if isinstance(sampler, Refreshing):
        drawing.follow(0.0)
    room = np.full((len(blocks.positives), negative), before, dtype=np.int32)
    try:
        return room, drawing.fill(blocks, np.arange(len(room)), room)
    except IndexError:
        raise ValueError(
            f"sampler {sampler.name!r}: draw, or a function that it calls, reads or writes outside of an array; "
            "wordneg.testing.check_sampler says more about a sampler"
        ) from None
    except TypeError:
        raise  # it does not compile, which has been said
    except Exception as error:
        raise RuntimeError(
            f"sampler {sampler.name!r} failed in {raised_at(error)}: {type(error).__name__}: {error}"
        ) from error


def _wrong(negatives: Any, pulls: Any, again: Any, blocks: Blocks, words: int) -> str:
    """Return what is wrong, or an empty string."""
    if ((negatives == _BEFORE[0]) & (again == _BEFORE[1])).any():
        return "leaves negatives as they were; set all of them"
    outside = negatives[(negatives < 0) | (negatives >= words)]
    if outside.size:
        return f"drew {outside[0]}, which is no word of the {words:,}; expected 0 to {words - 1}"
    if not np.array_equal(negatives, again):
        return "drew other negatives the second time from the same random numbers; draw with `rng` only"
    if (negatives == blocks.positives[:, np.newaxis]).any():
        return "drew the positive as a negative; draw again in this case"
    bad = pulls[~(np.isfinite(pulls) & (pulls >= 0))]
    if bad.size:
        return f"returned {bad[0]} as the weight of a positive; expected a finite number of at least 0, usually 1"
    return ""
