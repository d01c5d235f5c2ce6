"""The target of ClosedForm and its eigenvectors, against dense matrices."""

import numpy as np
import pytest
from naive import closedform as naive
from scipy.sparse import csr_array

from wordneg import Cooccurrences
from wordneg.closedform import solver
from wordneg.closedform.solver import leading
from wordneg.closedform.target import Target, associations
from wordneg.text.vocabulary import Vocabulary


def make_counts(words=12, share=0.5, symmetric=True, seed=2):
    generator = np.random.default_rng(seed)
    matrix = generator.exponential(4, (words, words)) * (generator.random((words, words)) < share)
    matrix = matrix + matrix.T if symmetric else matrix
    vocabulary = Vocabulary([f"w{i}" for i in range(words)], np.arange(words, 0, -1) + 5)
    return Cooccurrences(vocabulary, csr_array(matrix.astype(np.float32)), 2, True, symmetric)


def expected_target(counts, negative=1.0):
    dense = counts.matrix.toarray().astype(float)
    return naive.target(dense if counts.symmetric else dense + dense.T, negative)


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("negative", [1.0, 3.0])
def test_the_target_is_what_the_definition_says(symmetric, negative):
    counts = make_counts(symmetric=symmetric)
    target = Target(associations(counts, negative), workers=2)
    expected = expected_target(counts, negative)
    np.testing.assert_allclose(target.dense(), expected, atol=1e-5)
    assert target.square() == pytest.approx(np.square(expected).sum(), rel=1e-6)
    vector = np.random.default_rng(1).standard_normal(len(counts)).astype(np.float32)
    with target.products() as product:
        np.testing.assert_allclose(product(vector), expected @ vector, atol=1e-4)


def test_threads_do_not_change_a_bit_of_a_product():
    found = associations(make_counts(words=300), 1.0)
    vector = np.random.default_rng(1).standard_normal(300).astype(np.float32)
    products = []
    for workers in (1, 2, 3):
        with Target(found, workers).products() as product:
            products.append(product(vector))
    np.testing.assert_array_equal(products[0], products[1])
    np.testing.assert_array_equal(products[0], products[2])


def test_small_matrices_are_solved_as_the_twin_does():
    counts = make_counts()
    values, vectors = leading(Target(associations(counts, 1.0), 1), 4)
    expected = expected_target(counts)
    np.testing.assert_allclose(values, np.sort(np.linalg.eigvalsh(expected))[::-1][:4], rtol=1e-5)
    np.testing.assert_allclose(vectors * values**0.5, naive.vectors(expected, 4), atol=1e-4)


@pytest.mark.parametrize("size", [1, 7])
def test_iterations_find_what_the_dense_solver_finds(size, monkeypatch):
    counts = make_counts(words=150, share=0.2)
    target = Target(associations(counts, 1.0), 1)
    exact = leading(target, size)
    monkeypatch.setattr(solver, "_DENSE", 0)
    asked = []
    values, vectors = leading(target, size, lambda: asked.append(1))
    assert len(asked) > size
    np.testing.assert_allclose(values, exact[0], rtol=1e-4)
    np.testing.assert_allclose(vectors, exact[1], atol=2e-3)
    np.testing.assert_array_equal(leading(target, size)[1], vectors)


def test_too_many_dimensions_are_sentences():
    target = Target(associations(make_counts(), 1.0), 1)
    with pytest.raises(ValueError, match="got vector_size=12 for 12 words, expected fewer dimensions than words"):
        leading(target, 12)
    with pytest.raises(ValueError, match=r"got vector_size=11, but the number of positive eigenvalues .* is \d; give"):
        leading(target, 11)


def test_counts_that_are_not_symmetric_must_say_so():
    counts = make_counts(symmetric=False)
    wrong = Cooccurrences(counts.vocabulary, counts.matrix, 2, True, True)
    with pytest.raises(ValueError, match=r"got co-occurrences with symmetric=True, in which 'w\d+' has"):
        associations(wrong, 1.0)
