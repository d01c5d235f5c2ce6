"""The settings of WordRank: defaults as in the authors' recommended run, values checked here."""

from __future__ import annotations

from dataclasses import dataclass

from wordneg.common.settings import one_of, real_number, switch, whole_number
from wordneg.cooccurrence.rows import LARGEST_WINDOW
from wordneg.estimator.parameters import BaseParameters
from wordneg.wordrank.losses import SURROGATES, TRANSFORMS

__all__ = ["WordRankParameters"]


@dataclass(frozen=True, kw_only=True)
class WordRankParameters(BaseParameters):
    """Everything about a training of WordRank except the corpus.

    The meaning of each is given with `wordneg.WordRank`.

    Raises
    ------
    TypeError, ValueError
        If a setting is not of its kind, or outside its range: the sentence says what was got and
        what is expected.
    """

    vector_size: int = 100
    alpha: float = 100.0
    beta: float = 99.0
    tau: float = 1.0
    loss: str = "hinge"
    transform: str = "rho1"
    t: float = 1.5
    xmax: float = 100.0
    epsilon: float = 0.75
    learning_rate: float = 1.0
    min_learning_rate: float = 0.1
    reg: float = 0.0
    optimizer: str = "adagrad"
    negative: int = 128
    share_negatives: bool = True
    epochs: int = 20
    period: int = 5
    xi_candidates: int | None = None
    window: int = 15
    symmetric: bool = True
    distance_weighting: bool = True
    min_count: int = 5
    max_vocab_size: int | None = None
    max_final_vocab: int | None = None
    sorted_vocab: int = 1
    memory_limit: int = 4_000_000_000
    seed: int = 1
    workers: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("window", self.window, 1, LARGEST_WINDOW)
        for name, (least, most) in {"negative": (1, 1000), "period": (1, None), "memory_limit": (1, None)}.items():
            self._set(name, whole_number(name, getattr(self, name), least, most))
        if self.xi_candidates is not None:
            hint = "; leave it out to take all, or a sample where there are many"
            self._set("xi_candidates", whole_number("xi_candidates", self.xi_candidates, 2, None, hint))
        for name in ("alpha", "beta", "tau", "t", "xmax", "epsilon", "learning_rate", "min_learning_rate", "reg"):
            self._set(name, real_number(name, getattr(self, name)))
        self._set("loss", one_of("loss", self.loss, tuple(SURROGATES)))
        self._set("transform", one_of("transform", self.transform, tuple(TRANSFORMS)))
        self._set("optimizer", one_of("optimizer", self.optimizer, ("adagrad", "sgd")))
        for name in ("share_negatives", "symmetric", "distance_weighting"):
            self._set(name, switch(name, getattr(self, name)))
        self._check_rates("learning_rate", "min_learning_rate", 1.0)
        self._check_ranking()

    def _check_ranking(self) -> None:
        for name in ("alpha", "xmax"):
            if getattr(self, name) == 0:
                raise ValueError(f"got {name}=0, expected a number above 0 such as 100")
        if self.t == 1:
            raise ValueError("got t=1, at which rho3 is not defined; its limit is the logarithm, transform='rho1'")
        best = SURROGATES[self.loss].at_zero(self.tau)
        if self.beta + best < self.alpha:
            raise ValueError(
                f"got alpha={self.alpha:g} and beta={self.beta:g}, expected a beta of at least {self.alpha - best:g}: "
                f"the bound of the best rank is {best:g}, and (bound + beta) / alpha must not be below 1"
            )
