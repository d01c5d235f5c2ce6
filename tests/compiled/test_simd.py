import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from wordneg.compiled import simd
from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of, matrix_at
from wordneg.compiled.weights import aligned


@jit
def apply_sigmoid(source, result):
    simd.store(simd.sigmoid(simd.load(address_of(source))), address_of(result))


@jit
def apply_exponential(source, result):
    simd.store(simd.exponential(simd.load(address_of(source))), address_of(result))


@jit
def apply_absolute(source, result):
    simd.store(simd.absolute(simd.load(address_of(source))), address_of(result))


@jit
def combine(a, b, c, result):
    x, y, z = simd.load(address_of(a)), simd.load(address_of(b)), simd.load(address_of(c))
    total = simd.multiply_add(x, y, z)
    simd.store(simd.subtract(simd.add(total, simd.splat(np.float32(2))), simd.multiply(x, z)), address_of(result))


def lane_by_lane(apply, values):
    result = np.empty(len(values), dtype=np.float32)
    for start in range(0, len(values), LANES):
        piece = aligned((LANES,))
        source = aligned((LANES,))
        block = values[start : start + LANES]
        source[: len(block)] = block
        apply(source, piece)
        result[start : start + len(block)] = piece[: len(block)]
    return result


def test_sigmoid_is_right_over_its_whole_range():
    x = np.linspace(-85, 85, 20_001).astype(np.float32)
    exact = 1 / (1 + np.exp(-x.astype(np.float64)))
    relative = np.abs(lane_by_lane(apply_sigmoid, x) - exact) / exact
    assert (relative < 2e-7 * (1 + np.abs(x))).all()


def test_absolute():
    x = np.array([-2.5, 3, -0.0, -np.inf, np.nan], dtype=np.float32)
    np.testing.assert_array_equal(lane_by_lane(apply_absolute, x), np.abs(x))


def test_sigmoid_saturates_and_keeps_nan():
    x = np.array([200, -200, 1e30, -1e30, np.inf, -np.inf, np.nan, 0], dtype=np.float32)
    result = lane_by_lane(apply_sigmoid, x)
    assert result[[0, 2, 4]].tolist() == [1, 1, 1]
    assert (result[[1, 3, 5]] < 2e-38).all()
    assert np.isnan(result[6])
    assert result[7] == 0.5


def test_exponential_is_right_over_its_whole_range():
    x = np.linspace(-87, 87, 20_001).astype(np.float32)
    exact = np.exp(x.astype(np.float64))
    relative = np.abs(lane_by_lane(apply_exponential, x) - exact) / exact
    assert (relative < 2e-7 * (1 + np.abs(x))).all()


def test_exponential_saturates_and_keeps_nan():
    x = np.array([200, np.inf, -200, -1e30, -np.inf, np.nan, 0], dtype=np.float32)
    result = lane_by_lane(apply_exponential, x)
    assert (result[:2] > 8e37).all()
    assert np.isfinite(result[:5]).all()
    assert (result[2:5] < 2e-38).all()
    assert np.isnan(result[5])
    assert result[6] == 1


def test_arithmetic_is_lane_by_lane():
    rng = np.random.default_rng(0)
    a, b, c = (rng.normal(size=LANES).astype(np.float32) for _ in range(3))
    result = np.empty(LANES, dtype=np.float32)
    combine(a, b, c, result)
    np.testing.assert_allclose(result, a * b + c + 2 - a * c, rtol=1e-5, atol=1e-6)


@jit
def keep_above(values, limit, result):
    value = simd.load(address_of(values))
    kept = simd.where_above(value, simd.splat(np.float32(limit)), simd.add(value, value))
    simd.store(kept, address_of(result))


def test_where_above_keeps_what_is_above():
    values, result = aligned((LANES,)), aligned((LANES,))
    values[:6] = [1, 2, 3, np.inf, -np.inf, np.nan]
    keep_above(values, 2.0, result)
    assert result.tolist() == [0, 0, 6, np.inf] + [0] * (LANES - 4)
    keep_above(values, -np.inf, result)
    assert result[:6].tolist() == [2, 4, 6, np.inf, 0, 0]


@jit
def choose_first(start, step, result):
    first, other = simd.splat(np.float32(1)), simd.splat(np.float32(-2))
    simd.store(simd.where_first(start, step, first, other), address_of(result))


@pytest.mark.parametrize("step", [1, 2, 3, 6, LANES, 1001])
def test_where_first_takes_turns(step):
    result = aligned((LANES,))
    for start in (0, LANES, 7 * LANES):
        choose_first(start, step, result)
        assert result.tolist() == [1 if number % step == 0 else -2 for number in range(start, start + LANES)]


@jit
def sum_and_count(values, sums, limit):
    simd.add_up(address_of(values), values.size, address_of(sums))
    return simd.count_up_to(address_of(sums), sums.size, np.float32(limit))


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_running_sums_and_how_many_are_up_to_a_limit(pieces):
    values, sums = aligned((pieces * LANES,)), aligned((pieces * LANES,))
    values[:] = np.random.default_rng(pieces).integers(0, 4, values.size)
    for limit in (-1, 0, 0.5, 10, values.sum() / 2, values.sum()):
        assert sum_and_count(values, sums, limit) == (np.cumsum(values) <= limit).sum()
    np.testing.assert_array_equal(sums, np.cumsum(values))


@jit
def overwrite(values, keys, key, value):
    simd.overwrite(address_of(values), address_of(keys), values.size, np.int32(key), np.float32(value))


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_overwriting_what_belongs_to_a_key(pieces):
    values, keys = aligned((pieces * LANES,)), aligned((pieces * LANES,), np.int32)
    random = np.random.default_rng(pieces)
    values[:], keys[:] = random.random(values.size), random.integers(-2, 5, keys.size)
    expected = values.copy()
    for key, value in ((3, -np.inf), (-2, 7), (99, 1)):
        overwrite(values, keys, key, value)
        expected[keys == key] = value
        np.testing.assert_array_equal(values, expected)


@numba.njit
def fill(address, rows, columns):
    view = matrix_at(address, rows, columns)
    for row in range(view.shape[0]):
        for column in range(view.shape[1]):
            view[row, column] = 10 * row + column


def test_matrix_at_is_a_view():
    memory = np.zeros(12, dtype=np.float32)
    fill(memory.ctypes.data, 3, 4)
    assert memory.reshape(3, 4).tolist() == [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cpu", "features", "lanes"),
    [("generic", "", "8"), ("haswell", "+avx2,+fma", "8"), ("skylake-avx512", "", "16")],
)
def test_kernels_are_right_on_lesser_machines(cpu, features, lanes):
    if cpu == "skylake-avx512" and LANES == 8:
        pytest.skip("this machine has no AVX-512")
    environment = os.environ | {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": features}
    if cpu == "skylake-avx512":
        del environment["NUMBA_CPU_FEATURES"]
    rooms = Path(__file__).parents[1]
    command = [sys.executable, "-c", "from wordneg.compiled import lanes; print(lanes.LANES)"]
    assert subprocess.run(command, env=environment, capture_output=True, text=True).stdout.strip() == lanes
    names = ("compiled/test_simd.py", "compiled/test_rows.py", "compiled/test_tiles.py", "word2vec/test_kernel.py")
    tests = [rooms / name for name in names]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", *tests], env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-3000:]
