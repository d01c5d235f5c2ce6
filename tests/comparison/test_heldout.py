import numpy as np
import pytest
from naive.hierarchical import log_probability
from scipy.optimize import minimize
from scipy.special import log_softmax

from wordneg.comparison import heldout
from wordneg.comparison.heldout import HeldOut, log_chances, split
from wordneg.text.encoding import encode
from wordneg.text.tokenstore import TokenStore
from wordneg.text.vocabulary import Vocabulary

WORDS, SIZE = 30, 8


def make_store(lengths, seed=0, words=WORDS):
    rng = np.random.default_rng(seed)
    chances = 1 / np.arange(1, words + 1)
    tokens = rng.choice(words, sum(lengths), p=chances / chances.sum()).astype(np.int32)
    counts = np.bincount(tokens, minlength=words).astype(np.int64)
    vocabulary = Vocabulary([f"w{number}" for number in range(words)], counts)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return TokenStore(vocabulary, tokens, offsets, len(tokens), len(lengths), "text")


def make_model(seed=1, words=WORDS):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, words, SIZE)).astype(np.float32)


def mean_of(held_out, *vectors, **options):
    """Return the mean log-likelihood of a model."""
    return held_out.measure(*vectors, **options)[0].mean()


def naive(store, held_out, inputs, outputs, window, mean):
    """Return the log-likelihood of the reported positions, position by position from the text."""
    frequencies = np.log(np.maximum(store.vocabulary.counts, 1) / np.maximum(store.vocabulary.counts, 1).sum())
    rows, words = [], []
    starts = [*held_out.starts.tolist(), len(held_out.contexts)]
    for position, word in enumerate(held_out.words):
        context = held_out.contexts[starts[position] : starts[position + 1]]
        assert 1 <= len(context) <= 2 * window
        query = inputs[context].astype(np.float64)
        rows.append(outputs @ (query.mean(axis=0) if mean else query.sum(axis=0)))
        words.append(word)
    rows, words = np.array(rows), np.array(words)
    half = len(words) // 2

    def logs(point, part):
        table = log_softmax(point[0] * rows[part] + point[1] * frequencies, axis=1)
        return table[np.arange(len(words[part])), words[part]]

    found = minimize(lambda point: -logs(point, slice(0, half)).mean(), [0.0, 1.0], method="BFGS")
    return found.x, logs(found.x, slice(half, None))


@pytest.mark.parametrize("mean", [True, False])
def test_it_is_the_softmax_that_scipy_fits(mean):
    store = make_store([7] * 40 + [1] * 5)
    held_out = HeldOut(store, window=3, positions=200)
    inputs, outputs = make_model()
    inputs *= 0.3
    found, fitted = held_out.measure(inputs, outputs, mean=mean)
    point, logs = naive(store, held_out, inputs, outputs, 3, mean)
    assert fitted == pytest.approx(point, abs=2e-2)
    np.testing.assert_allclose(found, logs, atol=2e-2)
    assert found.mean() == pytest.approx(logs.mean(), abs=2e-3)


def test_positions_have_the_words_around_them():
    tokens = np.arange(12, dtype=np.int32)
    vocabulary = Vocabulary([f"w{number}" for number in range(12)], np.ones(12, dtype=np.int64))
    store = TokenStore(vocabulary, tokens, np.array([0, 5, 6, 12]), 12, 3)
    held_out = HeldOut(store, window=2)
    spans = np.split(held_out.contexts, held_out.starts[1:])
    found = {int(word): span.tolist() for word, span in zip(held_out.words, spans, strict=True)}
    assert found == {
        0: [1, 2], 1: [0, 2, 3], 2: [0, 1, 3, 4], 3: [1, 2, 4], 4: [2, 3],
        6: [7, 8], 7: [6, 8, 9], 8: [6, 7, 9, 10], 9: [7, 8, 10, 11], 10: [8, 9, 11], 11: [9, 10],
    }  # fmt: skip
    assert {int(s) for s in held_out.sentences} == {0, 2}


def test_scores_in_other_units_are_the_same_and_an_untrained_model_has_the_frequencies():
    store = make_store([9] * 30)
    held_out = HeldOut(store, window=4)
    inputs, outputs = make_model()
    once, (temperature, _) = held_out.measure(inputs, outputs)
    stretched, (third, _) = held_out.measure(3 * inputs, outputs)
    assert stretched.mean() == pytest.approx(once.mean(), abs=1e-3)
    assert third == pytest.approx(temperature / 3, abs=1e-2)
    shifted = np.concatenate([outputs, np.zeros_like(outputs[:, :1])], axis=1)  # popular words less, as in SGNS
    shifted[:, -1] = -held_out.log_frequencies
    widened = np.concatenate([inputs, np.ones_like(inputs[:, :1])], axis=1)
    assert mean_of(held_out, widened, shifted) == pytest.approx(once.mean(), abs=1e-3)
    _, untrained = held_out.measure(inputs, np.zeros_like(outputs))
    assert untrained[0] == 0


def test_a_better_model_has_a_higher_likelihood():
    rng = np.random.default_rng(5)
    pairs = rng.integers(0, WORDS // 2, 600)
    text = [[f"a{word}", f"b{word}"] for word in pairs]  # each word tells its neighbor
    store = encode(text, min_count=1)
    held_out = HeldOut(store, window=1)
    names = {word: row for row, word in enumerate(store.vocabulary.words)}
    inputs = np.eye(len(names), dtype=np.float32)
    outputs = np.zeros_like(inputs)
    for word in set(pairs.tolist()):
        outputs[names[f"a{word}"], names[f"b{word}"]] = outputs[names[f"b{word}"], names[f"a{word}"]] = 8
    knows = mean_of(held_out, inputs, outputs)
    assert knows > -0.1
    assert mean_of(held_out, inputs, make_model(words=len(names))[0] @ make_model(words=len(names))[1].T) < -2


def test_cosines_do_not_see_lengths():
    held_out = HeldOut(make_store([9] * 30), window=4)
    inputs, outputs = make_model()
    lengths = np.random.default_rng(0).uniform(0.5, 2, (WORDS, 1)).astype(np.float32)
    one = mean_of(held_out, inputs, outputs, cosine=True)
    assert mean_of(held_out, lengths * inputs, lengths * outputs, cosine=True) == pytest.approx(one, abs=1e-4)


def test_the_sampled_softmax_is_close_to_the_full_one(monkeypatch):
    words = 3000
    store, (inputs, outputs) = make_store([10] * 3000, words=words), make_model(words=words)
    full = HeldOut(store, window=5, positions=400)
    assert (len(full.candidates), full.log_weights.any()) == (words, False)
    monkeypatch.setattr(heldout, "FULL", 100)
    sampled = HeldOut(store, window=5, positions=400)
    assert sampled.log_weights.any()
    assert len(sampled.candidates) < words
    np.testing.assert_array_equal(full.words, sampled.words)
    assert mean_of(sampled, inputs, outputs) == pytest.approx(mean_of(full, inputs, outputs), abs=0.02)


def test_the_split_is_between_sentences_and_loses_nothing():
    store = make_store([10] * 20)
    training, rest = split(store, 0.13)
    assert (len(training.tokens), len(rest.tokens)) == (180, 20)
    np.testing.assert_array_equal(np.concatenate([training.tokens, rest.tokens]), store.tokens)
    np.testing.assert_array_equal(rest.offsets, [0, 10, 20])
    np.testing.assert_array_equal(training.offsets, np.arange(0, 190, 10))
    assert training.vocabulary is rest.vocabulary


def test_an_endless_line_is_cut_within():
    training, rest = split(make_store([1000]), 0.1)
    assert (len(training.tokens), len(rest.tokens)) == (900, 100)
    np.testing.assert_array_equal(rest.offsets, [0, 100])


def test_too_little_text_is_told():
    with pytest.raises(ValueError, match=r"has 0 words with a neighbor, .*held_out=None"):
        HeldOut(make_store([1] * 10), window=2)


def test_words_are_ranked_by_count():
    vocabulary = Vocabulary(["a", "b", "c"], np.array([2, 9, 2]))
    store = TokenStore(vocabulary, np.array([0, 1, 2, 1], dtype=np.int32), np.array([0, 4]), 4, 1)
    assert HeldOut(store, window=1).ranks.tolist() == [2, 1, 3]


@pytest.mark.parametrize("words", [WORDS, 300])
def test_under_hierarchical_softmax_scores_are_log_probabilities(words):
    store = make_store([7] * 400, words=words)
    tree, (inputs, nodes) = store.vocabulary.tree, make_model(words=words)
    queries = inputs[:90]
    table = log_chances(queries, nodes, tree, np.arange(words))
    np.testing.assert_allclose(np.exp(table).sum(axis=1), 1, rtol=1e-4)
    for word in (0, 7, words - 1):
        expected = log_probability(queries[3], nodes, tree.point(word).tolist(), tree.code(word).tolist())
        assert table[3, word] == pytest.approx(expected, rel=1e-4)
    np.testing.assert_array_equal(log_chances(queries, nodes, tree, np.array([5, 2])), table[:, [5, 2]])


def test_a_tree_that_the_text_was_drawn_from_needs_no_calibration():
    """A tree whose nodes say how often each child is taken has t = 1 and b = 0."""
    store = make_store([50] * 200)
    tree, counts = store.vocabulary.tree, store.vocabulary.counts
    taken = np.zeros((WORDS, 2))
    for word, count in enumerate(counts):
        taken[tree.point(word), tree.code(word)] += count
    nodes, inputs = np.zeros((2, WORDS, 1), np.float32)
    nodes[: WORDS - 1, 0] = np.log(taken[:-1, 0] / taken[:-1, 1])
    inputs[:] = 1
    held_out = HeldOut(store, window=3, positions=4000)
    found, fitted = held_out.measure(inputs, nodes, tree=tree)
    frequencies = np.log(counts / counts.sum())
    np.testing.assert_allclose(log_chances(inputs[:1], nodes, tree, np.arange(WORDS))[0], frequencies, rtol=1e-4)
    assert fitted.sum() == pytest.approx(1, abs=0.1)  # both say the same
    assert found.mean() == pytest.approx(frequencies[held_out.words[held_out.fitting :]].mean(), abs=0.01)
