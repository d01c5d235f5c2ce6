"""The surrogate ℓ of a single misranking and the transform ρ of a rank, as compiled functions.

The rank of a pair among all contexts is bounded by R = Σ_j ℓ(s_c − s_j). Training minimizes ρ(y), where

    y = (R + β) / α − 1,        ξ = α / (R + β) = 1 / (1 + y).

=========  =========================  ==========================================
transform  ρ(y)                       T = dρ/dy
=========  =========================  ==========================================
``rho0``   y                          1
``rho1``   log₂(1 + y)                ξ / ln 2
``rho2``   1 − 1 / log₂(2 + y)        ln 2 / ((2 + y) · ln²(2 + y))
``rho3``   ((1 + y)¹⁻ᵗ − 1) / (1 − t)   ξᵗ
=========  =========================  ==========================================

All are 0 at y = 0; all but ``rho0`` grow ever more slowly, so that pairs with a hopeless rank (noise) count little.
ξ, and T for ``rho1`` and ``rho3``, agree with the authors' program (github.com/shihaoji/wordrank, model.hpp);
for ``rho2`` the program uses another ξ, a rule of thumb, where this is the derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from wordneg.compiled.jit import jit, merge, plain
from wordneg.compiled.simd import multiply, sigmoid, splat, subtract, where_above

__all__ = ["SURROGATES", "TRANSFORMS", "Surrogate", "Transform"]

_LN2 = math.log(2.0)


class Transform(NamedTuple):
    """A transform of ranks.

    Attributes
    ----------
    value, slope : jitted function
        Functions of ξ and t that return ρ and T = dρ/dy.
    """

    value: Any
    slope: Any


class Surrogate(NamedTuple):
    """An upper bound on the step function [s_j > s_c].

    Attributes
    ----------
    value : jitted function
        Function of the lead s_c − s_j and the margin τ that returns ℓ.
    slopes : jitted function
        Function of the scores s_j, the score s_c, τ and a factor, all `Lanes`, that returns −ℓ' times the factor.
    at_zero : callable
        Function of τ that returns ℓ(0), which a context adds to its own rank.
    """

    value: Any
    slopes: Any
    at_zero: Callable[[float], float]


@plain
def _identity(xi, t):
    return 1.0 / xi - 1.0


@plain
def _identity_slope(xi, t):
    return 1.0


@plain
def _log(xi, t):
    return -math.log2(xi)


@plain
def _log_slope(xi, t):
    return xi / _LN2


@plain
def _inverse_log(xi, t):
    return 1.0 - 1.0 / math.log2(1.0 + 1.0 / xi)


@plain
def _inverse_log_slope(xi, t):
    above = 1.0 + 1.0 / xi
    return _LN2 / (above * math.log(above) ** 2)


@plain
def _power(xi, t):
    return (xi ** (t - 1.0) - 1.0) / (1.0 - t)


@plain
def _power_slope(xi, t):
    return xi**t


TRANSFORMS = {
    "rho0": Transform(_identity, _identity_slope),
    "rho1": Transform(_log, _log_slope),
    "rho2": Transform(_inverse_log, _inverse_log_slope),
    "rho3": Transform(_power, _power_slope),
}
"""The transforms by name."""


@jit
def _hinge(lead, tau):
    return max(0.0, tau - lead)


@merge
def _hinge_slopes(others, score, tau, pull):
    return where_above(others, subtract(score, tau), pull)


@jit
def _logistic(lead, tau):
    return max(0.0, -lead) + math.log2(1.0 + 2.0 ** -abs(lead))


@merge
def _logistic_slopes(others, score, tau, pull):
    return multiply(pull, sigmoid(multiply(splat(np.float32(_LN2)), subtract(others, score))))


SURROGATES = {
    "hinge": Surrogate(_hinge, _hinge_slopes, lambda tau: tau),
    "logistic": Surrogate(_logistic, _logistic_slopes, lambda tau: 1.0),
}
"""The surrogates by name: max(0, τ − lead), and log₂(1 + 2^−lead), which has no margin."""
