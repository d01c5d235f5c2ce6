"""The contract of an objective."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

__all__ = ["Objective"]


@runtime_checkable
class Objective(Protocol):
    """An objective, with its settings as fields, jitted functions `slopes` and `loss`, and a method `prepare`.

    It may inherit from this class, which has defaults for everything but `name`, `slopes` and `loss`. A class that does
    not inherit gets the defaults that it lacks when it is first used.

    Attributes
    ----------
    name : str
        The name under which the objective is chosen.
    slopes : jitted function
        ``slopes(state, scores, weight, slopes)``. From the scores of a block, ``(B, K + 1)
        float32`` with the positive in column 0, write the slopes of the same shape: the loss
        differentiated by the score, negated, before the learning rate. `weight` (float32) is what
        the sampler returned for the positive. `scores`, which must not be changed, has room for
        `wordneg.compiled.lanes.LANES` further floats behind it, `slopes` for two whole blocks, see
        `wordneg.objectives.rowwise.room_behind`.
    loss : jitted function
        ``loss(state, scores, weight) -> float64``: the loss of one row, ``scores`` of ``(K + 1,)
        float32``.
    corrected : bool
        Whether ``log(K · q)`` is subtracted from each negative's score first, where q is the probability of drawing
        it (the logQ correction of sampled softmax). This needs a static sampler. By default it is not.
    mean_error : bool
        Whether the input rows learn at 1 / (K + 1) of the learning rate, as in OptRank. By default not.
    cosine : bool
        Whether the scores are cosines, see `wordneg.compiled.cosine`. By default they are not.
    temperature : float
        What the objective divides scores by. The correction is multiplied by it, so that log(K · q) is subtracted
        from the logits. By default 1.

    Notes
    -----
    An objective may hold a part of its loss constant in the slopes, as `self-adversarial` does with
    its weights; its docstring says which.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see Attributes

    @property
    def slopes(self) -> Any: ...  # noqa: D102

    @property
    def loss(self) -> Any: ...  # noqa: D102

    @property
    def corrected(self) -> bool:
        """Whether the logQ correction is applied."""
        return False

    @property
    def mean_error(self) -> bool:
        """Whether input rows learn at 1 / (K + 1) of the learning rate."""
        return False

    @property
    def cosine(self) -> bool:
        """Whether scores are cosines."""
        return False

    @property
    def temperature(self) -> float:
        """What scores are divided by."""
        return 1.0

    def prepare(self) -> Any:
        """Return the settings that the jitted functions read, as a NamedTuple; by default an empty tuple, for none."""
        return ()
