"""The contract of a sampler."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary


__all__ = ["Refreshing", "Sampler", "Staged", "Static"]


@runtime_checkable
class Sampler(Protocol):
    """A negative sampler, with its settings as fields, a jitted function `draw` and a method `prepare`.

    A sampler is usually a frozen dataclass whose fields are the hyper-parameters. It may inherit from this class, which
    has defaults for everything but `name`, `draw` and `prepare`. A class that does not inherit gets the defaults that
    it lacks when it is first used. `Refreshing`, `Staged` and `Static` describe what else a sampler may have.

    Attributes
    ----------
    name : str
        The name under which the sampler is chosen.
    draw : jitted function
        ``draw(state, scratch, rng, outputs, query, positive, context, negatives) -> weight``. Fills
        `negatives`, ``(K,) int32``, with words of ``0 … V − 1`` other than `positive` for one
        block, and returns (float32) the positive's weight, which its slope is multiplied by: 1 unless rank-aware.

        * `state` is what `prepare` returned, `scratch` what `scratch` returned;
        * `rng` is the worker's generator, see `wordneg.rng`;
        * `outputs` are the output vectors, ``(V, P) float32``, where P is the vector size, padded with zeros;
        * `query`, ``(P,) float32``, is what negatives are scored against: the input row if the block
          has one, else the mean of its rows (also for CBOW);
        * `positive` is the center word, `context`, ``(B,) int32``, the words of the input rows.
    needs_query : bool
        Whether `draw` reads `query`; by default it does. If it does not, the kernel saves the time to compute it.
    default_objective : str or dict
        The objective that goes with the sampler unless the user names another: a name, or a dict with a name and
        settings. By default "logistic".

    Notes
    -----
    Negatives are drawn one block ahead, so that their rows can be fetched into the cache while the
    block before is trained; `query` and `outputs` lack the update of that one block.

    `wordneg.testing.check_sampler` tells what is wrong with a sampler.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see Attributes

    @property
    def draw(self) -> Any: ...  # noqa: D102

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> Any:
        """Return the state that all workers read: a NamedTuple of arrays and scalars."""
        ...

    @property
    def needs_query(self) -> bool:
        """Whether `draw` looks at `query`."""
        return True

    @property
    def default_objective(self) -> str | Mapping[str, Any]:
        """The objective that goes with the sampler."""
        return "logistic"

    def scratch(self, state: Any, negative: int) -> Any:
        """Return the memory of one worker, as a NamedTuple of arrays; by default an empty tuple, for none.

        A field ``counts`` in it, or in a NamedTuple in it, is what `wordneg.Word2Vec.sampler_report` reads: ``(2,)
        int64``, in which `draw` counts the negatives drawn by the sampler's rule and those drawn by a fallback.
        """
        return ()

    def scores_per_positive(self, negative: int) -> float | None:
        """Return how many scores a block takes for each positive: of itself, of K negatives and of candidates.

        The number is the mean over many blocks, at the end of a schedule. A comparison with ``budget="candidates"``
        counts by it. Padding, copies and repeated scores are left out.

        Parameters
        ----------
        negative : int
            Negatives K of a positive.

        Returns
        -------
        float or None
            By default K + 1. None if the number depends on the vectors.
        """
        return 1.0 + negative


@runtime_checkable
class Refreshing(Protocol):
    """A sampler whose state changes during training.

    Attributes
    ----------
    refresh_every : int
        The tokens of training between two calls of `refresh`.
    """

    refresh_every: int

    def refresh(self, state: Any, weights: Weights, epoch: float) -> None:
        """Bring `state` up to date, in place.

        Called by one worker at a time between chunks, while others draw; `epoch` is how many epochs the
        model has been trained for. A refresh that is due while another one is running is left out.
        """
        ...


@runtime_checkable
class Staged(Protocol):
    """A sampler that draws by a trained, frozen model.

    `Word2Vec.train` gives it such a model before the first epoch. If there is no model yet, `train` trains one on a
    copy of the weights: the **first stage**, which callbacks and `history` do not see. A later `train` freezes the
    model as it is then.

    Attributes
    ----------
    first_stage : str or dict
        The sampler of the first stage.
    first_stage_epochs : int or None
        The epochs of the first stage; None for as many as are trained afterwards.
    model : path or None
        A saved model to freeze, instead of a first stage.
    """

    first_stage: Any
    first_stage_epochs: int | None
    model: str | os.PathLike[str] | None

    def freeze(self, state: Any, weights: Weights) -> None:
        """Fill `state`, in place, from the weights of the frozen model.

        They may be of another vector size than the model in training, but are in its vocabulary's order.
        """
        ...


@runtime_checkable
class Static(Protocol):
    """A sampler that draws from one distribution throughout."""

    def probabilities(self, state: Any) -> NDArray[np.float64]:
        """Return each word's chance of being drawn, ``(V,) float64``, where no word is the positive."""
        ...
