"""What every estimator has of `Estimator`, seen on the smallest one there can be."""

import inspect
import math
import signal
import threading
import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from wordneg.common.machine import available_cores
from wordneg.common.settings import Whole, setting
from wordneg.compiled.weights import zeros
from wordneg.estimator.base import Estimator
from wordneg.estimator.callbacks import Callbacks
from wordneg.estimator.parameters import PassParameters
from wordneg.estimator.passreport import PassReport
from wordneg.estimator.progress import TrainingBar
from wordneg.estimator.reading import one_corpus
from wordneg.estimator.state import CorpusFacts, State
from wordneg.files import storage
from wordneg.text.encoding import encode
from wordneg.vectors.wordvectors import WordVectors

TEXT = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 5


@dataclass(frozen=True, kw_only=True)
class Settings(PassParameters):
    vector_size: int = setting(3, Whole(1))
    window: int = setting(2, Whole(1))
    min_count: int = setting(1, Whole(0))
    epochs: int = setting(4, Whole(1))


@dataclass(frozen=True)
class Report(PassReport):
    unit: ClassVar[str] = "cells"

    epoch: int
    loss: float
    cells: int
    seconds: float = 0.0
    finished: bool = True


class Adding(Estimator[Settings, Report]):
    """Adds one to all input vectors in each epoch."""

    _kind = "model"
    _parameters_type = Settings
    _report_type: ClassVar[type[Report]] = Report
    _positional = ("vector_size", "window")

    def __init__(self, sentences=None, corpus_file=None, *positional, progress=False, **settings):
        self.note = "new"
        self._compiled_ahead = threading.Event()
        super().__init__(sentences, corpus_file, *positional, progress=progress, **settings)

    def _fresh(self, corpus, trim_rule):
        store = self._read(corpus, trim_rule)
        weights = self._start(len(store.vocabulary))
        words = self._made_of(store.vocabulary, weights)
        return State(self.parameters, **words, corpus=CorpusFacts.of(store), store=store)

    def _start(self, words):
        return zeros(words, self.parameters.vector_size)

    def _compile_ahead(self):
        self._compiled_ahead.set()
        raise RuntimeError("dropped")

    def train(self, corpus_iterable=None, corpus_file=None, *, callbacks=None):
        with self._turn.taken("train"):
            store = self._corpus_of(one_corpus(corpus_iterable, corpus_file), "train")
            hooks = self._hooks(callbacks)
            return len(self._training(lambda weights: self._train(store, weights, hooks), self.parameters.epochs))

    def _train(self, store, weights, hooks):
        with TrainingBar(99, self._progress, unit="cells") as bar:
            reports = self._reports(len(store.tokens), weights, self._turn.asked)
            return self._follow(reports, hooks, bar, self.parameters.epochs)

    def _go_on(self, pending, corpus, hooks):
        raise NotImplementedError

    def _reports(self, cells, weights, asked):
        for _ in range(self.parameters.epochs):
            weights.inputs[:, : self.parameters.vector_size] += 1
            loss = math.nan if not self.history else 1.0 / len(self.history)
            yield Report(len(self.history), loss, cells, finished=not asked.is_set())
            if asked.is_set():
                return

    def _own_metadata(self):
        return {"note": self.note}

    def _own_arrays(self):
        return {"extra": np.arange(3)}

    def _restore_own(self, state, metadata, arrays):
        self.note, self._extra = metadata["note"], arrays["extra"]
        return state


def test_a_corpus_is_read_and_trained_on(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, TEXT)))
    for model in (Adding(TEXT), Adding(corpus_file=path), Adding(encode(TEXT, min_count=1))):
        assert (model.wv.vectors == 4).all()
        assert set(model.wv.index_to_key) == {"the", "cat", "dog", "sat"}
        assert model.wv.get_vecattr("the", "count") == 10
        assert (model.corpus_count, model.corpus_total_words) == (10, 30)
        assert [report.amount for report in model.history] == [30] * 4
        np.testing.assert_allclose(model.wv.norms, 4 * math.sqrt(3), rtol=1e-6)
        assert not model.interrupted


def test_settings_of_the_vocabulary_and_the_tokenizer_reach_the_reader():
    model = Adding([" ".join(sentence) for sentence in TEXT], tokenizer=str.split, max_final_vocab=2)
    assert set(model.wv.index_to_key) == {"the", "sat"}
    assert len(Adding(TEXT, min_count=6).wv) == 2


def test_what_is_compiled_ahead_may_fail():
    long = [["the", "cat", "sat"] * 1000] * 700  # long enough for a sign of progress
    model = Adding(long)
    assert model._compiled_ahead.wait(10)
    assert len(model.history) == 4


def test_settings_are_attributes_and_names_have_near_misses():
    model = Adding(workers=-1, seed=7)
    assert (model.seed, model.window, model.workers) == (7, 2, available_cores())
    with pytest.raises(AttributeError, match="'Adding' object has no attribute 'vector_sise'; did you mean 'vector_si"):
        _ = model.vector_sise
    with pytest.raises(ValueError, match="got window=0"):
        Adding(window=0)
    assert {"window", "seed", "wv"} <= set(dir(model))


def test_the_constructor_has_the_declared_settings():
    parameters = inspect.signature(Adding).parameters
    assert list(parameters)[:4] == ["sentences", "corpus_file", "vector_size", "window"]
    assert {name: parameters[name].default for name in ("vector_size", "epochs", "seed")} == {
        "vector_size": 3,
        "epochs": 4,
        "seed": 1,
    }
    assert all(one.kind is not one.VAR_KEYWORD for one in parameters.values())
    assert Adding(None, None, 5, 7).parameters == Settings(vector_size=5, window=7)
    with pytest.raises(TypeError, match="Adding takes at most 4 arguments without a name, got 5"):
        Adding(None, None, 5, 7, 1)
    with pytest.raises(TypeError, match="Adding got 'window' twice"):
        Adding(None, None, 5, 7, window=3)
    with pytest.raises(TypeError, match="Adding has no setting 'windo'; did you mean 'window'"):
        Adding(windo=3)


def test_settings_can_be_replaced_as_a_whole():
    model = Adding(TEXT)
    model.parameters = Settings(epochs=1, seed=4)
    assert (model.epochs, model.seed) == (1, 4)
    with pytest.raises(AttributeError, match="got vector_size=6 for a model that was built with 3"):
        model.parameters = Settings(vector_size=6)
    assert model.vector_size == 3


def test_settings_can_be_changed_until_they_have_been_used():
    model = Adding()
    model.vector_size, model.min_count = 5, 2
    model.build_vocab(TEXT)
    assert model.wv.vectors.shape == (4, 5)
    model.epochs, model.vector_size = 2, 5
    assert model.parameters == Settings(vector_size=5, min_count=2, epochs=2)
    assert "epochs" not in vars(model)
    assert model.train() == 2
    with pytest.raises(AttributeError, match="got vector_size=6 for a model that was built with 5; make a new model"):
        model.vector_size = 6
    with pytest.raises(ValueError, match="got epochs=0"):
        model.epochs = 0
    assert model.parameters == Settings(vector_size=5, min_count=2, epochs=2)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("step", ["_read", "_start"])
def test_a_vocabulary_that_cannot_be_built_leaves_the_old_one(monkeypatch, step, error):
    model = Adding(TEXT)
    before = dict(vars(model))

    def fail(self, *_):
        raise error("no")

    with monkeypatch.context() as patch:
        patch.setattr(Adding, step, fail)
        with pytest.raises(error):
            model.build_vocab([["other", "words"]] * 3)
    assert vars(model) == before
    assert model.train() == 4
    assert (model.wv.vectors == 8).all()


def test_a_corpus_can_be_prepared_for_several_trainings():
    model = Adding(TEXT)
    store = model.prepare(iter([["the", "cat"], ["a", "cat"]]))
    assert len(store.tokens) == 3
    assert model.train(store) == model.train(store) == 4
    assert [report.cells for report in model.history[4:]] == [3] * 8
    with pytest.raises(RuntimeError, match="no vocabulary yet"):
        Adding().prepare(TEXT)


def test_order_of_calls_and_the_end_by_true():
    calls = []

    class Recorder:
        def on_train_begin(self, model):
            calls.append("train")

        def on_epoch_begin(self, model):
            calls.append("epoch")

        def on_train_end(self, model):
            calls.append("end")

    model = Adding(TEXT, callbacks=[Recorder(), lambda model: calls.append(len(model.history)) or calls[-1] == 2])
    assert calls == ["train", "epoch", 1, "epoch", 2, "end"]
    assert model.train(callbacks=[]) == 4
    assert [report.epoch for report in model.history] == list(range(6))
    assert model.get_latest_training_loss() == pytest.approx(1 / 5)


def test_what_is_no_callback_is_refused():
    with pytest.raises(TypeError, match="got callback 'print'"):
        Callbacks(None, ["print"])


def test_an_interruption_is_told_in_what_is_counted():
    model = Adding(epochs=9)
    model.build_vocab(TEXT)
    message = r"interrupted in epoch 2 of 9, after 30 of its cells; the vectors"
    with pytest.raises(KeyboardInterrupt, match=message) as caught:
        model.train(
            callbacks=[lambda model: len(model.history) == 2 and signal.raise_signal(signal.SIGINT)],
        )
    assert caught.value.model is model
    assert model.interrupted
    with pytest.raises(KeyboardInterrupt, match="interrupted after the last epoch"):
        model.train(callbacks=[lambda model: len(model.history) == 11 and signal.raise_signal(signal.SIGINT)])
    assert not model.interrupted  # as all had been done
    with pytest.warns(UserWarning, match=r"interrupted in epoch 13 of 20, after 30 of its cells; the vec") as told:
        model.train(callbacks=[lambda model: len(model.history) == 13 and model.stop()])
    assert told[0].filename == __file__
    assert model.interrupted
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.train() == 9
    assert not model.interrupted


def test_files_hold_what_is_common_and_what_is_its_own(tmp_path):
    model = Adding(TEXT, seed=5)
    model.note = "mine"
    model.save(tmp_path / "model")
    loaded = Adding.load(tmp_path / "model", progress=False)
    assert loaded.parameters == model.parameters
    assert str(loaded.history) == str(model.history)  # one loss is NaN
    assert (loaded.note, loaded._extra.tolist()) == ("mine", [0, 1, 2])
    assert loaded.corpus_total_words == 30
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(WordVectors.load(tmp_path / "model").vectors, model.wv.vectors)
    with pytest.raises(RuntimeError, match="has no corpus, as it was loaded or built without one; give train one"):
        loaded.train()
    loaded.train(TEXT)
    assert (loaded.wv.vectors == 8).all()


def test_attributes_of_the_user_are_saved_as_far_as_json_holds_them(tmp_path):
    model = Adding(TEXT)
    model.comment_of_mine, model.scores = "new text", {"men": [0.5, None, True, 3]}
    model.save(tmp_path / "model")
    loaded = Adding.load(tmp_path / "model", progress=False)
    assert (loaded.comment_of_mine, loaded.scores) == (model.comment_of_mine, model.scores)
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "model").read_bytes()
    for lost in (np.zeros(3), (1, 2), {1: "a"}, math.nan, len):
        model.lost = lost
        with pytest.warns(UserWarning, match="^lost of the model cannot be saved with it, since JSON") as told:
            model.save(tmp_path / "model")
        assert told[0].filename == __file__
        loaded = Adding.load(tmp_path / "model", progress=False)
        assert not hasattr(loaded, "lost")
        assert loaded.scores == model.scores


def test_files_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "model"
    Adding(TEXT).save(path)
    archive = storage.read_archive(path, "model")
    for metadata, arrays, words in (
        ({"note": 1}, {}, "is no model that this version can read: 'parameters'"),
        ({}, {"inputs": np.zeros((4, 2), np.float32)}, r"inputs are of shape \(4, 2\), expected \(4, 3\)"),
        ({"parameters": {"depth": 3}}, {}, "depth"),
        ({"attributes": {"train": 3}}, {}, "gives the model an attribute 'train', which every Adding has already"),
        ({"attributes": {"_state": 3}}, {}, "'_state'"),
        ({"attributes": {"seed": 3}}, {}, "'seed'"),
        ({"attributes": [3]}, {}, "is no model that this version can read"),
        ({"attributes": {"vectors": 3}}, {}, "is no model that this version can read: got vectors for a model"),
    ):
        meta = archive.metadata | metadata if "note" not in metadata else metadata
        storage.write_archive(path, "model", meta, archive.arrays | arrays, words=archive.words)
        with pytest.raises(ValueError, match=words):
            Adding.load(path)
    storage.write_archive(path, "vectors", {}, {}, words=[])
    with pytest.raises(
        ValueError, match=r"it holds word vectors, expected a Word2Vec model; read it with wordneg.WordVectors"
    ):
        Adding.load(path)
