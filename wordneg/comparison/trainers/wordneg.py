"""Rows that `wordneg.Word2Vec` trains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from wordneg.comparison.trainers.base import Clock, Trained, Trainer, Watcher
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS, Staged
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters

__all__ = ["Word2VecTrainer"]

_WARM_UP = 200  # tokens


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
        clock = Clock(watcher, from_here=staged)
        clock.train(model)
        words = sum(report.words for report in model.history)
        alone = not self.parameters.negative
        outputs, tree = (model.syn1, store.vocabulary.tree) if alone else (model.syn1neg, None)
        return Trained(model.wv.vectors, outputs, words, clock.seconds(model), clock.before, tree=tree)
