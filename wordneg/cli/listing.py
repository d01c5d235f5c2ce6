"""``wordneg corpora``, ``samplers`` and ``objectives``, which list what there is to choose from."""

from __future__ import annotations

import argparse
import json
import re
import textwrap
from types import ModuleType
from typing import Any

from wordneg.cli.describing import defaults, described, documentation, explanation, summary
from wordneg.cli.errors import UsageError
from wordneg.cli.options import DEBUG, JSON, Parser, in_flags
from wordneg.cli.reporting import REPORT_OPTIONS, print_report
from wordneg.common.registry import Registry
from wordneg.common.settings import SettingError

__all__ = ["corpora_parser", "objectives_parser", "samplers_parser"]

_COLUMNS = ("name", "rule", "source", "cost")  # names in JSON for the columns of the packages' tables

_SAMPLERS = """\
List the negative samplers, for `wordneg train --sampler NAME --sampler-option KEY=VALUE`, or describe the named ones:
formula, settings, an example.

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
    description = (
        "List the objectives, for `wordneg train --objective NAME --objective-option KEY=VALUE`, or describe the named "
        "ones: formula, settings, an example."
    )
    epilog = "examples:\n  wordneg objectives\n  wordneg objectives softmax\n"
    options = [JSON, DEBUG]
    made = Parser(
        "objectives", "[NAME ...] [--json]", description=description, epilog=epilog, options=options, run=_objectives
    )
    made.add_argument("names", metavar="NAME", nargs="*", help="an objective; by default all objectives")
    return made


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

    _require_known(samplers.SAMPLERS, args.names)
    if args.report:
        return print_report(args, args.names or samplers.SAMPLERS.names())
    return _list_registry("sampler", samplers.SAMPLERS, samplers, args)


def _objectives(args: argparse.Namespace) -> int:
    from wordneg import objectives

    _require_known(objectives.OBJECTIVES, args.names)
    return _list_registry("objective", objectives.OBJECTIVES, objectives, args)


def _require_known(registry: Registry, names: list[str]) -> None:
    for name in names:
        try:
            registry.get(name)
        except SettingError as error:
            raise UsageError(in_flags(error, ())) from error


def _list_registry(kind: str, registry: Registry, package: ModuleType, args: argparse.Namespace) -> int:
    """Describe what is named; else print the table in a package's docstring. JSON has what both have."""
    classes = {name: registry.get(name) for name in args.names or registry.names()}
    if args.names and not args.json:
        print(f"\n\n{'-' * 20}\n\n".join(described(kind, name, cls) for name, cls in classes.items()))
        return 0
    heads, rows = _taught(package)
    # Classes from other packages are not in the table.
    lines = {name: rows.get(name, [name, summary(cls), *[""] * (len(heads) - 2)]) for name, cls in classes.items()}
    if args.json:
        facts = [
            dict(zip(_COLUMNS, lines[name], strict=False))
            | {"summary": summary(cls), "explanation": explanation(cls), "settings": defaults(cls)}
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
    _, *parts = re.split(r"^=+(?:  =+)+$", documentation(package), flags=re.MULTILINE)
    if len(parts) < 2:  # there is neither a docstring nor a source
        return ["name", "what it is"], {}
    head, body, *_ = parts
    heads, *rows = (re.split("  +", line) for line in [head.strip(), *body.strip().splitlines()])
    return heads, {row[0]: row for row in rows}
