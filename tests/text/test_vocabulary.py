import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg.text.vocabulary import Vocabulary, select_words

KEYED_COUNTS = {"the": 60, "cat": 7, "sat": 7, "on": 5, "mat": 1}


@pytest.fixture
def vocabulary():
    return Vocabulary(list(KEYED_COUNTS), np.array(list(KEYED_COUNTS.values())))


def gensim_model(sentences, **settings):
    from gensim.models import Word2Vec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Word2Vec(vector_size=1, **settings)
        model.build_vocab(sentences)
    return model


def test_words_counts_and_index(vocabulary):
    assert len(vocabulary) == 5
    assert vocabulary.total == 80
    assert vocabulary.index == {"the": 0, "cat": 1, "sat": 2, "on": 3, "mat": 4}
    assert "cat" in vocabulary
    assert "dog" not in vocabulary
    assert repr(vocabulary) == "Vocabulary(5 words, 80 tokens)"
    assert vocabulary.counts.dtype == np.int64


def test_counts_are_copied_and_read_only():
    counts = np.array([2, 1])
    vocabulary = Vocabulary(["a", "b"], counts)
    counts[0] = 9
    assert vocabulary.counts.tolist() == [2, 1]
    with pytest.raises(ValueError, match="read-only"):
        vocabulary.counts[0] = 3


def test_empty_vocabulary():
    vocabulary = Vocabulary([], np.array([]))
    assert vocabulary.total == len(vocabulary) == 0
    assert vocabulary.keep_probabilities(1e-3).shape == (0,)


@pytest.mark.parametrize(
    ("words", "counts", "error", "match"),
    [
        (["a"], [1.5], TypeError, "must be integers, got an array of float64"),
        (["a"], [float("nan")], TypeError, "must be integers"),
        (["a"], [True], TypeError, "must be integers, got an array of bool"),
        (["a", "b"], [1], ValueError, r"got shape \(1,\) for 2 words"),
        (["a"], [[1]], ValueError, "one number per word"),
        (["a", "b"], [1, -2], ValueError, "must not be negative, got -2 for 'b'"),
    ],
)
def test_bad_counts(words, counts, error, match):
    with pytest.raises(error, match=match):
        Vocabulary(words, np.array(counts))


def test_bad_words():
    with pytest.raises(ValueError, match="'b' occurs more than once"):
        _ = Vocabulary(["a", "b", "b"], np.ones(3, dtype=int)).index
    with pytest.raises(TypeError, match=r"must be strings or integers, got 3\.5 of type float"):
        _ = Vocabulary(["a", 3.5], np.ones(2, dtype=int)).index


def test_cut_sorts_with_the_later_of_two_tied_words_first(vocabulary):
    assert vocabulary.cut(min_count=2).words == ["the", "sat", "cat", "on"]
    assert vocabulary.cut(min_count=2, sorted_vocab=False).words == ["the", "cat", "sat", "on"]
    assert vocabulary.cut().counts.tolist() == [60, 7, 7, 5, 1]


def test_max_final_vocab_drops_all_of_a_tie(vocabulary):
    assert vocabulary.cut(max_final_vocab=5).words == ["the", "sat", "cat", "on", "mat"]
    assert vocabulary.cut(max_final_vocab=3).words == ["the", "sat", "cat"]
    assert vocabulary.cut(max_final_vocab=2).words == ["the"]
    assert vocabulary.cut(max_final_vocab=5, min_count=6).words == ["the", "sat", "cat"]


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(1, 6), min_size=1, max_size=30),
    min_count=st.integers(1, 4),
    max_final_vocab=st.none() | st.integers(1, 35),
    sorted_vocab=st.booleans(),
)
def test_selection_is_gensims(counts, min_count, max_final_vocab, sorted_vocab):
    sentences = [[f"w{i}"] for i in range(len(counts))]
    sentences += [[f"w{i}"] * (count - 1) for i, count in enumerate(counts)]
    selected = select_words(
        np.array(counts), min_count=min_count, max_final_vocab=max_final_vocab, sorted_vocab=sorted_vocab
    )
    model = gensim_model(
        sentences, min_count=min_count, max_final_vocab=max_final_vocab, sorted_vocab=int(sorted_vocab)
    )
    assert [f"w{i}" for i in selected] == model.wv.index_to_key


@pytest.mark.parametrize("sample", [0, 1e-5, 1e-3, 0.03, 0.999, 1, 2.5, 40])
def test_keep_probabilities_are_gensims(sample):
    counts = np.random.default_rng(1).zipf(1.4, size=60) % 997 + 1
    words = [f"w{i}" for i in range(60)]
    sentences = [[word] * count for word, count in zip(words, counts, strict=True)]
    model = gensim_model(sentences, min_count=1, sample=sample)
    kept = Vocabulary(words, counts).keep_probabilities(sample)
    expected = [model.wv.get_vecattr(word, "sample_int") for word in words]
    assert np.uint32(kept * (2**32 - 1)).tolist() == expected


def test_keep_probabilities_by_hand(vocabulary):
    # f = 60 / 80, t = 0.03: t / f = 0.04, and sqrt(0.04) + 0.04 = 0.24.
    kept = vocabulary.keep_probabilities(0.03)
    assert kept[0] == pytest.approx(0.24)
    assert kept[4] == 1
    assert kept.dtype == np.float64


@pytest.mark.parametrize("sample", [1e-320, 1e300, np.float32(1e-3), np.int64(3)])
def test_absurd_thresholds_give_probabilities(vocabulary, sample):
    kept = vocabulary.keep_probabilities(sample)
    assert ((kept >= 0) & (kept <= 1)).all()


def test_words_that_never_occur_are_kept():
    assert Vocabulary(["a", "b"], np.array([0, 1000])).keep_probabilities(1e-3)[0] == 1


@pytest.mark.parametrize("sample", [-1e-3, float("nan"), float("inf"), -1])
def test_sample_out_of_range(vocabulary, sample):
    with pytest.raises(ValueError, match=r"sample is .*, expected a number, 0 or positive"):
        vocabulary.keep_probabilities(sample)


@pytest.mark.parametrize("sample", ["1e-3", None, True])
def test_sample_of_the_wrong_type(vocabulary, sample):
    with pytest.raises(TypeError, match="sample is"):
        vocabulary.keep_probabilities(sample)


@pytest.mark.parametrize(
    ("setting", "error", "match"),
    [
        ({"min_count": -1}, ValueError, "min_count must be at least 0, got -1"),
        ({"min_count": 2.0}, TypeError, "min_count must be an integer, got 2.0 of type float"),
        ({"min_count": float("nan")}, TypeError, "min_count must be an integer, got nan"),
        ({"min_count": True}, TypeError, "min_count must be an integer, got True"),
        ({"max_final_vocab": 0}, ValueError, "max_final_vocab must be at least 1, got 0"),
        ({"max_final_vocab": "7"}, TypeError, "max_final_vocab must be an integer, got '7'"),
    ],
)
def test_bad_cut_offs(setting, error, match):
    with pytest.raises(error, match=match):
        select_words(np.array([3, 2]), **setting)
