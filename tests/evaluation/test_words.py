import numpy as np
import pytest

from wordneg.evaluation import KnownWords, Policy, as_vectors, shared_words

WORDS = ("The", "king", "the", "King", "THE", "queen")


def spellings(known, rows):
    """The rows of all spellings of some words, by the row that stands for the word."""
    places, spelled = known.spellings(np.array(rows))
    return {row: spelled[places == place].tolist() for place, row in enumerate(rows)}


def test_the_first_spelling_stands_for_all():
    known = KnownWords(WORDS, Policy())
    assert known.rows(("tHE", "KING", "queen", "ruler")).tolist() == [0, 1, 5, -1]
    assert known.same_words(np.array([-1, *range(6)])).tolist() == [-1, 0, 1, 0, 1, 0, 5]
    assert spellings(known, [0, 5]) == {0: [0, 2, 4], 5: [5]}
    assert known.missing(("ruler", "king", "ruler", "Reign")) == ("ruler", "Reign")


def test_case_can_be_kept():
    known = KnownWords(WORDS, Policy(case_insensitive=False))
    assert known.rows(("the", "THE", "tHE")).tolist() == [2, 4, -1]
    assert spellings(known, [2]) == {2: [2]}


@pytest.mark.parametrize(("limit", "size"), [(2, 2), (100, 6), (None, 6)])
def test_the_frequency_cut(limit, size):
    known = KnownWords(WORDS, Policy(restrict_vocab=limit))
    assert len(known) == size
    assert (known.rows(["queen"])[0] >= 0) == (size == 6)


@pytest.mark.parametrize(("limit", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)])
def test_refuses_an_absurd_cut(limit, error):
    with pytest.raises(error, match="restrict_vocab"):
        Policy(restrict_vocab=limit)


def test_says_what_it_is():
    assert str(Policy()) == "first 300000 words, case ignored, unknown skipped"
    assert str(Policy(None, False, True)) == "all words, case kept, unknown scored as failures"


def test_vectors_must_be_of_the_words():
    known = KnownWords(WORDS, Policy())
    matrix = np.eye(6, dtype=np.float32)
    vectors = known.vectors(matrix)
    assert vectors.matrix is matrix
    assert known.vectors(vectors) is vectors
    equal = as_vectors(dict(zip(WORDS, matrix, strict=True)))
    assert known.vectors(equal) is equal
    with pytest.raises(ValueError, match="have 2 words, other than the 6 that were bound: bind the benchmarks"):
        known.vectors(as_vectors({"The": [1.0], "king": [2.0]}))
    with pytest.raises(ValueError, match="6 words and 5 vectors"):
        known.vectors(matrix[1:])


# --- the words of several models ------------------------------------------------------------------------


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
