"""Sums over pieces of `LANES` floats of many rows, in registers: normal equations of so many coordinates at once."""

from __future__ import annotations

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from wordneg.compiled.jit import FASTMATH
from wordneg.compiled.lanes import (
    FLOAT,
    INT64,
    LANES,
    constant,
    emit_load,
    emit_loop,
    emit_multiply_add,
    emit_splat,
    emit_store,
    emit_sums,
)
from wordneg.compiled.memory import emit_prefetch

__all__ = ["AHEAD", "move_scores", "sum_moments"]

AHEAD = 12
"""How many rows before its turn a piece is fetched into the cache."""


def _float_at(builder: ir.IRBuilder, address: ir.Value, offset: int = 0) -> ir.Value:
    """Emit ``splat(float)`` of the float at an address."""
    place = builder.add(address, INT64(offset)) if offset else address
    return emit_splat(builder, builder.load(builder.inttoptr(place, FLOAT.as_pointer()), align=4))


def _piece_at(builder: ir.IRBuilder, table: ir.Value, offset: ir.Value) -> ir.Value:
    """Emit the address of a row's piece: the first address of a table, and an offset in bytes."""
    return builder.add(builder.load(builder.inttoptr(table, INT64.as_pointer()), align=8), offset)


@intrinsic
def sum_moments(typingctx, rows_at, offset, weights_at, slopes_at, count, sums_at):
    """Write ``Σ weight · y yᵀ`` and ``Σ slope · y`` over one piece y of each row.

    `rows_at` is the address of a table of the rows' addresses, ``(count + AHEAD,) uint64``, of which the last `AHEAD`
    may be any numbers, and `offset` (uint64) leads from there to the pieces. `weights_at` and `slopes_at` are the
    addresses of ``(count,) float32`` each, and `count` is an int64 of at least one. Writes ``(LANES + 1, LANES)
    float32`` to `sums_at`: the matrix, then the vector. All of it stays in registers meanwhile.
    """

    def codegen(context, builder, signature, args):
        rows_at, offset, weights_at, slopes_at, count, sums_at = args

        def add(number, sums):
            table = builder.add(rows_at, builder.mul(number, INT64(8)))
            address = _piece_at(builder, table, offset)
            emit_prefetch(builder, _piece_at(builder, builder.add(table, INT64(8 * AHEAD)), offset), written=False)
            floats = builder.mul(number, INT64(4))
            piece = emit_load(builder, address)
            weighted = builder.fmul(piece, _float_at(builder, builder.add(weights_at, floats)), flags=FASTMATH)
            slope = _float_at(builder, builder.add(slopes_at, floats))
            *matrix, vector = sums
            return [
                *(
                    emit_multiply_add(builder, _float_at(builder, address, 4 * lane), weighted, row)
                    for lane, row in enumerate(matrix)
                ),
                emit_multiply_add(builder, slope, piece, vector),
            ]

        for number, row in enumerate(emit_loop(builder, count, [constant(0.0)] * (LANES + 1), add)):
            emit_store(builder, row, builder.add(sums_at, INT64(4 * LANES * number)))
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 4, types.int64, types.uint64), codegen


@intrinsic
def move_scores(typingctx, rows_at, offset, step_at, count, scores_at):
    """Add to each row's score its piece's product with a step, which is what moving a piece of the query does.

    `rows_at` and `offset` are as for `sum_moments`, `step_at` is the address of `LANES` floats, `count` a positive
    multiple of `LANES`, and `scores_at` the address of ``(count,) float32``.
    """

    def codegen(context, builder, signature, args):
        rows_at, offset, step_at, count, scores_at = args
        step = emit_load(builder, step_at)

        def move(group, _):
            table = builder.add(rows_at, builder.mul(group, INT64(8 * LANES)))
            products = [
                builder.fmul(
                    emit_load(builder, _piece_at(builder, builder.add(table, INT64(8 * lane)), offset)),
                    step,
                    flags=FASTMATH,
                )
                for lane in range(LANES)
            ]
            place = builder.add(scores_at, builder.mul(group, INT64(4 * LANES)))
            moved = builder.fadd(emit_load(builder, place), emit_sums(builder, products), flags=FASTMATH)
            emit_store(builder, moved, place)
            return []

        emit_loop(builder, builder.udiv(count, INT64(LANES)), [], move)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 3, types.int64, types.uint64), codegen
