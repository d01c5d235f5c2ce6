"""Memory by its address, for jitted code.

Arithmetic on addresses (uint64) is what the machine does, whereas signed array indices make Numba emit wrap-around code
inside every loop. The caller answers for the bounds.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from wordneg.compiled.lanes import FLOAT, INT32, INT64

__all__ = [
    "ADDRESS_BYTES",
    "address_at",
    "address_of",
    "eight_bytes",
    "emit_prefetch",
    "matrix_at",
    "prefetch",
    "put_eight_bytes",
]

ADDRESS_BYTES = np.uint64(8)
"""Bytes in an address: from one entry of a table of addresses to the next."""


def emit_prefetch(builder: ir.IRBuilder, address: ir.Value, *, written: bool) -> None:
    """Emit the fetching of the cache line at an address, which will soon be read, or written to."""
    pointer = ir.IntType(8).as_pointer()
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(ir.VoidType(), [pointer, INT32, INT32, INT32]), "llvm.prefetch.p0"
    )
    builder.call(function, [builder.inttoptr(address, pointer), INT32(int(written)), INT32(3), INT32(1)])


@intrinsic
def prefetch(typingctx, address):
    """Prefetch the cache line at an address, which will soon be written to."""

    def codegen(context, builder, signature, args):
        emit_prefetch(builder, args[0], written=True)
        return context.get_dummy_value()

    return types.void(types.uint64), codegen


@intrinsic
def address_at(typingctx, place):
    """Return the address (uint64) that is stored at an address: an entry of a table of addresses."""

    def codegen(context, builder, signature, args):
        return builder.load(builder.inttoptr(args[0], INT64.as_pointer()), align=8)

    return types.uint64(types.uint64), codegen


@intrinsic
def address_of(typingctx, array):
    """Return the address (uint64) of an array's first element."""

    def codegen(context, builder, signature, args):
        structure = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.ptrtoint(structure.data, INT64)

    return types.uint64(array), codegen


@intrinsic
def eight_bytes(typingctx, text, at):
    """Return the 8 bytes of `text`, a uint8 array, from `at` on as a uint64 whose lowest byte is the first."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        address = builder.gep(array.data, [args[1]])
        # This is the native byte order: Numba runs on no big-endian machine.
        return builder.load(builder.bitcast(address, INT64.as_pointer()), align=1)

    return types.uint64(text, types.uint64), codegen


@intrinsic
def put_eight_bytes(typingctx, text, at, value):
    """Write the bytes of a uint64, the lowest first, to `text`, a uint8 array, from `at` on."""

    def codegen(context, builder, signature, args):
        array = context.make_array(signature.args[0])(context, builder, args[0])
        address = builder.gep(array.data, [args[1]])
        builder.store(args[2], builder.bitcast(address, INT64.as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(text, types.uint64, types.uint64), codegen


@intrinsic
def matrix_at(typingctx, address, rows, columns):
    """Return a ``(rows, columns) float32`` array over the memory at an address, without owning it."""
    result = types.Array(types.float32, 2, "C")

    def codegen(context, builder, signature, args):
        array = context.make_array(result)(context, builder)
        itemsize = context.get_constant(types.intp, 4)
        shape = [args[1], args[2]]
        context.populate_array(
            array,
            data=builder.inttoptr(args[0], FLOAT.as_pointer()),
            shape=shape,
            strides=[builder.mul(args[2], itemsize), itemsize],
            itemsize=itemsize,
            meminfo=None,
        )
        return array._getvalue()

    return result(types.uint64, types.intp, types.intp), codegen
