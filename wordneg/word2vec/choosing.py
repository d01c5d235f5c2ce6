"""`Choosing`: what a Word2Vec can be told beyond its settings: sampler, objective, a cluster."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

from wordneg.common.settings import Given, SettingError
from wordneg.estimator.base import Estimator
from wordneg.objectives import OBJECTIVES, Logistic, Objective
from wordneg.samplers import SAMPLERS, Sampler, Unigram
from wordneg.word2vec.cluster.connecting import check_client
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.trainer import EpochReport

__all__ = ["Choosing", "popular", "refuse"]

# gensim's settings that have no counterpart: the value that changes nothing, and why there is no other
_LEFT_OUT: dict[str, tuple[Any, str]] = {
    "null_word": (0, "it serves gensim's doc2vec only"),
}

# those without an effect: the default, and why
_WITHOUT_EFFECT: dict[str, tuple[Any, str]] = {
    "batch_words": (10_000, "wordneg chooses the size of its chunks itself"),
    "hashfxn": (hash, "starting vectors come from the seed alone"),
}


def popular(ns_exponent: float) -> Unigram:
    """Return the default sampler; an error of its exponent is one of `ns_exponent`."""
    try:
        return Unigram(ns_exponent)
    except SettingError as error:
        raise error.renamed("exponent", "ns_exponent") from None


class Choosing(Estimator[Parameters, EpochReport]):
    """The part of `wordneg.Word2Vec` that holds sampler, objective and client."""

    @property
    def sampler(self) -> Sampler:
        """Where the negatives come from; may be set to whatever the constructor takes."""
        return self._sampler

    @sampler.setter
    def sampler(self, choice: Any) -> None:
        self._sampler: Sampler = SAMPLERS.resolve(choice)

    @property
    def objective(self) -> Objective:
        """What scores are pushed towards; may be set to whatever the constructor takes.

        Unless it is named, or after it is set to None, it is the one that goes with the sampler.
        """
        if self._objective is None:
            fitting: Objective = OBJECTIVES.resolve(self._sampler.default_objective)
            return fitting
        return self._objective

    @objective.setter
    def objective(self, choice: Any) -> None:
        self._objective: Objective | None = None if choice is None else OBJECTIVES.resolve(choice)

    @property
    def ns_exponent(self) -> float:
        """The exponent of the default sampler, `Unigram`; setting it makes that the sampler."""
        if not isinstance(self.sampler, Unigram):
            raise AttributeError(f"the sampler is {self.sampler!r}; ns_exponent is of the default sampler only")
        return self.sampler.exponent

    @ns_exponent.setter
    def ns_exponent(self, exponent: float) -> None:
        self.sampler = popular(exponent)

    @property
    def client(self) -> Any:
        """The client of the Dask cluster that trains, or None; not saved with the model, nor copied."""
        return self._client

    @client.setter
    def client(self, client: Any) -> None:
        if client is not None:
            check_client(client)
            if self.parameters.shards == 1:
                raise SettingError(
                    "got a client with ",
                    Given("shards", 1),
                    "; give as many shards as the cluster has threads, or a few, such as 8",
                )
        self._client = client

    def _choices(self) -> tuple[Sampler, Objective]:
        """Return sampler and objective of a training; without negatives, the simplest, which have nothing to do."""
        return (self.sampler, self.objective) if self.parameters.negative else (Unigram(), Logistic())

    def __getstate__(self) -> dict[str, Any]:
        """Return what is copied and pickled: all but what is on a cluster."""
        state = self._state if self._client is None else replace(self._state, store=None)
        return vars(self) | {"_client": None, "_state": state}

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _LEFT_OUT or name == "hashfxn":
            refuse({name: value})
        else:
            super().__setattr__(name, value)


def refuse(settings: dict[str, Any]) -> None:
    """Take gensim's settings that have no counterpart out of the settings, or refuse them."""
    for name in [*settings.keys() & _LEFT_OUT.keys()]:
        harmless, why = _LEFT_OUT[name]
        if (value := settings.pop(name)) != harmless:
            raise SettingError("got ", Given(name, value), f", which wordneg does not have: {why}")
    for name in [*settings.keys() & _WITHOUT_EFFECT.keys()]:
        default, why = _WITHOUT_EFFECT[name]
        if settings.pop(name) != default:
            warnings.warn(f"{name} has no effect: {why}", stacklevel=3)
