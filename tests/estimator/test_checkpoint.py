"""A training that goes on from a checkpoint ends with the same bits as one that was never stopped."""

import os
import shutil
from typing import NamedTuple

import numpy as np
import pytest

from wordneg import AllVec, ClosedForm, Word2Vec, WordRank
from wordneg.estimator.checkpoint import memory_of, put_back
from wordneg.samplers import SAMPLERS

RANDOM = np.random.default_rng(3)
TEXT = [[f"w{word}" for word in np.minimum(RANDOM.zipf(1.3, 20), 60)] for _ in range(900)]
SETTINGS = {"vector_size": 12, "min_count": 1, "workers": 1, "progress": False, "epochs": 3}


class Keeping:
    """Keeps a copy of each checkpoint."""

    def __init__(self, monkeypatch, kind, folder):
        self.kept = []
        write = kind._write_checkpoint

        def keep(model, pending):
            write(model, pending)
            if model.checkpoint is not None:
                self.kept.append(folder / f"kept{len(self.kept)}")
                shutil.copy(model.checkpoint, self.kept[-1])

        monkeypatch.setattr(kind, "_write_checkpoint", keep)


def outputs(model):
    return model.syn1neg if isinstance(model, Word2Vec) else model.contexts.vectors


def assert_goes_on_alike(kind, monkeypatch, tmp_path, every, **settings):
    whole = kind(TEXT, **SETTINGS | settings)
    keeping = Keeping(monkeypatch, kind, tmp_path)
    stopped = kind(TEXT, **SETTINGS | settings, checkpoint=tmp_path / "check", checkpoint_every=0)
    np.testing.assert_array_equal(stopped.wv.vectors, whole.wv.vectors)
    chosen = keeping.kept[:: max(1, len(keeping.kept) // every)]
    assert len(chosen) >= min(every, 2)
    for path in [*chosen, keeping.kept[-1]]:
        model = kind.load(path, progress=False)
        model.checkpoint = None
        model.resume(TEXT)
        np.testing.assert_array_equal(model.wv.vectors, whole.wv.vectors)
        np.testing.assert_array_equal(outputs(model), outputs(whole))
        assert [(one.loss, one.amount) for one in model.history] == [(one.loss, one.amount) for one in whole.history]
        assert not model.interrupted
        with pytest.raises(RuntimeError, match="no training to resume"):
            model.resume(TEXT)


# One whose workers remember candidates, one that ranks words now and then, one with a first stage.
TYPICAL = {"dns", "adaptive", "top-fraction"}


@pytest.mark.lengthy
@pytest.mark.parametrize(
    "sampler",
    [pytest.param(name, marks=[] if name in TYPICAL else pytest.mark.slow) for name in SAMPLERS.names()],
)
def test_word2vec_with_each_sampler(sampler, monkeypatch, tmp_path):
    assert_goes_on_alike(Word2Vec, monkeypatch, tmp_path, 3, sampler=sampler, sg=1)


def test_word2vec_in_place(monkeypatch, tmp_path):
    assert_goes_on_alike(Word2Vec, monkeypatch, tmp_path, 3, vector_size=16)


def test_wordrank(monkeypatch, tmp_path):
    monkeypatch.setattr("wordneg.wordrank.optimizer.parts_for", lambda *_: 4)
    assert_goes_on_alike(WordRank, monkeypatch, tmp_path, 3, epochs=9, period=2)


def test_allvec(monkeypatch, tmp_path):
    assert_goes_on_alike(AllVec, monkeypatch, tmp_path, 3, epochs=5)


def test_closed_form_is_complete_or_not_begun(tmp_path):
    settings = {"vector_size": 12, "min_count": 1, "workers": 1, "progress": False}
    model = ClosedForm(TEXT, **settings, checkpoint=tmp_path / "check")
    loaded = ClosedForm.load(tmp_path / "check", progress=False)
    loaded.resume()
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    with pytest.raises(RuntimeError, match="no training to resume"):
        loaded.resume()


def test_what_cannot_go_on(tmp_path):
    path = tmp_path / "check"
    with pytest.warns(UserWarning, match="interrupted in epoch 1 of 3"):
        model = Word2Vec(TEXT, **SETTINGS, checkpoint=path, callbacks=[lambda model: model.stop()])
    again = Word2Vec.load(path)
    assert len(again.history) == 1  # it was not due, but an interruption loses nothing
    again.resume(TEXT)
    np.testing.assert_array_equal(again.wv.vectors, Word2Vec(TEXT, **SETTINGS).wv.vectors)
    model.train(callbacks=[])  # its own checkpoint may be replaced
    with pytest.raises(FileExistsError, match=r"there is a checkpoint .* already; go on with it by Word2Vec.load"):
        Word2Vec(TEXT, **SETTINGS, checkpoint=path)
    Word2Vec.load(path).resume()  # as it was complete
    with pytest.raises(RuntimeError, match="no training to resume; load one from a checkpoint"):
        model.resume(TEXT)
    for wrong, error in (("5", TypeError), (-1, ValueError), (float("nan"), ValueError)):
        with pytest.raises(error, match="checkpoint_every="):
            Word2Vec(checkpoint=path, checkpoint_every=wrong)


def test_another_corpus_is_refused(monkeypatch, tmp_path):
    keeping = Keeping(monkeypatch, Word2Vec, tmp_path)
    Word2Vec(TEXT, **SETTINGS, checkpoint=tmp_path / "check", checkpoint_every=0)
    model = Word2Vec.load(keeping.kept[0])
    with pytest.raises(ValueError, match="the corpus is another one"):
        model.resume(TEXT[:-1])
    assert os.path.samefile(model.checkpoint, keeping.kept[0])
    model.resume(TEXT)
    assert len(model.history) == 3


class _Pool(NamedTuple):
    places: np.ndarray
    chances: np.ndarray


def test_rows_are_remembered_by_their_numbers_whatever_they_are_padded_to():
    before, after = np.zeros((9, 112), np.float32), np.zeros((9, 104), np.float32)

    def places_in(matrix, rows):
        return np.uint64(matrix.ctypes.data) + np.uint64(matrix.strides[0]) * np.array(rows, np.uint64)

    saved = _Pool(places_in(before, [0, 8, 3, 3]), np.arange(4.0))
    saved.places[2] = 0  # nothing is there yet
    arrays = memory_of(saved, "pool", before.ctypes.data, before.strides[0])
    again = _Pool(np.ones(4, np.uint64), np.zeros(4))
    put_back(again, "pool", after.ctypes.data, after.strides[0], len(after), arrays)
    expected = places_in(after, [0, 8, 3, 3])
    expected[2] = 0
    np.testing.assert_array_equal(again.places, expected)
    np.testing.assert_array_equal(again.chances, saved.chances)


def test_a_memory_that_does_not_fit_is_refused():
    pool = _Pool(np.zeros(4, np.uint64), np.zeros(4))
    for arrays in ({}, {"pool_places": np.zeros(4, np.int64), "pool_chances": np.zeros(4)}):  # distances, as once
        with pytest.raises(ValueError, match="the checkpoint does not fit the sampler: pool_places is missing"):
            put_back(pool, "pool", 0, 416, 9, arrays)
