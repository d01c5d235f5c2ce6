from itertools import pairwise

import naive
import numpy as np
import pytest
from kernels import SIZE, WORDS, addresses, block_runner, design, settings, some_weights
from scipy import stats

from wordneg.compiled.lanes import LANES
from wordneg.compiled.rng import new_state
from wordneg.compiled.tiles import target_tiles
from wordneg.compiled.weights import Weights, aligned, initialize, padded
from wordneg.samplers import Unigram
from wordneg.text.vocabulary import Vocabulary
from wordneg.word2vec import blocks
from wordneg.word2vec.kernel import make_kernel, subsample


def text(rng, sentences=12, longest=40, keep=()):
    lengths = rng.integers(1, longest, size=sentences)
    tokens = rng.integers(0, WORDS, size=lengths.sum()).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return blocks.Text(tokens, offsets, np.asarray(keep, dtype=np.uint32))


def table_state():
    return Unigram().prepare(Vocabulary([str(i) for i in range(WORDS)], np.arange(1, WORDS + 1)), initialize(1, 1, 0))


def compile_kernel(*, sg, negative):
    return make_kernel(design(sg=sg, negative=negative))


def run(kernel, text, chunk, weights, settings, state, negative, counted=0):
    scratch = blocks.make_scratch(
        chunk=max(1, chunk.stop - chunk.start),
        window=settings.window,
        negative=negative,
        width=padded(SIZE),
        counted=counted,
    )
    kernel(text, chunk, weights, settings, state, (), (), scratch)
    return scratch


CASES = [
    {"sg": True, "negative": 5},
    {"sg": True, "negative": 1},
    {"sg": True, "negative": 15},  # two tiles of targets
    {"sg": True, "negative": 5, "share_negatives": False},
    {"sg": True, "negative": 5, "shrink_windows": False},
    {"sg": False, "negative": 5},
    {"sg": False, "negative": 15},
    {"sg": False, "negative": 5, "mean": False},
]


@pytest.mark.lengthy
@pytest.mark.parametrize("subsampling", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(f"{k}={v}" for k, v in case.items()))
def test_training_against_the_naive_twin(case, subsampling):
    rng = np.random.default_rng(7)
    options = {name: value for name, value in case.items() if name not in ("sg", "negative")}
    sg, negative = case["sg"], case["negative"]
    keep = rng.integers(2**30, 2**32, size=WORDS) if subsampling else ()
    corpus = text(rng, keep=keep)
    weights = some_weights(rng)
    state = table_state()
    inputs, outputs = (matrix[:, :SIZE].astype(np.float64) for matrix in weights)
    # from the middle of one sentence to the middle of another
    start, stop = int(corpus.offsets[1]) + 1, int(corpus.offsets[-2]) + 1
    chunk = blocks.Chunk(start, stop, 1, seed=3, epoch=2, number=1, rate=0.05)
    run(compile_kernel(sg=sg, negative=negative), corpus, chunk, weights, settings(4, **options), state, negative)
    naive.train_chunk(
        corpus.tokens, corpus.offsets, corpus.keep, inputs, outputs, state.table, chunk,
        sg=sg, window=4, negative=negative, tiles=target_tiles(negative + 1, alone=not sg), **options,
    )  # fmt: skip
    np.testing.assert_allclose(weights.inputs[:, :SIZE], inputs, atol=2e-5)
    np.testing.assert_allclose(weights.outputs[:, :SIZE], outputs, atol=2e-5)
    assert not weights.inputs[:, SIZE:].any()
    assert not weights.outputs[:, SIZE:].any()


@pytest.mark.lengthy
@pytest.mark.parametrize("window", [39, 50, 100_000, 2**31 - 1])
@pytest.mark.parametrize(
    "case", [{"sg": True, "negative": 15}, {"sg": False, "negative": 5}], ids=["skip-gram", "CBOW"]
)
def test_windows_may_be_wider_than_a_sentence(case, window):
    """A sentence that fills its chunk makes the largest blocks: the room for them is used to the last row."""
    rng = np.random.default_rng(8)
    length, options = 40, {"shrink_windows": window > 50}
    tokens = rng.integers(0, WORDS, size=length).astype(np.int32)
    corpus = blocks.Text(tokens, np.array([0, length]), np.zeros(0, np.uint32))
    weights, state = some_weights(rng), table_state()
    inputs, outputs = (matrix[:, :SIZE].astype(np.float64) for matrix in weights)
    chunk = blocks.Chunk(0, length, 0, seed=3, epoch=2, number=1, rate=0.05)
    scratch = run(compile_kernel(**case), corpus, chunk, weights, settings(window, **options), state, case["negative"])
    assert scratch.rows.shape[1] == length - 1
    naive.train_chunk(
        corpus.tokens, corpus.offsets, corpus.keep, inputs, outputs, state.table, chunk, window=window,
        tiles=target_tiles(case["negative"] + 1, alone=not case["sg"]), **case, **options,
    )  # fmt: skip
    np.testing.assert_allclose(weights.inputs[:, :SIZE], inputs, atol=2e-5)
    np.testing.assert_allclose(weights.outputs[:, :SIZE], outputs, atol=2e-5)


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [True, False])
def test_updates_are_counted(sg):
    """The counts are the naive twin's, and counting changes no bit of what is learned."""
    rng = np.random.default_rng(9)
    corpus, state = text(rng), table_state()
    chunk = blocks.Chunk(0, len(corpus.tokens), 0, seed=3, epoch=0, number=1, rate=0.05)
    counted = some_weights(rng)
    plain = type(counted)(*(matrix.copy() for matrix in counted))
    inputs, outputs = (matrix[:, :SIZE].astype(np.float64) for matrix in counted)
    run(compile_kernel(sg=sg, negative=5), corpus, chunk, plain, settings(4), state, 5)
    scratch = run(
        make_kernel(design(sg=sg, negative=5, counted=True)), corpus, chunk, counted, settings(4), state, 5, WORDS
    )
    counts = np.zeros(WORDS, int), np.zeros(WORDS, int)
    naive.train_chunk(
        corpus.tokens, corpus.offsets, corpus.keep, inputs, outputs, state.table, chunk,
        sg=sg, window=4, negative=5, tiles=target_tiles(6, alone=not sg), counts=counts,
    )  # fmt: skip
    np.testing.assert_array_equal(scratch.input_counts, counts[0])
    np.testing.assert_array_equal(scratch.output_counts, counts[1])
    for one, other in zip(plain, counted, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.lengthy
@pytest.mark.parametrize("targets", [[4, 9, 2], [4, 9, 9, 2, 9, 7], [0, *range(10, 26)]], ids=["few", "twice", "tiles"])
@pytest.mark.parametrize("cbow", [False, True])
def test_one_block_steps_down_the_gradient(cbow, targets):
    """The step, divided by the rate, is the finite difference of the loss, duplicate targets included."""
    rng = np.random.default_rng(11)
    weights = some_weights(rng)
    rows, weight, rate = [3, 1, 8, 5], 1.7, 1e-3
    before = [matrix[:, :SIZE].astype(np.float64) for matrix in weights]

    def loss(inputs, outputs):
        hidden = inputs[rows].mean(axis=0, keepdims=True) if cbow else inputs[rows]
        return naive.logistic_loss(hidden @ outputs[targets].T, weight)

    scratch = blocks.make_scratch(chunk=10, window=4, negative=len(targets) - 1, width=padded(SIZE))
    block_runner(design(sg=not cbow, negative=len(targets) - 1))(
        addresses(weights.inputs, rows),
        addresses(weights.outputs, targets),
        np.zeros(len(targets), np.float32),
        np.float32(weight),
        np.float32(rate),
        settings(4),
        scratch,
    )
    assert scratch.totals[blocks.LOSS_SUM] == pytest.approx(loss(*before), rel=1e-5)
    for side, (matrix, words) in enumerate(zip(weights, (rows, set(targets)), strict=True)):
        for word in words:
            for d in range(0, SIZE, 3):
                values = []
                for sign in (1, -1):
                    moved = [m.copy() for m in before]
                    moved[side][word, d] += sign * 1e-4
                    values.append(loss(*moved))
                slope = (values[1] - values[0]) / 2e-4
                if cbow and side == 0:
                    slope *= len(rows)  # word2vec gives each context word the mean's whole error
                step = (float(matrix[word, d]) - before[side][word, d]) / rate
                assert step == pytest.approx(slope, rel=2e-2, abs=2e-3)


def test_subsampling_keeps_the_right_share():
    rng = np.random.default_rng(0)
    shares = rng.random(WORDS)
    shares[:3] = 1.0, 0.0, 0.5
    keep = np.minimum(shares * 2**32, 2**32 - 1).astype(np.uint32)
    tokens = rng.integers(0, WORDS, size=200_000).astype(np.int32)
    corpus = blocks.Text(tokens, np.array([0, len(tokens)]), keep)
    kept = np.empty(len(tokens), dtype=np.int32)
    count = subsample(corpus, 0, len(tokens), new_state(5), kept)
    seen, left = np.bincount(tokens, minlength=WORDS), np.bincount(kept[:count], minlength=WORDS)
    assert left[0] == seen[0]
    assert left[1] == 0
    for word in range(2, WORDS):
        assert stats.binomtest(int(left[word]), int(seen[word]), shares[word]).pvalue > 1e-5


def test_subsampling_keeps_the_order_and_everything_if_off():
    tokens = np.arange(WORDS, dtype=np.int32)
    everything = blocks.Text(tokens, np.array([0, WORDS]), np.zeros(0, dtype=np.uint32))
    kept = np.empty(WORDS, dtype=np.int32)
    assert subsample(everything, 4, 20, new_state(5), kept) == 16
    assert kept[:16].tolist() == list(range(4, 20))
    half = everything._replace(keep=np.full(WORDS, 2**31, dtype=np.uint32))
    count = subsample(half, 0, WORDS, new_state(5), kept)
    assert all(a < b for a, b in pairwise(kept[:count].tolist()))


def test_sampled_loss_estimates_the_whole_loss():
    rng = np.random.default_rng(4)
    corpus = text(rng, sentences=300)
    state = table_state()
    chunk = blocks.Chunk(0, len(corpus.tokens), 0, seed=3, epoch=0, number=0, rate=0.0)
    means = []
    for every in (1, 7):
        scratch = run(
            compile_kernel(sg=True, negative=5), corpus, chunk, some_weights(np.random.default_rng(1)),
            settings(4, loss_every=every), state, 5,
        )  # fmt: skip
        assert scratch.totals[blocks.KEPT_WORDS] == len(corpus.tokens)
        means.append(scratch.totals[blocks.LOSS_SUM] / scratch.totals[blocks.LOSSES])
    assert means[1] == pytest.approx(means[0], rel=0.05)


def test_sentences_of_one_word_and_empty_chunks_change_nothing():
    weights = some_weights(np.random.default_rng(2))
    before = [matrix.copy() for matrix in weights]
    corpus = blocks.Text(np.array([1, 2, 3], np.int32), np.array([0, 1, 2, 3]), np.zeros(0, np.uint32))
    state = table_state()
    kernel = compile_kernel(sg=True, negative=5)
    for stop in (0, 3):
        run(kernel, corpus, blocks.Chunk(0, stop, 0, 1, 0, 0, 0.5), weights, settings(4), state, 5)
    for matrix, old in zip(weights, before, strict=True):
        np.testing.assert_array_equal(matrix, old)


def test_scratch_arrays_share_no_cache_line():
    scratch = blocks.make_scratch(chunk=10, window=3, negative=2, width=16)
    edges = sorted((array.ctypes.data, array.ctypes.data + array.nbytes) for array in scratch if array.size)
    for (_, end), (start, _) in pairwise(edges):
        assert start % 64 == 0
        assert end <= start


def test_weights_are_aligned_padded_and_seeded():
    weights = initialize(5, 20, seed=3)
    assert isinstance(weights, Weights)
    assert weights.inputs.shape == weights.outputs.shape == (5, -(-20 // LANES) * LANES)
    assert weights.inputs.ctypes.data % 64 == 0
    assert not weights.outputs.any()
    assert not weights.inputs[:, 20:].any()
    assert 0.5 / 20 < np.abs(weights.inputs).max() <= 1 / 20
    np.testing.assert_array_equal(weights.inputs, initialize(5, 20, seed=3).inputs)
    assert (weights.inputs != initialize(5, 20, seed=4).inputs).any()
    assert aligned((3,), np.int32).dtype == np.int32
