"""Rows that wordneg does not train: gensim's Word2Vec, and vectors that were trained elsewhere."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg import evaluation
from wordneg.comparison.trainers import Trained, Trainer, Watcher
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.parameters import Parameters

__all__ = ["GensimTrainer", "OutsideVectors"]

_SENTENCE = 10_000  # gensim ignores what a sentence has beyond
_FOR_GENSIM = (
    "vector_size",
    "window",
    "sample",
    "sg",
    "hs",
    "negative",
    "cbow_mean",
    "alpha",
    "min_alpha",
    "epochs",
    "workers",
    "shrink_windows",
)


@dataclass(frozen=True)
class GensimTrainer(Trainer):
    """gensim's trainer, with popularity sampling or hierarchical softmax.

    Attributes
    ----------
    exponent : float
        Negatives are drawn by count to this power.
    """

    parameters: Parameters
    exponent: float = 0.75
    kind: ClassVar[str] = "gensim"

    @classmethod
    def like(cls, row: Word2VecTrainer) -> Self:
        """Return a row with the arguments of another."""
        own = "sampler.exponent"
        return cls(cls.kind, row.parameters, row.value(own) if own in row.parts else cls.exponent)

    @classmethod
    def from_plain(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row that `as_plain` described."""
        options = dict(options)
        exponent = options.pop("ns_exponent", cls.exponent)
        return cls(label, Parameters(**options), exponent)

    def as_plain(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec`, with ``"trainer": "gensim"``."""
        return super().as_plain() | {"ns_exponent": self.exponent}

    @property
    def name(self) -> str:
        """Gensim."""
        return "gensim"

    @property
    def mean(self) -> bool:
        """Whether the query is a mean, as in `Word2Vec`."""
        return bool(self.parameters.sg or self.parameters.cbow_mean)

    @property
    def scores_per_positive(self) -> float | None:
        """Scores of the positive and its negatives; with a tree, how many there are depends on the word."""
        return None if self.parameters.hs else float(1 + self.parameters.negative)

    @classmethod
    def notes(cls, rows: Sequence[Any], request: Any) -> list[str]:
        """Return that the row has the arguments of another."""
        first = request.trainers[0].label
        return [f"The row {row.label!r} was trained by gensim, with the arguments of {first!r}." for row in rows]

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train gensim's Word2Vec, which does not tell its loss, on the sentences of a store."""
        from gensim.models import Word2Vec

        watcher = watcher or Watcher()
        options = {name: getattr(self.parameters, name) for name in _FOR_GENSIM}
        model = Word2Vec(**options, seed=seed, ns_exponent=self.exponent, min_count=1, compute_loss=False)
        sentences = _sentences(store)
        model.build_vocab(sentences)
        watcher.begun()
        begin = time.perf_counter()
        model.train(sentences, total_examples=model.corpus_count, epochs=self.epochs)
        seconds = time.perf_counter() - begin
        rows = [model.wv.key_to_index.get(word, -1) for word in store.vocabulary.words]
        inputs = _in_order(model.wv.vectors, rows)
        outputs = _in_order(model.syn1neg, rows) if self.parameters.negative else None
        watcher.epoch(self.epochs, seconds, float("nan"), inputs)
        return Trained(inputs, outputs, len(store.tokens) * self.epochs, seconds)


def _sentences(store: TokenStore) -> list[list[str]]:
    """Return the sentences of a store as gensim wants them."""
    words = np.array(store.vocabulary.words, dtype=object)
    return [
        words[store.tokens[start : min(start + _SENTENCE, end)]].tolist()
        for begin, end in zip(store.offsets[:-1].tolist(), store.offsets[1:].tolist(), strict=True)
        for start in range(begin, end, _SENTENCE)
    ]


def _in_order(matrix: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return rows in another order, zeros for a word that the text of a store does not have (-1)."""
    padded = np.concatenate([matrix, np.zeros((1, matrix.shape[1]), matrix.dtype)])
    return np.ascontiguousarray(padded[rows])


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
    def from_plain(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of a file, or of vectors."""
        if "vectors" not in options:
            raise ValueError(f"the vectors of the row {label!r} were not in a file; give them again")
        return cls(label, None, options["vectors"])

    def as_plain(self) -> dict[str, Any]:
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
