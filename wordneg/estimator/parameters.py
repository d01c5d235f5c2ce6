"""The settings that all models have, that models trained in passes have, and that models of co-occurrences have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wordneg.common.machine import available_cores
from wordneg.common.settings import Kind, Optional, Settings, Switch, Whole, setting, whole_number

__all__ = ["COUNTS", "LARGEST_WINDOW", "BaseParameters", "CooccurrenceParameters", "PassParameters"]

COUNTS = "co-occurrences"
"""The heading of the settings that concern co-occurrences."""

LARGEST_WINDOW = 4095
"""As `wordneg.cooccurrence.rows` has it, which takes Numba to import."""


class _Workers:
    """The check of `workers`: a number of threads, where None and -1 stand for all cores."""

    kind: ClassVar[Kind] = "whole"

    def __call__(self, name: str, value: Any) -> int:
        if value is None or value == -1:
            return available_cores()
        if value == 0:
            raise ValueError(f"got {name}=0, expected at least 1; leave it out, or give -1, for all cores")
        return whole_number(name, value, 1, 1024, "; -1 for all cores")


_NO_LIMIT = Optional(Whole(1, hint="; leave it out for no limit"))


@dataclass(frozen=True, kw_only=True)
class BaseParameters(Settings):
    """The settings that all models have.

    Names and defaults are gensim 4's. The docstring of each model says what they mean for it.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range. The sentence says what was got and what is expected.
    """

    vector_size: int = setting(100, Whole(1, 10_000), "dimensions", group="model", flags=("-size", "-dim"))
    window: int = setting(
        5, Whole(1, 10_000), "largest distance of a context word", group="model", flags=("-window", "-ws")
    )
    min_count: int = setting(5, Whole(0), "drop rarer words", group="vocabulary", flags=("-min-count", "-minCount"))
    max_final_vocab: int | None = setting(
        None, _NO_LIMIT, "raise --min-count until at most N words are left", group="vocabulary"
    )
    max_vocab_size: int | None = setting(
        None, _NO_LIMIT, "forget rare words while counting, to bound memory", group="vocabulary"
    )
    sorted_vocab: int = setting(
        1, Switch(number=True), "number words by frequency (default), not as they come", group="vocabulary"
    )
    workers: int | None = setting(
        None, _Workers(), "threads; by default all cores", group="training", flags=("-threads", "-thread")
    )


@dataclass(frozen=True, kw_only=True)
class PassParameters(BaseParameters):
    """The settings of models that are trained in passes, from a random start."""

    epochs: int = setting(5, Whole(1), "passes over the corpus", group="training", flags=("-iter", "-epoch"))
    seed: int = setting(
        1, Whole(0, 2**63 - 1), "seed of starting vectors and all draws", group="training", flags=("-seed",)
    )

    def _check_rates(self, first: str, last: str, example: float) -> None:
        """Refuse a learning rate that is 0 or rises; both settings have been checked to be numbers."""
        begin, end = getattr(self, first), getattr(self, last)
        if begin == 0:
            raise ValueError(f"got {first}=0, expected a learning rate above 0 such as {example}")
        if end > begin:
            raise ValueError(
                f"got {last}={end} above {first}={begin}; the learning rate falls from {first} to {last}, so give "
                f"a {last} that is not larger"
            )


@dataclass(frozen=True, kw_only=True)
class CooccurrenceParameters(BaseParameters):
    """The settings of models that are made from co-occurrences: how these are counted."""

    window: int = setting(
        15, Whole(1, LARGEST_WINDOW), "largest distance of a context word", group=COUNTS, flags=("-window", "-ws")
    )
    symmetric: bool = setting(
        True, Switch(), "count context words on both sides (default), not only those before a word", group=COUNTS
    )
    distance_weighting: bool = setting(True, Switch(), "let a pair count 1 / distance (default), not 1", group=COUNTS)
    memory_limit: int = setting(
        4_000_000_000, Whole(1), "bytes of memory for counting; beyond this, files are used", group=COUNTS
    )
