"""Flags, described by a table from which argparse's parser is made.

argparse does the help, the types and what is required, but it is handed each flag in one spelling only, with
its value attached: `Parser.parse` first translates aliases (``-size 200``, ``-cbow 0``) into that, and answers a
flag that does not exist with those spelled alike.
"""

from __future__ import annotations

import argparse
import json
import shlex
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from wordneg.cli.errors import UsageError
from wordneg.cli.layout import fitted, usage_of
from wordneg.common.messages import near_misses
from wordneg.common.settings import Given, SettingError
from wordneg.common.terminal import line_width

__all__ = ["DEBUG", "JSON", "Alias", "Option", "Parser", "Refusal", "in_flags", "number", "setting", "whole"]

_SWITCHED = {"0": "1", "1": "0"}


@dataclass(frozen=True)
class Alias:
    """Another spelling of a flag.

    Attributes
    ----------
    flag : str
        The flag, with its dashes.
    values : mapping of str to str, optional
        Which value of the option each of its values means; by default they are the same.
    """

    flag: str
    values: Mapping[str, str] | None = None

    @classmethod
    def negated(cls, flag: str) -> Alias:
        """Return the spelling of a switch that is on when the switch is off."""
        return cls(flag, _SWITCHED)


@dataclass(frozen=True)
class Option:
    """A flag.

    Attributes
    ----------
    name : str
        The name as an attribute in Python; the flag is ``--`` and this, with dashes.
    help : str
        One sentence for ``--help``.
    kind : {"value", "values", "switch", "flag"}
        ``value`` takes one value. ``values`` takes all up to the next flag, and may be repeated, as may a
        ``value`` whose `repeatable` is set: the result is a list. ``switch`` has a ``--no-`` form, and takes
        0 or 1 if one follows. ``flag`` takes nothing.
    parse : callable
        Turns a value's text into the value; raises `argparse.ArgumentTypeError` if it cannot.
    metavar : str
        Stands for the value in the help.
    aliases : tuple of str or Alias
        Other spellings.
    default : object
        What it is when not given. By default there is no such attribute then.
    required, repeatable : bool
        Whether it must, and may repeatedly, be given.
    group : str
        Heading in the help.
    """

    name: str
    help: str
    kind: Literal["value", "values", "switch", "flag"] = "value"
    parse: Callable[[str], Any] = str
    metavar: str = ""
    aliases: tuple[str | Alias, ...] = ()
    default: Any = argparse.SUPPRESS
    required: bool = False
    repeatable: bool = False
    group: str = "options"

    @property
    def flag(self) -> str:
        """The flag in its one spelling that argparse gets."""
        return "--" + self.name.replace("_", "-")

    def spellings(self) -> list[Alias]:
        """Return all spellings, the first one included."""
        aliases = [alias if isinstance(alias, Alias) else Alias(alias) for alias in self.aliases]
        if self.kind == "switch":
            aliases.append(Alias.negated(f"--no-{self.flag[2:]}"))
        return [Alias(self.flag), *aliases]

    def settings(self) -> dict[str, Any]:
        """Return the keywords of `argparse.ArgumentParser.add_argument`."""
        plain = [alias for alias in self.aliases if isinstance(alias, str) and len(alias) > 2]
        text = (self.help + (f" (also {', '.join(plain)})" if plain else "")).replace("%", "%%")
        common = {"help": text, "default": self.default, "required": self.required}
        if self.kind == "switch":
            return {**common, "action": argparse.BooleanOptionalAction}
        if self.kind == "flag":
            return {"help": text, "default": False, "action": "store_true"}
        action = "append" if self.repeatable or self.kind == "values" else "store"
        metavar = self.metavar or self.name.upper()
        return {**common, "type": self.parse, "metavar": metavar, "action": action}


@dataclass(frozen=True)
class Refusal:
    """A flag of another program that has no counterpart.

    Attributes
    ----------
    name : str
        Without dashes.
    why : str
        What to say of it.
    harmless : tuple of str, optional
        Values that ask for nothing and are therefore accepted; None for all.
    """

    name: str
    why: str = ""
    harmless: tuple[str, ...] | None = ()


def _listed(value: Any) -> str:
    """Return one value, or several with commas, as a flag takes them."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def in_flags(error: SettingError, options: Sequence[Option]) -> str:
    """Return the sentence of an error with settings written as flags: ``window=0`` is ``--window 0``.

    Settings that have no flag are written as in Python.
    """
    known = {option.name: option for option in options}

    def spelled(given: Given) -> str:
        if given.of:
            pairs = known.get(f"{given.of}_option")
            return str(given) if pairs is None else f"{pairs.flag} {given.name}={given.value}"
        option = known.get(f"{given.name}_setting", known.get(given.name)) if given.value is not None else None
        if option is None:
            return f"--no-{given.name}" if given.name in known and given.value is None else str(given)
        if option.kind in ("switch", "flag"):
            return option.flag if given.value else f"--no-{option.flag[2:]}"
        value = given.value
        if isinstance(value, dict):
            return " ".join(f"{option.flag} {shlex.quote(f'{name}={_listed(one)}')}" for name, one in value.items())
        return f"{option.flag} {shlex.quote(_listed(value))}"

    return error.told(spelled)


JSON = Option("json", "print the results as JSON", kind="flag")
DEBUG = Option("debug", "show the traceback of an error", kind="flag")
PROGRESS = Option("progress", "show a bar; by default, if standard error is a terminal", "switch", default=None)
QUIET = Option("quiet", "print only errors and warnings", "flag", aliases=("-q",))


class _Formatter(argparse.HelpFormatter):
    """Formats help as wide as the terminal; see `fitted` for descriptions."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=line_width())

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return fitted(text, width)


class Parser(argparse.ArgumentParser):
    """A command's parser.

    Parameters
    ----------
    command, usage : str
        Its name, and what follows it in the first line of the help.
    description, epilog : str
        Text for the help; indented lines are kept, paragraphs wrapped.
    options : sequence of Option
        The flags.
    run : callable
        Executes the command, given the arguments; returns the exit code.
    positional_aliases : tuple of str
        Flags whose value is taken for a positional argument.
    refusals : sequence of Refusal
        Flags that are known but have no counterpart.
    elsewhere : mapping of str to str
        Flags that can be given under other circumstances, and what to say of each.
    """

    def __init__(
        self,
        command: str,
        usage: str,
        *,
        description: str,
        epilog: str = "",
        options: Sequence[Option],
        run: Callable[[argparse.Namespace], int],
        positional_aliases: tuple[str, ...] = (),
        refusals: Sequence[Refusal] = (),
        elsewhere: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(
            prog=f"wordneg {command}",
            usage=usage_of(f"wordneg {command} {usage}", line_width()),
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        self.set_defaults(run=run)
        self._refusals = {refusal.name: refusal for refusal in refusals}
        self._elsewhere = elsewhere or {}
        self._positional_aliases = positional_aliases
        self._known: dict[str, tuple[Option, Alias]] = {}
        groups: dict[str, Any] = {"options": self}
        for option in options:
            if option.group not in groups:
                groups[option.group] = self.add_argument_group(option.group)
            short = [alias for alias in option.aliases if isinstance(alias, str) and len(alias) == 2]
            groups[option.group].add_argument(*short, option.flag, dest=option.name, **option.settings())
            self._known |= {alias.flag: (option, alias) for alias in option.spellings()}

    def suited(self, argv: Sequence[str]) -> Parser:
        """Return the parser for these arguments: another, if one of them decides on it."""
        return self

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the arguments.

        Raises
        ------
        UsageError
            If they cannot be understood.
        SystemExit
            If help was asked for, and printed.
        """
        args, extra = self.parse_known_args(self._translated(argv))
        if extra := [argument for argument in extra if argument != "--"]:
            self.error(f"unexpected: {' '.join(extra)}")
        return args

    def error(self, message: str) -> NoReturn:
        """Raise what argparse has to complain of."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def _translated(self, argv: Sequence[str]) -> list[str]:
        """Return the arguments as argparse gets them: ``--flag=value`` first, positional ones last."""
        flags: list[str] = []
        positionals: list[str] = []
        rest = deque(argv)
        while rest:
            token = rest.popleft()
            if token == "--":
                positionals += rest
                break
            if token == "-" or not token.startswith("-"):
                positionals.append(token)
                continue
            flag, equals, value = token.partition("=")
            attached = bool(equals)
            if attached:
                rest.appendleft(value)
            if flag in ("-h", "--help"):
                return ["--help"]
            if flag in self._positional_aliases:
                positionals.append(self._value(flag, rest, attached))
            elif flag in self._known:
                flags += self._spelled(flag, rest, attached)
            elif flag in self._elsewhere:
                self.error(self._elsewhere[flag])
            elif flag.lstrip("-") in self._refusals:
                self._refuse(flag, self._value(flag, rest, attached))
            else:
                self.error(f"there is no flag {flag}{self._near_misses(flag) or self._after_dashes(token)}")
        return [*flags, "--", *positionals] if positionals else flags

    def _spelled(self, flag: str, rest: deque[str], attached: bool) -> list[str]:
        """Take a flag's values from `rest`, and return both in the one spelling."""
        option, alias = self._known[flag]
        if option.kind == "flag":
            if attached:
                self.error(f"{flag} takes no value, got {rest[0]!r}")
            return [option.flag]
        if option.kind == "switch":
            value = rest.popleft() if rest and (attached or rest[0] in _SWITCHED) else "1"
            if value not in _SWITCHED:
                self.error(f"got {flag} {value!r}, expected 0 or 1")
            value = (alias.values or {}).get(value, value)
            return [option.flag if value == "1" else f"--no-{option.flag[2:]}"]
        values = [self._value(flag, rest, attached)]
        while option.kind == "values" and rest and not rest[0].startswith("-"):
            values.append(rest.popleft())
        if alias.values is not None:
            if values[0] not in alias.values:
                self.error(f"got {flag} {values[0]!r}, expected {' or '.join(alias.values)}")
            values = [alias.values[values[0]]]
        return [f"{option.flag}={value}" for value in values]

    def _value(self, flag: str, rest: deque[str], attached: bool) -> str:
        """Take a value; one that begins with a dash (a negative number) too, unless it is a flag."""
        is_flag = rest and not attached and (rest[0] in self._known or rest[0].startswith("--"))
        if not rest or is_flag:
            self.error(f"{flag} needs a value{f', got the flag {rest[0]}' if rest else ''}")
        return rest.popleft()

    def _refuse(self, flag: str, value: str) -> None:
        refusal = self._refusals[flag.lstrip("-")]
        if refusal.harmless is not None and value not in refusal.harmless:
            self.error(f"got {flag} {value}, which wordneg does not have: {refusal.why}")

    def _near_misses(self, flag: str) -> str:
        """Name the flags spelled like this one, first of all the one that differs in its dashes only."""
        name = flag.lstrip("-").replace("_", "-")
        for known in self._known:
            if known.lstrip("-") == name:
                return f"; did you mean {known!r}?"
        candidates = [known for known in self._known if len(known) > 2 and f"-{known}" not in self._known]
        return near_misses(f"--{name}", candidates)

    def _after_dashes(self, token: str) -> str:
        """Return how to give what begins with a dash and is no flag, if the command takes anything but flags."""
        last = next((action.metavar for action in reversed(self._actions) if not action.option_strings), None)
        return "" if last is None else f"; a {last} that begins with a dash is written after --, as in: -- {token}"


def whole(text: str) -> int:
    """Return a whole number."""
    try:
        return int(text)
    except ValueError:
        with suppress(ValueError):
            if (value := float(text)).is_integer():  # 4e9
                return int(value)
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a whole number") from None


def number(text: str) -> float:
    """Return a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a number such as 0.025 or 1e-4") from None


def setting(text: str) -> tuple[str, Any]:
    """Return key and value of ``KEY=VALUE``; a value that is not JSON (0.5, true, null) is a string."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected KEY=VALUE such as exponent=0.5")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value
