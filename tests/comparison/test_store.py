import json
import math
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from wordneg.comparison import Comparison, Epoch, Protocol, Request, Run, Score, Tried, Tuning
from wordneg.comparison.store import Store

SCORE = Score("wordsim353", "spearman", "all", 0.5, 300, 53)
REQUEST = Request(
    rows={"unigram": {"alpha": 0.025}, "dns, window 5": {"alpha": 0.025}},
    seeds=(1, 2),
    benchmarks=("wordsim353",),
    command="wordneg compare",
)
PROTOCOL = Protocol(
    corpus="text",
    fingerprint="f" * 32,
    words=1000,
    vocabulary=50,
    benchmarks=("wordsim353",),
    versions={"numpy": "2"},
    machine="one",
    started="2026-01-01T00:00:00+00:00",
    policy="case ignored",
    notes=("a note",),
)


def a_run(row="unigram", seed=1, status="done"):
    epochs = (Epoch(1, 0.5, math.nan), Epoch(2, 1.0, 0.25, (SCORE,)))
    return Run(row, seed, status, None, {"alpha": 0.05}, 1.0, 1e6, 10**8, (SCORE,), epochs)


def a_tuning(row="unigram"):
    return Tuning(row, (Tried({"alpha": 0.025}, 0.1), Tried({"alpha": 0.05}, None)), {"alpha": 0.025}, 3.5, 2000)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.write_header(REQUEST, PROTOCOL, "news", {"unigram": 5})
    return store


def test_json_holds_everything():
    for record in (PROTOCOL, a_tuning(), a_run()):
        again = type(record).from_plain(json.loads(json.dumps(record.as_plain(), allow_nan=False)))
        assert repr(again) == repr(record)  # in which NaN is NaN


def test_records_of_before_are_read_without_what_they_do_not_know():
    protocol, run = PROTOCOL.as_plain(), a_run().as_plain()
    del protocol["preparing"], run["beyond"]
    assert (Protocol.from_plain(protocol).preparing, Run.from_plain(run).beyond) == (None, None)
    del run["options"]
    with pytest.raises(ValueError, match="lacks 'options'"):
        Run.from_plain(run)


def test_a_folder_gives_back_what_was_written_in_the_order_of_rows_and_seeds(store):
    items = {"wordsim353": np.array([0.5, np.nan], np.float32), "wordsim353/gold": np.array([1.0, 2.0])}
    for setting, seed in (("dns, window 5", 2), ("dns, window 5", 1), ("unigram", 1)):
        store.write_run(a_run(setting, seed), items)
    store.write_tuning(a_tuning("dns, window 5"))
    store.write_tuning(a_tuning())
    comparison = Comparison.open(store.path)
    assert (comparison.request, comparison.protocol) == (REQUEST, PROTOCOL)
    assert comparison.request.command == REQUEST.command
    assert comparison.epochs == {"unigram": 5}
    assert [(run.row, run.seed) for run in comparison.runs] == [
        ("unigram", 1),
        ("dns, window 5", 1),
        ("dns, window 5", 2),
    ]
    assert [tuning.row for tuning in comparison.tunings] == ["unigram", "dns, window 5"]
    assert comparison.tunings[0] == a_tuning()
    found = comparison.items(comparison.runs[0])
    assert found.keys() == items.keys()
    np.testing.assert_array_equal(found["wordsim353"], items["wordsim353"])


def test_what_items_are_is_kept_once_and_their_scores_are_small(store):
    clusters = np.arange(4000, dtype=np.int32).reshape(-1, 2)
    solved = np.tile(np.array([1, 0, 1, -1], np.int8), 500)
    run = store.write_run(a_run(), {"google": solved, "google/cluster": clusters})
    store.write_run(a_run(seed=2), {"google": solved, "google/cluster": clusters})
    assert [path.name for path in (store.path / "benchmarks").iterdir()] == ["google.npz"]
    assert (store.path / "runs" / run.items).stat().st_size < 500
    found = store.items(run)
    assert found["google"].dtype == np.float64
    np.testing.assert_array_equal(found["google"][:4], [1, 0, 1, np.nan])
    assert found["google/cluster"].dtype == np.int64
    np.testing.assert_array_equal(found["google/cluster"], clusters)


def test_labels_that_differ_in_signs_only_have_files_of_their_own(store):
    labels = ("dns, window 5", "dns window 5", "dns (window 5)")
    store.write_header(replace(REQUEST, rows={label: {} for label in labels}, baseline=""), PROTOCOL, "news", {})
    for label in labels:
        store.write_run(a_run(label))
    assert [run.row for run in Comparison.open(store.path).runs] == list(labels)


def test_a_run_without_items_has_none(store):
    store.write_run(a_run())
    comparison = Comparison.open(store.path)
    assert comparison.items(comparison.runs[0]) == {}


def test_a_folder_without_a_comparison_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no comparison in .*--out of `wordneg compare`"):
        Comparison.open(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "something"}, "does not say that it is a wordneg comparison"),
        ({"version": 99}, "has version 99, and this wordneg reads 4"),
        ({"version": 1}, "has version 1, and this wordneg reads 4; open it with the wordneg that wrote it"),
        ({"identity": {}}, "rows is missing or empty"),
        ({"identity": 5}, "does not say what was asked for"),
        ({"protocol": {}}, "lacks 'corpus'"),
        ({"protocol": None}, "it is None, expected an object"),
        ({"epochs": {"unigram": "5"}}, r"epochs\['unigram'\] is '5', expected a whole number"),
    ],
)
def test_a_foreign_header_is_refused(store, change, message):
    path = store.path / "comparison.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match=message):
        Comparison.open(store.path)


@pytest.mark.parametrize("content", ["{", "[]", '{"row": "unigram"}'])
def test_a_damaged_run_is_named(store, content):
    store.write_run(a_run())
    (store.path / "runs" / "unigram-1.json").write_text(content)
    with pytest.raises(ValueError, match=r"unigram-1\.json.* remove it"):
        Comparison.open(store.path)


def test_a_folder_of_other_things_is_refused(tmp_path):
    (tmp_path / "novel.txt").write_text("once")
    with pytest.raises(FileExistsError, match="is not empty, and what it holds is no comparison"):
        Store(tmp_path).check(REQUEST)
    with pytest.raises(NotADirectoryError, match="is a file"):
        Store(tmp_path / "novel.txt").check(REQUEST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tune": None}, 'tune is "alpha" there and null here'),
        ({"tune_by": "benchmarks"}, 'tune_by is "held-out" there and "benchmarks" here'),
        ({"tune_words": 90_000}, "tune_words is null there and 90000 here"),
        ({"budget": "time"}, 'budget is "epochs" there and "time" here'),
        ({"held_out": 0.1}, "held_out is 0.05 there and 0.1 here"),
        ({"baseline": "dns, window 5"}, 'baseline is "unigram" there and "dns, window 5" here'),
        ({"benchmarks": ("simlex999",)}, "it is scored on wordsim353, too"),
        ({"rows": {"unigram": {"alpha": 0.05}}}, "alpha is 0.025 there and 0.05 here"),
        ({"rows": {"unigram": {"trainer": "gensim"}}}, "trainer of 'unigram' is null there and \"gensim\" here"),
    ],
)
def test_what_cannot_be_put_together_is_refused_by_the_first_difference(store, change, message):
    with pytest.raises(ValueError, match=f"holds another comparison: {re.escape(message)}"):
        store.check(replace(REQUEST, **{"tune_by": None, "baseline": ""} | change))


def test_another_version_is_refused(store, monkeypatch):
    request = Request.of("unigram", benchmarks=["wordsim353"])
    store.write_header(request, PROTOCOL, "news", {})
    assert store.check(request) == request
    monkeypatch.setattr("wordneg.comparison.store.versions", lambda: {"wordneg": "99"})
    with pytest.raises(ValueError, match=r"it was made by wordneg .*, and this is 99"):
        store.check(request)


def test_failed_runs_and_runs_without_their_items_are_made_again(store):
    store.write_run(a_run(seed=1), {"wordsim353": np.zeros(2, np.float32)})
    store.write_run(a_run(seed=2, status="failed"))
    assert Comparison.open(store.path).finished().keys() == {("unigram", 1)}
    (store.path / "runs" / "unigram-1.npz").unlink()
    assert not Comparison.open(store.path).finished()


def test_reading_results_needs_no_compiler():
    code = "import sys, wordneg.comparison; assert not {'numba', 'scipy', 'gensim', 'matplotlib'} & sys.modules.keys()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
