"""What rows are scored on: named benchmarks and files, and next items, which are made of held-out text."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from wordneg import evaluation
from wordneg.common.settings import Given, SettingError, one_of, whole_number
from wordneg.comparison.records import HELD_OUT
from wordneg.evaluation.benchmarks.files import locate

__all__ = ["Benchmarks", "NextItem", "find_benchmarks", "nothing_to_tune_by", "read_benchmarks"]


@dataclass(frozen=True)
class NextItem:
    """A benchmark for sequences of items: how well a model predicts the next item of a held-out session.

    It needs no file. After each item of a session all others are ranked; the score says how far up the list the item
    stands that did come next. Give it to `wordneg.compare` among the `benchmarks`, as an object or by its name:
    ``"next-item"``, ``"next-item@20"``, ``"next-item-outputs"``. `wordneg.comparison.nextitem` says how it is measured.

    Parameters
    ----------
    k : int
        The length of the list in which the next item is looked for.
    by : {"vectors", "outputs"}
        How items are ranked: by the cosines of word vectors, as `WordVectors.most_similar` does, or by the model's own
        scores for what stands beside an item, of word and output vectors, as `Word2Vec.predict_output_word` does.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range.

    Examples
    --------
    >>> NextItem(k=20).name
    'next-item@20'
    >>> NextItem.named("next-item-outputs")
    NextItem(k=10, by='outputs')
    """

    k: int = 10
    by: str = "vectors"

    _STEM: ClassVar[str] = "next-item"

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", whole_number("k", self.k, 1, 10_000, ", the length of a list"))
        one_of("by", self.by, ("vectors", "outputs"))

    @property
    def name(self) -> str:
        """Its name in tables, by which it can be asked for."""
        return f"{self._STEM}{'-outputs' if self.by == 'outputs' else ''}@{self.k}"

    @classmethod
    def named(cls, name: Any) -> Self | None:
        """Return the benchmark with a name; None if the name belongs to something else, such as a file.

        Raises
        ------
        ValueError
            If the name begins like that of a benchmark of next items, but is not one.
        """
        if not isinstance(name, str) or not name.startswith(cls._STEM):
            return None
        kind, _, length = name.partition("@")
        by = {cls._STEM: "vectors", f"{cls._STEM}-outputs": "outputs"}.get(kind)
        if by is None or (length and not length.isdecimal()) or name.endswith("@"):
            if Path(name).exists():
                return None
            raise SettingError(
                "got ",
                Given("benchmarks", [name]),
                ", expected next-item or next-item-outputs, with the length of the list if it is not 10, as in "
                "next-item@20",
            )
        return cls(int(length) if length else cls.k, by)


class Benchmarks(NamedTuple):
    """What rows are scored on.

    Attributes
    ----------
    files : BenchmarkSet
        The benchmarks with a file, which have been read, and those given as objects.
    next_items : tuple of NextItem
        The benchmarks that are made from held-out text.
    names : tuple of str
        The names of all, in the order in which they were asked for.
    """

    files: evaluation.BenchmarkSet
    next_items: tuple[NextItem, ...]
    names: tuple[str, ...]


def find_benchmarks(benchmarks: Any, folder: str | os.PathLike[str] | None) -> tuple[Any, ...]:
    """Return the benchmarks that were asked for, see `wordneg.compare`, or all at hand; nothing is read or downloaded.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing.
    """
    if benchmarks is None:
        return tuple(evaluation.benchmarks_at_hand(folder))
    sources = tuple(benchmarks) if isinstance(benchmarks, list | tuple) else (benchmarks,)
    return tuple(_next_item(source) or _found(source) for source in sources)


def _next_item(source: Any) -> NextItem | None:
    """Return the benchmark of next items that is meant; None if another one is."""
    return source if isinstance(source, NextItem) else NextItem.named(source)


def _found(source: Any) -> Any:
    named = isinstance(source, str) and source in evaluation.BENCHMARKS
    read = isinstance(source, evaluation.Benchmark)
    there = isinstance(source, str | os.PathLike) and Path(source).exists()
    if not (named or read or there):
        locate(source, "similarity")  # says what is wrong, whatever kind was meant
    return source


def nothing_to_tune_by(reasons: Iterable[str] = ()) -> SettingError:
    """Return the error that there is no benchmark to tune by."""
    text, nothing = Given("tune_by", HELD_OUT), Given("tune", None)
    told = "".join(f". {sentence}" for sentence in reasons)
    return SettingError("there is no benchmark to tune by; give some, or ", text, ", or ", nothing, told)


def read_benchmarks(
    sources: Iterable[Any], folder: str | os.PathLike[str] | None = None, *, needed: bool = False
) -> Benchmarks:
    """Read benchmarks, once for all vectors; those with a name are downloaded if need be.

    Raises
    ------
    TypeError, ValueError, OSError
        If one is unknown or missing, or two have the same name, or none can be read although it is needed.
    """
    found = [_next_item(source) or source for source in sources]
    next_items = tuple(one for one in found if isinstance(one, NextItem))
    with_files = [one for one in found if not isinstance(one, NextItem)]
    read = evaluation.read_benchmarks(with_files, folder=folder) if with_files else evaluation.BenchmarkSet(())
    failures = [one.failure for one in read.benchmarks if isinstance(one, evaluation.Unreadable)]
    if needed and not next_items and len(failures) == len(read.benchmarks):
        raise nothing_to_tune_by(failures)
    files = iter(read.benchmarks)
    names = tuple(one.name if isinstance(one, NextItem) else next(files).name for one in found)
    if twice := next((one.name for one in next_items if names.count(one.name) > 1), None):
        raise ValueError(f"two benchmarks are called {twice!r}: leave one out")
    return Benchmarks(read, next_items, names)
