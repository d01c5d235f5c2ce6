"""Rows of WordRank in a comparison."""

import json
import pickle
import shutil

import numpy as np
import pytest
from comparisons import Listener, Stopping, make_pairs, make_text, quick

import wordneg
from wordneg import Comparison, encode
from wordneg.comparison import making
from wordneg.comparison.heldout import split
from wordneg.comparison.making import fair_epochs
from wordneg.comparison.trainers.rows import make_trainers
from wordneg.comparison.trainers.wordneg import Word2VecTrainer, WordRankTrainer

COMMON = {"vector_size": 16, "min_count": 1, "workers": 1}


def rows(wordrank, **options):
    """Return the settings of WordRank beside a sampler."""
    return make_trainers("unigram", None, COMMON | options, wordrank=wordrank)[1:]


@pytest.fixture(scope="module")
def store():
    return encode(make_text(), min_count=1)


@pytest.fixture(scope="module")
def finished(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    return quick(
        store, "unigram", tune="alpha", held_out=0.04, benchmarks=[make_pairs()], wordrank={"window": 4}, out=folder
    )


# --- settings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wordrank", "labels"),
    [
        (False, []),
        (None, []),
        (True, ["WordRank"]),
        ({}, ["WordRank"]),
        ({"epochs": 30, "window": 10}, ["WordRank (epochs 30, window 10)"]),
        ([{}, {"loss": "logistic"}], ["WordRank", "WordRank (loss logistic)"]),
    ],
)
def test_rows_are_called_by_what_was_given(wordrank, labels):
    assert [setting.label for setting in rows(wordrank)] == labels


def test_what_is_common_comes_from_the_comparison_and_the_rest_is_wordranks_own():
    (setting,) = rows({"tau": 2}, window=3, epochs=7, alpha=0.1, negative=9)
    defaults = wordneg.WordRank().parameters
    parameters = setting.parameters
    assert (parameters.vector_size, parameters.min_count, parameters.workers, parameters.tau) == (16, 1, 1, 2.0)
    for name in ("window", "epochs", "alpha", "learning_rate", "negative"):
        assert getattr(parameters, name) == getattr(defaults, name)
    options = json.loads(json.dumps(pickle.loads(pickle.dumps(setting)).as_plain()))
    assert options.pop("trainer") == "wordrank"
    assert wordneg.WordRank(**options, seed=parameters.seed).parameters == parameters


@pytest.mark.parametrize(
    ("wordrank", "error", "message"),
    [
        ("yes", TypeError, r"got wordrank='yes', expected True, settings of wordneg.WordRank such as \{'epochs'"),
        (5, TypeError, "got wordrank=5, expected True"),
        ([{}, "loss"], TypeError, r"got wordrank=\[\{\}, 'loss'\]"),
        ([], ValueError, "got an empty list of wordrank, expected at least one"),
        ([{}, {}], ValueError, "two rows would be called 'WordRank'"),
        ({"epoch": 3}, TypeError, "wordrank: there is no setting 'epoch'; did you mean 'epochs'"),
        ({5: 3}, TypeError, "wordrank: there is no setting 5"),
        ({"vector_size": 50}, TypeError, "wordrank: vector_size is the same for all rows"),
        ({"seed": 3}, TypeError, "wordrank: seed is no setting of a row: give seeds"),
        ({"window": 0}, ValueError, "wordrank: got window=0, expected a whole number"),
        ({"epochs": "many"}, TypeError, "wordrank: got epochs='many'"),
        ({"beta": 1}, ValueError, "wordrank: got alpha=100.0 and beta=1.0"),
    ],
)
def test_bad_settings_are_sentences(wordrank, error, message):
    with pytest.raises(error, match=message):
        rows(wordrank)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"budget": "candidates"}, "got budget='candidates' and the row 'WordRank', which has no candidates"),
        ({"budget": "time", "wordrank": {"epochs": 5}}, r"the row 'WordRank \(epochs 5\)'; leave its epochs out"),
        (
            {
                "tune": "alpha",
                "tune_by": "held-out",
                "wordrank": [{"learning_rate": 0.5}, {"learning_rate": 1}],
            },
            "got several values of learning_rate, and tune='alpha'",
        ),
    ],
)
def test_what_does_not_go_together_is_told(store, options, message):
    with pytest.raises(ValueError, match=message):
        quick(store, "unigram", **{"wordrank": True} | options)


# --- what comes out ------------------------------------------------------------------------------------


def test_it_is_trained_and_measured_like_the_others(finished):
    assert [(run.row, run.seed, run.status) for run in finished.runs] == [
        (setting, seed, "done") for setting in ("unigram", "WordRank (window 4)") for seed in (1, 2)
    ]
    scored = [{(one.benchmark, one.measure, one.band) for one in run.scores} for run in finished.runs]
    assert scored[0] == scored[-1]
    run = finished.runs[-1]
    assert run.seconds > 0
    assert run.words_per_second is None
    assert [epoch.epoch for epoch in run.epochs] == list(range(1, 21))
    assert all(np.isfinite(epoch.loss) for epoch in run.epochs)
    by_measure = {one.measure: one.value for one in run.scores if one.band == "all"}
    assert by_measure["spearman"] > 0.7
    assert by_measure["log-likelihood"] == pytest.approx(-1.7, abs=0.1)  # the others': 0.2 and more about


def test_a_run_is_what_wordrank_makes_of_its_options(finished, store):
    run = finished.runs[-1]
    training, _ = split(store, 0.04)
    options = dict(run.options)
    assert options.pop("trainer") == "wordrank"
    model = wordneg.WordRank(training, **options, progress=False)
    vectors = {word: model.wv.get_vector(word, norm=True) for word in ("cat", "dog", "car", "bus")}
    expected = [vectors["cat"] @ vectors["dog"], vectors["car"] @ vectors["bus"], vectors["cat"] @ vectors["bus"]]
    np.testing.assert_allclose(finished.items(run)["toy"][:3], expected, rtol=1e-5)


def test_the_notes_say_what_is_equal_and_what_is_not(finished):
    notes = " ".join(finished.protocol.notes)
    for said in (
        "(before tuning: WordRank (window 4): window 4, 20 passes, learning rate 1)",
        "equal epochs mean nothing",
        "The common measure is training seconds",
        "It was tuned in place of alpha, on the same words, with as many trainings",
        "trained to rank them, not to be log-probabilities",
    ):
        assert said in notes


def test_its_learning_rate_is_tuned_where_others_have_alpha(finished):
    ours, theirs = finished.tunings
    assert ([*ours.chosen], [*theirs.chosen]) == (["alpha"], ["learning_rate"])
    assert theirs.tried[0].values == {"learning_rate": 1.0}
    assert len(theirs.tried) > 2
    assert (ours.words > 0, theirs.words) == (True, None)
    assert {run.options["learning_rate"] for run in finished.runs[2:]} == {theirs.chosen["learning_rate"]}
    assert {run.options["alpha"] for run in finished.runs[2:]} == {100.0}


@pytest.mark.lengthy
def test_tables_and_report_have_the_row(finished, tmp_path):
    pytest.importorskip("matplotlib")
    text = finished.table().to_text()
    assert f"{finished.tunings[1].chosen['learning_rate']:.4g} (learning_rate)" in text
    speed = next(row["words_per_second"] for row in json.loads(finished.table().to_json())["rows"][1:])
    assert speed is None
    assert "learning_rate" in finished.table("tuning").to_text()
    finished.report(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The same for all of WordRank" in page
    assert "but for WordRank" in page


def test_another_tuned_name_leaves_it_as_it_is(store):
    comparison = quick(
        store, "unigram", seeds=1, tune="window", tune_by="held-out", tune_words=6 * 3000, wordrank={"epochs": 2}
    )
    assert [tuning.row for tuning in comparison.tunings] == ["unigram"]
    assert comparison.runs[1].options["window"] == 15
    assert "window was not tuned for WordRank" in " ".join(comparison.protocol.notes)


def test_a_training_that_fails_is_a_row(store):
    comparison = quick(store, "unigram", seeds=1, wordrank=[{"epochs": 1}, {"memory_limit": 1000}])
    assert [run.status for run in comparison.runs] == ["done", "done", "failed"]
    assert comparison.runs[2].error.startswith("WordRank: ValueError: ")
    assert "memory" in comparison.runs[2].error


# --- time ----------------------------------------------------------------------------------------------


def test_counting_belongs_to_the_time(store):
    (setting,) = rows({"epochs": 3})
    told = Listener()
    trained = setting.train(store, 1, told)
    assert len(told.times) == 3
    assert 0 < trained.before < told.times[0] < trained.seconds
    assert trained.seconds == pytest.approx(told.times[-1])
    assert trained.words is None
    assert trained.inputs.shape == trained.outputs.shape == (9, 16)
    assert not np.allclose(trained.inputs, trained.outputs)


def test_a_budget_of_time_finds_the_passes(store, monkeypatch):
    paces = {"unigram": (0.0, 4.0), "WordRank": (6.0, 1.0)}
    monkeypatch.setattr(making, "probe", lambda setup, trainer, words, report: paces[trainer.label])
    comparison = quick(store, "unigram", seeds=1, epochs=4, budget="time", wordrank=True)
    assert [run.options["epochs"] for run in comparison.runs] == [4, 10]
    assert "unigram: 4; WordRank: 10" in " ".join(comparison.protocol.notes)


def test_a_probe_of_it_is_of_the_whole_text_and_a_period(store, monkeypatch):
    probed = {}

    for kind in (Word2VecTrainer, WordRankTrainer):

        def watched(trainer, text, *arguments, original=kind.train):
            if not arguments[1:]:  # runs have a hook
                probed[trainer.kind] = trainer.epochs, len(text.tokens)
            return original(trainer, text, *arguments)

        monkeypatch.setattr(kind, "train", watched)
    quick(store, "unigram", seeds=1, tune_words=6 * 3000, budget="time", wordrank=True)
    assert probed == {"wordneg": (3, 1000), "wordrank": (5, len(split(store, 0.05)[0].tokens))}


def test_without_a_pace_it_keeps_its_passes():
    settings = make_trainers("unigram", None, COMMON, wordrank=True)
    assert fair_epochs(settings, settings[0], "time", {"unigram": (0.0, 1.0), "WordRank": None}) == {
        "unigram": 5,
        "WordRank": 20,
    }


# --- going on ------------------------------------------------------------------------------------------


def test_an_interrupted_comparison_goes_on_with_it(store, tmp_path, monkeypatch):
    options = {"tune": "alpha", "tune_by": "held-out", "wordrank": {"epochs": 3}, "out": tmp_path}
    with pytest.warns(UserWarning, match="interrupted after 2 runs, with 2 to be made"):
        begun = quick(store, "unigram", executor=Stopping(4), **options)  # two tunings and two runs
    monkeypatch.setattr(making, "tune", lambda *task, **options: pytest.fail("tuned again"))
    ended = quick(store, "unigram", **options)
    assert ended.missing == 0
    assert ended.tunings == begun.tunings
    assert ended.runs[0] == begun.runs[0]
    assert ended.runs[2] == begun.runs[1]
    assert {run.row for run in ended.runs[2:]} == {"WordRank (epochs 3)"}
    shutil.rmtree(tmp_path / "runs")
    again = quick(store, "unigram", **options)
    assert [run.scores for run in again.runs] == [run.scores for run in ended.runs]
    assert [run.row for run in Comparison.open(tmp_path).runs] == [run.row for run in ended.runs]


def test_other_settings_of_it_are_another_row(store, tmp_path):
    first = quick(store, "unigram", seeds=1, wordrank={"epochs": 1}, out=tmp_path)
    both = quick(store, "unigram", seeds=1, wordrank={"epochs": 1, "tau": 2}, out=tmp_path)
    assert list(both.request.rows) == ["unigram", "WordRank (epochs 1)", "WordRank (epochs 1, tau 2)"]
    assert both.runs[:2] == first.runs


def test_it_may_be_the_baseline(store):
    comparison = quick(store, "unigram", seeds=1, wordrank=True, baseline="WordRank")
    assert comparison.request.baseline == "WordRank"
    assert [run.options["epochs"] for run in comparison.runs] == [3, 20]
