"""Rows that `wordneg.Word2Vec` trains, and gensim's own Word2Vec."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from operator import attrgetter
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.comparison.trainers.base import Trained, Trainer, Watcher
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS, Staged
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters

__all__ = ["GensimTrainer", "Word2VecTrainer"]

_PARTS = ("sampler", "objective")
_WARM_UP = 200  # tokens
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
class Word2VecTrainer(Trainer):
    """A row with a sampler and an objective.

    Attributes
    ----------
    sampler, objective : object
        Instances.
    """

    parameters: Parameters
    sampler: Any
    objective: Any
    kind: ClassVar[str] = "wordneg"

    @classmethod
    def from_json(cls, label: str, options: Mapping[str, Any]) -> Self:
        """Return the row of arguments of `Word2Vec`; sampler and objective may be classes or instances, too."""
        model = Word2Vec(**options, progress=False)
        return cls(label, model.parameters, model.sampler, model.objective)

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of `Word2Vec`; there is no "trainer", as this is the usual one."""
        options = super().to_json()
        del options["trainer"]
        choices = {"sampler": SAMPLERS.describe(self.sampler), "objective": OBJECTIVES.describe(self.objective)}
        return json.loads(json.dumps(choices, default=repr)) | options

    @property
    def name(self) -> str:
        """The sampler, if there is one."""
        return f"sampler {self.sampler.name!r}" if self.parameters.negative else "hierarchical softmax"

    @property
    def racing(self) -> bool:
        """Whether workers race; on shards they do not."""
        return super().racing and self.parameters.shards == 1

    @property
    def mean(self) -> bool:
        """Whether the query is a mean: in skip-gram the mean of several queries, in CBOW as ``cbow_mean`` says."""
        return bool(self.parameters.sg or self.parameters.cbow_mean)

    @property
    def cosine(self) -> bool:
        """Whether the objective takes cosines."""
        return bool(self.objective.cosine and self.parameters.negative)

    @property
    def scores_per_positive(self) -> float | None:
        """The scores that the sampler says it takes; with a tree, how many there are depends on the word."""
        if self.parameters.hs:
            return None
        scores: float | None = self.sampler.scores_per_positive(self.parameters.negative)
        return scores

    @property
    def parts(self) -> tuple[str, ...]:
        """The settings of sampler and objective that are a number, a string or a truth value."""
        return tuple(
            f"{part}.{field.name}"
            for part in _PARTS
            if is_dataclass(getattr(self, part))
            for field in fields(getattr(self, part))
            if field.init and isinstance(getattr(getattr(self, part), field.name), bool | int | float | str)
        )

    def value(self, option: str) -> Any:
        """Return the value of an argument of `Word2Vec`, or of a setting of the sampler or objective."""
        return attrgetter(option)(self if option.partition(".")[0] in _PARTS else self.parameters)

    def with_options(self, **changes: Any) -> Self:
        """Return the row with other arguments of `Word2Vec`, or settings such as "sampler.candidates"."""
        own = {name: value for name, value in changes.items() if "." not in name}
        made = {}
        for part in _PARTS:
            inside = {name.partition(".")[2]: changes[name] for name in changes if name.startswith(f"{part}.")}
            if inside:
                made[part] = replace(getattr(self, part), **inside)
        return replace(self, parameters=replace(self.parameters, **own), **made)

    def model(self, seed: int) -> Word2Vec:
        """Return an untrained model."""
        options = self.parameters.as_dict() | {"seed": seed}
        return Word2Vec(sampler=self.sampler, objective=self.objective, progress=False, **options)

    def train(self, store: TokenStore, seed: int, watcher: Watcher | None = None) -> Trained:
        """Train `Word2Vec`; a sampler's first stage counts as training."""
        staged = isinstance(self.sampler, Staged) and self.parameters.negative > 0
        if staged:  # the first stage is timed as a whole, so compile before
            warm_up = self.with_options(epochs=1).model(seed)
            warm_up.build_vocab(store.head(_WARM_UP))
            warm_up.train()
        model = self.model(seed)
        model.build_vocab(store)
        watcher = watcher or Watcher()
        if staged:
            watcher.start()
        model.train(callbacks=[watcher])
        words = sum(report.words for report in model.history)
        alone = not self.parameters.negative
        outputs, tree = (model.syn1, store.vocabulary.tree) if alone else (model.syn1neg, None)
        return Trained(model.wv.vectors, outputs, words, watcher.seconds(model), watcher.before, tree=tree)


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
