import json
import math
import subprocess
import sys

import numpy as np
import pytest

from wordneg.comparison.experiment import Experiment
from wordneg.comparison.folder import Folder, write_header, write_run, write_tuning
from wordneg.comparison.records import Epoch, Protocol, Run, Score, Tuning

SCORE = Score("wordsim353", "spearman", "all", 0.5, 300, 53)
PROTOCOL = Protocol(
    corpus="text",
    fingerprint="f" * 32,
    words=1000,
    vocabulary=50,
    budget="epochs",
    tune="alpha",
    baseline="unigram",
    seeds=(1, 2),
    settings={"unigram": {"alpha": 0.025}, "dns, window 5": {"alpha": 0.025}},
    versions={"numpy": "2"},
    machine="one",
    command="wordneg compare",
    started="2026-01-01T00:00:00+00:00",
    benchmarks=("wordsim353",),
    policy="case ignored",
    notes=("a note",),
)


def a_run(setting="unigram", seed=1, status="done"):
    epochs = (Epoch(1, 0.5, math.nan), Epoch(2, 1.0, 0.25, (SCORE,)))
    return Run(setting, seed, status, None, {"alpha": 0.05}, 1.0, 1e6, 10**8, (SCORE,), epochs, None)


def a_tuning(setting="unigram"):
    return Tuning(setting, "alpha", ((0.025, 0.1), (0.05, None)), 0.025, 3.5, 2000)


@pytest.fixture
def folder(tmp_path):
    Folder(tmp_path, {}).begin("news")
    write_header(tmp_path, PROTOCOL, {"seeds": [1, 2], "settings": {"unigram": {"alpha": 0.025}}}, {})
    return tmp_path


def test_json_holds_everything():
    experiment = Experiment(PROTOCOL, (a_tuning(),), (a_run(),))
    text = json.dumps(experiment.to_json(), allow_nan=False)
    again = Experiment.from_json(json.loads(text))
    assert again.protocol == PROTOCOL
    assert again.tunings == experiment.tunings
    assert math.isnan(again.runs[0].epochs[0].loss)
    assert again.runs[0].epochs[1:] == experiment.runs[0].epochs[1:]
    assert again.runs[0].scores == (SCORE,)


def test_records_of_before_are_read_without_what_they_do_not_know():
    data = Experiment(PROTOCOL, (), (a_run(),)).to_json()
    del data["protocol"]["preparing"], data["runs"][0]["beyond"]
    again = Experiment.from_json(data)
    assert (again.protocol.preparing, again.runs[0].beyond) == (None, None)
    del data["runs"][0]["items"]
    with pytest.raises(KeyError, match="items"):
        Experiment.from_json(data)


def test_a_folder_gives_back_what_was_written_in_the_order_of_settings_and_seeds(folder):
    items = {"wordsim353": np.array([0.5, np.nan]), "wordsim353/gold": np.array([1.0, 2.0])}
    for setting, seed in (("dns, window 5", 2), ("dns, window 5", 1), ("unigram", 1)):
        write_run(folder, a_run(setting, seed), items)
    write_tuning(folder, a_tuning("dns, window 5"))
    write_tuning(folder, a_tuning())
    experiment = Experiment.open(folder)
    assert [(run.setting, run.seed) for run in experiment.runs] == [
        ("unigram", 1),
        ("dns, window 5", 1),
        ("dns, window 5", 2),
    ]
    assert [tuning.setting for tuning in experiment.tunings] == ["unigram", "dns, window 5"]
    assert experiment.tunings[0] == a_tuning()
    found = experiment.items(experiment.runs[0])
    assert found.keys() == items.keys()
    np.testing.assert_array_equal(found["wordsim353"], items["wordsim353"])


def test_labels_that_differ_in_signs_only_have_files_of_their_own(folder):
    for label in ("dns, window 5", "dns window 5", "dns (window 5)"):
        write_run(folder, a_run(label), {})
    assert len(Experiment.open(folder).runs) == 3


def test_a_run_without_items_has_none(folder):
    write_run(folder, a_run(), {})
    experiment = Experiment.open(folder)
    assert experiment.items(experiment.runs[0]) == {}


def test_a_folder_without_a_comparison_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no comparison in .*--out of `wordneg compare`"):
        Experiment.open(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "something"}, "does not say that it is a wordneg comparison"),
        ({"version": 99}, "has version 99, and this wordneg reads 1"),
        ({"protocol": {}}, "is not the record of a protocol"),
    ],
)
def test_a_foreign_header_is_refused(folder, change, message):
    path = folder / "comparison.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ValueError, match=message):
        Experiment.open(folder)


@pytest.mark.parametrize("content", ["{", "[]", '{"setting": "unigram"}'])
def test_a_damaged_run_is_named(folder, content):
    (folder / "runs" / "unigram-1.json").write_text(content)
    with pytest.raises(ValueError, match=r"unigram-1\.json .*remove it"):
        Experiment.open(folder)


def test_a_folder_of_other_things_is_refused(tmp_path):
    (tmp_path / "novel.txt").write_text("once")
    with pytest.raises(FileExistsError, match="is not empty, and what it holds is no comparison"):
        Folder(tmp_path, {})
    with pytest.raises(NotADirectoryError, match="is a file"):
        Folder(tmp_path / "novel.txt", {})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"seeds": [1, 2, 3]}, r"seeds is \[1, 2\] there and \[1, 2, 3\] here"),
        ({"seeds": [1, 2]}, r"settings is .* there and left out here"),
        (
            {"seeds": [1, 2], "settings": {"unigram": {"alpha": 0.05}}},
            "settings, unigram, alpha is 0.025 there and 0.05 here",
        ),
    ],
)
def test_another_comparison_is_refused_by_the_first_difference(folder, request_, message):
    with pytest.raises(ValueError, match=f"holds another comparison: {message}"):
        Folder(folder, request_)


def test_failed_runs_and_runs_without_their_items_are_made_again(folder):
    request = {"seeds": [1, 2], "settings": {"unigram": {"alpha": 0.025}}}
    write_run(folder, a_run(seed=1), {"wordsim353": np.zeros(2)})
    write_run(folder, a_run(seed=2, status="failed"), {})
    assert Folder(folder, request).finished().keys() == {("unigram", 1)}
    (folder / "runs" / "unigram-1.npz").unlink()
    assert not Folder(folder, request).finished()


def test_reading_results_needs_no_compiler():
    code = "import sys, wordneg.comparison; assert not {'numba', 'scipy', 'gensim', 'matplotlib'} & sys.modules.keys()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
