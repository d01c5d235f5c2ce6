"""What a call of `wordneg.compare` asks for, the text aside."""

from __future__ import annotations

import numbers
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from wordneg.common.machine import versions
from wordneg.common.messages import near_misses
from wordneg.common.settings import whole_number
from wordneg.comparison.records import HELD_OUT

if TYPE_CHECKING:
    from wordneg.comparison.trainers import Trainer

__all__ = ["DEFAULT_SAMPLERS", "LEAST_PREFIX", "TRIES", "Request"]

DEFAULT_SAMPLERS = ("unigram", "adaptive", "dns", "optrank")
TRIES = 10
"""Trainings that the tuning of a row takes at most."""

LEAST_PREFIX = 1000
"""Words that tuning trains on, at least."""

_BUDGETS = ("epochs", "time", "candidates")
_TUNED_BY = ("benchmarks", HELD_OUT)
_LARGEST_HELD_OUT = 0.5


@dataclass(frozen=True)
class Request:
    """All settings of a comparison, checked; as JSON it says what a folder of results holds.

    Rows, seeds and benchmarks are separate: a request with more of one of them asks for all that the smaller one does.

    Attributes
    ----------
    rows : dict of str to dict
        The settings of each row as JSON, by label: arguments of `Word2Vec`; arguments of another trainer, which
        ``"trainer"`` names ("gensim", "wordrank", …); or vectors from outside (``"trainer": "outside"``).
    baseline : str
        The row that others are compared with; the first if it is empty.
    seeds : tuple of int
        The seeds of the runs; an int becomes 1, 2, ….
    tune : str or None
        The argument that is tuned for each row first.
    tune_by : {"benchmarks", "held-out"}
        What the best value is best by; the log-likelihood of held-out text, if there is any, unless it is given.
    tune_words : int or None
        Words that the tuning of a row may train on at most.
    budget : {"epochs", "time", "candidates"}
        What is equal for all rows.
    held_out : float
        Share of the text that is kept out of training; 0 for none.
    benchmarks : tuple
        Names, paths or benchmarks. In JSON all are names.
    folder : path or None
        Where benchmarks are looked for first.
    command : str
        How to repeat the comparison.
    live : tuple of Trainer
        The rows with the samplers and vectors themselves, which JSON cannot hold.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range, or two of them do not go together.
    """

    rows: dict[str, dict[str, Any]]
    baseline: str = ""
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    tune: str | None = "alpha"
    tune_by: str | None = None
    tune_words: int | None = None
    budget: str = "epochs"
    held_out: float = 0.02
    benchmarks: tuple[Any, ...] = ()
    folder: str | os.PathLike[str] | None = field(default=None, compare=False)
    command: str = field(default="", compare=False)
    live: tuple[Trainer, ...] = field(default=(), compare=False, repr=False)

    # --- made and checked -------------------------------------------------------------------------------

    @classmethod
    def of(
        cls,
        samplers: Any = DEFAULT_SAMPLERS,
        objectives: Any = None,
        *,
        gensim: bool = False,
        extra: Mapping[str, Any] | None = None,
        benchmarks: Any = None,
        folder: str | os.PathLike[str] | None = None,
        **others: Any,
    ) -> Self:
        """Return the request that arguments of `wordneg.compare` stand for; nothing is read or downloaded.

        Parameters
        ----------
        samplers, objectives, gensim, extra, benchmarks, folder
            See `wordneg.compare`.
        **others
            The arguments of `wordneg.compare` that add rows of other methods; the attributes of a request from
            `baseline` to `command`; arguments of `Word2Vec`.

        Raises
        ------
        TypeError, ValueError, OSError
            As `wordneg.compare` does before there is a corpus.
        """
        from wordneg.comparison.scoring import find_benchmarks
        from wordneg.comparison.trainers import METHODS, make_trainers, tunable

        own = {one.name for one in fields(cls)} - {"rows", "live"}
        choices = {name: others.pop(name) for name in list(others) if name in own}
        methods = {name: others.pop(name) for name in METHODS if name in others}
        if choices.get("baseline") is None:
            choices["baseline"] = ""
        live = make_trainers(samplers, objectives, others, gensim=gensim, extra=extra, **methods)
        rows = {trainer.label: trainer.to_json() for trainer in live}
        if (tune := choices.get("tune", cls.tune)) is not None:
            tunable(tune)
        request = cls(rows, benchmarks=find_benchmarks(benchmarks, folder), folder=folder, live=live, **choices)
        request._check_rows()
        return request

    def __post_init__(self) -> None:
        object.__setattr__(self, "seeds", _checked_seeds(self.seeds))
        object.__setattr__(self, "held_out", _checked_share(self.held_out))
        object.__setattr__(self, "baseline", self.baseline or next(iter(self.rows)))
        if self.tune_by is None:
            object.__setattr__(self, "tune_by", HELD_OUT if self.held_out else _TUNED_BY[0])
        for name, choices in (("budget", _BUDGETS), ("tune_by", _TUNED_BY)):
            value = getattr(self, name)
            if value not in choices:
                hint = near_misses(str(value), choices)
                raise ValueError(f"got {name}={value!r}{hint}; expected {' or '.join(map(repr, choices))}")
        if self.tune_words is not None:
            whole_number("tune_words", self.tune_words, TRIES * LEAST_PREFIX, None, f", {TRIES} trainings at most")
        if self.tune is not None and self.tune_by == HELD_OUT and not self.held_out:
            raise ValueError('got tune_by="held-out" and no text held out; give held_out=0.02, or tune_by="benchmarks"')
        if self.baseline not in self.rows:
            hint = near_misses(self.baseline, self.rows)
            raise ValueError(f"got baseline={self.baseline!r}{hint}; the rows are {', '.join(map(repr, self.rows))}")

    def _check_rows(self) -> None:
        """Refuse several values where one is to start from, and a budget that has no meaning for a row."""
        if self.needs_benchmarks and not self.benchmarks:
            from wordneg.comparison.scoring import nothing_to_tune_by

            raise nothing_to_tune_by()
        if self.budget != "epochs":
            if len({trainer.epochs for trainer in self.trainers if trainer.reads_text}) > 1:
                raise ValueError(
                    f'got several epochs and budget="{self.budget}", which finds the epochs of each setting; give one '
                    "number, for the baseline"
                )
            for trainer in self.trainers:
                trainer.check_budget(self.budget)
        if self.tune is None:
            return
        names = {name: {t.value(name) for t in self.trainers if t.tuned(self.tune) == name} for name in self._tuned()}
        for name, found in names.items():
            if len(found) > 1:
                raise ValueError(
                    f'got several values of {name}, and tune="{self.tune}", which finds the value of each setting; '
                    "give one to start from, or tune=None"
                )

    def _tuned(self) -> list[str]:
        """Return the names of the settings that are tuned."""
        found = (trainer.tuned(self.tune) for trainer in self.trainers if self.tune is not None)
        return [name for name in dict.fromkeys(found) if name is not None]

    # --- what it says -----------------------------------------------------------------------------------

    @property
    def trainers(self) -> tuple[Trainer, ...]:
        """The rows, ready to be trained; samplers that are known by name if the request came from JSON."""
        if self.live:
            return self.live
        from wordneg.comparison.trainers import trainer_of

        return tuple(trainer_of(label, options) for label, options in self.rows.items())

    @property
    def criterion(self) -> str:
        """What rows are tuned by: "benchmarks" or "held-out"."""
        assert self.tune_by is not None  # it has been decided on
        return self.tune_by

    @property
    def needs_benchmarks(self) -> bool:
        """Whether rows are tuned by benchmarks."""
        return self.tune is not None and self.tune_by == _TUNED_BY[0]

    @property
    def reference(self) -> Trainer:
        """The row that budgets are relative to: the baseline if it is trained here on text, else the first."""
        return next((one for one in self.trainers if one.label == self.baseline and one.reads_text), self.trainers[0])

    @property
    def epochs(self) -> int:
        """The most passes over the text that a row has."""
        return max(trainer.epochs for trainer in self.trainers if trainer.reads_text)

    def seeds_of(self, label: str) -> tuple[int, ...]:
        """Return the seeds of a row's runs: one that no seed changes has one run, with seed 0."""
        from wordneg.comparison.trainers import is_seeded

        return self.seeds if is_seeded(self.rows[label]) else (0,)

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON can hold it, benchmarks by their names."""
        data = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("live", "folder")}
        return data | {"seeds": list(self.seeds), "benchmarks": [_name_of(one) for one in self.benchmarks]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the request of what `to_json` gave."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        return cls(**values | {"benchmarks": tuple(data.get("benchmarks", ()))})

    def identity(self) -> dict[str, Any]:
        """Return what must be the same for a comparison to go on, the text aside."""
        data = self.to_json()
        del data["command"]
        return data | {"version": versions()["wordneg"]}


def _name_of(benchmark: Any) -> str:
    """Return the name of a benchmark, or its path as long as it has not been read."""
    return os.fspath(benchmark) if isinstance(benchmark, str | os.PathLike) else str(benchmark.name)


def _checked_share(share: Any) -> float:
    share = 0.0 if share is None else share
    if isinstance(share, bool) or not isinstance(share, numbers.Real) or not 0 <= float(share) <= _LARGEST_HELD_OUT:
        raise ValueError(
            f"got held_out={share!r}, expected a share of the text, up to {_LARGEST_HELD_OUT}, such as "
            "held_out=0.02; or held_out=0: nothing is held out"
        )
    return float(share)


def _checked_seeds(seeds: Any) -> tuple[int, ...]:
    """Return the seeds that a number, or a sequence of seeds, stands for.

    Raises
    ------
    TypeError, ValueError
        If it is neither; or there is none, or one twice.
    """
    if isinstance(seeds, numbers.Real):
        return tuple(range(1, whole_number("seeds", seeds, 1, 10_000, ", how many, or a list of them") + 1))
    if not isinstance(seeds, Sequence) or isinstance(seeds, str):
        raise TypeError(f"got seeds={seeds!r}, expected how many, or a list of them")
    found = tuple(whole_number("seeds", seed, 0, 2**63 - 1) for seed in seeds)
    if not found or len(set(found)) < len(found):
        raise ValueError(f"got seeds={seeds!r}, expected at least one, and none twice")
    return found
