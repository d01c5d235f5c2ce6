"""The settings of WordRank; defaults follow the authors' recommended run."""

from __future__ import annotations

from dataclasses import dataclass

from wordneg.common.settings import Given, OneOf, Optional, Real, SettingError, Switch, Whole, setting
from wordneg.estimator.parameters import WeightedParameters

__all__ = ["WordRankParameters"]

_LOSS, _TRAINING = "ranking loss", "training"


@dataclass(frozen=True, kw_only=True)
class WordRankParameters(WeightedParameters):
    """The settings of a `wordneg.WordRank`, whose docstring says what they mean; the corpus aside.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range. The sentence says what was got and what is expected.
    """

    loss: str = setting(
        "hinge",
        OneOf(("hinge", "logistic")),
        "what a context that ranks too high costs: hinge or logistic",
        group=_LOSS,
    )
    transform: str = setting(
        "rho1",
        OneOf(("rho0", "rho1", "rho2", "rho3")),
        "how the loss grows with the rank: rho0, rho1, rho2 or rho3",
        group=_LOSS,
    )
    alpha: float = setting(
        100.0,
        Real(above=0, example=100),
        "α in the loss rho((rank + β) / α - 1); not the learning rate, as it is in word2vec",
        group=_LOSS,
    )
    beta: float = setting(99.0, Real(), "β in the loss", group=_LOSS)
    t: float = setting(1.5, Real(), "exponent of rho3", group=_LOSS)
    tau: float = setting(1.0, Real(), "margin of the hinge", group=_LOSS)
    reg: float = setting(0.0, Real(), "strength of the regularization", group=_LOSS)
    epochs: int = setting(
        20,
        Whole(1),
        "passes over the non-zero cells of the matrix of co-occurrences",
        group=_TRAINING,
        flags=("-iter", "-epoch"),
    )
    optimizer: str = setting("adagrad", OneOf(("adagrad", "sgd")), "adagrad or sgd", group=_TRAINING)
    learning_rate: float = setting(1.0, Real(), "first learning rate", group=_TRAINING, flags=("-lr",))
    min_learning_rate: float = setting(0.1, Real(), "last learning rate", group=_TRAINING)
    negative: int = setting(
        128,
        Whole(1, 1000),
        "other contexts that one is compared with",
        group=_TRAINING,
        flags=("-negative", "-neg"),
    )
    share_negatives: bool = setting(
        True, Switch(), "share them among the contexts of a word (default); much faster", group=_TRAINING
    )
    period: int = setting(5, Whole(1), "estimate the ranks anew every N epochs", group=_TRAINING)
    xi_candidates: int | None = setting(
        None,
        Optional(Whole(2, hint="; leave it out to take all, or a sample where there are many")),
        "estimate a rank from N contexts; by default from all, where that is affordable",
        group=_TRAINING,
    )

    def check_together(self) -> None:
        """Refuse a learning rate that is 0 or rises, and a transformation that is not defined for all ranks."""
        self._check_rates("learning_rate", "min_learning_rate", 1.0)
        if self.t == 1:
            raise SettingError(
                "got ", Given("t", 1), ", at which rho3 is not defined; its limit is ", Given("transform", "rho1")
            )
        best = self.tau if self.loss == "hinge" else 1.0  # ℓ(0), the bound of the best rank
        if self.beta + best < self.alpha:
            raise SettingError(
                "got ",
                Given("alpha", self.alpha),
                " and ",
                Given("beta", self.beta),
                f", expected a beta of at least {self.alpha - best:g}: the bound of the best "
                f"rank is {best:g}, and (bound + beta) / alpha must not be below 1",
            )
