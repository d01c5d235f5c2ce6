"""A value of several floats for Numba: its type, and the pieces of LLVM code that the intrinsics are made of.

Numba leaves vectors to LLVM's auto-vectorizer, which makes little of the short loops of this library (rows of 100
floats, six scores). Here a `Lanes` value is a vector register: `LANES` floats that are loaded, multiplied and stored
at once. LLVM lowers it to whatever the machine has.

Design
------
* `LANES` is 16 where the machine has AVX-512, else 8: then the twelve sums of a tile fit the sixteen registers of AVX2
  (and spill a little on NEON and SSE).
* Multiply-add is ``llvm.fmuladd``: one instruction where there is one, two elsewhere. ``llvm.fma`` would call a library
  function for every lane on machines without FMA.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba.core import cgutils, config, types
from numba.core.datamodel import models
from numba.core.datamodel import register_default as register_model

from wordneg.compiled.jit import FASTMATH

__all__ = [
    "FLOAT",
    "INT32",
    "INT64",
    "INT_VECTOR",
    "LANES",
    "STEP",
    "VECTOR",
    "constant",
    "emit_load",
    "emit_loop",
    "emit_multiply_add",
    "emit_splat",
    "emit_store",
    "emit_sums",
    "lanes_type",
]


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

STEP = np.uint64(4 * LANES)
"""Bytes in one `Lanes` value: from its address to the next one's."""

FLOAT = ir.FloatType()
INT32 = ir.IntType(32)
INT64 = ir.IntType(64)
VECTOR = ir.VectorType(FLOAT, LANES)
INT_VECTOR = ir.VectorType(INT32, LANES)


class LanesType(types.Type):
    """Numba's type of a value of `LANES` floats."""

    def __init__(self) -> None:
        super().__init__(name=f"Lanes{LANES}")


lanes_type = LanesType()


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: types.Type) -> None:
        super().__init__(manager, fe_type, VECTOR)


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
    mask = ir.Constant(INT_VECTOR, [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), mask)


def emit_multiply_add(builder: ir.IRBuilder, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
    """Emit ``a * b + c``."""
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(VECTOR, [VECTOR] * 3), f"llvm.fmuladd.v{LANES}f32"
    )
    return builder.call(function, [a, b, c], fastmath=FASTMATH)


def emit_sums(builder: ir.IRBuilder, vectors: Sequence[ir.Value]) -> ir.Value:
    """Emit one vector whose lane i is the sum of the lanes of ``vectors[i]`` (at most `LANES` of them).

    It is a tree: each level halves the number of vectors, since two vectors share one addition after their halves
    (quarters, …) have been shuffled together.
    """
    level = list(vectors) + [constant(0.0)] * (LANES - len(vectors))
    half = LANES // 2
    while half:
        # lanes come in groups of 2·half: the lower half is kept, the upper half added to it
        low = [
            base + lane + other for base in range(0, LANES, 2 * half) for other in (0, LANES) for lane in range(half)
        ]
        high = [lane + half for lane in low]
        merged = []
        for one, two in zip(level[: len(level) // 2], level[len(level) // 2 :], strict=True):
            lower = builder.shuffle_vector(one, two, ir.Constant(INT_VECTOR, low))
            upper = builder.shuffle_vector(one, two, ir.Constant(INT_VECTOR, high))
            merged.append(builder.fadd(lower, upper, flags=FASTMATH))
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

    Return the carried values after the last round. They live in registers throughout.
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
