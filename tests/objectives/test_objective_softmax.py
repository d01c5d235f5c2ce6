"""Whether the correction makes sampled softmax what it is meant to be: an estimate of the full softmax."""

import numpy as np
import pytest
from scoring import slopes_of

from wordneg.objectives import Softmax
from wordneg.word2vec.model import Word2Vec

WORDS, POSITIVE = 30, 4
RNG = np.random.default_rng(5)
SCORES = RNG.normal(size=WORDS)


def full_gradient():
    """Return the slope of every word's score under the full softmax, the positive's apart."""
    shares = np.exp(SCORES) / np.exp(SCORES).sum()
    return 1 - shares[POSITIVE], -np.delete(shares, POSITIVE)


def sampled_gradient(chances, negative, rows, *, corrected=True, seed=0):
    """Return slopes of positive, ``(rows,)``, and words, ``(rows, V − 1)``, where negatives come by `chances`."""
    scores = np.delete(SCORES, POSITIVE)
    drawn = np.random.default_rng(seed).choice(WORDS - 1, size=(rows, negative), p=chances)
    logits = scores[drawn] - np.log(negative * chances[drawn]) * corrected
    found = slopes_of(Softmax(), np.column_stack([np.full(rows, SCORES[POSITIVE]), logits]))
    words = np.zeros((rows, WORDS - 1))
    np.add.at(words, (np.arange(rows)[:, np.newaxis], drawn), found[:, 1:])
    return found[:, 0], words


@pytest.mark.parametrize("negative", [1, 5])
def test_corrected_is_unbiased_if_negatives_come_from_the_model(negative):
    chances = np.exp(np.delete(SCORES, POSITIVE))
    positive, words = sampled_gradient(chances / chances.sum(), negative, 50_000)
    expected_positive, expected = full_gradient()
    np.testing.assert_allclose(positive, expected_positive, rtol=1e-4)  # in every single row
    errors = words.std(axis=0) / np.sqrt(len(words))
    assert (np.abs(words.mean(axis=0) - expected) < 4.5 * errors).all()


def test_bias_of_the_corrected_falls_with_the_number_of_negatives():
    chances = np.arange(1, WORDS) ** -0.75
    chances /= chances.sum()
    expected_positive, expected = full_gradient()
    biases = {}
    for negative, rows in ((2, 40_000), (20, 10_000), (1000, 1_000)):
        positive, words = sampled_gradient(chances, negative, rows)
        biases[negative] = np.abs(words.mean(axis=0) - expected).sum() + abs(positive.mean() - expected_positive)
    assert biases[2] > 2 * biases[20] > 4 * biases[1000]
    # the rest is chance: none of the words is off by more than its standard error allows
    errors = words.std(axis=0) / np.sqrt(len(words))
    assert (np.abs(words.mean(axis=0) - expected) < 4.5 * errors + 0.002 * np.abs(expected)).all()
    _, plain = sampled_gradient(chances, 1000, 1_000, corrected=False)
    assert np.abs(plain.mean(axis=0) - expected).sum() > 20 * biases[1000]


@pytest.mark.lengthy
@pytest.mark.parametrize("temperature", [1.0, 0.5])
@pytest.mark.parametrize(("sampler", "error"), [("uniform", 1e-5), ("unigram", 0.02)])
def test_the_trainer_corrects_by_the_chance_of_a_negative(sampler, error, temperature):
    """With all scores zero the full softmax has a loss of log V; a corrected one must estimate that.

    By uniform negatives, exactly: (V − 1) / V is the chance that a word other than the positive is drawn.
    """
    rng = np.random.default_rng(0)
    objective = {"name": "softmax", "corrected": True, "temperature": temperature}
    sentences = [[f"w{word}" for word in rng.zipf(1.5, size=40) if word <= 8] for _ in range(200)]
    model = Word2Vec(
        sentences, min_count=1, sample=0, vector_size=8, negative=60, epochs=1, alpha=1e-9, min_alpha=0, workers=1,
        compute_loss=True, sampler=sampler, objective=objective,
    )  # fmt: skip
    assert model.history[0].loss == pytest.approx(np.log(len(model.wv)), rel=error)


def test_a_sampler_that_follows_the_weights_cannot_be_corrected_for():
    with pytest.raises(ValueError, match="use a static sampler such as 'unigram'"):
        Word2Vec([["a", "b"] * 10], min_count=1, sampler="dns", objective={"name": "softmax", "corrected": True})
