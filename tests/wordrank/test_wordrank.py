"""WordRank as a user meets it."""

import signal
import threading

import numpy as np
import pytest

from wordneg import Cooccurrences, WordRank, WordVectors, count_cooccurrences, encode
from wordneg.wordrank.parameters import WordRankParameters

COLOURS, BEASTS = ("red", "green", "blue", "yellow"), ("cat", "dog", "horse", "cow")


def make_text(sentences=400, seed=1):
    """Colours stand beside paints, beasts beside foods: words of a kind share their contexts."""
    generator = np.random.default_rng(seed)
    kinds = [(COLOURS, ("paint", "brush", "wall", "canvas")), (BEASTS, ("eats", "grass", "runs", "field"))]
    text = []
    for _ in range(sentences):
        words, contexts = kinds[generator.integers(2)]
        text.append([str(generator.choice(words)), *map(str, generator.choice(contexts, 2)), "the"])
    return text


TEXT = make_text()


def train(text=TEXT, **settings):
    return WordRank(
        text, **{"vector_size": 8, "min_count": 1, "epochs": 10, "workers": 1, "progress": False} | settings
    )


@pytest.fixture(scope="module")
def model():
    return train()


@pytest.mark.lengthy
@pytest.mark.parametrize("settings", [{}, {"loss": "logistic"}, {"transform": "rho3"}, {"reg": 1e-4}, {"negative": 5}])
def test_words_of_a_kind_come_together(settings):
    trained = train(epochs=30, **settings)
    for kind, other in ((COLOURS, BEASTS), (BEASTS, COLOURS)):
        within = np.mean([trained.wv.similarity(a, b) for a in kind for b in kind if a != b])
        across = np.mean([trained.wv.similarity(a, b) for a in kind for b in other])
        assert within > across + 0.5
    likely = trained.contexts.vectors @ trained.wv["horse"]
    best = [trained.wv.index_to_key[row] for row in np.argsort(-likely)[:3]]
    assert set(best) <= {"eats", "grass", "runs", "field", "the"}


@pytest.mark.lengthy
def test_the_authors_update_goes_down_too():
    trained = train(optimizer="sgd", negative=1, share_negatives=False, learning_rate=0.05, min_learning_rate=0.05)
    assert trained.history[-1].loss < trained.history[0].loss


def test_vectors_contexts_and_their_ensemble(model):
    assert model.wv.vectors.shape == model.contexts.vectors.shape == (len(model.wv), 8)
    np.testing.assert_allclose(model.ensemble.vectors, model.wv.vectors + model.contexts.vectors, rtol=1e-6)
    assert model.ensemble.index_to_key == model.wv.index_to_key
    assert isinstance(model.ensemble, WordVectors)
    assert not np.allclose(model.wv.vectors, model.contexts.vectors)


def test_history_and_objective(model):
    assert [report.epoch for report in model.history] == list(range(10))
    assert {report.cells for report in model.history} == {model.cooccurrences.nnz}
    assert model.history[-1].loss < model.history[0].loss
    assert model.get_latest_training_loss() == model.history[-1].loss
    exact = model.objective_value()
    assert exact == pytest.approx(model.objective_value(rows=300), rel=0.1)
    assert exact > 0
    with pytest.raises(ValueError, match="rows"):
        model.objective_value(rows=0)


def test_the_same_seed_gives_the_same_vectors(model):
    np.testing.assert_array_equal(train(workers=2).wv.vectors, model.wv.vectors)
    assert not np.array_equal(train(seed=2).wv.vectors, model.wv.vectors)


def test_a_corpus_of_any_kind_or_its_counts(model, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in TEXT))
    store = encode(TEXT, min_count=1)
    counts = count_cooccurrences(store, progress=False)
    counts.save(tmp_path / "counts.wordneg")
    loaded = Cooccurrences.load(tmp_path / "counts.wordneg")
    for corpus in (iter(TEXT), path, store, counts, loaded):
        np.testing.assert_array_equal(train(corpus).wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(train(None, corpus_file=path).wv.vectors, model.wv.vectors)
    assert train(counts).corpus_total_words == 0
    assert model.corpus_total_words == 4 * len(TEXT)


def test_saved_loaded_and_trained_on(model, tmp_path):
    path = tmp_path / "model.wordneg"
    model.save(path)
    loaded = WordRank.load(path, progress=False)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.contexts.vectors, model.contexts.vectors)
    assert loaded.history == model.history
    assert loaded.parameters == model.parameters
    assert loaded.cooccurrences is None
    with pytest.raises(RuntimeError, match="loaded without its corpus"):
        loaded.train()
    with pytest.raises(RuntimeError, match="loaded without its corpus"):
        loaded.objective_value()
    cells = loaded.train(TEXT, epochs=2, start_rate=0.1)
    assert cells == 2 * model.cooccurrences.nnz
    assert [report.epoch for report in loaded.history[-2:]] == [10, 11]
    assert loaded.history[-1].loss < model.history[-1].loss * 1.02
    np.testing.assert_array_equal(WordVectors.load(path).vectors, model.wv.vectors)


def test_training_goes_on_as_if_it_had_not_stopped():
    stopped, whole = train(epochs=10), train(epochs=10)
    assert stopped.train(epochs=5, start_rate=0.1) > 0
    assert whole.train(epochs=5, start_rate=0.1) > 0
    np.testing.assert_array_equal(stopped.wv.vectors, whole.wv.vectors)
    assert len(stopped.history) == 15


def test_going_on_after_a_file_is_going_on(tmp_path):
    kept = train()
    kept.save(tmp_path / "model.wordneg")
    loaded = WordRank.load(tmp_path / "model.wordneg", progress=False)
    assert kept.train(epochs=3) == loaded.train(kept.cooccurrences, epochs=3)
    np.testing.assert_array_equal(loaded.wv.vectors, kept.wv.vectors)
    assert loaded.history[-1].loss == kept.history[-1].loss


@pytest.mark.parametrize(
    "arguments",
    [{"epochs": -1}, {"epochs": 1.5}, {"start_rate": -1}, {"start_rate": float("nan")}, {"end_rate": 5.0}],
)
def test_arguments_of_train_are_checked(arguments):
    trained = train(epochs=1)
    before = trained.wv.vectors.copy()
    with pytest.raises(ValueError, match=r"expected|above"):
        trained.train(**arguments)
    np.testing.assert_array_equal(trained.wv.vectors, before)


def test_callbacks_are_called_and_may_stop():
    seen = []

    def stop_after_three(model):
        seen.append(model.history[-1].loss)
        return len(seen) == 3

    trained = train(callbacks=[stop_after_three])
    assert len(seen) == len(trained.history) == 3


def test_ctrl_c_keeps_what_there_is():
    def interrupt(model):
        if len(model.history) == 2:
            threading.Timer(0.0, signal.raise_signal, [signal.SIGINT]).start()

    trained = WordRank(vector_size=8, min_count=1, epochs=5000, workers=1, progress=False, callbacks=[interrupt])
    trained.build_vocab(TEXT)
    with pytest.raises(KeyboardInterrupt, match="interrupted in epoch"):
        trained.train()
    assert trained.interrupted
    assert 2 <= len(trained.history) < 5000
    assert all(report.finished for report in trained.history[:-1])  # the last, too, if it came between passes
    assert 0 < trained.history[-1].loss < trained.history[0].loss
    assert trained.objective_value() > 0
    assert np.isfinite(trained.wv.vectors).all()


def test_settings_are_attributes_and_the_model_says_what_it_is(model):
    assert model.beta == 99
    with pytest.raises(AttributeError, match="'epsilon'"):
        model.epsilonn  # noqa: B018
    assert repr(model) == f"WordRank({len(model.wv)} words × 8, hinge, rho1, 10 epochs)"


def test_the_signature_has_the_defaults_of_the_parameters():
    assert WordRank(progress=False).parameters == WordRankParameters()


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"window": 0}, "window=0"),
        ({"window": 5000}, "window=5000, expected a whole number from 1 to 4095"),
        ({"xmax": 1e30, "epsilon": 80}, "lower xmax or epsilon"),
        ({"alpha": 0}, "alpha=0, expected a number above 0"),
        ({"alpha": -1}, "alpha=-1"),
        ({"alpha": 200}, "expected a beta of at least 199"),
        ({"beta": -3}, "beta=-3"),
        ({"tau": float("nan")}, "tau=nan"),
        ({"tau": 0}, "a beta of at least 100"),
        ({"epsilon": -0.1}, "epsilon=-0.1"),
        ({"xmax": 0}, "xmax=0"),
        ({"t": 1}, "t=1"),
        ({"loss": "square"}, "loss='square', expected 'hinge' or 'logistic'"),
        ({"transform": "rho4"}, "'rho0' or 'rho1' or 'rho2' or 'rho3'"),
        ({"optimizer": "adam"}, "'adagrad' or 'sgd'"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"min_learning_rate": 2}, "min_learning_rate=2.0 above learning_rate"),
        ({"xi_candidates": 1}, "xi_candidates=1"),
        ({"negative": 0}, "negative=0"),
        ({"workers": 0}, "workers=0"),
        ({"memory_limit": 1000}, "memory"),
    ],
)
def test_a_setting_out_of_range_is_refused(settings, words):
    with pytest.raises(ValueError, match="(?s)" + words.replace("(", r"\(")):
        train(**settings)


@pytest.mark.parametrize("settings", [{"alpha": "high"}, {"negative": 2.5}, {"tau": None}, {"loss": 3}])
def test_a_setting_of_the_wrong_kind_is_refused(settings):
    with pytest.raises((TypeError, ValueError), match=next(iter(settings))):
        train(**settings)


def test_a_corpus_of_one_sentence_will_do():
    assert len(train([["a", "rose", "is", "a", "rose"]]).wv) == 3


@pytest.mark.parametrize("text", [[["word"]] * 9, [["a"], ["b"], ["c"]] * 9])
def test_a_corpus_without_co_occurrences_is_refused(text):
    with pytest.raises(ValueError, match="no co-occurrences"):
        train(text)


def test_a_single_word_that_stands_beside_itself():
    with pytest.raises(ValueError, match="single word"):
        train([["word", "word", "word"]] * 9)


def test_counts_of_another_vocabulary_are_refused(model):
    other = count_cooccurrences(encode(make_text(300, seed=5), min_count=1), progress=False)
    trained = train(epochs=1)
    before = trained.wv.vectors.copy()
    with pytest.raises(ValueError, match="another vocabulary"):
        trained.train(other)
    np.testing.assert_array_equal(trained.wv.vectors, before)


def test_without_a_vocabulary_there_is_nothing_to_train():
    with pytest.raises(RuntimeError, match="build_vocab"):
        WordRank(progress=False).train()
    with pytest.raises(TypeError, match="got no corpus"):
        WordRank(progress=False).build_vocab()
    with pytest.raises(ValueError, match="got update=True"):
        WordRank(progress=False, min_count=1).build_vocab(train(epochs=1).cooccurrences, update=True)
