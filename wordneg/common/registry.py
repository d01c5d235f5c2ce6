"""Choosing samplers and objectives: by name, by name and settings, by class, or by instance."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from wordneg.common.messages import near_misses
from wordneg.common.settings import InPython, SettingError, SettingTypeError

__all__ = ["Registry"]


class Registry:
    """The names under which one kind of thing is known.

    Parameters
    ----------
    kind : str
        What they are, for error messages: ``"sampler"``.
    classes : mapping of str to class
        The classes that come with wordneg, by name.
    required : tuple of str
        Attributes that every class must have.
    contract : class, optional
        The protocol that they follow. What it defines is the default of all other attributes: a class that does not
        inherit from the protocol is given what it lacks when it is first used.

    Notes
    -----
    Other packages add names by an entry point in the group ``wordneg.<kind>s`` that refers to a class.
    """

    def __init__(
        self, kind: str, classes: Mapping[str, type], required: tuple[str, ...], contract: type = object
    ) -> None:
        self._kind = kind
        self._classes = dict(classes)
        self._required = required
        self._defaults = {
            name: value for name, value in vars(contract).items() if not name.startswith("_") and name not in required
        }

    def names(self) -> list[str]:
        """Return all names, wordneg's own first."""
        return [*self._classes, *(point.name for point in self._added() if point.name not in self._classes)]

    def _added(self) -> Any:
        return entry_points(group=f"wordneg.{self._kind}s")

    def get(self, name: str) -> type:
        """Return the class of a name.

        Raises
        ------
        ValueError
            If there is none.
        """
        if name in self._classes:
            return self._classes[name]
        for point in self._added():
            if point.name == name:
                return point.load()
        names = self.names()
        raise SettingError(
            f"there is no {self._kind} named {name!r}{near_misses(name, names)}; "
            f"the names are {', '.join(map(repr, names))}",
            InPython(", or give your own class or instance"),
        )

    def resolve(self, choice: Any) -> Any:
        """Return the instance that a choice stands for.

        Parameters
        ----------
        choice : str, mapping, class or instance
            A name; ``{"name": name, setting: value, …}``; a class, for its defaults; an instance.

        Raises
        ------
        TypeError
            If a setting is unknown, or the choice is of no such kind.
        ValueError
            If the name is unknown.
        """
        if isinstance(choice, str):
            return self._make(self.get(choice), choice, {})
        if isinstance(choice, Mapping):
            settings = dict(choice)
            name = settings.pop("name", None)
            if not isinstance(name, str):
                raise SettingError(f'got {dict(choice)!r}, expected {{"name": …, setting: value, …}}')
            return self._make(self.get(name), name, settings)
        instance = self._make(choice, choice.__name__, {}) if isinstance(choice, type) else choice
        if missing := self.missing(instance):
            raise SettingTypeError(
                f"got {choice!r} as {self._kind}, which has no {' and no '.join(map(repr, missing))}; expected a "
                f"name such as {next(iter(self._classes))!r}, a dict with a name, or a {self._kind} of your own"
            )
        self.complete(instance)
        return instance

    def missing(self, instance: Any) -> list[str]:
        """Return the required attributes that an instance lacks."""
        return [member for member in self._required if not hasattr(instance, member)]

    def complete(self, instance: Any) -> None:
        """Give the class of an instance those defaults of the contract that it lacks."""
        for member, default in self._defaults.items():
            if not hasattr(instance, member):
                setattr(type(instance), member, default)

    def _make(self, cls: type, name: str, settings: dict[str, Any]) -> Any:
        known = (
            [field.name for field in dataclasses.fields(cls) if field.init] if dataclasses.is_dataclass(cls) else None
        )
        for setting in settings:
            if known is not None and setting not in known:
                has = f"its settings are {', '.join(map(repr, known))}" if known else "it has no settings"
                raise SettingTypeError(
                    f"{self._kind} {name!r} has no setting {setting!r}{near_misses(setting, known)}; {has}"
                )
        try:
            return cls(**settings)
        except SettingError as error:
            raise error.about(self._kind) from None

    def describe(self, instance: Any) -> dict[str, Any]:
        """Return name and settings of an instance, as JSON can hold them."""
        return {"name": instance.name, **{one.name: getattr(instance, one.name) for one in _settings(instance)}}

    def label(self, instance: Any) -> str:
        """Return the name of an instance with the settings that are not their defaults: ``dns (candidates 16)``."""
        changed = [
            f"{one.name} {value:g}" if isinstance(value, float) else f"{one.name} {value}"
            for one in _settings(instance)
            if (value := getattr(instance, one.name)) != one.default
        ]
        return f"{instance.name} ({', '.join(changed)})" if changed else str(instance.name)


def _settings(instance: Any) -> list[dataclasses.Field[Any]]:
    """Return the fields that a constructor takes; none if the instance is no dataclass."""
    return [one for one in dataclasses.fields(instance) if one.init] if dataclasses.is_dataclass(instance) else []
