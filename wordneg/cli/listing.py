"""``wordneg corpora``, ``samplers``, ``objectives``: what there is to choose from."""

from __future__ import annotations

import argparse
import dataclasses
import inspect
import json
import textwrap
from typing import Any

from wordneg.cli.options import DEBUG, JSON, Parser

__all__ = ["corpora_parser", "objectives_parser", "samplers_parser"]


def corpora_parser() -> Parser:
    """Return the parser of ``wordneg corpora``."""
    description = "List the corpora that `wordneg train` knows by name, with size, licence and source."
    return Parser("corpora", "[--json]", description=description, options=[JSON, DEBUG], run=_list_corpora)


def samplers_parser() -> Parser:
    """Return the parser of ``wordneg samplers``."""
    description = "List the negative samplers, for `wordneg train --sampler NAME --sampler-option KEY=VALUE`."
    return Parser("samplers", "[--json]", description=description, options=[JSON, DEBUG], run=_list_samplers)


def objectives_parser() -> Parser:
    """Return the parser of ``wordneg objectives``."""
    description = "List the objectives, for `wordneg train --objective NAME --objective-option KEY=VALUE`."
    return Parser("objectives", "[--json]", description=description, options=[JSON, DEBUG], run=_list_objectives)


def _list_corpora(args: argparse.Namespace) -> int:
    import corpora

    entries = [corpora.info(name) for name in corpora.names()]
    facts: list[dict[str, Any]] = [
        {
            "name": entry.name,
            "size": entry.size,
            "network": not all(isinstance(file, corpora.BundledFile) for file in entry.files),
            "licence": entry.licence,
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
        print(f"{fact['name']}: {_readable(fact['size'])}, {network}; licence: {fact['licence']}")
        print(textwrap.fill(fact["description"], 100, initial_indent="    ", subsequent_indent="    "))
    return 0


def _readable(size: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} GB"


def _list_samplers(args: argparse.Namespace) -> int:
    from wordneg.samplers import SAMPLERS

    return _list_registry(SAMPLERS, args.json)


def _list_objectives(args: argparse.Namespace) -> int:
    from wordneg.objectives import OBJECTIVES

    return _list_registry(OBJECTIVES, args.json)


def _list_registry(registry: Any, as_json: bool) -> int:
    """Print names, first lines of the docstrings and settings."""
    facts = [
        {"name": name, "summary": _summary(registry.get(name)), "settings": _settings(registry.get(name))}
        for name in registry.names()
    ]
    if as_json:
        print(json.dumps(facts, default=repr))
        return 0
    width = max(len(fact["name"]) for fact in facts)
    for fact in facts:
        settings = ", ".join(f"{key}={value}" for key, value in fact["settings"].items())
        print(f"{fact['name']:<{width}}  {fact['summary']}{f' [{settings}]' if settings else ''}")
    return 0


def _summary(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _settings(cls: type) -> dict[str, Any]:
    """Return the settings with their defaults, None for one that must be given."""
    if not dataclasses.is_dataclass(cls):
        return {}
    fields = [field for field in dataclasses.fields(cls) if field.init]
    return {field.name: None if field.default is dataclasses.MISSING else field.default for field in fields}
