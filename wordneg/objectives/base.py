"""The contract of an objective."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

__all__ = ["Objective"]


@runtime_checkable
class Objective(Protocol):
    """What an objective has: settings as fields, the slopes of its loss, its loss, a `prepare`.

    Attributes
    ----------
    name : str
        The name under which the objective is chosen.
    slopes : jitted function
        ``slopes(state, scores, weight, slopes)``. From the scores of a block, ``(B, K + 1)
        float32`` with the positive in column 0, write the slopes of the same shape: the loss
        differentiated by the score, negated, before the learning rate. `weight` (float32) is what
        the sampler returned for the positive. `scores`, which must not be changed, has room for
        `wordneg.compiled.simd.LANES` further floats behind it, `slopes` for two whole blocks, see
        `wordneg.objectives.rowwise.room_behind`.
    loss : jitted function
        ``loss(state, scores, weight) -> float64``: the loss of one row, ``scores`` of ``(K + 1,)
        float32``.
    corrected : bool
        Whether ``log(K · q)`` is taken off each negative's score first, q being its chance of being
        drawn (the logQ correction of sampled softmax); needs a static sampler.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate, as in OptRank.

    Notes
    -----
    An objective may hold a part of its loss constant in the slopes, as `self-adversarial` does with
    its weights; its docstring says which.

    Two things may be added: `cosine` (bool), whether the scores are to be cosines, see
    `wordneg.compiled.cosine`; and `temperature` (float), by which it divides scores: the correction is
    multiplied by it, so that log(K · q) is taken off the logits.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see Attributes
    @property
    def slopes(self) -> Any: ...  # noqa: D102
    @property
    def loss(self) -> Any: ...  # noqa: D102
    @property
    def corrected(self) -> bool: ...  # noqa: D102
    @property
    def mean_error(self) -> bool: ...  # noqa: D102

    def prepare(self) -> Any:
        """Return the settings that the jitted functions read: a NamedTuple; an empty tuple for none."""
        ...
