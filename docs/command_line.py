"""Write ``command-line.md`` from the parsers: ``python docs/command_line.py``; a test sees that it is up to date."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from wordneg.cli import _COMMANDS, _parser
from wordneg.cli.methods import METHODS
from wordneg.cli.training import _TrainParser

PAGE = Path(__file__).parent / "command-line.md"

_TOP = """\
# The command line

`wordneg COMMAND …`. Results go to standard output, everything else to standard error; `--json` is for programs. A flag
that does not exist is answered with the nearest one. This page is made from the parsers, by `docs/command_line.py`;
`wordneg COMMAND --help` shows the same.

Ctrl-C, SIGTERM and SIGHUP end a training, and its vectors so far are written. `-` stands for standard input or output,
and no output replaces a file that is read.

| exit code | meaning |
|---|---|
| 0 | success |
| 1 | something failed: a file that cannot be read or written, a word without a vector; or wordneg has a bug |
| 2 | the command line itself is wrong; nothing was started |
| 130, 143, 129 | stopped by Ctrl-C, SIGTERM, SIGHUP; `train` first writes the vectors trained so far |
| 141 | the reader of the results closed the pipe, as `head` does |

## Completion

The Tab key completes commands, flags, and the names of samplers, their settings, objectives, corpora and benchmarks, in
bash, zsh and fish. It takes [argcomplete](https://kislyuk.github.io/argcomplete/), from `wordneg[completion]`, and one
line in a file that the shell reads when it starts:

| shell | file | line |
|---|---|---|
| bash | `~/.bashrc` | `eval "$(register-python-argcomplete wordneg)"` |
| zsh, after `compinit` | `~/.zshrc` | `eval "$(register-python-argcomplete wordneg)"` |
| fish | `~/.config/fish/config.fish` | `register-python-argcomplete --shell fish wordneg \\| source` |
"""


def page() -> str:
    """Return the page."""
    os.environ["COLUMNS"] = "100"
    parsers = []
    for command in _COMMANDS:
        parsers.append((command, _parser(command)))
        if command == "train":
            others = [method for name, method in METHODS.items() if name != "word2vec"]
            parsers += [(method.command, _TrainParser(method)) for method in others]
    shown: set[str] = set()
    parts = [_TOP]
    for command, parser in parsers:
        parts.append(f"## wordneg {command}\n\n```\n{parser.usage}\n```\n")
        parts.append(_text(_without(parser.description, shown)))
        parts += [_table(group) for group in parser._action_groups]
        parts.append(_text(_without(parser.epilog, shown)))
    return "\n".join(part for part in parts if part)


def _without(text: str | None, shown: set[str]) -> str:
    """Return the paragraphs of a text that the page does not have yet, and note them."""
    paragraphs = [paragraph for paragraph in (text or "").strip().split("\n\n") if paragraph not in shown]
    shown |= {*paragraphs}
    return "\n\n".join(paragraphs)


def _text(text: str) -> str:
    """Return the text of a help as Markdown: indented lines are code."""
    parts = []
    for paragraph in filter(None, text.split("\n\n")):
        prose, code, after = re.fullmatch(r"((?:\S.*\n?)*)((?: .*\n?)*)((?:\S.*\n?)*)", paragraph).groups()
        if prose == "examples:\n":
            parts.append(f"```bash\n{_dedented(code)}\n```\n")
            continue
        parts.append(prose.strip() + "\n")
        parts += [f"```\n{_dedented(code)}\n```\n"] if code else []
        parts += [after.strip() + "\n"] if after else []
    return "\n".join(parts)


def _dedented(code: str) -> str:
    return "\n".join(line.removeprefix("  ") for line in code.rstrip("\n").splitlines())


def _table(group: argparse._ArgumentGroup) -> str:
    """Return the arguments of a group as a table."""
    rows = [f"| `{_spelled(action)}` | {_help(action)} |" for action in group._group_actions if action.dest != "help"]
    return "\n".join([f"| {group.title} | |", "|---|---|", *rows, ""]) if rows else ""


def _spelled(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar}"
    return ", ".join(action.option_strings) + value if action.option_strings else str(action.metavar)


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%").replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
