"""`Estimator`: what all models share."""

from __future__ import annotations

import inspect
import json
import os
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordneg.compiled.weights import Weights
from wordneg.estimator.checkpoint import Pending, checked_minutes
from wordneg.estimator.configured import ParametersT, ReportT
from wordneg.estimator.state import CorpusFacts, State
from wordneg.estimator.training import Training
from wordneg.files.storage import read_archive, write_archive
from wordneg.files.vectors import attribute_arrays, attributes_in
from wordneg.text.vocabulary import Vocabulary

__all__ = ["Estimator"]


class Estimator(Training[ParametersT, ReportT]):
    """The base of models that make word vectors from a corpus.

    It is built up in four files, each of which adds to the one before: settings (`configured`), words and matrices
    (`building`), training (`training`), and the model's own files here.

    A subclass names its types and has `_fresh` and `train`. Its constructor, if it has one, passes on the corpus
    and settings by name; its signature, defaults and all, is made from the declared settings. It may have
    `_compile_ahead`, `_extended` and `_fixed`, and `_own_metadata`, `_own_arrays` and `_restore_own` for what it saves
    beyond parameters, matrices, vocabulary and history.
    """

    _kind: ClassVar[str]
    """The kind of its files: one of `wordneg.files.storage.MODEL_KINDS`."""

    def get_latest_training_loss(self) -> float:
        """Return the mean loss of the last epoch (not a sum over epochs, as in gensim)."""
        if not self.history:
            raise RuntimeError("the model has not been trained yet; call train")
        return self.history[-1].loss

    # --- files ------------------------------------------------------------------------------------

    def _own_metadata(self) -> dict[str, Any]:
        """Return what else to save, as JSON can hold it."""
        return {}

    def _own_arrays(self) -> dict[str, NDArray[Any]]:
        """Return which other arrays to save, by name."""
        return {}

    def _restore_own(self, state: State, metadata: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> State:
        """Return a state with what else was saved; raise KeyError or TypeError if it does not fit."""
        return state

    def save(
        self,
        path: str | os.PathLike[str],
        separately: Any = None,
        sep_limit: int | None = None,
        ignore: Iterable[str] = (),
        pickle_protocol: int | None = None,
    ) -> None:
        """Write the model to one file: arrays and JSON, no pickle, atomically.

        Attributes that you gave the model are saved with it as far as JSON can hold them: text, numbers, and lists
        and dicts of these. The parameters after `path` have no effect; they are taken so that calls written for gensim
        run.

        Warns
        -----
        UserWarning
            If an attribute that you gave the model cannot be saved.

        Raises
        ------
        RuntimeError
            If the model has no vocabulary yet.
        OSError
            If the file cannot be written; an old one stays as it was.
        """
        self._write(path, {}, {})

    def _write(self, path: str | os.PathLike[str], more: dict[str, Any], more_arrays: dict[str, NDArray[Any]]) -> None:
        """Write the model, and more."""
        built = self._checked("save")
        self.parameters.check_together()  # or the file could not be loaded
        metadata = more | {
            "parameters": self.parameters.as_dict(),
            **self._own_metadata(),
            "history": [report.as_dict() for report in self.history],
            "corpus": self._state.corpus._asdict(),
            "attributes": self._given_attributes(),
        }
        arrays: dict[str, NDArray[Any]] = {
            "inputs": _as_float32(built.inputs.values),
            "outputs": _as_float32(built.outputs.values),
            "counts": built.vocabulary.counts,
            **attribute_arrays(built.vectors._more_attributes()),
            **self._own_arrays(),
            **more_arrays,
        }
        write_archive(path, self._kind, metadata, arrays, words=built.vocabulary.words)

    def _given_attributes(self) -> dict[str, Any]:
        """Return the attributes that the user gave the model, as far as JSON gives them back as they are."""
        given = {name: value for name, value in vars(self).items() if not self._is_its_own(name)}
        if lost := sorted(name for name, value in given.items() if not _is_plain(value)):
            warnings.warn(
                f"{', '.join(lost)} of the model cannot be saved with it, since JSON cannot hold the value; keep it in "
                "a file of its own, or make it text, numbers, lists or dicts",
                stacklevel=4,
            )
        return {name: value for name, value in given.items() if name not in lost}

    @classmethod
    def _is_its_own(cls, name: str) -> bool:
        """Return whether every model has an attribute of that name."""
        return name.startswith("_") or name in ("interrupted", *inspect.signature(cls).parameters) or hasattr(cls, name)

    @classmethod
    def load(cls, path: str | os.PathLike[str], mmap: str | None = None, *, progress: bool | None = None) -> Self:
        """Return a model that was saved; it can be asked, and trained on with a corpus.

        Parameters
        ----------
        path : path
            The file.
        mmap : str, optional
            Without effect; taken so that calls written for gensim run.
        progress : bool, optional
            Whether to show a bar when training goes on.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a model of this kind, damaged or cut short.
        """
        return cls._load(path, lambda metadata: {"progress": progress})

    @classmethod
    def _load(cls, path: str | os.PathLike[str], arguments: Callable[[dict[str, Any]], dict[str, Any]]) -> Self:
        """Return a saved model, made with the saved parameters and what `arguments` makes of the metadata."""
        archive = read_archive(path, cls._kind)
        metadata = archive.metadata
        try:
            model = cls(**arguments(metadata), **metadata["parameters"])
            model._state = model._restored(archive.words, archive.arrays, metadata)
            if model._state.pending is not None:
                model.checkpoint, model._checkpoint_written = path, os.path.realpath(path)
                model.checkpoint_every = checked_minutes(metadata["training"]["minutes"])
            for name, value in metadata.get("attributes", {}).items():
                if cls._is_its_own(name):
                    raise TypeError(f"it gives the model an attribute {name!r}, which every {cls.__name__} has already")
                setattr(model, name, value)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{os.fspath(path)!r} is no model that this version can read: {error}") from error
        return model

    def _restored(self, words: Any, arrays: dict[str, NDArray[Any]], metadata: dict[str, Any]) -> State:
        """Return the state that a file holds."""
        vocabulary = Vocabulary(list(words), arrays["counts"])
        shape = (len(vocabulary), self.parameters.vector_size)
        for name in Weights._fields:
            if arrays[name].shape != shape:
                raise TypeError(f"{name} are of shape {arrays[name].shape}, expected {shape}")
        weights = Weights(*(_as_float32(arrays[name]) for name in Weights._fields))
        words_and_vectors = self._made_of(vocabulary, weights)
        words_and_vectors["vectors"]._set_attributes(attributes_in(arrays))
        state = replace(
            self._state,
            **words_and_vectors,
            corpus=CorpusFacts(**metadata["corpus"]),
            history=[self._report_type.from_dict(report) for report in metadata["history"]],
            pending=Pending.of(metadata, arrays),
        )
        return self._restore_own(state, metadata, arrays)


def _is_plain(value: Any) -> bool:
    """Return whether JSON gives a value back as it is."""
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError, RecursionError):
        return False


def _as_float32(values: NDArray[Any]) -> NDArray[np.float32]:
    return values.astype(np.float32, copy=False)
