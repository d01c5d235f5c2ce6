import numpy as np
import pytest
from drawing import Drawing, random_weights, vocabulary_of, zipf
from scipy import stats

from wordneg.compiled.weights import initialize
from wordneg.samplers import Mixture, Unigram


def distribution(sampler, vocabulary):
    return sampler.probabilities(sampler.prepare(vocabulary, initialize(1, 1, 0)))


@pytest.mark.parametrize(("mix", "exponent"), [(0.5, 0.75), (0.3, 0.0), (0.8, -0.5), (0.0, 9.0)])
def test_draws_by_the_mixture(mix, exponent):
    vocabulary, positive = zipf(40), 2
    original = vocabulary.counts / vocabulary.counts.sum()
    transformed = vocabulary.counts.astype(float) ** exponent
    expected = mix * transformed / transformed.sum() + (1 - mix) * original
    sampler = Mixture(mix=mix, exponent=exponent)
    np.testing.assert_allclose(distribution(sampler, vocabulary), expected, atol=1e-9)
    negatives, pulls = Drawing(sampler, vocabulary, random_weights(40)).blocks(positive, count=10_000)
    seen = np.delete(np.bincount(negatives.ravel(), minlength=40), positive)
    rest = np.delete(expected, positive)
    assert stats.chisquare(seen, rest / rest.sum() * seen.sum()).pvalue > 1e-4
    assert (pulls == 1).all()


def test_all_of_one_kind_is_unigram():
    vocabulary = zipf(40)
    np.testing.assert_array_equal(
        Mixture(mix=1.0, exponent=0.6).prepare(vocabulary, initialize(1, 1, 0)).table,
        Unigram(0.6).prepare(vocabulary, initialize(1, 1, 0)).table,
    )
    np.testing.assert_allclose(distribution(Mixture(mix=0.0), vocabulary), distribution(Unigram(1.0), vocabulary))


def test_no_exponent_overflows():
    chances = distribution(Mixture(exponent=200.0), vocabulary_of([10**9, 3, 1]))
    assert chances.sum() == pytest.approx(1)


def test_an_exponent_is_refused_if_the_mixture_leaves_no_other_word():
    vocabulary = vocabulary_of([5, 3, 1])
    assert distribution(Mixture(exponent=1e9), vocabulary) == pytest.approx([0.5 + 2.5 / 9, 1.5 / 9, 0.5 / 9])
    for sampler in (Mixture(exponent=1e9, mix=1.0), Mixture(exponent=-1e9)):
        with pytest.raises(ValueError, match="one of 3 words makes up all draws"):
            distribution(sampler, vocabulary)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"mix": 1.5}, r"mix=1\.5"), ({"mix": -1}, "mix=-1"), ({"exponent": float("nan")}, "exponent=nan")],
)
def test_bad_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        Mixture(**settings)
