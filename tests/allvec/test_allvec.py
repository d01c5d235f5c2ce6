"""AllVec as a user meets it."""

import signal
from itertools import pairwise

import numpy as np
import pytest

import wordneg
from wordneg import AllVec, WordVectors, count_cooccurrences, encode
from wordneg.allvec.parameters import AllVecParameters

COLORS, BEASTS = ("red", "green", "blue"), ("cat", "dog", "cow")


def make_text(sentences=300, seed=1):
    """Return a text in which words of a kind share their contexts."""
    generator = np.random.default_rng(seed)
    kinds = [(COLORS, ("paint", "brush", "wall")), (BEASTS, ("grass", "field", "runs"))]
    text = []
    for _ in range(sentences):
        words, contexts = kinds[generator.integers(2)]
        text.append([str(generator.choice(words)), *map(str, generator.choice(contexts, 2)), "the"])
    return text


TEXT = make_text()
SETTINGS = {"vector_size": 6, "min_count": 1, "epochs": 10, "workers": 1, "progress": False}


def make(text=TEXT, **settings):
    return AllVec(text, **SETTINGS | settings)


@pytest.fixture(scope="module")
def model():
    return make()


def test_words_of_a_kind_come_together():
    trained = make(negative_weight=1.0, epochs=30)
    for kind, other in ((COLORS, BEASTS), (BEASTS, COLORS)):
        within = np.mean([trained.wv.similarity(a, b) for a in kind for b in kind if a != b])
        across = np.mean([trained.wv.similarity(a, b) for a in kind for b in other])
        assert within > across + 0.5


def test_vectors_contexts_and_their_ensemble(model):
    assert model.wv.vectors.shape == model.contexts.vectors.shape == (len(model.wv), 6)
    np.testing.assert_allclose(model.ensemble.vectors, model.wv.vectors + model.contexts.vectors)
    assert isinstance(model.ensemble, WordVectors)


def test_reports_tell_of_every_pass(model):
    cells = model.cooccurrences.nnz
    assert [(one.epoch, one.cells, one.finished) for one in model.history] == [(n, cells, True) for n in range(10)]
    assert model.history[-1].loss * cells == pytest.approx(model.objective_value(), rel=1e-5)
    assert all(after.loss <= before.loss for before, after in pairwise(model.history))


def test_training_goes_on_from_the_vectors_as_they_are(model):
    half = make(epochs=4)
    half.train(epochs=6)
    np.testing.assert_array_equal(half.wv.vectors, model.wv.vectors)
    assert [report.epoch for report in half.history] == list(range(10))


def test_a_seed_decides_the_start(model):
    np.testing.assert_array_equal(make(workers=3).wv.vectors, model.wv.vectors)
    assert not np.allclose(make(seed=2).wv.vectors, model.wv.vectors)


def test_counts_are_a_corpus_too(model, tmp_path):
    counts = count_cooccurrences(encode(TEXT, min_count=1), progress=False)
    counts.save(tmp_path / "counts.wordneg")
    for corpus in (counts, str(tmp_path / "counts.wordneg")):
        np.testing.assert_array_equal(make(corpus).wv.vectors, model.wv.vectors)


def test_saving_and_loading(model, tmp_path):
    path = tmp_path / "model.wordneg"
    model.save(path)
    loaded = AllVec.load(path, progress=False)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.contexts.vectors, model.contexts.vectors)
    assert loaded.parameters == model.parameters
    assert loaded.history == model.history
    with pytest.raises(RuntimeError, match="loaded without its corpus; give train one"):
        loaded.train()
    loaded.train(TEXT, epochs=1)
    assert loaded.history[-1].loss <= model.history[-1].loss
    assert wordneg.load_vectors(path).index_to_key == model.wv.index_to_key
    with pytest.raises(ValueError, match=r"an AllVec model, .*; read it with wordneg\.AllVec\.load"):
        wordneg.WordRank.load(path)


def test_callbacks_may_end_it():
    seen = []
    trained = make(callbacks=[lambda model: seen.append(model.history[-1].epoch) or len(seen) == 3])
    assert seen == [0, 1, 2]
    assert len(trained.history) == 3
    assert not trained.interrupted


def test_stopping_and_ctrl_c_keep_the_vectors():
    def stop(model):
        model.stop()

    model = AllVec(**SETTINGS | {"callbacks": [stop]})
    model.build_vocab(TEXT)
    with pytest.warns(UserWarning, match="training was interrupted in epoch 1 of 10"):
        model.train()
    assert model.interrupted
    assert np.abs(model.wv.vectors).max() > 0

    with pytest.raises(KeyboardInterrupt, match="training was interrupted") as caught:
        make(callbacks=[lambda model: signal.raise_signal(signal.SIGINT)])
    assert caught.value.model.history[0].finished


def test_a_half_pass_is_told_as_such(monkeypatch):
    model = AllVec(**SETTINGS)
    model.build_vocab(TEXT)
    from wordneg.allvec.optimizer import Optimizer

    go_over = Optimizer._go_over

    def stopping(self, side, *arguments):
        yield from go_over(self, side, *arguments)
        if side is self._of_words and arguments[3]:
            model.stop()

    monkeypatch.setattr(Optimizer, "_go_over", stopping)
    monkeypatch.setattr(Optimizer, "compile", lambda self: 0.0)
    with pytest.warns(UserWarning, match="interrupted in epoch 1 of 10, after"):
        model.train()
    (report,) = model.history
    assert (report.cells, report.finished) == (model.cooccurrences.nnz // 2, False)
    assert report.loss * model.cooccurrences.nnz == pytest.approx(model.objective_value())


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"xmax": 0}, ValueError, "got xmax=0, expected a number above 0 such as 100"),
        ({"reg": -1}, ValueError, "got reg=-1, expected a finite number of at least 0"),
        ({"reg": float("nan")}, ValueError, "got reg=nan"),
        ({"negative_weight": -1}, ValueError, "got negative_weight=-1"),
        ({"negative_target": float("inf")}, ValueError, "got negative_target=inf, expected a finite number"),
        ({"ns_exponent": "a"}, TypeError, "got ns_exponent='a', expected a finite number"),
        ({"epochs": 0}, ValueError, "got epochs=0, expected a whole number of at least 1"),
        ({"window": 5000}, ValueError, "got window=5000, expected a whole number from 1 to 4095"),
        ({"alpha": 0.1}, TypeError, "AllVec has no setting 'alpha'"),
        ({"negative_wieght": 1}, TypeError, "did you mean 'negative_weight'"),
    ],
)
def test_bad_settings_are_sentences(settings, error, message):
    with pytest.raises(error, match=message):
        AllVec(**settings)


def test_corpora_without_pairs_are_sentences():
    with pytest.raises(ValueError, match="no co-occurrences"):
        make([["a"], ["b"]])
    with pytest.raises(ValueError, match="a single word, 'a', so there is no other"):
        make([["a", "a"]] * 3)
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        AllVec().train()


def test_defaults_follow_the_authors_example():
    settings = AllVecParameters()
    assert (settings.negative_weight, settings.ns_exponent, settings.negative_target) == (0.005, 0.8, -0.5)
    assert (settings.xmax, settings.epsilon, settings.reg, settings.epochs) == (100.0, 0.75, 0.1, 50)
