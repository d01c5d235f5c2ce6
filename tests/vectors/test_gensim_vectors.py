"""WordVectors has all that gensim's KeyedVectors has: the same results, or a sentence that names the alternative."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
import sys

import numpy as np
import pytest

import wordneg
from wordneg import KeyedVectors, WordVectors

theirs_module = pytest.importorskip("gensim.models.keyedvectors")
Theirs = theirs_module.KeyedVectors

WORDS = [f"w{number}" for number in range(50)]
SIZE = 7
MATRIX = np.random.default_rng(3).standard_normal((len(WORDS), SIZE)).astype(np.float32)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Call to deprecated:DeprecationWarning", "ignore:Adding single vectors:UserWarning"
)


def made(kind):
    """Return vectors of either kind, with counts."""
    vectors = kind(SIZE)
    vectors.add_vectors(WORDS, MATRIX.copy())
    for number, word in enumerate(WORDS):
        vectors.set_vecattr(word, "count", 1 + number // 3)
    return vectors


def public_names(thing):
    return [name for name in dir(thing) if not name.startswith("_")]


@pytest.mark.parametrize("name", public_names(Theirs(2)))
def test_every_name_is_there_or_says_what_to_use(name):
    ours = made(KeyedVectors)
    try:
        found = getattr(ours, name)
    except AttributeError as error:
        told = str(error)
    else:
        told = ""
    if told:
        assert re.search("; use .* instead", told)
        return
    theirs = getattr(Theirs, name, None)
    if inspect.isfunction(theirs) and name not in ("save", "word_vec"):
        expected = [one for one in inspect.signature(theirs).parameters if one not in ("self", "args", "kwargs")]
        assert list(inspect.signature(found).parameters)[: len(expected)] == expected


CALLS = {
    "a word": lambda kv: kv["w3"],
    "an index": lambda kv: kv[3],
    "several": lambda kv: kv[["w1", 2, np.int64(3)]],
    "in": lambda kv: ["w3" in kv, 3 in kv, 50 in kv, -1 in kv, "x" in kv],
    "get_index": lambda kv: [kv.get_index("w3"), kv.get_index(4), kv.get_index("x", -1)],
    "has_index_for": lambda kv: [kv.has_index_for("w3"), kv.has_index_for("x")],
    "word_vec": lambda kv: kv.word_vec("w3", norm=True),
    "cosine_similarities": lambda kv: kv.cosine_similarities(kv["w1"], kv.vectors[:5]),
    "most_similar": lambda kv: kv.most_similar("w1", topn=np.uint8(5)),
    "most_similar, restricted": lambda kv: kv.most_similar("w1", topn=np.int32(200), restrict_vocab=np.uint8(20)),
    "most_similar, clipped": lambda kv: kv.most_similar("w1", clip_start=np.int64(3), clip_end=np.int64(9)),
    "most_similar_cosmul": lambda kv: kv.most_similar_cosmul(["w1"], ["w2"], topn=np.uint8(5)),
    "all scores": lambda kv: kv.most_similar("w1", topn=None),
    "most_similar_to_given": lambda kv: kv.most_similar_to_given("w1", ["w5", "w9", "w3"]),
    "relative_cosine_similarity": lambda kv: kv.relative_cosine_similarity("w1", "w2", 10),
    "similarity": lambda kv: kv.similarity("w1", "w2"),
    "similarity with itself": lambda kv: [kv.distance(word, word) for word in WORDS],
    "n_similarity": lambda kv: kv.n_similarity(["w1", "w2"], ["w3"]),
    "n_similarity, some unknown": lambda kv: kv.n_similarity(["w1", "x"], ["w3"]),
    "n_similarity, all unknown": lambda kv: [kv.n_similarity(["x"], ["w3"]), kv.n_similarity(["x"], ["y"])],
    "distances": lambda kv: kv.distances("w1", None),
    "closer_than": lambda kv: kv.closer_than("w1", "w7"),
    "words_closer_than": lambda kv: kv.words_closer_than("w1", "w7"),
    "rank": lambda kv: kv.rank("w1", "w7"),
    "rank_by_centrality": lambda kv: kv.rank_by_centrality(["w1", "w2", "w3"]),
    "doesnt_match": lambda kv: kv.doesnt_match(["w1", "w2", "w3"]),
    "get_mean_vector": lambda kv: kv.get_mean_vector(["w1", "x", kv["w3"]], [1, 2, -3], post_normalize=True),
    "get_normed_vectors": lambda kv: kv.get_normed_vectors(),
    "counts": lambda kv: [kv.get_vecattr("w4", "count"), kv.expandos["count"]],
    "next_index": lambda kv: kv.next_index,
    "vector_size": lambda kv: [kv.vector_size, len(kv), kv.vectors.shape, kv.mapfile_path],
    "vectors_for_all": lambda kv: kv.vectors_for_all(["w9", "x", "w1", "w9"]).index_to_key,
    "vectors_for_all, attributes": lambda kv: kv.vectors_for_all(["w9", "w1"], copy_vecattrs=True).get_vecattr(
        "w9", "count"
    ),
}
CHANGES = {
    "add_vector": lambda kv: kv.add_vector("new", np.ones(SIZE)),
    "add_vectors": lambda kv: kv.add_vectors(["new", "w3"], np.ones((2, SIZE))),
    "add_vectors, replacing": lambda kv: kv.add_vectors(["new", "w3"], np.ones((2, SIZE)), replace=True),
    "a list of vectors": lambda kv: kv.add_vectors(["new", "w3"], [np.ones(SIZE), np.full(SIZE, 2.0)], replace=True),
    "one of them": lambda kv: kv.add_vectors("new", np.ones(SIZE)),
    "an integer": lambda kv: kv.add_vectors([777, 3], np.ones((2, SIZE))),
    "setting a word": lambda kv: kv.__setitem__("w3", np.ones(SIZE)),
    "setting several": lambda kv: kv.__setitem__(["new", "w3"], np.ones((2, SIZE))),
    "sort": lambda kv: kv.sort_by_descending_frequency(),
    "sorting words that have no vectors yet": lambda kv: [
        setattr(kv, "vectors", np.zeros((0, SIZE), np.float32)),
        kv.sort_by_descending_frequency(),
        setattr(kv, "vectors", MATRIX.copy()),
    ],
    "unit_normalize_all": lambda kv: kv.unit_normalize_all(),
    "init_sims": lambda kv: kv.init_sims(replace=True),
    "resize_vectors": lambda kv: [
        setattr(kv, "index_to_key", [*WORDS, "new"]),
        setattr(kv, "key_to_index", {word: row for row, word in enumerate([*WORDS, "new"])}),
        kv.resize_vectors(seed=5),
    ],
    "allocate_vecattrs": lambda kv: kv.allocate_vecattrs(["weight"], [float]),
}


def assert_same(ours, theirs):
    """Compare results by value, order and kind."""
    if isinstance(theirs, list | tuple):
        assert isinstance(ours, type(theirs))
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    elif isinstance(theirs, np.ndarray):
        assert isinstance(ours, np.ndarray)
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
    elif isinstance(theirs, float | np.floating):
        assert isinstance(ours, float | np.floating)
        assert isinstance(ours, np.floating) == isinstance(theirs, np.floating)
        assert ours == pytest.approx(theirs, rel=2e-5, abs=2e-6)
    else:
        assert ours == theirs


@pytest.mark.parametrize("call", CALLS)
def test_the_same_results(call):
    ours, theirs = made(KeyedVectors), made(Theirs)
    theirs.fill_norms()
    theirs.next_index = len(theirs)  # which its add_vectors forgets
    assert_same(CALLS[call](ours), CALLS[call](theirs))


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_changes(change):
    ours, theirs = made(KeyedVectors), made(Theirs)
    assert_same(CHANGES[change](ours), CHANGES[change](theirs))
    theirs.allocate_vecattrs()
    assert_same(ours.index_to_key, theirs.index_to_key)
    assert_same(ours.vectors, theirs.vectors)
    assert {name: column.tolist() for name, column in ours.expandos.items()} == {
        name: column.tolist() for name, column in theirs.expandos.items()
    }
    assert_same(ours.most_similar("w1"), theirs.most_similar("w1"))


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda kv: kv["x"], KeyError),
        (lambda kv: kv.most_similar("x"), KeyError),
        (lambda kv: kv.most_similar([]), ValueError),
        (lambda kv: kv.similarity("w1", "x"), KeyError),
        (lambda kv: kv.n_similarity([], ["w1"]), ZeroDivisionError),
        (lambda kv: kv.n_similarity(["no"], []), ZeroDivisionError),
        (lambda kv: kv.get_mean_vector([]), ValueError),
        (lambda kv: kv.get_mean_vector(["x"], ignore_missing=False), KeyError),
        (lambda kv: kv.get_vecattr("w1", "height"), KeyError),
        (lambda kv: kv.doesnt_match(["x"]), ValueError),
        (lambda kv: kv.similarity_unseen_docs(), NotImplementedError),
        (lambda kv: kv.vocab, AttributeError),
        (lambda kv: kv.load_word2vec_format("no/such/file"), FileNotFoundError),
    ],
)
def test_the_same_errors(call, kind):
    for kv in (made(KeyedVectors), made(Theirs)):
        with pytest.raises(kind):
            call(kv)


def test_rows_are_kept_free_for_words():
    for kind in (KeyedVectors, Theirs):
        kv = kind(3, 2, np.float64)
        assert (len(kv), kv.vectors.dtype, kv.next_index) == (2, np.float64, 0)
        assert [kv.add_vector(word, [1, 2, number]) for number, word in enumerate("abc")] == [0, 1, 2]
        assert kv.index_to_key == ["a", "b", "c"]
        assert kv["c"].tolist() == [1, 2, 2]
    half = KeyedVectors(vector_size=3, count=2)
    half.add_vector("a", [1, 0, 0])
    assert half.most_similar([np.ones(3)], topn=1)[0][0] == "a"
    with pytest.raises(ValueError, match="1 of 2 rows have no word yet"):
        half.save("never")


def test_adding_words_one_by_one_takes_time_in_proportion():
    kv = KeyedVectors(4)
    copies = 0
    last = kv.vectors
    for number in range(2000):
        kv.add_vector(number, np.full(4, number))
        copies += not np.shares_memory(last, kv.vectors)
        last = kv.vectors
    assert copies < 50
    np.testing.assert_array_equal(kv.vectors[:, 0], np.arange(2000))


def test_extras_become_attributes():
    kv = made(KeyedVectors)
    kv.add_vectors(["a", "w1"], np.ones((2, SIZE)), extras={"height": np.array([1.5, 2.5])}, replace=True)
    assert [kv.get_vecattr(word, "height") for word in ("a", "w1", "w2")] == [1.5, 2.5, 0.0]


@pytest.mark.parametrize(
    ("keys", "weights", "kind", "message"),
    [
        (["a", "a"], np.ones((2, SIZE)), ValueError, "given twice"),
        (["a"], np.ones((2, SIZE)), ValueError, r"shape \(2, 7\) for 1 words; expected \(1, 7\)"),
        (["a"], np.ones((1, 5)), ValueError, "shape"),
        ([1.5], np.ones((1, SIZE)), TypeError, "1.5 is of type float, expected a string or an integer"),
    ],
)
def test_what_cannot_be_added(keys, weights, kind, message):
    kv = made(KeyedVectors)
    with pytest.raises(kind, match=message):
        kv.add_vectors(keys, weights)
    assert len(kv) == len(WORDS) == len(kv.vectors)


def test_what_cannot_be_constructed():
    for arguments in ((), (["a"],), (None, MATRIX)):
        with pytest.raises(TypeError, match="only a vector_size"):
            WordVectors(*arguments)


class Counting:
    """An indexer, as Annoy's is one."""

    def most_similar(self, vector, num_neighbors):
        return [("found", float(vector @ vector))] * num_neighbors


def test_an_indexer_searches_instead():
    kv = made(KeyedVectors)
    found = kv.most_similar("w1", topn=3, indexer=Counting())
    assert found == [("found", pytest.approx(1.0, abs=1e-6))] * 3
    assert len(kv.most_similar("w1", topn=None, indexer=Counting())) == len(kv)


def test_moving_words_costs_what_gensim_says():
    pytest.importorskip("ot")
    ours, theirs = made(KeyedVectors), made(Theirs)
    for documents in (
        (["w1", "w2", "w2"], ["w3", "x"]),
        (["w1", "w4"], ["w4", "w1"]),
        (["w1"], ["w1"]),
        (["x"], ["w1"]),
    ):
        for norm in (True, False):
            expected = theirs.wmdistance(*documents, norm=norm)
            assert ours.wmdistance(*documents, norm=norm) == pytest.approx(expected, abs=1e-6)


def test_without_pot_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match="pip install"):
        made(KeyedVectors).wmdistance(["w1"], ["w2"])


def test_vectors_of_a_file_are_taken(tmp_path):
    others = WordVectors(["w1", "new", "w3"], np.ones((3, SIZE)))
    for binary in (False, True):
        others.save_word2vec_format(tmp_path / "others", binary=binary)
        ours, theirs = made(KeyedVectors), made(Theirs)
        theirs.vectors_lockf = np.ones(len(theirs), np.float32)
        if not binary:  # gensim 4.4 fails on binary files, with today's NumPy
            theirs.intersect_word2vec_format(str(tmp_path / "others"), lockf=0.5)
        ours.intersect_word2vec_format(tmp_path / "others", lockf=0.5, binary=binary)
        assert ours.index_to_key == WORDS
        np.testing.assert_array_equal(ours.vectors[[1, 3]], 1)
        np.testing.assert_array_equal(ours.vectors[4:], MATRIX[4:])
        assert np.flatnonzero(ours.vectors_lockf == 0.5).tolist() == [1, 3]
        if not binary:
            np.testing.assert_array_equal(ours.vectors, theirs.vectors)
            np.testing.assert_array_equal(ours.vectors_lockf, theirs.vectors_lockf)
    with pytest.raises(ValueError, match="have 7 dimensions, these words 2"):
        WordVectors(["w1"], np.ones((1, 2))).intersect_word2vec_format(tmp_path / "others", binary=True)


def test_isinstance_of_gensims_class():
    kv = made(KeyedVectors)
    assert isinstance(kv, Theirs)
    assert isinstance(kv, WordVectors)
    assert type(kv) is WordVectors is wordneg.KeyedVectors
    assert kv.__class__.__name__ == "WordVectors"
    assert kv.__class__.most_similar is WordVectors.most_similar
    assert not isinstance(kv, dict)
    for copied in (copy.copy(kv), copy.deepcopy(kv), pickle.loads(pickle.dumps(kv))):
        assert type(copied) is WordVectors
        assert_same(copied.most_similar("w1"), kv.most_similar("w1"))


def test_gensim_is_not_imported_for_that():
    code = (
        "import sys; from wordneg import WordVectors; wv = WordVectors(2); isinstance(wv, dict); "
        "assert wv.__class__ is WordVectors and 'gensim' not in sys.modules"
    )
    import subprocess

    subprocess.run([sys.executable, "-c", code], check=True)


def test_gensims_own_files_are_not_unpickled(tmp_path):
    made(Theirs).save(str(tmp_path / "theirs"))
    for load in (WordVectors.load, wordneg.Word2Vec.load):
        with pytest.raises(ValueError, match=r"it is a pickle, such as gensim's save writes.*from_gensim"):
            load(tmp_path / "theirs")
    same = WordVectors.from_gensim(Theirs.load(str(tmp_path / "theirs")))
    np.testing.assert_array_equal(same.vectors, MATRIX)


def test_integers_are_words(tmp_path):
    kv = WordVectors([30, 10, "10x", 20], np.eye(4))
    assert kv.key_to_index == {30: 0, 10: 1, "10x": 2, 20: 3}
    assert kv[30].tolist() == kv[np.int64(30)].tolist() == kv[0].tolist() == [1, 0, 0, 0]
    assert 30 in kv
    assert 3 in kv
    assert 4 not in kv
    assert [word for word, _ in kv.most_similar(30)] == [10, "10x", 20]
    with pytest.raises(KeyError, match="Key '77' not present in vocabulary, nor is there a word with this index"):
        kv[77]
    kv.save(tmp_path / "own")
    assert WordVectors.load(tmp_path / "own").index_to_key == [30, 10, "10x", 20]
    kv.save_word2vec_format(tmp_path / "text")
    assert WordVectors.load_word2vec_format(tmp_path / "text").index_to_key == ["30", "10", "10x", "20"]
    assert kv.to_gensim().index_to_key == kv.index_to_key
    kv.add_vectors(["30"], np.ones((1, 4)))
    with pytest.raises(ValueError, match="both an integer and a string '30'"):
        kv.save_word2vec_format(tmp_path / "text")
