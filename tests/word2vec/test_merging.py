"""The merge of replicas, compared with its naive twin, and that no order changes a bit of it."""

import itertools

import numpy as np
import pytest
from naive import sharding

from wordneg.compiled.weights import Weights, aligned
from wordneg.word2vec.merging import LARGEST_CHANGE, UNIT, Scales, Sums, add_changes, merge, merge_rows

ROWS, WIDTH = 7, 16


def replicas(rng, count, scale=0.3):
    common = rng.normal(size=(ROWS, WIDTH)).astype(np.float32)
    found = []
    for _ in range(count):
        counts = rng.integers(0, 40, size=ROWS) * rng.integers(0, 2, size=ROWS)
        learned = common.copy()
        learned[counts > 0] += (rng.normal(size=(ROWS, WIDTH)) * scale).astype(np.float32)[counts > 0]
        found.append((learned, counts.astype(np.int64)))
    return common, found


def added(common, some):
    sums = Sums.zeros(ROWS, WIDTH)
    for learned, counts in some:
        assert add_changes(learned.copy(), common, counts.copy(), 0, ROWS, sums.inputs, sums.input_counts) == 0
    return sums


@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("rate", [0.001, 0.05, 3.0])
def test_the_merge_against_its_naive_twin(count, rate):
    common, found = replicas(np.random.default_rng(count), count)
    sums = added(common, found)
    result = common.copy()
    merge(result, sums.inputs, sums.input_counts, 0, ROWS, rate, count)
    expected = sharding.merged(common, [one for one, _ in found], [counts for _, counts in found], rate)
    np.testing.assert_allclose(result, expected, atol=3e-7)
    assert not sums.inputs.any()
    assert not sums.input_counts.any()


def test_rare_rows_get_the_sum_and_frequent_ones_the_mean():
    common, found = replicas(np.random.default_rng(4), 5)
    for counts, share in ((1, 1.0), (10**9, 1 / 5)):
        some = [(learned, np.full(ROWS, counts)) for learned, _ in found]
        sums = added(common, some)
        result = common.copy()
        merge(result, sums.inputs, sums.input_counts, 0, ROWS, 1e-6, 5)
        total = sum(learned.astype(np.float64) - common for learned, _ in found)
        np.testing.assert_allclose(result, common + share * total, atol=1e-5)


def test_no_order_changes_a_bit():
    common, found = replicas(np.random.default_rng(5), 5)
    for learned, counts in found:  # of all sizes, so that plain sums in floats would differ
        learned[counts > 0] += np.float32(10.0) ** np.random.default_rng(6).integers(-9, 1, WIDTH).astype(np.float32)
    one, *others = [added(common, order) for order in itertools.permutations(found)]
    assert one.inputs.any()
    for other in others:
        np.testing.assert_array_equal(other.inputs, one.inputs)
        np.testing.assert_array_equal(other.input_counts, one.input_counts)
    parts = added(common, found[:2]), added(common, found[2:])
    np.testing.assert_array_equal(parts[0].inputs + parts[1].inputs, one.inputs)
    assert not np.remainder(one.inputs, UNIT).any()


def test_replica_and_counts_are_set_back():
    common, found = replicas(np.random.default_rng(7), 1)
    learned, counts = found[0]
    sums = Sums.zeros(ROWS, WIDTH)
    add_changes(learned, common, counts, 0, 3, sums.inputs, sums.input_counts)
    np.testing.assert_array_equal(learned[:3], common[:3])
    assert not counts[:3].any()
    assert (learned[3:] != common[3:]).any()
    assert not sums.inputs[3:].any()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1.1 * LARGEST_CHANGE])
def test_what_diverged_is_counted(wrong):
    common, found = replicas(np.random.default_rng(8), 1)
    learned, counts = found[0]
    counts[:] = 1
    learned[2, 3] = learned[4, 0] = wrong
    sums = Sums.zeros(ROWS, WIDTH)
    assert add_changes(learned, common, counts, 0, ROWS, sums.inputs, sums.input_counts) == 2


def test_both_matrices_are_merged():
    common, found = replicas(np.random.default_rng(9), 2)
    weights = Weights(aligned(common.shape), aligned(common.shape))
    for matrix in weights:
        matrix[:] = common
    sums = added(common, found)
    sums.outputs[:], sums.output_counts[:] = sums.inputs, sums.input_counts
    scales = Scales(0.05, 0.01)
    merge_rows(weights, sums, 0, ROWS, scales, 2)
    for matrix, scale in zip(weights, scales, strict=True):
        expected = sharding.merged(common, [one for one, _ in found], [counts for _, counts in found], scale)
        np.testing.assert_allclose(matrix, expected, atol=3e-7)
