"""Help: as wide as the terminal, and commands that can be pasted."""

import shlex

import pytest

from wordneg.cli import _COMMANDS, main
from wordneg.cli.layout import fitted


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("command", [None, *_COMMANDS])
def test_help_fits_the_terminal(command, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["--help"] if command is None else [command, "--help"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= columns
    assert told.endswith("\n")


def test_paragraphs_are_wrapped_anew_and_commands_go_on_after_a_backslash():
    command = 'wordneg compare news.txt --samplers \'["unigram", {"name": "dns"}]\' --budget time --out results'
    text = f"One sentence that is\nbroken early.\n\nexamples:\n  {command}\n  short\n"
    found = fitted(text, 60)
    first, rest = found.split("\n\n")
    assert first == "One sentence that is broken early."
    lines = rest.splitlines()
    assert (lines[0], lines[-1]) == ("examples:", "  short")
    assert all(len(line) <= 60 for line in lines)
    assert all(line.endswith(" \\") for line in lines[1:-2])
    assert shlex.split("\n".join(lines[1:-1]).replace("\\\n", "")) == shlex.split(command)  # as a shell reads it
