import inspect
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wordneg import Comparison, compare
from wordneg.cli import comparing, main

ROOT = Path(__file__).parents[2]

# "Unigram" and "uniform" draw alike, so that one compiled kernel serves them all.
SMALL = ("--samplers", "unigram,uniform", "--seeds", "2", "--epochs", "2", "--vector-size", "16", "--min-count", "1")
SMALL = (*SMALL, "--workers", "1", "--no-tune")
SENTENCES = "the king rules the land\nthe queen rules the sea\na man and a woman sail the sea\n" * 80


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text(SENTENCES)
    (tmp_path / "pairs.tsv").write_text("king\tqueen\t9\nland\tsea\t8\nking\tsea\t2\nman\tsail\t1\n")
    return tmp_path


def given(*arguments):
    """Return what `compare` would get."""
    return comparing._arguments(comparing.compare_parser().parse(arguments))


@pytest.mark.lengthy
def test_it_prints_the_table_and_writes_the_report(folder, capsys):
    pytest.importorskip("matplotlib")
    assert main(["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", "--out", "results"]) == 0
    told = capsys.readouterr()
    assert "unigram (baseline)" in told.out
    assert "uniform" in told.out
    assert "report.html holds" in told.err
    steps = [line for line in told.err.splitlines() if line.startswith("wordneg: run ")]  # as there is no terminal
    assert [line.partition(": done in ")[0] for line in steps] == [
        f"wordneg: run {n} of 4: {label}, seed {seed}"
        for n, (seed, label) in enumerate(itertools.product((1, 2), ("unigram", "uniform")), start=1)
    ]
    assert "<html" in (folder / "results" / "report.html").read_text(encoding="utf-8")
    comparison = Comparison.open("results")
    assert [run.status for run in comparison.runs] == ["done"] * 4
    assert comparison.protocol.benchmarks == ("pairs", "neighbors", "held-out")
    (folder / "results" / "report.html").unlink()
    assert main(["report", "results"]) == 0
    assert capsys.readouterr().out == told.out
    assert (folder / "results" / "report.html").exists()
    assert main(["report", "results", "-o", "elsewhere.html", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    assert (folder / "elsewhere.html").exists()


@pytest.mark.lengthy
def test_next_items_are_asked_for_by_name(folder, capsys):
    call = ["compare", "corpus.txt", *SMALL, "--held-out", "0.2", "--out", "results", "-q"]
    assert main([*call, "--benchmarks", "next-item,next-item-outputs@3"]) == 0
    told = capsys.readouterr()
    assert "next-item@10 NDCG" in told.out
    assert Comparison.open("results").request.benchmarks == ("next-item@10", "next-item-outputs@3")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_report_is_written_though_the_table_cannot_be_printed(folder):
    shown = ROOT / "docs" / "comparison"
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "wordneg", "report", str(shown), "-o", "page.html"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "</html>" in (folder / "page.html").read_text(encoding="utf-8")


@pytest.mark.lengthy
def test_json_without_a_folder(folder, capsys):
    assert main(["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", "--json", "-q"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)
    assert told.err == ""


def test_lists_are_axes():
    arguments = given(
        "text", "--window", "5,10", "--alpha", "0.1", "--seeds", "3,4", "--objectives", "logistic, softmax"
    )
    assert arguments["window"] == [5, 10]
    assert arguments["alpha"] == 0.1
    assert arguments["seeds"] == [3, 4]
    assert arguments["objectives"] == ["logistic", "softmax"]


def test_samplers_are_names_or_json():
    assert given("text", "--samplers", "unigram,dns")["samplers"] == ["unigram", "dns"]
    text = '["unigram", {"name": "dns", "candidates": 64}]'
    assert given("text", "--samplers", text)["samplers"] == ["unigram", {"name": "dns", "candidates": 64}]


def test_fairness():
    assert "tune" not in given("text")  # as ever
    assert given("text", "--tune")["tune"] == "alpha"
    assert given("text", "--no-tune")["tune"] is None
    assert given("text", "--tune-setting", "negative", "--budget", "time")["tune"] == "negative"
    several = ("--tune-setting", "alpha", "--tune-setting", "sample=1e-5..1e-3", "--tune-setting", "negative=5,10")
    assert given("text", *several)["tune"] == {"alpha": None, "sample": "1e-5..1e-3", "negative": [5, 10]}
    assert given("text", "--tune-setting", "alpha=0.1")["tune"] == {"alpha": [0.1]}
    assert given("text", "--extra", "theirs=glove.txt")["extra"] == {"theirs": "glove.txt"}


def test_wordrank_is_a_row_with_settings():
    assert "wordrank" not in given("text")
    assert given("text", "--wordrank")["wordrank"] is True
    options = ("--wordrank-option", "epochs=30", "--wordrank-option", "loss=logistic")
    assert given("text", "--wordrank", *options)["wordrank"] == {"epochs": 30, "loss": "logistic"}
    assert given("text", *options)["wordrank"] == {"epochs": 30, "loss": "logistic"}


def test_every_argument_that_is_given_is_one_of_compare():
    known = set(inspect.signature(compare).parameters)
    flags = {option.name for option in comparing._OPTIONS} - {"tokenize", "tune_setting", "quiet", "json", "debug"}
    flags -= {"encoding", "unicode_errors"}  # of the corpus, like "tokenize"
    flags -= {"wordrank_option", "all_vec_option", "closed_form_option", "save_plan"}
    flags -= {"scheduler"}  # of the executor
    settings = {option.name for option in comparing.SETTINGS}
    assert flags - settings <= known
    assert known - {"corpus", "rows", "executor", "command", "options"} <= flags


def test_without_a_corpus_it_is_the_sample():
    assert given()["seeds"] == 3
    assert given()["sg"] == 1
    assert given("--seeds", "1")["seeds"] == 1
    assert "sg" not in given("text")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--samplers", "unigran"], "did you mean 'unigram'"),
        (["--samplers", ""], "empty list of samplers"),
        (["--samplers", "[1"], "is not JSON"),
        (["--budget", "tme"], "did you mean 'time'"),
        (["--tune-setting", "alpa"], "did you mean 'alpha'"),
        (["--tune-setting", "alpha", "--tune-setting", "alpha=0.1,0.2"], "got --tune-setting alpha twice"),
        (["--tune-setting", "alpha=2..1"], "got --tune-setting alpha=2..1, expected"),
        (["--tune-setting", "negative=5,-1"], "got --tune-setting negative=5,-1 for unigram: got --negative"),
        (["--seeds", "0"], "--seeds 0"),
        (["--window", "5,x"], "expected a whole number"),
        (["--windw", "5"], "did you mean '--window'"),
        (["--wordrank-option", "epoch=5"], "there is no setting 'epoch'; did you mean 'epochs'"),
        (["--wordrank-option", "epochs=0"], "wordrank: got --wordrank-option epochs=0, expected a whole number"),
        (["--wordrank", "--budget", "candidates"], "--budget candidates and the row 'WordRank', which has no"),
        (
            ["--samplers", "unigram", "--window", "5,10", "--baseline", "window=5"],
            "got --baseline window=5, which is no row; did you mean 'unigram, window 5'?; give --baseline "
            "'unigram, window 5', or --baseline 'unigram, window 10'",
        ),
        (["--tune-by", "held-out", "--held-out", "0"], "give --held-out 0.05, or --tune-by benchmarks"),
        (["--alpha", "0.1,0.2"], "give one to start from, or --no-tune"),
        (
            ["--benchmarks", "next-item", "--held-out", "0", "--no-tune"],
            "got --benchmarks next-item@10 and no text held out, whose next items these are; give --held-out 0.05",
        ),
        (
            ["--benchmarks", "next-item-inputs"],
            "got --benchmarks next-item-inputs, expected next-item or next-item-outputs",
        ),
    ],
)
def test_wrong_usage_is_a_sentence_and_begins_nothing(folder, capsys, arguments, message):
    assert main(["compare", "corpus.txt", *arguments, "--out", "results"]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_a_plan_is_written_and_made(folder, capfd):
    assert main(["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", "--save-plan", "plan.toml"]) == 0
    assert "plan.toml holds the plan; `wordneg compare plan.toml` makes the comparison" in capfd.readouterr().err
    assert main(["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", "--save-plan", "-"]) == 0
    assert capfd.readouterr().out == (folder / "plan.toml").read_text()
    asked = given("plan.toml", "--seeds", "4", "--tune")
    assert (asked["seeds"], asked["samplers"], asked["tune"]) == (4, ["unigram", "uniform"], "alpha")
    assert asked["source"] == {"corpus": ["corpus.txt"]}
    assert given("plan.toml")["tune"] is None
    assert given("plan.toml", "other.txt", "--tokenize")["source"] == {"corpus": ["other.txt"], "tokenize": True}
    assert main(["compare", "plan.toml", "--seeds", "1", "--out", "results", "-q"]) == 0
    capfd.readouterr()
    (folder / "runs").mkdir()
    files = ["--csv", "runs/all.csv", "--save-plan", "runs/again.toml"]
    assert main(["report", "results", *files]) == 0
    told = capfd.readouterr()
    assert told.out == ""
    assert "runs/all.csv holds" in told.err
    assert len((folder / "runs" / "all.csv").read_text().splitlines()) == len(Comparison.open("results").records()) + 1
    assert (folder / "runs" / "again.toml").read_text() == Comparison.open("results").plan()
    assert main(["report", "results", "--csv", "-"]) == 0
    assert capfd.readouterr().out == (folder / "runs" / "all.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.toml", "b.toml"], "got 2 plans, a.toml and b.toml; give one"),
        (["missing.toml"], "missing.toml"),
        (["wrong.toml"], "no argument 'sede'; did you mean 'seed' or 'seeds'?"),
    ],
)
def test_wrong_plans_are_told(folder, capsys, arguments, message):
    (folder / "wrong.toml").write_text("sede = 3")
    assert main(["compare", *arguments]) in (1, 2)
    assert message in capsys.readouterr().err


@pytest.mark.lengthy
def test_another_comparison_in_the_folder_is_told(folder, capsys):
    quick = ["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", "--json", "--out", "results"]
    assert main(quick) == 0
    assert main([*quick, "--window", "3"]) == 1
    assert "'results' holds another comparison: window is 5 there and 3 here" in capsys.readouterr().err
    assert main([*quick, "--seeds", "3"]) == 0
    assert len(Comparison.open("results").runs) == 6


def test_a_folder_without_results_is_told(folder, capsys):
    assert main(["report", "."]) == 1
    assert "there is no comparison in ." in capsys.readouterr().err


def test_missing_vectors_are_told_before_anything_is_trained(folder, capsys):
    given = ("--extra", "theirs=nowhere.bin", "--out", "results")
    assert main(["compare", "corpus.txt", *SMALL, "--benchmarks", "pairs.tsv", *given]) == 1
    assert "no file of vectors at 'nowhere.bin', given as the extra row 'theirs'" in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_it_fails_if_nothing_could_be_trained(folder, capsys):
    assert main(["compare", "corpus.txt", *SMALL, "--alpha", "1e9", "--benchmarks", "pairs.tsv", "-q"]) == 1
    assert "unigram: failed: " in capsys.readouterr().out


@pytest.fixture
def interrupts_are_not_ignored():
    """Undo what a shell did to a job in the background: what is ignored is so in processes that are started, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
@pytest.mark.usefixtures("interrupts_are_not_ignored")
def test_ctrl_c_ends_it_with_the_runs_so_far(folder):
    call = [sys.executable, "-m", "wordneg", "compare", "corpus.txt", *SMALL, "--seeds", "500", "--out", "results"]
    begun = subprocess.Popen(
        [*call, "--benchmarks", "pairs.tsv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while len(list((folder / "results" / "runs").glob("*.json"))) < 4:
        time.sleep(0.05)
    begun.send_signal(signal.SIGINT)
    out, err = begun.communicate()
    assert begun.returncode == 130
    assert "unigram (baseline)" in out
    assert "the comparison was interrupted after" in err
    assert "Traceback" not in err
