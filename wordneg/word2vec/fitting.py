"""`Fitting`: how a Word2Vec is trained, from the start or from a checkpoint."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, initialize
from wordneg.diagnosis.probing import probe
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.checkpoint import Pending, Timer
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus
from wordneg.samplers import Sampler
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import NoWordsError, SpentCorpusError, UnknownWordsError, Vocabulary
from wordneg.word2vec.beginning import Beginning
from wordneg.word2vec.blocks import NO_WAYS, Ways
from wordneg.word2vec.cluster.text import ON_CLUSTER
from wordneg.word2vec.first_stage import FirstStage
from wordneg.word2vec.hierarchical import ways_of
from wordneg.word2vec.locking import checked_locks
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.replica import Replica
from wordneg.word2vec.trainer import EpochReport, Position, Trainer
from wordneg.word2vec.trainers import make_trainer

__all__ = ["Fitting"]

_logger = logging.getLogger(__name__)

_LITTLE = 30  # one word left in more than this many is next to nothing


class Fitting(Beginning):
    """The part of `wordneg.Word2Vec` that trains.

    Attributes
    ----------
    train_count : int
        How often `train` has been called, as in gensim; `build_vocab` does not set it back.
    """

    train_count: int = 0

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool | None = None,
        callbacks: Sequence[Any] | None = None,
    ) -> tuple[int, int]:
        """Train, from the vectors as they are.

        Ctrl-C ends the training after the chunks in work and is then raised: the vectors trained so far are in the
        model, and `train` may be called again. `stop` ends it as well, with a warning.

        Parameters
        ----------
        corpus_iterable, corpus_file
            The corpus; words outside the vocabulary are dropped, and where none is left, nothing is trained, with a
            warning. By default the one of `build_vocab`.
        total_examples, total_words, word_count, queue_factor, report_delay
            Ignored; taken so that calls written for gensim run.
        epochs, start_alpha, end_alpha, compute_loss, callbacks
            By default the model's `epochs`, `alpha`, `min_alpha`, `compute_loss` and `callbacks`.

        Returns
        -------
        effective, raw : int
            Words trained on after subsampling, and before, over all epochs.

        Raises
        ------
        RuntimeError
            If there is no vocabulary, no corpus to train on, or the model is being trained already.
        ValueError
            If the learning rate would rise, or a corpus that can be read only once has been read already.
        FloatingPointError
            If the loss becomes NaN or infinite.
        KeyboardInterrupt
            After Ctrl-C. Its attribute `model` is the model.
        """
        changes: dict[str, Any] = {"epochs": epochs, "alpha": start_alpha, "min_alpha": end_alpha}
        changes["compute_loss"] = compute_loss
        parameters = replace(self.parameters, **{name: value for name, value in changes.items() if value is not None})
        with self._turn.taken("train"):
            try:
                store = self._corpus_of(one_corpus(corpus_iterable, corpus_file), "train")
            except SpentCorpusError:
                raise  # build_vocab may have read it, and then all of it is missing
            except (NoWordsError, UnknownWordsError) as error:
                warnings.warn(f"nothing was trained: {error}", stacklevel=2)
                self.train_count += 1
                return 0, error.tokens * parameters.epochs if isinstance(error, UnknownWordsError) else 0
            self._log_what_may_be_a_mistake(parameters)
            hooks = self._hooks(callbacks)
            self._take_checkpoint_path()
            self.train_count += 1
            begin = Pending(parameters.as_dict(), len(self.history), "", Position()._asdict(), {})
            done = self._training(lambda weights: self._train(store, weights, begin, hooks), parameters.epochs)
        effective, raw = sum(report.effective_words for report in done), sum(report.words for report in done)
        _tell_if_little_is_left(effective, raw, parameters.sample)
        return effective, raw

    def _log_what_may_be_a_mistake(self, parameters: Parameters) -> None:
        """Log what gensim logs as a warning: two kinds of targets, and a learning rate higher than the last."""
        if parameters.hs and parameters.negative:
            _logger.warning(
                "Both hierarchical softmax and negative sampling are activated. Training takes the time of both; give "
                "negative=0 or hs=0 for one of them."
            )
        reached = self.history[-1].rate if self.history else self.parameters.alpha
        if parameters.alpha > reached:
            _logger.warning(
                "Effective 'alpha' higher than previous training cycles: it begins at %g, and was %g at their end",
                parameters.alpha,
                reached,
            )

    def _go_on(self, pending: Pending, corpus: TokenStore, hooks: Callbacks) -> None:
        began, goes_on = (one.startswith(ON_CLUSTER) for one in (pending.corpus, corpus.fingerprint))
        if began != goes_on:
            readers = ("the workers of a cluster", "this process")
            raise ValueError(
                f"the checkpoint's training began with a text that {readers[not began]} read, but this one was read by "
                f"{readers[not goes_on]}; whether they are the same cannot be told: read it in the same way"
            )
        self._check_text(pending, corpus.fingerprint)
        self._state = replace(self._state, store=corpus)
        left = pending.parameters["epochs"] - pending.position["epoch"]
        self._training(lambda weights: self._train(corpus, weights, pending, hooks), left)

    def _train(self, store: TokenStore, weights: Weights, pending: Pending, hooks: Callbacks) -> list[EpochReport]:
        """Train weights from where a training is; return the reports of the epochs."""
        parameters = Parameters(**pending.parameters)
        here = Position(**{name: pending.position[name] for name in Position._fields})
        left = parameters.epochs - here.epoch
        locks = checked_locks(self.wv.vectors_lockf, len(store.vocabulary))
        sampler, objective = self._choices()
        ways, client = self._ways(), self.client

        def make(weights: Weights, sampler: Sampler, ways: Ways, locks: NDArray[np.float32] | None = None) -> Trainer:
            return make_trainer(store, weights, parameters, sampler, objective, client=client, locks=locks, ways=ways)

        trainer = make(weights, sampler, ways, locks)
        trainer.warn_if_poor(parameters.epochs)
        trained = any(report.words for report in self.history) or bool(pending.arrays)
        first_stage = FirstStage(sampler, store.vocabulary, weights, parameters, make, trained, ways)
        bar = TrainingBar(trainer.words * (first_stage.epochs + left), self._progress)
        timer = Timer(self.checkpoint_every)

        def keep(position: Position, *, complete: bool = False) -> None:
            facts = position._asdict() | {"complete": complete}
            arrays = {} if complete else trainer.memory()
            self._write_checkpoint(pending._replace(corpus=store.fingerprint, position=facts, arrays=arrays))
            timer.restart()

        with bar:
            probe(sampler, store.vocabulary, weights, parameters.negative)
            trainer.compile()
            if pending.arrays:
                trainer.remember(pending.arrays)
            else:
                first_stage.freeze(trainer, self._turn.asked, bar)
            reports = trainer.run(
                epochs=parameters.epochs,
                alpha=parameters.alpha,
                min_alpha=parameters.min_alpha,
                first_epoch=pending.first_epoch,
                interrupted=self._turn.asked,
                on_progress=bar.show,
                position=here,
                checkpoint=None if self.checkpoint is None else keep,
                due=timer.due,
            )
            done = self._follow(reports, hooks, bar, left)
        if self.checkpoint is not None and len(done) == left and done[-1].finished:
            keep(Position(parameters.epochs), complete=True)
        return done

    def _compile_ahead(self) -> None:
        """Compile the kernel, on a corpus without text."""
        vocabulary = Vocabulary(["a", "b"], np.ones(2, dtype=np.int64))
        weights = initialize(2, self.parameters.vector_size, 0)
        ways = ways_of(vocabulary.tree, weights.outputs) if self.parameters.hs else NO_WAYS
        counted = self.parameters.shards > 1
        parts = (vocabulary, weights, self.parameters, *self._choices())
        Replica(*parts, workers=1, chunk=1, counted=counted, ways=ways).compile()


def _tell_if_little_is_left(effective: int, raw: int, sample: float) -> None:
    """Warn if subsampling has left next to nothing of the words; of fewer than `_LITTLE`, none is left by chance."""
    if raw >= _LITTLE and effective * _LITTLE < raw:
        warnings.warn(
            f"subsampling left {effective:,} of {raw:,} words to train on, because a few words make up most of the "
            f"text; raise sample={sample:g}, or switch it off with sample=0",
            stacklevel=3,
        )
