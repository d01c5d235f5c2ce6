"""The compiled half pass of AllVec, against sums over all pairs."""

from itertools import pairwise

import numpy as np
import pytest
from naive import allvec as naive
from scipy.sparse import csr_array

from wordneg import AllVec, Cooccurrences
from wordneg.allvec import blocks, kernel, optimizer, sides
from wordneg.allvec.optimizer import Optimizer
from wordneg.allvec.parameters import AllVecParameters
from wordneg.compiled.lanes import LANES
from wordneg.compiled.weights import zeros
from wordneg.text.vocabulary import Vocabulary


def make_counts(words=9, share=0.5, symmetric=True, seed=2):
    """Return counts in which a share of the pairs co-occur, and one word with nothing."""
    generator = np.random.default_rng(seed)
    matrix = generator.exponential(40, (words, words)) * (generator.random((words, words)) < share)
    matrix = matrix + matrix.T if symmetric else matrix
    matrix[words // 2] = matrix[:, words // 2] = 0
    vocabulary = Vocabulary([f"w{i}" for i in range(words)], np.arange(words, 0, -1) + 5)
    return Cooccurrences(vocabulary, csr_array(matrix.astype(np.float32)), 2, True, symmetric)


def start(counts, size, seed=3, scale=0.5):
    weights = zeros(len(counts), size)
    generator = np.random.default_rng(seed)
    for matrix in weights:
        matrix[:, :size] = generator.normal(0, scale, (len(counts), size))
    return weights


def make(counts, size, workers=1, **settings):
    weights = start(counts, size)
    return Optimizer(counts, weights, AllVecParameters(vector_size=size, workers=workers, **settings)), weights


def dense(counts, settings):
    return naive.targets(counts.matrix.toarray().astype(float), settings)


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("settings", [{}, {"reg": 0.0}, {"negative_target": 0.7, "ns_exponent": -0.3, "xmax": 20}])
def test_the_loss_is_the_sum_over_all_pairs(symmetric, settings):
    counts = make_counts(symmetric=symmetric)
    trainer, weights = make(counts, 5, **settings)
    chosen = AllVecParameters(**settings)
    words, contexts = (matrix[:, :5].astype(float) for matrix in weights)
    expected = naive.loss(words, contexts, *dense(counts, chosen), chosen.reg)
    assert trainer.objective() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("size", [3, LANES + 2])
def test_a_pass_makes_the_steps_of_the_twin(symmetric, size):
    counts = make_counts(words=7, symmetric=symmetric)
    trainer, weights = make(counts, size, negative_weight=0.7)
    settings = AllVecParameters(negative_weight=0.7)
    goals, pair_weights = dense(counts, settings)
    words, contexts = (matrix[:, :size].astype(float) for matrix in weights)
    (report,) = trainer.run(epochs=1)
    losses = list(naive.pass_over(words, contexts, goals, pair_weights, settings.reg))
    np.testing.assert_allclose(weights.inputs[:, :size], words, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(weights.outputs[:, :size], contexts, rtol=1e-3, atol=1e-4)
    assert report.loss * counts.nnz == pytest.approx(losses[-1], rel=1e-4)
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(losses))


def test_a_step_solves_the_normal_equation_of_its_coordinate():
    """With one dimension, a half pass is one step a row: the solution of a weighted regression."""
    counts = make_counts(words=30)
    trainer, weights = make(counts, 1)
    settings = AllVecParameters()
    goals, pair_weights = dense(counts, settings)
    (report,) = trainer.run(epochs=1)
    words = weights.inputs[:, 0].astype(float)
    expected = (pair_weights * goals).T @ words / (pair_weights.T @ np.square(words) + settings.reg)
    np.testing.assert_allclose(weights.outputs[:, 0], expected, rtol=1e-4, atol=1e-6)
    assert report.cells == counts.nnz


def test_the_loss_never_rises_and_ends_where_its_gradient_is_zero():
    counts = make_counts(words=20, share=0.3)
    trainer, weights = make(counts, 4)
    settings = AllVecParameters()
    losses = [report.loss for report in trainer.run(epochs=400)]
    assert all(after <= before * (1 + 1e-5) for before, after in pairwise(losses))
    assert losses[-1] < 0.9 * losses[0]
    goals, pair_weights = dense(counts, settings)
    words, contexts = (matrix[:, :4].astype(float) for matrix in weights)
    residuals = pair_weights * (words @ contexts.T - goals)
    for own, other, sums in ((words, contexts, residuals), (contexts, words, residuals.T)):
        gradient = sums @ other + settings.reg * own
        scale = np.abs(pair_weights).sum() / len(words)
        assert np.abs(gradient).max() < 1e-3 * scale


def test_rows_longer_than_a_piece_are_summed_in_pieces(monkeypatch):
    counts = make_counts(words=3 * LANES + 5, share=0.9)
    whole, expected = make(counts, 3)
    (first,) = whole.run(epochs=1)
    kernel.make_sweep.cache_clear()
    monkeypatch.setattr(kernel, "PIECE", LANES)
    pieces, weights = make(counts, 3)
    (second,) = pieces.run(epochs=1)
    kernel.make_sweep.cache_clear()
    np.testing.assert_allclose(weights.inputs, expected.inputs, rtol=1e-4, atol=1e-5)
    assert second.loss == pytest.approx(first.loss, rel=1e-5)
    assert blocks.PIECE % LANES == 0


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_do_not_change_a_bit(workers, monkeypatch):
    monkeypatch.setattr(optimizer, "_CELLS", 60)
    counts = make_counts(words=60)
    alone, expected = make(counts, 5)
    several, weights = make(counts, 5, workers=workers)
    losses = [[report.loss for report in one.run(epochs=3)] for one in (alone, several)]
    assert losses[0] == losses[1]
    np.testing.assert_array_equal(weights.inputs, expected.inputs)
    np.testing.assert_array_equal(weights.outputs, expected.outputs)


def test_padding_stays_zero_and_words_alone_go_to_where_they_belong():
    counts = make_counts()
    trainer, weights = make(counts, 5)
    list(trainer.run(epochs=3))
    for matrix in weights:
        assert not matrix[:, 5:].any()
    lonely = len(counts) // 2
    assert not weights.outputs[lonely].any()  # nothing but regularization pulls at a context that never occurs
    assert weights.inputs[lonely].any()  # but a word without contexts should still score negative_target


def test_without_regularization_a_coordinate_that_nothing_depends_on_stays():
    counts = make_counts()
    trainer, weights = make(counts, 5, reg=0.0)
    weights.outputs[:] = 0
    before = weights.inputs.copy()
    weights_before = weights.outputs.copy()
    list(trainer._go_over(trainer._of_words, *weights, [range(len(counts))], True, np.zeros(len(counts))))
    np.testing.assert_array_equal(weights.inputs, before)
    np.testing.assert_array_equal(weights.outputs, weights_before)


def test_ranges_cover_all_rows_whatever_their_cells():
    for sizes in ([0, 0, 5], [10**6, 1, 0, 0], [1] * 500_000):
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        ranges = optimizer._ranges(offsets)
        assert ranges[0].start == 0
        assert ranges[-1].stop == len(sizes)
        assert all(a.stop == b.start for a, b in pairwise(ranges))


def test_weights_of_negatives_are_divided_by_counts():
    found = sides.negative_weights(np.array([8.0, 0.0, 1.0]), 3.0, 1.0)
    np.testing.assert_allclose(found, [8, 0, 1])
    np.testing.assert_allclose(sides.negative_weights(np.array([8.0, 0.0, 1.0]), 4.0, 0.0), [6, 0, 6])
    with pytest.raises(ValueError, match="got ns_exponent=-900, with which weights overflow"):
        sides.negative_weights(np.array([8.0, 1.0]), 1.0, -900)


def test_vectors_that_are_not_finite_are_refused():
    counts = make_counts()
    model = AllVec(progress=False, vector_size=4, epochs=1)
    model.build_vocab(counts)
    model.wv.vectors[0] = np.nan
    with pytest.raises(FloatingPointError, match="vectors are not finite; start again"):
        model.train()


def test_a_loss_that_overflows_is_an_error():
    counts = make_counts()
    model = AllVec(progress=False, vector_size=4, epochs=1, negative_target=1e300)
    model.build_vocab(counts)
    with pytest.raises(FloatingPointError, match="the loss became"):
        model.train()
