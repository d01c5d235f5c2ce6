"""The contract of a sampler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from wordneg.vocabulary import Vocabulary
    from wordneg.weights import Weights


__all__ = ["Refreshing", "Sampler"]


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
        ``draw(state, scratch, rng, outputs, query, positive, negatives) -> weight``. Fills
        `negatives`, ``(K,) int32``, with words of ``0 … V − 1`` other than `positive` for one
        block, and returns (float32) how strongly the positive is pulled, 1 unless rank-aware.
        `state` is what `prepare` returned, `scratch` what `scratch` returned, `rng` the worker's
        generator (`wordneg.rng`), `outputs` the ``(V, P) float32`` output vectors and `query` the
        ``(P,) float32`` vector against which negatives are scored: the input row if the block has
        one, else the mean of its rows.

    Notes
    -----
    Negatives are drawn one block ahead, so that their rows can be fetched into the cache while the
    block before is trained; `query` and `outputs` lack that one block's update.
    """

    name: str
    needs_query: bool
    draw: Any

    def prepare(self, vocabulary: Vocabulary) -> Any:
        """Return the state that all workers read: a NamedTuple of arrays and scalars."""
        ...

    def scratch(self, state: Any, negative: int) -> Any:
        """Return memory of one worker's own, as a NamedTuple of arrays; an empty tuple for none."""
        ...


@runtime_checkable
class Refreshing(Protocol):
    """A sampler whose state follows the weights.

    Attributes
    ----------
    refresh_every : int
        Tokens of training from one `refresh` to the next.
    """

    refresh_every: int

    def refresh(self, state: Any, weights: Weights) -> None:
        """Bring `state` up to date, in place. Called between chunks of training."""
        ...
