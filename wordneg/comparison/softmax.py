"""The softmax that held-out text is measured by, and the two calibration parameters of a model: see `heldout`.

With x_v = (s_v, log n_v / N) of a word v, the model says log p(v) = (t, b) · x_v − log Σ_v' exp((t, b) · x_v'). Its
gradient by (t, b) is x_w − E[x] and its Hessian −Cov[x], both under the model: it is concave.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Candidates", "Positions", "fit", "log_probabilities"]

_CACHED = 250_000  # masses at once, which stay in the cache
_STEPS = 50
_ENOUGH = 1e-5  # nats a word, twice of what another step would gain
_FloatMatrix = NDArray[np.float32]


class Candidates(NamedTuple):
    """The M words that a softmax sums over, besides a position's own.

    Attributes
    ----------
    words : (M,) int64
        Which.
    frequencies : (M,) float32
        The logarithms of their shares of the text.
    log_weights : (M,) float32
        What is added to their scores.
    """

    words: NDArray[np.int64]
    frequencies: NDArray[np.float32]
    log_weights: NDArray[np.float32]


class Positions(NamedTuple):
    """P positions with all scores of a model, which stay the same while (t, b) are sought.

    Attributes
    ----------
    own : (2, P) float64
        x of their own words, which are always in the sum.
    places : (P,) int64
        Where these are among the candidates, −1 if they are not: there they are left out.
    scores : (P, M) float32
        Scores of the candidates.
    """

    own: NDArray[np.float64]
    places: NDArray[np.int64]
    scores: _FloatMatrix

    @classmethod
    def of(
        cls,
        own: NDArray[np.float32],
        scores: _FloatMatrix,
        words: NDArray[np.int64],
        log_frequencies: NDArray[np.float64],
        candidates: Candidates,
    ) -> Positions:
        """Take down some positions.

        Parameters
        ----------
        own : (P,) float32
            The score of each position's own word.
        scores : (P, M) float32
            Scores of the candidates.
        words : (P,) int64
            The positions' own words.
        log_frequencies : (V,) float64
            log(n_v / N) of all words.
        candidates : Candidates
            The words of the sum.
        """
        places = np.full(len(log_frequencies), -1)
        places[candidates.words] = np.arange(len(candidates.words))
        return cls(np.stack([own, log_frequencies[words]]), places[words], scores)


class _Moments(NamedTuple):
    """The log-likelihood at (t, b), of all positions; its gradient; and its Hessian, negated."""

    value: float
    gradient: NDArray[np.float64]
    hessian: NDArray[np.float64]


class _Block(NamedTuple):
    """Some positions under the model at a point, up to a factor each: e^top.

    Attributes
    ----------
    part : slice
        Which positions.
    mass : (B, M) float32
        Mass of each candidate.
    own_mass, total : (B,) float64
        Mass of the own words, and of all.
    log_probabilities : (B,) float64
        Log-likelihood of the own words.
    """

    part: slice
    mass: _FloatMatrix
    own_mass: NDArray[np.float64]
    total: NDArray[np.float64]
    log_probabilities: NDArray[np.float64]


def fit(positions: Positions, candidates: Candidates) -> NDArray[np.float64]:
    """Return the (t, b) of the highest log-likelihood, (2,) float64, by Newton's method with halved steps."""
    point = np.array([0.0, 1.0])  # from the frequencies alone
    now = _moments(positions, candidates, point)
    for _ in range(_STEPS):
        ridge = 1e-9 * (1 + np.trace(now.hessian)) * np.eye(2)  # an untrained model has scores of 0
        step = np.linalg.solve(now.hessian + ridge, now.gradient)
        if now.gradient @ step < _ENOUGH * len(positions.places):
            break
        there = _moments(positions, candidates, point + step)
        while there.value < now.value:
            step /= 2
            if np.abs(step).max() < _ENOUGH:  # as good as float32 can tell
                return point
            there = _moments(positions, candidates, point + step)
        point, now = point + step, there
    return point


def log_probabilities(positions: Positions, candidates: Candidates, point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (P,) log-likelihoods of the positions' own words at a point (t, b)."""
    return np.concatenate([block.log_probabilities for block in _blocks(positions, candidates, point)])


def _blocks(positions: Positions, candidates: Candidates, point: NDArray[np.float64]) -> Iterator[_Block]:
    """Yield the positions in blocks; the masses of one are overwritten by the next."""
    temperature, exponent = point.astype(np.float32)
    shifts = exponent * candidates.frequencies + candidates.log_weights
    size = max(1, _CACHED // len(shifts))
    buffer = np.empty((size, len(shifts)), dtype=np.float32)
    for begin in range(0, len(positions.places), size):
        part = slice(begin, begin + size)
        scores, places = positions.scores[part], positions.places[part]
        mass = np.multiply(temperature, scores, out=buffer[: len(scores)])
        mass += shifts
        among = np.flatnonzero(places >= 0)
        mass[among, places[among]] = -np.inf
        exponents = point @ positions.own[:, part]
        top = np.maximum(mass.max(axis=1), exponents)
        mass -= top[:, None].astype(np.float32)
        np.exp(mass, out=mass)
        own_mass = np.exp(exponents - top)
        total = mass.sum(axis=1, dtype=np.float64) + own_mass
        yield _Block(part, mass, own_mass, total, exponents - top - np.log(total))


def _moments(positions: Positions, candidates: Candidates, point: NDArray[np.float64]) -> _Moments:
    """Return the log-likelihood at a point, with its derivatives."""
    value, gradient, hessian = 0.0, np.zeros(2), np.zeros((2, 2))
    frequencies = candidates.frequencies
    powers = np.stack([frequencies, frequencies**2], axis=1)  # (M, 2)
    for block in _blocks(positions, candidates, point):
        own, scores = positions.own[:, block.part], positions.scores[block.part]
        of_frequencies = (block.mass @ powers).T  # (2, B)
        weighted = np.multiply(block.mass, scores, out=block.mass)
        sums = np.stack([weighted.sum(axis=1, dtype=np.float64), of_frequencies[0]])  # (2, B)
        means = (sums + block.own_mass * own) / block.total
        crossed = weighted @ frequencies
        squares = np.array([[np.einsum("bm,bm->b", weighted, scores), crossed], [crossed, of_frequencies[1]]])
        second = (squares + block.own_mass * own[:, None] * own[None]) / block.total  # (2, 2, B)
        value += float(block.log_probabilities.sum())
        gradient += (own - means).sum(axis=1)
        hessian += second.sum(axis=2) - means @ means.T
    return _Moments(value, gradient, hessian)
