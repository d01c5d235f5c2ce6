"""What a call of `wordneg.compare` asks for, the text aside."""

from __future__ import annotations

import json
import numbers
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self, get_type_hints

from wordneg.common.messages import near_misses, printable
from wordneg.common.settings import Given, SettingError, SettingTypeError, whole_number
from wordneg.comparison.benchmarks import NextItem, find_benchmarks, nothing_to_tune_by
from wordneg.comparison.records import HELD_OUT, typed

if TYPE_CHECKING:
    from wordneg.comparison.trainers import Trainer

__all__ = ["DEFAULT_SAMPLERS", "FINE", "LEAST_PREFIX", "TRIES", "Request"]

DEFAULT_SAMPLERS = ("unigram", "adaptive", "dns", "optrank")
FINE = 2.0
"""The factor between neighboring values of a tuned setting."""

TRIES = 15
"""Trainings that the tuning of a row takes at most, those that confirm its choice included."""

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
    tune : str, dict or None
        What is tuned for each row first: an argument; or several by name, each with "auto", a range such as
        "0.01..0.1", or a list of candidates.
    tune_by : {"benchmarks", "held-out"}
        What the best value is best by; neighbors in held-out text, if there is any, unless it is given.
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
    source : dict
        Where text and benchmarks come from, as arguments of `wordneg.compare`: ``corpus``, ``tokenize``, ``encoding``,
        ``unicode_errors``, ``benchmarks``, ``folder``. What is not in a file is left out: the text has no ``corpus``
        then, and the names of such benchmarks are in ``left_out``.
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
    tune: str | dict[str, Any] | None = "alpha"
    tune_by: str | None = None
    tune_words: int | None = None
    budget: str = "epochs"
    held_out: float = 0.05
    benchmarks: tuple[Any, ...] = ()
    folder: str | os.PathLike[str] | None = field(default=None, compare=False)
    command: str = field(default="", compare=False)
    source: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    live: tuple[Trainer, ...] = field(default=(), compare=False, repr=False)

    # --- made and checked -------------------------------------------------------------------------------

    @classmethod
    def of(
        cls,
        samplers: Any = DEFAULT_SAMPLERS,
        objectives: Any = None,
        *,
        rows: Mapping[str, Mapping[str, Any]] | None = None,
        gensim: bool = False,
        extra: Mapping[str, Any] | None = None,
        benchmarks: Any = None,
        folder: str | os.PathLike[str] | None = None,
        **others: Any,
    ) -> Self:
        """Return the request that arguments of `wordneg.compare` stand for; nothing is read or downloaded.

        `others` are its arguments that add rows of other methods, the attributes of a request from `baseline` to
        `source`, and arguments of `Word2Vec`.

        Raises
        ------
        TypeError, ValueError, OSError
            As `wordneg.compare` does before there is a corpus.
        """
        from wordneg.comparison.trainers import TEXT_OPTIONS
        from wordneg.comparison.trainers.rows import METHODS, described_trainers, make_trainers, tunable

        own = {one.name for one in fields(cls)} - {"rows", "live"}
        choices = {name: others.pop(name) for name in list(others) if name in own}
        methods = {name: others.pop(name) for name in METHODS if name in others}
        if choices.get("baseline") is None:
            choices["baseline"] = ""
        chosen = None if samplers is DEFAULT_SAMPLERS else samplers
        beside = {"samplers": chosen, "objectives": objectives, "extra": extra or None}
        beside |= {name: given or None for name, given in methods.items()}
        if rows is None:
            live = make_trainers(samplers, objectives, others, gensim=gensim, extra=extra, **methods)
        else:
            doubled = [name for name, value in (beside | others).items() if value is not None]
            if doubled := [name for name in doubled if name not in TEXT_OPTIONS]:
                raise SettingTypeError(f"got rows and {', '.join(doubled)}; rows have all their settings themselves")
            live = described_trainers(rows)
        choices["tune"] = tunable(choices.get("tune", cls.tune), live)
        found = find_benchmarks(benchmarks, folder)
        named = [isinstance(one, str | os.PathLike | NextItem) for one in found]
        source = choices.pop("source", {}) | {
            "benchmarks": [_name_of(one) for one, is_named in zip(found, named, strict=True) if is_named],
            "left_out": [one.name for one, is_named in zip(found, named, strict=True) if not is_named],
        }
        source |= {} if folder is None else {"folder": os.fspath(folder)}
        described = {trainer.label: trainer.as_plain() for trainer in live}
        request = cls(described, benchmarks=found, folder=folder, live=live, source=source, **choices)
        request._check_rows()
        return request

    def __post_init__(self) -> None:
        object.__setattr__(self, "seeds", _checked_seeds(self.seeds))
        object.__setattr__(self, "held_out", _checked_share(self.held_out))
        object.__setattr__(self, "baseline", self.baseline or next(iter(self.rows)))
        if odd := next((label for label in self.rows if printable(label) != label), None):
            raise SettingError(f"got a row called {odd!r}, expected a name without control characters")
        if self.tune == {}:
            raise SettingError("tune is {}, expected None, a setting, or several with their values")
        if self.tune_by is None:
            object.__setattr__(self, "tune_by", HELD_OUT if self.held_out else _TUNED_BY[0])
        for name, choices in (("budget", _BUDGETS), ("tune_by", _TUNED_BY)):
            value = getattr(self, name)
            if value not in choices:
                hint = near_misses(str(value), choices)
                raise SettingError("got ", Given(name, value), f"{hint}; expected {' or '.join(map(repr, choices))}")
        if self.tune_words is not None:
            whole_number("tune_words", self.tune_words, TRIES * LEAST_PREFIX, None, f", {TRIES} trainings at most")
        if self.tune is not None and self.tune_by == HELD_OUT and not self.held_out:
            raise SettingError(
                "got ",
                Given("tune_by", HELD_OUT),
                " and no text held out; give ",
                Given("held_out", type(self).held_out),
                ", or ",
                Given("tune_by", _TUNED_BY[0]),
            )
        if self.baseline not in self.rows:
            raise _no_such_row(self.baseline, tuple(self.rows))

    def _check_rows(self) -> None:
        """Refuse several values where one is to start from, and a budget or benchmark that has no meaning."""
        if not self.held_out and (of_text := [one.name for one in self.benchmarks if isinstance(one, NextItem)]):
            raise SettingError(
                "got ",
                Given("benchmarks", of_text),
                " and no text held out, whose next items these are; give ",
                Given("held_out", type(self).held_out),
            )
        if self.needs_benchmarks and not self.benchmarks:
            raise nothing_to_tune_by()
        if self.budget != "epochs":
            if len({trainer.epochs for trainer in self.trainers if trainer.reads_text}) > 1:
                raise SettingError(
                    "got several epochs and ",
                    Given("budget", self.budget),
                    ", which finds the epochs of each row; give one number, for the baseline",
                )
            for trainer in self.trainers:
                trainer.check_budget(self.budget)
        for asked in self.tuned:
            found: dict[tuple[str, str], set[Any]] = {}
            for trainer in self.trainers:
                if name := trainer.tuned(asked):  # settings of samplers differ, each from its own kind
                    found.setdefault((name, trainer.name if "." in name else ""), set()).add(trainer.value(name))
            if not found:
                raise SettingError("got ", Given("tune", self.tune), f", and no row has {asked}")
            if name := next((name for (name, _), values in found.items() if len(values) > 1), None):
                raise SettingError(
                    f"got several values of {name}, and ",
                    Given("tune", self.tune),
                    ", which finds the value for each row; give one to start from, or ",
                    Given("tune", None),
                )

    @property
    def tuned(self) -> tuple[str, ...]:
        """The names of what is tuned; none if nothing is."""
        return () if self.tune is None else (self.tune,) if isinstance(self.tune, str) else tuple(self.tune)

    # --- what it says -----------------------------------------------------------------------------------

    @property
    def trainers(self) -> tuple[Trainer, ...]:
        """The rows, ready to be trained; samplers that are known by name if the request came from JSON."""
        if self.live:
            return self.live
        from wordneg.comparison.trainers.rows import trainer_of

        return tuple(trainer_of(label, options) for label, options in self.rows.items())

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
        from wordneg.comparison.trainers.rows import is_seeded

        return self.seeds if is_seeded(self.rows[label]) else (0,)

    # --- what a folder holds already --------------------------------------------------------------------

    def together(self, there: Request) -> Self:
        """Return the request for what a folder holds and what is asked for now.

        It has the rows, seeds and benchmarks of both, and the baseline that is there. A row of the same settings is
        the one that is there, whatever its label.

        Raises
        ------
        ValueError
            If they cannot be put together: the sentence names a setting with both values.
        """
        for name in ("tune", "tune_by", "tune_words", "budget", "held_out"):
            if getattr(self, name) != getattr(there, name):
                raise _difference(name, getattr(there, name), getattr(self, name))
        if self.baseline not in (there.baseline, next(iter(self.rows))):
            raise _difference("baseline", there.baseline, self.baseline)
        ours = tuple(map(_name_of, self.benchmarks))
        if left_out := [name for name in there.benchmarks if name not in ours]:
            raise ValueError(f"it is scored on {', '.join(left_out)}, too; name all its benchmarks, and further ones")
        if self.needs_benchmarks and set(ours) != set(there.benchmarks):
            raise ValueError("it is tuned by its benchmarks, so that none can be added")
        _check_common(there.rows, self.rows)
        known = {_canonical(options): label for label, options in there.rows.items() if "trainer" not in options}
        found: dict[str, Trainer] = {}
        for trainer in self.trainers:
            options = trainer.as_plain()
            label = known.get(_canonical(options), trainer.label)
            if label in there.rows and _canonical(options) != _canonical(there.rows[label]):
                theirs = there.rows[label]
                name = next(name for name in {**options, **theirs} if theirs.get(name) != options.get(name))
                raise _difference(f"{name} of {label!r}", theirs.get(name), options.get(name))
            found[label] = replace(trainer, label=label)
        known_rows = {label: found.get(label) or _given_again(label, options) for label, options in there.rows.items()}
        live = tuple((known_rows | found).values())
        benchmarks = [one for name, one in zip(ours, self.benchmarks, strict=True) if name not in there.benchmarks]
        together = replace(
            self,
            rows={trainer.label: trainer.as_plain() for trainer in live},
            baseline=there.baseline,
            seeds=(*there.seeds, *(seed for seed in self.seeds if seed not in there.seeds)),
            benchmarks=(*there.benchmarks, *benchmarks),
            live=live,
            source=there.source | self.source,
        )
        together._check_rows()
        return together

    def as_plain(self) -> dict[str, Any]:
        """Return the request as plain data, which JSON can hold; benchmarks are given by their names."""
        data = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("live", "folder")}
        return data | {"seeds": list(self.seeds), "benchmarks": [_name_of(one) for one in self.benchmarks]}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Self:
        """Return the request that `as_plain` described.

        Raises
        ------
        ValueError
            If a field is missing, of another type, or out of range: the sentence names it.
        """
        hints = get_type_hints(cls, localns={"Trainer": object}) | {"benchmarks": tuple[str, ...]}
        known = [one.name for one in fields(cls) if one.name not in ("live", "folder")]
        if not data.get("rows"):
            raise ValueError("rows is missing or empty")
        return cls(**{name: typed(hints[name], data[name], name) for name in known if name in data})


def _check_common(there: Mapping[str, Mapping[str, Any]], here: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse rows of `Word2Vec` that have no value of a setting in common with those that are there.

    So a sampler is added with the settings of the others, and a setting only as an axis that has their value, too.
    """
    both = [[one for one in rows.values() if "trainer" not in one] for rows in (there, here)]
    if not all(both):
        return
    for name in both[0][0]:
        ours, theirs = ({json.dumps(one.get(name)): one.get(name) for one in rows} for rows in reversed(both))
        if name not in ("sampler", "objective") and not ours.keys() & theirs.keys():
            raise _difference(name, *(next(iter(values.values())) for values in (theirs, ours)))


def _difference(name: str, there: Any, here: Any) -> ValueError:
    return ValueError(f"{name} is {_brief(there)} there and {_brief(here)} here")


def _brief(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _canonical(options: Mapping[str, Any]) -> str:
    return json.dumps(options, sort_keys=True, default=repr)


def _given_again(label: str, options: Mapping[str, Any]) -> Trainer:
    """Return a row that is in a folder and not asked for now."""
    from wordneg.comparison.trainers.rows import trainer_of

    try:
        return trainer_of(label, options)
    except (TypeError, ValueError, OSError) as error:
        raise ValueError(f"its row {label!r} is known by description only ({error}); ask for it, too") from error


def _name_of(benchmark: Any) -> str:
    """Return the name of a benchmark, or its path as long as it has not been read."""
    return os.fspath(benchmark) if isinstance(benchmark, str | os.PathLike) else str(benchmark.name)


def _no_such_row(baseline: str, labels: Sequence[str]) -> SettingError:
    """Return the error that a baseline is no row: the row that has all its words, in any order, may be meant."""
    words = set(re.findall(r"[\w.-]+", baseline))
    meant = [label for label in labels if words and words <= set(re.findall(r"[\w.-]+", label))]
    hint = f"; did you mean {meant[0]!r}?" if meant else near_misses(baseline, labels)
    listed = [part for label in labels for part in (Given("baseline", label), ", or ")][:-1]
    return SettingError("got ", Given("baseline", baseline), f", which is no row{hint}; give ", *listed)


def _checked_share(share: Any) -> float:
    share = 0.0 if share is None else share
    if isinstance(share, bool) or not isinstance(share, numbers.Real) or not 0 <= float(share) <= _LARGEST_HELD_OUT:
        raise SettingError(
            "got ",
            Given("held_out", share),
            f", expected a share of the text, up to {_LARGEST_HELD_OUT}, such as ",
            Given("held_out", 0.05),
            "; or ",
            Given("held_out", 0),
            ": nothing is held out",
        )
    return float(share)


def _checked_seeds(seeds: Any) -> tuple[int, ...]:
    """Return the seeds that a number, or a sequence of seeds, stands for, or raise TypeError or ValueError."""
    if isinstance(seeds, numbers.Real):
        return tuple(range(1, whole_number("seeds", seeds, 1, 10_000, ", how many, or a list of them") + 1))
    if not isinstance(seeds, Sequence) or isinstance(seeds, str):
        raise SettingTypeError("got ", Given("seeds", seeds), ", expected how many, or a list of them")
    found = tuple(whole_number("seeds", seed, 0, 2**63 - 1) for seed in seeds)
    if not found or len(set(found)) < len(found):
        raise SettingError("got ", Given("seeds", seeds), ", expected at least one, and none twice")
    return found
