"""What the README shows works: its Python runs, its commands parse, its tables are whole."""

import re
import shlex
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.lengthy
def test_the_python_runs(tmp_path, monkeypatch, capsys):
    pytest.importorskip("gensim")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    assert len(blocks("python")) >= 5
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), names)
    assert "(" in capsys.readouterr().out


def test_the_commands_exist():
    from wordneg.cli import main

    commands = set(re.findall(r"wordneg (\w+)", "\n".join(blocks("bash"))))
    assert {"train", "neighbors", "samplers"} <= commands
    for command in commands:
        assert main([command, "--help"]) == 0


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_can_be_found(name):
    found = re.search(rf"<!-- command:{name} -->\n```bash\n(.*?)```", README, re.DOTALL)
    assert found
    assert shlex.split(found[1])[:2] == ["pip", "install"]


def test_every_sampler_and_objective_is_named():
    from wordneg.objectives import OBJECTIVES
    from wordneg.samplers import SAMPLERS

    listed = re.findall(r"^\| `([a-z-]+)` \|.*20\d\d \|$", README, re.MULTILINE)
    assert sorted(listed) == sorted(SAMPLERS.names())
    for name in [*SAMPLERS.names(), *OBJECTIVES.names()]:
        assert f"`{name}`" in README


def test_ones_own_sampler_is_the_example():
    example = (Path(__file__).parents[1] / "examples" / "own_sampler.py").read_text(encoding="utf-8")
    whole = example[example.index("from dataclasses") : example.index("if __name__")].strip()
    assert whole in README


def test_layers_are_the_packages():
    for package in ("wordneg.corpora", "wordneg.evaluation", "wordneg"):
        assert f"| `{package}` |" in README
    assert (Path(__file__).parents[1] / "wordneg" / "py.typed").exists()
