"""The settings of a training run: those of every estimator, and Word2Vec's; values are checked here."""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["BaseParameters", "Parameters", "available_cores"]


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class BaseParameters:
    """What the settings of all estimators have in common: the base of frozen dataclasses.

    A subclass repeats these names as fields, with defaults of its own, and checks what it adds in a
    ``__post_init__`` that begins with this one. Names are gensim 4's.

    Attributes
    ----------
    vector_size : int
        Dimensions, 1 to 10,000.
    window : int
        Largest distance between two words, 1 to 10,000.
    min_count : int
        Rarer words are dropped.
    max_vocab_size, max_final_vocab : int or None
        Bounds of the vocabulary while counting, and in the end.
    sorted_vocab : {0, 1}
        Whether words are numbered by descending count.
    seed : int
        Of all that is random.
    workers : int
        Threads; None and -1 become the number of cores.
    epochs : int
        Passes over what is trained on.

    Raises
    ------
    TypeError, ValueError
        If a setting is not of its kind, or outside its range.
    """

    vector_size: int
    window: int
    min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sorted_vocab: int
    seed: int
    workers: int | None
    epochs: int

    def __post_init__(self) -> None:
        whole = {"vector_size": (1, 10_000), "window": (1, 10_000), "min_count": (0, None), "epochs": (1, None)}
        whole |= {"seed": (0, 2**63 - 1)}
        for name, (least, most) in whole.items():
            self._set(name, whole_number(name, getattr(self, name), least, most))
        for name in ("max_vocab_size", "max_final_vocab"):
            if getattr(self, name) is not None:
                self._set(name, whole_number(name, getattr(self, name), 1, None, "; leave it out for no limit"))
        self._set("sorted_vocab", int(switch("sorted_vocab", self.sorted_vocab)))
        self._set("workers", self._checked_workers())

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _checked_workers(self) -> int:
        if self.workers is None or self.workers == -1:
            return available_cores()
        if self.workers == 0:
            raise ValueError("got workers=0, expected at least 1; leave it out, or give -1, for all cores")
        return whole_number("workers", self.workers, 1, 1024, "; -1 for all cores")

    def _check_rates(self, first: str, last: str, example: float) -> None:
        """Refuse a learning rate that is 0, or rises; both have been checked to be numbers."""
        begin, end = getattr(self, first), getattr(self, last)
        if begin == 0:
            raise ValueError(f"got {first}=0, expected a learning rate above 0 such as {example}")
        if end > begin:
            raise ValueError(
                f"got {last}={end} above {first}={begin}; the learning rate falls from {first} to {last}, so give "
                f"a {last} that is not larger"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name, as JSON can hold them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Parameters(BaseParameters):
    """Everything about a training of `wordneg.Word2Vec` except corpus, sampler and objective.

    The meaning of each is given there; names and defaults are gensim 4's.

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
        super().__post_init__()
        self._set("negative", whole_number("negative", self.negative, 1, 1000))
        for name in ("alpha", "min_alpha", "sample"):
            self._set(name, real_number(name, getattr(self, name)))
        for name in ("sg", "cbow_mean"):
            self._set(name, int(switch(name, getattr(self, name))))
        for name in ("compute_loss", "shrink_windows", "share_negatives"):
            self._set(name, switch(name, getattr(self, name)))
        self._check_rates("alpha", "min_alpha", 0.025)


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
