"""What the machine can do at most: its clock, its multiply-adds, and the latency and bandwidth of its memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordneg.compiled.lanes import (
    INT32,
    INT64,
    LANES,
    constant,
    emit_load,
    emit_loop,
    emit_multiply_add,
    emit_sums,
)
from wordneg.compiled.memory import address_of

_SUMS = 12  # independent sums: more than a core's multiply-adds in flight, and no more than AVX2's registers hold
_STREAMS = 8
_LINE = 64  # bytes
_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
_USUAL = {"L1": 32 << 10, "L2": 1 << 20, "L3": 32 << 20}
_MEMORY = 256 << 20  # bytes of a buffer that no cache holds; four times the last one if that is more, up to a limit
_MOST = 1 << 30
_STEP_CYCLES = 6  # of a xorshift: three shifts and three exclusive ors, each waiting for the one before it


class Level(NamedTuple):
    """A level of the memory, measured with a buffer of half its size."""

    name: str
    size: int
    nanoseconds: float
    gigabytes: float


class Machine(NamedTuple):
    """What was measured; `multiply_adds` are of floats, in 10⁹ a second, of one core."""

    gigahertz: float
    multiply_adds: float
    levels: list[Level]


def measure(repeats: int, *, quick: bool) -> Machine:
    """Measure one core, best of some repeats."""
    return Machine(_clock(repeats), _peak(repeats), [_level(*size, repeats) for size in _sizes(quick=quick).items()])


def best(task: Callable[[], object], repeats: int) -> float:
    """Return the least seconds of processor time that a task took, after a first time that is not counted."""
    task()
    return min(timed(task) for _ in range(repeats))


def timed(task: Callable[[], object]) -> float:
    """Return the seconds of processor time that a task takes in this thread."""
    begin = time.thread_time()
    task()
    return time.thread_time() - begin


# --- clock and multiply-adds ----------------------------------------------------------------------------


@njit(nogil=True)
def _shift_around(count):
    x = np.uint64(88172645463325252)
    for _ in range(count):
        x ^= x << np.uint64(13)
        x ^= x >> np.uint64(7)
        x ^= x << np.uint64(17)
    return x


def _clock(repeats: int) -> float:
    steps = 1_000_000
    return steps * _STEP_CYCLES / best(lambda: _shift_around(steps), 20 * repeats) / 1e9


@intrinsic
def _multiply_and_add(typingctx: Any, count: Any) -> Any:
    """Run chains of multiply-adds on registers; return something made of their ends, so that none is left out."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def body(_: Any, sums: list[Any]) -> list[Any]:
            return [emit_multiply_add(builder, total, constant(0.999), constant(0.001)) for total in sums]

        sums = emit_loop(builder, args[0], [constant(1.0 + number) for number in range(_SUMS)], body)
        return _first(builder, emit_sums(builder, sums[: min(_SUMS, LANES)]), sums)

    return types.float32(types.int64), codegen


def _first(builder: Any, vector: Any, others: list[Any]) -> Any:
    for other in others:
        vector = builder.fadd(vector, other)
    return builder.extract_element(vector, INT32(0))


@njit(nogil=True)
def _all_multiply_adds(count):
    return _multiply_and_add(count)


def _peak(repeats: int) -> float:
    rounds = 1_000_000
    seconds = best(lambda: _all_multiply_adds(rounds), 20 * repeats)
    return rounds * _SUMS * LANES / seconds / 1e9


# --- memory ---------------------------------------------------------------------------------------------


def _sizes(*, quick: bool) -> dict[str, int]:
    """Return the bytes of each level: of the caches as the system tells, otherwise usual ones; and of memory."""
    found = {}
    for entry in sorted(_CACHES.glob("index*")):
        if (entry / "type").read_text().strip() != "Instruction":
            text = (entry / "size").read_text().strip()
            found[f"L{(entry / 'level').read_text().strip()}"] = int(text.rstrip("KM")) << (20 if "M" in text else 10)
    sizes = found or _USUAL
    if quick:
        return dict(list(sizes.items())[:2])
    return sizes | {"memory": min(_MOST, max(_MEMORY, 4 * max(sizes.values())))}


def _level(name: str, size: int, repeats: int) -> Level:
    half = size // 2 if name != "memory" else size
    return Level(name, size, _latency(half, repeats), _bandwidth(half, repeats))


@njit(nogil=True)
def _chase(table, steps):
    place = np.uint64(0)
    for _ in range(steps):
        place = table[place]
    return place


def _latency(size: int, repeats: int) -> float:
    """Return the nanoseconds from one line of a buffer to the next in a random circle through all of them."""
    lines = size // _LINE
    order = np.random.default_rng(1).permutation(lines).astype(np.uint64)
    table = np.zeros(lines * 8, np.uint64)
    table[order * np.uint64(8)] = np.roll(order, -1) * np.uint64(8)
    steps = max(lines, 1_000_000)
    return best(lambda: _chase(table, steps), repeats) / steps * 1e9


@intrinsic
def _add_all(typingctx: Any, address: Any, count: Any) -> Any:
    """Add up `count` times `_STREAMS` vectors that follow one another."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def body(number: Any, sums: list[Any]) -> list[Any]:
            place = builder.add(args[0], builder.mul(number, INT64(4 * LANES * _STREAMS)))
            loads = [emit_load(builder, builder.add(place, INT64(4 * LANES * n))) for n in range(_STREAMS)]
            return [builder.fadd(total, one) for total, one in zip(sums, loads, strict=True)]

        sums = emit_loop(builder, args[1], [constant(0.0)] * _STREAMS, body)
        return _first(builder, ir.Constant(sums[0].type, None), sums)

    return types.float32(types.uint64, types.int64), codegen


@njit(nogil=True)
def _read_often(buffer, rounds, times):
    total = np.float32(0.0)
    for _ in range(times):
        total += _add_all(address_of(buffer), rounds)
    return total


def _bandwidth(size: int, repeats: int) -> float:
    """Return the 10⁹ bytes a second at which a buffer is read from its beginning to its end."""
    buffer: NDArray[np.float32] = np.ones(size // 4, np.float32)
    rounds = size // (4 * LANES * _STREAMS)
    times = max(1, (64 << 20) // size)
    return rounds * 4 * LANES * _STREAMS * times / best(lambda: _read_often(buffer, rounds, times), repeats) / 1e9
