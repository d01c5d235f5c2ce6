from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from wordneg import evaluation
from wordneg.evaluation import BANDS, Analogies, Bands, Policy, Section, WordPairs, WordRanks, as_vectors, score_bands

WORDS = [f"w{row:02}" for row in range(40)]
SMALL = Bands(frequent=5, middle=15)


@pytest.fixture
def vectors():
    rng = np.random.default_rng(3)
    return SimpleNamespace(index_to_key=WORDS, vectors=rng.normal(size=(40, 6)).astype(np.float32))


@pytest.fixture
def pairs():
    rng = np.random.default_rng(4)
    chosen = [tuple(rng.choice([*WORDS, "unheard"], size=2, replace=False).tolist()) for _ in range(200)]
    return WordPairs("pairs", tuple(chosen), rng.normal(size=200))


def naive_band(words, ranks, bands):
    rank = max(ranks.get(word, float("inf")) for word in words)
    return "frequent" if rank <= bands.frequent else "middle" if rank <= bands.middle else "rare"


@pytest.mark.parametrize("dummy4unknown", [False, True])
def test_pairs_are_scored_band_by_band(vectors, pairs, dummy4unknown):
    result = evaluation.score_word_pairs(vectors, pairs, dummy4unknown=dummy4unknown)
    bands = Bands(frequent=15, middle=30)
    found = score_bands(result, vectors, bands)
    ranks = {word: rank for rank, word in enumerate(WORDS, start=1)}
    assert [score.band for score in found] == list(BANDS)
    for score in found:
        inside = np.array([naive_band(pair, ranks, bands) == score.band for pair in pairs.pairs])
        used = inside & result.used
        assert (score.used, score.total) == (used.sum(), inside.sum())
        assert score.score == pytest.approx(stats.spearmanr(result.gold[used], result.scores[used])[0], abs=1e-12)
    assert sum(score.used for score in found) == result.used.sum()


def test_analogies_go_by_the_rarest_of_all_four_words(vectors):
    questions = (("w00", "w01", "w02", "w20"), *(("w00", "w01", "w02", f"w{n:02}") for n in range(3, 5)))
    questions += tuple((f"w{n:02}", "w06", "w07", "w08") for n in range(9, 14))
    analogies = Analogies("analogies", (Section("only", questions),))
    result = evaluation.score_word_analogies(vectors, analogies)
    frequent, middle, rare = score_bands(result, vectors, SMALL)
    assert (frequent.used, middle.used, rare.used) == (2, 5, 1)
    assert frequent.score is rare.score is None
    assert middle.score == result.correct[3:].mean()


def test_of_several_right_answers_the_most_frequent_counts(vectors):
    questions = (("w00", "w01", "w02", "w30"), ("w00", "w01", "w02", "unheard"), ("w20", "w01", "w02", "w30"))
    section = Section("only", questions, alternatives=(("w03", "w25"), ("w10",), ("w03",)))
    result = evaluation.score_word_analogies(vectors, Analogies("analogies", (section,)))
    assert [score.total for score in score_bands(result, vectors, SMALL)] == [1, 1, 1]


def test_few_items_are_not_enough_and_not_nan(vectors):
    pairs = (("w00", "w01"), ("w01", "w02"), ("w30", "w31"), ("w32", "w31"), ("w33", "w31"))
    result = evaluation.score_word_pairs(vectors, WordPairs("few", pairs, np.array([1.0, 2, 3, 1, 2])))
    frequent, middle, rare = score_bands(result, vectors, SMALL)
    assert str(frequent) == "frequent not enough (2 of 2)"
    assert str(middle) == "middle not enough (0 of 0)"
    assert str(rare).startswith(f"rare {rare.score:.3f} (3 of 3)")


def test_a_band_where_nothing_varies_has_no_score(vectors):
    pairs = (*((f"w{n:02}", "w39") for n in range(20, 25)), ("w00", "w01"))
    gold = np.array([5.0] * 5 + [6.0])
    result = evaluation.score_word_pairs(vectors, WordPairs("flat", pairs, gold))
    assert score_bands(result, vectors, SMALL)[2] == ("rare", None, 5, 5)


@pytest.mark.parametrize("dummy4unknown", [False, True])
def test_an_unknown_word_is_rare(vectors, dummy4unknown):
    known = [("w00", f"w{n:02}") for n in range(1, 5)]
    pairs = WordPairs("some", (*known, ("w00", "unheard")), np.arange(5.0))
    result = evaluation.score_word_pairs(vectors, pairs, dummy4unknown=dummy4unknown)
    assert score_bands(result, vectors, SMALL)[2][2:] == (int(dummy4unknown), 1)


def test_counts_rank_words_wherever_their_rows_are(vectors, keyed_vectors):
    counts = np.arange(1, 41)  # the last row is the most frequent
    pairs = [("w39", "w38"), ("w35", "w24"), ("w00", "w39")]
    ours = SimpleNamespace(**vars(vectors), counts=counts)
    theirs = keyed_vectors(WORDS, vectors.vectors)
    for row, word in enumerate(WORDS):
        theirs.set_vecattr(word, "count", int(counts[row]))
    for source in (ours, theirs):
        assert WordRanks(source, Policy()).rarest(pairs).tolist() == [2, 16, 40]
    assert WordRanks(as_vectors(ours), Policy()).rarest(pairs).tolist() == [40, 36, 40]


def test_equal_counts_keep_the_order_of_rows(vectors):
    source = SimpleNamespace(**vars(vectors), counts=np.full(40, 7))
    assert WordRanks(source, Policy()).rarest([("w04", "w02")]).tolist() == [5]


def test_case_is_that_of_the_policy(vectors):
    assert WordRanks(vectors, Policy()).rarest([("W04",)]).tolist() == [5]
    assert WordRanks(vectors, Policy(case_insensitive=False)).rarest([("W04",)])[0] > 40


@pytest.mark.parametrize("ends", [(0, 5), (5, 5), (9, 5), (-1, 5)])
def test_bands_that_overlap_are_refused(ends):
    with pytest.raises(ValueError, match=r"expected 0 < frequent < middle"):
        Bands(*ends)


def test_bands_say_where_they_part():
    assert str(Bands()) == "frequent: ranks 1 to 2,000; middle: to 10,000; rare: beyond; of an item's rarest word"


def test_another_result_is_refused(vectors):
    with pytest.raises(TypeError, match="expected a SimilarityResult or an AnalogyResult, got str"):
        score_bands("men", vectors)
