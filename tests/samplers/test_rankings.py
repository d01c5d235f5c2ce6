import naive.rankings as naive
import numpy as np
import pytest
from drawing import random_weights

from wordneg.samplers.rankings import COLUMNS, new_rankings, new_workspace, rank_columns


def rank(outputs, length):
    rankings, workspace = new_rankings(outputs.shape[1], length), new_workspace(len(outputs))
    for first in range(0, outputs.shape[1], COLUMNS):
        rank_columns(outputs, outputs.view(np.uint32), first, rankings, workspace)
    return rankings


@pytest.mark.lengthy
@pytest.mark.parametrize(("words", "length"), [(2, 1), (2, 2), (30, 30), (511, 7), (513, 500), (5000, 100), (5000, 1)])
def test_tails_are_those_of_a_sort(words, length):
    outputs = random_weights(words, 20).outputs
    rankings = rank(outputs, length)
    for column in range(20):
        top = np.argsort(-outputs[:, column], kind="stable")[:length]
        bottom = np.argsort(outputs[:, column], kind="stable")[:length]
        np.testing.assert_array_equal(rankings.tails[column, 0], top)
        np.testing.assert_array_equal(rankings.tails[column, 1], bottom)
        if words < 100:
            assert (top.tolist(), bottom.tolist()) == naive.ranked(outputs[:, column], length)
    np.testing.assert_allclose(rankings.spreads, outputs.astype(np.float64).std(axis=0), rtol=1e-6)
    assert (rankings.spreads[20:] == 0).all()


def test_a_sample_that_misleads_is_no_trouble():
    """Of every eighth word, which is what the sample sees, all are far out; or none is."""
    outputs = random_weights(4096, 16).outputs
    outputs[::8, :8] += 100.0
    outputs[::8, 8:] *= 1e-3
    rankings = rank(outputs, 900)
    for column in range(16):
        np.testing.assert_array_equal(rankings.tails[column, 0], np.argsort(-outputs[:, column], kind="stable")[:900])


def test_many_equal_values():
    outputs = np.round(random_weights(3000, 16).outputs) + np.float32(0)  # which makes −0 a 0
    outputs[:, 0] = 7.0  # nothing to rank
    rankings = rank(outputs, 1000)
    assert rankings.spreads[0] == 0
    for column in range(1, 16):
        np.testing.assert_array_equal(rankings.tails[column, 1], np.argsort(outputs[:, column], kind="stable")[:1000])
    assert (rankings.tails[0] == 0).all()


def test_words_that_are_no_numbers_are_ranked_somewhere():
    outputs = random_weights(600, 16).outputs
    outputs[::3, 0] = np.nan
    outputs[::5, 1] = np.inf
    tails = rank(outputs, 100).tails
    assert tails.min() >= 0
    assert tails.max() < 600
