import numpy as np
import pytest
from wordneg.evaluation import Policy, shared_words


def model(words, seed):
    return dict(zip(words, np.random.default_rng(seed).normal(size=(len(words), 3)), strict=True))


def test_each_keeps_its_own_order_and_spelling():
    first, second = model(["the", "Paris", "cat", "PARIS"], 1), model(["paris", "dog", "The"], 2)
    one, two = shared_words([first, second])
    assert (one.words, two.words) == (("the", "Paris", "PARIS"), ("paris", "The"))
    np.testing.assert_array_equal(one.matrix, np.float32([first[word] for word in one.words]))
    np.testing.assert_array_equal(two.matrix, np.float32([second[word] for word in two.words]))


def test_the_policy_says_what_is_known():
    first, second = model(["a", "b", "c"], 1), model(["C", "a", "b"], 2)
    assert [vectors.words for vectors in shared_words([first, second], Policy(restrict_vocab=2))] == [("a",), ("a",)]
    kept = shared_words([first, second], Policy(case_insensitive=False))
    assert [vectors.words for vectors in kept] == [("a", "b"), ("a", "b")]


def test_three_models():
    models = [model(words, 1) for words in (["a", "b", "c"], ["b", "c", "d"], ["c", "b"])]
    assert [vectors.words for vectors in shared_words(models)] == [("b", "c"), ("b", "c"), ("c", "b")]


def test_models_without_a_word_in_common_are_refused():
    with pytest.raises(ValueError, match="the 2 models share not one word"):
        shared_words([model(["chat"], 1), model(["cat"], 2)])
