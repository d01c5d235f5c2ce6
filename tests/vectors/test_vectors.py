"""WordVectors against gensim's KeyedVectors on the same matrix, and where it is kinder on purpose."""

from __future__ import annotations

import pickle
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import wordneg
from wordneg.files.storage import write_archive
from wordneg.vectors.neighbors import top_indices
from wordneg.vectors.words import MissingWordError
from wordneg.vectors.wordvectors import WordVectors, load_vectors

KeyedVectors = pytest.importorskip("gensim.models").KeyedVectors

WORDS = ["king", "queen", "man", "woman", "car", "road", "NASA", "naïve"] + [f"word{i}" for i in range(192)]
SIZE = 23


@pytest.fixture
def padded() -> np.ndarray:
    """Return a training matrix of which the vectors are the first columns."""
    return np.random.default_rng(7).standard_normal((len(WORDS), 32)).astype(np.float32)


@pytest.fixture
def ours(padded: np.ndarray) -> WordVectors:
    return WordVectors(WORDS, padded[:, :SIZE], counts=np.arange(len(WORDS), 0, -1) * 3)


@pytest.fixture
def theirs(padded: np.ndarray) -> KeyedVectors:
    keyed = KeyedVectors(SIZE)
    keyed.add_vectors(WORDS, np.ascontiguousarray(padded[:, :SIZE]))
    return keyed


def assert_same_neighbors(ours: list, theirs: list) -> None:
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([s for _, s in ours], [s for _, s in theirs], rtol=2e-5, atol=2e-6)


VECTOR = np.linspace(-1, 1, SIZE).astype(np.float32)
QUERIES = [
    {"positive": "king"},
    {"positive": ["king", "woman"], "negative": ["man"]},
    {"positive": ["king", ("woman", 0.3)], "negative": [("man", -2.5), "car"], "topn": 4},
    {"positive": [VECTOR, "king"]},
    {"positive": VECTOR, "topn": 3},
    {"positive": np.stack([VECTOR, VECTOR[::-1]]), "negative": "car"},
    {"positive": [3, "king"], "topn": 7},
    {"negative": ["king"]},
    {"positive": ["king"], "restrict_vocab": 20},
    {"positive": ["word90"], "clip_start": 10, "clip_end": 60},
    {"positive": ["king"], "topn": 1000},
]


@pytest.mark.parametrize("query", QUERIES)
def test_most_similar_as_gensim(ours: WordVectors, theirs: KeyedVectors, query: dict) -> None:
    assert_same_neighbors(ours.most_similar(**query), theirs.most_similar(**query))
    every = {**query, "topn": None}
    np.testing.assert_allclose(ours.most_similar(**every), theirs.most_similar(**every), atol=2e-6)
    assert ours.most_similar(**{**query, "topn": 0}) == []


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")  # gensim calls its own
@pytest.mark.parametrize(
    "query",
    [
        {"positive": ["king", "woman"], "negative": ["man"]},
        {"positive": "king", "topn": 5},
        {"positive": "king", "negative": "car", "topn": 300},
        {"positive": [VECTOR], "negative": ["car"]},
    ],
)
def test_most_similar_cosmul_as_gensim(ours: WordVectors, theirs: KeyedVectors, query: dict) -> None:
    assert_same_neighbors(ours.most_similar_cosmul(**query), theirs.most_similar_cosmul(**query))
    every = {**query, "topn": None}
    np.testing.assert_allclose(
        ours.most_similar_cosmul(**every), theirs.most_similar_cosmul(**every), rtol=1e-4, atol=1e-5
    )
    assert ours.most_similar_cosmul(**{**query, "topn": 0}) == []
    first = ours.most_similar_cosmul(**query, restrict_vocab=50)
    assert all(ours.key_to_index[word] < 50 for word, _ in first)


def test_other_queries_as_gensim(ours: WordVectors, theirs: KeyedVectors) -> None:
    for wv in (ours, theirs):
        wv.fill_norms()
    assert_same_neighbors(ours.similar_by_key("car", 5, 100), theirs.similar_by_key("car", 5, 100))
    assert_same_neighbors(ours.similar_by_word("car", 5), theirs.similar_by_word("car", 5))
    assert_same_neighbors(ours.similar_by_vector(VECTOR, 5), theirs.similar_by_vector(VECTOR, 5))
    assert ours.similarity("king", "car") == pytest.approx(theirs.similarity("king", "car"), abs=1e-6)
    assert ours.distance("king", "car") == pytest.approx(theirs.distance("king", "car"), abs=1e-6)
    some = ["king", "zebra", "man"], ["car", "road"]
    assert ours.n_similarity(*some) == pytest.approx(theirs.n_similarity(*some), abs=1e-6)
    np.testing.assert_allclose(ours.distances("king"), theirs.distances("king"), atol=1e-6)
    np.testing.assert_allclose(
        ours.distances(VECTOR, ["car", "man"]), theirs.distances(VECTOR, ["car", "man"]), atol=1e-6
    )
    assert ours.doesnt_match(WORDS[:6]) == theirs.doesnt_match(WORDS[:6])
    central, their_central = ours.rank_by_centrality(WORDS[:9]), theirs.rank_by_centrality(WORDS[:9])
    assert [word for _, word in central] == [word for _, word in their_central]
    assert ours.closer_than("king", "car") == theirs.closer_than("king", "car")
    assert ours.rank("king", "car") == theirs.rank("king", "car")
    np.testing.assert_allclose(ours.norms, theirs.norms, rtol=1e-6)
    np.testing.assert_allclose(ours.get_normed_vectors(), theirs.get_normed_vectors(), atol=1e-6)


@pytest.mark.parametrize(
    "options", [{}, {"pre_normalize": False}, {"post_normalize": True}, {"weights": [1, -2.0, 0.5]}]
)
def test_mean_vector_as_gensim(ours: WordVectors, theirs: KeyedVectors, options: dict) -> None:
    keys = ["king", "zebra", "man"]
    mean = ours.get_mean_vector(keys, **options)
    assert mean.dtype == np.float32
    np.testing.assert_allclose(mean, theirs.get_mean_vector(keys, **options), atol=1e-6)
    with pytest.raises(KeyError):
        ours.get_mean_vector(keys, ignore_missing=False)


def test_lookup_as_gensim(ours: WordVectors, theirs: KeyedVectors) -> None:
    assert len(ours) == len(theirs)
    assert ours.vector_size == theirs.vector_size
    assert ours.index_to_key == theirs.index_to_key
    assert ours.key_to_index == theirs.key_to_index
    np.testing.assert_array_equal(ours["king"], theirs["king"])
    np.testing.assert_array_equal(ours[5], theirs[5])
    np.testing.assert_array_equal(ours[["king", 3]], theirs[["king", 3]])
    np.testing.assert_allclose(ours.get_vector("king", norm=True), theirs.get_vector("king", norm=True))
    assert ours[[]].shape == (0, SIZE)
    for key in ("king", "zebra", 3, 200, -1):
        assert (key in ours) == (key in theirs)
        assert ours.get_index(key, -1) == theirs.get_index(key, -1)
    with pytest.raises(ValueError, match="read-only"):
        ours["king"][0] = 1


def test_ties_come_in_the_order_of_the_words() -> None:
    scores = np.array([0.5, 1, 0.5, np.nan, 0.5, 1], np.float32)
    assert top_indices(scores, 4).tolist() == [1, 5, 0, 2]
    assert top_indices(scores, 9, exclude={1, 77}).tolist() == [5, 0, 2, 4, 3]
    assert top_indices(scores, 2, exclude=[-1]).tolist() == [1, 5]
    assert top_indices(np.zeros(0), 2).tolist() == []


def test_live_view_and_stale_norms(ours: WordVectors, padded: np.ndarray) -> None:
    assert np.shares_memory(ours.vectors, padded)
    ours.fill_norms()
    padded[0] *= 2
    assert ours.norms is not None
    stale = ours.norms[0]
    np.testing.assert_array_equal(ours["king"], padded[0, :SIZE])
    ours.fill_norms()
    assert ours.norms[0] == stale
    ours.fill_norms(force=True)
    assert ours.norms[0] == pytest.approx(2 * stale)
    ours.vectors = padded[:, :2]
    assert ours.norms is None
    assert ours.vector_size == 2


def test_zero_vectors_have_similarity_zero() -> None:
    wv = WordVectors(["a", "zero", "b"], np.array([[1, 0], [0, 0], [1, 1]], np.float32))
    assert wv.similarity("a", "zero") == 0
    assert wv.most_similar("a")[-1] == ("zero", 0.0)
    assert [score for _, score in wv.most_similar("zero")] == [0, 0]
    assert np.isfinite(wv.most_similar_cosmul("a", "zero", topn=None)).all()
    assert not wv.get_normed_vectors()[1].any()
    assert not wv.get_vector("zero", norm=True).any()
    assert wv.distances("zero").tolist() == [1, 1, 1]
    assert wv.doesnt_match(["a", "zero", "b"]) == "zero"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("kign", "Key 'kign' not present in vocabulary; did you mean 'king'?"),
        ("King", "Key 'King' not present in vocabulary; did you mean 'king'?"),
        ("nasa", "Key 'nasa' not present in vocabulary; did you mean 'NASA'?"),
        ("xyzzy", "Key 'xyzzy' not present in vocabulary"),
        ("", "Key '' not present in vocabulary"),
        (900, "Key '900' not present in vocabulary, nor is there a word with this index"),
    ],
)
def test_missing_word_names_close_ones(ours: WordVectors, word: str, message: str) -> None:
    with pytest.raises(KeyError) as caught:
        ours[word]
    assert str(caught.value) == message
    assert caught.value.word == word
    assert caught.value.args[0] == f"Key '{word}' not present in vocabulary"  # gensim's, which programs look for
    assert isinstance(caught.value, MissingWordError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == message
    for query in (ours.most_similar, ours.most_similar_cosmul, ours.similar_by_word, ours.distances):
        with pytest.raises(KeyError):
            query(word)


def test_attributes(ours: WordVectors) -> None:
    assert ours.get_vecattr("king", "count") == 600
    assert ours.counts is not None
    assert ours.counts[0] == 600
    ours.set_vecattr("queen", "weight", 0.5)
    assert ours.get_vecattr("queen", "weight") == 0.5
    assert ours.get_vecattr("king", "weight") == 0
    ours.set_vecattr("queen", "count", 7)
    assert ours.get_vecattr("queen", "count") == 7
    with pytest.raises(TypeError, match="values set before are int64"):
        ours.set_vecattr("queen", "count", 0.5)
    with pytest.raises(TypeError, match="expected a number"):
        ours.set_vecattr("queen", "tag", "noun")
    with pytest.raises(ValueError, match="identifier"):
        ours.set_vecattr("queen", "a tag", 1)
    with pytest.raises(KeyError, match="known: count, weight"):
        ours.get_vecattr("queen", "height")


def test_bad_construction() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 2\); expected \(2, dimensions\)"):
        WordVectors(["a", "b"], np.zeros((3, 2)))
    with pytest.raises(ValueError, match="'b' is there twice, as words 1 and 3"):
        WordVectors(["a", "b", "c", "b"], np.zeros((4, 2)))
    with pytest.raises(TypeError, match=r"word 1: 7\.5 is of type float, expected a string or an integer"):
        WordVectors(["a", 7.5], np.zeros((2, 2)))
    with pytest.raises(ValueError, match="expected integers"):
        WordVectors(["a", "b"], np.zeros((2, 2)), counts=[0.5, 1])
    with pytest.raises(ValueError, match="one for each of 2 words"):
        WordVectors(["a", "b"], np.zeros((2, 2)), counts=[1, 2, 3])
    assert WordVectors(["a"], [[1, 2]]).vectors.dtype == np.float32


def test_bad_queries(ours: WordVectors) -> None:
    with pytest.raises(ValueError, match="no term"):
        ours.most_similar()
    with pytest.raises(ValueError, match="no positive term"):
        ours.most_similar_cosmul(negative="king")
    with pytest.raises(ValueError, match="no weights"):
        ours.most_similar_cosmul([("king", 2.0)])
    with pytest.raises(ValueError, match=r"shape \(5,\); these words have \(23,\)"):
        ours.similar_by_vector(np.zeros(5))
    with pytest.raises(TypeError, match="no word, index, array"):
        ours.most_similar([None])
    with pytest.raises(ValueError, match="one for each of 2 keys"):
        ours.get_mean_vector(["king", "car"], [1.0])
    with pytest.raises(ValueError, match="empty"):
        ours.n_similarity([], ["king"])
    with pytest.raises(ValueError, match="none of"):
        ours.doesnt_match(["zebra"])


def test_lists_without_a_known_word_are_told(ours: WordVectors, caplog: pytest.LogCaptureFixture) -> None:
    assert ours.n_similarity(["king"], ["zebra", "king"]) == pytest.approx(1)
    assert not caplog.text
    assert ours.n_similarity(["king"], ["zebra"]) == 0
    assert "none of ['zebra'] has a vector" in caplog.text


def test_missing_words_are_left_out_of_doesnt_match(ours: WordVectors, caplog: pytest.LogCaptureFixture) -> None:
    assert ours.doesnt_match(["king", "zebra", "car", "road"]) == ours.doesnt_match(["king", "car", "road"])
    assert "zebra" in caplog.text


def test_repr(ours: WordVectors) -> None:
    assert repr(ours) == "WordVectors(200 words × 23, 'king', 'queen', 'man', …)"
    assert repr(WordVectors([], np.zeros((0, 4)))) == "WordVectors(0 words × 4)"


def test_pickle(ours: WordVectors) -> None:
    copy = pickle.loads(pickle.dumps(ours))
    np.testing.assert_array_equal(copy.vectors, ours.vectors)
    assert copy.index_to_key == ours.index_to_key
    assert copy.most_similar("king") == ours.most_similar("king")


def test_gensim_and_back(ours: WordVectors) -> None:
    ours.set_vecattr("king", "weight", 0.25)
    keyed = ours.to_gensim()
    assert isinstance(keyed, KeyedVectors)
    assert keyed.get_vecattr("king", "count") == 600
    assert not np.shares_memory(keyed.vectors, ours.vectors)
    assert_same_neighbors(ours.most_similar("king"), keyed.most_similar("king"))
    back = WordVectors.from_gensim(keyed)
    np.testing.assert_array_equal(back.vectors, ours.vectors)
    np.testing.assert_array_equal(back.counts, ours.counts)
    assert back.get_vecattr("king", "weight") == 0.25
    with pytest.raises(TypeError, match=r"pass its \.wv"):
        WordVectors.from_gensim(types.SimpleNamespace(wv=keyed))


def test_to_gensim_without_gensim(ours: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match="pip install gensim"):
        ours.to_gensim()


def test_evaluation_is_delegated(ours: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    stub = types.SimpleNamespace(
        evaluate_word_pairs=lambda *given, **options: calls.append((given, options)),
        evaluate_word_analogies=lambda *given, **options: calls.append((given, options)),
    )
    monkeypatch.setattr(wordneg, "evaluation", stub)
    ours.evaluate_word_pairs("pairs.tsv", restrict_vocab=10)
    ours.evaluate_word_analogies("questions.txt", dummy4unknown=True)
    (pairs, pair_options), (questions, question_options) = calls
    assert pairs == (ours, "pairs.tsv")
    assert pair_options["restrict_vocab"] == 10
    assert questions == (ours, "questions.txt")
    assert question_options["dummy4unknown"] is True


def test_save_and_load(ours: WordVectors, tmp_path: Path) -> None:
    odd = WordVectors(["a b", "", "line\nfeed", "\ud800"], np.array([[5e-324], [1.7e308], [0.1], [-0.0]]))
    odd.set_vecattr("a b", "weight", 1.5)
    for wv in (ours, odd):
        path = tmp_path / "some.vectors"
        wv.save(path)
        for loaded in (WordVectors.load(path), load_vectors(path)):
            assert loaded.index_to_key == wv.index_to_key
            assert loaded.vectors.dtype == wv.vectors.dtype
            assert loaded.vectors.tobytes() == wv.vectors.tobytes()
    assert loaded.get_vecattr("a b", "weight") == 1.5
    ours.set_vecattr("king", "weight", 0.25)
    ours.save(path)
    few = load_vectors(path, limit=3)
    assert few.get_vecattr("king", "weight") == 0.25
    assert few.vectors.base is None
    assert few.index_to_key == WORDS[:3]
    np.testing.assert_array_equal(few.counts, [600, 597, 594])


def test_load_from_a_model(tmp_path: Path) -> None:
    path = tmp_path / "some.model"
    inputs = np.eye(3, 5, dtype=np.float32)
    arrays = {"inputs": inputs, "outputs": inputs + 1, "counts": np.array([3, 2, 1])}
    write_archive(path, "model", {}, arrays, words=["a", "b", "c"])
    loaded = load_vectors(path)
    np.testing.assert_array_equal(loaded.vectors, inputs)
    np.testing.assert_array_equal(loaded.counts, [3, 2, 1])


@pytest.mark.parametrize(
    ("arrays", "words", "message"),
    [
        ({"other": np.eye(3)}, ["a", "b", "c"], "words or their vectors are missing"),
        ({"vectors": np.eye(3)}, None, "words or their vectors are missing"),
        ({"vectors": np.eye(3)}, ["a", "b"], r"'vectors' has shape \(3, 3\); expected 2 rows"),
        ({"vectors": np.eye(2)}, ["a", "a"], "there twice"),
        ({"vectors": np.eye(2), "attribute_weight": np.eye(2)}, ["a", "b"], "one for each of 2 words"),
    ],
)
def test_load_refuses_what_does_not_fit(tmp_path: Path, arrays: dict, words: list, message: str) -> None:
    path = tmp_path / "some.vectors"
    write_archive(path, "vectors", {}, arrays, words=words)
    with pytest.raises(ValueError, match=f"some.vectors.*{message}"):
        WordVectors.load(path)


def test_import_is_cheap() -> None:
    code = (
        "import sys, wordneg.vectors.wordvectors; "
        "assert not {'scipy', 'gensim', 'numba', 'wordneg.evaluation', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
