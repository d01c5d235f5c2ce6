import numpy as np
import pytest
from kernels import SIZE, WORDS, addresses, block_runner, design, settings, some_weights
from naive import train_chunk
from naive.hierarchical import climb, huffman_lengths, log_probability
from test_kernel import table_state, text
from test_word2vec import TEXT, topic_gap

from wordneg import Word2Vec
from wordneg.common.settings import SettingError
from wordneg.compiled.tiles import target_tiles
from wordneg.compiled.weights import aligned, initialize, padded
from wordneg.objectives import Logistic
from wordneg.samplers import TopFraction, Unigram
from wordneg.text.huffman import HuffmanTree
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary
from wordneg.word2vec import blocks
from wordneg.word2vec.hierarchical import ways_of
from wordneg.word2vec.kernel import make_kernel
from wordneg.word2vec.merging import merged_share
from wordneg.word2vec.near_root import _CURVATURE, _MERGED_AFTER, copied_nodes
from wordneg.word2vec.parameters import Parameters
from wordneg.word2vec.trainers import make_trainer

COUNTS = np.sort(np.random.default_rng(5).integers(1, 4000, size=WORDS) ** 2)[::-1]  # codes of 1 to 15 bits
COUNTS[-8:] = 3  # and ties
TREE = HuffmanTree.of(COUNTS)
CONFIGURATION = {"vector_size": 12, "window": 3, "min_count": 1, "workers": 1, "seed": 3, "sample": 0, "hs": 1}


def some_nodes():
    nodes = aligned((WORDS, padded(SIZE)))
    nodes[:-1, :SIZE] = np.random.default_rng(8).normal(size=(WORDS - 1, SIZE)) * 0.5
    return nodes


def way(word):
    return TREE.point(word).tolist(), TREE.code(word).tolist()


# --- the tree ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [COUNTS, np.ones(21, np.int64), np.arange(2), np.zeros(5, np.int64)], ids=len)
def test_codes_are_huffmans(counts):
    tree = HuffmanTree.of(counts)
    lengths = np.diff(tree.starts)
    assert lengths @ counts == np.dot(huffman_lengths(counts), counts)
    codes = {"".join(map(str, tree.code(word).tolist())) for word in range(len(counts))}
    assert len(codes) == len(counts)
    assert not any(one != other and other.startswith(one) for one in codes for other in codes)
    assert np.sum(0.5**lengths) == 1
    nodes = {}  # each node stands for one beginning of a code
    for word in range(len(counts)):
        for place, node in enumerate(tree.point(word).tolist()):
            assert nodes.setdefault(node, tree.code(word)[:place].tolist()) == tree.code(word)[:place].tolist()
    assert sorted(nodes) == list(range(len(counts) - 1))


def test_the_tree_of_one_word_and_of_none():
    assert len(HuffmanTree.of(np.array([7])).points) == len(HuffmanTree.of(np.array([], np.int64)).points) == 0


@pytest.mark.parametrize("seed", range(3))
def test_codes_and_points_are_gensims(seed):
    models = pytest.importorskip("gensim.models")
    rng = np.random.default_rng(seed)
    model = models.Word2Vec(vector_size=2, min_count=1, hs=1, negative=0)
    model.build_vocab_from_freq({str(word): int(count) for word, count in enumerate(rng.zipf(1.3, 700) % 10_000 + 1)})
    tree = HuffmanTree.of(model.wv.expandos["count"])
    for word, key in enumerate(model.wv.index_to_key):
        assert tree.code(word).tolist() == model.wv.get_vecattr(key, "code").tolist()
        assert tree.point(word).tolist() == model.wv.get_vecattr(key, "point").tolist()


# --- the kernel -------------------------------------------------------------------------------------

CASES = [
    {"sg": True, "negative": 0},
    {"sg": True, "negative": 5},
    {"sg": True, "negative": 15},
    {"sg": True, "negative": 5, "share_negatives": False},
    {"sg": True, "negative": 0, "share_negatives": False},
    {"sg": False, "negative": 0},
    {"sg": False, "negative": 5, "mean": False},
]


@pytest.mark.lengthy
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(f"{k}={v}" for k, v in case.items()))
def test_training_against_the_naive_twin(case):
    rng = np.random.default_rng(7)
    options = {name: value for name, value in case.items() if name not in ("sg", "negative")}
    sg, negative = case["sg"], case["negative"]
    corpus = text(rng, keep=rng.integers(2**30, 2**32, size=WORDS))
    weights, nodes, state = some_weights(rng), some_nodes(), table_state()
    inputs, outputs, expected = (matrix[:, :SIZE].astype(np.float64) for matrix in (*weights, nodes))
    start, stop = int(corpus.offsets[1]) + 1, int(corpus.offsets[-2]) + 1
    chunk = blocks.Chunk(start, stop, 1, seed=3, epoch=2, number=1, rate=0.05)
    ways = ways_of(TREE, nodes)
    assert len(ways.points) > WORDS  # some ways take two tiles
    scratch = blocks.make_scratch(chunk=stop - start, window=4, negative=negative, width=padded(SIZE), ways=ways)
    kernel = make_kernel(design(sg=sg, negative=negative, hierarchical=True))
    kernel(corpus, chunk, weights, settings(4, ways=ways, **options), state, (), (), scratch)
    train_chunk(
        corpus.tokens, corpus.offsets, corpus.keep, inputs, outputs, state.table, chunk,
        sg=sg, window=4, negative=negative, tiles=target_tiles(negative + 1, alone=not sg),
        climb=lambda read, write, word, rate: climb(read, write, way(word), expected, rate), **options,
    )  # fmt: skip
    np.testing.assert_allclose(weights.inputs[:, :SIZE], inputs, atol=2e-5)
    np.testing.assert_allclose(weights.outputs[:, :SIZE], outputs, atol=2e-5)
    np.testing.assert_allclose(nodes[:, :SIZE], expected, atol=2e-5)
    assert not nodes[-1].any()
    assert not nodes[:, SIZE:].any()
    assert not scratch.zeros.any()


@pytest.mark.lengthy
@pytest.mark.parametrize("word", [0, WORDS - 1], ids=["short", "long"])
@pytest.mark.parametrize("cbow", [False, True])
def test_one_block_steps_down_the_gradient(cbow, word):
    """The step, divided by the rate, is the finite difference of the loss, which is −log p(word)."""
    weights, nodes = some_weights(np.random.default_rng(11)), some_nodes()
    rows, rate = [3, 1, 8, 5, 7], 1e-3
    before = [matrix[:, :SIZE].astype(np.float64) for matrix in (weights.inputs, nodes)]

    def loss(inputs, nodes):
        hidden = inputs[rows].mean(axis=0, keepdims=True) if cbow else inputs[rows]
        return -sum(log_probability(row, nodes, *way(word)) for row in hidden)

    ways = ways_of(TREE, nodes)
    scratch = blocks.make_scratch(chunk=10, window=4, negative=0, width=padded(SIZE), ways=ways)
    first, last = ways.starts[word : word + 2]
    places = ways.points[first:last].ravel()
    path = np.where(places < 0, np.uint64(scratch.zeros.ctypes.data), addresses(nodes, np.maximum(places, 0)))
    block_runner(design(sg=not cbow, negative=0, hierarchical=True))(
        addresses(weights.inputs, rows),
        addresses(weights.outputs, [0]),
        np.zeros(1, np.float32),
        np.float32(1.0),
        np.float32(rate),
        settings(4, ways=ways),
        scratch,
        blocks.Path(np.uint64(path.ctypes.data), first, last - first),
    )
    assert scratch.totals[blocks.LOSS_SUM] == pytest.approx(loss(*before), rel=1e-5)
    for side, (matrix, changed) in enumerate([(weights.inputs, rows), (nodes, way(word)[0])]):
        for row in changed:
            for d in range(0, SIZE, 3):
                values = []
                for sign in (1, -1):
                    moved = [m.copy() for m in before]
                    moved[side][row, d] += sign * 1e-4
                    values.append(loss(*moved))
                slope = (values[1] - values[0]) / 2e-4
                if cbow and side == 0:
                    slope *= len(rows)
                step = (float(matrix[row, d]) - before[side][row, d]) / rate
                assert step == pytest.approx(slope, rel=2e-2, abs=2e-3)


# --- several workers --------------------------------------------------------------------------------


def trained_nodes(corpus, chunks, *, cbow, copies, workers):
    """Return the matrices and the copies' scratch after one worker, out of so many, has trained on chunks."""
    weights, nodes = some_weights(np.random.default_rng(7)), some_nodes()
    ways, tokens = ways_of(TREE, nodes), len(corpus.tokens)
    sizes = {"negative": 0, "width": padded(SIZE), "ways": ways, "node_copies": copies}
    scratch = blocks.make_scratch(chunk=tokens, window=4, **sizes)
    kernel = make_kernel(design(sg=not cbow, negative=0, hierarchical=True, copied=copies > 0))
    for chunk in chunks:
        kernel(corpus, chunk, weights, settings(4, ways=ways, workers=workers), (), (), (), scratch)
    return weights.inputs, nodes, scratch


@pytest.mark.lengthy
@pytest.mark.parametrize("cbow", [False, True])
def test_the_copies_of_a_worker_alone_learn_what_the_nodes_would(cbow):
    """With one worker all that a copy has learned is added to its node, so that nothing is lost or counted twice."""
    corpus = text(np.random.default_rng(7), keep=np.zeros(0, np.uint32))
    length = len(corpus.tokens)
    assert length > 2 * _MERGED_AFTER  # the root's copy is merged within a chunk
    middle = int(corpus.offsets[len(corpus.offsets) // 2])
    chunks = [
        blocks.Chunk(0, middle, 0, seed=3, epoch=0, number=0, rate=0.05),
        blocks.Chunk(middle, length, len(corpus.offsets) // 2, seed=3, epoch=0, number=1, rate=0.04),
    ]
    inputs, nodes, scratch = trained_nodes(corpus, chunks, cbow=cbow, copies=min(32, WORDS - 1), workers=1)
    expected_inputs, expected_nodes, _ = trained_nodes(corpus, chunks, cbow=cbow, copies=0, workers=1)
    np.testing.assert_allclose(inputs, expected_inputs, atol=2e-5)
    np.testing.assert_allclose(nodes, expected_nodes, atol=2e-5)
    assert not scratch.node_updates.any()
    np.testing.assert_array_equal(scratch.node_copies, nodes[-1 - len(scratch.node_copies) : -1])


def test_what_a_worker_adds_to_a_node():
    """One sentence of two words, too short to merge within: each of them is a block that updates its way once."""
    words, workers, rate = [0, 1], 4, 0.5
    corpus = blocks.Text(np.array(words, np.int32), np.array([0, 2]), np.zeros(0, np.uint32))
    chunk = blocks.Chunk(0, 2, 0, seed=1, epoch=0, number=0, rate=rate)
    before = some_nodes()
    found, alone = (
        trained_nodes(corpus, [chunk], cbow=False, copies=WORDS - 1, workers=number)[1] for number in (workers, 1)
    )
    updates = np.bincount(np.concatenate([way(word)[0] for word in words]), minlength=WORDS)
    assert updates.max() == 2
    assert updates[:-1].min() == 0
    for node in range(WORDS):
        share = merged_share(_CURVATURE * rate * workers * updates[node], workers)
        np.testing.assert_allclose(found[node] - before[node], share * (alone[node] - before[node]), atol=1e-6)


@pytest.mark.parametrize("cbow", [False, True])
def test_several_workers_learn(cbow):
    options = {"negative": 0, "epochs": 15, "alpha": 0.1, "sg": not cbow}
    model = Word2Vec(TEXT, **CONFIGURATION | {"workers": 3}, **options)
    assert topic_gap(model.wv) > 0.5
    assert model.history[-1].loss == pytest.approx(np.log(5), rel=0.05)


def test_which_nodes_are_copied():
    assert copied_nodes(blocks.NO_WAYS, 4) == 0
    ways = ways_of(TREE, some_nodes())
    assert copied_nodes(ways, 1) == 0
    assert copied_nodes(ways, 2) == min(32, WORDS - 1)
    two = HuffmanTree.of(np.array([3, 2]))
    assert copied_nodes(ways_of(two, aligned((2, padded(SIZE)))), 2) == 1
    model = Word2Vec([["a", "b"]] * 9, **CONFIGURATION | {"workers": 2}, negative=0)
    assert np.isfinite(model.syn1).all()
    assert model.syn1[0].any()


# --- the model --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[(1, 0), (1, 5), (0, 0), (0, 5)], ids=lambda p: f"sg={p[0]}-negative={p[1]}")
def model(request):
    sg, negative = request.param
    return Word2Vec(TEXT, sg=sg, negative=negative, epochs=15, alpha=0.1, **CONFIGURATION)


def test_it_learns(model):
    assert topic_gap(model.wv) > 0.5
    assert model.history[-1].loss < 0.92 * model.history[0].loss
    if not model.negative:  # a neighbor tells which five of the ten words there may be
        assert model.history[-1].loss == pytest.approx(np.log(5), rel=0.03)
    assert model.syn1.shape == model.wv.vectors.shape
    assert "hierarchical softmax" in repr(model)
    assert ("sampler" in repr(model)) == bool(model.negative)
    settings = {name: getattr(model, name) for name in ("sg", "negative", "epochs", "alpha")}
    again = Word2Vec(TEXT, **CONFIGURATION, **settings)
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(again.syn1, model.syn1)


def test_the_score_is_the_sum_of_log_probabilities(model):
    tree, index = model._state.vocabulary.tree, model.wv.key_to_index
    sentence = ["cat", "unheard", "dog", "bus", "cow"]
    known = [index[word] for word in sentence if word in index]
    expected = 0.0
    for place, word in enumerate(known):
        rows = model.wv.vectors[known[:place] + known[place + 1 :]].astype(np.float64)
        for hidden in rows if model.sg else [rows.mean(axis=0)]:
            expected += log_probability(hidden, model.syn1, tree.point(word).tolist(), tree.code(word).tolist())
    before = model.wv.vectors.copy(), model.syn1.copy()
    found = model.score([sentence, [], ["cat"], sentence])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [expected, 0, 0, expected], rtol=1e-4)
    np.testing.assert_array_equal(before, (model.wv.vectors, model.syn1))


def test_scores_and_copies_are_gensims(model):
    models = pytest.importorskip("gensim.models")
    rng, texts = np.random.default_rng(2), TEXT[:3]
    theirs = models.Word2Vec(TEXT, vector_size=12, min_count=1, sg=model.sg, negative=model.negative, hs=1, window=3)
    for matrix in (theirs.wv.vectors, theirs.syn1):  # scores below 6, beyond which gensim leaves them out
        matrix[:] = rng.normal(size=matrix.shape) * 0.4
    copied = Word2Vec.from_gensim(theirs)
    np.testing.assert_array_equal(copied.syn1, theirs.syn1)
    np.testing.assert_allclose(copied.score(texts), theirs.score(texts), rtol=0.03)  # gensim looks σ up in a table
    assert copied.estimate_memory() == theirs.estimate_memory()
    copied.train(TEXT, epochs=1)


def test_saved_loaded_and_trained_on(model, tmp_path):
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.syn1, model.syn1)
    assert (loaded.hs, loaded.negative) == (1, model.negative)
    loaded.train(TEXT, epochs=2)
    same = Word2Vec.load(tmp_path / "model")
    same.train(TEXT, epochs=2)
    np.testing.assert_array_equal(loaded.syn1, same.syn1)
    assert (loaded.syn1[:-1] != model.syn1[:-1]).any(axis=1).all()


def test_what_negatives_are_needed_for(model):
    if model.negative:
        assert len(model.predict_output_word(["cat"], topn=3)) == 3
        assert model.syn1neg.any()
        return
    with pytest.raises(RuntimeError, match="negative=0"):
        model.predict_output_word(["cat"])
    with pytest.raises(ValueError, match="no sampler"):
        model.sampler_report()
    assert not hasattr(model, "syn1neg")


def test_a_training_that_was_stopped_goes_on_with_the_same_bits(tmp_path):
    path = tmp_path / "checkpoint"
    stopped = Word2Vec(epochs=6, negative=5, checkpoint=path, checkpoint_every=0, **CONFIGURATION)
    stopped.build_vocab(TEXT)
    stopped.callbacks = (lambda model: model.stop() if len(model.history) == 3 else None,)
    with pytest.warns(UserWarning, match="interrupted"):
        stopped.train()
    resumed = Word2Vec.load(path)
    resumed.resume(TEXT)
    whole = Word2Vec(TEXT, epochs=6, negative=5, **CONFIGURATION)
    assert len(resumed.history) == 6
    for name in ("syn1", "syn1neg"):
        np.testing.assert_array_equal(getattr(resumed, name), getattr(whole, name))


def test_what_does_not_go_together_is_refused():
    with pytest.raises(ValueError, match="negative=0 and hs=0, with which nothing is learned"):
        Word2Vec(negative=0)
    built = Word2Vec(**CONFIGURATION)
    built.build_vocab(TEXT)
    with pytest.raises(AttributeError, match="built with 1"):
        built.hs = 0
    plain = Word2Vec(TEXT, **CONFIGURATION | {"hs": 0})
    assert not hasattr(plain, "syn1")
    with pytest.raises(RuntimeError, match="hs=1"):
        plain.score(TEXT)


@pytest.mark.lengthy
@pytest.mark.parametrize("negative", [0, 5])
def test_a_staged_sampler_has_its_first_stage(negative):
    model = Word2Vec(TEXT, sampler="top-fraction", negative=negative, epochs=2, **CONFIGURATION)
    assert model.syn1[:-1].any(axis=1).all()


@pytest.mark.lengthy
def test_locked_rows_stay():
    model = Word2Vec(negative=0, epochs=2, **CONFIGURATION)
    model.build_vocab(TEXT)
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.array([0.0, *[1.0] * (len(model.wv) - 1)], np.float32)
    model.train()
    changed = (model.wv.vectors != before).any(axis=1)
    assert not changed[0]
    assert changed[1:].all()


@pytest.mark.parametrize("new", [[], [3], [1, 1, 9], [500, 2, 2, 2, 7]], ids=len)
def test_a_tree_grows_above_its_root(new):
    old = HuffmanTree.of(COUNTS)
    grown = old.grown(int(COUNTS.sum()), np.array(new, np.int64))
    words = len(COUNTS) + len(new)
    before = {len(grown.code(word)) - len(old.code(word)) for word in range(len(COUNTS))}
    assert len(before) == 1
    (above,) = before
    for word in range(len(COUNTS)):
        np.testing.assert_array_equal(grown.code(word)[above:], old.code(word))
        np.testing.assert_array_equal(grown.point(word)[above:], old.point(word))
        np.testing.assert_array_equal(grown.point(word)[:above], grown.point(0)[:above])
    lengths = np.diff(grown.starts)
    assert np.sum(0.5**lengths) == 1
    assert sorted(set(grown.points.tolist())) == list(range(words - 1))
    codes = {"".join(map(str, grown.code(word).tolist())) for word in range(words)}
    assert not any(one != other and other.startswith(one) for one in codes for other in codes)
    assert len(codes) == words


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [("points", 3, 10_000), ("points", 0, -1), ("codes", 1, 2), ("starts", -1, 3), ("starts", 2, 0)],
)
def test_a_tree_that_is_none_is_refused(name, place, value):
    parts = {one: values.copy() for one, values in HuffmanTree.of(COUNTS)._asdict().items()}
    HuffmanTree.checked(len(COUNTS), **parts)
    parts[name][place] = value
    with pytest.raises(TypeError, match="its tree is none of"):
        HuffmanTree.checked(len(COUNTS), **parts)


def test_growing_keeps_what_nodes_have_learned(tmp_path):
    model = Word2Vec(TEXT, negative=0, epochs=20, alpha=0.1, **CONFIGURATION)
    known, nodes, held = len(model.wv), model.syn1.copy(), TEXT[:5]
    before, ways = model.score(held), [model.wv.get_vecattr(word, "code") for word in range(known)]
    model.build_vocab([["cat", "new", "words"]] * 5, update=True)
    np.testing.assert_array_equal(model.syn1[: known - 1], nodes[:-1])
    assert not model.syn1[known - 1 :].any()
    for word, way in enumerate(ways):
        np.testing.assert_array_equal(model.wv.get_vecattr(word, "code")[-len(way) :], way)
    # each pair costs one more node, whose score is 0, and nothing that was learned is lost
    pairs = (before - model.score(held)) / np.log(2)
    np.testing.assert_allclose(pairs, np.round(pairs), atol=1e-3)
    model.train(epochs=1)
    assert model.syn1[known - 1 : len(model.wv) - 1].any(axis=1).all()
    model.save(tmp_path / "grown")
    loaded = Word2Vec.load(tmp_path / "grown")
    np.testing.assert_array_equal(loaded.score(held), model.score(held))
    np.testing.assert_array_equal(loaded.wv.get_vecattr("new", "point"), model.wv.get_vecattr("new", "point"))
    for one in (loaded, model):
        one.train(TEXT, epochs=1)
    np.testing.assert_array_equal(loaded.syn1, model.syn1)


def test_words_know_their_ways_as_gensims():
    models = pytest.importorskip("gensim.models")
    ours, theirs = (cls(min_count=1, hs=1, negative=0) for cls in (Word2Vec, models.Word2Vec))
    for one in (ours, theirs):
        one.build_vocab(TEXT)
    for word in theirs.wv.index_to_key:
        for attribute in ("code", "point"):
            expected = theirs.wv.get_vecattr(word, attribute)
            np.testing.assert_array_equal(ours.wv.get_vecattr(word, attribute), expected)
    with pytest.raises(KeyError, match=r"attribute color is not known of these words \(known: count, code, point\)"):
        ours.wv.get_vecattr("cat", "color")
    vectors = ours.wv.vectors_for_all(["cat"], copy_vecattrs=True)
    with pytest.raises(KeyError, match="attribute code"):  # the way is one of the whole tree
        vectors.get_vecattr("cat", "code")


@pytest.mark.parametrize(("options", "named"), [({"shards": 2}, "shards=2"), ({"client": object()}, "a client")])
def test_neither_shards_nor_a_cluster(options, named):
    parameters = Parameters(hs=1, **{name: value for name, value in options.items() if name != "client"})
    store = TokenStore(Vocabulary(["a", "b"], np.ones(2, np.int64)), np.zeros(0, np.int32), np.zeros(1, np.int64), 0, 0)
    weights = initialize(2, SIZE, 1)
    with pytest.raises(SettingError, match=f"got hs=1 and {named}; hierarchical softmax is trained in one piece"):
        make_trainer(store, weights, parameters, Unigram(), Logistic(), client=options.get("client"))


def test_a_first_stage_leaves_the_nodes_alone(monkeypatch):
    """What is frozen comes from a training of copies: the second stage begins with nodes that are 0."""
    seen = []
    freeze = TopFraction.freeze

    def look(self, state, weights):
        seen.append((np.abs(model.syn1).max(), np.abs(weights.outputs).max()))
        freeze(self, state, weights)

    monkeypatch.setattr(TopFraction, "freeze", look)
    sampler = TopFraction(first_stage_epochs=1)
    model = Word2Vec(sampler=sampler, hs=1, vector_size=8, min_count=1, epochs=1, workers=1, sample=0, progress=False)
    model.build_vocab([list("abcdefgh")] * 50)
    model.train([list("abcdefgh")] * 50)
    ((nodes, outputs),) = seen
    assert nodes == 0
    assert outputs > 0
    assert np.abs(model.syn1).max() > 0


def test_no_readout_without_output_vectors():
    model = Word2Vec([list("abcdefgh")] * 9, hs=1, negative=0, vector_size=8, min_count=1, workers=1, progress=False)
    with pytest.raises(RuntimeError, match=r"negative=0.*read_out"):
        model.read_out()
