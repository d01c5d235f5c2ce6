"""Completion in bash, zsh and fish: commands, flags, and the names that a flag or an argument may be.

The shell's side is argcomplete's ``register-python-argcomplete``. It runs ``wordneg`` again for each press of the key,
with the line so far in the environment, so that samplers of other packages and the settings of the sampler in the line
are completed, too.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from operator import attrgetter
from typing import Any

from wordneg.cli.describing import defaults
from wordneg.cli.errors import UsageError
from wordneg.cli.options import Parser

__all__ = ["asked", "complete"]

_Names = Callable[[str, argparse.Namespace], Iterable[str]]


def asked() -> bool:
    """Return whether a shell asks for completions."""
    return "_ARGCOMPLETE" in os.environ


def complete(commands: Mapping[str, str], parser: Callable[[str], Parser]) -> None:
    """Write the completions of the line in the environment to where the shell expects them, and end the process.

    Parameters
    ----------
    commands : mapping of str to str
        The commands, each with a sentence.
    parser : callable
        Returns the parser of a command.

    Raises
    ------
    ImportError
        If argcomplete is missing.
    """
    try:
        import argcomplete
    except ImportError:
        raise ImportError('completion needs argcomplete: pip install "wordneg[completion]"') from None
    words = os.environ.get("COMP_LINE", "").split()[1:]

    def made(*, prog: str, **_: Any) -> argparse.ArgumentParser:
        """Return the parser of a command; for those that the line does not name, an empty one will do."""
        name = prog.rpartition(" ")[2]
        if words[:1] != [name]:
            return argparse.ArgumentParser(prog=prog)
        whole = parser(name)
        with suppress(UsageError):  # the word that decides is not complete
            whole = whole.suited(words[1:])
        return _prepared(whole)

    line = argparse.ArgumentParser(prog="wordneg")
    line.add_argument("--version", action="store_true", help="print the version")
    subparsers = line.add_subparsers(parser_class=made)  # type: ignore[call-overload] # a function does
    for name, summary in commands.items():
        subparsers.add_parser(name, help=summary)
    argcomplete.autocomplete(line, always_complete_options=False)


def _prepared(parser: Parser) -> Parser:
    """Give the arguments of a parser the names that they may be; files are proposed for those that have none."""
    command = parser.prog.split()[1]
    for action in parser._actions:
        names = _NAMES.get(f"{command} {action.dest}", _NAMES.get(action.dest))
        if names is not None:
            action.completer = _completer(names)  # type: ignore[attr-defined]
    return parser


def _completer(names: _Names) -> Callable[..., list[str]]:
    """Return a function as argcomplete calls it; where names stand between commas, the last is completed."""

    def completions(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        before = prefix[: prefix.rfind(",") + 1]
        return [before + name for name in names(prefix.removeprefix(before), parsed_args)]

    return completions


def _within(place: str) -> _Names:
    """Return names that stand in a module, a mapping or a function's result; it is imported when they are asked for."""
    module, _, attributes = place.partition(":")

    def names(prefix: str, args: argparse.Namespace) -> Iterable[str]:
        found: Any = attrgetter(attributes)(import_module(f"wordneg.{module}"))
        return found() if callable(found) else found

    return names


def _settings(kind: str, registry: str, default: str) -> _Names:
    """Return the settings of the sampler or objective that the line names, as they begin: ``softness=``."""

    def names(prefix: str, args: argparse.Namespace) -> Iterable[str]:
        module, _, attribute = registry.partition(":")
        cls = getattr(import_module(f"wordneg.{module}"), attribute).get(getattr(args, kind, default))
        return [f"{name}=" for name in defaults(cls)]

    return names


def _or_files(names: _Names) -> _Names:
    """Return names, and files."""

    def both(prefix: str, args: argparse.Namespace) -> Iterable[str]:
        from argcomplete.completers import FilesCompleter

        return [*names(prefix, args), *FilesCompleter()(prefix)]

    return both


_SAMPLERS, _OBJECTIVES = _within("samplers:SAMPLERS.names"), _within("objectives:OBJECTIVES.names")
_NAMES: dict[str, _Names] = {
    "sampler": _SAMPLERS,
    "samplers": _SAMPLERS,
    "samplers names": _SAMPLERS,
    "sampler_option": _settings("sampler", "samplers:SAMPLERS", "unigram"),
    "objective": _OBJECTIVES,
    "objectives": _OBJECTIVES,
    "objectives names": _OBJECTIVES,
    "objective_option": _settings("objective", "objectives:OBJECTIVES", "logistic"),
    "corpus": _or_files(_within("corpora:names")),
    "benchmarks": _or_files(_within("evaluation:BENCHMARKS")),
    "preset": _within("word2vec.presets:PRESETS"),
    "train method": _within("cli.methods:METHODS"),
    "map method": _within("vectors.wordmap.methods:METHODS"),
    "format": _within("cli.files:FORMATS"),
    "convert format": _within("cli.converting:OUTPUTS"),
    "reproduce name": _within("comparison.papers:PAPERS"),
}
"""What an argument may be, by its name, or by the name of the command and its own."""
