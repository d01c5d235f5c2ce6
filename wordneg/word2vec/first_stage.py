"""The first stage of training: what comes before training with a sampler that needs a trained model."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights, aligned, padded
from wordneg.estimator.progress import TrainingBar
from wordneg.files.storage import read_archive
from wordneg.samplers import SAMPLERS, Sampler, Staged
from wordneg.text.vocabulary import Vocabulary
from wordneg.word2vec.blocks import NO_WAYS, Ways
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.trainer import Trainer

__all__ = ["FirstStage"]


@dataclass(frozen=True)
class FirstStage:
    """Finds the weights that a `wordneg.samplers.Staged` sampler is to freeze.

    If the sampler names a `model`, its weights are taken. Otherwise, if the model to be trained has been trained
    already, its own weights are taken. Otherwise weights are trained with the sampler's `first_stage`, from the same
    starting point.

    Parameters
    ----------
    sampler : Sampler
        The sampler of the second stage. If it is not `Staged`, there is no first stage.
    vocabulary : Vocabulary
        The words.
    weights : Weights
        The model's weights. They are not changed.
    parameters : Parameters
        The model's settings, for both stages.
    make_trainer : callable
        Makes a trainer of weights with a sampler and a tree, and the objective of both stages.
    trained : bool
        Whether the model has been trained already.
    ways : Ways
        The model's tree, if it has one. Its nodes are not changed.
    """

    sampler: Sampler
    vocabulary: Vocabulary
    weights: Weights
    parameters: Parameters
    make_trainer: Callable[[Weights, Sampler, Ways], Trainer]
    trained: bool
    ways: Ways = NO_WAYS

    @property
    def epochs(self) -> int:
        """How many epochs the first stage takes; 0 if there are weights to freeze already."""
        if not isinstance(self.sampler, Staged) or self.sampler.model is not None or self.trained:
            return 0
        return self.sampler.first_stage_epochs or self.parameters.epochs

    def freeze(self, trainer: Trainer, interrupted: threading.Event, bar: TrainingBar) -> None:
        """Find the weights and let a trainer's sampler freeze them, unless interrupted.

        Raises
        ------
        FileNotFoundError, ValueError
            If the sampler's `model` cannot be read or lacks words of the vocabulary.
        """
        if not isinstance(self.sampler, Staged):
            return
        if self.sampler.model is not None:
            frozen = _saved_weights(self.sampler.model, self.vocabulary)
        elif self.trained:
            frozen = self.weights
        else:
            frozen = self._train(self.sampler, interrupted, bar)
        if not interrupted.is_set():
            trainer.freeze(frozen)

    def _train(self, staged: Staged, interrupted: threading.Event, bar: TrainingBar) -> Weights:
        sampler = SAMPLERS.resolve(staged.first_stage)
        if isinstance(sampler, Staged):
            raise ValueError(
                f"got first_stage={staged.first_stage!r}, which has a first stage itself; "
                "take another sampler such as 'unigram'"
            )
        weights = Weights(_copy(self.weights.inputs), _copy(self.weights.outputs))
        ways = self.ways._replace(nodes=_copy(self.ways.nodes))
        trainer = self.make_trainer(weights, sampler, ways)
        trainer.compile()
        for report in trainer.run(
            epochs=self.epochs,
            alpha=self.parameters.alpha,
            min_alpha=self.parameters.min_alpha,
            interrupted=interrupted,
            on_progress=bar.show,
        ):
            bar.epoch_done(report.words)
        return weights


def _copy(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    copy = aligned(matrix.shape)
    copy[:] = matrix
    return copy


def _saved_weights(path: str | os.PathLike[str], vocabulary: Vocabulary) -> Weights:
    """Return the weights of a saved model for the words of a vocabulary."""
    archive = read_archive(path, "model", skip=("counts",))
    rows = {word: row for row, word in enumerate(archive.words or ())}
    missing = [word for word in vocabulary.words if word not in rows]
    if missing:
        raise ValueError(
            f"the model {os.fspath(path)!r} lacks {len(missing):,} of the {len(vocabulary):,} words of this "
            f"vocabulary, such as {missing[0]!r}; train it on the same text, with the same min_count"
        )
    chosen = [rows[word] for word in vocabulary.words]
    matrices = []
    for name in ("inputs", "outputs"):
        saved = archive.arrays[name]
        matrix = aligned((len(vocabulary), padded(saved.shape[1])))
        matrix[:, : saved.shape[1]] = saved[chosen]
        matrices.append(matrix)
    return Weights(*matrices)
