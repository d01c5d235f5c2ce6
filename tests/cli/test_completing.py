"""Completion: what a shell is told when it asks, for each shell that argcomplete knows."""

import os
import subprocess
import sys

import pytest

from wordneg.objectives import OBJECTIVES
from wordneg.samplers import SAMPLERS


@pytest.fixture
def ask(tmp_path):
    pytest.importorskip("argcomplete")

    def asked(line, shell="bash"):
        """Return what is proposed at the end of a line, as the function in a shell asks for it."""
        answer = tmp_path / "answer"
        answer.write_text("")
        environment = {
            **os.environ,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_SHELL": shell,
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        }
        command = [sys.executable, "-m", "wordneg"]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
        return [one.rstrip() for one in answer.read_text().split("\n")]

    return asked


@pytest.mark.lengthy
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_flags(ask, shell):
    def words(line):
        return [one.split(":")[0].split("\t")[0].rstrip() for one in ask(line, shell)]

    assert words("wordneg re") == ["report", "reproduce"]
    assert words("wordneg train --objective") == ["--objective", "--objective-option"]
    assert words("wordneg train --method wordrank --xi") == ["--xi-candidates"]


@pytest.mark.lengthy
def test_names_and_settings(ask, tmp_path):
    (tmp_path / "wiki.txt").write_text("a text\n")
    assert ask("wordneg train --sampler se") == ["semi-hard"]
    assert ask("wordneg samplers ") == SAMPLERS.names()
    assert ask("wordneg objectives ") == OBJECTIVES.names()
    assert ask("wordneg train --sampler dns --sampler-option so") == ["softness="]
    assert ask("wordneg train --objective-option ") == ["mean_error="]
    assert ask("wordneg compare --samplers unigram,d") == ["unigram,dns"]
    assert ask("wordneg train wiki") == ["wikipedia-sample", "wiki-english-20171001", "wiki.txt"]
    assert ask("wordneg train --method wo") == ["word2vec", "wordrank"]
    assert ask("wordneg map v.bin --method ") == ["pca", "tsne", "umap"]
    assert ask("wordneg convert v.bin out --format p") == ["parquet", "pretrained", "projector"]
    assert ask("wordneg train --format p") == ["parquet"]
    assert ask("wordneg evaluate --benchmarks wordsim353-r") == ["wordsim353-rel"]
    assert ask("wordneg neighbors wi") == ["wiki.txt"]


def test_without_argcomplete_the_extra_is_named(monkeypatch):
    from wordneg.cli.completing import complete

    monkeypatch.setitem(sys.modules, "argcomplete", None)
    with pytest.raises(ImportError, match=r'pip install "wordneg\[completion\]"'):
        complete({}, None)
