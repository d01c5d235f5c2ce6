"""Rows that `wordneg.Word2Vec` trains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from operator import attrgetter
from typing import Any, ClassVar, Self

from wordneg.comparison.trainers.base import Clock, Trained, Trainer, Watcher
from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS, Staged
from wordneg.text.tokenstore import TokenStore
from wordneg.word2vec.model import Word2Vec
from wordneg.word2vec.parameters import Parameters

__all__ = ["Word2VecTrainer"]

_PARTS = ("sampler", "objective")
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
        clock = Clock(watcher, from_here=staged)
        clock.train(model)
        words = sum(report.words for report in model.history)
        alone = not self.parameters.negative
        outputs, tree = (model.syn1, store.vocabulary.tree) if alone else (model.syn1neg, None)
        return Trained(model.wv.vectors, outputs, words, clock.seconds(model), clock.before, tree=tree)
