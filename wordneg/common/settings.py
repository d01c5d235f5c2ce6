"""Checks of single settings, which return a valid value in its proper type and refuse any other."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

__all__ = ["one_of", "real_number", "switch", "whole_number"]


def whole_number(name: str, value: Any, least: int, most: int | None, hint: str = "") -> int:
    """Return a setting as an int, or raise an error that says what was expected."""
    expected = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"got {name}={value!r}, expected {expected}{hint}")
    if isinstance(value, numbers.Integral) or float(value).is_integer():
        number = int(value)  # type: ignore[call-overload]
        if number >= least and (most is None or number <= most):
            return number
    raise ValueError(f"got {name}={value!r}, expected {expected}{hint}")


def real_number(name: str, value: Any) -> float:
    """Return a setting as a finite float of at least 0, or raise an error that says what was expected."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"got {name}={value!r}, expected a number of at least 0")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"got {name}={value!r}, expected a finite number of at least 0")
    return float(value)


def switch(name: str, value: Any) -> bool:
    """Return a setting as a bool, or raise an error that says what was expected."""
    if value in (0, 1):
        return bool(value)
    raise ValueError(f"got {name}={value!r}, expected True or False (or 1 or 0)")


def one_of(name: str, value: Any, choices: Sequence[str]) -> str:
    """Return a setting that is one of `choices`, or raise an error that says what was expected."""
    if value in choices:
        return str(value)
    raise ValueError(f"got {name}={value!r}, expected {' or '.join(map(repr, choices))}")
