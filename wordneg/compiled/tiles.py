"""The two products of a block, in registers: scores of inputs × targets, and both updates of rank T.

A block is B input rows, T target rows and a (B, T) matrix. For each number of targets and each row
length one pair of functions is generated (`make_score`, `make_update`). Both are loops over pieces
of `LANES` floats, and their sums never leave the registers:

* **score**: a tile of R rows × N targets keeps R·N sums. Each piece of a row is loaded once and used N
  times, each piece of a target R times. One shuffle tree then turns up to `LANES` sums into one vector.
* **update**: for each piece of the rows, the tile's targets and their increments stay in registers
  while the rows pass by. Every slope is loaded once and used for both sides.
* **update of one row**: the slopes stay in registers, and the targets pass by.

Rows and targets are given by tables of their addresses. A target that occurs twice in a block gets both
increments; if it is in two tiles, or if there is one row, the second sees what the first has written. A row that
occurs twice is updated twice, one update after the other.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from wordneg.compiled.jit import FASTMATH, jit
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
    emit_sums,
)
from wordneg.compiled.memory import ADDRESS_BYTES

__all__ = ["UPDATED", "make_score", "make_update", "score_many", "target_tiles"]

_WIDE = LANES == 16  # AVX-512 has 32 registers; elsewhere there are at least 16
_SUMS = 16 if _WIDE else 12  # sums that a score tile keeps in registers
_ADDRESS = INT64

_SLOPES = 24 if _WIDE else 12  # slopes that an update of one row keeps in registers
UPDATED = 8 if _WIDE else 6
"""Targets that an update tile keeps in registers, together with their increments."""


def target_tiles(targets: int, *, alone: bool = False) -> list[range]:
    """Return the ranges of targets that are updated together: as few as possible, of nearly equal size.

    If there is more than one, the rows that are read must not be the rows that are written. With a row that is `alone`
    targets are updated one by one.
    """
    return _split(targets, 1 if alone else UPDATED)


def _split(count: int, most: int) -> list[range]:
    pieces = -(-count // most)
    edges = [count * piece // pieces for piece in range(pieces + 1)]
    return [range(a, b) for a, b in pairwise(edges)]


def _address_at(builder: ir.IRBuilder, table: ir.Value, index: int) -> ir.Value:
    """Emit the load of ``table[index]``, an address in a table of addresses."""
    place = builder.add(table, INT64(8 * index))
    return builder.load(builder.inttoptr(place, _ADDRESS.as_pointer()), align=8)


def _scalar_at(builder: ir.IRBuilder, table: ir.Value, index: int) -> ir.Value:
    """Emit ``splat(table[index])`` for a table of floats."""
    place = builder.add(table, INT64(4 * index))
    return emit_splat(builder, builder.load(builder.inttoptr(place, ir.FloatType().as_pointer()), align=4))


def _score_tile(rows: int, targets: int, pieces: int) -> Any:
    """Return an intrinsic that scores `rows` rows against all targets."""
    signature = types.void(types.uint64, types.uint64, types.uint64)
    tiles = _split(targets, LANES) if rows == 1 else [range(targets)]

    def codegen(context, builder, signature, args):
        rows_at, targets_at, scores_at = args
        row_addresses = [_address_at(builder, rows_at, r) for r in range(rows)]
        for tile in tiles:
            target_addresses = [_address_at(builder, targets_at, t) for t in tile]

            def body(piece, sums, target_addresses=target_addresses):
                offset = builder.mul(piece, INT64(4 * LANES))
                row_pieces = [emit_load(builder, builder.add(a, offset)) for a in row_addresses]
                results = list(sums)
                for t, address in enumerate(target_addresses):
                    target = emit_load(builder, builder.add(address, offset))
                    for r, row in enumerate(row_pieces):
                        k = r * len(target_addresses) + t
                        results[k] = emit_multiply_add(builder, row, target, results[k])
                return results

            sums = emit_loop(builder, INT64(pieces), [constant(0.0)] * (rows * len(tile)), body)
            for start in range(0, len(sums), LANES):
                total = emit_sums(builder, sums[start : start + LANES])
                emit_store(builder, total, builder.add(scores_at, INT64(4 * (tile.start + start))))
        return context.get_dummy_value()

    @intrinsic
    def score_tile(typingctx, rows_at, targets_at, scores_at):
        return signature, codegen

    return score_tile


@cache
def make_score(targets: int, pieces: int) -> Any:
    """Return ``score(rows_at, rows, targets_at, scores_at)``, which scores every row with every target.

    Parameters
    ----------
    targets : int
        Number of targets T.
    pieces : int
        Row length in pieces of `LANES` floats.

    Returns
    -------
    jitted function
        ``rows_at`` and ``targets_at`` are the addresses of tables of addresses, ``(rows,)`` and
        ``(T,) uint64``. Writes the ``(rows, T) float32`` scores to ``scores_at``, followed by up to
        ``LANES − 1`` floats that mean nothing.
    """
    together = 4 if 4 * targets <= _SUMS else 2 if 2 * targets <= _SUMS else 1
    several = _score_tile(together, targets, pieces)
    one = _score_tile(1, targets, pieces)
    row_scores = np.uint64(4 * targets)

    @jit
    def score(rows_at, rows, targets_at, scores_at):
        row = 0
        while row + together <= rows:
            several(rows_at, targets_at, scores_at)
            rows_at += ADDRESS_BYTES * np.uint64(together)
            scores_at += row_scores * np.uint64(together)
            row += together
        while row < rows:
            one(rows_at, targets_at, scores_at)
            rows_at += ADDRESS_BYTES
            scores_at += row_scores
            row += 1

    return score


@intrinsic
def _score_lanes(typingctx, query_at, targets_at, pieces, scores_at):
    """Score one row against `LANES` targets, named by a table of addresses; the row length is a variable."""

    def codegen(context, builder, signature, args):
        query_at, targets_at, pieces, scores_at = args
        addresses = [_address_at(builder, targets_at, t) for t in range(LANES)]

        def body(piece, sums):
            offset = builder.mul(piece, INT64(4 * LANES))
            query = emit_load(builder, builder.add(query_at, offset))
            return [
                emit_multiply_add(builder, query, emit_load(builder, builder.add(address, offset)), total)
                for address, total in zip(addresses, sums, strict=True)
            ]

        sums = emit_loop(builder, pieces, [constant(0.0)] * LANES, body)
        emit_store(builder, emit_sums(builder, sums), scores_at)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 4), codegen


@jit
def score_many(query_at, targets_at, count, width, scores_at):
    """Write the scores of one row with many targets; used by samplers.

    `targets_at` is the address of a table of addresses, ``(count,) uint64``. `count` is a multiple of `LANES`,
    and `width` the row length in floats. Writes ``(count,) float32`` to `scores_at`.
    """
    pieces = np.uint64(width // LANES)
    for _ in range(0, count, LANES):
        _score_lanes(query_at, targets_at, pieces, scores_at)
        targets_at += ADDRESS_BYTES * np.uint64(LANES)
        scores_at += STEP


@cache
def make_update(targets: int, pieces: int, input_factor: float = 1.0, *, alone: bool = False) -> Any:
    """Return ``update(read_at, written_at, rows, targets_at, slopes_at)``, which updates both sides of a block.

    ``written[b] += input_factor · Σ_t slopes[b, t] · target[t]`` with the targets as they were before, and
    ``target[t] += Σ_b slopes[b, t] · read[b]``. Beside a row that is alone, a target that occurs twice is, the second
    time, as the first has left it.

    Parameters
    ----------
    targets : int
        Number of targets T.
    pieces : int
        Row length in pieces of `LANES` floats.
    input_factor : float
        Multiplies what the written rows learn.
    alone : bool
        Whether there is always one row.

    Returns
    -------
    intrinsic
        ``read_at``, ``written_at`` and ``targets_at`` are the addresses of tables of addresses,
        ``(rows,)`` and ``(T,) uint64``, ``slopes_at`` is the address of the ``(rows, T) float32`` slopes,
        ``rows`` a uint64 of at least one. The first two tables may be the same one if
        `target_tiles` gives a single tile.
    """
    emit = _emit_update_of_one if alone else _emit_update

    def codegen(context, builder, signature, args):
        emit(builder, targets, pieces, input_factor, *args)
        return context.get_dummy_value()

    @intrinsic
    def update(typingctx, read_at, written_at, rows, targets_at, slopes_at):
        return types.void(*[types.uint64] * 5), codegen

    return update


def _emit_update(builder, targets, pieces, input_factor, read_at, written_at, rows, targets_at, slopes_at):
    addresses = [_address_at(builder, targets_at, t) for t in range(targets)]

    def for_piece(piece, _):
        offset = builder.mul(piece, INT64(4 * LANES))
        for tile in target_tiles(targets):
            places = [builder.add(addresses[t], offset) for t in tile]
            before = [emit_load(builder, place) for place in places]

            def for_row(row, increments, tile=tile, before=before):
                entry = builder.mul(row, INT64(8))
                row_slopes = builder.add(slopes_at, builder.mul(row, INT64(4 * targets)))
                read = emit_load(builder, builder.add(_address_at(builder, builder.add(read_at, entry), 0), offset))
                place = builder.add(_address_at(builder, builder.add(written_at, entry), 0), offset)
                written = emit_load(builder, place)
                learned = written if input_factor == 1 else constant(0.0)
                results = []
                for t, target, increment in zip(tile, before, increments, strict=True):
                    slope = _scalar_at(builder, row_slopes, t)
                    learned = emit_multiply_add(builder, slope, target, learned)
                    results.append(emit_multiply_add(builder, slope, read, increment))
                if input_factor != 1:
                    learned = emit_multiply_add(builder, constant(input_factor), learned, written)
                emit_store(builder, learned, place)
                return results

            increments = emit_loop(builder, rows, [constant(0.0)] * len(tile), for_row)
            for place, increment in zip(places, increments, strict=True):
                # read again: another target of this block may be the same row
                now = emit_load(builder, place)
                emit_store(builder, builder.fadd(now, increment, flags=FASTMATH), place)
        return []

    emit_loop(builder, INT64(pieces), [], for_piece)


def _emit_update_of_one(builder, targets, pieces, input_factor, read_at, written_at, rows, targets_at, slopes_at):
    read_at, written_at = (_address_at(builder, table, 0) for table in (read_at, written_at))
    for tile in _split(targets, _SLOPES):
        slopes = [_scalar_at(builder, slopes_at, t) for t in tile]
        addresses = [_address_at(builder, targets_at, t) for t in tile]

        def for_piece(piece, _, slopes=slopes, addresses=addresses):
            offset = builder.mul(piece, INT64(4 * LANES))
            read, place = emit_load(builder, builder.add(read_at, offset)), builder.add(written_at, offset)
            written = emit_load(builder, place)
            learned = written if input_factor == 1 else constant(0.0)
            for slope, address in zip(slopes, addresses, strict=True):
                target_place = builder.add(address, offset)
                target = emit_load(builder, target_place)
                learned = emit_multiply_add(builder, slope, target, learned)
                emit_store(builder, emit_multiply_add(builder, slope, read, target), target_place)
            if input_factor != 1:
                learned = emit_multiply_add(builder, constant(input_factor), learned, written)
            emit_store(builder, learned, place)
            return []

        emit_loop(builder, INT64(pieces), [], for_piece)
