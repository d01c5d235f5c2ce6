"""What WordRank takes as its corpus: text, co-occurrences, files of them; and what it refuses."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from wordneg import Cooccurrences, Word2Vec, WordRank, count_cooccurrences, encode

TEXT = [["the", "king", "rules", "the", "land"], ["a", "queen", "rules", "the", "sea"]] * 10
OTHER = [["red", "green", "blue"], ["blue", "red"]] * 5


def make(corpus=None, **settings):
    return WordRank(
        corpus, **{"vector_size": 4, "min_count": 1, "epochs": 2, "workers": 1, "progress": False} | settings
    )


@pytest.fixture(scope="module")
def counts():
    return count_cooccurrences(
        encode(TEXT, min_count=1), window=2, symmetric=False, distance_weighting=False, progress=False
    )


@pytest.fixture
def path(counts, tmp_path):
    counts.save(tmp_path / "counts.wordneg")
    return tmp_path / "counts.wordneg"


def test_a_file_of_co_occurrences_is_what_is_in_it(counts, path):
    model = make(counts)
    loaded = make()
    loaded.build_vocab(corpus_file=path)
    assert loaded.train(corpus_file=path) > 0
    for other in (make(path), make(str(path)), make(corpus_file=path), loaded):
        np.testing.assert_array_equal(other.wv.vectors, model.wv.vectors)
    assert model.train(counts) == loaded.train(path)
    with pytest.raises(TypeError, match="both sentences and a corpus_file"):
        make(counts, corpus_file=path)


def test_settings_of_counting_are_those_of_the_counts(counts, path):
    for model in (make(counts), make(path, window=9)):
        assert (model.window, model.symmetric, model.distance_weighting) == (2, False, False)
    model = make(TEXT, window=9)
    assert (model.window, model.symmetric) == (9, True)
    model.train(counts)
    assert (model.window, model.symmetric) == (2, False)
    with pytest.raises(AttributeError, match="got window=5 for a model that was built with 2"):
        model.window = 5


def test_a_changed_setting_is_trained_with():
    model, other = make(epochs=1), make(TEXT, epochs=1, epsilon=0.1)
    model.build_vocab(TEXT)
    model.objective_value()
    model.epsilon = 0.1
    model.train()
    np.testing.assert_array_equal(model.wv.vectors, other.wv.vectors)


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_counting_that_fails_leaves_the_old_model(error, monkeypatch, counts):
    def fail(*_, **__):
        raise error("no")

    model = make(TEXT)
    before = dict(vars(model))
    with monkeypatch.context() as patch:
        patch.setattr("wordneg.estimator.cooccurring.count_cooccurrences", fail)
        for method in (model.build_vocab, model.train):
            with pytest.raises(error):
                method(TEXT[:3])
    with monkeypatch.context() as patch:
        patch.setattr("wordneg.wordrank.model.zeros", fail)
        with pytest.raises(error):
            model.build_vocab(counts)
    assert vars(model) == before
    assert model.train() == 2 * model.cooccurrences.nnz


def test_a_new_corpus_replaces_all_of_the_old_one(counts):
    model = make(counts)
    model.build_vocab(OTHER)
    model.train()
    np.testing.assert_array_equal(
        model.wv.vectors, make(OTHER, window=2, symmetric=False, distance_weighting=False).wv.vectors
    )
    assert model.corpus_count == len(OTHER)
    model.build_vocab(counts)
    assert (model.corpus_count, model.corpus_total_words, model.history) == (0, 0, [])


def test_the_objective_of_another_corpus(tmp_path, counts):
    model = make(counts)
    model.save(tmp_path / "model.wordneg")
    loaded = WordRank.load(tmp_path / "model.wordneg", progress=False)
    with pytest.raises(RuntimeError, match="give objective_value one"):
        loaded.objective_value()
    assert loaded.objective_value(corpus=counts) == model.objective_value()
    assert loaded.cooccurrences is None
    assert loaded.objective_value(corpus=TEXT) == model.objective_value(corpus=counts)
    assert loaded.objective_value(3, corpus=TEXT[:5]) > 0
    with pytest.raises(ValueError, match="another vocabulary"):
        make(OTHER).objective_value(corpus=counts)


@pytest.mark.parametrize("kind", [csr_array, np.asarray])
def test_a_matrix_without_words_is_refused(kind):
    matrix = kind(np.eye(3, dtype=np.float32))
    for method in (make, make(TEXT).train, make(TEXT).build_vocab):
        with pytest.raises(TypeError, match=r"got a float32 \w+, a matrix without its words; expected .*Cooccurrences"):
            method(matrix)


def test_rows_of_words_are_sentences():
    assert len(make(np.array(TEXT)).wv) == 7


def test_files_of_wordneg_are_no_text(path, tmp_path, counts):
    names = {"model": Word2Vec(TEXT, min_count=1, vector_size=4, epochs=1, workers=1, sample=0, progress=False)}
    names["wordrank"] = make(counts)
    names["vectors"] = names["model"].wv
    for name, saved in names.items():
        saved.save(tmp_path / name)
    for corpus, held, advice in (
        (path, "co-occurrences", "Cooccurrences.load, or train wordneg.WordRank, AllVec or ClosedForm on it"),
        (tmp_path / "model", "a Word2Vec model", "Word2Vec.load"),
        (tmp_path / "wordrank", "a WordRank model", "WordRank.load"),
        (tmp_path / "vectors", "word vectors", "WordVectors.load"),
    ):
        for call in (encode, Word2Vec, lambda corpus: Word2Vec(corpus_file=corpus), names["model"].train, make):
            if (call, corpus) != (make, path):
                with pytest.raises(ValueError, match=f"holds {held}, expected a text corpus; read .*{advice}"):
                    call(corpus)
    with pytest.raises(ValueError, match=r"holds co-occurrences, expected word vectors or .*; read it with"):
        type(names["vectors"]).load(path)


def test_a_damaged_file_of_co_occurrences_is_not_read_as_text(path):
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="zip archive is corrupt"):
        make(path)
    with pytest.raises(ValueError, match="damaged, cut short"):
        Cooccurrences.load(path)
