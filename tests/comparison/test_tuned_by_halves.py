"""Comparisons that are really made and tuned: in several settings, and by other items than those reported."""

import itertools

import numpy as np
import pytest
from comparisons import ANIMALS, CARS, make_text, quick

from wordneg import Comparison, encode, evaluation
from wordneg.comparison import scoring
from wordneg.comparison.benchmarks import read_benchmarks
from wordneg.comparison.halves import halved
from wordneg.comparison.heldout import split
from wordneg.comparison.scoring import Scorer
from wordneg.comparison.store import Store
from wordneg.comparison.tasks import Setup

TUNE = {"alpha": "auto", "negative": [2, 5], "sampler.exponent": (0.5, 1.0)}


@pytest.fixture(scope="module")
def store():
    return encode(make_text(), min_count=1)


@pytest.fixture(scope="module")
def pairs():
    listed = list(itertools.combinations((*ANIMALS, *CARS), 2))
    alike = np.array([9.0 if (a in ANIMALS) == (b in ANIMALS) else 1.0 for a, b in listed])
    return evaluation.WordPairs("kinds", tuple(listed), alike + np.arange(len(listed)) / 100)


@pytest.fixture(scope="module")
def finished(store, tmp_path_factory):
    return quick(store, tune=TUNE, tune_words=60_000, held_out=0.1, out=tmp_path_factory.mktemp("finished") / "out")


def test_rows_are_trained_with_the_values_that_were_chosen_together(finished):
    unigram, uniform = finished.tunings
    assert [*unigram.chosen] == ["alpha", "negative", "sampler.exponent"]
    assert [*uniform.chosen] == ["alpha", "negative"]
    assert len(unigram.tried) - len(unigram.edges) in (12, 13)
    assert len({one.values["alpha"] for one in unigram.tried} & {one.values["alpha"] for one in uniform.tried}) >= 12
    for run in finished.runs:
        tuning = next(one for one in finished.tunings if one.row == run.row)
        assert run.status == "done"
        assert run.options["alpha"] == tuning.chosen["alpha"]
        assert run.options["negative"] == tuning.chosen["negative"]
        if run.row == "unigram":
            assert run.options["sampler"]["exponent"] == tuning.chosen["sampler.exponent"]
    assert all(one.words <= finished.protocol.tuning_words for one in finished.tunings)


def test_what_was_tuned_together_is_stored_and_shown(finished):
    again = Comparison.open(finished.folder)
    assert again.tunings == finished.tunings
    assert again.request.tune == {"alpha": "auto", "negative": [2, 5], "sampler.exponent": "0.5..1"}
    said = "Tuning confirmed each new alpha, negative and sampler.exponent with up to three seeds, "
    assert f"{said}the baseline with one; the intervals do not" in finished.findings().headline
    table = finished.table()
    assert [column.key for column in table.columns][:3] == ["alpha", "negative", "sampler.exponent"]
    uniform = next(row for row in table.rows if row.name == "uniform")
    assert uniform.cells[2].value is None
    notes = " ".join(finished.protocol.notes)
    assert "Tuned together for each row: alpha (auto); negative (2, 5); sampler.exponent (0.5..1)." in notes
    assert "Not tuned, as there is no sampler.exponent: uniform." in notes
    tried = finished.table("tuning")
    assert "alpha, negative, sampler.exponent" in str(tried)
    assert "comparable only with each other" in str(tried.notes)


def test_what_is_tuned_by_benchmarks_is_reported_on_the_other_half(store, pairs, monkeypatch):
    monkeypatch.setattr(scoring, "WIDEST", 10.0)  # a few items are enough to tune by
    comparison = quick(store, "unigram", seeds=1, tune="alpha", tune_by="benchmarks", benchmarks=[pairs])
    halves = halved(evaluation.BenchmarkSet((pairs,)))
    test = halves.test.benchmarks[0]
    (run,) = comparison.runs
    score = next(one for one in run.scores if (one.benchmark, one.measure, one.band) == ("kinds", "spearman", "all"))
    assert (score.used, score.missing) == (len(test.pairs), 0)
    assert comparison.items(run)["kinds/gold"].tolist() == test.gold.tolist()
    notes = " ".join(comparison.protocol.notes)
    assert halves.notes[0] in notes
    assert "reported, too" not in notes
    held_out = next(one for one in run.scores if (one.benchmark, one.band) == ("held-out", "all"))
    assert held_out.used > 0


def test_tuning_and_report_are_of_different_text(store, tmp_path):
    training, text = split(store, 0.2)
    nothing = read_benchmarks(())
    whole = Setup(Store(tmp_path), training, text, nothing, 3, None)
    halves = Setup(Store(tmp_path), training, text, nothing, 3, "held-out")
    assert whole.development is None
    first, second = split(text, 0.5)
    assert len(first.tokens) + len(second.tokens) == len(text.tokens)
    np.testing.assert_array_equal(np.concatenate([first.tokens, second.tokens]), text.tokens)
    assert set(halves.development.left) <= set(first.tokens)
    assert len(set(halves.development.sentences)) <= len(first.offsets) - 1
    assert len(halves.held_out.words) <= len(second.tokens)
    assert not isinstance(halves.development, Scorer)
    assert halves.development.counted == ("neighbors",)


def test_a_half_with_too_few_items_is_not_tuned_by(store, pairs):
    reason = (
        r"no benchmark to tune by.*kinds, half for tuning has \d+ items with known words, which is too few to tune by"
    )
    with pytest.raises(ValueError, match=reason):
        quick(store, "unigram", tune="alpha", tune_by="benchmarks", benchmarks=[pairs])
