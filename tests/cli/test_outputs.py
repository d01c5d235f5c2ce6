"""Outputs that would replace what a command reads, each other, or what a comparison is kept in."""

import io
import os
import shutil
import sys

import pytest
from made_up import BASELINE, make_comparison

from wordneg import Comparison
from wordneg.cli import main
from wordneg.cli.converting import _FILES
from wordneg.vectors.wordvectors import load_vectors

SMALL = ("--vector-size", "16", "--min-count", "1", "--workers", "1", "--epochs", "2", "--compute-loss", "-q")
LOAD = ("train", "corpus.txt", "--load", "model.wordneg", "--epochs", "1", "--workers", "1", "-q")
SENTENCES = "the king rules the land\nthe queen rules the sea\n" * 40


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    (place / "corpus.txt").write_text(SENTENCES)
    assert main(["train", str(place / "corpus.txt"), "-o", str(place / "model.wordneg"), *SMALL]) == 0
    assert main(["convert", str(place / "model.wordneg"), str(place / "vectors.txt")]) == 0
    return place


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(capsys, folder, *command, code=2):
    """Run a command that must fail, and change nothing; return what it says."""
    before = contents(folder)
    capsys.readouterr()
    assert main(list(command)) == code
    assert contents(folder) == before
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "outputs",
    [
        ("-o", "out.bin", "--save-vocab", "model.wordneg"),
        ("-o", "./model.wordneg", "--format", "binary"),
        ("-o", "out.bin", "--save-vocab", "link"),
    ],
)
def test_a_loaded_model_is_replaced_by_a_whole_model_only(folder, capsys, outputs):
    os.symlink("model.wordneg", "link")
    assert "is the model of --load itself" in refused(capsys, folder, *LOAD, *outputs)


def test_a_loaded_model_may_be_replaced_by_what_it_becomes(folder):
    assert main([*LOAD, "-o", "model.wordneg"]) == 0
    assert len(load_vectors("model.wordneg")) == 6


def test_a_checkpoint_replaces_nothing(folder, capsys):
    def told(*more):
        return refused(capsys, folder, "train", "corpus.txt", "-o", "out.bin", *SMALL, *more)

    assert "vocabulary and checkpoint would both be written to 'c'" in told("--checkpoint", "c", "--save-vocab", "c")
    for name in ("corpus.txt", "model.wordneg"):
        assert f"--checkpoint {name} is there already, and no checkpoint" in told("--checkpoint", name)
    assert "holds a model, and no training that --resume could go on with; --load model.wordneg" in told(
        "--checkpoint", "model.wordneg", "--resume"
    )
    os.mkfifo("pipe")
    for name in ("pipe", "-", "/dev/null"):
        assert f"got --checkpoint {name}, expected a file" in told("--checkpoint", name, "--resume")


def test_a_plan_replaces_nothing_that_is_read(folder, capsys):
    (folder / "plan.toml").write_text('corpus = "corpus.txt"\nsamplers = ["unigram"]\n')
    (folder / "pairs.toml").write_text("king\tqueen\t3\n")
    assert "expected a name that ends in .toml" in refused(
        capsys, folder, "compare", "corpus.txt", "--save-plan", "corpus.txt"
    )
    for command in (["plan.toml", "--save-plan", "./plan.toml"], ["corpus.txt", "--extra", "a=plan.toml"]):
        assert "is the input itself" in refused(capsys, folder, "compare", *command, "--save-plan", "plan.toml")


@pytest.mark.parametrize("kind", _FILES)
def test_a_folder_of_vectors_replaces_no_input(kind, folder, capsys):
    assert main(["convert", "vectors.txt", "out", "--format", kind]) == 0
    assert sorted(os.listdir("out")) == sorted(_FILES[kind])
    for name in _FILES[kind]:
        shutil.copy("vectors.txt", f"out/{name}")
        assert "is the input itself" in refused(
            capsys, folder, "convert", f"out/{name}", "out", "--format", kind, "--overwrite"
        )
    shutil.copy("vectors.txt", "out/beside.txt")
    assert main(["convert", "out/beside.txt", "out", "--format", kind, "--overwrite"]) == 0


def test_results_within_the_corpus_are_refused(folder, capsys):
    (folder / "texts" / "more").mkdir(parents=True)
    shutil.copy("corpus.txt", "texts")
    os.symlink("texts", "link")
    for out in ("texts", "texts/more/results", "link/results"):
        for command in (
            ["compare", "texts"],
            ["reproduce", "optrank", "corpus.txt", "texts", "--benchmarks", "google"],
        ):
            assert "would be read as text with the corpus 'texts'" in refused(capsys, folder, *command, "--out", out)


# --- reports of a comparison ------------------------------------------------------------------------------


@pytest.fixture
def results(folder):
    (folder / "results" / "benchmarks").mkdir(parents=True)
    made_up = make_comparison(folder / "results", seeds=(1, 2), settings=(BASELINE, "adaptive"), failed=())
    made_up.store.write_header(made_up.request, made_up.protocol, "text", {})
    for run in made_up.runs:
        made_up.store.write_run(run)
    return Comparison.open(folder / "results")


def test_a_report_replaces_nothing_that_the_comparison_is_kept_in(results, folder, capsys):
    for name in ("results/comparison.json", "./results/runs/unigram-1.json", "results/runs/new", "results/tunings/x"):
        for flag in ("-o", "--csv", "--parquet"):
            told = refused(capsys, folder, "report", "results", flag, name, code=1)
            assert f"{name!r} belongs to the comparison itself" in told
        for write in (results.report, results.to_csv, results.to_parquet):
            with pytest.raises(ValueError, match="belongs to the comparison itself; give another name"):
                write(name)


def test_two_reports_in_one_place_are_refused(results, folder, capsys):
    assert "report and CSV would both be written to 'a'" in refused(
        capsys, folder, "report", "results", "-o", "a", "--csv", "a"
    )
    assert "report and Parquet would both be written" in refused(
        capsys, folder, "report", "results", "-o", "-", "--parquet", "/dev/stdout"
    )
    assert "CSV and plan would both be written to 'a.toml'" in refused(
        capsys, folder, "report", "results", "--csv", "./a.toml", "--save-plan", "a.toml"
    )
    assert "a name that ends in .toml" in refused(capsys, folder, "report", "results", "--save-plan", "plan")


def test_a_name_that_ends_in_a_slash_is_a_folder(folder, capsys):
    assert "it is a folder" in refused(capsys, folder, "convert", "vectors.txt", "new/", "--format", "binary", code=1)


# --- standard input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["train", "-", "-o", "out.bin"],
        ["compare", "-"],
        ["neighbors", "-", "king"],
        ["neighbors", "vectors.txt", "-"],
        ["evaluate", "-"],
        ["convert", "-", "out.bin"],
    ],
)
def test_a_closed_standard_input_is_told(command, folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert "wordneg: standard input (-) is closed" in refused(capsys, folder, *command, code=1)


def test_words_that_are_no_text_are_told(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("könig\n".encode("latin-1")), encoding="utf-8"))
    told = refused(capsys, folder, "neighbors", "vectors.txt", "-", code=1)
    assert "standard input is no utf-8 text (invalid start byte); expected words, one per line" in told
