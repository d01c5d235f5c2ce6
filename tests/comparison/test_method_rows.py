"""Rows of AllVec and ClosedForm in a comparison."""

import numpy as np
import pytest
from comparisons import make_pairs, make_text, quick

import wordneg
from wordneg import Comparison, encode
from wordneg.comparison import making
from wordneg.comparison.heldout import split
from wordneg.comparison.making import fair_epochs
from wordneg.comparison.trainers.rows import make_trainers, trainer_of

COMMON = {"vector_size": 3, "min_count": 1, "workers": 1}


def rows(**methods):
    return make_trainers("unigram", None, COMMON, **methods)[1:]


@pytest.fixture(scope="module")
def store():
    return encode(make_text(), min_count=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("finished")


@pytest.fixture(scope="module")
def finished(store, folder):
    return quick(
        store,
        "unigram",
        vector_size=3,
        tune="alpha",
        benchmarks=[make_pairs()],
        all_vec={"epochs": 3},
        closed_form={"power": 0.25},
        out=folder,
    )


def test_rows_are_called_by_what_was_given():
    labels = [row.label for row in rows(wordrank=True, closed_form=[{}, {"window": 5}], all_vec={"epochs": 3})]
    assert labels == ["WordRank", "AllVec (epochs 3)", "ClosedForm", "ClosedForm (window 5)"]


@pytest.mark.parametrize(
    ("methods", "error", "message"),
    [
        ({"all_vec": 3}, TypeError, "got all_vec=3, expected True, settings of wordneg.AllVec such as"),
        ({"closed_form": {"powr": 1}}, TypeError, "closed_form: there is no setting 'powr'; did you mean 'power'"),
        ({"closed_form": {"power": 2}}, ValueError, "closed_form: got power=2"),
        ({"all_vec": {"workers": 1}}, TypeError, "all_vec: workers is the same for all rows"),
        ({"all_vec": {"seed": 1}}, TypeError, "all_vec: seed is no setting of a row"),
        ({"closed_form": {"seed": 1}}, TypeError, "closed_form: seed is no setting of a row"),
        ({"closed_form": {"epochs": 1}}, TypeError, "closed_form: there is no setting 'epochs'"),
    ],
)
def test_bad_settings_are_sentences(methods, error, message):
    with pytest.raises(error, match=message):
        rows(**methods)


def test_they_are_made_and_measured_like_the_others(finished, store):
    assert [(run.row, run.seed, run.status) for run in finished.runs] == [
        ("unigram", 1, "done"),
        ("unigram", 2, "done"),
        ("AllVec (epochs 3)", 1, "done"),
        ("AllVec (epochs 3)", 2, "done"),
        ("ClosedForm (power 0.25)", 0, "done"),  # no seed changes it
    ]
    assert finished.missing == 0
    scored = [{(one.benchmark, one.measure, one.band) for one in run.scores} for run in finished.runs]
    assert scored[0] == scored[2] == scored[4]
    training, _ = split(store, 0.05)
    for run, kind in ((finished.runs[2], wordneg.AllVec), (finished.runs[4], wordneg.ClosedForm)):
        options = {name: value for name, value in run.options.items() if name != "trainer"}
        if kind is wordneg.ClosedForm:
            assert options.pop("seed") == 0
        model = kind(training, **options, progress=False)
        vectors = {word: model.wv.get_vector(word, norm=True) for word in ("cat", "dog", "car", "bus")}
        expected = [vectors["cat"] @ vectors["dog"], vectors["car"] @ vectors["bus"], vectors["cat"] @ vectors["bus"]]
        np.testing.assert_allclose(finished.items(run)["toy"][:3], expected, rtol=1e-5)
        assert run.seconds > 0
        assert run.words_per_second is None


def test_nothing_of_them_is_tuned(finished):
    assert [tuning.row for tuning in finished.tunings] == ["unigram"]
    notes = " ".join(finished.protocol.notes)
    for said in (
        "(AllVec (epochs 3): window 15, 3 passes)",
        "window 16, solved once, whatever the budget",
        "alpha was not tuned for AllVec",
        "are trained to be the positive pointwise mutual information",
    ):
        assert said in notes


@pytest.mark.lengthy
def test_tables_and_report_have_the_rows(finished, tmp_path):
    pytest.importorskip("matplotlib")
    assert "ClosedForm (power 0.25)" in finished.table().to_text()
    finished.report(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "but for AllVec and ClosedForm, trained on co-occurrences" in page


def test_what_was_kept_is_read_again(finished, folder):
    again = Comparison.open(folder)
    assert [run.row for run in again.runs] == [run.row for run in finished.runs]
    for row in rows(all_vec={"epochs": 3}, closed_form=True):
        assert trainer_of(row.label, row.as_plain()) == row


def test_a_budget_of_time_finds_passes_where_there_are_some(store, monkeypatch):
    paces = {"unigram": (0.0, 4.0), "AllVec": (6.0, 1.0), "ClosedForm": (1.0, 1.0)}
    monkeypatch.setattr(making, "probe", lambda setup, trainer, words, report: paces[trainer.label])
    comparison = quick(
        store, "unigram", vector_size=3, seeds=1, epochs=4, budget="time", all_vec=True, closed_form=True
    )
    assert [run.options.get("epochs") for run in comparison.runs] == [4, 10, None]
    assert "unigram: 4; AllVec: 10; ClosedForm: 1" in " ".join(comparison.protocol.notes)
    with pytest.raises(ValueError, match=r"the row 'AllVec \(epochs 5\)'; leave its epochs out"):
        quick(store, "unigram", vector_size=3, seeds=1, budget="time", all_vec={"epochs": 5})


def test_without_a_pace_they_keep_their_passes():
    settings = make_trainers("unigram", None, COMMON, all_vec=True, closed_form=True)
    paces = {"unigram": (0.0, 1.0), "AllVec": None, "ClosedForm": None}
    assert fair_epochs(settings, settings[0], "time", paces) == {"unigram": 5, "AllVec": 50, "ClosedForm": 1}


def test_a_training_that_fails_is_a_row(store):
    comparison = quick(store, "unigram", vector_size=12, seeds=1, closed_form=True)
    assert [run.status for run in comparison.runs] == ["done", "failed"]
    assert comparison.runs[1].error.startswith("ClosedForm: ValueError: got vector_size=12 for 9 words")
