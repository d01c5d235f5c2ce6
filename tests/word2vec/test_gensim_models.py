"""Word2Vec has all that gensim's has: the same results, or a sentence that names the alternative."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from dataclasses import dataclass

import numpy as np
import pytest

import wordneg
from wordneg import TokenStore, Word2Vec, WordRank, encode, jit
from wordneg.compiled.rng import below
from wordneg.text.vocabulary import Vocabulary

gensim = pytest.importorskip("gensim")
Theirs = gensim.models.Word2Vec

TEXT = [[f"w{(i * j) % 37}" for j in range(10)] for i in range(100)]
MORE = [["w1", "new", "w2", "fresh"], ["new", "w3"]] * 10
SETTINGS = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 1, "seed": 3}


def small(corpus=TEXT, **settings):
    return Word2Vec(corpus, progress=False, **SETTINGS | settings)


@pytest.fixture(scope="module")
def model():
    return small()


@pytest.mark.parametrize("name", [name for name in dir(Theirs([["a"]], min_count=1)) if not name.startswith("_")])
def test_every_name_is_there_or_says_what_to_use(model, name):
    try:
        found = getattr(model, name)
    except AttributeError as error:
        told = str(error)
    else:
        told = ""
    if told:
        assert re.search("; use .* instead", told)
        return
    theirs = getattr(Theirs, name, None)
    if inspect.isfunction(theirs) and name not in ("save", "score"):
        expected = [one for one in inspect.signature(theirs).parameters if one not in ("self", "args", "kwargs")]
        assert list(inspect.signature(found).parameters)[: len(expected)] == expected


def test_every_argument_of_the_constructor_is_taken():
    for name, parameter in inspect.signature(Theirs).parameters.items():
        default = None if name == "workers" else parameter.default
        Word2Vec(**{name: default})
    assert set(inspect.signature(Theirs).parameters) - set(inspect.signature(Word2Vec).parameters) == {
        "null_word",
        "hashfxn",
        "batch_words",
    }


def test_attributes_of_gensims(model):
    theirs = Theirs(TEXT, **SETTINGS)
    for name in ("hs", "layer1_size", "batch_words", "comment", "null_word", "hashfxn", "ns_exponent", "sample"):
        assert getattr(model, name) == getattr(theirs, name), name
        assert name in dir(model)
    assert {"window", "vector_size", "alpha", "min_alpha", "epochs", "sg", "negative"} <= set(dir(model))
    np.testing.assert_allclose(model.cum_table, theirs.cum_table, atol=2)
    assert model.estimate_memory() == theirs.estimate_memory()
    assert model.total_train_time > 0
    assert model.running_training_loss == model.get_latest_training_loss()
    assert model.min_alpha_yet_reached == pytest.approx(1e-4)


def test_arguments_without_effect_are_taken(tmp_path):
    model = small()
    model.build_vocab(TEXT, keep_raw_vocab=True, progress_per=5)
    model.train(TEXT, total_examples=100, epochs=1, word_count=0, queue_factor=2, report_delay=0.5, callbacks=())
    model.save(tmp_path / "model", separately=[], sep_limit=0, ignore=frozenset(), pickle_protocol=4)
    loaded = Word2Vec.load(tmp_path / "model", mmap="r")
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    model.wv.save(tmp_path / "wv", sep_limit=0, pickle_protocol=4)
    assert len(wordneg.KeyedVectors.load(tmp_path / "wv", mmap="r")) == 37


def test_none_is_a_seed_and_a_sample(tmp_path):
    one, other = small(seed=None, sample=None), small(seed=None, sample=None)
    assert (one.sample, isinstance(one.seed, int)) == (0.0, True)
    assert one.seed != other.seed
    assert (one.wv.vectors != other.wv.vectors).any()
    again = small(seed=one.seed, sample=0)
    np.testing.assert_array_equal(again.wv.vectors, one.wv.vectors)


def test_a_comment_is_kept(tmp_path):
    model = small(comment="from the archive")
    model.save(tmp_path / "model")
    assert Word2Vec.load(tmp_path / "model").comment == "from the archive"


def test_what_needs_hierarchical_softmax_says_so(model):
    with pytest.raises(RuntimeError, match=r"hierarchical softmax.*predict_output_word"):
        model.score(TEXT)
    assert not hasattr(model, "syn1")


# --- wv ---------------------------------------------------------------------------------------------


def test_wv_is_one_object_from_the_beginning():
    model = Word2Vec(progress=False, **SETTINGS)
    assert hasattr(model, "wv")
    assert not hasattr(model, "syn1neg")
    wv = model.wv
    assert (len(wv), wv.vector_size, "w1" in wv) == (0, 8, False)
    model.build_vocab(TEXT)
    model.train()
    assert model.wv is wv
    assert "w1" in wv
    before = wv["w1"].copy()
    model.build_vocab(MORE, update=True)
    assert model.wv is wv
    assert "fresh" in wv
    model.train()
    assert (wv["w1"] != before).any()
    np.testing.assert_array_equal(wv.vectors, model.wv.vectors)


def test_wv_of_a_model_without_words_can_be_asked():
    model = Word2Vec(progress=False, **SETTINGS)
    kv = small().wv
    model.wv = kv
    assert model.wv.most_similar("w1") == kv.most_similar("w1")
    for call in (model.train, lambda: model.predict_output_word(["w1"])):
        with pytest.raises(RuntimeError, match="no vocabulary yet"):
            call()
    words = list(kv.index_to_key)
    model.build_vocab(MORE)
    assert kv.index_to_key == words
    assert "new" in model.wv


def test_isinstance_of_gensims_class(model):
    assert isinstance(model, Theirs)
    assert isinstance(model, Word2Vec)
    assert type(model) is Word2Vec
    assert isinstance(model.wv, gensim.models.KeyedVectors)
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(copied) is Word2Vec
        np.testing.assert_array_equal(copied.wv.vectors, model.wv.vectors)


def test_a_model_takes_the_vectors_of_its_words():
    model, other = small(), small(seed=9)
    vectors = wordneg.WordVectors(other.wv.index_to_key[::-1], other.wv.vectors[::-1])
    held = model.wv
    model.wv = vectors
    assert model.wv is held
    assert held.index_to_key == other.wv.index_to_key
    np.testing.assert_array_equal(held.vectors, other.wv.vectors)
    model.train()
    assert (held.vectors != other.wv.vectors).any()
    np.testing.assert_array_equal(vectors.vectors[::-1], other.wv.vectors)
    more = wordneg.WordVectors([*other.wv.index_to_key, "more"], np.ones((38, 8), np.float32))
    for wrong in (more, small(vector_size=4).wv, small(MORE).wv, wordneg.WordVectors(vector_size=8)):
        with pytest.raises(AttributeError, match=r"a model of 37 words × 8, expected the same.*intersect_word2vec"):
            model.wv = wrong
    with pytest.raises(AttributeError, match="expected WordVectors"):
        model.wv = model.wv.vectors


def test_predictions_take_indices_too(model):
    words = ["w1", "w2"]
    indices = [model.wv.get_index(word) for word in words]
    expected = model.predict_output_word(words, topn=np.uint8(5))
    assert expected == model.predict_output_word(indices, 5) == model.predict_output_word(["w1", indices[1]], 5)
    assert model.predict_output_word(["no such word"]) is None


# --- words from elsewhere, and more of them -----------------------------------------------------------


def test_words_with_counts_from_elsewhere():
    counts = {"minors": 2, "graph": 3, "system": 4, "trees": 3, "eps": 1}
    ours, theirs = (kind(min_count=2, vector_size=5) for kind in (Word2Vec, Theirs))
    for model in (ours, theirs):
        model.build_vocab_from_freq(dict(counts), corpus_count=9)
        assert model.corpus_count == 9
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
    for model in (ours, theirs):
        model.build_vocab_from_freq({"eps": 5, "graph": 1, "rare": 1}, update=True)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    np.testing.assert_array_equal(ours.wv.expandos["count"], theirs.wv.expandos["count"])
    with pytest.raises(RuntimeError, match=r"no corpus.*give train one"):
        ours.train()
    ours.train([["graph", "system", "trees"]] * 50, epochs=1)
    with pytest.raises(ValueError, match="lower min_count"):
        ours.build_vocab_from_freq({"a": 1})


def test_a_vocabulary_grows_as_gensims():
    ours, theirs = small(min_count=2), Theirs(TEXT, **SETTINGS | {"min_count": 2})
    vectors, outputs = ours.wv.vectors.copy(), ours.syn1neg.copy()
    ours.wv.set_vecattr("w1", "weight", 0.5)
    corpus = [*MORE, ["once"]]
    for model in (ours, theirs):
        model.build_vocab(corpus, update=True)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert "once" not in ours.wv
    np.testing.assert_array_equal(ours.wv.expandos["count"], theirs.wv.expandos["count"])
    np.testing.assert_array_equal(ours.wv.vectors[:-2], vectors)
    np.testing.assert_array_equal(ours.wv.vectors[-2:], theirs.wv.vectors[-2:])
    np.testing.assert_array_equal(ours.syn1neg[:-2], outputs)
    np.testing.assert_array_equal(ours.syn1neg[-2:], 0)
    assert [ours.wv.get_vecattr(word, "weight") for word in ("w1", "new")] == [0.5, 0]
    assert (ours.corpus_count, ours.corpus_total_words) == (theirs.corpus_count, theirs.corpus_total_words)
    assert ours.train()[1] == 60  # of the new corpus, without the rare word
    assert len(ours.history) == 2


def test_a_vocabulary_that_cannot_grow_stays(tmp_path):
    model = small(min_count=2)
    words = list(model.wv.index_to_key)
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        Word2Vec().build_vocab(MORE, update=True)
    with pytest.raises(TypeError, match="give the corpus itself"):
        model.build_vocab(encode(MORE), update=True)
    with pytest.warns(UserWarning, match=r"the model stays as it was.*nor occurs often enough"):
        model.build_vocab([["unheard", "of"]], update=True)
    with pytest.raises(ValueError, match="a WordRank is fixed once built"):
        WordRank(TEXT, min_count=1, vector_size=4, epochs=1, progress=False).build_vocab(MORE, update=True)
    assert model.wv.index_to_key == words
    model.min_count = 1
    model.build_vocab([["unheard", "of"]], update=True)
    assert model.wv.index_to_key == [*words, "unheard", "of"]
    model.save(tmp_path / "grown")
    assert Word2Vec.load(tmp_path / "grown").wv.index_to_key == model.wv.index_to_key


@pytest.mark.parametrize("hs", [0, 1])
@pytest.mark.parametrize("batch", [[], [[]], [["unheard", "of"]]], ids=["empty", "no words", "rare words"])
def test_a_batch_that_adds_nothing_leaves_the_model_as_it_was(batch, hs):
    model, theirs = small(min_count=2, hs=hs), Theirs(TEXT, **SETTINGS | {"min_count": 2, "hs": hs})
    words, vectors, outputs = list(model.wv.index_to_key), model.wv.vectors.copy(), model.syn1neg.copy()
    theirs.build_vocab(batch, update=True)
    with pytest.warns(UserWarning, match=r"the model stays as it was, and train\(\) has nothing to train on: "):
        model.build_vocab(iter(batch), update=True)
    assert model.wv.index_to_key == words == theirs.wv.index_to_key
    np.testing.assert_array_equal(model.wv.expandos["count"], theirs.wv.expandos["count"])
    assert model.corpus_total_words == theirs.corpus_total_words
    expected = theirs.train(batch, total_examples=1, epochs=3)
    with pytest.warns(UserWarning, match="nothing was trained: "):
        assert model.train(batch, total_examples=0, epochs=3) == expected
    with pytest.warns(UserWarning, match="nothing was trained: the corpus of build_vocab has no word"):
        assert model.train(epochs=3) == expected
    np.testing.assert_array_equal(model.wv.vectors, vectors)
    np.testing.assert_array_equal(model.syn1neg, outputs)
    with pytest.raises(ValueError, match="give sampler_report another one"):
        model.sampler_report()
    assert model.train(TEXT)[1] == 1000
    model.build_vocab(MORE, update=True)
    assert model.train()[1] == 60


@pytest.mark.filterwarnings("ignore:nothing was trained", "ignore:the model stays as it was")
@pytest.mark.parametrize("min_count", [1, 5])
def test_small_batches_run_through(min_count):
    """An online loop, whose batches may be empty, without known words, or too small for `min_count`."""
    batches = [[["a", "b"]], [], [["w1", "w2", "w3"]], [["c"] * 5, ["c", "a"]], [[]], [["a"] * 6], [["zz"]]]
    models = [kind(TEXT, **SETTINGS | {"min_count": min_count}) for kind in (Word2Vec, Theirs)]
    for batch in batches:
        for model in models:
            model.build_vocab(batch, update=True)
        for model in models:
            model.train(batch, total_examples=model.corpus_count, epochs=2)
        assert models[0].wv.index_to_key == models[1].wv.index_to_key
    assert np.isfinite(models[0].wv.vectors).all()


def test_a_pruned_batch_adds_nothing():
    model = small()
    model.max_vocab_size = 2
    with pytest.warns(UserWarning, match="no word read, as max_vocab_size has pruned all"):
        model.build_vocab([["p", "q", "r"], ["s", "t", "u"]], update=True)


def test_a_corpus_that_was_read_is_no_empty_one(model):
    """Whoever gives `build_vocab` and `train` the same generator must hear of it; gensim takes none for training."""
    spent = iter(TEXT)
    fresh = Word2Vec(**SETTINGS)
    fresh.build_vocab(spent)
    with pytest.raises(ValueError, match="may have been consumed already"):
        fresh.train(spent)


def test_a_rule_decides_about_words():
    def rule(word, count, min_count):
        assert min_count == 5
        return {"w1": 1, "fresh": 2}.get(word, 0)

    corpus = [*TEXT, ["fresh"]]
    ours, theirs = (kind(corpus, trim_rule=rule, **SETTINGS | {"min_count": 5}) for kind in (Word2Vec, Theirs))
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert "w1" not in ours.wv
    assert "fresh" in ours.wv
    with pytest.raises(ValueError, match="trim_rule returned 7"):
        small(trim_rule=lambda *_: 7)
    with pytest.raises(ValueError, match="max_vocab_size would prune"):
        small(trim_rule=rule, max_vocab_size=3)


def test_fresh_vectors_and_words_of_another_model(model):
    fresh = small()
    fresh.init_weights()
    theirs = Theirs(**SETTINGS)
    theirs.build_vocab(TEXT)
    np.testing.assert_array_equal(fresh.wv.vectors, theirs.wv.vectors)
    other = small(MORE)
    other.reset_from(model)
    assert other.wv.index_to_key == model.wv.index_to_key
    assert other.train(epochs=1)[1] == 1000


def test_a_model_of_gensims_is_taken_over():
    theirs = Theirs(TEXT, **SETTINGS | {"window": 3, "ns_exponent": 0.5})
    ours = Word2Vec.from_gensim(theirs, progress=False)
    np.testing.assert_array_equal(ours.wv.vectors, theirs.wv.vectors)
    np.testing.assert_array_equal(ours.syn1neg, theirs.syn1neg)
    assert (ours.window, ours.ns_exponent, ours.corpus_count) == (3, 0.5, 100)
    before = ours.wv.vectors.copy()
    ours.train(TEXT, epochs=1)
    assert (ours.wv.vectors != before).any()
    with pytest.raises(ValueError, match="no output vectors"):
        Word2Vec.from_gensim(Theirs(**SETTINGS))
    with pytest.raises(TypeError, match=r"WordVectors\.from_gensim"):
        Word2Vec.from_gensim(theirs.wv)


# --- integers ---------------------------------------------------------------------------------------

WALKS = [[1, 2, 3, 4], [2, 3, 4, 5]] * 20


@pytest.mark.parametrize(
    "corpus",
    [
        WALKS,
        [np.array(walk) for walk in WALKS],
        np.array(WALKS),
        [np.array(walk, np.uint16) for walk in WALKS],
        [tuple(walk) for walk in WALKS],
        [list(map(np.int64, walk)) for walk in WALKS],
    ],
)
def test_integers_are_tokens(corpus, tmp_path):
    model = small(corpus)
    assert sorted(model.wv.index_to_key) == [1, 2, 3, 4, 5]
    assert all(type(word) is int for word in model.wv.index_to_key)
    np.testing.assert_array_equal(model.wv[5], model.wv.vectors[model.wv.key_to_index[5]])
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.wv.index_to_key == model.wv.index_to_key
    loaded.build_vocab([[5, 6, 7]] * 3, update=True)
    assert loaded.wv.index_to_key == [*model.wv.index_to_key, 6, 7]


def test_integers_in_a_store(tmp_path):
    store = encode(WALKS, min_count=1)
    store.save(tmp_path)
    opened = TokenStore.open(tmp_path)
    assert opened.vocabulary.words == store.vocabulary.words
    assert opened.fingerprint != encode([list(map(str, walk)) for walk in WALKS], min_count=1).fingerprint


# --- locks ------------------------------------------------------------------------------------------


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("workers", [1, 2])
def test_locked_vectors_stay(sg, workers, tmp_path):
    model = Word2Vec(progress=False, sg=sg, **SETTINGS | {"workers": workers, "epochs": 2})
    model.build_vocab(TEXT)
    locks = np.ones(len(model.wv), np.float32)
    locks[::2] = 0
    model.wv.vectors_lockf = locks
    before = model.wv.vectors.copy()
    model.train()
    np.testing.assert_array_equal(model.wv.vectors[::2], before[::2])
    assert (model.wv.vectors[1::2] != before[1::2]).any(axis=1).all()
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "model").wv.vectors_lockf, locks)
    model.build_vocab(MORE, update=True)
    assert model.wv.vectors_lockf[-2:].tolist() == [1, 1]


@pytest.mark.lengthy
@pytest.mark.parametrize("sg", [0, 1])
def test_a_lock_scales_what_is_learned(sg):
    """After one sentence of two words, each of them has moved once: by its factor, from the same starting point."""
    moved = []
    for factor in (1.0, 0.25):
        model = Word2Vec(progress=False, sg=sg, sample=0, alpha=0.5, min_alpha=0.5, **SETTINGS)
        model.build_vocab([["a", "b"]])
        model.syn1neg = np.random.default_rng(0).normal(size=(2, 8)).astype(np.float32)
        before = model.wv.vectors.copy()
        model.wv.vectors_lockf = np.array([factor], np.float32)
        model.train()
        moved.append(model.wv.vectors - before)
    first = moved[0][model.wv.get_index("b")]  # the input of the first block, which starts from equal outputs
    np.testing.assert_allclose(moved[1][model.wv.get_index("b")], 0.25 * first, rtol=1e-4, atol=1e-7)
    assert np.abs(first).max() > 1e-3


@pytest.mark.lengthy
def test_all_locked_is_as_if_the_inputs_were_constants():
    """Only outputs learn, from inputs that every block sees as they were."""
    model = Word2Vec(progress=False, sg=1, sample=0, **SETTINGS)
    model.build_vocab(TEXT)
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.zeros(1, np.float32)
    model.train()
    np.testing.assert_array_equal(model.wv.vectors, before)
    assert (model.syn1neg != 0).any(axis=1).all()


def test_locks_that_do_not_fit():
    model = small()
    model.wv.vectors_lockf = np.ones(5)
    with pytest.raises(
        ValueError, match=r"shape \(5,\); expected finite numbers, one for all words or one for each of 37"
    ):
        model.train()


@pytest.mark.lengthy
def test_training_starts_from_pretrained_vectors(tmp_path):
    """The usual way: all words of a file are added, take its vectors, and training goes on from them or not."""
    pretrained = small(MORE).wv
    pretrained.save_word2vec_format(tmp_path / "vectors.txt")
    for lockf in (0.0, 1.0):
        model = Word2Vec(progress=False, **SETTINGS)
        model.build_vocab(TEXT)
        model.build_vocab([list(pretrained.key_to_index)], update=True)
        model.wv.intersect_word2vec_format(tmp_path / "vectors.txt", binary=False, lockf=lockf)
        np.testing.assert_array_equal(model.wv["fresh"], pretrained["fresh"])
        model.train(TEXT, total_examples=len(TEXT), epochs=1)
        assert np.array_equal(model.wv["w1"], pretrained["w1"]) == (lockf == 0)


# --- a sampler that is wrong --------------------------------------------------------------------------


@jit
def too_far(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = 2_000_000_000
    return np.float32(1.0)


@jit
def below_zero(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = -7
    return np.float32(1.0)


@jit
def the_positive(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = positive
    return np.float32(1.0)


@jit
def by_numpy(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        word = np.random.randint(outputs.shape[0])
        negatives[k] = word if word != positive else (word + 1) % outputs.shape[0]
    return np.float32(1.0)


@jit
def none_at_all(state, scratch, rng, outputs, query, positive, context, negatives):
    return np.float32(1.0)


@jit
def behind_the_end(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size + 1):
        negatives[k] = positive ^ 1
    return np.float32(1.0)


@jit
def no_weight(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = (positive + 1) % outputs.shape[0]
    return np.float32(np.nan)


def sampler_of(drawn):
    @dataclass(frozen=True)
    class Mine:
        name = "mine"
        needs_query = False
        draw = staticmethod(drawn)

        def prepare(self, vocabulary, weights):
            return ()

        def scratch(self, state, negative):
            return ()

    return Mine()


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (too_far, "'mine' drew 2000000000, which is no word of the 37; expected 0 to 36"),
        (below_zero, "drew -7, which is no word"),
        (the_positive, "drew the positive as a negative"),
        (by_numpy, "other negatives the second time from the same random numbers; draw with `rng` only"),
        (none_at_all, "leaves negatives as they were"),
        (behind_the_end, "reads or writes outside of an array"),
        (no_weight, "returned nan as the weight"),
    ],
)
def test_what_is_wrong_with_a_sampler_is_said_before_training(draw, message):
    with pytest.raises(ValueError, match=rf"{message}.*wordneg\.testing\.check_sampler"):
        small(sampler=sampler_of(draw))


@jit
def seldom_wrong(state, scratch, rng, outputs, query, positive, context, negatives):
    for k in range(negatives.size):
        negatives[k] = (positive + 1) % outputs.shape[0] if below(rng, 100_000) else outputs.shape[0]
    return np.float32(1.0)


@pytest.mark.lengthy
def test_what_the_probe_misses_is_caught_before_it_does_harm():
    tokens = np.tile(np.arange(37, dtype=np.int32), 3000)
    vocabulary = Vocabulary([f"w{number}" for number in range(37)], np.full(37, 3000))
    store = TokenStore(vocabulary, tokens, np.arange(0, len(tokens) + 1, 37), len(tokens), 3000)
    with pytest.raises(RuntimeError, match=r"sampler 'mine'.*IndexError: a negative is no word"):
        small(store, sampler=sampler_of(seldom_wrong), sample=0)


def test_a_text_without_a_known_word_trains_nothing(model):
    """gensim's first example goes on with a model in this way, and gets (0, 2)."""
    before = model.wv.vectors.copy()
    with pytest.warns(UserWarning, match="nothing was trained: none of the 2 distinct words read, such as 'hello'"):
        assert model.train([["hello", "world"]], total_examples=1, epochs=3) == (0, 6)
    np.testing.assert_array_equal(model.wv.vectors, before)


@pytest.mark.filterwarnings("ignore:nothing was trained")
def test_trainings_are_counted(tmp_path):
    ours, theirs = Word2Vec(progress=False, **SETTINGS), Theirs(**SETTINGS)
    counts = []
    for model in (ours, theirs):
        counts.append([model.train_count])
        model.build_vocab(TEXT)
        for corpus in (TEXT, TEXT, [["hello", "world"]]):
            model.train(corpus, total_examples=100, epochs=2)
        counts[-1].append(model.train_count)
        model.build_vocab(TEXT)
        counts[-1].append(model.train_count)
    assert counts == [[0, 3, 3]] * 2
    ours.save(tmp_path / "model")
    for model in (Word2Vec.load(tmp_path / "model"), copy.deepcopy(ours), Word2Vec.from_gensim(theirs)):
        assert model.train_count == 3


@pytest.mark.parametrize("limit", [None, 20, 1000])
@pytest.mark.parametrize("least", [1, 30])
def test_how_often_a_word_must_occur(least, limit):
    with pytest.raises(AttributeError):
        Word2Vec().effective_min_count  # noqa: B018
    corpus = [[f"w{number}"] * number for number in range(1, 60)]
    ours, theirs = (kind(min_count=least, max_final_vocab=limit) for kind in (Word2Vec, Theirs))
    for model in (ours, theirs):
        model.build_vocab(corpus)
    assert len(ours.wv) == len(theirs.wv)
    assert ours.effective_min_count == theirs.effective_min_count


def test_what_differs_in_trainings():
    """Claims of docs/from-gensim.md, on gensim's side too."""
    called, kept, rates = {}, {}, {}
    for kind in (Word2Vec, Theirs):
        reached: list[float] = []

        class Reader(gensim.models.callbacks.CallbackAny2Vec):
            def on_epoch_end(self, model, reached=reached):
                reached.append(float(model.min_alpha_yet_reached))

        model = kind(TEXT, callbacks=[Reader()], **SETTINGS | {"epochs": 2})
        rates[kind] = reached.copy()
        model.train(TEXT, total_examples=100, epochs=3, start_alpha=0.02, end_alpha=0.01, compute_loss=True)
        called[kind] = len(reached)
        kept[kind] = model.alpha, model.min_alpha, bool(model.compute_loss), model.epochs
        model.train(TEXT, total_examples=100, epochs=1, callbacks=())
        assert len(reached) == called[kind]
    assert called == {Word2Vec: 5, Theirs: 2}
    assert kept == {Word2Vec: (0.025, 0.0001, False, 2), Theirs: (0.02, 0.01, True, 3)}
    assert rates[Word2Vec] == pytest.approx([0.01255, 0.0001])
    assert rates[Theirs] == pytest.approx([0.025, 0.01255])


@pytest.mark.parametrize("token", [1.5, ("a", "b"), None, b"x"])
def test_tokens_are_text_or_integers(token):
    assert Theirs([[token, "b"]] * 9, **SETTINGS).wv.index_to_key == ["b", token]
    with pytest.raises(TypeError, match=r"convert tokens with str\(\)"):
        small([[token, "b"]] * 9)


def test_what_differs_in_vectors(model):
    theirs = Theirs(TEXT, **SETTINGS)
    for name, value in {"kind": "noun", "count": 7}.items():
        theirs.wv.set_vecattr("w1", name, value)
        with pytest.raises(TypeError, match=r"expected a number|it is fixed"):
            model.wv.set_vecattr("w1", name, value)
    np.testing.assert_allclose(model.wv.get_mean_vector("w1"), model.wv.get_vector("w1", norm=True), rtol=1e-6)
    assert not theirs.wv.get_mean_vector("w1").any()  # no letter is a word
    for name in ("raw_vocab", "random", "lifecycle_events"):
        assert hasattr(theirs, name)
        assert not hasattr(model, name)
    assert isinstance(model.wv, gensim.models.KeyedVectors)
    assert not issubclass(wordneg.KeyedVectors, gensim.models.KeyedVectors)


def test_a_callback_may_set_the_loss_back_after_each_epoch():
    losses = []

    def read(model):
        losses.append(model.get_latest_training_loss())
        model.running_training_loss = 0.0

    model = small(epochs=2, callbacks=[read])
    assert losses == [report.loss for report in model.history]
    with pytest.raises(AttributeError, match=r"got running_training_loss=2\.5, expected 0"):
        model.running_training_loss = 2.5


def test_load_is_refused_of_a_model_whose_caller_would_not_take_what_it_returns(model, tmp_path):
    model.save(tmp_path / "model")
    assert hasattr(model, "load")
    for asked in (model, pickle.loads(pickle.dumps(model)), copy.deepcopy(model), type(model).load(tmp_path / "model")):
        with pytest.raises(AttributeError, match="load is asked of the class, and returns a model"):
            asked.load(tmp_path / "model")


def test_what_may_be_a_mistake_is_logged_as_gensim_does(caplog):
    small(hs=1)
    assert "Both hierarchical softmax and negative sampling are activated" in caplog.text
    caplog.clear()
    ours = small()
    assert not caplog.records
    ours.alpha = ours.min_alpha = 0.02
    ours.train()
    assert "Effective 'alpha' higher than previous training cycles: it begins at 0.02, and was 0.0001" in caplog.text
    caplog.clear()
    ours.alpha = ours.min_alpha = 0.01
    ours.train()
    assert not caplog.records
