"""The hot loop: chunks of text go in, changed weights come out.

Skip-gram and CBOW walk over the text alike (subsampling, windows) and end in the same small dense
problem, the **block**: B input rows against T = K + 1 target rows, which are the center word and K negatives.

* skip-gram (word2vec's order): the inputs are the context words of one center word, and the
  negatives are shared by them; with ``share_negatives=False`` every context word is a block of its own.
* CBOW: the input is one row, the mean (or sum) of the context rows; what it learns goes to each of them.

* hierarchical softmax: the targets are the nodes on the way to the center word, instead of these words or besides
  them (see `wordneg.word2vec.hierarchical`).

One block costs a (B, P) × (P, T) product, its slopes, and two updates of rank T (see `wordneg.compiled.tiles`).
Blocks are planned ahead: while one is trained, the rows of the next are on their way to the cache. It is two blocks
ahead if their targets are few and short enough to stay in the first cache, and the sampler does not look at the rows.

`make_kernel` builds the compiled function for one combination of architecture, sampler, objective,
vector size and number of negatives. The last two are constants in the machine code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from wordneg.compiled.cosine import add_multiples, from_cosines, invert_lengths, to_cosines
from wordneg.compiled.jit import jit, kernel, merge
from wordneg.compiled.lanes import LANES, STEP
from wordneg.compiled.memory import ADDRESS_BYTES, address_of, matrix_at
from wordneg.compiled.rng import below, next_uint64, seed_stream
from wordneg.compiled.rows import copy_rows, fetch_row, make_add, make_sum
from wordneg.compiled.simd import load, multiply, splat, store
from wordneg.compiled.tiles import make_score, make_update, target_tiles
from wordneg.word2vec.blocks import BLOCKS, KEPT_WORDS, LOSS_SUM, LOSSES, Counted, Design, Path
from wordneg.word2vec.hierarchical import make_climb, make_plan_path
from wordneg.word2vec.locking import scale_changes
from wordneg.word2vec.near_root import merge_copies

__all__ = ["make_kernel"]

_FETCHED_TWICE = 4096  # bytes of targets that are fetched two blocks ahead, at most
_UPPER_HALF = np.uint64(32)  # shifts the upper 32 of 64 random bits down


@jit
def subsample(text, start, stop, rng, kept):
    """Copy those tokens from `start` to `stop` that subsampling keeps; return their number."""
    if text.keep.size == 0:
        for place in range(start, stop):
            kept[place - start] = text.tokens[place]
        return stop - start
    count = 0
    for place in range(start, stop):
        word = text.tokens[place]
        kept[count] = word  # overwritten by the next one if this word is dropped
        if (next_uint64(rng) >> _UPPER_HALF) <= np.uint64(text.keep[word]):
            count += 1
    return count


@merge
def scale_all(values_at, count, factor):
    """Multiply some floats by a number, as well as up to ``LANES − 1`` floats behind them, which mean nothing."""
    factors = splat(factor)
    for _ in range(0, count, LANES):
        store(multiply(load(values_at), factors), values_at)
        values_at += STEP


@merge
def clear(values_at, pieces):
    """Write zeros to some pieces of memory."""
    for _ in range(pieces):
        store(splat(np.float32(0.0)), values_at)
        values_at += STEP


@merge
def add_to_negatives(scores, shifts, factor):
    """Add ``factor * shift`` to the scores of the negatives."""
    for row in range(scores.shape[0]):
        for target in range(1, scores.shape[1]):
            scores[row, target] += factor * shifts[target]


@merge
def choose_counted(rows, every, totals):
    """Count a block of some rows; return whose loss is counted: all rows, one that stands for all of them, or none.

    The rows take turns in standing for all, since the loss depends on how far a word is from the center.
    """
    block = np.int64(totals[BLOCKS])
    totals[BLOCKS] += 1.0
    first, stop = np.int64(0), np.int64(0)
    if block % every == 0:
        first = (block // every) % rows if every > 1 else 0
        stop = first + 1 if every > 1 else rows
        totals[LOSSES] += rows
    return Counted(first, stop, rows if every > 1 else 1)


@merge
def add_losses(loss, state, scores, weight, counted, totals):
    """Add the losses of the rows that are counted to the totals."""
    for row in range(counted.first, counted.stop):
        totals[LOSS_SUM] += counted.weight * loss(state, scores[row], weight)


def make_block(design: Design) -> Any:
    """Return ``train_block(rows_at, rows, targets_at, shifts, weight, path, rate, state, settings, scratch)``."""
    sampled, hierarchical = design.negative > 0, design.hierarchical
    targets, pieces = design.negative + 1, design.width // LANES
    slopes, loss, corrected, cosine = design.slopes, design.loss, design.corrected, design.cosine
    input_factor = np.float32(design.input_factor)
    score = make_score(targets, pieces)
    update = make_update(targets, pieces, design.input_factor, alone=design.cbow)
    sum_rows, add_to_rows = make_sum(pieces), make_add(pieces)
    climb = make_climb(pieces, alone=design.cbow)
    several_passes = hierarchical or len(target_tiles(targets)) > 1

    @merge
    def learn(rows_at, rows, targets_at, shifts, weight, rate, state, counted, scratch):
        """Score the rows against the targets; leave the slopes, times the rate, in `scratch`."""
        scores_at = address_of(scratch.scores)
        score(rows_at, rows, targets_at, scores_at)
        scores = matrix_at(scores_at, rows, targets)
        if cosine:
            invert_lengths(rows_at, rows, design.width, scratch.inverses[0])
            invert_lengths(targets_at, targets, design.width, scratch.inverses[1])
            to_cosines(scores, scratch.inverses)
        if corrected:
            add_to_negatives(scores, shifts, np.float32(-1.0))
        slopes(state, scores, weight, matrix_at(address_of(scratch.slopes), rows, targets))
        scale_all(address_of(scratch.slopes), rows * targets, rate)
        add_losses(loss, state, scores, weight, counted, scratch.totals)
        if cosine:
            if corrected:  # the chain rule from cosines to scores needs the cosines themselves
                add_to_negatives(scores, shifts, np.float32(1.0))
            result = matrix_at(address_of(scratch.slopes), rows, targets)
            from_cosines(result, scores, scratch.inverses, input_factor, scratch.shrinks)

    @merge
    def skipgram(rows_at, rows, targets_at, shifts, weight, path, rate, state, settings, scratch):
        counted = choose_counted(rows, settings.loss_every, scratch.totals)
        read_at = rows_at
        if sampled:
            learn(rows_at, rows, targets_at, shifts, weight, rate, state, counted, scratch)
        if several_passes:  # the second pass over the rows must not see what the first wrote to them
            read_at = address_of(scratch.copied)
            copy_rows(rows_at, rows, pieces, read_at)
        if sampled:
            update(read_at, rows_at, np.uint64(rows), targets_at, address_of(scratch.slopes))
            if cosine:
                add_multiples(read_at, rows_at, rows, pieces, scratch.shrinks[0])
                add_multiples(targets_at, targets_at, targets, pieces, scratch.shrinks[1])
        if hierarchical:
            climb(read_at, rows_at, rows, path, settings.ways, counted, rate, scratch)

    @merge
    def bag_of_words(rows_at, rows, targets_at, shifts, weight, path, rate, state, settings, scratch):
        counted = choose_counted(1, settings.loss_every, scratch.totals)
        share = np.float32(1.0) / np.float32(rows)
        one = np.float32(1.0)
        # Tables of one address each: the hidden row is a block's only input, but what it learns goes elsewhere.
        hidden_at = address_of(scratch.cbow)
        error_at = hidden_at + ADDRESS_BYTES
        sum_rows(rows_at, np.uint64(rows), share if settings.mean else one, address_of(scratch.hidden))
        clear(address_of(scratch.error), pieces)
        if sampled:
            learn(hidden_at, 1, targets_at, shifts, weight, rate, state, counted, scratch)
            update(hidden_at, error_at, np.uint64(1), targets_at, address_of(scratch.slopes))
            if cosine:
                add_multiples(hidden_at, error_at, 1, pieces, scratch.shrinks[0])
                add_multiples(targets_at, targets_at, targets, pieces, scratch.shrinks[1])
        if hierarchical:
            climb(hidden_at, error_at, 1, path, settings.ways, counted, rate, scratch)
        # Scaled as in gensim and word2vec.c: with the mean every word gets the whole error, with the sum its share.
        add_to_rows(rows_at, np.uint64(rows), one if settings.mean else share, address_of(scratch.error))

    return bag_of_words if design.cbow else skipgram


@lru_cache(maxsize=64)
def make_kernel(design: Design) -> Any:
    """Return the compiled function that trains on a chunk, for one combination.

    Returns
    -------
    jitted function
        ``train(text, chunk, weights, settings, sampler_state, sampler_scratch, objective_state,
        scratch)``, with a `Text`, a `Chunk`, `Weights`, `Settings` and a `Scratch`.
    """
    cbow, draw, needs_query, corrected = design.cbow, design.draw, design.needs_query, design.corrected
    negative, counted, locked, hierarchical = design.negative, design.counted, design.locked, design.hierarchical
    sampled, copied = negative > 0, design.copied
    width, pieces = design.width, design.width // LANES
    row_bytes = np.uint64(4 * design.width)
    # What is too much for the first cache, two blocks ahead, would have to be fetched again.
    two_ahead = not needs_query and (negative + 1) * 4 * design.width <= _FETCHED_TWICE
    slots = 3 if two_ahead else 2
    train_block = make_block(design)
    plan_path = make_plan_path(copied=copied)
    sum_rows = make_sum(pieces)

    @merge
    def plan(weights, slot, lowest, center, rows, rate, settings, sampler_state, sampler_scratch, scratch):
        """Write a block's addresses to a slot, draw its negatives and fetch its targets.

        Return the positive's weight, and the path to it.

        Only addresses are kept: the rows are read when the block's turn comes, after the block before it has been
        trained. A sampler, however, sees the rows, its query among them, as they are before that.
        """
        inputs_at = address_of(weights.inputs)
        outputs_at = address_of(weights.outputs)
        positive = scratch.kept[center]
        if sampled:
            scratch.targets[slot, 0] = outputs_at + np.uint64(positive) * row_bytes
            fetch_row(scratch.targets[slot, 0], row_bytes)
        for row in range(rows):
            place = lowest + row
            place += place >= center  # leaves the center out
            word = scratch.kept[place]
            scratch.context[row] = word
            scratch.rows[slot, row] = inputs_at + np.uint64(word) * row_bytes
            if counted:
                scratch.input_counts[word] += 1
        path = Path(np.uint64(0), np.int64(0), np.int64(0))
        if hierarchical:
            updates = 1 if cbow else rows
            path = plan_path(positive, slot, updates, rate, settings, row_bytes, scratch)
        weight = np.float32(1.0)
        if sampled:
            if needs_query:
                rows_at = address_of(scratch.rows[slot])
                sum_rows(rows_at, np.uint64(rows), np.float32(1.0) / np.float32(rows), address_of(scratch.query))
            if counted:
                scratch.output_counts[positive] += 1
            weight = np.float32(
                draw(
                    sampler_state,
                    sampler_scratch,
                    scratch.rng,
                    weights.outputs,
                    scratch.query,
                    positive,
                    scratch.context[:rows],
                    scratch.negatives,
                )
            )
        for k in range(negative):
            word = scratch.negatives[k]
            target_at = outputs_at + np.uint64(word) * row_bytes
            scratch.targets[slot, k + 1] = target_at
            fetch_row(target_at, row_bytes)
            if counted:
                scratch.output_counts[word] += 1
            if corrected:
                scratch.shifts[slot, k + 1] = settings.log_q[word] - settings.log_rest[positive]
        return weight, path

    @merge
    def train_sentence(words, weights, settings, rate, sampler_state, sampler_scratch, objective_state, scratch):
        together = cbow or settings.share_negatives or not sampled
        # Each round of the inner loop plans a block in one slot and trains the block that waits longest, if one does,
        # so that there is time for the rows to arrive. `waiting` is its number of rows, `weight` that of its positive,
        # `path` the way to it. After the last center one or two more rounds only train.
        # np.int64, since Numba would compile everything again for the literal 0.
        waiting, weight, slot = np.int64(0), np.float32(1.0), np.int64(0)
        path = Path(np.uint64(0), np.int64(0), np.int64(0))
        next_waiting, next_weight, next_path = waiting, weight, path  # of the block behind that, if there are two
        for center in range(words + slots - 1):
            lowest, contexts, blocks = np.int64(0), np.int64(0), np.int64(1)
            if center < words:
                reach = settings.window
                if settings.shrink_windows:
                    reach -= below(scratch.rng, settings.window)
                lowest = max(0, center - reach)
                contexts = min(words, center + reach + 1) - lowest - 1
                blocks = min(1, contexts) if together else contexts
                ahead = center + settings.window + 1
                if ahead < words:
                    fetch_row(address_of(weights.inputs) + np.uint64(scratch.kept[ahead]) * row_bytes, row_bytes)
            for block in range(blocks):
                rows, planned, way = np.int64(0), np.float32(1.0), Path(np.uint64(0), np.int64(0), np.int64(0))
                if center < words:
                    rows = contexts if together else np.int64(1)
                    planned, way = plan(
                        weights,
                        slot,
                        lowest + block,
                        center,
                        rows,
                        rate,
                        settings,
                        sampler_state,
                        sampler_scratch,
                        scratch,
                    )
                ready = slot + 1 if slot < slots - 1 else np.int64(0)
                if waiting:
                    if locked:
                        copy_rows(address_of(scratch.rows[ready]), waiting, pieces, address_of(scratch.before_at))
                    train_block(
                        address_of(scratch.rows[ready]),
                        waiting,
                        address_of(scratch.targets[ready]),
                        scratch.shifts[ready],
                        weight,
                        path,
                        rate,
                        objective_state,
                        settings,
                        scratch,
                    )
                    if locked:
                        scale_changes(
                            scratch.rows[ready],
                            waiting,
                            scratch.before,
                            width,
                            address_of(weights.inputs),
                            row_bytes,
                            settings.locks,
                        )
                if two_ahead:
                    waiting, weight, path = next_waiting, next_weight, next_path
                    next_waiting, next_weight, next_path = rows, planned, way
                else:
                    waiting, weight, path = rows, planned, way
                slot = ready

    @kernel
    def train(text, chunk, weights, settings, sampler_state, sampler_scratch, objective_state, scratch):
        seed_stream(scratch.rng, chunk.seed, chunk.epoch, chunk.number)
        rate = np.float32(chunk.rate)
        start, sentence = chunk.start, chunk.sentence
        if copied:
            merge_copies(rate, settings, scratch)
        while start < chunk.stop:
            end = min(chunk.stop, text.offsets[sentence + 1])
            words = subsample(text, start, end, scratch.rng, scratch.kept)
            scratch.totals[KEPT_WORDS] += words
            train_sentence(words, weights, settings, rate, sampler_state, sampler_scratch, objective_state, scratch)
            start = end
            sentence += 1
        if copied:
            merge_copies(rate, settings, scratch)

    return train
