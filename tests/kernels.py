"""What tests of the block kernel share: its designs and settings, weights, and a single block to run."""

from functools import cache

import numpy as np

from wordneg.compiled.jit import jit
from wordneg.compiled.memory import address_of
from wordneg.compiled.weights import initialize, padded
from wordneg.objectives import Logistic
from wordneg.samplers import Unigram
from wordneg.word2vec import blocks
from wordneg.word2vec.kernel import make_block

WORDS = 30
SIZE = 20  # not a multiple of a vector: padding is at work
NO_PATH = blocks.Path(np.uint64(0), np.uint64(0), np.int64(0))


def some_weights(rng):
    weights = initialize(WORDS, SIZE, seed=1)
    weights.inputs[:, :SIZE] = rng.normal(size=(WORDS, SIZE)) * 0.5
    weights.outputs[:, :SIZE] = rng.normal(size=(WORDS, SIZE)) * 0.5
    return weights


def design(*, sg, negative, **changes):
    parts = {"draw": Unigram.draw, "needs_query": False, "slopes": Logistic.slopes, "loss": Logistic.loss}
    return blocks.Design(cbow=not sg, width=padded(SIZE), negative=negative, **parts, **changes)


def settings(window, **changes):
    defaults = {"shrink_windows": True, "share_negatives": True, "mean": True, "loss_every": 1}
    defaults["log_q"] = defaults["log_rest"] = defaults["locks"] = np.zeros(0, dtype=np.float32)
    return blocks.Settings(window=window, **defaults | changes)


def addresses(matrix, words):
    return matrix.ctypes.data + np.asarray(words, dtype=np.uint64) * np.uint64(matrix.strides[0])


@cache
def block_runner(design):
    """Return the compiled training of one block."""
    block = make_block(design)

    @jit
    def run_block(rows, targets, shifts, weight, rate, settings, scratch, path=NO_PATH):
        block(address_of(rows), rows.size, address_of(targets), shifts, weight, path, rate, (), settings, scratch)

    return run_block
