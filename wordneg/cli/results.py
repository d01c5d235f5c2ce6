"""The results of `wordneg train`: writing the files and reporting on them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from wordneg import __version__
from wordneg.cli.console import show
from wordneg.cli.errors import sentence
from wordneg.cli.files import FORMATS, is_standard_output, write_vectors
from wordneg.cli.methods import METHODS

if TYPE_CHECKING:
    from wordneg.estimator.base import Estimator
    from wordneg.estimator.passreport import PassReport
    from wordneg.text.vocabulary import Vocabulary

__all__ = ["Output", "Run", "amount_per_second", "report", "vocabulary_of", "write_outputs", "write_vocabulary"]


class Output(NamedTuple):
    """A file to write.

    Attributes
    ----------
    path : str
        Path of the file.
    format : str
        One of `wordneg.cli.files.FORMATS`.
    what : {"model", "ensemble", "contexts"}
        What to write: the model (in formats other than wordneg's own, its word vectors), the sums of word and context
        vectors, or the context vectors.
    """

    path: str
    format: str
    what: Literal["model", "ensemble", "contexts"]

    def write(self, model: Any) -> None:
        """Write the file from a trained model."""
        if self.what == "model" and self.format == "wordneg":
            model.save(self.path)
        else:
            vectors = model.wv if self.what == "model" else getattr(model, self.what)
            write_vectors(vectors, self.path, self.format)


@dataclass
class Run:
    """A training run.

    Attributes
    ----------
    model : Estimator
        The model being trained.
    first_epoch : int
        Number of epochs that the model had been trained for before.
    tokens, sentences : int
        Number of tokens and of sentences read.
    seconds : dict of str to float
        Wall-clock time of each part of the run in seconds.
    """

    model: Estimator[Any, Any]
    first_epoch: int = 0
    tokens: int = 0
    sentences: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def epochs(self) -> list[PassReport]:
        """Reports of the epochs of this run."""
        return self.model.history[self.first_epoch :]

    @property
    def reached(self) -> int:
        """Number, from 1, of the epoch in which training was interrupted."""
        return len(self.epochs) + self.epochs[-1].finished


def amount_per_second(epochs: Sequence[PassReport]) -> int:
    """Return the speed of training over some epochs, in the units that their reports count, per second."""
    seconds = sum(epoch.seconds for epoch in epochs)
    return round(sum(epoch.amount for epoch in epochs) / seconds) if seconds else 0


def vocabulary_of(model: Estimator[Any, Any]) -> Vocabulary:
    """Return the vocabulary of a model, its words with their counts."""
    from wordneg.text.vocabulary import Vocabulary

    counts = model.wv.counts
    assert counts is not None  # the vectors of a model have them
    return Vocabulary(model.wv.index_to_key, counts)


def write_vocabulary(model: Estimator[Any, Any], path: str) -> None:
    """Write the words and counts of a model as word2vec.c does."""
    from wordneg.files.formats import write_counts

    vocabulary = vocabulary_of(model)
    write_counts(path, dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)))


def write_outputs(model: Estimator[Any, Any], outputs: Sequence[Output]) -> tuple[Sequence[Output], Exception | None]:
    """Write the outputs of a trained model; if that fails, save the model to a temporary folder.

    Returns
    -------
    written : sequence of Output
        The files written; after a failure, only the file of the whole model.
    failure : Exception or None
        Why the outputs could not be written.

    Raises
    ------
    OSError
        If the model could not be saved anywhere. No folder is left behind.
    """
    try:
        for output in outputs:
            output.write(model)
    except Exception as error:  # a full disk, a word that the format cannot hold: whatever it is, nothing is lost
        folder = tempfile.mkdtemp(prefix="wordneg-")
        rescued = os.path.join(folder, "model.wordneg")
        try:
            model.save(rescued)
        except BaseException as second:
            os.rmdir(folder)  # which is empty
            if not isinstance(second, Exception):
                raise
            second_try = f"and saving the model to {rescued} failed as well: {sentence(second)}"
            raise OSError(f"{sentence(error)}; {second_try}") from error
        return [Output(rescued, "wordneg", "model")], error
    return outputs, None


def report(run: Run, outputs: Sequence[Output], vocabulary_path: str | None, *, as_json: bool) -> None:
    """Print what was written, as one line per file or as one JSON object.

    It goes to standard output, or to standard error if a file is written to standard output.
    """
    words, dimensions = len(run.model.wv), run.model.wv.vector_size
    lines = []
    for output in outputs:
        what = {"model": "words", "ensemble": "sums of word and context", "contexts": "contexts"}[output.what]
        lines.append(f"{output.path}: {words:,} {what} × {dimensions}, {FORMATS[output.format]}")
    if vocabulary_path is not None:
        lines.append(f"{vocabulary_path}: {words:,} words with counts")
    told = json.dumps(_facts(run, outputs, vocabulary_path)) if as_json else "\n".join(lines)
    paths = [output.path for output in outputs] + ([] if vocabulary_path is None else [vocabulary_path])
    show(told, taken=any(map(is_standard_output, paths)))


def _facts(run: Run, outputs: Sequence[Output], vocabulary_path: str | None) -> dict[str, Any]:
    model = run.model
    words, dimensions = len(model.wv), model.wv.vector_size
    contexts = [output.path for output in outputs if output.what == "contexts"]
    return {
        "method": next(one.name for one in METHODS.values() if one.class_name == type(model).__name__),
        "path": outputs[0].path,
        "format": outputs[0].format,
        "holds": outputs[0].what,
        "contexts_path": contexts[0] if contexts else None,
        "vocabulary_path": vocabulary_path,
        "words": words,
        "dimensions": dimensions,
        "tokens": run.tokens,
        "sentences": run.sentences,
        "epochs": len(run.epochs),
        "finished": not run.model.interrupted,
        "loss": [epoch.as_dict()["loss"] for epoch in run.epochs],
        "seconds": {name: round(seconds, 4) for name, seconds in run.seconds.items()},
        f"{run.epochs[0].unit}_per_second": amount_per_second(run.epochs),
        "settings": _settings(model),
        "version": __version__,
    }


def _settings(model: Estimator[Any, Any]) -> dict[str, Any]:
    from wordneg.objectives import OBJECTIVES
    from wordneg.samplers import SAMPLERS
    from wordneg.word2vec.model import Word2Vec

    settings = model.parameters.as_dict()
    if isinstance(model, Word2Vec):
        settings |= {"sampler": SAMPLERS.describe(model.sampler), "objective": OBJECTIVES.describe(model.objective)}
    return settings
