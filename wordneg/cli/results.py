"""What `wordneg train` leaves behind: files, and the report of them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wordneg import __version__
from wordneg.cli.errors import sentence
from wordneg.cli.files import FORMATS, write_vectors

if TYPE_CHECKING:
    from wordneg.trainer import EpochReport
    from wordneg.vocabulary import Vocabulary
    from wordneg.word2vec import Word2Vec

__all__ = ["Run", "report", "vocabulary_of", "words_per_second", "write_model", "write_vocabulary"]


@dataclass
class Run:
    """A training.

    Attributes
    ----------
    model : Word2Vec
        What is trained.
    first_epoch : int
        How many epochs the model had been through before.
    tokens, sentences : int
        How many were read.
    seconds : dict of str to float
        Wall-clock time of the parts.
    """

    model: Word2Vec
    first_epoch: int = 0
    tokens: int = 0
    sentences: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def epochs(self) -> list[EpochReport]:
        """The reports of this training's epochs."""
        return self.model.history[self.first_epoch :]

    @property
    def reached(self) -> int:
        """Number, from 1, of the epoch that training was in when it was interrupted."""
        return len(self.epochs) + self.epochs[-1].finished


def words_per_second(epochs: Sequence[EpochReport]) -> int:
    """Return the speed of training over some epochs."""
    seconds = sum(epoch.seconds for epoch in epochs)
    return round(sum(epoch.words for epoch in epochs) / seconds) if seconds else 0


def vocabulary_of(model: Word2Vec) -> Vocabulary:
    """Return the words of a model with their counts."""
    from wordneg.vocabulary import Vocabulary

    counts = model.wv.counts
    assert counts is not None  # the vectors of a model have them
    return Vocabulary(model.wv.index_to_key, counts)


def write_vocabulary(model: Word2Vec, path: str) -> None:
    """Write words and counts as word2vec.c does."""
    from wordneg.files.formats import write_counts

    vocabulary = vocabulary_of(model)
    write_counts(path, dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)))


def write_model(model: Word2Vec, path: str, file_format: str) -> tuple[str, Exception | None]:
    """Write what was trained; if that fails, write the model to a temporary folder.

    Returns
    -------
    path : str
        Where it was written.
    failure : Exception or None
        Why it was not written where it should have been.

    Raises
    ------
    OSError
        If it could not be written anywhere.
    """
    try:
        if file_format == "wordneg":
            model.save(path)
        else:
            write_vectors(model.wv, path, file_format)
    except Exception as error:  # a full disk, a word that the format cannot hold: whatever it is, nothing is lost
        rescued = os.path.join(tempfile.mkdtemp(prefix="wordneg-"), "model.wordneg")
        try:
            model.save(rescued)
        except OSError as second:
            second_try = f"and to save the model to {rescued} failed as well: {sentence(second)}"
            raise OSError(f"{sentence(error)}; {second_try}") from error
        return rescued, error
    return path, None


def report(run: Run, path: str, file_format: str, vocabulary_path: str | None, *, as_json: bool) -> None:
    """Print what was written: a line a file, or one JSON object."""
    words, dimensions = run.model.wv.vectors.shape
    if as_json:
        print(json.dumps(_facts(run, path, file_format, vocabulary_path)))
        return
    print(f"{path}: {words:,} words × {dimensions}, {FORMATS[file_format]}")
    if vocabulary_path is not None:
        print(f"{vocabulary_path}: {words:,} words with counts")


def _facts(run: Run, path: str, file_format: str, vocabulary_path: str | None) -> dict[str, Any]:
    from wordneg.objectives import OBJECTIVES
    from wordneg.samplers import SAMPLERS

    model = run.model
    choices = {"sampler": SAMPLERS.describe(model.sampler), "objective": OBJECTIVES.describe(model.objective)}
    words, dimensions = model.wv.vectors.shape
    return {
        "path": path,
        "format": file_format,
        "vocabulary_path": vocabulary_path,
        "words": words,
        "dimensions": dimensions,
        "tokens": run.tokens,
        "sentences": run.sentences,
        "epochs": len(run.epochs),
        "finished": not run.model.interrupted,
        "loss": [epoch.as_dict()["loss"] for epoch in run.epochs],
        "seconds": {name: round(seconds, 4) for name, seconds in run.seconds.items()},
        "words_per_second": words_per_second(run.epochs),
        "settings": model.parameters.as_dict() | choices,
        "version": __version__,
    }
