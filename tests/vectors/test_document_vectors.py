"""Vectors of documents: beside gensim's means, the paper's algorithm written out, and scikit-learn's pipelines."""

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordneg import DocumentVectorizer, WordVectors, corpora

WORDS = ["the", "cat", "dog", "sat", "ran", "zero", 7]
DOCUMENTS = [
    ["the", "cat", "sat"],
    ["the", "dog", "ran", "ran", "unknown"],
    [],
    ["cat", "the", "zero", 7],
    ["unknown"],
    ("dog", "the"),
    ["sat", "cat", "dog", "the", "the"],
]
COUNTS = [500, 60, 50, 30, 20, 10, 5]


def vectors_of(counts=COUNTS):
    values = np.random.default_rng(5).standard_normal((len(WORDS), 6)).astype(np.float32)
    values[WORDS.index("zero")] = 0
    return WordVectors(WORDS, values, counts=counts)


def naive_sif(wv, documents, a=1e-3, n_components=1):
    """Return what algorithm 1 of the paper says, a word at a time."""
    p = wv.counts / wv.counts.sum()
    means = np.zeros((len(documents), wv.vector_size))
    for number, document in enumerate(documents):
        known = [wv.get_index(word) for word in document if word in wv]
        for row in known:
            means[number] += a / (a + p[row]) * wv.vectors[row] / len(known)
    _, _, directions = np.linalg.svd(means)
    for direction in directions[:n_components]:
        means = means - np.outer(means @ direction, direction)
    return means


# --- the mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pre", [True, False])
@pytest.mark.parametrize("post", [True, False])
def test_means_are_gensims(pre, post):
    pytest.importorskip("gensim")
    wv = vectors_of()
    keyed = wv.to_gensim()
    found = wv.document_vectors(DOCUMENTS, pre_normalize=pre, post_normalize=post)
    assert found.dtype == np.float32
    assert found.shape == (len(DOCUMENTS), 6)
    for row, document in zip(found, DOCUMENTS, strict=True):
        if any(word in wv for word in document) and "zero" not in document:
            expected = keyed.get_mean_vector(list(document), pre_normalize=pre, post_normalize=post)
            np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-6)
        elif "zero" not in document:
            assert not row.any()


words_or_others = st.lists(st.sampled_from([*WORDS, "unknown", 3, 99, np.int64(7)]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(words_or_others, max_size=8), st.booleans(), st.booleans())
def test_means_are_those_of_one_document(documents, pre, post):
    wv = vectors_of()
    found = wv.document_vectors(documents, pre_normalize=pre, post_normalize=post)
    assert found.shape == (len(documents), 6)
    for row, document in zip(found, documents, strict=True):
        expected = wv.get_mean_vector(document, None, pre, post) if document else np.zeros(6)
        np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-6)


def test_lengths_do_not_matter_for_many_documents():
    wv = vectors_of()
    many = DOCUMENTS * 1500  # more than are looked up at once
    np.testing.assert_array_equal(wv.document_vectors(iter(many)), np.tile(wv.document_vectors(DOCUMENTS), (1500, 1)))


def test_long_documents_stay_exact():
    wv = WordVectors(["a"], np.array([[0.1, 1e-3]], np.float32))
    np.testing.assert_array_equal(wv.document_vectors([["a"] * 300_000], pre_normalize=False)[0], wv["a"])


# --- SIF -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "n_components"), [(1e-3, 1), (0.05, 2), (1e-3, 0)])
def test_sif_is_the_papers(a, n_components):
    wv = vectors_of()
    found = wv.document_vectors(DOCUMENTS, "sif", a=a, n_components=n_components)
    np.testing.assert_allclose(found, naive_sif(wv, DOCUMENTS, a, n_components), atol=1e-6)
    assert not found[[2, 4]].any()


def test_what_is_taken_away_from_new_documents_was_found_in_the_old_ones():
    wv = vectors_of()
    vectorizer = DocumentVectorizer(wv, "sif").fit(DOCUMENTS)
    assert vectorizer.components_.shape == (1, 6)
    np.testing.assert_allclose(np.linalg.norm(vectorizer.components_), 1)
    new = vectorizer.transform([["dog", "sat"]])
    raw = (vectorizer.weights_[[2, 3], np.newaxis] * wv.vectors[[2, 3]]).mean(axis=0)
    expected = raw - vectorizer.components_[0] * (raw @ vectorizer.components_[0])
    np.testing.assert_allclose(new, [expected], atol=1e-6)
    np.testing.assert_allclose(new @ vectorizer.components_.T, 0, atol=1e-6)
    np.testing.assert_allclose(
        vectorizer.transform(DOCUMENTS), DocumentVectorizer(wv, "sif").fit_transform(DOCUMENTS), atol=1e-6
    )


def test_without_counts_the_documents_give_the_frequencies():
    wv = vectors_of(counts=None)
    vectorizer = DocumentVectorizer(wv, "sif").fit(DOCUMENTS)
    occurring = np.array([6, 3, 3, 2, 2, 1, 1])
    np.testing.assert_allclose(vectorizer.weights_, 1e-3 / (1e-3 + occurring / occurring.sum()))


# --- what is asked wrongly -------------------------------------------------------------------------------------


def test_strings_are_documents_only_with_a_tokenizer():
    wv = vectors_of()
    texts = ["The cat sat.", "The dog"]
    with pytest.raises(TypeError, match=r"document 0 is the string 'The cat sat\.'.*tokenizer=wordneg\.corpora"):
        wv.document_vectors(texts)
    with pytest.raises(TypeError, match="expected a list of documents"):
        wv.document_vectors("The cat sat.", tokenizer=str.split)
    found = wv.document_vectors(texts, tokenizer=corpora.tokenize)
    np.testing.assert_array_equal(found, wv.document_vectors([["the", "cat", "sat"], ["the", "dog"]]))
    with pytest.raises(TypeError, match="a list of words is expected"):
        wv.document_vectors(texts, tokenizer=lambda text: text)


@pytest.mark.parametrize(
    ("documents", "told"),
    [([3], "document 0 is of type int"), ([b"the"], "of type bytes"), ([["the", ["cat"]]], "strings or integers")],
)
def test_what_is_no_document_is_refused(documents, told):
    with pytest.raises(TypeError, match=told):
        vectors_of().document_vectors(documents)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"method": "sfi"}, "did you mean 'sif'"),
        ({"a": 0.0}, "a=0.0, expected more than 0"),
        ({"n_components": 7}, "expected 0 to 6"),
        ({"method": "sif", "n_components": 5}, "got 5 documents with known words to take 5 common"),
    ],
)
def test_wrong_settings_are_refused(wrong, told):
    with pytest.raises(ValueError, match=told):
        vectors_of().document_vectors(DOCUMENTS, **wrong)


def test_not_fitted_is_said():
    with pytest.raises(ValueError, match="call fit"):
        DocumentVectorizer(vectors_of(), "sif").transform(DOCUMENTS)


def test_no_documents_are_no_rows_and_unknown_tokens_are_logged(caplog):
    wv = vectors_of()
    assert wv.document_vectors([]).shape == (0, 6)
    assert wv.document_vectors([[], []]).shape == (2, 6)
    with caplog.at_level(logging.INFO, logger="wordneg"):
        wv.document_vectors(DOCUMENTS)
    assert "2 of 20 tokens of the documents have no vector" in caplog.text


# --- scikit-learn ----------------------------------------------------------------------------------------------


def test_settings_are_scikit_learns():
    wv = vectors_of()
    vectorizer = DocumentVectorizer(wv)
    assert vectorizer.set_params(method="sif", a=0.1) is vectorizer
    assert vectorizer.get_params()["a"] == 0.1
    with pytest.raises(ValueError, match="no setting 'metod'; did you mean 'method'"):
        vectorizer.set_params(metod="mean")
    assert list(vectorizer.get_feature_names_out()[:2]) == ["dimension0", "dimension1"]
    assert "method='sif'" in repr(vectorizer)


@pytest.mark.lengthy
def test_pipelines_searches_and_clones_of_scikit_learn_take_it():
    base = pytest.importorskip("sklearn.base")
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.utils.validation import check_is_fitted

    wv = vectors_of()
    copy = base.clone(DocumentVectorizer(wv, "sif", a=0.1))
    assert copy.wv is wv
    assert copy.a == 0.1
    documents, labels = DOCUMENTS * 6, [0, 1, 0, 0, 1, 1, 0] * 6
    pipeline = make_pipeline(DocumentVectorizer(wv), LogisticRegression())
    grid = {"documentvectorizer__method": ["mean", "sif"], "documentvectorizer__a": [1e-4, 1e-3]}
    search = GridSearchCV(pipeline, grid, cv=3, error_score="raise").fit(documents, labels)
    check_is_fitted(search.best_estimator_[0])
    assert set(search.predict(DOCUMENTS)) <= {0, 1}
    assert "DocumentVectorizer" in pipeline._repr_html_()
