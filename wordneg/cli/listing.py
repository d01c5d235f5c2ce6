"""``wordneg corpora``, ``samplers`` and ``objectives``, which list what there is to choose from."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import inspect
import json
import re
import sys
import textwrap
from types import ModuleType
from typing import Any

from wordneg.cli.errors import UsageError
from wordneg.cli.options import DEBUG, JSON, Parser
from wordneg.cli.reporting import REPORT_OPTIONS, print_report

__all__ = ["corpora_parser", "objectives_parser", "samplers_parser"]

_COLUMNS = ("name", "rule", "source", "cost")  # names in JSON for the columns of the packages' tables

_SAMPLERS = """\
List the negative samplers, for `wordneg train --sampler NAME --sampler-option KEY=VALUE`, or describe the named ones.

With --report, show what samplers do on one model: where their negatives come from, how they score, what they cost."""

_SAMPLERS_EPILOG = """\
examples:
  wordneg samplers
  wordneg samplers dns
  wordneg samplers --report
  wordneg samplers unigram dns model --report --corpus text8 --sg --plot samplers.png
"""


def corpora_parser() -> Parser:
    """Return the parser of ``wordneg corpora``."""
    description = "List the corpora that `wordneg train` knows by name, with size, license and description."
    return Parser("corpora", "[--json]", description=description, options=[JSON, DEBUG], run=_list_corpora)


def samplers_parser() -> Parser:
    """Return the parser of ``wordneg samplers``."""
    made = Parser(
        "samplers",
        "[NAME ...] [--json] [--report [options]]",
        description=_SAMPLERS,
        epilog=_SAMPLERS_EPILOG,
        options=[JSON, DEBUG, *REPORT_OPTIONS],
        run=_samplers,
    )
    made.add_argument("names", metavar="NAME", nargs="*", help="a sampler; by default all samplers")
    return made


def objectives_parser() -> Parser:
    """Return the parser of ``wordneg objectives``."""
    description = "List the objectives, for `wordneg train --objective NAME --objective-option KEY=VALUE`."
    return Parser("objectives", "[--json]", description=description, options=[JSON, DEBUG], run=_list_objectives)


def _list_corpora(args: argparse.Namespace) -> int:
    from wordneg import corpora

    entries = [corpora.info(name) for name in corpora.names()]
    facts: list[dict[str, Any]] = [
        {
            "name": entry.name,
            "size": entry.size,
            "network": not all(isinstance(file, corpora.BundledFile) for file in entry.files),
            "license": entry.license,
            "description": entry.description,
            "provenance": entry.provenance,
        }
        for entry in entries
    ]
    if args.json:
        print(json.dumps(facts))
        return 0
    for fact in facts:
        network = "download" if fact["network"] else "no network needed"
        print(f"{fact['name']}: {_readable(fact['size'])}, {network}; license: {fact['license']}")
        print(textwrap.fill(fact["description"], 100, initial_indent="    ", subsequent_indent="    "))
    return 0


def _readable(size: int) -> str:
    """Return a number of bytes in a suitable unit."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


def _samplers(args: argparse.Namespace) -> int:
    from wordneg import samplers

    for name in args.names:
        try:
            samplers.SAMPLERS.get(name)
        except ValueError as error:
            raise UsageError(str(error)) from error
    if args.report:
        return print_report(args, args.names or samplers.SAMPLERS.names())
    if args.names and not args.json:
        for name in args.names:
            print(f"{name}\n\n{_described(samplers.SAMPLERS.get(name))}\n")
        return 0
    return _list_registry(samplers.SAMPLERS, samplers, args.names, as_json=args.json)


def _list_objectives(args: argparse.Namespace) -> int:
    from wordneg import objectives

    return _list_registry(objectives.OBJECTIVES, objectives, [], as_json=args.json)


def _list_registry(registry: Any, package: ModuleType, chosen: list[str], *, as_json: bool) -> int:
    """Print the table in a package's docstring; JSON adds the classes' summaries and settings."""
    heads, rows = _taught(package)
    classes = {name: registry.get(name) for name in chosen or registry.names()}
    # Classes from other packages are not in the table.
    lines = {name: rows.get(name, [name, _summary(cls), *[""] * (len(heads) - 2)]) for name, cls in classes.items()}
    if as_json:
        facts = [
            dict(zip(_COLUMNS, lines[name], strict=False)) | {"summary": _summary(cls), "settings": _settings(cls)}
            for name, cls in classes.items()
        ]
        print(json.dumps(facts, default=repr))
        return 0
    table = [heads, *lines.values()]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(map(str.ljust, line, widths)).rstrip())
    return 0


def _taught(package: ModuleType) -> tuple[list[str], dict[str, list[str]]]:
    """Return the headings of the table in a package's docstring, and its rows by their first cell."""
    _, *parts = re.split(r"^=+(?:  =+)+$", _documentation(package), flags=re.MULTILINE)
    if len(parts) < 2:  # there is neither a docstring nor a source
        return ["name", "what it is"], {}
    head, body, *_ = parts
    heads, *rows = (re.split("  +", line) for line in [head.strip(), *body.strip().splitlines()])
    return heads, {row[0]: row for row in rows}


def _described(cls: type) -> str:
    """Return the docstring of a class with the defaults of its settings."""
    settings = ", ".join(f"{key}={value}" for key, value in _settings(cls).items())
    return f"{_documentation(cls)}\n\nDefaults: {settings or 'it has no settings'}"


def _summary(cls: type) -> str:
    return _documentation(cls).partition("\n")[0]


def _documentation(thing: Any) -> str:
    """Return the docstring of a module or class; under ``python -OO``, which drops docstrings, from its source."""
    if sys.flags.optimize < 2:
        return inspect.getdoc(thing) or ""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError):
        return ""
    node = tree if inspect.ismodule(thing) else tree.body[0]
    return ast.get_docstring(node) or ""  # type: ignore[arg-type]


def _settings(cls: type) -> dict[str, Any]:
    """Return the settings of a class with their defaults; None stands for a setting that must be given."""
    if not dataclasses.is_dataclass(cls):
        return {}
    fields = [field for field in dataclasses.fields(cls) if field.init]
    return {field.name: None if field.default is dataclasses.MISSING else field.default for field in fields}
