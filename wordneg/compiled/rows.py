"""Sums and copies of a block's rows, which are given by a table of their addresses."""

from __future__ import annotations

import numpy as np

from wordneg.compiled.jit import merge
from wordneg.compiled.lanes import STEP
from wordneg.compiled.memory import ADDRESS_BYTES, address_at, prefetch
from wordneg.compiled.simd import add, load, multiply, multiply_add, splat, store

__all__ = ["add_to_rows", "copy_rows", "fetch_row", "sum_rows"]

_LINE_BYTES = np.uint64(64)  # of the cache


@merge
def sum_rows(rows_at, rows, pieces, scale, result_at):
    """Write the sum of some rows, times `scale`."""
    factor = splat(np.float32(scale))
    for piece in range(pieces):
        offset = np.uint64(piece) * STEP
        total = load(address_at(rows_at) + offset)
        for row in range(1, rows):
            total = add(total, load(address_at(rows_at + np.uint64(row) * ADDRESS_BYTES) + offset))
        store(multiply(total, factor), result_at + offset)


@merge
def add_to_rows(rows_at, rows, pieces, scale, increment_at):
    """Add ``scale * increment`` to each of some rows; a row that is named twice gets it twice."""
    factor = splat(np.float32(scale))
    for row in range(rows):
        row_at = address_at(rows_at + np.uint64(row) * ADDRESS_BYTES)
        for piece in range(pieces):
            offset = np.uint64(piece) * STEP
            store(multiply_add(factor, load(increment_at + offset), load(row_at + offset)), row_at + offset)


@merge
def copy_rows(rows_at, rows, pieces, copies_at):
    """Copy some rows to others."""
    for row in range(rows):
        place = np.uint64(row) * ADDRESS_BYTES
        row_at = address_at(rows_at + place)
        copy_at = address_at(copies_at + place)
        for piece in range(pieces):
            offset = np.uint64(piece) * STEP
            store(load(row_at + offset), copy_at + offset)


@merge
def fetch_row(row_at, row_bytes):
    """Prefetch the cache lines of a row."""
    for line in range(row_bytes // _LINE_BYTES):
        prefetch(row_at + np.uint64(line) * _LINE_BYTES)
