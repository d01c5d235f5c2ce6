"""The settings of Word2Vec."""

from __future__ import annotations

from dataclasses import dataclass

from wordneg.common.settings import real_number, switch, whole_number
from wordneg.estimator.parameters import BaseParameters

__all__ = ["Parameters"]


@dataclass(frozen=True, kw_only=True)
class Parameters(BaseParameters):
    """Everything about a training of `wordneg.Word2Vec` except corpus, sampler and objective.

    The meaning of each is given there; names and defaults are gensim 4's.

    Raises
    ------
    TypeError, ValueError
        If a setting is not of its kind, or outside its range: the sentence says what was got and
        what is expected.
    """

    vector_size: int = 100
    alpha: float = 0.025
    window: int = 5
    min_count: int = 5
    max_vocab_size: int | None = None
    sample: float = 1e-3
    seed: int = 1
    workers: int | None = None
    min_alpha: float = 0.0001
    sg: int = 0
    negative: int = 5
    cbow_mean: int = 1
    epochs: int = 5
    sorted_vocab: int = 1
    compute_loss: bool = False
    max_final_vocab: int | None = None
    shrink_windows: bool = True
    share_negatives: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("negative", whole_number("negative", self.negative, 1, 1000))
        for name in ("alpha", "min_alpha", "sample"):
            self._set(name, real_number(name, getattr(self, name)))
        for name in ("sg", "cbow_mean"):
            self._set(name, int(switch(name, getattr(self, name))))
        for name in ("compute_loss", "shrink_windows", "share_negatives"):
            self._set(name, switch(name, getattr(self, name)))
        self._check_rates("alpha", "min_alpha", 0.025)
