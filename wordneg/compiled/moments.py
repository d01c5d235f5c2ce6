"""Weighted sums over pieces of rows, in registers: the normal equations of `LANES` coordinates at once."""

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
)

__all__ = ["sum_moments"]


def _float_at(builder: ir.IRBuilder, address: ir.Value, offset: int = 0) -> ir.Value:
    """Emit ``splat(float)`` of the float at an address."""
    place = builder.add(address, INT64(offset)) if offset else address
    return emit_splat(builder, builder.load(builder.inttoptr(place, FLOAT.as_pointer()), align=4))


@intrinsic
def sum_moments(typingctx, addresses_at, weights_at, slopes_at, count, sums_at):
    """Write ``Σ weight · y yᵀ`` and ``Σ slope · y`` over some pieces y of `LANES` floats.

    `addresses_at` is the address of a table of the pieces' addresses, ``(count,) uint64``; `weights_at` and
    `slopes_at` are the addresses of ``(count,) float32`` each; count is an int64 of at least one. Writes
    ``(LANES + 1, LANES) float32`` to `sums_at`: the matrix, then the vector. All of it stays in registers meanwhile.
    """

    def codegen(context, builder, signature, args):
        addresses_at, weights_at, slopes_at, count, sums_at = args

        def add(number, sums):
            entry = builder.add(addresses_at, builder.mul(number, INT64(8)))
            address = builder.load(builder.inttoptr(entry, INT64.as_pointer()), align=8)
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

    return types.void(types.uint64, types.uint64, types.uint64, types.int64, types.uint64), codegen
