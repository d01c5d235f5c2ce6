"""Plots: what is drawn is what was measured, labels stay apart, nothing is shown."""

import itertools
import sys
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from made_up import BASELINE, EFFECTS, LONG, make_comparison
from matplotlib import pyplot

from wordneg.common.plotting import PAPER, SERIES, new_figure, readable
from wordneg.comparison.scoring import SECONDS, Criterion
from wordneg.comparison.show import (
    Analysis,
    make_bands,
    plot_bands,
    plot_curves,
    plot_differences,
    plot_quality_time,
)
from wordneg.comparison.show.plotting import label_points, looks

DNS = "dns(candidates=16)"
HELD_OUT = Criterion("held-out", "log-likelihood")
PLOTS = (plot_quality_time, plot_differences, plot_curves, plot_bands)


def points(axis):
    """Return the points drawn with intervals, in order."""
    return [tuple(float(ends[0]) for ends in container.lines[0].get_data()) for container in axis.containers]


def boxes(axis):
    axis.figure.canvas.draw()
    texts = [text for text in axis.texts if text.get_text()]
    return [text.get_window_extent() for text in texts], axis.figure.bbox


@pytest.mark.parametrize("plot", PLOTS)
def test_nothing_is_shown_and_the_paper_is_white(analysis, plot, monkeypatch):
    monkeypatch.setattr(pyplot, "show", lambda *args, **options: pytest.fail("a figure was shown"))
    before = pyplot.get_fignums()
    with matplotlib.rc_context({"figure.facecolor": "black", "axes.facecolor": "black", "text.color": "white"}):
        figure = plot(analysis)
    assert pyplot.get_fignums() == before
    assert matplotlib.colors.to_hex(figure.get_facecolor()) == PAPER
    assert {matplotlib.colors.to_hex(axis.get_facecolor()) for axis in figure.axes} == {PAPER}


@pytest.mark.lengthy
@pytest.mark.parametrize("plot", PLOTS)
def test_it_works_with_one_seed(tmp_path, plot):
    plot(make_comparison(tmp_path, seeds=(1,))).canvas.draw()


@pytest.mark.parametrize("plot", PLOTS)
def test_nothing_to_draw_is_said(comparison, plot):
    with pytest.raises(ValueError, match=r"nothing to draw|no learning curves to draw"):
        plot(replace(comparison, runs=()))


def test_quality_stands_over_training_time(analysis):
    axis = plot_quality_time(analysis).axes[0]
    expected = [(analysis.costs[label, SECONDS].mean, analysis.quality[label].mean) for label in EFFECTS]
    np.testing.assert_allclose(points(axis), expected)
    assert axis.get_ylabel() == "mean score of 3 benchmarks"
    assert axis.get_title(loc="left") == "benchmarks against training time"
    assert "95% intervals over seeds" in axis.figure.get_suptitle()
    assert {text.get_text() for text in axis.texts} >= {"unigram (baseline)", DNS}
    text = axis.figure.axes[1]
    expected = [(analysis.costs[label, SECONDS].mean, analysis.summaries[label, HELD_OUT].mean) for label in EFFECTS]
    np.testing.assert_allclose(points(text), expected)
    assert text.get_ylabel() == "log-likelihood, nats a word"


def test_quality_of_one_benchmark(analysis):
    axis = plot_quality_time(analysis, benchmark="google").axes[0]
    expected = [analysis.summaries[label, analysis.criteria[2]].mean for label in EFFECTS]
    np.testing.assert_allclose([y for _, y in points(axis)], expected)
    assert axis.get_ylabel() == "accuracy"
    assert axis.get_title(loc="left") == "google against training time"
    with pytest.raises(ValueError, match=r"no benchmark 'gogle' was scored.*did you mean 'google'"):
        plot_quality_time(analysis, benchmark="gogle")


@pytest.mark.lengthy
def test_labels_stay_apart_in_a_crowd():
    rng = np.random.default_rng(3)
    places = [(float(x), float(y)) for x, y in rng.normal(scale=0.15, size=(14, 2))]
    _, axes = new_figure(1, 1, (9, 5))
    axes[0, 0].set(xlim=(-1, 1), ylim=(-1, 1))
    names = [f"sampler-{number}(candidates={number})" for number in range(14)]
    label_points(axes[0, 0], places, names, [SERIES[0]] * 14, [])
    found, page = boxes(axes[0, 0])
    assert len(found) == 14
    for one, other in itertools.combinations(found, 2):
        assert not one.overlaps(other)
    assert all(page.contains(box.x0, box.y0) and page.contains(box.x1, box.y1) for box in found)


def test_labels_of_the_usual_plot_stay_on_the_page(analysis):
    found, page = boxes(plot_quality_time(analysis).axes[0])
    assert len(found) == len(EFFECTS)
    assert all(page.contains(box.x0, box.y0) and page.contains(box.x1, box.y1) for box in found)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(found, 2))


def test_differences_have_a_panel_each_and_hollow_points_where_nothing_is_significant(analysis):
    axes = plot_differences(analysis).axes
    assert [axis.get_title(loc="left") for axis in axes] == ["wordsim353", "simlex999", "google", "held-out"]
    assert axes[0].get_xlabel() == "difference in Spearman's ρ"
    others = [label for label in EFFECTS if label != BASELINE]
    for axis, one in zip(axes, analysis.criteria, strict=True):
        assert len(axis.containers) == len(others)
        for place, (label, container) in enumerate(zip(others, axis.containers, strict=True)):
            outcome = analysis.outcomes[label, one]
            line, _, (arms,) = container.lines
            assert line.get_xydata()[0] == pytest.approx((outcome.difference.estimate, place))
            (segment,) = arms.get_segments()
            interval = outcome.difference.interval
            assert segment[:, 0].tolist() == pytest.approx([interval.low, interval.high])
            assert (line.get_markerfacecolor() != PAPER) == bool(outcome.direction)


@pytest.mark.parametrize("plot", PLOTS)
def test_one_benchmark_alone(analysis, plot):
    (axis,) = plot(analysis, benchmark="simlex999").axes
    assert axis.get_title(loc="left").startswith("simlex999")
    with pytest.raises(ValueError, match=r"no benchmark 'simlex99' was scored.*did you mean 'simlex999'"):
        plot(analysis, benchmark="simlex99")


def test_bands_without_scores_are_left_out(comparison):
    def without(run):
        return replace(run, scores=tuple(score for score in run.scores if score.band != "rare"))

    analysis = Analysis(replace(comparison, runs=tuple(map(without, comparison.runs))), resamples=200)
    axis = plot_bands(analysis).axes[0]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["middle words", "frequent words"]
    assert [column.head for column in make_bands(analysis).columns] == ["benchmark", "middle words", "frequent words"]


def test_a_benchmark_without_scores_by_frequency_has_no_panel(comparison):
    def without(run):
        return replace(
            run,
            scores=tuple(
                replace(score, value=None) if score.benchmark == "google" and score.band != "all" else score
                for score in run.scores
            ),
        )

    analysis = Analysis(replace(comparison, runs=tuple(map(without, comparison.runs))), resamples=200)
    titles = [axis.get_title(loc="left") for axis in plot_bands(analysis).axes if axis.get_visible()]
    assert titles == ["wordsim353 by frequency", "simlex999 by frequency"]


def test_curves_are_means_over_seeds(comparison, analysis):
    figure = plot_curves(analysis)
    axis = figure.axes[0]
    assert axis.get_xlabel() == "epoch"
    line = axis.get_lines()[2]
    runs = [run for run in comparison.runs if run.row == DNS]
    expected = np.mean([[epoch.scores[0].value for epoch in run.epochs] for run in runs], axis=0)
    np.testing.assert_allclose(line.get_ydata(), expected)
    np.testing.assert_allclose(line.get_xdata(), [1, 2, 3, 4, 5])
    timed = plot_curves(analysis, against="seconds").axes[0].get_lines()[2]
    np.testing.assert_allclose(timed.get_xdata()[-1], analysis.costs[DNS, SECONDS].mean)
    names = [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]
    assert len(names) == len(EFFECTS)
    assert names[2] == DNS
    with pytest.raises(ValueError, match="against 'epochs' or 'seconds', got 'words'"):
        plot_curves(analysis, against="words")


def test_bands(analysis):
    axes = plot_bands(analysis).axes
    assert [axis.get_title(loc="left") for axis in axes] == [
        f"{name} by frequency" for name in ("wordsim353", "simlex999", "google")
    ]
    assert len(axes[0].containers) == 3 * len(EFFECTS)
    expected = [
        analysis.band_summaries[BASELINE, analysis.criteria[0], band].mean for band in ("rare", "middle", "frequent")
    ]
    np.testing.assert_allclose([y for _, y in points(axes[0])[:3]], expected)


def test_two_settings_never_look_the_same():
    found = looks([f"setting {number}" for number in range(28)])
    assert len(set(found.values())) == 28
    assert len({look.color for look in list(found.values())[:7]}) == 7


def test_labels_are_no_formulas():
    assert readable("a $x$ b") == r"a \$x\$ b"
    assert readable(LONG, 34).count("\n") == 2
    assert readable("x" * 500, 20).endswith("…")
    figure, axes = new_figure(1, 1, (3, 3))
    axes[0, 0].set_title(readable("$\\nonsense{ $$"))
    figure.canvas.draw()


def test_without_matplotlib_a_sentence_says_what_to_do(analysis, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"pip install 'wordneg\[plots\]'"):
        plot_differences(analysis)
