"""A row that gensim's own Word2Vec trains."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.parameters import Parameters

__all__ = ["GensimTrainer"]

_SENTENCE = 10_000  # gensim ignores what a sentence has beyond
_MODEL = ("vector_size", "window", "sample", "sg", "hs", "negative", "cbow_mean")
_SHARED = (*_MODEL, "alpha", "min_alpha", "epochs", "workers")


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
        return cls(cls.kind, row.parameters, getattr(row.sampler, "exponent", cls.exponent))

    @classmethod
    def from_json(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row that `to_json` described."""
        options = dict(options)
        exponent = options.pop("ns_exponent", cls.exponent)
        return cls(label, Parameters(**options), exponent)

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec`, with ``"trainer": "gensim"``."""
        return super().to_json() | {"ns_exponent": self.exponent}

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
    def notes(cls, rows: Sequence[Any], *, first: str, tuned: Sequence[str], budget: str, held_out: bool) -> list[str]:
        """Return that the row has the arguments of another."""
        return [f"The row {row.label!r} was trained by gensim, with the arguments of {first!r}." for row in rows]

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train gensim's Word2Vec, which does not tell its loss, on the sentences of a store."""
        from gensim.models import Word2Vec

        options = {name: getattr(self.parameters, name) for name in (*_SHARED, "shrink_windows")}
        model = Word2Vec(**options, seed=seed, ns_exponent=self.exponent, min_count=1, compute_loss=False)
        sentences = _Sentences(store)
        model.build_vocab(sentences)
        if watcher is not None:
            watcher.begun()
        begin = time.perf_counter()
        model.train(sentences, total_examples=model.corpus_count, epochs=self.epochs)
        seconds = time.perf_counter() - begin
        rows = [model.wv.key_to_index.get(word, -1) for word in store.vocabulary.words]
        inputs = _in_order(model.wv.vectors, rows)
        outputs = _in_order(model.syn1neg, rows) if self.parameters.negative else None
        if watcher is not None:
            watcher.epoch(self.epochs, seconds, float("nan"), inputs)
        return Trained(inputs, outputs, len(store.tokens) * self.epochs, seconds)


class _Sentences:
    """The sentences of a store as gensim wants them."""

    def __init__(self, store: TokenStore) -> None:
        words = np.array(store.vocabulary.words, dtype=object)
        self._sentences: Sequence[list[str]] = [
            words[store.tokens[start : min(start + _SENTENCE, end)]].tolist()
            for begin, end in zip(store.offsets[:-1].tolist(), store.offsets[1:].tolist(), strict=True)
            for start in range(begin, end, _SENTENCE)
        ]

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self._sentences)


def _in_order(matrix: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return rows in another order, zeros for a word that the text of a store does not have (-1)."""
    padded = np.concatenate([matrix, np.zeros((1, matrix.shape[1]), matrix.dtype)])
    return np.ascontiguousarray(padded[rows])
