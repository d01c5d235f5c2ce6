"""`CooccurrenceEstimator`: what the models share that are made from co-occurrences rather than from running text."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from wordneg.compiled.weights import Weights
from wordneg.cooccurrence import Cooccurrences, count_cooccurrences
from wordneg.estimator.base import Estimator
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, Timer
from wordneg.estimator.parameters import CooccurrenceParameters
from wordneg.estimator.passreport import PassReport
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus
from wordneg.estimator.state import CorpusFacts, State
from wordneg.files.storage import held_kind
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import TrimRule
from wordneg.vectors.wordvectors import WordVectors

__all__ = ["CooccurrenceEstimator", "CooccurrenceState"]

_DECIDED_BY_COUNTS = ("window", "symmetric", "distance_weighting")
"""The settings that co-occurrences were counted with."""

ParametersT = TypeVar("ParametersT", bound=CooccurrenceParameters)
ReportT = TypeVar("ReportT", bound=PassReport)


@dataclass(frozen=True, eq=False)
class CooccurrenceState(State):
    """What else building and training change.

    Attributes
    ----------
    cooccurrences : Cooccurrences or None
        The counts that the model is made from; None before `build_vocab` and after `load`.
    """

    cooccurrences: Cooccurrences | None = None


class CooccurrenceEstimator(Estimator[ParametersT, ReportT]):
    """The base of models that are made from co-occurrences.

    A subclass has `_start` and `_passes`, and `_run` if its passes take more than their number.
    """

    _state: CooccurrenceState

    @property
    def cooccurrences(self) -> Cooccurrences | None:
        """The counts that the model is made from."""
        return self._state.cooccurrences

    def _empty_state(self, parameters: Any) -> State:
        return CooccurrenceState(parameters)

    # --- building ---------------------------------------------------------------------------------

    def _fresh(self, corpus: Any, trim_rule: TrimRule | None) -> State:
        corpus = _with_counts_loaded(corpus)
        if isinstance(corpus, Cooccurrences):
            return self._starting_from(corpus, CorpusFacts(corpus.corpus_fingerprint))
        store = self._read(corpus, trim_rule)
        return self._starting_from(self._counted(store), CorpusFacts.of(store))  # once counted, no text is needed

    def _counted(self, store: TokenStore) -> Cooccurrences:
        settings = self.parameters
        return count_cooccurrences(
            store,
            settings.window,
            symmetric=settings.symmetric,
            distance_weighting=settings.distance_weighting,
            memory_limit=settings.memory_limit,
            workers=settings.workers,
            progress=self._progress,
        )

    def _starting_from(self, cooccurrences: Cooccurrences, corpus: CorpusFacts) -> State:
        """Return the state of a model that begins with these counts."""
        if cooccurrences.nnz == 0:
            raise ValueError("got co-occurrences without a cell: no two words occur together; give more text")
        if len(cooccurrences) < 2:
            raise ValueError(
                f"the vocabulary holds a single word, {cooccurrences.vocabulary.words[0]!r}, so there is no other to "
                "tell it from; give more text or a lower min_count"
            )
        parameters = self._parameters_for(cooccurrences)
        state = self._empty_state(parameters)
        made = self._made_of(cooccurrences.vocabulary, self._start(cooccurrences))
        return replace(state, **made, corpus=corpus, cooccurrences=cooccurrences)  # type: ignore[call-arg]

    @abstractmethod
    def _start(self, cooccurrences: Cooccurrences) -> Weights:
        """Return the vectors that training begins with."""

    def _parameters_for(self, cooccurrences: Cooccurrences) -> ParametersT:
        """Return the settings, with the window and weighting of these co-occurrences."""
        return replace(self.parameters, **{name: getattr(cooccurrences, name) for name in _DECIDED_BY_COUNTS})

    def _fixed(self) -> frozenset[str]:
        return super()._fixed().union(() if self.cooccurrences is None else _DECIDED_BY_COUNTS)

    # --- training ---------------------------------------------------------------------------------

    @abstractmethod
    def _passes(self, cooccurrences: Cooccurrences, weights: Weights) -> Any:
        """Return what trains these weights: an object with the number of `cells`, `compile`, and `run`."""

    def _run(self, passes: Any, settings: Any, **how: Any) -> Iterator[ReportT]:
        """Return the reports of the passes that settings ask for, each of which is made when its report is asked for.

        `how` says with which pass to begin, how far the history has come, whom to tell of the progress, what interrupts
        the passes, and when to write checkpoints; see `wordneg.allvec.optimizer.Optimizer.run`.
        """
        reports: Iterator[ReportT] = passes.run(epochs=settings.epochs, **how)
        return reports

    def _fit(
        self,
        settings: Any,
        corpus_iterable: Any,
        corpus_file: str | os.PathLike[str] | None,
        callbacks: Sequence[Any] | None,
    ) -> int:
        """Train with these settings; return the cells trained on, over all passes."""
        with self._turn.taken("train"):
            self._take(one_corpus(corpus_iterable, corpus_file), "train")
            hooks = self._hooks(callbacks)
            self._take_checkpoint_path()
            begin = Pending(settings.as_dict(), len(self.history), "", {"epoch": 0}, {})
            done = self._training(lambda weights: self._train(weights, begin, hooks), settings.epochs)
        return sum(report.amount for report in done)

    def _go_on(self, pending: Pending, corpus: Cooccurrences, hooks: Callbacks) -> None:
        self._check_text(pending, _identity(corpus))
        self._state = replace(self._state, cooccurrences=corpus)
        settings: Any = self._parameters_type(**pending.parameters)
        left = settings.epochs - pending.position["epoch"]
        self._training(lambda weights: self._train(weights, pending, hooks), left)

    def _train(self, weights: Weights, pending: Pending, hooks: Callbacks) -> list[ReportT]:
        """Train weights from where a training is; return the reports of the passes."""
        assert self.cooccurrences is not None
        text = _identity(self.cooccurrences)
        settings: Any = self._parameters_type(**pending.parameters)
        begin = pending.position["epoch"]
        left = settings.epochs - begin
        timer = Timer(self.checkpoint_every)

        def keep(epoch: int) -> None:
            position = {"epoch": epoch, "complete": epoch == settings.epochs}
            self._write_checkpoint(pending._replace(corpus=text, position=position))
            timer.restart()

        passes = self._passes(self.cooccurrences, weights)
        with TrainingBar(passes.cells * left, self._progress, unit="cells") as bar:
            passes.compile()
            reports = self._run(
                passes,
                settings,
                first_epoch=pending.first_epoch,
                interrupted=self._turn.asked,
                on_progress=bar.show,
                begin=begin,
                checkpoint=None if self.checkpoint is None else keep,
                due=timer.due,
            )
            done = self._follow(reports, hooks, bar, left)
        if self.checkpoint is not None and len(done) == left and done[-1].finished:
            keep(settings.epochs)
        return done

    def _take(self, corpus: Any, method: str) -> None:
        """Make a corpus, or co-occurrences, what is trained on from now."""
        self._built()
        if corpus is not None:
            counts = self.prepare(corpus)
            settings = self._parameters_for(counts)
            self._state = replace(self._state, parameters=settings, cooccurrences=counts)
        elif self.cooccurrences is None:
            raise RuntimeError(f"the model was loaded without its corpus; give {method} one")

    def prepare(self, corpus: Any) -> Cooccurrences:
        """Count a corpus, as `train` would, with the words of the model: to train on it several times.

        Parameters
        ----------
        corpus : corpus or Cooccurrences
            The corpus, as for `train`, which raises the same errors.
        """
        vocabulary = self._built().vocabulary
        corpus = _with_counts_loaded(corpus)
        if not isinstance(corpus, Cooccurrences):
            return self._counted(super().prepare(corpus))
        corpus.check_vocabulary(vocabulary)
        return corpus

    def _counts_of(self, corpus: Any, method: str) -> Cooccurrences:
        """Return the counts of a corpus that a method was given, or those that the model is made from."""
        if corpus is None:
            self._take(None, method)
        counts = self.cooccurrences if corpus is None else self.prepare(corpus)
        assert counts is not None
        return counts

    # --- results ----------------------------------------------------------------------------------

    @property
    def contexts(self) -> WordVectors:
        """The context vectors v, ``(V, D) float32``. They follow the training; what is set by them is trained on."""
        built = self._built()
        return built.vectors._with(built.outputs)

    @property
    def ensemble(self) -> WordVectors:
        """The sums u + v of each word's two vectors as they are now, ``(V, D) float32``."""
        built = self._checked("ensemble")
        both = built.inputs.values + built.outputs.values
        return WordVectors(built.vocabulary.words, both, counts=built.vocabulary.counts)


def _identity(counts: Cooccurrences) -> str:
    """Return what tells co-occurrences from others in a checkpoint."""
    return f"{counts.corpus_fingerprint} {counts.nnz} {float(counts.matrix.data.sum(dtype=np.float64))!r}"


def _with_counts_loaded(corpus: Any) -> Any:
    """Return a corpus, or the co-occurrences that a path leads to.

    Raises
    ------
    TypeError
        If it is a matrix without words.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return Cooccurrences.load(corpus) if held_kind(corpus) == "cooccurrences" else corpus
    if getattr(corpus, "ndim", 0) == 2 and getattr(getattr(corpus, "dtype", None), "kind", "") in "biufc":
        raise TypeError(
            f"got a {corpus.dtype} {type(corpus).__name__}, a matrix without its words; expected a corpus, or "
            "Cooccurrences as wordneg.count_cooccurrences returns them (wordneg.Cooccurrences(vocabulary, matrix, ...) "
            "for counts of another origin)"
        )
    return corpus
