"""Sums and copies of a block's rows, which are given by a table of their addresses."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from wordneg.compiled.jit import FASTMATH, merge
from wordneg.compiled.lanes import (
    INT64,
    LANES,
    STEP,
    constant,
    emit_load,
    emit_loop,
    emit_multiply_add,
    emit_splat,
    emit_store,
)
from wordneg.compiled.memory import ADDRESS_BYTES, address_at, prefetch
from wordneg.compiled.simd import load, store

__all__ = ["copy_rows", "fetch_row", "make_add", "make_sum"]

_HELD = 8  # pieces in registers at once; AVX2 has 16 registers
_LINE_BYTES = np.uint64(64)  # of the cache


@cache
def make_sum(pieces: int) -> Any:
    """Return ``sum_rows(rows_at, rows, scale, result_at)``, which writes the sum of some rows, times `scale`.

    Parameters
    ----------
    pieces : int
        Row length in pieces of `LANES` floats.

    Returns
    -------
    intrinsic
        ``rows_at`` is the address of a table of addresses, ``(rows,) uint64`` with at least one entry. The sums of up
        to `_HELD` pieces stay in registers while the rows pass by.
    """

    def codegen(context, builder, signature, args):
        rows_at, rows, scale, result_at = args
        factor = emit_splat(builder, scale)
        for offsets in _groups(pieces):

            def add_row(row, sums, offsets=offsets):
                row_at = _entry(builder, rows_at, row)
                loaded = (emit_load(builder, builder.add(row_at, offset)) for offset in offsets)
                return [builder.fadd(total, piece, flags=FASTMATH) for total, piece in zip(sums, loaded, strict=True)]

            sums = emit_loop(builder, rows, [constant(-0.0)] * len(offsets), add_row)
            for offset, total in zip(offsets, sums, strict=True):
                emit_store(builder, builder.fmul(total, factor, flags=FASTMATH), builder.add(result_at, offset))
        return context.get_dummy_value()

    @intrinsic
    def sum_rows(typingctx, rows_at, rows, scale, result_at):
        return types.void(types.uint64, types.uint64, types.float32, types.uint64), codegen

    return sum_rows


@cache
def make_add(pieces: int) -> Any:
    """Return ``add_to_rows(rows_at, rows, scale, increment_at)``, which adds ``scale * increment`` to some rows.

    The arguments are those of `make_sum`. A row that is named twice gets it twice.
    """

    def codegen(context, builder, signature, args):
        rows_at, rows, scale, increment_at = args
        factor = emit_splat(builder, scale)
        for offsets in _groups(pieces):
            increments = [emit_load(builder, builder.add(increment_at, offset)) for offset in offsets]

            def change_row(row, _, offsets=offsets, increments=increments):
                row_at = _entry(builder, rows_at, row)
                for offset, increment in zip(offsets, increments, strict=True):
                    place = builder.add(row_at, offset)
                    emit_store(builder, emit_multiply_add(builder, factor, increment, emit_load(builder, place)), place)
                return []

            emit_loop(builder, rows, [], change_row)
        return context.get_dummy_value()

    @intrinsic
    def add_to_rows(typingctx, rows_at, rows, scale, increment_at):
        return types.void(types.uint64, types.uint64, types.float32, types.uint64), codegen

    return add_to_rows


def _groups(pieces: int) -> list[list[ir.Constant]]:
    """Return the offsets in bytes of the pieces of a row, in groups of nearly equal size that fit into registers."""
    groups = -(-pieces // _HELD)
    edges = [pieces * group // groups for group in range(groups + 1)]
    return [[INT64(4 * LANES * piece) for piece in range(a, b)] for a, b in pairwise(edges)]


def _entry(builder: ir.IRBuilder, table: ir.Value, index: ir.Value) -> ir.Value:
    """Emit the load of an entry of a table of addresses."""
    place = builder.add(table, builder.mul(index, INT64(8)))
    return builder.load(builder.inttoptr(place, INT64.as_pointer()), align=8)


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
    """Prefetch the cache lines of a row, which may begin or end in the middle of one."""
    for line in range((row_bytes + _LINE_BYTES - np.uint64(1)) // _LINE_BYTES):
        prefetch(row_at + np.uint64(line) * _LINE_BYTES)
