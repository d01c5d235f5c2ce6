import gc
import json
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np
import pytest
from comparisons import SMALL, Listener, Stopping, make_pairs, make_text, quick

import wordneg
from wordneg import Comparison, encode, evaluation
from wordneg.comparison import making, tasks
from wordneg.comparison.heldout import split
from wordneg.comparison.records import Score
from wordneg.comparison.scoring import Scored, Scorer
from wordneg.comparison.trainers.rows import make_trainers
from wordneg.comparison.trainers.wordneg import Word2VecTrainer
from wordneg.compiled.jit import jit
from wordneg.samplers import Unigram
from wordneg.word2vec.first_stage import FirstStage


@pytest.fixture(scope="module")
def store():
    return encode(make_text(), min_count=1)


@pytest.fixture(scope="module")
def pairs():
    return make_pairs()


@pytest.fixture(scope="module")
def analogies():
    asked = (("cat", "car", "dog", "bus"), ("cow", "van", "hen", "cab"))
    return evaluation.Analogies("kinds", (evaluation.Section("kinds", asked),))


@pytest.fixture(scope="module")
def finished(store, pairs, analogies, tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    return quick(store, tune="alpha", benchmarks=[pairs, analogies], out=folder)


# --- what comes out ------------------------------------------------------------------------------------


def test_every_setting_is_trained_with_every_seed(finished):
    assert [(run.row, run.seed, run.status) for run in finished.runs] == [
        (setting, seed, "done") for setting in ("unigram", "uniform") for seed in (1, 2)
    ]
    assert finished.missing == 0
    assert repr(finished) == "Comparison(unigram, uniform on 'list': 4 runs)"
    for run in finished.runs:
        assert run.seconds > 0
        assert run.words_per_second > 1000
        assert run.beyond > 0
        assert run.peak_memory is None or run.peak_memory > 1e6
        assert [epoch.epoch for epoch in run.epochs] == [1, 2, 3]
        assert {score.benchmark for epoch in run.epochs for score in epoch.scores} == {"toy"}


def test_a_run_is_what_word2vec_makes_of_its_options(finished, store, pairs):
    run = finished.runs[0]
    training, _ = split(store, 0.05)
    model = wordneg.Word2Vec(training, **run.options)
    expected = evaluation.score_word_pairs(model.wv, pairs)
    spearman = next(s for s in run.scores if (s.benchmark, s.measure, s.band) == ("toy", "spearman", "all"))
    assert spearman.value == pytest.approx(expected.spearman.statistic)
    assert (spearman.used, spearman.missing) == (4, 1)
    np.testing.assert_array_equal(finished.items(run)["toy"], expected.scores.astype(np.float32))


def test_items_are_kept_for_tests_on_the_same_items(finished):
    items = finished.items(finished.runs[-1])
    assert np.isnan(items["toy"]).tolist() == [False] * 4 + [True]
    assert items["toy/gold"].tolist() == [9, 8, 2, 1, 5]
    assert items["toy/cluster"].tolist() == [[0, 1], [2, 3], [0, 3], [4, 5], [6, 7]]  # a number a word
    assert set(items["kinds"].tolist()) <= {0.0, 1.0}
    assert items["kinds/cluster"].tolist() == [[0, 1], [2, 3]]  # a number a pair
    held_out = next(score for score in finished.runs[-1].scores if score.benchmark == "held-out")
    assert held_out.band == "all"
    assert held_out.value == pytest.approx(items["held-out"].mean())
    assert held_out.used == len(items["held-out"]) == len(items["held-out/cluster"])


def test_scores_come_by_band_too(finished):
    bands = {score.band for score in finished.runs[0].scores if score.benchmark == "toy"}
    assert bands == {"all", "rare", "middle", "frequent"}
    held_out = {score.band: score for score in finished.runs[0].scores if score.benchmark == "held-out"}
    assert held_out["frequent"].value == held_out["all"].value  # nine words
    assert (held_out["rare"].value, held_out["rare"].used) == (None, 0)


def test_each_setting_is_tuned(finished):
    assert [tuning.row for tuning in finished.tunings] == ["unigram", "uniform"]
    for tuning in finished.tunings:
        assert tuning.seeds == (1 if tuning.row == "unigram" else 3)  # the baseline needs not be confirmed
        chosen = tuning.chosen["alpha"]
        best = max((one.score, one.values["alpha"]) for one in tuning.tried if one.score is not None)[1]
        assert chosen == tuning.tried[0].values["alpha"] or best / 1.42 < chosen < best * 1.42  # between its neighbors
        runs = [run for run in finished.runs if run.row == tuning.row]
        assert {run.options["alpha"] for run in runs} == {chosen}


def test_rows_begin_with_what_was_found_for_the_baseline(store, pairs):
    rows = {
        "third": {"sampler": {"name": "dns", "candidates": 4}},
        "{base}": {"sampler": {"name": "unigram", "exponent": 0.5}},
        "flat": {"sampler": {"name": "unigram", "exponent": 0.1}},
        "gensim": {"trainer": "gensim"},
    }
    common = {"vector_size": 5, "window": 2, "workers": 1, "sample": 0, "epochs": 2, "min_count": 1}
    asked = {label: common | options for label, options in rows.items()}
    choices = {"seeds": 1, "benchmarks": [pairs], "baseline": "{base}", "progress": False}
    made = wordneg.compare(store, rows=asked, tune="alpha", **choices)
    found = {tuning.row: tuning for tuning in made.tunings}
    assert [*found] == ["third", "{base}", "flat", "gensim"]  # in the order of rows, whichever is tuned first
    assert found["{base}"].tried[0].values == {"alpha": 0.025}
    assert {*(found[row].tried[0].values["alpha"] for row in ("third", "flat", "gensim"))} == {
        found["{base}"].chosen["alpha"]
    }
    assert "{base} was tuned first, and the others begin with what was found for it" in " ".join(made.protocol.notes)


def test_settings_of_another_sampler_begin_with_its_own(store, pairs):
    samplers = [{"name": "dns", "candidates": 4}, {"name": "optrank", "candidates": 6}]
    made = quick(store, samplers, seeds=1, tune={"alpha": "auto", "sampler.candidates": "auto"}, benchmarks=[pairs])
    base, other = made.tunings
    assert other.tried[0].values == {"alpha": base.chosen["alpha"], "sampler.candidates": 6}


def test_settings_of_one_objective_begin_with_what_was_found_for_the_baseline():
    first, same = make_trainers(["unigram", "dns"], "softmax", {})
    (other,) = make_trainers("unigram", "debiased", {})
    assert first.shares("objective.temperature", same)
    assert not first.shares("objective.temperature", other)
    assert not first.shares("sampler.exponent", make_trainers("mixture", None, {})[0])
    assert first.shares("alpha", other)


def test_the_protocol_names_what_was_done(finished, store):
    protocol = finished.protocol
    assert protocol.fingerprint == store.fingerprint
    assert protocol.words < len(store.tokens)
    assert protocol.benchmarks == ("toy", "kinds", "neighbors", "held-out")
    assert finished.request.rows["uniform"]["sampler"]["name"] == "uniform"
    assert {"wordneg", "numpy", "numba", "python"} <= protocol.versions.keys()
    assert finished.request.command.startswith("wordneg.compare('list', samplers=['unigram', 'uniform'], seeds=2, ")
    notes = " ".join(protocol.notes)
    assert "by neighbors in the first half of the held-out text; the second half is reported" in notes
    assert "The last 5.0% of the text" in notes or "the last 5.0% of the text" in notes


def test_it_is_the_same_each_time(store):
    one, other = (quick(store, "unigram", seeds=1) for _ in range(2))
    assert one.runs[0].scores == other.runs[0].scores


def test_one_seed_is_said(store):
    notes = " ".join(quick(store, "unigram", seeds=1).protocol.notes)
    assert "There is one seed, so there is no interval over seeds" in notes
    assert "Nothing was tuned" in notes


def test_without_a_folder_it_vanishes_with_the_result(store):
    comparison = quick(store, "unigram", seeds=1)
    folder = comparison.folder
    assert comparison.items(comparison.runs[0])
    del comparison
    gc.collect()
    assert not folder.exists()


# --- going on ------------------------------------------------------------------------------------------


def test_an_interruption_keeps_the_runs_and_the_same_call_goes_on(store, tmp_path, monkeypatch):
    with pytest.warns(UserWarning, match=r"interrupted after 3 runs, with 1 to be made; .*goes on"):
        begun = quick(store, out=tmp_path, executor=Stopping(3))
    assert begun.missing == 1
    assert "1 still to be made" in repr(begun)
    assert not (tmp_path / ".text").exists()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()}
    made = []

    def watched(setup, trainer, seed, report):
        made.append(seed)
        return tasks.run(setup, trainer, seed)

    monkeypatch.setattr(making, "run", watched)
    ended = quick(store, out=tmp_path)
    assert made == [2]
    assert ended.missing == 0
    assert ended.protocol.started == begun.protocol.started
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()}.items()
    assert [run.scores for run in ended.runs] == [run.scores for run in quick(store).runs]


def test_an_interruption_before_the_first_run_is_one(store):
    with pytest.raises(KeyboardInterrupt):
        quick(store, executor=Stopping(0))


def test_what_is_tuned_is_not_tuned_again(store, tmp_path, monkeypatch):
    options = {"tune": "alpha", "tune_by": "held-out", "out": tmp_path}
    first = quick(store, **options)
    shutil.rmtree(tmp_path / "runs")
    monkeypatch.setattr(making, "tune", lambda *task, **options: pytest.fail("tuned again"))
    again = quick(store, **options)
    assert again.tunings == first.tunings
    assert [run.scores for run in again.runs] == [run.scores for run in first.runs]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"window": 2}, "window is 3 there and 2 here"),
        ({"held_out": 0.1}, "held_out is 0.05 there and 0.1 here"),
        ({"budget": "candidates"}, "budget"),
    ],
)
def test_another_comparison_in_the_folder_is_refused(store, tmp_path, change, message):
    quick(store, "unigram", seeds=1, out=tmp_path)
    with pytest.raises(ValueError, match=f"holds another comparison: {message}"):
        quick(store, "unigram", **{"seeds": 1} | change, out=tmp_path)


def test_another_corpus_in_the_folder_is_refused(store, tmp_path):
    quick(store, "unigram", seeds=1, out=tmp_path)
    with pytest.raises(ValueError, match="holds another comparison: corpus is"):
        quick(store.head(1000), "unigram", seeds=1, out=tmp_path)


@pytest.mark.slow
def test_a_killed_comparison_goes_on(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(sentence) for sentence in make_text()))
    call = [
        sys.executable,
        "-m",
        "wordneg",
        "compare",
        str(text),
        "--samplers",
        "unigram",
        "--seeds",
        "200",
        "--no-tune",
    ]
    call += [
        "--out",
        str(tmp_path / "out"),
        "--vector-size",
        "16",
        "--min-count",
        "1",
        "--workers",
        "1",
        "-q",
        "--json",
    ]
    killed = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    while len(list((tmp_path / "out" / "runs").glob("*.json"))) < 3:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    begun = Comparison.open(tmp_path / "out")
    assert 3 <= len(begun.runs) < 200
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    ended = Comparison.open(tmp_path / "out")
    assert ended.missing == 0
    assert ended.runs[: len(begun.runs)] == begun.runs


# --- what fails ----------------------------------------------------------------------------------------


@jit
def draw_nothing(state, scratch, rng, outputs, query, positive, context, negatives):
    """Return."""
    return np.float32(1.0)


class NoState(NamedTuple):
    words: int


@dataclass(frozen=True)
class Unprepared:
    """A sampler that cannot be prepared."""

    name = "unprepared"
    needs_query = False
    draw = staticmethod(draw_nothing)

    def prepare(self, vocabulary, weights):
        raise ValueError("not today")

    def scratch(self, state, negative):
        return ()


def test_a_failing_setting_is_a_row(store, tmp_path):
    comparison = quick(
        store, (Unprepared, "unigram"), baseline="unigram", tune="alpha", tune_by="held-out", out=tmp_path
    )
    failed, done = comparison.runs[:2], comparison.runs[2:]
    assert {run.error for run in failed} == {"sampler 'unprepared': ValueError: not today"}
    assert {run.status for run in failed} == {"failed"}
    assert {run.status for run in done} == {"done"}
    assert "2 failed" in repr(comparison)


def test_a_training_that_diverges_is_a_row(store):
    comparison = quick(store, "unigram", alpha=[0.05, 1e30], tune=None, seeds=1)
    assert [run.status for run in comparison.runs] == ["done", "failed"]
    assert "diverge" in comparison.runs[1].error


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"baseline": "unifrom"}, "got baseline='unifrom', which is no row; did you mean 'uniform'"),
        ({"tune": "alpha", "tune_by": "benchmarks"}, "there is no benchmark to tune by"),
        ({"tune": "alpha", "held_out": None}, "there is no benchmark to tune by"),
        ({"tune": "alpha", "tune_by": "held-out", "alpha": [0.1, 0.2]}, "got several values of alpha, and tune="),
        ({"budget": "time", "epochs": [1, 2]}, "got several epochs and budget"),
        ({"extra": {"uniform": {}}}, "extra vectors are called 'uniform'"),
        ({"benchmarks": ["wordsim535"]}, "wordsim353"),
    ],
)
def test_bad_arguments_are_sentences(store, options, message):
    with pytest.raises(ValueError, match=message):
        quick(store, **options)


def test_an_executor_submits(store):
    with pytest.raises(TypeError, match=r"expected an object with submit\(function, argument\)"):
        quick(store, executor=print)


# --- elsewhere -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_process_pool_makes_the_same(store):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = quick(store, tune="alpha", tune_by="held-out", executor=pool)
    here = quick(store, tune="alpha", tune_by="held-out")
    assert [run.scores for run in there.runs] == [run.scores for run in here.runs]


class Broken:
    """An executor whose workers die."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_exception(RuntimeError("a worker died"))
        return future


def test_an_executor_that_breaks_is_a_failed_row(store):
    comparison = quick(store, "unigram", seeds=1, executor=Broken())
    assert comparison.runs[0].error == "the executor: RuntimeError: a worker died"


# --- rows from outside ---------------------------------------------------------------------------------


def test_vectors_from_outside_are_rows(store, pairs, tmp_path):
    model = wordneg.Word2Vec(store, **SMALL)
    path = tmp_path / "theirs.txt"
    model.wv.save_word2vec_format(path)
    extra = {"file": path, "object": model.wv}
    comparison = quick(store, "unigram", seeds=1, extra=extra, benchmarks=[pairs])
    rows = {run.row: run for run in comparison.runs}
    assert list(rows) == ["unigram", "file", "object"]
    expected = evaluation.score_word_pairs(model.wv, pairs).spearman.statistic
    for label in ("file", "object"):
        assert rows[label].scores[0].value == pytest.approx(expected)
        assert rows[label].seconds is None
    assert comparison.missing == 0


def test_vectors_that_cannot_be_scored_are_a_row_that_says_so(store, pairs, monkeypatch):
    model = wordneg.Word2Vec(store, **SMALL)

    def refuse(scorer, trainer, trained):
        if trained.vocabulary is not None:
            raise ValueError("not these")
        return Scored((Score("toy", "spearman", "all", None, 0, 5),), {})

    monkeypatch.setattr(Scorer, "score", refuse)
    comparison = quick(store, "unigram", seeds=1, extra={"theirs": model.wv}, benchmarks=[pairs])
    assert [(run.row, run.status, run.error) for run in comparison.runs] == [
        ("unigram", "done", None),
        ("theirs", "failed", "the extra row 'theirs': ValueError: not these"),
    ]


class Unopened:
    """A corpus that must not be read."""

    name = "unopened"

    def __iter__(self):
        pytest.fail("the corpus was opened")


def test_another_comparison_is_told_before_the_corpus_is_opened(store, tmp_path):
    quick(store, "unigram", seeds=1, out=tmp_path)
    with pytest.raises(ValueError, match="holds another comparison: window"):
        quick(Unopened(), "unigram", seeds=1, window=2, out=tmp_path)


@pytest.mark.parametrize("place", ["novel.txt", "novel.txt/results", "."])
def test_a_folder_that_cannot_be_one_is_told_before_the_corpus_is_opened(tmp_path, place):
    (tmp_path / "novel.txt").write_text("once")
    with pytest.raises((NotADirectoryError, FileExistsError)):
        quick(Unopened(), "unigram", seeds=1, out=tmp_path / place)


def test_damaged_vectors_are_told_before_the_corpus_is_opened(tmp_path):
    damaged = tmp_path / "damaged.txt"
    damaged.write_text("3 2\ncat 1 2\ndog 1\n")
    with pytest.raises(ValueError, match=r"the extra row 'theirs': .*damaged\.txt"):
        quick(Unopened(), "unigram", seeds=1, extra={"theirs": damaged}, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_a_readable_benchmark_to_tune_by_the_corpus_is_not_opened(tmp_path):
    damaged = tmp_path / "damaged.tsv"
    damaged.write_text("no pairs here\n")
    with pytest.raises(ValueError, match=r"no benchmark to tune by.*damaged\.tsv"):
        quick(Unopened(), "unigram", tune="alpha", tune_by="benchmarks", benchmarks=[damaged])


def test_benchmarks_without_a_known_word_are_nothing_to_tune_by(store):
    strange = evaluation.WordPairs("strange", (("a", "b"), ("c", "d"), ("e", "f")), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match=r"no benchmark to tune by.*not enough pairs"):
        quick(store, "unigram", tune="alpha", tune_by="benchmarks", benchmarks=[strange])


@pytest.mark.parametrize(
    ("extra", "error", "message"),
    [
        ({"theirs": "nowhere.bin"}, FileNotFoundError, "nowhere.bin"),
        ({"theirs": 5}, TypeError, "theirs"),
    ],
)
def test_vectors_that_cannot_be_rows_are_refused_at_once(store, extra, error, message):
    with pytest.raises(error, match=message):
        quick(store, "unigram", seeds=1, extra=extra)


def test_tables_by_kind(finished):
    assert "scores" not in str(finished.table("differences"))
    assert str(finished.table("differences")) != str(finished.table("bands")) != str(finished.table())
    with pytest.raises(ValueError, match="differences"):
        finished.table("diferences")


def test_no_sampler_is_refused(store):
    with pytest.raises(TypeError, match="None"):
        quick(store, None)


def test_gensims_trainer_is_a_row(store, pairs):
    pytest.importorskip("gensim")
    comparison = quick(store, "unigram", seeds=1, gensim=True, benchmarks=[pairs], epochs=10)
    ours, theirs = comparison.runs
    assert theirs.row == "gensim"
    assert theirs.options["trainer"] == "gensim"
    scores = [
        {s.benchmark: s.value for s in run.scores if s.band == "all" and s.measure in ("spearman", "log-likelihood")}
        for run in (ours, theirs)
    ]
    assert scores[1]["toy"] == pytest.approx(scores[0]["toy"], abs=0.4)
    assert scores[1]["held-out"] == pytest.approx(scores[0]["held-out"], abs=0.2)
    assert theirs.words_per_second > 0


@pytest.mark.lengthy
def test_hierarchical_softmax_is_a_row(store, pairs):
    common = {**SMALL, "epochs": 10, "sample": 0}
    rows = {
        "negatives": common,
        "tree": common | {"hs": 1, "negative": 0},
        "both": common | {"hs": 1},
    }
    comparison = wordneg.compare(store, rows=rows, seeds=1, tune=None, benchmarks=[pairs])
    likelihoods = [
        score.value for run in comparison.runs for score in run.scores
        if score.band == "all" and score.measure == "log-likelihood"
    ]  # fmt: skip
    assert len(likelihoods) == 3
    # "the" comes once a sentence, with four of four words: their frequencies alone give -2.16, and no model over -1.11
    assert all(-1.6 < found < -0.8 * np.log(4) for found in likelihoods)
    with pytest.raises(ValueError, match="scores_per_positive is None"):
        wordneg.compare(store, rows=rows, seeds=1, tune=None, benchmarks=[pairs], budget="candidates")


# --- the parts -----------------------------------------------------------------------------------------


def test_a_budget_of_time_finds_the_epochs(store, monkeypatch, tmp_path):
    paces = {"unigram": (0.0, 1.0), "uniform": (0.0, 3.0)}
    monkeypatch.setattr(making, "probe", lambda setup, trainer, words, report: paces[trainer.label])
    comparison = quick(store, seeds=1, budget="time", out=tmp_path)
    assert [run.options["epochs"] for run in comparison.runs] == [3, 1]
    assert "unigram: 3; uniform: 1" in " ".join(comparison.protocol.notes)
    shutil.rmtree(tmp_path / "runs")
    paces["uniform"] = (0.0, 1.0)  # what was planned stays
    assert [run.options["epochs"] for run in quick(store, seeds=1, budget="time", out=tmp_path).runs] == [3, 1]


def test_a_probe_measures_speed(store, monkeypatch):
    monitored = []
    original = Word2VecTrainer.train

    def watched(trainer, *arguments):
        monitored.append(trainer.epochs)
        return original(trainer, *arguments)

    monkeypatch.setattr(Word2VecTrainer, "train", watched)
    quick(store, "unigram", seeds=1, epochs=5, budget="time")
    assert monitored == [3, 5]


@pytest.mark.lengthy
def test_the_first_stage_of_a_sampler_counts_as_time(store, monkeypatch):
    freeze = FirstStage.freeze

    def slow(self, *arguments):
        time.sleep(0.3)
        return freeze(self, *arguments)

    monkeypatch.setattr(FirstStage, "freeze", slow)
    (staged,) = make_trainers(["top-fraction"], None, SMALL)
    told = Listener()
    trained = staged.train(store, 1, told)
    assert told.times[0] > trained.before > 0.3
    assert trained.seconds == pytest.approx(told.times[-1])


def test_epochs_on_the_way_are_told(store, capsys):
    quick(store, "unigram", seeds=1, progress=True)
    err = capsys.readouterr().err
    for step in ("reading the text", "run 1 of 1: unigram, seed 1, compiling", "seed 1, training", "seed 1, scoring"):
        assert step in err


@pytest.mark.lengthy
def test_trials_on_the_way_are_told(store, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    wordneg.compare(store, ["unigram"], seeds=1, held_out=0.1, benchmarks=[], tune_words=90_000, progress=True, **SMALL)
    err = capsys.readouterr().err
    assert "tuning 1 of 1: unigram, trial 1 of at most 15, compiling" in err
    assert "tuning 1 of 1: unigram, trial 2 of at most 15, training" in err
    assert " left" in err


def test_the_header_holds_the_request(finished):
    header = json.loads((finished.folder / "comparison.json").read_text())
    assert header["identity"]["seeds"] == [1, 2]
    assert header["epochs"] == {"unigram": 3, "uniform": 3}


def test_samplers_that_are_instances_are_described(store):
    comparison = quick(store, Unigram(exponent=0.5), seeds=1)
    assert comparison.request.rows["unigram (exponent 0.5)"]["sampler"] == {"name": "unigram", "exponent": 0.5}
