"""The settings that all estimators have."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from wordneg.common.machine import available_cores
from wordneg.common.settings import switch, whole_number

__all__ = ["BaseParameters"]


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
