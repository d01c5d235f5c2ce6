"""ClosedForm as a user meets it."""

import numpy as np
import pytest
from naive import closedform as naive

import wordneg
from wordneg import ClosedForm, count_cooccurrences, encode
from wordneg.closedform import solver

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
SETTINGS = {"vector_size": 3, "min_count": 1, "workers": 1, "progress": False}


def make(text=TEXT, **settings):
    return ClosedForm(text, **SETTINGS | settings)


@pytest.fixture(scope="module")
def model():
    return make()


def test_words_of_a_kind_come_together(model):
    for kind, other in ((COLORS, BEASTS), (BEASTS, COLORS)):
        within = np.mean([model.wv.similarity(a, b) for a in kind for b in kind if a != b])
        across = np.mean([model.wv.similarity(a, b) for a in kind for b in other])
        assert within > across + 0.5


@pytest.mark.parametrize("power", [0.0, 0.25, 0.5])
def test_vectors_are_those_of_the_twin(power):
    model = make(power=power)
    counts = model.cooccurrences.matrix.toarray().astype(float)
    matrix = naive.target(counts, negative=5.0)
    np.testing.assert_allclose(model.wv.vectors, naive.vectors(matrix, 3, power), atol=1e-4)
    scores = model.wv.vectors @ model.contexts.vectors.T
    half = naive.vectors(matrix, 3)
    np.testing.assert_allclose(scores, half @ half.T, atol=1e-4)
    unexplained = np.square(matrix - scores).sum() / np.square(matrix).sum()
    assert model.history[0].loss == pytest.approx(unexplained, rel=1e-4)


def test_short_vectors_begin_long_ones(model):
    np.testing.assert_allclose(make(vector_size=2).wv.vectors, model.wv.vectors[:, :2], atol=1e-5)


def test_it_is_the_same_every_time_and_for_every_number_of_workers(model, monkeypatch):
    np.testing.assert_array_equal(make(workers=3).wv.vectors, model.wv.vectors)
    monkeypatch.setattr(solver, "_DENSE", 0)
    iterated = make()
    assert iterated.history[0].products > 3
    np.testing.assert_array_equal(make(workers=3).wv.vectors, iterated.wv.vectors)
    np.testing.assert_allclose(iterated.wv.vectors, model.wv.vectors, atol=1e-2)


def test_there_are_neither_seed_nor_epochs():
    for name in ("seed", "epochs", "alpha"):
        with pytest.raises(TypeError, match=f"ClosedForm has no setting '{name}'"):
            ClosedForm(**{name: 1})
    assert not hasattr(ClosedForm(), "seed")


def test_solving_again_gives_the_same(model):
    again = make()
    again.train()
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
    assert [report.epoch for report in again.history] == [0, 1]
    again.power = 0.25
    assert again.train() == again.cooccurrences.nnz
    np.testing.assert_array_equal(again.wv.vectors, make(power=0.25).wv.vectors)


def test_counts_are_a_corpus_too(model, tmp_path):
    counts = count_cooccurrences(encode(TEXT, min_count=1), window=16, progress=False)
    counts.save(tmp_path / "counts.wordneg")
    for corpus in (counts, str(tmp_path / "counts.wordneg")):
        np.testing.assert_array_equal(make(corpus).wv.vectors, model.wv.vectors)


def test_saving_and_loading(model, tmp_path):
    path = tmp_path / "model.wordneg"
    model.save(path)
    loaded = ClosedForm.load(path, progress=False)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.contexts.vectors, model.contexts.vectors)
    assert (loaded.parameters, loaded.history) == (model.parameters, model.history)
    loaded.train(TEXT)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    assert wordneg.load_vectors(path).index_to_key == model.wv.index_to_key


def test_an_interruption_leaves_the_vectors_as_they_were(model, monkeypatch):
    monkeypatch.setattr(solver, "_DENSE", 0)
    again = make()
    before = again.wv.vectors.copy()
    again.power = 0.0

    class Stopping:
        def on_epoch_begin(self, model):
            model.stop()

    with pytest.warns(UserWarning, match="training was interrupted in epoch 2 of 2, after 0 of its cells"):
        again.train(callbacks=[Stopping()])
    assert again.interrupted
    assert not again.history[-1].finished
    np.testing.assert_array_equal(again.wv.vectors, before)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"power": -0.1}, ValueError, "got power=-0.1, expected a share from 0 to 1"),
        ({"power": float("nan")}, ValueError, "got power=nan"),
        ({"negative": 0}, ValueError, "got negative=0, expected a number above 0 such as 5"),
        ({"negative": -3}, ValueError, "got negative=-3"),
        ({"window": 0}, ValueError, "got window=0"),
        ({"vector_size": "many"}, TypeError, "got vector_size='many'"),
    ],
)
def test_bad_settings_are_sentences(settings, error, message):
    with pytest.raises(error, match=message):
        ClosedForm(**settings)


def test_bad_corpora_are_sentences():
    with pytest.raises(ValueError, match="a single word, 'a', so there is no other"):
        make([["a", "a"]] * 3)
    with pytest.raises(ValueError, match="got vector_size=100 for 13 words, expected fewer"):
        make(vector_size=100)
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        ClosedForm().train()
