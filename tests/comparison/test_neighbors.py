import itertools

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from wordneg.comparison.neighbors import SAMPLE, Neighbors
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

WORDS = 200


def make_store(lengths, seed=0):
    """Return sentences of words that are all equally frequent, and so rare in a large text that none is left out."""
    tokens = np.random.default_rng(seed).integers(0, WORDS, sum(lengths)).astype(np.int32)
    vocabulary = Vocabulary([f"w{number}" for number in range(WORDS)], np.full(WORDS, 1))
    vocabulary = Vocabulary([*vocabulary.words, "the"], np.append(vocabulary.counts, 10**7))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return TokenStore(vocabulary, tokens, offsets, len(tokens), len(lengths), "text")


def make_vectors(seed=1):
    return np.random.default_rng(seed).normal(size=(WORDS + 1, 8)).astype(np.float32)


def cosines(vectors, left, right):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return [float(unit[a] @ unit[b]) for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize("window", [3, 2**31 - 1])
def test_pairs_are_those_of_the_text(window):
    store = make_store([7, 1, 2, 30])
    found = Neighbors(store, window=window)
    expected = set()
    for number, (begin, end) in enumerate(itertools.pairwise(store.offsets.tolist())):
        for i, j in itertools.combinations(range(begin, end), 2):
            if j - i <= window and store.tokens[i] != store.tokens[j]:
                expected.add((int(store.tokens[i]), int(store.tokens[j]), number))
    assert set(zip(found.left.tolist(), found.right.tolist(), found.sentences.tolist(), strict=True)) == expected
    assert all(sorted(order) == list(range(len(found.left))) for order in found.orders.tolist())
    assert len(Neighbors(store, window=window, pairs=20).left) == 20
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wordneg.comparison.neighbors._MOST", 40)
        some = Neighbors(store, window=window)
    drawn = set(zip(some.left.tolist(), some.right.tolist(), some.sentences.tolist(), strict=True))
    assert drawn < expected
    assert len(drawn) > 20


def test_the_mean_is_the_area_under_the_curve():
    found, vectors = Neighbors(make_store([12] * 30), window=4), make_vectors()
    together = cosines(vectors, found.left, found.right)
    by_chance = [cosine for order in found.orders for cosine in cosines(vectors, found.left, found.right[order])]
    wins = mannwhitneyu(together, by_chance).statistic
    assert found.measure(vectors).mean() == pytest.approx(wins / len(together) / len(by_chance), abs=1e-6)


def test_ties_count_half():
    found = Neighbors(make_store([12] * 30), window=4)
    np.testing.assert_allclose(found.measure(np.zeros((WORDS + 1, 4), np.float32)), 0.5)


def test_the_variance_is_that_of_the_area():
    """Over texts that differ in their words, which are all drawn alike, the area varies as the items say."""
    vectors, areas, errors = make_vectors(), [], []
    for seed in range(300):
        items = Neighbors(make_store([2] * 400, seed), window=1).measure(vectors)
        areas.append(items.mean())
        errors.append(items.std() / np.sqrt(len(items)))
    assert np.std(areas) == pytest.approx(np.mean(errors), rel=0.12)


def test_vectors_that_know_the_neighbors_score_nearly_one():
    store = make_store([2] * 1000)
    tokens = np.sort(store.tokens.reshape(-1, 2) // 2 * 2, axis=1)
    tokens[:, 1] = tokens[:, 0] + 1  # an even word and the next one
    store = TokenStore(store.vocabulary, tokens.ravel(), store.offsets, tokens.size, len(tokens), "text")
    vectors = np.repeat(np.eye(WORDS // 2 + 1, dtype=np.float32), 2, axis=0)
    assert Neighbors(store, window=1).measure(vectors).mean() == pytest.approx(1 - 0.5 / 100, abs=0.003)


def test_vectors_that_are_not_finite_have_no_area():
    found, vectors = Neighbors(make_store([12] * 30), window=4), make_vectors()
    vectors[found.left[0]] = np.nan
    assert np.isnan(found.measure(vectors)).all()


def test_frequent_words_are_subsampled():
    vocabulary = Vocabulary(["the", *(f"w{n}" for n in range(WORDS))], np.array([10**6, *[1] * WORDS]))
    tokens = np.random.default_rng(3).integers(0, WORDS + 1, 40_000).astype(np.int32)
    tokens[::2] = 0
    store = TokenStore(vocabulary, tokens, np.array([0, len(tokens)]), len(tokens), 1, "text")
    found = Neighbors(store, window=1, pairs=10**6)
    share = np.concatenate([found.left, found.right]) == 0
    kept = float(vocabulary.keep_probabilities(SAMPLE)[0])
    places = 20_000 * kept / (20_000 * kept + 20_000)  # of the words that are left
    assert share.mean() == pytest.approx(places, rel=0.2)


@pytest.mark.parametrize("lengths", [[1] * 50, [2]])
def test_too_little_text_is_refused(lengths):
    store = make_store(lengths)
    store = TokenStore(store.vocabulary, np.full_like(store.tokens, 5), store.offsets, sum(lengths), len(lengths), "t")
    with pytest.raises(ValueError, match=r"the held-out text has 0 pairs of words .* expected two or more"):
        Neighbors(store, window=5)
