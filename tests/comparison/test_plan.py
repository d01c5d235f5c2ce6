import csv
import html
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from comparisons import SMALL, make_pairs, make_text, quick

from wordneg import Comparison, compare, corpora, encode
from wordneg.comparison import Request, read_plan
from wordneg.comparison.plan import load_plan, plan_text, source_of, write_plan
from wordneg.samplers import DNS, Unigram

EXPERIMENTS = Path(__file__).parents[1] / "benchmarks" / "experiments"


@pytest.fixture(scope="module")
def text():
    return encode(make_text(), min_count=1)


@pytest.fixture(scope="module")
def finished(text):
    return quick(text, benchmarks=[make_pairs()], seeds=2)


def asked_by(path, **changes):
    said = load_plan(path)
    said.pop("corpus", None)
    return Request.of(**said | changes)


# --- the same comes back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "samplers": ["unigram", {"name": "dns", "candidates": 64}],
            "window": [5, 10],
            "alpha": 1e-05,
            "min_alpha": 1e-06,
            "tune": None,
        },
        {"objectives": ["logistic", "softmax"], "seeds": [7, 5], "budget": "time", "held_out": 0.1},
        {"samplers": ["unigram", "optrank"], "gensim": True, "wordrank": [{"epochs": 20}, {"epochs": 60}], "sg": 1},
        {"samplers": [DNS(candidates=16), Unigram], "baseline": "unigram", "tune_words": 90_000, "min_count": 1},
        {"tune_by": "benchmarks", "max_final_vocab": 1000, "held_out": None, "share_negatives": [True, False]},
        {"rows": {"a": {"window": 2, "sampler": "dns"}, 'say "b"\\': {"window": 10}, "ü": {"trainer": "gensim"}}},
        {"samplers": "unigram", "wordrank": {"epochs": 20, "loss": "logistic", "window": 15}},
        {"samplers": "unigram", "phrases": 1, "all_vec": [{"epochs": 20}, {}], "closed_form": {"power": 0.25}},
        {"rows": {"a": {}, "b": {"trainer": "all-vec", "epochs": 7}, "c": {"trainer": "closed-form", "window": 5}}},
    ],
)
def test_a_plan_asks_for_the_same(tmp_path, options):
    request = Request.of(**{"benchmarks": ["wordsim353", "google"]} | options)
    write_plan(request, tmp_path / "plan.toml")
    again = asked_by(tmp_path / "plan.toml")
    assert again == request
    assert plan_text(again) == plan_text(request)
    assert plan_text(Request.from_plain(request.as_plain())) == plan_text(request)


def test_rows_of_methods_are_written_with_what_was_given():
    options = {"phrases": 1, "all_vec": [{"epochs": 20}, {}], "closed_form": {"power": 0.25}}
    text = plan_text(Request.of("unigram", **options, benchmarks=[]))
    assert "all_vec = [{ epochs = 20 }, {}]" in text
    assert "closed_form = [{ power = 0.25 }]" in text
    assert "[rows." not in text


def test_several_tuned_settings_are_written_with_their_values():
    tune = {"alpha": "auto", "sampler.candidates": [8, 32], "sample": (1e-5, 1e-3)}
    text = plan_text(Request.of(["unigram", "dns"], tune=tune, benchmarks=[]))
    assert 'tune = { alpha = "auto", "sampler.candidates" = [8, 32], sample = "1e-05..0.001" }' in text


def test_rows_that_are_axes_are_written_as_axes():
    said = tomllib.loads(plan_text(Request.of(["unigram", "dns"], window=[5, 10], benchmarks=[])))
    assert (said["samplers"], said["window"], said["sg"]) == (["unigram", "dns"], [5, 10], 0)
    assert "rows" not in said
    assert "objectives" not in said
    said = tomllib.loads(plan_text(Request.of(["unigram", "dns"], ["logistic", "softmax"], benchmarks=[])))
    assert said["objectives"] == ["logistic", "softmax"]


def test_rows_that_are_no_axes_have_a_table_each():
    said = tomllib.loads(plan_text(Request.of(rows={"narrow": {"window": 2}, "wide": {"window": 9}}, benchmarks=[])))
    assert said["rows"].keys() == {"narrow", "wide"}
    assert said["rows"]["wide"]["window"] == 9
    assert "samplers" not in said


@pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("*.toml")), ids=lambda path: path.stem)
def test_experiments_are_plans(path, tmp_path):
    request = asked_by(path, benchmarks=["wordsim353"])
    write_plan(request, tmp_path / "plan.toml")
    assert asked_by(tmp_path / "plan.toml") == request


# --- where things come from ----------------------------------------------------------------------------


def test_a_plan_in_a_folder_is_made_from_python(tmp_path, monkeypatch):
    (tmp_path / "text.txt").write_text("\n".join(" ".join(sentence) for sentence in make_text()))
    (tmp_path / "pairs.tsv").write_text("cat\tdog\t9\ncar\tbus\t8\ncat\tbus\t2\nhen\tvan\t1\n")
    monkeypatch.chdir(tmp_path)
    first = compare("text.txt", ["unigram"], seeds=1, tune=None, benchmarks=["pairs.tsv"], out="out", **SMALL)
    (tmp_path / "plan.toml").write_text(first.plan())
    assert Comparison.open("out").plan() == first.plan()
    monkeypatch.chdir(tmp_path.parent)  # files are looked for beside the plan
    again = compare(**read_plan(tmp_path / "plan.toml"))
    assert [run.scores for run in again.runs] == [run.scores for run in first.runs]
    more = compare(**read_plan(tmp_path / "plan.toml") | {"seeds": 2})
    assert more.runs[0].scores == first.runs[0].scores


def test_sources_that_a_plan_can_name():
    assert source_of("news.txt", {}) == {"corpus": ["news.txt"]}
    assert source_of(corpora.load("lee"), {}) == {"corpus": ["lee"]}
    prose = {"tokenizer": corpora.tokenize, "encoding": "latin-1"}
    assert source_of(Path("news.txt"), prose) == {"corpus": ["news.txt"], "tokenize": True, "encoding": "latin-1"}
    assert source_of("news.txt", {"tokenizer": str.split}) == {}
    assert source_of([["a", "b"]], {}) == {}


def test_what_is_in_no_file_is_said(finished):
    text = finished.plan()
    assert "# Left out, as they are in no file: the benchmarks toy." in text
    assert "# The text was not in a file: give the corpus when it is made." in text
    assert tomllib.loads(text)["benchmarks"] == []


def test_what_no_file_can_hold_is_told():
    class Own(Unigram):
        name = "own"

    with pytest.raises(ValueError, match="a plan cannot hold the row 'own', whose sampler is an object of your own"):
        plan_text(Request.of(Own(), benchmarks=[]))
    extra = {"theirs": {"cat": np.ones(2, np.float32)}}
    with pytest.raises(ValueError, match="a plan cannot hold the row 'theirs', whose vectors are not in a file"):
        plan_text(Request.of("unigram", extra=extra, tune=None, benchmarks=[]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("seeds = ?", r"the plan '.*plan\.toml' is not TOML: .*line 1"),
        ("out = 'results'", "has 'out', where results go; give that when it is made"),
        ("corpus = 5", "has corpus = 5, expected a string or a list of strings"),
        ("benchmarks = [1]", r"has benchmarks = \[1\], expected a string or a list of strings"),
    ],
)
def test_wrong_plans_are_sentences(tmp_path, content, message):
    (tmp_path / "plan.toml").write_text(content)
    with pytest.raises(ValueError, match=message):
        read_plan(tmp_path / "plan.toml")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"rows": {}}, ValueError, "the first of the rows must be one of Word2Vec"),
        ({"rows": {"g": {"trainer": "gensim"}}}, ValueError, "the first of the rows must be one of Word2Vec"),
        ({"rows": ["a"]}, TypeError, "expected settings by label"),
        ({"rows": {"a": {}, "b": {"min_count": 1}}}, ValueError, "got min_count=1 in the row 'b' and 5 in 'a'"),
        ({"rows": {"a": {}}, "samplers": "dns", "window": 5}, TypeError, "got rows and samplers, window; rows have"),
    ],
)
def test_wrong_rows_are_sentences(options, error, message):
    with pytest.raises(error, match=message):
        Request.of(**options, benchmarks=[])


# --- every run as a table ------------------------------------------------------------------------------


def test_every_score_of_every_run_is_a_record(finished):
    records = finished.records()
    assert len(records) == sum(len(run.scores) for run in finished.runs)
    assert len({tuple(record) for record in records}) == 1
    first, run = records[0], finished.runs[0]
    assert (first["row"], first["seed"], first["benchmark"]) == ("unigram", 1, run.scores[0].benchmark)
    assert (first["value"], first["seconds"]) == (run.scores[0].value, run.seconds)
    assert (first["sampler"], first["sampler.exponent"], first["alpha"]) == ("unigram", 0.75, 0.05)


def test_a_failed_run_is_a_record(finished):
    failed = replace(finished.runs[0], status="failed", error="no", scores=())
    (record,) = replace(finished, runs=(failed,)).records()
    assert (record["status"], record["error"], record["benchmark"], record["value"]) == ("failed", "no", None, None)
    assert replace(finished, runs=()).records() == []


def test_csv_has_all_digits(finished, tmp_path):
    finished.to_csv(tmp_path / "runs.csv")
    with open(tmp_path / "runs.csv", newline="", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    for row, record in zip(read, finished.records(), strict=True):
        assert list(row) == list(record)
        assert (row["value"] == "") if record["value"] is None else (float(row["value"]) == record["value"])
    replace(finished, runs=()).to_csv(tmp_path / "none.csv")


def test_parquet_has_the_same(finished, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    finished.to_parquet(tmp_path / "runs.parquet")
    assert parquet.read_table(tmp_path / "runs.parquet").to_pylist() == finished.records()


def test_a_data_frame_has_the_same(finished):
    pytest.importorskip("pandas")
    frame = finished.to_frame()
    assert list(frame.columns) == list(finished.records()[0])
    assert len(frame) == len(finished.records())


@pytest.mark.parametrize(("name", "method"), [("pyarrow", "to_parquet"), ("pandas", "to_frame")])
def test_a_missing_package_is_a_sentence(finished, tmp_path, monkeypatch, name, method):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ImportError, match=f"needs {name}; install it with: pip install"):
        getattr(finished, method)(*([tmp_path / "runs"] if method == "to_parquet" else []))


def test_settings_within_settings_have_columns_of_their_own(finished):
    stage = {"name": "dns", "candidates": 8}
    run = replace(finished.runs[0], options={"sampler": {"name": "top-fraction", "first_stage": stage}, "window": 5})
    record = replace(finished, runs=(run,)).records()[0]
    told = {name: value for name, value in record.items() if name.startswith(("sampler", "window"))}
    assert told == {
        "sampler": "top-fraction",
        "sampler.first_stage": "dns",
        "sampler.first_stage.candidates": 8,
        "window": 5,
    }


def test_the_page_has_the_plan(finished, tmp_path):
    pytest.importorskip("matplotlib")
    finished.report(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    *_, command, plan = re.findall("<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert html.unescape(command) == finished.request.command
    assert html.unescape(plan) == finished.plan()
