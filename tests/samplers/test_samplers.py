"""One contract for every registered sampler, and each sampler against its definition."""

import naive
import numpy as np
import pytest
from drawing import Drawing, random_weights, zipf
from scipy import stats

from wordneg.compiled.weights import initialize
from wordneg.samplers import SAMPLERS, Sampler, Unigram
from wordneg.samplers.tables import alias_table, table_probabilities


def draws(sampler, vocabulary, positive, *, negative=5, blocks=2000, seed=1):
    """Return (blocks, K) negatives and (blocks,) weights."""
    drawing = Drawing(sampler, vocabulary, random_weights(len(vocabulary)), negative=negative, seed=seed)
    return drawing.blocks(positive, count=blocks)


@pytest.mark.parametrize("name", SAMPLERS.names())
class TestContract:
    def test_has_what_a_sampler_has(self, name):
        sampler = SAMPLERS.resolve(name)
        assert isinstance(sampler, Sampler)
        assert sampler.name == name
        assert type(sampler).__doc__

    @pytest.mark.parametrize("words", [2, 3, 200])
    def test_draws_words_but_never_the_positive(self, name, words):
        for positive in (0, words - 1):
            negatives, pulls = draws(SAMPLERS.resolve(name), zipf(words), positive, blocks=300)
            assert negatives.min() >= 0
            assert negatives.max() < words
            assert not (negatives == positive).any()
            assert np.isfinite(pulls).all()
            assert (pulls >= 0).all()  # 0 leaves the pair alone

    def test_draws_follow_from_the_seed(self, name):
        first, same, other = (draws(SAMPLERS.resolve(name), zipf(50), 3, blocks=50, seed=seed)[0] for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, same)
        assert (first != other).any()


@pytest.mark.parametrize("exponent", [0.75, 1.0, 0.0, -0.5])
def test_unigram_draws_by_count_to_the_power(exponent):
    vocabulary, positive = zipf(40), 2
    expected = vocabulary.counts.astype(float) ** exponent
    expected[positive] = 0
    negatives, pulls = draws(Unigram(exponent), vocabulary, positive, blocks=10_000)
    seen = np.bincount(negatives.ravel(), minlength=40)
    assert seen[positive] == 0
    rest = np.arange(40) != positive
    assert stats.chisquare(seen[rest], expected[rest] / expected.sum() * seen.sum()).pvalue > 1e-4
    assert (pulls == 1).all()


def test_unigram_draws_what_its_twin_draws():
    vocabulary = zipf(40)
    negatives, _ = draws(Unigram(), vocabulary, 1, blocks=200, seed=9)
    table, rng = Unigram().prepare(vocabulary, initialize(1, 1, 0)).table, naive.SplitMix64(9)
    assert negatives.tolist() == [naive.draw_unigram(table, rng, 1, 5) for _ in range(200)]


def test_uniform_draws_all_others_alike():
    negatives, _ = draws(SAMPLERS.resolve("uniform"), zipf(40), 7, blocks=10_000)
    seen = np.bincount(negatives.ravel(), minlength=40)
    assert seen[7] == 0
    assert stats.chisquare(np.delete(seen, 7)).pvalue > 1e-4


@pytest.mark.parametrize("exponent", [1e9, -1e9, 500.0])
def test_unigram_refuses_an_exponent_that_leaves_no_other_word(exponent):
    with pytest.raises(ValueError, match="one of 3 words makes up all draws"):
        Unigram(exponent).prepare(zipf(3), random_weights(3))


def test_unigram_refuses_an_exponent_that_is_no_number():
    with pytest.raises(ValueError, match="exponent=nan"):
        Unigram(float("nan"))


class TestAliasTable:
    @pytest.mark.parametrize("weights", [[1], [1, 1], [1, 2, 3, 4], [0, 5, 0], [1e-12, 1, 1e6], list(range(1, 3000))])
    def test_holds_the_distribution(self, weights):
        expected = np.array(weights, dtype=float) / np.sum(weights)
        np.testing.assert_allclose(table_probabilities(alias_table(weights)), expected, atol=2.0**-31)

    @pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [1, np.nan], [[1, 2]]])
    def test_refuses_what_is_no_distribution(self, weights):
        with pytest.raises(ValueError, match="probabilities"):
            alias_table(weights)
