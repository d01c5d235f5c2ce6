"""The settings of a training run: names and defaults are gensim 4's, values are checked here."""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["Parameters", "available_cores"]


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Everything about a training run except corpus, sampler and objective.

    The meaning of each is given with `wordneg.Word2Vec`.

    Raises
    ------
    TypeError, ValueError
        If a setting is not of its kind, or outside its range: the sentence says what was got and
        what is expected.
    """

    vector_size: int = 100
    alpha: float = 0.025
    window: int = 5
    min_count: int = 5
    max_vocab_size: int | None = None
    sample: float = 1e-3
    seed: int = 1
    workers: int | None = None
    min_alpha: float = 0.0001
    sg: int = 0
    negative: int = 5
    cbow_mean: int = 1
    epochs: int = 5
    sorted_vocab: int = 1
    compute_loss: bool = False
    max_final_vocab: int | None = None
    shrink_windows: bool = True
    share_negatives: bool = True

    def __post_init__(self) -> None:
        whole = {"vector_size": (1, 10_000), "window": (1, 10_000), "min_count": (0, None), "epochs": (1, None)}
        whole |= {"negative": (1, 1000), "seed": (0, 2**63 - 1)}
        for name, (least, most) in whole.items():
            self._set(name, whole_number(name, getattr(self, name), least, most))
        for name in ("max_vocab_size", "max_final_vocab"):
            if getattr(self, name) is not None:
                self._set(name, whole_number(name, getattr(self, name), 1, None, "; None for no limit"))
        for name in ("alpha", "min_alpha", "sample"):
            self._set(name, real_number(name, getattr(self, name)))
        for name in ("sg", "cbow_mean", "sorted_vocab"):
            self._set(name, int(switch(name, getattr(self, name))))
        for name in ("compute_loss", "shrink_windows", "share_negatives"):
            self._set(name, switch(name, getattr(self, name)))
        if self.alpha == 0:
            raise ValueError("got alpha=0, expected a learning rate above 0 such as 0.025")
        if self.min_alpha > self.alpha:
            raise ValueError(
                f"got min_alpha={self.min_alpha} above alpha={self.alpha}; the learning rate falls "
                "from alpha to min_alpha, so give a min_alpha that is not larger"
            )
        self._set("workers", self._checked_workers())

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _checked_workers(self) -> int:
        if self.workers is None or self.workers == -1:
            return available_cores()
        if self.workers == 0:
            raise ValueError("got workers=0, expected at least 1; leave it out, or give -1, for all cores")
        return whole_number("workers", self.workers, 1, 1024, "; -1 for all cores")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name, as JSON can hold them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def whole_number(name: str, value: Any, least: int, most: int | None, hint: str = "") -> int:
    """Return a setting as int, or raise with a sentence."""
    expected = f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"got {name}={value!r}, expected {expected}{hint}")
    if isinstance(value, numbers.Integral) or float(value).is_integer():
        number = int(value)  # type: ignore[call-overload]
        if number >= least and (most is None or number <= most):
            return number
    raise ValueError(f"got {name}={value!r}, expected {expected}{hint}")


def real_number(name: str, value: Any) -> float:
    """Return a setting as a finite float of at least 0, or raise with a sentence."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"got {name}={value!r}, expected a number of at least 0")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"got {name}={value!r}, expected a finite number of at least 0")
    return float(value)


def switch(name: str, value: Any) -> bool:
    """Return a setting as bool, or raise with a sentence."""
    if value in (0, 1):
        return bool(value)
    raise ValueError(f"got {name}={value!r}, expected True or False (or 1 or 0)")


def one_of(name: str, value: Any, choices: Sequence[str]) -> str:
    """Return a setting that is one of a few names, or raise with a sentence."""
    if value in choices:
        return str(value)
    raise ValueError(f"got {name}={value!r}, expected {' or '.join(map(repr, choices))}")
