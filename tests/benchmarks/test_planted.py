"""The text with planted similarity has Zipf's frequencies, and what is planted is in it."""

import itertools
from collections import Counter

import numpy as np
import pytest
from planted import Planted

SMALL = Planted(vocabulary=300, dimensions=4, length=10)


@pytest.fixture(scope="module")
def sentences():
    return list(SMALL.sentences(60_000))


def test_it_has_as_many_words_as_asked_for(sentences):
    assert len(sentences) == 6000
    assert {len(sentence) for sentence in sentences} == {10}
    assert list(itertools.islice(SMALL.sentences(10**9), 300)) == sentences[:300]


def test_frequencies_are_those_of_zipf(sentences):
    counts = Counter(word for sentence in sentences for word in sentence)
    found = np.array([counts[f"w{rank}"] for rank in range(300)]) / 60_000
    expected = 1 / (np.arange(300) + 3.7)
    assert np.corrcoef(np.log(found + 1e-6), np.log(expected))[0, 1] > 0.95
    np.testing.assert_allclose(found[:100].sum(), expected[:100].sum() / expected.sum(), atol=0.03)


def test_words_stand_together_as_their_directions_say(sentences):
    numbered = np.array([[int(word[1:]) for word in sentence] for sentence in sentences])
    there = np.zeros((len(sentences), 300))
    np.put_along_axis(there, numbered, 1.0, axis=1)
    together = there.T @ there + 0.5
    alone = there.sum(axis=0) + 0.5
    information = np.log(together * len(sentences) / np.outer(alone, alone))
    cosines = SMALL.directions @ SMALL.directions.T
    upper = np.triu_indices(60, 1)
    assert np.corrcoef(information[upper], cosines[upper])[0, 1] > 0.9


def test_the_benchmark_asks_for_the_cosines_of_frequent_words():
    pairs = SMALL.pairs(100, among=50)
    directions = SMALL.directions
    assert len(pairs.pairs) > 90
    for (a, b), gold in zip(pairs.pairs, pairs.gold, strict=True):
        assert a != b
        assert max(int(a[1:]), int(b[1:])) < 50
        assert gold == pytest.approx(directions[int(a[1:])] @ directions[int(b[1:])])
