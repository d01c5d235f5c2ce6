"""`wordneg train --checkpoint` and `--resume`."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from wordneg.cli import main, training
from wordneg.vectors.wordvectors import load_vectors

SMALL = ("--vector-size", "16", "--min-count", "1", "--workers", "1", "--epochs", "4", "--compute-loss", "-q")
CHECKED = ("--checkpoint", "check", "--checkpoint-every", "0")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("the king rules the land\nthe queen rules the sea\n" * 300)
    return tmp_path


def train(output, *more):
    return main(["train", "corpus.txt", "-o", output, *SMALL, *more])


@pytest.mark.parametrize("method", [(), ("--method", "wordrank", "--period", "1")])
def test_a_training_that_goes_on_ends_alike(folder, monkeypatch, capsys, method):
    method = list(method)
    small = [flag for flag in SMALL if not method or flag != "--compute-loss"]

    def run(output, *more):
        return main(["train", "corpus.txt", "-o", output, *small, *method, *more])

    assert run("whole.bin") == 0
    with monkeypatch.context() as patch:
        patch.setattr(training._Keeping, "on_epoch_end", _fail, raising=False)
        assert run("out.bin", *CHECKED) == 1
    assert not os.path.exists("out.bin")
    assert "there is a checkpoint 'check'; add --resume" in _usage(capsys, run, "out.bin", *CHECKED)
    assert "got --epochs 7, but the checkpoint's training has 4" in _usage(
        capsys, run, "out.bin", *CHECKED, "--resume", "--epochs", "7"
    )
    assert run("out.bin", *CHECKED, "--resume") == 0
    np.testing.assert_array_equal(load_vectors("out.bin").vectors, load_vectors("whole.bin").vectors)
    assert sorted(os.listdir()) == ["corpus.txt", "out.bin", "whole.bin"]


def _fail(self, model):
    if len(model.history) == 3:
        raise RuntimeError("as if the process had been killed")


def _usage(capsys, run, *arguments):
    capsys.readouterr()
    assert run(*arguments) == 2
    return capsys.readouterr().err


def test_what_is_refused(folder, capsys):
    assert "got --resume without --checkpoint" in _usage(capsys, train, "out.bin", "--resume")
    assert "would both be written to 'out.bin'" in _usage(capsys, train, "out.bin", "--checkpoint", "out.bin")


@pytest.mark.lengthy
def test_a_killed_process_goes_on(folder):
    assert train("whole.bin", "--epochs", "400") == 0
    command = [
        sys.executable,
        "-m",
        "wordneg",
        "train",
        "corpus.txt",
        "-o",
        "out.bin",
        *SMALL,
        *CHECKED,
        "--epochs",
        "400",
    ]
    with subprocess.Popen(command) as process:
        while process.poll() is None and not os.path.exists("check"):
            pass
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not os.path.exists("out.bin")
    assert train("out.bin", *CHECKED, "--epochs", "400", "--resume") == 0
    np.testing.assert_array_equal(load_vectors("out.bin").vectors, load_vectors("whole.bin").vectors)
    assert sorted(os.listdir()) == ["corpus.txt", "out.bin", "whole.bin"]
