"""Rows of vectors that were trained elsewhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from wordneg import evaluation
from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.text.tokenstore import TokenStore

__all__ = ["OutsideVectors"]


@dataclass(frozen=True)
class OutsideVectors(Trainer):
    """A row of given vectors: nothing is trained, tuned or timed, and there is one run, with seed 0.

    Attributes
    ----------
    source : path or object
        A file of vectors, or anything that `wordneg.evaluation.as_vectors` takes.
    """

    parameters: None = None
    source: Any = field(default=None, compare=False)
    kind: ClassVar[str] = "outside"
    reads_text: ClassVar[bool] = False
    seeded: ClassVar[bool] = False
    here: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse a row that is neither a file nor vectors; no file is read."""
        if not isinstance(self.label, str):
            raise TypeError(f"got the label {self.label!r} of an extra row, expected a string")
        if not self._is_path():
            object.__setattr__(self, "source", self._adapted(self.source))
        elif not Path(self.source).exists():
            missing = f"no file of vectors at {os.fspath(self.source)!r}, given as the extra row {self.label!r}"
            raise FileNotFoundError(errno.ENOENT, missing)

    def _is_path(self) -> bool:
        return isinstance(self.source, str | os.PathLike)

    @classmethod
    def from_json(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of a file, or of vectors."""
        if "vectors" not in options:
            raise ValueError(f"the vectors of the row {label!r} were not in a file; give them again")
        return cls(label, None, options["vectors"])

    def to_json(self) -> dict[str, Any]:
        """Return the file, if there is one."""
        return {"trainer": self.kind} | ({"vectors": os.fspath(self.source)} if self._is_path() else {})

    @property
    def name(self) -> str:
        """The row."""
        return f"the extra row {self.label!r}"

    @property
    def epochs(self) -> int:
        """None at all."""
        return 0

    def check_budget(self, budget: str) -> None:
        """Accept any: nothing is trained."""

    @property
    def racing(self) -> bool:
        """No: nothing is trained."""
        return False

    def tuned(self, option: str) -> None:
        """Return None: nothing is tuned."""

    def with_options(self, **changes: Any) -> Self:
        """Return the row itself, which has no settings."""
        return self

    def prepared(self) -> Self:
        """Return the row with its vectors, read if they are in a file."""
        return replace(self, source=self._adapted(self.source)) if self._is_path() else self

    def _adapted(self, source: Any) -> evaluation.Vectors:
        from wordneg.vectors.wordvectors import load_vectors

        try:
            return evaluation.as_vectors(load_vectors(Path(source)) if self._is_path() else source)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"{self.name}: {error}") from error

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Return the vectors."""
        vectors = self.prepared().source
        return Trained(vectors.matrix, None, vocabulary=vectors.words)

    @classmethod
    def notes(cls, rows: Sequence[Any], request: Any) -> list[str]:
        """Return which rows come from elsewhere."""
        named = ", ".join(f"{row.label} ({os.fspath(row.source)})" if row._is_path() else row.label for row in rows)
        return [f"From outside, with text, words and settings of their own: {named}."]
