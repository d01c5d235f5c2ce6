"""`Configured`: a model's settings, as arguments of the constructor and as attributes."""

from __future__ import annotations

import inspect
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Generic, TypeVar

from wordneg.common.messages import missing_attribute, near_misses, refuse_idle_assignment
from wordneg.common.settings import SettingTypeError, declarations
from wordneg.estimator.checkpoint import checked_minutes
from wordneg.estimator.gensim_names import ELSEWHERE, OF_OTHERS
from wordneg.estimator.interruption import Turn
from wordneg.estimator.parameters import BaseParameters
from wordneg.estimator.passreport import PassReport
from wordneg.estimator.state import State

__all__ = ["Configured", "ParametersT", "ReportT"]

_PHRASES = ("phrases", "phrase_threshold", "phrase_scoring")
_DECIDED_BY_VOCABULARY = frozenset(
    ("vector_size", "min_count", "max_vocab_size", "max_final_vocab", "sorted_vocab", *_PHRASES)
)

ParametersT = TypeVar("ParametersT", bound=BaseParameters)
ReportT = TypeVar("ReportT", bound=PassReport)


class Configured(ABC, Generic[ParametersT, ReportT]):
    """The part of an `Estimator` that has settings, each of which is also an attribute.

    Parameters
    ----------
    sentences, corpus_file
        The corpus, which the model is trained on, or None.
    *positional
        Settings in the order of `_positional`.
    callbacks : sequence
        See `wordneg.estimator.callbacks.Callbacks`.
    tokenizer : callable or None
        Splits a string into tokens, where the corpus yields strings or is a file of raw prose.
    encoding, unicode_errors : str or None
        How text files are decoded; see `wordneg.corpora.open_corpus`.
    progress : bool or None
        Whether to show a bar; see `wordneg.common.progress.wanted`.
    checkpoint, checkpoint_every
        Where and how often `train` writes what it needs to go on; see `wordneg.Word2Vec`.
    **settings
        Settings by name. Each is also an attribute of the model; when it is set, later trainings follow it.
    """

    _parameters_type: ClassVar[type[BaseParameters]]
    _report_type: ClassVar[type[PassReport]]
    _positional: ClassVar[tuple[str, ...]]
    """The settings that may be given without their names, in gensim's order."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "_parameters_type" in vars(cls):
            signature = _constructor_signature(cls)
            if "__init__" in vars(cls):
                cls.__init__.__signature__ = signature  # type: ignore[attr-defined]
            cls.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: str | os.PathLike[str] | None = None,
        *positional: Any,
        callbacks: Sequence[Any] | None = (),
        tokenizer: Callable[[str], Sequence[str]] | None = None,
        encoding: str | None = None,
        unicode_errors: str | None = None,
        progress: bool | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: float = 10.0,
        **settings: Any,
    ) -> None:
        self.checkpoint = checkpoint
        self.checkpoint_every = checked_minutes(checkpoint_every)
        self._checkpoint_written: str | None = None
        self.callbacks = tuple(callbacks or ())
        self.tokenizer = tokenizer
        self._encoding, self._unicode_errors = encoding, unicode_errors
        self._progress = progress
        self.interrupted = False
        self._turn = Turn()
        parameters = self._parameters_type(**self._named(positional, settings))
        self._state = self._empty_state(parameters)
        self._begin(sentences, corpus_file)

    @abstractmethod
    def _begin(self, sentences: Any, corpus_file: str | os.PathLike[str] | None) -> None:
        """Train, if the constructor got a corpus."""

    @classmethod
    def _named(cls, positional: tuple[Any, ...], settings: dict[str, Any]) -> dict[str, Any]:
        """Return all settings that a constructor got, and other keywords, by name.

        Raises
        ------
        TypeError
            If there are too many, one is given twice, or is unknown.
        """
        if len(positional) > len(cls._positional):
            raise SettingTypeError(
                f"{cls.__name__} takes at most {2 + len(cls._positional)} arguments without a name, got "
                f"{2 + len(positional)}; name the others, as in {cls.__name__}(sentences, vector_size=100)"
            )
        given = dict(zip(cls._positional, positional, strict=False))
        if twice := sorted(given.keys() & settings.keys()):
            raise SettingTypeError(f"{cls.__name__} got {twice[0]!r} twice, by place and by name")
        for name in settings:
            if name not in declarations(cls._parameters_type) and name not in _keywords():
                known = list(inspect.signature(cls).parameters)
                elsewhere = (ELSEWHERE.get(name, ""), *OF_OTHERS.get(name, ()))
                meant = [one for one in elsewhere if one in known or "." in one]  # an attribute of its vectors
                hint = f"; use {meant[0]} instead" if meant else near_misses(name, known)
                raise SettingTypeError(f"{cls.__name__} has no setting {name!r}{hint}")
        return given | settings

    def _empty_state(self, parameters: Any) -> State:
        """Return the state of a model without a vocabulary."""
        return State(parameters)

    # --- attributes -------------------------------------------------------------------------------

    @property
    def parameters(self) -> ParametersT:
        """The settings; may be replaced as a whole."""
        parameters: ParametersT = self._state.parameters
        return parameters

    @parameters.setter
    def parameters(self, parameters: ParametersT) -> None:
        self._change(parameters)

    def __getattr__(self, name: str) -> Any:
        settings = self._settings()
        if name in settings:
            return settings[name]
        declared = getattr(type(self), name, None)
        if isinstance(declared, property) and declared.fget is not None:
            return declared.fget(self)  # it has raised an AttributeError: again, for its sentence
        raise missing_attribute(self, name, dir(self), ELSEWHERE)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._settings():
            self._change(self.parameters.with_one(name, value))
            return
        if name == "wv":
            self._take_vectors(value)
            return
        if name == "vectors":
            raise AttributeError("got vectors for a model; set model.wv.vectors, which training starts from")
        refuse_idle_assignment(self, name, dir(self), ELSEWHERE)
        super().__setattr__(name, value)

    def _take_vectors(self, vectors: Any) -> None:
        """Take the vectors of somebody else."""
        raise NotImplementedError

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._settings()})

    def _settings(self) -> dict[str, Any]:
        """Return the settings by name; none while the model is being made."""
        return self._state.parameters.as_dict() if "_state" in self.__dict__ else {}

    def _change(self, parameters: ParametersT) -> None:
        """Take other settings.

        Raises
        ------
        AttributeError
            If words, vectors or counts were made with others.
        """
        for name in sorted(self._fixed()):
            built_with, value = getattr(self.parameters, name), getattr(parameters, name)
            if value != built_with:
                raise AttributeError(
                    f"got {name}={value!r} for a model that was built with {built_with!r}; make a new model"
                )
        self._state = replace(self._state, parameters=parameters)

    def _fixed(self) -> frozenset[str]:
        """Return the settings that can no longer be changed, since words and vectors have been made with them."""
        return frozenset() if self._state.vocabulary is None else _DECIDED_BY_VOCABULARY


def _constructor_signature(cls: type[Configured[Any, Any]]) -> inspect.Signature:
    """Return a constructor's signature, with the declared settings in place of ``*positional`` and ``**settings``."""
    written = inspect.signature(cls.__init__).parameters
    first = [one for one in written.values() if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    own = {name: one for name, one in written.items() if one.kind is inspect.Parameter.KEYWORD_ONLY} | _keywords()
    annotations = inspect.get_annotations(cls._parameters_type)
    for base in cls._parameters_type.__mro__[1:]:
        annotations = inspect.get_annotations(base) | annotations
    declared = {
        name: inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD if name in cls._positional else inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=annotations[name],
        )
        for name, (default, _) in declarations(cls._parameters_type).items()
    }
    by_place = [declared.pop(name) for name in cls._positional]
    return inspect.Signature([*first, *by_place, *declared.values(), *own.values()])


def _keywords() -> dict[str, inspect.Parameter]:
    """Return the keywords that all constructors have beside the settings."""
    written = inspect.signature(Configured.__init__).parameters
    return {name: one for name, one in written.items() if one.kind is inspect.Parameter.KEYWORD_ONLY}
