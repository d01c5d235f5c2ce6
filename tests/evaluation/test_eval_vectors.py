from types import SimpleNamespace

import numpy as np
import pytest

from wordneg.evaluation import Vectors, as_vectors


def holder(words, matrix):
    return SimpleNamespace(index_to_key=words, vectors=matrix)


def test_takes_an_object_with_words_and_matrix_without_copying():
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    vectors = as_vectors(holder(["a", "b", "c"], matrix))
    assert vectors.words == ("a", "b", "c")
    assert vectors.matrix is matrix
    assert vectors.index == {"a": 0, "b": 1, "c": 2}
    assert (len(vectors), vectors.vector_size) == (3, 2)


def test_takes_a_dict():
    vectors = as_vectors({"a": [3, 4], "b": np.array([0.0, 2.0])})
    assert vectors.matrix.dtype == np.float32
    np.testing.assert_array_equal(vectors.matrix, [[3, 4], [0, 2]])
    np.testing.assert_array_equal(vectors.norms, [5, 2])


def test_adapting_twice_is_adapting_once():
    vectors = as_vectors({"a": [3, 4]})
    assert as_vectors(vectors) is vectors


def test_unit_rows_have_length_one_and_zeros_stay():
    vectors = as_vectors({"a": [3, 4], "zero": [0, 0], "huge": [3e30, 4e30]})
    np.testing.assert_allclose(vectors.unit(slice(0, 3)), [[0.6, 0.8], [0, 0], [0.6, 0.8]], rtol=1e-7)
    np.testing.assert_allclose(vectors.unit(np.array([2, 1])), [[0.6, 0.8], [0, 0]], rtol=1e-7)
    assert vectors.unit(slice(0, 1)).dtype == np.float32


def test_unit_columns_have_length_one_and_zeros_stay():
    matrix = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32) * [1, 30, 0, 1e30]
    vectors = as_vectors(holder([f"w{row}" for row in range(50)], matrix.astype(np.float32)))
    scaled = vectors.with_unit_columns()
    np.testing.assert_allclose(np.linalg.norm(scaled.matrix.astype(np.float64), axis=0), [1, 1, 0, 1], rtol=1e-6)
    np.testing.assert_allclose(scaled.norms, np.linalg.norm(scaled.matrix, axis=1), rtol=1e-6)
    np.testing.assert_allclose(scaled.matrix[:, 1], matrix[:, 1] / np.linalg.norm(matrix[:, 1]), rtol=1e-6)
    assert scaled.words == vectors.words
    assert scaled.matrix.dtype == np.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_refuses_numbers_that_are_not_finite(bad):
    with pytest.raises(ValueError, match="1 of 2 vectors hold NaN or infinite numbers, the first is the vector of 'b'"):
        as_vectors({"a": [1.0, 2.0], "b": [1.0, bad]})


def test_refuses_duplicate_words_by_name():
    with pytest.raises(ValueError, match="1 duplicate word in the vectors, the first is 'b'"):
        as_vectors(holder(["a", "b", "c", "b"], np.ones((4, 2))))


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ({}, ValueError, "empty dict"),
        ({"a": [1.0], "b": [1.0, 2.0]}, ValueError, "the vector of 'b' has shape"),
        ({"a": 1.0}, ValueError, "the vector of 'a' has shape"),
        ({"a": ["x"]}, TypeError, "expected real numbers"),
        ({1: [1.0]}, TypeError, "words must be strings, got 1 of type int"),
        (holder(["a"], np.ones((2, 2))), ValueError, "1 words and 2 vectors"),
        (holder(["a", "b"], np.ones(2)), ValueError, "expected two dimensions"),
        (holder([], np.ones((0, 2))), ValueError, "nothing to evaluate"),
        (holder(["a"], np.ones((1, 2), dtype=complex)), TypeError, "expected real numbers"),
        (SimpleNamespace(wv=None), TypeError, r"pass its \.wv"),
        ("vectors.txt", TypeError, "load the file first"),
        (None, TypeError, "got NoneType"),
    ],
)
def test_refuses_what_is_not_vectors(source, error, message):
    with pytest.raises(error, match=message):
        as_vectors(source)


def test_is_frozen():
    vectors = Vectors(("a",), np.ones((1, 2), dtype=np.float32))
    with pytest.raises(AttributeError):
        vectors.words = ()


def test_another_matrix_of_the_same_words():
    first = Vectors(("a", "b"), np.eye(2, dtype=np.float32))
    second = first.with_matrix(np.array([[3, 4], [0, 0]], dtype=np.float32))
    assert second.words is first.words
    assert second.index is first.index
    np.testing.assert_array_equal(second.norms, [5, 0])
    np.testing.assert_array_equal(first.norms, [1, 1])
    with pytest.raises(ValueError, match="2 words and 3 vectors"):
        first.with_matrix(np.zeros((3, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="NaN"):
        first.with_matrix(np.full((2, 2), np.nan, dtype=np.float32))
