"""The contract of a sampler."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wordneg.compiled.weights import Weights
    from wordneg.text.vocabulary import Vocabulary


__all__ = ["Refreshing", "Sampler", "Staged", "Static"]


@runtime_checkable
class Sampler(Protocol):
    """What a negative sampler has: settings as fields, a jitted `draw`, a `prepare`.

    Usually a frozen dataclass whose fields are the hyper-parameters.

    Attributes
    ----------
    name : str
        The name under which the sampler is chosen.
    needs_query : bool
        Whether `draw` looks at `query`. If not, the kernel does not compute it.
    draw : jitted function
        ``draw(state, scratch, rng, outputs, query, positive, context, negatives) -> weight``. Fills
        `negatives`, ``(K,) int32``, with words of ``0 … V − 1`` other than `positive` for one
        block, and returns (float32) how strongly the positive is pulled, 1 unless rank-aware.

        * `state` is what `prepare` returned, `scratch` what `scratch` returned;
        * `rng` is the worker's generator, see `wordneg.compiled.rng`;
        * `outputs` are the output vectors, ``(V, P) float32``, P being the vector size, padded with zeros;
        * `query`, ``(P,) float32``, is what negatives are scored against: the input row if the block
          has one, else the mean of its rows (also for CBOW);
        * `positive` is the center word, `context`, ``(B,) int32``, the words of the input rows.

    Notes
    -----
    Negatives are drawn one block ahead, so that their rows can be fetched into the cache while the
    block before is trained; `query` and `outputs` lack that one block's update.

    Two things may be added: `refresh` (see `Refreshing`) and `default_objective`, the choice of the
    objective (a name, or a dict with settings) that goes with the sampler unless the user names another.

    `wordneg.testing.check_sampler` tells what is wrong with a sampler.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see Attributes
    @property
    def needs_query(self) -> bool: ...  # noqa: D102
    @property
    def draw(self) -> Any: ...  # noqa: D102

    def prepare(self, vocabulary: Vocabulary, weights: Weights) -> Any:
        """Return the state that all workers read: a NamedTuple of arrays and scalars."""
        ...

    def scratch(self, state: Any, negative: int) -> Any:
        """Return memory of one worker's own, as a NamedTuple of arrays; an empty tuple for none."""
        ...


@runtime_checkable
class Refreshing(Protocol):
    """A sampler whose state changes during training.

    Attributes
    ----------
    refresh_every : int
        Tokens of training from one `refresh` to the next.
    """

    refresh_every: int

    def refresh(self, state: Any, weights: Weights, epoch: float) -> None:
        """Bring `state` up to date, in place.

        Called by one worker at a time between chunks, while others draw; `epoch` is how many epochs the
        model has been trained for. A refresh that is due while another is in work is left out.
        """
        ...


@runtime_checkable
class Staged(Protocol):
    """A sampler that draws by a trained, frozen model.

    `Word2Vec.train` gives it one before the first epoch. Where there is none yet it trains one on a copy
    of the weights: the **first stage**, of which callbacks and `history` see nothing. A later `train`
    freezes the model as it is then.

    Attributes
    ----------
    first_stage : str or dict
        Choice of the sampler for the first stage.
    first_stage_epochs : int or None
        Its epochs; as many as are trained afterwards if None.
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
