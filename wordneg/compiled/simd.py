"""Vector instructions for jitted code: operations on `Lanes` values (see `wordneg.compiled.lanes`) and on arrays.

Memory is named by its address (uint64), see `wordneg.compiled.memory`. The caller answers for the bounds.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from wordneg.compiled.jit import FASTMATH
from wordneg.compiled.lanes import (
    FLOAT,
    INT32,
    INT64,
    INT_VECTOR,
    LANES,
    VECTOR,
    constant,
    emit_load,
    emit_loop,
    emit_multiply_add,
    emit_splat,
    emit_store,
    lanes_type,
)

__all__ = [
    "absolute",
    "add",
    "add_up",
    "count_up_to",
    "exponential",
    "find_largest",
    "load",
    "multiply",
    "multiply_add",
    "overwrite",
    "sigmoid",
    "splat",
    "store",
    "subtract",
    "total",
    "where_above",
    "where_first",
]


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
        return builder.fadd(*args, flags=FASTMATH)

    return lanes_type(lanes_type, lanes_type), codegen


@intrinsic
def subtract(typingctx, a, b):
    """Return ``a − b``, lane by lane."""

    def codegen(context, builder, signature, args):
        return builder.fsub(*args, flags=FASTMATH)

    return lanes_type(lanes_type, lanes_type), codegen


@intrinsic
def multiply(typingctx, a, b):
    """Return ``a * b``, lane by lane."""

    def codegen(context, builder, signature, args):
        return builder.fmul(*args, flags=FASTMATH)

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


# 2^f on [-½, ½]: relative error below 2.4e-7 (minimax, from a Remez fit; `tests/compiled/test_simd.py` measures it)
_EXP2 = (1.0, 0.69314718, 0.24022651, 0.055504109, 0.0096181291, 0.0013333558, 0.00015403530)
_LOG2_E = 1.4426950408889634
_EXPONENT_LIMIT = 126.0
_BIAS = 128  # makes exponents positive, so that truncation is rounding down


def emit_exp2(builder: ir.IRBuilder, y: ir.Value) -> ir.Value:
    """Emit 2^y. Beyond ±126 it stays what it is at that limit, and NaN becomes an arbitrary number."""
    for comparison, limit in (("<", -_EXPONENT_LIMIT), (">", _EXPONENT_LIMIT)):
        bound = constant(limit)
        y = builder.select(builder.fcmp_ordered(comparison, y, bound), bound, y)
    # y = whole + fraction. Rounded by way of integers: the usual way, adding and subtracting a large constant, would be
    # canceled by LLVM, as Numba puts fast-math flags on every instruction.
    biased = builder.fptosi(builder.fadd(y, constant(_BIAS + 0.5)), INT_VECTOR)
    whole = builder.sub(biased, ir.Constant(INT_VECTOR, [_BIAS] * LANES))
    fraction = builder.fsub(y, builder.sitofp(whole, VECTOR))
    power = constant(_EXP2[-1])
    for coefficient in reversed(_EXP2[:-1]):
        power = emit_multiply_add(builder, power, fraction, constant(coefficient))
    # adding an integer to the exponent bits of a float32 multiplies it by that power of 2
    exponent = builder.shl(whole, ir.Constant(INT_VECTOR, [23] * LANES))
    return builder.bitcast(builder.add(builder.bitcast(power, INT_VECTOR), exponent), VECTOR)


def emit_or_nan(builder: ir.IRBuilder, x: ir.Value, result: ir.Value) -> ir.Value:
    """Emit `result`, but `x` in the lanes where `x` is NaN."""
    return builder.select(builder.fcmp_unordered("uno", x, x), x, result)


@intrinsic
def sigmoid(typingctx, x):
    """Return ``1 / (1 + exp(−x))``, lane by lane, with a relative error of about ``(1 + |x|) · 2e-7``.

    It saturates at 1 for large x and at about 1e-38 for very negative x. NaN stays NaN.
    """

    def codegen(context, builder, signature, args):
        power = emit_exp2(builder, builder.fmul(args[0], constant(-_LOG2_E), flags=FASTMATH))
        result = builder.fdiv(constant(1.0), builder.fadd(constant(1.0), power), flags=("nsz", "contract"))
        return emit_or_nan(builder, args[0], result)

    return lanes_type(lanes_type), codegen


@intrinsic
def exponential(typingctx, x):
    """Return ``exp(x)``, lane by lane, with a relative error of about ``(1 + |x|) · 2e-7``.

    It saturates at about 1e-38 and 1e38, for x beyond ±87. NaN stays NaN.
    """

    def codegen(context, builder, signature, args):
        power = emit_exp2(builder, builder.fmul(args[0], constant(_LOG2_E), flags=FASTMATH))
        return emit_or_nan(builder, args[0], power)

    return lanes_type(lanes_type), codegen


@intrinsic
def total(typingctx, x):
    """Return the sum of the lanes (float32)."""

    def codegen(context, builder, signature, args):
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(FLOAT, [FLOAT, VECTOR]), f"llvm.vector.reduce.fadd.v{LANES}f32"
        )
        return builder.call(function, [ir.Constant(FLOAT, 0.0), args[0]], fastmath=FASTMATH)

    return types.float32(lanes_type), codegen


@intrinsic
def where_above(typingctx, x, limit, value):
    """Return `value` in the lanes where x > limit, and 0 in the other lanes, also where x is NaN."""

    def codegen(context, builder, signature, args):
        x, limit, value = args
        return builder.select(builder.fcmp_ordered(">", x, limit), value, constant(0.0))

    return lanes_type(lanes_type, lanes_type, lanes_type), codegen


@intrinsic
def where_first(typingctx, start, step, first, other):
    """Return `first` in the lanes whose numbers, counted from `start`, are multiples of `step`, else `other`."""

    def codegen(context, builder, signature, args):
        start, step, first, other = args
        numbers = builder.add(ir.Constant(INT_VECTOR, list(range(LANES))), _splat_number(builder, start))
        rests = builder.urem(numbers, _splat_number(builder, step))
        return builder.select(builder.icmp_unsigned("==", rests, ir.Constant(INT_VECTOR, None)), first, other)

    return lanes_type(types.int64, types.int64, lanes_type, lanes_type), codegen


def _splat_number(builder, number):
    """Emit a vector, every lane a whole number below 2^31."""
    lanes = ir.Constant(INT_VECTOR, ir.Undefined)
    one = builder.insert_element(lanes, builder.trunc(number, INT32), INT32(0))
    return builder.shuffle_vector(one, lanes, ir.Constant(INT_VECTOR, None))


@intrinsic
def find_largest(typingctx, values_at, count):
    """Return the index (int64) of the largest of some floats, the first one if there are several.

    `count` is a positive multiple of `LANES`. The index is 0 if all floats are NaN.
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
            other = builder.shuffle_vector(best, best, ir.Constant(INT_VECTOR, [lane ^ half for lane in range(LANES)]))
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
    """Write the running sums of some floats: of the first one, of the first two, … of all.

    `count` is a positive multiple of `LANES`.
    """

    def codegen(context, builder, signature, args):
        values_at, count, sums_at = args

        def add_piece(piece, before):
            offset = builder.mul(piece, INT64(4 * LANES))
            total = emit_load(builder, builder.add(values_at, offset))
            distance = 1
            while distance < LANES:  # each lane holds a sum of `distance` lanes; the sum before it is added
                moved = ir.Constant(INT_VECTOR, [0] * distance + [LANES + lane for lane in range(LANES - distance)])
                total = builder.fadd(total, builder.shuffle_vector(constant(0.0), total, moved), flags=FASTMATH)
                distance *= 2
            total = builder.fadd(total, before[0], flags=FASTMATH)
            emit_store(builder, total, builder.add(sums_at, offset))
            last = ir.Constant(INT_VECTOR, [LANES - 1] * LANES)
            return [builder.shuffle_vector(total, total, last)]

        emit_loop(builder, builder.udiv(count, INT64(LANES)), [constant(0.0)], add_piece)
        return context.get_dummy_value()

    return types.void(types.uint64, types.int64, types.uint64), codegen


@intrinsic
def count_up_to(typingctx, values_at, count, limit):
    """Return how many (int64) of some floats are at most a limit (float32).

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
    """Replace some floats by a value where the keys (int32) that stand beside them equal a key.

    `count` is a positive multiple of `LANES`.
    """

    def codegen(context, builder, signature, args):
        values_at, keys_at, count, key, value = args
        keys = builder.shuffle_vector(
            builder.insert_element(ir.Constant(INT_VECTOR, ir.Undefined), key, INT32(0)),
            ir.Constant(INT_VECTOR, ir.Undefined),
            ir.Constant(INT_VECTOR, [0] * LANES),
        )
        values = emit_splat(builder, value)

        def for_piece(piece, _):
            offset = builder.mul(piece, INT64(4 * LANES))
            there = builder.inttoptr(builder.add(keys_at, offset), INT_VECTOR.as_pointer())
            place = builder.add(values_at, offset)
            same = builder.icmp_signed("==", builder.load(there, align=4), keys)
            emit_store(builder, builder.select(same, values, emit_load(builder, place)), place)
            return []

        emit_loop(builder, builder.udiv(count, INT64(LANES)), [], for_piece)
        return context.get_dummy_value()

    return types.void(types.uint64, types.uint64, types.int64, types.int32, types.float32), codegen
