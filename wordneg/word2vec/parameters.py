"""The settings of Word2Vec."""

from __future__ import annotations

from dataclasses import dataclass

from wordneg.common.settings import Real, Switch, Whole, setting
from wordneg.estimator.parameters import PassParameters

__all__ = ["Parameters"]

_NEGATIVES = "negatives and loss"


@dataclass(frozen=True, kw_only=True)
class Parameters(PassParameters):
    """The settings of a `wordneg.Word2Vec`, whose docstring says what they mean; corpus, sampler and objective aside.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong kind or out of range. The sentence says what was got and what is expected.
    """

    sg: int = setting(
        0,
        Switch(number=True),
        "train skip-gram; by default, and with --cbow, CBOW (also -cbow 0|1)",
        group="model",
        opposites=("-cbow", "--cbow"),
    )
    shrink_windows: bool = setting(True, Switch(), "draw each window from 1 to --window (default)", group="model")
    cbow_mean: int = setting(
        1, Switch(number=True), "CBOW: take the mean of the context vectors (default), not their sum", group="model"
    )
    sample: float = setting(
        1e-3,
        Real(),
        "drop some of the words above this share of the corpus; 0 keeps all",
        group="vocabulary",
        flags=("-sample", "-t"),
    )
    negative: int = setting(
        5, Whole(1, 1000), "negatives of a positive pair", group=_NEGATIVES, flags=("-negative", "-neg")
    )
    share_negatives: bool = setting(
        True, Switch(), "skip-gram: share negatives within a window (default); much faster", group=_NEGATIVES
    )
    alpha: float = setting(0.025, Real(), "first learning rate", group="training", flags=("-alpha", "-lr"))
    min_alpha: float = setting(0.0001, Real(), "last learning rate", group="training")
    compute_loss: bool = setting(
        False, Switch(), "evaluate the loss of every pair, not of a sample; slower", group="training"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_rates("alpha", "min_alpha", 0.025)
