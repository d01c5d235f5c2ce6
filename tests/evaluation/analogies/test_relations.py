import numpy as np
import pytest
from naive import analogies as naive

from wordneg.evaluation import as_vectors
from wordneg.evaluation.analogies.relations import class_rule, fit_left_out, has_example


def test_each_left_out_regression_is_the_one_that_a_minimiser_finds():
    rng = np.random.default_rng(1)
    examples = rng.standard_normal((14, 3)).astype(np.float32)
    labels = (rng.random(14) < 0.5).astype(float)
    kept = rng.random((5, 14)) < 0.8
    fitted = fit_left_out(examples, labels, kept, penalty=0.7)
    for weights, used in zip(fitted, kept, strict=True):
        expected = naive.logistic_regression(examples[used].astype(np.float64), labels[used], 0.7)
        np.testing.assert_allclose(weights, expected, atol=2e-5)


def test_one_class_alone_does_not_diverge():
    weights = fit_left_out(np.eye(2, dtype=np.float32), np.array([1.0, 0.0]), np.array([[True, False]]))
    assert np.isfinite(weights).all()


def test_the_classifier_knows_second_words_and_never_sees_the_tested_pair():
    rng = np.random.default_rng(2)
    first, second = np.array([3.0, 0, 0, 0]), np.array([0, 3.0, 0, 0])
    matrix = np.concatenate(
        [first + rng.standard_normal((6, 4)), second + rng.standard_normal((6, 4)), rng.standard_normal((30, 4))]
    ).astype(np.float32)
    vectors = as_vectors(dict(zip(map(str, range(42)), matrix, strict=True)))
    questions = np.array([[a, a + 6, c, c + 6] for a in range(6) for c in range(6) if a != c])
    rule = class_rule(vectors, questions, np.zeros(len(questions), dtype=np.int64))
    probabilities = rule.pairs(vectors.unit(slice(None)))
    assert probabilities.shape == (6, 42)  # one regression for each c
    held_out = probabilities[np.arange(6), np.arange(6, 12)]
    own = probabilities[np.arange(6), np.arange(6)]
    assert held_out.mean() > 0.5 > own.mean()
    moved = matrix.copy()
    moved[6] *= -1  # the second word of the first pair
    again = class_rule(
        as_vectors(dict(zip(vectors.words, moved, strict=True))), questions, np.zeros(len(questions), dtype=np.int64)
    ).pairs(vectors.unit(slice(None)))
    np.testing.assert_allclose(again[0], probabilities[0], atol=1e-5)
    assert not np.allclose(again[1], probabilities[1], atol=1e-3)


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([[0, 1, 2, 3]], [True]),
        ([[0, 1, 0, 1]], [False]),
        ([[0, 1, 0, 1], [2, 3, 4, 5]], [False, True]),
        ([[4, 1, 2, 3]], [False]),  # 4 has a vector of zeros
    ],
)
def test_a_pair_to_learn_from(questions, expected):
    vectors = as_vectors({str(row): [float(row != 4), 1.0 * (row != 4)] for row in range(6)})
    sections = np.arange(len(questions))
    assert has_example(vectors, np.array(questions), sections).tolist() == expected
