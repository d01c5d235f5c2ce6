"""Training, whoever does it: epoch by epoch, with a falling learning rate, reports, checkpoints and an early end.

An epoch is a number of **steps**, between which training can be interrupted and go on from a checkpoint. What a step is
and who trains it is up to the subclass.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from numpy.typing import NDArray

from wordneg.compiled.weights import Weights
from wordneg.estimator.passreport import PassReport
from wordneg.word2vec.replica import Tally

__all__ = ["EpochReport", "Plan", "Position", "Progress", "Trainer"]

Progress = Callable[[int, float, float, str], None]
"""Called with the tokens trained on in this epoch, the learning rate and the mean loss."""


@dataclass(frozen=True)
class EpochReport(PassReport):
    """The outcome of one epoch.

    Attributes
    ----------
    epoch : int
        Number of the epoch, from 0.
    loss : float
        Mean loss of a pair (of a center word for CBOW) before its update. It is estimated from a
        sample of them, or computed from all with ``compute_loss=True``.
    words, effective_words : int
        The number of tokens in the text of the epoch, with and without the tokens that subsampling dropped.
    seconds : float
        Wall-clock time.
    refresh_seconds : float
        The part of that time that all workers together spent on refreshing the sampler.
    rate : float
        Learning rate at the end.
    finished : bool
        False if the epoch was interrupted.
    """

    unit: ClassVar[str] = "words"

    epoch: int
    loss: float
    words: int
    effective_words: int
    seconds: float
    refresh_seconds: float
    rate: float
    finished: bool


class Plan(NamedTuple):
    """One epoch: its number, which determines the random numbers, and its first and last learning rate."""

    epoch: int
    first_rate: float
    last_rate: float

    @property
    def rates(self) -> tuple[float, float]:
        """The first and the last learning rate."""
        return self.first_rate, self.last_rate

    def rate_at(self, share: float) -> float:
        """Return the learning rate after a share of the epoch."""
        return self.first_rate + (self.last_rate - self.first_rate) * share


class Position(NamedTuple):
    """How far a training has come.

    Attributes
    ----------
    epoch : int
        How many epochs are complete.
    step : int
        How many steps of the next one are.
    seconds : float
        How long these took.
    """

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0


_BEGINNING = Position()


class Trainer(ABC):
    """Trains two matrices on a text. What subclasses have to have is at the end.

    Parameters
    ----------
    words : int
        Tokens of the text; also an attribute.
    """

    def __init__(self, words: int) -> None:
        self.words = words
        self._interrupted = threading.Event()
        self._checkpoint: Callable[[Position], None] | None = None
        self._due: Callable[[], bool] | None = None
        self._on_progress: Progress | None = None
        self._epochs = range(0)

    def run(
        self,
        *,
        epochs: int,
        alpha: float,
        min_alpha: float,
        first_epoch: int = 0,
        interrupted: threading.Event | None = None,
        on_progress: Progress | None = None,
        position: Position = _BEGINNING,
        checkpoint: Callable[[Position], None] | None = None,
        due: Callable[[], bool] | None = None,
    ) -> Iterator[EpochReport]:
        """Train epoch by epoch; yield a report after each one and go on when asked for the next.

        The learning rate falls linearly from `alpha` to `min_alpha` over all epochs.

        Parameters
        ----------
        epochs : int
            The number of epochs.
        alpha, min_alpha : float
            First and last learning rate.
        first_epoch : int
            Number of the first epoch, for a training that is continued. It determines the random numbers.
        interrupted : threading.Event, optional
            Once it is set, training ends after what is being trained on, with a report that says so.
        on_progress : callable, optional
            Called now and then.
        position : Position
            Where to go on, once `remember` has restored what the trainer knew there.
        checkpoint : callable, optional
            Called with the position, while nothing is trained, whenever `due` says so and when training is interrupted.
        due : callable
            Asked now and then if there is a `checkpoint`.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        self._interrupted = interrupted or threading.Event()
        self._checkpoint, self._due, self._on_progress = checkpoint, due, on_progress
        self._epochs = range(first_epoch, first_epoch + epochs)
        for number in range(position.epoch, epochs):
            first, last = (alpha + (min_alpha - alpha) * done / epochs for done in (number, number + 1))
            here = position if number == position.epoch else Position(number)
            if here.step == 0:
                self._forget()
                if checkpoint is not None and number > position.epoch and self._checkpoint_is_due():
                    checkpoint(here)
            report = self._epoch(Plan(first_epoch + number, first, last), here)
            yield report
            if self._interrupted.is_set():
                if checkpoint is not None and report.finished and number + 1 < epochs:
                    checkpoint(Position(number + 1))
                return

    def _epoch(self, plan: Plan, position: Position) -> EpochReport:
        begin = time.perf_counter() - position.seconds
        done = position.step
        while True:
            done = self._advance(plan, done)
            if done < self._steps and self._checkpoint is not None:
                self._checkpoint(Position(position.epoch, done, time.perf_counter() - begin))
            if done == self._steps or self._interrupted.is_set():
                break
        tally = self._tally()
        return EpochReport(
            epoch=plan.epoch,
            loss=tally.mean_loss,
            words=tally.words,
            effective_words=tally.kept,
            seconds=time.perf_counter() - begin,
            refresh_seconds=tally.refresh_seconds,
            rate=plan.rate_at(tally.words / max(1, self.words)),
            finished=tally.words == self.words,
        )

    def _checkpoint_is_due(self) -> bool:
        return self._checkpoint is not None and self._due is not None and self._due()

    def _show(self, plan: Plan) -> None:
        """Report how far the epoch has come."""
        if self._on_progress is not None:
            tally = self._tally()
            rate = plan.rate_at(tally.words / max(1, self.words))
            self._on_progress(tally.words, rate, tally.mean_loss, self._where(plan))

    def _where(self, plan: Plan) -> str:
        """Return what else is to be told of how far training has come."""
        return ""

    def warn_if_poor(self, epochs: int) -> None:  # noqa: B027 - most have nothing to warn of
        """Warn if vectors will be poor after so many epochs because of how they are trained."""

    # --- what a subclass has ----------------------------------------------------------------------

    @abstractmethod
    def compile(self) -> float:
        """Compile what training needs; return the seconds it took."""

    @abstractmethod
    def freeze(self, weights: Weights) -> None:
        """Let a `Staged` sampler take what it needs from a trained model; other samplers need nothing."""

    @abstractmethod
    def memory(self) -> dict[str, NDArray[Any]]:
        """Return what the trainer remembers, by name. With the weights, training goes on from it."""

    @abstractmethod
    def remember(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Restore what `memory` returned; raise ValueError if it does not fit."""

    @property
    @abstractmethod
    def _steps(self) -> int:
        """Steps of an epoch."""

    @abstractmethod
    def _advance(self, plan: Plan, done: int) -> int:
        """Train on from step `done` until the epoch ends, a checkpoint is due, or training is interrupted.

        Return how many steps are done then, and let nobody write to the weights, even if an exception is raised.
        """

    @abstractmethod
    def _forget(self) -> None:
        """Begin to count an epoch."""

    @abstractmethod
    def _tally(self) -> Tally:
        """Return what the epoch came to so far."""
