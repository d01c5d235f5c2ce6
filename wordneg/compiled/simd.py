"""Vector instructions for Numba: a value of several floats, and the operations the kernels need.

Numba leaves vectors to LLVM's auto-vectoriser, which makes little of the short loops of this
library (rows of 100 floats, six scores). Here a `Lanes` value is a vector register: `LANES` floats
that are loaded, multiplied and stored at once. LLVM lowers it to whatever the machine has.

Memory is named by its address (uint64): arithmetic on addresses is what the machine does, whereas
signed array indices make Numba emit wrap-around code inside every loop. The caller answers for the
bounds.

Design
------
* `LANES` is 16 where the machine has AVX-512, else 8: then the twelve sums of a tile fit the
  sixteen registers of AVX2 (and spill a little on NEON and SSE).
* Multiply-add is ``llvm.fmuladd``: one instruction where there is one, two elsewhere;
  ``llvm.fma`` would call a library function for every lane on machines without FMA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, config, types
from numba.core.datamodel import models
from numba.core.datamodel import register_default as register_model
from numba.extending import intrinsic

__all__ = [
    "LANES",
    "PAD",
    "absolute",
    "add",
    "add_up",
    "address_at",
    "address_of",
    "count_up_to",
    "exponential",
    "find_largest",
    "jit",
    "load",
    "matrix_at",
    "multiply",
    "multiply_add",
    "overwrite",
    "prefetch",
    "sigmoid",
    "splat",
    "store",
    "subtract",
    "total",
    "where_above",
]

PAD = 16
"""Rows of matrices are padded to a multiple of this many floats (one cache line)."""

FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}
"""LLVM's fast-math flags except ``nnan`` and ``ninf``: a NaN must stay visible."""

FLAGS = ("nsz", "arcp", "contract", "afn", "reassoc")


def _has_avx512() -> bool:
    if config.CPU_NAME:  # NUMBA_CPU_NAME and NUMBA_CPU_FEATURES replace what the machine says
        return "+avx512f" in (config.CPU_FEATURES or "") or config.CPU_NAME in _AVX512_NAMES
    if config.CPU_FEATURES is not None:
        return "+avx512f" in config.CPU_FEATURES
    return bool(llvm.get_host_cpu_features().get("avx512f", False))


_AVX512_NAMES = {
    "skylake-avx512", "cascadelake", "cooperlake", "cannonlake", "icelake-client", "icelake-server",
    "tigerlake", "rocketlake", "sapphirerapids", "emeraldrapids", "graniterapids", "znver4", "znver5", "x86-64-v4",
}  # fmt: skip

LANES = 16 if _has_avx512() else 8
"""Floats in one `Lanes` value."""

FLOAT = ir.FloatType()
INT32 = ir.IntType(32)
INT64 = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, LANES)
_INT_VECTOR = ir.VectorType(INT32, LANES)


class LanesType(types.Type):
    """Numba's type of a value of `LANES` floats."""

    def __init__(self) -> None:
        super().__init__(name=f"Lanes{LANES}")


lanes_type = LanesType()


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: types.Type) -> None:
        super().__init__(manager, fe_type, VECTOR)


# --- pieces of LLVM code, for the intrinsics here and in `tiles` ----------------------------------


def constant(value: float) -> ir.Constant:
    """Return a vector constant, every lane `value`."""
    return ir.Constant(VECTOR, [float(np.float32(value))] * LANES)


def emit_load(builder: ir.IRBuilder, address: ir.Value) -> ir.Value:
    """Emit the load of a vector from an address."""
    return builder.load(builder.inttoptr(address, VECTOR.as_pointer()), align=4)


def emit_store(builder: ir.IRBuilder, value: ir.Value, address: ir.Value) -> None:
    """Emit the store of a vector to an address."""
    builder.store(value, builder.inttoptr(address, VECTOR.as_pointer()), align=4)


def emit_splat(builder: ir.IRBuilder, scalar: ir.Value) -> ir.Value:
    """Emit a vector, every lane `scalar`."""
    one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), scalar, INT32(0))
    mask = ir.Constant(_INT_VECTOR, [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), mask)


def emit_multiply_add(builder: ir.IRBuilder, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
    """Emit ``a * b + c``."""
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{LANES}f32"
    )
    return builder.call(function, [a, b, c], fastmath=FLAGS)


def emit_sums(builder: ir.IRBuilder, vectors: Sequence[ir.Value]) -> ir.Value:
    """Emit one vector whose lane i is the sum of the lanes of ``vectors[i]`` (at most `LANES` of them).

    A tree: each level halves the number of vectors, since two of them share the result of one
    addition after their halves (quarters, …) have been shuffled together.
    """
    level = list(vectors) + [constant(0.0)] * (LANES - len(vectors))
    half = LANES // 2
    while half:
        # lanes come in groups of 2·half, of which the lower half is kept from one, the upper added to it
        low = [
            base + lane + other for base in range(0, LANES, 2 * half) for other in (0, LANES) for lane in range(half)
        ]
        high = [lane + half for lane in low]
        merged = []
        for one, two in zip(level[: len(level) // 2], level[len(level) // 2 :], strict=True):
            lower = builder.shuffle_vector(one, two, ir.Constant(_INT_VECTOR, low))
            upper = builder.shuffle_vector(one, two, ir.Constant(_INT_VECTOR, high))
            merged.append(builder.fadd(lower, upper, flags=FLAGS))
        level = merged
        half //= 2
    return level[0]


def emit_loop(
    builder: ir.IRBuilder,
    count: ir.Value,
    carried: Sequence[ir.Value],
    body: Callable[[ir.Value, list[ir.Value]], Sequence[ir.Value]],
) -> list[ir.Value]:
    """Emit ``for i in range(count): carried = body(i, carried)`` for a count of at least one.

    Returns the carried values after the last round; they live in registers throughout.
    """
    before = builder.block
    loop = builder.append_basic_block("loop")
    after = builder.append_basic_block("after")
    builder.branch(loop)
    builder.position_at_end(loop)
    index = builder.phi(INT64)
    index.add_incoming(INT64(0), before)
    phis = []
    for value in carried:
        phi = builder.phi(value.type)
        phi.add_incoming(value, before)
        phis.append(phi)
    results = list(body(index, phis))
    following = builder.add(index, INT64(1))
    end = builder.block  # the body may have opened blocks of its own
    index.add_incoming(following, end)
    for phi, result in zip(phis, results, strict=True):
        phi.add_incoming(result, end)
    builder.cbranch(builder.icmp_unsigned("<", following, count), loop, after)
    builder.position_at_end(after)
    return results


# --- the operations, callable from jitted code ----------------------------------------------------


@intrinsic
def load(typingctx, address):
    """Return the `LANES` floats at an address."""

    def codegen(context, builder, signature, args):
        return emit_load(builder, args[0])

    return lanes_type(types.uint64), codegen


@intrinsic
def store(typingctx, value, address):
    """Write a `Lanes` value to an address."""

    def codegen(context, builder, signature, args):
        emit_store(builder, *args)
        return context.get_dummy_value()

    return types.void(lanes_type, types.uint64), codegen


@intrinsic
def splat(typingctx, scalar):
    """Return a `Lanes` value, every lane the float32 `scalar`."""

    def codegen(context, builder, signature, args):
        return emit_splat(builder, args[0])

    return lanes_type(types.float32), codegen


@intrinsic
def multiply_add(typingctx, a, b, c):
    """Return ``a * b + c``, lane by lane."""

    def codegen(context, builder, signature, args):
        return emit_multiply_add(builder, *args)

    return lanes_type(lanes_type, lanes_type, lanes_type), codegen


@intrinsic
def add(typingctx, a, b):
    """Return ``a + b``, lane by lane."""

    def codegen(context, builder, signature, args):
        return builder.fadd(*args, flags=FLAGS)

    return lanes_type(lanes_type, lanes_type), codegen


@intrinsic
def subtract(typingctx, a, b):
    """Return ``a − b``, lane by lane."""

    def codegen(context, builder, signature, args):
        return builder.fsub(*args, flags=FLAGS)

    return lanes_type(lanes_type, lanes_type), codegen


@intrinsic
def multiply(typingctx, a, b):
    """Return ``a * b``, lane by lane."""

    def codegen(context, builder, signature, args):
        return builder.fmul(*args, flags=FLAGS)

    return lanes_type(lanes_type, lanes_type), codegen


@intrinsic
def absolute(typingctx, x):
    """Return ``|x|``, lane by lane."""

    def codegen(context, builder, signature, args):
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(VECTOR, [VECTOR]), f"llvm.fabs.v{LANES}f32"
        )
        return builder.call(function, args)

    return lanes_type(lanes_type), codegen


# 2^f on [-½, ½]: relative error below 2.4e-7 (minimax, from a Remez fit; `tests/test_simd.py` measures it)
_EXP2 = (1.0, 0.69314718, 0.24022651, 0.055504109, 0.0096181291, 0.0013333558, 0.00015403530)
_LOG2_E = 1.4426950408889634
_EXPONENT_LIMIT = 126.0
_BIAS = 128  # makes exponents positive, so that truncation is rounding down


def emit_exp2(builder: ir.IRBuilder, y: ir.Value) -> ir.Value:
    """Emit 2^y; beyond ±126 it stays what it is there, and a NaN becomes anything."""
    for comparison, limit in (("<", -_EXPONENT_LIMIT), (">", _EXPONENT_LIMIT)):
        bound = constant(limit)
        y = builder.select(builder.fcmp_ordered(comparison, y, bound), bound, y)
    # y = n + fraction. By way of integers: Numba puts fast-math flags on every instruction, and with
    # them LLVM would cancel the addition of a large constant, the usual way to round
    biased = builder.fptosi(builder.fadd(y, constant(_BIAS + 0.5)), _INT_VECTOR)
    whole = builder.sub(biased, ir.Constant(_INT_VECTOR, [_BIAS] * LANES))
    fraction = builder.fsub(y, builder.sitofp(whole, VECTOR))
    power = constant(_EXP2[-1])
    for coefficient in reversed(_EXP2[:-1]):
        power = emit_multiply_add(builder, power, fraction, constant(coefficient))
    exponent = builder.shl(whole, ir.Constant(_INT_VECTOR, [23] * LANES))
    return builder.bitcast(builder.add(builder.bitcast(power, _INT_VECTOR), exponent), VECTOR)


def emit_or_nan(builder: ir.IRBuilder, x: ir.Value, result: ir.Value) -> ir.Value:
    """Emit `result`, but `x` in the lanes where that is NaN."""
    return builder.select(builder.fcmp_unordered("uno", x, x), x, result)


@intrinsic
def sigmoid(typingctx, x):
    """Return ``1 / (1 + exp(−x))``, lane by lane, with a relative error of about ``(1 + |x|) · 2e-7``.

    Saturates truly: 1 for large x, about 1e-38 for very negative ones; NaN stays NaN.
    """

    def codegen(context, builder, signature, args):
        power = emit_exp2(builder, builder.fmul(args[0], constant(-_LOG2_E), flags=FLAGS))
        result = builder.fdiv(constant(1.0), builder.fadd(constant(1.0), power), flags=("nsz", "contract"))
        return emit_or_nan(builder, args[0], result)

    return lanes_type(lanes_type), codegen


@intrinsic
def exponential(typingctx, x):
    """Return ``exp(x)``, lane by lane, with a relative error of about ``(1 + |x|) · 2e-7``.

    Saturates at about 1e-38 and 1e38 (x beyond ±87); NaN stays NaN.
    """

    def codegen(context, builder, signature, args):
        power = emit_exp2(builder, builder.fmul(args[0], constant(_LOG2_E), flags=FLAGS))
        return emit_or_nan(builder, args[0], power)

    return lanes_type(lanes_type), codegen


@intrinsic
def total(typingctx, x):
    """Return the sum of the lanes (float32)."""

    def codegen(context, builder, signature, args):
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(FLOAT, [FLOAT, VECTOR]), f"llvm.vector.reduce.fadd.v{LANES}f32"
        )
        return builder.call(function, [ir.Constant(FLOAT, 0.0), args[0]], fastmath=FLAGS)

    return types.float32(lanes_type), codegen


@intrinsic
def where_above(typingctx, x, limit, value):
    """Return `value` in the lanes where x > limit, 0 in the others, also where x is NaN."""

    def codegen(context, builder, signature, args):
        x, limit, value = args
        return builder.select(builder.fcmp_ordered(">", x, limit), value, constant(0.0))

    return lanes_type(lanes_type, lanes_type, lanes_type), codegen


@intrinsic
def find_largest(typingctx, values_at, count):
    """Return the index (int64) of the largest of some floats, the first if there are several.

    `count` is a positive multiple of `LANES`. 0 if all are NaN.
    """

    def codegen(context, builder, signature, args):
        values_at, count = args
        vectors = builder.udiv(count, INT64(LANES))
        bits = ir.IntType(LANES)
        step = INT64(4 * LANES)
        lowest = constant(-np.inf)

        def larger(piece, best):
            value = emit_load(builder, builder.add(values_at, builder.mul(piece, step)))
            return [builder.select(builder.fcmp_ordered(">", value, best[0]), value, best[0])]

        (best,) = emit_loop(builder, vectors, [lowest], larger)
        half = LANES // 2
        while half:  # the largest of all lanes, in every lane
            other = builder.shuffle_vector(best, best, ir.Constant(_INT_VECTOR, [lane ^ half for lane in range(LANES)]))
            best = builder.select(builder.fcmp_ordered(">", other, best), other, best)
            half //= 2

        def find(piece, found):
            backward = builder.sub(builder.sub(vectors, piece), INT64(1))  # so that the first one stays
            value = emit_load(builder, builder.add(values_at, builder.mul(backward, step)))
            mask = builder.bitcast(builder.fcmp_ordered("==", value, best), bits)
            lane = builder.zext(builder.cttz(mask, ir.Constant(ir.IntType(1), 0)), INT64)
            place = builder.add(builder.mul(backward, INT64(LANES)), lane)
            return [builder.select(builder.icmp_unsigned("!=", mask, bits(0)), place, found[0])]

        return emit_loop(builder, vectors, [INT64(0)], find)[0]

    return types.int64(types.uint64, types.int64), codegen


@intrinsic
def add_up(typingctx, values_at, count, sums_at):
    """Write the running sums of some floats: of the first, of the first two, … of all.

    `count` is a positive multiple of `LANES`.
    """

    def codegen(context, builder, signature, args):
        values_at, count, sums_at = args

        def add_piece(piece, before):
            offset = builder.mul(piece, INT64(4 * LANES))
            total = emit_load(builder, builder.add(values_at, offset))
            distance = 1
            while distance < LANES:  # each lane has the sum of `distance` lanes, and gets that of as many before them
                moved = ir.Constant(_INT_VECTOR, [0] * distance + [LANES + lane for lane in range(LANES - distance)])
                total = builder.fadd(total, builder.shuffle_vector(constant(0.0), total, moved), flags=FLAGS)
                distance *= 2
            total = builder.fadd(total, before[0], flags=FLAGS)
            emit_store(builder, total, builder.add(sums_at, offset))
            last = ir.Constant(_INT_VECTOR, [LANES - 1] * LANES)
            return [builder.shuffle_vector(total, total, last)]

        emit_loop(builder, builder.udiv(count, INT64(LANES)), [constant(0.0)], add_piece)
        return context.get_dummy_value()

    return types.void(types.uint64, types.int64, types.uint64), codegen


@intrinsic
def count_up_to(typingctx, values_at, count, limit):
    """Return how many (int64) of some floats are not above a limit (float32).

    `count` is a positive multiple of `LANES`.
    """

    def codegen(context, builder, signature, args):
        values_at, count, limit = args
        limits = emit_splat(builder, limit)

        def count_piece(piece, before):
            value = emit_load(builder, builder.add(values_at, builder.mul(piece, INT64(4 * LANES))))
            mask = builder.bitcast(builder.fcmp_ordered("<=", value, limits), ir.IntType(LANES))
            return [builder.add(before[0], builder.zext(builder.ctpop(mask), INT64))]

        return emit_loop(builder, builder.udiv(count, INT64(LANES)), [INT64(0)], count_piece)[0]

    return types.int64(types.uint64, types.int64, types.float32), codegen


@intrinsic
def overwrite(typingctx, values_at, keys_at, count, key, value):
    """Write a value over those of some floats that belong to a key (int32), of keys that stand beside them.

    `count` is a positive multiple of `LANES`.
    """

    def codegen(context, builder, signature, args):
        values_at, keys_at, count, key, value = args
        keys = builder.shuffle_vector(
            builder.insert_element(ir.Constant(_INT_VECTOR, ir.Undefined), key, INT32(0)),
            ir.Constant(_INT_VECTOR, ir.Undefined),
            ir.Constant(_INT_VECTOR, [0] * LANES),
        )
        values = emit_splat(builder, value)

        def for_piece(piece, _):
            offset = builder.mul(piece, INT64(4 * LANES))
            there = builder.inttoptr(builder.add(keys_at, offset), _INT_VECTOR.as_pointer())
            place = builder.add(values_at, offset)
            same = builder.icmp_signed("==", builder.load(there, align=4), keys)
            emit_store(builder, builder.select(same, values, emit_load(builder, place)), place)
            return []

        emit_loop(builder, builder.udiv(count, INT64(LANES)), [], for_piece)
        return context.get_dummy_value()

    return types.void(types.uint64, types.uint64, types.int64, types.int32, types.float32), codegen


@intrinsic
def prefetch(typingctx, address):
    """Ask for the cache line at an address, to be written soon."""

    def codegen(context, builder, signature, args):
        pointer = ir.IntType(8).as_pointer()
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [pointer, INT32, INT32, INT32]), "llvm.prefetch.p0"
        )
        builder.call(function, [builder.inttoptr(args[0], pointer), INT32(0), INT32(3), INT32(1)])
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


_KERNEL = {
    "nogil": True,
    "fastmath": FASTMATH,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}


def jit(function: Callable[..., Any]) -> Any:
    """Compile a function that a kernel calls, such as a sampler's `draw` or an objective's `slopes`.

    No GIL; the fast-math flags of this library (NaN kept); division without a check; no memory
    management, so that using an array costs no reference count (nor can one be made: `scratch` is for
    that); and merged into the caller, since a call would pass every array by its seven fields.
    """
    return numba.njit(**_KERNEL, forceinline=True)(function)


def merge(function: Callable[..., Any]) -> Any:
    """Mark a function as a part of its callers: it is compiled there, and not by itself."""
    return numba.njit(**_KERNEL, inline="always")(function)
