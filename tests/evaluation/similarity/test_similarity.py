import subprocess
import sys

import numpy as np
import pytest

from wordneg.evaluation import WordPairs, benchmark_path, evaluate_word_pairs, read_word_pairs, score_word_pairs

ANGLES = {"a": 0.0, "b": 10.0, "c": 30.0, "d": 80.0, "e": 75.0}
VECTORS = {word: 2 * np.array([np.cos(np.radians(x)), np.sin(np.radians(x))]) for word, x in ANGLES.items()}
PAIRS = (("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("a", "unknown"))
TOY = WordPairs("toy", PAIRS, np.array([9.0, 7.0, 1.0, 6.0, 5.0]))


def test_scores_are_cosines_and_correlations_are_right():
    result = score_word_pairs(VECTORS, TOY)
    expected = np.cos(np.radians([10, 30, 80, 20]))
    np.testing.assert_allclose(result.scores[:4], expected, rtol=1e-6)
    assert np.isnan(result.scores[4])
    assert result.used.tolist() == [True, True, True, True, False]
    # Ranks 4 3 1 2 against 4 2 1 3: rho = 1 - 6 * (0 + 1 + 0 + 1) / (4 * 15).
    assert result.spearman.statistic == pytest.approx(0.8)
    gold = TOY.gold[:4]
    x, y = gold - gold.mean(), expected - expected.mean()
    assert result.pearson.statistic == pytest.approx(x @ y / np.sqrt((x @ x) * (y @ y)), rel=1e-6)


def test_the_result_says_what_is_missing_and_why():
    result = score_word_pairs(VECTORS, TOY, restrict_vocab=4)
    assert result.missing_pairs == (("a", "unknown"),)
    assert result.missing_words == ("unknown",)
    assert result.oov_ratio == 20
    assert result.policy.restrict_vocab == 4
    assert str(result) == (
        "toy: Spearman 0.800, Pearson 0.948, 4 of 5 pairs, 1 with unknown words "
        "(first 4 words, case ignored, unknown skipped)"
    )


def test_unknown_words_can_count_as_zero():
    result = score_word_pairs(VECTORS, TOY, dummy4unknown=True)
    assert result.used.all()
    assert result.scores[4] == 0
    assert result.missing_pairs == (("a", "unknown"),)


def test_arrays_cannot_be_changed():
    result = score_word_pairs(VECTORS, TOY)
    for array in (result.gold, result.scores, result.used):
        assert not array.flags.writeable


def test_notes(write):
    path = write("a\tb\t9\na\tc\t7\na\tzero\t1\nb\ta\t9\na\tb\n", "mine.txt")
    result = score_word_pairs({**VECTORS, "zero": [0, 0]}, path)
    assert result.name == "mine"
    assert result.scores[2] == 0
    assert result.notes == (
        "1 unreadable line left out, the first is line 5 'a\\tb': 2 columns, expected two words and a score",
        "1 duplicate pair kept",
        "similarity 0 for 1 word with a vector of zeros, the first is 'zero'",
    )


@pytest.mark.parametrize("evaluate", [score_word_pairs, evaluate_word_pairs])
def test_fewer_than_three_pairs_are_refused(evaluate):
    few = {word: VECTORS[word] for word in "abc"} | {"x": [1.0, 0.0]}
    pairs = WordPairs("toy", (("a", "b"), ("b", "c"), ("a", "y"), ("a", "z")), np.arange(4.0))
    with pytest.raises(ValueError, match="not enough pairs: 2 of the 4 in toy"):
        evaluate(few, pairs)


def test_what_does_not_vary_is_refused():
    with pytest.raises(ValueError, match=r"all 3 pairs used have gold score 5\.0"):
        score_word_pairs(VECTORS, WordPairs("toy", PAIRS[:3], np.full(3, 5.0)))
    with pytest.raises(ValueError, match=r"all 3 pairs used have similarity 0\.0 .* are the words known"):
        score_word_pairs({"x": [1.0]}, WordPairs("toy", PAIRS[:3], np.arange(3.0)), dummy4unknown=True)


def test_evaluate_expects_tabs_unless_told(write):
    path = write("a,b,9\na,c,7\na,d,1\n")
    with pytest.raises(ValueError, match="pass delimiter=','"):
        evaluate_word_pairs(VECTORS, path)
    assert evaluate_word_pairs(VECTORS, path, ",")[1].statistic == pytest.approx(1)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"case_insensitive": False},
        {"dummy4unknown": True},
        {"restrict_vocab": 300},
        {"restrict_vocab": 300, "dummy4unknown": True, "case_insensitive": False},
    ],
)
@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_parity_with_gensim(keyed_vectors, name, options):
    pairs = read_word_pairs(name).pairs
    known = list(dict.fromkeys(word for pair in pairs[::2] for word in pair))
    words = list(dict.fromkeys([*known[::3], *(word.upper() for word in known[::4]), *known]))
    matrix = np.random.default_rng(7).standard_normal((len(words), 20))
    vectors = keyed_vectors(words, matrix)
    path = str(benchmark_path(name))
    ours, theirs = evaluate_word_pairs(vectors, name, **options), vectors.evaluate_word_pairs(path, **options)
    for own, other in zip(ours[:2], theirs[:2], strict=True):
        assert tuple(own) == pytest.approx((other[0], other[1]), rel=1e-6, abs=1e-9)
        assert (own.statistic, own.pvalue) == tuple(own)
    assert ours[2] == theirs[2]


def test_parity_with_gensim_on_a_messy_file(keyed_vectors, write):
    vectors = keyed_vectors(list(VECTORS), np.array(list(VECTORS.values())))
    path = write("# c\nw1\tw2\ts\na\tb\t9\r\n\nA\tC\t7\na\td\t1\nb\td \t2\na\tb\na\tb\t9\na\te\t3\nq\ta\t3\n")
    ours, theirs = evaluate_word_pairs(vectors, path), vectors.evaluate_word_pairs(str(path))
    assert ours[0].statistic == pytest.approx(theirs[0][0], rel=1e-6)
    assert ours[1].statistic == pytest.approx(theirs[1][0], rel=1e-6)
    assert ours[2] == theirs[2]


def test_importing_does_not_load_scipy():
    code = "import sys, wordneg.evaluation; assert not {'scipy', 'gensim', 'numba'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
