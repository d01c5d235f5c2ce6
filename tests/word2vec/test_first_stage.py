import threading
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from wordneg import Word2Vec
from wordneg.samplers import TopFraction, Unigram
from wordneg.word2vec.trainer import Trainer

TEXT = [[f"w{i * i % 23}" for i in range(start, start + 40)] for start in range(150)]
SETTINGS = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 2, "sample": 0}


@pytest.fixture
def freezing(monkeypatch):
    """Return a list to which the outputs that are frozen are added."""
    frozen = []

    def freeze(self, state, weights):
        frozen.append(weights.outputs.copy())
        original(self, state, weights)

    original = TopFraction.freeze
    monkeypatch.setattr(TopFraction, "freeze", freeze)
    return frozen


def test_the_first_stage_is_a_model_of_its_own(freezing):
    """What is frozen is what the first sampler makes of the same starting point."""
    sampler = TopFraction(first_stage={"name": "unigram", "exponent": 0.5}, first_stage_epochs=3)
    model = Word2Vec(TEXT, sampler=sampler, **SETTINGS)
    first = Word2Vec(TEXT, sampler=Unigram(0.5), **SETTINGS | {"epochs": 3})
    (frozen,) = freezing
    np.testing.assert_array_equal(frozen[:, :16], first.syn1neg)
    assert [report.epoch for report in model.history] == [0, 1]


@pytest.mark.parametrize(("asked", "epochs"), [(None, 2), (1, 1)])
def test_epochs_of_the_first_stage(asked, epochs, freezing):
    Word2Vec(TEXT, sampler=TopFraction(first_stage_epochs=asked), **SETTINGS)
    first = Word2Vec(TEXT, **SETTINGS | {"epochs": epochs})
    np.testing.assert_array_equal(freezing[0][:, :16], first.syn1neg)


def test_a_trained_model_is_frozen_as_it_is(freezing):
    model = Word2Vec(TEXT, sampler=TopFraction(), **SETTINGS)
    before = model.syn1neg.copy()
    model.train()
    assert len(freezing) == 2
    np.testing.assert_array_equal(freezing[1][:, :16], before)


@pytest.mark.lengthy
def test_a_saved_model_instead_of_a_first_stage(tmp_path, freezing):
    first = Word2Vec([*TEXT, ["another"] * 9], **SETTINGS | {"vector_size": 40})
    first.save(tmp_path / "first")
    model = Word2Vec(TEXT, sampler=TopFraction(model=tmp_path / "first"), **SETTINGS)
    rows = [first.wv.key_to_index[word] for word in model.wv.index_to_key]
    np.testing.assert_array_equal(freezing[0][:, :40], first.syn1neg[rows])
    model.save(tmp_path / "second")
    assert Word2Vec.load(tmp_path / "second").sampler == model.sampler


def test_a_saved_model_that_does_not_fit(tmp_path):
    Word2Vec([["w1", "w2"]] * 9, **SETTINGS).save(tmp_path / "small")
    model = Word2Vec(sampler=TopFraction(model=tmp_path / "small"), **SETTINGS)
    model.build_vocab(TEXT)
    with pytest.raises(ValueError, match=r"lacks .* of the .* words of this vocabulary"):
        model.train()
    assert model.history == []
    absent = Word2Vec(sampler=TopFraction(model=tmp_path / "none"), **SETTINGS)
    absent.build_vocab(TEXT)
    with pytest.raises(FileNotFoundError):
        absent.train()


def test_callbacks_see_the_second_stage_only():
    seen = []
    callbacks = [lambda model: seen.append(len(model.history))]
    Word2Vec(TEXT, sampler=TopFraction(first_stage_epochs=4), callbacks=callbacks, **SETTINGS)
    assert seen == [1, 2]


def test_the_bar_covers_both_stages(monkeypatch):
    totals, done = [], []

    class Bar:
        def __init__(self, words, shown):
            totals.append(words)

        def epoch_done(self, words):
            done.append(words)

        show = __enter__ = __exit__ = lambda *arguments: None

    monkeypatch.setattr("wordneg.word2vec.fitting.TrainingBar", Bar)
    Word2Vec(TEXT, sampler=TopFraction(), **SETTINGS)
    assert totals == [sum(done)] == [3 * sum(map(len, TEXT))]


def test_stages_within_stages_are_refused():
    with pytest.raises(ValueError, match="a first stage itself"):
        Word2Vec(TEXT, sampler=TopFraction(first_stage="top-fraction"), **SETTINGS)


def test_an_interruption_of_the_first_stage(monkeypatch, freezing):
    """Nothing is frozen, the vectors are as they were, and the next training begins with the first stage."""
    original, events = Trainer.run, []

    def run(self, **settings):
        events.append(settings["interrupted"])
        settings["interrupted"].set()
        return original(self, **settings)

    model = Word2Vec(sampler=TopFraction(), **SETTINGS)
    model.build_vocab(TEXT)
    start = model.wv.vectors.copy()
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "run", run)
        with pytest.warns(UserWarning, match="interrupted"):
            model.train()
    np.testing.assert_array_equal(model.wv.vectors, start)
    assert isinstance(events[0], threading.Event)
    assert freezing == []
    model.train()
    assert len(freezing) == 1


def test_a_staged_sampler_of_ones_own():
    @dataclass(frozen=True)
    class Mine(Unigram):
        name: ClassVar[str] = "mine"
        first_stage: str = "unigram"
        first_stage_epochs: int | None = 1
        model: str | None = None

        def freeze(self, state, weights):
            norms.append(float(np.linalg.norm(weights.outputs)))

    norms = []
    Word2Vec(TEXT, sampler=Mine(), **SETTINGS)
    assert norms[0] > 0
