"""Drawing negatives outside of training, for reports, checks and tests.

A sampler gets the same arguments here as from the training kernel, but nothing is learned from its draws.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numba.core.errors import NumbaError
from numpy.typing import ArrayLike, NDArray

from wordneg.compiled.checking import compile_part, require_jitted
from wordneg.compiled.jit import kernel
from wordneg.compiled.rng import new_state
from wordneg.compiled.weights import Weights, aligned
from wordneg.samplers.base import Refreshing, Sampler, Staged
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Blocks", "Drawing", "compile_draw"]


class Blocks(NamedTuple):
    """Blocks of training, for which a sampler draws negatives.

    Attributes
    ----------
    positives : (N,) int32
        Center word of each block.
    queries : (N, P) float32
        Vectors that negatives are scored against.
    contexts : (C,) int32
        Words of the input rows, block after block.
    starts : (N + 1,) int64
        Block n has the context words ``contexts[starts[n]:starts[n + 1]]``.
    """

    positives: NDArray[np.int32]
    queries: NDArray[np.float32]
    contexts: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, positives: ArrayLike, contexts: Sequence[ArrayLike], inputs: NDArray[np.float32]) -> Blocks:
        """Return blocks whose queries are the means of the rows of their contexts, as in training.

        Parameters
        ----------
        positives : (N,) array_like
            Center word of each block.
        contexts : sequence of array_like
            Context words of each block, at least one.
        inputs : (V, P) float32
            Input vectors.
        """
        queries = aligned((len(contexts), inputs.shape[1]))
        for query, context in zip(queries, contexts, strict=True):
            query[:] = inputs[np.asarray(context)].mean(axis=0)
        starts = np.cumsum([0, *map(np.size, contexts)], dtype=np.int64)
        words = np.concatenate([np.asarray(context, dtype=np.int32) for context in contexts])
        return cls(np.asarray(positives, dtype=np.int32), queries, words, starts)


@lru_cache(maxsize=64)
def _make_draw_all(draw: Any) -> Any:
    """Return a compiled loop over the draws of a sampler."""

    @kernel
    def draw_all(
        state: Any, scratch: Any, rng: Any, outputs: Any, blocks: Any, order: Any, room: Any, margin: int, pulls: Any
    ) -> None:
        for n in range(order.size):
            block = order[n]
            pulls[n] = draw(
                state,
                scratch,
                rng,
                outputs,
                blocks.queries[block],
                blocks.positives[block],
                blocks.contexts[blocks.starts[block] : blocks.starts[block + 1]],
                room[n, margin : room.shape[1] - margin],
            )

    return draw_all


class Drawing:
    """A prepared sampler, ready to draw negatives.

    Parameters
    ----------
    sampler : Sampler
        The sampler.
    vocabulary : Vocabulary
        The V words.
    weights : Weights
        Vectors of the V words, with rows padded as in training.
    negative : int
        Number of negatives K per block.
    seed : int
        Seed of the draws.
    draw : jitted function, optional
        Function to use instead of the sampler's own `draw`.

    Attributes
    ----------
    state, scratch
        The sampler's state and memory.
    """

    def __init__(
        self,
        sampler: Sampler,
        vocabulary: Vocabulary,
        weights: Weights,
        *,
        negative: int = 5,
        seed: int = 1,
        draw: Any = None,
    ) -> None:
        require_jitted(f"sampler {sampler.name!r}", "draw", sampler.draw)
        self.state = sampler.prepare(vocabulary, weights)
        self.scratch = sampler.scratch(self.state, negative)
        self.rng, self.weights, self.negative = new_state(seed), weights, negative
        self._sampler = sampler
        self._draw_all = _make_draw_all(sampler.draw if draw is None else draw)

    def follow(self, epoch: float) -> None:
        """Update a sampler that depends on the weights, as training does after `epoch` epochs.

        A sampler that draws by a frozen model freezes these weights.
        """
        if isinstance(self._sampler, Staged):
            self._sampler.freeze(self.state, self.weights)
        if isinstance(self._sampler, Refreshing):
            self._sampler.refresh(self.state, self.weights, epoch)

    def draw(
        self, blocks: Blocks, order: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Draw the negatives of some blocks.

        Parameters
        ----------
        blocks : Blocks
            The blocks.
        order : (D,) int64, optional
            Which blocks to draw for, one after another; by default each block once.

        Returns
        -------
        negatives : (D, K) int32
            The negatives drawn.
        pulls : (D,) float32
            How strongly each positive is pulled.

        Raises
        ------
        TypeError
            If the sampler does not compile.
        """
        order = np.arange(len(blocks.positives)) if order is None else order
        negatives = np.full((len(order), self.negative), -1, dtype=np.int32)
        return negatives, self.fill(blocks, order, negatives)

    def fill(
        self, blocks: Blocks, order: NDArray[np.int64], room: NDArray[np.int32], margin: int = 0
    ) -> NDArray[np.float32]:
        """Draw into an array, hiding `margin` cells at both ends of each row from the sampler.

        Parameters
        ----------
        blocks, order
            See `draw`.
        room : (D, margin + K + margin) int32
            Where the negatives go.
        margin : int
            Number of hidden cells at each end of a row.

        Returns
        -------
        (D,) float32
            How strongly each positive is pulled.
        """
        pulls = np.zeros(len(order), dtype=np.float32)
        outputs = self.weights.outputs
        try:
            self._draw_all(self.state, self.scratch, self.rng, outputs, blocks, order, room, margin, pulls)
        except (NumbaError, TypeError, ValueError):
            compile_draw(self._sampler, self.state, self.scratch, outputs, self.negative)  # to say what is wrong
            raise
        return pulls

    def blocks(
        self,
        positive: int,
        *,
        query: NDArray[np.float32] | None = None,
        context: ArrayLike = (),
        count: int = 1,
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Draw the negatives of one block repeatedly.

        Parameters
        ----------
        positive : int
            Center word of the block.
        query : (P,) float32, optional
            Query of the block; by default the first input row.
        context : array_like
            Words of the block's input rows.
        count : int
            Number of repetitions.

        Returns
        -------
        (count, K) int32, (count,) float32
            See `draw`.
        """
        row = self.weights.inputs[0] if query is None else query
        words = np.asarray(context, dtype=np.int32)
        block = Blocks(np.array([positive], dtype=np.int32), row[np.newaxis].copy(), words, np.array([0, len(words)]))
        return self.draw(block, np.zeros(count, dtype=np.int64))

    def nanoseconds(self, blocks: Blocks, repeats: int = 5) -> float:
        """Return the time to draw one negative, averaged over all blocks: the least of several measurements."""
        self.draw(blocks)  # compiles, and fills the cache
        seconds = []
        for _ in range(repeats):
            begin = time.perf_counter()
            negatives, _ = self.draw(blocks)
            seconds.append(time.perf_counter() - begin)
        return min(seconds) / negatives.size * 1e9


def compile_draw(sampler: Sampler, state: Any, scratch: Any, outputs: NDArray[np.float32], negative: int) -> None:
    """Compile a sampler's `draw` by itself, to find out whether and why compilation fails.

    Raises
    ------
    TypeError
        If it fails; the message names the sampler and the first reason.
    """
    arguments = {
        "state": state,
        "scratch": scratch,
        "rng": new_state(),
        "outputs": outputs,
        "query": aligned(outputs.shape[1:]),
        "positive": np.int32(0),
        "context": np.zeros(1, dtype=np.int32),
        "negatives": np.zeros(negative, dtype=np.int32),
    }
    pull = "how strongly the positive is pulled, usually np.float32(1.0)"
    compile_part(f"sampler {sampler.name!r}", "draw", sampler.draw, arguments, returns=pull)
