"""Several results on common items."""

import numpy as np
import pytest

from wordneg.evaluation import (
    Analogies,
    Categories,
    Section,
    WordPairs,
    common_items,
    score_categories,
    score_word_analogies,
    score_word_pairs,
)

RATED = (("cat", "dog"), ("cat", "car"), ("dog", "bus"), ("Dog", "car"), ("cow", "car"))
PAIRS = WordPairs("toy", RATED, np.array([9.0, 2.0, 1.0, 1.5, 1.2]))
FIRST = {"cat": [1.0, 0.1], "dog": [1.0, 0.2], "car": [0.1, 1.0], "bus": [0.0, 1.0]}
SECOND = {"cat": [1.0, 0.1], "dog": [1.0, 0.2], "car": [0.3, 1.0], "cow": [1.0, 1.0]}


def test_common_pairs():
    results = [score_word_pairs(vectors, PAIRS) for vectors in (FIRST, SECOND)]
    common = common_items(results)
    assert common.items.tolist() == [0, 1, 3]
    assert common.gold.tolist() == [9.0, 2.0, 1.5]
    np.testing.assert_array_equal(common.scores, [result.scores[[0, 1, 3]] for result in results])
    assert common.clusters.tolist() == [[0, 1], [0, 2], [1, 2]]  # case is ignored, as in the scores


def test_common_questions():
    questions = (
        ("man", "king", "woman", "queen"),
        ("woman", "queen", "man", "king"),
        ("man", "king", "boy", "prince"),
        ("cat", "cats", "man", "king"),
    )
    analogies = Analogies("toy", (Section("all", questions),))
    words = ["man", "king", "woman", "queen", "cat", "cats"]
    vectors = dict(zip(words, np.random.default_rng(11).normal(size=(6, 4)), strict=True))
    results = [score_word_analogies(vectors, analogies) for _ in range(2)]
    common = common_items(results)
    assert common.items.tolist() == [0, 1, 3]
    assert common.gold is None
    assert common.clusters.tolist() == [[0, 1], [1, 0], [3, 0]]  # 2 is a pair that was left out
    assert common.scores.tolist() == [results[0].correct[[0, 1, 3]].tolist()] * 2


def test_alignment_refuses():
    first = score_word_pairs(FIRST, PAIRS)
    with pytest.raises(ValueError, match="no results"):
        common_items([])
    with pytest.raises(TypeError, match="got SimilarityResult, str"):
        common_items([first, "second"])
    categories = Categories("kinds", ("cat", "dog", "car"), ("animal", "animal", "vehicle"))
    with pytest.raises(TypeError, match="got CategorizationResult"):
        common_items([score_categories(FIRST, categories)])
    with pytest.raises(ValueError, match="different policies"):
        common_items([first, score_word_pairs(FIRST, PAIRS, case_insensitive=False)])
    with pytest.raises(ValueError, match="different benchmarks: toy with 5 items, other with 4"):
        common_items([first, score_word_pairs(FIRST, WordPairs("other", RATED[:4], PAIRS.gold[:4]))])
    elsewhere = WordPairs("toy", (*RATED[:3], ("a", "b"), ("b", "c"), ("c", "d")), np.arange(6.0))
    letters = {letter: [1.0, number] for number, letter in enumerate("abcd")}
    with pytest.raises(ValueError, match="no item of toy is used in all 2 results"):
        common_items([score_word_pairs(FIRST, elsewhere), score_word_pairs(letters, elsewhere)])
