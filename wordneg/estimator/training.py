"""`Training`: how a model lends its vectors to a training, follows it, ends it and goes on with it."""

from __future__ import annotations

import errno
import os
import warnings
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from wordneg.compiled.weights import Weights
from wordneg.estimator.building import Building
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, is_checkpoint
from wordneg.estimator.configured import ParametersT, ReportT
from wordneg.estimator.interruption import TrainingInterrupted
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus

__all__ = ["Training"]


class Training(Building[ParametersT, ReportT]):
    """The part of an `Estimator` that trains."""

    @property
    def history(self) -> list[ReportT]:
        """A report of every epoch so far."""
        return self._state.history

    @abstractmethod
    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> Any:
        """Train, from the vectors as they are, on a corpus or the one of `build_vocab`."""

    def _hooks(self, callbacks: Sequence[Any] | None) -> Callbacks:
        """Return the callbacks of a training: those given to `train`, or the model's own."""
        return Callbacks(self, self.callbacks if callbacks is None else callbacks)

    def _training(self, train: Callable[[Weights], list[ReportT]], epochs: int) -> list[ReportT]:
        """Lend the vectors to a training, and conclude it.

        Parameters
        ----------
        train : callable
            Trains weights; ends early once `Turn.asked` is set. Returns the reports of its epochs.
        epochs : int
            The number of epochs of the training.

        Raises
        ------
        TrainingInterrupted
            If there was a Ctrl-C. The vectors are those trained so far.
        """
        matrices = self._checked("train").matrices
        last = len(self.history) + epochs
        self._state = replace(self._state, pending=None)
        with self._turn.ended_by_ctrl_c():
            try:
                inputs, outputs, *_ = [matrix.lend() for matrix in matrices]
                done = train(Weights(inputs, outputs))
            finally:
                for matrix in matrices:
                    matrix.give_back()
            self._conclude(last)
        return done

    def _epochs(self, reports: Iterable[ReportT]) -> Iterator[ReportT]:
        """Yield reports; the vectors belong to the training only while the next one is made."""
        following = iter(reports)
        matrices = self._built().matrices
        while True:
            for matrix in matrices:
                matrix.learn()
            try:
                report = next(following, None)
            finally:
                for matrix in matrices:
                    matrix.pause()
            if report is None:
                return
            yield report

    def resume(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *,
        callbacks: Sequence[Any] | None = None,
    ) -> None:
        """Go on with the training that a checkpoint holds, to its end: ``load(checkpoint)``, then this.

        With one worker the vectors have the same bits as if the training had never been stopped.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus, which must be the same. Not needed if the training was complete.
        callbacks
            By default the model's.

        Raises
        ------
        RuntimeError
            If the model was not loaded from a checkpoint, or is being trained.
        ValueError
            If the corpus is another one.
        FloatingPointError, KeyboardInterrupt
            As for `train`.
        """
        pending = self._state.pending
        if pending is None:
            raise RuntimeError("the model has no training to resume; load one from a checkpoint, or call train")
        if not pending.position["complete"]:
            with self._turn.taken("resume"):
                self._go_on(pending, self.prepare(one_corpus(corpus_iterable, corpus_file)), self._hooks(callbacks))
        self._state = replace(self._state, pending=None)

    @abstractmethod
    def _go_on(self, pending: Pending, corpus: Any, hooks: Callbacks) -> None:
        """Go on with a training on a corpus as `prepare` returns it."""

    def _check_text(self, pending: Pending, fingerprint: str) -> None:
        if pending.corpus != fingerprint:
            raise ValueError("the corpus is another one than the checkpoint's training began with; give the same text")

    def _take_checkpoint_path(self) -> None:
        """Refuse to replace a checkpoint of another training, or another file; and a folder that is not there.

        Raises
        ------
        FileExistsError
            If there is one.
        FileNotFoundError
            If there is no such folder.
        """
        path = self.checkpoint
        if path is None:
            return
        if not os.path.isdir(folder := os.path.dirname(os.path.realpath(path))):
            raise FileNotFoundError(errno.ENOENT, f"cannot write {os.fspath(path)!r}: there is no folder {folder!r}")
        if os.path.exists(path) and os.path.realpath(path) != self._checkpoint_written:
            if not is_checkpoint(path):
                raise FileExistsError(f"{os.fspath(path)!r} is there already, and no checkpoint; give another name")
            raise FileExistsError(
                f"there is a checkpoint {os.fspath(path)!r} already; go on with it by {type(self).__name__}.load(path) "
                "and resume(corpus), delete it, or give another name"
            )

    def _write_checkpoint(self, pending: Pending) -> None:
        """Write a checkpoint, if the model has a place for it; a disk that refuses it does not end the training."""
        if self.checkpoint is None:
            return
        training = pending.facts | {"minutes": self.checkpoint_every}
        try:
            self._write(self.checkpoint, {"training": training}, pending.named_arrays)
        except OSError as error:
            warnings.warn(
                f"{error.strerror or error}; the training goes on, but what follows the last checkpoint would be lost "
                "with its process",
                stacklevel=2,
            )
            return
        self._checkpoint_written = os.path.realpath(self.checkpoint)

    @abstractmethod
    def _write(self, path: str | os.PathLike[str], more: dict[str, Any], more_arrays: dict[str, Any]) -> None:
        """Write the model, and more."""

    def stop(self) -> None:
        """Ask the training that is going on to end after the chunks in work; for other threads and callbacks.

        The vectors trained so far are kept, and `interrupted` is set, as `train` warns.
        """
        self._turn.asked.set()

    def _follow(self, reports: Iterable[ReportT], hooks: Callbacks, bar: TrainingBar, epochs: int) -> list[ReportT]:
        """Train: take the reports as they come, keep them, call back before and after each; return them.

        Parameters
        ----------
        reports : iterable
            Trains an epoch whenever the next report is asked for. An interrupted epoch has a report too, the last.
        hooks : Callbacks
            If one returns True at the end of an epoch, training ends there.
        bar : TrainingBar
            Is told how much has been done.
        epochs : int
            The number of epochs of the training.
        """
        done: list[ReportT] = []
        hooks.call("on_train_begin")
        hooks.call("on_epoch_begin")
        for report in self._epochs(reports):
            bar.epoch_done(report.amount)
            done.append(report)
            self.history.append(report)
            self._built().inputs.fill_norms(force=True)
            if report.finished and hooks.call("on_epoch_end"):
                break
            if len(done) < epochs and not self._turn.asked.is_set():
                hooks.call("on_epoch_begin")
        hooks.call("on_train_end")
        return done

    def _conclude(self, last: int) -> None:
        """Remember whether training was ended early, and tell the caller.

        Parameters
        ----------
        last : int
            How many epochs the history would hold otherwise.
        """
        report = self.history[-1]
        self.interrupted = self._turn.asked.is_set() and (len(self.history) < last or not report.finished)
        told = (
            f"training was interrupted in epoch {report.epoch + 1} of {last}, after {report.amount:,} of its "
            f"{report.unit}; the vectors so far are kept, and train() goes on from them"
        )
        if self._turn.interrupted:
            raise TrainingInterrupted(told if self.interrupted else "interrupted after the last epoch", self)
        if self.interrupted:
            warnings.warn(told, stacklevel=4)
