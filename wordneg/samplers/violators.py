"""The search for violators, candidates whose score comes too close to the positive's, shared by several samplers.

A candidate violates if its score is above a bound, such as s_p − margin. The pool is searched from the newest candidate
back, which is an order of independent draws and puts candidates first that earlier blocks have not had.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.jit import jit
from wordneg.samplers.candidates import FALLBACK, HARD, Pool, draw_popular, take, take_largest

__all__ = ["Violators", "choose", "find_violators", "trials_until"]

_NOTHING = np.float32(-np.inf)


class Violators(NamedTuple):
    """The memory of a worker.

    Attributes
    ----------
    pool : Pool
        The candidates.
    words : (M,) int32
        The violators among the candidates, newest first.
    """

    pool: Pool
    words: NDArray[np.int32]


@jit
def find_violators(search, scratch, bound):
    """List the candidates with a score above `bound`, including repeated words; return their number."""
    pool, count = scratch.pool, np.int64(0)
    place = pool.next[0]
    for _ in range(search.candidates):
        place = (search.candidates if place == 0 else place) - 1
        scratch.words[count] = pool.words[place]  # no branch: it would be unpredictable
        count += pool.scores[place] > bound
    return count


@jit
def choose(search, scratch, rng, positive, context, count, negatives, most):
    """Fill ``negatives[:most]`` with the first distinct violators, then the most similar others.

    When no candidate is left, the rest is drawn by popularity. Returns the number of violators.
    """
    chosen = np.int64(0)
    for place in range(count):
        if chosen == most:
            break
        word, new = scratch.words[place], True
        for k in range(chosen):
            new &= negatives[k] != word
        negatives[chosen] = word
        chosen += new
    if chosen < most:
        for k in range(chosen):
            take(scratch.pool, negatives[k])
        for k in range(chosen, most):
            word = take_largest(scratch.pool)
            negatives[k] = word if word >= 0 else draw_popular(search, rng, positive, context)
    scratch.pool.counts[HARD] += chosen
    scratch.pool.counts[FALLBACK] += most - chosen
    return chosen


@jit
def trials_until(search, pool, bound):
    """Return the number of trials until the first violator, itself included, or 0 if nothing violates.

    Candidates that must not be drawn do not count.
    """
    place, trials = pool.next[0], np.int64(0)
    for _ in range(search.candidates):
        place = (search.candidates if place == 0 else place) - 1
        trials += pool.scores[place] > _NOTHING
        if pool.scores[place] > bound:
            return trials
    return np.int64(0)
