"""The findings: what is said follows from what was tested, and is the same wherever it is shown."""

from dataclasses import replace

import pytest
from made_up import BASELINE, LONG, make_comparison

from wordneg.comparison.scoring import Criterion
from wordneg.comparison.show import Analysis, make_findings, make_table, write_report

DNS = "dns(candidates=16)"


def found(comparison, **changes):
    return make_findings(Analysis(replace(comparison, **changes), resamples=200))


def only(comparison, *labels, **changes):
    """Return the findings on some of the settings."""
    rows = {label: comparison.request.rows[label] for label in labels}
    return found(comparison, request=replace(comparison.request, rows=rows), **changes)


def moved(comparison, shifts):
    """Return the runs with held-out likelihoods that are shifted, by setting."""

    def shifted(run):
        by = shifts.get(run.row, 0.0)
        scores = (replace(one, value=one.value + by) if one.benchmark == "held-out" else one for one in run.scores)
        return replace(run, scores=tuple(scores))

    return tuple(map(shifted, comparison.runs))


def test_gains_and_losses_are_in_the_headline_with_their_size_and_time(comparison):
    findings = only(comparison, BASELINE, DNS, "uniform")
    assert findings.headline.startswith(
        f"{DNS} is significantly better than {BASELINE} on all three benchmarks (+0.11, +0.10, +0.07) and takes 1.3 "
        "times as long; uniform is significantly worse on all three benchmarks (−0.12, −0.11, −0.12). "
        f"{DNS} predicts held-out text better (+0.25 nats a word); uniform predicts held-out text worse (−0.40 nats a "
        "word)."
    )
    assert findings.recommendation == (
        f"Take {DNS}: it is significantly better than {BASELINE} on all three benchmarks, and takes 1.3 times as long."
    )
    assert findings.cautions == ()  # text and benchmarks say the same of both


def test_nothing_better_is_said_first(comparison):
    findings = only(comparison, BASELINE, "uniform", LONG)
    assert findings.headline.startswith(
        f"No sampler is significantly better than {BASELINE} on the three benchmarks; uniform is significantly worse"
    )
    assert findings.recommendation.startswith(
        f"Take {BASELINE}: no other sampler is significantly better on the benchmarks"
    )


def test_a_gain_in_likelihood_alone_is_no_reason_to_take_a_sampler_for_its_vectors(comparison):
    findings = only(comparison, BASELINE, LONG, runs=moved(comparison, {LONG: 0.5}))
    assert findings.headline.startswith(
        f"{LONG} is not significantly better than {BASELINE} on the three benchmarks. "
        f"{LONG} predicts held-out text better (+0.51 nats a word) and takes 1.3 times as long."
    )
    assert findings.recommendation == (
        f"Take {BASELINE}: {LONG} is not significantly better on the benchmarks, and none trains clearly faster; take "
        f"{LONG} only if the model is to predict words."
    )
    (caution,) = findings.cautions
    assert caution.startswith(f"Held-out likelihood and benchmarks do not say the same about {LONG}. The likelihood ")
    assert "Trust benchmarks if you will use the vectors" in caution


def test_who_is_better_at_one_thing_and_worse_at_another_is_for_who_wants_the_one(comparison):
    rows = {label: comparison.request.rows[label] for label in (BASELINE, DNS)}
    analysis = Analysis(replace(comparison, request=replace(comparison.request, rows=rows)), resamples=200)
    worse = analysis.outcomes[DNS, Criterion("google", "accuracy")]
    turned = replace(worse, difference=replace(worse.difference, estimate=-worse.difference.estimate))
    analysis.outcomes[DNS, worse.criterion] = turned
    assert make_findings(analysis).recommendation == (
        f"Take {BASELINE}, or {DNS} if what counts is wordsim353 and simlex999: it is significantly better there, and "
        "worse on google."
    )


@pytest.mark.parametrize("alone", [True, False])
def test_knowing_neighbors_alone_is_for_who_wants_that(comparison, alone):
    rows = {label: comparison.request.rows[label] for label in (BASELINE, DNS)}
    analysis = Analysis(replace(comparison, request=replace(comparison.request, rows=rows)), resamples=200)
    neighbors = Criterion("neighbors", "auc")
    gain = analysis.outcomes.pop((DNS, Criterion("google", "accuracy")))
    others = {} if alone else {key: replace(one, significant=False) for key, one in analysis.outcomes.items()}
    analysis.outcomes.clear()
    analysis.outcomes.update({(DNS, neighbors): replace(gain, criterion=neighbors)} | others)
    said = f"Take {DNS}: it is significantly better than {BASELINE} on neighbors, and takes 1.3 times as long."
    if not alone:
        said = (
            f"Take {BASELINE}, or {DNS} if what counts is which words stand together: it is significantly better on "
            "neighbors, and on no other benchmark."
        )
    assert make_findings(analysis).recommendation == said


def test_text_and_benchmarks_that_contradict_each_other_are_a_caution(comparison):
    findings = only(comparison, BASELINE, DNS, runs=moved(comparison, {DNS: -3.0}))
    assert "is not significantly better" in findings.headline
    assert findings.recommendation.startswith(f"Take {BASELINE}: ")
    assert findings.cautions[0].startswith(
        f"{DNS}: held-out text and benchmarks contradict each other (wordsim353 +0.1"
    )
    assert "so no difference is marked" in findings.cautions[0]


def test_the_uncertainty_of_tuning_is_said_to_be_left_out(comparison):
    sentence = (
        "Tuning confirmed each new alpha with one seed; the intervals do not include the uncertainty of that choice."
    )
    assert found(comparison).headline.endswith(sentence)
    assert sentence not in found(comparison, tunings=()).headline


def test_one_seed_is_said(tmp_path):
    findings = found(make_comparison(tmp_path, seeds=(1,)))
    assert "Each row was trained with one seed; the intervals do not include how much scores vary" in findings.headline


def test_settings_tuned_to_an_edge_are_no_gain_and_the_baseline_at_an_edge_is_no_baseline(comparison):
    def at_edge(label):
        tunings = tuple(replace(one, edges=("alpha",) if one.row == label else ()) for one in comparison.tunings)
        return only(comparison, BASELINE, DNS, tunings=tunings)

    findings = at_edge(DNS)
    assert findings.recommendation.startswith(f"Take {BASELINE}: {DNS} is not significantly better")
    assert findings.cautions[0].startswith(f"{DNS}: the best alpha is at the edge of the values tried")
    assert at_edge(BASELINE).recommendation.startswith(f"No recommendation: the best alpha of {BASELINE}, the baseline")


def test_several_gains_are_not_ranked_beyond_what_was_tested(comparison):
    recommendation = only(comparison, BASELINE, DNS, "adaptive").recommendation
    assert recommendation.startswith(f"Take {DNS}: ")
    assert recommendation.endswith("(whether it is also better than adaptive was not tested).")


def test_rows_that_differ_in_more_than_the_sampler_are_settings(comparison):
    rows = comparison.request.rows
    request = replace(comparison.request, rows={BASELINE: rows[BASELINE], "uniform": rows["uniform"] | {"window": 9}})
    request = replace(request, rows=request.rows | {LONG: rows[LONG]})
    assert found(comparison, request=request).headline.startswith("No row is significantly better")


def test_nothing_tested(comparison):
    findings = found(comparison, runs=())
    assert findings.headline.startswith("There are no differences to report")
    assert findings.recommendation.startswith("No recommendation")


@pytest.mark.lengthy
def test_it_is_the_same_wherever_a_comparison_is_shown(comparison, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    findings = comparison.findings()
    sentences = [findings.headline, findings.recommendation, *findings.cautions]
    write_report(comparison, tmp_path / "report.html")
    text = " ".join(str(comparison).split())
    for sentence in sentences:
        assert sentence in " ".join(str(findings).split())
        assert text.count(sentence) == 1  # also where the table's notes have it
        for page in (comparison._repr_html_(), (tmp_path / "report.html").read_text(encoding="utf-8")):
            assert sentence.replace("'", "&#x27;") in page
    assert max(map(len, str(comparison).splitlines())) <= 80
    assert set(findings.cautions) < set(make_table(comparison).notes)


def test_the_level_is_passed_on(comparison):
    assert "No s" in comparison.findings(level=1 - 1e-9).headline
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        comparison.findings(level=2)
