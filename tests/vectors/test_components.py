"""Vectors less their mean and principal components: beside the paper's algorithm, written out."""

import numpy as np
import pytest

from wordneg import WordVectors
from wordneg.vectors.components import components_to_remove


def made(shape=(30, 7), dtype=np.float32, seed=3):
    """Return vectors with a mean and a stretched direction, one of them zero."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(shape) + rng.standard_normal(shape[1])
    values += 3 * rng.standard_normal((shape[0], 1)) * rng.standard_normal(shape[1])
    values[4] = 0
    words = [f"word{row}" for row in range(shape[0])]
    return WordVectors(words, values.astype(dtype), counts=np.arange(shape[0], 0, -1))


def naive(values, components):
    """Algorithm 1: the mean, then the principal components of what is left by SVD, one after the other."""
    rows = [row.astype(np.float64) for row in values if row.any()]
    mean = sum(rows) / len(rows)
    _, _, directions = np.linalg.svd(np.array([row - mean for row in rows]))
    left = []
    for row in values:
        centered = row - mean
        for direction in directions[:components]:
            centered = centered - (direction @ centered) * direction
        left.append(centered if row.any() else 0 * mean)
    return np.array(left)


@pytest.mark.parametrize("components", [0, 1, 3, 6])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_papers_algorithm(components, dtype):
    wv = made(dtype=dtype)
    before = wv.vectors.copy()
    left = wv.all_but_the_top(components)
    assert left.vectors.dtype == dtype
    tolerance = max(50 * np.finfo(dtype).eps, 1e-12)
    np.testing.assert_allclose(left.vectors, naive(before, components), rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(wv.vectors, before)
    assert not left.vectors[4].any()


def test_many_rows_are_as_few():
    wv = made((9000, 5))
    np.testing.assert_allclose(wv.all_but_the_top(2).vectors, naive(wv.vectors, 2), atol=1e-5)


def test_what_is_left_has_no_mean_and_nothing_of_the_components():
    left = made().all_but_the_top(2).vectors
    used = left[left.any(axis=1)].astype(np.float64)
    np.testing.assert_allclose(used.mean(axis=0), 0, atol=1e-6)
    assert np.linalg.matrix_rank(used, tol=1e-4) == 5


@pytest.mark.parametrize(("dimensions", "removed"), [(1, 1), (50, 1), (100, 1), (199, 1), (200, 2), (300, 3)])
def test_by_default_as_many_as_in_the_paper(dimensions, removed):
    assert components_to_remove(dimensions) == removed


def test_the_default_is_taken():
    wv = made((250, 200))
    np.testing.assert_array_equal(wv.all_but_the_top().vectors, wv.all_but_the_top(2).vectors)


def test_words_and_attributes_are_copies():
    wv = made()
    left = wv.all_but_the_top(1)
    assert left.index_to_key == wv.index_to_key
    left.set_vecattr("word0", "count", 999)
    left.add_vector("new", np.ones(7))
    assert wv.get_vecattr("word0", "count") == 30
    assert "new" not in wv
    assert len(wv) == 30


def test_rows_that_are_padded():
    padded = np.random.default_rng(1).standard_normal((20, 16)).astype(np.float32)
    wv = WordVectors(range(20), padded[:, :5])
    np.testing.assert_allclose(wv.all_but_the_top(1).vectors, naive(padded[:, :5], 1), atol=1e-5)


@pytest.mark.parametrize(
    ("components", "error", "words"),
    [
        (-1, ValueError, r"components=-1.*0 to 6"),
        (7, ValueError, r"components=7.*0 to 6"),
        (1.5, ValueError, r"components=1\.5.*whole number"),
        (True, TypeError, "components=True"),
        ("1", TypeError, "components='1'"),
    ],
)
def test_wrong_numbers_of_components(components, error, words):
    with pytest.raises(error, match=words):
        made().all_but_the_top(components)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(value):
    wv = made()
    wv.vectors[3, 2] = value
    with pytest.raises(ValueError, match="NaN or infinite"):
        wv.all_but_the_top()


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_vectors(rows):
    values = np.zeros((5, 3), np.float32)
    values[:rows] = 1
    with pytest.raises(ValueError, match=f"got {rows} of 5 vectors other than 0, expected at least 2"):
        WordVectors(list("abcde"), values).all_but_the_top()


def test_rows_without_words():
    wv = WordVectors(vector_size=3, count=2)
    with pytest.raises(ValueError, match="2 of 2 rows have no word yet"):
        wv.all_but_the_top()


def test_a_single_dimension():
    wv = WordVectors(["a", "b"], np.array([[1.0], [2.0]]))
    np.testing.assert_allclose(wv.all_but_the_top(0).vectors, [[-0.5], [0.5]])
    with pytest.raises(ValueError, match=r"components=1"):
        wv.all_but_the_top()
