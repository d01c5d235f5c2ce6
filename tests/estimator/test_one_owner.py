"""A model's words and vectors have one owner: each public way to change them works, or is refused with a sentence."""

import copy
import pickle
import threading

import numpy as np
import pytest

from wordneg import ClosedForm, Word2Vec, WordRank, WordVectors
from wordneg.estimator.trainable import TrainableMatrix

TEXT = [[f"w{(i * j) % 37}" for j in range(10)] for i in range(200)]
KEYWORDS = {"min_count": 1, "workers": 1, "progress": False}


def made(kind=Word2Vec, size=10, **settings):
    return kind(TEXT, vector_size=size, **KEYWORDS | settings)


def by_pickle(model):
    return pickle.loads(pickle.dumps(model))


KINDS = pytest.mark.parametrize("kind", [Word2Vec, WordRank])


@pytest.mark.parametrize("size", [10, 16])
@pytest.mark.parametrize("copied", [copy.deepcopy, by_pickle])
@KINDS
def test_a_copy_goes_on_learning_as_its_original(kind, copied, size, tmp_path):
    model = made(kind, size)
    other = copied(model)
    before = model.wv.vectors.copy()
    other.train(epochs=2)
    np.testing.assert_array_equal(model.wv.vectors, before)
    model.train(epochs=2)
    np.testing.assert_array_equal(other.wv.vectors, model.wv.vectors)
    assert not np.array_equal(other.wv.vectors, before)
    other.save(tmp_path / "model")
    other.wv.save_word2vec_format(tmp_path / "vectors.bin", binary=True)
    np.testing.assert_array_equal(kind.load(tmp_path / "model").wv.vectors, other.wv.vectors)
    np.testing.assert_array_equal(
        WordVectors.load_word2vec_format(tmp_path / "vectors.bin", binary=True)["w1"], other.wv["w1"]
    )


@pytest.mark.parametrize("size", [1, 10, 16, 50])
@KINDS
def test_what_the_user_sees_is_contiguous(kind, size):
    seen = []
    model = made(kind, size, callbacks=[lambda model: seen.append(model.wv.vectors)])
    outputs = model.syn1neg if kind is Word2Vec else model.contexts.vectors
    for vectors in (model.wv.vectors, outputs, *seen):
        assert vectors.flags.c_contiguous
        assert vectors.shape == (37, size)
        memoryview(vectors).cast("B")
    assert all(vectors is model.wv.vectors for vectors in seen)  # which were kept, and follow


@pytest.mark.parametrize("size", [10, 16])
@KINDS
def test_training_starts_from_what_is_set(kind, size, tmp_path):
    model, same = made(kind, size), made(kind, size)
    new = np.random.default_rng(1).random((37, size))
    model.wv.vectors = new
    same.wv.vectors[:] = new
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(kind.load(tmp_path / "model").wv.vectors, new.astype(np.float32))
    for one in (model, same):
        one.train(epochs=1)
        assert one.wv.vectors.dtype == np.float32
    np.testing.assert_array_equal(model.wv.vectors, same.wv.vectors)
    assert not np.array_equal(model.wv.vectors, new.astype(np.float32))


@pytest.mark.parametrize("size", [10, 16])
@pytest.mark.parametrize("how", ["place", "set"])
def test_a_callback_may_change_the_vectors(how, size):
    def zero(model):
        if how == "place":
            model.wv.vectors[:] = 0
            model.syn1neg[:] = 0
        else:
            model.wv.vectors = model.syn1neg = np.zeros((37, size), np.float32)

    assert not made(size=size, callbacks=[zero]).wv.vectors.any()
    model = made(size=size, epochs=2, callbacks=[lambda model: len(model.history) == 1 and zero(model)])
    assert not model.wv.vectors.any()  # since all gradients are zero from there


def test_vectors_of_another_shape_in_a_callback():
    def cut(model):
        model.wv.vectors = np.zeros((37, 3))

    with pytest.raises(ValueError, match=r"got vectors of shape \(37, 3\) during a training, expected \(37, 10\)"):
        made(epochs=2, callbacks=[cut])


@pytest.mark.parametrize(
    "order", [("vectors", "key_to_index", "index_to_key"), ("index_to_key", "vectors"), ("key_to_index", "vectors")]
)
def test_words_cut_by_assignment_in_any_order(order, tmp_path):
    """The recipe by which Procrustes alignments of two models are made, found in many notebooks."""
    model = made()
    wv = model.wv
    words = wv.index_to_key[5:15][::-1]
    counts = [wv.get_vecattr(word, "count") for word in words]
    rows = wv[words]
    new = {
        "vectors": rows,
        "index_to_key": list(words),
        "key_to_index": {word: index for index, word in enumerate(words)},
    }
    setattr(wv, order[0], new[order[0]])
    for broken in (lambda: wv[words[0]], lambda: wv.save(tmp_path / "no"), lambda: wv.most_similar(words[0])):
        with pytest.raises(ValueError, match="set index_to_key and vectors so that there is a row for each word"):
            broken()
    for name in order[1:]:
        setattr(wv, name, new[name])
    assert (len(wv), [wv.get_vecattr(word, "count") for word in words]) == (10, counts)
    wv.save_word2vec_format(tmp_path / "cut.txt")
    wv.save(tmp_path / "cut")
    for loaded in (WordVectors.load_word2vec_format(tmp_path / "cut.txt"), WordVectors.load(tmp_path / "cut")):
        assert set(loaded.index_to_key) == set(words)
        np.testing.assert_allclose(loaded[words], rows, rtol=1e-6)
    for refused in (
        lambda: model.save(tmp_path / "no"),
        model.train,
        lambda: model.predict_output_word(words[:1]),
    ):
        with pytest.raises(ValueError, match=r"the words of model.wv are no longer the model's.*model.wv.save"):
            refused()
    assert not (tmp_path / "no").exists()


def test_words_that_do_not_fit():
    wv = WordVectors(["a", "b", "c"], np.eye(3), counts=[3, 2, 1])
    with pytest.raises(ValueError, match="'a' is there twice"):
        wv.index_to_key = ["a", "b", "a"]
    with pytest.raises(ValueError, match="indices are not 0, 1, 2"):
        wv.key_to_index = {"a": 0, "b": 2}
    with pytest.raises(ValueError, match=r"vectors have shape \(3,\)"):
        wv.vectors = np.zeros(3)
    assert wv.index_to_key == ["a", "b", "c"]
    wv.index_to_key = ["c", "a", "b"]  # other places: counts follow
    assert wv.counts.tolist() == [1, 3, 2]
    wv.index_to_key = ["C", "A", "B"]  # other names: counts stay
    assert wv.counts.tolist() == [1, 3, 2]
    del wv.index_to_key[2]
    with pytest.raises(ValueError, match="3 vectors, 2 words in index_to_key and 3 in key_to_index"):
        wv.most_similar("C")
    wv.index_to_key.append("D")
    with pytest.raises(ValueError, match="index_to_key and key_to_index disagree"):
        wv.save("no")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("null_word", 1, "got null_word=1, which wordneg does not have"),
        ("wv", None, "set model.wv.vectors"),
        ("epoch", 3, "would do nothing; did you mean 'epochs'"),
        ("iter", 3, "would do nothing; use epochs instead"),
        ("size", 3, "would do nothing; use vector_size instead"),
        ("vectors_lockf", 3, "would do nothing"),
    ],
)
def test_an_assignment_that_would_do_nothing_is_refused(name, value, message):
    with pytest.raises((AttributeError, ValueError), match=message):
        setattr(Word2Vec(), name, value)


def test_more_assignments():
    model = made()
    for name in ("vocab", "vector", "syn0"):
        with pytest.raises(AttributeError, match="would do nothing"):
            setattr(model.wv, name, np.ones(37))
    model.hs = 0
    model.remark = model.wv.remark = "my own"
    assert (model.remark, model.wv.remark) == ("my own", "my own")
    model.ns_exponent = 0.5
    assert model.sampler.exponent == model.ns_exponent == 0.5
    called = []
    model.callbacks = [called.append]
    model.train(epochs=1)
    assert called == [model]
    with pytest.raises(TypeError, match="attribute 'count' belongs to the vocabulary of a model"):
        model.wv.set_vecattr("w1", "count", 3)


def test_attributes_of_words_are_saved_with_the_model(tmp_path):
    model = made()
    model.wv.set_vecattr("w3", "weight", 0.5)
    model.save(tmp_path / "model")
    for loaded in (Word2Vec.load(tmp_path / "model").wv, WordVectors.load(tmp_path / "model")):
        assert loaded.get_vecattr("w3", "weight") == 0.5


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [
        (Word2Vec, "lr", "alpha"),
        (WordRank, "lr", "learning_rate"),
        (Word2Vec, "dim", "vector_size"),
        (Word2Vec, "threads", "workers"),
        (Word2Vec, "cbow", "sg"),
        (WordRank, "random_state", "seed"),
    ],
)
def test_names_of_other_libraries_lead_to_ours(kind, name, ours):
    with pytest.raises(TypeError, match=f"no setting '{name}'; use {ours} instead"):
        kind(TEXT, **{name: 1})


@pytest.mark.parametrize("name", ["iter", "lr", "random_state"])
def test_no_name_is_recommended_that_a_model_does_not_have(name):
    with pytest.raises(TypeError, match=f"ClosedForm has no setting '{name}'$"):
        ClosedForm(TEXT, **{name: 1})


@KINDS
def test_names_of_gensim_3_lead_to_those_of_today(kind):
    for old, new in (("size", "vector_size"), ("iter", "epochs")):
        with pytest.raises(TypeError, match=f"no setting '{old}'; use {new} instead"):
            kind(TEXT, **{old: 5})
    model = made(kind)
    for owner, old, new in (
        (model, "iter", "epochs"),
        (model, "vocab", "wv.key_to_index"),
        (model, "most_similar", "wv.most_similar"),
        (model.wv, "vocab", "key_to_index"),
        (model.wv, "index2word", "index_to_key"),
        (model.wv, "syn0", "vectors"),
    ):
        with pytest.raises(AttributeError, match=f"no attribute '{old}'; use {new}"):
            getattr(owner, old)
    for owner in (model, model.wv):
        for name in ("no_such_thing", "ns_exponents", "callback", "states", "matrix", "extent"):
            with pytest.raises(AttributeError) as caught:
                getattr(owner, name)
            assert "'_" not in str(caught.value)


@pytest.mark.parametrize("size", [10, 16])
def test_saving_from_another_thread_writes_files_that_can_be_read(size, tmp_path):
    model = made(size=size, epochs=1)
    ended, failures, saved = threading.Event(), [], []

    def save():
        while not ended.is_set() or not saved:
            path = tmp_path / str(len(saved))
            try:
                model.save(path)
                model.wv.save(tmp_path / "vectors")
                assert model.wv.vectors.shape == copy.deepcopy(model).wv.vectors.shape == (37, size)
            except Exception as error:
                failures.append(error)
                return
            saved.append(path)

    thread = threading.Thread(target=save)
    thread.start()
    model.train(epochs=300)
    ended.set()
    thread.join()
    assert not failures
    for path in saved:
        assert np.isfinite(Word2Vec.load(path).wv.vectors).all()


@KINDS
def test_two_trainings_of_one_model_at_a_time_are_refused(kind):
    refused = []

    def again(model):
        for method in (model.train, lambda: model.build_vocab(TEXT)):
            with pytest.raises(RuntimeError, match="while the model is being trained"):
                method()
            refused.append(method)

    model = made(kind, epochs=1, callbacks=[again])
    assert len(refused) == 2
    model.train(epochs=1, callbacks=[])  # and then it is free again


class TestTrainableMatrix:
    """Each value has one owner; memory is taken once."""

    def test_an_array_that_nobody_holds_is_given_up(self):
        matrix = TrainableMatrix(np.ones((3, 5), np.float32))
        rows = matrix.lend()
        matrix.learn()
        assert matrix._own is None
        assert matrix._held() is None
        rows[:, :5] += 1
        copy_in_between = matrix.vectors
        assert (copy_in_between == 2).all()
        with pytest.raises(RuntimeError, match="in the middle of an epoch"):
            matrix.vectors = np.zeros((3, 5))
        rows[:, :5] += 1
        assert (matrix.values == 3).all()
        matrix.pause()
        assert (copy_in_between == 3).all()
        assert matrix.vectors is copy_in_between
        matrix.give_back()
        assert matrix._rows is None

    def test_a_view_of_the_array_is_followed_too(self):
        matrix = TrainableMatrix.of_rows(np.zeros((3, 16), np.float32), 5)
        row = matrix.vectors[1]
        rows = matrix.lend()
        matrix.learn()
        rows[:, :5] = 7
        matrix.pause()
        matrix.give_back()
        assert (row == 7).all()
        assert matrix.row(1).flags.writeable is False

    def test_rows_of_whole_cache_lines_are_trained_in_place(self):
        matrix = TrainableMatrix(TrainableMatrix(np.ones((3, 16), np.float32)).rows)
        assert matrix.lend() is matrix.vectors
        assert TrainableMatrix.of_rows(matrix.rows, 16).vectors is not None
