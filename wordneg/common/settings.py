"""Settings, declared once: a field of a frozen dataclass with its default, its check and its words for the help.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True, kw_only=True)
... class Oven(Settings):
...     degrees: int = setting(180, Whole(50, 250), "temperature in degrees Celsius")
...     fan: bool = setting(True, Switch(), "let the air circulate")
>>> Oven(degrees=200.0, fan=0).as_dict()
{'degrees': 200, 'fan': False}
>>> Oven(degrees=1000)
Traceback (most recent call last):
wordneg.common.settings.SettingError: got degrees=1000, expected a whole number from 50 to 250

An error carries the settings that it is about, so that the command line can write them as its flags.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias

__all__ = [
    "Check",
    "Declaration",
    "Given",
    "InPython",
    "OneOf",
    "Optional",
    "Real",
    "SettingError",
    "SettingTypeError",
    "Settings",
    "Switch",
    "Whole",
    "declarations",
    "one_of",
    "real_number",
    "setting",
    "switch",
    "whole_number",
]

_KEY = "wordneg"
Kind: TypeAlias = Literal["whole", "real", "switch", "name"]
"""What a value is: decides how the command line reads it."""


class Given(NamedTuple):
    """A setting with a value, as an error speaks of it: ``window=0``.

    Attributes
    ----------
    name : str
        Its name.
    value : object
        What was given, or what to give.
    of : str
        Whose setting it is: "sampler", "objective" or a method such as "wordrank"; nothing if it is an argument itself.
    """

    name: str
    value: Any
    of: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.value!r}"


class InPython(str):
    """Part of an error that is of use in Python only; the command line leaves it out."""


class SettingError(ValueError):
    """A setting that is unknown, out of range, or does not go with another.

    Parameters
    ----------
    *parts : str or Given
        The sentence, in which settings stand as `Given`.

    Attributes
    ----------
    setting : str
        The name of the first setting in the sentence; empty if it names none that there is.
    """

    def __init__(self, *parts: str | Given) -> None:
        super().__init__(*parts)

    @property
    def setting(self) -> str:
        """The name of the first setting in the sentence."""
        return next((part.name for part in self.args if isinstance(part, Given)), "")

    def told(self, spell: Callable[[Given], str] = str) -> str:
        """Return the sentence with settings spelled in some way, by default as in Python."""
        parts = self.args if spell is str else [part for part in self.args if not isinstance(part, InPython)]
        return "".join(spell(part) if isinstance(part, Given) else str(part) for part in parts)

    def about(self, of: str, prefix: str = "") -> SettingError:
        """Return the same error, of the settings of something: a sampler, say."""
        parts = (part._replace(of=of) if isinstance(part, Given) else part for part in self.args)
        return type(self)(*([prefix] if prefix else []), *parts)

    def renamed(self, name: str, to: str) -> SettingError:
        """Return the same error, of a setting that stands for the one named."""
        parts = (
            part._replace(name=to) if isinstance(part, Given) and part.name == name else part for part in self.args
        )
        return type(self)(*parts)

    def __str__(self) -> str:
        return self.told()


class SettingTypeError(SettingError, TypeError):
    """A setting of the wrong type, or an unknown one."""


class Check(Protocol):
    """Turns a value into the setting that it stands for, or refuses it in a sentence."""

    @property
    def kind(self) -> Kind:
        """What the value is: decides how the command line reads it."""

    @property
    def expected(self) -> str:
        """What a value has to be, in words, as errors and lists of settings say it."""

    def __call__(self, name: str, value: Any) -> Any:
        """Return the setting; raise TypeError or ValueError if the value is none."""


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`, if there is a most; `hint` is added to the sentence of an error."""

    least: int
    most: int | None = None
    hint: str = ""
    kind: ClassVar[Kind] = "whole"

    def __call__(self, name: str, value: Any) -> int:
        """Return the value as int."""
        return whole_number(name, value, self.least, self.most, self.hint)

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        return _whole_numbers(self.least, self.most)


@dataclass(frozen=True)
class Real:
    """A finite number from `least` to `most`, strictly `above` and `below` others, where these are given.

    An error names the `example` and ends with the `hint`.
    """

    least: float | None = 0.0
    most: float | None = None
    above: float | None = None
    below: float | None = None
    example: float | None = None
    hint: str = ""
    kind: ClassVar[Kind] = "real"

    def __call__(self, name: str, value: Any) -> float:
        """Return the value as float."""
        if self == Real():
            return real_number(name, value)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise SettingTypeError("got ", Given(name, value), f", expected {self.expected}")
        number = float(value)
        low = (self.least is not None and number < self.least) or (self.above is not None and number <= self.above)
        high = (self.most is not None and number > self.most) or (self.below is not None and number >= self.below)
        if not math.isfinite(number) or low or high:
            raise SettingError("got ", Given(name, value), f", expected {self.expected}")
        return number

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        if self.above is not None:
            kind = f"a number above {self.above:g}"
        elif self.most is not None or self.below is not None:
            end = f"{self.most:g}" if self.below is None else f"less than {self.below:g}"
            kind = f"a share from {self.least:g} to {end}"
        else:
            kind = "a finite number" if self.least is None else f"a finite number of at least {self.least:g}"
        return kind + ("" if self.example is None else f" such as {self.example:g}") + self.hint


@dataclass(frozen=True)
class Switch:
    """On or off: True or False, 1 or 0; kept as 1 or 0 if `number`, as gensim's are."""

    number: bool = False
    kind: ClassVar[Kind] = "switch"

    def __call__(self, name: str, value: Any) -> bool | int:
        """Return the value as bool, or as int."""
        return int(switch(name, value)) if self.number else switch(name, value)

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        return "True or False (or 1 or 0)"


@dataclass(frozen=True)
class OneOf:
    """One of a few names."""

    choices: tuple[str, ...]
    kind: ClassVar[Kind] = "name"

    def __call__(self, name: str, value: Any) -> str:
        """Return the name."""
        return one_of(name, value, self.choices)

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        return _names(self.choices)


@dataclass(frozen=True)
class Optional:
    """None, or what another check lets through."""

    check: Check

    @property
    def kind(self) -> Kind:
        """What the value is if it is not None."""
        return self.check.kind

    def __call__(self, name: str, value: Any) -> Any:
        """Return None, or what the check returns."""
        return None if value is None else self.check(name, value)

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        return f"None or {self.check.expected}"


@dataclass(frozen=True)
class Declaration:
    """What is declared about a setting beside its name and default.

    Attributes
    ----------
    check : Check
        What values are let through.
    help : str
        What it is, in a few words for ``--help``.
    group : str
        The heading under which ``--help`` lists it.
    flags : tuple of str
        Other spellings of its flag.
    opposites : tuple of str
        Flags that switch it off when they are on.
    """

    check: Check
    help: str = ""
    group: str = ""
    flags: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()


def setting(
    default: Any,
    check: Check,
    help: str = "",
    *,
    group: str = "",
    flags: tuple[str, ...] = (),
    opposites: tuple[str, ...] = (),
) -> Any:
    """Return a dataclass field of a `Settings`; see `Declaration` for the arguments."""
    return field(default=default, metadata={_KEY: Declaration(check, help, group, flags, opposites)})


def declarations(settings: type) -> dict[str, tuple[Any, Declaration]]:
    """Return default and declaration of each declared setting of a dataclass, by name."""
    found: tuple[Field[Any], ...] = fields(settings)
    return {
        one.name: (None if one.default is MISSING else one.default, one.metadata[_KEY])
        for one in found
        if _KEY in one.metadata
    }


class Settings:
    """The base of frozen dataclasses whose fields are made by `setting`.

    Values are checked when an instance is made, and kept as the checks return them. What concerns several settings
    at once is checked in a ``__post_init__`` that begins with this one.
    """

    def __post_init__(self) -> None:
        for name, (_, declared) in declarations(type(self)).items():
            object.__setattr__(self, name, declared.check(name, getattr(self, name)))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings by name, as JSON can hold them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]


def _whole_numbers(least: int, most: int | None) -> str:
    return f"a whole number of at least {least}" if most is None else f"a whole number from {least} to {most}"


def whole_number(name: str, value: Any, least: int, most: int | None, hint: str = "") -> int:
    """Return a value as int, or raise with a sentence that names it."""
    expected = _whole_numbers(least, most)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise SettingTypeError("got ", Given(name, value), f", expected {expected}{hint}")
    if isinstance(value, numbers.Integral) or float(value).is_integer():
        number = int(value)  # type: ignore[call-overload]
        if number >= least and (most is None or number <= most):
            return number
    raise SettingError("got ", Given(name, value), f", expected {expected}{hint}")


def real_number(name: str, value: Any) -> float:
    """Return a value as a finite float of at least 0, or raise with a sentence that names it."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise SettingTypeError("got ", Given(name, value), ", expected a number of at least 0")
    if not math.isfinite(value) or value < 0:
        raise SettingError("got ", Given(name, value), ", expected a finite number of at least 0")
    return float(value)


def switch(name: str, value: Any) -> bool:
    """Return a value as bool, or raise with a sentence that names it."""
    if value in (0, 1):
        return bool(value)
    raise SettingError("got ", Given(name, value), f", expected {Switch().expected}")


def one_of(name: str, value: Any, choices: Sequence[str]) -> str:
    """Return a value that is one of a few names, or raise with a sentence that lists them."""
    if value in choices:
        return str(value)
    raise SettingError("got ", Given(name, value), f", expected {_names(choices)}")


def _names(choices: Sequence[str]) -> str:
    return " or ".join(map(repr, choices))
