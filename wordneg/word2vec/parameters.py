"""The settings of Word2Vec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wordneg.common.settings import Given, Kind, Optional, Real, SettingError, Switch, Whole, real_number, setting
from wordneg.estimator.parameters import PassParameters

__all__ = ["Parameters"]

_NEGATIVES = "negatives and loss"


class _Sample:
    """The check of `sample`: a number of at least 0; None is 0, which keeps all, as in gensim."""

    kind: ClassVar[Kind] = "real"
    expected: ClassVar[str] = "None or a number of at least 0"

    def __call__(self, name: str, value: Any) -> float:
        return 0.0 if value is None else real_number(name, value)


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
        _Sample(),
        "drop some of the words above this share of the corpus; 0 keeps all",
        group="vocabulary",
        flags=("-sample", "-t"),
    )
    hs: int = setting(
        0,
        Switch(number=True),
        "train hierarchical softmax: instead of negatives with --negative 0, else together with them",
        group=_NEGATIVES,
        flags=("-hs",),
    )
    negative: int = setting(
        5,
        Whole(0, 1000),
        "negatives for each positive pair; 0, with --hs, for none",
        group=_NEGATIVES,
        flags=("-negative", "-neg"),
    )
    share_negatives: bool = setting(
        True, Switch(), "skip-gram: share negatives within a window (default); much faster", group=_NEGATIVES
    )
    alpha: float = setting(0.025, Real(), "first learning rate", group="training", flags=("-alpha", "-lr"))
    min_alpha: float = setting(0.0001, Real(), "last learning rate", group="training")
    shards: int = setting(
        1,
        Whole(1, 1024, "; 1 for a text in one piece"),
        "cut the text into N parts that learn side by side; the same vectors for any number of workers",
        group="training",
    )
    merge_every: int | None = setting(
        None,
        Optional(Whole(1_000, hint="; leave it out for ten merges or more an epoch")),
        "with --shards: merge after every N words of a shard",
        group="training",
    )
    compute_loss: bool = setting(
        False, Switch(), "evaluate the loss of every pair, not of a sample; slower", group="training"
    )

    def check_together(self) -> None:
        """Refuse a learning rate that is 0 or rises, and a training without targets."""
        if not (self.hs or self.negative):
            raise SettingError(
                "got ",
                Given("negative", 0),
                " and ",
                Given("hs", 0),
                ", with which nothing is learned; give ",
                Given("negative", 5),
                ", or ",
                Given("hs", 1),
                " for hierarchical softmax",
            )
        self._check_rates("alpha", "min_alpha", 0.025)
