"""The parts of WordRank against definitions: cells, ranks, the block kernel."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from naive import wordrank as naive

from wordneg.compiled.weights import zeros
from wordneg.cooccurrence import Cooccurrences
from wordneg.text.vocabulary import Vocabulary
from wordneg.wordrank.blocks import TOGETHER, Block, make_scratch
from wordneg.wordrank.cells import Parts, deal, make_cells, parts_for
from wordneg.wordrank.kernel import make_block_kernel
from wordneg.wordrank.losses import SURROGATES, TRANSFORMS
from wordneg.wordrank.optimizer import Optimizer, new_squares
from wordneg.wordrank.parameters import WordRankParameters

VOCABULARY, SIZE = 40, 10
Settings = partial(WordRankParameters, vector_size=SIZE, workers=1, min_count=1)


def make_counts(seed=1, share=0.3):
    generator = np.random.default_rng(seed)
    counts = generator.integers(1, 150, (VOCABULARY, VOCABULARY)) / 7
    return np.where(generator.random(counts.shape) < share, counts, 0.0).astype(np.float32)


def make_cooccurrences(counts):
    from scipy.sparse import csr_array

    words = [f"w{number}" for number in range(len(counts))]
    vocabulary = Vocabulary(words, np.arange(len(counts), 0, -1))
    return Cooccurrences(vocabulary, csr_array(counts), window=5, distance_weighting=True, symmetric=True)


def make_weights(seed=2, spread=0.6):
    weights = zeros(VOCABULARY, SIZE)
    generator = np.random.default_rng(seed)
    for matrix in weights:
        matrix[:, :SIZE] = generator.normal(0, spread, (VOCABULARY, SIZE))
    return weights


def make_optimizer(settings, counts=None, seed=2):
    weights = make_weights(seed)
    counts = make_counts() if counts is None else counts
    return Optimizer(make_cooccurrences(counts), weights, new_squares(VOCABULARY), settings), weights


def dealt(optimizer):
    """Return the cells and the words of each part, with fresh pulls."""
    members = optimizer._refresh(0)
    return optimizer._cells, members


def pairs_of(cells):
    """Return the pull of each pair, as a dict."""
    return {
        (word, int(cells.columns[cell])): float(cells.pulls[cell])
        for word in range(len(cells.offsets) - 1)
        for cell in range(cells.offsets[word], cells.offsets[word + 1])
    }


# --- losses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("y", [0.0, 0.3, 5.0, 700.0])
def test_transforms_are_their_formulas_and_derivatives(transform, y):
    xi = 1 / (1 + y)
    assert TRANSFORMS[transform].value(xi, 1.5) == pytest.approx(naive.rho(transform, y, 1.5), rel=1e-9, abs=1e-12)
    assert TRANSFORMS[transform].slope(xi, 1.5) == pytest.approx(naive.rho_slope(transform, y, 1.5), rel=1e-4)


@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("lead", [-30.0, -1.2, -0.1, 0.0, 0.7, 0.99, 4.0])
def test_surrogates_are_their_formulas(loss, lead):
    from wordneg.compiled.jit import jit

    value = SURROGATES[loss].value
    run = jit(lambda lead, tau: value(lead, tau))
    assert run(lead, 1.0) == pytest.approx(naive.surrogate(loss, lead, 1.0)[0], rel=1e-9, abs=1e-12)
    assert SURROGATES[loss].at_zero(0.7) == pytest.approx(naive.surrogate(loss, 0.0, 0.7)[0])


# --- cells ----------------------------------------------------------------------------------------


def test_dealing_sorts_rows_by_part_and_loses_nothing():
    counts = make_counts()
    cells = make_cells(make_cooccurrences(counts), 3, 100.0, 0.75)
    before = {pair: weight for pair, weight in zip(_pairs(cells), cells.weights, strict=True)}
    for seed in (1, 2):  # dealt anew, too
        parts = Parts.draw(VOCABULARY, 3, np.random.default_rng(seed))
        memory = np.empty(VOCABULARY, np.int32), np.empty(VOCABULARY, np.float32)
        deal(cells, 0, VOCABULARY, parts.of_word, *memory)
        assert {pair: weight for pair, weight in zip(_pairs(cells), cells.weights, strict=True)} == before
        for word in range(VOCABULARY):
            for part in range(3):
                begin, end = cells.offsets[word] + cells.starts[word, part : part + 2].astype(int)
                assert all(parts.of_word[cells.columns[begin:end]] == part)
            assert cells.starts[word, 3] == cells.offsets[word + 1] - cells.offsets[word]
    for (word, context), weight in before.items():
        assert weight == pytest.approx(min(1, (counts[word, context] / 100) ** 0.75), rel=1e-5)


def _pairs(cells):
    rows = np.repeat(np.arange(VOCABULARY), np.diff(cells.offsets))
    return list(zip(rows.tolist(), cells.columns.tolist(), strict=True))


def test_parts_share_the_words_out_evenly():
    parts = Parts.draw(103, 8, np.random.default_rng(1))
    assert sorted(np.concatenate(parts.members)) == list(range(103))
    assert {len(part) for part in parts.members} == {12, 13}
    for number, part in enumerate(parts.members):
        assert (parts.of_word[part] == number).all()


@pytest.mark.parametrize(
    ("words", "cells", "least", "most"),
    [(2, 4, 1, 1), (100, 900, 6, 6), (70_000, 55e6, 14, 17), (10**6, 10**9, 200, 256)],
)
def test_number_of_parts(words, cells, least, most):
    assert least <= parts_for(words, 448, int(cells)) <= most


# --- ranks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "close"), [("hinge", 2e-5), ("logistic", 1e-3)])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_pulls_and_objective_are_those_of_the_definition(loss, close, transform):
    settings = Settings(loss=loss, transform=transform, alpha=10, beta=9.5, reg=0.01)
    optimizer, weights = make_optimizer(settings)
    counts = make_counts()
    words, contexts = (matrix[:, :SIZE].astype(float) for matrix in weights)
    expected = naive.objective(words, contexts, counts, settings)
    assert optimizer.objective() == pytest.approx(expected, rel=close)
    cells, _ = dealt(optimizer)
    bounds = naive.bounds(words, contexts, counts, settings)
    for (word, context), pull in pairs_of(cells).items():
        y = (bounds[word, context] + 9.5) / 10 - 1
        slope = naive.rho_slope(transform, y, 1.5)
        assert pull == pytest.approx(naive.weight(counts[word, context], settings) * slope / 10, rel=30 * close)


@pytest.mark.parametrize("transform", ["rho1", "rho2", "rho3"])
def test_the_best_xi_minimizes_the_bound_and_makes_it_touch(transform):
    settings = Settings(transform=transform, alpha=10, beta=9)
    counts = make_counts()
    words, contexts = (matrix[:, :SIZE].astype(float) for matrix in make_weights())
    best = {pair: 10 / (bound + 9) for pair, bound in naive.bounds(words, contexts, counts, settings).items()}
    at_best = naive.linearized(words, contexts, counts, settings, best)
    assert at_best == pytest.approx(naive.objective(words, contexts, counts, settings), rel=1e-9)
    generator = np.random.default_rng(3)
    for spread in (0.01, 0.3):
        other = {pair: min(1.0, xi * math.exp(generator.normal(0, spread))) for pair, xi in best.items()}
        assert naive.linearized(words, contexts, counts, settings, other) > at_best


def test_sampled_ranks_are_right_on_average():
    settings = Settings(alpha=10, beta=9, transform="rho0", xi_candidates=12)
    optimizer, _ = make_optimizer(settings)
    words = np.arange(VOCABULARY, dtype=np.int32)
    generator = np.random.default_rng(4)
    losses = [
        optimizer._rank_all(words, np.sort(generator.choice(VOCABULARY, 12, replace=False)), pull=False).sum()
        for _ in range(600)
    ]
    exact = optimizer._rank_all(words, None, pull=False).sum()
    error = np.std(losses) / math.sqrt(len(losses))
    assert abs(np.mean(losses) - exact) < 4 * error
    assert error < 0.01 * exact


@pytest.mark.parametrize("rows", [30, 400])
def test_the_approximate_objective_comes_close(rows):
    optimizer, _ = make_optimizer(Settings())
    assert optimizer.objective(rows) == pytest.approx(optimizer.objective(), rel=0.1)


@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("values", [(np.nan, 1.0), (np.inf, 1.0), (1.6e19, 1.6e19), (1e19, -1e19), (3e38, 1e-3)])
def test_scores_that_are_not_finite_or_huge_are_told_and_nothing_breaks(loss, values):
    optimizer, weights = make_optimizer(Settings(loss=loss))
    weights.inputs[3, :SIZE] = values[0]
    weights.outputs[::2, :SIZE] = values[1]
    weights.outputs[1::2, :SIZE] = -values[1]
    assert math.isnan(optimizer.objective())
    cells, _ = dealt(optimizer)
    assert np.isnan(cells.pulls[cells.offsets[3] : cells.offsets[4]]).all()


# --- the kernel -----------------------------------------------------------------------------------


@pytest.mark.lengthy
@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("optimizer_name", ["adagrad", "sgd"])
@pytest.mark.parametrize(("negative", "together"), [(1, 1), (5, TOGETHER), (33, TOGETHER)])
@pytest.mark.parametrize("reg", [0.0, 0.02])
def test_a_block_is_trained_as_written_down(loss, optimizer_name, negative, together, reg):
    settings = Settings(loss=loss, optimizer=optimizer_name, negative=negative, reg=reg, alpha=10, beta=9)
    optimizer, weights = make_optimizer(settings)
    cells, members = dealt(optimizer)
    squares = new_squares(VOCABULARY)
    rate = 0.05 if optimizer_name == "adagrad" else 0.002
    kernel = make_block_kernel(
        SURROGATES[loss], weights.inputs.shape[1], negative, together, optimizer_name == "adagrad", reg > 0
    )
    for number, (rows, part) in enumerate([(members[0], 1), (members[1], 0)]):
        block = Block(rows, members[part], part, 7, 3, number)
        expected = naive.train_block(cells, block, weights, squares, settings, rate, together)
        rates = optimizer._rates(rate, len(block.columns))
        kernel(cells, block, weights, squares, rates, make_scratch(negative, weights.inputs.shape[1]))
        for got, wanted in zip((*weights, *squares), expected, strict=True):
            # the length of a regularised gradient is reckoned with the score from before a negative was moved
            np.testing.assert_allclose(got, wanted, rtol=1e-2 if reg else 2e-3, atol=2e-5)
            assert np.isfinite(got).all()


@pytest.mark.lengthy
@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("parts", [1, 3])
def test_steps_go_down_the_gradient_of_the_bound(loss, parts):
    """The mean of many small passes, from the same vectors, against finite differences of the linearised objective."""
    settings = Settings(loss=loss, optimizer="sgd", negative=8, alpha=10, beta=9, reg=0.01)
    counts = make_counts(share=0.1)
    optimizer, weights = make_optimizer(settings, counts)
    optimizer._parts = parts
    optimizer._cells = make_cells(make_cooccurrences(counts), parts, 100.0, 0.75)
    start = [matrix.copy() for matrix in weights]
    rate = 1e-3
    moves = []
    for draw in range(1000):
        for matrix, before in zip(weights, start, strict=True):
            matrix[:] = before
        members = optimizer._refresh(draw)
        for step in range(parts):
            optimizer._step(step, members, draw, rate)
        moves.append([(matrix - before)[:, :SIZE] / rate for matrix, before in zip(weights, start, strict=True)])
    words, contexts = (before[:, :SIZE].astype(float) for before in start)
    xi = {pair: 10 / (b + 9) for pair, b in naive.bounds(words, contexts, counts, settings).items()}
    generator = np.random.default_rng(5)
    for which, matrix in enumerate((words, contexts)):
        sample = np.array([move[which] for move in moves])
        mean, error = sample.mean(axis=0), sample.std(axis=0) / math.sqrt(len(sample))
        for word, dimension in generator.integers(0, (VOCABULARY, SIZE), (8, 2)):
            values = []
            for step in (1e-4, -1e-4):
                matrix[word, dimension] += step
                values.append(naive.linearized(words, contexts, counts, settings, xi))
                matrix[word, dimension] -= step
            gradient = (values[0] - values[1]) / 2e-4
            assert mean[word, dimension] == pytest.approx(-gradient, abs=5 * float(error[word, dimension]) + 0.02)


# --- the optimizer --------------------------------------------------------------------------------


def run(settings, **changes):
    optimizer, weights = make_optimizer(settings)
    options = {"epochs": 6, "learning_rate": 0.3, "min_learning_rate": 0.03} | changes
    return list(optimizer.run(**options)), weights, optimizer


def test_any_number_of_workers_gives_the_same_vectors():
    one = run(Settings(workers=1, period=2))[1]
    three = run(Settings(workers=3, period=2))[1]
    for ours, theirs in zip(one, three, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_pass_trains_every_cell_once():
    reports, _, optimizer = run(Settings())
    assert {report.cells for report in reports} == {optimizer.cells}
    assert optimizer._parts > 1
    blocks = set()
    optimizer._train = lambda cells, block, *rest: blocks.add((block.number, block.part))
    members = optimizer._refresh(0)
    for step in range(optimizer._parts):
        optimizer._step(step, members, 0, 0.1)
    assert len(blocks) == optimizer._parts**2


@pytest.mark.lengthy
@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_objective_falls(loss, transform):
    settings = Settings(loss=loss, transform=transform, period=2, negative=16)
    optimizer, _ = make_optimizer(settings)
    values = [optimizer.objective()]
    reports = []
    for report in optimizer.run(epochs=8, learning_rate=0.3, min_learning_rate=0.1):
        values.append(optimizer.objective())
        reports.append(report)
    assert values[-1] < values[0]
    assert sum(later < before for before, later in pairwise(values)) >= 6
    assert reports[-1].loss < reports[0].loss
    assert reports[0].refresh_seconds > 0


@pytest.mark.lengthy
@pytest.mark.parametrize("loss", SURROGATES)
@pytest.mark.parametrize("reg", [0.005, 0.05, 1.0])
def test_the_objective_falls_with_regularisation(loss, reg):
    settings = Settings(loss=loss, reg=reg, period=2)
    optimizer, weights = make_optimizer(settings)
    before = optimizer.objective()
    for _ in optimizer.run(epochs=8, learning_rate=0.3, min_learning_rate=0.03):
        assert np.abs(weights.inputs).max() < 10
    assert optimizer.objective() < before


@pytest.mark.lengthy
@pytest.mark.parametrize("reg", [0.0, 1e-3])
def test_divergence_is_told(reg):
    with pytest.raises(FloatingPointError, match="lower learning_rate" + (" or reg" if reg else "$")):
        run(Settings(optimizer="sgd", reg=reg), learning_rate=1e6, min_learning_rate=1e6, epochs=60)


def test_vectors_that_are_not_finite_are_not_trained_on():
    optimizer, weights = make_optimizer(Settings())
    weights.outputs[1, 1] = np.inf
    with pytest.raises(FloatingPointError, match="build_vocab"):
        next(optimizer.run(epochs=1, learning_rate=0.1, min_learning_rate=0.1))


def test_weights_that_vanish_are_told():
    with pytest.raises(ValueError, match="lower xmax or epsilon"):
        make_optimizer(Settings(xmax=1e30, epsilon=80))


def test_what_the_settings_repeat_is_what_the_compiled_code_has():
    from wordneg.common.settings import declarations
    from wordneg.cooccurrence import rows
    from wordneg.estimator import parameters

    declared = {name: facts.check for name, (_, facts) in declarations(WordRankParameters).items()}
    assert rows.LARGEST_WINDOW == parameters.LARGEST_WINDOW == declared["window"].most
    assert declared["loss"].choices == tuple(SURROGATES)
    assert declared["transform"].choices == tuple(TRANSFORMS)
    for loss, surrogate in SURROGATES.items():
        least = 10 - surrogate.at_zero(0.5)
        assert Settings(loss=loss, tau=0.5, alpha=10, beta=least).beta == least
        with pytest.raises(ValueError, match="expected a beta of at least"):
            Settings(loss=loss, tau=0.5, alpha=10, beta=least - 0.01)
