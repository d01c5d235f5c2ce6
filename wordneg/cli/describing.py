"""One sampler or objective on a page: its formula, its settings as flags, and a line to copy."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
import shlex
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from wordneg.cli.layout import fitted
from wordneg.common.settings import Check, declarations
from wordneg.common.terminal import line_width

__all__ = ["defaults", "described", "documentation", "explanation", "summary"]

_FORMULA = "    "
_BEGINS = re.compile(rf"\* |\d\. |{_FORMULA}")  # an item of a list, or a formula
_HEADING = re.compile(r"^(Parameters|Attributes|Notes|References|Examples)\n-+\n", re.MULTILINE)


def described(kind: str, name: str, cls: type) -> str:
    """Return what a user of the command line has to know of a sampler or objective, as wide as the terminal.

    Parameters
    ----------
    kind : str
        "sampler" or "objective".
    name : str
        Its name.
    cls : class
        Its class, whose docstring in numpydoc form has the formula and the source.
    """
    width = line_width()
    sections = _sections(documentation(cls))
    parts = [_reflowed(f"{name}: {_plain(summary(cls))}", width), _reflowed(explanation(cls), width)]
    parts.append("\n".join(_settings(kind, cls, width)))
    parts.append("example:\n" + fitted(f"  {_example(kind, name, cls)}", width))
    for heading in ("Notes", "References"):
        if heading in sections:
            parts.append(f"{heading.lower()}:\n" + _reflowed(_plain(sections[heading]), width, "  "))
    return "\n\n".join(filter(None, parts))


def summary(cls: type) -> str:
    """Return the first line of a class's docstring."""
    return documentation(cls).partition("\n")[0]


def explanation(cls: type) -> str:
    """Return what stands in a class's docstring between the first line and the first section: rule and formula."""
    return _plain(_sections(documentation(cls))[""].partition("\n")[2].strip("\n"))


def documentation(thing: Any) -> str:
    """Return the docstring of a module or class; under ``python -OO``, which drops docstrings, from its source."""
    if sys.flags.optimize < 2:
        return inspect.getdoc(thing) or ""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError, SyntaxError):
        return ""
    node = tree if inspect.ismodule(thing) else tree.body[0]
    return ast.get_docstring(node) or ""  # type: ignore[arg-type]


def defaults(cls: type) -> dict[str, Any]:
    """Return the settings of a class with their defaults; None stands for a setting that must be given."""
    if not dataclasses.is_dataclass(cls):
        return {}
    fields = [field for field in dataclasses.fields(cls) if field.init]
    return {field.name: None if field.default is dataclasses.MISSING else field.default for field in fields}


def _sections(text: str) -> dict[str, str]:
    """Return the sections of a docstring by heading; what stands before the first has an empty heading."""
    first, *rest = _HEADING.split(text)
    return {"": first.strip("\n"), **{head: body.strip("\n") for head, body in zip(rest[::2], rest[1::2], strict=True)}}


def _plain(text: str) -> str:
    """Return text without the marks of reStructuredText."""
    text = re.sub(r"^ *::\n\n|(?<=:):$| ::$", "", text, flags=re.MULTILINE)
    return re.sub(r"\*\*(\S.*?\S)\*\*", r"\1", re.sub(r"``?([^`]+)``?", r"\1", text))


def _own_first(cls: type) -> list[str]:
    """Return the names of a class's settings, those first that it does not inherit."""
    names = list(defaults(cls))
    inherited = {name for base in cls.__mro__[1:] for name in getattr(base, "__annotations__", {})}
    return sorted(names, key=lambda name: name in inherited)


def _settings(kind: str, cls: type, width: int) -> Iterator[str]:
    """Yield the lines of a list: each setting as a flag with its default, then what it may be and what it means."""
    values, known = defaults(cls), declarations(cls) if dataclasses.is_dataclass(cls) else {}
    told = {name: facts for base in reversed(cls.__mro__) for name, facts in _parameters(base).items()}
    yield "settings, with their defaults:" if values else "It has no settings."
    for name in _own_first(cls):
        expected, meaning = told.get(name, ("", ""))
        if name in known:
            declared = known[name][1]
            expected, meaning = _expected(declared.check), declared.help
        yield f"  --{kind}-option {_pair(cls, name)}"
        for line in filter(None, dict.fromkeys((meaning, expected))):
            yield textwrap.fill(line, width, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _expected(check: Check) -> str:
    """Return what a value has to be, as it is written in a flag."""
    if check.kind == "switch":
        return "true or false"
    return check.expected.partition(" such as ")[0].replace("None", "null").replace("'", "")


def _parameters(cls: type) -> dict[str, tuple[str, str]]:
    """Return type and description of each parameter that a class's docstring describes by itself."""
    text = _sections(documentation(cls)).get("Parameters", "")
    found = re.findall(r"^(\w+) : (.+)\n((?:    .*(?:\n|$))+)", text, flags=re.MULTILINE)
    return {name: (_plain(kind), _plain(" ".join(body.split()))) for name, kind, body in found}


def _pair(cls: type, name: str) -> str:
    """Return a setting with its default as a flag takes both: JSON, but strings without quotes; … if it has none."""
    field = next(one for one in dataclasses.fields(cls) if one.name == name)
    if field.default is dataclasses.MISSING:
        return f"{name}=…"
    value = field.default if isinstance(field.default, str) else json.dumps(field.default, default=str)
    return shlex.quote(f"{name}={value}")


def _example(kind: str, name: str, cls: type) -> str:
    """Return a command that trains with it, with its first setting given."""
    command = ["wordneg", "train", "wikipedia-sample", "-o", "vectors.bin", f"--{kind}", name]
    for setting in _own_first(cls)[:1]:
        command += [f"--{kind}-option", _pair(cls, setting)]
    return " ".join(command)


def _reflowed(text: str, width: int, indent: str = "") -> str:
    """Return paragraphs and lists wrapped anew; a formula, which is indented, has its lines to itself."""
    return "\n\n".join(
        "\n".join(_wrapped(indent + line, width) for line in _joined(block.split("\n"))) for block in text.split("\n\n")
    )


def _joined(lines: list[str]) -> list[str]:
    """Return the lines of a block, each with those that continue it: a paragraph, an item of a list, a formula."""
    found: list[str] = []
    for line in lines:
        if found and not _BEGINS.match(line):
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
    return found


def _wrapped(line: str, width: int) -> str:
    """Return a line as lines that fit; equations beside each other come to stand below each other."""
    if line.startswith(_FORMULA) and len(line) > width:
        return "\n".join(_filled(_FORMULA + one, width, 8) for one in re.split(" {4,}", line.strip()))
    mark = _BEGINS.match(line.lstrip())
    return _filled(line, width, len(line) - len(line.lstrip()) + (len(mark[0]) if mark else 0))


def _filled(text: str, width: int, hanging: int) -> str:
    indent = " " * hanging
    return textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
