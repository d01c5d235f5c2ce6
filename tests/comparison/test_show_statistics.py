"""The numbers behind tables and plots, against scipy and against what the comparison was made from."""

from dataclasses import replace

import numpy as np
import pytest
from made_up import BASELINE, FAILED, LONG, PAIRS, make_comparison
from scipy import stats

from wordneg.comparison.records import Score
from wordneg.comparison.scoring import COSTS, WIDEST, Criterion, items_needed
from wordneg.comparison.show import Analysis
from wordneg.comparison.show.findings import table_notes
from wordneg.comparison.show.tables import make_table
from wordneg.evaluation.significance import (
    compare_analogies,
    compare_means,
    compare_similarity,
    holm,
    two_level_interval,
)

DNS = "dns(candidates=16)"
HELD_OUT = Criterion("held-out", "log-likelihood")
GOOGLE = Criterion("google", "accuracy")
SIMLEX = Criterion("simlex999", "spearman")


def test_each_benchmark_is_shown_by_its_main_measure(analysis):
    assert analysis.criteria == (Criterion("wordsim353", "spearman"), SIMLEX, GOOGLE, HELD_OUT)


def test_means_are_those_of_the_runs(comparison, analysis):
    values = [
        score.value
        for run in comparison.runs
        for score in run.scores
        if (run.row, score.benchmark, score.measure, score.band) == (DNS, *SIMLEX, "all")
    ]
    summary = analysis.summaries[DNS, SIMLEX]
    assert summary.values == tuple(values)
    assert len(values) == 3
    assert summary.mean == pytest.approx(np.mean(values))
    assert (summary.used, summary.missing) == (PAIRS["simlex999"] - 10, 10)


def stacked(comparison, label, name):
    return np.array([comparison.items(run)[name] for run in comparison.runs if run.row == label])


def test_intervals_with_items_are_over_both_levels(comparison, analysis):
    items = comparison.items(comparison.runs[0])
    scores = stacked(comparison, DNS, "simlex999")
    used = np.isfinite(scores).all(axis=0)
    expected = two_level_interval(
        scores[:, used], items["simlex999/gold"][used], 0.95, 200, 0, items["simlex999/cluster"][used]
    )
    found = analysis.summaries[DNS, SIMLEX].interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_intervals_without_items_are_students(analysis):
    summary = analysis.summaries[DNS, HELD_OUT]
    low, high = stats.t.interval(0.95, 2, summary.mean, stats.sem(summary.values))
    assert (summary.interval.low, summary.interval.high) == pytest.approx((low, high))


def test_differences_are_taken_on_the_items_that_all_runs_used(comparison, tmp_path):
    own = make_comparison(tmp_path, seeds=(1, 2, 3))
    path = tmp_path / "runs" / next(run.items for run in own.runs if run.row == DNS)
    arrays = dict(np.load(path))
    arrays["simlex999"][1:40] = np.nan
    np.savez(path, **arrays)
    difference = Analysis(own).outcomes[DNS, SIMLEX].difference
    models = [stacked(own, label, "simlex999") for label in (DNS, BASELINE)]
    used = np.isfinite(models).all(axis=(0, 1))
    items = own.items(own.runs[0])
    gold, clusters = items["simlex999/gold"][used], items["simlex999/cluster"][used]
    expected = compare_similarity(*(model[:, used] for model in models), gold, clusters=clusters)
    assert (difference.estimate, difference.p_value) == pytest.approx((expected.estimate, expected.p_value))
    assert difference.method == expected.method
    assert difference.items == used.sum() < PAIRS["simlex999"] - 45


def test_analogies_are_compared_by_question(comparison, analysis):
    first, second = (stacked(comparison, label, "google") for label in (DNS, BASELINE))
    clusters = comparison.items(comparison.runs[0])["google/cluster"]
    expected, found = compare_analogies(first, second, clusters), analysis.outcomes[DNS, GOOGLE].difference
    assert (found.estimate, found.p_value) == pytest.approx((expected.estimate, expected.p_value))
    assert (found.method, found.items) == (expected.method, len(clusters))


def test_p_values_are_adjusted_over_the_whole_table(analysis):
    outcomes = list(analysis.outcomes.values())
    assert len(outcomes) == 4 * 4  # the baseline and the failed setting aside
    expected = holm([outcome.difference.p_value for outcome in outcomes])
    assert [outcome.adjusted for outcome in outcomes] == pytest.approx(expected.tolist())
    assert all(outcome.significant == (outcome.adjusted <= 0.05) for outcome in outcomes)


def test_what_was_put_in_is_found(analysis):
    directions = {pair: outcome.direction for pair, outcome in analysis.outcomes.items()}
    assert all(directions[DNS, one] == 1 for one in analysis.criteria)
    assert all(directions["uniform", one] == -1 for one in analysis.criteria)
    assert directions[LONG, GOOGLE] == 0
    assert all(setting not in (BASELINE, FAILED) for setting, _ in directions)


def test_a_stricter_level_lets_less_stand(comparison):
    strict = Analysis(comparison, level=1 - 1e-9, resamples=200)
    assert not all(outcome.significant for outcome in strict.outcomes.values() if outcome.row == DNS)


def test_quality_is_the_mean_of_the_benchmarks(analysis):
    means = [analysis.summaries[DNS, one].mean for one in analysis.criteria[:3]]
    assert analysis.quality[DNS].mean == pytest.approx(np.mean(means))
    assert analysis.quality[DNS].used == 3


def test_a_benchmark_that_a_run_lacks_is_in_no_rank(comparison):
    first = comparison.runs[0]
    scores = tuple(replace(one, value=None) if one.benchmark == "google" else one for one in first.scores)
    analysis = Analysis(replace(comparison, runs=(replace(first, scores=scores), *comparison.runs[1:])))
    assert GOOGLE not in analysis.shared
    assert analysis.quality[DNS].used == 2
    assert len(analysis.summaries[BASELINE, GOOGLE].values) == 2


def test_one_seed_has_intervals_over_items_and_none_for_what_has_no_items(tmp_path):
    analysis = Analysis(make_comparison(tmp_path, seeds=(4,)), resamples=200)
    assert analysis.single_seed
    assert analysis.summaries[DNS, SIMLEX].interval is not None
    assert analysis.summaries[DNS, HELD_OUT].interval is None
    assert analysis.outcomes[DNS, HELD_OUT].adjusted is None
    assert not analysis.outcomes[DNS, HELD_OUT].significant
    assert analysis.outcomes[DNS, SIMLEX].significant
    assert analysis.quality[DNS].interval is None


def test_without_items_all_is_over_seeds(comparison):
    analysis = Analysis(replace(comparison, store=None))
    assert "Welch" in analysis.outcomes[DNS, SIMLEX].difference.method
    assert analysis.summaries[DNS, SIMLEX].interval.low < analysis.summaries[DNS, SIMLEX].mean


def test_items_in_one_cluster_are_not_compared_and_that_is_said(tmp_path):
    comparison = make_comparison(tmp_path, seeds=(1, 2))
    path = tmp_path / "benchmarks" / "google.npz"
    np.savez(path, cluster=np.zeros_like(np.load(path)["cluster"]))
    analysis = Analysis(comparison)
    difference = analysis.outcomes[DNS, GOOGLE].difference
    assert "Welch" in difference.method
    assert "one cluster" in difference.notes[0]
    assert analysis.summaries[DNS, GOOGLE].interval is not None


def test_a_benchmark_of_another_kind_is_shown_too(comparison):
    runs = [
        replace(
            run, scores=(*run.scores, Score("ap", "nmi", "all", 0.4, 400, 2), Score("ap", "purity", "all", 0.5, 400, 2))
        )
        if run.status == "done"
        else run
        for run in comparison.runs
    ]
    analysis = Analysis(replace(comparison, runs=tuple(runs)))
    assert analysis.criteria[-1] == Criterion("ap", "purity")
    assert "do not differ between seeds" in analysis.outcomes[DNS, analysis.criteria[-1]].difference.notes[0]


def test_vectors_from_outside_have_one_run_and_no_costs(comparison):
    request = replace(comparison.request, rows=comparison.request.rows | {"glove.txt": {"trainer": "outside"}})
    outside = replace(comparison.runs[0], row="glove.txt", options={}, seconds=None, words_per_second=None)
    analysis = Analysis(
        replace(comparison, request=request, runs=(*comparison.runs, replace(outside, peak_memory=None)))
    )
    assert analysis.unfinished("glove.txt") == 0
    assert not any(("glove.txt", one) in analysis.costs for one in COSTS)
    assert analysis.slowness("glove.txt") is None
    assert analysis.outcomes["glove.txt", SIMLEX].difference.items > 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({"level": 95}, "level must lie between 0 and 1"), ({"resamples": 3}, "at least 100 resamples, got 3")],
)
def test_bad_numbers(comparison, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        Analysis(comparison, **options)


def test_a_baseline_that_is_no_setting(comparison):
    with pytest.raises(ValueError, match="got baseline='other', which is no row; give baseline='unigram', or "):
        replace(comparison.request, baseline="other")


def test_runs_of_a_setting_that_was_taken_out_are_left_aside(comparison):
    settings = {label: one for label, one in comparison.request.rows.items() if label != DNS}
    analysis = Analysis(replace(comparison, request=replace(comparison.request, rows=settings)))
    assert DNS not in analysis.quality


def test_a_setting_that_is_tuned_to_an_edge_is_not_marked(comparison):
    def directions(*edges):
        tunings = tuple(
            replace(tuning, edges=("alpha",) if tuning.row in edges else ()) for tuning in comparison.tunings
        )
        analysis = Analysis(replace(comparison, tunings=tunings), resamples=200)
        return {label for (label, _), outcome in analysis.outcomes.items() if outcome.direction}, analysis

    marked, _ = directions()
    assert {DNS, "uniform"} <= marked
    fewer, analysis = directions(DNS)
    assert fewer == marked - {DNS}
    assert analysis.outcomes[DNS, GOOGLE].adjusted < 0.05  # it is told, but not trusted
    assert any(f"{DNS}: the best alpha is at the edge" in note for note in table_notes(analysis))
    assert directions(BASELINE)[0] == set()  # all differences are from it


def test_a_setting_that_tuning_left_where_it_was_is_not_marked_against_one_that_it_moved(comparison):
    def analysis_of(*unclear):
        tunings = [replace(tuning, unclear=tuning.row in unclear) for tuning in comparison.tunings]
        kept = [replace(one, chosen=one.tried[0].values) if one.unclear else one for one in tunings]
        return Analysis(replace(comparison, tunings=tuple(kept)), resamples=200)

    def marked(analysis):
        return {label for (label, _), outcome in analysis.outcomes.items() if outcome.direction}

    everything = marked(analysis_of())
    one = analysis_of(DNS)
    assert marked(one) == everything - {DNS}
    assert one.outcomes[DNS, GOOGLE].doubt == "tuning"
    assert any(f"{DNS}: {DNS} kept the values that it began with, as" in note for note in table_notes(one))
    assert marked(analysis_of(BASELINE)) == set()
    assert DNS in marked(analysis_of(DNS, BASELINE))  # neither has left what it started with


def test_a_row_that_kept_what_the_baseline_moved_to_is_marked(comparison):
    def moved(tuning):
        chosen = {"alpha": 8 * tuning.tried[0].values["alpha"]}
        more = {"sampler.candidates": 8} if tuning.row == BASELINE else {}
        tried = tuple(replace(one, values=one.values | more) for one in tuning.tried)
        return replace(tuning, tried=tried, chosen=chosen | more, unclear=tuning.row == DNS)

    analysis = Analysis(replace(comparison, tunings=tuple(map(moved, comparison.tunings))), resamples=200)
    assert not analysis.half_tuned


def test_where_held_out_text_and_a_benchmark_contradict_each_other_nothing_is_marked(comparison):
    def worse_at_text(run):
        shift = 3.0 if run.row == DNS else 0.0
        moved = (replace(one, value=one.value - shift) if one.benchmark == "held-out" else one for one in run.scores)
        return replace(run, scores=tuple(moved))

    analysis = Analysis(replace(comparison, runs=tuple(map(worse_at_text, comparison.runs))), resamples=200)
    outcomes = [outcome for (label, _), outcome in analysis.outcomes.items() if label == DNS]
    assert [outcome.doubt for outcome in outcomes] == ["contradiction"] * 4
    assert all(outcome.significant and outcome.direction == 0 for outcome in outcomes)
    assert analysis.outcomes["uniform", GOOGLE].direction == -1
    assert any(f"{DNS}: held-out text and benchmarks contradict each other" in note for note in table_notes(analysis))


def test_next_items_need_not_agree_with_held_out_text(comparison):
    def turned(run):
        """Return a run whose benchmarks are next items, and "dns" worse at text."""
        scores = []
        for one in run.scores:
            shift = 3.0 if run.row == DNS and one.benchmark == "held-out" else 0.0
            measure = "ndcg" if one.measure in ("spearman", "accuracy") else one.measure
            scores.append(replace(one, measure=measure, value=one.value - shift))
        return replace(run, scores=tuple(scores))

    analysis = Analysis(replace(comparison, runs=tuple(map(turned, comparison.runs))), resamples=200)
    outcomes = {criterion: one for (label, criterion), one in analysis.outcomes.items() if label == DNS}
    assert {one.measure for one in outcomes} == {"ndcg", "log-likelihood"}
    assert [one.doubt for one in outcomes.values()] == [""] * 4
    assert outcomes[HELD_OUT].direction == -1
    assert outcomes[Criterion("google", "ndcg")].direction == 1
    told = " ".join(table_notes(analysis))
    assert "contradict" not in told
    assert "Next items tell how far up a list of recommendations the right one stands" in told


def test_the_best_of_a_column_needs_an_interval_apart_from_all_others(comparison, analysis):
    assert analysis.best(HELD_OUT) == DNS
    assert analysis.best(SIMLEX) is None
    alone = replace(comparison.request, rows={BASELINE: comparison.request.rows[BASELINE]})
    assert Analysis(replace(comparison, request=alone)).best(HELD_OUT) is None


def test_slowness_is_relative_to_the_baseline(comparison, analysis):
    seconds = {
        label: np.mean([run.seconds for run in comparison.runs if run.row == label]) for label in (DNS, BASELINE)
    }
    assert analysis.slowness(DNS) == pytest.approx(seconds[DNS] / seconds[BASELINE])
    assert analysis.slowness(BASELINE) == 1
    assert analysis.slowness(FAILED) is None


def test_a_benchmark_with_too_few_items_is_not_ranked_or_tested(comparison, monkeypatch):
    whole = Analysis(comparison, resamples=200)
    assert not whole.too_few
    monkeypatch.setattr("wordneg.comparison.scoring.WIDEST", 0.11)  # 321 pairs are needed
    analysis = Analysis(comparison, resamples=200)
    wordsim = Criterion("wordsim353", "spearman")
    assert list(analysis.too_few) == [wordsim]
    assert wordsim in analysis.criteria
    assert wordsim not in analysis.shared
    assert {criterion for _, criterion in analysis.outcomes} == {SIMLEX, GOOGLE, HELD_OUT}
    assert len(analysis.outcomes) == len(whole.outcomes) * 3 / 4
    (note,) = (note for note in table_notes(analysis) if note.startswith("wordsim353:"))
    assert "of 320 items have known words. That is too few to rank, test or tune by: an interval" in note
    table = make_table(analysis)
    place = [column.key for column in table.columns].index(wordsim.key)
    cells = [row.cells[place] for row in table.rows if row.status == "done"]
    for cell in cells:
        extra = dict(cell.extra)
        assert cell.plain == f"{extra['used']} of {extra['used'] + extra['missing']}: too few"
        assert isinstance(cell.value, float)
    assert cells


def test_items_needed_are_those_of_the_widest_interval():
    for measure, error in (("spearman", lambda n: 1 / np.sqrt(n - 3)), ("accuracy", lambda n: 0.5 / np.sqrt(n))):
        needed = items_needed(measure)
        assert 1.96 * error(needed) <= WIDEST < 1.96 * error(needed - 1)
    assert items_needed("purity") == 0


def test_held_out_text_is_tested_over_positions_and_seeds(comparison, tmp_path):
    """Two models that differ by chance at each position are no better than one another, however alike their seeds."""
    rng = np.random.default_rng(5)
    logs = rng.normal(-6, 2, size=400)
    shift = rng.normal(0.02, 0.5, size=400)  # their mean is noise
    first, second = (logs + by + rng.normal(0, 0.001, size=(3, 400)) for by in (0, shift))
    assert compare_means(second, first).p_value > 0.05
    assert stats.ttest_ind(second.mean(axis=1), first.mean(axis=1)).pvalue < 1e-3  # over seeds alone
    assert compare_means(second + 0.2, first).p_value < 0.01
