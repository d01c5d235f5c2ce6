"""The settings that all models have, that models trained in passes have, and that models of co-occurrences have."""

from __future__ import annotations

import secrets
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from wordneg.common.machine import available_cores
from wordneg.common.settings import (
    Given,
    Kind,
    OneOf,
    Optional,
    Real,
    SettingError,
    Settings,
    Switch,
    Whole,
    declarations,
    setting,
    whole_number,
)

__all__ = [
    "COUNTS",
    "LARGEST_WINDOW",
    "BaseParameters",
    "CooccurrenceParameters",
    "PassParameters",
    "WeightedParameters",
]

COUNTS = "co-occurrences"
"""The heading of the settings that concern co-occurrences."""

LARGEST_WINDOW = 4095
"""As `wordneg.cooccurrence.rows` has it, which takes Numba to import."""


class _Workers:
    """The check of `workers`: a number of threads, where None and -1 stand for all cores."""

    kind: ClassVar[Kind] = "whole"
    expected: ClassVar[str] = "a whole number from 1 to 1024, or None or -1 for all cores"

    def __call__(self, name: str, value: Any) -> int:
        if value is None or value == -1:
            return available_cores()
        if value == 0:
            raise SettingError("got ", Given(name, 0), ", expected at least 1; leave it out, or give -1, for all cores")
        return whole_number(name, value, 1, 1024, "; -1 for all cores")


class _Seed:
    """The check of `seed`: a whole number; None takes one of 32 bits that nobody can foresee, and keeps it."""

    kind: ClassVar[Kind] = "whole"
    expected: ClassVar[str] = f"None or a whole number from 0 to {2**63 - 1}"

    def __call__(self, name: str, value: Any) -> int:
        return secrets.randbits(32) if value is None else whole_number(name, value, 0, 2**63 - 1)


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
        5, Whole(1, 2**31 - 1), "largest distance of a context word", group="model", flags=("-window", "-ws")
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
    phrases: int = setting(0, Whole(0, 10), "join words that often stand side by side, in N passes", group="vocabulary")
    phrase_threshold: float | None = setting(
        None,
        Optional(Real(least=None, example=10)),
        "score that a phrase must exceed (default: 10, or .5 for npmi)",
        group="vocabulary",
    )
    phrase_scoring: str = setting("default", OneOf(("default", "npmi")), "how phrases are scored", group="vocabulary")
    workers: int | None = setting(
        None, _Workers(), "threads; by default all cores", group="training", flags=("-threads", "-thread")
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_together()

    def check_together(self) -> None:
        """Refuse settings that do not go together."""

    def with_one(self, name: str, value: Any) -> Self:
        """Return these settings with another value for one of them, which need not go together with the others yet.

        Attributes of a model are set one after the other; before it is trained or saved, they are checked together.
        """
        _, declared = declarations(type(self))[name]
        changed = copy(self)
        object.__setattr__(changed, name, declared.check(name, value))
        return changed


@dataclass(frozen=True, kw_only=True)
class PassParameters(BaseParameters):
    """The settings of models that are trained in passes, from a random start."""

    epochs: int = setting(5, Whole(1), "passes over the corpus", group="training", flags=("-iter", "-epoch"))
    seed: int = setting(
        1, _Seed(), "seed of the starting vectors and of all random draws", group="training", flags=("-seed",)
    )

    def _check_rates(self, first: str, last: str, example: float) -> None:
        """Refuse a learning rate that is 0 or rises; both settings have been checked to be numbers."""
        begin, end = getattr(self, first), getattr(self, last)
        if begin == 0:
            raise SettingError("got ", Given(first, begin), f", expected a learning rate above 0 such as {example}")
        if end > begin:
            raise SettingError(
                "got ",
                Given(last, end),
                " above ",
                Given(first, begin),
                f"; the learning rate falls from {first} to {last}, so give a {last} that is not larger",
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


@dataclass(frozen=True, kw_only=True)
class WeightedParameters(CooccurrenceParameters, PassParameters):
    """The settings of models that go through weighted co-occurrences in passes: how a pair's count becomes a weight."""

    xmax: float = setting(
        100.0,
        Real(above=0, example=100),
        "give a pair that occurs as often as this, or more often, the weight 1",
        group=COUNTS,
    )
    epsilon: float = setting(0.75, Real(), "give a rarer pair the weight (count / xmax) to this power", group=COUNTS)
