"""Neighbors by an index: nearly those found by going through all words."""

import sys

import numpy as np
import pytest

import wordneg
from wordneg import HnswIndexer, WordVectors, corpora, load_vectors

pytest.importorskip("usearch.index")
pytestmark = pytest.mark.lengthy


@pytest.fixture(scope="module")
def wv():
    """The vectors of the sample, by a factorization of its co-occurrences, which takes a second."""
    model = wordneg.ClosedForm(corpora.load("wikipedia-sample"), vector_size=64)
    return model.wv


@pytest.fixture(scope="module")
def indexer(wv):
    return HnswIndexer(wv, threads=1)


def found(answers):
    return [word for word, _ in answers]


def recall(wv, indexer, words):
    """Return the share of the ten nearest words that the index finds."""
    shares = []
    for word in words:
        near = set(found(wv.most_similar(wv[word], topn=10)))
        shares.append(len(near & set(found(wv.most_similar(word, topn=10, indexer=indexer)))) / 10)
    return np.mean(shares)


def test_nearly_all_neighbors_are_found(wv, indexer):
    assert recall(wv, indexer, wv.index_to_key[::19]) >= 0.99
    assert recall(wv, indexer, wv.index_to_key[:100]) >= 0.95  # the most frequent are the hardest
    assert recall(wv, HnswIndexer(wv, dtype="i8"), wv.index_to_key[::19]) >= 0.9


def test_answers_are_those_of_the_vectors(wv, indexer):
    exact = dict(wv.most_similar(wv["physicist"], topn=20))
    answers = wv.most_similar("physicist", topn=10, indexer=indexer)
    assert len(answers) == 10
    assert answers[0][0] == "physicist"
    assert [cosine for _, cosine in answers] == sorted((cosine for _, cosine in answers), reverse=True)
    for word, cosine in answers:
        assert isinstance(cosine, float)
        assert cosine == pytest.approx(exact[word], abs=1e-5)
    longer = indexer.most_similar(100 * wv["physicist"], 3)
    assert found(longer) == found(answers[:3])
    assert dict(longer) == pytest.approx(dict(answers[:3]))
    minus = wv.most_similar(positive=["king", "woman"], negative=["man"], topn=5, indexer=indexer)
    assert len(minus) == 5
    assert str(len(wv)) in repr(indexer)


def test_gensim_takes_it(wv, indexer):
    pytest.importorskip("gensim")
    assert wv.to_gensim().most_similar("physicist", topn=3, indexer=indexer) == pytest.approx(
        wv.most_similar("physicist", topn=3, indexer=indexer)
    )


def test_a_saved_index_answers_alike(wv, indexer, tmp_path):
    path = tmp_path / "words.index"
    indexer.save(path)
    back = HnswIndexer.load(path)
    assert back.index_to_key == wv.index_to_key
    assert repr(back) == repr(indexer)
    for word in wv.index_to_key[:50]:
        assert back.most_similar(wv[word], 5) == indexer.most_similar(wv[word], 5)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(ValueError, match="cannot load"):
        HnswIndexer.load(path)
    path.write_bytes(whole)
    with pytest.raises(ValueError, match=r"an index of vectors.*HnswIndexer\.load"):
        load_vectors(path)


def test_few_words_zeros_and_integers():
    wv = WordVectors([7, 9, 11], np.array([[1, 0], [0, 0], [0, 2]]))
    indexer = HnswIndexer(wv)
    assert dict(indexer.most_similar([3, 0], 99)) == {7: 1.0, 9: 0.0, 11: 0.0}
    assert dict(indexer.most_similar([0, 0], 99)) == {7: 0.0, 9: 0.0, 11: 0.0}
    with pytest.raises(ValueError, match=r"shape \(3,\), expected \(2,\)"):
        indexer.most_similar([1, 2, 3], 1)
    with pytest.raises(ValueError, match="no words"):
        HnswIndexer(WordVectors(vector_size=3))


def test_without_usearch_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(ImportError, match=r"wordneg\[index\]"):
        HnswIndexer(WordVectors(["a"], np.ones((1, 2))))
