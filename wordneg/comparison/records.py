"""What a comparison leaves behind, as plain data that goes to JSON and back. Nothing here trains.

JSON has no numbers that are not finite: a loss that is NaN is written as null. What is read has the types that the
records declare, or is refused in a sentence that names the field.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, NoReturn, Self, get_args, get_origin, get_type_hints

__all__ = ["HELD_OUT", "NEIGHBORS", "Choice", "Epoch", "Protocol", "Record", "Run", "Score", "Tried", "Tuning", "typed"]

HELD_OUT = "held-out"
"""The name of the likelihood of held-out text among benchmarks, and of held-out text as what rows are tuned by."""

NEIGHBORS = "neighbors"
"""The name of neighbors in held-out text among benchmarks."""

Choice = bool | int | float | str
"""A value of a setting that can be tuned."""


class Record:
    """The base of dataclasses that go to JSON and back."""

    _AS_LIST: ClassVar[bool] = False
    """Whether JSON has the values of the fields in order, instead of an object with their names."""

    def as_plain(self) -> Any:
        """Return the fields as plain data, which JSON can hold."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]
        return list(values.values()) if self._AS_LIST else values

    @classmethod
    def from_plain(cls, data: Any) -> Self:
        """Return the record that `as_plain` described. Fields with a default may be missing.

        Raises
        ------
        ValueError
            If a field is missing, or of another type: the sentence names it.
        """
        found: Self = typed(cls, data, "")
        return found


@dataclass(frozen=True)
class Score(Record):
    """One score of one run.

    Attributes
    ----------
    benchmark : str
        The name of the benchmark, such as "wordsim353", "google", "next-item@10", "neighbors" or "held-out".
    measure : str
        "spearman", "pearson", "accuracy", "mrr", "purity", "nmi", "ndcg", "hit rate", "auc" or "log-likelihood".
    band : str
        The words it is about: "all", "rare", "middle" or "frequent".
    value : float or None
        The score; None if there were not enough items.
    used, missing : int
        How many items were scored, and how many left out because of unknown words.
    """

    benchmark: str
    measure: str
    band: str
    value: float | None
    used: int
    missing: int

    _AS_LIST = True  # there are many scores, and their names would take most of a file


@dataclass(frozen=True)
class Epoch(Record):
    """A point of a learning curve: a run after an epoch.

    Attributes
    ----------
    epoch : int
        The number of the epoch, from 1.
    seconds : float
        Training time since the start of the run.
    loss : float
        Mean loss of the epoch; NaN if none was sampled.
    scores : tuple of Score
        Scores on the benchmarks that are quickly scored; may be empty.
    """

    epoch: int
    seconds: float
    loss: float
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Run(Record):
    """One row trained with one seed.

    Attributes
    ----------
    row : str
        The label of the row.
    seed : int
        The seed of the training; 0 for rows that no seed changes, such as vectors from outside.
    status : {"done", "failed"}
        Whether there are scores.
    error : str or None
        What went wrong, with the name of the sampler or of another trainer.
    options : dict
        The settings as JSON, with the seed and the values that were tuned or scaled; see `Request.rows`.
    seconds, words_per_second : float or None
        Time and speed of training alone. Vectors from outside have neither, methods on co-occurrences no speed.
    peak_memory : int or None
        Bytes that the process took at most while this run was trained.
    scores : tuple of Score
        The scores after training.
    epochs : tuple of Epoch
        The learning curve.
    items : str or None
        The name of the file, next to the run's own, with the scores of single items.
    beyond : float or None
        Seconds besides `seconds` for compiling, learning curve and scores. None if it is not known.
    """

    row: str
    seed: int
    status: Literal["done", "failed"]
    error: str | None
    options: dict[str, Any]
    seconds: float | None = None
    words_per_second: float | None = None
    peak_memory: int | None = None
    scores: tuple[Score, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    items: str | None = None
    beyond: float | None = None


@dataclass(frozen=True)
class Tried(Record):
    """What tuning tried: values, and how good they were.

    Attributes
    ----------
    values : dict of str to bool, int, float or str
        The value of each tuned setting.
    score : float or None
        Their score, a mean over seeds, where they were trained on the most text; None if the training diverged.
    share : float
        The share of the tuning prefix that this was; 1 for all of it. Scores from other shares are not comparable.
    """

    values: dict[str, Choice]
    score: float | None
    share: float = 1.0

    _AS_LIST = True


@dataclass(frozen=True)
class Tuning(Record):
    """What tuning found for a row.

    Attributes
    ----------
    row : str
        The label of the row.
    tried : tuple of Tried
        What was tried, in that order; first what the row began with: the baseline's values or its own.
    chosen : dict of str to bool, int, float or str
        The values that all runs of the row have, by setting: an argument of `Word2Vec` such as "alpha", a setting of
        the sampler such as "sampler.candidates", or the argument of `WordRank` that is tuned in its place.
    seconds : float
        The time that it took without compiling.
    words : int or None
        Words trained on for it; None for WordRank, which does not go through words.
    edges : tuple of str
        The settings whose best value is the largest or smallest of those tried, so that a better one may lie beyond.
    seeds : int
        How many seeds new values were confirmed with, at most; 1 if they were not.
    unclear : bool
        Whether the row kept the values that it began with though others may be better: they scored better within noise,
        or, where several settings were tuned, may be among those that were dropped on part of the words.
    """

    row: str
    tried: tuple[Tried, ...]
    chosen: dict[str, Choice]
    seconds: float
    words: int | None
    edges: tuple[str, ...] = ()
    seeds: int = 1
    unclear: bool = False

    def __post_init__(self) -> None:
        if not self.chosen or any(one.values.keys() != self.chosen.keys() for one in self.tried):
            raise ValueError(f"chosen is {self.chosen!r}, expected a value for each setting that has values in tried")

    def applied(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row's settings as JSON, such as `Run.options`, with the values that were chosen."""
        found = dict(options)
        for name, value in self.chosen.items():
            whole, dot, part = name.partition(".")
            inside = found.get(whole)
            found[whole] = {**(inside if isinstance(inside, dict) else {}), part: value} if dot else value
        return found


@dataclass(frozen=True)
class Protocol(Record):
    """How a comparison was made: everything that a result must name besides the request.

    Attributes
    ----------
    corpus, fingerprint : str
        The name of the text, and a digest of its content.
    words, vocabulary : int
        Words trained on in an epoch (before subsampling), and distinct words.
    benchmarks : tuple of str
        The benchmarks that were scored, in order, held-out text included.
    versions : dict of str to str
        Versions of the packages.
    machine, started : str
        The machine, and the time of the first call.
    policy : str
        What was done about unknown words, case and rare words.
    notes : tuple of str
        What a reader of the numbers should know, one sentence each.
    preparing : float or None
        Seconds that reading text and benchmarks took, at the latest call that made runs. None if it is not known.
    tuning_words, prefix : int or None
        The most words that the tuning of a row may train on, and the words of the text that it trains on. None if it
        is not known.
    """

    corpus: str
    fingerprint: str
    words: int
    vocabulary: int
    benchmarks: tuple[str, ...]
    versions: dict[str, str]
    machine: str
    started: str
    policy: str
    notes: tuple[str, ...]
    preparing: float | None = None
    tuning_words: int | None = None
    prefix: int | None = None


def typed(hint: Any, data: Any, place: str) -> Any:
    """Return what JSON holds as a value of a type, or raise ValueError, which names its place.

    A type is int, float, str, bool, a `Record`, `Literal`, `dict`, `tuple`, a union of these and None, or Any. Null
    stands for NaN where a float is wanted.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return data
    if origin is UnionType:
        return _one_of(parts, data, place)
    if origin is Literal:
        return data if data in parts else _refuse(place, data, " or ".join(map(repr, parts)))
    if is_dataclass(hint):
        return _record(hint, data, place)
    if origin is tuple:
        return _items(parts, data, place)
    if origin is dict:
        if not isinstance(data, dict):
            _refuse(place, data, "an object")
        return {name: typed(parts[1], value, f"{place}[{name!r}]") for name, value in data.items()}
    if hint is float and data is None:
        return math.nan
    accepted, expected = _KINDS[hint]
    if not isinstance(data, accepted) or (isinstance(data, bool) and hint is not bool):
        _refuse(place, data, expected)
    if hint is float and not abs(data) <= _LARGEST:
        _refuse(place, data, f"{expected} within ±{_LARGEST:g}")
    if hint is int and not abs(data) < 1 << 63:
        _refuse(place, data, f"{expected} of 64 bits")
    return float(data) if hint is float else data


def _one_of(hints: tuple[Any, ...], data: Any, place: str) -> Any:
    """Return a value of the first type that fits."""
    kinds = [hint for hint in hints if hint is not NoneType]
    if data is None:
        return None if len(kinds) < len(hints) else _refuse(place, data, "a value")
    for kind in kinds[:-1]:
        try:
            return typed(kind, data, place)
        except ValueError:
            pass
    if isinstance(data, list | dict) and kinds[-1] in _KINDS:
        _refuse(place, data, " or ".join(_KINDS[kind][1] for kind in kinds))
    return typed(kinds[-1], data, place)


_KINDS: dict[Any, tuple[Any, str]] = {
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    str: (str, "a string"),
    bool: (bool, "true or false"),
}
_LARGEST = 1e100  # sums and squares of what is stored are finite


def _record(kind: Any, data: Any, place: str) -> Any:
    wanted = [field for field in fields(kind) if field.init]
    if kind._AS_LIST:
        if not isinstance(data, list) or len(data) != len(wanted):
            _refuse(place, data, f"a list of {len(wanted)} values")
        data = {field.name: value for field, value in zip(wanted, data, strict=True)}
    if not isinstance(data, dict):
        _refuse(place, data, "an object")
    hints, values = _hints_of(kind), {}
    for field in wanted:
        if field.name in data:
            values[field.name] = typed(hints[field.name], data[field.name], f"{place}.{field.name}".lstrip("."))
        elif field.default is MISSING:
            raise ValueError(f"{place + ' ' if place else ''}lacks {field.name!r}")
    return kind(**values)


@cache
def _hints_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _items(parts: tuple[Any, ...], data: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        _refuse(place, data, "a list")
    kinds = [parts[0]] * len(data) if parts[-1] is Ellipsis else list(parts)
    if len(kinds) != len(data):
        _refuse(place, data, f"a list of {len(kinds)} values")
    return tuple(typed(kind, data[number], f"{place}[{number}]") for number, kind in enumerate(kinds))


def _refuse(place: str, data: Any, expected: str) -> NoReturn:
    told = repr(data)
    raise ValueError(f"{place or 'it'} is {told if len(told) <= 60 else told[:57] + '...'}, expected {expected}")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.as_plain()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
