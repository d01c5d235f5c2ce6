"""Sums of rows that are named by their addresses, and changes of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from wordneg.compiled.jit import jit
from wordneg.compiled.lanes import LANES
from wordneg.compiled.memory import address_of
from wordneg.compiled.rows import make_add, make_sum
from wordneg.compiled.weights import aligned

RNG = np.random.default_rng(5)


@cache
def jitted(make: Any, pieces: int) -> Any:
    """Return what `make` makes for rows of some pieces as a function of arrays."""
    operation = make(pieces)

    @jit
    def call(table, scale, row):
        operation(address_of(table), np.uint64(table.size), np.float32(scale), address_of(row))

    return call


def example(pieces: int, chosen: list[int]) -> tuple[Any, Any]:
    """Return a matrix of 6 rows, and the table of the addresses of the chosen ones."""
    matrix, table = aligned((6, pieces * LANES)), aligned((len(chosen),), np.uint64)
    matrix[:] = RNG.standard_normal(matrix.shape)
    table[:] = matrix.ctypes.data + np.array(chosen) * matrix.strides[0]
    return matrix, table


@pytest.mark.parametrize("chosen", [[3], [0, 5], [4, 1, 4, 0, 2]])
@pytest.mark.parametrize("pieces", [1, 7, 8, 9, 20])
def test_sums_are_taken_row_by_row(pieces: int, chosen: list[int]) -> None:
    matrix, table = example(pieces, chosen)
    before, result = matrix.copy(), aligned((pieces * LANES,))
    jitted(make_sum, pieces)(table, 0.3, result)
    expected = matrix[chosen[0]].copy()
    for row in chosen[1:]:
        expected += matrix[row]
    np.testing.assert_array_equal(result, expected * np.float32(0.3))
    np.testing.assert_array_equal(matrix, before)


@pytest.mark.parametrize("chosen", [[3], [0, 5], [4, 1, 4, 0, 2]])
@pytest.mark.parametrize("pieces", [1, 7, 8, 9, 20])
def test_a_row_that_is_named_twice_changes_twice(pieces: int, chosen: list[int]) -> None:
    matrix, table = example(pieces, chosen)
    increment = aligned((pieces * LANES,))
    increment[:] = RNG.standard_normal(increment.shape)
    expected = matrix.astype(np.float64)
    for row in chosen:
        expected[row] += np.float32(0.3) * increment.astype(np.float64)
    jitted(make_add, pieces)(table, 0.3, increment)
    np.testing.assert_allclose(matrix, expected, rtol=1e-6, atol=1e-7)
