"""`wordneg train --checkpoint` and `--resume`."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from wordneg.cli import main, training
from wordneg.estimator.base import Estimator
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


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--sampler", "dns"], "got the sampler dns, but the checkpoint's training has unigram"),
        (["--sampler-option", "exponent=0.5"], "got the sampler unigram (exponent 0.5), but the checkpoint's"),
        (["--ns-exponent", "0.5"], "got the sampler unigram (exponent 0.5), but the checkpoint's"),
        (["--objective", "hinge"], "got the objective hinge, but the checkpoint's training has logistic"),
        (["--preset", "quality"], "got --alpha 0.05, but the checkpoint's training has 0.025"),
        (["--sg"], "got --sg, but the checkpoint's training has 0"),
    ],
)
def test_another_training_does_not_go_on(folder, monkeypatch, capsys, more, told):
    _stop_early(monkeypatch)
    assert told in _usage(capsys, train, "out.bin", *CHECKED, "--resume", *more)


def test_the_same_training_goes_on_however_it_is_spelled(folder, monkeypatch):
    _stop_early(monkeypatch)
    more = ["--ns-exponent", "0.75", "--objective", "logistic", "--resume"]
    assert train("out.bin", *CHECKED, *more) == 0
    assert len(load_vectors("out.bin")) == 6


def _stop_early(monkeypatch):
    """Leave a checkpoint of a training that could not end."""
    with monkeypatch.context() as patch:
        patch.setattr(training._Keeping, "on_epoch_end", _fail, raising=False)
        assert train("out.bin", *CHECKED) == 1


def test_a_checkpoint_behind_a_link_is_removed(folder):
    os.symlink("elsewhere", "check")
    assert train("out.bin", *CHECKED) == 0
    assert sorted(os.listdir()) == ["check", "corpus.txt", "out.bin"]  # the link is not ours


@pytest.mark.filterwarnings("default:cannot write")
@pytest.mark.parametrize("method", [(), ("--method", "wordrank")])
def test_a_disk_that_refuses_checkpoints_does_not_end_the_training(folder, monkeypatch, capsys, method):
    def full(*arguments, **options):
        raise OSError(28, "cannot write 'check': No space left on device")

    small = [flag for flag in SMALL if not method or flag != "--compute-loss"]
    monkeypatch.setattr(Estimator, "_write", full)
    assert main(["train", "corpus.txt", "-o", "out.bin", *small, *CHECKED, *method]) == 0
    assert len(load_vectors("out.bin")) == 6
    told = capsys.readouterr().err
    assert "warning: cannot write 'check': No space left on device; the training goes on" in told


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
